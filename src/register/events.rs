//! What happened in families since the last final run.
//!
//! What comes in: families under their stable ids, as they were and as they are, with the records behind them. What goes out: one row per thing that
//! happened, with its day where an extract says it and the record that shows it. What always holds: the first run tells nothing, because there is
//! nothing to compare with; rows of earlier months stay as they were.

use super::families::{KeptFamilies, OldMember, home_key};
use super::matching::NONE;
use super::rows::RowsOf;
use crate::model::{
    Day, Delivery, Families, FamilyEvent, FamilyEventKind, Linked, Member, MemberRole, Month, NO_DAY, Register, RowPlace, Source,
    StandardField, StandardPersons, date,
};

/// A child whose birth is noticed within so many days is born into the family, not joined to it: a birth is registered within 42 days
/// (Births and Deaths Registration Act 1953 s.2), and the next monthly extract follows.
const BIRTH_NOTICED_WITHIN: Day = 92;

/// The month as found.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// Persons, under their stable ids.
    pub linked: &'a Linked,
    /// Families, under their stable ids.
    pub families: &'a Families,
    /// Records.
    pub persons: &'a StandardPersons,
    /// Feeds.
    pub sources: &'a [Source],
    /// Files.
    pub deliveries: &'a [Delivery],
    /// The month.
    pub month: Month,
    /// Its reference date.
    pub reference: Day,
    /// Reference date of the final run before; `NO_DAY` for the first.
    pub reference_before: Day,
}

impl Seen<'_> {
    /// Where a record stands.
    #[must_use]
    pub fn place(&self, record: u32) -> RowPlace {
        let Some(position) = self.persons.position.get(record as usize) else { return RowPlace::default() };
        let delivery = self.deliveries.get(position.delivery as usize);
        RowPlace {
            source: self.sources.get(usize::from(position.source)).map(|source| source.name.clone()).unwrap_or_default(),
            file: delivery.map(|delivery| delivery.file.clone()).unwrap_or_default(),
            line: position.line,
        }
    }

    pub(super) fn person_id(&self, person: u32) -> String {
        self.linked.person_ids.get(person as usize).cloned().unwrap_or_default()
    }

    pub(super) fn family_id(&self, family: u32) -> String {
        self.families.families.get(family as usize).map(|family| family.id.clone()).unwrap_or_default()
    }

    pub(super) fn born(&self, person: u32) -> Day {
        self.families.born.get(person as usize).copied().unwrap_or(NO_DAY)
    }

    pub(super) fn died(&self, person: u32) -> Day {
        self.families.died.get(person as usize).copied().unwrap_or(NO_DAY)
    }

    /// True if a day lies after the last reference date and not after this one.
    pub(super) fn is_new(&self, day: Day) -> bool {
        day != NO_DAY && self.reference_before < day && day <= self.reference
    }

    /// The 18th birthday, `NO_DAY` where the date of birth is unknown.
    #[must_use]
    pub fn of_age_on(&self, person: u32) -> Day {
        birthday(self.born(person), 18)
    }
}

/// The first day on which somebody is so many years old.
#[must_use]
pub fn birthday(born: Day, years: i32) -> Day {
    if born == NO_DAY {
        return NO_DAY;
    }
    let day = date::months_before(born, -12 * years);
    // Somebody born on 29 February comes of age on 1 March of a common year.
    if date::age_on(born, day) == Some(years) { day } else { day + 1 }
}

/// Which family each person has, and who was where.
pub(super) struct Whereabouts {
    /// This month's own family of each person.
    own: Vec<u32>,
    /// Last month's own family of each person, an index into the olds.
    was: Vec<u32>,
}

impl Whereabouts {
    pub(super) fn of(seen: &Seen<'_>, kept: &KeptFamilies) -> Self {
        let mut places = Self { own: vec![NONE; seen.linked.persons()], was: vec![NONE; seen.linked.persons()] };
        for member in seen.families.members.iter().filter(|member| member.resident && member.primary) {
            if let Some(own) = places.own.get_mut(member.person as usize) {
                *own = member.family;
            }
        }
        for (old, family) in kept.olds.iter().enumerate() {
            for member in family.members.iter().filter(|member| member.resident && member.primary && member.latest) {
                if let Some(was) = places.was.get_mut(member.person as usize) {
                    *was = old as u32;
                }
            }
        }
        places
    }

    pub(super) fn own(&self, person: u32) -> u32 {
        self.own.get(person as usize).copied().unwrap_or(NONE)
    }

    pub(super) fn was(&self, person: u32) -> u32 {
        self.was.get(person as usize).copied().unwrap_or(NONE)
    }
}

/// What happened in families: rows of earlier months, then this month's.
#[must_use]
pub fn family_events(before: &Register, seen: &Seen<'_>, kept: &KeptFamilies, rows: &RowsOf) -> Vec<FamilyEvent> {
    let mut events = before.events.clone();
    if before.ids.is_empty() {
        return events;
    }
    let teller = Teller { secret: &before.secret, seen, kept, rows, places: Whereabouts::of(seen, kept) };
    let mut new = Vec::new();
    for family in 0..seen.families.families.len() as u32 {
        match kept.old_of.get(family as usize).copied().filter(|&old| old != NONE) {
            Some(old) => teller.went_on(family, old, &mut new),
            None => teller.began(family, &mut new),
        }
    }
    let mut is_now = vec![false; kept.olds.len()];
    for &old in &kept.old_of {
        if let Some(now) = is_now.get_mut(old as usize) {
            *now = true;
        }
    }
    for (old, _) in is_now.iter().enumerate().filter(|(_, now)| !**now) {
        teller.ended(old as u32, &mut new);
    }
    new.sort_unstable();
    new.dedup();
    events.append(&mut new);
    events
}

struct Teller<'a> {
    /// Under which the homes of the month before are remembered.
    secret: &'a str,
    seen: &'a Seen<'a>,
    kept: &'a KeptFamilies,
    rows: &'a RowsOf,
    places: Whereabouts,
}

impl Teller<'_> {
    fn event(&self, kind: FamilyEventKind, family_id: String) -> FamilyEvent {
        FamilyEvent {
            month: self.seen.month,
            family_id,
            kind,
            person_id: String::new(),
            day: NO_DAY,
            from_family_id: String::new(),
            to_family_id: String::new(),
            behind: RowPlace::default(),
        }
    }

    fn old_id(&self, old: u32) -> String {
        self.kept.olds.get(old as usize).map(|old| old.id.clone()).unwrap_or_default()
    }

    /// A family that was there before.
    fn went_on(&self, family: u32, old: u32, events: &mut Vec<FamilyEvent>) {
        let Some(was) = self.kept.olds.get(old as usize) else { return };
        let id = self.seen.family_id(family);
        let members = self.seen.families.members_of(family);
        let lived = |person: u32| was.members.iter().any(|one| one.person == person && one.resident);
        for member in members.iter().filter(|member| member.resident && !lived(member.person)) {
            events.push(self.came(family, &id, member));
        }
        for one in was.members.iter().filter(|one| one.resident && !members.iter().any(|now| now.person == one.person && now.resident)) {
            events.push(self.went(&id, one));
        }
        for member in members.iter().filter(|member| member.resident) {
            let day = self.seen.of_age_on(member.person);
            if self.seen.is_new(day) {
                let behind = self.rows.with_born(self.seen, member.person);
                events.push(FamilyEvent {
                    person_id: self.seen.person_id(member.person),
                    day,
                    behind,
                    ..self.event(FamilyEventKind::Turned18, id.clone())
                });
            }
        }
        let home = self.seen.families.families.get(family as usize).map_or(0, |family| home_key(self.secret, family));
        if home != 0 && was.home != 0 && home != was.home {
            let row =
                members.iter().filter(|member| member.resident).find_map(|member| self.rows.at_home(self.seen, member.person, family));
            let since = members.iter().filter(|member| member.resident && self.seen.is_new(member.since)).map(|member| member.since).min();
            let behind = row.map(|row| self.seen.place(row)).unwrap_or_default();
            events.push(FamilyEvent { day: since.unwrap_or(NO_DAY), behind, ..self.event(FamilyEventKind::Moved, id) });
        }
    }

    fn came(&self, family: u32, id: &str, member: &Member) -> FamilyEvent {
        let born = self.seen.born(member.person);
        let person_id = self.seen.person_id(member.person);
        let was = self.places.was(member.person);
        let baby =
            was == NONE && member.role == MemberRole::Child && born != NO_DAY && born > self.seen.reference_before - BIRTH_NOTICED_WITHIN;
        if baby {
            let behind = self.rows.with_born(self.seen, member.person);
            return FamilyEvent { person_id, day: born, behind, ..self.event(FamilyEventKind::Birth, id.to_owned()) };
        }
        let day = if self.seen.is_new(member.since) { member.since } else { NO_DAY };
        let behind = self.joining(family, member.person);
        FamilyEvent { person_id, day, from_family_id: self.old_id(was), behind, ..self.event(FamilyEventKind::Joined, id.to_owned()) }
    }

    fn went(&self, id: &str, one: &OldMember) -> FamilyEvent {
        let died = self.seen.died(one.person);
        if died != NO_DAY && died <= self.seen.reference {
            let behind = self.rows.with_died(self.seen, one.person);
            return FamilyEvent { person_id: one.person_id.clone(), day: died, behind, ..self.event(FamilyEventKind::Died, id.to_owned()) };
        }
        let own = self.places.own(one.person);
        let row = if own == NONE { None } else { self.rows.at_home(self.seen, one.person, own) };
        let since =
            self.seen.families.members_of(own).iter().find(|member| member.person == one.person).map_or(NO_DAY, |member| member.since);
        FamilyEvent {
            person_id: one.person_id.clone(),
            day: if own != NONE && self.seen.is_new(since) { since } else { NO_DAY },
            to_family_id: self.seen.family_id(own),
            behind: row.map(|row| self.seen.place(row)).unwrap_or_default(),
            ..self.event(FamilyEventKind::Left, id.to_owned())
        }
    }

    /// The record that joins a person to the family: of the surest evidence, else one that names the home.
    fn joining(&self, family: u32, person: u32) -> RowPlace {
        let evidence = &self.seen.families.evidence;
        let start = evidence.partition_point(|row| (row.family, row.person) < (family, person));
        let own = evidence.get(start..).unwrap_or_default().iter().take_while(|row| (row.family, row.person) == (family, person));
        let joined = own.min_by_key(|row| (row.tier, self.seen.place(row.record))).map(|row| row.record);
        let row = joined.or_else(|| self.rows.at_home(self.seen, person, family)).or_else(|| self.rows.of(person).first().copied());
        row.map(|row| self.seen.place(row)).unwrap_or_default()
    }

    /// A family that was not there before.
    fn began(&self, family: u32, events: &mut Vec<FamilyEvent>) {
        let id = self.seen.family_id(family);
        let previous = self.kept.previous.get(family as usize).map(Vec::as_slice).unwrap_or_default();
        let first = self.seen.families.members_of(family).iter().find(|member| member.resident);
        let behind = first.map(|member| self.joining(family, member.person)).unwrap_or_default();
        let since = first.map_or(NO_DAY, |member| member.since);
        let day = if self.seen.is_new(since) { since } else { NO_DAY };
        if previous.is_empty() {
            events.push(FamilyEvent { day, behind, ..self.event(FamilyEventKind::Formed, id) });
            return;
        }
        for &old in previous {
            let from = self.old_id(old);
            let ends = FamilyEvent {
                day,
                from_family_id: from.clone(),
                to_family_id: id.clone(),
                behind: behind.clone(),
                ..self.event(FamilyEventKind::Split, from)
            };
            events.push(FamilyEvent { family_id: id.clone(), ..ends.clone() });
            events.push(ends);
        }
    }

    /// A family that is no more: with others now, or in no extract (then its dead are told).
    fn ended(&self, old: u32, events: &mut Vec<FamilyEvent>) {
        let Some(was) = self.kept.olds.get(old as usize) else { return };
        let successors = self.kept.successors.get(old as usize).map(Vec::as_slice).unwrap_or_default();
        for one in was.members.iter().filter(|one| one.resident && self.seen.is_new(self.seen.died(one.person))) {
            events.push(self.went(&was.id, one));
        }
        for &family in successors {
            let id = self.seen.family_id(family);
            let one = was.members.iter().find(|one| self.places.own(one.person) == family);
            let behind = one.map(|one| self.joining(family, one.person)).unwrap_or_default();
            let gone = FamilyEvent {
                from_family_id: was.id.clone(),
                to_family_id: id.clone(),
                behind,
                ..self.event(FamilyEventKind::Merged, was.id.clone())
            };
            events.push(FamilyEvent { family_id: id, ..gone.clone() });
            events.push(gone);
        }
    }
}

/// True if a record gives the home of a family.
pub(super) fn is_at(persons: &StandardPersons, record: u32, postcode: &str, house: &str) -> bool {
    let given = |field| persons.get(field, record as usize).unwrap_or_default();
    !postcode.is_empty() && given(StandardField::Postcode) == postcode && (house.is_empty() || given(StandardField::House) == house)
}
