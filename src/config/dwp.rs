//! `[service.dwp]`: what may be asked of the Department for Work and Pensions.
//!
//! What comes in: the section of the pipeline file, its schemas and packs by name. What goes out: checked settings; nothing where the pipeline has no such section.
//! What always holds: feed, pack and criteria are the pipeline's own; every purpose names its power in law.

use super::raw::Section;
use crate::model::{DwpFamilies, DwpPurpose, DwpSettings};

/// Days for which an answer holds where the pipeline says nothing: domain.md §8.1, A15.
const VALID_DAYS: i64 = 90;

/// Reads the section. `schemas` are the names of the feeds, `packs` the packs with their criteria; `None` when they could not all be read.
pub(super) fn read_dwp(section: Section<'_>, schemas: &[&str], packs: Option<&[(&str, Vec<&str>)]>) -> Option<DwpSettings> {
    section.value("schema")?;
    let schema = section.required_text("schema");
    if let Some(name) = schema.as_ref().filter(|name| !schemas.contains(&name.value.as_str())) {
        section.unknown_name(name, "schema", "feed", schemas);
    }
    let pack = section.required_text("pack");
    let known = pack.as_ref().zip(packs).map(|(pack, packs)| (pack, packs.iter().find(|(name, _)| *name == pack.value)));
    if let Some((pack, None)) = known {
        let names: Vec<&str> = packs.into_iter().flatten().map(|(name, _)| *name).collect();
        section.unknown_name(pack, "pack", "pack", &names);
    }
    let with_any = section.texts("with_any");
    if let Some((_, Some((_, criteria)))) = known {
        for criterion in with_any.iter().filter(|criterion| !criteria.contains(&criterion.value.as_str())) {
            section.unknown_name(criterion, "with_any", "criterion", criteria);
        }
    }
    let valid_days = section.integer("valid_days", 1..=366).unwrap_or(VALID_DAYS) as u32;
    let needs_nino = section.boolean("needs_nino").unwrap_or(true);
    let mut purposes: Vec<DwpPurpose> = Vec::new();
    for listed in section.sections("purpose") {
        let (document, line) = (listed.document, listed.line);
        let name = listed.required_text("name");
        let families = listed.choice("families", &[("candidates", DwpFamilies::Candidates), ("worked_with", DwpFamilies::WorkedWith)]);
        if listed.value("families").is_none() {
            document.report_at(line, &listed.name_of("families"), "missing-key", "say which families: candidates or worked_with");
        }
        let basis = listed.required_text("basis");
        listed.finish();
        let (Some(name), Some(families), Some(basis)) = (name, families, basis) else { continue };
        if purposes.iter().any(|known| known.name == name.value) {
            document.report_at(line, "service.dwp.purpose.name", "named-twice", "this purpose is listed twice");
        }
        purposes.push(DwpPurpose { name: name.value, families, basis: basis.value });
    }
    if purposes.is_empty() {
        section.document.report_at(
            section.line,
            &section.name_of("purpose"),
            "missing-key",
            "say for which purposes the Department may be asked",
        );
    }
    section.finish();
    let with_any = with_any.into_iter().map(|text| text.value).collect();
    Some(DwpSettings { schema: schema?.value, pack: pack?.value, with_any, valid_days, needs_nino, purposes })
}
