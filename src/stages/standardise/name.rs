//! Forenames, surnames and what else stands in their cells: titles, suffixes, other names, "Baby of".
//!
//! What comes in: one raw cell. What goes out: its comparable parts. What always holds: parts are A–Z and single
//! spaces; a part read again gives itself; a test record's name is kept, so that it stays recognisable as one.

use crate::model::NoteCode;

use super::name_lists::{IRISH, NOT_BORN, NOT_NAMED, NOT_NAMED_BESIDE, ORGANISATION, PARTICLES, SUFFIXES, SURE_TITLES, TITLES, Title};
use super::placeholder::{is_placeholder, is_test_word};
use super::reading::{NoteSet, Reading};
use super::words::{NameWords, OtherKind, Word, is_marker, joined, name_words};

/// What one name cell says.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct NameReading {
    /// First forename.
    pub forename: Option<String>,
    /// Further forenames.
    pub middle_names: Option<String>,
    /// Surname, parts of a compound separated by one space.
    pub surname: Option<String>,
    /// Former or other surname.
    pub other_surname: Option<String>,
    /// Forename the person is known by.
    pub alias: Option<String>,
    /// `M` or `F` where a title or "baby girl" tells.
    pub sex: Option<&'static str>,
    /// True for test and dummy records.
    pub is_test: bool,
    /// What was done.
    pub notes: NoteSet,
}

fn title(word: &str) -> Option<&'static Title> {
    TITLES.iter().find(|(name, _)| *name == word)
}

/// The sex a title tells, `None` for those that tell none.
#[must_use]
pub fn sex_of_title(raw: &str) -> Option<&'static str> {
    name_words(raw).main.first().and_then(|word| title(&word.text)).and_then(|&(_, sex)| sex)
}

fn is_in(list: &[&str], word: &Word) -> bool {
    list.binary_search(&word.text.as_str()).is_ok()
}

/// True if the word makes the name an organisation's or an estate's.
pub(super) fn is_organisation(word: &Word) -> bool {
    is_in(ORGANISATION, word)
}

/// True if the word has a meaning of its own in a name cell, so that no two words may be joined into it.
fn is_special(word: &str) -> bool {
    is_marker(word)
        || title(word).is_some()
        || [SUFFIXES, NOT_NAMED, ORGANISATION].iter().any(|list| list.binary_search(&word).is_ok())
        || is_placeholder(word)
        || is_test_word(word)
}

/// Joins particles to the word behind them: "VAN DER BERG" is `VANDERBERG`, "MC DONALD" `MCDONALD`, "ST JOHN" `STJOHN`.
fn join_particles(words: &[Word], particles: &[&str]) -> Vec<Word> {
    let mut result: Vec<Word> = Vec::with_capacity(words.len());
    for word in words.iter().rev() {
        match result.last_mut() {
            Some(last) if is_in(particles, word) && !is_special(&format!("{}{}", word.text, last.text)) => {
                last.text.insert_str(0, &word.text);
                last.bound = word.bound;
            }
            _ => result.push(word.clone()),
        }
    }
    result.reverse();
    // "D" and "A" joined are a particle themselves.
    if result.len() < words.len() { join_particles(&result, particles) } else { result }
}

/// Takes titles off the front; one that stands alone goes only if it is never a name.
pub(super) fn strip_titles(words: &mut Vec<Word>, reading: &mut NameReading, only_sure: bool) {
    while let Some(first) = words.first() {
        let sure = is_in(SURE_TITLES, first);
        let Some(&(_, sex)) = title(&first.text).filter(|_| sure || (words.len() > 1 && !only_sure)) else { return };
        reading.sex = reading.sex.or(sex);
        reading.notes.insert(NoteCode::TitleRemoved);
        words.remove(0);
    }
}

pub(super) fn strip_suffixes(words: &mut Vec<Word>) {
    while words.len() > 1 && words.last().is_some_and(|last| is_in(SUFFIXES, last)) {
        words.pop();
    }
}

/// "BABY OF SMITH", "TWIN 2", "MALE INFANT": notes it and gives the words that may be a surname.
pub(super) fn not_named_yet(words: &[Word], reading: &mut NameReading) -> Option<Vec<Word>> {
    let first = words.first()?;
    let second_says_so = words.get(1).is_some_and(|second| is_in(NOT_NAMED, second));
    let said = is_in(NOT_NAMED, first) || (is_in(NOT_NAMED_BESIDE, first) && first.text.len() > 2 && second_says_so);
    if !said {
        return None;
    }
    for word in words {
        match word.text.as_str() {
            "BOY" | "MALE" | "BABYBOY" => reading.sex = reading.sex.or(Some("M")),
            "GIRL" | "FEMALE" | "BABYGIRL" => reading.sex = reading.sex.or(Some("F")),
            _ => {}
        }
    }
    reading.notes.insert(NoteCode::NoForenameYet);
    if words.iter().any(|word| is_in(NOT_BORN, word)) {
        reading.notes.insert(NoteCode::Expected);
    }
    Some(words.iter().filter(|word| !is_in(NOT_NAMED, word) && !is_in(NOT_NAMED_BESIDE, word)).cloned().collect())
}

/// Puts words into the forename and the middle names, unless they are a placeholder.
pub(super) fn set_forenames(words: &[Word], reading: &mut NameReading) {
    let mut words = words.to_vec();
    strip_titles(&mut words, reading, false);
    strip_suffixes(&mut words);
    if not_named_yet(&words, reading).is_some() {
        return;
    }
    let words = join_particles(&words, &["ABD", "ABDUL"]);
    let Some((first, rest)) = words.split_first() else { return };
    let initials = words.iter().all(|word| word.text.len() == 1);
    let compact: String = words.iter().map(|word| word.text.as_str()).collect();
    if is_placeholder(&first.text) || (!initials && is_placeholder(&compact)) {
        reading.notes.insert(NoteCode::Placeholder);
        return;
    }
    reading.forename = Some(first.text.clone());
    reading.middle_names = finish_middle(rest);
}

fn finish_middle(words: &[Word]) -> Option<String> {
    let mut words = words.to_vec();
    strip_suffixes(&mut words);
    let compact: String = words.iter().map(|word| word.text.as_str()).collect();
    let initials = words.iter().all(|word| word.text.len() == 1);
    joined(&words).filter(|_| initials || !is_placeholder(&compact))
}

/// Puts words into the surname, unless they are a placeholder or an organisation.
pub(super) fn set_surname(words: &[Word], reading: &mut NameReading) {
    let mut words = words.to_vec();
    loop {
        let before = words.len();
        strip_titles(&mut words, reading, true);
        strip_suffixes(&mut words);
        if words.len() > 1
            && let Some(rest) = not_named_yet(&words, reading)
        {
            words = rest;
        }
        if words.len() == before {
            break;
        }
    }
    if words.is_empty() {
        return;
    }
    let words = join_particles(&words, PARTICLES);
    let compact: String = words.iter().map(|word| word.text.as_str()).collect();
    let initials = words.len() > 1 && words.iter().all(|word| word.text.len() == 1);
    if (!initials && is_placeholder(&compact)) || words.iter().any(is_organisation) {
        reading.notes.insert(NoteCode::Placeholder);
    } else {
        reading.surname = joined(&words);
    }
}

/// Puts other names where they belong; `surname_cell` says what a single word is.
pub(super) fn set_others(others: &[(OtherKind, Vec<Word>)], reading: &mut NameReading, surname_cell: bool) {
    for (kind, words) in others {
        let mut scratch = NameReading::default();
        let mut words = words.clone();
        strip_titles(&mut words, &mut scratch, false);
        let surname_only = *kind == OtherKind::Former || surname_cell;
        match words.as_slice() {
            [] => continue,
            [only] if !surname_only => set_forenames(std::slice::from_ref(only), &mut scratch),
            several if surname_only => set_surname(several, &mut scratch),
            [first, rest @ ..] => {
                set_forenames(std::slice::from_ref(first), &mut scratch);
                set_surname(rest, &mut scratch);
            }
        }
        reading.alias = reading.alias.take().or(scratch.forename);
        reading.other_surname = reading.other_surname.take().or(scratch.surname);
        reading.notes.insert(NoteCode::AliasSplit);
    }
}

/// What every name cell has in common: nothing at all, a placeholder, a test record. `None` if the cell is done with.
pub(super) fn open_cell(raw: &str, reading: &mut NameReading) -> Option<NameWords> {
    let mut words = name_words(raw);
    if is_placeholder(&words.compact) && !(words.initials && words.compact.len() > 1) {
        reading.notes.insert(NoteCode::Placeholder);
        return None;
    }
    if words.main.is_empty() && words.after_comma.is_empty() && !words.others.is_empty() {
        // The whole cell stood in brackets.
        words.main = words.others.remove(0).1;
    }
    reading.is_test = words.main.iter().chain(&words.after_comma).any(|word| is_test_word(&word.text)) || is_test_word(&words.compact);
    if reading.is_test {
        reading.notes.insert(NoteCode::TestRecord);
    }
    Some(words)
}

/// Notes [`NoteCode::Cleaned`] where nothing else explains why the value is not the raw one.
fn note_cleaning(raw: &str, parts: &[&Option<String>], notes: &mut NoteSet) {
    if !notes.is_empty() {
        return;
    }
    let value: Vec<&str> = parts.iter().filter_map(|part| part.as_deref()).collect();
    if !raw.trim().eq_ignore_ascii_case(&value.join(" ")) {
        notes.insert(NoteCode::Cleaned);
    }
}

/// Reads a forename cell: "Mr John Paul", "Liz (Elizabeth)", "Baby of Smith", "J.".
#[must_use]
pub fn read_forename(raw: &str) -> NameReading {
    let mut reading = NameReading::default();
    let Some(mut words) = open_cell(raw, &mut reading) else { return reading };
    let mut main = words.take_all();
    let others = words.others;
    strip_titles(&mut main, &mut reading, false);
    strip_suffixes(&mut main);
    if let Some(rest) = not_named_yet(&main, &mut reading) {
        set_surname(&rest, &mut reading);
        return reading;
    }
    if main.iter().skip(1).any(|word| word.text == "AND") {
        // Two people in one cell: neither is this record's forename.
        reading.notes.insert(NoteCode::BadFormat);
        return reading;
    }
    set_others(&others, &mut reading, false);
    set_forenames(&main, &mut reading);
    note_cleaning(raw, &[&reading.forename, &reading.middle_names], &mut reading.notes);
    reading
}

/// Reads a surname cell: "O'Brien", "Smith-Jones", "van der Berg", "Smith (née Jones)". "SMITH, John" gives both
/// parts; the caller uses the forename only where the row has none.
#[must_use]
pub fn read_surname(raw: &str) -> NameReading {
    let mut reading = NameReading::default();
    let Some(words) = open_cell(raw, &mut reading) else { return reading };
    let NameWords { mut main, mut after_comma, others, .. } = words;
    set_others(&others, &mut reading, true);
    strip_titles(&mut after_comma, &mut reading, false);
    if main.is_empty() {
        main = std::mem::take(&mut after_comma);
    }
    set_surname(&main, &mut reading);
    if after_comma.iter().any(|word| !is_in(SUFFIXES, word)) {
        strip_suffixes(&mut after_comma);
        set_forenames(&after_comma, &mut reading);
        reading.notes.insert(NoteCode::NameSplit);
    }
    note_cleaning(raw, &[&reading.surname], &mut reading.notes);
    reading
}

/// Reads a cell of middle names.
#[must_use]
pub fn read_middle_names(raw: &str) -> Reading {
    let mut reading = NameReading::default();
    let Some(mut words) = open_cell(raw, &mut reading) else { return Reading { value: None, notes: reading.notes } };
    let main = words.take_all();
    let value = finish_middle(&main);
    note_cleaning(raw, &[&value], &mut reading.notes);
    Reading { value, notes: reading.notes }
}

/// Reads a cell that holds another forename ("aka Bob"), possibly with a surname behind it.
#[must_use]
pub fn read_alias(raw: &str) -> NameReading {
    let mut reading = NameReading::default();
    let Some(mut words) = open_cell(raw, &mut reading) else { return reading };
    let mut main = words.take_all();
    strip_titles(&mut main, &mut reading, false);
    if main.len() > 1 && is_marker(&main.first().map(|word| word.text.clone()).unwrap_or_default()) {
        main.remove(0);
    }
    set_others(&[(OtherKind::Known, main)], &mut reading, false);
    reading.notes = NoteSet::default();
    note_cleaning(raw, &[&reading.alias, &reading.other_surname], &mut reading.notes);
    reading
}

/// True if a word written before the last belongs to the surname ("VAN", "DE", "O" before an Irish name).
pub(super) fn binds_to_surname(word: &Word, next: &Word) -> bool {
    match word.text.as_str() {
        "O" => IRISH.binary_search(&next.text.as_str()).is_ok(),
        // Initials and words that are forenames too bind only in a surname cell.
        "D" | "BEN" | "AL" | "ABDUL" | "DEN" | "DO" | "LA" | "SAN" | "TE" => false,
        _ => is_in(PARTICLES, word),
    }
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;
