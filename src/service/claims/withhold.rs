//! Families whose tests are met and that are not claimed for all the same: their people are claimed for, or somebody said that the claim does not hold.
//!
//! What comes in: what was gathered for a window, the register. What goes out: the same, with those withheld. What always holds: of two families that are mostly the same people one is drafted, the first by its id; what the
//! import would set aside as claimed for twice is not drafted; a claim that a person invalidated comes back in its window with other evidence only, and says so.

use std::collections::BTreeSet;

use super::decide::{Decision, Withheld, decide};
use super::gather::{Asking, Gathered};
use super::pack::{Pack, pack_sha256};
use crate::model::screen::WITHHELD;
use crate::model::{ClaimStage, Screen};
use crate::register::decisions::{Claims, Content, Entry, in_the_way, mostly};

/// Withholds them.
pub(super) fn withhold(gathered: &mut Gathered, asking: &Asking<'_>, invalidated: &[Invalidated<'_>], window: &str) {
    let mut drafted: Vec<(String, BTreeSet<String>)> = Vec::new();
    let Gathered { candidates, now, baselines, .. } = gathered;
    for candidate in candidates {
        let (Ok(outcome), Some(attached)) = (&candidate.outcome, &candidate.attached) else { continue };
        let claimed = decide(&asking.settings.funding, &asking.settings.results.family_result, attached.on, asking.claim, outcome);
        let (Decision::Claim(_), Some(baseline)) = (claimed, baselines.get(&candidate.baseline)) else { continue };
        let people: BTreeSet<String> = candidate.people.iter().map(|person| person.id.clone()).collect();
        let evidence = || {
            let pack = Pack::of(outcome, candidate, (asking.settings.results.whose, asking.claim), baseline, now);
            pack_sha256([&pack.tests_csv(), &pack.evidence_csv(), &pack.members_csv()])
        };
        let why = if let Some(claim) = same_evidence(invalidated, (window, &candidate.family), evidence) {
            Some(Withheld::Invalidated(claim.words()))
        } else {
            claimed_for(&asking.register.claims, &drafted, (&candidate.family, &people), window)
        };
        match why {
            Some(withheld) => candidate.outcome = Err(withheld),
            None => drafted.push((candidate.family.clone(), people)),
        }
    }
}

/// Why a family and its people are not drafted next to the claims that stand and those drafted before it.
pub(super) fn claimed_for(
    claims: &Claims,
    drafted: &[(String, BTreeSet<String>)],
    (family, people): (&str, &BTreeSet<String>),
    window: &str,
) -> Option<Withheld> {
    if let Some(other) = in_the_way(claims, family, people, window) {
        return Some(Withheld::by(other));
    }
    let other = drafted.iter().find(|(_, others)| mostly(people, others) || mostly(others, people));
    other.map(|(family, _)| Withheld::PeopleDrafted(family.clone()))
}

/// A claim of which a person said that it does not hold.
pub(super) struct Invalidated<'a> {
    window: &'a str,
    /// Id of today.
    family: String,
    pack_sha256: &'a str,
    on: &'a str,
    by: &'a str,
    reason: &'a str,
}

impl<'a> Invalidated<'a> {
    /// All of them, oldest first; a reason that names somebody restricted is withheld.
    pub(super) fn all(asking: &Asking<'a>, screen: &Screen) -> Vec<Self> {
        let of_entry = |entry: &'a Entry| match &entry.decision {
            Content::Claim(claim) if by_a_person(entry) => Some(Self {
                window: &claim.window,
                family: asking.successors.present(&claim.family),
                pack_sha256: &claim.pack_sha256,
                on: &claim.on,
                by: &entry.by,
                reason: if screen.hides(&entry.reason) { WITHHELD } else { &entry.reason },
            }),
            _ => None,
        };
        asking.journal.entries().iter().filter_map(of_entry).collect()
    }

    fn words(&self) -> String {
        format!("invalidated in {} by {} on {}: {}", self.window, self.by, self.on, self.reason)
    }
}

/// The claim of a window and family that a person invalidated although, or because, its evidence was the same as now. Evidence is put together only where there is something to compare it with.
fn same_evidence<'i, 'a>(
    invalidated: &'i [Invalidated<'a>],
    (window, family): (&str, &'i str),
    evidence: impl FnOnce() -> String,
) -> Option<&'i Invalidated<'a>> {
    let of_window: Vec<&Invalidated<'_>> = of_family(invalidated, family).filter(|claim| claim.window == window).collect();
    let sha256 = if of_window.is_empty() { return None } else { evidence() };
    of_window.into_iter().rfind(|claim| claim.pack_sha256 == sha256)
}

fn of_family<'i, 'a>(invalidated: &'i [Invalidated<'a>], family: &'i str) -> impl Iterator<Item = &'i Invalidated<'a>> {
    invalidated.iter().filter(move |claim| claim.family == family)
}

/// What a claim that is drafted again says of those before it; empty if none was invalidated.
pub(super) fn said_before(invalidated: &[Invalidated<'_>], family: &str) -> String {
    of_family(invalidated, family).map(Invalidated::words).collect::<Vec<_>>().join("; ")
}

/// True if a person invalidated a claim in this entry; a draft that gives up an earlier one, because nothing can be claimed any more, says nothing about its evidence.
pub(super) fn by_a_person(entry: &Entry) -> bool {
    invalidates(entry) && !entry.file.starts_with(OF_DRAFTS)
}

/// True if drafting made this entry: a draft, or a draft given up.
pub(super) fn by_drafting(entry: &Entry) -> bool {
    match &entry.decision {
        Content::Claim(claim) => claim.new_stage() == Some(ClaimStage::Drafted) || invalidates(entry) && entry.file.starts_with(OF_DRAFTS),
        _ => false,
    }
}

/// Where entries that drafting makes come from; a file that people hand in is named without its folder.
pub(super) const OF_DRAFTS: &str = "claims/";

fn invalidates(entry: &Entry) -> bool {
    matches!(&entry.decision, Content::Claim(claim) if claim.new_stage() == Some(ClaimStage::Invalidated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalidated_claim_comes_back_with_other_evidence_or_in_another_window_and_says_so() {
        let invalidated =
            |window, pack_sha256, reason| Invalidated { window, family: "F1".to_owned(), pack_sha256, on: "2013-09-20", by: "CD", reason };
        let all = [invalidated("2013-07", "first", "spot check"), invalidated("2013-07", "second", "wrong school")];
        let found = |key, evidence: &str| same_evidence(&all, key, || evidence.to_owned()).map(Invalidated::words);
        assert_eq!(found(("2013-07", "F1"), "first").unwrap(), "invalidated in 2013-07 by CD on 2013-09-20: spot check");
        assert_eq!(found(("2013-07", "F1"), "second").unwrap(), "invalidated in 2013-07 by CD on 2013-09-20: wrong school");
        assert_eq!(found(("2013-07", "F1"), "third"), None);
        assert_eq!(found(("2013-10", "F1"), "first"), None);
        assert_eq!(found(("2013-07", "F2"), "first"), None);
        let said = said_before(&all, "F1");
        assert!(said.contains("spot check; invalidated in 2013-07 by CD on 2013-09-20: wrong school"), "{said}");
        assert_eq!(said_before(&all, "F2"), "");
    }
}
