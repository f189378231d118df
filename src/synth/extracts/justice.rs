//! The extracts of police and youth offending.
//!
//! In: crimes. Out: a row per crime and person. What always holds: the police send an offence when it is recorded (under investigation,
//! suspects only) and again when its outcome is known; the youth service knows it by its outcome.

use crate::model::{EventKind, EventRole};

use super::super::life::{OFFENCES, role_for};
use super::super::world::Crime;
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
    test_slots: &["child"],
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
    test_slots: &["nominal"],
    rows: police,
};

/// A crime's number as the police write it.
fn crime_reference(index: usize) -> String {
    let number = agency_number(Source::Police, index as u32, 0);
    format!("L/{number:07}")
}

fn youth(context: &Context<'_>) -> Vec<Row> {
    let (world, copier) = (context.world, context.copier());
    Context::per_item(&world.crimes, |index, crime, out| {
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
    Context::per_item(&world.crimes, |index, crime, out| {
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
