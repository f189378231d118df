//! Writes the draft as TOML.
//!
//! What comes in: what every column was taken for. What goes out: the text of a schema that loads.
//! What always holds: whatever must be looked at by a person has a remark beside it.

use std::fmt::Write;

use super::content::MOST_CODES;
use super::headers::{DraftColumn, DraftKey, DraftKind};
use super::people::DraftPerson;
use super::sample::Sample;
use super::words::words_of;
use crate::config::checked::{FileKind, header_key};
use crate::model::person::PersonRole;
use crate::model::{EventKind, Field, RelationKind};

/// The text of the schema.
pub(super) fn write(file_name: &str, sample: &Sample, columns: &[DraftColumn], people: &[DraftPerson]) -> String {
    let mut text = String::new();
    head(&mut text, file_name, sample);
    for column in columns {
        write_column(&mut text, column, sample.format.kind);
    }
    if let Some(key) = columns.iter().find(|column| column.key == DraftKey::Row) {
        line(&mut text, "# Every row has its own value here. If it is not the agency's key of a row, take this section away.");
        line(&mut text, &format!("[row]\nkey = [{}]\n", quoted(&key.header)));
    }
    for person in people {
        write_person(&mut text, person);
    }
    write_relations(&mut text, columns, people);
    write_event(&mut text, file_name, columns, people);
    text
}

fn line(text: &mut String, content: &str) {
    text.push_str(content);
    text.push('\n');
}

/// A year at least.
const DIGITS_OF_A_DATE: usize = 4;

fn head(text: &mut String, file_name: &str, sample: &Sample) {
    let format = &sample.format;
    let (stem, extension) = file_name.rsplit_once('.').unwrap_or((file_name, ""));
    // What is dropped is the date of the delivery; one digit or two tell files of one delivery apart.
    let undated = stem.trim_end_matches(|letter: char| !letter.is_alphabetic());
    let digits = stem.chars().skip(undated.chars().count()).filter(char::is_ascii_digit).count();
    let stem = if digits >= DIGITS_OF_A_DATE { undated } else { stem }.to_owned();
    let name = slug(&stem);
    let letters: String =
        stem.chars().map(|letter| if letter.is_alphanumeric() || "_- ".contains(letter) { letter } else { '?' }).collect();
    line(
        text,
        &format!("# Drafted by `fwt schema infer` from {} rows below the header on line {}.", sample.rows, sample.header_line.max(1)),
    );
    line(
        text,
        "# Go through it from top to bottom: every \"check\" needs a decision. Then name the file in the pipeline and run `fwt check`.\n",
    );
    line(text, &format!("[schema]\nname = {}\nversion = 1", quoted(&name)));
    line(text, "agency = \"Agency to be named\"   # check: who sent it");
    line(text, &format!("title = {}\n", quoted(&stem.replace(['_', '-'], " "))));
    line(
        text,
        &format!(
            "[file]\npattern = {}",
            quoted(&if extension.is_empty() { format!("{letters}*") } else { format!("{letters}*.{extension}") })
        ),
    );
    match format.kind {
        FileKind::Csv => {
            let delimiter = if format.delimiter == b'\t' { "\\t".to_owned() } else { char::from(format.delimiter).to_string() };
            line(text, &format!("kind = \"csv\"\ndelimiter = \"{delimiter}\"\nencoding = {}", quoted(&format.encoding)));
        }
        FileKind::Xlsx => {
            line(text, "kind = \"xlsx\"");
            if !format.sheet.is_empty() {
                line(
                    text,
                    &format!("sheet = {}   # check: the one of {} sheets with the most rows", quoted(&format.sheet), sample.sheets.len()),
                );
            }
        }
        FileKind::Parquet => line(text, "kind = \"parquet\""),
    }
    if format.skip_rows > 0 {
        line(text, &format!("skip_rows = {}", format.skip_rows));
    }
    line(text, "\n[delivery]\ncadence = \"monthly\"      # check: monthly, termly or on-request");
    line(text, "kind = \"snapshot\"        # check: snapshot (everything as it stands) or increment (what is new)");
    line(text, "coverage = \"population\"  # check: population (everybody is in it) or events (only those to whom something happened)");
    line(text, "valid_days = 62          # check: days for which a late delivery may be carried forward\n");
    line(text, "[agreement]              # check: as drafted it has ended, and nothing is loaded before this is filled in");
    line(text, "reference = \"to be filled in\"\nstarts = \"2000-01-01\"\nends = \"2000-01-01\"\npurposes = [\"identify\"]\n");
}

/// Lower-case letters, digits and `_`, beginning with a letter.
fn slug(text: &str) -> String {
    let plain = words_of(text).join("_");
    let plain: String =
        plain.chars().filter(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || *letter == '_').take(50).collect();
    if plain.starts_with(|first: char| first.is_ascii_lowercase()) { plain } else { format!("extract{plain}") }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            letter if letter.is_control() => {
                // Writing to a text cannot fail.
                write!(quoted, "\\u{:04X}", letter as u32).unwrap_or_default();
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn write_column(text: &mut String, column: &DraftColumn, file: FileKind) {
    if !column.remark.is_empty() {
        line(text, &format!("# check: {}", column.remark));
    }
    line(text, &format!("[[column]]\nname = {}", quoted(&column.header)));
    match &column.kind {
        DraftKind::Text => {}
        DraftKind::Integer => line(text, "kind = \"integer\""),
        DraftKind::Ignored => line(text, "kind = \"ignored\""),
        DraftKind::Date(formats) => {
            let formats: Vec<String> = formats.iter().map(|format| quoted(format)).collect();
            line(text, &format!("kind = \"date\"\nformats = [{}]", formats.join(", ")));
        }
        DraftKind::Code(codes) => write_codes(text, column, codes),
    }
    if file == FileKind::Csv && matches!(column.kind, DraftKind::Ignored) {
        line(text, "required = false");
    }
    text.push('\n');
}

fn write_codes(text: &mut String, column: &DraftColumn, codes: &[String]) {
    line(text, "kind = \"code\"");
    line(
        text,
        &format!("# check: the right-hand sides are guesses; the file held these {} codes (at most {MOST_CODES} are listed)", codes.len()),
    );
    line(text, "[column.codes]");
    let mut seen: Vec<String> = Vec::new();
    for code in codes {
        let key = header_key(code);
        if seen.contains(&key) {
            continue;
        }
        line(text, &format!("{} = {}", quoted(code), quoted(&standard(column, &key))));
        seen.push(key);
    }
}

/// The standard code an agency's code probably means.
fn standard(column: &DraftColumn, code: &str) -> String {
    if column.is_relation {
        return relation(code).name().to_owned();
    }
    let known: &[(&str, &str)] = match column.field {
        Some(Field::Sex) => {
            &[("m", "M"), ("male", "M"), ("1", "M"), ("boy", "M"), ("f", "F"), ("female", "F"), ("2", "F"), ("girl", "F"), ("", "U")]
        }
        _ => &[
            ("sus", "suspect"),
            ("off", "offender"),
            ("vic", "victim"),
            ("wit", "witness"),
            ("perp", "offender"),
            ("perpetrator", "offender"),
            ("suspect", "suspect"),
            ("offender", "offender"),
            ("victim", "victim"),
            ("witness", "witness"),
        ],
    };
    match known.iter().find(|(agency, _)| *agency == code) {
        Some((_, standard)) => (*standard).to_owned(),
        None if column.field == Some(Field::Sex) => "U".to_owned(),
        None if column.field.is_some() => code.to_owned(),
        None => code.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_"),
    }
}

/// How a person stands to the child or main person, by a word of the code; nothing is claimed where the word is not known.
fn relation(code: &str) -> RelationKind {
    let words = words_of(code);
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if any(&["grandparent", "grandmother", "grandfather", "gran", "grandma", "grandad", "gp", "gm", "gf"]) {
        RelationKind::GrandparentOf
    } else if any(&["mother", "father", "parent", "mum", "dad", "mot", "fat", "mth", "fth", "par", "stepmother", "stepfather", "step"]) {
        RelationKind::ParentOf
    } else if any(&["carer", "guardian", "foster", "car", "gua"]) {
        RelationKind::CarerOf
    } else if any(&["partner", "spouse", "husband", "wife"]) {
        RelationKind::PartnerOf
    } else if any(&["brother", "sister", "sibling", "sib", "bro", "sis"]) {
        RelationKind::SiblingOf
    } else if any(&["aunt", "uncle", "cousin", "relative", "family"]) {
        RelationKind::RelativeOf
    } else {
        RelationKind::ContactOf
    }
}

fn write_person(text: &mut String, person: &DraftPerson) {
    line(
        text,
        &format!(
            "[[person]]\nslot = {}\nrole = \"{}\"   # check: child, parent, adult, partner, dependant or person",
            quoted(&person.slot),
            person.role.name()
        ),
    );
    if let Some(key) = &person.key {
        line(text, &format!("key = [{}]   # check: is this the agency's own number of the person?", quoted(key)));
    }
    line(text, "[person.fields]");
    for (field, headers) in &person.fields {
        let names: Vec<String> = headers.iter().map(|header| quoted(header)).collect();
        let value = match names.as_slice() {
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        line(text, &format!("{} = {value}", field.name()));
    }
    text.push('\n');
}

fn write_relations(text: &mut String, columns: &[DraftColumn], people: &[DraftPerson]) {
    let of_role = |role: PersonRole| people.iter().find(move |person| person.role == role);
    let main = people.iter().find(|person| person.is_main);
    let centre = main.or_else(|| of_role(PersonRole::Adult)).or_else(|| of_role(PersonRole::Child)).or_else(|| people.first());
    let Some(centre) = centre else { return };
    for person in people.iter().filter(|person| person.slot != centre.slot) {
        let code_column =
            |header: &&String| columns.iter().any(|column| column.header == ***header && matches!(column.kind, DraftKind::Code(_)));
        let kind = match (person.relation.as_ref().filter(code_column), person.role) {
            (Some(header), _) => format!("{{ column = {} }}", quoted(header)),
            (None, PersonRole::Partner) => "\"partner_of\"".to_owned(),
            (None, _) => "\"contact_of\"".to_owned(),
        };
        line(
            text,
            "# check: contact_of is no evidence of a family; parent_of, partner_of, shares_account_with, … are. lives_together = true if the row says so.",
        );
        line(
            text,
            &format!(
                "[[relation]]\nfrom = {}\nto = {}\nkind = {kind}\nlives_together = false\n",
                quoted(&person.slot),
                quoted(&centre.slot)
            ),
        );
    }
}

/// A proposal, commented out: only a person knows what the rows of an extract mean.
fn write_event(text: &mut String, file_name: &str, columns: &[DraftColumn], people: &[DraftPerson]) {
    let dates = columns.iter().filter(|column| column.field.is_none() && matches!(column.kind, DraftKind::Date(_)));
    let dates: Vec<&str> = dates.map(|column| column.header.as_str()).collect();
    let codes = columns.iter().filter(|column| column.field.is_none() && !column.is_relation && matches!(column.kind, DraftKind::Code(_)));
    let codes: Vec<&str> = codes.map(|column| column.header.as_str()).collect();
    let headers: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
    let kind = event_kind(&format!("{file_name} {}", headers.join(" ")));
    line(text, "# If the rows of this extract are events, say so (kinds and codes: ARCHITECTURE.md) and take the comment signs away:");
    line(text, &format!("# [[event]]\n# kind = \"{}\"", kind.name()));
    if let Some(person) = people.first() {
        line(text, &format!("# person = {}", quoted(&person.slot)));
    }
    let is_role = |header: &&&str| words_of(header).iter().any(|word| word == "role");
    if let Some(role) = codes.iter().find(is_role) {
        line(
            text,
            &format!("# role = {{ column = {} }}   # only offender, suspect, victim, witness, subject, tenant are roles", quoted(role)),
        );
    }
    let code = codes
        .iter()
        .find(|header| !is_role(header))
        .map_or_else(|| "\"…\"".to_owned(), |header| format!("{{ column = {} }}", quoted(header)));
    line(text, &format!("# code = {code}   # code columns here: {}", listed(&codes)));
    let from = dates.first().map_or_else(|| "\"…\"".to_owned(), |header| quoted(header));
    line(text, &format!("# from = {from}   # date columns here: {}", listed(&dates)));
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ") }
}

/// The kind of event that the words of the file's name and headers speak of.
fn event_kind(text: &str) -> EventKind {
    const WORDS: &[(EventKind, &[&str])] = &[
        (EventKind::SchoolAbsence, &["attendance", "absence", "sessions"]),
        (EventKind::Exclusion, &["exclusion", "exclusions", "suspension", "suspensions"]),
        (EventKind::AsbIntervention, &["asb", "abc", "asbo", "injunction"]),
        (EventKind::DomesticAbuse, &["domestic", "dash", "marac", "perpetrator"]),
        (EventKind::SocialCare, &["episode", "episodes", "cin", "cpp", "lac", "socialcare", "social"]),
        (EventKind::Benefit, &["benefit", "benefits", "dwp", "esa", "jsa"]),
        (EventKind::Housing, &["arrears", "tenancy", "tenancies", "rent", "homeless"]),
        (EventKind::Health, &["nhs", "health", "gp", "patient"]),
        (EventKind::Custody, &["custody", "licence", "probation"]),
        (EventKind::SchoolStatus, &["roll", "ehe", "cme", "pru"]),
        (EventKind::Offence, &["offence", "offences", "crime", "yot", "outcome"]),
    ];
    let words = words_of(text);
    let found = WORDS.iter().find(|(_, known)| words.iter().any(|word| known.contains(&word.as_str())));
    found.map_or(EventKind::Referral, |(kind, _)| *kind)
}
