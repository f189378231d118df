//! Overlays: local changes of a pack, as a file of their own and not as a copy.
//!
//! What comes in: the text of an overlay (which pack and version it changes, by whom, why; changed settings, thresholds and terms; rules of
//! its own) and the tree of the pack. What goes out: the tree with the changes laid over, and the list of differences. What always holds:
//! an overlay changes only what is there and adds only whole rules and terms; whatever it changes names its source; every value
//! keeps the file and line it was written on; after it the pack is checked as a whole, as if it had been written so.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reader::{Document, Section, shown_value};
use crate::model::Problem;

/// The text of an overlay and which pack it is for.
#[derive(Clone, Debug)]
pub struct Overlay<'t> {
    /// How messages name the file.
    pub file: &'t str,
    /// Its text.
    pub text: &'t str,
    /// Name of the pack it changes.
    pub pack: String,
}

/// A local change of a pack: an overlay as it was laid over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalChange {
    /// Name of the overlay; part of the pack's version from now on.
    pub name: String,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What it changes.
    pub differences: Vec<Difference>,
}

/// One thing an overlay changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What, such as `settings.benefit_valid_days` or `rule.unauthorised_absence.at_least_share`.
    pub what: String,
    /// Value before; empty where there was none.
    pub before: String,
    /// Value from now on.
    pub after: String,
    /// Where the new value comes from.
    pub source: String,
}

impl<'t> Overlay<'t> {
    /// Reads which pack an overlay is for; its changes are read when they are laid over the pack.
    ///
    /// # Errors
    /// Every problem of its head, or of its syntax.
    pub fn parse(file: &'t str, text: &'t str) -> Result<Self, Vec<Problem>> {
        let tree = Document::tree(file, text)?;
        let document = Document::new(vec![(file, text)], &tree);
        let pack = Section::root(&document, &tree).required_section("overlay").and_then(|head| head.required("pack"));
        let pack = pack.map(|(pack, _)| pack.trim().to_owned());
        match pack {
            Some(pack) => Ok(Self { file, text, pack }),
            None => Err(document.into_problems()),
        }
    }
}

/// A table of a tree, made of parts of several files.
type Table<'t> = DeTable<'t>;

/// Lays an overlay over a pack's tree. Problems that only the overlay has (an unknown setting, a missing source) are reported to
/// `document`, which is one of the overlay alone with its lines counted on.
pub(super) fn lay_over<'t>(base: &mut Table<'t>, overlay: &'t Spanned<Table<'t>>, document: &Document<'t>) -> Option<LocalChange> {
    let root = Section::root(document, overlay);
    let head = root.required_section("overlay")?;
    head.required("pack");
    let version = head.required("version");
    let (name, by, reason) = (head.required("name"), head.required("by"), head.required("reason"));
    head.finish();
    check_version(base, version, &root);
    let mut differences = Vec::new();
    settings(base, &root, &mut differences);
    changes(base, &root, &mut differences);
    combination(base, &root, &mut differences);
    additions(base, &root, "rule", "id", &mut differences);
    additions(base, &root, "term", "name", &mut differences);
    let plain = |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
    let (name, line) = name?;
    if !plain(name) {
        root.report(
            line,
            "overlay.name",
            "bad-name",
            "a name is made of letters, digits, -, _ and .",
            "it becomes part of the pack's version",
        );
    }
    if differences.is_empty() && root.entries().len() == 1 {
        root.report(line, "overlay.name", "no-change", "this overlay changes nothing", "");
    }
    root.finish();
    Some(LocalChange { name: name.to_owned(), by: by?.0.trim().to_owned(), reason: reason?.0.trim().to_owned(), differences })
}

/// An overlay is written for one version of the pack: after a new one somebody must look at it again.
fn check_version(base: &Table<'_>, version: Option<(&str, u64)>, root: &Section<'_, '_>) {
    let of_pack = get(base, "pack").and_then(|head| head.get_ref().as_table()).and_then(|head| get(head, "version"));
    let of_pack = of_pack.and_then(|version| version.get_ref().as_str()).unwrap_or_default();
    if let Some((version, line)) = version.filter(|(version, _)| *version != of_pack) {
        let message = format!("written for version \"{version}\" of the pack, which is now \"{of_pack}\"");
        root.report(line, "overlay.version", "other-version", message, "look at each change again, then put in the new version");
    }
}

fn get<'b, 't>(table: &'b Table<'t>, key: &str) -> Option<&'b Spanned<DeValue<'t>>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
}

fn get_mut<'b, 't>(table: &'b mut Table<'t>, key: &str) -> Option<&'b mut Spanned<DeValue<'t>>> {
    table.iter_mut().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
}

/// Puts a value in the place of a key, under the key as the overlay wrote it, so that a problem of it shows the overlay's line.
fn put<'t>(table: &mut Table<'t>, key: &Spanned<Cow<'t, str>>, value: &Spanned<DeValue<'t>>) -> String {
    let before = get(table, key.get_ref()).map(|value| shown_value(value.get_ref())).unwrap_or_default();
    table.remove(key);
    table.insert(key.clone(), value.clone());
    before
}

/// The source of a change, which must be given.
fn source_of(section: &Section<'_, '_>) -> String {
    section.required("source").map(|(source, _)| source.trim().to_owned()).unwrap_or_default()
}

/// `[settings.NAME]`: a new value with its source.
fn settings<'t>(base: &mut Table<'t>, root: &Section<'_, 't>, differences: &mut Vec<Difference>) {
    for (name, section) in root.named_sections("settings") {
        let of_pack = get_mut(base, "settings").and_then(|settings| as_table_mut(settings.get_mut()));
        let Some(of_pack) = of_pack else { continue };
        let known: Vec<String> = of_pack.iter().map(|(name, _)| name.get_ref().to_string()).collect();
        let Some(setting) = get_mut(of_pack, &name).and_then(|setting| as_table_mut(setting.get_mut())) else {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            root.unknown_name(section.line, &format!("settings.{name}"), "setting", &name, &known);
            continue;
        };
        let source = source_of(&section);
        if !section.has("value") {
            section.report(section.line, "value", "missing-key", "the key \"value\" is missing", "");
        }
        for key in ["value", "source", "check", "question"] {
            if let Some((key, value)) = section.entry(key) {
                let before = put(setting, key, value);
                if key.get_ref() == "value" {
                    let after = shown_value(value.get_ref());
                    differences.push(Difference { what: format!("settings.{name}"), before, after, source: source.clone() });
                }
            }
        }
        section.finish();
    }
}

/// `[change.RULE]`: new values of keys of a rule.
fn changes<'t>(base: &mut Table<'t>, root: &Section<'_, 't>, differences: &mut Vec<Difference>) {
    for (id, section) in root.named_sections("change") {
        let mut known = Vec::new();
        let mut rule = None;
        for table in get_mut(base, "rule").and_then(|rules| as_array_mut(rules.get_mut())).into_iter().flat_map(|rules| rules.iter_mut()) {
            let Some(table) = as_table_mut(table.get_mut()) else { continue };
            let of_rule = get(table, "id").and_then(|id| id.get_ref().as_str()).unwrap_or_default().to_owned();
            if of_rule == id {
                rule = Some(table);
            }
            known.push(of_rule);
        }
        let Some(rule) = rule else {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            root.unknown_name(section.line, &format!("change.{id}"), "rule", &id, &known);
            continue;
        };
        lay_keys(rule, &section, &format!("rule.{id}"), &["id", "criterion"], differences);
    }
}

/// `[combination]`: new values of its keys.
fn combination<'t>(base: &mut Table<'t>, root: &Section<'_, 't>, differences: &mut Vec<Difference>) {
    let Some(section) = root.section("combination") else { return };
    let Some(of_pack) = get_mut(base, "combination").and_then(|table| as_table_mut(table.get_mut())) else { return };
    lay_keys(of_pack, &section, "combination", &[], differences);
}

/// Puts every key of a section in place; a threshold takes the place of another kind of threshold. Whether the keys and values are
/// possible is found when the whole pack is read.
fn lay_keys<'t>(table: &mut Table<'t>, section: &Section<'_, 't>, what: &str, fixed: &[&'static str], differences: &mut Vec<Difference>) {
    const THRESHOLDS: [&str; 4] = ["at_least", "at_least_quantity", "at_least_share", "more_than_share"];
    let source = source_of(section);
    for (key, value) in section.entries() {
        let name: &str = key.get_ref();
        if fixed.contains(&name) {
            section.report(section.line, name, "not-changeable", "an overlay cannot change this", "add a rule of its own instead");
            continue;
        }
        let mut before = put(table, key, value);
        // A threshold takes the place of one of another kind.
        for other in THRESHOLDS.iter().filter(|other| THRESHOLDS.contains(&name) && **other != name) {
            if let Some(replaced) = table.remove(*other) {
                before = format!("in place of {other} {}", shown_value(replaced.get_ref()));
            }
        }
        if name != "source" && name != "check" {
            let after = shown_value(value.get_ref());
            differences.push(Difference { what: format!("{what}.{name}"), before, after, source: source.clone() });
        }
    }
}

/// `[[rule]]` and `[[term]]`: wholly new ones, behind those of the pack.
fn additions<'t>(
    base: &mut Table<'t>,
    root: &Section<'_, 't>,
    key: &'static str,
    named_by: &'static str,
    differences: &mut Vec<Difference>,
) {
    let Some((name, added)) = root.entry(key) else { return };
    for section in root.sections(key) {
        let text = |key: &'static str| section.text(key).map(|(text, _)| text.trim().to_owned()).unwrap_or_default();
        let what = format!("{key}.{}", text(named_by));
        let after = if key == "rule" {
            format!("new rule of {}: {}", text("criterion"), text("title"))
        } else {
            format!("{} to {}", text("first"), text("last"))
        };
        let source = if key == "rule" { text("source") } else { String::new() };
        differences.push(Difference { what, before: String::new(), after, source });
    }
    let mut all = get(base, key)
        .and_then(|value| value.get_ref().as_array())
        .map(|items| items.iter().cloned().collect::<Vec<_>>())
        .unwrap_or_default();
    all.extend(added.get_ref().as_array().into_iter().flatten().cloned());
    let value = Spanned::new(added.span(), DeValue::Array(all.into_iter().collect()));
    put(base, name, &value);
}

fn as_table_mut<'b, 't>(value: &'b mut DeValue<'t>) -> Option<&'b mut Table<'t>> {
    match value {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

fn as_array_mut<'b, 't>(value: &'b mut DeValue<'t>) -> Option<&'b mut toml::de::DeArray<'t>> {
    match value {
        DeValue::Array(array) => Some(array),
        _ => None,
    }
}

/// The same tree with all its positions moved on, as if its text stood behind others.
pub(super) fn moved(tree: Spanned<Table<'_>>, by: usize) -> Spanned<Table<'_>> {
    let span = forward(tree.span(), by);
    Spanned::new(span, moved_table(tree.into_inner(), by))
}

fn moved_table<'t>(table: Table<'t>, by: usize) -> Table<'t> {
    let entry = |(key, value): (Spanned<Cow<'t, str>>, Spanned<DeValue<'t>>)| {
        let key = Spanned::new(forward(key.span(), by), key.into_inner());
        (key, moved_value(value, by))
    };
    table.into_iter().map(entry).collect()
}

fn moved_value(value: Spanned<DeValue<'_>>, by: usize) -> Spanned<DeValue<'_>> {
    let span = forward(value.span(), by);
    let value = match value.into_inner() {
        DeValue::Table(table) => DeValue::Table(moved_table(table, by)),
        DeValue::Array(items) => DeValue::Array(items.into_iter().map(|item| moved_value(item, by)).collect()),
        other => other,
    };
    Spanned::new(span, value)
}

fn forward(span: Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}
