//! Professionals and whom they know.
//!
//! What comes in: the table of contacts that the officer puts together from the agencies' case systems. What goes out: contacts by person record, and for a family
//! its contacts, the one to ask first at the top. What always holds: the order follows from the pipeline's roles and from dates, never from the order of rows; a row
//! that cannot be used is set aside with line and reason; a professional of whom two rows say different things is set aside whole.
//!
//! # The CSV form
//!
//! UTF-8, comma, first line the header, columns in any order. A row per professional and person record.
//!
//! | column | | says |
//! |---|---|---|
//! | `source`, `record_id` | required | the record, as `persons.parquet` names it |
//! | `professional` | required | the professional's own code |
//! | `name`, `role`, `agency`, `email` | required | who it is; `role` is one of `[[service.requests.contact]]` |
//! | `telephone` | | |
//! | `last_contact` | required | day of the latest contact with the person, `YYYY-MM-DD` |
//! | `ended` | | day on which the professional's work with the person ended |

use std::collections::{BTreeMap, BTreeSet};

use super::families::FamilyFile;
use crate::config::checked::RequestSettings;
use crate::model::{Day, NO_DAY, Problem, WrittenRow, date, read_written_table};

const REQUIRED: [&str; 8] = ["source", "record_id", "professional", "name", "role", "agency", "email", "last_contact"];
const OPTIONAL: [&str; 2] = ["telephone", "ended"];

/// A professional.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Professional {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Role, by its code.
    pub role: String,
    /// Agency.
    pub agency: String,
    /// Where to write to.
    pub email: String,
    /// Where to call.
    pub telephone: String,
}

/// What a professional has to do with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    last: Day,
    ended: Day,
}

/// The table of contacts.
#[derive(Clone, Default)]
pub struct Contacts {
    professionals: BTreeMap<String, Professional>,
    /// By record, professional.
    known: BTreeMap<(String, String), BTreeMap<String, Known>>,
    /// Rows set aside.
    pub set_aside: Vec<Problem>,
}

/// A contact of a family.
#[derive(Clone)]
pub struct FamilyContact<'c> {
    /// Who.
    pub professional: &'c Professional,
    /// Day of the latest contact with any member.
    pub last: Day,
    /// Members that the professional knows, by their place in the file.
    pub members: Vec<usize>,
    /// True while the work goes on and the contact is recent enough for the role.
    pub counts: bool,
}

impl Contacts {
    /// Reads the table. `on` is the day of the requests: a later contact cannot have been.
    #[must_use]
    pub fn parse(file: &str, csv_text: &str, settings: &RequestSettings, on: Day) -> Self {
        let (rows, mut set_aside) = read_written_table(file, csv_text, &REQUIRED, &OPTIONAL);
        let mut contacts = Self::default();
        let mut said: BTreeMap<&str, Vec<(&WrittenRow, Professional)>> = BTreeMap::new();
        let mut good: Vec<(&WrittenRow, Known)> = Vec::new();
        for row in &rows {
            match read(file, row, settings, on) {
                Ok((professional, known)) => {
                    said.entry(row.cell("professional")).or_default().push((row, professional));
                    good.push((row, known));
                }
                Err(problems) => set_aside.extend(problems),
            }
        }
        let mut doubtful: BTreeSet<&str> = BTreeSet::new();
        for (code, rows) in &said {
            let Some((_, first)) = rows.first() else { continue };
            if rows.iter().all(|(_, professional)| professional == first) {
                contacts.professionals.insert((*code).to_owned(), first.clone());
            } else {
                doubtful.insert(code);
                let message = "rows of one professional's code say different things about who it is";
                set_aside.extend(
                    rows.iter()
                        .map(|(row, _)| Problem::of_file(file, "professional-twice", message).at_line(row.line).in_column("professional")),
                );
            }
        }
        for (row, known) in good.into_iter().filter(|(row, _)| !doubtful.contains(row.cell("professional"))) {
            let record = (row.cell("source").to_owned(), row.cell("record_id").to_owned());
            let of_record = contacts.known.entry(record).or_default();
            let slot = of_record.entry(row.cell("professional").to_owned()).or_insert(known);
            // The same said twice: the latest contact and the latest word on the end.
            slot.last = slot.last.max(known.last);
            slot.ended = if slot.ended == NO_DAY || known.ended == NO_DAY { NO_DAY } else { slot.ended.max(known.ended) };
        }
        set_aside.sort_by(|a, b| (a.line, a.code, &a.column).cmp(&(b.line, b.code, &b.column)));
        contacts.set_aside = set_aside;
        contacts
    }

    /// A professional by code.
    #[must_use]
    pub fn professional(&self, code: &str) -> Option<&Professional> {
        self.professionals.get(code)
    }

    /// The contacts of a family, the one to ask first at the top; those that do not count stand behind. Hidden people are known to nobody here.
    #[must_use]
    pub fn of_family(
        &self,
        family: &FamilyFile,
        records: &BTreeMap<String, Vec<(String, String)>>,
        settings: &RequestSettings,
        on: Day,
    ) -> Vec<FamilyContact<'_>> {
        let mut found: BTreeMap<&str, FamilyContact<'_>> = BTreeMap::new();
        for (place, member) in family.members.iter().enumerate().filter(|(_, member)| !member.hidden) {
            let own = records.get(&member.person).into_iter().flatten().filter_map(|record| self.known.get(record));
            for (code, known) in own.flatten() {
                let Some(professional) = self.professionals.get(code) else { continue };
                let role = settings.contacts.iter().find(|role| role.role == professional.role);
                let recent = role.is_some_and(|role| on - known.last <= role.within_days as Day);
                let counts = recent && (known.ended == NO_DAY || known.ended > on);
                let contact =
                    found.entry(code).or_insert_with(|| FamilyContact { professional, last: known.last, members: Vec::new(), counts });
                contact.last = contact.last.max(known.last);
                contact.counts |= counts;
                if !contact.members.contains(&place) {
                    contact.members.push(place);
                }
            }
        }
        let rank = |contact: &FamilyContact<'_>| {
            settings.contacts.iter().position(|role| role.role == contact.professional.role).unwrap_or(usize::MAX)
        };
        let mut contacts: Vec<FamilyContact<'_>> = found.into_values().collect();
        contacts.sort_by(|a, b| {
            (!a.counts, rank(a), std::cmp::Reverse(a.last), std::cmp::Reverse(a.members.len()), &a.professional.code).cmp(&(
                !b.counts,
                rank(b),
                std::cmp::Reverse(b.last),
                std::cmp::Reverse(b.members.len()),
                &b.professional.code,
            ))
        });
        contacts
    }
}

/// Records by person.
#[must_use]
pub fn records_by_person(person_of: &BTreeMap<(String, String), String>) -> BTreeMap<String, Vec<(String, String)>> {
    let mut records: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (record, person) in person_of {
        records.entry(person.clone()).or_default().push(record.clone());
    }
    records
}

fn read(file: &str, row: &WrittenRow, settings: &RequestSettings, on: Day) -> Result<(Professional, Known), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut at = |column: &str, code: &'static str, message: &str| {
        problems.push(Problem::of_file(file, code, message).at_line(row.line).in_column(column));
    };
    for column in REQUIRED.iter().filter(|column| row.cell(column).is_empty()) {
        at(column, "empty-value", "this must not be empty");
    }
    let role = row.cell("role");
    if !role.is_empty() && !settings.contacts.iter().any(|known| known.role == role) {
        at("role", "unknown-name", "the pipeline has no such role ([[service.requests.contact]])");
    }
    let mut day = |column: &str| {
        let text = row.cell(column);
        let day = date::from_iso(text);
        if day.is_none() && !text.is_empty() {
            at(column, "not-a-date", "expected a date such as 2013-03-31");
        }
        day.unwrap_or(NO_DAY)
    };
    let (last, ended) = (day("last_contact"), day("ended"));
    if last != NO_DAY && last > on {
        at("last_contact", "in-the-future", "the contact lies after the day of the requests");
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let [code, name, role, agency, email, telephone] =
        ["professional", "name", "role", "agency", "email", "telephone"].map(|column| row.cell(column).to_owned());
    Ok((Professional { code, name, role, agency, email, telephone }, Known { last, ended }))
}
