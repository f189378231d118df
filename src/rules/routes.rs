//! The published route table: per pack, every combination of the criteria's three values, local discretion, a professional's referral and a
//! person's decision has exactly one route (design.md §10).
//!
//! What comes in: a pack's combination and a [`Case`]. What goes out: the route, why, and what is missing. What always holds: the first
//! line of this table that applies decides, and the last one always applies.
//!
//! | | if | route |
//! |---|---|---|
//! | 1 | a person decided to include | OVERRIDE |
//! | 2 | a person decided to leave out | `NOT_ELIGIBLE` |
//! | 3 | the pack asks for a child and no child under 18 lives in the family | `NOT_ELIGIBLE` |
//! | 4 | enough criteria are true for an automatic place | AUTO |
//! | 5 | enough are true for local discretion, and its reason holds where one is needed | DISCRETION |
//! | 6 | a professional's referral ticks enough criteria | REFERRAL |
//! | 7 | enough are true to wait, and with every unknown true line 4 or 5 would apply | PENDING |
//! | 8 | enough are true for a near miss, and its reason holds where one is needed | `NEAR_MISS` |
//! | 9 | otherwise | `NOT_ELIGIBLE` |

use super::pack::{Combination, Pack};
use crate::model::{Route, Ternary};

/// One line of the table: what is known of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Values of the criteria that count, in the order of the combination.
    pub values: Vec<Ternary>,
    /// Value of the criterion of local discretion.
    pub discretion: Ternary,
    /// Whether professionals' referrals tick enough criteria.
    pub referral: bool,
    /// A person's decision: include, leave out, or none.
    pub decision: Option<bool>,
    /// Whether a child under 18 lives in the family.
    pub has_child: bool,
}

/// A route with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// The route.
    pub route: Route,
    /// Why, in words.
    pub reason: String,
    /// What is missing for the list, in words; empty when listed.
    pub missing: String,
}

impl Case {
    fn count(&self, wanted: Ternary) -> u32 {
        self.values.iter().filter(|&&value| value == wanted).count() as u32
    }
}

/// The route of a case: the table above.
#[must_use]
pub fn route(combination: &Combination, case: &Case) -> Route {
    let (met, open) = (case.count(Ternary::True), case.count(Ternary::Unknown));
    let listed = |met: u32, reason: bool| {
        if met >= combination.automatic_at_least {
            Some(Route::Auto)
        } else if met >= combination.discretion_at_least && (reason || !combination.discretion_needs_reason) {
            Some(Route::Discretion)
        } else {
            None
        }
    };
    match case.decision {
        Some(true) => return Route::Override,
        Some(false) => return Route::NotEligible,
        None => {}
    }
    if combination.needs_child && !case.has_child {
        return Route::NotEligible;
    }
    let has_reason = case.discretion == Ternary::True;
    if let Some(route) = listed(met, has_reason) {
        return route;
    }
    if case.referral {
        return Route::Referral;
    }
    let could_have_reason = case.discretion != Ternary::False;
    if met >= combination.pending_at_least && listed(met + open, could_have_reason).is_some() {
        return Route::Pending;
    }
    if met >= combination.near_miss_at_least && (has_reason || !combination.near_miss_needs_reason) {
        return Route::NearMiss;
    }
    Route::NotEligible
}

/// The route of a case with its reasons in words.
#[must_use]
pub fn routed(pack: &Pack, case: &Case) -> Routed {
    let combination = &pack.combination;
    let route = route(combination, case);
    let total = combination.counted.len();
    let met = names(pack, case, Ternary::True);
    let counts = format!("{} of {total} criteria met{}", case.count(Ternary::True), bracketed(&met));
    let reason = match (route, case.decision) {
        (Route::Override, _) => "a person decided to include the family".to_owned(),
        (Route::NotEligible, Some(false)) => "a person decided to leave the family out".to_owned(),
        (Route::NotEligible, None) if combination.needs_child && !case.has_child => "no child under 18 lives in the family".to_owned(),
        (Route::Discretion, _) if case.discretion == Ternary::True => format!("{counts}, with a reason of local discretion"),
        (Route::Discretion, _) => format!("{counts}, at local discretion; no reason is recorded"),
        (Route::Referral, _) => {
            format!("a professional's referral ticks at least {} criteria; in the data {counts}", combination.referral.at_least)
        }
        _ => counts,
    };
    Routed { route, reason, missing: missing(pack, case, route) }
}

/// What is missing for the list.
fn missing(pack: &Pack, case: &Case, route: Route) -> String {
    let combination = &pack.combination;
    if route.is_listed() || case.decision.is_some() {
        return String::new();
    }
    if combination.needs_child && !case.has_child {
        return "a child under 18 living in the family".to_owned();
    }
    let met = case.count(Ternary::True);
    let mut ways = Vec::new();
    let more = |needed: u32| match needed {
        1 => "one more criterion".to_owned(),
        _ => format!("{needed} more criteria"),
    };
    if met < combination.discretion_at_least {
        let reason =
            if combination.discretion_needs_reason && case.discretion != Ternary::True { " and a reason of local discretion" } else { "" };
        ways.push(format!("{}{reason}", more(combination.discretion_at_least - met)));
    } else {
        ways.push("a reason of local discretion".to_owned());
        ways.push(format!("{} (not met: {})", more(combination.automatic_at_least - met), names(pack, case, Ternary::False).join(", ")));
        if case.count(Ternary::False) == 0 {
            ways.pop();
        }
    }
    let mut open = names(pack, case, Ternary::Unknown);
    if case.discretion == Ternary::Unknown {
        open.push(combination.discretion_criterion.clone());
    }
    let open = if open.is_empty() { String::new() } else { format!("; not known: {}", open.join(", ")) };
    format!("{}{open}", ways.join(", or "))
}

fn names(pack: &Pack, case: &Case, wanted: Ternary) -> Vec<String> {
    pack.combination.counted.iter().zip(&case.values).filter(|(_, value)| **value == wanted).map(|(id, _)| id.clone()).collect()
}

fn bracketed(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}

/// Every case of a pack: three values per criterion and for discretion, with and without referral, three decisions, with and without child.
#[must_use]
pub fn all_cases(combination: &Combination) -> Vec<Case> {
    let width = combination.counted.len();
    let mut cases = Vec::new();
    for mut number in 0..3_usize.pow(width as u32 + 1) * 12 {
        let mut take = |base: usize| {
            let digit = number % base;
            number /= base;
            digit
        };
        let ternary = |digit: usize| match digit {
            0 => Ternary::True,
            1 => Ternary::False,
            _ => Ternary::Unknown,
        };
        let values = (0..width).map(|_| ternary(take(3))).collect();
        let discretion = ternary(take(3));
        let (referral, has_child) = (take(2) == 1, take(2) == 1);
        let decision = match take(3) {
            0 => None,
            1 => Some(true),
            _ => Some(false),
        };
        cases.push(Case { values, discretion, referral, decision, has_child });
    }
    cases
}
