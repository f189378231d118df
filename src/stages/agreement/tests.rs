//! Four feeds of the same 120 people, one of them spoilt in one way.

use std::sync::Arc;

use chrono::Datelike;

use super::{Agreement, agreement};
use crate::model::{
    Cadence, Coverage, DeliveryKind, FeedState, Field, Linked, NO_DAY, PersonRole, RecordPosition, Silent, Slip, Source, StandardField,
    StandardPersons, TextColumn, date,
};

const PEOPLE: usize = 120;
const FEEDS: [&str; 4] = ["police", "school", "health", "housing"];

/// One record.
#[derive(Clone)]
struct Row {
    source: u16,
    person: u32,
    forename: String,
    surname: String,
    born: i32,
    sex: &'static str,
    postcode: String,
    restricted: bool,
}

/// Every person once in every feed.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (source, _) in FEEDS.iter().enumerate() {
        for person in 0..PEOPLE {
            let letter = |number: usize| char::from(b'A' + (number % 26) as u8);
            rows.push(Row {
                source: source as u16,
                person: person as u32,
                forename: format!("{}ORENAME{}", letter(person), letter(person / 26)),
                surname: format!("{}URNAME{}", letter(person * 7 + 3), letter(person / 26)),
                born: date::day(1970 + (person % 40) as i32, 1 + (person % 12) as u32, 1 + (person * 5 % 28) as u32).unwrap(),
                sex: if person % 2 == 0 { "F" } else { "M" },
                postcode: format!("LN{} 1AA", person % 50),
                restricted: false,
            });
        }
    }
    rows
}

fn source(name: &str) -> Source {
    Source {
        name: name.to_owned(),
        agency: name.to_owned(),
        cadence: Cadence::Monthly,
        delivery: DeliveryKind::Snapshot,
        coverage: Coverage::Events,
        valid_days: 62,
        carries: Vec::new(),
        codes: Vec::new(),
        one_per_person: false,
        state: FeedState::Fresh,
        as_at: NO_DAY,
        age_days: 0,
    }
}

fn judged(rows: &[Row], feeds: &[&str]) -> Agreement {
    let mut persons = StandardPersons::default();
    for (line, row) in rows.iter().enumerate() {
        persons.position.push(RecordPosition { source: row.source, delivery: u32::from(row.source), line: line as u32 });
        persons.role.push(PersonRole::Person);
        persons.slot.push(0);
        Arc::make_mut(&mut persons.record_id).push(&format!("R{line}"));
        persons.born.push(row.born);
        persons.is_restricted.push(row.restricted);
        persons.is_test.push(false);
    }
    let column = |field: StandardField| -> TextColumn {
        let value = |row: &Row| match field {
            StandardField::Forename => row.forename.clone(),
            StandardField::Surname => row.surname.clone(),
            StandardField::Sex => row.sex.to_owned(),
            StandardField::Postcode => row.postcode.clone(),
            _ => String::new(),
        };
        let values: Vec<String> = rows.iter().map(value).collect();
        TextColumn::collect(values.iter().map(|value| Some(value.as_str())))
    };
    persons.columns = StandardField::ALL.iter().map(|&field| column(field)).collect();
    let people = rows.iter().map(|row| row.person + 1).max().unwrap_or(0);
    let linked = Linked {
        person_of_record: rows.iter().map(|row| row.person).collect(),
        person_ids: (0..people).map(|person| format!("P{person}")).collect(),
        ..Linked::default()
    };
    let sources: Vec<Source> = feeds.iter().map(|name| source(name)).collect();
    agreement(&persons, &linked, &sources, &Silent)
}

/// The rows of one feed changed.
fn spoilt(source: u16, change: impl Fn(usize, &mut Row)) -> Vec<Row> {
    let mut rows = rows();
    rows.iter_mut().filter(|row| row.source == source).enumerate().for_each(|(number, row)| change(number, row));
    rows
}

/// What is at odds, as (feed, field, slip).
fn at_odds(agreement: &Agreement, feeds: &[&str]) -> Vec<(String, Field, Option<Slip>)> {
    let named = agreement.fields.iter().filter(|line| line.at_odds);
    named.map(|line| (feeds[usize::from(line.source)].to_owned(), line.field, line.slip.map(|(slip, _)| slip))).collect()
}

#[test]
fn feeds_that_agree_are_not_complained_of() {
    let found = judged(&rows(), &FEEDS);
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    assert_eq!(found.fields.len(), FEEDS.len() * 5, "a line per feed and field that is filled");
    assert!(found.fields.iter().all(|line| line.pairs == 3 * PEOPLE as u64 && line.different == 0 && line.others == Some(0.0)));
}

#[test]
fn the_spoilt_feed_is_named_and_no_other_with_what_is_wrong_with_it() {
    let exchanged = |born: i32| {
        let born = date::to_naive(born).unwrap();
        date::day(born.year(), born.day(), born.month()).unwrap()
    };
    let early = spoilt(1, |_, row| row.born -= 1);
    let other_system = spoilt(1, |_, row| row.born += 1462);
    let first = spoilt(1, |_, row| row.born = date::day(date::to_naive(row.born).unwrap().year(), 1, 1).unwrap());
    let mut swapped = rows();
    for row in &mut swapped {
        row.born = date::day(1980, 1 + row.person % 6, 7 + row.person % 5).unwrap();
        if row.source == 1 {
            row.born = exchanged(row.born);
        }
    }
    let born = Field::DateOfBirth;
    let cases = [
        (early, born, Some(Slip::Days(-1))),
        (other_system, born, Some(Slip::Days(1462))),
        (first, born, Some(Slip::FirstOfYear)),
        (swapped, born, Some(Slip::DayAndMonth)),
        (spoilt(1, |number, row| row.born = rows()[(number + 1) % PEOPLE].born), born, None),
        (spoilt(1, |_, row| row.postcode = "LN1 9ZZ".to_owned()), Field::Postcode, Some(Slip::OneValue)),
        (spoilt(1, |_, row| row.sex = if row.sex == "F" { "M" } else { "F" }), Field::Sex, None),
        (spoilt(1, |number, row| row.postcode = rows()[(number + 1) % PEOPLE].postcode.clone()), Field::Postcode, None),
        (spoilt(1, |number, row| row.forename = rows()[(number + 1) % PEOPLE].forename.clone()), Field::Forename, None),
    ];
    for (rows, field, slip) in cases {
        let found = judged(&rows, &FEEDS);
        assert_eq!(at_odds(&found, &FEEDS), [("school".to_owned(), field, slip)]);
        assert_eq!(found.warnings.len(), 1, "{:?}", found.warnings);
        assert!(found.warnings[0].starts_with("school: its "), "{:?}", found.warnings);
    }
}

#[test]
fn exchanged_names_are_told_once_as_such() {
    let found = judged(&spoilt(2, |_, row| std::mem::swap(&mut row.forename, &mut row.surname)), &FEEDS);
    let both = [Field::Forename, Field::Surname].map(|field| ("health".to_owned(), field, Some(Slip::Names)));
    assert_eq!(at_odds(&found, &FEEDS), both);
    assert!(matches!(found.warnings.as_slice(), [warning] if warning.starts_with("health: its forenames")), "{:?}", found.warnings);
}

#[test]
fn of_two_feeds_none_is_taken_for_the_right_one() {
    let rows: Vec<Row> = spoilt(1, |_, row| row.born -= 1).into_iter().filter(|row| row.source < 2).collect();
    let found = judged(&rows, &FEEDS[..2]);
    assert_eq!(found.warnings.len(), 2, "{:?}", found.warnings);
    assert!(found.warnings.iter().all(|warning| warning.contains("no third feed")), "{:?}", found.warnings);
}

#[test]
fn slips_pet_names_moves_and_few_people_are_no_fault_of_an_extract() {
    let mut changed = rows();
    for row in &mut changed {
        if row.source == 1 {
            row.forename.truncate(1);
            // A third has moved or married, every tenth date is wrong: no more than good feeds show.
            if row.person % 3 == 0 {
                row.postcode = "ZZ1 1ZZ".to_owned();
                row.surname = "OTHER".to_owned();
            }
            row.born += i32::from(row.person % 10 == 0);
        }
    }
    let found = judged(&changed, &FEEDS);
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    // Two feeds from before a move and two from after it.
    let moved: Vec<Row> = rows().into_iter().map(|row| Row { postcode: format!("{}{}", row.postcode, row.source / 2), ..row }).collect();
    assert!(judged(&moved, &FEEDS).warnings.is_empty());
    let few: Vec<Row> = spoilt(1, |_, row| row.born -= 1).into_iter().filter(|row| row.person < 20).collect();
    assert!(judged(&few, &FEEDS).fields.is_empty());
}

#[test]
fn a_feed_that_shares_nobody_while_others_do_is_told() {
    let mut rows = rows();
    for (number, row) in rows.clone().into_iter().enumerate() {
        // Twice as many people, so that there are enough; those of one feed are each a person of their own.
        rows.push(Row { person: row.person + PEOPLE as u32, ..row });
        assert_eq!(rows[number].source, rows[number + FEEDS.len() * PEOPLE].source);
    }
    let people = 2 * PEOPLE as u32;
    rows.iter_mut().filter(|row| row.source == 3).for_each(|row| row.person += people);
    let found = judged(&rows, &FEEDS);
    assert_eq!(found.warnings.len(), 1, "{:?}", found.warnings);
    assert!(found.warnings[0].starts_with("housing: of its 240 people"), "{:?}", found.warnings);
    // Of two feeds neither is alone more than the other.
    rows.retain(|row| row.source == 2 || row.source == 3);
    for row in &mut rows {
        row.source -= 2;
    }
    assert_eq!(judged(&rows, &FEEDS[..2]).warnings.len(), 2);
}

#[test]
fn restricted_people_are_not_counted_and_order_does_not_matter() {
    let mut rows = spoilt(1, |_, row| row.born -= 1);
    rows.iter_mut().filter(|row| row.person < 50).for_each(|row| row.restricted = true);
    let found = judged(&rows, &FEEDS);
    assert!(found.fields.iter().all(|line| line.pairs == 3 * (PEOPLE as u64 - 50)));
    fastrand::Rng::with_seed(4).shuffle(&mut rows);
    let shuffled = judged(&rows, &FEEDS);
    assert_eq!((found.fields, found.warnings), (shuffled.fields, shuffled.warnings));
}
