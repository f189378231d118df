//! What a run's tables say of each feed: files, rows set aside, fields.
//!
//! What comes in: a published run. What goes out: its deliveries, rejects, data quality and agreement, by feed. What always holds: counts and positions only, as the
//! run published them.

use std::collections::BTreeMap;

use crate::model::Slip;
use crate::run::reading::{ReadingError, Table};
use crate::store::RunFolder;

/// A file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DeliveredFile {
    pub(super) file: String,
    pub(super) sha256: String,
    pub(super) month: String,
    pub(super) read: u64,
    pub(super) used: u64,
    pub(super) set_aside: u64,
    pub(super) state: String,
}

/// A row set aside, or a value ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RejectedRow {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) column: String,
    pub(super) code: String,
    pub(super) row_set_aside: bool,
}

/// A field of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldCounts {
    pub(super) role: String,
    pub(super) field: String,
    pub(super) records: u64,
    pub(super) present: u64,
    pub(super) unusable: u64,
}

impl FieldCounts {
    /// Records whose field is filled and usable.
    pub(super) fn usable(&self) -> u64 {
        self.present.saturating_sub(self.unusable)
    }
}

/// A field held against what other feeds have for the same people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AgreementCounts {
    pub(super) field: String,
    pub(super) pairs: u64,
    pub(super) different: u64,
    /// How most of those that differ do so; none if in no one way.
    pub(super) mostly: Option<Slip>,
    pub(super) at_odds: bool,
    /// True if two other feeds agree, so that it is known which side is wrong.
    pub(super) others_agree: bool,
}

/// One feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SourceCounts {
    /// Its files, by name.
    pub(super) deliveries: Vec<DeliveredFile>,
    /// What was set aside, by file, line, column, code.
    pub(super) rejects: Vec<RejectedRow>,
    /// Its fields, by role and field.
    pub(super) fields: Vec<FieldCounts>,
    /// How its fields agree with other feeds, in the order of the schema's; none from a run of a version that did not say.
    pub(super) agreement: Vec<AgreementCounts>,
}

/// All feeds of a run.
pub(super) struct RunCounts {
    /// The run's month.
    pub(super) month: String,
    /// By name of the feed.
    pub(super) sources: BTreeMap<String, SourceCounts>,
}

impl RunCounts {
    /// Reads a run.
    pub(super) fn of(run: &RunFolder) -> Result<Self, ReadingError> {
        let mut sources: BTreeMap<String, SourceCounts> = BTreeMap::new();
        let all = |_: &str| true;
        let columns = ["source", "file", "sha256", "month", "rows_read", "rows_used", "rows_set_aside", "feed_state"];
        for row in Table::open(run, "deliveries")?.select("source", &columns, all)? {
            let [source, file, sha256, month, read, used, set_aside, state] = texts(row);
            let (read, used, set_aside) = (number(&read), number(&used), number(&set_aside));
            sources.entry(source).or_default().deliveries.push(DeliveredFile { file, sha256, month, read, used, set_aside, state });
        }
        let columns = ["source", "file", "line", "column", "code", "row_set_aside"];
        for row in Table::open(run, "rejects")?.select("source", &columns, all)? {
            let [source, file, line, column, code, row_set_aside] = texts(row);
            let line = line.parse().unwrap_or(0);
            let rejects = &mut sources.entry(source).or_default().rejects;
            rejects.push(RejectedRow { file, line, column, code, row_set_aside: row_set_aside == "yes" });
        }
        let columns = ["source", "role", "field", "records", "present", "unusable"];
        for row in Table::open(run, "data_quality")?.select("source", &columns, all)? {
            let [source, role, field, records, present, unusable] = texts(row);
            let (records, present, unusable) = (number(&records), number(&present), number(&unusable));
            sources.entry(source).or_default().fields.push(FieldCounts { role, field, records, present, unusable });
        }
        let columns = ["source", "field", "pairs", "different", "mostly", "mostly_days", "at_odds", "others_least_share"];
        let agreement = Table::open_if_there(run, "feed_agreement")?;
        for row in agreement.map(|table| table.select("source", &columns, all)).transpose()?.unwrap_or_default() {
            let [source, field, pairs, different, mostly, days, at_odds, others] = texts(row);
            let (pairs, different, mostly) = (number(&pairs), number(&different), Slip::named(&mostly, days.parse().unwrap_or(0)));
            let (at_odds, others_agree) = (at_odds == "yes", !others.is_empty());
            sources.entry(source).or_default().agreement.push(AgreementCounts { field, pairs, different, mostly, at_odds, others_agree });
        }
        Ok(Self { month: run.manifest.period.clone(), sources })
    }
}

impl SourceCounts {
    /// The files delivered for a month.
    pub(super) fn of_month<'a>(&'a self, month: &'a str) -> impl Iterator<Item = &'a DeliveredFile> {
        self.deliveries.iter().filter(move |delivery| delivery.month == month)
    }

    /// Rows set aside and values ignored in the files of a month, by column and code; what happens most first.
    pub(super) fn faults(&self, month: &str) -> Vec<Fault> {
        let mut faults: BTreeMap<(&str, &str, bool), u64> = BTreeMap::new();
        let files: Vec<&str> = self.of_month(month).map(|delivery| delivery.file.as_str()).collect();
        for reject in self.rejects.iter().filter(|reject| files.contains(&reject.file.as_str())) {
            *faults.entry((&reject.column, &reject.code, reject.row_set_aside)).or_default() += 1;
        }
        let fault = |((column, code, row_set_aside), count): ((&str, &str, bool), u64)| Fault {
            column: column.to_owned(),
            code: code.to_owned(),
            row_set_aside,
            count,
        };
        let mut faults: Vec<Fault> = faults.into_iter().map(fault).collect();
        faults.sort_by_key(|fault| std::cmp::Reverse(fault.count));
        faults
    }
}

/// How often something was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) column: String,
    pub(super) code: String,
    pub(super) row_set_aside: bool,
    pub(super) count: u64,
}

/// The cells of a row, as many as were asked for.
fn texts<const COUNT: usize>(row: Vec<String>) -> [String; COUNT] {
    let mut cells = row.into_iter();
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}
