//! Pages: the evidence for a family, and the claims of a window.
//!
//! What comes in: the same rows as the tables. What goes out: HTML that refers to nothing outside itself. What always holds: every text is escaped; people and families stand under their ids.

use super::pack::{EVIDENCE, Pack, TESTS};
use crate::page::{Cell, MARKING, STYLE, apart, escape, paragraph, section, table};

/// A page with a marking above and below.
fn document(title: &str, facts: &[String], body: &str) -> String {
    let facts = facts.iter().map(|fact| format!("<span>{}</span>", escape(fact))).collect::<Vec<_>>().join(" ");
    [
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n".to_owned(),
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n".to_owned(),
        format!("<title>{0}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<div class=\"marking\">{MARKING}</div>\n", escape(title)),
        format!("<div class=\"page\">\n<header>\n<p class=\"programme\">Families Working Together</p>\n<h1>{}</h1>\n", escape(title)),
        format!("<p class=\"facts\">{facts}</p>\n</header>\n<main>\n"),
        body.to_owned(),
        "</main>\n<footer><p>Made by fwt. The tables beside this page hold the same rows.</p></footer>\n</div>\n".to_owned(),
        format!("<div class=\"marking\">{MARKING}</div>\n</body>\n</html>\n"),
    ]
    .concat()
}

fn texts(rows: &[Vec<String>]) -> Vec<Vec<Cell>> {
    rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect()
}

fn plain<'a>(header: &[&'a str]) -> Vec<(&'a str, bool)> {
    header.iter().map(|heading| (*heading, false)).collect()
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
    let tests = table("Every test, with its figures", &plain(&TESTS), &texts(&pack.tests), None);
    let evidence = table("Every row behind a test", &plain(&EVIDENCE), &texts(&pack.evidence), None);
    let sealed = paragraph(&format!("SHA-256 over tests.csv and evidence.csv: {}", head.pack_sha256));
    let body = [
        section("claim", "The claim", &[], &format!("{}{}", paragraph(head.claim), sealed)),
        section("tests", "Tests", &how, &tests),
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
    pub(super) rows: Vec<Vec<String>>,
}

/// The page of a window.
pub(super) fn window(title: &str, facts: &[String], words: &[String], parts: &[Part<'_>]) -> String {
    let said: String = words.iter().map(|words| paragraph(words)).collect();
    let mut body = section("sums", "Sums", &[], &said);
    for part in parts {
        body.push_str(&section(part.id, part.title, &[], &table(part.caption, &plain(part.headings), &texts(&part.rows), None)));
    }
    document(title, facts, &body)
}
