//! The gate on churn: a list that changes too much in a month is held until somebody has confirmed it.
//!
//! What comes in: the month's changes and the limit, a share of last month's list. What goes out: what is beyond the limit, with the main causes, in words. What always holds: the first run
//! and a handful of changes hold nothing; counts only.

use std::collections::BTreeMap;

use crate::model::{Change, ChangeCode, Register};

/// So many changes or fewer never hold a run: a share of a short list says nothing.
const FEW: usize = 10;

/// Families beyond the limit that chance may bring, in standard deviations of a Poisson count: of a list of sixty a fifth more or less comes and goes by chance
/// in a month when a term and a DWP return fall together; of a list of a thousand hardly any.
const SCATTER: f64 = 3.0;

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
    let allowed = |churn: &Churn<'_>| {
        let expected = limit * churn.before as f64;
        expected + SCATTER * expected.sqrt()
    };
    let beyond = |churn: &Churn<'_>| {
        let changed = churn.came + churn.went;
        changed > FEW && churn.before > 0 && changed as f64 > allowed(churn)
    };
    let words = |churn: Churn<'_>| {
        let causes: Vec<String> = churn.causes.iter().take(CAUSES_NAMED).map(|(cause, families)| format!("{cause}: {families}")).collect();
        format!(
            "{}: {} families came and {} went, of {} on the list last month ({:.1} %, at most {:.1} % and what chance may add on so short a list: {:.0} families); {}",
            churn.pack,
            churn.came,
            churn.went,
            churn.before,
            100.0 * churn.share(),
            100.0 * limit,
            allowed(&churn).floor(),
            causes.join("; ")
        )
    };
    churn(register).into_iter().filter(beyond).map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChangeCause, Month, NO_DAY, RowPlace};

    fn change(number: usize, code: ChangeCode) -> Change {
        let now = !matches!(code, ChangeCode::Dropped);
        let before = !matches!(code, ChangeCode::New | ChangeCode::ReEligible);
        Change {
            pack: "a-pack".to_owned(),
            family_id: format!("F{number:012}"),
            code,
            cause: ChangeCause::NewEvidence,
            reason: String::new(),
            criterion: String::new(),
            rule: String::new(),
            day: NO_DAY,
            person_id: String::new(),
            behind: RowPlace::default(),
            listed: now,
            listed_before: before,
            route: if now { "AUTO".to_owned() } else { String::new() },
            route_before: if before { "AUTO".to_owned() } else { String::new() },
            previous_family_ids: Vec::new(),
            successor_family_ids: Vec::new(),
            district_code: String::new(),
            district_code_before: String::new(),
            first_identified: None,
            months_on_list: 0,
        }
    }

    fn register(still: usize, new: usize, dropped: usize) -> Register {
        let codes = [(ChangeCode::Still, still), (ChangeCode::New, new), (ChangeCode::Dropped, dropped)];
        let changes = codes.iter().flat_map(|&(code, count)| std::iter::repeat_n(code, count)).enumerate();
        let changes = changes.map(|(number, code)| change(number, code)).collect();
        Register { previous: Month::new(2012, 10), changes, ..Register::default() }
    }

    #[test]
    fn a_list_is_held_from_the_first_family_beyond_the_limit() {
        // 90 stay and 10 go of 100; with 30 that came, 40 of 100 changed: 25 and three times the root of 25, as many as are allowed.
        assert_eq!(beyond(&register(90, 30, 10), 0.25), Vec::<String>::new());
        let held = beyond(&register(90, 31, 10), 0.25);
        assert_eq!(held.len(), 1);
        assert!(held[0].contains("31 families came and 10 went, of 100"), "{held:?}");
        assert!(held[0].contains("NEW new-evidence: 31; DROPPED new-evidence: 10"), "{held:?}");
        // Of 1,600 a share of little more than the limit: 400 and 60.
        assert_eq!(beyond(&register(1_400, 260, 200), 0.25), Vec::<String>::new());
        assert_eq!(beyond(&register(1_400, 261, 200), 0.25).len(), 1);
    }

    #[test]
    fn a_handful_of_changes_and_a_first_run_hold_nothing() {
        assert_eq!(beyond(&register(1, 5, 5), 0.25), Vec::<String>::new());
        assert_eq!(beyond(&register(1, 6, 5), 0.25).len(), 1);
        assert_eq!(beyond(&register(0, 11, 0), 0.25), Vec::<String>::new());
        let first = Register { previous: None, ..register(0, 500, 0) };
        assert_eq!(beyond(&first, 0.25), Vec::<String>::new());
    }
}
