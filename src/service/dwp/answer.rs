//! The answer: which of its lines hold, and what they say in the form of the feed.
//!
//! What comes in: the subjects of a request and the lines that came back. What goes out: the lines that hold, in the columns of the feed and with names and address as they were
//! sent; the others, each with its line and reason. What always holds: an answer that contradicts itself about somebody holds in no line of theirs; whoever is not
//! answered is told; the order of lines decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::Subjects;
use super::request::Asked;
use crate::model::{Day, Problem, WrittenRow, date};

/// What an answer is judged by.
pub struct Terms<'a> {
    /// Name of the file in messages.
    pub file: &'a str,
    /// Code of the feed and its standard code.
    pub codes: &'a [(String, String)],
    /// Day from which the month counts.
    pub reference: Day,
    /// Days for which an answer holds.
    pub valid_days: u32,
}

/// An answer after judging.
#[derive(Default)]
pub struct Answers {
    /// Lines that hold, in the columns of [`crate::model::dwp::RETURN_COLUMNS`], by reference.
    pub lines: Vec<[String; 12]>,
    /// Lines that do not.
    pub set_aside: Vec<Problem>,
    /// Subjects of which no line holds, by reference.
    pub unanswered: Vec<String>,
    /// Subjects who receive something.
    pub on_benefit: usize,
    /// Subjects who receive nothing.
    pub on_none: usize,
    /// Subjects whom the Department could not trace.
    pub untraced: usize,
}

/// A line that can be read.
struct Line {
    number: u64,
    standard: String,
    code: String,
    effective: Day,
    as_at: Day,
}

/// Judges the lines of an answer.
#[must_use]
pub fn judge(subjects: &Subjects, rows: &[WrittenRow], terms: &Terms<'_>) -> Answers {
    let mut answers = Answers::default();
    let mut of: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
    for row in rows {
        match read(subjects, row, terms) {
            Ok((reference, line)) => of.entry(reference).or_default().push(line),
            Err(problem) => answers.set_aside.push(*problem),
        }
    }
    for (reference, lines) in of {
        let Some(asked) = subjects.get(reference) else { continue };
        take(asked, lines, terms, &mut answers);
    }
    let answered: BTreeSet<&str> = answers.lines.iter().filter_map(|line| line.first()?.split('/').next()).collect();
    answers.unanswered = subjects.keys().filter(|reference| !answered.contains(reference.as_str())).cloned().collect();
    answers.set_aside.sort_by_key(|problem| problem.line);
    answers
}

fn problem(terms: &Terms<'_>, line: u64, column: &str, code: &'static str, message: &str) -> Problem {
    Problem::of_file(terms.file, code, message).at_line(line).in_column(column)
}

/// One line against its question.
fn read<'s>(subjects: &'s Subjects, row: &WrittenRow, terms: &Terms<'_>) -> Result<(&'s str, Line), Box<Problem>> {
    let fail = |column: &str, code: &'static str, message: &str| Box::new(problem(terms, row.line, column, code, message));
    // The Department numbers several benefits of one person behind a stroke.
    let reference = row.cell("CaseRef").split('/').next().unwrap_or_default();
    let Some((reference, asked)) = subjects.get_key_value(reference) else {
        return Err(fail("CaseRef", "unknown-reference", "no question of this request has this reference"));
    };
    let bare = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).take(8).collect::<String>().to_ascii_uppercase();
    if !row.cell("NINO").is_empty() && !asked.nino.is_empty() && bare(row.cell("NINO")) != bare(&asked.nino) {
        return Err(fail("NINO", "another-person", "the number is not the one that was asked about"));
    }
    let code = row.cell("BenefitCode").trim();
    let known = terms.codes.iter().find(|(name, _)| name.eq_ignore_ascii_case(code));
    let Some((_, standard)) = known else { return Err(fail("BenefitCode", "unknown-code", "the feed knows no such code")) };
    let traced = match row.cell("Traced").to_ascii_uppercase().as_str() {
        "Y" | "YES" => true,
        "N" | "NO" => false,
        _ => return Err(fail("Traced", "not-yes-or-no", "expected Y or N")),
    };
    if traced == (standard == "untraced") {
        return Err(fail(
            "Traced",
            "contradiction",
            "somebody who was not traced has no benefit code but that of the untraced, and nobody else has that",
        ));
    }
    let Some(as_at) = day(row.cell("AsAt")) else { return Err(fail("AsAt", "not-a-date", "expected a date such as 20121031")) };
    if as_at > terms.reference {
        return Err(fail("AsAt", "in-the-future", "the answer is as at a day after the month's reference date"));
    }
    if as_at + (terms.valid_days as Day) < terms.reference {
        return Err(fail("AsAt", "too-old", "the answer is older than the days for which it holds"));
    }
    let effective = match day(row.cell("EffectiveDate")) {
        Some(day) if day <= as_at => day,
        Some(_) => return Err(fail("EffectiveDate", "in-the-future", "the benefit begins after the day of the answer")),
        None if matches!(standard.as_str(), "none" | "untraced") => as_at,
        None => return Err(fail("EffectiveDate", "not-a-date", "expected a date such as 20121031")),
    };
    Ok((reference, Line { number: row.line, standard: standard.clone(), code: code.to_owned(), effective, as_at }))
}

/// `20121031`, or `2012-10-31`.
fn day(text: &str) -> Option<Day> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let (year, rest) = text.split_at(4);
        let (month, day) = rest.split_at(2);
        return date::from_iso(&format!("{year}-{month}-{day}"));
    }
    date::from_iso(text)
}

/// All lines about one person, together.
fn take(asked: &Asked, mut lines: Vec<Line>, terms: &Terms<'_>, answers: &mut Answers) {
    lines.sort_by(|left, right| {
        (&left.standard, left.effective, left.as_at, left.number).cmp(&(&right.standard, right.effective, right.as_at, right.number))
    });
    let silent = |line: &Line| matches!(line.standard.as_str(), "none" | "untraced");
    let contradicts =
        lines.iter().any(silent) && lines.iter().any(|line| Some(&line.standard) != lines.first().map(|first| &first.standard));
    if contradicts {
        let message = "the lines about this reference contradict each other: none of them is taken";
        answers.set_aside.extend(lines.iter().map(|line| problem(terms, line.number, "BenefitCode", "contradiction", message)));
        return;
    }
    let mut before: Option<(String, Day)> = None;
    let mut number = 0;
    for line in &lines {
        let this = (line.standard.clone(), line.effective);
        if before.as_ref() == Some(&this) || before.is_some() && silent(line) {
            answers.set_aside.push(problem(terms, line.number, "CaseRef", "repeated", "another line says the same"));
            continue;
        }
        before = Some(this);
        number += 1;
        answers.lines.push(written(asked, number, line));
    }
    match lines.first().map(|line| line.standard.as_str()) {
        Some("untraced") => answers.untraced += 1,
        Some("none") => answers.on_none += 1,
        Some(_) => answers.on_benefit += 1,
        None => {}
    }
}

fn compact(day: Day) -> String {
    date::iso(day).replace('-', "")
}

/// A line of the feed: names, number and address are those that were asked about.
fn written(asked: &Asked, number: usize, line: &Line) -> [String; 12] {
    let traced = if line.standard == "untraced" { "N" } else { "Y" };
    [
        format!("{}/{number}", asked.reference),
        asked.nino.clone(),
        asked.surname.clone(),
        asked.forename.clone(),
        asked.born.replace('-', ""),
        asked.address.clone(),
        String::new(),
        asked.postcode.clone(),
        traced.to_owned(),
        line.code.clone(),
        compact(line.effective),
        compact(line.as_at),
    ]
}

/// The lines of the request, in the columns of the answer with those of the Department still empty.
#[must_use]
pub fn returned(asked: &Asked) -> [String; 12] {
    let mut line: [String; 12] = Default::default();
    let cells = [&asked.reference, &asked.nino, &asked.surname, &asked.forename, &asked.born.replace('-', ""), &asked.address];
    for (place, text) in cells.into_iter().enumerate().chain([(7, &asked.postcode)]) {
        if let Some(cell) = line.get_mut(place) {
            text.clone_into(cell);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dwp::RETURN_COLUMNS;
    use crate::model::read_written;

    fn subjects() -> Subjects {
        ["D1", "D2", "D3"]
            .into_iter()
            .map(|reference| {
                let asked = Asked {
                    reference: reference.to_owned(),
                    nino: "QQ123456".to_owned(),
                    surname: "SMITH".to_owned(),
                    born: "1980-02-01".to_owned(),
                    ..Asked::default()
                };
                (reference.to_owned(), asked)
            })
            .collect()
    }

    fn judged(lines: &[&str]) -> Answers {
        let codes: Vec<(String, String)> = [("JSA", "jsa"), ("CA", "carers_allowance"), ("NIL", "none"), ("UNTR", "untraced")]
            .map(|(name, code)| (name.to_owned(), code.to_owned()))
            .into();
        let text = format!("{}\n{}\n", RETURN_COLUMNS.join(","), lines.join("\n"));
        let (rows, problems) = read_written("return.csv", &text, &RETURN_COLUMNS);
        assert!(problems.is_empty());
        let reference = date::from_iso("2012-10-31").unwrap();
        judge(&subjects(), &rows, &Terms { file: "return.csv", codes: &codes, reference, valid_days: 90 })
    }

    fn aside(answers: &Answers) -> Vec<(u64, &'static str)> {
        answers.set_aside.iter().map(|problem| (problem.line, problem.code)).collect()
    }

    #[test]
    fn traced_untraced_and_unanswered_are_told_apart() {
        let answers = judged(&["D1,QQ123456A,,,,,,,Y,JSA,20120401,20121020", "D2,,,,,,,,N,UNTR,,20121020"]);
        assert_eq!((answers.on_benefit, answers.on_none, answers.untraced), (1, 0, 1));
        assert_eq!(answers.unanswered, ["D3"], "no answer is no answer, and not no benefit");
        assert_eq!(answers.lines[0][..2], ["D1/1", "QQ123456"]);
        assert_eq!(answers.lines[1][8..], ["N", "UNTR", "20121020", "20121020"]);
        assert!(answers.set_aside.is_empty());
    }

    #[test]
    fn a_line_that_fits_no_question_is_set_aside_with_its_line_and_nothing_else_is() {
        let answers = judged(&[
            "D9,,,,,,,,Y,JSA,20120401,20121020",
            "D1,QQ999999A,,,,,,,Y,JSA,20120401,20121020",
            "D1,,,,,,,,Y,XYZ,20120401,20121020",
            "D1,,,,,,,,N,JSA,20120401,20121020",
            "D1,,,,,,,,Y,UNTR,,20121020",
            "D1,,,,,,,,Y,JSA,20120401,20121101",
            "D1,,,,,,,,Y,JSA,20120401,20120801",
            "D1,,,,,,,,Y,JSA,,20121020",
            "D2,,,,,,,,Y,NIL,,20121020",
        ]);
        let expected = [
            (2, "unknown-reference"),
            (3, "another-person"),
            (4, "unknown-code"),
            (5, "contradiction"),
            (6, "contradiction"),
            (7, "in-the-future"),
            (8, "too-old"),
            (9, "not-a-date"),
        ];
        assert_eq!(aside(&answers), expected);
        assert_eq!((answers.lines.len(), answers.on_none), (1, 1));
    }

    #[test]
    fn ninety_days_hold_and_ninety_one_do_not() {
        let answers = judged(&["D1,,,,,,,,Y,NIL,,20120802", "D2,,,,,,,,Y,NIL,,20120801"]);
        assert_eq!(aside(&answers), [(3, "too-old")]);
    }

    #[test]
    fn two_benefits_hold_a_repetition_does_not_and_a_contradiction_takes_all_lines_of_the_person() {
        let answers = judged(&[
            "D1/1,,,,,,,,Y,JSA,20120401,20121020",
            "D1/2,,,,,,,,Y,CA,20120501,20121020",
            "D1/3,,,,,,,,Y,JSA,20120401,20121020",
            "D2,,,,,,,,Y,NIL,,20121020",
            "D2,,,,,,,,Y,JSA,20120401,20121020",
            "D3,,,,,,,,N,UNTR,,20121020",
            "D3,,,,,,,,N,UNTR,,20121021",
        ]);
        assert_eq!(aside(&answers), [(4, "repeated"), (5, "contradiction"), (6, "contradiction"), (8, "repeated")]);
        assert_eq!(answers.unanswered, ["D2"]);
        assert_eq!(answers.lines.iter().map(|line| line[0].as_str()).collect::<Vec<_>>(), ["D1/1", "D1/2", "D3/1"]);
    }
}
