//! CSV files that people write by hand: decisions, overrides.
//!
//! What comes in: the text of a file and its columns, all required. What goes out: its rows with their line numbers, or every problem of the
//! file. What always holds: a line is the one an editor shows; empty lines count for nothing; no problem holds a value.

use super::{Problem, check_quotes, nearest};

/// One row of a file that people write.
#[derive(Clone, Debug)]
pub struct WrittenRow {
    /// Line, from 1.
    pub line: u64,
    cells: Vec<String>,
    header: Vec<&'static str>,
}

impl WrittenRow {
    /// The cell of a column, empty where the column is not one of the file's.
    #[must_use]
    pub fn cell(&self, column: &str) -> &str {
        let place = self.header.iter().position(|name| *name == column);
        place.and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }
}

/// Reads a file whose columns are all required: the rows that can be read, and every problem.
#[must_use]
pub fn read_written(file_name: &str, csv_text: &str, header: &'static [&'static str]) -> (Vec<WrittenRow>, Vec<Problem>) {
    read_written_table(file_name, csv_text, header, &[])
}

/// Reads a file of which some columns may be missing: the rows that can be read, and every problem.
#[must_use]
pub fn read_written_table(
    file_name: &str,
    csv_text: &str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> (Vec<WrittenRow>, Vec<Problem>) {
    let text = csv_text.strip_prefix('\u{feff}').unwrap_or(csv_text);
    if let Err(problems) = check_quotes(file_name, text, b',') {
        return (Vec::new(), problems);
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut problems = Vec::new();
    let Ok(found) = reader.headers().cloned() else {
        return (Vec::new(), vec![Problem::of_file(file_name, "not-csv", "the file cannot be read as CSV").at_line(1)]);
    };
    let header = [required, optional].concat();
    let columns = columns(file_name, &found, (&header, required.len()), &mut problems);
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, |position| line_of(text, position));
                if record.iter().all(str::is_empty) {
                    continue;
                }
                if record.len() != found.len() {
                    let message = format!("expected {} cells, found {}", found.len(), record.len());
                    problems.push(Problem::of_file(file_name, "wrong-number-of-cells", message).at_line(line));
                    continue;
                }
                let cell = |column: &Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default().to_owned();
                rows.push(WrittenRow { line, cells: columns.iter().map(cell).collect(), header: header.clone() });
            }
            Err(error) => {
                let line = error.position().map_or(0, |position| line_of(text, position));
                problems.push(Problem::of_file(file_name, "not-csv", "this line cannot be read as CSV").at_line(line));
            }
        }
    }
    (rows, problems)
}

/// The line an editor shows: the reader's position is that of the empty lines before a record, if there are any.
#[must_use]
pub fn line_of(text: &str, position: &csv::Position) -> u64 {
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let before = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + before.filter(|byte| **byte == b'\n').count() as u64
}

/// Columns that a first line must name to be taken for a header: a row of data may hold a word that is the name of one.
const NAMES_OF_A_HEADER: usize = 2;

/// Where each column stands.
fn columns(
    file_name: &str,
    found: &csv::StringRecord,
    (header, required): (&[&str], usize),
    problems: &mut Vec<Problem>,
) -> Vec<Option<usize>> {
    // Where the header is missing, or its cells are not parted by commas, the first row is data: nothing of it is shown, nor to what it is near.
    if found.iter().filter(|name| header.contains(name)).count() < header.len().min(NAMES_OF_A_HEADER) {
        let problem = Problem::of_file(file_name, "no-header", "the first line does not name the columns").at_line(1);
        problems.push(problem.with_hint(format!("the first line is to be {}, parted by commas", header.join(","))));
        return vec![None; header.len()];
    }
    for (index, name) in found.iter().enumerate().filter(|(_, name)| !header.contains(name)) {
        let problem = Problem::of_file(file_name, "unknown-header", format!("column {} has an unknown header", index + 1)).at_line(1);
        problems.push(match nearest(name, header.iter().copied()) {
            Some(near) => problem.in_column(name).with_hint(format!("did you mean \"{near}\"?")),
            None => problem.with_hint(format!("the columns are {}", header.join(","))),
        });
    }
    for (index, name) in found.iter().enumerate().filter(|(index, name)| found.iter().take(*index).any(|before| before == *name)) {
        let problem =
            Problem::of_file(file_name, "header-twice", format!("column {} has the header of an earlier one", index + 1)).at_line(1);
        problems.push(if header.contains(&name) { problem.in_column(name) } else { problem });
    }
    let place = |(index, name): (usize, &&str)| {
        let place = found.iter().position(|known| known == *name);
        if place.is_none() && index < required {
            problems.push(Problem::of_file(file_name, "missing-header", "this column is missing").at_line(1).in_column(*name));
        }
        place
    };
    header.iter().enumerate().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_first_line_that_is_no_header_nothing_is_said_however_near_it_comes() {
        const COLUMNS: [&str; 4] = ["entry", "kind", "surname", "show"];
        let problems = |text: &str| {
            let (_, problems) = read_written("a.csv", text, &COLUMNS);
            problems.iter().map(|problem| (problem.code, format!("{problem} {:?}", problem.hint))).collect::<Vec<_>>()
        };
        for text in ["X001,person,Shaw,\n", "X001;kind;Surname;12 Shaw Street\n", "show\tX001\tShaw\n", "\"X001,surname,Shaw\"\n"] {
            let found = problems(text);
            assert_eq!(found.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["no-header"], "{text}");
            assert!(!found.iter().any(|(_, said)| said.contains("X001") || said.contains("Shaw")), "{found:?}");
        }
        let slip = problems("entry,kind,sirname,show\n");
        assert!(slip.iter().any(|(code, said)| *code == "unknown-header" && said.contains("did you mean")), "{slip:?}");
    }
}
