//! Limits beyond which a file is refused.
//!
//! What comes in: what a file gave. What goes out: problems that refuse the run, or warnings.
//! What always holds: a refusal names the agency and says how many rows, for which reasons and on which first lines, never what stood there.

use std::collections::BTreeMap;

use super::rows::{NEUTRAL, Part};
use crate::config::checked::{GateSettings, Schema};
use crate::model::{DeliveryKind, Problem};

/// Rows that may be set aside whatever the share: single bad rows of a small file are no drift.
const SINGLE_ROWS: u64 = 3;
/// Share of ill-formed cells from which a column has changed its form (values that are noted, not rows that are set aside).
const DRIFT: f64 = 0.2;
/// Filled cells below which a column says nothing about its form.
const DRIFT_FROM: u64 = 20;
/// Rows of the previous delivery below which a swing is chance: 30 % of 50 rows is two standard deviations of a Poisson count.
const SMALL_DELIVERY: u64 = 50;
/// First lines shown per reason.
const SHOWN_LINES: usize = 5;

/// Refuses a file with too many rows set aside, without rows, or with a column that changed its form.
pub(super) fn check_part(schema: &Schema, file: &str, gates: &GateSettings, part: &Part) -> Vec<Problem> {
    let mut problems = Vec::new();
    let neutral = part.rejects.iter().filter(|reject| reject.row_set_aside && NEUTRAL.contains(&reject.code)).count() as u64;
    let data_rows = part.rows_read - neutral;
    let bad = data_rows - part.rows_used.min(data_rows);
    if data_rows == 0 {
        if !(schema.may_be_empty && part.rows_read == 0) {
            let message = format!("{} delivered a file without a single data row", schema.agency);
            let hint = match schema.delivery {
                DeliveryKind::Increment => "if there really was nothing new, take the file away or set may_be_empty = true in [delivery]",
                DeliveryKind::Snapshot => "have it sent again",
            };
            problems.push(Problem::of_file(file, "no-rows", message).with_hint(hint));
        }
        return problems;
    }
    let over_rate = bad > SINGLE_ROWS && bad as f64 > gates.reject_rate * data_rows as f64;
    if over_rate || part.rows_used == 0 {
        let message = format!(
            "{bad} of {data_rows} rows of {} would be set aside ({:.1} %, at most {:.1} %): {}",
            schema.agency,
            100.0 * bad as f64 / data_rows as f64,
            100.0 * gates.reject_rate,
            reasons(schema, part)
        );
        let hint = "look at these lines; if the layout has changed, mend the schema, else have the file sent again";
        problems.push(Problem::of_file(file, "too-many-rejects", message).with_hint(hint));
    }
    for (column, (filled, unfit)) in schema.columns.iter().zip(&part.fitting) {
        if *filled >= DRIFT_FROM && *unfit as f64 > DRIFT * *filled as f64 && !over_rate {
            let message = format!("{unfit} of {filled} cells of this column do not have the declared form");
            let hint = "has the agency changed the format? add it to the column's formats or codes";
            problems.push(Problem::of_file(file, "column-drift", message).in_column(&column.name).with_hint(hint));
        }
    }
    problems
}

/// Counts per reason and column with the first lines: `not-a-date in "DOB": 30 rows (lines 4, 9, 12, …)`.
fn reasons(schema: &Schema, part: &Part) -> String {
    let mut lines: BTreeMap<(&str, &str), Vec<u32>> = BTreeMap::new();
    for reject in part.rejects.iter().filter(|reject| reject.row_set_aside && !NEUTRAL.contains(&reject.code)) {
        let column = reject.column.and_then(|index| schema.columns.get(index)).map_or("", |column| column.name.as_str());
        lines.entry((reject.code, column)).or_default().push(reject.line);
    }
    let describe = |((code, column), lines): (&(&str, &str), &Vec<u32>)| {
        let place = if column.is_empty() { String::new() } else { format!(" in \"{column}\"") };
        let first: Vec<String> = lines.iter().take(SHOWN_LINES).map(ToString::to_string).collect();
        let more = if lines.len() > SHOWN_LINES { ", …" } else { "" };
        format!("{code}{place}: {} (lines {}{more})", lines.len(), first.join(", "))
    };
    lines.iter().map(describe).collect::<Vec<_>>().join("; ")
}

/// What a change in the number of rows against the previous delivery means.
pub(super) enum Swing {
    /// Nothing.
    Usual,
    /// Worth a look.
    Warning(String),
    /// The run is refused.
    Refused(Problem),
}

/// Compares a snapshot with the one before.
pub(super) fn check_swing(schema: &Schema, file: &str, gates: &GateSettings, rows: u64, previous: u64, previous_file: &str) -> Swing {
    let change = rows.abs_diff(previous) as f64;
    let most = schema.row_swing.unwrap_or(gates.row_swing);
    if previous == 0 || change <= most * previous as f64 {
        return Swing::Usual;
    }
    let share = 100.0 * change / previous as f64;
    let direction = if rows > previous { "more" } else { "fewer" };
    let what = format!("{rows} rows, {share:.0} % {direction} than the {previous} of {previous_file}");
    if previous < SMALL_DELIVERY {
        return Swing::Warning(format!("{file}: {what}"));
    }
    let message = format!("{} delivered {what} (at most {:.0} % change)", schema.agency, 100.0 * most);
    let hint = "ask the agency whether the extract is whole; if the change is real, raise row_swing in [gates] for this run, or in [delivery] of the schema where the feed is like that";
    Swing::Refused(Problem::of_file(file, "row-swing", message).with_hint(hint))
}
