//! A simulated officer: a month's decisions about the families, the doubtful pairs and the referral forms of a published run of a synthetic
//! county.
//!
//! What comes in: the run, the truth that `fwt synth` wrote, the decisions of earlier months. What goes out: `families.csv`, `pairs.csv`
//! and `referrals.csv` in the form that `fwt cohort import` takes. What always holds: the same run, truth and seed give the same decisions; a step of status is
//! one the service allows; the officer knows the truth and still errs as often as told.
//!
//! A listed family is looked at within three months or so, accepted if it truly has two criteria of a pack and rejected if not. An
//! accepted one is assessed, attached and closed in its time, some decline, cannot be reached or leave the county. One listed family in
//! a hundred is excluded and one unlisted in five hundred included for three months, with an approver.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use fastrand::Rng;

use crate::model::date::iso;
use crate::model::hash::text_hash;
use crate::model::{Month, NO_TEXT, Ternary};
use crate::store::{self, RunFolder};

use super::families::family_statistics;
use super::run_tables::{self, RunTables};
use super::truth_files::{self, Truth, each_row};
use super::{EvaluateError, join, label_of, labels, majority, true_families};

const FAMILY_COLUMNS: [&str; 10] = ["family", "accepted", "status", "on", "override", "pack", "approver", "expires", "reason", "by"];
const PAIR_COLUMNS: [&str; 7] = ["left_source", "left_record_id", "right_source", "right_record_id", "decision", "reason", "by"];
const REFERRAL_COLUMNS: [&str; 6] = ["source", "referral", "family", "decision", "reason", "by"];
/// Doubtful pairs an office gets through in a month.
const PAIRS_A_MONTH: usize = 60;

/// How the officer works.
#[derive(Clone, Copy, Debug)]
pub struct OfficerSettings {
    /// Everything random follows from it.
    pub seed: u64,
    /// Share of acceptances and of pairs judged wrongly, 0 to 1.
    pub error: f64,
}

/// A month's decisions in the CSV form of the cohort register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfficerDecisions {
    /// Month of the run.
    pub month: String,
    /// `families.csv`.
    pub families: Vec<u8>,
    /// `pairs.csv`.
    pub pairs: Vec<u8>,
    /// `referrals.csv`.
    pub referrals: Vec<u8>,
    /// Rows in all three.
    pub rows: u64,
}

/// What the officer remembers of a family.
#[derive(Clone, Debug, Default)]
struct Known {
    accepted: Option<bool>,
    status: String,
    since: Option<Month>,
}

/// Decides about a run. `memory` is the folder of earlier months' decisions, if there is one: `<month>/families.csv` and
/// `<month>/pairs.csv`.
///
/// # Errors
/// [`EvaluateError`] if a table of the run, the truth or an earlier decision cannot be read.
pub fn decide(run: &RunFolder, truth: &Path, memory: Option<&Path>, settings: OfficerSettings) -> Result<OfficerDecisions, EvaluateError> {
    let month: Month = run.manifest.period.parse().map_err(|_| EvaluateError::Period)?;
    let (mut known, mut judged, mut placed) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for earlier in memory.map_or_else(|| Ok(Vec::new()), |memory| earlier_months(memory, month))? {
        let Some(memory) = memory else { continue };
        remember(&memory.join(earlier.to_string()), earlier, &mut known, (&mut judged, &mut placed))?;
    }
    let real = truth_files::read(truth, month)?;
    let away = truth_files::out_of_county(truth, month)?;
    let tables = run_tables::read(run)?;
    let joined = join::join(&tables.people.records, &real.appearances, real.persons.list.len(), &HashSet::new());
    let labels = labels(&tables, &joined.truth);
    let true_person = majority(&labels, tables.people.records.person.values().len(), &real);
    let (_, matches) = family_statistics(&true_families(&real, &joined.visible), &tables.families, &true_person);
    let mut met: BTreeMap<u32, BTreeMap<&str, u32>> = BTreeMap::new();
    for judgement in real.judgements.iter().filter(|judgement| judgement.really == Ternary::True) {
        *met.entry(judgement.family).or_default().entry(&judgement.pack).or_default() += 1;
    }
    let eligible = |family: u32| met.get(&family).is_some_and(|packs| packs.values().any(|&count| count >= 2));
    let office = Office { month, settings };
    let mut rows = 0;
    let mut families = csv::Writer::from_writer(Vec::new());
    let write = |result: Result<(), csv::Error>| result.map_err(|_| EvaluateError::Table { table: "families.csv".to_owned() });
    write(families.write_record(FAMILY_COLUMNS))?;
    let found = run_tables::listed(run)?;
    for (number, (family, listed)) in found.iter().enumerate() {
        let real = matches.true_of_found.get(number).copied().flatten();
        let case = Case {
            listed: *listed,
            eligible: real.is_some_and(eligible),
            away: real.is_some_and(|real| away.get(real as usize).copied().unwrap_or(false)),
        };
        if let Some(row) = office.family(family, case, known.get(family)) {
            rows += 1;
            write(families.write_record(row))?;
        }
    }
    let mut pairs = csv::Writer::from_writer(Vec::new());
    write(pairs.write_record(PAIR_COLUMNS))?;
    for row in office.pairs(&tables, &joined.truth, &judged) {
        rows += 1;
        write(pairs.write_record(row))?;
    }
    let mut referrals = csv::Writer::from_writer(Vec::new());
    write(referrals.write_record(REFERRAL_COLUMNS))?;
    let homes = true_homes(&real);
    let numbers: BTreeMap<&str, usize> = found.iter().enumerate().map(|(number, (family, _))| (family.as_str(), number)).collect();
    let forms = form_people(&tables, &joined.truth);
    let is_theirs = |form: &(String, String), family: &str| {
        let real = numbers.get(family).and_then(|&number| matches.true_of_found.get(number).copied().flatten());
        forms.get(form).is_some_and(|people| people.iter().any(|person| real.is_some_and(|real| homes.contains(&(*person, real)))))
    };
    for row in office.referrals(&run_tables::candidates(run)?, &placed, is_theirs) {
        rows += 1;
        write(referrals.write_record(row))?;
    }
    let bytes = |writer: csv::Writer<Vec<u8>>| writer.into_inner().map_err(|_| EvaluateError::Table { table: "families.csv".to_owned() });
    Ok(OfficerDecisions { month: month.to_string(), families: bytes(families)?, pairs: bytes(pairs)?, referrals: bytes(referrals)?, rows })
}

fn earlier_months(memory: &Path, month: Month) -> Result<Vec<Month>, EvaluateError> {
    let mut months: Vec<Month> =
        store::list_folder(memory)?.into_iter().filter_map(|entry| entry.name.parse().ok()).filter(|earlier| *earlier < month).collect();
    months.sort_unstable();
    Ok(months)
}

/// Takes in an earlier month's decisions.
fn remember(
    folder: &Path,
    month: Month,
    known: &mut BTreeMap<String, Known>,
    (judged, placed): (&mut BTreeSet<[String; 4]>, &mut BTreeSet<(String, String)>),
) -> Result<(), EvaluateError> {
    if store::exists(&folder.join("referrals.csv")) {
        each_row(folder, "referrals.csv", &["source", "referral"], |row| {
            let &[source, referral] = row else { return None };
            placed.insert((source.to_owned(), referral.to_owned()));
            Some(())
        })?;
    }
    each_row(folder, "families.csv", &["family", "accepted", "status"], |row| {
        let &[family, accepted, status] = row else { return None };
        let entry = known.entry(family.to_owned()).or_default();
        if matches!(accepted, "yes" | "no") {
            entry.accepted = Some(accepted == "yes");
        }
        if !status.is_empty() {
            status.clone_into(&mut entry.status);
        }
        entry.since = Some(month);
        Some(())
    })?;
    each_row(folder, "pairs.csv", &["left_source", "left_record_id", "right_source", "right_record_id"], |row| {
        let &[left_source, left, right_source, right] = row else { return None };
        judged.insert([left_source, left, right_source, right].map(ToOwned::to_owned));
        Some(())
    })
}

/// (person, family) for everybody who truly lives in a family.
fn true_homes(truth: &Truth) -> HashSet<(u32, u32)> {
    truth.members.iter().filter(|member| member.resident).map(|member| (member.person, member.family)).collect()
}

/// The true people of each form: its rows' record ids are the form's with `#` and the slot of a person.
fn form_people(tables: &RunTables, truth: &[u32]) -> BTreeMap<(String, String), Vec<u32>> {
    let mut forms: BTreeMap<(String, String), Vec<u32>> = BTreeMap::new();
    for (row, person) in truth.iter().enumerate().filter(|(_, person)| **person != NO_TEXT) {
        if let Some((source, (form, _))) = tables.people.records.name(row).and_then(|(source, id)| Some((source, id.split_once('#')?))) {
            forms.entry((source.to_owned(), form.to_owned())).or_default().push(*person);
        }
    }
    forms
}

/// What is true of a family of the run.
#[derive(Clone, Copy)]
struct Case {
    listed: bool,
    eligible: bool,
    away: bool,
}

/// The office in a month.
struct Office {
    month: Month,
    settings: OfficerSettings,
}

impl Office {
    fn draw(&self, about: &str) -> Rng {
        Rng::with_seed(text_hash(&format!("{}|{}|{about}", self.settings.seed, self.month)))
    }

    /// The row about a family; `None` if nothing is decided this month.
    fn family(&self, family: &str, case: Case, known: Option<&Known>) -> Option<[String; 10]> {
        let mut rng = self.draw(family);
        let (first, second, third) = (rng.f64(), rng.f64(), rng.f64());
        let by = format!("officer {}", 1 + rng.u8(0..3));
        let mut row: [String; 10] = Default::default();
        let mut fill = |cells: &[(usize, &str)]| {
            for &(place, text) in cells.iter().chain([(0, family), (9, by.as_str())].iter()) {
                if let Some(cell) = row.get_mut(place) {
                    text.clone_into(cell);
                }
            }
        };
        let expires = iso(self.month.plus(3).last_day());
        let Some(known) = known else {
            let over = |kind, reason| [(4, kind), (6, "service manager"), (7, expires.as_str()), (8, reason)];
            if case.listed && first < 0.01 {
                fill(&over("exclude", "worked with by a neighbouring authority"));
            } else if !case.listed && case.eligible && first < 0.002 {
                fill(&over("include", "known to the team, evidence on file"));
            } else if case.listed && second < 0.4 {
                let accepted = case.eligible != (third < self.settings.error);
                fill(if accepted { &[(1, "yes")] } else { &[(1, "no"), (8, "criteria not confirmed by the agencies")] });
            } else {
                return None;
            }
            return Some(row);
        };
        if known.accepted != Some(true) {
            return None;
        }
        let months = known.since.map_or(0, |since| self.month.months_since(since));
        let (status, reason) = step(&known.status, months, case.away, (first, second))?;
        fill(&[(2, status), (8, reason)]);
        Some(row)
    }

    /// Rows about doubtful pairs, most probable first.
    fn pairs(&self, tables: &RunTables, truth: &[u32], judged: &BTreeSet<[String; 4]>) -> Vec<[String; 7]> {
        let mut doubtful: Vec<_> = tables.people.links.iter().filter(|pair| tables.people.decision(pair) == "review").collect();
        doubtful.sort_by(|left, right| {
            right.probability.total_cmp(&left.probability).then((left.left, left.right).cmp(&(right.left, right.right)))
        });
        let mut rows = Vec::new();
        for pair in doubtful {
            let (Some(left), Some(right)) =
                (tables.people.records.name(pair.left as usize), tables.people.records.name(pair.right as usize))
            else {
                continue;
            };
            let names = [left.0, left.1, right.0, right.1].map(ToOwned::to_owned);
            if rows.len() >= PAIRS_A_MONTH || judged.contains(&names) {
                continue;
            }
            let person = |row: u32| label_of(tables, truth, row as usize).map(|label| label.truth).filter(|&person| person != NO_TEXT);
            let mut rng = self.draw(&names.join("|"));
            let unsure = rng.f64() < 0.05;
            let wrong = rng.f64() < self.settings.error;
            let by = format!("officer {}", 1 + rng.u8(0..3));
            let same = person(pair.left).zip(person(pair.right)).map(|(left, right)| left == right);
            let (decision, reason) = match same {
                Some(same) if !unsure => {
                    if same == wrong {
                        ("different", "the agencies describe two people")
                    } else {
                        ("same", "confirmed by the case worker")
                    }
                }
                _ => ("unsure", "nobody could say"),
            };
            let [left_source, left_id, right_source, right_id] = names;
            rows.push([left_source, left_id, right_source, right_id, decision.to_owned(), reason.to_owned(), by]);
        }
        rows
    }
}

impl Office {
    /// Rows about referral forms: at most one candidate of a form is the family.
    fn referrals(
        &self,
        candidates: &[(String, String, String)],
        placed: &BTreeSet<(String, String)>,
        is_theirs: impl Fn(&(String, String), &str) -> bool,
    ) -> Vec<[String; 6]> {
        let mut rows = Vec::new();
        for form in candidates.chunk_by(|one, next| (&one.0, &one.1) == (&next.0, &next.1)) {
            let Some((source, referral, _)) = form.first() else { continue };
            let key = (source.clone(), referral.clone());
            let mut rng = self.draw(referral);
            let (unsure, wrong) = (rng.f64() < 0.1, rng.f64() < self.settings.error);
            let by = format!("officer {}", 1 + rng.u8(0..3));
            let theirs = form.iter().position(|candidate| is_theirs(&key, &candidate.2));
            for (place, candidate) in form.iter().enumerate().filter(|_| !placed.contains(&key)) {
                let (decision, reason) = match theirs {
                    _ if unsure => ("unsure", "the professional could not be reached"),
                    Some(theirs) if theirs == place && !wrong => ("same", "confirmed with the professional"),
                    _ => ("different", "not the family that was meant"),
                };
                let cells = [source.as_str(), referral, &candidate.2, decision, reason, &by];
                rows.push(cells.map(ToOwned::to_owned));
            }
        }
        rows
    }
}

/// The next status of an accepted family after `months` in the present one, and the reason; `None` if it stays.
fn step(status: &str, months: i32, away: bool, (first, second): (f64, f64)) -> Option<(&'static str, &'static str)> {
    let open = matches!(status, "" | "identified" | "assessment_requested" | "assessed" | "attached" | "monitoring_only");
    if open && away {
        return Some(("out_of_county", "moved out of the county"));
    }
    match status {
        "" | "identified" if first < 0.7 => Some(("assessment_requested", "")),
        "assessment_requested" if second < 0.05 => Some(("declined", "the family does not want help")),
        "assessment_requested" if second < 0.09 => Some(("no_contact", "three visits, nobody in")),
        "assessment_requested" if first < 0.6 => Some(("assessed", "")),
        "assessed" if second < 0.1 => Some(("monitoring_only", "")),
        "assessed" if second < 0.13 => Some(("turned_around_elsewhere", "helped by a partner's own programme")),
        "assessed" if first < 0.6 => Some(("attached", "")),
        "attached" if months >= 5 && first < 0.25 => Some(("closed", "the plan is done")),
        "monitoring_only" if months >= 3 && first < 0.3 => Some(("closed", "nothing more is needed")),
        "closed" if months >= 3 && first < 0.2 => Some(("claimed", "")),
        _ => None,
    }
}
