//! Simulated professionals' answers to assessment requests.
//!
//! What comes in: the requests of an output folder, its current run, the truth, the answers of earlier months. What goes out: `answers.csv` with what has come back by the
//! run's month. What always holds: the same requests, truth and seed give the same answers; a request is answered once; about one in seven never is, one in four a
//! month late.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fastrand::Rng;

use crate::model::date::{from_iso, iso};
use crate::model::hash::text_hash;
use crate::model::{Day, Ternary};
use crate::store::{Area, RunFolder, open_after_run, written_after_runs};

use super::EvaluateError;
use super::department::cells;
use super::matched::Matched;

const COLUMNS: [&str; 10] = ["request", "family", "answered_on", "by", "route", "lead", "evidence", "introduced", "needs", "note"];

/// Answers that came back by the month of the run. `known` are the requests that were answered before.
///
/// # Errors
/// [`EvaluateError`] if a request, the run or the truth cannot be read.
pub fn answers(out: &Path, run: &RunFolder, truth: &Path, known: &BTreeSet<String>, seed: u64) -> Result<(Vec<u8>, u64), EvaluateError> {
    let matched = Matched::read(run, truth)?;
    let mut met: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for judgement in
        matched.truth.judgements.iter().filter(|judgement| judgement.really == Ternary::True && judgement.pack == "p1-lincolnshire")
    {
        met.entry(judgement.family).or_default().insert(&judgement.criterion);
    }
    let failed = || EvaluateError::Table { table: "requests.csv".to_owned() };
    let mut rows: BTreeMap<String, [String; 10]> = BTreeMap::new();
    for written in written_after_runs(out, Area::Requests)? {
        let folder = open_after_run(out, Area::Requests, &written)?;
        if folder.manifest.output("requests.csv").is_none() {
            continue;
        }
        for row in cells(&folder, "requests.csv", &["request", "family", "professional", "made_on"])? {
            let Ok([request, family, professional, made]) = <[String; 4]>::try_from(row) else { continue };
            let made = from_iso(&made).ok_or_else(failed)?;
            let criteria = matched.family(&family).map(|real| met.get(&real).cloned().unwrap_or_default());
            let answer = answer((seed, &request, made), &family, &professional, criteria.as_ref());
            if let Some((day, row)) = answer
                && day <= matched.month.last_day()
                && !known.contains(&request)
            {
                rows.insert(request, row);
            }
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(|_| failed())?;
    for row in rows.values() {
        writer.write_record(row).map_err(|_| failed())?;
    }
    Ok((writer.into_inner().map_err(|_| failed())?, rows.len() as u64))
}

/// What a professional answers and when; nothing if never.
fn answer(
    (seed, request, made): (u64, &str, Day),
    family: &str,
    professional: &str,
    met: Option<&BTreeSet<&str>>,
) -> Option<(Day, [String; 10])> {
    let mut rng = Rng::with_seed(text_hash(&format!("{seed}|answer|{request}")));
    let delay = match rng.f64() {
        share if share < 0.6 => rng.i32(3..28),
        share if share < 0.85 => rng.i32(31..58),
        _ => return None,
    };
    let drawn = rng.f64();
    let route = match met {
        None => "cannot_say",
        // Nothing is wrong any more: somebody has helped already.
        Some(met) if !["c1", "c2", "c3"].iter().any(|criterion| met.contains(criterion)) && drawn < 0.7 => "turned_around",
        _ if drawn < 0.1 => "cannot_say",
        _ if drawn < 0.24 => "supported_elsewhere",
        _ => "key_worker",
    };
    let needs: Vec<&str> = [("c1", "crime"), ("c2", "education"), ("c3", "employment"), ("c4", "parenting")]
        .into_iter()
        .filter(|(criterion, _)| met.is_some_and(|met| met.contains(criterion)))
        .map(|(_, need)| need)
        .collect();
    let text = |is: bool, text: &str| if is { text.to_owned() } else { String::new() };
    let row = [
        request.to_owned(),
        family.to_owned(),
        iso(made + delay),
        professional.to_owned(),
        route.to_owned(),
        text(route == "supported_elsewhere", "the family's own social worker"),
        text(route == "turned_around", "case file of the agency"),
        if route == "cannot_say" { String::new() } else { if rng.bool() { "yes" } else { "no" }.to_owned() },
        if route == "cannot_say" { String::new() } else { needs.join(";") },
        String::new(),
    ];
    Some((made + delay, row))
}
