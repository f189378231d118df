//! Persons keep their ids.
//!
//! What comes in: the register of the last final run and this month's persons. What goes out: stable ids in [`Linked::person_ids`], the identities and
//! person ids of the register. What always holds: a person keeps the id with which it shares most records, and the assignment as a whole keeps as many records as
//! can be under the id they had; a record whose forename and date of birth are both others than before is about somebody else and proves nothing;
//! where a feed gives its rows no key, equal identifiers, or else equal name and date of birth, stand in for the record, and failing that whatever one person alone was called in any month.

use rayon::prelude::*;

use super::ids::NewIds;
use super::known::Words;
use super::matching::{Claim, NONE, Weight, assign};
use crate::model::hash::FastMap;
use crate::model::ids::digest_64;
use crate::model::{
    IdKind, IdRecord, IdState, Identity, Linked, Month, NO_DAY, Register, Retirement, Source, StandardField, StandardPersons, date,
};

/// Records of one feed beyond so many say no more about whose id it is: sixty crimes must not outvote school, doctor and council.
const RECORDS_PER_FEED: u32 = 4;

/// What became of last month's persons.
#[derive(Clone, Debug, Default)]
pub struct KeptPersons {
    /// Feeds of the identities, sorted.
    pub sources: Vec<String>,
    /// Ids that the identities count into, sorted.
    pub persons: Vec<String>,
    /// Records, sorted by (source, record id).
    pub identities: Vec<Identity>,
    /// Every person id ever given, sorted.
    pub ids: Vec<IdRecord>,
    /// For each of this month's persons the ids that its records had last month, itself left out, sorted.
    pub previous: Vec<Vec<String>>,
    /// Those of them that a record had which is there still, and not only one that says the same; sorted likewise.
    pub previous_by_record: Vec<Vec<String>>,
}

/// A record of this month.
struct Now<'a> {
    row: u32,
    source: u16,
    record_id: &'a str,
    person: u32,
    content: u64,
    traits: u64,
}

/// Gives this month's persons the ids they had, and new ones to those who had none.
#[must_use]
pub fn keep_persons(before: &Register, linked: &mut Linked, persons: &StandardPersons, sources: &[Source], month: Month) -> KeptPersons {
    let names = feed_names(before, sources);
    let records = records(linked, persons, sources, &names);
    let olds = Olds::of(before);
    let known = known(before, &names, &records);
    let (claims, shared) = claims(before, &olds, (persons, &records), &known);
    let kept = assign(claims, linked.persons(), olds.numbers.len());
    let mut ids = NewIds::new(before.ids.iter().filter(|id| id.kind == IdKind::Person).map(|id| id.id.as_str()));
    let month_text = month.to_string();
    // In the order of each person's first record, whatever the order of rows.
    for (id, old) in linked.person_ids.iter_mut().zip(&kept) {
        *id = match olds.person(*old) {
            Some(person) => before.persons.get(person as usize).cloned().unwrap_or_default(),
            None => ids.take(id, &month_text),
        };
    }
    let nobody = vec![Vec::new(); linked.persons()];
    let mut outcome = KeptPersons { sources: names, previous: nobody.clone(), previous_by_record: nobody, ..KeptPersons::default() };
    outcome.ids = id_records(before, linked, &olds, &kept, &shared, month);
    for &(claimant, old, _, by_record) in &shared {
        let (id, own) = (olds.person(old).and_then(|person| before.persons.get(person as usize)), linked.person_ids.get(claimant as usize));
        let Some(id) = id.filter(|id| own != Some(id)) else { continue };
        let lists = [Some(&mut outcome.previous), Some(&mut outcome.previous_by_record).filter(|_| by_record)];
        for list in lists.into_iter().flatten().filter_map(|lists| lists.get_mut(claimant as usize)) {
            list.push(id.clone());
        }
    }
    for ids in outcome.previous.iter_mut().chain(&mut outcome.previous_by_record) {
        ids.sort_unstable();
    }
    identities(before, linked, &records, &known, month, &mut outcome);
    outcome
}

/// The names of all feeds there are or ever were, sorted.
fn feed_names(before: &Register, sources: &[Source]) -> Vec<String> {
    let mut names: Vec<String> = before.sources.iter().cloned().chain(sources.iter().map(|source| source.name.clone())).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// This month's records of persons, sorted by (source, record id).
fn records<'a>(linked: &Linked, persons: &'a StandardPersons, sources: &[Source], names: &[String]) -> Vec<Now<'a>> {
    let number: Vec<u16> = sources.iter().map(|source| names.binary_search(&source.name).map_or(u16::MAX, |place| place as u16)).collect();
    let mut records: Vec<Now<'a>> = (0..persons.len())
        .into_par_iter()
        .filter_map(|row| {
            let person = linked.person_of_record.get(row).copied().filter(|&person| (person as usize) < linked.persons())?;
            let source = *number.get(usize::from(persons.position.get(row)?.source))?;
            let (content, traits) = (content(persons, row), traits(persons, row));
            Some(Now { row: row as u32, source, record_id: persons.record_id.get(row)?, person, content, traits })
        })
        .collect();
    // Records come in this order but for the order of sources, which a merge sort finds out.
    records.par_sort_by(|a, b| (a.source, a.record_id).cmp(&(b.source, b.record_id)));
    records
}

/// What a record says of its person: the surest identifier, else forename and surname with the date of birth, or without one with house and postcode (council tax
/// and school contacts give no date of birth); 0 if it lacks one of these.
fn content(persons: &StandardPersons, row: usize) -> u64 {
    use StandardField::{Forename, House, NhsNumber, Nino, Postcode, Surname, Upn};
    for field in [NhsNumber, Nino, Upn] {
        if let Some(value) = persons.get(field, row) {
            return digest_64(&[field.name(), value]);
        }
    }
    let born = persons.born.get(row).copied().unwrap_or(NO_DAY);
    match (persons.get(Forename, row), persons.get(Surname, row), persons.get(Postcode, row)) {
        (Some(forename), Some(surname), _) if born != NO_DAY => digest_64(&["name", forename, surname, &date::iso(born)]),
        (Some(forename), Some(surname), Some(postcode)) => {
            digest_64(&["home", forename, surname, persons.get(House, row).unwrap_or_default(), postcode])
        }
        _ => 0,
    }
}

fn traits(persons: &StandardPersons, row: usize) -> u64 {
    let half = |text: &str| (digest_64(&["trait", text]) >> 32).max(1);
    let forename = persons.get(StandardField::Forename, row).map_or(0, half);
    let born = persons.born.get(row).copied().filter(|&day| day != NO_DAY).map_or(0, |day| half(&date::iso(day)));
    forename << 32 | born
}

/// True if both traits are known on both sides and both differ.
fn contradict(before: u64, now: u64) -> bool {
    let halves = |traits: u64| (traits >> 32, traits & u64::from(u32::MAX));
    let differ = |before: u64, now: u64| before != 0 && now != 0 && before != now;
    let (was, is) = (halves(before), halves(now));
    differ(was.0, is.0) && differ(was.1, is.1)
}

/// Last month's persons in the order in which they are preferred among equals: given first, then by id.
struct Olds {
    /// Indices into `Register::persons`.
    numbers: Vec<u32>,
    /// The number of each of those.
    place: Vec<u32>,
}

impl Olds {
    fn of(before: &Register) -> Self {
        let first: FastMap<&str, Month> =
            before.ids.iter().filter(|id| id.kind == IdKind::Person).map(|id| (id.id.as_str(), id.first)).collect();
        let mut numbers: Vec<u32> = (0..before.persons.len() as u32).collect();
        let key = |&number: &u32| before.persons.get(number as usize).map(|id| (first.get(id.as_str()).copied(), id.as_str()));
        numbers.sort_by_cached_key(key);
        let mut place = vec![NONE; numbers.len()];
        for (at, &number) in numbers.iter().enumerate() {
            if let Some(place) = place.get_mut(number as usize) {
                *place = at as u32;
            }
        }
        Self { numbers, place }
    }

    fn person(&self, old: u32) -> Option<u32> {
        self.numbers.get(old as usize).copied()
    }

    fn of_person(&self, person: u32) -> u32 {
        self.place.get(person as usize).copied().unwrap_or(NONE)
    }
}

/// For each record of this month its index among last month's identities, [`NONE`] if it is new. Both are sorted: one walk over the two.
fn known(before: &Register, names: &[String], records: &[Now<'_>]) -> Vec<u32> {
    let number: Vec<u16> = before.sources.iter().map(|name| names.binary_search(name).map_or(u16::MAX, |place| place as u16)).collect();
    let key = |identity: &Identity| number.get(usize::from(identity.source)).copied().unwrap_or(u16::MAX);
    let mut old = before.identities.iter().enumerate().peekable();
    let find = |record: &Now<'_>| {
        while let Some((at, identity)) = old.peek() {
            match (key(identity), identity.record_id.as_ref()).cmp(&(record.source, record.record_id)) {
                std::cmp::Ordering::Less => {
                    old.next();
                }
                std::cmp::Ordering::Equal => return *at as u32,
                std::cmp::Ordering::Greater => return NONE,
            }
        }
        NONE
    };
    records.iter().map(find).collect()
}

/// Records by which a person of this month claims an id: (claimant, old, how many, whether one of them is the very record).
type Shared = Vec<(u32, u32, u32, bool)>;

/// The claims, and what claimant and id share whether or not the claim is kept.
fn claims(before: &Register, olds: &Olds, (persons, records): (&StandardPersons, &[Now<'_>]), known: &[u32]) -> (Vec<Claim>, Shared) {
    let contents = contents(before);
    let words = Words::of(before);
    // (claimant, old, feed, by record)
    let mut found: Vec<(u32, u32, u16, bool)> = Vec::new();
    for (record, &at) in records.iter().zip(known) {
        let same = before.identities.get(at as usize).filter(|identity| !contradict(identity.traits, record.traits));
        let by_content = || contents.get(&record.content).copied().filter(|&person| record.content != 0 && person != NONE);
        let (person, by_record) = match same {
            Some(identity) => (Some(identity.person), true),
            None => (by_content().or_else(|| words.person(persons, record.row)), false),
        };
        let old = person.map_or(NONE, |person| olds.of_person(person));
        if old != NONE {
            found.push((record.person, old, record.source, by_record));
        }
    }
    found.par_sort_unstable();
    let mut claims = Vec::new();
    let mut shared = Vec::new();
    for pair in found.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let Some(&(claimant, old, _, _)) = pair.first() else { continue };
        let by_record = pair.iter().filter(|one| one.3).count() as u32;
        let per_feed = |feed: &[(u32, u32, u16, bool)]| (feed.iter().filter(|one| one.3).count() as u32).min(RECORDS_PER_FEED);
        let across_feeds = pair.chunk_by(|a, b| a.2 == b.2).map(per_feed).sum();
        claims.push(Claim { claimant, old, weight: Weight([across_feeds, by_record, pair.len() as u32 - by_record]) });
        shared.push((claimant, old, pair.len() as u32, by_record > 0));
    }
    (claims, shared)
}

/// Whose content a hash is; [`NONE`] where it was several persons'.
fn contents(before: &Register) -> FastMap<u64, u32> {
    let mut contents: FastMap<u64, u32> = FastMap::default();
    for identity in before.identities.iter().filter(|identity| identity.content != 0) {
        let person = contents.entry(identity.content).or_insert(identity.person);
        if *person != identity.person {
            *person = NONE;
        }
    }
    contents
}

/// Every person id ever given, as it stands after this month.
fn id_records(before: &Register, linked: &Linked, olds: &Olds, kept: &[u32], shared: &Shared, month: Month) -> Vec<IdRecord> {
    // Who has the records of each old person now, most first, ties by claimant.
    let mut heirs: Vec<(u32, std::cmp::Reverse<u32>, u32)> =
        shared.iter().map(|&(claimant, old, count, _)| (old, std::cmp::Reverse(count), claimant)).collect();
    heirs.sort_unstable();
    let old_of_id: FastMap<&str, u32> = before.persons.iter().zip(&olds.place).map(|(id, &old)| (id.as_str(), old)).collect();
    let mut holder = vec![NONE; olds.numbers.len()];
    for (claimant, &old) in kept.iter().enumerate() {
        if let Some(place) = holder.get_mut(old as usize) {
            *place = claimant as u32;
        }
    }
    let mut ids: Vec<IdRecord> = before.ids.iter().filter(|id| id.kind == IdKind::Person).cloned().collect();
    for id in ids.iter_mut().filter(|id| id.state != IdState::Retired) {
        let old = old_of_id.get(id.id.as_str()).copied().unwrap_or(NONE);
        if holder.get(old as usize).is_some_and(|&claimant| claimant != NONE) {
            (id.state, id.last) = (IdState::Current, month);
            continue;
        }
        let start = heirs.partition_point(|heir| heir.0 < old);
        let own = heirs.get(start..).unwrap_or_default().iter().take_while(|heir| heir.0 == old);
        id.successors = own.filter_map(|heir| linked.person_ids.get(heir.2 as usize).cloned()).collect();
        retire(id, month);
    }
    let new = linked.person_ids.iter().zip(kept).filter(|(_, old)| **old == NONE);
    ids.extend(new.map(|(id, _)| given(IdKind::Person, id.clone(), month)));
    ids.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    ids
}

/// An id that nobody has any more: retired if its people are with others, else waiting.
pub(super) fn retire(id: &mut IdRecord, month: Month) {
    if id.successors.is_empty() {
        id.state = IdState::NotSeen;
        return;
    }
    id.state = IdState::Retired;
    id.retired = Some(month);
    id.retirement = Some(if id.successors.len() == 1 { Retirement::Merged } else { Retirement::Divided });
}

/// An id given for the first time.
pub(super) fn given(kind: IdKind, id: String, month: Month) -> IdRecord {
    IdRecord {
        kind,
        id,
        first: month,
        last: month,
        state: IdState::Current,
        retired: None,
        retirement: None,
        successors: Vec::new(),
        home: 0,
    }
}

/// Records of this month under their persons' ids, and those that were not delivered under the ids they had, or their successors.
fn identities(before: &Register, linked: &Linked, records: &[Now<'_>], known: &[u32], month: Month, outcome: &mut KeptPersons) {
    let heir: FastMap<&str, &str> = outcome
        .ids
        .iter()
        .filter(|id| id.state == IdState::Retired)
        .filter_map(|id| id.successors.first().map(|successor| (id.id.as_str(), successor.as_str())))
        .collect();
    let waiting = |person: &str| heir.get(person).map_or_else(|| person.to_owned(), |&heir| heir.to_owned());
    let mut persons: Vec<String> = linked.person_ids.iter().cloned().chain(before.persons.iter().map(|id| waiting(id))).collect();
    persons.par_sort_unstable();
    persons.dedup();
    let number = |id: &str| persons.binary_search_by(|known| known.as_str().cmp(id)).map_or(NONE, |place| place as u32);
    let of_now: Vec<u32> = linked.person_ids.par_iter().map(|id| number(id)).collect();
    let of_before: Vec<u32> = before.persons.par_iter().map(|id| number(&waiting(id))).collect();
    let feed: Vec<u16> =
        before.sources.iter().map(|name| outcome.sources.binary_search(name).map_or(u16::MAX, |place| place as u16)).collect();
    let mut delivered = vec![false; before.identities.len()];
    let mut identities: Vec<Identity> = Vec::with_capacity(before.identities.len() + records.len() / 8);
    for (record, &at) in records.iter().zip(known) {
        let old = before.identities.get(at as usize);
        if let Some(delivered) = delivered.get_mut(at as usize) {
            *delivered = true;
        }
        identities.push(Identity {
            source: record.source,
            record_id: record.record_id.into(),
            person: of_now.get(record.person as usize).copied().unwrap_or(NONE),
            content: record.content,
            traits: record.traits,
            first: old.map_or(month, |identity| identity.first),
            last: month,
        });
    }
    for (identity, _) in before.identities.iter().zip(&delivered).filter(|(_, delivered)| !**delivered) {
        identities.push(Identity {
            source: feed.get(usize::from(identity.source)).copied().unwrap_or(u16::MAX),
            person: of_before.get(identity.person as usize).copied().unwrap_or(NONE),
            ..identity.clone()
        });
    }
    // Both parts are sorted already, which a merge sort finds out.
    identities.par_sort_by(|a, b| (a.source, &a.record_id).cmp(&(b.source, &b.record_id)));
    outcome.persons = persons;
    outcome.identities = identities;
}
