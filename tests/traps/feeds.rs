//! What each agency writes about the people of a trap: one row of its extract.

use super::scene::{Home, Scene, TermRow, Who};

impl Scene<'_> {
    /// A council tax account: at most two liable persons, the others live with them.
    pub(crate) fn account(&mut self, home: &Home, people: &[&Who]) {
        self.account_since(home, people, "2008-05-01");
    }

    pub(crate) fn account_since(&mut self, home: &Home, people: &[&Who], since: &str) {
        let key = self.key();
        let mut cells = vec![
            ("AccountNo".to_owned(), key),
            ("UPRN".to_owned(), home.uprn.clone()),
            ("Address1".to_owned(), home.line.clone()),
            ("Address3".to_owned(), home.town.clone()),
            ("PostCode".to_owned(), home.postcode.clone()),
            ("MovedIn".to_owned(), since.to_owned()),
        ];
        let grown = |who: &Who| who.born.is_empty() || who.born.as_str() < "1994-11-01";
        let (mut liable, mut resident) = (0, 0);
        let mut slots = Vec::new();
        for who in people {
            if grown(who) && liable < 2 {
                liable += 1;
                slots.push(format!("liable{liable}"));
                cells.extend([
                    (format!("LiableForename{liable}"), who.forename.clone()),
                    (format!("LiableSurname{liable}"), who.surname.clone()),
                    (format!("LiableDOB{liable}"), who.born.clone()),
                ]);
            } else {
                resident += 1;
                slots.push(format!("resident{resident}"));
                cells.extend([(format!("Resident{resident}Name"), who.full()), (format!("Resident{resident}DOB"), who.born.clone())]);
            }
        }
        let cells: Vec<(&str, &str)> = cells.iter().map(|(header, cell)| (header.as_str(), cell.as_str())).collect();
        let line = self.extracts.row("council_tax", &cells);
        for (who, slot) in people.iter().zip(slots) {
            self.note(who, "council_tax", line, &slot);
        }
    }

    /// A pupil of one school, with contacts and what each is to the child.
    pub(crate) fn school(&mut self, child: &Who, home: &Home, upn: &str, contacts: &[(&Who, &str)], terms: &[TermRow]) {
        self.enrolled("", child, home, upn, contacts, terms);
    }

    /// A pupil of one school, with the statutory enrolment status: `C`, `M`, `S`, … or nothing.
    pub(crate) fn enrolled(&mut self, status: &str, child: &Who, home: &Home, upn: &str, contacts: &[(&Who, &str)], terms: &[TermRow]) {
        let pupil = self.key();
        for &(from, to, unauthorised, possible) in terms {
            let count = self.key();
            let (unauthorised, possible) = (unauthorised.to_string(), possible.to_string());
            let names: Vec<String> = contacts.iter().map(|(who, _)| who.full()).collect();
            let mut cells = vec![
                ("UPN", upn),
                ("PupilId", pupil.as_str()),
                ("Surname", &child.surname),
                ("Forename", &child.forename),
                ("DOB", &child.born),
                ("Sex", child.sex),
                ("Address1", &home.line),
                ("Address3", &home.town),
                ("Postcode", &home.postcode),
                ("UPRN", &home.uprn),
                ("TermStart", from),
                ("TermEnd", to),
                ("EnrolStatus", status),
                ("SessionsPossible", &possible),
                ("SessionsAuthorised", "0"),
                ("SessionsUnauthorised", &unauthorised),
                ("CountId", &count),
            ];
            let headers = [
                ("Contact1Name", "Contact1Relationship", "Contact1Address", "Contact1Postcode"),
                ("Contact2Name", "Contact2Relationship", "Contact2Address", "Contact2Postcode"),
            ];
            let address = home.one_line();
            for ((name, (_, relationship)), headers) in names.iter().zip(contacts).zip(headers) {
                cells.extend([(headers.0, name.as_str()), (headers.1, relationship), (headers.2, &address), (headers.3, &home.postcode)]);
            }
            let line = self.extracts.row("school_attendance", &cells);
            self.note(child, "school_attendance", line, "child");
            for ((who, _), slot) in contacts.iter().zip(["contact1", "contact2"]) {
                self.note(who, "school_attendance", line, slot);
            }
        }
    }

    /// The answer of the Department about an adult: `NIL`, `JSA`, `UNTR`, …
    pub(crate) fn benefit(&mut self, who: &Who, home: &Home, code: &str) {
        let key = self.key();
        let line = self.extracts.row(
            "dwp_return",
            &[
                ("CaseRef", &key),
                ("Surname", &who.surname),
                ("Forename", &who.forename),
                ("DOB", &who.born),
                ("AddressLine1", &home.line),
                ("AddressLine2", &home.town),
                ("Postcode", &home.postcode),
                ("BenefitCode", code),
                ("EffectiveDate", "2012-03-05"),
            ],
        );
        self.note(who, "dwp_return", line, "adult");
    }

    /// A recorded crime that names somebody: role and outcome type as the police write them.
    pub(crate) fn crime(&mut self, who: &Who, home: &Home, role: &str, outcome: &str, on: &str) {
        let (crime, nominal) = (self.key(), self.key());
        let line = self.extracts.row(
            "police_crime",
            &[
                ("CRIME_REF", &crime),
                ("NOMINAL_ID", &nominal),
                ("SURNAME", &who.surname),
                ("FORENAME_1", &who.forename),
                ("DOB", &who.born),
                ("SEX", who.sex),
                ("ADDRESS", &home.line),
                ("TOWN", &home.town),
                ("POSTCODE", &home.postcode),
                ("COMMITTED_FROM", on),
                ("ROLE", role),
                ("OUTCOME_TYPE", outcome),
                ("MARKER", "NONE"),
            ],
        );
        self.note(who, "police_crime", line, "nominal");
    }

    /// An offence known to the youth offending service; `L` for one dealt with here, `O` elsewhere.
    pub(crate) fn youth_offence(&mut self, who: &Who, home: &Home, outcome: &str, on: &str, local: &str) {
        let (young, offence) = (self.key(), self.key());
        let address = home.one_line();
        let line = self.extracts.row(
            "youth_offending",
            &[
                ("YotId", &young),
                ("Surname", &who.surname),
                ("Forenames", &who.forename),
                ("DateOfBirth", &who.born),
                ("Gender", who.sex),
                ("Address", &address),
                ("Postcode", &home.postcode),
                ("OffenceRef", &offence),
                ("OffenceDate", on),
                ("Outcome", outcome),
                ("LocalOrOther", local),
            ],
        );
        self.note(who, "youth_offending", line, "child");
    }

    /// Anti-social behaviour: a measure against somebody, or an incident at a place (`None`).
    pub(crate) fn nuisance(&mut self, who: Option<&Who>, home: &Home, measure: &str, on: &str) {
        let key = self.key();
        let address = home.one_line();
        let (surname, forename, born) = who.map_or(("", "", ""), |who| (&who.surname, &who.forename, &who.born));
        let line = self.extracts.row(
            "asb_interventions",
            &[
                ("RefNo", &key),
                ("MeasureType", measure),
                ("IncidentQualifier", if who.is_none() { "Nuisance" } else { "NONE" }),
                ("Surname", surname),
                ("Forename", forename),
                ("DOB", born),
                ("Address", &address),
                ("Postcode", &home.postcode),
                ("UPRN", &home.uprn),
                ("StartDate", on),
            ],
        );
        if let Some(who) = who {
            self.note(who, "asb_interventions", line, "person");
        }
    }

    /// An exclusion: `PERM`, `FIXD`, `PERM-RESC`, …
    pub(crate) fn excluded(&mut self, child: &Who, home: &Home, upn: &str, category: &str, on: &str) {
        let key = self.key();
        let address = home.one_line();
        let line = self.extracts.row(
            "school_exclusions",
            &[
                ("ExclusionId", &key),
                ("UPN", upn),
                ("Surname", &child.surname),
                ("Forename", &child.forename),
                ("Date of Birth", &child.born),
                ("Gender", child.sex),
                ("Home Address", &address),
                ("Postcode", &home.postcode),
                ("Category", category),
                ("Start Date", on),
                ("Sessions", "4"),
            ],
        );
        self.note(child, "school_exclusions", line, "child");
    }

    /// A line of the list of children out of ordinary school, open since March 2012.
    pub(crate) fn out_of_school(&mut self, child: &Who, home: &Home, category: &str) {
        let key = self.key();
        let address = home.one_line();
        let line = self.extracts.row(
            "not_on_roll",
            &[
                ("Ref", &key),
                ("Pupil Surname", &child.surname),
                ("Pupil Forename", &child.forename),
                ("D.O.B.", &child.born),
                ("M/F", child.sex),
                ("Address", &address),
                ("Post Code", &home.postcode),
                ("Category", category),
                ("From", "2011-09-01"),
            ],
        );
        self.note(child, "not_on_roll", line, "child");
    }

    /// Social care: what the first is to the second (`MTHR`, `GPAR`, …).
    pub(crate) fn related(&mut self, first: &Who, relationship: &str, second: &Who) {
        let (a, b) = (self.key(), self.key());
        let line = self.extracts.row(
            "social_care_relationships",
            &[
                ("a_id", &a),
                ("a_forename", &first.forename),
                ("a_surname", &first.surname),
                ("a_dob", &first.born),
                ("relationship", relationship),
                ("b_id", &b),
                ("b_forename", &second.forename),
                ("b_surname", &second.surname),
                ("b_dob", &second.born),
            ],
        );
        self.note(first, "social_care_relationships", line, "a");
        self.note(second, "social_care_relationships", line, "b");
    }

    /// A social care episode open since the summer.
    pub(crate) fn episode(&mut self, child: &Who, home: &Home, kind: &str) {
        let (episode, person) = (self.key(), self.key());
        let line = self.extracts.row(
            "social_care_episodes",
            &[
                ("episode_id", &episode),
                ("person_id", &person),
                ("forename", &child.forename),
                ("surname", &child.surname),
                ("dob", &child.born),
                ("gender_code", "0"),
                ("address", &home.one_line()),
                ("postcode", &home.postcode),
                ("uprn", &home.uprn),
                ("episode_type", kind),
                ("start_date", "2012-06-04"),
            ],
        );
        self.note(child, "social_care_episodes", line, "child");
    }

    /// A tenancy with the landlord's step against anti-social behaviour (`NONE`, `NOSP_ASB`, …).
    pub(crate) fn tenancy(&mut self, who: &Who, home: &Home, (from, to): (&str, &str), (step, on): (&str, &str)) {
        let key = self.key();
        let line = self.extracts.row(
            "tenancies_lhp",
            &[
                ("ten_ref", &key),
                ("uprn", &home.uprn),
                ("tenant_name", &who.full()),
                ("tenant_dob", &who.born),
                ("addr_1", &home.line),
                ("town", &home.town),
                ("pcode", &home.postcode),
                ("ten_start", from),
                ("ten_end", to),
                ("asb_stage", step),
                ("asb_date", on),
                ("rent_stage", "NONE"),
            ],
        );
        self.note(who, "tenancies_lhp", line, "tenant");
    }

    /// A housing benefit claim of one person with dependants.
    pub(crate) fn claim(&mut self, who: &Who, home: &Home, dependants: &[&Who]) {
        let key = self.key();
        let address = home.one_line();
        let mut cells = vec![
            ("ClaimRef".to_owned(), key.as_str()),
            ("ClaimantSurname".to_owned(), &who.surname),
            ("ClaimantForename".to_owned(), &who.forename),
            ("ClaimantDOB".to_owned(), &who.born),
            ("Address".to_owned(), &address),
            ("Postcode".to_owned(), &home.postcode),
            ("UPRN".to_owned(), &home.uprn),
        ];
        for (number, child) in (1..).zip(dependants) {
            cells.extend([
                (format!("Dep{number}Surname"), child.surname.as_str()),
                (format!("Dep{number}Forename"), &child.forename),
                (format!("Dep{number}DOB"), &child.born),
            ]);
        }
        let cells: Vec<(&str, &str)> = cells.iter().map(|(header, cell)| (header.as_str(), *cell)).collect();
        let line = self.extracts.row("housing_benefit", &cells);
        self.note(who, "housing_benefit", line, "claimant");
        for (number, child) in (1..).zip(dependants) {
            self.note(child, "housing_benefit", line, &format!("dependant{number}"));
        }
    }

    /// A victim of domestic abuse whose address the police mark as confidential.
    pub(crate) fn abused(&mut self, who: &Who, home: &Home) {
        let key = self.key();
        let line = self.extracts.row(
            "domestic_abuse",
            &[
                ("Incident Ref", &key),
                ("Incident Date", "2012-06-01"),
                ("Risk Level", "MARAC"),
                ("Victim Surname", &who.surname),
                ("Victim Forename", &who.forename),
                ("Victim DOB", &who.born),
                ("Victim Address", &home.one_line()),
                ("Victim Postcode", &home.postcode),
                ("Address Confidential", "Y"),
                ("Relationship", "Other"),
                ("Perpetrator Risk", "Not known"),
            ],
        );
        self.note(who, "domestic_abuse", line, "victim");
    }
}
