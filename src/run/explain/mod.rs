//! Why: a family's flags, a person's records, a pair's weight, told from the published tables alone.
//!
//! What comes in: a published run and an id. What goes out: sentences and tables.
//! What always holds: personal values are masked unless the caller asks for them; nothing is recomputed that the run
//! itself did not publish.

mod family;
mod months;
mod pair;
mod person;

pub use family::explain_family;
pub use months::explain_months;
pub use pair::explain_pair;
pub use person::explain_person;

use super::reading::ReadingError;

/// An explanation in words and tables.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Explanation {
    /// What is explained.
    pub title: String,
    /// In words.
    pub sentences: Vec<String>,
    /// In tables.
    pub tables: Vec<ExplanationTable>,
}

/// One table of an explanation.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ExplanationTable {
    /// Heading.
    pub title: String,
    /// Column headings.
    pub headers: Vec<String>,
    /// Cells, row by row.
    pub rows: Vec<Vec<String>>,
}

impl ExplanationTable {
    pub(in super::super) fn new(title: &str, headers: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self { title: title.to_owned(), headers: headers.iter().map(|&header| header.to_owned()).collect(), rows }
    }
}

/// Why there is no explanation.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The run's tables cannot be read.
    #[error("cannot read the run")]
    Reading(#[from] ReadingError),
    /// No such family, person or record.
    #[error("the run has no {what} of that id")]
    NotFound {
        /// Family, person, record.
        what: &'static str,
    },
    /// The pair was not kept.
    #[error("these two records were not kept as a pair: no blocking rule brought them together, or their weight is far below review")]
    NotKept,
    /// Not two records.
    #[error("expected two records such as `council_tax/12345#liable1,dwp_return/778`")]
    NotAPair,
}

/// Hides a personal value unless asked to show it; absence stays visible.
fn masked(value: &str, show_values: bool) -> String {
    if show_values || value.is_empty() { value.to_owned() } else { "***".to_owned() }
}

impl Explanation {
    /// The explanation as plain text, tables aligned.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = vec![self.title.clone(), "=".repeat(self.title.chars().count()), String::new()];
        lines.extend(self.sentences.iter().cloned());
        for table in &self.tables {
            lines.push(String::new());
            lines.push(table.title.clone());
            let widths: Vec<usize> = (0..table.headers.len())
                .map(|column| {
                    let cells = table.rows.iter().filter_map(|row| row.get(column)).chain(table.headers.get(column));
                    cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
                })
                .collect();
            let aligned = |row: &[String]| {
                let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
                format!("  {}", cells.collect::<Vec<_>>().join("  ").trim_end())
            };
            lines.push(aligned(&table.headers));
            lines.extend(table.rows.iter().map(|row| aligned(row)));
        }
        lines.join("\n")
    }
}
