//! Families: who lives with whom, in which role, how surely, and by what evidence.
//!
//! What comes in: standardised person records, the person of each record, and the relations rows state. What goes out: [`Families`].
//! What always holds: everybody alive is a resident of exactly one primary family (possibly of one); a family shares one present
//! home; a child may be a resident of a second family; parents living elsewhere and the dead are members, not residents; the
//! outcome depends neither on the order of rows nor on the number of threads.
//!
//! The journey: [`places`] decides which addresses are one place, [`residence`] what each source says about where each person lives
//! and what that is worth, [`areas`] what addresses say that are no places, [`ties`] who is stated to belong to whom, [`homes`] where
//! each person lives now, [`communal`] which places make nobody family, [`grouping`] who forms one family, [`roles`] and [`assemble`]
//! lay out the tables. The tiers of evidence are those of domain.md §4.4.

mod areas;
mod assemble;
mod communal;
mod duplicates;
mod forest;
mod gazetteer;
mod grouping;
mod homes;
mod people;
mod places;
mod residence;
mod roles;
#[cfg(test)]
mod tests;
mod ties;

use crate::config::checked::HouseholdSettings;
use crate::model::ids::home_key;
use crate::model::{Day, Families, Linked, NO_DAY, Progress, Relation, Residence, Source, StandardPersons};

use areas::Areas;
use assemble::Assembly;
use homes::Evidence;
use people::People;
use places::{NOWHERE, Places};
use residence::{Candidates, Statements};
use ties::Ties;

/// Where people were found to live last month.
#[derive(Clone, Copy, Debug, Default)]
pub struct LastHomes<'a> {
    /// By person, the key of the home; 0 if unknown. Empty in a first month.
    pub of_person: &'a [u64],
    /// Under which homes are remembered.
    pub secret: &'a str,
}

impl LastHomes<'_> {
    /// The key of each place, as of a home; none in a first month.
    fn of_places(&self, places: &Places) -> Vec<u64> {
        if self.of_person.is_empty() {
            return Vec::new();
        }
        places.key.iter().zip(&places.postcode).map(|(key, postcode)| home_key(self.secret, key, postcode)).collect()
    }

    /// True if the person lived last month at a home of this key.
    fn at(&self, person: u32, key: u64) -> bool {
        key != 0 && self.of_person.get(person as usize) == Some(&key)
    }
}

/// Decides which persons form one family. `lived` is where they were found to live last month: it counts a little, so that nobody about whom nothing was said
/// moves.
#[must_use]
pub fn households(
    persons: &StandardPersons,
    linked: &Linked,
    sources: &[Source],
    relations: &[Relation],
    reference: Day,
    (settings, lived): (&HouseholdSettings, LastHomes<'_>),
    progress: &dyn Progress,
) -> Families {
    progress.step("families");
    progress.begin("Families", 4, "steps");
    let people = People::gather(persons, linked, sources, reference);
    let places = Places::resolve(persons, &linked.person_of_record);
    progress.advance(1);
    let statements = Statements::gather(persons, &people, &places, sources, reference);
    let home_keys = lived.of_places(&places);
    let lives_on = |person: u32, place: u32| lived.at(person, home_keys.get(place as usize).copied().unwrap_or(0));
    let candidates = Candidates::weigh(&statements, sources, reference, settings.residence_valid_days, lives_on);
    let mut ties = Ties::gather(persons, linked, &people, sources, relations, reference, settings.residence_valid_days);
    let same = duplicates::likely_same(&people, &ties);
    ties.add_same_persons(&same, people.len());
    progress.advance(1);
    let by_words = communal::by_words(&places);
    let institution: Vec<bool> = by_words.iter().map(Option::is_some).collect();
    let dead: Vec<bool> = people.died.iter().map(|&day| day != NO_DAY && day <= reference).collect();
    let evidence = Evidence {
        people: &people,
        places: &places,
        statements: &statements,
        candidates: &candidates,
        ties: &ties,
        institution: &institution,
        dead: &dead,
        areas: Areas { persons, people: &people, reference },
        reference,
    };
    let homes = evidence.homes();
    let grouping = grouping::group(&evidence, &homes, &by_words, settings);
    progress.advance(1);
    let (families, members, shown) = Assembly { evidence: &evidence, homes: &homes, grouping: &grouping, linked }.families();
    let communal = grouping::communal_table(&evidence, &grouping);
    let warnings = warnings(&homes, &dead, &same, communal.len());
    progress.advance(1);
    progress.end();
    Families {
        families,
        members,
        evidence: shown,
        born: people.born,
        sex: people.sex,
        died: people.died,
        searchable: people.searchable,
        communal,
        warnings,
    }
}

/// The place of each record, `u32::MAX` where its address says too little: the same for addresses that mean one place although a slip parts them.
#[must_use]
pub fn same_places(persons: &StandardPersons, person_of_record: &[u32]) -> Vec<u32> {
    Places::resolve(persons, person_of_record).of_record
}

/// Where each person is said to live or to have lived, by person, place and first record.
#[must_use]
pub fn residences(persons: &StandardPersons, linked: &Linked, sources: &[Source], reference: Day) -> Vec<Residence> {
    let people = People::gather(persons, linked, sources, reference);
    let places = Places::resolve(persons, &linked.person_of_record);
    let statements = Statements::gather(persons, &people, &places, sources, reference);
    let mut found = Vec::new();
    for person in 0..people.len() as u32 {
        for run in statements.of(person).chunk_by(|a, b| a.place == b.place) {
            let from = run.iter().map(|one| one.from).filter(|&day| day != NO_DAY).min();
            let lasting = run.iter().any(|one| one.to == NO_DAY);
            found.push(Residence {
                person,
                record: run.first().map_or(u32::MAX, |one| one.record),
                from: from.unwrap_or(NO_DAY),
                to: if lasting { NO_DAY } else { run.iter().map(|one| one.to).max().unwrap_or(NO_DAY) },
                as_at: run.iter().map(|one| one.as_at).max().unwrap_or(NO_DAY),
                sources: run.len() as u32,
            });
        }
    }
    found
}

/// Counts only: no name, no address.
fn warnings(homes: &[u32], dead: &[bool], same: &[(u32, u32)], communal: usize) -> Vec<String> {
    let homeless = homes.iter().zip(dead).filter(|&(&home, &dead)| home == NOWHERE && !dead).count();
    let mut found = Vec::new();
    if homeless > 0 {
        found.push(format!("{homeless} people have no usable address in any extract; they are grouped by stated relations only"));
    }
    if !same.is_empty() {
        found.push(format!("{} pairs of people look like one person whom linkage left in two parts (same name, same kin)", same.len()));
    }
    if communal > 0 {
        found.push(format!("{communal} addresses are treated as communal: living there makes nobody family"));
    }
    found
}
