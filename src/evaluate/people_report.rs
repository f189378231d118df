//! An evaluation of persons and links as aligned text.
//!
//! What comes in: the figures. What goes out: lines of at most about 120 characters. What always holds: counts and shares only; values only where
//! the evaluation already holds them.

use super::linkage_report;
use super::people::PeopleEvaluation;
use super::report::{Grid, count, heading, line, links, persons, picture, ratio_cells};

/// The whole text.
pub(super) fn text(evaluation: &PeopleEvaluation) -> String {
    let against = match (evaluation.measured, &evaluation.labelled_pairs) {
        (false, _) => "without truth: what follows are the model's estimates, not measurements",
        (true, None) => "measured against who each record is",
        (true, Some(_)) => "measured against labelled pairs",
    };
    let mut out = format!("Run {} {against}\n", evaluation.run_id);
    if evaluation.unknown_to_run > 0 {
        line(&mut out, format_args!("{} records or pairs of the truth are not in the run", count(evaluation.unknown_to_run)));
    }
    let candidates = &evaluation.candidates;
    let recall = candidates.recall.map_or_else(
        || {
            let hint = if evaluation.measured { "give --pipeline and --data" } else { "give --truth, --pipeline and --data" };
            format!("{hint} to learn which true pairs were compared")
        },
        |recall| format!("{recall:.4} of the true pairs among them"),
    );
    line(&mut out, format_args!("{} pairs compared, {:.1} per record; {recall}", count(candidates.compared), candidates.per_record));
    if let Some(ratio) = &evaluation.labelled_pairs {
        heading(&mut out, "Labelled pairs");
        let mut grid = Grid::new(&["in one person", "right", "false", "missed", "precision", "recall", "F1"]);
        let mut cells = vec!["all".to_owned()];
        cells.extend(ratio_cells(ratio));
        grid.row(cells);
        grid.write(&mut out);
    }
    if let Some(figures) = &evaluation.persons {
        persons(figures, &mut out);
    }
    if let Some(figures) = &evaluation.links {
        links(figures, &mut out);
    }
    linkage_report::text(&evaluation.linkage, &mut out);
    for (title, figures) in [("Missed pairs", &evaluation.missed_pairs), ("False pairs", &evaluation.false_pairs)] {
        if let Some(figures) = figures {
            picture(title, figures, &mut out);
        }
    }
    out
}
