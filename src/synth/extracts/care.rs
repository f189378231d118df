//! The extracts of children's services and health.
//!
//! In: episodes, flags, families known to care. Out: rows. What always holds: the two care extracts share one system, hence its person
//! numbers and its errors; an unborn child has no date of birth.

use crate::model::{Day, EventKind, NO_DAY};

use super::super::copies::{Birth, PersonCopy};
use super::super::world::{Happening, Place, World};
use super::{Context, FULL, Fact, Feed, Format, PLAIN, Row, Source, agency_number, written, written_birth};

const ISO: &str = "%Y-%m-%d";

pub(super) const EPISODES: Feed = Feed {
    source: Source::CareEpisodes,
    name: "social_care_episodes",
    stem: "socialcare_episodes",
    extension: "parquet",
    increment: false,
    valid_days: 62,
    carries: &[EventKind::SocialCare],
    header: &[
        "episode_id",
        "person_id",
        "nhs_number",
        "forename",
        "surname",
        "dob",
        "gender_code",
        "ethnicity",
        "address",
        "postcode",
        "uprn",
        "episode_type",
        "start_date",
        "end_date",
    ],
    format: Format::Parquet(false, &[]),
    style: FULL,
    test: &[(0, "TEST-#"), (1, "999990#"), (3, "Test"), (4, "ZZTEST"), (11, "EH"), (12, "2012-06-01")],
    test_slots: &["child"],
    rows: episodes,
};

pub(super) const RELATIONS: Feed = Feed {
    source: Source::CareRelations,
    name: "social_care_relationships",
    stem: "socialcare_relationships",
    extension: "csv",
    increment: false,
    valid_days: 62,
    carries: &[],
    header: &["a_id", "a_forename", "a_surname", "a_dob", "relationship", "b_id", "b_forename", "b_surname", "b_dob", "start", "end"],
    format: Format::Csv(b',', "utf-8", None),
    style: FULL,
    test: &[(0, "999998#"), (1, "Test"), (2, "ZZTEST"), (4, "PROF"), (5, "999999#"), (6, "Dummy"), (7, "ZZTEST")],
    test_slots: &["a", "b"],
    rows: relations,
};

pub(super) const HEALTH: Feed = Feed {
    source: Source::Health,
    name: "health_flags",
    stem: "health_flags",
    extension: "parquet",
    increment: false,
    valid_days: 92,
    carries: &[EventKind::Health],
    header: &[
        "nhs_number",
        "family_name",
        "given_name",
        "birth_date",
        "gender",
        "address",
        "postcode",
        "gp_practice",
        "flag_date",
        "mh_adult",
        "mh_child",
        "substance",
        "alcohol",
        "long_term",
        "conception_u18",
    ],
    format: Format::Parquet(true, &[3, 8]),
    style: PLAIN,
    test: &[(0, "9990000018"), (1, "ZZTEST"), (2, "Test"), (8, "2012-06-01")],
    test_slots: &["patient"],
    rows: health,
};

/// A care episode the system shows on that day, and its end if that is past.
fn shown<'a>(context: &Context<'_>, event: &'a Happening) -> Option<(&'a Happening, Day)> {
    let recent = event.to == NO_DAY || event.to > context.as_at - 731;
    let shown =
        event.kind == EventKind::SocialCare && event.known <= context.as_at && recent && !died(context.world, event.person, context.as_at);
    shown.then_some((event, if event.to > context.as_at { NO_DAY } else { event.to }))
}

fn died(world: &World, person: u32, on: Day) -> bool {
    let died = world.person(person).died;
    died != NO_DAY && died <= on
}

/// The care system's copy, before birth without a name.
fn care_copy(context: &Context<'_>, person: u32) -> PersonCopy {
    let mut copy = context.copier_of(Source::CareEpisodes).person(person, 0, context.as_at);
    if context.world.person(person).born > context.as_at {
        copy = PersonCopy { forename: "Unborn".to_owned(), middle: String::new(), alias: String::new(), birth: Birth::Missing, ..copy };
    }
    copy
}

fn episodes(context: &Context<'_>) -> Vec<Row> {
    let (world, copier) = (context.world, context.copier());
    Context::per_item(&world.happenings, |_, event, out| {
        let index = event.id as usize;
        let Some((event, to)) = shown(context, event) else { return };
        let copy = care_copy(context, event.person);
        let unborn = world.person(event.person).born > context.as_at;
        let address = copier.address(event.person, context.as_at);
        let kind = match event.code {
            "child_in_need" => "CIN",
            "child_protection_plan" => "CPP",
            "looked_after" => "LAC",
            "considering_care" => "EDGE",
            _ => "EH",
        };
        let mut row = Row::new(context.order(index as u64, 0));
        let number = if unborn { String::new() } else { copier.nhs_number(event.person) };
        row.cells([
            &format!("E{:07}", agency_number(Source::CareEpisodes, index as u32, 0)),
            &agency_number(Source::CareEpisodes, event.person, 1).to_string(),
            &number,
        ]);
        let gender = if unborn {
            "0"
        } else if copy.female {
            "2"
        } else {
            "1"
        };
        row.cells([
            &copy.forename,
            &copy.surname,
            &written_birth(copy.birth, ISO),
            gender,
            "",
            &address.cell(),
            &address.postcode,
            &address.uprn,
            kind,
        ]);
        row.cells([&written(event.from, ISO), &written(to, ISO)]);
        row.person("child", event.person, copy.birth);
        row.facts.push(Fact::of(event, to));
        out.push(row);
    })
}

fn relations(context: &Context<'_>) -> Vec<Row> {
    let (world, on) = (context.world, context.as_at);
    context.per_family(|family, out| {
        let household = world.family(family);
        let known: Vec<u32> = household
            .members_on(on + 60)
            .filter(|member| {
                member.place == Place::Offspring
                    && member.primary
                    && world.happenings_of(member.person).iter().any(|event| shown(context, event).is_some())
            })
            .map(|member| member.person)
            .collect();
        if known.is_empty() {
            return;
        }
        let mut pair = |from: u32, code: &str, to: u32, since: Day, until: Day| {
            let (a, b) = (care_copy(context, from), care_copy(context, to));
            let mut row = Row::new(context.order(u64::from(from), u64::from(to)));
            for (copy, person) in [(&a, from), (&b, to)] {
                row.cells([
                    &agency_number(Source::CareEpisodes, person, 1).to_string(),
                    &copy.forename,
                    &copy.surname,
                    &written_birth(copy.birth, ISO),
                ]);
                if person == from {
                    row.cell(code);
                }
            }
            row.cells([&written(since, ISO), &written(until, ISO)]);
            row.person("a", from, a.birth).person("b", to, b.birth);
            out.push(row);
        };
        for member in household.members_on(on).filter(|member| world.is_alive(member.person, on)) {
            let female = world.person(member.person).female;
            let code = match member.place {
                Place::Head | Place::Spouse | Place::AbsentParent => Some(if female { "MTHR" } else { "FTHR" }),
                Place::StepPartner => Some("STEP"),
                Place::Grandparent => Some("GPAR"),
                _ => None,
            };
            if let Some(code) = code {
                for &child in &known {
                    pair(member.person, code, child, NO_DAY, NO_DAY);
                }
            }
        }
        for (index, &older) in known.iter().enumerate() {
            for &younger in known.iter().skip(index + 1) {
                pair(older, "SIBL", younger, NO_DAY, NO_DAY);
            }
        }
    })
}

fn health(context: &Context<'_>) -> Vec<Row> {
    const FLAGS: [&str; 6] =
        ["mental_health_adult", "mental_health_child", "substance_misuse", "alcohol_misuse", "long_term_condition", "under_18_conception"];
    let (world, copier, on) = (context.world, context.copier(), context.as_at);
    Context::per_item(&world.happenings, |_, event, out| {
        let index = event.id as usize;
        let over = event.to != NO_DAY && event.to <= on;
        if event.kind != EventKind::Health || event.known > on || over || !world.is_alive(event.person, on) {
            return;
        }
        let copy = copier.person(event.person, 0, on);
        let address = copier.address(event.person, on);
        let mut row = Row::new(context.order(index as u64, 0));
        row.cells([
            &copier.nhs_number(event.person),
            &copy.surname,
            &copy.forename,
            &written_birth(copy.birth, ISO),
            if copy.female { "female" } else { "male" },
        ]);
        row.cells([&address.cell(), &address.postcode, "", &written(event.from, ISO)]);
        for flag in FLAGS {
            row.cell(if flag == event.code { "Y" } else { "N" });
        }
        row.person("patient", event.person, copy.birth);
        row.facts.push(Fact::of(event, NO_DAY));
        out.push(row);
    })
}
