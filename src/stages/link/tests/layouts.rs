//! Extracts that say less, or something else, than those of an ordinary county.

use super::county::{County, Row, county};
use super::{precision_and_recall, run};
use crate::model::{Linked, PersonRole, StandardField};

use StandardField::{AddressKey, DateOfBirth, Forename, House, NhsNumber, Nino, Postcode, Sex, Street, Surname, Uprn};

/// The rows of a county with the values that `keep` leaves them.
fn only(people: usize, keep: impl Fn(&Row, StandardField) -> bool) -> County {
    let mut county = county(people, 31, 1.0);
    for row in &mut county.rows {
        let values = std::mem::take(&mut row.values);
        row.values = values.into_iter().filter(|(field, _)| keep(row, *field)).collect();
    }
    county.relations.clear();
    county
}

fn assert_good(county: &County, least: (f64, f64)) -> Linked {
    let linked = run(county);
    let (precision, recall) = precision_and_recall(&linked, &county.truth());
    assert!(precision > least.0 && recall > least.1, "precision {precision:.4} recall {recall:.4} {:?}", linked.warnings);
    linked
}

#[test]
fn brothers_and_sisters_stay_apart_where_only_the_postcode_tells_of_the_home() {
    let county = only(4000, |_, field| matches!(field, Forename | Surname | DateOfBirth | Postcode));
    assert_good(&county, (0.97, 0.9));
}

#[test]
fn brothers_and_sisters_stay_apart_where_only_house_and_street_tell_of_the_home() {
    // The same house and street name may be in another town.
    let county = only(4000, |_, field| matches!(field, Forename | Surname | DateOfBirth | House | Street | Sex));
    assert_good(&county, (0.93, 0.78));
}

#[test]
fn brothers_and_sisters_stay_apart_where_a_number_and_a_postcode_are_the_address() {
    let county = only(4000, |_, field| matches!(field, Forename | Surname | DateOfBirth | House | Postcode));
    assert_good(&county, (0.97, 0.9));
}

#[test]
fn brothers_and_sisters_stay_apart_where_one_source_of_ten_knows_the_property() {
    let county = only(4000, |row, field| {
        matches!(field, Forename | Surname | DateOfBirth | Postcode) || (row.source == 0 && matches!(field, Uprn | AddressKey | House))
    });
    assert_good(&county, (0.97, 0.9));
}

/// A county without identifiers in which four of ten sources have ages instead of dates of birth, or neither.
fn aged(ages: bool) -> County {
    let undated = |row: &Row| row.source < 4;
    let mut county = only(4000, |row, field| {
        matches!(field, Forename | Surname | Sex | AddressKey | House | Street | Postcode)
            || (field == DateOfBirth && (ages || !undated(row)))
    });
    county.rows.iter_mut().for_each(|row| row.aged = undated(row));
    county
}

fn f1(linked: &Linked, county: &County) -> f64 {
    let (precision, recall) = precision_and_recall(linked, &county.truth());
    2.0 * precision * recall / (precision + recall)
}

#[test]
fn an_age_is_evidence_where_there_is_no_date_of_birth() {
    let (without, with) = (aged(false), aged(true));
    let (without, with) = (f1(&run(&without), &without), f1(&run(&with), &with));
    assert!(1.0 - with < 0.75 * (1.0 - without), "F1 {without:.4} without ages and {with:.4} with them");
}

#[test]
fn wrong_ages_do_no_harm_and_are_told() {
    let without = aged(false);
    let least = f1(&run(&without), &without) - 0.005;
    let births = |county: &mut County, change: &mut dyn FnMut(usize, &mut String)| {
        let values = county.rows.iter_mut().filter(|row| row.aged).flat_map(|row| &mut row.values);
        values.filter(|(field, _)| *field == DateOfBirth).enumerate().for_each(|(number, (_, value))| change(number, value));
    };
    // Everybody has another one's age.
    let mut shifted = aged(true);
    let mut last = "1970-05-05".to_owned();
    births(&mut shifted, &mut |_, value| std::mem::swap(value, &mut last));
    let linked = run(&shifted);
    assert!(f1(&linked, &shifted) > least, "{:?}", linked.warnings);
    assert!(
        linked.warnings.iter().any(|warning| warning.contains("% of the ages and years of birth are three or more years")),
        "{:?}",
        linked.warnings
    );
    assert!(!linked.without_age.is_empty());
    // A third is 99 years old.
    let mut crowd = aged(true);
    births(&mut crowd, &mut |number, value| {
        if number % 3 == 0 {
            "1913-05-05".clone_into(value);
        }
    });
    let linked = run(&crowd);
    assert!(f1(&linked, &crowd) > least, "{:?}", linked.warnings);
    assert!(linked.warnings.iter().any(|warning| warning.starts_with("1 age on ")), "{:?}", linked.warnings);
    let old = |row: &Row| row.aged && row.values.contains(&(DateOfBirth, "1913-05-05".to_owned()));
    let rows: Vec<u32> = crowd.rows.iter().zip(0..).filter(|(row, _)| old(row)).map(|(_, row)| row).collect();
    assert_eq!(linked.without_age, rows);
}

/// A county in which one in `every` rows that have a field has this value in it instead.
fn with_dummies(every: usize, dummies: &[(StandardField, &str)]) -> County {
    let mut county = county(3000, 32, 1.0);
    for &(field, dummy) in dummies {
        let values = county.rows.iter_mut().flat_map(|row| &mut row.values).filter(|(of, _)| *of == field);
        values.step_by(every).for_each(|(_, value)| dummy.clone_into(value));
    }
    county
}

#[test]
fn a_number_that_a_crowd_bears_makes_no_two_people_one() {
    // Valid by their check digits, as the dummies of real systems are.
    let county = with_dummies(12, &[(NhsNumber, "9434765919"), (Nino, "JC999999C")]);
    let linked = assert_good(&county, (0.97, 0.9));
    let told =
        |what: &str| linked.warnings.iter().any(|warning| warning.starts_with(what) && warning.contains("stands for an unknown one"));
    assert!(told("1 NHS number on ") && told("1 National Insurance number on "), "{:?}", linked.warnings);
}

#[test]
fn a_date_of_birth_that_a_crowd_bears_is_not_believed() {
    let county = with_dummies(12, &[(DateOfBirth, "2009-09-01")]);
    let linked = assert_good(&county, (0.97, 0.9));
    let told = linked.warnings.iter().any(|warning| warning.starts_with("1 date of birth on ") && warning.ends_with("(2009-09-01)"));
    assert!(told, "{:?}", linked.warnings);
    let dummy = |row: &super::county::Row| row.values.contains(&(DateOfBirth, "2009-09-01".to_owned()));
    let rows: Vec<u32> = county.rows.iter().zip(0..).filter(|(row, _)| dummy(row)).map(|(_, row)| row).collect();
    assert_eq!(linked.without_birth, rows, "whoever counts ages is told whose date is nobody's");
}

#[test]
fn a_number_that_mother_and_children_share_is_still_compared_and_no_crowd() {
    let mut county = county(3000, 33, 1.0);
    let families: Vec<usize> = (0..county.rows.len()).step_by(40).collect();
    for family in families {
        let number = county.rows[family].values.iter().find(|(field, _)| *field == NhsNumber).map(|(_, value)| value.clone());
        let Some(number) = number else { continue };
        for row in county.rows.iter_mut().skip(family + 1).take(3) {
            row.values.iter_mut().filter(|(field, _)| *field == NhsNumber).for_each(|(_, value)| value.clone_from(&number));
        }
    }
    assert!(!run(&county).warnings.iter().any(|warning| warning.contains("unknown one")));
}

#[test]
fn people_whose_year_of_birth_alone_is_known_keep_it() {
    // Every third record, all of them, or all in years ten apart.
    for (every, years) in [(3, 1), (1, 1), (1, 10)] {
        let mut county = county(3000, 34, 1.0);
        for row in county.rows.iter_mut().step_by(every) {
            for (_, date) in row.values.iter_mut().filter(|(field, _)| *field == DateOfBirth) {
                let year: u32 = date.get(..4).and_then(|year| year.parse().ok()).unwrap();
                *date = format!("{}-01-01", year - year % years);
            }
        }
        let linked = run(&county);
        assert!(!linked.warnings.iter().any(|warning| warning.contains("unknown one")), "{every} {years} {:?}", linked.warnings);
    }
}

#[test]
fn a_parent_with_a_date_for_an_unknown_one_is_still_no_child_of_the_same_name() {
    let mut county = county(3000, 35, 1.0);
    for row in county.rows.iter_mut().step_by(12) {
        row.values.iter_mut().filter(|(field, _)| *field == DateOfBirth).for_each(|(_, date)| "2009-09-01".clone_into(date));
    }
    let first = county.rows.len();
    let home = [(Forename, "JACK"), (Surname, "ZEPHYRSON"), (House, "7"), (Street, "PELHAM ROAD"), (Postcode, "LN2 4QQ")];
    for (role, date) in [(PersonRole::Parent, "2009-09-01"), (PersonRole::Child, "2004-03-12")] {
        let values = home.iter().map(|&(field, value)| (field, value.to_owned())).chain([(DateOfBirth, date.to_owned())]).collect();
        let record_id = format!("added{date}");
        county.rows.push(Row { source: 0, line: 9_000_000, record_id, values, role: Some(role), aged: false, truth: 0 });
    }
    let linked = run(&county);
    assert_ne!(linked.person_of_record[first], linked.person_of_record[first + 1]);
}

/// A county of names, sex and dates of birth, of which no more is known than the first so many characters of `YYYY-MM-DD`.
fn born_in(known: usize) -> County {
    let mut county = only(4000, |_, field| matches!(field, Forename | Surname | Sex | DateOfBirth));
    for (_, date) in county.rows.iter_mut().flat_map(|row| &mut row.values).filter(|(field, _)| *field == DateOfBirth) {
        date.truncate(known);
    }
    county
}

#[test]
fn where_only_the_year_of_birth_is_known_it_tells_people_apart() {
    let f1_of = |county: County| f1(&run(&county), &county);
    let (nothing, year, month, day) = (f1_of(born_in(0)), f1_of(born_in(4)), f1_of(born_in(7)), f1_of(born_in(10)));
    assert!(nothing + 0.02 < year && year <= month && month < day, "{nothing:.4} {year:.4} {month:.4} {day:.4}");
}
