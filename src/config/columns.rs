//! The columns of a schema: headers, kinds, code lists.
//!
//! What comes in: the `[[column]]` tables. What goes out: [`Columns`], which finds a column by its header and remembers what is used.
//! What always holds: no header and no alias stands for two columns.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono::format::{Item, StrftimeItems};

use super::checked::{Column, ColumnKind, header_key};
use super::raw::{Located, Section};

/// The columns of a schema while its mappings are read.
pub(crate) struct Columns {
    list: Vec<Column>,
    strict_given: Vec<bool>,
    by_header: HashMap<String, usize>,
}

impl Columns {
    /// The index of a column by its header (or alias); an unknown or ignored one is reported.
    pub(crate) fn index(&self, section: &Section<'_>, key: &str, name: &Located<String>) -> Option<usize> {
        let Some(&index) = self.by_header.get(&header_key(&name.value)) else {
            let known: Vec<&str> = self.list.iter().map(|column| column.name.as_str()).collect();
            section.unknown_name(name, key, "column", &known);
            return None;
        };
        if self.get(index).kind == ColumnKind::Ignored {
            let message = "this column is declared as ignored and cannot be used";
            section.document.report_at(name.line, &section.name_of(key), "ignored-column", message);
            return None;
        }
        Some(index)
    }

    /// A column by its index.
    pub(crate) fn get(&self, index: usize) -> &Column {
        self.list.get(index).expect("an index handed out by this list")
    }

    /// The column decides about an event: a bad cell sets its row aside unless the schema says otherwise.
    pub(crate) fn make_strict(&mut self, index: usize) {
        if let (Some(column), Some(false)) = (self.list.get_mut(index), self.strict_given.get(index)) {
            column.strict = true;
        }
    }

    /// The finished list.
    pub(crate) fn finish(self) -> Vec<Column> {
        self.list
    }
}

/// Reads all `[[column]]` tables.
pub(crate) fn read_columns(root: &Section<'_>) -> Columns {
    let mut columns = Columns { list: Vec::new(), strict_given: Vec::new(), by_header: HashMap::new() };
    for section in root.sections("column") {
        let name = section.required_text("name");
        let aliases = section.texts("aliases");
        let kind = read_kind(&section);
        let ignored = kind == ColumnKind::Ignored;
        let required = section.boolean("required").unwrap_or(!ignored);
        let not_empty = section.boolean("not_empty").unwrap_or(false);
        let strict = section.boolean("strict");
        let document = section.document;
        section.finish();
        let Some(name) = name else { continue };
        let index = columns.list.len();
        for header in std::iter::once(&name).chain(&aliases) {
            match columns.by_header.insert(header_key(&header.value), index) {
                Some(other) if other != index => {
                    document.report_at(header.line, &header.value, "header-twice", "this header already stands for another column");
                }
                _ => {}
            }
        }
        columns.strict_given.push(strict.is_some());
        columns.list.push(Column {
            name: name.value,
            aliases: aliases.into_iter().map(|alias| alias.value).collect(),
            kind,
            required,
            not_empty,
            strict: strict.unwrap_or(false),
        });
    }
    if columns.list.is_empty() {
        root.document.report_at(0, "column", "missing-key", "the schema has no [[column]]");
    }
    columns
}

#[derive(Clone, Copy, PartialEq)]
enum KindName {
    Text,
    Integer,
    Date,
    Code,
    Ignored,
}

fn read_kind(section: &Section<'_>) -> ColumnKind {
    let names = [
        ("text", KindName::Text),
        ("integer", KindName::Integer),
        ("date", KindName::Date),
        ("code", KindName::Code),
        ("ignored", KindName::Ignored),
    ];
    let kind = section.choice("kind", &names).unwrap_or(KindName::Text);
    let formats = section.texts("formats");
    let codes = section.value("codes");
    if let Some(format) = formats.first().filter(|_| kind != KindName::Date) {
        section.document.report_at(format.line, &section.name_of("formats"), "does-not-apply", "formats are for kind = \"date\"");
    }
    if let Some(codes) = codes.as_ref().filter(|_| kind != KindName::Code) {
        section.document.report_at(codes.line, &section.name_of("codes"), "does-not-apply", "codes are for kind = \"code\"");
    }
    match kind {
        KindName::Text => ColumnKind::Text,
        KindName::Integer => ColumnKind::Integer,
        KindName::Ignored => ColumnKind::Ignored,
        KindName::Date => {
            for format in &formats {
                if let Some(fault) = format_fault(&format.value) {
                    section.document.report_at(format.line, &section.name_of("formats"), "bad-date-format", fault);
                }
            }
            let formats = formats.into_iter().map(|format| format.value).collect::<Vec<_>>();
            // ISO is what workbooks and Parquet files give, and the one format that cannot be mistaken.
            ColumnKind::Date(if formats.is_empty() { vec!["%Y-%m-%d".to_owned()] } else { formats })
        }
        KindName::Code => {
            if codes.is_none() {
                section.document.report_at(section.line, &section.name_of("codes"), "missing-key", "a code column needs its list of codes");
            }
            ColumnKind::Code(read_codes(section))
        }
    }
}

fn read_codes(section: &Section<'_>) -> Vec<(String, String)> {
    let mut codes: Vec<(String, String)> = Vec::new();
    for (name, value) in section.section("codes").entries() {
        let Some(standard) = value.value.as_str() else {
            let message = format!("the standard code is a text in quotes, not {}", value.value.type_str());
            section.document.report_at(value.line, &section.name_of("codes"), "wrong-type", message);
            continue;
        };
        let agency_code = header_key(&name.value);
        if codes.iter().any(|(known, _)| *known == agency_code) {
            section.document.report_at(
                name.line,
                &section.name_of("codes"),
                "named-twice",
                "this code is listed twice (case does not count)",
            );
        }
        codes.push((agency_code, standard.trim().to_owned()));
    }
    codes
}

/// Says what is wrong with a chrono date format, if anything: it must bring back the date it writes.
fn format_fault(format: &str) -> Option<&'static str> {
    if StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) {
        return Some("not a date format: use %d %m %Y %y %b %B %H %M %S");
    }
    let date = NaiveDate::from_ymd_opt(2011, 12, 25)?;
    let moment = date.and_hms_opt(13, 14, 15)?;
    let written = moment.format(format).to_string();
    match NaiveDate::parse_from_str(&written, format) {
        Ok(read) if read == date => None,
        _ => Some("a date format needs a day, a month and a year"),
    }
}
