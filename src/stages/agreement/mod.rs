//! Whether feeds agree about the people they share.
//!
//! What comes in: standardised records and the person of each. What goes out: per feed and field how often it differs from other feeds about the same person,
//! and what the officer should know of it. What always holds: nothing here changes a record or a person; restricted people are not counted; no value
//! leaves, only counts; the order of records does not matter.
//!
//! An extract can keep every promise of its schema and still be wrong throughout: a column sorted by itself, days and months exchanged, forenames
//! under the heading of surnames, sexes coded the other way round, dates a day early because a clock was. No row of it looks wrong, its people are linked badly or
//! aged wrongly, and nothing fails. Beside the other feeds it shows at once. Which of two feeds is wrong the others say: a feed is at odds where it differs from most of
//! its partners, or in what people change from all of them, while two of the others agree.

mod judge;
mod tally;
#[cfg(test)]
mod tests;

use crate::model::{Field, FieldAgreement, Linked, Progress, Slip, Source, StandardField, StandardPersons};
use judge::Judge;
use tally::Tallies;

/// A field that is held against other feeds.
struct Compared {
    field: Field,
    /// Where its standard values stand; a date of birth is a column of its own.
    columns: &'static [StandardField],
    /// What several are called, in words.
    words: &'static str,
    /// How long people keep it.
    kept: Kept,
}

/// How long people keep what a field says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// For ever: no other feed knows another birthday.
    Always,
    /// Until they marry or move.
    Long,
    /// They have several at a time, or there are several ways of writing it.
    Several,
}

const fn compared(field: Field, columns: &'static [StandardField], words: &'static str, kept: Kept) -> Compared {
    Compared { field, columns, words, kept }
}

/// The fields, in the order of the schema's.
const FIELDS: [Compared; 13] = [
    compared(Field::Forename, &[StandardField::Forename, StandardField::Alias], "forenames", Kept::Always),
    compared(Field::Surname, &[StandardField::Surname, StandardField::OtherSurname], "surnames", Kept::Long),
    compared(Field::DateOfBirth, &[], "dates of birth", Kept::Always),
    compared(Field::Sex, &[StandardField::Sex], "sexes", Kept::Always),
    compared(Field::Address, &[StandardField::AddressKey], "addresses", Kept::Several),
    compared(Field::Postcode, &[StandardField::Postcode], "postcodes", Kept::Long),
    compared(Field::Uprn, &[StandardField::Uprn], "UPRNs", Kept::Several),
    compared(Field::Telephone, &[StandardField::Telephone], "telephone numbers", Kept::Several),
    compared(Field::Email, &[StandardField::Email], "e-mail addresses", Kept::Several),
    compared(Field::NhsNumber, &[StandardField::NhsNumber], "NHS numbers", Kept::Always),
    compared(Field::Nino, &[StandardField::Nino], "National Insurance numbers", Kept::Always),
    compared(Field::Upn, &[StandardField::Upn, StandardField::FormerUpn], "UPNs", Kept::Always),
    compared(Field::Uln, &[StandardField::Uln], "learner numbers", Kept::Always),
];

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    /// Per feed and field, by name of the feed, fields in the order of the schema's; those of enough pairs to say something.
    pub fields: Vec<FieldAgreement>,
    /// What the officer should know, in words.
    pub warnings: Vec<String>,
}

/// Holds the feeds against each other.
#[must_use]
pub fn agreement(persons: &StandardPersons, linked: &Linked, sources: &[Source], progress: &dyn Progress) -> Agreement {
    progress.step("agreement of feeds");
    let tallies = Tallies::count(persons, linked, sources.len());
    let judge = Judge { tallies: &tallies, sources, persons };
    let mut names: Vec<u16> = (0..sources.len() as u16).collect();
    names.sort_by_key(|&source| sources.get(usize::from(source)).map(|source| source.name.as_str()));
    let mut agreement = Agreement::default();
    for source in names {
        for (number, field) in FIELDS.iter().enumerate() {
            let Some(line) = judge.field(source, number, field) else { continue };
            // Exchanged names are told with the forename, which comes first.
            let exchanged = |line: &FieldAgreement| line.source == source && line.at_odds && matches!(line.slip, Some((Slip::Names, _)));
            if !(exchanged(&line) && agreement.fields.last().is_some_and(exchanged)) {
                agreement.warnings.extend(judge.tell(&line, field));
            }
            agreement.fields.push(line);
        }
        agreement.warnings.extend(judge.alone(source));
    }
    agreement
}
