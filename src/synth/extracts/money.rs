//! The extracts about benefits: the Department's return, housing benefit claims.
//!
//! In: adults, their benefits, households. Out: rows. What always holds: the Department is asked about adults who live with children;
//! an untraced adult has no benefit on the row, whatever the truth; a household's address is one copy for everybody on the account.

use crate::model::dwp::{RETURN_COLUMNS, return_code};
use crate::model::{Day, EventKind, EventRole, NO_DAY};

use super::super::homes::{email, telephone};
use super::super::world::{FamilyKind, Membership, Place, World};
use super::{CAPITALS, Context, Fact, Feed, Format, Row, Source, agency_number, written, written_birth};

pub(super) const DWP: Feed = Feed {
    source: Source::Dwp,
    name: "dwp_return",
    stem: "dwp_return",
    extension: "csv",
    increment: false,
    valid_days: 90,
    carries: &[EventKind::Benefit],
    header: &RETURN_COLUMNS,
    format: Format::Csv(b',', "utf-8", None),
    style: CAPITALS,
    test: &[(0, "TEST-#"), (2, "ZZTEST"), (3, "TEST"), (8, "N"), (9, "UNTR"), (10, "20120930")],
    test_slots: &["adult"],
    rows: dwp,
};

pub(super) const BENEFITS: Feed = Feed {
    source: Source::Benefits,
    name: "housing_benefit",
    stem: "benefits",
    extension: "csv",
    increment: false,
    valid_days: 92,
    carries: &[],
    header: &[
        "ClaimRef",
        "ClaimantNINO",
        "ClaimantSurname",
        "ClaimantForename",
        "ClaimantDOB",
        "PartnerNINO",
        "PartnerSurname",
        "PartnerForename",
        "PartnerDOB",
        "Dep1Surname",
        "Dep1Forename",
        "Dep1DOB",
        "Dep2Surname",
        "Dep2Forename",
        "Dep2DOB",
        "Dep3Surname",
        "Dep3Forename",
        "Dep3DOB",
        "Dep4Surname",
        "Dep4Forename",
        "Dep4DOB",
        "Address",
        "Postcode",
        "UPRN",
        "ClaimStart",
        "Telephone",
        "Email",
    ],
    format: Format::Csv(b',', "utf-8", Some("TOTAL")),
    style: CAPITALS,
    test: &[(0, "HBTEST#"), (2, "ZZTEST"), (3, "DO NOT USE")],
    test_slots: &["claimant"],
    rows: benefits,
};

/// A family with a child under eighteen in it.
fn has_child(world: &World, residents: &[Membership], on: Day) -> bool {
    residents.iter().any(|member| world.age(member.person, on) < 18)
}

fn dwp(context: &Context<'_>) -> Vec<Row> {
    let (world, copier, on) = (context.world, context.copier(), context.as_at);
    context.per_family(|family, out| {
        let household = world.family(family);
        let residents = world.residents(family, on);
        if !has_child(world, &residents, on)
            || household.kind == FamilyKind::CareHome
            || world.places.sector_of(household.home(on)).district.is_empty()
        {
            return;
        }
        for member in residents.iter().filter(|member| member.primary && world.age(member.person, on) >= 18) {
            let person = member.person;
            if context.choice(u64::from(person), 1, context.noise.not_asked) {
                continue;
            }
            let copy = copier.person(person, 0, on);
            let address = copier.address(person, on);
            // Without a full address the Department does not search (domain.md section 4.2).
            let unsearchable = (address.postcode.is_empty() || address.house.is_empty()) && context.choice(u64::from(person), 3, 0.5);
            let untraced = unsearchable || context.choice(u64::from(person), 2, context.noise.untraced);
            let claims: Vec<(&'static str, Day)> = if untraced {
                vec![("untraced", on)]
            } else {
                let open = world
                    .happenings_of(person)
                    .iter()
                    .filter(|event| event.kind == EventKind::Benefit && event.from <= on && (event.to == NO_DAY || event.to > on));
                let claims: Vec<_> = open.map(|event| (event.code, event.from)).collect();
                if claims.is_empty() { vec![("none", on)] } else { claims }
            };
            for (number, (code, from)) in claims.into_iter().enumerate() {
                let mut row = Row::new(context.order(u64::from(person), number as u64));
                row.cells([
                    &format!("{:07}/{}", agency_number(Source::Dwp, person, 0), number + 1),
                    &copier.nino(person, on),
                    &copy.surname,
                    &copy.forename,
                ]);
                let first = if address.flat.is_empty() { address.line() } else { format!("{} {}", address.flat, address.line()) };
                row.cells([
                    &written_birth(copy.birth, "%Y%m%d"),
                    &first,
                    &address.town,
                    &address.postcode,
                    if untraced { "N" } else { "Y" },
                    return_code(code),
                ]);
                row.cells([&written(from, "%Y%m%d"), &written(on, "%Y%m%d")]);
                row.person("adult", person, copy.birth);
                row.facts.push(Fact::plain(person, EventKind::Benefit, code, EventRole::Subject, from, number as u32));
                out.push(row);
            }
        }
    })
}

fn benefits(context: &Context<'_>) -> Vec<Row> {
    let (world, copier, on) = (context.world, context.copier(), context.as_at);
    context.per_family(|family, out| {
        let household = world.family(family);
        let lone = matches!(household.kind, FamilyKind::LoneParent | FamilyKind::Refuge);
        let share = if lone { [0.5, 0.75, 0.9] } else { [0.1, 0.45, 0.75] };
        let claims = context.choice(u64::from(family), 1, share.get(usize::from(household.need)).copied().unwrap_or(0.1));
        let inside = !world.places.sector_of(household.home(on)).district.is_empty();
        if !claims || !inside || household.since > on || matches!(household.kind, FamilyKind::CareHome | FamilyKind::Barracks) {
            return;
        }
        let residents = world.residents(family, on);
        let mut adults = residents.iter().filter(|member| {
            matches!(member.place, Place::Head | Place::Spouse | Place::StepPartner | Place::Grandparent)
                && world.age(member.person, on) >= 18
        });
        let Some(claimant) = adults.next() else { return };
        let partner = adults.next().filter(|partner| context.choice(u64::from(partner.person), 2, 0.95));
        let dependants: Vec<u32> = residents
            .iter()
            .filter(|member| member.primary && world.age(member.person, on) < 18 && member.person != claimant.person)
            .map(|member| member.person)
            .take(4)
            .collect();
        let address = copier.family_address(family, u64::from(family) | 1 << 40, on);
        let mut row = Row::new(context.order(u64::from(family), 0));
        row.cell(&format!("HB{:07}", agency_number(Source::Benefits, family, 0)));
        for (slot, person) in [("claimant", Some(claimant.person)), ("partner", partner.map(|partner| partner.person))] {
            let Some(person) = person else {
                row.blank(4);
                continue;
            };
            let copy = copier.person(person, 0, on);
            row.cells([&copier.nino(person, on), &copy.surname, &copy.forename, &written_birth(copy.birth, "%d-%m-%Y")]);
            row.person(slot, person, copy.birth);
        }
        for (index, slot) in ["dependant1", "dependant2", "dependant3", "dependant4"].into_iter().enumerate() {
            let Some(&person) = dependants.get(index) else {
                row.blank(3);
                continue;
            };
            let copy = copier.person(person, 0, on);
            row.cells([&copy.surname, &copy.forename, &written_birth(copy.birth, "%d-%m-%Y")]);
            row.person(slot, person, copy.birth);
        }
        // One UPRN in two hundred went through a spreadsheet.
        let uprn = if context.choice(u64::from(family), 3, 0.005) { "1.00E+11".to_owned() } else { address.uprn.clone() };
        row.cells([&address.cell(), &address.postcode, &uprn, &written(household.moved_in(on), "%d-%m-%Y")]);
        row.cells([&telephone(world, claimant.person, on), &email(world, claimant.person, on)]);
        out.push(row);
    })
}
