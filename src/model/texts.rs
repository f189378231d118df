//! Many texts in one piece of memory.
//!
//! What comes in: texts, one after the other. What goes out: the same by number. What always holds: a text is never changed. A million
//! texts of their own would be a million pieces of memory to ask for, to find and to give back.

use rayon::prelude::*;

/// Texts one behind the other.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Texts {
    letters: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.letters.push_str(text);
        self.ends.push(self.letters.len());
    }

    /// The text of a number, nothing if there are not so many.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.letters.get(start..end)
    }

    /// Lets go of all of them, to be filled again.
    pub fn clear(&mut self) {
        self.letters.clear();
        self.ends.clear();
    }

    /// How many they are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes they take in memory, without what the allocator adds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.letters.len() + self.ends.len() * size_of::<usize>()
    }

    /// All of them in the order of their numbers.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|number| self.get(number).unwrap_or_default())
    }

    /// All of them in the order of their numbers, over all threads.
    #[must_use]
    pub fn par_iter(&self) -> impl IndexedParallelIterator<Item = &str> {
        (0..self.len()).into_par_iter().map(|number| self.get(number).unwrap_or_default())
    }
}

/// Their number only: they may be personal.
impl std::fmt::Debug for Texts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Texts({})", self.len())
    }
}

impl<T: AsRef<str>> Extend<T> for Texts {
    fn extend<I: IntoIterator<Item = T>>(&mut self, texts: I) {
        for text in texts {
            self.push(text.as_ref());
        }
    }
}

impl<T: AsRef<str>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let mut all = Self::default();
        all.extend(texts);
        all
    }
}

/// The first eight bytes of a text as a number that sorts as they do: most comparisons of record ids end here.
#[must_use]
pub fn prefix(text: &str) -> u64 {
    let mut bytes = [0u8; 8];
    for (slot, byte) in bytes.iter_mut().zip(text.bytes()) {
        *slot = byte;
    }
    u64::from_be_bytes(bytes)
}

/// Rows by rank, text and their own number. Tables mostly are in that order already, but for the order of the ranks: a merge sort finds that out.
pub fn sorted_rows<'a>(
    rows: impl ParallelIterator<Item = u32>,
    rank: impl Fn(u32) -> u16 + Sync + Send,
    text: impl Fn(u32) -> &'a str + Sync + Send,
) -> Vec<u32> {
    let mut keyed: Vec<(u16, u64, u32)> = rows.map(|row| (rank(row), prefix(text(row)), row)).collect();
    keyed.par_sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| text(a.2).cmp(text(b.2))).then_with(|| a.2.cmp(&b.2)));
    keyed.into_iter().map(|(_, _, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_by_their_number() {
        let texts: Texts = ["one", "", "two and a half", "\u{e9}"].into_iter().collect();
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["one", "", "two and a half", "\u{e9}"]);
        assert_eq!(texts.par_iter().collect::<Vec<_>>(), texts.iter().collect::<Vec<_>>());
        assert_eq!((texts.len(), texts.get(4)), (4, None));
    }

    #[test]
    fn beginnings_sort_as_the_texts_do() {
        let mut texts = ["", "a", "ab", "abcdefgh", "abcdefghi", "b", "\u{e9}"];
        texts.sort_unstable();
        assert!(texts.map(prefix).is_sorted());
    }

    #[test]
    fn rows_are_sorted_by_rank_then_text_then_number() {
        let (ranks, texts) = ([1, 0, 1, 1, 0], ["a record of its own", "b", "a record of its", "", "b"]);
        let sorted = sorted_rows((0..5).into_par_iter(), |row| ranks[row as usize], |row| texts[row as usize]);
        assert_eq!(sorted, [1, 4, 3, 2, 0]);
    }
}
