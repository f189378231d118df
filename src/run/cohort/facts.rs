//! The facts of a published run that decisions are about.
//!
//! What comes in: a published run. What goes out: its families, people and records by name, and digests of what records say. What always holds: everything comes from the
//! run's own tables, so that a decision is judged by what its reader saw.

use std::collections::{BTreeMap, BTreeSet};

use super::super::reading::{ReadingError, Table, json};
use super::super::successors::Successors;
use crate::clock;
use crate::model::ids::short_digest;
use crate::model::{Day, NO_DAY, date};
use crate::register::decisions::{Candidate, Facts, LastRetest, RecordName};
use crate::store::RunFolder;

/// Records of a family that a decision keeps.
const RECORDS_OF_A_FAMILY: usize = 12;
/// Other records of a person that a decision about one of them keeps.
const RECORDS_OF_A_PERSON: usize = 6;

/// What two records are compared by, and what a decision about them rests on.
pub(super) const VALUES: [&str; 13] = [
    "forename",
    "middle_names",
    "surname",
    "other_surname",
    "alias",
    "date_of_birth",
    "sex",
    "postcode",
    "uprn",
    "address_key",
    "nhs_number",
    "nino",
    "upn",
];

/// One candidate of a referral form.
pub(super) struct CandidateRow {
    pub(super) form: RecordName,
    pub(super) received: String,
    pub(super) form_records: Vec<String>,
    pub(super) form_ages: Vec<String>,
    pub(super) rank: String,
    pub(super) family: String,
    pub(super) weight: String,
    pub(super) why: String,
    pub(super) candidate: Candidate,
}

/// The facts of a run.
pub(super) struct RunFacts {
    reference: Day,
    packs: Vec<String>,
    families: BTreeSet<String>,
    /// (family, person) of each membership, sorted; only those that count as the person's own.
    own: BTreeMap<String, String>,
    members: BTreeMap<String, Vec<String>>,
    person_of: BTreeMap<RecordName, String>,
    records_of: BTreeMap<String, Vec<RecordName>>,
    fingerprints: BTreeMap<RecordName, String>,
    candidates: BTreeMap<(RecordName, String), Candidate>,
    successors: Successors,
    today: Day,
    last_retest: Option<LastRetest>,
}

impl RunFacts {
    /// Reads a run.
    pub(super) fn read(run: &RunFolder) -> Result<Self, ReadingError> {
        let summary = json(run, "run.json")?;
        let text = |value: Option<&serde_json::Value>| value.and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let reference = date::from_iso(&text(summary.get("reference_date"))).unwrap_or(NO_DAY);
        let packs = summary.get("packs").and_then(serde_json::Value::as_array).into_iter().flatten();
        let packs = packs.map(|pack| text(pack.get("name"))).collect();
        let families = Table::open(run, "families")?.select("family_id", &["family_id"], |_| true)?.into_iter().flatten().collect();
        let (mut own, mut members) = (BTreeMap::new(), BTreeMap::<String, Vec<String>>::new());
        for row in Table::open(run, "members")?.select("family_id", &["family_id", "person_id", "primary"], |_| true)? {
            let Ok([family, person, primary]) = <[String; 3]>::try_from(row) else { continue };
            if primary == "yes" {
                own.insert(person.clone(), family.clone());
            }
            members.entry(family).or_default().push(person);
        }
        let columns = [&["source", "record_id", "person_id"][..], &VALUES].concat();
        let (mut person_of, mut records_of) = (BTreeMap::new(), BTreeMap::<String, Vec<RecordName>>::new());
        let mut fingerprints = BTreeMap::new();
        for row in Table::open(run, "persons")?.select("record_id", &columns, |_| true)? {
            let [source, id, person, values @ ..] = row.as_slice() else { continue };
            let name = (source.clone(), id.clone());
            fingerprints.insert(name.clone(), fingerprint(values));
            if !person.is_empty() {
                person_of.insert(name.clone(), person.clone());
                records_of.entry(person.clone()).or_default().push(name);
            }
        }
        for records in records_of.values_mut() {
            records.sort_unstable();
        }
        let candidates = candidate_rows(run)?.into_iter().map(|row| ((row.form, row.family), row.candidate)).collect();
        let successors = Successors::read(run)?;
        // Nothing that is computed depends on the clock; only what people hand in is held against the day on which they do.
        let today = clock::utc_now().get(..10).and_then(date::from_iso).unwrap_or(NO_DAY);
        let last_retest = None;
        Ok(Self {
            reference,
            packs,
            families,
            own,
            members,
            person_of,
            records_of,
            fingerprints,
            candidates,
            successors,
            today,
            last_retest,
        })
    }

    /// Sets the day on which decisions come in; gives the one before.
    pub(super) fn taken_in_on(&mut self, today: Day) -> Day {
        std::mem::replace(&mut self.today, today)
    }

    /// The same with what late data say of claims.
    pub(super) fn with_last_retest(self, last_retest: Option<LastRetest>) -> Self {
        Self { last_retest, ..self }
    }

    /// Digest of what a record says; `None` if the run has no such record.
    pub(super) fn fingerprint(&self, record: &RecordName) -> Option<&str> {
        self.fingerprints.get(record).map(String::as_str)
    }

    /// Members of a family.
    pub(super) fn members(&self, family: &str) -> &[String] {
        self.members.get(family).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first record of a person.
    pub(super) fn first_record(&self, person: &str) -> Option<&RecordName> {
        self.records_of.get(person).and_then(|records| records.first())
    }
}

/// Digest of a record's comparable values.
fn fingerprint(values: &[String]) -> String {
    short_digest(&values.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The rows of `referral_candidates`.
pub(super) fn candidate_rows(run: &RunFolder) -> Result<Vec<CandidateRow>, ReadingError> {
    let table = Table::open(run, "referral_candidates")?;
    let columns = ["source", "referral", "received", "fingerprint", "candidate", "family_id", "weight", "why"];
    let rows = table.select("source", &columns, |_| true)?;
    let [form_records, form_ages, matched_forms, matched] =
        ["form_records", "form_ages", "matched_form_records", "matched_records"].map(|name| table.lists(name));
    let lists = form_records?.into_iter().zip(form_ages?).zip(matched_forms?.into_iter().zip(matched?));
    let mut found = Vec::new();
    for (row, ((form_records, form_ages), (forms, members))) in rows.into_iter().zip(lists) {
        let Ok([source, referral, received, fingerprint, rank, family, weight, why]) = <[String; 8]>::try_from(row) else { continue };
        let member = |text: String| text.split_once('/').map(|(source, id)| (source.to_owned(), id.to_owned())).unwrap_or_default();
        let matched = forms.into_iter().map(|id| (source.clone(), id)).zip(members.into_iter().map(member)).collect();
        let (form, candidate) = ((source, referral), Candidate { matched, fingerprint });
        found.push(CandidateRow { form, received, form_records, form_ages, rank, family, weight, why, candidate });
    }
    Ok(found)
}

impl Facts for RunFacts {
    fn reference(&self) -> Day {
        self.reference
    }

    fn today(&self) -> Day {
        self.today
    }

    fn last_retest(&self) -> Option<&LastRetest> {
        self.last_retest.as_ref()
    }

    fn packs(&self) -> &[String] {
        &self.packs
    }

    fn has_family(&self, family: &str) -> bool {
        self.families.contains(family)
    }

    fn successor(&self, id: &str) -> Option<String> {
        self.successors.next(id)
    }

    fn family_of(&self, record: &RecordName) -> Option<String> {
        self.own.get(self.person_of.get(record)?).cloned()
    }

    fn records_of(&self, family: &str) -> Vec<RecordName> {
        // A few of each member first, so that no member with many records crowds out the others.
        let members = self.members(family);
        let nth = |place: usize| members.iter().filter_map(move |person| self.records_of.get(person)?.get(place).cloned());
        (0..RECORDS_OF_A_FAMILY).flat_map(nth).take(RECORDS_OF_A_FAMILY).collect()
    }

    fn record(&self, record: &RecordName) -> Option<(String, Vec<RecordName>)> {
        let fingerprint = self.fingerprints.get(record)?.clone();
        let person = self.person_of.get(record)?;
        let others = self.records_of.get(person).into_iter().flatten().filter(|other| *other != record);
        Some((fingerprint, others.take(RECORDS_OF_A_PERSON).cloned().collect()))
    }

    fn candidate(&self, form: &RecordName, family: &str) -> Option<Candidate> {
        self.candidates.get(&(form.clone(), family.to_owned())).cloned()
    }
}
