//! What is claimed for a family, or why nothing is.
//!
//! What comes in: a family's attachment, the outcome of its tests, what was claimed before. What goes out: a [`Decision`]. What always holds: a family is claimed for once; a family most of whose people
//! were claimed for under another id was, too; what is unknown is not claimed; the amount is the funding pack's and nobody's else.

use std::collections::BTreeSet;

use super::attachment::Attachment;
use crate::model::funding::FundingPack;
use crate::model::{Day, Pence, Ternary};
use crate::register::decisions::{InTheWay, Register, in_the_way};
use crate::service::funding::{Claimed, amount, best, rate_year, year_of};
use crate::service::results::{Outcome, Verdict};

/// Why a family is not tested at all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withheld {
    /// Nobody works with it.
    NotAttached,
    /// It was claimed for already; in which window.
    ClaimedBefore(String),
    /// Most of its people were claimed for under another id; in which window.
    PeopleClaimedBefore(String),
    /// Most of its people are claimed for in this draft under another id; which.
    PeopleDrafted(String),
    /// A person said that the claim does not hold, and its evidence is the same; who, when and why.
    Invalidated(String),
    /// The day of attachment is in no year of the programme.
    OutsideProgramme,
    /// The last day of claims has passed.
    TooLate,
    /// Its home is out of the county.
    OutOfCounty,
    /// The run of the window has no such family.
    NotInRun,
    /// No final run knows the family at attachment.
    NoBaseline,
}

impl Withheld {
    /// Because of a claim that stands. A draft is not a claim yet: it may be drafted again, also in another window.
    #[must_use]
    pub fn by(other: InTheWay<'_>) -> Self {
        let window = other.key.0.clone();
        if other.same_family { Self::ClaimedBefore(window) } else { Self::PeopleClaimedBefore(window) }
    }

    /// A code for tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAttached => "not-attached",
            Self::ClaimedBefore(_) => "claimed-before",
            Self::PeopleClaimedBefore(_) => "people-claimed-before",
            Self::PeopleDrafted(_) => "people-drafted",
            Self::Invalidated(_) => "invalidated",
            Self::OutsideProgramme => "outside-programme",
            Self::TooLate => "after-last-claim",
            Self::OutOfCounty => "out-of-county",
            Self::NotInRun => "not-in-run",
            Self::NoBaseline => "no-baseline",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NotAttached => "nobody works with the family on the day of the claim".to_owned(),
            Self::ClaimedBefore(window) => format!("the family was claimed for in {window}: never twice"),
            Self::PeopleClaimedBefore(window) => format!("most of its people were claimed for in {window} as another family: never twice"),
            Self::PeopleDrafted(family) => format!("most of its people are claimed for in this draft as {family}: never twice"),
            Self::Invalidated(said) => format!("{said}; the evidence is still the same"),
            Self::OutsideProgramme => "the day of attachment is in no year of the programme".to_owned(),
            Self::TooLate => "the last day of claims has passed".to_owned(),
            Self::OutOfCounty => "the home is out of the county".to_owned(),
            Self::NotInRun => "the run of the window has no family of this id".to_owned(),
            Self::NoBaseline => "no final run knows the family in the month of attachment: its baseline was not frozen".to_owned(),
        }
    }
}

/// What is claimed, and at which rates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// What for.
    pub claimed: Claimed,
    /// What that is called in tables.
    pub called: String,
    /// The programme year whose rates hold.
    pub year: String,
    /// Paid when the family was attached; not part of the claim.
    pub attachment: Pence,
    /// The claim.
    pub amount: Pence,
}

/// What was decided about a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is claimed for.
    Claim(Amounts),
    /// It was tested, and nothing can be claimed; why, in words.
    Nothing(String),
}

/// Whether a family may be tested at all.
///
/// # Errors
/// Why not.
pub fn may_be_tested(
    pack: &FundingPack,
    register: &Register,
    family: &str,
    people: &BTreeSet<String>,
    attached: Option<&Attachment>,
    claim: Day,
) -> Result<(), Withheld> {
    // In no window: who is claimed for in the window itself is looked at when all that can be claimed for is known.
    if let Some(other) = in_the_way(&register.claims, family, people, "") {
        return Err(Withheld::by(other));
    }
    let Some(attached) = attached else { return Err(Withheld::NotAttached) };
    if claim > pack.last_claim {
        return Err(Withheld::TooLate);
    }
    if year_of(pack, attached.on).is_none() || rate_year(pack, attached.on, claim).is_none() {
        return Err(Withheld::OutsideProgramme);
    }
    Ok(())
}

/// What is claimed by what the tests say. `family_result` is what the results pack calls the result of the whole family.
#[must_use]
pub fn decide(pack: &FundingPack, family_result: &str, attached: Day, claim: Day, outcome: &Outcome) -> Decision {
    let Some(rates) = rate_year(pack, attached, claim) else { return Decision::Nothing(Withheld::OutsideProgramme.words()) };
    let holds = |value: Ternary| value == Ternary::True;
    match best(rates, holds(outcome.family), holds(outcome.progress), holds(outcome.employment)) {
        Some(claimed) => Decision::Claim(Amounts {
            claimed,
            called: claimed.name(family_result),
            year: rates.name.clone(),
            attachment: year_of(pack, attached).map_or(0, |year| year.attachment),
            amount: amount(rates, claimed),
        }),
        None => Decision::Nothing(why_not(outcome)),
    }
}

/// The tests that stand in the way, failures first.
fn why_not(outcome: &Outcome) -> String {
    let of_family = |wanted: Verdict| {
        let tests = outcome.tests.iter().filter(move |tested| tested.about.is_empty() && tested.verdict == wanted);
        tests.filter(|tested| !["progress_to_work", "employment"].contains(&tested.test)).map(|tested| tested.reason.clone())
    };
    let mut reasons: Vec<String> = of_family(Verdict::Failed).collect();
    if reasons.is_empty() {
        reasons = of_family(Verdict::Unknown).collect();
    }
    if reasons.is_empty() {
        reasons.push("every test is neutral: there was nothing to turn around, and no adult moved into work".to_owned());
    }
    reasons.join("; ")
}
