//! Who is hidden in a month although nothing in its extracts says so, and texts of people that name restricted people.
//!
//! What comes in: what was found, who is hidden, whom entries described in earlier months. What goes out: everybody who is hidden still, and what was found without those words. What always holds: nothing is left out or
//! decided differently because of it: only words are taken away.

use std::collections::{BTreeMap, BTreeSet};

use super::known;
use super::reading::ReadingError;
use super::restricted::described;
use crate::config::checked::Pipeline;
use crate::model::ids::digest_64;
use crate::model::screen::WITHHELD;
use crate::model::{Day, Families, IdKind, Linked, Override, Register, Restrictions, Screen, Source, StandardPersons, WithheldPlace};
use crate::register::decisions::present_id;
use crate::register::persons::KeptPersons;
use crate::register::successor;
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
    /// Those of them whom an earlier month has hidden or kept apart already.
    pub(super) settled: BTreeSet<(String, String)>,
    /// Places.
    pub(super) places: BTreeSet<WithheldPlace>,
}

impl Withheld {
    /// By the register of the month before.
    pub(super) fn of(before: &Register) -> Self {
        Self {
            entries: before.withheld_entries.clone(),
            persons: before.withheld.clone(),
            settled: before.withheld.clone(),
            places: before.withheld_places.clone(),
        }
    }

    /// True if no earlier month has anybody whom an entry describes.
    pub(super) fn nobody(&self) -> bool {
        self.persons.is_empty() && self.settled.is_empty()
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
    // Whom another entry describes as well is not shown.
    let hiding = register.hiding(reference);
    let still: BTreeSet<&str> =
        before.persons.iter().filter(|(entry, _)| hiding.contains(entry.as_str())).map(|(_, person)| person.as_str()).collect();
    let has_described = |entry: &str| {
        before.persons.iter().any(|(known, person)| known == entry && !still.contains(person.as_str()))
            || before.places.iter().any(|known| known.entry == entry)
    };
    restrictions.warnings.extend(ended.into_iter().filter(|entry| has_described(entry)).map(|entry| {
        format!(
            "{} has no entry {entry} any more that holds: whom or what it described is shown again, and may be linked with anybody",
            restrictions.file
        )
    }));
    let carried = Carried::of(before, (register, reference), (kept, linked), &restrictions.described);
    let carried_ids: BTreeSet<&str> = carried.entries.iter().map(|(_, id)| id.as_str()).collect();
    let here: BTreeSet<&str> = linked.person_ids.iter().map(String::as_str).filter(|id| carried_ids.contains(id)).collect();
    let met: BTreeSet<&str> =
        carried.entries.iter().filter(|(_, id)| here.contains(id.as_str())).map(|(entry, _)| entry.as_str()).collect();
    let unmet = restrictions.unmet(&|entry| met.contains(entry));
    restrictions.warnings.extend(unmet);
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
    Withheld { entries, persons, settled: BTreeSet::new(), places }
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
    let (described, mut restrictions) = hold((register, reference), (before, described), (persons, sources));
    secret.clone_into(&mut restrictions.secret);
    Ok((described, restrictions))
}

/// Holds the register against records, knowing what entries described before and what places were ever called.
pub(super) fn hold(
    (register, reference): (&RestrictedRegister, Day),
    (before, mut described): (&Register, Withheld),
    (persons, sources): (&mut StandardPersons, &[Source]),
) -> (Withheld, Restrictions) {
    described.places.extend(register.known_places(reference, &before.secret, &before.known_places, persons));
    let restrictions = register.apply_knowing(persons, sources, reference, &known_before(before, &described, (register, reference)));
    (described, restrictions)
}

/// The entries that hold for a day, each with a digest of what its row says of whom or what it describes, under the secret.
fn entries(register: &RestrictedRegister, reference: Day, secret: &str) -> BTreeSet<(String, u64)> {
    let rows = register.rows_that_hold(reference).into_iter();
    rows.map(|(entry, digest)| (entry.to_owned(), digest_64(&["entry", secret, &digest.to_string()]))).collect()
}

/// What entries describe by what earlier months knew. Where the run before is of a version that kept no words of the months, entries that it has not known, or that are written otherwise since, are held
/// against what it kept of its own extracts.
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
    let kept_words = |last: &&RunFolder| last.manifest.output("register/known_persons.parquet").is_some();
    let kept_extracts = |last: &&RunFolder| last.manifest.output("register/intake_files.parquet").is_some();
    let Some(last) = last.filter(|last| !new.is_empty() && !kept_words(last) && kept_extracts(last)) else {
        return Ok(found);
    };
    let Withheld { persons, places, .. } = described(last, before, pipeline, (register, reference))?;
    found.persons.extend(persons.into_iter().filter(|(entry, _)| new.contains(entry.as_str())));
    found.places.extend(places.into_iter().filter(|place| new.contains(place.entry.as_str())));
    Ok(found)
}

/// What the register of the month before tells of entries: whose record it was that one names, whenever it was delivered; who was ever called what one says; and what an entry described that says the same
/// under another name.
pub(super) fn told(before: &Register, register: &RestrictedRegister, reference: Day, secret: &str) -> Withheld {
    let mut found = Withheld { persons: known::described(before, register, reference), ..Withheld::default() };
    // Whom an entry of somebody kept apart describes is settled once it was, as long as it says the same.
    let parted: BTreeSet<&str> = register.parted(reference).into_iter().flat_map(|(left, right)| [left, right]).collect();
    let now = entries(register, reference, secret);
    let same: BTreeSet<&str> = now.intersection(&before.withheld_entries).map(|(entry, _)| entry.as_str()).collect();
    let settled: BTreeSet<&str> = before.withheld.iter().map(|(entry, _)| entry.as_str()).filter(|entry| same.contains(entry)).collect();
    found.persons.retain(|(entry, _)| !parted.contains(entry.as_str()) || !settled.contains(entry.as_str()));
    for (entry, key) in now {
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
    let hidden = (0..persons.len() as u32).filter(|&row| found.hides_record(row));
    let hidden: Vec<(usize, &str)> = hidden.map(|row| (row as usize, person_id(linked, row).map_or("", String::as_str))).collect();
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

/// The records of everybody whom an entry described in an earlier month, what those were called who must be kept apart from somebody, and the places; `withheld` with what was entered since.
fn known_before(before: &Register, withheld: &Withheld, (register, reference): (&RestrictedRegister, Day)) -> KnownBefore {
    // The ids are sorted.
    let mut of_person: BTreeMap<u32, Vec<&String>> = BTreeMap::new();
    for (entry, person) in &withheld.persons {
        if let Ok(place) = before.persons.binary_search(person) {
            of_person.entry(place as u32).or_default().push(entry);
        }
    }
    let (places, secret) = (withheld.places.clone(), before.secret.clone());
    let mut known = KnownBefore { secret, places, ..KnownBefore::default() };
    let parted: BTreeSet<&str> = register.parted(reference).into_iter().flat_map(|(left, right)| [left, right]).collect();
    let is_parted = |person: u32| of_person.get(&person).is_some_and(|entries| entries.iter().any(|entry| parted.contains(entry.as_str())));
    for word in before.known_persons.iter().filter(|word| is_parted(word.person)) {
        known.words.entry(word.person).or_default().insert(word.key);
    }
    for identity in &before.identities {
        for entry in of_person.get(&identity.person).into_iter().flatten() {
            let source = before.sources.get(usize::from(identity.source)).cloned().unwrap_or_default();
            let of_entry = known.records.entry((*entry).clone()).or_default();
            of_entry.entry(identity.person).or_default().insert((source, identity.record_id.to_string()));
        }
    }
    known
}

impl Carried {
    /// Those of the month before, under the ids of now; whoever has some of the records of one is hidden too. Two who must be kept apart and whom nobody had entered before are told by what the entries
    /// `described` this month by their own words.
    fn of(
        before: &Withheld,
        (register, reference): (&RestrictedRegister, Day),
        (kept, linked): (&KeptPersons, &Linked),
        described: &[(String, u32)],
    ) -> Self {
        let hiding = register.hiding(reference);
        let present = |id: &str| present_id(id, &|id| successor(&kept.ids, IdKind::Person, id));
        let of_now = |known: &BTreeSet<(String, String)>| {
            let mut entries: BTreeSet<(String, String)> = known.iter().map(|(entry, person)| (entry.clone(), present(person))).collect();
            for (id, previous) in linked.person_ids.iter().zip(&kept.previous).filter(|(_, previous)| !previous.is_empty()) {
                // Records that were those of somebody hidden are hidden for good, whoever they are said to be about now: half of a person who was torn in two is still the person.
                let torn = known.iter().filter(|(entry, old)| hiding.contains(entry.as_str()) && previous.contains(old));
                entries.extend(torn.map(|(entry, _)| (entry.clone(), id.clone())));
            }
            entries
        };
        let (mut entries, settled) = (of_now(&before.persons), of_now(&before.settled));
        let now: BTreeSet<(String, String)> =
            described.iter().filter_map(|(entry, row)| Some((entry.clone(), person_id(linked, *row)?.clone()))).collect();
        for (left, right) in register.parted(reference) {
            for (own, other) in [(left, right), (right, left)] {
                let of = |known: &BTreeSet<(String, String)>, entry: &str, id: &str| known.contains(&(entry.to_owned(), id.to_owned()));
                let is_the_others = |id: &str| of(&now, other, id) && !of(&now, own, id) && !of(&settled, own, id);
                // Whose own words are in no extract is not told from the other, and hidden with it.
                if now.iter().any(|(entry, _)| entry == own) {
                    entries.retain(|(entry, id)| entry != own || !is_the_others(id));
                }
            }
        }
        let hidden: BTreeSet<&str> =
            entries.iter().filter(|(entry, _)| hiding.contains(entry.as_str())).map(|(_, id)| id.as_str()).collect();
        let persons = (0..).zip(&linked.person_ids).filter(|(_, id)| hidden.contains(id.as_str())).map(|(person, _)| person).collect();
        Self { entries, persons }
    }

    /// Everybody whom an entry describes, in this month or an earlier one, with the entry.
    fn and_described(self, restrictions: &Restrictions, linked: &Linked) -> BTreeSet<(String, String)> {
        let described = restrictions.described.iter().filter_map(|(entry, row)| Some((entry.clone(), person_id(linked, *row)?.clone())));
        self.entries.into_iter().chain(described).collect()
    }
}

/// Id of the person of a record.
fn person_id(linked: &Linked, row: u32) -> Option<&String> {
    linked.person_of_record.get(row as usize).and_then(|&person| linked.person_ids.get(person as usize))
}
