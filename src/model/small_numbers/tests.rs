//! Nobody can narrow a small number: tried by hand, by chance, and against a reader who tries every table there is.

use proptest::prelude::*;

use super::*;

const ALL_TOTALS: Totals = Totals { rows: true, columns: true, grand: true };

fn shown_row(counts: &[u64], totals: Totals) -> String {
    let table = suppress(&[counts.to_vec()], totals);
    let cells: Vec<String> = table.cells.concat().iter().chain(&table.rows).map(ToString::to_string).collect();
    cells.join(" ")
}

#[test]
fn one_to_seven_become_a_star_and_other_counts_the_nearest_five() {
    let cells: Vec<String> = (0..=13).map(|count| shown(count).to_string()).collect();
    assert_eq!(cells.join(" "), "0 * * * * * * * 10 10 10 10 10 15");
    assert_eq!(shown(1370).to_string(), "1370");
    assert_eq!(shown(1368).to_string(), "1370");
    assert_eq!(shown(1367).to_string(), "1365");
}

#[test]
fn one_small_number_takes_another_with_it_where_the_total_would_tell() {
    let rows = Totals { rows: true, columns: false, grand: false };
    // 20 - 10 leaves 8 to 12, give or take 4: a single star would be 4 to 7.
    assert_eq!(shown_row(&[0, 7, 12], rows), "0 * * 20");
    assert_eq!(shown_row(&[0, 0, 0], rows), "0 0 0 0");
    assert_eq!(shown_row(&[8, 40, 22], rows), "10 40 20 70");
    // The total of nothing but small numbers is not told: seven times one would show at once.
    assert_eq!(shown_row(&[1; 7], rows), "* * * * * * * *");
    assert_eq!(shown_row(&[7; 4], rows), "* * * * *");
}

#[test]
fn numbers_that_say_enough_stay() {
    let rows = Totals { rows: true, columns: false, grand: false };
    // Nine numbers rounded each by up to two leave a single star its whole range.
    assert_eq!(shown_row(&[4, 20, 30, 40, 50, 60, 70, 80, 90], rows), "* 20 30 40 50 60 70 80 90 445");
}

/// A count and the numbers that it may be for a reader who tries every table that fits what is shown.
struct Reader<'a> {
    table: &'a ShownTable,
    counts: &'a [Vec<u64>],
    height: usize,
    width: usize,
}

impl Reader<'_> {
    /// What the reader takes a number for; `None` for a total that is withheld.
    fn numbers(shown: Shown, truth: u64, is_total: bool) -> Option<std::ops::RangeInclusive<u64>> {
        match shown {
            Shown::Count(0) => Some(0..=0),
            Shown::Count(count) => Some(count.saturating_sub(2).max(8)..=count + 2),
            Shown::Withheld if is_total => None,
            Shown::Withheld if truth <= 7 => Some(1..=7),
            // Told that it is larger, and how large at most in these tests.
            Shown::Withheld => Some(8..=60),
        }
    }

    /// The values of each cell over all tables that fit.
    fn possible(&self) -> Vec<std::collections::BTreeSet<u64>> {
        let mut found = vec![std::collections::BTreeSet::new(); self.height * self.width];
        self.fill(&mut Vec::new(), &mut found);
        found
    }

    fn fill(&self, cells: &mut Vec<u64>, found: &mut [std::collections::BTreeSet<u64>]) {
        let at = cells.len();
        if at == self.height * self.width {
            if self.fits(cells) {
                found.iter_mut().zip(cells).for_each(|(found, cell)| {
                    found.insert(*cell);
                });
            }
            return;
        }
        let (row, column) = (at / self.width, at % self.width);
        for count in Self::numbers(self.table.cells[row][column], self.counts[row][column], false).unwrap() {
            cells.push(count);
            self.fill(cells, found);
            cells.pop();
        }
    }

    fn fits(&self, cells: &[u64]) -> bool {
        let says = |shown: Shown, sum: u64| Self::numbers(shown, sum, true).is_none_or(|numbers| numbers.contains(&sum));
        let row = |row: usize| cells[row * self.width..(row + 1) * self.width].iter().sum();
        let column = |column: usize| (0..self.height).map(|row| cells[row * self.width + column]).sum();
        (0..self.height).all(|index| says(self.table.rows[index], row(index)))
            && (0..self.width).all(|index| says(self.table.columns[index], column(index)))
            && says(self.table.grand, cells.iter().sum())
    }
}

fn table_of(height: std::ops::RangeInclusive<usize>, width: std::ops::RangeInclusive<usize>, largest: u64) -> BoxedStrategy<Vec<Vec<u64>>> {
    let count = prop_oneof![3 => 0..=8_u64, 1 => 8..=largest];
    (height, width)
        .prop_flat_map(move |(height, width)| proptest::collection::vec(proptest::collection::vec(count.clone(), width), height))
        .boxed()
}

fn totals() -> impl Strategy<Value = Totals> {
    any::<[bool; 3]>().prop_map(|[rows, columns, grand]| Totals { rows, columns, grand })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_reader_who_tries_every_table_learns_only_that_a_small_number_is_small(counts in table_of(1..=2, 1..=2, 13), totals in totals()) {
        let table = suppress(&counts, totals);
        let reader = Reader { table: &table, counts: &counts, height: counts.len(), width: counts[0].len() };
        let possible = reader.possible();
        for (cell, &count) in counts.concat().iter().enumerate() {
            if (1..=7).contains(&count) {
                prop_assert_eq!(&possible[cell].iter().copied().collect::<Vec<_>>(), &(1..=7).collect::<Vec<_>>(), "{:?} {:?}", counts, table);
            }
        }
    }

    #[test]
    fn the_computed_range_is_what_a_reader_finds_by_trying(counts in table_of(1..=2, 1..=2, 13), totals in totals()) {
        // Without complementary suppression: what the guard must see to act on.
        let mut table = Table::new(&counts, counts[0].len());
        table.begin(totals);
        let reader = Reader { table: &table.shown, counts: &counts, height: counts.len(), width: counts[0].len() };
        let possible = reader.possible();
        for row in 0..counts.len() {
            for column in 0..counts[0].len() {
                let found = &possible[row * counts[0].len() + column];
                let range = bounds(&counts, &table.shown, row, column);
                prop_assert_eq!((range.least, range.most), (*found.first().unwrap() as i64, *found.last().unwrap() as i64));
                prop_assert_eq!(found.len() as i64, range.most - range.least + 1);
            }
        }
    }

    #[test]
    fn no_small_number_of_a_large_table_can_be_narrowed(counts in table_of(1..=9, 1..=9, 400), totals in totals()) {
        let table = suppress(&counts, totals);
        for (row, cells) in counts.iter().enumerate() {
            for (column, &count) in cells.iter().enumerate() {
                let cell = table.cells[row][column];
                match count {
                    0 => prop_assert_eq!(cell, Shown::Count(0)),
                    1..=7 => {
                        prop_assert_eq!(cell, Shown::Withheld);
                        let range = bounds(&counts, &table, row, column);
                        prop_assert_eq!((range.least, range.most), (1, 7), "{:?} {:?}", counts, table);
                    }
                    _ => prop_assert!(cell == Shown::Withheld || cell == shown(count)),
                }
            }
        }
        let small = |shown: &Shown| matches!(shown, Shown::Count(1..=7));
        prop_assert!(!table.rows.iter().chain(&table.columns).chain([&table.grand]).any(small));
    }

    #[test]
    fn totals_are_true_sums_rounded_or_withheld(counts in table_of(1..=6, 1..=6, 90)) {
        let table = suppress(&counts, ALL_TOTALS);
        for (row, total) in table.rows.iter().enumerate() {
            prop_assert!(*total == Shown::Withheld || *total == shown(counts[row].iter().sum()));
        }
        prop_assert!(table.grand == Shown::Withheld || table.grand == shown(counts.iter().flatten().sum()));
    }
}

#[test]
fn most_of_a_table_of_usual_counts_stays_to_be_read() {
    // Families on the list by district and criterion as in a county of 770,000: a table that withheld everything would be safe and useless.
    let counts: Vec<Vec<u64>> = [
        [112, 98, 61, 104, 55],
        [96, 88, 40, 90, 31],
        [140, 122, 77, 131, 90],
        [31, 25, 12, 30, 6],
        [44, 40, 18, 41, 9],
        [70, 61, 33, 66, 22],
        [38, 30, 14, 35, 3],
        [5, 4, 2, 5, 1],
    ]
    .map(Vec::from)
    .into();
    let table = suppress(&counts, Totals { rows: false, columns: true, grand: false });
    assert!(table.columns.iter().all(|total| *total != Shown::Withheld), "{table:?}");
    let shown = table.cells.iter().flatten().filter(|cell| **cell != Shown::Withheld).count();
    assert!(shown >= 32, "only {shown} of 40 are shown: {table:?}");
}

/// What a reader who knows that the second column is part of the first finds by trying every pair of columns of two rows that fits.
fn possible_in_nested(counts: &[Vec<u64>], table: &ShownTable) -> Vec<std::collections::BTreeSet<u64>> {
    let reader = Reader { table, counts, height: counts.len(), width: 2 };
    let numbers = |row: usize, column: usize| {
        let numbers = Reader::numbers(table.cells[row][column], counts[row][column], false).unwrap();
        *numbers.start()..=(*numbers.end()).min(30)
    };
    let row = |row: usize| {
        numbers(row, 0).flat_map(move |whole| numbers(row, 1).filter(move |part| *part <= whole).map(move |part| [whole, part]))
    };
    let mut found = vec![std::collections::BTreeSet::new(); 4];
    for first in row(0) {
        for second in row(1) {
            let cells = [first, second].concat();
            if reader.fits(&cells) {
                found.iter_mut().zip(cells).for_each(|(found, cell)| {
                    found.insert(cell);
                });
            }
        }
    }
    found
}

#[test]
fn a_column_does_not_narrow_a_small_number_of_its_part() {
    // All 8 and 22, of them 7 and 22 with the criterion: of 30 at most 22 are in the second place, so 6 or 7 would be in the first.
    let counts = vec![vec![8, 7], vec![22, 22]];
    let apart = suppress(&counts, Totals { rows: false, columns: true, grand: false });
    assert_eq!(possible_in_nested(&counts, &apart)[1].first(), Some(&6), "what the guard must see to act on");
    let table = suppress_nested(&counts, &[None, Some(0)]);
    assert_eq!(possible_in_nested(&counts, &table)[1], (1..=7).collect());
    assert_eq!(table.columns[0], Shown::Count(30), "the list itself stays to be read");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_reader_who_knows_what_is_part_of_what_learns_only_that_a_small_number_is_small(
        wholes in proptest::collection::vec(prop_oneof![1 => 0..=8_u64, 2 => 8..=24_u64], 2), lacking in proptest::collection::vec(0..=9_u64, 2)
    ) {
        let counts: Vec<Vec<u64>> = wholes.iter().zip(&lacking).map(|(whole, lacking)| vec![*whole, whole.saturating_sub(*lacking)]).collect();
        let table = suppress_nested(&counts, &[None, Some(0)]);
        let possible = possible_in_nested(&counts, &table);
        for (found, count) in possible.iter().zip(counts.concat()) {
            if (1..=7).contains(&count) {
                prop_assert_eq!(found, &(1..=7).collect(), "{:?} {:?}", counts, table);
            }
        }
    }

    #[test]
    fn the_closed_form_is_what_a_reader_finds_by_trying(
        wholes in proptest::collection::vec(prop_oneof![2 => 0..=8_u64, 1 => 8..=24_u64], 2), lacking in proptest::collection::vec(0..=9_u64, 2)
    ) {
        let counts: Vec<Vec<u64>> = wholes.iter().zip(&lacking).map(|(whole, lacking)| vec![*whole, whole.saturating_sub(*lacking)]).collect();
        let table = suppress(&counts, Totals { rows: false, columns: true, grand: false });
        let nested = Nested { counts: &counts, within: &[None, Some(0)] };
        let possible = possible_in_nested(&counts, &table);
        for (cell, count) in counts.concat().into_iter().enumerate() {
            if (1..=7).contains(&count) {
                let free = (1..=7).all(|number| possible[cell].contains(&number));
                prop_assert_eq!(nested.says_nothing(&table, cell / 2, cell % 2), free, "{:?} {:?}", counts, table);
            }
        }
    }
}
