//! `[service.claims]`: by which money and rules results are claimed, and how they are audited.
//!
//! What comes in: the section of the pipeline file; the texts of the two packs it names. What goes out: [`ClaimSettings`], or problems. What always holds: both packs are checked like any configuration; they do not enter the
//! identity of a monthly run, whose bytes do not depend on them.

use super::funding::parse_funding;
use super::raw::{Located, Section};
use super::results::parse_results;
use crate::model::Problem;
use crate::model::funding::FundingPack;
use crate::model::results::ResultRules;

/// Claims for results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimSettings {
    /// What is paid.
    pub funding: FundingPack,
    /// What a result is.
    pub results: ResultRules,
    /// Percent of the claims of a window that internal audit does again.
    pub sample_percent: u32,
    /// Least number of them.
    pub sample_minimum: u32,
    /// The seed of the sample.
    pub sample_seed: u64,
    /// (name as given, SHA-256) of both packs.
    pub fingerprints: Vec<(String, String)>,
}

/// A file that a section names, read: its name in messages, its text and its hash.
pub(crate) struct NamedFile {
    pub(crate) relative: String,
    pub(crate) shown: String,
    pub(crate) text: String,
    pub(crate) sha256: String,
}

/// Reads `[service.claims]`; `None` where the pipeline has none. `packs` are the pipeline's criteria packs, `None` when they could not all be read; `file` reads a file that a key names and reports what is wrong with it.
pub(crate) fn read_claims(
    section: Section<'_>,
    there: bool,
    packs: Option<&[&str]>,
    mut file: impl FnMut(&Section<'_>, &'static str, &Located<String>) -> Option<NamedFile>,
) -> (Option<ClaimSettings>, Vec<Problem>) {
    if !there {
        section.finish();
        return (None, Vec::new());
    }
    let mut problems = Vec::new();
    let mut fingerprints = Vec::new();
    let mut named = |key: &'static str| {
        let path = section.required_text(key)?;
        let named = file(&section, key, &path)?;
        fingerprints.push((named.relative.clone(), named.sha256.clone()));
        Some(named)
    };
    let funding = named("funding").and_then(|named| parse_funding(&named.shown, &named.text).map_err(|found| problems.extend(found)).ok());
    let results = named("results").and_then(|named| parse_results(&named.shown, &named.text).map_err(|found| problems.extend(found)).ok());
    if let (Some(rules), Some(packs)) = (results.as_ref().and_then(|rules| rules.problems.as_ref()), packs)
        && !packs.contains(&rules.pack.as_str())
    {
        let message = format!("the results are about the problems of the criteria pack {}, which this pipeline does not run", rules.pack);
        section.document.report_at(section.line, &section.name_of("results"), "unknown-name", message);
    }
    let sample_percent = section.integer("sample_percent", 1..=100).unwrap_or(10) as u32;
    let sample_minimum = section.integer("sample_minimum", 0..=1_000_000).unwrap_or(10) as u32;
    let sample_seed = section.integer("sample_seed", 0..=i64::MAX).unwrap_or(0) as u64;
    section.finish();
    let settings = match (funding, results) {
        (Some(funding), Some(results)) => {
            Some(ClaimSettings { funding, results, sample_percent, sample_minimum, sample_seed, fingerprints })
        }
        _ => None,
    };
    (settings, problems)
}
