//! Pages: the evidence for a family, and the claims of a window.
//!
//! What comes in: the same rows as the tables. What goes out: HTML that refers to nothing outside itself. What always holds: every text is escaped; people and families stand under their ids.

use super::pack::{EVIDENCE, FILES, MEMBERS, Pack, TESTS};
use crate::model::{Pence, date, pounds};
use crate::page::{Cell, MARKING, STYLE, apart, escape, paragraph, section, table};

/// Tables of many columns need the whole width, on a sheet of paper as well. Of the evidence those columns break anywhere that hold ids, names of feeds and files, hashes and references: without that the table is cut off.
const WIDE: &str = "main section { display: block; }
.page { max-width: none; }
#evidence table { font-size: 11px; }
#evidence thead th { font-size: 10.5px; }
#evidence th, #evidence td { padding-right: 7px; }
#evidence tbody th { width: auto; }
#evidence :is(th, td):is(:nth-child(2), :nth-child(6), :nth-child(7), :nth-child(8), :nth-child(9), :nth-child(14)) { overflow-wrap: anywhere; }
@media print { @page { size: A4 landscape; } .apart { overflow: visible; } table { font-size: 11px; } }
";

/// A page with a marking above and below.
fn document(title: &str, facts: &[String], body: &str) -> String {
    let facts = facts.iter().map(|fact| format!("<span>{}</span>", escape(fact))).collect::<Vec<_>>().join(" ");
    [
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n".to_owned(),
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n".to_owned(),
        format!(
            "<title>{0}</title>\n<style>\n{STYLE}{WIDE}</style>\n</head>\n<body>\n<div class=\"marking\">{MARKING}</div>\n",
            escape(title)
        ),
        format!("<div class=\"page\">\n<header>\n<p class=\"programme\">Families Working Together</p>\n<h1>{}</h1>\n", escape(title)),
        format!("<p class=\"facts\">{facts}</p>\n</header>\n<main>\n"),
        body.to_owned(),
        "</main>\n<footer><p>Made by fwt. The tables beside this page hold the same rows.</p></footer>\n</div>\n".to_owned(),
        format!("<div class=\"marking\">{MARKING}</div>\n</body>\n</html>\n"),
    ]
    .concat()
}

/// Headings in words; numbers stand to the right.
fn headings(header: &[&str]) -> Vec<(String, bool)> {
    header.iter().map(|heading| (in_words(heading), is_number(heading))).collect()
}

/// True for a column of numbers.
fn is_number(heading: &str) -> bool {
    ["number", "families", "line", "quantity", "out_of", "excused", "age_then"].contains(&heading) || heading.ends_with("_pence")
}

/// A column's name in words: `amount_pence` is an amount, shown in pounds.
fn in_words(heading: &str) -> String {
    match heading {
        "asb" => "Anti-social behaviour".to_owned(),
        "file_sha256" | "pack_sha256" => "SHA-256".to_owned(),
        _ => {
            let words = heading.trim_end_matches("_pence").replace("_id", "").replace('_', " ");
            let mut letters = words.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// The rows as the page shows them: pence in pounds, a code without its underlines, a hash by its beginning.
fn shown(header: &[&str], rows: &[Vec<String>]) -> Vec<Vec<Cell>> {
    let cell = |(heading, text): (&&str, &String)| match text.parse::<Pence>() {
        Ok(pence) if heading.ends_with("_pence") => Cell::Figure(pounds(pence)),
        _ if is_number(heading) => Cell::Figure(text.clone()),
        _ if heading.ends_with("sha256") => Cell::text(text.chars().take(12).collect::<String>()),
        _ if ["claimed", "test", "kind", "code", "attached_by", "family_result", "withheld"].contains(heading) => {
            Cell::text(text.replace('_', " "))
        }
        // A date does not break at its hyphens.
        _ if date::from_iso(text).is_some() => Cell::text(text.replace('-', "\u{2011}")),
        _ => Cell::text(text),
    };
    rows.iter().map(|row| header.iter().zip(row).map(cell).collect()).collect()
}

fn told(caption: &str, header: &[&str], rows: &[Vec<String>]) -> String {
    let headings = headings(header);
    let headings: Vec<(&str, bool)> = headings.iter().map(|(words, right)| (words.as_str(), *right)).collect();
    table(caption, &headings, &shown(header, rows), None)
}

/// What the page of a family says above its tables.
pub(super) struct FamilyHead<'a> {
    pub(super) family: &'a str,
    pub(super) facts: Vec<String>,
    pub(super) claim: &'a str,
    pub(super) pack_sha256: &'a str,
}

/// The page of a family.
pub(super) fn family(head: &FamilyHead<'_>, pack: &Pack) -> String {
    let how = [
        "Each test names its figures and the comparison. Its figures are the rows below that are counted.",
        "A row names the extract it comes from, the hash of that file and the line; before the attachment they are those that the run of that month knew.",
    ];
    let who = ["The rows of those who count are looked at, whoever else they name."];
    let tests = told("Every test, with its figures", &TESTS, &pack.tests);
    let members = told("Everybody who was a member at attachment or is one now", &MEMBERS, &pack.members);
    let evidence = told("Every row behind a test", &EVIDENCE, &pack.evidence);
    let sealed = paragraph(&format!(
        "SHA-256 of the evidence: {}. It is the SHA-256 of three lines, each the SHA-256 of a file beside this page: {}.",
        head.pack_sha256,
        FILES.join(", ")
    ));
    let body = [
        section("claim", "The claim", &[], &format!("{}{}", paragraph(head.claim), sealed)),
        section("tests", "Tests", &how, &tests),
        section("members", "Members", &who, &members),
        section("evidence", "Evidence", &[], &apart(&evidence)),
    ]
    .concat();
    document(&format!("Evidence for family {}", head.family), &head.facts, &body)
}

/// A table of a page: caption, headings, rows.
pub(super) struct Part<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) caption: &'a str,
    pub(super) headings: &'a [&'a str],
    /// The columns that the page shows, if not all: the table beside it holds every one.
    pub(super) shows: &'a [&'a str],
    pub(super) rows: Vec<Vec<String>>,
}

impl Part<'_> {
    /// The headings and rows that the page shows.
    fn shown(&self) -> (Vec<&str>, Vec<Vec<String>>) {
        let places: Vec<usize> = self
            .headings
            .iter()
            .enumerate()
            .filter(|(_, heading)| self.shows.is_empty() || self.shows.contains(heading))
            .map(|(place, _)| place)
            .collect();
        let headings = places.iter().filter_map(|place| self.headings.get(*place).copied()).collect();
        let row = |row: &Vec<String>| places.iter().filter_map(|place| row.get(*place).cloned()).collect();
        (headings, self.rows.iter().map(row).collect())
    }
}

/// The page of a window.
pub(super) fn window(title: &str, facts: &[String], words: &[String], parts: &[Part<'_>]) -> String {
    let said: String = words.iter().map(|words| paragraph(words)).collect();
    let mut body = section("sums", "Sums", &[], &said);
    for part in parts {
        let (headings, rows) = part.shown();
        body.push_str(&section(part.id, part.title, &[], &apart(&told(part.caption, &headings, &rows))));
    }
    document(title, facts, &body)
}
