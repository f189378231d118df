//! The tables of a published run, as far as they are measured.
//!
//! What comes in: a run folder. What goes out: records, links, families, flags and evidence by number. What always holds:
//! a record is its row in `persons.parquet`; a person, a family, a file is its number in order of first appearance there.

use std::collections::{HashMap, HashSet};

use crate::model::{EventKind, EventRole, NO_TEXT, TextColumn};
use crate::store::RunFolder;

use super::EvaluateError;
use super::columns::Columns;
use super::criteria::FoundFlag;
use super::families::FoundMember;
use super::links::Pair;

/// Person records of the run.
pub(super) struct Records {
    pub(super) source: TextColumn,
    pub(super) record_id: TextColumn,
    pub(super) file: TextColumn,
    pub(super) line: Vec<i64>,
    pub(super) slot: Vec<i64>,
    /// Person of each record; absent for test records.
    pub(super) person: TextColumn,
    /// Fields by which examples are described: name and column.
    pub(super) fields: Vec<(&'static str, TextColumn)>,
}

impl Records {
    /// Source and record id of a record.
    pub(super) fn name(&self, row: usize) -> Option<(&str, &str)> {
        Some((self.source.get(row)?, self.record_id.get(row)?))
    }

    /// Source and record id of each record.
    pub(super) fn names(&self) -> Vec<(&str, &str)> {
        (0..self.line.len()).map(|row| self.name(row).unwrap_or_default()).collect()
    }

    /// Number of the person of each record; a record that belongs to nobody is a person of its own.
    pub(super) fn found(&self) -> Vec<u32> {
        let persons = self.person.values().len();
        let number = |(row, &person): (usize, &u32)| if person == NO_TEXT { (persons + row) as u32 } else { person };
        self.person.codes().iter().enumerate().map(number).collect()
    }
}

/// One row of evidence.
pub(super) struct EvidenceRow {
    /// Person of the run.
    pub(super) person: u32,
    /// Code of the file among the files of the records; `NO_TEXT` if it holds no person record.
    pub(super) file: u32,
    pub(super) line: i64,
    pub(super) kind: Option<EventKind>,
    pub(super) role: Option<EventRole>,
}

/// Everything read of a run.
pub(super) struct RunTables {
    pub(super) people: PeopleTables,
    /// Members of each family, in the order of the families table.
    pub(super) families: Vec<Vec<FoundMember>>,
    /// Pack and criterion of each number.
    pub(super) criteria: Vec<(String, String)>,
    pub(super) flags: Vec<FoundFlag>,
    pub(super) evidence: Vec<EvidenceRow>,
}

/// Reads all that is measured.
pub(super) fn read(run: &RunFolder) -> Result<RunTables, EvaluateError> {
    let people = read_people(run)?;
    let persons: HashMap<&str, u32> = numbered(&people.records.person);
    let (families, family_numbers) = families(run, &persons)?;
    let (criteria, flags) = flags(run, &family_numbers)?;
    let evidence = evidence(run, &persons, &numbered(&people.records.file))?;
    drop(persons);
    Ok(RunTables { people, families, criteria, flags, evidence })
}

/// What is measured of persons and links alone.
pub(super) struct PeopleTables {
    pub(super) records: Records,
    pub(super) links: Vec<Pair>,
    pub(super) decisions: Vec<String>,
    pub(super) prevented: Vec<(u32, u32, u16)>,
    pub(super) prevented_reasons: Vec<String>,
}

impl PeopleTables {
    /// The name of the decision about a pair.
    pub(super) fn decision(&self, pair: &Pair) -> &str {
        self.decisions.get(usize::from(pair.decision)).map_or("", String::as_str)
    }

    /// The links that were published: rows of their records.
    pub(super) fn published(&self) -> impl Iterator<Item = (u32, u32)> {
        self.links.iter().filter(|pair| self.decision(pair) == "linked").map(|pair| (pair.left, pair.right))
    }
}

/// Reads the tables that every run of linkage has.
pub(super) fn read_people(run: &RunFolder) -> Result<PeopleTables, EvaluateError> {
    let records = records(run)?;
    let index = RecordIndex::of(&records);
    let (links, decisions) = links(run, &index)?;
    let (prevented, prevented_reasons) = prevented(run, &index)?;
    drop(index);
    Ok(PeopleTables { records, links, decisions, prevented, prevented_reasons })
}

fn numbered(column: &TextColumn) -> HashMap<&str, u32> {
    column.values().iter().map(AsRef::as_ref).zip(0..).collect()
}

fn records(run: &RunFolder) -> Result<Records, EvaluateError> {
    const TEXTS: [&str; 5] = ["forename", "surname", "postcode", "sex", "nhs_number"];
    let mut names = vec!["source", "record_id", "file", "line", "slot", "person_id", "date_of_birth"];
    names.extend(TEXTS);
    let columns = Columns::open(run, "persons", &names)?;
    let mut fields = Vec::new();
    for name in TEXTS {
        fields.push((name, columns.texts(name)?));
    }
    fields.push(("date_of_birth", columns.dates("date_of_birth")?));
    Ok(Records {
        source: columns.texts("source")?,
        record_id: columns.texts("record_id")?,
        file: columns.texts("file")?,
        line: columns.integers("line")?,
        slot: columns.integers("slot")?,
        person: columns.texts("person_id")?,
        fields,
    })
}

/// Finds a record by source and record id.
struct RecordIndex<'a> {
    sources: HashMap<&'a str, u32>,
    ids: HashMap<&'a str, u32>,
    rows: HashMap<(u32, u32), u32>,
}

impl<'a> RecordIndex<'a> {
    fn of(records: &'a Records) -> Self {
        let codes = records.source.codes().iter().copied().zip(records.record_id.codes().iter().copied());
        Self { sources: numbered(&records.source), ids: numbered(&records.record_id), rows: codes.zip(0..).collect() }
    }

    /// The row of each pair of cells; `u32::MAX` where there is none.
    fn rows(&self, sources: &TextColumn, ids: &TextColumn) -> Vec<u32> {
        let translate = |column: &TextColumn, known: &HashMap<&str, u32>| -> Vec<u32> {
            column.values().iter().map(|text| known.get(text).copied().unwrap_or(u32::MAX)).collect()
        };
        let (source_of, id_of) = (translate(sources, &self.sources), translate(ids, &self.ids));
        let code = |codes: &[u32], code: u32| codes.get(code as usize).copied().unwrap_or(u32::MAX);
        sources
            .codes()
            .iter()
            .zip(ids.codes())
            .map(|(&source, &id)| self.rows.get(&(code(&source_of, source), code(&id_of, id))).copied().unwrap_or(u32::MAX))
            .collect()
    }
}

/// The weight that a probability in tenths may stand for.
fn bits_of(probability: f64) -> f64 {
    let probability = probability.clamp(0.01, 0.99);
    libm::log2(probability / (1.0 - probability))
}

fn names_of(column: &TextColumn) -> Vec<String> {
    column.values().iter().map(ToString::to_string).collect()
}

fn links(run: &RunFolder, index: &RecordIndex<'_>) -> Result<(Vec<Pair>, Vec<String>), EvaluateError> {
    let names = ["left_source", "left_record_id", "right_source", "right_record_id", "weight", "probability", "pattern", "decision"];
    let columns = Columns::open(run, "links", &names)?;
    let left = index.rows(&columns.texts("left_source")?, &columns.texts("left_record_id")?);
    let right = index.rows(&columns.texts("right_source")?, &columns.texts("right_record_id")?);
    let decision = columns.texts("decision")?;
    let probabilities = columns.numbers("probability")?;
    let weights = columns.numbers("weight")?;
    let pattern = columns.texts("pattern")?;
    // Of pairs with restricted people the run says neither the pattern nor the weight, and the probability in tenths.
    let told = |text: &str| (!text.is_empty()).then(|| u64::from_str_radix(text, 16).unwrap_or(0));
    let patterns: Vec<Option<u64>> = pattern.values().iter().map(told).collect();
    let patterns = pattern.codes().iter().map(|&code| patterns.get(code as usize).copied().flatten());
    let rows = left.into_iter().zip(right).zip(weights).zip(probabilities).zip(patterns).zip(decision.codes());
    let links = rows
        .map(|(((((left, right), weight), probability), pattern), &decision)| Pair {
            left,
            right,
            weight: if pattern.is_some() { weight } else { bits_of(probability) },
            probability,
            pattern,
            decision: decision as u16,
        })
        .collect();
    Ok((links, names_of(&decision)))
}

type Prevented = (Vec<(u32, u32, u16)>, Vec<String>);

fn prevented(run: &RunFolder, index: &RecordIndex<'_>) -> Result<Prevented, EvaluateError> {
    let columns = Columns::open(run, "prevented", &["left_source", "left_record_id", "right_source", "right_record_id", "reason"])?;
    let left = index.rows(&columns.texts("left_source")?, &columns.texts("left_record_id")?);
    let right = index.rows(&columns.texts("right_source")?, &columns.texts("right_record_id")?);
    let reason = columns.texts("reason")?;
    let rows = left.into_iter().zip(right).zip(reason.codes()).map(|((left, right), &reason)| (left, right, reason as u16)).collect();
    Ok((rows, names_of(&reason)))
}

type NumberedFamilies = (Vec<Vec<FoundMember>>, HashMap<String, u32>);

fn families(run: &RunFolder, persons: &HashMap<&str, u32>) -> Result<NumberedFamilies, EvaluateError> {
    let ids = Columns::open(run, "families", &["family_id"])?.texts("family_id")?;
    let numbers: HashMap<String, u32> = ids.values().iter().map(ToString::to_string).zip(0..).collect();
    let columns = Columns::open(run, "members", &["family_id", "person_id", "role", "resident"])?;
    let (family, person, role) = (columns.texts("family_id")?, columns.texts("person_id")?, columns.texts("role")?);
    let resident = columns.flags("resident")?;
    let mut families = vec![Vec::new(); numbers.len()];
    for (row, &resident) in resident.iter().enumerate() {
        let number = family.get(row).and_then(|id| numbers.get(id)).and_then(|&number| families.get_mut(number as usize));
        let person = person.get(row).and_then(|id| persons.get(id)).copied().unwrap_or(u32::MAX);
        if let Some(members) = number {
            members.push(FoundMember { person, child: role.get(row) == Some("child"), resident });
        }
    }
    Ok((families, numbers))
}

/// Every family in the order of the families table, and whether a pack lists it.
pub(super) fn listed(run: &RunFolder) -> Result<Vec<(String, bool)>, EvaluateError> {
    let columns = Columns::open(run, "identification", &["family_id", "listed"])?;
    let (family, listed) = (columns.texts("family_id")?, columns.flags("listed")?);
    let on_list: HashSet<&str> = listed.iter().enumerate().filter(|&(_, &listed)| listed).filter_map(|(row, _)| family.get(row)).collect();
    let ids = Columns::open(run, "families", &["family_id"])?.texts("family_id")?;
    Ok((0..ids.len()).filter_map(|row| ids.get(row)).map(|id| (id.to_owned(), on_list.contains(id))).collect())
}

/// Referral forms and the families they may be about: source, form, family, in the order of the table.
pub(super) fn candidates(run: &RunFolder) -> Result<Vec<(String, String, String)>, EvaluateError> {
    let columns = Columns::open(run, "referral_candidates", &["source", "referral", "family_id"])?;
    let (source, referral, family) = (columns.texts("source")?, columns.texts("referral")?, columns.texts("family_id")?);
    let row = |row: usize| Some((source.get(row)?.to_owned(), referral.get(row)?.to_owned(), family.get(row)?.to_owned()));
    Ok((0..source.len()).filter_map(row).collect())
}

type NumberedFlags = (Vec<(String, String)>, Vec<FoundFlag>);

fn flags(run: &RunFolder, families: &HashMap<String, u32>) -> Result<NumberedFlags, EvaluateError> {
    let columns = Columns::open(run, "criteria", &["family_id", "pack", "criterion", "value"])?;
    let (family, value) = (columns.texts("family_id")?, columns.texts("value")?);
    let (pack, criterion) = (columns.texts("pack")?, columns.texts("criterion")?);
    let mut criteria: Vec<(String, String)> = Vec::new();
    let mut numbers: HashMap<(u32, u32), u16> = HashMap::new();
    let mut flags = Vec::with_capacity(family.len());
    for row in 0..family.len() {
        let key = (pack.code(row), criterion.code(row));
        let number = *numbers.entry(key).or_insert_with(|| {
            criteria.push((pack.get(row).unwrap_or_default().to_owned(), criterion.get(row).unwrap_or_default().to_owned()));
            (criteria.len() - 1) as u16
        });
        let (Some(&family), Some(Ok(value))) = (family.get(row).and_then(|id| families.get(id)), value.get(row).map(str::parse)) else {
            return Err(EvaluateError::Table { table: "criteria.parquet".to_owned() });
        };
        flags.push(FoundFlag { family, criterion: number, value });
    }
    Ok((criteria, flags))
}

fn evidence(run: &RunFolder, persons: &HashMap<&str, u32>, files: &HashMap<&str, u32>) -> Result<Vec<EvidenceRow>, EvaluateError> {
    let columns = Columns::open(run, "evidence", &["person_id", "file", "line", "kind", "role"])?;
    let (person, file) = (columns.texts("person_id")?, columns.texts("file")?);
    let (kind, role) = (columns.texts("kind")?, columns.texts("role")?);
    let number = |known: &HashMap<&str, u32>, text: Option<&str>| text.and_then(|text| known.get(text)).copied().unwrap_or(u32::MAX);
    let lines = columns.integers("line")?;
    let row = |(row, line): (usize, i64)| EvidenceRow {
        person: number(persons, person.get(row)),
        file: number(files, file.get(row)),
        line,
        kind: kind.get(row).and_then(|name| name.parse().ok()),
        role: role.get(row).and_then(|name| name.parse().ok()),
    };
    Ok(lines.into_iter().enumerate().map(row).collect())
}
