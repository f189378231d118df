//! A pack's TOML, key by key.
//!
//! What comes in: the text of a pack, with those of its overlays behind it. What goes out: typed values, and every problem met on the way with its line. What always holds:
//! reading goes on after a problem; a key nobody asked for is a problem with the nearest known key; wherever a value may stand,
//! `{ setting = "name" }` stands for that setting's value, and a setting nobody asked for is a problem too. (serde's
//! `deny_unknown_fields` stops at the first problem; whoever edits a pack wants them all.)

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::{Problem, nearest};

/// A pack while it is read.
pub(super) struct Document<'t> {
    /// Files with their texts: positions and lines count through them all.
    parts: Vec<Part<'t>>,
    /// With the line counted through all parts.
    problems: RefCell<Vec<(u64, Problem)>>,
    settings: BTreeMap<String, &'t Spanned<DeValue<'t>>>,
    used: RefCell<BTreeSet<String>>,
}

/// One table of it.
pub(super) struct Section<'d, 't> {
    document: &'d Document<'t>,
    table: Option<&'t DeTable<'t>>,
    path: String,
    /// Line it begins on.
    pub(super) line: u64,
    known: RefCell<BTreeSet<&'static str>>,
}

/// A file and its text.
pub(super) type Part<'t> = (&'t str, &'t str);

/// A key with its value, as written.
pub(super) type Written<'t> = (&'t Spanned<Cow<'t, str>>, &'t Spanned<DeValue<'t>>);

/// A value and its line.
pub(super) type Located<T> = (T, u64);

impl<'t> Document<'t> {
    /// The tree of a text, or its syntax errors.
    pub(super) fn tree(file: &str, text: &'t str) -> Result<Spanned<DeTable<'t>>, Vec<Problem>> {
        let (tree, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(tree);
        }
        let problem = |error: &toml::de::Error| {
            let line = error.span().map_or(0, |span| line_in(text, span.start));
            Problem::of_file(file, "not-toml", error.message().replace('\n', " ")).at_line(line)
        };
        Err(errors.iter().map(problem).collect())
    }

    /// A document over a tree; the values of `[settings.*]` become known.
    pub(super) fn new(parts: Vec<Part<'t>>, tree: &'t Spanned<DeTable<'t>>) -> Self {
        let settings = tree.get_ref().iter().find(|(key, _)| key.get_ref() == "settings").and_then(|(_, value)| value.get_ref().as_table());
        let value_of = |(key, table): (&Spanned<_>, &'t Spanned<DeValue<'t>>)| {
            let key: &std::borrow::Cow<'_, str> = key.get_ref();
            let (_, value) = table.get_ref().as_table()?.iter().find(|(key, _)| key.get_ref() == "value")?;
            Some((key.to_string(), value))
        };
        let settings = settings.into_iter().flatten().filter_map(value_of).collect();
        Self { parts, problems: RefCell::default(), settings, used: RefCell::default() }
    }

    /// Where the text of a part begins.
    pub(super) fn offset(parts: &[Part<'_>], part: usize) -> usize {
        parts.iter().take(part).map(|(_, text)| text.len() + 1).sum()
    }

    /// The line of a position, counted through all parts.
    fn line_at(&self, mut position: usize) -> u64 {
        let mut lines = 0;
        for (_, text) in &self.parts {
            if position <= text.len() {
                return lines + line_in(text, position);
            }
            position -= text.len() + 1;
            lines += line_in(text, text.len());
        }
        lines
    }

    /// The file of a line and the line within it.
    fn place(&self, mut line: u64) -> (&'t str, u64) {
        for (file, text) in &self.parts {
            let lines = line_in(text, text.len());
            if line <= lines {
                return (file, line);
            }
            line -= lines;
        }
        (self.parts.first().map_or("", |(file, _)| file), 0)
    }

    /// Notes a problem.
    pub(super) fn report(&self, line: u64, key: &str, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        let (file, own_line) = self.place(line);
        let problem = (line, Problem::of_file(file, code, message).at_line(own_line).in_column(key).with_hint(hint));
        self.problems.borrow_mut().push(problem);
    }

    /// True if some value was taken from this setting.
    pub(super) fn is_used(&self, setting: &str) -> bool {
        self.used.borrow().contains(setting)
    }

    /// All problems in the order of their lines.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|(line, _)| *line);
        problems.into_iter().map(|(_, problem)| problem).collect()
    }

    fn line_of(&self, value: &Spanned<DeValue<'_>>) -> u64 {
        self.line_at(value.span().start)
    }
}

impl<'d, 't> Section<'d, 't> {
    /// The outermost table.
    pub(super) fn root(document: &'d Document<'t>, tree: &'t Spanned<DeTable<'t>>) -> Self {
        Self { document, table: Some(tree.get_ref()), path: String::new(), line: 1, known: RefCell::default() }
    }

    /// The dotted name of a key.
    pub(super) fn name_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Notes a problem of a key.
    pub(super) fn report(&self, line: u64, key: &str, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        self.document.report(line, &self.name_of(key), code, message, hint);
    }

    /// Notes a name that is none of those known.
    pub(super) fn unknown_name(&self, line: u64, key: &str, what: &str, name: &str, known: &[&str]) {
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("known are: {}", known.join(", ")),
        };
        self.report(line, key, "unknown-name", format!("unknown {what} \"{}\"", shown(name)), hint);
    }

    /// Whether the key stands here.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.raw(key).is_some()
    }

    fn raw(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.known.borrow_mut().insert(key);
        self.table?.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// The value of a key with settings put in place.
    fn value(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        let value = self.raw(key)?;
        let Some(table) = value.get_ref().as_table() else { return Some(value) };
        let Some((_, name)) = table.iter().find(|(name, _)| name.get_ref() == "setting") else { return Some(value) };
        let Some(name) = name.get_ref().as_str() else { return Some(value) };
        self.document.used.borrow_mut().insert(name.to_owned());
        let found = self.document.settings.get(name).copied();
        if found.is_none() {
            let known: Vec<&str> = self.document.settings.keys().map(String::as_str).collect();
            self.unknown_name(self.document.line_of(value), key, "setting", name, &known);
        }
        found
    }

    fn wrong_type(&self, value: &Spanned<DeValue<'_>>, key: &str, expected: &str) {
        let message = format!("expected {expected}, found {}", value.get_ref().type_str());
        self.report(self.document.line_of(value), key, "wrong-type", message, "");
    }

    fn missing(&self, key: &str) {
        self.report(self.line, key, "missing-key", format!("the key \"{key}\" is missing"), "");
    }

    /// A text, if given.
    pub(super) fn text(&self, key: &'static str) -> Option<Located<&'t str>> {
        let value = self.value(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong_type(value, key, "a text in quotes");
        }
        text.map(|text| (text, self.document.line_of(value)))
    }

    /// A text that must be given and not be empty.
    pub(super) fn required(&self, key: &'static str) -> Option<Located<&'t str>> {
        if !self.has(key) {
            self.missing(key);
            return None;
        }
        let (text, line) = self.text(key)?;
        if text.trim().is_empty() {
            self.report(line, key, "empty-value", "this must not be empty", "");
            return None;
        }
        Some((text, line))
    }

    /// A list of texts (a single text is a list of one); empty if not given.
    pub(super) fn texts(&self, key: &'static str) -> Vec<Located<&'t str>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let mut texts = Vec::new();
        match value.get_ref() {
            DeValue::String(text) => texts.push((text.as_ref(), self.document.line_of(value))),
            DeValue::Array(items) => {
                for item in items {
                    match item.get_ref().as_str() {
                        Some(text) => texts.push((text, self.document.line_of(item))),
                        None => self.wrong_type(item, key, "a list of texts"),
                    }
                }
            }
            _ => self.wrong_type(value, key, "a list of texts"),
        }
        texts
    }

    /// A whole number from `least` to a million, if given.
    pub(super) fn integer(&self, key: &'static str, least: u32) -> Option<u32> {
        let value = self.value(key)?;
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_type(value, key, "a whole number");
            return None;
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| (least..=1_000_000).contains(number));
        if number.is_none() {
            let message = format!("expected a whole number from {least} to 1000000");
            self.report(self.document.line_of(value), key, "out-of-range", message, "");
        }
        number
    }

    /// A whole number that must be given.
    pub(super) fn required_integer(&self, key: &'static str, least: u32) -> Option<u32> {
        if !self.has(key) {
            self.missing(key);
        }
        self.integer(key, least)
    }

    /// True or false, if given.
    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        let answer = value.get_ref().as_bool();
        if answer.is_none() {
            self.wrong_type(value, key, "true or false");
        }
        answer
    }

    /// One of several words, if given.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let (text, line) = self.text(key)?;
        let chosen = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        if chosen.is_none() {
            self.unknown_name(line, key, "value", text, &choices.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        }
        chosen
    }

    /// A table below this one, if given.
    pub(super) fn section(&self, key: &'static str) -> Option<Section<'d, 't>> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, key, "a table");
        }
        table.map(|table| self.below(key, table, self.document.line_of(value)))
    }

    /// A table that must be given.
    pub(super) fn required_section(&self, key: &'static str) -> Option<Section<'d, 't>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.section(key)
    }

    /// The tables of a list; empty if not given.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'d, 't>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(value, key, "a list of tables");
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items {
            match item.get_ref().as_table() {
                Some(table) => sections.push(self.below(key, table, self.document.line_of(item))),
                None => self.wrong_type(item, key, "a table"),
            }
        }
        sections
    }

    /// Every table of this table of tables, with its name.
    pub(super) fn named_sections(&self, key: &'static str) -> Vec<(String, Section<'d, 't>)> {
        let Some(outer) = self.section(key) else { return Vec::new() };
        let mut sections = Vec::new();
        for (name, value) in outer.table.into_iter().flatten() {
            match value.get_ref().as_table() {
                Some(table) => {
                    let section = outer.below(name.get_ref(), table, self.document.line_at(name.span().start));
                    sections.push((name.get_ref().to_string(), section));
                }
                None => outer.wrong_type(value, name.get_ref(), "a table"),
            }
        }
        sections
    }

    /// A key and its value as written, if given.
    pub(super) fn entry(&self, key: &'static str) -> Option<Written<'t>> {
        self.known.borrow_mut().insert(key);
        self.table?.iter().find(|(name, _)| name.get_ref() == key)
    }

    /// All keys and values as written.
    pub(super) fn entries(&self) -> Vec<Written<'t>> {
        self.table.into_iter().flatten().collect()
    }

    /// The value of a key as a reader would write it.
    pub(super) fn shown_value(&self, key: &'static str) -> Option<String> {
        self.raw(key).map(|value| shown_value(value.get_ref()))
    }

    fn below(&self, key: &str, table: &'t DeTable<'t>, line: u64) -> Section<'d, 't> {
        Section { document: self.document, table: Some(table), path: self.name_of(key), line, known: RefCell::default() }
    }

    /// Notes every key nobody asked for.
    pub(super) fn finish(self) {
        let known = self.known.borrow();
        for (key, _) in self.table.into_iter().flatten() {
            let name: &str = key.get_ref();
            if known.contains(name) {
                continue;
            }
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("known here are: {}", known.iter().copied().collect::<Vec<_>>().join(", ")),
            };
            let line = self.document.line_at(key.span().start);
            self.report(line, &shown(name), "unknown-key", format!("unknown key \"{}\"", shown(name)), hint);
        }
    }
}

/// The line of a position within one text, from 1.
fn line_in(text: &str, position: usize) -> u64 {
    let before = text.as_bytes().get(..position.min(text.len())).unwrap_or_default();
    before.split(|&byte| byte == b'\n').count() as u64
}

fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(60).collect()
}

/// A value as a reader would write it.
pub(super) fn shown_value(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(integer) => integer.as_str().to_owned(),
        DeValue::Boolean(true) => "yes".to_owned(),
        DeValue::Boolean(false) => "no".to_owned(),
        DeValue::Array(items) => items.iter().map(|item| shown_value(item.get_ref())).collect::<Vec<_>>().join(", "),
        DeValue::Table(table) => {
            table.iter().map(|(key, value)| format!("{} {}", key.get_ref(), shown_value(value.get_ref()))).collect::<Vec<_>>().join(", ")
        }
        other => other.type_str().to_owned(),
    }
}
