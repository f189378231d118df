//! What a text that leaves must not name, without the names.
//!
//! What comes in: words and numbers of restricted people and places, in capitals without signs. What goes out: whether a text names one. What always holds: only hashes are kept, here and in the
//! run's `register/withheld_words.parquet`, so that no file lists who is restricted for whoever opens it; the hash is no secret, because the words stand beside it in `register/`.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::digest_64;

/// What stands in place of a text that names something restricted.
pub const WITHHELD: &str = "withheld: it names a restricted person or address";

/// Fewest digits of a number or postcode that is looked for anywhere in a text.
const FEWEST_DIGITS: usize = 2;

/// Fewest letters of a name that alone hides a text about its family.
const FEWEST_LETTERS: usize = 2;

/// What a text must not name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Screen {
    /// Numbers and postcodes, by their length: found anywhere in a text without its spaces and signs.
    marks: BTreeMap<usize, BTreeSet<u64>>,
    /// Words of which all together must not stand in one text, sorted, by the last of them.
    groups: BTreeMap<u64, BTreeSet<Vec<u64>>>,
    /// Words that a text about a person's family must not hold, by the person's id.
    forenames: BTreeMap<String, BTreeSet<u64>>,
    /// Those of the family that a text is about.
    here: BTreeSet<u64>,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Screen").field("groups", &self.groups.len()).finish_non_exhaustive()
    }
}

/// A thing that texts must not name, as tables hold it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScreenRow {
    /// Hash of a number or postcode of so many letters and digits.
    Anywhere(usize, u64),
    /// Hashes of words, sorted.
    Together(Vec<u64>),
    /// Person, hash of a forename.
    InTheFamily(String, u64),
}

impl ScreenRow {
    /// Where it hides a text, as the table names it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Anywhere(..) => "anywhere",
            Self::Together(_) => "together",
            Self::InTheFamily(..) => "in_the_family",
        }
    }

    /// Its hashes.
    #[must_use]
    pub fn keys(&self) -> &[u64] {
        match self {
            Self::Anywhere(_, key) | Self::InTheFamily(_, key) => std::slice::from_ref(key),
            Self::Together(keys) => keys,
        }
    }

    /// The row of a table; `None` if it is none that a run writes.
    #[must_use]
    pub fn read(kind: &str, letters: Option<usize>, person: &str, keys: Vec<u64>) -> Option<Self> {
        match (kind, letters, keys.as_slice()) {
            ("anywhere", Some(letters), &[key]) => Some(Self::Anywhere(letters, key)),
            ("together", None, [_, ..]) => Some(Self::Together(keys)),
            ("in_the_family", None, &[key]) if !person.is_empty() => Some(Self::InTheFamily(person.to_owned(), key)),
            _ => None,
        }
    }
}

fn key(word: &str) -> u64 {
    digest_64(&["withheld", word])
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

impl Screen {
    /// Adds a number or postcode, in capitals without signs; one with too few digits would be met everywhere and is left out.
    pub fn mark(&mut self, compact: &str) {
        if compact.is_ascii() && digits(compact) >= FEWEST_DIGITS && compact.len() > 4 {
            self.marks.entry(compact.len()).or_default().insert(key(compact));
        }
    }

    /// Adds words that must not stand together.
    pub fn together<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        let keys: BTreeSet<u64> = words.into_iter().map(key).collect();
        self.group(keys.into_iter().collect());
    }

    fn group(&mut self, keys: Vec<u64>) {
        if let Some(&last) = keys.last() {
            self.groups.entry(last).or_default().insert(keys);
        }
    }

    /// Adds a forename of a person.
    pub fn forename(&mut self, person: &str, word: &str) {
        if word.len() >= FEWEST_LETTERS {
            self.forenames.entry(person.to_owned()).or_default().insert(key(word));
        }
    }

    /// Adds what another screen holds.
    pub fn absorb(&mut self, other: &Self) {
        for row in other.rows() {
            self.put(row);
        }
    }

    /// Adds a row of a table.
    pub fn put(&mut self, row: ScreenRow) {
        match row {
            ScreenRow::Anywhere(letters, key) => {
                self.marks.entry(letters).or_default().insert(key);
            }
            ScreenRow::Together(keys) => self.group(keys),
            ScreenRow::InTheFamily(person, key) => {
                self.forenames.entry(person).or_default().insert(key);
            }
        }
    }

    /// Everything it holds, sorted.
    #[must_use]
    pub fn rows(&self) -> Vec<ScreenRow> {
        let marks = self.marks.iter().flat_map(|(&letters, keys)| keys.iter().map(move |&key| ScreenRow::Anywhere(letters, key)));
        let groups = self.groups.values().flatten().cloned().map(ScreenRow::Together);
        let forenames = self.forenames.iter();
        let forenames = forenames.flat_map(|(person, keys)| keys.iter().map(move |&key| ScreenRow::InTheFamily(person.clone(), key)));
        let mut rows: Vec<ScreenRow> = marks.chain(groups).chain(forenames).collect();
        rows.sort_unstable();
        rows
    }

    /// The screen for texts about the family of these people: whoever knows whom a text is about needs no surname to know who is meant.
    #[must_use]
    pub fn about<'p>(&self, people: impl IntoIterator<Item = &'p str>) -> Self {
        let here = people.into_iter().filter_map(|person| self.forenames.get(person)).flatten().copied().collect();
        Self { here, ..self.clone() }
    }

    /// True if nothing is restricted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.groups.is_empty() && self.forenames.is_empty()
    }

    /// True if a text names something restricted: its words, and its letters and digits without anything between them.
    #[must_use]
    pub fn meets<'w>(&self, words: impl IntoIterator<Item = &'w str>, compact: &str) -> bool {
        let words: BTreeSet<u64> = words.into_iter().map(key).collect();
        let all = |group: &Vec<u64>| group.iter().all(|key| words.contains(key));
        !words.is_disjoint(&self.here)
            || words.iter().filter_map(|word| self.groups.get(word)).flatten().any(all)
            || self.marks.iter().any(|(&letters, keys)| {
                let mut windows = (0..compact.len()).map_while(|start| compact.get(start..start + letters));
                windows.any(|window| digits(window) >= FEWEST_DIGITS && keys.contains(&key(window)))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hide_together_numbers_anywhere_and_a_forename_in_its_family_and_all_of_it_survives_a_table() {
        let mut screen = Screen::default();
        screen.mark("9434765919");
        screen.mark("12");
        screen.together(["XANTHORA", "ZQUILL"]);
        screen.forename("P1", "XANTHORA");
        let mut read = Screen::default();
        screen.rows().into_iter().for_each(|row| read.put(row));
        assert_eq!(read, screen);
        assert_eq!(screen.rows().len(), 3, "12 would be met everywhere");
        assert!(!format!("{:?}", screen.rows()).contains("XANTHORA"));
        let meets = |screen: &Screen, text: &str| screen.meets(text.split(' '), &text.replace(' ', ""));
        assert!(meets(&read, "ZQUILL AND XANTHORA") && meets(&read, "NHS 943 476 5919"));
        assert!(!meets(&read, "XANTHORA BROWN") && !meets(&read, "943 476 591"));
        assert!(meets(&read.about(["P1", "P2"]), "XANTHORA BROWN") && !meets(&read.about(["P2"]), "XANTHORA BROWN"));
    }
}
