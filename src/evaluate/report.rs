//! An evaluation as aligned text.
//!
//! What comes in: the figures. What goes out: lines of at most about 120 characters. What always holds: counts and shares
//! only, and positions of records; values only where the evaluation already holds them.

use std::fmt::Write as _;

use super::examples::{Example, PairPicture};
use super::links::LinkStatistics;
use super::pairs::Ratio;
use super::{Evaluation, PersonEvaluation, linkage_report};

/// The whole text.
pub(super) fn text(evaluation: &Evaluation) -> String {
    let mut out = format!("Run {} measured against the truth of {}\n", evaluation.run_id, evaluation.month);
    join(evaluation, &mut out);
    persons(&evaluation.persons, &mut out);
    links(&evaluation.links, &mut out);
    linkage_report::text(&evaluation.linkage, &mut out);
    families(evaluation, &mut out);
    criteria(evaluation, &mut out);
    evidence(evaluation, &mut out);
    picture("Missed pairs", &evaluation.missed_pairs, &mut out);
    picture("False pairs", &evaluation.false_pairs, &mut out);
    out
}

/// A table: the first column to the left, the others to the right.
pub(super) struct Grid {
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub(super) fn new(header: &[&str]) -> Self {
        Self { rows: vec![header.iter().map(|&cell| cell.to_owned()).collect()] }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub(super) fn write(&self, out: &mut String) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
            .collect();
        for row in &self.rows {
            let mut line = String::from(" ");
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                line.push(' ');
                let space = " ".repeat(width - cell.chars().count() + usize::from(column > 0));
                if column == 0 {
                    line.push_str(cell);
                    line.push_str(&space);
                } else {
                    line.push_str(&space);
                    line.push_str(cell);
                }
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

pub(super) fn heading(out: &mut String, title: &str) {
    out.push('\n');
    out.push_str(title);
    out.push('\n');
}

pub(super) fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "  {text}").expect("a string takes all that is written");
}

pub(super) use crate::page::thousands as count;

pub(super) fn ratio_cells(ratio: &Ratio) -> Vec<String> {
    vec![
        count(ratio.right),
        count(ratio.wrong),
        count(ratio.missed),
        format!("{:.4}", ratio.precision),
        format!("{:.4}", ratio.recall),
        format!("{:.4}", ratio.f1),
    ]
}

fn join(evaluation: &Evaluation, out: &mut String) {
    let join = &evaluation.join;
    line(
        out,
        format_args!(
            "{} records, {} of a known person; {} appearances in the files read, {} without a record of their own (equal to another, or set aside)",
            count(join.records),
            count(join.with_person),
            count(join.appearances),
            count(join.without_record)
        ),
    );
    line(
        out,
        format_args!(
            "test records: {} told as such, {} taken for people; people taken for test records: {}; places unknown to the truth: {}",
            count(join.tests_found),
            count(join.tests_missed),
            count(join.wrongly_tests),
            count(join.unknown_to_truth)
        ),
    );
}

pub(super) fn persons(persons: &PersonEvaluation, out: &mut String) {
    heading(out, "Persons");
    line(
        out,
        format_args!(
            "{} true persons, {} found, {} of them exactly; {} split, {} found persons hold several",
            count(persons.true_persons),
            count(persons.found_persons),
            count(persons.exact_persons),
            count(persons.split_persons),
            count(persons.merged_persons)
        ),
    );
    let mut grid = Grid::new(&["pairs of records", "right", "false", "missed", "precision", "recall", "F1"]);
    let mut all = vec!["all".to_owned()];
    all.extend(ratio_cells(&persons.pairs));
    grid.row(all);
    for (source, ratio) in &persons.by_source {
        let mut cells = vec![format!("with {source}")];
        cells.extend(ratio_cells(ratio));
        grid.row(cells);
    }
    grid.write(out);
    line(
        out,
        format_args!(
            "B-cubed: precision {:.4}, recall {:.4}, F1 {:.4}",
            persons.b_cubed_precision, persons.b_cubed_recall, persons.b_cubed_f1
        ),
    );
    let mut worst: Vec<(&String, &Ratio)> = persons.by_source_pair.iter().filter(|(_, ratio)| ratio.missed + ratio.wrong > 0).collect();
    worst.sort_by_key(|(name, ratio)| (std::cmp::Reverse(ratio.missed + ratio.wrong), (*name).clone()));
    if !worst.is_empty() {
        let mut grid = Grid::new(&["most errors between", "right", "false", "missed", "precision", "recall", "F1"]);
        for (name, ratio) in worst.into_iter().take(8) {
            let mut cells = vec![name.clone()];
            cells.extend(ratio_cells(ratio));
            grid.row(cells);
        }
        grid.write(out);
    }
}

pub(super) fn links(links: &LinkStatistics, out: &mut String) {
    heading(out, "Links");
    line(
        out,
        format_args!(
            "direct links: precision {:.4}, recall {:.4} of all true pairs, F1 {:.4}",
            links.linked.precision, links.linked.recall, links.linked.f1
        ),
    );
    let mut grid = Grid::new(&["decision", "pairs", "same person", "share"]);
    for row in &links.decisions {
        grid.row(vec![row.decision.clone(), count(row.pairs), count(row.same_person), format!("{:.4}", row.share)]);
    }
    grid.write(out);
    if !links.guards.is_empty() {
        let mut grid = Grid::new(&["guard", "pairs kept apart", "wrongly"]);
        for guard in &links.guards {
            grid.row(vec![guard.reason.clone(), count(guard.pairs), count(guard.wrongly)]);
        }
        grid.write(out);
    }
    let reasons = &links.reasons;
    line(
        out,
        format_args!(
            "missed pairs: {} kept apart by a guard, {} in review, {} not compared or below the review floor",
            count(reasons.missed_prevented),
            count(reasons.missed_review),
            count(reasons.missed_not_kept)
        ),
    );
    line(
        out,
        format_args!(
            "false pairs: {} linked directly, {} below the threshold but joined, {} joined through other records",
            count(reasons.false_linked),
            count(reasons.false_implied),
            count(reasons.false_through_others)
        ),
    );
}

fn families(evaluation: &Evaluation, out: &mut String) {
    let families = &evaluation.families;
    heading(out, "Families");
    line(
        out,
        format_args!(
            "{} of {} true families with children found with exactly the right resident members: {:.4} ({} more have no child in any extract)",
            count(families.exact),
            count(families.families),
            families.share,
            count(families.invisible)
        ),
    );
    line(
        out,
        format_args!(
            "{} families with children in the run, {} of them exactly a true one",
            count(families.found_families),
            count(families.found_exact)
        ),
    );
    let mut grid = Grid::new(&["kind", "families", "exact", "share"]);
    for (kind, counts) in &families.by_kind {
        grid.row(vec![
            kind.clone(),
            count(counts.families),
            count(counts.exact),
            format!("{:.4}", super::pairs::share(counts.exact, counts.families)),
        ]);
    }
    grid.write(out);
    if !families.faults.is_empty() {
        let mut grid = Grid::new(&["what is wrong with the others", "families"]);
        for (fault, number) in &families.faults {
            let name = serde_json::to_value(fault).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
            grid.row(vec![name, count(*number)]);
        }
        grid.write(out);
    }
}

fn criteria(evaluation: &Evaluation, out: &mut String) {
    heading(out, "Criteria, per family: against what the delivered rows make knowable, beside what is true");
    let mut grid = Grid::new(&[
        "pack, criterion",
        "truly",
        "knowable",
        "right",
        "false",
        "missed",
        "precision",
        "recall",
        "F1",
        "of the truth",
        "as false",
        "as unknown",
        "no family",
    ]);
    for row in &evaluation.criteria {
        let mut cells = vec![format!("{} {}", row.pack, row.criterion), count(row.really_true), count(row.knowable_true)];
        cells.extend(ratio_cells(&row.knowable));
        cells.push(format!("{:.4}", row.recall_of_real));
        cells.extend([row.missed_as_false, row.missed_as_unknown, row.missed_without_family].map(count));
        grid.row(cells);
    }
    grid.write(out);
    line(
        out,
        format_args!(
            "true is positive; false and unknown are not. \"of the truth\": share of the families in which it truly holds that is flagged"
        ),
    );
}

fn evidence(evaluation: &Evaluation, out: &mut String) {
    let evidence = &evaluation.evidence;
    heading(out, "Evidence");
    line(
        out,
        format_args!(
            "{} rows; victims, witnesses and suspects counted as offenders: {}; offences without an offender: {}",
            count(evidence.rows),
            count(evidence.victims_and_witnesses),
            count(evidence.offence_without_offender)
        ),
    );
    line(
        out,
        format_args!(
            "{} rows held against a person who does not stand on that line (two people taken for one), of {} checked",
            count(evidence.of_another_person),
            count(evidence.checked)
        ),
    );
}

pub(super) fn picture(title: &str, picture: &PairPicture, out: &mut String) {
    if picture.pairs == 0 {
        return;
    }
    heading(out, &format!("{title}, one per part too many: {}", count(picture.pairs)));
    let mut grid = Grid::new(&["field", "same", "different", "missing"]);
    for field in &picture.fields {
        grid.row(vec![field.field.clone(), count(field.same), count(field.different), count(field.missing)]);
    }
    grid.write(out);
    examples(&picture.examples, out);
}

/// Examples by position, with what each field contributed.
pub(super) fn examples(examples: &[Example], out: &mut String) {
    for Example { left, right, fields, said, note } in examples {
        let fields: Vec<String> = fields.iter().map(|(name, text)| format!("{name} {text}")).collect();
        line(out, format_args!("{} {}:{}  with  {} {}:{}", left.source, left.file, left.line, right.source, right.file, right.line));
        line(out, format_args!("  {}", fields.join(", ")));
        if let Some(note) = note {
            line(out, format_args!("  {note}"));
        }
        match said {
            None => line(out, format_args!("  not among the kept pairs: never compared, or below the review floor")),
            Some(said) => {
                let weight = said.weight.map_or_else(|| "match weight withheld".to_owned(), |bits| format!("match weight {bits:+.1} bits"));
                line(out, format_args!("  {}: probability {:.4}, {weight}", said.decision, said.probability));
                for step in &said.steps {
                    line(out, format_args!("    {:+6.1}  {}: {}", step.bits, step.field, step.sentence));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_columns_aligned() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        let mut grid = Grid::new(&["name", "pairs"]);
        grid.row(vec!["a".to_owned(), "1,000".to_owned()]);
        grid.row(vec!["longer".to_owned(), "7".to_owned()]);
        let mut out = String::new();
        grid.write(&mut out);
        assert_eq!(out, "  name    pairs\n  a       1,000\n  longer      7\n");
    }
}
