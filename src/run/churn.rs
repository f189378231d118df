//! The gate on churn: a list that changes too much in a month is held until somebody has confirmed it.
//!
//! What comes in: the month's changes and the limit. What goes out: what is beyond the limit, with the main causes, in words. What always holds: the first run
//! and a handful of changes hold nothing; counts only.

use std::collections::BTreeMap;

use crate::model::{Change, ChangeCode, Register};

/// So many changes or fewer never hold a run: a share of a short list says nothing.
const FEW: usize = 10;

/// So many causes are named.
const CAUSES_NAMED: usize = 5;

/// Families that came onto a list or left it over those on it last month, per pack.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Churn<'a> {
    /// Pack.
    pub(super) pack: &'a str,
    /// Families on it last month.
    pub(super) before: usize,
    /// Families that came.
    pub(super) came: usize,
    /// Families that went.
    pub(super) went: usize,
    /// (cause in words, families), most first.
    pub(super) causes: Vec<(String, usize)>,
}

impl Churn<'_> {
    /// The share of the list that changed; 0 without a list last month.
    pub(super) fn share(&self) -> f64 {
        if self.before == 0 { 0.0 } else { (self.came + self.went) as f64 / self.before as f64 }
    }
}

/// The churn of each pack, in the order of their names.
pub(super) fn churn(register: &Register) -> Vec<Churn<'_>> {
    let of_packs: Vec<&Change> = register.changes.iter().filter(|change| !change.pack.is_empty()).collect();
    of_packs.chunk_by(|a, b| a.pack == b.pack).filter_map(of_pack).collect()
}

fn of_pack<'a>(changes: &[&'a Change]) -> Option<Churn<'a>> {
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    for change in changes.iter().filter(|change| is_churn(change)) {
        *causes.entry(format!("{} {}", change.code.name(), change.cause.name())).or_default() += 1;
    }
    let mut causes: Vec<(String, usize)> = causes.into_iter().collect();
    causes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let count = |counts: fn(&Change) -> bool| changes.iter().filter(|change| counts(change)).count();
    Some(Churn {
        pack: &changes.first()?.pack,
        before: count(|change| change.listed_before && !change.route_before.is_empty()),
        came: count(|change| is_churn(change) && change.listed),
        went: count(|change| is_churn(change) && !change.listed),
        causes,
    })
}

fn is_churn(change: &Change) -> bool {
    matches!(change.code, ChangeCode::New | ChangeCode::ReEligible | ChangeCode::Dropped)
}

/// What is beyond the limit, in words; empty if nothing is.
pub(super) fn beyond(register: &Register, limit: f64) -> Vec<String> {
    if register.previous.is_none() {
        return Vec::new();
    }
    let beyond = |churn: &Churn<'_>| churn.came + churn.went > FEW && churn.share() > limit;
    let words = |churn: Churn<'_>| {
        let causes: Vec<String> = churn.causes.iter().take(CAUSES_NAMED).map(|(cause, families)| format!("{cause}: {families}")).collect();
        format!(
            "{}: {} families came and {} went, of {} on the list last month ({:.1} %, at most {:.1} %); {}",
            churn.pack,
            churn.came,
            churn.went,
            churn.before,
            100.0 * churn.share(),
            100.0 * limit,
            causes.join("; ")
        )
    };
    churn(register).into_iter().filter(beyond).map(words).collect()
}
