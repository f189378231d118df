//! Shares: sessions missed (without leave, or all) over possible sessions, summed per child across schools.
//!
//! What comes in: the rows of one child that count. What goes out: both sums. What always holds: the comparison is one of whole
//! numbers (domain.md §8.1 A18); the same row exported twice counts once; sessions registered at two schools at once count once: those of the school that
//! the feed marks as the main one, else those of the fuller row.

use super::super::pack::{Missed, Percentages};
use super::super::term::weekdays_between;
use super::super::window::{Days, middle};
use super::Happening;
use crate::model::{Day, NO_DAY, NO_TEXT};

/// Sessions missed and possible, summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Sessions missed.
    pub quantity: i64,
    /// Possible sessions.
    pub out_of: i64,
    /// True if some row's numbers cannot be right.
    pub unusable: bool,
}

impl Sums {
    /// True if the share is at least this one, or above it.
    pub(super) fn reaches(self, numerator: i64, denominator: i64, above: bool, percentages: Percentages) -> bool {
        let (missed, wanted) = match percentages {
            Percentages::Exact => (self.quantity * denominator, self.out_of * numerator),
            // Half a percent is rounded up: (200 × missed + possible) / (2 × possible).
            Percentages::WholePercent => ((200 * self.quantity + self.out_of) / (2 * self.out_of.max(1)) * denominator, 100 * numerator),
        };
        self.out_of > 0 && if above { missed > wanted } else { missed >= wanted }
    }
}

/// What counts as missed of a row.
pub(super) fn missed_sessions(row: &Happening, missed: Missed) -> i32 {
    match missed {
        Missed::Unauthorised => row.quantity,
        Missed::All => row.quantity.saturating_add(row.excused),
    }
}

/// True if the numbers of a row can be right: nothing negative or left out, no more absences than sessions.
pub(super) fn is_usable(row: &Happening, missed: Missed) -> bool {
    let told = row.quantity >= 0 && (missed == Missed::Unauthorised || row.excused >= 0);
    told && row.out_of >= missed_sessions(row, missed)
}

/// Sums the rows; `terms` tells which rows are of the same term.
pub(super) fn sums(rows: &[&Happening], terms: &[Days], missed: Missed) -> Sums {
    counted_sessions(rows, terms, missed).0
}

/// Both sums, and the rows that make them: without those that cannot be right, those sent twice and those of a second registration.
#[must_use]
pub fn counted_sessions<'h>(rows: &[&'h Happening], terms: &[Days], missed: Missed) -> (Sums, Vec<&'h Happening>) {
    let mut sums = Sums { unusable: rows.iter().any(|row| !is_usable(row, missed)), ..Sums::default() };
    let mut made_of = Vec::new();
    let mut usable: Vec<&'h Happening> = rows.iter().copied().filter(|row| is_usable(row, missed)).collect();
    usable.sort_unstable_by_key(|row| {
        let numbers = (row.from, row.to, row.quantity, row.out_of, row.excused);
        (term_of(row, terms), numbers, row.reference, std::cmp::Reverse(row.registration))
    });
    // The same row twice: the same export sent twice, or one row under two keys.
    usable.dedup_by(|later, kept| {
        let numbers = |row: &Happening| (row.from, row.to, row.quantity, row.out_of, row.excused);
        let same = numbers(later) == numbers(kept);
        same && (later.reference == kept.reference || later.reference == NO_TEXT || kept.reference == NO_TEXT)
    });
    for term in usable.chunk_by(|left, right| term_of(left, terms) == term_of(right, terms)) {
        let counted = if is_registered_twice(term) { main_registration(term, missed) } else { term.to_vec() };
        for row in counted {
            sums.quantity += i64::from(missed_sessions(row, missed));
            sums.out_of += i64::from(row.out_of);
            made_of.push(row);
        }
    }
    (sums, made_of)
}

/// Which term a row belongs to: the index of its term, or its first day where the window is not one of terms.
fn term_of(row: &Happening, terms: &[Days]) -> (usize, Day) {
    let day = middle(row.from, row.to);
    terms.iter().position(|days| days.holds(day)).map_or((terms.len(), row.from), |index| (index, 0))
}

/// True if rows of one term hold more possible sessions than its weekdays have (two a day): the child is registered at two schools and
/// both count every session (domain.md §4.2, §8.2). A child who moved from school to school within the term stays below that.
fn is_registered_twice(term: &[&Happening]) -> bool {
    if term.len() < 2 || term.iter().any(|row| row.from == NO_DAY || row.to == NO_DAY) {
        return false;
    }
    let first = term.iter().map(|row| row.from).min().unwrap_or(NO_DAY);
    let last = term.iter().map(|row| row.to).max().unwrap_or(NO_DAY);
    let possible: i64 = term.iter().map(|row| i64::from(row.out_of)).sum();
    possible > 2 * i64::from(weekdays_between(first, last))
}

/// The rows of the main registration: those that the feed marks highest; where it marks all alike, or those still hold more sessions than the term, the one with
/// most possible sessions, then most absences.
fn main_registration<'h>(term: &[&'h Happening], missed: Missed) -> Vec<&'h Happening> {
    let highest = term.iter().map(|row| row.registration).max();
    let marked: Vec<&'h Happening> = term.iter().copied().filter(|row| Some(row.registration) == highest).collect();
    if marked.len() < term.len() && !is_registered_twice(&marked) {
        return marked;
    }
    let fullest = |&(index, row): &(usize, &Happening)| (row.out_of, missed_sessions(row, missed), std::cmp::Reverse(index));
    marked.into_iter().enumerate().max_by_key(fullest).map(|(_, row)| row).into_iter().collect()
}
