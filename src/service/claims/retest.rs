//! Late data: every open claim tested again with what is known now.
//!
//! What comes in: an output folder, the pipeline. What goes out: what changed, per claim and test, and a folder `out/claims/<month>--<hash>/` with `retest.csv` and `retest_rows.csv`. What always holds: a claim is tested as at its own day, for the same
//! people, against the same frozen baseline; only what the feeds have said since can differ; nothing is invalidated but by people.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::attachment::Attachment;
use super::decide::{Decision, decide};
use super::draft::state_of;
use super::gather::{calendar, complete, people_of};
use super::problems::Months;
use super::{ClaimsError, pack};
use crate::config::checked::Pipeline;
use crate::model::history::History;
use crate::model::{ClaimStage, Day, Status, date};
use crate::register::decisions::{ClaimKey, ClaimState, Journal};
use crate::run::history::history;
use crate::run::restricted::Today;
use crate::run::successors::Successors;
use crate::service::csv_table::csv_table;
use crate::service::results::{Case, CasePerson, Outcome, test};
use crate::store::{self, AfterRun, Area, ManifestContents, PreviousRun, RestsOn, RunFolder, RunLock};

/// One thing that is otherwise than when the claim was drafted.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// Window of the claim.
    pub window: String,
    /// The family's id of today.
    pub family: String,
    /// Stage of the claim.
    pub stage: String,
    /// The test, or `claim` for what is claimed itself.
    pub test: String,
    /// Whom or what it is about.
    pub about: String,
    /// What it said, with its arithmetic.
    pub was: String,
    /// What it says.
    pub is: String,
}

/// What came of it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Retested {
    /// The run whose knowledge was used.
    pub run: String,
    /// The folder.
    pub folder: String,
    /// Open claims.
    pub claims: usize,
    /// Those that would not be claimed now, or for another amount.
    pub fallen: usize,
    /// What changed.
    pub changes: Vec<Change>,
}

/// An open claim with what its folder says of it.
struct Open<'r> {
    key: &'r ClaimKey,
    state: &'r ClaimState,
    attached: Attachment,
    claim: Day,
    baseline: RunFolder,
    people: Vec<CasePerson>,
    was: BTreeMap<(String, String), String>,
    /// The rows of its evidence, as tables write them.
    evidence: Vec<Vec<String>>,
}

/// Tests every open claim again.
///
/// # Errors
/// [`ClaimsError`].
pub fn retest(pipeline: &Pipeline, out: &Path, restricted: &Today) -> Result<Retested, ClaimsError> {
    let settings = pipeline.claims.as_ref().ok_or(ClaimsError::NotSet)?;
    store::open_run(out)?;
    let lock = RunLock::take(out, "claims")?;
    let run = store::last_final(out)?.ok_or_else(|| ClaimsError::NoRun("any month".to_owned()))?;
    let journal = Journal::parse_whole(&lock.journal()?, lock.journal_head_of_record().as_deref())?;
    let successors = Successors::read(&run)?;
    let register = successors.fold(&journal);
    let open_stages = [ClaimStage::Drafted, ClaimStage::Audited, ClaimStage::Submitted];
    let mut open = Vec::new();
    for (key, state) in register.claims.iter().filter(|(_, state)| open_stages.contains(&state.stage)) {
        open.push(opened(out, key, state, &successors)?);
    }
    let wanted: BTreeSet<&str> = open.iter().flat_map(|claim| &claim.people).map(|person| person.id.as_str()).collect();
    let asked = |id: &str| Some(successors.present(id)).filter(|id| wanted.contains(id.as_str()));
    let now = history(&run, pipeline, &asked)?;
    let mut baselines: BTreeMap<String, History> = BTreeMap::new();
    let mut runs: Vec<PreviousRun> = Vec::new();
    for claim in &open {
        let id = &claim.baseline.manifest.run_id;
        if !baselines.contains_key(id) {
            baselines.insert(id.clone(), history(&claim.baseline, pipeline, &asked)?);
            if *id != run.manifest.run_id {
                runs.push(claim.baseline.named());
            }
        }
    }
    // Up to the newest run: also what later runs say of the days of a claim.
    let days = open.iter().map(|claim| (claim.attached.on, claim.claim));
    let months = Months::read(out, pipeline, &settings.results, days, run.manifest.period.parse().ok(), &successors)?;
    runs.extend(months.runs().filter(|read| read.run_id != run.manifest.run_id).cloned());
    runs.sort_by(|left, right| left.run_id.cmp(&right.run_id));
    runs.dedup();
    runs.push(run.named());
    let calendar = calendar(pipeline, &settings.results);
    let (mut changes, mut fallen, mut otherwise) = (Vec::new(), 0, Vec::new());
    for claim in &mut open {
        let Some(before) = baselines.get(&claim.baseline.manifest.run_id) else { continue };
        complete(&mut claim.people, &now, before, &restricted.hidden);
        let problems = months.of(&claim.state.present, claim.attached.on, claim.claim);
        let outcome = test(&Case {
            rules: &settings.results,
            calendar: &calendar,
            attached: claim.attached.on,
            claim: claim.claim,
            people: &claim.people,
            before,
            now: &now,
            problems: &problems,
        });
        let decision = decide(&settings.funding, &settings.results.family_result, claim.attached.on, claim.claim, &outcome);
        let before_this = changes.len();
        fallen += usize::from(compare(claim, &outcome, &decision, &mut changes));
        if changes.len() > before_this {
            let evidence = pack::evidence(&outcome, &claim.people, &problems, before, &now);
            otherwise.extend(other_rows(claim, &evidence));
        }
    }
    let rows: Vec<Vec<String>> = changes
        .iter()
        .map(|change| {
            [&change.window, &change.family, &change.stage, &change.test, &change.about, &change.was, &change.is]
                .map(String::clone)
                .to_vec()
        })
        .collect();
    // Drafts are tested too, terms stand in the packs, and who is hidden decides who can be searched for: with another of them this is another retest.
    let state = state_of(store::sha256_hex(journal.head().as_bytes()), restricted);
    let contents = ManifestContents::after_run(
        &run.manifest.period,
        pipeline.fingerprints.iter().chain(&settings.fingerprints),
        state,
        RestsOn { area: Area::Claims, runs },
    );
    let folder = contents.run_id();
    if AfterRun::already_written(&lock, &contents)?.is_none() {
        let mut after_run = AfterRun::begin(&lock, contents, 100_000)?;
        let header = ["window", "family_id", "stage", "test", "about", "was", "is"];
        after_run.put("retest.csv", Some(rows.len() as u64), |sink| sink.write_all(&csv_table(&header, &rows)))?;
        let header: Vec<&str> = ["window", "family_id", "row_is"].into_iter().chain(pack::EVIDENCE).collect();
        after_run.put("retest_rows.csv", Some(otherwise.len() as u64), |sink| sink.write_all(&csv_table(&header, &otherwise)))?;
        after_run.commit()?;
    }
    Ok(Retested { run: run.manifest.run_id.clone(), folder, claims: open.len(), fallen, changes })
}

/// The rows behind what changed: those that the claim did not have, and those that are gone. A row that a later delivery gives again is the same one.
fn other_rows(claim: &Open<'_>, now: &[Vec<String>]) -> Vec<Vec<String>> {
    const SAME: [&str; 5] = ["test", "compared", "source", "code", "event_from"];
    const PLACE: [&str; 2] = ["file", "line"];
    let key = |row: &Vec<String>| -> Vec<String> {
        let cell = |name: &str| {
            let place = pack::EVIDENCE.iter().position(|column| *column == name);
            // A cell that begins like a formula was defused on its way out.
            place.and_then(|place| row.get(place)).map(|cell| cell.trim_start_matches('\'').to_owned()).unwrap_or_default()
        };
        let mut key: Vec<String> = SAME.iter().map(|name| cell(name)).collect();
        match cell("reference") {
            reference if reference.is_empty() => key.extend(PLACE.iter().map(|name| cell(name))),
            reference => key.push(reference),
        }
        key
    };
    let [had, has] = [&claim.evidence[..], now].map(|rows| rows.iter().map(key).collect::<BTreeSet<_>>());
    let named = |what: &str, row: &Vec<String>| {
        let mut named = vec![claim.key.0.clone(), claim.state.present.clone(), what.to_owned()];
        named.extend(row.iter().cloned());
        named
    };
    let new = now.iter().filter(|row| !had.contains(&key(row))).map(|row| named("new", row));
    let gone = claim.evidence.iter().filter(|row| !has.contains(&key(row))).map(|row| named("gone", row));
    new.chain(gone).collect()
}

fn published(out: &Path, run_id: &str) -> Result<RunFolder, ClaimsError> {
    store::published_run(out, run_id)?.ok_or_else(|| ClaimsError::NoRun(run_id.to_owned()))
}

/// What the folder of a claim says of it.
fn opened<'r>(out: &Path, key: &'r ClaimKey, state: &'r ClaimState, successors: &Successors) -> Result<Open<'r>, ClaimsError> {
    let (_, family) = key;
    let other = |file: &str| ClaimsError::Folder(file.to_owned());
    let written = store::written_after_runs(out, Area::Claims)?;
    let written = written.into_iter().find(|written| written.run_id == state.last.folder).ok_or_else(|| other(&state.last.folder))?;
    let folder = store::open_after_run(out, Area::Claims, &written)?;
    let claims = table(&folder.bytes("claims.csv")?).ok_or_else(|| other("claims.csv"))?;
    let row = claims.iter().find(|row| row.get("family_id") == Some(family)).ok_or_else(|| other("claims.csv"))?;
    let cell = |name: &str| row.get(name).cloned().ok_or_else(|| other("claims.csv"));
    let day = |name: &str| cell(name).and_then(|text| date::from_iso(&text).ok_or_else(|| other("claims.csv")));
    let by: Status = cell("attached_by")?.parse().map_err(|()| other("claims.csv"))?;
    let attached = Attachment { on: day("attached_on")?, by, family: family.clone() };
    let (baseline, claim_run) = (published(out, &cell("baseline_run")?)?, published(out, &cell("claim_run")?)?);
    // The folder knows the family by its id of then; in the run of the claim it had that id.
    let then = Successors::read(&claim_run)?;
    let people = people_of(&claim_run, &baseline, &attached, family, &then)?.ok_or_else(|| other("claims.csv"))?;
    let people = people.into_iter().map(|person| CasePerson { id: successors.present(&person.id), ..person }).collect();
    let tests = table(&folder.bytes(&format!("families/{family}/tests.csv"))?).ok_or_else(|| other("tests.csv"))?;
    let said = |row: &BTreeMap<String, String>| {
        let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
        ((cell("test"), successors.present(&cell("about"))), in_words(&cell("verdict"), &cell("arithmetic")))
    };
    let rows = table(&folder.bytes(&format!("families/{family}/evidence.csv"))?).ok_or_else(|| other("evidence.csv"))?;
    let cells = |row: &BTreeMap<String, String>| pack::EVIDENCE.iter().map(|name| row.get(*name).cloned().unwrap_or_default()).collect();
    let evidence = rows.iter().map(cells).collect();
    Ok(Open { key, state, evidence, attached, claim: day("claim_date")?, baseline, people, was: tests.iter().map(said).collect() })
}

fn in_words(verdict: &str, arithmetic: &str) -> String {
    // A cell that begins like a formula was defused on its way out.
    let arithmetic = arithmetic.trim_start_matches('\'');
    if arithmetic.is_empty() { verdict.to_owned() } else { format!("{verdict}: {arithmetic}") }
}

/// A CSV table as rows by column name; `None` if it is none.
fn table(bytes: &[u8]) -> Option<Vec<BTreeMap<String, String>>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().ok()?.clone();
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        Some(header.iter().map(ToOwned::to_owned).zip(record.ok()?.iter().map(ToOwned::to_owned)).collect())
    };
    reader.records().map(row).collect()
}

/// Notes what differs; true if the claim would not be made so now.
fn compare(claim: &Open<'_>, outcome: &Outcome, decision: &Decision, changes: &mut Vec<Change>) -> bool {
    let change = |test: &str, about: &str, was: String, is: String| Change {
        window: claim.key.0.clone(),
        family: claim.state.present.clone(),
        stage: claim.state.stage.name().to_owned(),
        test: test.to_owned(),
        about: about.to_owned(),
        was,
        is,
    };
    let is: BTreeMap<(String, String), String> =
        outcome.verdicts().into_iter().map(|(key, (verdict, arithmetic))| (key, in_words(verdict.name(), &arithmetic))).collect();
    let last = &claim.state.last;
    let claimed = format!("{} for {} pence", last.claimed, last.amount_pence);
    let now = match decision {
        Decision::Claim(amounts) => format!("{} for {} pence", amounts.called, amounts.amount),
        Decision::Nothing(why) => format!("nothing: {why}"),
    };
    let fallen = claimed != now;
    if fallen {
        changes.push(change("claim", "", claimed, now));
    }
    let keys: BTreeSet<&(String, String)> = claim.was.keys().chain(is.keys()).collect();
    for key in keys {
        let [was, now] = [claim.was.get(key), is.get(key)].map(|said| said.cloned().unwrap_or_else(|| "not tested".to_owned()));
        if was != now {
            changes.push(change(&key.0, &key.1, was, now));
        }
    }
    fallen
}
