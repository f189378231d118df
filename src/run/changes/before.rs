//! The list of the last final run, as published.
//!
//! What comes in: the run folder. What goes out: routes, criteria and evidence of the families that matter this month, how the feeds stood, and what the run was
//! made with. What always holds: only what was published is read.

use std::collections::{BTreeMap, BTreeSet};

use super::super::reading::{self, ReadingError, Table};
use super::super::register::word;
use crate::model::{Day, EventKind, EventRole, Month, RowPlace};
use crate::store::{NamedHash, RunFolder};

/// A family under a pack in the last final run.
#[derive(Clone, Debug, Default)]
pub(super) struct EntryBefore {
    pub(super) listed: bool,
    pub(super) route: String,
    /// Criteria that were shown, or counted as last shown.
    pub(super) shown: Vec<String>,
    /// Those of them that counted as last shown.
    pub(super) kept: Vec<String>,
    pub(super) unknown: Vec<String>,
    pub(super) met: u32,
    pub(super) children: i64,
}

/// A row of evidence of the last final run.
#[derive(Clone, Debug)]
pub(in crate::run) struct EvidenceBefore {
    pub(in crate::run) person_id: String,
    pub(in crate::run) criterion: String,
    pub(in crate::run) rule: String,
    pub(in crate::run) kind: EventKind,
    pub(in crate::run) role: EventRole,
    pub(in crate::run) code: String,
    pub(in crate::run) from: Day,
    pub(in crate::run) to: Day,
    pub(in crate::run) behind: RowPlace,
    /// Month of the run that had it as evidence; `None` for the run it was read from.
    pub(in crate::run) month: Option<Month>,
}

/// Rows of evidence by (pack, family), in the order of the table.
pub(in crate::run) type EvidenceOf = BTreeMap<(String, String), Vec<EvidenceBefore>>;

/// The tables of the last final run about its list, read once: they are asked before the list is made and after.
pub(in crate::run) struct LastTables<'r> {
    /// The run.
    pub(in crate::run) run: &'r RunFolder,
    /// Who was on the list.
    pub(in crate::run) identification: Table,
    evidence: Table,
    /// `None` in a run of a version that had none.
    kept_evidence: Option<Table>,
}

impl<'r> LastTables<'r> {
    /// Reads them.
    ///
    /// # Errors
    /// If a table is missing or fails its hash.
    pub(in crate::run) fn read(run: &'r RunFolder) -> Result<Self, ReadingError> {
        Ok(Self {
            run,
            identification: Table::open(run, "identification")?,
            evidence: Table::open(run, "evidence")?,
            kept_evidence: Table::open_if_there(run, "kept_evidence")?,
        })
    }

    /// Its month.
    pub(in crate::run) fn month(&self) -> Option<Month> {
        self.run.manifest.period.parse().ok()
    }

    /// What showed the criteria of some families, and what those are kept by that the list went on counting.
    ///
    /// # Errors
    /// If a column is missing.
    pub(in crate::run) fn evidence(&self, families: &BTreeSet<&str>) -> Result<EvidenceOf, ReadingError> {
        let mut evidence = EvidenceOf::new();
        for table in std::iter::once(&self.evidence).chain(&self.kept_evidence) {
            rows(table, families, &mut evidence)?;
        }
        Ok(evidence)
    }
}

/// Where a family lived.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceBefore {
    pub(super) district_code: String,
    pub(super) out_of_county: bool,
}

/// The last final run.
#[derive(Default)]
pub(super) struct LastList {
    /// Its month.
    pub(super) month: Option<Month>,
    /// By (pack, family).
    pub(super) entries: BTreeMap<(String, String), EntryBefore>,
    /// By (pack, family), rows in the order of the table.
    evidence: EvidenceOf,
    /// By family.
    places: BTreeMap<String, PlaceBefore>,
    /// (pack, rule, source) of feeds that were missing.
    missing: BTreeSet<(String, String, String)>,
    /// Hashes of the files it read.
    inputs: BTreeSet<String>,
    /// Version of each pack.
    packs: BTreeMap<String, String>,
    configuration: BTreeMap<String, String>,
    tool_version: String,
    model: Vec<String>,
}

impl LastList {
    /// Reads the run. `wanted` says of which families this month's changes are about, besides those that were on a list.
    pub(super) fn read(tables: &LastTables<'_>, wanted: &BTreeSet<String>) -> Result<Self, ReadingError> {
        let run = tables.run;
        let summary = reading::json(run, "run.json")?;
        let manifest = &run.manifest;
        let hashes = |list: &[NamedHash]| list.iter().map(|one| (one.name.clone(), one.sha256.clone())).collect::<Vec<_>>();
        let mut last = Self {
            month: tables.month(),
            inputs: manifest.inputs.iter().map(|input| input.sha256.clone()).collect(),
            configuration: hashes(&manifest.configuration).into_iter().chain(hashes(&manifest.schemas)).collect(),
            tool_version: manifest.tool_version.clone(),
            model: model_structure(summary.get("model").unwrap_or(&serde_json::Value::Null)),
            ..Self::default()
        };
        last.read_entries(&tables.identification, wanted)?;
        let families: BTreeSet<&str> =
            last.entries.keys().map(|(_, family)| family.as_str()).chain(wanted.iter().map(String::as_str)).collect();
        last.evidence = tables.evidence(&families)?;
        last.places = places(run)?;
        last.missing = missing(run)?;
        Ok(last)
    }

    fn read_entries(&mut self, table: &Table, wanted: &BTreeSet<String>) -> Result<(), ReadingError> {
        let (packs, families, routes) = (table.texts("criteria_pack")?, table.texts("family_id")?, table.texts("route")?);
        let (listed, versions) = (table.booleans("listed")?, table.texts("pack_version")?);
        let (met, children) = (table.integers("criteria_met_count")?, table.integers("n_children_u18")?);
        let (mut shown, mut unknown) = (table.lists("criteria_true")?, table.lists("criteria_unknown")?);
        let mut kept = if table.has("criteria_kept") { table.lists("criteria_kept")? } else { Vec::new() };
        let rows = packs.iter().zip(families).zip(routes.iter().zip(listed)).zip(met.iter().zip(children)).enumerate();
        for (row, (((pack, family), (route, listed)), (met, children))) in rows {
            if let (false, Some(version)) = (self.packs.contains_key(*pack), versions.get(row)) {
                self.packs.insert((*pack).to_owned(), (*version).to_owned());
            }
            if !listed && !wanted.contains(family) {
                continue;
            }
            let take = |lists: &mut Vec<Vec<String>>| lists.get_mut(row).map(std::mem::take).unwrap_or_default();
            let entry = EntryBefore {
                listed,
                route: (*route).to_owned(),
                shown: [take(&mut shown), kept.get(row).cloned().unwrap_or_default()].concat(),
                kept: take(&mut kept),
                unknown: take(&mut unknown),
                met: u32::try_from(*met).unwrap_or(0),
                children,
            };
            self.entries.insert(((*pack).to_owned(), family.to_owned()), entry);
        }
        Ok(())
    }

    pub(super) fn entry(&self, pack: &str, family: &str) -> Option<&EntryBefore> {
        self.entries.get(&(pack.to_owned(), family.to_owned()))
    }

    pub(super) fn evidence(&self, pack: &str, family: &str) -> &[EvidenceBefore] {
        self.evidence.get(&(pack.to_owned(), family.to_owned())).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn place(&self, family: &str) -> PlaceBefore {
        self.places.get(family).cloned().unwrap_or_default()
    }

    /// True if a feed was missing for a rule.
    pub(super) fn was_missing(&self, pack: &str, rule: &str, source: &str) -> bool {
        self.missing.contains(&(pack.to_owned(), rule.to_owned(), source.to_owned()))
    }

    /// True if the run had read a file with these bytes.
    pub(super) fn had_input(&self, sha256: &str) -> bool {
        self.inputs.contains(sha256)
    }

    /// True if the run tested the pack.
    pub(super) fn had_pack(&self, pack: &str) -> bool {
        self.packs.contains_key(pack)
    }

    /// True if the pack was of another version.
    pub(super) fn pack_differs(&self, pack: &str, version: &str) -> bool {
        self.packs.get(pack).is_some_and(|was| was != version)
    }

    /// True if a file of the configuration was another one, or was not there.
    pub(super) fn configuration_differs(&self, files: &[(String, String)]) -> bool {
        files.iter().any(|(name, sha256)| self.configuration.get(name) != Some(sha256))
    }

    /// True if records were linked under another model, or by another version of the program.
    pub(super) fn model_differs(&self, model: &serde_json::Value) -> bool {
        self.tool_version != env!("CARGO_PKG_VERSION") || self.model != model_structure(model)
    }
}

/// What a model is known by: its hash, the names of its comparisons and of their levels. A frozen model keeps its hash from month to month.
fn model_structure(model: &serde_json::Value) -> Vec<String> {
    let sha256 = model.get("origin").and_then(|origin| origin.get("sha256")).and_then(serde_json::Value::as_str).map(ToOwned::to_owned);
    let name = |value: &serde_json::Value| value.get("name").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let list = |value: &serde_json::Value, key: &str| value.get(key).and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    let of_field =
        |field: &serde_json::Value| std::iter::once(name(field)).chain(list(field, "levels").iter().map(name)).collect::<Vec<_>>();
    list(model, "fields").iter().flat_map(of_field).chain(sha256).collect()
}

fn rows(table: &Table, families: &BTreeSet<&str>, evidence: &mut EvidenceOf) -> Result<(), ReadingError> {
    const TABLE: &str = "evidence";
    let columns = ["family_id", "person_id", "pack", "criterion", "rule", "source", "file", "kind", "role", "code"];
    let texts = columns.iter().map(|column| table.texts(column)).collect::<Result<Vec<_>, _>>()?;
    let text = |column: usize, row: usize| texts.get(column).and_then(|texts| texts.get(row)).copied().unwrap_or_default();
    let (from, to, line) = (table.days("event_from")?, table.days("event_to")?, table.integers("line")?);
    let months = if table.has("last_shown") { table.texts("last_shown")? } else { Vec::new() };
    for (row, ((&from, &to), &line)) in from.iter().zip(&to).zip(&line).enumerate() {
        if !families.contains(text(0, row)) {
            continue;
        }
        let one = EvidenceBefore {
            person_id: text(1, row).to_owned(),
            criterion: text(3, row).to_owned(),
            rule: text(4, row).to_owned(),
            kind: word(TABLE, text(7, row))?,
            role: word(TABLE, text(8, row))?,
            code: text(9, row).to_owned(),
            from,
            to,
            behind: RowPlace { source: text(5, row).to_owned(), file: text(6, row).to_owned(), line: u32::try_from(line).unwrap_or(0) },
            month: months.get(row).and_then(|month| month.parse().ok()),
        };
        evidence.entry((text(2, row).to_owned(), text(0, row).to_owned())).or_default().push(one);
    }
    Ok(())
}

fn places(run: &RunFolder) -> Result<BTreeMap<String, PlaceBefore>, ReadingError> {
    let table = Table::open(run, "families")?;
    let rows = table.texts("family_id")?.into_iter().zip(table.texts("district_code")?).zip(table.booleans("out_of_county")?);
    let place = |((family, district), out_of_county): ((&str, &str), bool)| {
        (family.to_owned(), PlaceBefore { district_code: district.to_owned(), out_of_county })
    };
    Ok(rows.map(place).collect())
}

fn missing(run: &RunFolder) -> Result<BTreeSet<(String, String, String)>, ReadingError> {
    let table = Table::open(run, "coverage")?;
    let rows = table.texts("pack")?.into_iter().zip(table.texts("rule")?).zip(table.texts("source")?).zip(table.texts("state")?);
    let row = |(((pack, rule), source), state): (((&str, &str), &str), &str)| {
        (state == "missing").then(|| (pack.to_owned(), rule.to_owned(), source.to_owned()))
    };
    Ok(rows.filter_map(row).collect())
}
