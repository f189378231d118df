//! How well the criteria were judged, family by family.
//!
//! What comes in: per true family what truly holds and what perfect linkage of the delivered rows could show, per family
//! of the run its flags, and which family is which. What goes out: precision and recall per pack and criterion.
//!
//! How values are counted: *true* is positive, *false* and *unknown* are not. A true family that ought to be flagged and
//! whose family of the run says false or unknown, or that has none, is missed. A family of the run with a resident child
//! that is flagged is wrong if the true family it is cannot be shown to meet the criterion, or if it is no true family
//! with a child. Recall asks each true family for its family of the run, precision each family of the run for its true
//! family, so that one family found in two halves is not counted as right twice in recall, nor as wrong in precision.

use serde::Serialize;

use crate::model::Ternary;

use super::families::FamilyMatches;
use super::pairs::{Ratio, share};

/// What is true of one family under one criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrueFlag {
    /// True family.
    pub family: u32,
    /// Which criterion: index into the list of criteria.
    pub criterion: u16,
    /// What holds in the world.
    pub really: Ternary,
    /// What perfect linkage over the delivered rows could show.
    pub knowable: Ternary,
}

/// What the run says of one family under one criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundFlag {
    /// Family of the run.
    pub family: u32,
    /// Which criterion.
    pub criterion: u16,
    /// Its value.
    pub value: Ternary,
}

/// One criterion of one pack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CriterionStatistics {
    /// Pack.
    pub pack: String,
    /// Criterion.
    pub criterion: String,
    /// True families with children judged.
    pub families: u64,
    /// Of which the criterion truly holds.
    pub really_true: u64,
    /// Of which the delivered rows make it knowable.
    pub knowable_true: u64,
    /// Against what is knowable; `right` counts true families.
    pub knowable: Ratio,
    /// Of the families in which it truly holds, the share that is flagged.
    pub recall_of_real: f64,
    /// Missed although knowable: the family of the run says false.
    pub missed_as_false: u64,
    /// Missed although knowable: the family of the run says unknown.
    pub missed_as_unknown: u64,
    /// Missed although knowable: no family of the run.
    pub missed_without_family: u64,
    /// Flagged, and it does not truly hold either.
    pub wrong_and_not_real: u64,
    /// Knowable value (row) by found value (column), each in the order true, false, unknown.
    pub confusion: [[u64; 3]; 3],
}

/// One cell per family and criterion.
struct Grid<T> {
    criteria: usize,
    cells: Vec<Option<T>>,
}

impl<T: Copy> Grid<T> {
    fn of(criteria: usize, values: impl Iterator<Item = (u32, u16, T)> + Clone) -> Self {
        let families = values.clone().map(|(family, ..)| family as usize + 1).max().unwrap_or(0);
        let mut cells = vec![None; families * criteria];
        for (family, criterion, value) in values {
            if let Some(cell) = cells.get_mut(family as usize * criteria + usize::from(criterion)) {
                *cell = Some(value);
            }
        }
        Self { criteria, cells }
    }

    fn get(&self, family: u32, criterion: u16) -> Option<T> {
        self.cells.get(family as usize * self.criteria + usize::from(criterion)).copied().flatten()
    }
}

fn place(value: Ternary) -> usize {
    match value {
        Ternary::True => 0,
        Ternary::False => 1,
        Ternary::Unknown => 2,
    }
}

/// Judges the flags. `has_child` tells for each family of the run whether a child lives there.
#[must_use]
pub fn criterion_statistics(
    criteria: &[(String, String)],
    truth: &[TrueFlag],
    found: &[FoundFlag],
    matches: &FamilyMatches,
    has_child: &[bool],
) -> Vec<CriterionStatistics> {
    let values = Grid::of(criteria.len(), found.iter().map(|flag| (flag.family, flag.criterion, flag.value)));
    let real = Grid::of(criteria.len(), truth.iter().map(|flag| (flag.family, flag.criterion, *flag)));
    let mut result: Vec<CriterionStatistics> = criteria
        .iter()
        .map(|(pack, criterion)| CriterionStatistics {
            pack: pack.clone(),
            criterion: criterion.clone(),
            families: 0,
            really_true: 0,
            knowable_true: 0,
            knowable: Ratio::default(),
            recall_of_real: 1.0,
            missed_as_false: 0,
            missed_as_unknown: 0,
            missed_without_family: 0,
            wrong_and_not_real: 0,
            confusion: [[0; 3]; 3],
        })
        .collect();
    // Counts per criterion: true families flagged rightly, really true ones flagged, families of the run right and wrong.
    let mut counts = vec![(0_u64, 0_u64, 0_u64, 0_u64); criteria.len()];
    for flag in truth {
        let (Some(row), Some(count)) = (result.get_mut(usize::from(flag.criterion)), counts.get_mut(usize::from(flag.criterion))) else {
            continue;
        };
        let home = matches.found_of_true.get(flag.family as usize).copied().flatten();
        let said = home.and_then(|home| values.get(home, flag.criterion));
        let value = said.unwrap_or(Ternary::Unknown);
        row.families += 1;
        row.really_true += u64::from(flag.really == Ternary::True);
        count.1 += u64::from(flag.really == Ternary::True && value == Ternary::True);
        if let Some(cell) = row.confusion.get_mut(place(flag.knowable)).and_then(|cells| cells.get_mut(place(value))) {
            *cell += 1;
        }
        if flag.knowable == Ternary::True {
            row.knowable_true += 1;
            match (said, value) {
                (_, Ternary::True) => count.0 += 1,
                (None, _) => row.missed_without_family += 1,
                (_, Ternary::False) => row.missed_as_false += 1,
                (_, Ternary::Unknown) => row.missed_as_unknown += 1,
            }
        }
    }
    for flag in found.iter().filter(|flag| flag.value == Ternary::True && has_child.get(flag.family as usize) == Some(&true)) {
        let (Some(row), Some(count)) = (result.get_mut(usize::from(flag.criterion)), counts.get_mut(usize::from(flag.criterion))) else {
            continue;
        };
        let family = matches.true_of_found.get(flag.family as usize).copied().flatten();
        let truly = family.and_then(|family| real.get(family, flag.criterion));
        if truly.is_some_and(|truly| truly.knowable == Ternary::True) {
            count.2 += 1;
        } else {
            count.3 += 1;
            row.wrong_and_not_real += u64::from(truly.is_none_or(|truly| truly.really != Ternary::True));
        }
    }
    for (row, (right, real_flagged, found_right, found_wrong)) in result.iter_mut().zip(counts) {
        let mut ratio = Ratio::of(right, found_wrong, row.knowable_true - right);
        ratio.precision = share(found_right, found_right + found_wrong);
        ratio.f1 = if ratio.precision + ratio.recall > 0.0 {
            2.0 * ratio.precision * ratio.recall / (ratio.precision + ratio.recall)
        } else {
            0.0
        };
        row.knowable = ratio;
        row.recall_of_real = share(real_flagged, row.really_true);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use Ternary::{False, True, Unknown};

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-12, "{left} {right}");
    }

    #[test]
    fn flags_are_judged_as_by_hand() {
        // True families 0..5; families of the run 0..4; true family 4 was not found; family of the run 4 is half of true family 0.
        let matches = FamilyMatches {
            found_of_true: vec![Some(0), Some(1), Some(2), Some(3), None],
            true_of_found: vec![Some(0), Some(1), Some(2), Some(3), Some(0), None],
            exact: Vec::new(),
        };
        let truth = [(True, True), (True, True), (False, False), (True, Unknown), (True, True)];
        let truth: Vec<TrueFlag> =
            (0..).zip(truth).map(|(family, (really, knowable))| TrueFlag { family, criterion: 0, really, knowable }).collect();
        let found: Vec<FoundFlag> =
            (0..).zip([True, False, True, True, True, True]).map(|(family, value)| FoundFlag { family, criterion: 0, value }).collect();
        let criteria = [("p1-2012".to_owned(), "c1".to_owned())];
        let result = criterion_statistics(&criteria, &truth, &found, &matches, &[true, true, true, true, true, false]);
        let row = &result[0];
        assert_eq!((row.families, row.really_true, row.knowable_true), (5, 4, 3));
        // Recall: family 0 of 0, 1, 4. Precision: families 0 and 4 of the run right, 2 and 3 wrong, 5 has no child.
        assert_eq!((row.knowable.right, row.knowable.wrong, row.knowable.missed), (1, 2, 2));
        close(row.knowable.recall, 1.0 / 3.0);
        close(row.knowable.precision, 0.5);
        close(row.knowable.f1, 0.4);
        close(row.recall_of_real, 0.5);
        assert_eq!((row.missed_as_false, row.missed_as_unknown, row.missed_without_family, row.wrong_and_not_real), (1, 0, 1, 1));
        assert_eq!(row.confusion, [[1, 1, 1], [1, 0, 0], [1, 0, 0]]);
    }

    #[test]
    fn nothing_to_find_and_nothing_said_is_no_loss() {
        let result = criterion_statistics(&[("p".to_owned(), "c".to_owned())], &[], &[], &FamilyMatches::default(), &[]);
        close(result[0].knowable.precision + result[0].knowable.recall, 2.0);
    }
}
