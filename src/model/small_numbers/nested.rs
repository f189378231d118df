//! Columns that are part of another: whoever is counted in one is counted in the other too.
//!
//! What comes in: the true counts, the table as shown with the totals of its columns, which column is part of which. What goes out: whether a count can be a number, for who knows the table, the
//! rules, which counts were withheld for their own sake, and that in no row the part exceeds the whole.
//! What always holds: for a column and its part the answer is exact. Each count, total and "at most as many" is a bound, and a whole is raised by one for each by which its part exceeds what the
//! whole has anyway; so the least sum of the wholes for a sum of the parts has a closed form. Of other parts of the same whole their least numbers count.

use super::bounds::{Range, UNBOUNDED, range};
use super::{LARGEST_SMALL, Shown, ShownTable};

/// A table of columns of which some are part of others.
pub(super) struct Nested<'a> {
    pub(super) counts: &'a [Vec<u64>],
    /// For each column the one that it is part of. A part has no parts.
    pub(super) within: &'a [Option<usize>],
}

/// A column as its reader knows it: a range for each count, and for their sum.
struct Column {
    counts: Vec<Range>,
    sum: Range,
}

/// A column and one that is part of it.
struct Pair {
    /// No whole is less than any of its parts.
    wholes: Column,
    parts: Column,
}

impl Nested<'_> {
    /// True if the small count at a place can be every small number.
    pub(super) fn says_nothing(&self, shown: &ShownTable, row: usize, column: usize) -> bool {
        self.pairs(column).all(|(whole, part)| {
            let pair = self.pair(shown, whole, part);
            [1, LARGEST_SMALL as i64].into_iter().all(|number| pair.fits(column == whole, row, number))
        })
    }

    /// The pairs of whole and part that a column belongs to.
    fn pairs(&self, column: usize) -> impl Iterator<Item = (usize, usize)> {
        let whole = self.within.get(column).copied().flatten().map(|whole| (whole, column));
        whole.into_iter().chain(self.parts(column).map(move |part| (column, part)))
    }

    /// The parts of a column.
    pub(super) fn parts(&self, whole: usize) -> impl Iterator<Item = usize> {
        self.within.iter().enumerate().filter(move |(_, within)| **within == Some(whole)).map(|(part, _)| part)
    }

    fn column(&self, shown: &ShownTable, column: usize) -> Column {
        let truth = |row: usize| self.counts.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0);
        let said = |row: usize| shown.cells.get(row).and_then(|row| row.get(column)).copied().unwrap_or(Shown::Withheld);
        let rows = 0..shown.cells.len();
        let sum = rows.clone().map(truth).sum();
        Column {
            counts: rows.map(|row| range(said(row), truth(row), false)).collect(),
            sum: range(shown.columns.get(column).copied().unwrap_or(Shown::Withheld), sum, true),
        }
    }

    fn pair(&self, shown: &ShownTable, whole: usize, part: usize) -> Pair {
        let mut pair = Pair { wholes: self.column(shown, whole), parts: self.column(shown, part) };
        for other in self.parts(whole).filter(|other| *other != part) {
            for (whole, other) in pair.wholes.counts.iter_mut().zip(self.column(shown, other).counts) {
                whole.least = whole.least.max(other.least);
            }
        }
        pair
    }
}

impl Pair {
    /// True if some table that fits what is shown of the two has `number` in a row: in the whole if `of_whole` is true, else in the part.
    fn fits(&self, of_whole: bool, row: usize, number: i64) -> bool {
        let mut pairs: Vec<(Range, Range)> = Vec::with_capacity(self.wholes.counts.len());
        for (at, (&whole, &part)) in self.wholes.counts.iter().zip(&self.parts.counts).enumerate() {
            let (mut whole, mut part) = (whole, part);
            if at == row {
                let pinned = if of_whole { &mut whole } else { &mut part };
                *pinned = Range { least: pinned.least.max(number), most: number };
            }
            whole.least = whole.least.max(part.least);
            part.most = part.most.min(whole.most);
            if whole.least > whole.most || part.least > part.most {
                return false;
            }
            pairs.push((whole, part));
        }
        let sum = |number: &dyn Fn(&(Range, Range)) -> i64| pairs.iter().map(number).sum::<i64>().min(UNBOUNDED);
        // What the parts come to while no whole has more than it must, and what they must come to.
        let anyway = sum(&|(whole, part)| part.most.min(whole.least));
        let needed = self.parts.sum.least.max(sum(&|(_, part)| part.least));
        let raised = (needed - anyway).max(0);
        needed <= self.parts.sum.most
            && raised <= sum(&|(_, part)| part.most) - anyway
            && sum(&|(whole, _)| whole.least) + raised <= self.wholes.sum.most
            && sum(&|(whole, _)| whole.most) >= self.wholes.sum.least
    }
}
