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

impl Nested<'_> {
    /// True if the small count at a place can be every small number.
    pub(super) fn says_nothing(&self, shown: &ShownTable, row: usize, column: usize) -> bool {
        let can_be = |number: i64| self.pairs(column).all(|(whole, part)| self.fits(shown, (whole, part), (row, column), number));
        can_be(1) && can_be(LARGEST_SMALL as i64)
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

    /// True if some table that fits what is shown of a whole and its part has `number` at a place in one of the two.
    fn fits(&self, shown: &ShownTable, (whole, part): (usize, usize), (row, column): (usize, usize), number: i64) -> bool {
        let (mut wholes, mut parts) = (self.column(shown, whole), self.column(shown, part));
        let pinned = if column == whole { &mut wholes } else { &mut parts };
        if let Some(range) = pinned.counts.get_mut(row) {
            *range = Range { least: number, most: number };
        }
        for other in self.parts(whole) {
            for (whole, other) in wholes.counts.iter_mut().zip(self.column(shown, other).counts) {
                whole.least = whole.least.max(other.least);
            }
        }
        for (whole, part) in wholes.counts.iter_mut().zip(&mut parts.counts) {
            whole.least = whole.least.max(part.least);
            part.most = part.most.min(whole.most);
            if whole.least > whole.most || part.least > part.most {
                return false;
            }
        }
        let pairs = || wholes.counts.iter().zip(&parts.counts);
        let sum = |number: &dyn Fn((&Range, &Range)) -> i64| pairs().map(number).sum::<i64>().min(UNBOUNDED);
        // What the parts come to while no whole has more than it must, and what they must come to.
        let anyway = sum(&|(whole, part)| part.most.min(whole.least));
        let needed = parts.sum.least.max(sum(&|(_, part)| part.least));
        let raised = (needed - anyway).max(0);
        needed <= parts.sum.most
            && raised <= sum(&|(_, part)| part.most) - anyway
            && sum(&|(whole, _)| whole.least) + raised <= wholes.sum.most
            && sum(&|(whole, _)| whole.most) >= wholes.sum.least
    }
}
