//! TOML as written: sections whose keys are asked for one by one.
//!
//! What comes in: the text of a configuration file. What goes out: values with the line they stand on, and every problem met on
//! the way, none of which stops the reading: a wrong type, a missing key, a value out of range, a key nobody asked for.
//! What always holds: a key that no reader asks for is reported by [`Section::finish`] with the nearest key that is known.
//! (serde's `deny_unknown_fields` stops at the first error; an officer wants them all.)

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::{Day, Problem, date, nearest};

/// A value and the line it stands on, from 1.
#[derive(Clone, Debug)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) line: u64,
}

/// A configuration file while it is read: collects problems.
pub(crate) struct Document<'d> {
    file: String,
    text: &'d str,
    problems: RefCell<Vec<Problem>>,
}

impl<'d> Document<'d> {
    /// A document that shows as `file` in messages.
    pub(crate) fn new(file: &str, text: &'d str) -> Self {
        Self { file: file.to_owned(), text, problems: RefCell::default() }
    }

    /// The tree of the document; `None` (with all syntax errors noted) if it is not TOML.
    pub(crate) fn parse(&self) -> Option<Spanned<DeTable<'d>>> {
        let (tree, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let line = error.span().map_or(0, |span| self.line_at(span.start));
            self.report(Problem::of_file(&self.file, "not-toml", error.message().replace('\n', " ")).at_line(line));
        }
        errors.is_empty().then_some(tree)
    }

    /// Notes a problem.
    pub(crate) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Notes a problem of a key on a line.
    pub(crate) fn report_at(&self, line: u64, key: &str, code: &'static str, message: impl Into<String>) {
        self.report(Problem::of_file(&self.file, code, message).at_line(line).in_column(key));
    }

    /// Notes a problem of a key on a line, with a hint.
    pub(crate) fn report_with_hint(&self, line: u64, key: &str, code: &'static str, message: String, hint: String) {
        self.report(Problem::of_file(&self.file, code, message).at_line(line).in_column(key).with_hint(hint));
    }

    /// The line of a byte position.
    fn line_at(&self, position: usize) -> u64 {
        let before = self.text.as_bytes().get(..position.min(self.text.len())).unwrap_or_default();
        before.split(|&byte| byte == b'\n').count() as u64
    }

    /// All problems, in the order of the lines.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.line);
        problems
    }
}

/// One table of the document; an absent table reads as an empty one.
pub(crate) struct Section<'d> {
    pub(crate) document: &'d Document<'d>,
    table: Option<&'d DeTable<'d>>,
    /// The root of the file that this one extends: a section that is not here is that one's.
    extended: Option<(&'d Document<'d>, &'d DeTable<'d>)>,
    path: String,
    pub(crate) line: u64,
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'d> Section<'d> {
    /// The root of a document.
    pub(crate) fn root(document: &'d Document<'d>, tree: &'d Spanned<DeTable<'d>>) -> Self {
        Self { document, table: Some(tree.get_ref()), extended: None, path: String::new(), line: 1, known: RefCell::default() }
    }

    /// The same root over that of a file it extends.
    pub(crate) fn extending(mut self, extended: Option<(&'d Document<'d>, &'d Spanned<DeTable<'d>>)>) -> Self {
        self.extended = extended.map(|(document, tree)| (document, tree.get_ref()));
        self
    }

    /// The same place once more, for reports while [`Section::entries`] consumes the section.
    pub(crate) fn same(section: &Section<'d>) -> Self {
        let (document, table, path, line) = (section.document, section.table, section.path.clone(), section.line);
        Self { document, table, extended: None, path, line, known: RefCell::default() }
    }

    /// The dotted name of a key of this section.
    pub(crate) fn name_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The value of a key, whatever its type; from now on the key is known.
    pub(crate) fn value(&self, key: &'static str) -> Option<Located<&'d DeValue<'d>>> {
        self.known.borrow_mut().insert(key);
        let (_, value) = self.table?.iter().find(|(name, _)| name.get_ref().as_ref() == key)?;
        Some(self.located(value))
    }

    fn located(&self, value: &'d Spanned<DeValue<'d>>) -> Located<&'d DeValue<'d>> {
        Located { value: value.get_ref(), line: self.document.line_at(value.span().start) }
    }

    fn wrong_type(&self, key: &str, found: &Located<&DeValue<'_>>, expected: &str) {
        let message = format!("expected {expected}, found {}", article(found.value.type_str()));
        self.document.report_at(found.line, &self.name_of(key), "wrong-type", message);
    }

    fn missing(&self, key: &str) {
        self.document.report_at(self.line, &self.name_of(key), "missing-key", "this key is missing");
    }

    /// A text, if given.
    pub(crate) fn text(&self, key: &'static str) -> Option<Located<String>> {
        let found = self.value(key)?;
        let text = found.value.as_str().map(|text| Located { value: text.to_owned(), line: found.line });
        if text.is_none() {
            self.wrong_type(key, &found, "a text in quotes");
        }
        text
    }

    /// A text that must be given and hold something.
    pub(crate) fn required_text(&self, key: &'static str) -> Option<Located<String>> {
        if self.value(key).is_none() {
            self.missing(key);
            return None;
        }
        let text = self.text(key)?;
        if text.value.trim().is_empty() {
            self.document.report_at(text.line, &self.name_of(key), "empty-value", "this must not be empty");
            return None;
        }
        Some(text)
    }

    /// A list of texts; a single text counts as a list of one; absent is empty.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<Located<String>> {
        self.value(key).map(|found| self.texts_of(key, &found)).unwrap_or_default()
    }

    /// The texts of a value that is a text or a list of texts.
    pub(crate) fn texts_of(&self, key: &str, found: &Located<&'d DeValue<'d>>) -> Vec<Located<String>> {
        let DeValue::Array(items) = found.value else {
            let Some(text) = found.value.as_str() else {
                self.wrong_type(key, found, "a text or a list of texts");
                return Vec::new();
            };
            return vec![Located { value: text.to_owned(), line: found.line }];
        };
        let mut texts = Vec::new();
        for item in items {
            let item = self.located(item);
            match item.value.as_str() {
                Some(text) => texts.push(Located { value: text.to_owned(), line: item.line }),
                None => self.wrong_type(key, &item, "a list of texts"),
            }
        }
        texts
    }

    /// True or false, if given.
    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        let found = self.value(key)?;
        let value = found.value.as_bool();
        if value.is_none() {
            self.wrong_type(key, &found, "true or false");
        }
        value
    }

    /// A whole number within a range, if given.
    pub(crate) fn integer(&self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let found = self.value(key)?;
        let Some(integer) = found.value.as_integer() else {
            self.wrong_type(key, &found, "a whole number");
            return None;
        };
        let value = i64::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|value| range.contains(value));
        if value.is_none() {
            let message = format!("expected a whole number from {} to {}", range.start(), range.end());
            self.document.report_at(found.line, &self.name_of(key), "out-of-range", message);
        }
        value
    }

    /// A finite number within a range, if given.
    pub(crate) fn number(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        let found = self.value(key)?;
        let text = match found.value {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            _ => {
                self.wrong_type(key, &found, "a number");
                return None;
            }
        };
        // NaN is in no range.
        let value = text.parse::<f64>().ok().filter(|value| range.contains(value));
        if value.is_none() {
            let message = format!("expected a number from {} to {}", range.start(), range.end());
            self.document.report_at(found.line, &self.name_of(key), "out-of-range", message);
        }
        value
    }

    /// One of several names, if given.
    pub(crate) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let chosen = choices.iter().find(|(name, _)| *name == text.value).map(|(_, choice)| *choice);
        if chosen.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.unknown_name(&text, key, "value", &names);
        }
        chosen
    }

    /// Reports a name that is none of those known.
    pub(crate) fn unknown_name(&self, text: &Located<String>, key: &str, what: &str, known: &[&str]) {
        let hint = match nearest(&text.value, known.iter().copied()) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None if known.len() <= 30 => format!("known are: {}", known.join(", ")),
            None => String::new(),
        };
        let message = format!("unknown {what} \"{}\"", shown(&text.value));
        self.document.report_with_hint(text.line, &self.name_of(key), "unknown-name", message, hint);
    }

    /// A date, if given: `2012-04-01` with or without quotes.
    pub(crate) fn date(&self, key: &'static str) -> Option<Located<Day>> {
        let found = self.value(key)?;
        let text = match found.value {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(datetime) => datetime.to_string(),
            _ => {
                self.wrong_type(key, &found, "a date such as 2012-04-01");
                return None;
            }
        };
        let day = date::from_iso(&text);
        if day.is_none() {
            self.document.report_at(found.line, &self.name_of(key), "not-a-date", "expected a date such as 2012-04-01");
        }
        day.map(|value| Located { value, line: found.line })
    }

    /// A table below this one; an absent one reads as empty.
    pub(crate) fn section(&self, key: &'static str) -> Section<'d> {
        let found = self.value(key);
        if let (None, Some(below)) = (&found, self.below()) {
            return below.section(key);
        }
        let table = found.as_ref().and_then(|found| found.value.as_table());
        if let (Some(found), None) = (&found, table) {
            self.wrong_type(key, found, "a table");
        }
        let line = found.map_or(self.line, |found| found.line);
        Section { document: self.document, table, extended: None, path: self.name_of(key), line, known: RefCell::default() }
    }

    /// True if this file, or the one it extends, says something under a key.
    pub(crate) fn says(&self, key: &'static str) -> bool {
        self.value(key).is_some() || self.below().is_some_and(|below| below.value(key).is_some())
    }

    /// The same place in the file that this one extends.
    fn below(&self) -> Option<Self> {
        let (document, table) = self.extended?;
        Some(Self { document, table: Some(table), extended: None, path: self.path.clone(), line: 1, known: RefCell::default() })
    }

    /// A table below this one of which each part that is not here is that of the file this one extends.
    pub(crate) fn section_by_parts(&self, key: &'static str) -> Section<'d> {
        let mut section = self.section(key);
        if self.value(key).is_some()
            && let Some((document, table)) = self.extended
        {
            let below = table.iter().find(|(name, _)| name.get_ref().as_ref() == key);
            section.extended = below.and_then(|(_, value)| value.get_ref().as_table()).map(|table| (document, table));
        }
        section
    }

    /// The tables of a list of tables, in order; those of the file that this one extends where this one has no such list.
    pub(crate) fn sections(&self, key: &'static str) -> Vec<Section<'d>> {
        let Some(found) = self.value(key) else { return self.below().map(|below| below.sections(key)).unwrap_or_default() };
        let DeValue::Array(items) = found.value else {
            self.wrong_type(key, &found, "a list of tables ([[…]])");
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items {
            let item = self.located(item);
            match item.value.as_table() {
                Some(table) => sections.push(Section {
                    document: self.document,
                    table: Some(table),
                    extended: None,
                    path: self.name_of(key),
                    line: item.line,
                    known: RefCell::default(),
                }),
                None => self.wrong_type(key, &item, "a table"),
            }
        }
        sections
    }

    /// Every key of this section with its value, in the order of the keys; all of them are known from now on.
    pub(crate) fn entries(self) -> Vec<(Located<String>, Located<&'d DeValue<'d>>)> {
        let Some(table) = self.table else { return Vec::new() };
        let entry = |(key, value): (&'d Spanned<std::borrow::Cow<'d, str>>, &'d Spanned<DeValue<'d>>)| {
            let name = Located { value: key.get_ref().to_string(), line: self.document.line_at(key.span().start) };
            (name, self.located(value))
        };
        table.iter().map(entry).collect()
    }

    /// Reports every key nobody asked for.
    pub(crate) fn finish(self) {
        if let Some((document, table)) = self.extended {
            let (path, known) = (self.path.clone(), self.known.clone());
            Section { document, table: Some(table), extended: None, path, line: 1, known }.finish();
        }
        let known = self.known.borrow();
        for (key, _) in self.table.into_iter().flatten() {
            let name = key.get_ref().as_ref();
            if known.contains(name) {
                continue;
            }
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("known here are: {}", known.iter().copied().collect::<Vec<_>>().join(", ")),
            };
            let line = self.document.line_at(key.span().start);
            let message = format!("unknown key \"{}\"", shown(name));
            self.document.report_with_hint(line, &self.name_of(&shown(name)), "unknown-key", message, hint);
        }
    }
}

/// A name cut to a length that fits a message, without control characters.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(60).collect()
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
