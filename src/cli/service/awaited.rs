//! How requests and the chaser list are told.
//!
//! What comes in: the plan of requests, the chaser list. What goes out: text or JSON. What always holds: ids, codes and dates, nobody's name.

use std::path::Path;

use super::super::render;
use crate::model::{Day, date};
use crate::service::chasers::{AWAITED, COLUMNS, Chaser, cells};
use crate::service::requests::Plan;

/// What was asked, or is to be asked, on a day.
pub(super) fn told(json: bool, (plan, chasers): (&Plan<'_>, &[Chaser]), folder: Option<&Path>, by: &str) {
    let folder = folder.map(|folder| folder.display().to_string());
    if json {
        let open: Vec<serde_json::Value> = plan
            .open
            .iter()
            .map(|(entry, overdue)| {
                serde_json::json!({ "request": entry.request, "family": entry.family, "due": entry.due, "lapses": entry.lapses, "days_overdue": (*overdue).max(0) })
            })
            .collect();
        let chasers: Vec<serde_json::Value> = chasers.iter().map(row).collect();
        let value = serde_json::json!({
            "folder": folder, "new": plan.new.len(), "reminders": plan.reminders.len(), "open": open, "chasers": chasers, "by": by,
        });
        render::result(&value.to_string());
        return;
    }
    let mut lines = vec![format!(
        "New requests:        {}\nReminders:           {}\nOpen requests:       {}\nIn the chaser list:  {}, {} overdue",
        plan.new.len(),
        plan.reminders.len(),
        plan.open.len(),
        chasers.len(),
        overdue(chasers)
    )];
    match folder {
        Some(folder) => lines.push(format!("Written:             {folder}")),
        None => lines.push("Nothing is to go out on this day; `fwt requests show --to FILE` writes the chaser list.".to_owned()),
    }
    render::result(&lines.join("\n"));
}

/// A row of the list by its columns; days overdue as a number.
fn row(chaser: &Chaser) -> serde_json::Value {
    let mut row: serde_json::Map<String, serde_json::Value> =
        COLUMNS.iter().zip(cells(chaser)).map(|(column, cell)| ((*column).to_owned(), cell.into())).collect();
    row.insert("days_overdue".to_owned(), chaser.days_overdue.into());
    row.into()
}

fn overdue(chasers: &[Chaser]) -> usize {
    chasers.iter().filter(|chaser| chaser.days_overdue > 0).count()
}

/// The chaser list: how many wait for what, then family by family, what is overdue first.
pub(super) fn shown(plan: &Plan<'_>, chasers: &[Chaser], on: Day) -> String {
    let mut lines = vec![format!("Chaser list on {}: {} families, {} overdue", date::iso(on), chasers.len(), overdue(chasers))];
    if !chasers.is_empty() {
        lines.push(format!("\n{:<17} {:<56} {:>8} {:>8}  {}", "awaited", "what it is", "families", "overdue", "first due"));
    }
    for (code, words) in AWAITED {
        let own: Vec<&Chaser> = chasers.iter().filter(|chaser| chaser.awaited == code).collect();
        if let Some(first) = own.iter().map(|chaser| chaser.due).min() {
            let over = own.iter().filter(|chaser| chaser.days_overdue > 0).count();
            lines.push(format!("{code:<17} {words:<56} {:>8} {over:>8}  {}", own.len(), date::iso(first)));
        }
    }
    if !chasers.is_empty() {
        let [family, status, awaited, from, since, due, days, what] = COLUMNS;
        lines.push(format!("\n{family:<14} {status:<23} {awaited:<17} {from:<15} {since:<11} {due:<11} {days:>12}  {what}"));
    }
    for chaser in chasers {
        let [family, status, awaited, from, since, due, _, what] = cells(chaser);
        let days = if chaser.days_overdue > 0 { chaser.days_overdue.to_string() } else { String::new() };
        lines.push(format!("{family:<14} {status:<23} {awaited:<17} {from:<15} {since:<11} {due:<11} {days:>12}  {what}"));
    }
    lines.push(format!("\nTo go out on this day: {} requests, {} reminders", plan.new.len(), plan.reminders.len()));
    lines.join("\n")
}
