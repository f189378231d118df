//! Dictionary-coded text: every unique value is held once, a row is a code.
//!
//! What always holds: codes are dense from 0 in order of first appearance (or sorted by value after
//! [`TextColumn::sorted`]); [`NO_TEXT`] marks an absent value; the empty text is never stored: it is absent.

use std::fmt;
use std::sync::Arc;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;

use super::hash::text_hash;
use super::texts::{Texts, sorted_rows};

/// The code of an absent value.
pub const NO_TEXT: u32 = u32::MAX;

/// A column of texts, one code per row. A copy shares them: columns pass from one table to the next, and half of them are absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TextColumn {
    values: Arc<Texts>,
    codes: Arc<Vec<u32>>,
}

impl fmt::Debug for TextColumn {
    /// Sizes only: a column may hold personal values.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TextColumn({} rows, {} values)", self.codes.len(), self.values.len())
    }
}

impl TextColumn {
    fn of(values: Texts, codes: Vec<u32>) -> Self {
        Self { values: Arc::new(values), codes: Arc::new(codes) }
    }

    /// A column of `rows` absent values.
    #[must_use]
    pub fn absent(rows: usize) -> Self {
        Self::of(Texts::default(), vec![NO_TEXT; rows])
    }

    /// Builds a column from texts; empty texts count as absent.
    pub fn collect<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut builder = TextColumnBuilder::default();
        for text in texts {
            builder.push(text);
        }
        builder.finish()
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// True if there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Bytes it takes in memory, without what the allocator adds; of what it shares with other columns too.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        (self.values.bytes() + self.codes.len() * size_of::<u32>()) as u64
    }

    /// True if no row has a value.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        self.codes.get(row).and_then(|&code| self.value(code))
    }

    /// The code of a row, [`NO_TEXT`] where absent or out of range.
    #[must_use]
    pub fn code(&self, row: usize) -> u32 {
        self.codes.get(row).copied().unwrap_or(NO_TEXT)
    }

    /// All codes, one per row.
    #[must_use]
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// All unique values, indexed by code.
    #[must_use]
    pub fn values(&self) -> &Texts {
        &self.values
    }

    /// The same, to be kept.
    #[must_use]
    pub fn shared_values(&self) -> Arc<Texts> {
        Arc::clone(&self.values)
    }

    /// The value of a code.
    #[must_use]
    pub fn value(&self, code: u32) -> Option<&str> {
        self.values.get(code as usize)
    }

    /// A column with each unique value replaced (in parallel, once per unique value); `None` or an empty text makes it absent.
    #[must_use]
    pub fn map(&self, replace: impl Fn(&str) -> Option<String> + Sync) -> Self {
        let replaced: Vec<Option<String>> = self.values.par_iter().map(&replace).collect();
        self.recoded(&replaced)
    }

    /// A column in which code `c` reads `replaced[c]`; `replaced` is as long as [`TextColumn::values`].
    #[must_use]
    pub fn recoded<T: AsRef<str>>(&self, replaced: &[Option<T>]) -> Self {
        let mut builder = TextColumnBuilder::default();
        let new_codes: Vec<u32> = replaced.iter().map(|value| builder.intern(value.as_ref().map(AsRef::as_ref))).collect();
        // Values whose every row vanished cannot occur: each old value has at least one row.
        let values = Arc::new(builder.values);
        if new_codes.iter().copied().eq(0..self.values.len() as u32) {
            return Self { values, codes: Arc::clone(&self.codes) };
        }
        let codes = self.codes.par_iter().map(|&code| new_codes.get(code as usize).copied().unwrap_or(NO_TEXT)).collect();
        Self { values, codes: Arc::new(codes) }
    }

    /// A column from candidate values and, per row, an index into them (out of range: absent). Equal candidates share a code,
    /// candidates no row uses are dropped, and no text is hashed more than once per candidate.
    #[must_use]
    pub fn from_indexed<T: AsRef<str>>(candidates: &[Option<T>], index: &[u32]) -> Self {
        const UNSEEN: u32 = NO_TEXT - 1;
        let mut builder = TextColumnBuilder::default();
        let mut memory = vec![UNSEEN; candidates.len()];
        let mut codes = Vec::with_capacity(index.len());
        for &position in index {
            let code = match (memory.get_mut(position as usize), candidates.get(position as usize)) {
                (Some(slot), Some(value)) => {
                    if *slot == UNSEEN {
                        *slot = builder.intern(value.as_ref().map(AsRef::as_ref));
                    }
                    *slot
                }
                _ => NO_TEXT,
            };
            codes.push(code);
        }
        Self::of(builder.values, codes)
    }

    /// The same rows with codes in the order of the values, so that codes do not depend on the order of rows.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let codes = (0..u32::try_from(self.values.len()).unwrap_or(NO_TEXT)).into_par_iter();
        let order = sorted_rows(codes, |_| 0, |code| self.value(code).unwrap_or_default());
        let mut rank = vec![NO_TEXT; self.values.len()];
        for (new, &old) in order.iter().enumerate() {
            if let Some(slot) = rank.get_mut(old as usize) {
                *slot = u32::try_from(new).unwrap_or(NO_TEXT);
            }
        }
        let values = order.iter().filter_map(|&code| self.value(code)).collect();
        let codes = self.codes.par_iter().map(|&code| rank.get(code as usize).copied().unwrap_or(NO_TEXT)).collect();
        Self::of(values, codes)
    }

    /// The rows named, in that order.
    #[must_use]
    pub fn take(&self, rows: &[u32]) -> Self {
        if self.is_absent() {
            return Self::absent(rows.len());
        }
        // Codes are dealt out anew in order of first appearance; no text is hashed or compared.
        let mut dealt = vec![NO_TEXT; self.values.len()];
        let mut values = Texts::default();
        let mut codes = Vec::with_capacity(rows.len());
        for &row in rows {
            let old = self.code(row as usize);
            let Some(new) = dealt.get_mut(old as usize) else {
                codes.push(NO_TEXT);
                continue;
            };
            if *new == NO_TEXT {
                *new = u32::try_from(values.len()).unwrap_or(NO_TEXT);
                values.extend(self.value(old));
            }
            codes.push(*new);
        }
        Self::of(values, codes)
    }
}

/// Builds a [`TextColumn`] row by row.
#[derive(Default)]
pub struct TextColumnBuilder {
    values: Texts,
    codes: Vec<u32>,
    /// Half of the hash of each value, and its code.
    lookup: HashTable<(u32, u32)>,
}

impl TextColumnBuilder {
    /// Adds a row; `None` and the empty text are absent.
    pub fn push(&mut self, text: Option<&str>) {
        let code = self.intern(text);
        self.codes.push(code);
    }

    /// Appends all rows of another column.
    pub fn extend(&mut self, column: &TextColumn) {
        let codes: Vec<u32> = column.values.iter().map(|value| self.intern(Some(value))).collect();
        self.codes.extend(column.codes.iter().map(|&code| codes.get(code as usize).copied().unwrap_or(NO_TEXT)));
    }

    /// Adds absent rows until there are so many.
    pub fn pad(&mut self, rows: usize) {
        if self.codes.len() < rows {
            self.codes.resize(rows, NO_TEXT);
        }
    }

    /// Number of rows so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// True if no row was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The column.
    #[must_use]
    pub fn finish(self) -> TextColumn {
        TextColumn::of(self.values, self.codes)
    }

    fn intern(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return NO_TEXT };
        let half = (text_hash(text) >> 32) as u32;
        let Self { values, lookup, .. } = self;
        let same = |&(known, code): &(u32, u32)| known == half && values.get(code as usize) == Some(text);
        match lookup.entry(spread(half), same, |&(known, _)| spread(known)) {
            Entry::Occupied(known) => known.get().1,
            Entry::Vacant(place) => {
                let code = u32::try_from(values.len()).unwrap_or(NO_TEXT);
                place.insert((half, code));
                values.push(text);
                code
            }
        }
    }
}

/// Half a hash over all bits of a whole one: a table takes its places from the lower bits and tells them apart by the upper.
fn spread(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_gives_back_what_went_in_and_holds_each_value_once() {
        let column = TextColumn::collect([Some("b"), None, Some("a"), Some("b"), Some("")]);
        assert_eq!(column.values().len(), 2);
        assert_eq!((0..5).map(|row| column.get(row)).collect::<Vec<_>>(), [Some("b"), None, Some("a"), Some("b"), None]);
        let sorted = column.sorted();
        assert_eq!(sorted.codes(), [1, NO_TEXT, 0, 1, NO_TEXT]);
        assert_eq!(sorted.get(0), Some("b"));
    }

    #[test]
    fn candidates_are_interned_in_the_order_of_the_rows() {
        let candidates = [Some("a".to_owned()), None, Some("b".to_owned()), Some("a".to_owned()), Some("unused".to_owned())];
        let column = TextColumn::from_indexed(&candidates, &[2, 0, 3, 1, NO_TEXT]);
        assert_eq!(column.codes(), [0, 1, 1, NO_TEXT, NO_TEXT]);
        assert_eq!(column.values().len(), 2);
    }

    #[test]
    fn taken_rows_hold_only_their_own_values() {
        let column = TextColumn::collect([Some("b"), None, Some("a"), Some("b")]);
        let taken = column.take(&[2, 1, 2, 9]);
        assert_eq!((taken.values().len(), taken.codes()), (1, [0, NO_TEXT, 0, NO_TEXT].as_slice()));
        assert_eq!(taken.get(0), Some("a"));
    }

    #[test]
    fn values_that_become_equal_share_a_code() {
        let column = TextColumn::collect([Some("Ann"), Some("ANN"), Some("x")]);
        let upper = column.map(|value| (value != "x").then(|| value.to_uppercase()));
        assert_eq!(upper.codes(), [0, 0, NO_TEXT]);
    }
}
