//! The contract check of a file's header.
//!
//! What comes in: the first rows. What goes out: which column of the file is which column of the schema, or every difference at once.
//! What always holds: a header matches by name or alias without regard to case and spacing; an unknown, missing, repeated or empty one
//! refuses the file; where the row does not look like a header at all, nothing of it is shown, because it may be a person.

use std::collections::HashMap;

use crate::config::checked::{Column, FileKind, Schema, header_key};
use crate::model::{Problem, nearest};

/// How far down a header row is looked for.
pub(super) const SEARCHED_ROWS: usize = 20;

/// Where the schema's columns are in the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// Position in the file of each column of the schema.
    pub(super) positions: Vec<Option<usize>>,
    /// Number of cells a row must have.
    pub(super) width: usize,
    /// Cells below an empty header: must be empty.
    pub(super) unnamed: Vec<usize>,
}

/// The header row among the first rows (line, cells): the first that holds all required headers, else the one that holds most.
/// Gives its index and its layout.
pub(super) fn find(schema: &Schema, file: &str, rows: &[(u32, Vec<String>)]) -> Result<(usize, Layout), Vec<Problem>> {
    let names = Names::of(schema);
    if let Some(index) = rows.iter().position(|(_, cells)| names.holds_all_required(schema, cells)) {
        let layout = rows.get(index).map(|(line, cells)| names.layout(schema, file, *line, cells));
        return layout.unwrap_or_else(|| Ok(Layout::default())).map(|layout| (index, layout));
    }
    let best = rows.iter().max_by_key(|(line, cells)| (names.known(cells), std::cmp::Reverse(*line)));
    let Some((line, cells)) = best else {
        return Err(vec![Problem::of_file(file, "no-header", "the file has no header row")]);
    };
    Err(names.layout(schema, file, *line, cells).err().unwrap_or_default())
}

/// True if a row holds every required header.
pub(super) fn is_header(schema: &Schema, cells: &[String]) -> bool {
    Names::of(schema).holds_all_required(schema, cells)
}

struct Names {
    by_key: HashMap<String, usize>,
}

impl Names {
    fn of(schema: &Schema) -> Self {
        let mut by_key = HashMap::new();
        for (index, column) in schema.columns.iter().enumerate() {
            for name in std::iter::once(&column.name).chain(&column.aliases) {
                by_key.insert(header_key(name), index);
            }
        }
        Self { by_key }
    }

    fn index(&self, cell: &str) -> Option<usize> {
        self.by_key.get(&header_key(cell)).copied()
    }

    fn known(&self, cells: &[String]) -> usize {
        cells.iter().filter(|cell| self.index(cell).is_some()).count()
    }

    fn holds_all_required(&self, schema: &Schema, cells: &[String]) -> bool {
        let found: Vec<usize> = cells.iter().filter_map(|cell| self.index(cell)).collect();
        let required = |(index, column): (usize, &Column)| !column.required || found.contains(&index);
        !found.is_empty() && schema.columns.iter().enumerate().all(required)
    }

    fn layout(&self, schema: &Schema, file: &str, line: u32, cells: &[String]) -> Result<Layout, Vec<Problem>> {
        let known = self.known(cells);
        let named = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        if let Some(problem) = wrong_delimiter(schema, file, line, cells) {
            return Err(vec![problem]);
        }
        if known == 0 {
            let expected: Vec<&str> = schema.columns.iter().filter(|column| column.required).map(|column| column.name.as_str()).collect();
            let message = "none of the expected headers was found: is the header row missing or is this another file?";
            return Err(vec![
                Problem::of_file(file, "no-header", message).at_line(line.into()).with_hint(format!("expected: {}", expected.join(", "))),
            ]);
        }
        let mut layout = Layout { positions: vec![None; schema.columns.len()], width: cells.len(), unnamed: Vec::new() };
        let mut problems = Vec::new();
        let mut strangers = Vec::new();
        for (position, cell) in cells.iter().enumerate() {
            let at = |code, message: &str| Problem::of_file(file, code, message).at_line(line.into());
            if cell.trim().is_empty() {
                layout.unnamed.push(position);
                continue;
            }
            match self.index(cell).and_then(|index| Some((index, layout.positions.get_mut(index)?))) {
                None => strangers.push((position, cell)),
                Some((index, slot)) => {
                    if slot.replace(position).is_some() {
                        let name = schema.columns.get(index).map(|column| column.name.clone()).unwrap_or_default();
                        problems.push(at("header-twice", "this header stands for a column that is there already").in_column(name));
                    }
                }
            }
        }
        let absent = |(column, position): (&Column, &Option<usize>)| position.is_none().then(|| column.name.clone());
        let missing: Vec<String> =
            schema.columns.iter().zip(&layout.positions).filter(|(column, _)| column.required).filter_map(absent).collect();
        let unplaced: Vec<String> = schema.columns.iter().zip(&layout.positions).filter_map(absent).collect();
        // A row in which most cells are no header is data: its cells are not shown.
        let may_be_shown = known * 2 >= named;
        for (position, cell) in strangers {
            problems.push(unknown(schema, file, line, position, may_be_shown.then_some(cell), &unplaced));
        }
        for name in missing {
            let message = "this required header is missing";
            let hint = "if the agency has dropped it on purpose, set required = false in the schema; if it was renamed, add an alias";
            problems.push(Problem::of_file(file, "missing-header", message).at_line(line.into()).in_column(name).with_hint(hint));
        }
        if problems.is_empty() { Ok(layout) } else { Err(problems) }
    }
}

fn unknown(schema: &Schema, file: &str, line: u32, position: usize, cell: Option<&String>, unplaced: &[String]) -> Problem {
    let number = position + 1;
    let problem =
        Problem::of_file(file, "unknown-header", format!("column {number} has a header the schema does not know")).at_line(line.into());
    let Some(cell) = cell else { return problem };
    let shown: String = cell.chars().filter(|letter| !letter.is_control()).take(60).collect();
    let aliases = schema.columns.iter().flat_map(|column| &column.aliases).map(String::as_str);
    let all = schema.columns.iter().map(|column| column.name.as_str()).chain(aliases);
    let hint = match (nearest(cell, unplaced.iter().map(String::as_str)), nearest(cell, all)) {
        (Some(name), _) => format!("did you mean \"{name}\"? If the agency has renamed it, add the new name to its aliases"),
        (None, Some(name)) => {
            format!("near to \"{name}\", which is there too; declare the new column, with kind = \"ignored\" if it is not needed")
        }
        (None, None) => "declare the column in the schema, with kind = \"ignored\" if it is not needed".to_owned(),
    };
    problem.in_column(shown).with_hint(hint)
}

/// A header row of one cell that holds another delimiter.
fn wrong_delimiter(schema: &Schema, file: &str, line: u32, cells: &[String]) -> Option<Problem> {
    let [only] = cells else { return None };
    if schema.file.kind != FileKind::Csv || schema.columns.iter().filter(|column| column.required).count() < 2 {
        return None;
    }
    let candidates = [',', ';', '\t', '|'].into_iter().filter(|candidate| *candidate != char::from(schema.file.delimiter));
    let counted = candidates.map(|candidate| (only.matches(candidate).count(), candidate));
    let (count, delimiter) = counted.max_by_key(|(count, candidate)| (*count, *candidate))?;
    let problem = Problem::of_file(file, "one-column", "only one column was found: the delimiter is not the one the schema declares")
        .at_line(line.into());
    let shown = if delimiter == '\t' { "\\t".to_owned() } else { delimiter.to_string() };
    Some(if count > 0 { problem.with_hint(format!("set delimiter = \"{shown}\" in the schema's [file]")) } else { problem })
}
