//! The extracts of police, youth offending and community safety.
//!
//! In: crimes, measures, abuse. Out: rows. What always holds: an offence is sent when it is recorded (under investigation, suspects
//! only) and again when its outcome is known; a place-only incident names nobody.

use crate::model::{EventKind, EventRole};

use super::super::life::{OFFENCES, role_for};
use super::super::random::{Draw, Purpose, mix, stream};
use super::super::world::{Crime, Happening};
use super::{CAPITALS, Context, Fact, Feed, Format, PLAIN, Row, Source, agency_number, written, written_birth};

const UK: &str = "%d/%m/%Y";
const ISO: &str = "%Y-%m-%d";

pub(super) const YOUTH: Feed = Feed {
    source: Source::Youth,
    name: "youth_offending",
    stem: "yot",
    extension: "csv",
    increment: true,
    valid_days: 62,
    carries: &[EventKind::Offence],
    header: &[
        "YotId",
        "PNCID",
        "Surname",
        "Forenames",
        "AKA",
        "DateOfBirth",
        "Gender",
        "Ethnicity",
        "Address",
        "Postcode",
        "School",
        "OffenceRef",
        "OffenceDate",
        "Offence",
        "Gravity",
        "OutcomeDate",
        "Outcome",
        "LocalOrOther",
    ],
    format: Format::Csv(b';', "utf-8", None),
    style: PLAIN,
    test: &[(0, "Y999990#"), (2, "ZZTEST"), (3, "Yot Training"), (11, "OFTEST@#"), (12, "2012-05-01"), (16, "No Further Action")],
    rows: youth,
};

pub(super) const POLICE: Feed = Feed {
    source: Source::Police,
    name: "police_crime",
    stem: "police_crime",
    extension: "csv",
    increment: true,
    valid_days: 62,
    carries: &[EventKind::Offence, EventKind::Custody],
    header: &[
        "CRIME_REF",
        "NOMINAL_ID",
        "PNC_ID",
        "SURNAME",
        "FORENAME_1",
        "FORENAME_2",
        "DOB",
        "SEX",
        "IC_CODE",
        "NINO",
        "ADDRESS",
        "TOWN",
        "POSTCODE",
        "HO_CODE",
        "OFFENCE",
        "COMMITTED_FROM",
        "RECORDED",
        "ROLE",
        "OUTCOME_TYPE",
        "OUTCOME_DATE",
        "MARKER",
        "DA_FLAG",
    ],
    format: Format::Csv(b'|', "utf-8", None),
    style: CAPITALS,
    test: &[(0, "TEST/@/#"), (1, "999990#"), (3, "ZZTEST"), (4, "TRAINING"), (15, "01/05/2012"), (17, "SUSPECT"), (18, "0"), (20, "NONE")],
    rows: police,
};

pub(super) const ASB: Feed = Feed {
    source: Source::Asb,
    name: "asb_interventions",
    stem: "asb",
    extension: "csv",
    increment: true,
    valid_days: 62,
    carries: &[EventKind::AsbIntervention, EventKind::AsbIncident],
    header: &[
        "RefNo",
        "MeasureType",
        "IncidentQualifier",
        "Surname",
        "Forename",
        "DOB",
        "Address",
        "Postcode",
        "UPRN",
        "TenancyRef",
        "StartDate",
        "EndDate",
        "Agency",
    ],
    format: Format::Csv(b'\t', "utf-16le", None),
    style: CAPITALS,
    test: &[(0, "ASBTEST@#"), (1, "WL"), (2, "NONE"), (3, "ZZTEST"), (4, "DUMMY"), (10, "2012/05/01")],
    rows: asb,
};

pub(super) const ABUSE: Feed = Feed {
    source: Source::Abuse,
    name: "domestic_abuse",
    stem: "domestic_abuse",
    extension: "csv",
    increment: true,
    valid_days: 62,
    carries: &[EventKind::DomesticAbuse],
    header: &[
        "Incident Ref",
        "Incident Date",
        "Risk Level",
        "Victim Surname",
        "Victim Forename",
        "Victim DOB",
        "Victim Address",
        "Victim Postcode",
        "Perpetrator Surname",
        "Perpetrator Forename",
        "Perpetrator DOB",
        "Perpetrator Address",
        "Perpetrator Postcode",
        "Address Confidential",
        "Relationship",
        "Children Present",
    ],
    format: Format::Csv(b',', "utf-8", None),
    style: PLAIN,
    test: &[(0, "DATEST@#"), (1, "01/05/2012"), (2, "Standard"), (3, "ZZTEST"), (4, "Test"), (13, "N"), (14, "Other")],
    rows: abuse,
};

/// A crime's number as the police write it.
fn crime_reference(index: usize) -> String {
    let number = agency_number(Source::Police, index as u32, 0);
    format!("L/{number:07}")
}

fn youth(context: &Context<'_>) -> Vec<Row> {
    let (world, copier) = (context.world, context.copier());
    context.per_item(&world.crimes, |index, crime, out| {
        if !context.is_new(crime.outcome_day) {
            return;
        }
        for (number, &(person, role)) in crime.people.iter().enumerate() {
            let then = world.age(person, crime.committed);
            let accused = matches!(role, EventRole::Offender | EventRole::Suspect);
            // Youths the police cleared are not known to the service; those it only suspected sometimes are.
            if !accused || !(10..18).contains(&then) || (crime.outcome == "no_further_action" && !context.choice(index as u64, 1, 0.5)) {
                continue;
            }
            let copy = copier.person(person, 0, context.as_at);
            let address = copier.address(person, context.as_at);
            let (_, offence, gravity) = OFFENCES.get(crime.offence as usize).copied().unwrap_or(("", "", 2));
            let mut row = Row::new(context.order(index as u64, number as u64));
            row.cells([
                &format!("Y{:07}", agency_number(Source::Youth, person, 0)),
                "",
                &copy.surname,
                &copy.forename,
                &copy.alias,
                &written_birth(copy.birth, ISO),
            ]);
            row.cells([if copy.female { "Female" } else { "Male" }, "", &address.cell(), &address.postcode, ""]);
            row.cells([
                &format!("{}-{number}", crime_reference(index).replace('/', "")),
                &written(crime.committed, ISO),
                offence,
                &gravity.to_string(),
            ]);
            let inside = !world.places.sector_of(world.home(person, context.as_at)).district.is_empty();
            row.cells([&written(crime.outcome_day, ISO), youth_words(crime.outcome, index), if inside { "L" } else { "O" }]);
            row.person("child", person, copy.birth);
            row.facts.push(Fact::plain(person, EventKind::Offence, crime.outcome, EventRole::Offender, crime.committed, index as u32));
            out.push(row);
        }
    })
}

fn youth_words(code: &str, index: usize) -> &'static str {
    match code {
        "conviction" => ["Conviction - Fine", "Conviction - Conditional Discharge", "Conviction - Absolute Discharge", "Reparation Order"]
            .get(index % 4)
            .copied()
            .unwrap_or("Reparation Order"),
        "reprimand" => "Reprimand",
        "final_warning" => "Final Warning",
        "youth_caution" => "Youth Caution",
        "conditional_caution" => "Youth Conditional Caution",
        "referral_order" => "Referral Order",
        "youth_rehabilitation_order" => "Youth Rehabilitation Order",
        "detention_order" => "Detention and Training Order",
        "community_resolution" | "outcome_22" => "Community Resolution",
        "charged" => "Charged - awaiting court",
        _ => "No Further Action",
    }
}

/// Home Office outcome type and the standard code it stands for.
fn outcome_type(code: &'static str, youth: bool, index: usize) -> (&'static str, &'static str) {
    match code {
        "reprimand" | "final_warning" | "youth_caution" => ("2", "youth_caution"),
        "conditional_caution" => (if youth { "2A" } else { "3A" }, "conditional_caution"),
        "caution" => ("3", "caution"),
        "penalty_notice" => ("6", "penalty_notice"),
        "community_resolution" => ("8", "community_resolution"),
        "outcome_22" => ("22", "outcome_22"),
        "charged" => ("1", "charged"),
        "no_further_action" => (["14", "15", "16", "18", "10"].get(index % 5).copied().unwrap_or("18"), "no_further_action"),
        "under_investigation" => ("0", "under_investigation"),
        _ => ("1C", "conviction"),
    }
}

fn police(context: &Context<'_>) -> Vec<Row> {
    let (world, copier) = (context.world, context.copier());
    context.per_item(&world.crimes, |index, crime, out| {
        if !(context.is_new(crime.recorded) || context.is_new(crime.outcome_day) && crime.recorded <= context.as_at) {
            return;
        }
        let settled = crime.outcome_day <= context.as_at;
        let outcome = if settled { crime.outcome } else { "under_investigation" };
        for (number, &(person, role)) in crime.people.iter().enumerate() {
            let accused = matches!(role, EventRole::Offender | EventRole::Suspect);
            let role = if accused { role_for(outcome) } else { role };
            // One nominal in fifty has a second record.
            let variant = u64::from(index % 2 == 1 && context.choice(u64::from(person), 2, 0.02));
            let copy = copier.person(person, variant, context.as_at);
            let address = copier.address(person, context.as_at);
            let youth = world.age(person, crime.committed) < 18 || outcome_is_youth(crime);
            let (kind, code) = outcome_type(outcome, youth, index);
            let (ho_code, offence, _) = OFFENCES.get(crime.offence as usize).copied().unwrap_or(("", "", 2));
            let nino =
                if accused && context.choice(u64::from(person), 3, 0.5) { copier.nino(person, context.as_at) } else { String::new() };
            let mut row = Row::new(context.order(index as u64, number as u64));
            row.cells([
                &crime_reference(index),
                &agency_number(Source::Police, person, variant).to_string(),
                "",
                &copy.surname,
                &copy.forename,
                &copy.middle,
            ]);
            row.cells([&written_birth(copy.birth, UK), if copy.female { "F" } else { "M" }, "", &nino]);
            let line =
                [address.flat.as_str(), &address.line()].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
            row.cells([
                &line,
                &address.town,
                &address.postcode,
                ho_code,
                offence,
                &written(crime.committed, UK),
                &written(crime.recorded, UK),
            ]);
            let marker = if number == 0 && settled { crime.marker } else { "" };
            row.cells([role_words(role), kind, &if settled { written(crime.outcome_day, UK) } else { String::new() }]);
            row.cells([
                if marker == "prolific_offender" {
                    "PPO"
                } else if marker.is_empty() {
                    "NONE"
                } else {
                    "OCG"
                },
                "N",
            ]);
            row.person("nominal", person, copy.birth);
            row.facts.push(Fact::plain(person, EventKind::Offence, code, role, crime.committed, index as u32));
            if !marker.is_empty() {
                row.facts.push(Fact::plain(person, EventKind::Custody, marker, EventRole::Offender, crime.committed, index as u32));
            }
            out.push(row);
        }
    })
}

fn outcome_is_youth(crime: &Crime) -> bool {
    matches!(crime.outcome, "reprimand" | "final_warning" | "youth_caution")
}

fn role_words(role: EventRole) -> &'static str {
    match role {
        EventRole::Offender => "OFFENDER",
        EventRole::Victim => "VICTIM",
        EventRole::Witness => "WITNESS",
        _ => "SUSPECT",
    }
}

fn asb(context: &Context<'_>) -> Vec<Row> {
    let (world, copier) = (context.world, context.copier());
    let mut rows = context.per_item(&world.happenings, |index, event: &Happening, out| {
        if event.kind != EventKind::AsbIntervention || event.group != 0 || !context.is_new(event.known) {
            return;
        }
        let copy = copier.person(event.person, 0, context.as_at);
        // The measure names the home of its day: later tenants there are not meant.
        let address = copier.address(event.person, event.from);
        let birth = if context.choice(u64::from(event.person), 1, 0.5) { super::Birth::Missing } else { copy.birth };
        let kind = match event.code {
            "asbo" => "ASBO",
            "asb_injunction" if event.from > 16_363 => "CI",
            "asb_injunction" => "ASBI",
            "acceptable_behaviour_contract" => "ABC",
            "criminal_behaviour_order" => "CBO",
            "community_protection_notice" => "CPN",
            _ => "WL",
        };
        let mut row = Row::new(context.order(u64::from(event.person), event.from as u64));
        row.cells([
            &format!("ASB{:07}", agency_number(Source::Asb, index as u32, 0)),
            kind,
            "NONE",
            &copy.surname,
            &copy.forename,
            &written_birth(birth, "%Y/%m/%d"),
        ]);
        row.cells([
            &address.cell(),
            &address.postcode,
            &address.uprn,
            "",
            &written(event.from, "%Y/%m/%d"),
            &written(event.to, "%Y/%m/%d"),
            "CSP",
        ]);
        row.person("person", event.person, birth);
        row.facts.push(Fact { reference: index as u32, ..Fact::of(event, event.to) });
        out.push(row);
    });
    rows.extend(incidents(context));
    rows
}

/// Calls about places: about three a year per hundred homes, nobody named.
fn incidents(context: &Context<'_>) -> Vec<Row> {
    let world = context.world;
    let years = f64::from((context.as_at - context.since).min(800)) / 365.0;
    context.per_family(|family, out| {
        let mut rng = stream(world.seed, Purpose::Extract, 1_002 + context.as_at as u64, u64::from(family));
        let household = world.family(family);
        if !rng.chance(years * 0.02 * f64::from(1 + u32::from(household.need) * 3)) {
            return;
        }
        let from = rng.between(context.since.max(context.as_at - 800) + 1, context.as_at);
        let address = world.places.words(household.home(from));
        let number = mix(world.seed, Purpose::Extract, 1_003 + context.as_at as u64, u64::from(family)) % 1_000_000_000;
        let mut row = Row::new(context.order(u64::from(family), 1 << 40));
        let qualifier = *rng.pick(&["Personal", "Nuisance", "Nuisance", "Environmental"]);
        row.cells([&format!("INC{number:09}"), "NONE", qualifier, "", "", "", &address.cell().to_uppercase()]);
        row.cells([&address.postcode, &address.uprn, "", &written(from, "%Y/%m/%d"), "", "Police"]);
        out.push(row);
    })
}

fn abuse(context: &Context<'_>) -> Vec<Row> {
    let (world, copier) = (context.world, context.copier());
    context.per_item(&world.abuse, |index, incident, out| {
        if !context.is_new(incident.recorded) {
            return;
        }
        let mut row = Row::new(context.order(index as u64, 0));
        let words = match incident.outcome {
            "medium" => "Medium",
            "high" => "High",
            "marac" => "MARAC",
            _ => "Standard",
        };
        row.cells([&format!("DA{:07}", agency_number(Source::Abuse, index as u32, 0)), &written(incident.committed, UK), words]);
        let mut people = [None, None];
        for &(person, role) in &incident.people {
            let slot = usize::from(role != EventRole::Victim);
            if let Some(place) = people.get_mut(slot) {
                *place = Some((person, role));
            }
        }
        for (slot, found) in ["victim", "perpetrator"].into_iter().zip(people) {
            let Some((person, role)) = found else {
                row.blank(5);
                continue;
            };
            let copy = copier.person(person, 0, context.as_at);
            let address = copier.address(person, context.as_at);
            row.cells([&copy.surname, &copy.forename, &written_birth(copy.birth, UK), &address.cell(), &address.postcode]);
            row.person(slot, person, copy.birth);
            row.facts.push(Fact::plain(person, EventKind::DomesticAbuse, incident.outcome, role, incident.committed, index as u32));
        }
        let confidential = people.first().copied().flatten().is_some_and(|(victim, _)| {
            world.family(world.family_on(victim, context.as_at)).kind == super::super::world::FamilyKind::Refuge
                || incident.outcome == "marac"
        });
        row.cells([if confidential { "Y" } else { "N" }, relationship(context, incident), ""]);
        out.push(row);
    })
}

/// What the perpetrator is to the victim.
fn relationship(context: &Context<'_>, incident: &Crime) -> &'static str {
    let world = context.world;
    let [(victim, _), (perpetrator, _)] = incident.people.as_slice() else { return "Other" };
    let (victim, perpetrator) = (*victim, *perpetrator);
    let on = incident.committed;
    let gap = world.person(perpetrator).born - world.person(victim).born;
    if world.family_on(victim, on) != world.family_on(perpetrator, on) {
        "Ex-partner"
    } else if gap > 16 * 365 {
        "Son or daughter"
    } else if gap < -16 * 365 {
        "Parent"
    } else {
        "Partner"
    }
}
