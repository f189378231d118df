//! How much help the listed families need, and who is one step from the list.

use super::super::figures::{EarlyFigures, Figures};
use super::super::words::{counted, percent, thousands};
use super::html::{Cell, apart, bar, section, share, table};
use crate::model::{NeedLevel, StepKind};

/// True if there is anything to say: a pipeline may have neither rules of need nor anything to watch.
pub(super) fn is_there(figures: &Figures) -> bool {
    figures.packs.first().is_some_and(|pack| !pack.early.rules.is_empty() || pack.early.watched > 0)
}

pub(super) fn early(figures: &Figures) -> String {
    let Some(pack) = figures.packs.first().filter(|_| is_there(figures)) else { return String::new() };
    let mut body = String::new();
    if !pack.early.rules.is_empty() {
        body.push_str(&need(&pack.early));
    }
    body.push_str(&apart(&watch(&pack.early)));
    section(
        "early",
        "Need and early help",
        &[
            "The first rule of need that holds decides: families with the most complex needs apart from those whose partners can co-ordinate what is needed.",
            "The watch list follows rules and dates and predicts nothing. No family on it is on the list.",
        ],
        &body,
    )
}

fn need(early: &EarlyFigures) -> String {
    let total: u64 = early.rules.iter().map(|rule| rule.families).sum();
    let most = early.rules.iter().map(|rule| rule.families).max().unwrap_or(0);
    let rows: Vec<Vec<Cell>> = early
        .rules
        .iter()
        .map(|rule| {
            let class = if rule.level == NeedLevel::Complex { "f1" } else { "f2" };
            let title = format!(
                "{}: {}, {} of the listed",
                rule.title,
                counted(rule.families, "family", "families"),
                percent(rule.families, total)
            );
            vec![
                Cell::text(rule.title.as_str()),
                Cell::text(rule.level.name()),
                Cell::Bar(bar(&title, &[(share(rule.families, most), class)])),
                Cell::Total(rule.families),
            ]
        })
        .collect();
    let complex = early.listed(NeedLevel::Complex);
    let caption = format!(
        "{} of {} on the list {} complex needs ({}); so {} near the list.",
        thousands(complex),
        counted(total, "family", "families"),
        if complex == 1 { "has" } else { "have" },
        percent(complex, total),
        match early.near_complex {
            1 => "has 1 family".to_owned(),
            more => format!("have {} families", thousands(more)),
        }
    );
    table(&caption, &[("Rule of need", false), ("Level", false), ("", false), ("Listed families", true)], &rows, None)
}

fn watch(early: &EarlyFigures) -> String {
    // Where the pipeline reaches no further than the list, a column of noughts would say nothing.
    let further = early.steps.iter().any(|(.., criterion)| *criterion > 0);
    let rows: Vec<Vec<Cell>> = early
        .steps
        .iter()
        .map(|(kind, list, criterion)| {
            let mut row = vec![Cell::text(in_words(*kind)), Cell::Count(*list)];
            row.extend(further.then_some(Cell::Count(*criterion)));
            row
        })
        .collect();
    let caption = match early.watched {
        0 => "No family is one step from the criteria and moving towards them.".to_owned(),
        watched => format!(
            "{} one step from the criteria and moving towards them; a family can stand on several rows.",
            counted(watched, "family is", "families are")
        ),
    };
    let mut headings = vec![("Step", false), ("One step from the list", true)];
    headings.extend(further.then_some(("One step from a criterion", true)));
    table(&caption, &headings, &rows, None)
}

/// A kind of step as people say it.
fn in_words(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Count => "One more event, the newest recent",
        StepKind::Share => "A share just below the rule\u{2019}s, and rising",
        StepKind::Outcome => "An outcome not known yet, or the event before the one that counts",
        StepKind::Time => "Time alone: it counts from a known day on",
        StepKind::Criterion => "One more criterion, and something new",
    }
}
