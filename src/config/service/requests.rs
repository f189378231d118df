//! `[service.requests]`: whom to ask for preliminary assessments, and how long to wait for this and whatever else is awaited about a family.

use super::super::checked::{ContactRole, RequestSettings};
use super::super::raw::Section;
use super::super::schema::is_plain_name;

pub(super) fn read(section: Section<'_>) -> RequestSettings {
    // Fourteen days, a week between reminders, two reminders, a quarter between words, four weeks for a stage of a claim: [rec]; the pipeline of the county says its own.
    let days = |key: &'static str, default: u32| section.integer(key, 1..=366).map_or(default, |days| days as u32);
    let (due_days, reminder_days) = (days("due_days", 14), days("reminder_days", 7));
    let reminders = section.integer("reminders", 0..=20).map_or(2, |count| count as u32);
    let (informed_days, claim_days) = (days("informed_days", 91), days("claim_days", 28));
    let reply_to = section.text("reply_to").map(|text| text.value).unwrap_or_default();
    note(&section);
    let mut contacts: Vec<ContactRole> = Vec::new();
    for role in section.sections("contact") {
        let name = code(&role, "role");
        let title = role.text("title").map(|title| title.value);
        let within_days = role.integer("within_days", 1..=3660).map_or(365, |days| days as u32);
        note(&role);
        let (document, line) = (role.document, role.line);
        role.finish();
        let Some(name) = name else { continue };
        if contacts.iter().any(|known| known.role == name) {
            document.report_at(line, "service.requests.contact.role", "named-twice", "this role is listed twice");
        }
        contacts.push(ContactRole { title: title.unwrap_or_else(|| name.replace('_', " ")), role: name, within_days });
    }
    let mut needs: Vec<(String, String)> = Vec::new();
    for need in section.sections("need") {
        let name = code(&need, "code");
        let title = need.text("title").map(|title| title.value);
        note(&need);
        let (document, line) = (need.document, need.line);
        need.finish();
        let Some(name) = name else { continue };
        if needs.iter().any(|(known, _)| *known == name) {
            document.report_at(line, "service.requests.need.code", "named-twice", "this need is listed twice");
        }
        needs.push((name.clone(), title.unwrap_or_else(|| name.replace('_', " "))));
    }
    section.finish();
    RequestSettings { due_days, reminder_days, reminders, informed_days, claim_days, reply_to, contacts, needs }
}

/// A name of small letters, digits and underscores.
fn code(section: &Section<'_>, key: &'static str) -> Option<String> {
    let text = section.required_text(key)?;
    if !is_plain_name(&text.value) {
        let message = "a code is made of lower-case letters, digits and _";
        section.document.report_at(text.line, &section.name_of(key), "bad-name", message);
    }
    Some(text.value)
}

/// Where a number comes from, and whether it is to be checked: for the reader of the file.
pub(super) fn note(section: &Section<'_>) {
    section.text("source");
    section.boolean("check");
}
