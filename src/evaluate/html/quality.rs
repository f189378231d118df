//! How right the links and clusters are, at every threshold, and how far probabilities can be believed.

use super::super::calibration::Calibration;
use super::super::curve::{ThresholdCurve, ThresholdPoint};
use super::super::linkage::LinkageEvaluation;
use super::super::linkage_report::is_uncalibrated;
use super::super::scores::Scores;
use super::{signed, with_interval};
use crate::page::chart::{Frame, figure, legend};
use crate::page::{Cell, apart, paragraph, section, table, thousands};

/// The table of scores; empty without truth.
pub(super) fn scores(linkage: &LinkageEvaluation) -> String {
    let (Some(links), Some(clusters)) = (&linkage.links, &linkage.clusters) else { return String::new() };
    let pairs = |name: &str, scores: &Scores| {
        let mut row = vec![Cell::text(name)];
        row.extend([&scores.precision, &scores.recall, &scores.f1].map(with_interval));
        row.extend([scores.pairs.right, scores.pairs.wrong, scores.pairs.missed].map(Cell::Count));
        row
    };
    let b_cubed = |name: &str, scores: &Scores| {
        scores.b_cubed.as_ref().map(|b_cubed| {
            let mut row = vec![Cell::text(name)];
            row.extend([&b_cubed.precision, &b_cubed.recall, &b_cubed.f1].map(with_interval));
            row.extend([(); 3].map(|()| Cell::text("")));
            row
        })
    };
    let mut rows = vec![pairs("Clusters, pairwise", clusters), pairs("Links, pairwise", links)];
    rows.extend(b_cubed("Clusters, B-cubed", clusters));
    rows.extend(b_cubed("Links, B-cubed", links));
    let caption = format!(
        "Of the pairs of records put into one person {:.2}% are the same person; of the true pairs {:.2}% are found.",
        clusters.precision.value * 100.0,
        clusters.recall.value * 100.0
    );
    let headings =
        [("", false), ("Precision", false), ("Recall", false), ("F1", false), ("Right", true), ("False", true), ("Missed", true)];
    section(
        "scores",
        "Links and clusters",
        &[
            "Links are the pairs published in links.parquet, clusters the persons of persons.parquet: what links reach together, less what conflicting evidence keeps apart.",
            "B-cubed looks from each record at its company: its person, or those it is linked to directly.",
            "Records equal in all that is compared are linked to the first of them only: links hold fewer pairs than the persons they make.",
        ],
        &table(&caption, &headings, &rows, None),
    )
}

/// Log2 odds of a probability, the ends of the drawing included.
fn odds(probability: f64) -> f64 {
    libm::log2(probability.clamp(1e-9, 1.0 - 1e-9) / (1.0 - probability.clamp(1e-9, 1.0 - 1e-9)))
}

/// A lower end for an axis of shares: what is drawn fills it.
fn low_end(shares: impl Iterator<Item = f64>) -> f64 {
    let least = shares.fold(1.0, f64::min);
    [0.99, 0.98, 0.95, 0.9, 0.8, 0.6].into_iter().find(|&end| least >= end).unwrap_or(0.0)
}

fn shares(low: f64) -> Vec<(f64, String)> {
    let digits = if low >= 0.98 { 3 } else { 2 };
    (0..=5).map(|step| low + (1.0 - low) * f64::from(step) / 5.0).map(|share| (share, format!("{share:.digits$}"))).collect()
}

/// Precision against recall, and both against the threshold; empty without truth.
pub(super) fn curves(linkage: &LinkageEvaluation) -> String {
    let Some(curve) = linkage.curve.as_ref().filter(|curve| !curve.drawn.is_empty()) else { return String::new() };
    let body = format!(
        "<div class=\"charts\">{}{}</div>{}{}",
        precision_recall(curve),
        by_threshold(curve),
        legend(&[
            ("f1", "precision (unbroken)"),
            ("second", "recall (dashed)"),
            ("third", "F1 (dotted)"),
            ("bad", "filled: the run's threshold; ring: the best")
        ]),
        threshold_table(curve),
    );
    section(
        "thresholds",
        "Thresholds",
        &[
            "Every kept pair counts by its own probability, before clusters join or part anything. True pairs that were never kept are missed at every threshold.",
        ],
        &body,
    )
}

fn precision_recall(curve: &ThresholdCurve) -> String {
    // The few pairs of highest probability say little and would stretch the drawing.
    let drawn: Vec<&ThresholdPoint> = curve.drawn.iter().filter(|point| point.links.recall >= 0.02).collect();
    let low_recall = low_end(drawn.iter().map(|point| point.links.recall).take(1));
    let low = low_end(drawn.iter().map(|point| point.links.precision));
    let frame = Frame { width: 480.0, height: 320.0, left: 50.0, across: (low_recall, 1.0), up: (low, 1.0) };
    let caption = format!(
        "Precision against recall: at the run's threshold {:.4} and {:.4}.",
        curve.default.links.precision, curve.default.links.recall
    );
    let mut svg = frame.open(&caption);
    frame.axes(&mut svg, (&shares(low_recall), "recall"), (&shares(low), "precision"));
    let line: Vec<(f64, f64)> = drawn.iter().map(|point| (point.links.recall, point.links.precision)).collect();
    frame.line(&mut svg, "curve", &line);
    mark_points(&frame, &mut svg, curve, &|point| (point.links.recall, point.links.precision));
    figure(&caption, &svg)
}

fn mark_points(frame: &Frame, svg: &mut String, curve: &ThresholdCurve, place: &dyn Fn(&ThresholdPoint) -> (f64, f64)) {
    for (class, point, radius, name) in [("default", &curve.default, 4.5, "the run's threshold"), ("best", &curve.best, 7.5, "best F1")] {
        let title = format!(
            "{name}, {}: precision {:.4}, recall {:.4}, F1 {:.4}",
            point.spoken(),
            point.links.precision,
            point.links.recall,
            point.links.f1
        );
        frame.point(svg, class, place(point), radius, &title);
    }
}

fn by_threshold(curve: &ThresholdCurve) -> String {
    let ends = (odds(0.02), odds(0.9999));
    let inside: Vec<&ThresholdPoint> =
        curve.drawn.iter().filter(|point| odds(point.probability) >= ends.0 && odds(point.probability) <= ends.1).collect();
    let values = inside.iter().flat_map(|point| [point.links.precision, point.links.recall, point.links.f1]);
    let low = low_end(values.chain([curve.default.links.f1]));
    let frame = Frame { width: 480.0, height: 320.0, left: 50.0, across: ends, up: (low, 1.0) };
    let caption =
        format!("Best F1 {:.4} at {}; the run's threshold gives {:.4}.", curve.best.links.f1, curve.best.spoken(), curve.default.links.f1);
    let mut svg = frame.open(&caption);
    let ticks: Vec<(f64, String)> = [0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999].map(|share| (odds(share), share.to_string())).to_vec();
    frame.axes(&mut svg, (&ticks, "threshold: probability from which pairs are linked"), (&shares(low), ""));
    let line = |value: &dyn Fn(&ThresholdPoint) -> f64| -> Vec<(f64, f64)> {
        inside.iter().map(|point| (odds(point.probability), value(point))).collect()
    };
    frame.line(&mut svg, "curve", &line(&|point| point.links.precision));
    frame.line(&mut svg, "second", &line(&|point| point.links.recall));
    frame.line(&mut svg, "third", &line(&|point| point.links.f1));
    frame.mark(&mut svg, odds(curve.default.probability), "the run's threshold");
    mark_points(&frame, &mut svg, curve, &|point| (odds(point.probability), point.links.f1));
    figure(&caption, &svg)
}

fn threshold_table(curve: &ThresholdCurve) -> String {
    let row = |name: String, point: &ThresholdPoint| {
        let ratio = &point.links;
        let mut cells = vec![Cell::Text(name)];
        cells.extend([ratio.precision, ratio.recall, ratio.f1].map(|share| Cell::Figure(format!("{share:.4}"))));
        cells.extend([ratio.right, ratio.wrong, ratio.missed].map(Cell::Count));
        cells
    };
    let mut rows = vec![
        row(format!("The run's, {}", curve.default.spoken()), &curve.default),
        row(format!("The best, {}", curve.best.spoken()), &curve.best),
    ];
    rows.extend(curve.points.iter().map(|point| row(point.probability.to_string(), point)));
    let headings =
        [("Threshold", false), ("Precision", true), ("Recall", true), ("F1", true), ("Right", true), ("False", true), ("Missed", true)];
    format!("<div class=\"apart\">{}</div>", table("What each threshold would link.", &headings, &rows, None))
}

/// Observed shares beside forecasts; empty without truth.
pub(super) fn calibration(linkage: &LinkageEvaluation) -> String {
    let Some(calibration) = linkage.calibration.as_ref().filter(|calibration| !calibration.bands.is_empty()) else { return String::new() };
    let said = if is_uncalibrated(&calibration.said) {
        "The run says that its probabilities are uncalibrated: read them as an order of likelihood, not as shares.".to_owned()
    } else {
        format!("The run says of its calibration: {}.", calibration.said)
    };
    let links = format!(
        "Of the {} published links {:.2}% are the same person ({:.2}% to {:.2}%); forecast were {:.2}%.",
        thousands(calibration.links),
        calibration.precision.value * 100.0,
        calibration.precision.low * 100.0,
        calibration.precision.high * 100.0,
        calibration.forecast_precision * 100.0
    );
    let kept = format!(
        "From {:.3} on every compared pair is kept, and the error is {:.4}; below it only pairs that other records join are kept, so those bands are true by choice.",
        calibration.kept_from, calibration.expected_error_of_kept
    );
    let rows: Vec<Vec<Cell>> = calibration
        .bands
        .iter()
        .map(|band| {
            vec![
                Cell::Text(format!("{} to {}", band.from, band.to)),
                Cell::Count(band.pairs),
                Cell::Figure(format!("{:.4}", band.forecast)),
                with_interval(&band.observed),
                Cell::Figure(signed(band.observed.value - band.forecast, 4)),
            ]
        })
        .collect();
    let headings = [("Probability", false), ("Pairs", true), ("Forecast", true), ("Same person", false), ("Difference", true)];
    let body = format!(
        "{}{}{}{}<div class=\"apart\">{}</div>",
        plot(calibration),
        paragraph(&said),
        paragraph(&links),
        paragraph(&kept),
        table("Forecast and truth, band by band.", &headings, &rows, None)
    );
    section(
        "calibration",
        "Calibration",
        &[
            "On the diagonal a probability is right as often as it says. Above it the run is too modest, below it too sure. The upright lines are Wilson's intervals of 95%.",
        ],
        &body,
    )
}

fn plot(calibration: &Calibration) -> String {
    let frame = Frame { width: 620.0, height: 360.0, left: 50.0, across: (0.0, 1.0), up: (0.0, 1.0) };
    let caption = format!(
        "Expected calibration error {:.4} over the {} pairs above 0.05; larger points are more pairs.",
        calibration.expected_error,
        thousands(calibration.pairs)
    );
    let mut svg = frame.open(&caption);
    frame.axes(&mut svg, (&shares(0.0), "probability forecast"), (&shares(0.0), "share that is the same person"));
    frame.line(&mut svg, "even", &[(0.0, 0.0), (1.0, 1.0)]);
    let most = calibration.bands.iter().map(|band| band.pairs).max().unwrap_or(1) as f64;
    for band in &calibration.bands {
        frame.whisker(&mut svg, band.forecast, (band.observed.low, band.observed.high));
        let size = 3.5 + 6.0 * libm::log2(1.0 + band.pairs as f64) / libm::log2(1.0 + most);
        let title = format!("{} pairs: forecast {:.4}, true {:.4}", thousands(band.pairs), band.forecast, band.observed.value);
        frame.point(&mut svg, "f1", (band.forecast, band.observed.value), size, &title);
    }
    figure(&caption, &svg)
}

/// What the model expects, band by band.
pub(super) fn expected(linkage: &LinkageEvaluation) -> String {
    let estimates = &linkage.estimates;
    if estimates.bands.is_empty() {
        return String::new();
    }
    let mut rows = Vec::new();
    for band in &estimates.bands {
        let name = match (band.from, band.to) {
            (Some(from), Some(to)) => format!("{from} to {to}").replace('-', "−"),
            (Some(from), None) => format!("{from} and more").replace('-', "−"),
            (None, Some(to)) => format!("below {to}").replace('-', "−"),
            (None, None) => "all".to_owned(),
        };
        let mut row = vec![Cell::Text(name), Cell::Count(band.pairs)];
        row.extend([&band.precision, &band.precision_from_here, &band.recall_from_here].map(with_interval));
        rows.push(row);
    }
    let caption = format!(
        "The model expects {:.2}% of the {} published links to be right.",
        estimates.precision.value * 100.0,
        thousands(estimates.links)
    );
    let headings = [
        ("Match weight, bits", false),
        ("Pairs", true),
        ("Precision in the band", false),
        ("Precision from here up", false),
        ("Recall from here up", false),
    ];
    let mut body = table(&caption, &headings, &rows, None);
    if let (Some(pairs), Some(recall)) = (estimates.expected_true_pairs, estimates.recall_of_expected) {
        body.push_str(&apart(&paragraph(&format!(
            "The model expects {} true pairs among all pairs of records, compared or not; of those the links would be {:.1}%.",
            thousands(libm::round(pairs) as u64),
            recall * 100.0
        ))));
    }
    section(
        "expected",
        "As the model expects",
        &[
            "Estimates from the run's own probabilities, not measurements: they are as good as those are calibrated.",
            "Recall is of the true pairs among those that were kept; the intervals hold chance alone.",
        ],
        &body,
    )
}
