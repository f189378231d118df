//! The name a family's members are shown by in the workbook.
//!
//! What comes in: the persons wanted. What goes out: one name per person.
//! What always holds: the name most of the person's records give, ties by the alphabet; forename in title case, surname
//! in capitals, because the capitals of the extracts do not say how a name is written.

use std::collections::BTreeMap;

use super::contents::RunContents;
use super::words;
use crate::model::StandardField;

/// The names of the persons wanted, by person.
pub(super) fn names(run: &RunContents<'_>, wanted: impl Iterator<Item = u32>) -> BTreeMap<u32, String> {
    let mut found: BTreeMap<u32, BTreeMap<(&str, &str), u32>> = wanted.map(|person| (person, BTreeMap::new())).collect();
    let (forenames, surnames) = (run.persons.column(StandardField::Forename), run.persons.column(StandardField::Surname));
    for record in 0..run.persons.len() {
        let Some(names) = run.person_of(record as u32).and_then(|person| found.get_mut(&person)) else { continue };
        let name = (surnames.get(record).unwrap_or(""), forenames.get(record).unwrap_or(""));
        if name != ("", "") {
            *names.entry(name).or_default() += 1;
        }
    }
    let shown = |person: u32, names: &BTreeMap<(&str, &str), u32>| {
        if run.restrictions.hides_person(person) { words::NAME_WITHHELD.to_owned() } else { best(names) }
    };
    found.into_iter().map(|(person, names)| (person, shown(person, &names))).collect()
}

fn best(names: &BTreeMap<(&str, &str), u32>) -> String {
    // A full name beats an initial or half a name, however often that occurs.
    let rank = |name: &(&str, &str), count: u32| (!name.0.is_empty() && name.1.chars().count() > 1, count);
    let mut chosen: Option<(&(&str, &str), u32)> = None;
    for (name, &count) in names {
        if chosen.is_none_or(|(so_far, most)| rank(name, count) > rank(so_far, most)) {
            chosen = Some((name, count));
        }
    }
    let Some(((surname, forename), _)) = chosen else { return "name not known".to_owned() };
    format!("{} {surname}", title_case(forename)).trim().to_owned()
}

fn title_case(name: &str) -> String {
    let words = name.split(' ').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
    });
    words.collect::<Vec<_>>().join(" ")
}
