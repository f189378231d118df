//! The council tax extract: an account per home with the people on it.
//!
//! In: households. Out: rows. What always holds: an account's address is one copy for everybody on it; institutions have none, half of
//! the shared houses have one with strangers on it.

use crate::model::Day;

use super::super::copies::PersonCopy;
use super::super::homes::{email, telephone};
use super::super::random::{Purpose, mix};
use super::super::world::{FamilyKind, Place, World};
use super::{Context, FULL, Feed, Format, Row, Source, agency_number, written, written_birth};

const UK: &str = "%d/%m/%Y";

pub(super) const COUNCIL_TAX: Feed = Feed {
    source: Source::CouncilTax,
    name: "council_tax",
    stem: "counciltax",
    extension: "csv",
    increment: false,
    valid_days: 92,
    carries: &[],
    header: &[
        "AccountNo",
        "District",
        "UPRN",
        "Address1",
        "Address2",
        "Address3",
        "PostCode",
        "MovedIn",
        "Discount",
        "LiableTitle1",
        "LiableForename1",
        "LiableSurname1",
        "LiableDOB1",
        "LiableTitle2",
        "LiableForename2",
        "LiableSurname2",
        "LiableDOB2",
        "Resident1Name",
        "Resident1DOB",
        "Resident2Name",
        "Resident2DOB",
        "Resident3Name",
        "Resident3DOB",
        "Resident4Name",
        "Resident4DOB",
        "Resident5Name",
        "Resident5DOB",
        "Telephone",
        "Email",
    ],
    format: Format::Csv(b',', "utf-8", None),
    style: FULL,
    test: &[(0, "99999999#"), (3, "1 Test Street"), (9, "Mr"), (10, "Test"), (11, "ZZTEST")],
    test_slots: &["liable1"],
    rows: council_tax,
};

/// The people on one account: those liable, then the others.
struct Account {
    liable: Vec<u32>,
    others: Vec<u32>,
}

/// Who is on the account of a private household.
fn account(context: &Context<'_>, family: u32, on: Day) -> Account {
    let world = context.world;
    let (mut liable, mut others) = (Vec::new(), Vec::new());
    for member in world.residents(family, on) {
        let age = world.age(member.person, on);
        let entity = u64::from(member.person);
        let holder = matches!(member.place, Place::Head | Place::Spouse | Place::StepPartner | Place::Grandparent) && age >= 18;
        if holder && liable.len() < 2 && (liable.is_empty() || context.choice(entity, 1, 0.8)) {
            liable.push(member.person);
        } else if (age >= 18 && context.choice(entity, 2, 0.75))
            || (age < 18 && context.choice(entity, 3, if member.primary { 0.8 } else { 0.6 }))
        {
            others.push(member.person);
        }
    }
    others.truncate(5);
    Account { liable, others }
}

/// The residents of a shared house whose first family this is; empty for the others of that house.
fn shared_house(world: &World, family: u32, on: Day) -> Vec<u32> {
    let same = |other: u32| {
        world
            .families
            .get(other as usize)
            .is_some_and(|other| other.kind == FamilyKind::Hmo && other.home(on) == world.family(family).home(on))
    };
    if family > 0 && same(family - 1) {
        return Vec::new();
    }
    (family..world.families.len() as u32)
        .take_while(|&other| same(other))
        .flat_map(|other| world.residents(other, on))
        .map(|member| member.person)
        .collect()
}

fn council_tax(context: &Context<'_>) -> Vec<Row> {
    let world = context.world;
    context.per_family(|family, out| {
        let household = world.family(family);
        // Moves come to the revenues office with up to five weeks' delay.
        let on = context.as_at - (mix(world.seed, Purpose::Extract, 1_004, u64::from(family)) % 35) as Day;
        if household.since > on
            || world.places.sector_of(household.home(on)).district.is_empty()
            || !context.choice(u64::from(family), 4, 0.965)
        {
            return;
        }
        let account = match household.kind {
            FamilyKind::Hmo if context.choice(u64::from(family), 5, 0.5) => {
                let people = shared_house(world, family, on);
                Account { liable: people.iter().take(1).copied().collect(), others: people.iter().skip(1).take(5).copied().collect() }
            }
            kind if kind.is_communal() => return,
            _ => account(context, family, on),
        };
        if !account.liable.is_empty() {
            out.push(account_row(context, family, &account, on));
        }
    })
}

fn account_row(context: &Context<'_>, family: u32, account: &Account, on: Day) -> Row {
    let (world, copier) = (context.world, context.copier());
    let household = world.family(family);
    let address = copier.family_address(family, u64::from(family) | 1 << 40, on);
    let home = household.home(on);
    let district = world.places.sector_of(home).district.clone();
    let mut row = Row::new(context.order(u64::from(family), 0));
    row.cells([&format!("{:07}{:02}", agency_number(Source::CouncilTax, home, 0), family % 97), &district, &address.uprn]);
    let (first, second) = if address.flat.is_empty() {
        (address.line(), String::new())
    } else {
        (format!("{}, {}", address.flat, address.house), address.street.clone())
    };
    let single = account.liable.len() + account.others.len() == 1;
    row.cells([&first, &second, &address.town, &address.postcode, &written(household.moved_in(on), UK), if single { "25" } else { "" }]);
    for (index, slot) in ["liable1", "liable2"].into_iter().enumerate() {
        let Some(&person) = account.liable.get(index) else {
            row.blank(4);
            continue;
        };
        let copy = copier.person(person, 0, on);
        row.cells([copy.title, &copy.forename, &copy.surname, &written_birth(copy.birth, UK)]);
        row.person(slot, person, copy.birth);
    }
    for (index, slot) in ["resident1", "resident2", "resident3", "resident4", "resident5"].into_iter().enumerate() {
        let Some(&person) = account.others.get(index) else {
            row.blank(2);
            continue;
        };
        let copy = copier.person(person, 0, on);
        row.cells([&listed_name(&copy), &written_birth(copy.birth, UK)]);
        row.person(slot, person, copy.birth);
    }
    let first = account.liable.first().copied().unwrap_or(0);
    row.cells([&telephone(world, first, on), &email(world, first, on)]);
    row
}

/// `SURNAME, Forename` as lists have it.
fn listed_name(copy: &PersonCopy) -> String {
    format!("{}, {}", copy.surname.to_uppercase(), copy.forename)
}
