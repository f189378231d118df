//! What the months' final runs said of the families' problems, for rules that ask for every problem to be solved.
//!
//! What comes in: the output folder, the pipeline, from which month to which. What goes out: per family every problem that a run from its attachment to the claim showed, month by month. What always
//! holds: each run is read once; a month without a final run stands as one that said nothing; families stand under their ids of today.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::ClaimsError;
use crate::config::checked::Pipeline;
use crate::model::results::ProblemRules;
use crate::model::{Day, Month, Ternary};
use crate::run::successors::Successors;
use crate::service::needs::{MonthSeen, Seen, month_seen};
use crate::service::results::{MonthSaid, ProblemSeen};
use crate::store::{self, PreviousRun};

/// The table that says which criteria a family meets.
const TABLE: &str = "criteria.parquet";

/// One month as it was read.
struct Read {
    file: String,
    sha256: String,
    seen: MonthSeen,
}

/// What the months said.
#[derive(Default)]
pub(super) struct Months {
    read: BTreeMap<Month, Option<Read>>,
    criteria: BTreeSet<String>,
    /// The runs that were read.
    pub(super) runs: Vec<PreviousRun>,
}

impl Months {
    /// Reads the final runs of some months; nothing where the rules do not ask for it.
    pub(super) fn read(
        out: &Path,
        pipeline: &Pipeline,
        rules: Option<&ProblemRules>,
        (first, last): (Month, Month),
        successors: &Successors,
    ) -> Result<Self, ClaimsError> {
        let mut months = Self::default();
        let Some(rules) = rules else { return Ok(months) };
        let pack = pipeline.packs.iter().find(|pack| pack.name == rules.pack).ok_or(ClaimsError::NotSet)?;
        months.criteria = pack.combination.counted.iter().cloned().collect();
        let mut month = first;
        while month <= last {
            let read = match store::final_run_of(out, &month.to_string())? {
                Some(run) => {
                    months.runs.push(run.named());
                    let sha256 = run.manifest.output(TABLE).map(|output| output.sha256.clone()).unwrap_or_default();
                    let file = format!("runs/{}/{TABLE}", run.manifest.run_id);
                    Some(Read { file, sha256, seen: month_seen(&run, &rules.pack, successors)? })
                }
                None => None,
            };
            months.read.insert(month, read);
            month = month.plus(1);
        }
        Ok(months)
    }

    /// The problems that a family had from its attachment to the claim.
    pub(super) fn of(&self, family: &str, attached: Day, claim: Day) -> Vec<ProblemSeen> {
        let (Some(first), Some(last)) = (Month::of(attached), Month::of(claim)) else { return Vec::new() };
        let had = |criterion: &&String| {
            let key = (family.to_owned(), (*criterion).clone());
            let mut said = self.read.range(first..=last).filter_map(|(_, read)| read.as_ref()?.seen.get(&key));
            said.any(|seen| seen.value == Ternary::True)
        };
        let said = |criterion: &String| {
            let key = (family.to_owned(), criterion.clone());
            self.read
                .iter()
                .map(|(month, read)| {
                    let seen: Option<Seen> = read.as_ref().and_then(|read| read.seen.get(&key).cloned());
                    let (file, sha256) = read.as_ref().map(|read| (read.file.clone(), read.sha256.clone())).unwrap_or_default();
                    MonthSaid { month: *month, file, sha256, seen }
                })
                .collect()
        };
        let criteria = self.criteria.iter().filter(had);
        criteria.map(|criterion| ProblemSeen { criterion: criterion.clone(), months: said(criterion) }).collect()
    }
}
