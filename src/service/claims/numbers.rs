//! The numbers of claims, and which of them are paid for.
//!
//! What comes in: the claims that stand, how many more are drafted. What goes out: numbers, and `standing.csv`. What always holds: a claim that stands keeps its number; a draft is given the lowest that are free, so the gaps
//! that claims of other orders of signing or invalidated ones left are filled first; those paid for are as many as the rule pays of all of them.

use std::collections::BTreeSet;

use super::gather::Asking;
use crate::model::Pence;
use crate::model::funding::FundedShare;
use crate::register::decisions::{Claims, standing_numbers, take_lowest};
use crate::service::funding::paid_for;

/// The numbers of the claims that stand and of those that are drafted.
pub(super) struct Numbers {
    /// Of the claims that stand already.
    pub(super) standing: BTreeSet<u64>,
    /// Of those drafted, in their order.
    pub(super) drafted: Vec<u64>,
    /// Those that are paid for once all of them are signed.
    pub(super) paid: BTreeSet<u64>,
}

impl Numbers {
    pub(super) fn give(claims: &Claims, drafts: usize, share: FundedShare) -> Self {
        let standing: BTreeSet<u64> = standing_numbers(claims).into_values().collect();
        let mut taken = standing.clone();
        let drafted = (0..drafts).map(|_| take_lowest(&mut taken)).collect();
        Self { standing, drafted, paid: paid_for(share, &taken) }
    }

    /// Claims, those drafted included.
    pub(super) fn all(&self) -> usize {
        self.standing.len() + self.drafted.len()
    }
}

pub(super) const STANDING: [&str; 8] = ["number", "window", "family_id", "stage", "claimed", "amount_pence", "funded", "payable_pence"];

/// The claims that stand, by number, as they are paid for once the drafts are signed; and what is paid for them.
pub(super) fn standing_rows(asking: &Asking<'_>, numbers: &Numbers) -> (Vec<Vec<String>>, Pence) {
    let claims = &asking.register.claims;
    let mut rows: Vec<(u64, Pence, Vec<String>)> = Vec::new();
    for (key, number) in standing_numbers(claims) {
        let Some(state) = claims.get(key) else { continue };
        let funded = numbers.paid.contains(&number);
        let payable = if funded { state.last.amount_pence } else { 0 };
        let mut row = vec![number.to_string()];
        row.extend([key.0.as_str(), state.present.as_str(), state.stage.name(), state.last.claimed.as_str()].map(str::to_owned));
        row.extend([state.last.amount_pence.to_string(), if funded { "yes" } else { "no" }.to_owned(), payable.to_string()]);
        rows.push((number, payable, row));
    }
    rows.sort_unstable();
    let payable = rows.iter().map(|(_, payable, _)| payable).sum();
    (rows.into_iter().map(|(_, _, row)| row).collect(), payable)
}
