use std::sync::Arc;

use super::*;
use crate::model::date::{from_iso, iso};
use crate::model::{Cadence, Coverage, DeliveryKind, FeedState, NoteCode, PersonRole, RecordPosition, Silent};

pub(super) fn source(name: &str) -> Source {
    Source {
        name: name.to_owned(),
        agency: String::new(),
        cadence: Cadence::Monthly,
        delivery: DeliveryKind::Snapshot,
        coverage: Coverage::Events,
        valid_days: 60,
        carries: Vec::new(),
        codes: Vec::new(),
        one_per_person: false,
        state: FeedState::Fresh,
        as_at: NO_DAY,
        age_days: 0,
    }
}

fn raw(records: &[(u16, &[(Field, &str)])]) -> RawPersons {
    let mut table = RawPersons::default();
    for (row, (source, _)) in records.iter().enumerate() {
        table.position.push(RecordPosition { source: *source, delivery: 0, line: row as u32 + 2 });
        table.role.push(PersonRole::Person);
        table.slot.push(0);
        Arc::make_mut(&mut table.record_id).push(&format!("r{row}"));
        table.as_at.push(NO_DAY);
    }
    table.columns = Field::ALL
        .iter()
        .map(|field| {
            TextColumn::collect(records.iter().map(|(_, cells)| cells.iter().find(|(name, _)| name == field).map(|(_, text)| *text)))
        })
        .collect();
    table
}

fn run(raw: &RawPersons) -> Standardised {
    standardise(raw, &[source("council_tax"), source("housing")], super::Standards::at(from_iso("2012-10-31").unwrap()), &Silent)
}

#[test]
fn a_row_is_put_together_from_the_columns_it_has() {
    use StandardField as S;
    let result = run(&raw(&[
        (
            0,
            &[
                (Field::Forename, "John Paul"),
                (Field::Surname, "O'Brien"),
                (Field::DateOfBirth, "04/03/05"),
                (Field::Sex, "1"),
                (Field::Address, "12 High St, Lincoln"),
                (Field::Postcode, "ln11aa"),
            ],
        ),
        (0, &[(Field::FullName, "Mrs Jane Smith (née Jones)"), (Field::Address, "12A High Street, Lincoln, LN1 1AA")]),
        (0, &[(Field::Surname, "SMITH, Mary"), (Field::Title, "Miss")]),
        (0, &[(Field::Forename, "Baby of Brown"), (Field::MiddleNames, "N/K")]),
        (0, &[(Field::Forename, "Anna"), (Field::MiddleNames, "Maria"), (Field::FullName, "Wrong Name"), (Field::Surname, "ZZTEST")]),
    ]));
    let get = |row, field| result.persons.get(field, row).unwrap_or_default();
    assert_eq!(
        [get(0, S::Forename), get(0, S::MiddleNames), get(0, S::Surname), get(0, S::DateOfBirth), get(0, S::Sex)],
        ["JOHN", "PAUL", "OBRIEN", "2005-03-04", "M"]
    );
    assert_eq!([get(0, S::AddressKey), get(0, S::Postcode)], ["|12|HIGH STREET|LN1 1AA", "LN1 1AA"]);
    assert_eq!(iso(result.persons.born[0]), "2005-03-04");
    assert_eq!([get(1, S::Forename), get(1, S::Surname), get(1, S::OtherSurname), get(1, S::Sex)], ["JANE", "SMITH", "JONES", "F"]);
    assert_eq!([get(1, S::AddressKey), get(1, S::Postcode), get(1, S::House)], ["A|12|HIGH STREET|LN1 1AA", "LN1 1AA", "12A"]);
    assert_eq!([get(2, S::Forename), get(2, S::Surname), get(2, S::Sex)], ["MARY", "SMITH", "F"]);
    assert_eq!([get(3, S::Forename), get(3, S::MiddleNames), get(3, S::Surname)], ["", "", "BROWN"]);
    assert_eq!([get(4, S::Forename), get(4, S::MiddleNames), get(4, S::Surname)], ["ANNA", "MARIA", "ZZTEST"]);
    assert_eq!(result.persons.is_test, [false, false, false, false, true]);
    assert!(result.persons.columns.iter().all(|column| column.len() == 5));
}

#[test]
fn notes_say_what_was_done_once_per_record_field_and_code() {
    let result = run(&raw(&[
        (0, &[(Field::Surname, "O'Brien"), (Field::DateOfBirth, "01/01/1900")]),
        (0, &[(Field::Surname, "O'Brien"), (Field::Uprn, "1.00E+11")]),
        (0, &[(Field::Surname, "smith")]),
    ]));
    let notes: Vec<(u32, Field, NoteCode)> = result.notes.iter().map(|note| (note.record, note.field, note.code)).collect();
    assert_eq!(
        notes,
        [
            (0, Field::Surname, NoteCode::Cleaned),
            (0, Field::DateOfBirth, NoteCode::DefaultDate),
            (1, Field::Surname, NoteCode::Cleaned),
            (1, Field::Uprn, NoteCode::SpreadsheetDamage)
        ]
    );
}

#[test]
fn a_date_taken_out_later_is_missing_and_noted_like_a_default_known_by_heart() {
    let rows: &[&[(Field, &str)]] =
        &[&[(Field::DateOfBirth, "01/09/2009")], &[(Field::DateOfBirth, "02/09/2009")], &[(Field::Surname, "O'Brien")]];
    let mut result = run(&raw(&[(0, rows[0]), (0, rows[1]), (0, rows[2])]));
    result.take_out_births(&[0], &[]);
    assert_eq!(result.persons.born[0], crate::model::NO_DAY);
    assert_eq!(iso(result.persons.born[1]), "2009-09-02");
    let notes: Vec<(u32, Field, NoteCode)> = result.notes.iter().map(|note| (note.record, note.field, note.code)).collect();
    assert_eq!(notes, [(0, Field::DateOfBirth, NoteCode::DefaultDate), (2, Field::Surname, NoteCode::Cleaned)]);
}

#[test]
fn an_age_is_read_for_its_day_and_ignored_with_a_note_where_it_cannot_be_true() {
    let mut table = raw(&[
        (0, &[(Field::Age, "8")]),
        (0, &[(Field::Age, "about 8")]),
        (0, &[(Field::Age, "eight")]),
        (0, &[(Field::Surname, "Smith")]),
    ]);
    table.as_at = vec![crate::model::date::day(2012, 10, 31).unwrap(); 4];
    table.role = vec![PersonRole::Child, PersonRole::Adult, PersonRole::Child, PersonRole::Child];
    let result = run(&table);
    let aged = |row| result.persons.aged(row).map(|(first, last)| (iso(first), iso(last)));
    assert_eq!(aged(0), Some(("2003-11-01".to_owned(), "2004-10-31".to_owned())));
    assert_eq!([aged(1), aged(2), aged(3)], [None, None, None]);
    let notes: Vec<(u32, Field, NoteCode)> =
        result.notes.iter().filter(|note| note.field == Field::Age).map(|note| (note.record, note.field, note.code)).collect();
    assert_eq!(notes, [(1, Field::Age, NoteCode::OutOfRange), (2, Field::Age, NoteCode::BadFormat)]);
}

#[test]
fn a_month_or_a_year_of_birth_says_between_which_days_and_more_than_an_age() {
    let births = ["04/03/2005", "03/2005", "2005", ""];
    let cells: Vec<Vec<(Field, &str)>> = births.iter().map(|&birth| vec![(Field::DateOfBirth, birth), (Field::Age, "7")]).collect();
    let mut table = raw(&cells.iter().map(|cells| (0, cells.as_slice())).collect::<Vec<_>>());
    table.as_at = vec![crate::model::date::day(2012, 10, 31).unwrap(); births.len()];
    let result = run(&table);
    let between: Vec<Option<(String, String)>> =
        (0..births.len()).map(|row| result.persons.aged(row).map(|(first, last)| (iso(first), iso(last)))).collect();
    let days = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
    assert_eq!(between[1..], [days("2005-03-01", "2005-03-31"), days("2005-01-01", "2005-12-31"), days("2004-11-01", "2005-10-31")]);
    assert!((0..births.len()).all(|row| result.persons.get(StandardField::DamagedBirth, row).is_none()), "no date, and no damaged one");
}

#[test]
fn an_account_belongs_to_its_source() {
    let cells: &[(Field, &str)] = &[(Field::HouseholdAccount, "ct 123/4")];
    let result = run(&raw(&[(0, cells), (1, cells), (0, cells), (0, &[(Field::HouseholdAccount, "N/A")])]));
    let column = result.persons.column(StandardField::HouseholdAccount);
    assert_eq!(
        (0..4).map(|row| column.get(row)).collect::<Vec<_>>(),
        [Some("council_tax/CT123/4"), Some("housing/CT123/4"), Some("council_tax/CT123/4"), None]
    );
}

#[test]
fn temporary_upns_and_restricted_records_are_told() {
    let result = run(&raw(&[
        (0, &[(Field::Upn, "M92540011204A")]),
        (0, &[(Field::Upn, "M92540011204A"), (Field::FormerUpn, "B801200005001")]),
        (0, &[(Field::Upn, "B801200005001"), (Field::Restricted, "y")]),
    ]));
    let get = |row, field| result.persons.get(field, row);
    assert_eq!((get(0, StandardField::Upn), get(0, StandardField::FormerUpn)), (None, Some("M92540011204A")));
    assert_eq!(get(1, StandardField::FormerUpn), Some("B801200005001"));
    assert_eq!(get(2, StandardField::Upn), Some("B801200005001"));
    assert_eq!(result.persons.is_restricted, [false, false, true]);
}

#[test]
fn a_place_is_restricted_for_everybody_there_by_its_address_or_its_uprn() {
    let address = |text: &'static str| (Field::Address, text);
    let result = run(&raw(&[
        (0, &[address("7 Quiet Yard, Lincoln, LN2 4QQ"), (Field::Uprn, "100030000007"), (Field::Restricted, "Y")]),
        (1, &[address("7 QUIET YARD, LN2 4QQ")]),
        (1, &[address("The Old Mill, Quiet Yard, LN2 4QQ"), (Field::Uprn, "100030000007")]),
        (1, &[address("9 Quiet Yard, LN2 4QQ"), (Field::Uprn, "100030000009")]),
        (1, &[]),
        // Where nothing is known of a marked row's place, nobody else is hidden by it.
        (1, &[(Field::Restricted, "Y")]),
    ]));
    assert_eq!(result.persons.is_restricted, [true, true, true, false, false, true]);
}

#[test]
fn what_is_standard_stays_as_it_is() {
    use StandardField as S;
    let first = run(&raw(&[
        (
            0,
            &[
                (Field::FullName, "Dr José-Luís van der Berg aka Zé"),
                (Field::Sex, "male"),
                (Field::DateOfBirth, "4 March 1975"),
                (Field::Telephone, "+44 1522 552078"),
                (Field::Email, "A@B.uk"),
            ],
        ),
        (
            0,
            &[
                (Field::Forename, "Siobhán Ann"),
                (Field::Surname, "Mc Donald-O'Neill (née Smith)"),
                (Field::NhsNumber, "943 476 5919"),
                (Field::Nino, "jg 10 37 59 a"),
                (Field::Postcode, "LNI IYL"),
            ],
        ),
    ]));
    let pairs = [
        (S::Forename, Field::Forename),
        (S::MiddleNames, Field::MiddleNames),
        (S::Surname, Field::Surname),
        (S::OtherSurname, Field::OtherSurname),
        (S::Alias, Field::Alias),
        (S::DateOfBirth, Field::DateOfBirth),
        (S::Sex, Field::Sex),
        (S::Telephone, Field::Telephone),
        (S::Email, Field::Email),
        (S::NhsNumber, Field::NhsNumber),
        (S::Nino, Field::Nino),
        (S::Postcode, Field::Postcode),
    ];
    let cells: Vec<Vec<(Field, &str)>> = (0..2)
        .map(|row| pairs.iter().filter_map(|&(standard, field)| first.persons.get(standard, row).map(|text| (field, text))).collect())
        .collect();
    let second = run(&raw(&[(0, &cells[0]), (0, &cells[1])]));
    for (standard, _) in pairs {
        assert_eq!(
            (0..2).map(|row| first.persons.get(standard, row)).collect::<Vec<_>>(),
            (0..2).map(|row| second.persons.get(standard, row)).collect::<Vec<_>>()
        );
    }
    assert!(second.notes.is_empty());
}

#[test]
fn an_empty_table_stays_empty() {
    let result = run(&raw(&[]));
    assert!(result.persons.is_empty() && result.notes.is_empty());
    assert_eq!(result.persons.columns.len(), StandardField::ALL.len());
}
