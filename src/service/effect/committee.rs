//! The page for a committee: the list, the targets and the comparison, all of it suppressed.
//!
//! What comes in: the shareable tables of the newest run, the comparison as it may be shown. What goes out: one page. What always holds: nothing but the tables
//! `shareable/…` of the run and what [`super::page`] shows is read.

use std::collections::BTreeMap;

use super::page::{CAUTION, Shown, shell};
use crate::model::amounts::thousands;
use crate::page::{Cell, apart, escape, paragraph, section, table};
use crate::run::reading::{ReadingError, Table};
use crate::store::RunFolder;

/// The page.
pub(super) fn page(programme: &str, run: &RunFolder, shown: &Shown) -> Result<String, ReadingError> {
    let body = [targets(run)?, list(run)?, effect(shown)].concat();
    Ok(shell("Report to committee", programme, &run.manifest.period, &body))
}

/// Rows of a shareable table: cells by the wanted columns.
fn rows(run: &RunFolder, name: &str, columns: &[&str]) -> Result<Vec<Vec<String>>, ReadingError> {
    let first = columns.first().copied().unwrap_or_default();
    Table::open(run, name)?.select(first, columns, |_| true)
}

fn targets(run: &RunFolder) -> Result<String, ReadingError> {
    let columns = ["target", "title", "district", "step", "counts", "families", "planned"];
    let mut order: Vec<String> = Vec::new();
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    let mut of: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in rows(run, "shareable/targets", &columns)? {
        let [target, title, rest @ ..] = row.as_slice() else { continue };
        if !titles.contains_key(target) {
            order.push(target.clone());
        }
        titles.insert(target.clone(), title.clone());
        of.entry(target.clone()).or_default().push(rest.to_vec());
    }
    let pieces: String = order.iter().map(|target| apart(&target_table(titles.get(target), of.get(target)))).collect();
    Ok(section("targets", "Targets", &["Families that have ever reached each step; the plan is a straight line to the target."], &pieces))
}

fn target_table(title: Option<&String>, rows: Option<&Vec<Vec<String>>>) -> String {
    let mut steps: Vec<String> = Vec::new();
    let mut districts: Vec<String> = Vec::new();
    let mut cells: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut plans: BTreeMap<String, String> = BTreeMap::new();
    let mut counts = String::new();
    for row in rows.into_iter().flatten() {
        let [district, step, is_counted, families, planned] = row.as_slice() else { continue };
        if !steps.contains(step) {
            steps.push(step.clone());
        }
        if !districts.contains(district) {
            districts.push(district.clone());
        }
        cells.insert((district.clone(), step.clone()), families.clone());
        if is_counted == "yes" {
            counts.clone_from(step);
            plans.insert(district.clone(), planned.clone());
        }
    }
    let words = |name: &str| {
        let name = name.replace('_', " ");
        let mut letters = name.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>())
    };
    let names: Vec<String> = steps.iter().map(|step| words(step)).collect();
    let mut headings = vec![("District", false)];
    headings.extend(names.iter().map(|name| (name.as_str(), true)));
    headings.push(("Plan", true));
    let lines: Vec<Vec<Cell>> = districts
        .iter()
        .map(|district| {
            let mut line = vec![Cell::text(district.as_str())];
            line.extend(steps.iter().map(|step| {
                let shown = cells.get(&(district.clone(), step.clone())).cloned().unwrap_or_default();
                Cell::Figure(shown.parse::<u64>().map_or(shown, thousands))
            }));
            let plan = plans.get(district).cloned().unwrap_or_default();
            line.push(Cell::Figure(plan.parse::<u64>().map_or(plan, thousands)));
            line
        })
        .collect();
    let heading = format!("<h3>{}</h3>", escape(title.map_or("", String::as_str)));
    let caption = format!("The plan is for \u{201c}{}\u{201d}, by the end of the month.", words(&counts).to_lowercase());
    format!("{heading}{}", table(&caption, &headings, &lines, None))
}

fn list(run: &RunFolder) -> Result<String, ReadingError> {
    let found = rows(run, "shareable/committee", &["pack", "district", "criterion", "title", "families"])?;
    let first = found.first().and_then(|row| row.first().cloned()).unwrap_or_default();
    let (mut criteria, mut districts): (Vec<(String, String)>, Vec<String>) = (Vec::new(), Vec::new());
    let mut cells: BTreeMap<(String, String), String> = BTreeMap::new();
    for row in found.into_iter().filter(|row| row.first() == Some(&first)) {
        let Ok([_, district, criterion, title, families]) = <[String; 5]>::try_from(row) else { continue };
        if !criteria.iter().any(|(id, _)| *id == criterion) {
            criteria.push((criterion.clone(), title));
        }
        if !districts.contains(&district) {
            districts.push(district.clone());
        }
        cells.insert((district, criterion), families);
    }
    let mut headings = vec![("District", false)];
    headings.extend(criteria.iter().map(|(_, title)| (title.as_str(), true)));
    let lines: Vec<Vec<Cell>> = districts
        .iter()
        .map(|district| {
            let shown = |id: &String| cells.get(&(district.clone(), id.clone())).cloned().unwrap_or_default();
            std::iter::once(Cell::text(district.as_str()))
                .chain(criteria.iter().map(|(id, _)| Cell::Figure(shown(id).parse::<u64>().map_or(shown(id), thousands))))
                .collect()
        })
        .collect();
    let caption = "Families on the list this month, by district and criterion; a family can meet several.";
    Ok(section("list", "The list", &["A family counts in the district of its present home."], &table(caption, &headings, &lines, None)))
}

fn effect(shown: &Shown) -> String {
    let rows: Vec<Vec<Cell>> = shown
        .measures
        .iter()
        .filter_map(|measure| Some((measure, measure.rows.last()?)))
        .map(|(measure, (_, counts))| {
            std::iter::once(Cell::text(measure.title.as_str())).chain(counts.iter().map(|count| Cell::Figure(count.to_string()))).collect()
        })
        .collect();
    let body = if rows.is_empty() {
        paragraph("No family has been worked with for long enough to compare.")
    } else {
        let headings = [("", false), ("Before", true), ("After", true), ("Beside: before", true), ("Beside: after", true)];
        table(
            "What happened before and after a key worker began, and to families on the list that nobody worked with yet.",
            &headings,
            &rows,
            None,
        )
    };
    section("effect", "Before and after", &["No proof of cause."], &[paragraph(CAUTION), body].concat())
}
