//! What became of the list and of the families since the last final run, each with its cause.
//!
//! What comes in: the last final run as published, this month's outcome under stable ids. What goes out: one change per pack and family on the list now or
//! last month, one per family that moved, merged or split, and everybody's time on the lists. What always holds: every family that was listed
//! last month is accounted for: still listed, moved, dropped with a cause, or merged into another.

pub(super) mod before;
mod cause;
mod facts;
mod gained;
mod lost;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use super::RunSettings;
use super::reading::ReadingError;
use crate::model::{
    Change, ChangeCause, ChangeCode, FamilySummary, FeedState, Flags, IdState, Identification, Listing, Month, NO_DAY, Override, Register,
    Route, RowPlace, Standing, Unborn,
};
use crate::register::events::Seen;
use crate::register::families::{KeptFamilies, home_key};
use crate::register::persons::KeptPersons;
use crate::rules::pack::Pack;
use crate::stages::ingest::Ingested;

use before::{EntryBefore, LastList, LastTables};
use cause::{Cause, on_day};
use facts::{Facts, Ingredients, NONE};

/// This month's outcome, under stable ids.
pub(super) struct Given<'a> {
    pub(super) settings: &'a RunSettings<'a>,
    pub(super) seen: &'a Seen<'a>,
    pub(super) ingested: &'a Ingested,
    pub(super) unborn: &'a Unborn,
    pub(super) flags: &'a Flags,
    pub(super) identification: &'a Identification,
    pub(super) before: &'a Register,
    pub(super) kept_persons: &'a KeptPersons,
    pub(super) kept: &'a KeptFamilies,
    pub(super) overrides: &'a [Override],
    pub(super) standings: &'a [Standing],
}

/// Changes and time on lists.
pub(super) struct Changed {
    pub(super) changes: Vec<Change>,
    pub(super) listings: Vec<Listing>,
}

/// Compares the month with the last final run; without one everything on the list is new.
pub(super) fn changes(given: &Given<'_>, last: Option<&LastTables<'_>>) -> Result<Changed, ReadingError> {
    let families = &given.seen.families.families;
    let listed: Vec<_> = given.identification.entries.iter().filter(|entry| entry.route.is_listed()).collect();
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for entry in &listed {
        wanted.extend(families.get(entry.family as usize).map(|family| family.id.clone()));
        let previous = given.kept.previous.get(entry.family as usize).into_iter().flatten();
        wanted.extend(previous.filter_map(|&old| given.kept.olds.get(old as usize)).map(|old| old.id.clone()));
    }
    let read = last.map(|last| LastList::read(last, &wanted)).transpose()?.unwrap_or_default();
    let Given { settings, seen, ingested, unborn, flags, before, kept_persons, kept, overrides, standings, .. } = *given;
    let facts =
        Facts::new(&Ingredients { settings, seen, ingested, unborn, flags, before, last: &read, kept_persons, kept, overrides, standings });
    let routes: BTreeMap<(&str, u32), Route> =
        given.identification.entries.iter().map(|entry| ((entry.pack.as_str(), entry.family), entry.route)).collect();
    let teller = Teller { given, facts: &facts, routes, first: last.is_none() };
    let mut changes = Vec::new();
    let mut listings = ListingBook::new(before);
    for pack in &settings.pipeline.packs {
        teller.of_pack(pack, &mut listings, &mut changes);
    }
    teller.packs_gone(&mut changes);
    teller.of_families(&mut changes);
    let listings = listings.finish();
    for change in changes.iter_mut().filter(|change| !change.pack.is_empty()) {
        let key = (change.pack.as_str(), change.family_id.as_str());
        if let Ok(place) = listings.binary_search_by(|one| (one.pack.as_str(), one.family_id.as_str()).cmp(&key))
            && let Some(listing) = listings.get(place)
        {
            (change.first_identified, change.months_on_list) = (Some(listing.first), listing.months);
        }
    }
    changes.sort_by(|a, b| (&a.pack, &a.family_id, a.code).cmp(&(&b.pack, &b.family_id, b.code)));
    Ok(Changed { changes, listings })
}

/// Time on lists, brought forward.
struct ListingBook {
    listings: BTreeMap<(String, String), Listing>,
    /// As they were before this month.
    before: BTreeMap<(String, String), Listing>,
}

impl ListingBook {
    fn new(before: &Register) -> Self {
        let key = |one: &Listing| (one.pack.clone(), one.family_id.clone());
        let before: BTreeMap<_, _> = before.listings.iter().map(|one| (key(one), one.clone())).collect();
        Self { listings: before.clone(), before }
    }

    fn get(&self, pack: &str, family_id: &str) -> Option<&Listing> {
        self.listings.get(&(pack.to_owned(), family_id.to_owned()))
    }

    /// One more month on the list; a family that begins takes over the time that the listed family it came from had before this month, whichever of the two is counted first.
    fn add(&mut self, pack: &str, family_id: &str, from: Option<&str>, month: Month) {
        let key = |family: &str| (pack.to_owned(), family.to_owned());
        let inherited = from.and_then(|from| self.before.get(&key(from))).map(|one| (one.first, one.months));
        let (first, months) = inherited.unwrap_or((month, 0));
        let new = Listing { pack: pack.to_owned(), family_id: family_id.to_owned(), first, last: month, months };
        let listing = self.listings.entry((pack.to_owned(), family_id.to_owned())).or_insert(new);
        listing.last = month;
        listing.months += 1;
    }

    fn finish(self) -> Vec<Listing> {
        self.listings.into_values().collect()
    }
}

struct Teller<'a> {
    given: &'a Given<'a>,
    facts: &'a Facts<'a>,
    routes: BTreeMap<(&'a str, u32), Route>,
    /// True if there is no final run to compare with.
    first: bool,
}

impl Teller<'_> {
    fn id(&self, family: u32) -> String {
        self.given.seen.families.families.get(family as usize).map(|family| family.id.clone()).unwrap_or_default()
    }

    fn old_id(&self, old: u32) -> &str {
        self.given.kept.olds.get(old as usize).map(|old| old.id.as_str()).unwrap_or_default()
    }

    fn summary(&self, family: u32) -> FamilySummary {
        self.given.identification.summaries.get(family as usize).cloned().unwrap_or_default()
    }

    fn was_listed(&self, pack: &str, family_id: &str) -> bool {
        self.facts.last.entry(pack, family_id).is_some_and(|entry| entry.listed)
    }

    fn listed(&self, pack: &str, family: u32) -> bool {
        self.routes.get(&(pack, family)).is_some_and(|route| route.is_listed())
    }

    /// A change of a family of this month; `family` is [`NONE`] for one that is no more.
    fn change(&self, pack: &str, family: u32, family_id: &str, code: ChangeCode, cause: Cause) -> Change {
        let summary = self.summary(family);
        let route = self.routes.get(&(pack, family));
        let was = self.facts.last.entry(pack, family_id);
        let previous = self.given.kept.previous.get(family as usize).into_iter().flatten();
        let previous: Vec<String> = previous.map(|&old| self.old_id(old).to_owned()).collect();
        let old = self.given.kept.olds.binary_search_by(|old| old.id.as_str().cmp(family_id)).ok();
        let successors = old.and_then(|old| self.given.kept.successors.get(old)).into_iter().flatten();
        let listed_before =
            was.is_some_and(|was| was.listed) || (was.is_none() && previous.iter().any(|previous| self.was_listed(pack, previous)));
        Change {
            pack: pack.to_owned(),
            family_id: family_id.to_owned(),
            code,
            cause: cause.why,
            reason: cause.words,
            criterion: cause.criterion,
            rule: cause.rule,
            day: cause.day,
            person_id: cause.person_id,
            behind: cause.behind,
            listed: route.is_some_and(|route| route.is_listed()),
            listed_before,
            route: route.map(|route| route.name().to_owned()).unwrap_or_default(),
            route_before: was.map(|was| was.route.clone()).unwrap_or_default(),
            previous_family_ids: previous,
            successor_family_ids: successors.map(|&family| self.id(family)).collect(),
            district_code: summary.district_code,
            district_code_before: self.facts.last.place(family_id).district_code,
            first_identified: None,
            months_on_list: 0,
        }
    }

    /// One row per family on the pack's list now or last month.
    fn of_pack(&self, pack: &Pack, listings: &mut ListingBook, changes: &mut Vec<Change>) {
        let month = self.given.seen.month;
        let now: Vec<u32> = self
            .routes
            .iter()
            .filter(|((name, _), route)| *name == pack.name && route.is_listed())
            .map(|((_, family), _)| *family)
            .collect();
        let mut listed_now: BTreeSet<String> = BTreeSet::new();
        for family in now {
            let id = self.id(family);
            let (code, cause, from) = self.on_list(pack, family, &id, listings);
            listings.add(&pack.name, &id, from.as_deref(), month);
            changes.push(self.change(&pack.name, family, &id, code, cause));
            listed_now.insert(id);
        }
        let gone =
            self.facts.last.entries.iter().filter(|((name, family), was)| *name == pack.name && was.listed && !listed_now.contains(family));
        for ((_, family_id), was) in gone {
            changes.push(self.off_list(pack, family_id, was));
        }
    }

    /// A family on the list: what it is to it, why, and the family whose time it takes over.
    fn on_list(&self, pack: &Pack, family: u32, id: &str, listings: &ListingBook) -> (ChangeCode, Cause, Option<String>) {
        if self.first {
            return (ChangeCode::New, Cause::plain(ChangeCause::FirstRun, "there is no earlier final run to compare with"), None);
        }
        if self.was_listed(&pack.name, id) {
            return match self.moved_district(family, id) {
                Some(cause) => (ChangeCode::Moved, cause, None),
                None => (ChangeCode::Still, Cause::plain(ChangeCause::Unchanged, "on the list as last month"), None),
            };
        }
        let is_new = self.given.kept.old_of.get(family as usize).is_none_or(|&old| old == NONE);
        let previous = self.given.kept.previous.get(family as usize).into_iter().flatten();
        let from = previous.map(|&old| self.old_id(old)).find(|old| self.was_listed(&pack.name, old)).map(ToOwned::to_owned);
        if let Some(from) = from {
            let gone = self.state(&from) == Some(IdState::Retired);
            if is_new {
                let words = format!("part of family {from}, which was on the list, is a family of its own now");
                return (ChangeCode::Split, Cause::plain(self.regrouped(family, ChangeCause::FamilySplit), words), Some(from));
            }
            if gone {
                let words = format!("family {from}, which was on the list, is part of it now");
                return (ChangeCode::Merged, Cause::plain(self.regrouped(family, ChangeCause::FamilyMerged), words), Some(from));
            }
        }
        let code = if listings.get(&pack.name, id).is_some() { ChangeCode::ReEligible } else { ChangeCode::New };
        (code, gained::listed(self.facts, pack, family, self.facts.last.entry(&pack.name, id)), None)
    }

    /// A family that is no longer on the list.
    fn off_list(&self, pack: &Pack, family_id: &str, was: &EntryBefore) -> Change {
        let families = &self.given.seen.families.families;
        if let Ok(family) = families.binary_search_by(|family| family.id.as_str().cmp(family_id)) {
            let family = family as u32;
            let settled = self.routes.get(&(pack.name.as_str(), family)) == Some(&Route::Settled);
            let settled = settled.then(|| people::settled(self.facts, family)).flatten();
            let cause = settled.unwrap_or_else(|| lost::dropped(self.facts, pack, family, was));
            return self.change(&pack.name, family, family_id, ChangeCode::Dropped, cause);
        }
        let old = self.given.kept.olds.binary_search_by(|old| old.id.as_str().cmp(family_id)).ok();
        let successors = old.and_then(|old| self.given.kept.successors.get(old)).map(Vec::as_slice).unwrap_or_default();
        let (code, cause) = match successors.first() {
            None => (ChangeCode::Dropped, self.vanished(old)),
            Some(&first) => {
                let cause = self.regrouped(first, if successors.len() == 1 { ChangeCause::FamilyMerged } else { ChangeCause::FamilySplit });
                let into: Vec<String> = successors.iter().map(|&family| self.id(family)).collect();
                let words = format!("its people are in {} now", into.join(", "));
                let listed = successors.iter().any(|&family| self.listed(&pack.name, family));
                (if listed { ChangeCode::Merged } else { ChangeCode::Dropped }, Cause::plain(cause, words))
            }
        };
        self.change(&pack.name, NONE, family_id, code, cause)
    }

    /// Why nobody of a family is there: the last of them died, or the feeds that knew them are missing, or no longer name them.
    fn vanished(&self, old: Option<usize>) -> Cause {
        let days = &self.given.seen.families.died;
        let members = old.and_then(|old| self.given.kept.olds.get(old)).map(|old| old.members.as_slice()).unwrap_or_default();
        let died = members.iter().filter(|one| one.resident).filter_map(|one| days.get(one.person as usize)).copied();
        if let Some(day) = died.filter(|&day| day != NO_DAY && day <= self.given.seen.reference).max() {
            return Cause::plain(ChangeCause::MemberDied, format!("nobody of the family is left: the last died{}", on_day(day))).on(day);
        }
        let persons: Vec<&str> = members.iter().filter(|one| one.resident).map(|one| one.person_id.as_str()).collect();
        let feeds = self.facts.feeds_before(&persons);
        let missing = |feed: &&String| self.facts.source(feed).is_none_or(|source| source.state == FeedState::Missing);
        let (cause, feed) = match feeds.iter().find(missing) {
            Some(feed) => (ChangeCause::FeedMissing, Some(feed)),
            None => (ChangeCause::NotSeen, feeds.first()),
        };
        let words = format!("nobody of the family is in this month's extracts; last month they were in {}", feeds.join(", "));
        let source = feed.cloned().unwrap_or_default();
        Cause::plain(cause, words).behind(RowPlace { source, ..RowPlace::default() })
    }

    /// `cause`, unless the family's people were told apart or joined by linkage: then that.
    fn regrouped(&self, family: u32, cause: ChangeCause) -> ChangeCause {
        let previous = |person: u32| self.given.kept_persons.previous.get(person as usize).is_some_and(|ids| !ids.is_empty());
        let members = self.given.seen.families.members_of(family);
        if members.iter().any(|member| previous(member.person)) { self.facts.linkage_cause() } else { cause }
    }

    fn state(&self, family_id: &str) -> Option<IdState> {
        let ids = &self.given.kept.ids;
        ids.binary_search_by(|one| one.id.as_str().cmp(family_id)).ok().and_then(|place| ids.get(place)).map(|one| one.state)
    }

    /// The move of a family into another district, or over the county's border.
    fn moved_district(&self, family: u32, id: &str) -> Option<Cause> {
        let (was, now) = (self.facts.last.place(id), self.summary(family));
        if was.out_of_county != now.out_of_county {
            let (cause, words) = if now.out_of_county {
                (ChangeCause::LeftCounty, "the family moved out of the county")
            } else {
                (ChangeCause::EnteredCounty, "the family moved into the county")
            };
            return Some(self.with_move(family, cause, words));
        }
        let known = !was.district_code.is_empty() && !now.district_code.is_empty();
        let differs = known && was.district_code != now.district_code;
        let words = || format!("the family moved from {} to {}", was.district_code, now.district_code);
        differs.then(|| self.with_move(family, ChangeCause::FamilyMoved, &words()))
    }

    /// A move with its day and the record that gives the new home.
    fn with_move(&self, family: u32, cause: ChangeCause, words: &str) -> Cause {
        let members = self.given.seen.families.members_of(family).iter().filter(|member| member.resident);
        let since = members.filter(|member| self.facts.is_new(member.since)).map(|member| member.since).min().unwrap_or(NO_DAY);
        Cause::plain(cause, format!("{words}{}", on_day(since))).on(since)
    }

    /// The lists of packs that the pipeline no longer has.
    fn packs_gone(&self, changes: &mut Vec<Change>) {
        let packs = &self.given.settings.pipeline.packs;
        let gone = self.facts.last.entries.iter().filter(|((name, _), was)| was.listed && !packs.iter().any(|pack| pack.name == *name));
        for ((name, family_id), _) in gone {
            let cause = Cause::plain(ChangeCause::PackChanged, format!("the pipeline no longer tests the pack {name}"));
            let family = self.given.seen.families.families.binary_search_by(|family| family.id.as_str().cmp(family_id));
            changes.push(self.change(name, family.map_or(NONE, |family| family as u32), family_id, ChangeCode::Dropped, cause));
        }
    }

    /// What became of families, on a list or not: moved, split, merged.
    fn of_families(&self, changes: &mut Vec<Change>) {
        if self.first {
            return;
        }
        let families = &self.given.seen.families.families;
        for (family, here) in families.iter().enumerate() {
            let number = family as u32;
            let old = self.given.kept.old_of.get(family).and_then(|&old| self.given.kept.olds.get(old as usize));
            if let Some(old) = old {
                let home = home_key(&self.given.before.secret, here);
                if home != 0 && old.home != 0 && home != old.home {
                    let cause = self.moved_district(number, &here.id);
                    let within = || self.with_move(number, ChangeCause::FamilyMoved, "the family moved within its district");
                    changes.push(self.change("", number, &here.id, ChangeCode::Moved, cause.unwrap_or_else(within)));
                }
            } else if self.given.kept.previous.get(family).is_some_and(|previous| !previous.is_empty()) {
                let cause = self.regrouped(number, ChangeCause::FamilySplit);
                let from: Vec<&str> = self.given.kept.previous.get(family).into_iter().flatten().map(|&old| self.old_id(old)).collect();
                let words = format!("people of {} are a family of their own now", from.join(", "));
                changes.push(self.change("", number, &here.id, ChangeCode::Split, Cause::plain(cause, words)));
            }
        }
        let retired = self.given.kept.ids.iter().filter(|id| id.state == IdState::Retired && id.retired == Some(self.given.seen.month));
        for id in retired {
            let first = id.successors.first().map(String::as_str).unwrap_or_default();
            let family = families.binary_search_by(|family| family.id.as_str().cmp(first)).map_or(NONE, |family| family as u32);
            let cause = self.regrouped(family, if id.successors.len() == 1 { ChangeCause::FamilyMerged } else { ChangeCause::FamilySplit });
            let words = format!("its people are in {} now", id.successors.join(", "));
            changes.push(self.change("", NONE, &id.id, ChangeCode::Merged, Cause::plain(cause, words)));
        }
    }
}
