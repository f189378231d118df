//! The published route table: per pack, every combination of the criteria's three values, local discretion, a professional's referral and a
//! person's decision has exactly one route (design.md §10).
//!
//! What comes in: a pack's combination and a [`Case`]. What goes out: the route, why, and what is missing. What always holds: the first
//! line of this table that applies decides, and the last one always applies; what only a parent who lives elsewhere shows counts as far
//! as the pack allows and no further.
//!
//! | | if | route |
//! |---|---|---|
//! | 1 | a person decided to include | OVERRIDE |
//! | 2 | a person decided to leave out | `NOT_ELIGIBLE` |
//! | 3 | the pack asks for a dependent child and there is none | `NOT_ELIGIBLE` |
//! | 4 | enough is true for an automatic place, and a dependent child is known where one is asked for | AUTO |
//! | 5 | enough is true for local discretion, its reason holds where one is needed, and the child is known | DISCRETION |
//! | 6 | a professional's referral ticks enough criteria, and the child is known | REFERRAL |
//! | 7 | enough is true to wait, and with every unknown true line 4 or 5 would apply; or only the child is not known | PENDING |
//! | 8 | enough is true for a near miss, and its reason holds where one is needed | `NEAR_MISS` |
//! | 9 | otherwise | `NOT_ELIGIBLE` |

use super::pack::{Combination, Counts, Pack};
use crate::model::{NeedCount, Route, Ternary};

/// One line of the table: what is known of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Values of the criteria that count, in the order of the combination.
    pub values: Vec<Ternary>,
    /// Their needs, in the same order; what is not there, or all zero, is one need of the criterion's value.
    pub needs: Vec<NeedCount>,
    /// Value of the criterion of local discretion; false where the pack has none.
    pub discretion: Ternary,
    /// Whether professionals' referrals tick enough criteria.
    pub referral: bool,
    /// A person's decision: include, leave out, or none.
    pub decision: Option<bool>,
    /// Whether there is a dependent child (or what the pack takes in place of one).
    pub child: Ternary,
}

/// How much counts: for certain, and if every unknown were true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reached {
    certain: u32,
    possible: u32,
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

    /// The needs of each criterion that counts.
    fn needs(&self) -> impl Iterator<Item = NeedCount> + '_ {
        self.values.iter().enumerate().map(|(index, &value)| {
            let given = self.needs.get(index).copied().unwrap_or_default();
            if given == NeedCount::default() { NeedCount::of(value) } else { given }
        })
    }

    /// How much counts under a combination.
    fn reached(&self, combination: &Combination) -> Reached {
        let (mut here, mut there) = ((0, 0), (0, 0));
        for needs in self.needs() {
            let (met, met_elsewhere) = (u32::from(needs.met), elsewhere(needs));
            let best = met + u32::from(needs.open) + u32::from(needs.met_elsewhere_open_here);
            let best_elsewhere = u32::from(needs.met_elsewhere) + u32::from(needs.open_elsewhere);
            let (now, best) = match combination.counts {
                Counts::Needs => ((met, met_elsewhere), (best, best_elsewhere)),
                Counts::Criteria => (once(met, met_elsewhere), once(best, best_elsewhere)),
            };
            here = (here.0 + now.0, here.1 + best.0);
            there = (there.0 + now.1, there.1 + best.1);
        }
        let most = combination.elsewhere_at_most.unwrap_or(u32::MAX);
        Reached { certain: here.0 + there.0.min(most), possible: here.1 + there.1.min(most) }
    }
}

/// A criterion counts once: through those who live with the family if they show it, else through a parent who lives elsewhere.
fn once(here: u32, elsewhere: u32) -> (u32, u32) {
    if here > 0 { (1, 0) } else { (0, elsewhere.min(1)) }
}

/// The route of a case: the table above.
#[must_use]
pub fn route(combination: &Combination, case: &Case) -> Route {
    let reached = case.reached(combination);
    let listed = |met: u32, reason: bool| {
        if met >= combination.automatic_at_least {
            return Some(Route::Auto);
        }
        let discretion = combination.discretion.as_ref()?;
        (met >= discretion.at_least && (reason || !discretion.needs_reason)).then_some(Route::Discretion)
    };
    match case.decision {
        Some(true) => return Route::Override,
        Some(false) => return Route::NotEligible,
        None => {}
    }
    let child = if combination.needs_child { case.child } else { Ternary::True };
    if child == Ternary::False {
        return Route::NotEligible;
    }
    let has_reason = case.discretion == Ternary::True;
    let on_list = listed(reached.certain, has_reason).or(case.referral.then_some(Route::Referral));
    if let Some(route) = on_list {
        return if child == Ternary::True { route } else { Route::Pending };
    }
    let could_have_reason = case.discretion != Ternary::False;
    if reached.certain >= combination.pending_at_least && listed(reached.possible, could_have_reason).is_some() {
        return Route::Pending;
    }
    if reached.certain >= combination.near_miss_at_least && (has_reason || !combination.near_miss_needs_reason) {
        return Route::NearMiss;
    }
    Route::NotEligible
}

/// The route of a case with its reasons in words.
#[must_use]
pub fn routed(pack: &Pack, case: &Case) -> Routed {
    let combination = &pack.combination;
    let route = route(combination, case);
    let counts = counts(pack, case);
    let no_child = combination.needs_child && case.child == Ternary::False;
    let reason = match (route, case.decision) {
        (Route::Override, _) => "a person decided to include the family".to_owned(),
        (Route::NotEligible, Some(false)) => "a person decided to leave the family out".to_owned(),
        (Route::NotEligible, None) if no_child => format!("no {} lives in the family", child_words(combination)),
        (Route::Discretion, _) if case.discretion == Ternary::True => format!("{counts}, with a reason of local discretion"),
        (Route::Discretion, _) => format!("{counts}, at local discretion; no reason is recorded"),
        (Route::Referral, _) => {
            let ticked = combination.referral.as_ref().map_or(0, |referral| referral.at_least);
            format!("a professional's referral ticks at least {ticked} criteria; in the data {counts}")
        }
        _ => counts,
    };
    Routed { route, reason, missing: missing(pack, case, route) }
}

/// What is met, in words: "2 of 3 criteria met (c1, c3)".
fn counts(pack: &Pack, case: &Case) -> String {
    let combination = &pack.combination;
    let met = bracketed(&names(pack, case, Ternary::True));
    let text = match combination.counts {
        Counts::Criteria => format!("{} of {} criteria met{met}", case.count(Ternary::True), combination.counted.len()),
        Counts::Needs => {
            let needs = case.needs().map(|needs| u32::from(needs.met) + elsewhere(needs));
            format!("{} met{met}", counted(needs.sum(), "need", "needs"))
        }
    };
    let only_elsewhere = case.needs().map(|needs| match combination.counts {
        Counts::Criteria => once(needs.met.into(), elsewhere(needs)).1,
        Counts::Needs => elsewhere(needs),
    });
    let only_elsewhere: u32 = only_elsewhere.sum();
    if only_elsewhere == 0 {
        return text;
    }
    let most = combination.elsewhere_at_most.filter(|&most| most < only_elsewhere);
    let most = most.map_or_else(String::new, |most| format!(", of which {most} may count"));
    format!("{text}; {only_elsewhere} of them shown only by a parent who lives elsewhere{most}")
}

/// Needs that only a parent who lives elsewhere shows.
fn elsewhere(needs: NeedCount) -> u32 {
    u32::from(needs.met_elsewhere) + u32::from(needs.met_elsewhere_open_here)
}

fn counted(count: u32, one: &str, many: &str) -> String {
    if count == 1 { format!("one {one}") } else { format!("{count} {many}") }
}

/// The child a combination asks for, in words.
pub(super) fn child_words(combination: &Combination) -> String {
    let unborn = if combination.unborn_counts { " or unborn child" } else { "" };
    let child = format!("child under {}{unborn}", combination.child_under);
    if combination.or_criteria.is_empty() { child } else { format!("{child} (or {} true)", combination.or_criteria.join(" or ")) }
}

/// What is missing for the list.
fn missing(pack: &Pack, case: &Case, route: Route) -> String {
    let combination = &pack.combination;
    if route.is_listed() || case.decision.is_some() {
        return String::new();
    }
    if combination.needs_child && case.child == Ternary::False {
        return format!("a {} living in the family", child_words(combination));
    }
    let met = case.reached(combination).certain;
    let mut ways = Vec::new();
    let more = |needed: u32| match needed {
        1 => format!("one more {}", pack.counted_word(true)),
        _ => format!("{needed} more {}", pack.counted_word(false)),
    };
    match &combination.discretion {
        _ if met >= combination.automatic_at_least => {}
        Some(discretion) if met < discretion.at_least => {
            let reason = if discretion.needs_reason && case.discretion != Ternary::True { " and a reason of local discretion" } else { "" };
            ways.push(format!("{}{reason}", more(discretion.at_least - met)));
        }
        Some(discretion) => {
            if discretion.needs_reason && case.discretion != Ternary::True {
                ways.push("a reason of local discretion".to_owned());
            }
            if case.count(Ternary::False) > 0 {
                let not_met = names(pack, case, Ternary::False).join(", ");
                ways.push(format!("{} (not met: {not_met})", more(combination.automatic_at_least - met)));
            }
        }
        None => ways.push(more(combination.automatic_at_least - met)),
    }
    let mut open = names(pack, case, Ternary::Unknown);
    if let Some(discretion) = combination.discretion.as_ref().filter(|_| case.discretion == Ternary::Unknown) {
        open.push(discretion.criterion.clone());
    }
    if combination.needs_child && case.child == Ternary::Unknown {
        open.push(format!("whether a {} lives in the family", child_words(combination)));
    }
    let open = if open.is_empty() { String::new() } else { format!("not known: {}", open.join(", ")) };
    [ways.join(", or "), open].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

fn names(pack: &Pack, case: &Case, wanted: Ternary) -> Vec<String> {
    pack.combination.counted.iter().zip(&case.values).filter(|(_, value)| **value == wanted).map(|(id, _)| id.clone()).collect()
}

fn bracketed(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}
