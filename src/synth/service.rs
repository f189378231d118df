//! What the service itself keeps beside the agencies' extracts: the register of restricted people and addresses, the ONS postcode directory.
//!
//! In: the county as it is at the end of the first month. Out: `service/restricted.csv` with its truth, `service/postcodes.csv`. What always holds: both follow from the
//! seed and the first month alone, so they are the same however many months are asked for; the register writes addresses in another way than the feeds do.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::model::date::iso;
use crate::model::restricted::{OPTIONAL_COLUMNS, REQUIRED_COLUMNS};
use crate::model::{Day, EventRole};

use super::places::{AddressText, UNITS};
use super::random::{Purpose, mix};
use super::world::{FamilyKind, World};
use super::{SynthError, SynthSink};

/// Homes of victims whose cases the conference on the highest risks hears.
const CONFERENCES: usize = 3;
/// People under protection.
const PROTECTED: usize = 2;

/// One entry of the register: cells by column, and whom it is about.
struct Entry {
    cells: BTreeMap<&'static str, String>,
    person: Option<u32>,
    family: u32,
}

/// Writes everything.
pub(super) fn write(world: &World, on: Day, sink: &mut dyn SynthSink) -> Result<(), SynthError> {
    let entries = entries(world, on);
    sink.put("service/restricted.csv", &mut |out| {
        let mut writer = csv::Writer::from_writer(out);
        let columns = || REQUIRED_COLUMNS.into_iter().chain(OPTIONAL_COLUMNS);
        writer.write_record(columns())?;
        for entry in &entries {
            writer.write_record(columns().map(|column| entry.cells.get(column).map_or("", String::as_str)))?;
        }
        writer.flush()
    })?;
    sink.put("truth/restricted.csv", &mut |out| {
        writeln!(out, "entry,person,family")?;
        for entry in &entries {
            let person = entry.person.map_or_else(String::new, |person| format!("P{person}"));
            writeln!(out, "{},{person},F{}", entry.cells.get("entry").map_or("", String::as_str), entry.family)?;
        }
        Ok(())
    })?;
    sink.put("service/postcodes.csv", &mut |out| postcodes(world, out))?;
    Ok(())
}

fn entries(world: &World, on: Day) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut taken: Vec<u32> = Vec::new();
    for family in 0..world.families.len() as u32 {
        let household = world.family(family);
        if household.kind == FamilyKind::Refuge && household.since <= on && !taken.iter().any(|&known| same_site(world, known, family, on))
        {
            taken.push(family);
            // The building, without the room: everybody in it is meant.
            let words = AddressText { flat: String::new(), ..world.places.words(household.home(on)) };
            entries.push(address("refuge", family, &words, false));
        }
    }
    let victims = |level: &'static str| {
        let heard = world.abuse.iter().filter(move |incident| incident.outcome == level && incident.committed <= on);
        heard.filter_map(|incident| incident.people.iter().find(|(_, role)| *role == EventRole::Victim).map(|&(person, _)| person))
    };
    for victim in victims("marac").filter(|&victim| world.is_alive(victim, on)) {
        let family = world.family_on(victim, on);
        if entries.iter().filter(|entry| cell(entry, "why") == "marac").count() < CONFERENCES
            && !taken.contains(&family)
            && !world.family(family).kind.is_communal()
        {
            taken.push(family);
            entries.push(address("marac", family, &world.places.words(world.family(family).home(on)), true));
        }
    }
    let mut protected = 0;
    for victim in victims("high").filter(|&victim| world.is_alive(victim, on)) {
        let family = world.family_on(victim, on);
        if protected < PROTECTED && !taken.contains(&family) {
            protected += 1;
            taken.push(family);
            entries.push(person(world, "protected", victim, on));
        }
    }
    let first = entries.len();
    for (number, (one, other)) in same_birthday(world, on, &taken).into_iter().enumerate() {
        let names = [first + 2 * number + 1, first + 2 * number + 2].map(|place| format!("X{place:03}"));
        let [name, with] = &names;
        for (who, not_with) in [(one, with), (other, name)] {
            let mut entry = person(world, "adopted", who, on);
            entry.cells.insert("not_with", not_with.clone());
            entries.push(entry);
        }
    }
    for (number, entry) in entries.iter_mut().enumerate() {
        entry.cells.insert("entry", format!("X{:03}", number + 1));
    }
    entries
}

fn cell<'e>(entry: &'e Entry, column: &str) -> &'e str {
    entry.cells.get(column).map_or("", String::as_str)
}

fn same_site(world: &World, one: u32, other: u32, on: Day) -> bool {
    let site = |family: u32| world.places.address(world.family(family).home(on)).site;
    site(one) == site(other) && site(one) != u16::MAX
}

/// An address as a support worker writes it: in capitals, kinds of streets cut short, the postcode without its space.
fn address(why: &str, family: u32, words: &AddressText, with_uprn: bool) -> Entry {
    let mut line = words.cell().to_uppercase();
    for (long, short) in [(" ROAD", " RD"), (" STREET", " ST"), (" AVENUE", " AVE"), (" CRESCENT", " CRES"), (" GARDENS", " GDNS")] {
        line = line.replace(long, short);
    }
    let mut cells = BTreeMap::from([("kind", "address".to_owned()), ("why", why.to_owned()), ("address", line), ("show", "no".to_owned())]);
    cells.insert("postcode", words.postcode.replace(' ', "").to_lowercase());
    if with_uprn {
        cells.insert("uprn", words.uprn.clone());
    }
    Entry { cells, person: None, family }
}

fn person(world: &World, why: &str, number: u32, on: Day) -> Entry {
    let who = world.person(number);
    let cells = BTreeMap::from([
        ("kind", "person".to_owned()),
        ("why", why.to_owned()),
        ("forename", world.names.text(who.forename).to_owned()),
        ("surname", world.names.surname(world.surname_on(number, on, 0))),
        ("date_of_birth", iso(who.born)),
        ("show", "no".to_owned()),
    ]);
    Entry { cells, person: Some(number), family: world.family_on(number, on) }
}

/// One pair of children of one birthday and two families: a new identity and the old one, which nobody may join.
fn same_birthday(world: &World, on: Day, taken: &[u32]) -> Option<(u32, u32)> {
    let mut first: BTreeMap<Day, u32> = BTreeMap::new();
    for (number, child) in (0_u32..).zip(&world.people) {
        let family = world.family_on(number, on);
        if !world.is_alive(number, on)
            || !(4..14).contains(&world.age(number, on))
            || taken.contains(&family)
            || world.pupil(number).is_none()
        {
            continue;
        }
        match first.get(&child.born) {
            Some(&other) if world.family_on(other, on) != family && world.person(other).female == child.female => {
                return Some((other, number));
            }
            Some(_) => {}
            None => {
                first.insert(child.born, number);
            }
        }
    }
    None
}

/// One postcode in a hundred has been terminated; two in a thousand are too new for the directory.
fn postcodes(world: &World, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 18, out);
    writeln!(out, "pcds,oslaua,doterm")?;
    for (index, sector) in (0_u32..).zip(&world.places.sectors) {
        // Scunthorpe is North Lincolnshire; the other sectors over the border are North East Lincolnshire.
        let outside = if matches!(sector.outward.as_str(), "DN15" | "DN16" | "DN17") { "E06000013" } else { "E06000012" };
        let district = if sector.district.is_empty() { outside } else { &sector.district };
        for unit in index * UNITS..(index + 1) * UNITS {
            let drawn = mix(world.seed, Purpose::Service, u64::from(unit), 0);
            if drawn % 1_000 < 2 {
                continue;
            }
            let terminated = if drawn % 1_000 < 12 { "201006" } else { "" };
            writeln!(out, "{},{district},{terminated}", world.places.postcode(unit))?;
        }
    }
    out.flush()
}
