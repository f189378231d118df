//! Small numbers: what a table of counts may show to people outside (reliability.md P11).
//!
//! What comes in: a table of true counts, and which totals are to stand beside it. What goes out: each count and total as 0, as a multiple of 5, or withheld.
//! What always holds:
//! - a count of 1 to 7 is withheld, zero is kept, every other count is rounded to the nearest 5; totals are sums of true counts, then rounded;
//! - whoever knows the whole published table, the rules above and even which counts were withheld for their own sake can still not narrow any of them:
//!   each can be every number from 1 to 7 ([`bounds()`] computes that range exactly);
//! - the same counts give the same table.
//!
//! How: totals of lines whose counts are all withheld or zero are withheld whatever their size, because "1 to 7" of such a total would bound its parts. Then, while a
//! withheld count can be narrowed, the smallest count that is shown in its column or row is withheld too, and where there is none, a total.

mod bounds;
mod nested;

use bounds::{Range, bounds};
use nested::Nested;

/// The largest count that is withheld for its own sake.
pub const LARGEST_SMALL: u64 = 7;
/// What other counts are rounded to.
pub const ROUNDED_TO: u64 = 5;

/// A count as it may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Zero, or a count rounded to [`ROUNDED_TO`].
    Count(u64),
    /// 1 to [`LARGEST_SMALL`], or withheld because it would give such a count away.
    Withheld,
}

impl std::fmt::Display for Shown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(count) => count.fmt(formatter),
            Self::Withheld => formatter.write_str("*"),
        }
    }
}

/// Which totals are published with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The sum of each row.
    pub rows: bool,
    /// The sum of each column.
    pub columns: bool,
    /// The sum of everything.
    pub grand: bool,
}

/// A table as it may be shown. Totals that are not published are [`Shown::Withheld`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTable {
    /// Counts, row by row.
    pub cells: Vec<Vec<Shown>>,
    /// The total of each row.
    pub rows: Vec<Shown>,
    /// The total of each column.
    pub columns: Vec<Shown>,
    /// The total of everything.
    pub grand: Shown,
}

/// One count by itself.
#[must_use]
pub fn shown(count: u64) -> Shown {
    match count {
        0 => Shown::Count(0),
        1..=LARGEST_SMALL => Shown::Withheld,
        _ => Shown::Count((count + ROUNDED_TO / 2) / ROUNDED_TO * ROUNDED_TO),
    }
}

/// Where a number stands in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Cell(usize, usize),
    Row(usize),
    Column(usize),
    Grand,
}

/// The table as it may be shown. Every row of `counts` must be as long as the first; a shorter one is filled with zeros.
#[must_use]
pub fn suppress(counts: &[Vec<u64>], totals: Totals) -> ShownTable {
    let width = counts.iter().map(Vec::len).max().unwrap_or(0);
    let mut table = Table::new(counts, width);
    table.begin(totals);
    for row in 0..counts.len() {
        for column in 0..width {
            if (1..=LARGEST_SMALL).contains(&table.cell(row, column)) {
                table.protect(row, column);
            }
        }
    }
    table.shown
}

/// As [`suppress`] with the totals of columns, where columns are part of others: `within` gives for each column the one in which everybody is counted whom it counts. That a part does not exceed its
/// whole is known to every reader, and must not narrow a small count either.
#[must_use]
pub fn suppress_nested(counts: &[Vec<u64>], within: &[Option<usize>]) -> ShownTable {
    let shown = suppress(counts, Totals { rows: false, columns: true, grand: false });
    let width = shown.columns.len();
    let mut table = Table { shown, ..Table::new(counts, width) };
    let counts = table.counts.clone();
    let nested = Nested { counts: &counts, within };
    for row in 0..counts.len() {
        for column in 0..width {
            if (1..=LARGEST_SMALL).contains(&table.cell(row, column)) {
                table.protect_nested(&nested, row, column);
            }
        }
    }
    table.shown
}

/// True counts, and how they are shown so far.
struct Table {
    counts: Vec<Vec<u64>>,
    shown: ShownTable,
}

impl Table {
    fn new(counts: &[Vec<u64>], width: usize) -> Self {
        let counts: Vec<Vec<u64>> =
            counts.iter().map(|row| (0..width).map(|column| row.get(column).copied().unwrap_or(0)).collect()).collect();
        let cells = counts.iter().map(|row| row.iter().map(|&count| shown(count)).collect()).collect();
        let (rows, columns) = (vec![Shown::Withheld; counts.len()], vec![Shown::Withheld; width]);
        Self { counts, shown: ShownTable { cells, rows, columns, grand: Shown::Withheld } }
    }

    /// The totals that are published and not withheld whatever their size.
    fn begin(&mut self, totals: Totals) {
        for row in 0..self.shown.rows.len() {
            if totals.rows {
                self.show_total(Place::Row(row));
            }
        }
        for column in 0..self.shown.columns.len() {
            if totals.columns {
                self.show_total(Place::Column(column));
            }
        }
        if totals.grand {
            self.show_total(Place::Grand);
        }
    }

    /// A total is shown if one of its counts is, other than zero, or if all are zero.
    fn show_total(&mut self, place: Place) {
        let total = self.truth(place);
        let parts = self.parts(place);
        if total == 0 || parts.iter().any(|part| matches!(part, Shown::Count(count) if *count > 0)) {
            self.set(place, shown(total));
        }
    }

    fn parts(&self, place: Place) -> Vec<Shown> {
        let cells = &self.shown.cells;
        match place {
            Place::Cell(..) => Vec::new(),
            Place::Row(row) => cells.get(row).cloned().unwrap_or_default(),
            Place::Column(column) => cells.iter().filter_map(|row| row.get(column).copied()).collect(),
            Place::Grand => cells.concat(),
        }
    }

    fn cell(&self, row: usize, column: usize) -> u64 {
        self.counts.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0)
    }

    fn truth(&self, place: Place) -> u64 {
        match place {
            Place::Cell(row, column) => self.cell(row, column),
            Place::Row(row) => self.counts.get(row).map_or(0, |row| row.iter().sum()),
            Place::Column(column) => self.counts.iter().filter_map(|row| row.get(column)).sum(),
            Place::Grand => self.counts.iter().flatten().sum(),
        }
    }

    fn get(&self, place: Place) -> Shown {
        let shown = match place {
            Place::Cell(row, column) => self.shown.cells.get(row).and_then(|row| row.get(column)),
            Place::Row(row) => self.shown.rows.get(row),
            Place::Column(column) => self.shown.columns.get(column),
            Place::Grand => Some(&self.shown.grand),
        };
        shown.copied().unwrap_or(Shown::Withheld)
    }

    fn set(&mut self, place: Place, shown: Shown) {
        let there = match place {
            Place::Cell(row, column) => self.shown.cells.get_mut(row).and_then(|row| row.get_mut(column)),
            Place::Row(row) => self.shown.rows.get_mut(row),
            Place::Column(column) => self.shown.columns.get_mut(column),
            Place::Grand => Some(&mut self.shown.grand),
        };
        if let Some(there) = there {
            *there = shown;
        }
    }

    /// Withholds more until nothing can be said of a small count but that it is small.
    fn protect(&mut self, row: usize, column: usize) {
        let everything = Range { least: 1, most: LARGEST_SMALL as i64 };
        while bounds(&self.counts, &self.shown, row, column) != everything {
            let Some(place) = self.next_to_withhold(row, column) else { return };
            self.set(place, Shown::Withheld);
        }
    }

    /// Withholds more in a column until no whole and no part of it narrows a small count: the smallest count that is shown, else the total, else the same of its whole and its parts.
    fn protect_nested(&mut self, nested: &Nested<'_>, row: usize, column: usize) {
        let whole = nested.within.get(column).copied().flatten();
        let columns: Vec<usize> = [column].into_iter().chain(whole).chain(nested.parts(column)).collect();
        let shows = |table: &Self, place: &Place| matches!(table.get(*place), Shown::Count(count) if count > 0);
        while !nested.says_nothing(&self.shown, row, column) {
            let next = columns.iter().find_map(|&column| {
                let total = Some(Place::Column(column)).filter(|total| shows(self, total))?;
                let cells = (0..self.counts.len()).map(|row| Place::Cell(row, column)).filter(|cell| shows(self, cell));
                Some(cells.min_by_key(|cell| self.truth(*cell)).unwrap_or(total))
            });
            let Some(place) = next else { return };
            self.set(place, Shown::Withheld);
        }
    }

    /// The smallest count shown in the column, else in the row; else the total of the column, of the row, of everything; else any other number that is shown.
    /// A table that shows nothing but zeros cannot narrow anything.
    fn next_to_withhold(&self, row: usize, column: usize) -> Option<Place> {
        let shows = |place: &Place| matches!(self.get(*place), Shown::Count(count) if count > 0);
        let smallest = |places: Vec<Place>| places.into_iter().filter(shows).min_by_key(|place| self.truth(*place));
        let (height, width) = (self.shown.rows.len(), self.shown.columns.len());
        let cells = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
            rows.flat_map(|row| columns.clone().map(move |column| Place::Cell(row, column))).collect::<Vec<_>>()
        };
        let reaches_column = shows(&Place::Column(column)).then(|| cells(0..height, column..column + 1)).and_then(smallest);
        let reaches_row = || shows(&Place::Row(row)).then(|| cells(row..row + 1, 0..width)).and_then(smallest);
        let nearest_total = || [Place::Column(column), Place::Row(row), Place::Grand].into_iter().find(shows);
        let any_total = || (0..width).map(Place::Column).chain((0..height).map(Place::Row)).find(shows);
        reaches_column.or_else(reaches_row).or_else(nearest_total).or_else(any_total).or_else(|| smallest(cells(0..height, 0..width)))
    }
}

#[cfg(test)]
mod tests;
