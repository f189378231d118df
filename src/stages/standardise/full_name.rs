//! Whole names in one cell: "SMITH, John Paul", "Mr John Smith", "SMITH John", "Mr & Mrs J Smith".
//!
//! What comes in: one raw cell. What goes out: its forename, middle names and surname. Which part is which is decided,
//! in this order, by a comma, by a title in front, by capital letters, by the list of known forenames, and else by the
//! common order.

use crate::model::NoteCode;
use crate::model::nickname::is_known_forename;

use super::name::{
    NameReading, binds_to_surname, is_organisation, not_named_yet, open_cell, set_forenames, set_others, set_surname, strip_suffixes,
    strip_titles,
};
use super::words::{NameWords, Word};

/// Reads a whole name.
#[must_use]
pub fn read_full_name(raw: &str) -> NameReading {
    let mut reading = NameReading::default();
    let Some(words) = open_cell(raw, &mut reading) else { return reading };
    let NameWords { mut main, mut after_comma, others, .. } = words;
    if main.iter().any(is_organisation) {
        reading.notes.insert(NoteCode::Placeholder);
        return reading;
    }
    set_others(&others, &mut reading, false);
    strip_titles(&mut main, &mut reading, false);
    let titled = reading.sex.is_some() || reading.notes.contains(NoteCode::TitleRemoved);
    strip_titles(&mut after_comma, &mut reading, false);
    strip_suffixes(&mut main);
    strip_suffixes(&mut after_comma);
    let only_suffix = matches!(after_comma.as_slice(), [only] if ["JNR", "JR", "SNR", "SR", "JUNIOR", "SENIOR", "II", "III"].contains(&only.text.as_str()));
    if only_suffix || main.is_empty() {
        main.append(&mut if only_suffix { Vec::new() } else { std::mem::take(&mut after_comma) });
        after_comma.clear();
    }
    if !after_comma.is_empty() {
        reading.notes.insert(NoteCode::NameSplit);
        set_surname(&main, &mut reading);
        if let Some(rest) = not_named_yet(&after_comma, &mut reading) {
            if reading.surname.is_none() {
                set_surname(&rest, &mut reading);
            }
        } else {
            set_forenames(&after_comma, &mut reading);
        }
        return reading;
    }
    if main.iter().any(|word| word.text == "AND") {
        return two_people(&main, reading);
    }
    if let Some(rest) = not_named_yet(&main, &mut reading) {
        // "Baby of Jane Smith": the mother's forename is not the child's.
        let (_, surname) = split_at_surname(&rest);
        set_surname(surname, &mut reading);
        return reading;
    }
    let (forenames, surname) = parts(&main, titled);
    if !forenames.is_empty() && !surname.is_empty() {
        reading.notes.insert(NoteCode::NameSplit);
    }
    set_surname(surname, &mut reading);
    set_forenames(forenames, &mut reading);
    reading
}

/// "Mr & Mrs J Smith": the surname holds for both, forename and sex for neither.
fn two_people(main: &[Word], mut reading: NameReading) -> NameReading {
    reading.sex = None;
    reading.notes.insert(NoteCode::BadFormat);
    let (_, surname) = split_at_surname(main);
    set_surname(surname, &mut reading);
    reading
}

/// Forenames and surname in the common order: the surname is the last word with what a hyphen or a particle binds to it.
fn split_at_surname(words: &[Word]) -> (&[Word], &[Word]) {
    let mut start = words.len().saturating_sub(1);
    while start > 1 {
        let (Some(before), Some(first)) = (words.get(start - 1), words.get(start)) else { break };
        if !first.bound && !binds_to_surname(before, first) {
            break;
        }
        start -= 1;
    }
    words.split_at(start)
}

/// Forenames and surname of a name without comma.
fn parts(words: &[Word], titled: bool) -> (&[Word], &[Word]) {
    match words {
        [] => (&[], &[]),
        [only] if !titled && is_known_forename(&only.text) => (words, &[]),
        [_] => (&[], words),
        _ if titled => split_at_surname(words),
        _ => by_capitals(words).or_else(|| by_known_forenames(words)).unwrap_or_else(|| split_at_surname(words)),
    }
}

/// "SMITH John" and "John SMITH": the words in capitals beside words that are not are the surname.
fn by_capitals(words: &[Word]) -> Option<(&[Word], &[Word])> {
    let capital = |word: &Word| !word.has_lower && word.text.len() > 1;
    let leading = words.iter().take_while(|word| capital(word)).count();
    let trailing = words.iter().rev().take_while(|word| capital(word)).count();
    let others_are_lower = |count: usize| count > 0 && count < words.len() && words.iter().filter(|word| capital(word)).count() == count;
    if others_are_lower(leading) {
        let (surname, forenames) = words.split_at(leading);
        return forenames.iter().any(|word| word.has_lower).then_some((forenames, surname));
    }
    if others_are_lower(trailing) {
        let (forenames, surname) = words.split_at(words.len() - trailing);
        return forenames.iter().any(|word| word.has_lower).then_some((forenames, surname));
    }
    None
}

/// "Smith John": only where the last word is a known forename and the first is not.
fn by_known_forenames(words: &[Word]) -> Option<(&[Word], &[Word])> {
    let (first, last) = (words.first()?, words.last()?);
    let swapped =
        words.len() == 2 && !last.bound && is_known_forename(&last.text) && !is_known_forename(&first.text) && first.text.len() > 1;
    swapped.then(|| {
        let (surname, forenames) = words.split_at(1);
        (forenames, surname)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_name_is_split_whatever_its_order() {
        for (raw, forename, middle, surname) in [
            ("SMITH, John Paul", "JOHN", "PAUL", "SMITH"),
            ("Mr John Smith", "JOHN", "", "SMITH"),
            ("SMITH, Mr John", "JOHN", "", "SMITH"),
            ("John Paul Smith", "JOHN", "PAUL", "SMITH"),
            ("SMITH John", "JOHN", "", "SMITH"),
            ("Jan KOWALSKI", "JAN", "", "KOWALSKI"),
            ("Kowalski Jan", "JAN", "", "KOWALSKI"),
            ("John Smith Jr", "JOHN", "", "SMITH"),
            ("John Smith, Jnr", "JOHN", "", "SMITH"),
            ("Mrs Smith", "", "", "SMITH"),
            ("Smith", "", "", "SMITH"),
            ("Maria da Silva", "MARIA", "", "DASILVA"),
            ("Jan van der Berg", "JAN", "", "VANDERBERG"),
            ("Mary Smith-Jones", "MARY", "", "SMITH JONES"),
            ("John O Brien", "JOHN", "", "OBRIEN"),
            ("John O Smith", "JOHN", "O", "SMITH"),
            ("Sean O'Neill", "SEAN", "", "ONEILL"),
            ("J Smith", "J", "", "SMITH"),
            ("Dr A. B. Patel", "A", "B", "PATEL"),
            ("Mr & Mrs J Smith", "", "", "SMITH"),
            ("Baby of Jane Smith", "", "", "SMITH"),
            ("Smith, Baby Girl", "", "", "SMITH"),
            ("Unknown", "", "", ""),
            ("Lincoln Homes Ltd", "", "", ""),
        ] {
            let reading = read_full_name(raw);
            let got = [&reading.forename, &reading.middle_names, &reading.surname].map(|part| part.as_deref().unwrap_or_default());
            assert_eq!(got, [forename, middle, surname], "{raw}");
        }
    }

    #[test]
    fn titles_tell_the_sex_and_aliases_go_where_they_belong() {
        assert_eq!(read_full_name("Mrs Jane Smith").sex, Some("F"));
        assert_eq!(read_full_name("Mr & Mrs Smith").sex, None);
        let reading = read_full_name("John Smith aka Jack Black");
        assert_eq!((reading.alias.as_deref(), reading.other_surname.as_deref()), (Some("JACK"), Some("BLACK")));
        let reading = read_full_name("Jane Smith (nee Jones)");
        assert_eq!((reading.alias.as_deref(), reading.other_surname.as_deref()), (None, Some("JONES")));
        assert!(read_full_name("TEST Record").is_test);
    }
}
