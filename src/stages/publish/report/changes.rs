//! What changed since last month: how many families came and went, and the causes.

use std::collections::BTreeMap;

use super::super::contents::RunContents;
use super::super::words::{self, counted};
use super::html::{Cell, section, table};
use crate::model::{Change, ChangeCode};

pub(super) fn changes(run: &RunContents<'_>) -> String {
    let Some(previous) = run.register.previous else { return String::new() };
    let tables: Vec<String> = run.packs.iter().map(|pack| pack_table(run, &pack.name, &pack.title)).collect();
    let families = families_sentence(run);
    section(
        "changes",
        "What changed",
        &[&format!("Compared with the final run of {}. Every family that left the list has a cause.", words::month(previous)), &families],
        &tables.concat(),
    )
}

/// Families that moved, split or merged, on a list or not.
fn families_sentence(run: &RunContents<'_>) -> String {
    let count =
        |code: ChangeCode| run.register.changes.iter().filter(|change| change.pack.is_empty() && change.code == code).count() as u64;
    format!(
        "Of all families, on a list or not, {} moved, {} divided and {} became part of another.",
        counted(count(ChangeCode::Moved), "family", "families"),
        counted(count(ChangeCode::Split), "family", "families"),
        counted(count(ChangeCode::Merged), "family", "families")
    )
}

fn pack_table(run: &RunContents<'_>, pack: &str, title: &str) -> String {
    let changes: Vec<&Change> = run.register.changes.iter().filter(|change| change.pack == pack).collect();
    let mut counts: BTreeMap<(ChangeCode, &str), u64> = BTreeMap::new();
    for change in &changes {
        *counts.entry((change.code, change.cause.name())).or_default() += 1;
    }
    let mut rows: Vec<(ChangeCode, &str, u64)> = counts.into_iter().map(|((code, cause), families)| (code, cause, families)).collect();
    rows.sort_by_key(|&(code, cause, families)| (code, std::cmp::Reverse(families), cause));
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|(code, cause, families)| {
            vec![Cell::text(words::humanised(code.name())), Cell::text(words::humanised(cause)), Cell::Count(families)]
        })
        .collect();
    let of = |code: ChangeCode| changes.iter().filter(|change| change.code == code).count() as u64;
    let caption = format!(
        "{title}: {} came, {} came back, {} left, and {} stayed.",
        counted(of(ChangeCode::New), "family", "families"),
        counted(of(ChangeCode::ReEligible), "family", "families"),
        counted(of(ChangeCode::Dropped), "family", "families"),
        counted(of(ChangeCode::Still) + of(ChangeCode::Moved), "family", "families")
    );
    table(&caption, &[("Change", false), ("Cause", false), ("Families", true)], &rows, None)
}
