//! Simulated professionals and staff: who knows the families of a published run, and who works for the service.
//!
//! What comes in: a published run. What goes out: `contacts.csv` and `staff.csv` of its month. What always holds: the same run and seed give the same files; a
//! professional knows a person by a record of the professional's own agency; one professional has one name, role, agency and address for mail.
//!
//! Shares are from memory `[m]`: about one family in eight has nobody who knows it, one contact in ten is older than a year, one in twelve has ended.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

use crate::model::date::iso;
use crate::model::hash::text_hash;
use crate::model::{Day, Month};
use crate::store::RunFolder;

use super::EvaluateError;
use super::columns::Columns;

/// Feed, role of the professional, agency, how many there are, share of the feed's people whom one of them knows.
const ROLES: [(&str, &str, &str, u64, f64); 9] = [
    ("social_care_episodes", "social_worker", "Lincolnshire County Council, Children's Services", 18, 0.8),
    ("youth_offending", "youth_offending_worker", "Lincolnshire Youth Offending Service", 8, 0.75),
    ("early_help_needs", "lead_professional", "Lincolnshire County Council, Early Help", 14, 0.6),
    ("school_exclusions", "education_welfare_officer", "Lincolnshire County Council, Education Welfare", 8, 0.5),
    ("not_on_roll", "education_welfare_officer", "Lincolnshire County Council, Education Welfare", 8, 0.7),
    ("school_attendance", "school_pastoral_lead", "Lincolnshire schools", 40, 0.25),
    ("tenancies_acis", "housing_officer", "Acis Group", 6, 0.3),
    ("tenancies_lhp", "housing_officer", "Lincolnshire Housing Partnership", 6, 0.3),
    ("asb_interventions", "neighbourhood_officer", "Community Safety Partnership", 7, 0.5),
];

const FORENAMES: [&str; 16] = [
    "Jane", "Mark", "Helen", "Sunita", "David", "Ewa", "Paul", "Karen", "Tom", "Aisha", "Ruth", "Neil", "Claire", "Marek", "Joan", "Peter",
];
const SURNAMES: [&str; 16] = [
    "Moss",
    "Fieldsend",
    "Patel",
    "Clarke",
    "Nowak",
    "Harwood",
    "Sleight",
    "Dawson",
    "Khan",
    "Overton",
    "Leake",
    "Marsh",
    "Tasker",
    "Bolingbroke",
    "Wray",
    "Cust",
];

/// Districts in the order of their codes, with their councils.
const DISTRICTS: [(&str, &str); 7] = [
    ("E07000136", "Boston Borough Council"),
    ("E07000137", "East Lindsey District Council"),
    ("E07000138", "City of Lincoln Council"),
    ("E07000139", "North Kesteven District Council"),
    ("E07000140", "South Holland District Council"),
    ("E07000141", "South Kesteven District Council"),
    ("E07000142", "West Lindsey District Council"),
];

/// The service's files of a month.
pub struct ServiceFiles {
    /// Month of the run.
    pub month: String,
    /// `contacts.csv`.
    pub contacts: Vec<u8>,
    /// `staff.csv`.
    pub staff: Vec<u8>,
    /// Rows in both.
    pub rows: u64,
}

/// Makes the files for a run.
///
/// # Errors
/// [`EvaluateError`] if a table of the run cannot be read.
pub fn professionals(run: &RunFolder, seed: u64) -> Result<ServiceFiles, EvaluateError> {
    let month: Month = run.manifest.period.parse().map_err(|_| EvaluateError::Period)?;
    let of_person = people(run)?;
    let columns = Columns::open(run, "persons", &["source", "record_id", "person_id"])?;
    let (source, id, person) = (columns.texts("source")?, columns.texts("record_id")?, columns.texts("person_id")?);
    let mut rows: BTreeSet<[String; 10]> = BTreeSet::new();
    for row in 0..source.len() {
        let (Some(source), Some(id), Some(person)) = (source.get(row), id.get(row), person.get(row)) else { continue };
        let Some(family) = of_person.get(person) else { continue };
        for role in ROLES.iter().filter(|role| role.0 == source) {
            rows.extend(contact(seed, month, role, (source, id, family)));
        }
    }
    let failed = || EvaluateError::Table { table: "contacts.csv".to_owned() };
    let mut contacts = csv::Writer::from_writer(Vec::new());
    let header = ["source", "record_id", "professional", "name", "role", "agency", "email", "telephone", "last_contact", "ended"];
    contacts.write_record(header).map_err(|_| failed())?;
    for row in &rows {
        contacts.write_record(row).map_err(|_| failed())?;
    }
    let staff_rows = staff(seed);
    let mut staff = csv::Writer::from_writer(Vec::new());
    let header = ["staff", "name", "kind", "employer", "covers", "from", "until", "caseload", "budget_per_family", "email", "telephone"];
    staff.write_record(header).map_err(|_| failed())?;
    for row in &staff_rows {
        staff.write_record(row).map_err(|_| failed())?;
    }
    let count = rows.len() + staff_rows.len();
    let bytes = |writer: csv::Writer<Vec<u8>>| writer.into_inner().map_err(|_| failed());
    Ok(ServiceFiles { month: month.to_string(), contacts: bytes(contacts)?, staff: bytes(staff)?, rows: count as u64 })
}

/// Persons of families that are listed, or of which people have said something, with their family.
fn people(run: &RunFolder) -> Result<BTreeMap<String, String>, EvaluateError> {
    let columns = Columns::open(run, "identification", &["family_id", "listed", "accepted"])?;
    let (family, listed, accepted) = (columns.texts("family_id")?, columns.flags("listed")?, columns.texts("accepted")?);
    let wanted: BTreeSet<&str> = (0..family.len())
        .filter(|&row| listed.get(row) == Some(&true) || accepted.get(row).is_some())
        .filter_map(|row| family.get(row))
        .collect();
    let columns = Columns::open(run, "members", &["family_id", "person_id"])?;
    let (family, person) = (columns.texts("family_id")?, columns.texts("person_id")?);
    let member = |row: usize| Some((person.get(row)?.to_owned(), family.get(row).filter(|family| wanted.contains(family))?.to_owned()));
    Ok((0..family.len()).filter_map(member).collect())
}

fn draw(text: &str) -> Rng {
    Rng::with_seed(text_hash(text))
}

/// The row of a record, if a professional of the feed's agency knows the person.
fn contact(
    seed: u64,
    month: Month,
    &(_, role, agency, pool, share): &(&str, &str, &str, u64, f64),
    (source, id, family): (&str, &str, &str),
) -> Option<[String; 10]> {
    if draw(&format!("{seed}|nobody|{family}")).f64() < 0.12 {
        return None;
    }
    // One professional of a role for a family, whichever of its people the record is about.
    let mut rng = draw(&format!("{seed}|professional|{role}|{family}"));
    if rng.f64() >= share {
        return None;
    }
    let number = rng.u64(0..pool);
    let code = format!("PR{:04}", text_hash(&format!("{role}|{agency}")) % 97 * 100 + number);
    let name = name_of(&format!("{seed}|{code}"));
    let mail = format!("{}.{}@example.org", name.to_lowercase().replace(' ', "."), code.to_lowercase());
    let telephone = format!("01522 {:06}", text_hash(&code) % 1_000_000);
    let mut rng = draw(&format!("{seed}|contact|{source}|{id}|{month}"));
    let (old, over) = (rng.f64() < 0.1, rng.f64() < 0.08);
    let last = month.last_day() - if old { rng.i32(370..700) } else { rng.i32(0..150) };
    let ended = if over { iso((last + rng.i32(0..30)).min(month.last_day())) } else { String::new() };
    Some([source.to_owned(), id.to_owned(), code, name, role.to_owned(), agency.to_owned(), mail, telephone, iso(last), ended])
}

fn name_of(about: &str) -> String {
    let mut rng = draw(about);
    let pick = |rng: &mut Rng, names: &[&'static str]| names.get(rng.usize(0..names.len().max(1))).copied().unwrap_or("Moss");
    format!("{} {}", pick(&mut rng, &FORENAMES), pick(&mut rng, &SURNAMES))
}

/// 48 key workers as the county had (domain.md §0), five of them seconded; two ear-marked officers in West Lindsey whose contract ends in March 2014 (seed 2).
fn staff(seed: u64) -> Vec<[String; 11]> {
    let start: Day = crate::model::date::day(2012, 4, 1).unwrap_or(0);
    let end: Day = crate::model::date::day(2014, 3, 31).unwrap_or(0);
    let mut rows = Vec::new();
    let mut add = |code: String, kind: &str, employer: &str, (covers, until): (&str, Option<Day>), (caseload, budget): (u32, &str)| {
        let name = name_of(&format!("{seed}|{code}"));
        let mail = format!("{}@example.org", code.to_lowercase());
        let until = until.map(iso).unwrap_or_default();
        let telephone = format!("01522 {:06}", text_hash(&code) % 1_000_000);
        rows.push([
            code,
            name,
            kind.to_owned(),
            employer.to_owned(),
            covers.to_owned(),
            iso(start),
            until,
            caseload.to_string(),
            budget.to_owned(),
            mail,
            telephone,
        ]);
    };
    for number in 1..=43_usize {
        let (code, _) = DISTRICTS.get(number % DISTRICTS.len()).copied().unwrap_or_default();
        add(format!("KW{number:03}"), "key_worker", "Lincolnshire County Council", (code, None), (10, ""));
    }
    for (number, (district, council)) in
        [(1, DISTRICTS.get(6)), (2, DISTRICTS.get(2)), (3, DISTRICTS.first())].into_iter().filter_map(|(n, d)| Some((n, *d?)))
    {
        add(format!("SC{number:03}"), "seconded", council, (district, Some(start + 2 * 365)), (8, ""));
    }
    add("SC004".to_owned(), "seconded", "Lincolnshire Police", ("county", None), (6, ""));
    add("SC005".to_owned(), "seconded", "Lincolnshire Youth Offending Service", ("county", None), (6, ""));
    for number in 1..=2 {
        add(format!("EM{number:03}"), "ear_marked", "West Lindsey District Council", ("E07000142", Some(end)), (3, "500"));
    }
    rows
}
