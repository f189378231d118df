//! The extracts of community safety: measures and calls about anti-social behaviour, domestic abuse.
//!
//! In: measures, families, abuse. Out: rows. What always holds: a place-only incident names nobody; a measure names the home of its
//! own day, so that later tenants there are not meant; the address of a victim in a refuge is marked confidential.

use crate::model::{EventKind, EventRole};

use super::super::random::{Draw, Purpose, mix, stream};
use super::super::world::{Crime, FamilyKind, Happening};
use super::{Birth, CAPITALS, Context, Fact, Feed, Format, PLAIN, Row, Source, agency_number, written, written_birth};

const UK: &str = "%d/%m/%Y";

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
    test_slots: &["person"],
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
        "Perpetrator Risk",
        "Children Present",
    ],
    format: Format::Csv(b',', "utf-8", None),
    style: PLAIN,
    test: &[(0, "DATEST@#"), (1, "01/05/2012"), (2, "Standard"), (3, "ZZTEST"), (4, "Test"), (13, "N"), (14, "Other"), (15, "Not known")],
    test_slots: &["victim"],
    rows: abuse,
};

fn asb(context: &Context<'_>) -> Vec<Row> {
    let (world, copier) = (context.world, context.copier());
    let mut rows = Context::per_item(&world.happenings, |_, event: &Happening, out| {
        let index = event.id as usize;
        if event.kind != EventKind::AsbIntervention || event.group != 0 || !context.is_new(event.known) {
            return;
        }
        let copy = copier.person(event.person, 0, context.as_at);
        // The measure names the home of its day: later tenants there are not meant.
        let address = copier.address(event.person, event.from);
        let birth = if context.choice(u64::from(event.person), 1, 0.5) { Birth::Missing } else { copy.birth };
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
    Context::per_item(&world.abuse, |index, incident, out| {
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
            world.family(world.family_on(victim, context.as_at)).kind == FamilyKind::Refuge || incident.outcome == "marac"
        });
        row.cells([
            if confidential { "Y" } else { "N" },
            relationship(context, incident),
            if people.get(1).copied().flatten().is_some() { words } else { "Not known" },
            "",
        ]);
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
