//! `[supporting_families]`: needs against outcomes.
//!
//! What comes in: the section of the pipeline file and the text of its funding pack. What goes out: [`NeedsSettings`], or problems. What always holds: the criteria pack is one of the pipeline's.

use super::claims::NamedFile;
use super::funding::parse_funding;
use super::raw::{Located, Section};
use crate::model::Problem;
use crate::model::funding::FundingPack;

/// Needs against outcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedsSettings {
    /// The criteria pack whose criteria are the needs.
    pub pack: String,
    /// What is paid for a successful family.
    pub funding: FundingPack,
    /// Months for which an outcome must be sustained.
    pub sustained_months: u32,
    /// Needs that a family must have had.
    pub needs_at_least: u32,
    /// (name as given, SHA-256) of the funding pack.
    pub fingerprints: Vec<(String, String)>,
}

/// Reads `[supporting_families]`; `None` where the pipeline has none. `packs` are the packs of the pipeline, `None` when they could not all be read.
pub(crate) fn read_needs(
    section: Section<'_>,
    there: bool,
    packs: Option<&[&str]>,
    mut file: impl FnMut(&Section<'_>, &'static str, &Located<String>) -> Option<NamedFile>,
) -> (Option<NeedsSettings>, Vec<Problem>) {
    if !there {
        section.finish();
        return (None, Vec::new());
    }
    let mut problems = Vec::new();
    let pack = section.required_text("pack");
    if let (Some(pack), Some(packs)) = (&pack, packs)
        && !packs.contains(&pack.value.as_str())
    {
        section.unknown_name(pack, "pack", "pack", packs);
    }
    let named = section.required_text("funding").and_then(|path| file(&section, "funding", &path));
    let fingerprints = named.iter().map(|named| (named.relative.clone(), named.sha256.clone())).collect();
    let funding = named.and_then(|named| parse_funding(&named.shown, &named.text).map_err(|found| problems.extend(found)).ok());
    let sustained_months = section.integer("sustained_months", 1..=60).unwrap_or(6) as u32;
    let needs_at_least = section.integer("needs_at_least", 1..=100).unwrap_or(3) as u32;
    section.finish();
    let settings = match (pack, funding) {
        (Some(pack), Some(funding)) => Some(NeedsSettings { pack: pack.value, funding, sustained_months, needs_at_least, fingerprints }),
        _ => None,
    };
    (settings, problems)
}
