//! `[[service.sharing]]`: the agreements under which anything is shown to anybody outside the team.

use super::super::checked::{SHARED, SharingAgreement};
use super::super::raw::{Located, Section};
use super::requests::note;

pub(super) fn read(sections: Vec<Section<'_>>, sources: Option<&[&str]>) -> Vec<SharingAgreement> {
    let mut agreements: Vec<SharingAgreement> = Vec::new();
    for section in sections {
        let (document, line) = (section.document, section.line);
        let Some(agreement) = read_one(section, sources) else { continue };
        let same = |known: &&SharingAgreement| known.recipient == agreement.recipient && known.purpose == agreement.purpose;
        if agreements.iter().any(|known| same(&known)) {
            document.report_at(line, "service.sharing.purpose", "named-twice", "this recipient and purpose are listed twice");
        }
        agreements.push(agreement);
    }
    agreements
}

/// Reports a recipient or purpose for which nothing is ever written: what it clears would be missed where it is asked for.
fn check_names(section: &Section<'_>, recipient: &Located<String>, purpose: &Located<String>) {
    let recipients = SHARED.map(|(recipient, _)| recipient);
    match SHARED.iter().find(|(known, _)| *known == recipient.value) {
        None => section.unknown_name(recipient, "recipient", "recipient", &recipients),
        Some((_, known)) if *known != purpose.value => section.unknown_name(purpose, "purpose", "purpose", &[known]),
        Some(_) => {}
    }
}

fn read_one(section: Section<'_>, known: Option<&[&str]>) -> Option<SharingAgreement> {
    let [recipient, purpose, reference] = ["recipient", "purpose", "reference"].map(|key| section.required_text(key));
    if let (Some(recipient), Some(purpose)) = (&recipient, &purpose) {
        check_names(&section, recipient, purpose);
    }
    for key in ["starts", "ends", "columns"] {
        if section.value(key).is_none() {
            section.document.report_at(section.line, &section.name_of(key), "missing-key", "this key is missing");
        }
    }
    let (starts, ends) = (section.date("starts"), section.date("ends"));
    let columns = section.texts("columns").into_iter().map(|text| text.value).collect();
    let mut sources = Vec::new();
    for source in section.texts("sources") {
        if let Some(known) = known.filter(|known| !known.contains(&source.value.as_str())) {
            section.unknown_name(&source, "sources", "feed", known);
        }
        sources.push(source.value);
    }
    note(&section);
    section.finish();
    Some(SharingAgreement {
        recipient: recipient?.value,
        purpose: purpose?.value,
        reference: reference?.value,
        starts: starts?.value,
        ends: ends?.value,
        columns,
        sources,
    })
}
