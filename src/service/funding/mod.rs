//! Funding: what is paid for a family, by the funding pack.
//!
//! What comes in: a [`FundingPack`], the day of attachment, the day and kind of a claim, the number of the claim. What goes out: whole pence. What always holds: nothing is paid above the ceiling, nothing after
//! the last day of claims, nothing twice; of every six claims five are paid for, in the order of their numbers, so that the sum is that of the rule at every point.

mod explain;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::model::funding::{Fractions, FundedShare, FundingPack, FundingYear, RateOf};
use crate::model::{Day, Pence};

pub use explain::{explain, explain_results};

/// What a result is claimed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claimed {
    /// The result of the whole family: in phase 1 crime, anti-social behaviour and education.
    Family,
    /// The same, with progress to work.
    FamilyAndProgress,
    /// Continuous employment.
    Employment,
}

impl Claimed {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::Family, Self::FamilyAndProgress, Self::Employment];

    /// The name in tables; the results pack says what the result of the whole family is called.
    #[must_use]
    pub fn name(self, family_result: &str) -> String {
        match self {
            Self::Family => family_result.to_owned(),
            Self::FamilyAndProgress => format!("{family_result}_and_progress"),
            Self::Employment => "continuous_employment".to_owned(),
        }
    }
}

/// The programme year of a day; `None` outside the programme.
#[must_use]
pub fn year_of(pack: &FundingPack, day: Day) -> Option<&FundingYear> {
    pack.years.iter().find(|year| year.starts <= day && day <= year.ends)
}

/// The year whose rates a result is paid at; `None` if one of the two days is outside the programme.
#[must_use]
pub fn rate_year(pack: &FundingPack, attached: Day, claim: Day) -> Option<&FundingYear> {
    if claim > pack.last_claim {
        return None;
    }
    year_of(
        pack,
        match pack.rate_of {
            RateOf::Attachment => attached,
            RateOf::Claim => claim,
        },
    )
}

/// What a year pays for a result.
#[must_use]
pub fn amount(year: &FundingYear, claimed: Claimed) -> Pence {
    match claimed {
        Claimed::Family => year.result,
        Claimed::FamilyAndProgress => year.result + year.progress,
        Claimed::Employment => year.employment,
    }
}

/// What may be claimed, by what is met: the most; of two that pay the same, the result of the whole family. `None` if nothing is met, or nothing is paid for what is.
#[must_use]
pub fn best(year: &FundingYear, family: bool, progress: bool, employment: bool) -> Option<Claimed> {
    let mut met = Vec::new();
    if family {
        met.push(if progress { Claimed::FamilyAndProgress } else { Claimed::Family });
    }
    if employment {
        met.push(Claimed::Employment);
    }
    let paid = met.into_iter().filter(|claimed| amount(year, *claimed) > 0);
    paid.rev().max_by_key(|claimed| amount(year, *claimed))
}

/// Families of so many that are paid for, a fraction handled as the pack says.
#[must_use]
pub fn funded(share: FundedShare, families: u64) -> u64 {
    let (above, below) = (families * u64::from(share.funded), u64::from(share.of_every.max(1)));
    match share.fractions {
        Fractions::Down => above / below,
        Fractions::Up => above.div_ceil(below),
        Fractions::Nearest => (2 * above + below) / (2 * below),
    }
}

/// Whether the claim of this number, from 1, is paid for: it is if it makes the number of funded families larger.
#[must_use]
pub fn is_funded(share: FundedShare, number: u64) -> bool {
    number > 0 && funded(share, number) > funded(share, number - 1)
}

/// Which of the claims that stand are paid for, by their numbers: in all as many as the rule pays of so many. Each by its own number; where numbers are missing, because a claim was invalidated or is not signed
/// yet, the newest claims make up for what the missing ones would have changed, until new claims fill the gaps.
#[must_use]
pub fn paid_for(share: FundedShare, numbers: &BTreeSet<u64>) -> BTreeSet<u64> {
    let mut paid: BTreeSet<u64> = numbers.iter().copied().filter(|number| is_funded(share, *number)).collect();
    let due = funded(share, numbers.len() as u64) as usize;
    for number in numbers.iter().rev() {
        match paid.len().cmp(&due) {
            Ordering::Greater => {
                paid.remove(number);
            }
            Ordering::Less => {
                paid.insert(*number);
            }
            Ordering::Equal => break,
        }
    }
    paid
}
