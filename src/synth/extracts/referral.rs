//! The referral forms of professionals.
//!
//! In: referrals. Out: a row per form, with one parent and up to three children. What always holds: no date of birth, an age at most;
//! names as somebody wrote them on paper.

use crate::model::{EventKind, EventRole};

use super::super::copies::Birth;
use super::super::homes::telephone;
use super::super::onward::VAGUE;
use super::super::places::AddressText;
use super::super::random::{Draw, Purpose, stream};
use super::super::world::{Happening, Place};
use super::{Context, Fact, Feed, Format, PLAIN, Row, Source, agency_number, written};

pub(super) const REFERRALS: Feed = Feed {
    source: Source::Referrals,
    name: "professional_referrals",
    stem: "referrals",
    extension: "csv",
    increment: true,
    valid_days: 62,
    carries: &[EventKind::Referral],
    header: &[
        "ReferralId",
        "Received",
        "Referrer",
        "ReferrerAgency",
        "ParentName",
        "ParentPhone",
        "Address",
        "Postcode",
        "Child1Name",
        "Child1Age",
        "Child2Name",
        "Child2Age",
        "Child3Name",
        "Child3Age",
        "Crime or ASB",
        "Not in school",
        "Out of work",
        "High cost",
        "Consent",
    ],
    format: Format::Csv(b',', "utf-8", None),
    style: PLAIN,
    test: &[(0, "RTEST@#"), (1, "01/10/2012"), (4, "ZZTEST Test"), (8, "Test Child ZZTEST")],
    test_slots: &["parent", "child1"],
    rows: referrals,
};

fn referrals(context: &Context<'_>) -> Vec<Row> {
    let world = context.world;
    Context::per_item(&world.happenings, |_, event, out| {
        let index = event.id as usize;
        let first = |event: &Happening| {
            let earlier =
                world.happenings_of(event.person).iter().find(|other| other.kind == EventKind::Referral && other.from == event.from);
            earlier.is_some_and(|other| other.code == event.code)
        };
        if event.kind == EventKind::Referral && context.is_new(event.from) && first(event) {
            out.push(form(context, index, event));
        }
    })
}

/// One form: the youngest child first, two more of the family, one parent.
fn form(context: &Context<'_>, index: usize, event: &Happening) -> Row {
    let (world, copier, on) = (context.world, context.copier(), event.from);
    let mut rng = stream(world.seed, Purpose::Extract, 1_005, index as u64);
    let family = world.family_on(event.person, on);
    let residents = world.residents(family, on);
    let parent = residents.iter().find(|member| matches!(member.place, Place::Head | Place::Grandparent)).map(|member| member.person);
    let mut children = vec![event.person];
    children.extend(
        residents
            .iter()
            .filter(|member| member.place == Place::Offspring && member.person != event.person && world.age(member.person, on) < 18)
            .map(|member| member.person),
    );
    children.truncate(3);
    // From memory: forenames, round ages, at most a town.
    let vague = event.quantity == VAGUE;
    let mut row = Row::new(context.order(index as u64, 0));
    let agency = *rng.pick(&["School", "Health visitor", "YOS", "Housing", "Police", "GP"]);
    row.cells([&format!("R{:06}", agency_number(Source::Referrals, index as u32, 0)), &written(on, "%d/%m/%Y"), "", agency]);
    let mut address = copier.family_address(family, u64::from(family) | 1 << 40, on);
    if vague {
        address = AddressText { town: address.town, ..AddressText::default() };
    }
    match parent {
        Some(parent) => {
            let copy = copier.person(parent, 0, on);
            let name = if vague { format!("{} {}", copy.title, copy.surname) } else { format!("{} {}", copy.forename, copy.surname) };
            row.cells([&name, &telephone(world, parent, on), &address.cell(), &address.postcode]);
            row.person("parent", parent, Birth::Missing);
        }
        None => {
            row.blank(2).cells([&address.cell(), &address.postcode]);
        }
    }
    for (place, slot) in ["child1", "child2", "child3"].into_iter().enumerate() {
        let Some(&child) = children.get(place) else {
            row.blank(2);
            continue;
        };
        let copy = copier.person(child, 0, on);
        let name = if rng.chance(0.75) { format!("{} {}", copy.forename, copy.surname) } else { copy.forename.clone() };
        let age = (world.age(child, on) + if rng.chance(0.2) { rng.between(-1, 1) } else { 0 }).max(0);
        let name = if vague && !copy.alias.is_empty() {
            copy.alias
        } else if vague {
            copy.forename
        } else {
            name
        };
        let words = match rng.u8(0..4) {
            _ if vague => format!("about {age}"),
            0 => format!("about {age}"),
            1 => format!("{age} yrs"),
            _ => age.to_string(),
        };
        row.cells([&name, &words]);
        row.person(slot, child, Birth::Missing);
    }
    let ticked: Vec<&'static str> = world
        .happenings_of(event.person)
        .iter()
        .filter(|other| other.kind == EventKind::Referral && other.from == on)
        .map(|other| other.code)
        .collect();
    for code in ["crime_asb", "education", "work", "cost"] {
        row.cell(if ticked.contains(&code) { "Y" } else { "" });
        if ticked.contains(&code) {
            row.facts.push(Fact::plain(event.person, EventKind::Referral, code, EventRole::Subject, on, index as u32));
        }
    }
    row.cell("Y");
    row
}
