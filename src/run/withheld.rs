//! Who is hidden in a month although nothing in its extracts says so, and what a month must not say of restricted people besides what their records say: texts of people that name them, and days that tell when they were born.
//!
//! What comes in: what was found, who is hidden, whom entries described in earlier months. What goes out: everybody who is hidden still, and what was found without those words and days. What always holds: nothing is left out or
//! decided differently because of it: only words and days are taken away, and no day that is one of a hidden person's birthdays stays beside that person or their family.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::ReadingError;
use super::restricted::described;
use crate::config::checked::Pipeline;
use crate::model::ids::digest_64;
use crate::model::screen::WITHHELD;
use crate::model::{
    Change, ChangeCause, Day, Families, FamilyEventKind, IdKind, Identification, Linked, NO_DAY, Override, Register, Restrictions, Screen,
    Source, StandardPersons, Step, WithheldPlace, date,
};
use crate::register::decisions::present_id;
use crate::register::persons::KeptPersons;
use crate::register::successor;
use crate::rules::evaluate::birthday;
use crate::stages::households::same_places;
use crate::stages::standardise::register::{KnownBefore, RestrictedRegister};
use crate::store::RunFolder;

/// What entries of the register have described, in this month or an earlier one.
#[derive(Default)]
pub(super) struct Withheld {
    /// Entries that held, with a digest of their row.
    pub(super) entries: BTreeSet<(String, u64)>,
    /// Entry and person.
    pub(super) persons: BTreeSet<(String, String)>,
    /// Places.
    pub(super) places: BTreeSet<WithheldPlace>,
}

impl Withheld {
    /// By the register of the month before.
    pub(super) fn of(before: &Register) -> Self {
        Self { entries: before.withheld_entries.clone(), persons: before.withheld.clone(), places: before.withheld_places.clone() }
    }

    /// Takes in what entries describe that no earlier month has known.
    pub(super) fn with(mut self, entered: Self) -> Self {
        self.persons.extend(entered.persons);
        self.places.extend(entered.places);
        self
    }
}

/// Hides the persons of the records that entries describe and those whom they described before, and says what texts must not name. Gives everything that each entry has described.
pub(super) fn hide(
    before: &Withheld,
    (register, reference): (&RestrictedRegister, Day),
    (kept, linked): (&KeptPersons, &Linked),
    persons: &mut StandardPersons,
    restrictions: &mut Restrictions,
) -> Withheld {
    let entries = entries(register, reference, &restrictions.secret);
    let holding: BTreeSet<&str> = entries.iter().map(|(entry, _)| entry.as_str()).collect();
    // What it described is not forgotten: under the same name the entry may come back.
    let ended: BTreeSet<&str> = before.entries.iter().map(|(entry, _)| entry.as_str()).filter(|entry| !holding.contains(entry)).collect();
    let has_described =
        |entry: &str| before.persons.iter().any(|(known, _)| known == entry) || before.places.iter().any(|known| known.entry == entry);
    restrictions.warnings.extend(ended.into_iter().filter(|entry| has_described(entry)).map(|entry| {
        format!(
            "{} has no entry {entry} any more that holds: whom or what it described is shown again, and may be linked with anybody",
            restrictions.file
        )
    }));
    let carried = Carried::of(&before.persons, (register, reference), kept, linked);
    restrictions.over(linked, persons, &carried.persons);
    let hidden: Vec<usize> = (0..persons.len()).filter(|&row| restrictions.hides_record(row as u32)).collect();
    withhold_homes(persons, hidden, &linked.person_of_record);
    restrictions.screen = screen(register, restrictions, persons, linked, reference);
    let places: BTreeSet<WithheldPlace> = before.places.union(&restrictions.places).cloned().collect();
    // A place that no extract has any more can still be named.
    for place in places.iter().filter(|place| holding.contains(place.entry.as_str()) && !place.postcode.is_empty()) {
        restrictions.screen.mark(&place.postcode.replace(' ', ""));
    }
    let persons = carried.and_described(restrictions, linked);
    Withheld { entries, persons, places }
}

/// Withholds the homes of hidden people, by all of their records, from everybody there: also as records write them that no entry describes by itself, or with a slip.
pub(super) fn withhold_homes(persons: &mut StandardPersons, hidden: Vec<usize>, person_of_record: &[u32]) {
    RestrictedRegister::restrict(persons, hidden);
    if persons.is_restricted.contains(&true) {
        let places = same_places(persons, person_of_record);
        RestrictedRegister::restrict_places(persons, &places);
    }
}

/// Holds the register against the records of a month, knowing what the month before, whose run and register are `last`, knew; gives what that is as well.
///
/// # Errors
/// [`ReadingError`] if the run cannot be read.
pub(super) fn restrict(
    (register, reference): (&RestrictedRegister, Day),
    pipeline: &Pipeline,
    (last, before): (Option<&RunFolder>, &Register),
    secret: &str,
    (persons, sources): (&mut StandardPersons, &[Source]),
) -> Result<(Withheld, Restrictions), ReadingError> {
    let described = Withheld::of(before).with(entered_since(last, pipeline, (register, reference), (before, secret))?);
    let mut restrictions = register.apply_knowing(persons, sources, reference, &known_before(before, &described));
    secret.clone_into(&mut restrictions.secret);
    Ok((described, restrictions))
}

/// The entries that hold for a day, each with a digest of what its row says of whom or what it describes, under the secret.
fn entries(register: &RestrictedRegister, reference: Day, secret: &str) -> BTreeSet<(String, u64)> {
    let rows = register.rows_that_hold(reference).into_iter();
    rows.map(|(entry, digest)| (entry.to_owned(), digest_64(&["entry", secret, &digest.to_string()]))).collect()
}

/// What entries that no earlier month has known, or that are written otherwise since, describe in what the run before kept of its extracts: somebody or a place entered after that run stays hidden when the number or
/// record is in no extract of the next one. Nothing where that run kept nothing. A record that an entry names is known from every month.
///
/// # Errors
/// [`ReadingError`] if the run cannot be read.
fn entered_since(
    last: Option<&RunFolder>,
    pipeline: &Pipeline,
    (register, reference): (&RestrictedRegister, Day),
    (before, secret): (&Register, &str),
) -> Result<Withheld, ReadingError> {
    let mut found = told(before, register, reference, secret);
    let entries = entries(register, reference, secret);
    let new: BTreeSet<&str> = entries.difference(&before.withheld_entries).map(|(entry, _)| entry.as_str()).collect();
    let Some(last) = last.filter(|last| !new.is_empty() && last.manifest.output("register/intake_files.parquet").is_some()) else {
        return Ok(found);
    };
    let Withheld { persons, places, .. } = described(last, before, pipeline, (register, reference))?;
    found.persons.extend(persons.into_iter().filter(|(entry, _)| new.contains(entry.as_str())));
    found.places.extend(places.into_iter().filter(|place| new.contains(place.entry.as_str())));
    Ok(found)
}

/// What the register of the month before tells of entries: whose record it was that one names, whenever it was delivered; and what an entry described that says the same under another name.
pub(super) fn told(before: &Register, register: &RestrictedRegister, reference: Day, secret: &str) -> Withheld {
    let mut found = Withheld::default();
    for (entry, key) in entries(register, reference, secret) {
        for (other, _) in before.withheld_entries.iter().filter(|(other, known)| *known == key && *other != entry) {
            let persons = before.withheld.iter().filter(|(known, _)| known == other);
            found.persons.extend(persons.map(|(_, person)| (entry.clone(), person.clone())));
            let places = before.withheld_places.iter().filter(|place| place.entry == *other);
            found.places.extend(places.map(|place| WithheldPlace { entry: entry.clone(), ..place.clone() }));
        }
    }
    for (entry, source, id) in register.named_records(reference) {
        let source = before.sources.binary_search_by(|known| known.as_str().cmp(source)).ok();
        let place = source.and_then(|source| {
            before.identities.binary_search_by(|known| (usize::from(known.source), &*known.record_id).cmp(&(source, id))).ok()
        });
        let person = place.and_then(|place| before.persons.get(before.identities.get(place)?.person as usize));
        found.persons.extend(person.map(|person| (entry.to_owned(), person.clone())));
    }
    found
}

/// What texts must not name.
fn screen(register: &RestrictedRegister, found: &Restrictions, persons: &StandardPersons, linked: &Linked, reference: Day) -> Screen {
    let person = |row: usize| linked.person_of_record.get(row).and_then(|&person| linked.person_ids.get(person as usize));
    let hidden: Vec<(usize, &str)> =
        (0..persons.len()).filter(|&row| found.hides_record(row as u32)).map(|row| (row, person(row).map_or("", String::as_str))).collect();
    register.screen_over(reference, persons, &hidden, &found.at_places)
}

/// Overrides, without a reason that names somebody or something restricted.
pub(super) fn withheld(overrides: [&[Override]; 2], screen: &Screen, families: &Families, linked: &Linked) -> Vec<Override> {
    let shown = |over: &Override| {
        let members = over.family.into_iter().flat_map(|family| families.members_of(family));
        let members = members.filter_map(|member| linked.person_ids.get(member.person as usize));
        let hides = screen.about(members.map(String::as_str)).hides(&over.reason);
        Override { reason: if hides { WITHHELD.to_owned() } else { over.reason.clone() }, ..over.clone() }
    };
    overrides.into_iter().flatten().map(shown).collect()
}

/// People whom an entry of the register described in an earlier month and hides still: the number or record by which it found them may have left the extracts.
#[derive(Default)]
struct Carried {
    entries: BTreeSet<(String, String)>,
    /// Those of them whom this month has.
    persons: BTreeSet<u32>,
}

/// The records of everybody whom an entry described in an earlier month, and the places; `withheld` with what was entered since.
pub(super) fn known_before(before: &Register, withheld: &Withheld) -> KnownBefore {
    // The ids are sorted.
    let mut of_person: BTreeMap<u32, Vec<&String>> = BTreeMap::new();
    for (entry, person) in &withheld.persons {
        if let Ok(place) = before.persons.binary_search(person) {
            of_person.entry(place as u32).or_default().push(entry);
        }
    }
    let mut known = KnownBefore { places: withheld.places.clone(), ..KnownBefore::default() };
    for identity in &before.identities {
        for entry in of_person.get(&identity.person).into_iter().flatten() {
            let source = before.sources.get(usize::from(identity.source)).cloned().unwrap_or_default();
            known.records.entry((*entry).clone()).or_default().insert((source, identity.record_id.to_string()));
        }
    }
    known
}

impl Carried {
    /// Those of the month before, under the ids of now; whoever has some of the records of one is hidden too.
    fn of(
        before: &BTreeSet<(String, String)>,
        (register, reference): (&RestrictedRegister, Day),
        kept: &KeptPersons,
        linked: &Linked,
    ) -> Self {
        let hiding = register.hiding(reference);
        let present = |id: &str| present_id(id, &|id| successor(&kept.ids, IdKind::Person, id));
        let holding: Vec<&(String, String)> = before.iter().filter(|(entry, _)| hiding.contains(entry.as_str())).collect();
        let mut entries: BTreeSet<(String, String)> = before.iter().map(|(entry, person)| (entry.clone(), present(person))).collect();
        let of_now: BTreeSet<String> = holding.iter().map(|(_, person)| present(person)).collect();
        let mut persons = BTreeSet::new();
        for (person, (id, previous)) in (0..).zip(linked.person_ids.iter().zip(&kept.previous)) {
            // Records that were those of somebody hidden are hidden for good, whoever they are said to be about now: half of a person who was torn in two is still the person.
            let torn: Vec<_> =
                holding.iter().filter(|(_, old)| previous.contains(old)).map(|(entry, _)| (entry.clone(), id.clone())).collect();
            if of_now.contains(id) || !torn.is_empty() {
                persons.insert(person);
            }
            entries.extend(torn);
        }
        Self { entries, persons }
    }

    /// Everybody whom an entry describes, in this month or an earlier one, with the entry.
    fn and_described(self, restrictions: &Restrictions, linked: &Linked) -> BTreeSet<(String, String)> {
        let person = |row: u32| linked.person_of_record.get(row as usize).and_then(|&person| linked.person_ids.get(person as usize));
        let described = restrictions.described.iter().filter_map(|(entry, row)| Some((entry.clone(), person(*row)?.clone())));
        self.entries.into_iter().chain(described).collect()
    }
}

/// What stands in a text in place of a day.
const DAY_WITHHELD: &str = "a day that is withheld";

/// When hidden people were born.
pub(super) struct Birthdays {
    of_person: BTreeMap<u32, Day>,
    of_id: BTreeMap<String, Day>,
}

impl Birthdays {
    /// Those of the hidden people of a month; a day that is not known tells nothing.
    pub(super) fn of(restrictions: &Restrictions, families: &Families, linked: &Linked) -> Self {
        let born = |person: u32| families.born.get(person as usize).copied().unwrap_or(NO_DAY);
        let hidden = (0..linked.persons() as u32).filter(|&person| restrictions.hides_person(person));
        let of_person: BTreeMap<u32, Day> = hidden.map(|person| (person, born(person))).collect();
        let of_id = of_person.iter().filter_map(|(&person, &born)| Some((linked.person_ids.get(person as usize)?.clone(), born))).collect();
        Self { of_person, of_id }
    }

    /// Takes the days away.
    pub(super) fn withhold(&self, register: &mut Register, identification: &mut Identification, families: &mut Families) {
        if self.of_person.is_empty() {
            return;
        }
        for event in &mut register.events {
            if let Some(&born) = self.of_id.get(&event.person_id)
                && (matches!(event.kind, FamilyEventKind::Birth | FamilyEventKind::Turned18 | FamilyEventKind::Died)
                    || tells(event.day, born))
            {
                event.day = NO_DAY;
            }
        }
        for change in &mut register.changes {
            if let Some(&born) = self.of_id.get(&change.person_id)
                && (matches!(change.cause, ChangeCause::ChildBorn | ChangeCause::ChildTurned18 | ChangeCause::MemberDied)
                    || tells(change.day, born))
            {
                without_day(change);
            }
        }
        for watched in &mut identification.watched {
            let step = &mut watched.step;
            let hidden = families.members_of(step.family).iter().filter_map(|member| self.of_person.get(&member.person));
            let hidden: Vec<Day> = hidden.copied().collect();
            without_birthdays(step, &hidden);
        }
        // A day that is missing only where it is a birthday would tell it by what is missing.
        for member in families.members.iter_mut().filter(|member| self.of_person.contains_key(&member.person)) {
            member.since = NO_DAY;
        }
    }
}

/// True if a day is a birthday of somebody born on another, that day included.
fn tells(day: Day, born: Day) -> bool {
    let Some(age) = date::age_on(born, day).filter(|_| day != NO_DAY && born != NO_DAY) else { return false };
    birthday(born, age) == day
}

fn without_day(change: &mut Change) {
    change.reason = change.reason.replace(&date::iso(change.day), DAY_WITHHELD);
    change.day = NO_DAY;
}

fn without_birthdays(step: &mut Step, births: &[Day]) {
    let tells_any = |day: Day| births.iter().any(|&born| tells(day, born));
    for day in [&mut step.counts_from, &mut step.ages_out] {
        if tells_any(*day) {
            for words in [&mut step.there, &mut step.missing, &mut step.moving] {
                *words = words.replace(&date::iso(*day), DAY_WITHHELD);
            }
            *day = NO_DAY;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_tells_a_birth_if_it_is_a_birthday_or_the_day_itself() {
        let day = |text: &str| date::from_iso(text).unwrap();
        let born = day("1996-02-29");
        for tell in ["1996-02-29", "2013-03-01", "2012-02-29"] {
            assert!(tells(day(tell), born), "{tell}");
        }
        for other in ["1996-02-28", "2013-02-28", "2012-03-01", "1990-02-28"] {
            assert!(!tells(day(other), born), "{other}");
        }
        assert!(!tells(NO_DAY, born) && !tells(born, NO_DAY));
    }
}
