//! `[service.effect]` and the cost table it names.
//!
//! What comes in: the section of the pipeline file, the text of the cost table. What goes out: checked settings. What always holds: kinds, codes and roles are known;
//! ids are unique; every line says of which year its prices are and where they come from.

use super::raw::{Document, Section};
use crate::model::{CostItem, CostUnit, EffectSettings, EventKind, EventRole, Problem};
use crate::rules::codes_of;

/// Months before and after where the pipeline says nothing: those of the results (domain.md §1.3).
const MONTHS: i64 = 6;

/// What the section says, the cost table apart.
pub(super) struct EffectSection {
    pub(super) pack: String,
    pub(super) months: u32,
    /// The file of the cost table, as named, and the line that names it.
    pub(super) costs: (String, u64),
}

/// Reads the section; nothing where the pipeline has none. `packs` are the packs of the pipeline, `None` when they could not all be read.
pub(super) fn read_effect(section: Section<'_>, packs: Option<&[&str]>) -> Option<EffectSection> {
    section.value("pack")?;
    let pack = section.required_text("pack");
    if let (Some(pack), Some(packs)) = (&pack, packs)
        && !packs.contains(&pack.value.as_str())
    {
        section.unknown_name(pack, "pack", "pack", packs);
    }
    let months = section.integer("months", 1..=36).unwrap_or(MONTHS) as u32;
    let costs = section.required_text("costs");
    section.finish();
    let costs = costs?;
    Some(EffectSection { pack: pack?.value, months, costs: (costs.value, costs.line) })
}

/// Reads the cost table.
///
/// # Errors
/// Every problem of the file.
pub(super) fn read_costs(file: &str, text: &str) -> Result<Vec<CostItem>, Vec<Problem>> {
    let document = Document::new(file, text);
    let tree = document.parse();
    let mut costs: Vec<CostItem> = Vec::new();
    if let Some(tree) = &tree {
        let root = Section::root(&document, tree);
        for listed in root.sections("cost") {
            let line = listed.line;
            let Some(item) = read_item(listed) else { continue };
            if costs.iter().any(|known| known.id == item.id) {
                document.report_at(line, "cost.id", "named-twice", "this cost is listed twice");
            }
            costs.push(item);
        }
        if root.value("cost").is_none() {
            document.report_at(1, "cost", "missing-key", "a cost table has at least one [[cost]]");
        }
        root.finish();
    }
    let problems = document.into_problems();
    if problems.is_empty() { Ok(costs) } else { Err(problems) }
}

fn read_item(section: Section<'_>) -> Option<CostItem> {
    let id = section.required_text("id");
    let title = section.required_text("title");
    let kinds: Vec<(&str, EventKind)> = EventKind::ALL.iter().map(|&kind| (kind.name(), kind)).collect();
    section.required_text("kind");
    let kind = section.choice("kind", &kinds);
    let codes = section.texts("codes");
    if let Some(kind) = kind {
        for code in codes.iter().filter(|code| !codes_of(kind).contains(&code.value.as_str())) {
            section.unknown_name(code, "codes", "code", codes_of(kind));
        }
    }
    let known: Vec<&str> = EventRole::ALL.iter().map(|role| role.name()).collect();
    let mut roles = Vec::new();
    for role in section.texts("roles") {
        match role.value.parse::<EventRole>() {
            Ok(found) => roles.push(found),
            Err(()) => section.unknown_name(&role, "roles", "role", &known),
        }
    }
    let under_18 = section.boolean("under_18").unwrap_or(false);
    section.required_text("unit");
    let unit = section.choice("unit", &[("event", CostUnit::Event), ("year", CostUnit::Year)]);
    for key in ["pounds", "year", "codes", "roles"] {
        if section.value(key).is_none() {
            section.document.report_at(section.line, &section.name_of(key), "missing-key", "this key is missing");
        }
    }
    let pounds = section.integer("pounds", 0..=10_000_000);
    let year = section.integer("year", 1990..=2100);
    let source = section.required_text("source");
    section.boolean("check");
    section.finish();
    Some(CostItem {
        id: id?.value,
        title: title?.value,
        kind: kind?,
        codes: codes.into_iter().map(|code| code.value).collect(),
        roles,
        under_18,
        unit: unit?,
        pounds: pounds? as u32,
        year: year? as u32,
        source: source?.value,
    })
}

impl EffectSection {
    /// The settings with their cost table.
    pub(super) fn with(self, costs: Vec<CostItem>) -> EffectSettings {
        EffectSettings { pack: self.pack, months: self.months, costs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = "[[cost]]\nid = \"a\"\ntitle = \"A\"\nkind = \"exclusion\"\ncodes = [\"fixed\"]\nroles = [\"subject\"]\nunit = \"event\"\npounds = 300\nyear = 2012\nsource = \"s\"\n";

    fn codes(text: &str) -> Vec<&'static str> {
        read_costs("costs.toml", text).err().unwrap_or_default().iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn a_cost_says_what_it_is_for_of_which_year_and_where_it_comes_from() {
        assert_eq!(read_costs("costs.toml", ITEM).map(|costs| (costs[0].pounds, costs[0].year)), Ok((300, 2012)));
        for (from, to, code) in [
            ("codes = [\"fixed\"]", "codes = [\"fixd\"]", "unknown-name"),
            ("roles = [\"subject\"]", "roles = [\"anybody\"]", "unknown-name"),
            ("unit = \"event\"", "unit = \"week\"", "unknown-name"),
            ("year = 2012\n", "", "missing-key"),
            ("source = \"s\"", "sources = \"s\"", "missing-key"),
            ("pounds = 300", "pounds = -1", "out-of-range"),
        ] {
            let found = codes(&ITEM.replace(from, to));
            assert!(found.contains(&code), "{to}: {found:?}");
        }
        assert_eq!(codes(&[ITEM, ITEM].concat()), ["named-twice"]);
    }
}
