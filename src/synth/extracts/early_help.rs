//! The extracts of early help and of the young people's service: needs that practitioners found, and what young people do after school.
//!
//! In: needs, activities. Out: rows. What always holds: a need is there once it is recorded, some days after it was found; the young
//! people's list is one of everybody from the end of year 11 to the nineteenth birthday, and misses a few.

use crate::model::{Day, EventKind, NO_DAY};

use super::super::homes::telephone;
use super::super::world::Happening;
use super::{Context, FULL, Fact, Feed, Format, PLAIN, Row, Source, agency_number, written, written_birth};

const ISO: &str = "%Y-%m-%d";
const UK: &str = "%d/%m/%Y";

/// The agency's words for each need.
const WORDS: [(&str, &str); 37] = [
    ("school_engagement", "ED1 Engagement in education"),
    ("home_education_concern", "ED2 Suitability of home education"),
    ("neet_risk", "ED3 Risk of NEET"),
    ("sen_not_met", "ED4 SEN not met"),
    ("social_emotional_mental_health", "ED5 SEMH"),
    ("expectant_parent", "EY0 Expecting a child"),
    ("new_parent_support", "EY1 New parent support"),
    ("early_physical_health", "EY2 Physical health 0-5"),
    ("early_development", "EY3 Development 0-5"),
    ("two_year_offer_missed", "EY4 Two year offer not taken"),
    ("mental_health_child", "HE1 Child mental health"),
    ("mental_health_adult", "HE2 Adult mental health"),
    ("disability_or_neurodiversity", "HE3 Disability or neurodiversity"),
    ("substance_use_adult", "SU1 Adult substance use"),
    ("substance_use_child", "SU2 Young person substance use"),
    ("parenting_support", "FR1 Parenting"),
    ("parental_conflict", "FR2 Parental conflict"),
    ("child_violence_at_home", "FR3 Child to parent violence"),
    ("young_carer", "FR4 Young carer"),
    ("abuse_or_neglect", "SA1 Abuse or neglect"),
    ("missing_from_home", "SA2 Missing"),
    ("sexual_exploitation", "SA3 CSE"),
    ("criminal_exploitation", "SA4 CCE"),
    ("radicalisation", "SA5 Prevent"),
    ("harm_outside_family", "SA6 Harm outside the family"),
    ("crime_risk", "CR1 Risk of crime"),
    ("gang_involvement", "CR2 Gangs"),
    ("domestic_abuse_affected", "DA1 Affected by domestic abuse"),
    ("domestic_abuse_perpetrator", "DA2 Perpetrator"),
    ("domestic_abuse_child", "DA3 Child affected by domestic abuse"),
    ("temporary_accommodation", "HO1 Temporary accommodation"),
    ("unsuitable_housing", "HO2 Unsuitable housing"),
    ("homelessness_risk", "HO3 Risk of homelessness"),
    ("excluded_from_home", "HO4 16/17 excluded from home"),
    ("financial_exclusion_risk", "FI1 Financial exclusion"),
    ("unmanageable_debt", "FI2 Debt"),
    ("neet", "FI3 NEET"),
];

pub(super) const EARLY_HELP: Feed = Feed {
    source: Source::EarlyHelp,
    name: "early_help_needs",
    stem: "earlyhelp_needs",
    extension: "csv",
    increment: false,
    valid_days: 62,
    carries: &[EventKind::Need],
    header: &[
        "AssessmentRef",
        "PersonRef",
        "FirstName",
        "LastName",
        "DateOfBirth",
        "Gender",
        "Address",
        "Postcode",
        "Phone",
        "Need",
        "Identified",
        "Met",
        "Team",
    ],
    format: Format::Csv(b';', "utf-8", None),
    style: FULL,
    test: &[(0, "EH-TEST-#"), (1, "99999#"), (2, "Test"), (3, "ZZTEST"), (9, "ED4 SEN not met"), (10, "01/06/2012")],
    test_slots: &["person"],
    rows: early_help,
};

pub(super) const YOUNG_PEOPLE: Feed = Feed {
    source: Source::YoungPeople,
    name: "young_people",
    stem: "youngpeople_activity",
    extension: "csv",
    increment: false,
    valid_days: 62,
    carries: &[EventKind::Activity],
    header: &["YoungPersonId", "FamilyName", "GivenName", "DateOfBirth", "Gender", "Address", "Postcode", "ActivityCode", "ActivityStart"],
    format: Format::Csv(b',', "utf-8", None),
    style: PLAIN,
    test: &[(0, "TEST-#"), (1, "ZZTEST"), (2, "Test"), (7, "810"), (8, "2012-06-01")],
    test_slots: &["young_person"],
    rows: young_people,
};

fn early_help(context: &Context<'_>) -> Vec<Row> {
    let (world, copier, on) = (context.world, context.copier(), context.as_at);
    Context::per_item(&world.happenings, |_, event, out| {
        let index = event.id as usize;
        let recent = event.to == NO_DAY || event.to > on - 731;
        if event.kind != EventKind::Need || event.known > on || !recent || !world.is_alive(event.person, on) {
            return;
        }
        let to = if event.to > on { NO_DAY } else { event.to };
        let copy = copier.person(event.person, 0, on);
        let address = copier.address(event.person, on);
        let need = WORDS.iter().find(|(code, _)| *code == event.code).map_or("", |(_, words)| words);
        let mut row = Row::new(context.order(index as u64, 0));
        row.cells([
            &format!("EH{:07}", agency_number(Source::EarlyHelp, index as u32, 0)),
            &agency_number(Source::EarlyHelp, event.person, 1).to_string(),
            &copy.forename,
            &copy.surname,
            &written_birth(copy.birth, UK),
            if copy.female { "Female" } else { "Male" },
        ]);
        row.cells([&address.cell(), &address.postcode, &telephone(world, event.person, on), need]);
        row.cells([&written(event.from, UK), &written(to, UK), ["North", "East", "South", "West"].get(index % 4).copied().unwrap_or("")]);
        row.person("person", event.person, copy.birth);
        row.facts.push(Fact::of(event, to));
        out.push(row);
    })
}

/// What somebody does on a day, as far as the service has been told.
fn doing<'a>(context: &Context<'a>, person: u32, on: Day) -> Option<&'a Happening> {
    let world = context.world;
    world.happenings_of(person).iter().rfind(|event| event.kind == EventKind::Activity && event.from <= on && event.known <= on)
}

fn young_people(context: &Context<'_>) -> Vec<Row> {
    let (world, copier, on) = (context.world, context.copier(), context.as_at);
    Context::per_item(&world.happenings, |_, event, out| {
        let index = event.id as usize;
        let present = doing(context, event.person, on).is_some_and(|present| std::ptr::eq(present, event));
        if event.kind != EventKind::Activity
            || !present
            || !world.is_alive(event.person, on)
            || !(16..19).contains(&world.age(event.person, on))
        {
            return;
        }
        if world.places.sector_of(world.home(event.person, on)).district.is_empty() || context.choice(u64::from(event.person), 1, 0.02) {
            return;
        }
        let copy = copier.person(event.person, 0, on);
        let address = copier.address(event.person, on);
        let code = match event.code {
            "education" => "210",
            "training" => "410",
            "employment_with_training" => "310",
            "employment" => "320",
            "neet" => "610",
            _ => "810",
        };
        let mut row = Row::new(context.order(index as u64, 0));
        row.cells([
            &format!("YP{:07}", agency_number(Source::YoungPeople, event.person, 0)),
            &copy.surname,
            &copy.forename,
            &written_birth(copy.birth, ISO),
            if copy.female { "F" } else { "M" },
        ]);
        row.cells([&address.cell(), &address.postcode, code, &written(event.from, ISO)]);
        row.person("young_person", event.person, copy.birth);
        row.facts.push(Fact::of(event, NO_DAY));
        out.push(row);
    })
}
