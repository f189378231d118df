//! The tables of a window's claims, and the words above them.
//!
//! What comes in: the claims, what was gathered for them. What goes out: rows of text by the headings beside them. What always holds: a row per claim, per candidate, per test and per feed; the sums are those of the claims.

use std::collections::BTreeMap;

use super::decide::{Amounts, Decision, decide};
use super::gather::{Asking, Candidate, Gathered};
use super::iso;
use super::numbers::Numbers;
use super::pack::tests_of;
use super::withhold::{Invalidated, said_before};
use crate::model::{Day, Pence, date, pounds};

/// One claim of the window.
pub(super) struct Claim<'g> {
    pub(super) number: u64,
    pub(super) candidate: &'g Candidate,
    pub(super) attached_on: Day,
    pub(super) amounts: Amounts,
    pub(super) funded: bool,
    pub(super) tests: Vec<u8>,
    pub(super) evidence: Vec<u8>,
    pub(super) members: Vec<u8>,
    pub(super) page: String,
    pub(super) pack_sha256: String,
    pub(super) in_sample: bool,
    /// Who invalidated a claim for the family before, when and why.
    pub(super) invalidated_before: String,
}

pub(super) fn payable(claims: &[Claim<'_>]) -> Pence {
    claims.iter().filter(|claim| claim.funded).map(|claim| claim.amounts.amount).sum()
}

/// The file that holds the claims.
pub(super) const TABLE: &str = "claims.csv";

pub(super) const CLAIMS: [&str; 18] = [
    "number",
    "family_id",
    "window",
    "claim_date",
    "attached_on",
    "attached_by",
    "baseline_run",
    "claim_run",
    "claimed",
    "rate_year",
    "attachment_pence",
    "amount_pence",
    "funded",
    "payable_pence",
    "pack_sha256",
    "in_audit_sample",
    "funding_pack",
    "invalidated_before",
];

/// Those of them that the page shows.
pub(super) const CLAIMS_SHOWN: [&str; 11] = [
    "number",
    "family_id",
    "attached_on",
    "attached_by",
    "baseline_run",
    "claimed",
    "rate_year",
    "amount_pence",
    "funded",
    "payable_pence",
    "in_audit_sample",
];

pub(super) const CANDIDATES: [&str; 10] = [
    "family_id",
    "attached_on",
    "attached_by",
    "baseline_run",
    "withheld",
    "family_result",
    "progress_to_work",
    "continuous_employment",
    "claimed",
    "reason",
];

pub(super) fn claim_row(claim: &Claim<'_>, asking: &Asking<'_>, window: &str) -> Vec<String> {
    let payable = if claim.funded { claim.amounts.amount } else { 0 };
    let by = claim.candidate.attached.as_ref().map(|attached| attached.by.name().to_owned()).unwrap_or_default();
    let yes = |holds: bool| if holds { "yes" } else { "no" }.to_owned();
    vec![
        claim.number.to_string(),
        claim.candidate.family.clone(),
        window.to_owned(),
        date::iso(asking.claim),
        date::iso(claim.attached_on),
        by,
        claim.candidate.baseline.clone(),
        asking.run.manifest.run_id.clone(),
        claim.amounts.called.clone(),
        claim.amounts.year.clone(),
        claim.amounts.attachment.to_string(),
        claim.amounts.amount.to_string(),
        yes(claim.funded),
        payable.to_string(),
        claim.pack_sha256.clone(),
        yes(claim.in_sample),
        asking.settings.funding.name.clone(),
        claim.invalidated_before.clone(),
    ]
}

pub(super) fn candidate_row(candidate: &Candidate, asking: &Asking<'_>, invalidated: &[Invalidated<'_>]) -> Vec<String> {
    let (on, by) = candidate.attached.as_ref().map(|attached| (iso(attached.on), attached.by.name().to_owned())).unwrap_or_default();
    let mut row = vec![candidate.family.clone(), on, by, candidate.baseline.clone()];
    match &candidate.outcome {
        Err(withheld) => {
            row.push(withheld.code().to_owned());
            row.extend([String::new(), String::new(), String::new(), String::new(), withheld.words()]);
        }
        Ok(outcome) => {
            row.push(String::new());
            row.extend([outcome.family, outcome.progress, outcome.employment].map(|value| value.name().to_owned()));
            let attached = candidate.attached.as_ref().map_or(asking.claim, |attached| attached.on);
            match decide(&asking.settings.funding, &asking.settings.results.family_result, attached, asking.claim, outcome) {
                Decision::Claim(amounts) => row.extend([amounts.called, said_before(invalidated, &candidate.family)]),
                Decision::Nothing(why) => row.extend([String::new(), why]),
            }
        }
    }
    row
}

/// Every test of every family that was tested, claimed for or not: why a family is not claimed for can be done again like a claim.
pub(super) fn tested(gathered: &Gathered) -> Vec<Vec<String>> {
    let of_candidate = |candidate: &Candidate| {
        let outcome = candidate.outcome.as_ref().ok()?;
        let row = |cells: Vec<String>| std::iter::once(candidate.family.clone()).chain(cells).collect::<Vec<_>>();
        Some(tests_of(outcome).into_iter().map(row).collect::<Vec<_>>())
    };
    gathered.candidates.iter().filter_map(of_candidate).flatten().collect()
}

pub(super) const FEEDS: [&str; 5] = ["run_id", "feed", "carries", "state", "as_at"];

/// How far each feed reached in each run that was looked at: what every neutral and every unknown rests on.
pub(super) fn feeds(gathered: &Gathered) -> Vec<Vec<String>> {
    let runs = gathered.baselines.iter().chain([(&gathered.now.run_id, &gathered.now)]);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (run, history) in runs {
        for source in &history.sources {
            let carries = source.carries.iter().map(|kind| kind.name()).collect::<Vec<_>>().join("; ");
            rows.push(vec![run.clone(), source.name.clone(), carries, source.state.name().to_owned(), iso(source.as_at)]);
        }
    }
    rows.sort();
    rows.dedup();
    rows
}

pub(super) const SUMS: [&str; 5] = ["rate_year", "claimed", "families", "amount_pence", "payable_pence"];

pub(super) fn sums(claims: &[Claim<'_>]) -> Vec<Vec<String>> {
    let mut sums: BTreeMap<(&str, &str), (u64, Pence, Pence)> = BTreeMap::new();
    for claim in claims {
        let sum = sums.entry((&claim.amounts.year, claim.amounts.called.as_str())).or_default();
        sum.0 += 1;
        sum.1 += claim.amounts.amount;
        sum.2 += if claim.funded { claim.amounts.amount } else { 0 };
    }
    let row = |((year, claimed), (families, amount, payable)): ((&str, &str), (u64, Pence, Pence))| {
        vec![year.to_owned(), claimed.to_owned(), families.to_string(), amount.to_string(), payable.to_string()]
    };
    sums.into_iter().map(row).collect()
}

pub(super) fn words(claims: &[Claim<'_>], numbers: &Numbers, asking: &Asking<'_>) -> Vec<String> {
    let pack = &asking.settings.funding;
    let amount: Pence = claims.iter().map(|claim| claim.amounts.amount).sum();
    vec![
        format!("{} families are claimed for, {} in all, by the pack {}.", claims.len(), pounds(amount), pack.title),
        format!(
            "{} of every {} families are paid for. {} claims stand already and keep their numbers (standing.csv); these have the lowest numbers that were free. Of all {}, {} are paid for once these are signed; the claims of this window come to {}.",
            pack.funded.funded,
            pack.funded.of_every,
            numbers.standing.len(),
            numbers.all(),
            numbers.paid.len(),
            pounds(payable(claims))
        ),
        format!(
            "Internal audit does {} of them again: {} percent and at least {}, those with the smallest SHA-256 of \"seed|window|family\" with the seed {}.",
            claims.iter().filter(|claim| claim.in_sample).count(),
            asking.settings.sample_percent,
            asking.settings.sample_minimum,
            asking.settings.sample_seed
        ),
    ]
}
