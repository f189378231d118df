//! One schema file: the contract with an agency.
//!
//! What comes in: the text of `schemas/*.toml`. What goes out: a [`Schema`] in which every name is resolved to an index, or all problems.
//! What always holds: defaults are filled in here and nowhere else.

use super::checked::{Agreement, FileFormat, FileKind, Schema};
use super::columns::{Columns, read_columns};
use super::mapping::{read_events, read_persons, read_relations};
use super::patterns;
use super::raw::{Document, Section};
use crate::model::{Cadence, Coverage, DeliveryKind, Problem};

/// Reads a schema file; `file` is its name in messages.
///
/// # Errors
/// All problems of the file at once.
pub fn parse_schema(file: &str, text: &str) -> Result<Schema, Vec<Problem>> {
    let document = Document::new(file, text);
    let schema = document.parse().and_then(|tree| read_schema(file, Section::root(&document, &tree)));
    let problems = document.into_problems();
    match schema {
        Some(schema) if problems.is_empty() => Ok(schema),
        _ => Err(problems),
    }
}

fn read_schema(file: &str, root: Section<'_>) -> Option<Schema> {
    let head = root.section("schema");
    let name = head.required_text("name");
    if let Some(name) = name.as_ref().filter(|name| !is_plain_name(&name.value)) {
        let message = "a schema name is made of lower-case letters, digits and _";
        root.document.report_at(name.line, "schema.name", "bad-name", message);
    }
    let version = head.integer("version", 1..=1_000_000).unwrap_or(1);
    let agency = head.required_text("agency");
    let title = head.text("title");
    head.finish();

    let format = read_format(root.section("file"));
    let delivery = root.section("delivery");
    let cadence = delivery.choice("cadence", CADENCES).unwrap_or(Cadence::Monthly);
    let kind = delivery.choice("kind", &[("snapshot", DeliveryKind::Snapshot), ("increment", DeliveryKind::Increment)]);
    let coverage = delivery.choice("coverage", &[("population", Coverage::Population), ("events", Coverage::Events)]);
    for (key, given) in [("kind", kind.is_some()), ("coverage", coverage.is_some())] {
        if !given && delivery.value(if key == "kind" { "kind" } else { "coverage" }).is_none() {
            root.document.report_at(delivery.line, &delivery.name_of(key), "missing-key", "this key is missing");
        }
    }
    let valid_days = delivery.integer("valid_days", 1..=3660).map_or_else(|| default_valid_days(cadence), |days| days as u32);
    let one_per_person = delivery.boolean("one_per_person").unwrap_or(false);
    let row_swing = delivery.number("row_swing", 0.0..=10.0);
    let may_be_empty = delivery.boolean("may_be_empty").unwrap_or(false);
    delivery.finish();

    let agreement = read_agreement(root.section("agreement"));
    let mut columns = read_columns(&root);
    let row = root.section("row");
    let key = columns.indices(&row, "key", row.texts("key"));
    row.finish();
    let persons = read_persons(&root, &columns);
    let relations = read_relations(&root, &columns, &persons);
    let events = read_events(&root, &mut columns, &persons);
    // A key that cannot be read names the wrong row.
    key.iter().chain(persons.iter().flat_map(|person| &person.key)).for_each(|&index| columns.make_strict(index));
    if persons.is_empty() && events.is_empty() {
        root.document.report_at(0, "person", "nothing-mapped", "the schema maps no person and no event");
    }
    root.finish();
    let name = name?.value;
    Some(Schema {
        title: title.map_or_else(|| name.clone(), |title| title.value),
        name,
        version: version as u32,
        agency: agency?.value,
        file_name: file.to_owned(),
        file: format?,
        cadence,
        delivery: kind?,
        coverage: coverage?,
        valid_days,
        one_per_person,
        row_swing,
        may_be_empty,
        agreement: agreement?,
        columns: columns.finish(),
        key,
        persons,
        relations,
        events,
    })
}

const CADENCES: &[(&str, Cadence)] =
    &[("monthly", Cadence::Monthly), ("termly", Cadence::Termly), ("on-request", Cadence::OnRequest), ("on_request", Cadence::OnRequest)];

/// Days for which a delivery may be carried forward when the schema does not say: two months, a term and its holidays, and the 90 days of
/// design.md §10 for answers on request.
fn default_valid_days(cadence: Cadence) -> u32 {
    match cadence {
        Cadence::Monthly => 62,
        Cadence::Termly => 140,
        Cadence::OnRequest => 90,
    }
}

/// True for names made of lower-case letters, digits and `_`, beginning with a letter.
pub(crate) fn is_plain_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.len() <= 60
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

fn read_format(section: Section<'_>) -> Option<FileFormat> {
    let document = section.document;
    let pattern = section.required_text("pattern");
    if let Some((pattern, fault)) = pattern.as_ref().and_then(|pattern| Some((pattern, patterns::fault(&pattern.value)?))) {
        document.report_at(pattern.line, "file.pattern", "bad-pattern", fault);
    }
    let named = section.choice("kind", &[("csv", FileKind::Csv), ("xlsx", FileKind::Xlsx), ("parquet", FileKind::Parquet)]);
    let kind = named.or_else(|| pattern.as_ref().map(|pattern| kind_by_name(&pattern.value))).unwrap_or(FileKind::Csv);
    for key in ["delimiter", "encoding"] {
        if let Some(given) = section.value(key).filter(|_| kind != FileKind::Csv) {
            document.report_at(given.line, &section.name_of(key), "does-not-apply", "this key is for kind = \"csv\" only");
        }
    }
    let mut delimiter = b',';
    if let Some(text) = section.text("delimiter").filter(|_| kind == FileKind::Csv) {
        match text.value.as_bytes() {
            [byte @ (b'\t' | b' '..=b'~')] if !byte.is_ascii_alphanumeric() && *byte != b'"' => delimiter = *byte,
            _ => {
                document.report_at(
                    text.line,
                    "file.delimiter",
                    "bad-delimiter",
                    "expected one character such as \",\" \";\" \"|\" \"\\t\"",
                );
            }
        }
    }
    let encoding = section.text("encoding").filter(|_| kind == FileKind::Csv);
    if let Some(text) = &encoding {
        let known = encoding_rs::Encoding::for_label(text.value.as_bytes());
        if known.is_none_or(|encoding| encoding == encoding_rs::REPLACEMENT || encoding == encoding_rs::X_USER_DEFINED) {
            section.unknown_name(text, "encoding", "encoding", &["utf-8", "utf-16", "utf-16le", "utf-16be", "windows-1252", "iso-8859-15"]);
        }
    }
    let sheet = section.text("sheet");
    if let Some(sheet) = sheet.as_ref().filter(|_| kind != FileKind::Xlsx) {
        document.report_at(sheet.line, "file.sheet", "does-not-apply", "this key is for kind = \"xlsx\" only");
    }
    let skip_rows = section.integer("skip_rows", 0..=1000).unwrap_or(0) as u32;
    let has_footer = section.value("footer").is_some();
    let footer: Vec<String> =
        section.texts("footer").into_iter().map(|text| text.value.trim().to_owned()).filter(|text| !text.is_empty()).collect();
    section.finish();
    Some(FileFormat {
        pattern: pattern?.value,
        kind,
        delimiter,
        encoding: encoding.map_or_else(|| "utf-8".to_owned(), |text| text.value.trim().to_lowercase()),
        sheet: sheet.map(|text| text.value).unwrap_or_default(),
        skip_rows,
        footer: if has_footer { footer } else { vec!["Total".to_owned(), "Grand Total".to_owned()] },
    })
}

fn kind_by_name(pattern: &str) -> FileKind {
    let extension = pattern.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    match extension.as_deref() {
        Some("xlsx") => FileKind::Xlsx,
        Some("parquet") => FileKind::Parquet,
        _ => FileKind::Csv,
    }
}

fn read_agreement(section: Section<'_>) -> Option<Agreement> {
    let reference = section.required_text("reference");
    let (starts, ends) = (section.date("starts"), section.date("ends"));
    for (key, given) in [("starts", section.value("starts").is_some()), ("ends", section.value("ends").is_some())] {
        if !given {
            section.document.report_at(section.line, &section.name_of(key), "missing-key", "this key is missing");
        }
    }
    if let (Some(starts), Some(ends)) = (&starts, &ends)
        && starts.value > ends.value
    {
        section.document.report_at(ends.line, "agreement.ends", "dates-crossed", "the agreement ends before it starts");
    }
    let purposes: Vec<String> =
        section.texts("purposes").into_iter().map(|text| text.value).filter(|text| !text.trim().is_empty()).collect();
    let purposes_line = section.value("purposes").map_or(section.line, |purposes| purposes.line);
    if purposes.is_empty() {
        section.document.report_at(section.line, &section.name_of("purposes"), "missing-key", "say what the data may be used for");
    }
    section.finish();
    Some(Agreement { reference: reference?.value, starts: starts?.value, ends: ends?.value, purposes, purposes_line })
}

impl Columns {
    /// The indices of the columns named by a key of a section; unknown names are reported.
    pub(crate) fn indices(&self, section: &Section<'_>, key: &str, names: Vec<super::raw::Located<String>>) -> Vec<usize> {
        let mut indices = Vec::new();
        for name in names {
            let Some(index) = self.index(section, key, &name) else { continue };
            if indices.contains(&index) {
                section.document.report_at(name.line, &section.name_of(key), "named-twice", "the same column is named twice");
            } else {
                indices.push(index);
            }
        }
        indices
    }
}
