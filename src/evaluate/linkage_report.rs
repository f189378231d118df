//! Linkage in detail as aligned text.
//!
//! What comes in: the figures. What goes out: lines, tables aligned. What always holds: estimates are never called measurements; a run that calls its
//! probabilities uncalibrated is reported so.

use super::calibration::Calibration;
use super::compare::Comparison;
use super::curve::ThresholdCurve;
use super::estimates::Estimates;
use super::groups::{GroupTable, LEAST};
use super::intervals::Estimate;
use super::linkage::LinkageEvaluation;
use super::report::{Grid, count, examples, heading, line, ratio_cells};
use super::scores::Scores;

/// All of it.
pub(super) fn text(linkage: &LinkageEvaluation, out: &mut String) {
    if let (Some(links), Some(clusters)) = (&linkage.links, &linkage.clusters) {
        scores(linkage, links, clusters, out);
    }
    if let Some(figures) = &linkage.curve {
        curve(figures, out);
    }
    if let Some(figures) = &linkage.calibration {
        calibration(figures, out);
    }
    estimated(linkage, &linkage.estimates, out);
    blocking(linkage, out);
    for table in &linkage.groups {
        group(table, out);
    }
    if let Some(comparison) = &linkage.comparison {
        compared(comparison, out);
    }
}

/// `0.9876 [0.9801, 0.9912]`.
pub(super) fn interval(estimate: &Estimate) -> String {
    format!("{:.4} [{:.4}, {:.4}]", estimate.value, estimate.low, estimate.high)
}

fn scores(linkage: &LinkageEvaluation, links: &Scores, clusters: &Scores, out: &mut String) {
    heading(out, "Links and clusters");
    let mut grid = Grid::new(&["", "right", "false", "missed", "precision", "recall", "F1"]);
    for (name, scores) in [("links (published in links.parquet), pairwise", links), ("clusters (persons), pairwise", clusters)] {
        let mut cells = vec![name.to_owned()];
        cells.extend([scores.pairs.right, scores.pairs.wrong, scores.pairs.missed].map(count));
        cells.extend([&scores.precision, &scores.recall, &scores.f1].map(interval));
        grid.row(cells);
    }
    for (name, scores) in [("links, B-cubed", links), ("clusters, B-cubed", clusters)] {
        if let Some(b_cubed) = &scores.b_cubed {
            let mut cells = vec![name.to_owned(), String::new(), String::new(), String::new()];
            cells.extend([&b_cubed.precision, &b_cubed.recall, &b_cubed.f1].map(interval));
            grid.row(cells);
        }
    }
    grid.write(out);
    line(out, format_args!("{}", linkage.intervals));
    if links.b_cubed.is_some() {
        line(
            out,
            format_args!(
                "records equal in all that is compared are linked to the first of them only: links hold fewer pairs than the persons they make"
            ),
        );
        line(out, format_args!("B-cubed of links: each record with those it is linked to directly; of clusters: with all of its person"));
    } else {
        line(out, format_args!("B-cubed figures need to know who each record is: labelled pairs do not say"));
    }
}

fn curve(curve: &ThresholdCurve, out: &mut String) {
    heading(out, "Scored pairs by threshold, without what clusters add or take away");
    let mut grid = Grid::new(&["probability from", "right", "false", "missed", "precision", "recall", "F1"]);
    let named = [("the run's", &curve.default), ("the best", &curve.best)];
    let rows = curve.points.iter().map(|point| (format!("{}", point.probability), point));
    for (name, point) in rows.chain(named.map(|(name, point)| (format!("{name}, {}", point.spoken()), point))) {
        let mut cells = vec![name];
        cells.extend(ratio_cells(&point.links));
        grid.row(cells);
    }
    grid.write(out);
}

/// Whether a run calls its probabilities uncalibrated.
pub(super) fn is_uncalibrated(said: &str) -> bool {
    said.to_lowercase().contains("uncalibrated")
}

fn calibration(calibration: &Calibration, out: &mut String) {
    heading(out, "Calibration: probabilities beside what is true");
    if is_uncalibrated(&calibration.said) {
        line(out, format_args!("The run says that its probabilities are UNCALIBRATED: read them as an order of likelihood, not as shares"));
    } else {
        line(out, format_args!("the run says of its calibration: {}", calibration.said));
    }
    let mut grid = Grid::new(&["probability", "pairs", "mean forecast", "same person", "error"]);
    for band in &calibration.bands {
        grid.row(vec![
            format!("{} to {}", band.from, band.to),
            count(band.pairs),
            format!("{:.4}", band.forecast),
            interval(&band.observed),
            format!("{:+.4}", band.observed.value - band.forecast),
        ]);
    }
    grid.write(out);
    line(
        out,
        format_args!(
            "expected calibration error over the {} pairs above 0.05: {:.4}",
            count(calibration.pairs),
            calibration.expected_error
        ),
    );
    line(
        out,
        format_args!(
            "precision of the {} published links: {}, forecast {:.4}",
            count(calibration.links),
            interval(&calibration.precision),
            calibration.forecast_precision
        ),
    );
}

fn estimated(linkage: &LinkageEvaluation, estimates: &Estimates, out: &mut String) {
    heading(out, "What the model expects");
    line(out, format_args!("these are {}", estimates.note));
    if is_uncalibrated(&linkage.calibration_said) {
        line(out, format_args!("the run says that its probabilities are UNCALIBRATED"));
    }
    line(
        out,
        format_args!(
            "{} published links: estimated precision {}; estimated recall of the kept pairs {}",
            count(estimates.links),
            interval(&estimates.precision),
            interval(&estimates.recall_of_kept)
        ),
    );
    if let (Some(pairs), Some(recall)) = (estimates.expected_true_pairs, estimates.recall_of_expected) {
        line(
            out,
            format_args!(
                "the model expects {pairs:.0} true pairs among all pairs of records, compared or not: estimated recall of those {recall:.4}"
            ),
        );
    }
    if estimates.lost_by_narrowing >= 0.5 {
        line(out, format_args!("true pairs that narrowing of large blocks is expected to have cost: {:.0}", estimates.lost_by_narrowing));
    }
    let mut grid =
        Grid::new(&["match weight, bits", "pairs", "precision in the band", "precision from here up", "recall of kept pairs from here up"]);
    for band in &estimates.bands {
        let name = match (band.from, band.to) {
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (Some(from), None) => format!("{from} and more"),
            (None, Some(to)) => format!("below {to}"),
            (None, None) => "all".to_owned(),
        };
        let mut cells = vec![name, count(band.pairs)];
        cells.extend([&band.precision, &band.precision_from_here, &band.recall_from_here].map(interval));
        grid.row(cells);
    }
    grid.write(out);
    match &estimates.unlinkable {
        Some(unlinkable) => line(
            out,
            format_args!(
                "unlinkable: {} of {} records would stay below the threshold even beside an identical copy of themselves",
                count(unlinkable.records),
                count(unlinkable.of)
            ),
        ),
        None => line(out, format_args!("unlinkable records: this run does not say (made by an earlier version)")),
    }
}

fn blocking(linkage: &LinkageEvaluation, out: &mut String) {
    heading(out, "Blocking");
    line(
        out,
        format_args!(
            "{} pairs compared, {:.1} per record; by rule, records equal in all that is compared count once",
            count(linkage.compared_pairs),
            linkage.pairs_per_record
        ),
    );
    let mut grid = Grid::new(&["rule", "pairs", "new pairs", "set aside", "true pairs", "new true pairs"]);
    let optional = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), count);
    for rule in &linkage.rules {
        let name = if rule.left_out { format!("{} (left out)", rule.rule) } else { rule.rule.clone() };
        grid.row(vec![
            name,
            optional(rule.pairs),
            count(rule.new_pairs),
            count(rule.set_aside),
            optional(rule.true_pairs),
            optional(rule.new_true_pairs),
        ]);
    }
    grid.write(out);
    let Some(loss) = &linkage.blocking else { return };
    line(
        out,
        format_args!(
            "candidate recall {}: {} of {} true pairs were compared",
            interval(&loss.recall),
            count(loss.met),
            count(loss.true_pairs)
        ),
    );
    if loss.without_record > 0 {
        line(out, format_args!("{} true pairs have a record that is not in the files named", count(loss.without_record)));
    }
    if loss.reasons.is_empty() {
        return;
    }
    let mut grid = Grid::new(&["true pairs that blocking lost, because", "pairs"]);
    for reason in &loss.reasons {
        grid.row(vec![reason.reason.clone(), count(reason.pairs)]);
    }
    grid.write(out);
    let mut grid = Grid::new(&["key, in the lost pairs", "missing", "differs"]);
    for key in &loss.keys {
        grid.row(vec![key.key.clone(), count(key.missing), count(key.differing)]);
    }
    grid.write(out);
    examples(&linkage.lost_pairs, out);
}

fn group(table: &GroupTable, out: &mut String) {
    let from = if table.from == "truth" { "truth" } else { "persons table" };
    heading(out, &format!("Errors by {} ({from})", table.column));
    let mut grid = Grid::new(&["group", "records", "true pairs", "missed-match rate", "found pairs", "false-match rate"]);
    let rate = |rate: &Option<Estimate>| rate.as_ref().map_or_else(|| "-".to_owned(), interval);
    for group in &table.groups {
        grid.row(vec![
            group.group.clone(),
            count(group.records),
            count(group.true_pairs),
            rate(&group.missed_match_rate),
            count(group.found_pairs),
            rate(&group.false_match_rate),
        ]);
    }
    grid.write(out);
    line(out, format_args!("a pair counts in the group of either of its records; intervals by Wilson"));
    if table.suppressed > 0 {
        line(out, format_args!("{} groups of fewer than {LEAST} are not shown", count(table.suppressed)));
    }
}

fn compared(comparison: &Comparison, out: &mut String) {
    heading(out, &format!("Compared with run {}", comparison.other_run_id));
    let mut grid = Grid::new(&["", "in both runs", "only in this run", "only in the other"]);
    for (name, difference) in
        [("records", &comparison.records), ("published links", &comparison.links), ("pairs of records in one person", &comparison.pairs)]
    {
        grid.row(vec![name.to_owned(), count(difference.both), count(difference.only_here), count(difference.only_there)]);
    }
    grid.write(out);
    line(
        out,
        format_args!(
            "{} persons have the same records in both; {} persons of the other run are split here, {} persons of this run are merged from several",
            count(comparison.same_persons),
            count(comparison.split_here),
            count(comparison.merged_here)
        ),
    );
    if !comparison.scores.is_empty() {
        let mut grid = Grid::new(&["figure", "this run", "the other", "change, paired bootstrap"]);
        for score in &comparison.scores {
            let change = &score.change;
            grid.row(vec![
                score.figure.to_owned(),
                format!("{:.4}", score.here),
                format!("{:.4}", score.there),
                format!("{:+.4} [{:+.4}, {:+.4}]", change.value, change.low, change.high),
            ]);
        }
        grid.write(out);
    }
    for change in &comparison.changes {
        let parts: Vec<String> = change.parts.iter().map(ToString::to_string).collect();
        let what = if change.merged_here { "one person here, several there" } else { "one person there, several here" };
        let truly = change.true_persons.map_or_else(String::new, |persons| format!("; truly {}", count(persons)));
        line(
            out,
            format_args!("{}: {what}, of {} records; {} pairs changed{truly}", change.person, parts.join(" + "), count(change.pairs)),
        );
        examples(change.example.as_slice(), out);
    }
}
