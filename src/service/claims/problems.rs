//! What the months' final runs said of the families' problems, for rules that ask for every problem to be solved.
//!
//! What comes in: the output folder, the pipeline, the claims. What goes out: per family every problem that a run from its attachment to the claim showed, month by month. What always holds: nothing is read where
//! the rules do not ask for it; families stand under their ids of today.

use std::collections::BTreeSet;
use std::path::Path;

use super::ClaimsError;
use crate::config::checked::Pipeline;
use crate::model::results::ResultRules;
use crate::model::{Day, Month, Ternary};
use crate::run::successors::Successors;
use crate::service::needs::{self, MonthRead, first_month, read_months};
use crate::service::results::{MonthSaid, ProblemSeen};
use crate::store::PreviousRun;

/// What the months said.
#[derive(Default)]
pub(super) struct Months(needs::Months);

impl Months {
    /// Reads the final runs from the first month that any of some claims looks at, each by its days of attachment and of the claim, up to `last`.
    pub(super) fn read(
        out: &Path,
        pipeline: &Pipeline,
        rules: &ResultRules,
        claims: impl Iterator<Item = (Day, Day)>,
        last: Option<Month>,
        successors: &Successors,
    ) -> Result<Self, ClaimsError> {
        let (Some(rules), Some(last)) = (&rules.problems, last) else { return Ok(Self::default()) };
        let of_claim = |(attached, claim)| Some(first_month(std::iter::once(attached), Month::of(claim)?, rules.months));
        let Some(first) = claims.filter_map(of_claim).min() else { return Ok(Self::default()) };
        let pack = pipeline.packs.iter().find(|pack| pack.name == rules.pack).ok_or(ClaimsError::NotSet)?;
        Ok(Self(read_months(out, pack, (first, last), successors)?))
    }

    /// The runs that were read.
    pub(super) fn runs(&self) -> impl Iterator<Item = &PreviousRun> {
        self.0.values().flatten().map(|read| &read.run)
    }

    /// The problems that a family had from its attachment to the claim.
    pub(super) fn of(&self, family: &str, attached: Day, claim: Day) -> Vec<ProblemSeen> {
        let (Some(first), Some(last)) = (Month::of(attached), Month::of(claim)) else { return Vec::new() };
        let between = self.0.range(first..=last).filter_map(|(_, read)| read.as_ref());
        let had: BTreeSet<&String> = between
            .flat_map(|read| &read.seen)
            .filter(|((of, _), seen)| of == family && seen.value == Ternary::True)
            .map(|((_, criterion), _)| criterion)
            .collect();
        let said = |criterion: &String, (month, read): (&Month, &Option<MonthRead>)| {
            let (file, sha256) = read
                .as_ref()
                .map(|read| (format!("runs/{}/{}", read.run.run_id, MonthRead::TABLE), read.sha256.clone()))
                .unwrap_or_default();
            let seen = read.as_ref().and_then(|read| read.seen.get(&(family.to_owned(), criterion.clone())).cloned());
            MonthSaid { month: *month, file, sha256, seen }
        };
        had.into_iter()
            .map(|criterion| ProblemSeen {
                criterion: criterion.clone(),
                months: self.0.iter().map(|month| said(criterion, month)).collect(),
            })
            .collect()
    }
}
