//! One decision of a person, as the journal keeps it.
//!
//! What comes in: a line of `decisions.jsonl`, or the parts of a decision. What goes out: an [`Entry`]. What always holds: a line says the same
//! to every reader (it is compared with what this module would write); `Debug` shows positions, never whom a decision is about.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::casework::{AllocationEntry, AnswerEntry, ROUTES, RequestEntry};
use super::claim::ClaimDecision;
use crate::model::{Day, Status, Verdict, date};
use crate::store::sha256_hex;

/// Source name and record id.
pub type RecordName = (String, String);

/// One line of the journal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Number of the line, from 1.
    pub seq: u64,
    /// When it was imported, UTC.
    pub time: String,
    /// The account that imported it.
    pub user: String,
    /// Who decided.
    pub by: String,
    /// Why; may be empty where the decision needs no reason.
    pub reason: String,
    /// Name of the file, and sheet, it came from, without its folder.
    pub file: String,
    /// SHA-256 of that file.
    pub file_sha256: String,
    /// Line of the file, or row of the sheet, from 1.
    pub line: u64,
    /// What was decided.
    pub decision: Content,
    /// Hash of the line before.
    pub prev: String,
    /// SHA-256 of `prev` followed by this line without its hash.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Entry").field("seq", &self.seq).field("line", &self.line).finish_non_exhaustive()
    }
}

/// What a decision is about, and what it says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// A family.
    Family(FamilyDecision),
    /// Two records.
    Pair(PairDecision),
    /// A referral form and a candidate family.
    Referral(ReferralDecision),
    /// A request for a preliminary assessment, or a reminder of one.
    Request(RequestEntry),
    /// A professional's answer to one.
    Answer(AnswerEntry),
    /// A worker for a family.
    Allocation(AllocationEntry),
    /// A claim for a result.
    Claim(ClaimDecision),
}

/// What was decided about a family, all of it in one step.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyDecision {
    /// Its id at the time.
    pub family: String,
    /// Records of its members at the time: they find the family should its id be unknown later.
    pub records: Vec<RecordName>,
    /// Retired ids of families that had become one with it since the last decision about it: it is about them too, and what was decided about it before was not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<String>,
    /// Day from which the decision holds, `YYYY-MM-DD`.
    pub on: String,
    /// Accepted for the list, or rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    /// New status, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Override of the route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<OverrideDecision>,
}

impl FamilyDecision {
    /// The day from which it holds.
    #[must_use]
    pub fn day(&self) -> Day {
        date::from_iso(&self.on).unwrap_or(crate::model::NO_DAY)
    }

    /// The new status.
    #[must_use]
    pub fn new_status(&self) -> Option<Status> {
        self.status.as_deref().and_then(|name| name.parse().ok())
    }
}

/// An override, or its withdrawal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideDecision {
    /// `include`, `exclude` or `withdraw`.
    pub what: String,
    /// Pack it is for; empty for all.
    pub pack: String,
    /// Who approved it.
    pub approver: String,
    /// Last day on which it holds, `YYYY-MM-DD`; empty for a withdrawal.
    pub expires: String,
}

/// One record of a pair, with what it said when the decision was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Source and record id.
    pub record: RecordName,
    /// Digest of the record's comparable values; empty if they were not known.
    pub fingerprint: String,
    /// Other records of the same person at the time, which stand in should the record itself be gone.
    pub also: Vec<RecordName>,
}

/// What was decided about two records.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairDecision {
    /// The record that comes first by source and id.
    pub left: Side,
    /// The other.
    pub right: Side,
    /// `same`, `different` or `unsure`.
    pub verdict: String,
}

/// What was decided about a referral form and a candidate family.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralDecision {
    /// Source of the form.
    pub source: String,
    /// Record id of its row, without `#slot`.
    pub referral: String,
    /// The candidate's id at the time.
    pub family: String,
    /// Record of the form and record of the candidate family, for each person of the form that the family has.
    pub matched: Vec<(RecordName, RecordName)>,
    /// Digest of what the form says.
    pub fingerprint: String,
    /// `same`, `different` or `unsure`.
    pub verdict: String,
}

/// A verdict by its name.
#[must_use]
pub fn verdict(name: &str) -> Option<Verdict> {
    Verdict::NAMES.iter().find(|(known, _)| *known == name).map(|(_, verdict)| *verdict)
}

impl Entry {
    /// The line without its end.
    ///
    /// # Panics
    /// Never: texts and numbers always serialise.
    #[must_use]
    pub fn line_of(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers always serialise")
    }

    /// The hash the entry must carry.
    #[must_use]
    pub fn computed_hash(&self) -> String {
        let bare = Self { hash: String::new(), ..self.clone() };
        sha256_hex(format!("{}{}", self.prev, bare.line_of()).as_bytes())
    }

    /// True if every name and day in it is one that this version knows.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        let is_day = |text: &str| date::from_iso(text).is_some();
        match &self.decision {
            Content::Family(family) => {
                is_day(&family.on)
                    && family.status.is_none() == family.new_status().is_none()
                    && family.over.as_ref().is_none_or(|over| match over.what.as_str() {
                        "include" | "exclude" => is_day(&over.expires),
                        word => word == "withdraw",
                    })
            }
            Content::Pair(pair) => verdict(&pair.verdict).is_some(),
            Content::Referral(referral) => verdict(&referral.verdict).is_some(),
            Content::Request(request) => is_day(&request.on) && is_day(&request.due) && is_day(&request.lapses),
            Content::Answer(answer) => is_day(&answer.on) && ROUTES.contains(&answer.route.as_str()),
            Content::Allocation(allocation) => is_day(&allocation.on) && (allocation.until.is_empty() || is_day(&allocation.until)),
            Content::Claim(claim) => is_day(&claim.on) && claim.new_stage().is_some(),
        }
    }
}
