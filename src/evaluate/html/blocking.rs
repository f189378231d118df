//! The blocking funnel: what each rule adds, and what all of them lose.

use super::super::linkage::LinkageEvaluation;
use super::examples::list;
use crate::page::{Cell, bar, section, share, table, thousands};

/// The funnel; empty if the run does not tell its rules.
pub(super) fn blocking(linkage: &LinkageEvaluation) -> String {
    if linkage.rules.is_empty() {
        return String::new();
    }
    let most_pairs = linkage.rules.iter().map(|rule| rule.new_pairs).max().unwrap_or(0);
    let most_true = linkage.rules.iter().filter_map(|rule| rule.new_true_pairs).max().unwrap_or(0);
    let with_truth = linkage.blocking.is_some();
    let optional = |number: Option<u64>| number.map_or_else(|| Cell::text("–"), Cell::Count);
    let mut rows = Vec::new();
    for rule in &linkage.rules {
        let name = if rule.left_out { format!("{} (left out)", rule.rule) } else { rule.rule.clone() };
        let mut row = vec![
            Cell::Text(name),
            optional(rule.pairs),
            Cell::Bar(bar(
                &format!("{}: {} new pairs", rule.rule, thousands(rule.new_pairs)),
                &[(share(rule.new_pairs, most_pairs), "f2")],
            )),
            Cell::Count(rule.new_pairs),
        ];
        if with_truth {
            let new = rule.new_true_pairs.unwrap_or_default();
            row.push(Cell::Bar(bar(&format!("{}: {} new true pairs", rule.rule, thousands(new)), &[(share(new, most_true), "f1")])));
            row.push(Cell::Count(new));
            row.push(optional(rule.true_pairs));
        }
        rows.push(row);
    }
    let mut headings = vec![("Rule", false), ("Pairs", true), ("", false), ("New pairs", true)];
    if with_truth {
        headings.extend([("", false), ("New true pairs", true), ("True pairs", true)]);
    }
    let caption = match &linkage.blocking {
        Some(loss) => format!(
            "{} pairs were compared, {:.1} per record; {:.2}% of the {} true pairs are among them.",
            thousands(linkage.compared_pairs),
            linkage.pairs_per_record,
            loss.recall.value * 100.0,
            thousands(loss.true_pairs)
        ),
        None => format!("{} pairs were compared, {:.1} per record.", thousands(linkage.compared_pairs), linkage.pairs_per_record),
    };
    let mut body = table(&caption, &headings, &rows, None);
    body.push_str(&losses(linkage));
    section(
        "blocking",
        "Blocking",
        &[
            "Records are compared where they agree on all keys of a rule. A rule counts as new what no rule above it has; records equal in all that is compared count once.",
            "What no rule brings together can only be joined through other records.",
        ],
        &body,
    )
}

fn losses(linkage: &LinkageEvaluation) -> String {
    let Some(loss) = linkage.blocking.as_ref().filter(|loss| !loss.reasons.is_empty()) else { return String::new() };
    let most = loss.reasons.iter().map(|reason| reason.pairs).max().unwrap_or(0);
    let rows: Vec<Vec<Cell>> = loss
        .reasons
        .iter()
        .map(|reason| {
            let title = format!("{}: {}", reason.reason, thousands(reason.pairs));
            vec![
                Cell::Text(reason.reason.clone()),
                Cell::Bar(bar(&title, &[(share(reason.pairs, most), "hatch")])),
                Cell::Count(reason.pairs),
            ]
        })
        .collect();
    let reasons = table(
        &format!("Why {} true pairs were never compared.", thousands(loss.true_pairs - loss.met)),
        &[("Against the nearest rule", false), ("", false), ("Pairs", true)],
        &rows,
        None,
    );
    let rows: Vec<Vec<Cell>> =
        loss.keys.iter().map(|key| vec![Cell::Text(key.key.clone()), Cell::Count(key.missing), Cell::Count(key.differing)]).collect();
    let keys = table(
        "What stands between the records of those pairs, key by key.",
        &[("Key", false), ("Missing", true), ("Differs", true)],
        &rows,
        None,
    );
    format!("<div class=\"apart\">{reasons}</div><div class=\"apart\">{keys}</div>{}", list("Some of them", &linkage.lost_pairs))
}
