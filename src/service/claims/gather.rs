//! What the runs know of the families that might be claimed for.
//!
//! What comes in: the run of the window, the register, the runs of the months of attachment. What goes out: a [`Candidate`] per accepted family, tested or withheld. What always holds: people are handed out under their ids of
//! the window's run; each run's extracts are read once; a family without a frozen baseline is withheld, never tested against a later one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::attachment::{Attachment, attachment};
use super::decide::{Withheld, may_be_tested};
use super::problems::Months;
use super::{ClaimsError, baseline_run};
use crate::config::checked::{ClaimSettings, Pipeline};
use crate::model::history::History;
use crate::model::results::ResultRules;
use crate::model::{Day, Month, NO_DAY, Status};
use crate::register::decisions::{Journal, Register};
use crate::rules::term::Calendar;
use crate::run::history::history;
use crate::run::reading::{ReadingError, Table};
use crate::run::successors::Successors;
use crate::service::acceptance::Gate;
use crate::service::results::{Case, CasePerson, Outcome, ProblemSeen, test};
use crate::store::{PreviousRun, RunFolder};

/// A member of a family in a run.
#[derive(Clone, Debug)]
struct MemberRow {
    person: String,
    resident: bool,
    child: bool,
}

type Members = BTreeMap<String, Vec<MemberRow>>;

/// A family that might be claimed for.
pub(super) struct Candidate {
    pub(super) family: String,
    pub(super) attached: Option<Attachment>,
    /// The run that froze its baseline; empty if withheld before that.
    pub(super) baseline: String,
    pub(super) people: Vec<CasePerson>,
    pub(super) problems: Vec<ProblemSeen>,
    pub(super) outcome: Result<Outcome, Withheld>,
}

/// Everything read for a window.
pub(super) struct Gathered {
    pub(super) candidates: Vec<Candidate>,
    pub(super) now: History,
    /// By run id.
    pub(super) baselines: BTreeMap<String, History>,
    /// The runs the claims rest on, the window's last.
    pub(super) runs: Vec<PreviousRun>,
}

/// Whom to ask about, and as at when.
pub(super) struct Asking<'a> {
    /// Persons whom nobody may name.
    pub(super) hidden: &'a BTreeSet<String>,
    pub(super) out: &'a Path,
    pub(super) pipeline: &'a Pipeline,
    pub(super) settings: &'a ClaimSettings,
    pub(super) run: &'a RunFolder,
    pub(super) successors: &'a Successors,
    pub(super) journal: &'a Journal,
    pub(super) register: &'a Register,
    pub(super) claim: Day,
}

pub(super) fn gather(asking: &Asking<'_>) -> Result<Gathered, ClaimsError> {
    let members_now = members(asking.run)?;
    let out_of_county = out_of_county(asking.run)?;
    let gate = Gate::new(asking.register, asking.claim);
    let mut candidates = Vec::new();
    // Baseline runs by the month of attachment, opened once.
    let mut runs: BTreeMap<Month, Option<(RunFolder, Members)>> = BTreeMap::new();
    for (family, accepted) in gate.all() {
        let is_it = |id: &str| asking.successors.present(id) == family;
        let attached = attachment(asking.journal.entries(), is_it, &asking.settings.results.attached_by, asking.claim);
        let mut candidate = Candidate {
            family: family.to_owned(),
            attached: attached.clone(),
            baseline: String::new(),
            people: Vec::new(),
            problems: Vec::new(),
            outcome: Err(Withheld::NotInRun),
        };
        let now = members_now.get(family);
        let present: BTreeSet<String> = now.into_iter().flatten().map(|member| member.person.clone()).collect();
        candidate.outcome =
            match may_be_tested(&asking.settings.funding, asking.register, family, &present, attached.as_ref(), asking.claim) {
                Err(withheld) => Err(withheld),
                // Somebody recorded a claim that was not made here.
                Ok(()) if accepted.status() == Status::Claimed => {
                    Err(Withheld::ClaimedBefore(Month::of(accepted.status_on()).map(|month| month.to_string()).unwrap_or_default()))
                }
                Ok(()) if now.is_none() => Err(Withheld::NotInRun),
                Ok(()) if out_of_county.contains(family) => Err(Withheld::OutOfCounty),
                Ok(()) => Err(Withheld::NoBaseline),
            };
        if let (Err(Withheld::NoBaseline), Some(attached), Some(now)) = (&candidate.outcome, &attached, now)
            && let Some(month) = Month::of(attached.on)
        {
            if let std::collections::btree_map::Entry::Vacant(slot) = runs.entry(month) {
                let opened = match baseline_run(asking.out, month)? {
                    Some(run) => Some((members(&run)?, run)),
                    None => None,
                };
                slot.insert(opened.map(|(members, run)| (run, members)));
            }
            if let Some(Some((run, then))) = runs.get(&month)
                && let Some(then) = family_then(then, attached, family, asking.successors)
            {
                candidate.baseline.clone_from(&run.manifest.run_id);
                candidate.people = people(then, now, asking.successors);
            }
        }
        candidates.push(candidate);
    }
    let now = read(asking.run, asking, candidates.iter())?;
    let mut baselines = BTreeMap::new();
    let mut rests_on = Vec::new();
    for (run, _) in runs.into_values().flatten() {
        let run_id = &run.manifest.run_id;
        if !baselines.contains_key(run_id) {
            let of_run = candidates.iter().filter(|candidate| candidate.baseline == *run_id);
            baselines.insert(run_id.clone(), read(&run, asking, of_run)?);
            if *run_id != asking.run.manifest.run_id {
                rests_on.push(run.named());
            }
        }
    }
    let attached = candidates.iter().filter(|candidate| !candidate.baseline.is_empty()).filter_map(|candidate| candidate.attached.as_ref());
    // Without any candidate it is what the claim itself looks at.
    let claims = attached.map(|attached| attached.on).chain([asking.claim]).map(|on| (on, asking.claim));
    let months = Months::read(asking.out, asking.pipeline, &asking.settings.results, claims, Month::of(asking.claim), asking.successors)?;
    for run in months.runs() {
        if run.run_id != asking.run.manifest.run_id && !rests_on.contains(run) {
            rests_on.push(run.clone());
        }
    }
    rests_on.push(asking.run.named());
    let calendar = calendar(asking.pipeline, &asking.settings.results);
    for candidate in &mut candidates {
        let (Some(before), Some(attached)) = (baselines.get(&candidate.baseline), &candidate.attached) else { continue };
        complete(&mut candidate.people, &now, before, asking.hidden);
        candidate.problems = months.of(&candidate.family, attached.on, asking.claim);
        candidate.outcome = Ok(test(&Case {
            rules: &asking.settings.results,
            calendar: &calendar,
            attached: attached.on,
            claim: asking.claim,
            people: &candidate.people,
            before,
            now: &now,
            problems: &candidate.problems,
        }));
    }
    Ok(Gathered { candidates, now, baselines, runs: rests_on })
}

/// The school calendar of the pack whose problems the results are about; where they are about none, of the first.
pub(super) fn calendar(pipeline: &Pipeline, results: &ResultRules) -> Calendar {
    let about = results.problems.as_ref().and_then(|problems| pipeline.packs.iter().find(|pack| pack.name == problems.pack));
    about.or(pipeline.packs.first()).map_or_else(Calendar::built_in, |pack| pack.calendar.clone())
}

fn read<'c>(run: &RunFolder, asking: &Asking<'_>, candidates: impl Iterator<Item = &'c Candidate>) -> Result<History, ReadingError> {
    let people: BTreeSet<&str> = candidates.flat_map(|candidate| &candidate.people).map(|person| person.id.as_str()).collect();
    history(run, asking.pipeline, &|id| Some(asking.successors.present(id)).filter(|id| people.contains(id.as_str())))
}

/// The members of the family in the run of its attachment: under the id in the register, else under any that leads to it.
fn family_then<'m>(then: &'m Members, attached: &Attachment, family: &str, successors: &Successors) -> Option<&'m Vec<MemberRow>> {
    then.get(&attached.family)
        .or_else(|| then.get(family))
        .or_else(|| then.iter().find(|(id, _)| successors.present(id) == family).map(|(_, members)| members))
}

/// Everybody who was a member then or is one now, under the ids of now, sorted.
fn people(then: &[MemberRow], now: &[MemberRow], successors: &Successors) -> Vec<CasePerson> {
    let mut people: BTreeMap<String, CasePerson> = BTreeMap::new();
    let sides = then.iter().map(|member| (successors.present(&member.person), member, true));
    for (id, member, at_attachment) in sides.chain(now.iter().map(|member| (member.person.clone(), member, false))) {
        let person = people.entry(id.clone()).or_insert_with(|| CasePerson {
            id,
            born: NO_DAY,
            said_child: false,
            searchable: false,
            hidden: false,
            in_run_now: false,
            at_attachment: false,
            now: false,
            resident: false,
        });
        person.at_attachment |= at_attachment;
        person.now |= !at_attachment;
        person.said_child |= member.child;
        person.resident |= member.resident;
    }
    people.into_values().collect()
}

/// What the runs know of the people themselves: now, else then.
pub(super) fn complete(people: &mut [CasePerson], now: &History, before: &History, hidden: &BTreeSet<String>) {
    for person in people {
        let known = [now, before].map(|history| history.people.get(&person.id));
        let born = known.iter().flatten().map(|known| known.born).find(|born| *born != NO_DAY);
        person.born = born.unwrap_or(NO_DAY);
        person.in_run_now = now.people.contains_key(&person.id);
        person.searchable = known.iter().flatten().any(|known| known.searchable);
        person.hidden = hidden.contains(&person.id) || known.iter().flatten().any(|known| known.hidden);
    }
}

fn members(run: &RunFolder) -> Result<Members, ReadingError> {
    let table = Table::open(run, "members")?;
    let (families, persons, roles, resident) =
        (table.texts("family_id")?, table.texts("person_id")?, table.texts("role")?, table.booleans("resident")?);
    let mut members = Members::new();
    for (((family, person), role), resident) in families.into_iter().zip(persons).zip(roles).zip(resident) {
        let row = MemberRow { person: person.to_owned(), resident, child: role == "child" };
        members.entry(family.to_owned()).or_default().push(row);
    }
    Ok(members)
}

fn out_of_county(run: &RunFolder) -> Result<BTreeSet<String>, ReadingError> {
    let table = Table::open(run, "families")?;
    let families = table.texts("family_id")?.into_iter().zip(table.booleans("out_of_county")?);
    Ok(families.filter(|(_, out)| *out).map(|(family, _)| family.to_owned()).collect())
}

/// The people of a family for a test done again: as they stood when it was claimed for.
pub(super) fn people_of(
    claim_run: &RunFolder,
    baseline: &RunFolder,
    attached: &Attachment,
    family: &str,
    successors: &Successors,
) -> Result<Option<Vec<CasePerson>>, ClaimsError> {
    let (then, now) = (members(baseline)?, members(claim_run)?);
    let (Some(then), Some(now)) = (family_then(&then, attached, family, successors), now.get(family)) else { return Ok(None) };
    let mut people = people(then, now, successors);
    // People of the run of the claim may have another id since.
    for person in &mut people {
        person.id = successors.present(&person.id);
    }
    Ok(Some(people))
}
