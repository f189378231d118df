//! What a text that leaves must not name, without the names.
//!
//! What comes in: words and numbers of restricted people and places, in capitals without signs. What goes out: whether a text names one. What always holds: only hashes are kept, here and in the
//! run's `register/withheld_words.parquet`, so that no file lists who is restricted for whoever opens it; the hash is no secret, because the words stand beside it in `register/`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ids::digest_64;

/// What stands in place of a text that names something restricted.
pub const WITHHELD: &str = "withheld: it names a restricted person or address";

/// Fewest digits of a number or postcode that is looked for anywhere in a text.
const FEWEST_DIGITS: usize = 2;

/// What a text must not name. Made anew for each family that texts are about, so what is the same for all is shared.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Screen {
    /// Numbers and postcodes, by their length: found anywhere in a text without its spaces and signs.
    marks: Arc<BTreeMap<usize, BTreeSet<u64>>>,
    /// Words of which all together must not stand in one text, sorted, by the last of them.
    groups: Arc<Groups>,
    /// Groups of words of which none must stand in a text about a person's family, by the person's id.
    in_family: Arc<BTreeMap<String, BTreeSet<Vec<u64>>>>,
    /// Those of the family that a text is about.
    here: Groups,
}

/// Groups of words, sorted, by the last of them.
type Groups = BTreeMap<u64, BTreeSet<Vec<u64>>>;

fn put_group(groups: &mut Groups, keys: Vec<u64>) {
    if let Some(&last) = keys.last() {
        groups.entry(last).or_default().insert(keys);
    }
}

fn keys_of<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<u64> {
    words.into_iter().map(key).collect::<BTreeSet<u64>>().into_iter().collect()
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
    /// Person, hashes of words, sorted.
    InTheFamily(String, Vec<u64>),
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
            Self::Anywhere(_, key) => std::slice::from_ref(key),
            Self::Together(keys) | Self::InTheFamily(_, keys) => keys,
        }
    }

    /// The row of a table; `None` if it is none that a run writes.
    #[must_use]
    pub fn read(kind: &str, letters: Option<usize>, person: &str, keys: Vec<u64>) -> Option<Self> {
        match (kind, letters, keys.as_slice()) {
            ("anywhere", Some(letters), &[key]) => Some(Self::Anywhere(letters, key)),
            ("together", None, [_, ..]) => Some(Self::Together(keys)),
            ("in_the_family", None, [_, ..]) if !person.is_empty() => Some(Self::InTheFamily(person.to_owned(), keys)),
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
            self.put(ScreenRow::Anywhere(compact.len(), key(compact)));
        }
    }

    /// Adds words that must not stand together.
    pub fn together<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        self.put(ScreenRow::Together(keys_of(words)));
    }

    /// Adds words that must not stand together in a text about a person's family.
    pub fn in_family<'w>(&mut self, person: &str, words: impl IntoIterator<Item = &'w str>) {
        self.put(ScreenRow::InTheFamily(person.to_owned(), keys_of(words)));
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
                Arc::make_mut(&mut self.marks).entry(letters).or_default().insert(key);
            }
            ScreenRow::Together(keys) => put_group(Arc::make_mut(&mut self.groups), keys),
            ScreenRow::InTheFamily(person, keys) => {
                Arc::make_mut(&mut self.in_family).entry(person).or_default().insert(keys);
            }
        }
    }

    /// Everything it holds, sorted.
    #[must_use]
    pub fn rows(&self) -> Vec<ScreenRow> {
        let marks = self.marks.iter().flat_map(|(&letters, keys)| keys.iter().map(move |&key| ScreenRow::Anywhere(letters, key)));
        let groups = self.groups.values().flatten().cloned().map(ScreenRow::Together);
        let in_family = self.in_family.iter();
        let in_family =
            in_family.flat_map(|(person, groups)| groups.iter().map(|keys| ScreenRow::InTheFamily(person.clone(), keys.clone())));
        let mut rows: Vec<ScreenRow> = marks.chain(groups).chain(in_family).collect();
        rows.sort_unstable();
        rows
    }

    /// The screen for texts about the family of these people: whoever knows whom a text is about needs no surname to know who is meant.
    #[must_use]
    pub fn about<'p>(&self, people: impl IntoIterator<Item = &'p str>) -> Self {
        let mut here = Groups::new();
        for keys in people.into_iter().filter_map(|person| self.in_family.get(person)).flatten() {
            put_group(&mut here, keys.clone());
        }
        Self { here, ..self.clone() }
    }

    /// The screen for texts that may be about any family.
    #[must_use]
    pub fn about_anybody(&self) -> Self {
        self.about(self.in_family.keys().map(String::as_str))
    }

    /// True if nothing is restricted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.groups.is_empty() && self.in_family.is_empty()
    }

    /// True if a text names something restricted: its words, and its letters and digits without anything between them.
    #[must_use]
    pub fn meets<'w>(&self, words: impl IntoIterator<Item = &'w str>, compact: &str) -> bool {
        let words: BTreeSet<u64> = words.into_iter().map(key).collect();
        let all = |group: &Vec<u64>| group.iter().all(|key| words.contains(key));
        [&*self.groups, &self.here].iter().any(|groups| words.iter().filter_map(|word| groups.get(word)).flatten().any(all))
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
        screen.in_family("P1", ["XANTHORA"]);
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
