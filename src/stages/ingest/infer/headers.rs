//! What each column is: its field, its person, its kind.
//!
//! What comes in: headers and profiles. What goes out: one [`DraftColumn`] per header.
//! What always holds: the header decides where it is plain; the content decides where the header is not known or cannot be right.

use super::content::Profile;
use super::sample::Sample;
use super::words::{BirthPart, birth_part, exact_field, is_code_word, is_private_word, near_field, person_word, words_of};
use crate::model::Field;
use crate::model::person::PersonRole;

/// What a column was taken for.
pub(super) struct DraftColumn {
    pub(super) header: String,
    /// Field of a person.
    pub(super) field: Option<Field>,
    /// The person the header speaks of: slot and role; `None` for the row's own person.
    pub(super) person: Option<(String, PersonRole)>,
    /// Number in the header that may count persons or lines.
    pub(super) number: Option<u32>,
    pub(super) kind: DraftKind,
    /// The agency's key: of the row, or of a person.
    pub(super) key: DraftKey,
    /// How one person of the row stands to another.
    pub(super) is_relation: bool,
    /// The part of a date of birth that it holds, if no whole dates.
    pub(super) birth_part: Option<BirthPart>,
    /// What to check.
    pub(super) remark: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DraftKey {
    No,
    Row,
    Person,
}

pub(super) enum DraftKind {
    Text,
    Integer,
    Date(Vec<&'static str>),
    Code(Vec<String>),
    Ignored,
}

/// Takes every named column for something.
pub(super) fn understand(sample: &Sample) -> Vec<DraftColumn> {
    let named = sample.headers.iter().zip(&sample.profiles).filter(|(header, _)| !header.is_empty());
    let mut columns: Vec<DraftColumn> = named.map(|(header, profile)| column(header, profile, sample.rows)).collect();
    if !columns.iter().any(|column| column.key == DraftKey::Row) {
        return columns;
    }
    // One row key is enough.
    let mut found = false;
    for column in columns.iter_mut().filter(|column| column.key == DraftKey::Row) {
        if found {
            column.key = DraftKey::No;
        }
        found = true;
    }
    columns
}

fn column(header: &str, profile: &Profile, rows: usize) -> DraftColumn {
    let words = words_of(header);
    let numbers: Vec<u32> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let number = match numbers.as_slice() {
        [only] if *only < 20 => Some(*only),
        _ => None,
    };
    let letters: Vec<String> = words.iter().filter(|word| word.parse::<u32>().is_err()).cloned().collect();
    let persons: Vec<(&String, PersonRole)> = letters.iter().filter_map(|word| Some((word, person_word(word)?))).collect();
    let rest: Vec<String> = letters.iter().filter(|word| person_word(word).is_none()).cloned().collect();
    // "Contact Number" is a telephone, not somebody's number.
    let is_one_phrase = exact_field(&letters).is_some() && exact_field(&rest).is_none();
    let person = persons.first().filter(|_| !is_one_phrase).map(|(_, role)| {
        let name: Vec<&str> = persons.iter().map(|(word, _)| word.as_str()).collect();
        let last_role = persons.last().map_or(*role, |(_, role)| *role);
        (name.join("_"), if name.contains(&"joint") || name.contains(&"partner") { PersonRole::Partner } else { last_role })
    });
    let numbered: Vec<String> = rest.iter().cloned().chain(number.map(|number| number.to_string())).collect();
    let is_id = rest.iter().any(|word| matches!(word.as_str(), "id" | "ref" | "reference" | "key" | "no" | "number" | "urn" | "pnc"));
    let with_number = || if person.is_none() { exact_field(&numbered) } else { None };
    let exact = exact_field(&letters).or_else(with_number).or_else(|| exact_field(&rest));
    let mut field = exact.or_else(|| near_field(&rest)).or_else(|| near_field(&letters));
    if field.is_none() && rest.is_empty() && person.is_some() && profile.few_values().is_none() && !profile.is_whole_numbers() {
        // "Tenant", "Claimant": the whole name in one cell.
        field = Some(Field::FullName);
    }
    let mut remark = String::new();
    let birth_part = birth_part(&letters).filter(|_| profile.date_formats().is_empty() && !profile.is_serials());
    if birth_part.is_some() {
        field = Some(Field::DateOfBirth);
        "with the other parts the date of birth, in the order year, month, day".clone_into(&mut remark);
    }
    match (field, profile.identifier()) {
        (None, Some(found)) if !is_id || found == Field::Nino || found == Field::Upn => {
            field = Some(found);
            remark = format!("the cells look like {}", found.name());
        }
        (Some(Field::NhsNumber | Field::Nino | Field::Upn | Field::Postcode | Field::Email), found)
            if found != field && profile.filled > 20 =>
        {
            "few cells have the usual form of this: is the column what its header says?".clone_into(&mut remark);
        }
        _ => {}
    }
    let key = match field {
        None if is_id && person.is_some() => DraftKey::Person,
        None if is_id && profile.is_unique() => DraftKey::Row,
        _ => DraftKey::No,
    };
    let is_relation = field.is_none() && letters.iter().any(|word| word.starts_with("relation"));
    let is_reference = rest.iter().any(|word| matches!(word.as_str(), "ref" | "reference")) && person.is_none();
    let kind = if birth_part.is_some() {
        DraftKind::Text
    } else {
        kind_of(&Header { words: &letters, field, key, is_reference }, profile, rows, &mut remark)
    };
    DraftColumn { header: header.to_owned(), field, person, number, kind, key, is_relation, birth_part, remark }
}

/// What the header alone says.
struct Header<'h> {
    words: &'h [String],
    field: Option<Field>,
    key: DraftKey,
    is_reference: bool,
}

fn kind_of(header: &Header<'_>, profile: &Profile, rows: usize, remark: &mut String) -> DraftKind {
    let Header { words, field, key, is_reference } = *header;
    if key != DraftKey::No {
        return DraftKind::Text;
    }
    let dated = matches!(field, None | Some(Field::DateOfBirth | Field::AddressFrom | Field::AddressTo | Field::DateOfDeath));
    let formats = profile.date_formats();
    if dated && !formats.is_empty() {
        if profile.is_ambiguous() {
            "day and month cannot be told apart in these cells: check the format".clone_into(remark);
        }
        return DraftKind::Date(formats);
    }
    if dated && field.is_some() && profile.is_serials() {
        "the cells are Excel serial numbers".clone_into(remark);
        return DraftKind::Text;
    }
    if let Some(codes) = codes_of(words, field, profile, rows) {
        return DraftKind::Code(codes);
    }
    match field {
        Some(_) => DraftKind::Text,
        None if is_reference => {
            "a reference of the agency: an event's reference, perhaps".clone_into(remark);
            DraftKind::Text
        }
        None if profile.is_whole_numbers() => DraftKind::Integer,
        None => {
            if remark.is_empty() {
                "not recognised: change the kind if it is needed".clone_into(remark);
            }
            DraftKind::Ignored
        }
    }
}

/// The codes of a column that plainly holds codes; `None` for everything that could be a person's data.
fn codes_of(words: &[String], field: Option<Field>, profile: &Profile, rows: usize) -> Option<Vec<String>> {
    if !matches!(field, None | Some(Field::Sex | Field::Ethnicity | Field::Restricted)) || words.iter().any(|word| is_private_word(word)) {
        return None;
    }
    let values = profile.few_values()?;
    let says_code = words.iter().any(|word| is_code_word(word)) || field.is_some();
    // Without such a word only very short values that come again and again are codes, and never mere numbers.
    let repeated = rows >= values.len() * 10 && values.values().all(|&count| count >= 3);
    let short = values.keys().all(|value| value.len() <= 3) && !profile.is_whole_numbers();
    // A value seen once in a large extract may be somebody's slip into the wrong column.
    let slips = rows >= 200 && values.values().filter(|&&count| count == 1).count() * 2 > values.len();
    (!slips && (says_code || (repeated && short))).then(|| values.keys().cloned().collect())
}
