//! One file per district, with its own families only.
//!
//! What comes in: accepted families with their files, the directories of the officer. What goes out: [`Parts`]: a table per district, and whoever is in none, named. What
//! always holds: the parts, with those that the service does not work with any more, add up to all accepted families or nothing is made; a home outside the county is in no district's file; a family of which the address may not
//! be shown is placed by the run's own district.

pub mod directory;

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use super::acceptance::Accepted;
use super::csv_table::csv_table;
use super::families::{FamilyFile, FamilyFiles};
use super::outgoing::{Column, Outgoing, workbook};
use super::sharing::Cleared;
use crate::config::checked::District;
use crate::model::Screen;
use crate::model::{Day, Status, date};
use crate::register::decisions::Casework;
use directory::{Directory, Found};

/// Recipient and purpose of the files under the sharing agreements.
pub const AGREEMENT: (&str, &str) = crate::config::checked::FOR_DISTRICTS;

const COLUMNS: [Column; 11] = [
    Column::shown("family", "family", 16),
    Column::shown("status", "status", 22),
    Column::shown("accepted_on", "accepted_on", 12),
    Column::shown("people", "people", 50),
    Column::shown("address", "home", 44),
    Column::shown("adults", "adults", 8),
    Column::shown("children", "children", 9),
    Column::shown("children_under_5", "children_under_5", 10),
    Column::shown("need_level", "need", 10),
    Column::shown("criteria", "what_your_own_records_show", 44),
    Column::shown("worker", "worker", 20),
];

/// Why no file was made.
#[derive(Debug, thiserror::Error)]
pub enum DistrictsError {
    /// Rows were lost or doubled: a bug.
    #[error("the districts' files do not add up: {parts} families in them and outside, {whole} accepted")]
    DoNotAddUp {
        /// Families in all parts.
        parts: usize,
        /// Accepted families.
        whole: usize,
    },
    /// The workbook writer.
    #[error("a workbook cannot be made")]
    Workbook(#[from] XlsxError),
}

/// Where a family went that is in no district's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// Family id.
    pub family: String,
    /// Code of the district it lies in, as far as known.
    pub district: String,
    /// `out-of-county`, `no-district` or `not-in-run`.
    pub code: &'static str,
}

/// The parts.
#[derive(Default)]
pub struct Parts {
    /// Families of each district of the pipeline, in its order: code, name, families.
    pub districts: Vec<(String, String, usize)>,
    /// Families in no district's file.
    pub outside: Vec<Outside>,
    /// Families whose district by the directory is not that of the run's postcode sectors: family, by the run, by the directory.
    pub differing: Vec<(String, String, String)>,
    /// Accepted families that the service does not work with any more (turned around elsewhere, declined, closed, claimed): in no file.
    pub ended: usize,
    /// All accepted families: the whole.
    pub whole: usize,
    /// Families on the list about which nobody has decided: in no file.
    pub undecided: usize,
    /// Files by name, rows, bytes.
    pub files: Vec<(String, Option<u64>, Vec<u8>)>,
}

/// What the parts are made from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// Districts of the county.
    pub districts: &'a [District],
    /// The directories.
    pub directory: &'a Directory,
    /// Who works with whom.
    pub casework: &'a Casework,
    /// What may be shown.
    pub cleared: &'a Cleared,
    /// What must not be named.
    pub screen: &'a Screen,
    /// The day.
    pub on: Day,
}

/// Makes the parts.
///
/// # Errors
/// [`DistrictsError`]; then nothing is to be written.
pub fn parts(accepted: &[Accepted<'_>], files: &FamilyFiles, given: &Given<'_>) -> Result<Parts, DistrictsError> {
    let mut parts = Parts::default();
    let mut own: BTreeMap<&str, Vec<(Accepted<'_>, &FamilyFile)>> = BTreeMap::new();
    let working: Vec<Accepted<'_>> = accepted.iter().copied().filter(|family| works_with(family.status())).collect();
    (parts.whole, parts.ended) = (accepted.len(), accepted.len() - working.len());
    for family in working {
        let Some(file) = files.families.get(family.family()) else {
            parts.outside.push(Outside { family: family.family().to_owned(), district: String::new(), code: "not-in-run" });
            continue;
        };
        let code = place(file, given, &mut parts);
        if let Some(district) = code.and_then(|code| given.districts.iter().find(|district| district.code == code)) {
            own.entry(&district.code).or_default().push((family, file));
        }
    }
    for district in given.districts {
        let families = own.remove(district.code.as_str()).unwrap_or_default();
        parts.districts.push((district.code.clone(), district.name.clone(), families.len()));
        let table = table(district, &families, given);
        let name = format!("{}-{}", district.code, plain(&district.name));
        parts.files.push((format!("{name}.csv"), Some(table.len() as u64), table.csv()));
        let about = [
            ("District", format!("{} ({})", district.name, district.code)),
            ("Shared under", given.cleared.reference().to_owned()),
            ("Day", date::iso(given.on)),
            ("Families", table.len().to_string()),
        ];
        let bytes = workbook("Families Working Together: families of your district", &about, std::slice::from_ref(&table))?;
        parts.files.push((format!("{name}.xlsx"), Some(table.len() as u64), bytes));
    }
    let in_files: usize = parts.districts.iter().map(|(_, _, families)| families).sum();
    let added = in_files + parts.outside.len() + parts.ended;
    if added != parts.whole {
        return Err(DistrictsError::DoNotAddUp { parts: added, whole: parts.whole });
    }
    parts.undecided = files.listed.iter().filter(|family| !accepted.iter().any(|known| known.family() == *family)).count();
    parts.files.extend(lists(&parts));
    Ok(parts)
}

/// True for a family that the service works with or is to work with.
fn works_with(status: Status) -> bool {
    !status.ends() && status != Status::TurnedAroundElsewhere
}

/// The district of a family, or `None` after it was noted as outside.
fn place<'a>(file: &'a FamilyFile, given: &Given<'a>, parts: &mut Parts) -> Option<&'a str> {
    let of_run = if file.out_of_county { "" } else { file.district_code.as_str() };
    let known = |code: &str| given.districts.iter().any(|district| district.code == code);
    let mut outside = |district: &str, code: &'static str| {
        parts.outside.push(Outside { family: file.id.clone(), district: district.to_owned(), code });
        None
    };
    // Of a withheld address nothing is looked up: the run knew it when it placed the family.
    if file.restricted {
        return match (known(of_run), file.out_of_county) {
            (true, _) => Some(of_run),
            (false, true) => outside("", "out-of-county"),
            (false, false) => outside("", "no-district"),
        };
    }
    match given.directory.find(&file.uprn, &file.postcode) {
        Found::District(code) if known(code) => {
            if code != of_run {
                parts.differing.push((file.id.clone(), of_run.to_owned(), code.to_owned()));
            }
            Some(code)
        }
        Found::District(code) => outside(code, "out-of-county"),
        // The directory is newer or older than the postcode: what it does not hold, the run's sectors do not settle either.
        Found::NotThere => outside("", "no-district"),
    }
}

fn table(district: &District, families: &[(Accepted<'_>, &FamilyFile)], given: &Given<'_>) -> Outgoing {
    let title = format!("Families Working Together, {}", district.name);
    let sentence = "Accepted families with their home in your district. For co-ordination only; do not pass on.";
    let mut table = Outgoing::new(given.cleared, ("Families", &title, sentence), &COLUMNS);
    for (family, file) in families {
        let people = file.members.iter().filter(|member| member.resident).map(|member| {
            let age = if member.age.is_empty() { String::new() } else { format!(", {}", member.age) };
            format!("{} ({}{age})", member.name, member.role.replace('_', " "))
        });
        let mut shown: Vec<String> = file
            .evidence
            .iter()
            .filter(|evidence| given.cleared.source(&evidence.source))
            .map(|evidence| format!("{} ({}, {})", evidence.value, evidence.source.replace('_', " "), evidence.on))
            .collect();
        shown.sort();
        shown.dedup();
        let workers: Vec<&str> = given.casework.allocated(&file.id, given.on).iter().map(|state| state.entry.staff.as_str()).collect();
        table.push(
            &[
                file.id.clone(),
                family.status().words(),
                date::iso(family.on()),
                people.collect::<Vec<_>>().join("; "),
                file.address.clone(),
                file.adults(),
                file.children(),
                file.people[2].to_string(),
                if given.cleared.derived(file.sources.iter().map(String::as_str)) { file.need_level.clone() } else { String::new() },
                shown.join("; "),
                workers.join(", "),
            ],
            given.screen,
        );
    }
    table
}

/// `North Kesteven` as `north-kesteven`.
fn plain(name: &str) -> String {
    let letters: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join("-")
}

/// The lists for the team.
fn lists(parts: &Parts) -> Vec<(String, Option<u64>, Vec<u8>)> {
    let mut counts: Vec<Vec<String>> =
        parts.districts.iter().map(|(code, name, families)| vec![code.clone(), name.clone(), families.to_string()]).collect();
    for (code, words) in [("out-of-county", "out of the county"), ("no-district", "district not known"), ("not-in-run", "not in the run")] {
        let families = parts.outside.iter().filter(|outside| outside.code == code).count();
        counts.push(vec![code.to_owned(), words.to_owned(), families.to_string()]);
    }
    counts.push(vec!["ended".to_owned(), "not worked with any more: in no file".to_owned(), parts.ended.to_string()]);
    counts.push(vec!["whole".to_owned(), "accepted families".to_owned(), parts.whole.to_string()]);
    counts.push(vec!["undecided".to_owned(), "on the list, nobody has decided: in no file".to_owned(), parts.undecided.to_string()]);
    let outside: Vec<Vec<String>> =
        parts.outside.iter().map(|outside| vec![outside.family.clone(), outside.code.to_owned(), outside.district.clone()]).collect();
    let differing: Vec<Vec<String>> =
        parts.differing.iter().map(|(family, run, directory)| vec![family.clone(), run.clone(), directory.clone()]).collect();
    [
        ("parts.csv", &["part", "name", "families"][..], counts),
        ("outside.csv", &["family", "code", "district_code"][..], outside),
        ("differing.csv", &["family", "district_by_the_run", "district_by_the_directory"][..], differing),
    ]
    .into_iter()
    .map(|(name, header, rows)| (name.to_owned(), Some(rows.len() as u64), csv_table(header, &rows)))
    .collect()
}
