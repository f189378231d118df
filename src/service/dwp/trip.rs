//! The two halves of the trip as they are written down: the request goes out, the answer comes back.
//!
//! What comes in: a run of an output folder, its register, a purpose; later the file that came back. What goes out: a folder of the request below `dwp/`, and one of the answer
//! with the file that the next run reads. What always holds: only what the sharing agreement of the feed allows on that day is asked; only `request.csv` is for the
//! Department; the run itself is not touched; the same request or answer is written once.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Answers, Asked, CANNOT_COLUMNS, Request, SUBJECT_COLUMNS, Sources, Subjects, Terms, adults, judge, request, returned};
use crate::config::checked::{ColumnKind, Pipeline, Schema};
use crate::model::dwp::RETURN_COLUMNS;
use crate::model::{Day, DwpPurpose, DwpSettings, Problem, Problems, date, read_written};
use crate::run::reading::{ReadingError, json};
use crate::service::csv_table::csv_table;
use crate::store::{
    AfterRun, Area, InputEntry, InputFile, ManifestContents, NamedHash, RestsOn, RunFolder, RunLock, StoreError, WrittenAfterRun,
    open_after_run, sha256_hex, written_after_runs,
};

/// Bytes that a request or an answer takes at most, for the check of free space.
const SPACE: u64 = 16 << 20;

/// Why there is no request, or no answer.
#[derive(Debug, thiserror::Error)]
pub enum DwpError {
    /// The pipeline asks the Department nothing.
    #[error("the pipeline has no section [service.dwp]")]
    NotSet,
    /// The agreement does not name the purpose.
    #[error("the agreement {agreement} is not for the purpose \"{purpose}\", but for {allowed}")]
    PurposeNotAgreed {
        /// Its reference.
        agreement: String,
        /// The purpose.
        purpose: String,
        /// The purposes that it names.
        allowed: String,
    },
    /// The agreement does not hold on that day.
    #[error("the agreement {agreement} holds from {starts} to {ends}, and not on {day}")]
    AgreementOver {
        /// Its reference.
        agreement: String,
        /// First day.
        starts: String,
        /// Last day.
        ends: String,
        /// The day.
        day: String,
    },
    /// The pipeline names no such purpose.
    #[error("the pipeline names no purpose \"{purpose}\", but {known}")]
    UnknownPurpose {
        /// The purpose.
        purpose: String,
        /// Those it names.
        known: String,
    },
    /// Nobody can be asked about.
    #[error("nobody can be asked about: {cannot} adults of the families in question cannot, and there are no others")]
    NobodyToAsk {
        /// Adults who cannot be asked about.
        cannot: usize,
    },
    /// Nothing was asked.
    #[error("nothing has been asked from this output folder yet")]
    NothingAsked,
    /// The file cannot be read as an answer.
    #[error("the file cannot be read as an answer")]
    File(#[source] Problems),
    /// Every line was set aside.
    #[error("no line of the answer holds")]
    NothingHolds(#[source] Problems),
    /// A table of the run cannot be read.
    #[error("the run cannot be read")]
    Reading(#[from] ReadingError),
    /// The disk.
    #[error("nothing was written")]
    Store(#[from] StoreError),
}

/// A request that was written.
pub struct Sent {
    /// Its folder.
    pub written: WrittenAfterRun,
    /// People asked about.
    pub asked: usize,
    /// People who cannot be asked about, by reason.
    pub cannot: BTreeMap<&'static str, usize>,
}

/// An answer that can be taken; nothing is written yet.
pub struct TakenBack {
    /// The month it is for.
    pub month: String,
    /// Name and bytes of the file that the run reads.
    pub file: (String, Vec<u8>),
    /// What was judged.
    pub answers: Answers,
    contents: ManifestContents,
    request: String,
}

impl TakenBack {
    /// Writes the folder of the answer, unless it stands there already.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, lock: &RunLock) -> Result<WrittenAfterRun, StoreError> {
        match AfterRun::already_written(lock, &self.contents)? {
            Some(written) => Ok(written),
            None => write_answer(
                AfterRun::begin(lock, self.contents.clone(), SPACE)?,
                &self.request,
                (&self.file.0, &self.file.1),
                &self.answers,
            ),
        }
    }
}

/// The feed of the answer.
fn feed<'p>(pipeline: &'p Pipeline, settings: &DwpSettings) -> Result<&'p Schema, DwpError> {
    pipeline.schemas.iter().find(|schema| schema.name == settings.schema).ok_or(DwpError::NotSet)
}

/// The purpose of that name, if the agreement allows it on that day.
fn allowed<'p>(pipeline: &'p Pipeline, purpose: &str, day: Day) -> Result<(&'p DwpSettings, &'p DwpPurpose, &'p Schema), DwpError> {
    let settings = pipeline.dwp.as_ref().ok_or(DwpError::NotSet)?;
    let schema = feed(pipeline, settings)?;
    let names = || settings.purposes.iter().map(|known| known.name.as_str()).collect::<Vec<_>>().join(", ");
    let known = settings.purposes.iter().find(|known| known.name == purpose);
    let known = known.ok_or_else(|| DwpError::UnknownPurpose { purpose: purpose.to_owned(), known: names() })?;
    let agreement = &schema.agreement;
    if !agreement.purposes.contains(&known.name) {
        let allowed = agreement.purposes.join(", ");
        return Err(DwpError::PurposeNotAgreed { agreement: agreement.reference.clone(), purpose: purpose.to_owned(), allowed });
    }
    if day < agreement.starts || day > agreement.ends {
        let [starts, ends, day] = [agreement.starts, agreement.ends, day].map(date::iso);
        return Err(DwpError::AgreementOver { agreement: agreement.reference.clone(), starts, ends, day });
    }
    Ok((settings, known, schema))
}

fn reference_of(run: &RunFolder) -> Result<Day, ReadingError> {
    let summary = json(run, "run.json")?;
    let text = summary.get("reference_date").and_then(serde_json::Value::as_str).unwrap_or_default();
    date::from_iso(text).ok_or(ReadingError::Json { table: "run.json".to_owned() })
}

fn contents(pipeline: &Pipeline, run: &RunFolder, state: Vec<NamedHash>) -> ManifestContents {
    let rests_on = RestsOn { area: Area::Dwp, runs: vec![run.named()] };
    ManifestContents::after_run(&run.manifest.period, &pipeline.fingerprints, state, rests_on)
}

/// Writes the request of a run.
///
/// # Errors
/// [`DwpError`]; nothing is written then.
pub fn ask(lock: &RunLock, sources: Sources<'_>, head: &str, pipeline: &Pipeline, purpose: &str) -> Result<Sent, DwpError> {
    let (run, reference) = (sources.run, sources.on);
    let (settings, purpose, schema) = allowed(pipeline, purpose, reference)?;
    let adults = adults(sources, settings, purpose.families)?;
    let made = request(&adults, (&run.manifest.run_id, &purpose.name), settings.needs_nino);
    if made.asked.is_empty() {
        return Err(DwpError::NobodyToAsk { cannot: made.cannot.len() });
    }
    let mut cannot: BTreeMap<&'static str, usize> = BTreeMap::new();
    for one in &made.cannot {
        *cannot.entry(one.reason.code()).or_default() += 1;
    }
    // Who is restricted may change without run or register: the folder is that of what it says.
    let Files { request, subjects, cannot_send: others } = files(&made);
    let said = sha256_hex(&[subjects.as_slice(), &others].concat());
    let state = [("purpose", sha256_hex(purpose.name.as_bytes())), ("register", head.to_owned()), ("people", said)];
    let state = state.into_iter().map(|(name, sha256)| NamedHash { name: name.to_owned(), sha256 }).collect();
    let contents = contents(pipeline, run, state);
    let (asked, cannot_send) = (made.asked.len(), made.cannot.len());
    if let Some(written) = AfterRun::already_written(lock, &contents)? {
        return Ok(Sent { written, asked, cannot });
    }
    let about = serde_json::json!({
        "what": "request to the Department for Work and Pensions",
        "month": run.manifest.period,
        "run": run.manifest.run_id,
        "as_at": date::iso(reference),
        "purpose": purpose.name,
        "basis": purpose.basis,
        "agreement": schema.agreement.reference,
        "asked": asked,
        "cannot_send": cannot,
        "for_the_department": "request.csv alone; the other files stay here",
    });
    let mut folder = AfterRun::begin(lock, contents, SPACE)?;
    folder.put("request.csv", Some(asked as u64), |sink| sink.write_all(&request))?;
    folder.put("subjects.csv", Some(asked as u64), |sink| sink.write_all(&subjects))?;
    folder.put("cannot_send.csv", Some(cannot_send as u64), |sink| sink.write_all(&others))?;
    folder.put("about.json", None, |sink| sink.write_all(format!("{about:#}\n").as_bytes()))?;
    Ok(Sent { written: folder.commit()?, asked, cannot })
}

struct Files {
    request: Vec<u8>,
    subjects: Vec<u8>,
    cannot_send: Vec<u8>,
}

fn files(made: &Request) -> Files {
    let sent: Vec<[String; 12]> = made.asked.iter().map(returned).collect();
    let row = |asked: &Asked| -> [String; 9] {
        let Asked { reference, person, family, nino, surname, forename, born, address, postcode } = asked.clone();
        [reference, person, family, nino, surname, forename, born, address, postcode]
    };
    let kept: Vec<[String; 9]> = made.asked.iter().map(row).collect();
    Files {
        request: csv_table(&RETURN_COLUMNS, sent),
        subjects: csv_table(&SUBJECT_COLUMNS, kept),
        cannot_send: csv_table(
            &CANNOT_COLUMNS,
            made.cannot.iter().map(|cannot| vec![&*cannot.family, &*cannot.person, cannot.reason.code(), cannot.reason.hint()]),
        ),
    }
}

/// The newest request of an output folder, or the one of that id, and whom it is about.
///
/// # Errors
/// [`DwpError::NothingAsked`] if there is none; [`DwpError::Store`] if it is not as it was written.
pub fn last_request(out: &std::path::Path, id: Option<&str>) -> Result<(RunFolder, Subjects), DwpError> {
    for written in written_after_runs(out, Area::Dwp)?.iter().rev().filter(|written| id.is_none_or(|id| written.run_id == id)) {
        let folder = open_after_run(out, Area::Dwp, written)?;
        if folder.manifest.output("request.csv").is_some() {
            let subjects = subjects(&folder)?;
            return Ok((folder, subjects));
        }
    }
    Err(DwpError::NothingAsked)
}

fn subjects(folder: &RunFolder) -> Result<Subjects, DwpError> {
    let bytes = folder.bytes("subjects.csv")?;
    let (rows, problems) = read_written("subjects.csv", &String::from_utf8_lossy(&bytes), &SUBJECT_COLUMNS);
    if !problems.is_empty() {
        return Err(DwpError::File(Problems(problems)));
    }
    let subject = |row: &crate::model::WrittenRow| {
        let [reference, person, family, nino, surname, forename, born, address, postcode] =
            SUBJECT_COLUMNS.map(|column| row.cell(column).to_owned());
        (reference.clone(), Asked { reference, person, family, nino, surname, forename, born, address, postcode })
    };
    Ok(rows.iter().map(subject).collect())
}

/// Judges the file that came back for a request and writes down what of it holds.
///
/// # Errors
/// [`DwpError`]; nothing is written then.
pub fn take_back(
    asked: (&RunFolder, &Subjects),
    run: &RunFolder,
    pipeline: &Pipeline,
    came: (&str, &InputFile),
) -> Result<TakenBack, DwpError> {
    let ((request, subjects), (name, input)) = (asked, came);
    let settings = pipeline.dwp.as_ref().ok_or(DwpError::NotSet)?;
    let schema = feed(pipeline, settings)?;
    let reference = reference_of(run)?;
    let (rows, problems) = read_written(name, &String::from_utf8_lossy(&input.bytes), &RETURN_COLUMNS);
    let (of_file, of_lines): (Vec<Problem>, Vec<Problem>) = problems.into_iter().partition(|problem| problem.line <= 1);
    if !of_file.is_empty() {
        return Err(DwpError::File(Problems(of_file)));
    }
    let terms = Terms { file: name, codes: codes(schema), reference, valid_days: settings.valid_days };
    let mut answers = judge(subjects, &rows, &terms);
    answers.set_aside.extend(of_lines);
    answers.set_aside.sort_by_key(|problem| problem.line);
    if answers.lines.is_empty() {
        return Err(DwpError::NothingHolds(Problems(answers.set_aside)));
    }
    let month = run.manifest.period.clone();
    let file = format!("{}_{}.csv", settings.schema, month.replace('-', ""));
    let feed = csv_table(&RETURN_COLUMNS, &answers.lines);
    let mut contents = contents(pipeline, run, vec![NamedHash { name: "request".to_owned(), sha256: request.manifest_sha256.clone() }]);
    contents.inputs =
        vec![InputEntry { name: "answer".to_owned(), sha256: input.sha256.clone(), bytes: input.size, rows: Some(rows.len() as u64) }];
    Ok(TakenBack { month, file: (file, feed), answers, contents, request: request.manifest.run_id.clone() })
}

fn write_answer(
    mut folder: AfterRun,
    request: &str,
    (name, feed): (&str, &[u8]),
    answers: &Answers,
) -> Result<WrittenAfterRun, StoreError> {
    let lines: Vec<String> = answers.set_aside.iter().map(|problem| problem.line.to_string()).collect();
    let aside =
        answers.set_aside.iter().zip(&lines).map(|(problem, line)| vec![&**line, &*problem.column, problem.code, &*problem.message]);
    let aside = csv_table(&["line", "column", "code", "message"], aside);
    let unanswered = csv_table(&["reference"], answers.unanswered.iter().map(|reference| [reference]));
    let about = serde_json::json!({
        "what": "answer of the Department for Work and Pensions",
        "request": request,
        "on_benefit": answers.on_benefit,
        "on_none": answers.on_none,
        "untraced": answers.untraced,
        "unanswered": answers.unanswered.len(),
        "lines_set_aside": answers.set_aside.len(),
    });
    folder.put(name, Some(answers.lines.len() as u64), |sink| sink.write_all(feed))?;
    folder.put("set_aside.csv", Some(answers.set_aside.len() as u64), |sink| sink.write_all(&aside))?;
    folder.put("unanswered.csv", Some(answers.unanswered.len() as u64), |sink| sink.write_all(&unanswered))?;
    folder.put("about.json", None, |sink| sink.write_all(format!("{about:#}\n").as_bytes()))?;
    folder.commit()
}

/// The codes of the feed.
fn codes(schema: &Schema) -> &[(String, String)] {
    let column = schema.columns.iter().find(|column| column.name == "BenefitCode");
    match column.map(|column| &column.kind) {
        Some(ColumnKind::Code(codes)) => codes,
        _ => &[],
    }
}

/// Where the file for the run goes, below the data folder.
#[must_use]
pub fn place(month: &str, file: &str) -> PathBuf {
    PathBuf::from(month).join(file)
}
