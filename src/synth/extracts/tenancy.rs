//! The extracts of the two landlords.
//!
//! In: families that rent from them. Out: one row per tenancy, ended ones of the last two years included. What always holds: a notice
//! stands on the tenancy of its day, so a later tenant of the same home has none.

use crate::model::{Day, EventKind, EventRole, NO_DAY};

use super::super::homes::{email, telephone};
use super::super::life::landlord;
use super::super::world::{Happening, Membership, Place, World};
use super::{CURLY, Context, Fact, Feed, Format, PLAIN, Row, Source, agency_number, written, written_birth};

const WORDS: &str = "%d %B %Y";
const ISO: &str = "%Y-%m-%d";

pub(super) const ACIS: Feed = Feed {
    source: Source::Acis,
    name: "tenancies_acis",
    stem: "tenancies_acis",
    extension: "xlsx",
    increment: false,
    valid_days: 92,
    carries: &[EventKind::AsbIntervention, EventKind::Housing],
    header: &[
        "Tenancy Ref",
        "UPRN",
        "Property Address",
        "Postcode",
        "Tenant 1 Title",
        "Tenant 1 Forename",
        "Tenant 1 Surname",
        "Tenant 1 DOB",
        "Tenant 2 Title",
        "Tenant 2 Forename",
        "Tenant 2 Surname",
        "Tenant 2 DOB",
        "Telephone",
        "Tenancy Start",
        "Tenancy End",
        "Balance",
        "ASB Action",
        "ASB Action Date",
        "Rent Action",
        "Rent Action Date",
    ],
    format: Format::Xlsx("Tenancies", &["Acis Group - tenancy extract", "Produced from Orchard"], &[7, 11, 13, 14, 17, 19], Some("Total")),
    style: PLAIN,
    test: &[(0, "AC/TEST/#"), (2, "1 Training Close"), (5, "Test"), (6, "ZZTEST"), (16, "NONE"), (18, "NONE")],
    test_slots: &["tenant1"],
    rows: |context| tenancies(context, 0),
};

pub(super) const LHP: Feed = Feed {
    source: Source::Lhp,
    name: "tenancies_lhp",
    stem: "tenancies_lhp",
    extension: "csv",
    increment: false,
    valid_days: 92,
    carries: &[EventKind::AsbIntervention, EventKind::Housing],
    header: &[
        "ten_ref",
        "uprn",
        "tenant_name",
        "tenant_dob",
        "tenant_nino",
        "joint_name",
        "joint_dob",
        "joint_nino",
        "addr_1",
        "addr_2",
        "town",
        "pcode",
        "tel",
        "email",
        "ten_start",
        "ten_end",
        "arrears_gbp",
        "asb_stage",
        "asb_date",
        "rent_stage",
        "rent_date",
    ],
    format: Format::Csv(b';', "windows-1252", None),
    style: CURLY,
    test: &[(0, "LTEST#"), (2, "Mr Test ZZTEST"), (8, "1 Training Close"), (17, "NONE"), (19, "NONE")],
    test_slots: &["tenant"],
    rows: |context| tenancies(context, 1),
};

/// One tenancy of one family.
struct Tenancy {
    family: u32,
    number: usize,
    from: Day,
    /// [`NO_DAY`] while it runs.
    to: Day,
    tenants: Vec<u32>,
}

impl Tenancy {
    /// Whose copy of the address it is: the tenancy's, nobody's own.
    fn key(&self) -> u64 {
        (u64::from(self.family) * 8 + self.number as u64) | (1 << 40)
    }
}

fn tenants(world: &World, family: u32, on: Day) -> Vec<u32> {
    let holds = |member: &&Membership| {
        matches!(member.place, Place::Head | Place::Spouse | Place::StepPartner | Place::Grandparent) && world.age(member.person, on) >= 18
    };
    let mut people: Vec<u32> = world.residents(family, on).iter().filter(holds).map(|member| member.person).collect();
    people.truncate(2);
    people
}

fn tenancies(context: &Context<'_>, number: u8) -> Vec<Row> {
    let (world, on) = (context.world, context.as_at);
    context.per_family(|family, out| {
        let household = world.family(family);
        if household.since > on {
            return;
        }
        for (index, dwelling) in household.dwellings.iter().enumerate().filter(|(_, dwelling)| dwelling.from <= on) {
            let next = household.dwellings.get(index + 1).map(|next| next.from).filter(|&from| from <= on);
            let to = next.map_or(NO_DAY, |from| from - 1);
            let day = if to == NO_DAY { on } else { to };
            let recent = to == NO_DAY || (to > on - 731 && context.choice(u64::from(family) * 8 + index as u64, 1, 0.6));
            if !recent || landlord(world, family, day.max(dwelling.from)) != Some(number) {
                continue;
            }
            let mut people = tenants(world, family, day);
            // One joint tenancy in five is in one name only.
            if people.len() == 2 && context.choice(u64::from(family), 2, 0.2) {
                people.truncate(1);
            }
            if !people.is_empty() {
                let tenancy = Tenancy { family, number: index, from: dwelling.from, to, tenants: people };
                out.push(if number == 0 { acis(context, &tenancy) } else { lhp(context, &tenancy) });
            }
        }
    })
}

/// The latest matter of that kind that falls into the tenancy.
fn matter<'a>(context: &'a Context<'_>, tenancy: &Tenancy, kind: EventKind) -> Option<&'a Happening> {
    let tenant = tenancy.tenants.first().copied()?;
    let inside = |event: &&Happening| {
        event.kind == kind
            && event.role == EventRole::Tenant
            && event.known <= context.as_at
            && event.from >= tenancy.from
            && (tenancy.to == NO_DAY || event.from <= tenancy.to)
    };
    context.world.happenings_of(tenant).iter().rfind(inside)
}

fn push_facts(row: &mut Row, events: [Option<&Happening>; 2]) {
    for event in events.into_iter().flatten() {
        row.facts.push(Fact::of(event, NO_DAY));
    }
}

fn asb_words(event: Option<&Happening>, words: [&'static str; 3]) -> &'static str {
    let [notice, demotion, eviction] = words;
    match event.map(|event| event.code) {
        Some("notice_seeking_possession_asb" | "notice_seeking_possession_arrears") => notice,
        Some("demotion_order" | "rent_arrears") => demotion,
        Some(_) => eviction,
        None => "NONE",
    }
}

fn acis(context: &Context<'_>, tenancy: &Tenancy) -> Row {
    let (world, copier, on) = (context.world, context.copier(), context.as_at);
    let day = if tenancy.to == NO_DAY { on } else { tenancy.to };
    let address = copier.family_address(tenancy.family, tenancy.key(), day);
    let mut row = Row::new(context.order(u64::from(tenancy.family), tenancy.number as u64));
    row.cells([
        &format!("AC/{:07}/{}", agency_number(Source::Acis, tenancy.family, 0), tenancy.number),
        &address.uprn,
        &address.cell(),
        &address.postcode,
    ]);
    for (index, slot) in ["tenant1", "tenant2"].into_iter().enumerate() {
        let Some(&person) = tenancy.tenants.get(index) else {
            row.blank(4);
            continue;
        };
        let copy = copier.person(person, 0, on);
        row.cells([copy.title, &copy.forename, &copy.surname, &written_birth(copy.birth, ISO)]);
        row.person(slot, person, copy.birth);
    }
    let first = tenancy.tenants.first().copied().unwrap_or(0);
    let (asb, rent) = (matter(context, tenancy, EventKind::AsbIntervention), matter(context, tenancy, EventKind::Housing));
    row.cells([
        &telephone(world, first, on),
        &written(tenancy.from, ISO),
        &written(tenancy.to, ISO),
        if rent.is_some() { "612.40" } else { "0.00" },
    ]);
    row.cells([asb_words(asb, ["NSP14", "DEMOTED", "EVICT14"]), &written(asb.map_or(NO_DAY, |event| event.from), ISO)]);
    row.cells([asb_words(rent, ["NSP8", "ARREARS", "EVICT8"]), &written(rent.map_or(NO_DAY, |event| event.from), ISO)]);
    push_facts(&mut row, [asb, rent]);
    row
}

fn lhp(context: &Context<'_>, tenancy: &Tenancy) -> Row {
    let (world, copier, on) = (context.world, context.copier(), context.as_at);
    let day = if tenancy.to == NO_DAY { on } else { tenancy.to };
    let address = copier.family_address(tenancy.family, tenancy.key(), day);
    let mut row = Row::new(context.order(u64::from(tenancy.family), tenancy.number as u64));
    row.cells([&format!("L{:07}-{}", agency_number(Source::Lhp, tenancy.family, 0), tenancy.number), &address.uprn]);
    for (index, slot) in ["tenant", "joint"].into_iter().enumerate() {
        let Some(&person) = tenancy.tenants.get(index) else {
            row.blank(3);
            continue;
        };
        let copy = copier.person(person, 0, on);
        let known_as = if copy.alias.is_empty() { String::new() } else { format!(" (aka {})", copy.alias) };
        row.cells([
            &format!("{} {} {}{known_as}", copy.title, copy.forename, copy.surname),
            &written_birth(copy.birth, WORDS),
            &copier.nino(person, on),
        ]);
        row.person(slot, person, copy.birth);
    }
    let first = tenancy.tenants.first().copied().unwrap_or(0);
    let (line, second) = if address.flat.is_empty() { (address.line(), String::new()) } else { (address.flat.clone(), address.line()) };
    row.cells([&line, &second, &address.town, &address.postcode, &telephone(world, first, on), &email(world, first, on)]);
    let (asb, rent) = (matter(context, tenancy, EventKind::AsbIntervention), matter(context, tenancy, EventKind::Housing));
    row.cells([&written(tenancy.from, WORDS), &written(tenancy.to, WORDS), if rent.is_some() { "540" } else { "0" }]);
    row.cells([asb_words(asb, ["NOSP_ASB", "DEMOTION", "EVICTION_ASB"]), &written(asb.map_or(NO_DAY, |event| event.from), WORDS)]);
    row.cells([asb_words(rent, ["NOSP_RENT", "ARREARS", "EVICTION_RENT"]), &written(rent.map_or(NO_DAY, |event| event.from), WORDS)]);
    push_facts(&mut row, [asb, rent]);
    row
}
