//! Answers of professionals, judged row by row.
//!
//! What comes in: rows of `answers.csv` or of a sheet that was filled in, the register. What goes out: for each row that can be taken the answer and the step of the family
//! that follows from it, and every other row with line and reason. What always holds: an answer counts for a request that was made, about the family that it was
//! made for, once, and while it is open; rows of one import that answer one request are all set aside.
//!
//! | column | | says |
//! |---|---|---|
//! | `request`, `family` | required | as on the sheet |
//! | `answered_on` | required | day of the answer, `YYYY-MM-DD` |
//! | `by` | required | who answered |
//! | `route` | required | `turned_around`, `supported_elsewhere`, `key_worker` or `cannot_say` |
//! | `lead` | with `supported_elsewhere` | who leads and keeps the service informed |
//! | `evidence` | with `turned_around` | where the evidence is kept |
//! | `introduced` | | `yes` or `no` |
//! | `needs` | | codes of `[[service.requests.need]]`, separated by semicolons |
//! | `note` | | anything else |
//!
//! What follows: `turned_around` makes the family turned around elsewhere, `supported_elsewhere` monitoring only, `key_worker` assessed; `cannot_say` changes nothing, and
//! the next contact is asked. Other columns of the sheet are not read; a row without `route` is one that nobody has filled in.

use std::collections::BTreeMap;

use crate::config::checked::RequestSettings;
use crate::model::{Problem, Status, date};
use crate::register::decisions::{AnswerEntry, Casework, Grid, ROUTES, surplus_cells};

/// The columns that are read.
const COLUMNS: [&str; 10] = ["request", "family", "answered_on", "by", "route", "lead", "evidence", "introduced", "needs", "note"];

/// An answer that can be taken.
#[derive(Clone)]
pub struct Answer {
    /// File, as named in messages, and line.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Who answered.
    pub by: String,
    /// As the register keeps it.
    pub entry: AnswerEntry,
    /// The family's next status, with the reason for it.
    pub step: Option<(Status, String)>,
}

/// Answers, and what was set aside.
#[derive(Default)]
pub struct Judged {
    /// Answers, by file and line.
    pub taken: Vec<Answer>,
    /// Rows set aside.
    pub set_aside: Vec<Problem>,
    /// Rows that nobody has filled in, and answers that the register has already, word for word.
    pub unchanged: u64,
}

/// A row with its cells by column.
struct Row<'g> {
    file: &'g str,
    line: u64,
    cells: BTreeMap<&'static str, &'g str>,
}

impl Row<'_> {
    fn cell(&self, name: &str) -> &str {
        self.cells.get(name).copied().unwrap_or_default()
    }

    fn problem(&self, column: &str, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::of_file(self.file, code, message).at_line(self.line).in_column(column)
    }
}

/// Judges the rows of some grids. `present` gives the id of today of a family.
#[must_use]
pub fn judge(grids: &[Grid], casework: &Casework, settings: &RequestSettings, present: &dyn Fn(&str) -> String) -> Judged {
    let mut judged = Judged::default();
    let mut rows = Vec::new();
    // A row that cannot be taken answers its request as well: beside it another one is no longer the only one.
    let mut spoilt: BTreeMap<String, u64> = BTreeMap::new();
    for grid in grids {
        match read(grid) {
            Some((found, surplus)) => {
                rows.extend(found);
                for (request, problem) in surplus {
                    spoilt.insert(request, problem.line);
                    judged.set_aside.push(problem);
                }
            }
            // A workbook has sheets that explain; a file in which no line holds the columns has none to offer.
            None if grids.len() > 1 => {}
            None => {
                let message = "no line holds the columns that answers need";
                judged.set_aside.push(
                    Problem::of_file(grid.name.as_str(), "missing-header", message)
                        .with_hint("they need request, family, answered_on, by, route, each once"),
                );
            }
        }
    }
    let mut of_request: BTreeMap<String, Vec<(Row<'_>, Answer)>> = BTreeMap::new();
    for row in rows {
        if row.cell("route").is_empty()
            && ["answered_on", "by", "lead", "evidence", "introduced", "needs", "note"].iter().all(|name| row.cell(name).is_empty())
        {
            judged.unchanged += 1;
            continue;
        }
        match answer(&row, casework, settings, present) {
            Ok(Some(found)) => of_request.entry(found.entry.request.clone()).or_default().push((row, found)),
            Ok(None) => judged.unchanged += 1,
            Err(problems) => {
                spoilt.insert(row.cell("request").to_owned(), row.line);
                judged.set_aside.extend(problems);
            }
        }
    }
    for (request, mut rows) in of_request {
        if let (Some(line), 1) = (spoilt.get(&request), rows.len()) {
            let message = format!("line {line} answers this request too and cannot be taken: none was taken");
            judged.set_aside.extend(rows.iter().map(|(row, _)| row.problem("request", "repeated-answer", message.clone())));
        } else if rows.len() > 1 {
            let lines: Vec<String> = rows.iter().map(|(row, _)| row.line.to_string()).collect();
            let message = format!("lines {} answer one request: none was taken", lines.join(", "));
            judged.set_aside.extend(rows.iter().map(|(row, _)| row.problem("request", "repeated-answer", message.clone())));
        } else if let Some((_, answer)) = rows.pop() {
            judged.taken.push(answer);
        }
    }
    judged.taken.sort_by(|a, b| (&a.entry.on, &a.file, a.line).cmp(&(&b.entry.on, &b.file, b.line)));
    judged.set_aside.sort_by(|a, b| (&a.file, a.line, a.code).cmp(&(&b.file, b.line, b.code)));
    judged
}

/// The rows below a header, and the requests of those whose cells do not fit it, with what is wrong.
type Rows<'g> = (Vec<Row<'g>>, Vec<(String, Problem)>);

/// The rows below the header; `None` if no line is one.
fn read(grid: &Grid) -> Option<Rows<'_>> {
    let normal = |text: &str| text.trim().to_lowercase().split([' ', '_']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    let header = |cells: &[String]| -> Vec<Option<&'static str>> {
        cells.iter().map(|cell| COLUMNS.iter().copied().find(|name| *name == normal(cell))).collect()
    };
    let place = grid.lines.iter().position(|(_, cells)| {
        let found = header(cells);
        ["request", "family", "answered_on", "by", "route"].iter().all(|name| found.contains(&Some(*name)))
    })?;
    let columns = header(&grid.lines.get(place)?.1);
    // Which of two columns of one name is meant cannot be said.
    if columns.iter().enumerate().any(|(index, name)| name.is_some() && columns.iter().take(index).any(|earlier| earlier == name)) {
        return None;
    }
    let named: Vec<bool> = grid.lines.get(place)?.1.iter().map(|heading| !heading.trim().is_empty()).collect();
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (line, cells) in grid.lines.iter().skip(place + 1) {
        let found: BTreeMap<&'static str, &str> =
            columns.iter().zip(cells).filter_map(|(name, cell)| Some(((*name)?, cell.trim()))).collect();
        if found.values().all(|cell| cell.is_empty()) {
            continue;
        }
        match surplus_cells(cells, &named) {
            None => rows.push(Row { file: &grid.name, line: *line, cells: found }),
            Some(message) => {
                let problem = Problem::of_file(grid.name.as_str(), "wrong-number-of-cells", message).at_line(*line);
                let request = found.get("request").map(|request| (*request).to_owned()).unwrap_or_default();
                problems.push((request, problem.with_hint("put a text that holds a comma in quotes")));
            }
        }
    }
    Some((rows, problems))
}

/// One answer; `None` if the register has it already.
fn answer(
    row: &Row<'_>,
    casework: &Casework,
    settings: &RequestSettings,
    present: &dyn Fn(&str) -> String,
) -> Result<Option<Answer>, Vec<Problem>> {
    let mut problems = Vec::new();
    for name in ["request", "family", "answered_on", "by", "route"].iter().filter(|name| row.cell(name).is_empty()) {
        problems.push(row.problem(name, "empty-value", "this must not be empty"));
    }
    let route = row.cell("route").to_lowercase().replace([' ', '-'], "_");
    if !route.is_empty() && !ROUTES.contains(&route.as_str()) {
        problems.push(row.problem("route", "unknown-name", format!("expected one of {}", ROUTES.join(", "))));
    }
    for (needed_by, column) in [("supported_elsewhere", "lead"), ("turned_around", "evidence")] {
        if route == needed_by && row.cell(column).is_empty() {
            problems.push(row.problem(column, "empty-value", format!("the route {} needs this", needed_by.replace('_', " "))));
        }
    }
    let introduced = match row.cell("introduced").to_lowercase().as_str() {
        "" => None,
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            problems.push(row.problem("introduced", "unknown-name", "expected \"yes\" or \"no\""));
            None
        }
    };
    let needs: Vec<String> =
        row.cell("needs").split([';', ',']).map(|need| need.trim().to_lowercase()).filter(|need| !need.is_empty()).collect();
    if needs.iter().any(|need| !settings.needs.iter().any(|(code, _)| code == need)) {
        problems.push(row.problem("needs", "unknown-name", "one of these is no need of the pipeline ([[service.requests.need]])"));
    }
    let on = date::from_iso(row.cell("answered_on"));
    if on.is_none() && !row.cell("answered_on").is_empty() {
        problems.push(row.problem("answered_on", "not-a-date", "expected a date such as 2013-03-31"));
    }
    let state = casework.requests.get(row.cell("request"));
    if state.is_none() && !row.cell("request").is_empty() {
        problems.push(row.problem("request", "unknown-request", "no request of this id was made"));
    }
    let (Some(state), Some(on), true) = (state, on, problems.is_empty()) else { return Err(problems) };
    let family = present(row.cell("family"));
    if family != state.last.family {
        return Err(vec![row.problem("family", "another-family", "the request was made about another family")]);
    }
    let text = |name: &str| row.cell(name).to_owned();
    let entry = AnswerEntry {
        request: text("request"),
        family,
        on: date::iso(on),
        route: route.clone(),
        lead: text("lead"),
        evidence: text("evidence"),
        introduced,
        needs,
        note: text("note"),
    };
    if let Some((seq, held)) = &state.answer {
        // The same words again change nothing: a workbook is often sent twice.
        let same = AnswerEntry { family: entry.family.clone(), ..held.clone() } == entry;
        let message = format!("the request was answered already (entry {seq} of the register)");
        return if same { Ok(None) } else { Err(vec![row.problem("request", "repeated-answer", message)]) };
    }
    if on < state.made {
        return Err(vec![row.problem("answered_on", "before-the-request", "the answer lies before the request")]);
    }
    if on > state.lapses() {
        let message =
            format!("the answer came after {}, when the request had lapsed and the next contact is asked", date::iso(state.lapses()));
        return Err(vec![row.problem("answered_on", "late-answer", message)]);
    }
    let reason = |words: &str| format!("preliminary assessment {}: {words}", entry.request);
    let step = match route.as_str() {
        "turned_around" => Some((Status::TurnedAroundElsewhere, reason("already turned around thanks to others"))),
        "supported_elsewhere" => Some((Status::MonitoringOnly, reason("well supported by others, who keep us informed"))),
        "key_worker" => Some((Status::Assessed, reason("a key worker is to be allocated"))),
        _ => None,
    };
    Ok(Some(Answer { file: row.file.to_owned(), line: row.line, by: text("by"), entry, step }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_a_comma_outside_quotes_is_set_aside_and_answers_nothing() {
        let lines = [
            "request,family,answered_on,by,route,note",
            "Q1,F1,2012-11-05,Pat,cannot_say,moved, I think",
            "Q1,F1,2012-11-05,Pat,cannot_say,moved",
            "Q2,F2,2012-11-05,Pat,cannot_say,",
        ];
        let lines = (1..).zip(lines).map(|(line, text)| (line, text.split(',').map(str::to_owned).collect())).collect();
        let mut casework = Casework::default();
        for request in ["Q1", "Q2"] {
            let state = crate::register::decisions::RequestState {
                last: crate::register::decisions::RequestEntry {
                    request: request.to_owned(),
                    family: request.replace('Q', "F"),
                    professional: "S1".to_owned(),
                    reminder: 0,
                    on: "2012-10-31".to_owned(),
                    due: "2012-11-14".to_owned(),
                    lapses: "2012-12-05".to_owned(),
                },
                made: date::from_iso("2012-10-31").unwrap(),
                reminders: 0,
                answer: None,
            };
            casework.requests.insert(request.to_owned(), state);
        }
        let grid = Grid { name: "answers.csv".to_owned(), lines };
        let judged = judge(&[grid], &casework, &RequestSettings::default(), &str::to_owned);
        let codes: Vec<(u64, &str)> = judged.set_aside.iter().map(|problem| (problem.line, problem.code)).collect();
        assert_eq!(codes, [(2, "wrong-number-of-cells"), (3, "repeated-answer")], "the same request was answered twice");
        assert_eq!(judged.taken.iter().map(|answer| answer.line).collect::<Vec<_>>(), [4]);
    }
}
