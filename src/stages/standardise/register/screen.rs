//! The last check of a text that leaves: does it name a restricted person or address?
//!
//! What comes in: words that a person wrote (a note, a reason, a row of an extract). What goes out: yes or no. What always holds: when in doubt yes; a
//! yes hides the whole text, never a part of it, because what is left would still tell.

use std::collections::BTreeSet;

use super::super::letters::alphanumeric;
use super::RestrictedRegister;
use crate::model::{Day, StandardField};

/// What a text must not name.
#[derive(Clone, Default)]
pub struct Screen {
    /// Postcodes and identifiers without spaces; found anywhere in the text without its spaces and signs.
    marks: BTreeSet<String>,
    /// Words of which all together must not stand in one text: the names of a person, house and street of an address.
    groups: Vec<BTreeSet<String>>,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Screen").field("groups", &self.groups.len()).finish_non_exhaustive()
    }
}

impl RestrictedRegister {
    /// The check for the entries that hold on a day.
    #[must_use]
    pub fn screen(&self, on: Day) -> Screen {
        let mut screen = Screen::default();
        for (index, entry) in self.holding(on).filter(|(_, entry)| entry.is_address || entry.hides) {
            let value = |field: StandardField| self.standard.get(field, index);
            let (marks, group): (&[StandardField], [StandardField; 2]) = if entry.is_address {
                (&[StandardField::Postcode, StandardField::Uprn], [StandardField::House, StandardField::Street])
            } else {
                (&[StandardField::NhsNumber, StandardField::Nino, StandardField::Upn], [StandardField::Forename, StandardField::Surname])
            };
            screen.marks.extend(marks.iter().filter_map(|&field| value(field)).map(alphanumeric));
            if let [Some(first), Some(second)] = group.map(value) {
                // What kind of street it is can be written in more than one way, or left out.
                let name = second.rsplit_once(' ').filter(|_| entry.is_address).map_or(second, |(name, _)| name);
                screen.groups.push(words(&format!("{first} {name}")));
            }
        }
        screen
    }
}

impl Screen {
    /// True if nothing is restricted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.groups.is_empty()
    }

    /// True if a text names something restricted.
    #[must_use]
    pub fn hides(&self, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let compact = alphanumeric(text);
        if self.marks.iter().any(|mark| compact.contains(mark.as_str())) {
            return true;
        }
        let words = words(text);
        self.groups.iter().any(|group| !group.is_empty() && group.is_subset(&words))
    }

    /// True if the cells of a row together name something restricted.
    #[must_use]
    pub fn hides_row<'t>(&self, cells: impl Iterator<Item = &'t str>) -> bool {
        !self.is_empty() && self.hides(&cells.collect::<Vec<_>>().join(" , "))
    }
}

/// The words of a text in capitals.
fn words(text: &str) -> BTreeSet<String> {
    let text: String = text.chars().filter(|letter| !['\'', '\u{2019}', '\u{2018}', '`'].contains(letter)).collect();
    text.split(|letter: char| !letter.is_alphanumeric()).map(alphanumeric).filter(|word| !word.is_empty()).collect()
}
