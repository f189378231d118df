//! How a row becomes persons, relations and events: every name checked against columns, slots and vocabularies.
//!
//! What comes in: `[[person]]`, `[[relation]]`, `[[event]]`. What goes out: the same with indices.
//! What always holds: a code list behind a relation, a role or an event's code gives only names the vocabulary has, or `-` for "none".

use super::checked::{ColumnKind, CompareMapping, EventMapping, Origin, PersonMapping, RelationMapping};
use super::columns::Columns;
use super::raw::{Located, Section};
use super::schema::is_plain_name;
use crate::model::person::PersonRole;
use crate::model::{EventKind, EventRole, FURTHER, Field, FurtherField, FurtherKind, Registration, RelationKind};
use crate::rules::codes_of;

/// Most persons one row can hold: slots are numbered in a byte.
const MOST_PERSONS: usize = 250;

/// Reads `[[person]]`.
pub(crate) fn read_persons(root: &Section<'_>, columns: &Columns) -> Vec<PersonMapping> {
    let roles: Vec<(&str, PersonRole)> = PersonRole::ALL.iter().map(|role| (role.name(), *role)).collect();
    let mut persons: Vec<PersonMapping> = Vec::new();
    for section in root.sections("person") {
        let slot = section.required_text("slot");
        if let Some(slot) = &slot {
            let key = section.name_of("slot");
            if !is_plain_name(&slot.value) {
                section.document.report_at(slot.line, &key, "bad-name", "a slot is made of lower-case letters, digits and _");
            } else if persons.iter().any(|person| person.slot == slot.value) {
                section.document.report_at(slot.line, &key, "named-twice", "this slot is defined twice");
            }
        }
        let role = section.choice("role", &roles).unwrap_or(PersonRole::Person);
        let key = columns.indices(&section, "key", section.texts("key"));
        let present_if = columns.indices(&section, "present_if", section.texts("present_if"));
        let fields = read_fields(section.section("fields"), columns);
        let compare = read_compare(&section, columns);
        if fields.is_empty() && compare.is_empty() {
            section.document.report_at(section.line, &section.name_of("fields"), "missing-key", "this person has no field");
        }
        section.finish();
        if let Some(slot) = slot {
            persons.push(PersonMapping { slot: slot.value, role, fields, compare, present_if, key });
        }
    }
    if persons.len() > MOST_PERSONS {
        root.document.report_at(0, "person", "too-many", format!("a row holds at most {MOST_PERSONS} persons"));
    }
    persons
}

fn read_fields(section: Section<'_>, columns: &Columns) -> Vec<(Field, Vec<usize>)> {
    let known: Vec<Field> = Field::ALL.iter().copied().filter(|field| !FURTHER.contains(field)).collect();
    let names: Vec<&str> = known.iter().map(|field| field.name()).collect();
    let mut fields = Vec::new();
    let reader = Section::same(&section);
    for (name, value) in section.entries() {
        let Some(field) = known.iter().copied().find(|field| field.name() == name.value) else {
            reader.unknown_name(&name, &name.value, "field", &names);
            continue;
        };
        let used = columns.indices(&reader, &name.value, reader.texts_of(&name.value, &value));
        if field == Field::Sex {
            check_sex_codes(&reader, columns, &name, &used);
        }
        if !used.is_empty() {
            fields.push((field, used));
        }
    }
    fields.sort_by_key(|(field, _)| *field);
    fields
}

/// What the code list of a sex may give: male, female, not known. Case does not count.
const SEXES: [&str; 6] = ["M", "F", "U", "-", "Male", "Female"];

/// Reports what a code list gives for a sex and is none: it would be no value, unsaid.
fn check_sex_codes(reader: &Section<'_>, columns: &Columns, field: &Located<String>, used: &[usize]) {
    for column in used.iter().map(|&index| columns.get(index)) {
        let ColumnKind::Code(codes) = &column.kind else { continue };
        let mut told: Vec<&str> = Vec::new();
        for (_, standard) in codes {
            if !SEXES.iter().any(|sex| sex.eq_ignore_ascii_case(standard)) && !told.contains(&standard.as_str()) {
                told.push(standard);
                let located = Located { value: standard.clone(), line: field.line };
                reader.unknown_name(&located, &field.value, &format!("sex in the code list of `{}`", column.name), &SEXES);
            }
        }
    }
}

/// Reads `[[person.compare]]`: fields compared by their kind, under a name of the schema's choosing.
fn read_compare(person: &Section<'_>, columns: &Columns) -> Vec<CompareMapping> {
    let kinds: Vec<(&str, FurtherKind)> = FurtherKind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    let mut compare: Vec<CompareMapping> = Vec::new();
    for section in person.sections("compare") {
        let name = section.required_text("name");
        require(&section, "kind");
        let kind = section.choice("kind", &kinds);
        let used = columns.indices(&section, "columns", section.texts("columns"));
        if section.value("columns").is_none() {
            require(&section, "columns");
        }
        let line = section.line;
        if let Some(name) = &name {
            if !is_plain_name(&name.value) {
                let message = "a field's name is made of lower-case letters, digits and _";
                section.document.report_at(name.line, &section.name_of("name"), "bad-name", message);
            } else if compare.iter().any(|other| other.field.name == name.value) {
                section.document.report_at(name.line, &section.name_of("name"), "named-twice", "this field is named twice");
            }
        }
        section.finish();
        if let (Some(name), Some(kind), false) = (name, kind, used.is_empty()) {
            compare.push(CompareMapping { field: FurtherField { name: name.value, kind }, columns: used, line });
        }
    }
    compare
}

/// The person a key names by its slot.
fn slot(section: &Section<'_>, key: &'static str, persons: &[PersonMapping]) -> Option<usize> {
    let name = section.text(key)?;
    let found = persons.iter().position(|person| person.slot == name.value);
    if found.is_none() {
        let slots: Vec<&str> = persons.iter().map(|person| person.slot.as_str()).collect();
        section.unknown_name(&name, key, "person slot", &slots);
    }
    found
}

/// One column named by a key.
fn column(section: &Section<'_>, key: &'static str, columns: &Columns, expected: fn(&ColumnKind) -> bool, kind: &str) -> Option<usize> {
    let name = section.text(key)?;
    let index = columns.index(section, key, &name)?;
    if !expected(&columns.get(index).kind) {
        let message = format!("this column must be declared with kind = \"{kind}\"");
        section.document.report_at(name.line, &section.name_of(key), "wrong-kind", message);
    }
    Some(index)
}

/// A constant, or `{ column = "…" }` of a code column whose standard codes must be among `known` (if given) or `-`.
fn origin(section: &Section<'_>, key: &'static str, columns: &Columns, what: &str, known: Option<&[&str]>) -> Option<Origin> {
    let found = section.value(key)?;
    if found.value.as_str().is_some() {
        let text = section.text(key)?;
        if let Some(known) = known.filter(|known| !known.contains(&text.value.as_str())) {
            section.unknown_name(&text, key, what, known);
        }
        return Some(Origin::Constant(text.value));
    }
    let inner = section.section(key);
    let name = inner.required_text("column");
    let index = name.as_ref().and_then(|name| columns.index(&inner, "column", name));
    inner.finish();
    let (name, index) = (name?, index?);
    match &columns.get(index).kind {
        ColumnKind::Code(codes) => {
            for (_, standard) in codes {
                if let Some(known) = known.filter(|known| standard != "-" && !known.contains(&standard.as_str())) {
                    let located = Located { value: standard.clone(), line: name.line };
                    section.unknown_name(&located, key, &format!("{what} in the code list of `{}`", name.value), known);
                }
            }
        }
        _ => {
            section.document.report_at(name.line, &section.name_of(key), "wrong-kind", "this column must be declared with kind = \"code\"");
        }
    }
    Some(Origin::Column(index))
}

const IS_DATE: fn(&ColumnKind) -> bool = |kind| matches!(kind, ColumnKind::Date(_));
const IS_INTEGER: fn(&ColumnKind) -> bool = |kind| matches!(kind, ColumnKind::Integer);
const IS_ANYTHING: fn(&ColumnKind) -> bool = |_| true;

/// Reads `[[relation]]`.
pub(crate) fn read_relations(root: &Section<'_>, columns: &Columns, persons: &[PersonMapping]) -> Vec<RelationMapping> {
    let kinds: Vec<&str> = RelationKind::ALL.iter().map(|kind| kind.name()).collect();
    let mut relations = Vec::new();
    for section in root.sections("relation") {
        for key in ["from", "to", "kind"] {
            require(&section, key);
        }
        let (from, to) = (slot(&section, "from", persons), slot(&section, "to", persons));
        if from.is_some() && from == to {
            section.document.report_at(section.line, &section.name_of("to"), "same-person", "a person stands in no relation to itself");
        }
        let kind = origin(&section, "kind", columns, "relation", Some(&kinds));
        let lives_together = section.boolean("lives_together").unwrap_or(false);
        let since = column(&section, "since", columns, IS_DATE, "date");
        let until = column(&section, "until", columns, IS_DATE, "date");
        section.finish();
        if let (Some(from), Some(to), Some(kind)) = (from, to, kind) {
            relations.push(RelationMapping { from, to, kind, lives_together, since, until });
        }
    }
    relations
}

/// Reads `[[event]]`; the columns that decide about an event become strict.
pub(crate) fn read_events(root: &Section<'_>, columns: &mut Columns, persons: &[PersonMapping]) -> Vec<EventMapping> {
    let kinds: Vec<(&str, EventKind)> = EventKind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    let roles: Vec<&str> = EventRole::ALL.iter().map(|role| role.name()).collect();
    let mut events = Vec::new();
    for section in root.sections("event") {
        require(&section, "kind");
        let kind = section.choice("kind", &kinds);
        let person = slot(&section, "person", persons);
        let otherwise = slot(&section, "otherwise", persons);
        if otherwise.is_some() && (person.is_none() || person == otherwise) {
            section.document.report_at(section.line, &section.name_of("otherwise"), "same-person", "expected another person than `person`");
        }
        let role = origin(&section, "role", columns, "role", Some(&roles)).unwrap_or_else(|| Origin::Constant("subject".to_owned()));
        // What a row of these kinds says depends on who the person is in it: without a role nobody would ever be the offender.
        let needs_role = matches!(kind, Some(EventKind::Offence | EventKind::AsbIntervention | EventKind::DomesticAbuse));
        if needs_role && person.is_some() {
            require(&section, "role");
        }
        let known = kind.map(codes_of).filter(|known| !known.is_empty() && kind != Some(EventKind::SchoolAbsence));
        let flags = read_flags(section.section("flags"), columns, known);
        let code = origin(&section, "code", columns, "code", known);
        match (&code, flags.is_empty()) {
            (Some(_), false) => {
                section.document.report_at(
                    section.line,
                    &section.name_of("flags"),
                    "code-and-flags",
                    "give either code or flags, not both",
                );
            }
            (None, true) if section.value("code").is_none() => require(&section, "code"),
            _ => {}
        }
        let event = EventMapping {
            kind: kind.unwrap_or(EventKind::Referral),
            person,
            otherwise,
            role,
            code: code.unwrap_or_else(|| Origin::Constant(String::new())),
            from: column(&section, "from", columns, IS_DATE, "date"),
            to: column(&section, "to", columns, IS_DATE, "date"),
            quantity: column(&section, "quantity", columns, IS_INTEGER, "integer"),
            out_of: column(&section, "out_of", columns, IS_INTEGER, "integer"),
            excused: column(&section, "excused", columns, IS_INTEGER, "integer"),
            reference: column(&section, "reference", columns, IS_ANYTHING, "text"),
            registration: registration(&section, columns, kind),
            flags,
        };
        section.finish();
        let origins = [&event.role, &event.code].map(|origin| match origin {
            Origin::Column(index) => Some(*index),
            Origin::Constant(_) => None,
        });
        for index in [event.from, event.to, event.quantity, event.out_of, event.excused].into_iter().chain(origins).flatten() {
            columns.make_strict(index);
        }
        if kind.is_some() {
            events.push(event);
        }
    }
    events
}

/// The column that says how a child is registered; of no other kind of event.
fn registration(section: &Section<'_>, columns: &Columns, kind: Option<EventKind>) -> Option<usize> {
    let name = section.text("registration")?;
    let report = |code: &'static str, message: &str| section.document.report_at(name.line, &section.name_of("registration"), code, message);
    if kind != Some(EventKind::SchoolAbsence) {
        report("does-not-apply", "this key is for kind = \"school_absence\"");
    }
    let index = columns.index(section, "registration", &name)?;
    let ColumnKind::Code(codes) = &columns.get(index).kind else {
        report("wrong-kind", "this column must be declared with kind = \"code\"");
        return None;
    };
    for (_, standard) in codes.iter().filter(|(_, standard)| standard != "-" && !Registration::CODES.contains(&standard.as_str())) {
        let located = Located { value: standard.clone(), line: name.line };
        section.unknown_name(&located, "registration", &format!("registration in the code list of `{}`", name.value), &Registration::CODES);
    }
    Some(index)
}

fn read_flags(section: Section<'_>, columns: &Columns, known: Option<&[&str]>) -> Vec<(usize, String)> {
    let reader = Section::same(&section);
    let mut flags = Vec::new();
    for (name, value) in section.entries() {
        let Some(code) = value.value.as_str() else {
            reader.document.report_at(value.line, &reader.name_of(&name.value), "wrong-type", "the standard code is a text in quotes");
            continue;
        };
        if let Some(known) = known.filter(|known| !known.contains(&code.trim())) {
            let located = Located { value: code.trim().to_owned(), line: value.line };
            reader.unknown_name(&located, &name.value, "code", known);
        }
        if let Some(index) = columns.index(&reader, &name.value, &name) {
            flags.push((index, code.trim().to_owned()));
        }
    }
    flags
}

fn require(section: &Section<'_>, key: &'static str) {
    if section.value(key).is_none() {
        section.document.report_at(section.line, &section.name_of(key), "missing-key", "this key is missing");
    }
}
