//! Persons keep their ids.

use super::*;

/// Two people with three records each.
fn two() -> Vec<Row> {
    (0..2).flat_map(|person| (0..3).map(move |feed| row(feed, &format!("{person}-{feed}"), person))).collect()
}

#[test]
fn a_person_keeps_the_id_through_a_marriage_and_a_move() {
    let first = persons_of(None, 0, &two());
    let mut rows = two();
    for row in rows.iter_mut().filter(|row| row.person == 1) {
        row.surname = "MARRIED".to_owned();
    }
    let second = persons_of(Some(&first), 1, &rows);
    assert_eq!([second.id(0), second.id(1)], [first.id(0), first.id(1)]);
}

#[test]
fn a_new_person_gets_a_new_id_and_nobody_loses_theirs() {
    let first = persons_of(None, 0, &two());
    let mut rows = two();
    rows.push(row(2, "0-0", 2));
    let second = persons_of(Some(&first), 1, &rows);
    assert_eq!([second.id(0), second.id(1)], [first.id(0), first.id(1)]);
    assert!(![first.id(0), first.id(1)].contains(&second.id(2)));
    assert_eq!(second.record(second.id(2)).first, month(1));
}

#[test]
fn rows_without_a_key_are_known_by_what_they_say_of_the_person() {
    let first = persons_of(None, 0, &two());
    let mut rows = two();
    // Every record id is a hash of a content that changed; name and date of birth are the same.
    for row in &mut rows {
        row.id = format!("changed-{}", row.id);
    }
    let second = persons_of(Some(&first), 1, &rows);
    assert_eq!([second.id(0), second.id(1)], [first.id(0), first.id(1)]);
    // Two people of one name and birthday say nothing about which is which.
    let mut alike = two();
    for row in &mut alike {
        (row.forename, row.surname, row.born) = ("A".to_owned(), "B".to_owned(), 4_000);
    }
    let first = persons_of(None, 0, &alike);
    for row in &mut alike {
        row.id = format!("changed-{}", row.id);
    }
    let second = persons_of(Some(&first), 1, &alike);
    for person in 0..2 {
        assert!(![first.id(0), first.id(1)].contains(&second.id(person)), "an id was guessed");
    }
}

#[test]
fn a_key_that_is_given_to_somebody_else_does_not_hand_on_the_id() {
    // The first person of an account is another one now: another forename, another date of birth.
    let first = persons_of(None, 0, &[row(0, "account-1", 0)]);
    let second = persons_of(Some(&first), 1, &[Row { id: "account-1".to_owned(), ..row(0, "", 7) }]);
    assert_ne!(second.id(7), first.id(0));
    assert_eq!(second.record(first.id(0)).state, IdState::NotSeen);
    // A corrected date of birth, or a corrected forename, is still the same person.
    let corrected = Row { born: 1, ..row(0, "account-1", 0) };
    assert_eq!(persons_of(Some(&first), 1, &[corrected]).id(0), first.id(0));
}

#[test]
fn of_two_persons_who_are_one_the_id_with_more_records_stays_and_the_other_is_retired() {
    let mut rows = two();
    rows.push(row(1, "1-extra", 1));
    let first = persons_of(None, 0, &rows);
    for row in &mut rows {
        row.person = 5;
    }
    let second = persons_of(Some(&first), 1, &rows);
    assert_eq!(second.id(5), first.id(1));
    let retired = second.record(first.id(0));
    assert_eq!((retired.state, retired.retirement, retired.retired), (IdState::Retired, Some(Retirement::Merged), Some(month(1))));
    assert_eq!(retired.successors, vec![first.id(1).to_owned()]);
    assert_eq!(second.kept.previous, vec![vec![first.id(0).to_owned()]]);
    // Told apart again, the retired id is not given again.
    let mut apart = two();
    apart.push(row(1, "1-extra", 1));
    let third = persons_of(Some(&second), 2, &apart);
    assert_eq!(third.id(1), first.id(1));
    assert_ne!(third.id(0), first.id(0), "a retired id was given again");
    assert_eq!(third.record(first.id(0)).state, IdState::Retired);
}

#[test]
fn of_a_person_who_is_two_the_part_with_more_records_keeps_the_id() {
    let first = persons_of(None, 0, &[row(0, "a", 0), row(1, "b", 0), row(2, "c", 0)]);
    let second = persons_of(Some(&first), 1, &[row(0, "a", 1), row(1, "b", 0), row(2, "c", 0)]);
    assert_eq!(second.id(0), first.id(0));
    // The part that left has the record from which the id was made, and still gets another one.
    assert_ne!(second.id(1), first.id(0));
}

#[test]
fn sixty_rows_of_one_feed_do_not_outvote_the_others() {
    let mut rows = vec![row(0, "a", 0), row(2, "c", 0), row(0, "a2", 0), row(2, "c2", 0), row(0, "a3", 0)];
    rows.extend((0..60).map(|crime| row(1, &format!("crime-{crime}"), 0)));
    let first = persons_of(None, 0, &rows);
    for row in rows.iter_mut().filter(|row| row.feed == 1) {
        row.person = 1;
    }
    let second = persons_of(Some(&first), 1, &rows);
    assert_eq!(second.id(0), first.id(0), "council and school know the person; sixty crimes were somebody else's");
}

#[test]
fn an_id_waits_for_a_person_who_is_in_no_extract_for_a_month() {
    let first = persons_of(None, 0, &two());
    let gap: Vec<Row> = two().into_iter().filter(|row| row.person == 0).collect();
    let second = persons_of(Some(&first), 1, &gap);
    assert_eq!(second.record(first.id(1)).state, IdState::NotSeen);
    let third = persons_of(Some(&second), 2, &two());
    assert_eq!(third.id(1), first.id(1));
    let waited = third.record(first.id(1));
    assert_eq!((waited.state, waited.first, waited.last), (IdState::Current, month(0), month(2)));
}

#[test]
fn records_that_were_not_delivered_follow_a_merged_person() {
    let mut rows = two();
    rows.push(row(1, "late", 0));
    let first = persons_of(None, 0, &rows);
    // The two are one, and one record of the person who is no more is not delivered.
    let merged: Vec<Row> = two().into_iter().map(|row| Row { person: 1, ..row }).collect();
    let second = persons_of(Some(&first), 1, &merged);
    let third = persons_of(Some(&second), 2, &[Row { person: 9, ..row(1, "late", 0) }]);
    assert_eq!(third.id(9), second.id(1));
}

#[test]
fn a_row_without_a_key_and_without_a_date_of_birth_is_known_by_name_and_home() {
    let contact = |id: &str| Row { born: NO_DAY, ..row(0, id, 0) };
    let first = persons_of(None, 0, &[contact("term-5")]);
    assert_eq!(persons_of(Some(&first), 1, &[contact("term-6")]).id(0), first.id(0));
    let namesake = Row { home: "PE21 1AA", ..contact("term-6") };
    assert_ne!(persons_of(Some(&first), 1, &[namesake]).id(0), first.id(0), "the same name elsewhere may be anybody");
}

#[test]
fn a_row_without_a_key_is_known_by_whatever_its_person_was_called_before() {
    let numbered = |id: &str, number| Row { nhs_number: number, ..row(1, id, 1) };
    let first = persons_of(None, 0, &[numbered("a", Some("9434765919")), row(0, "x", 2)]);
    // The number is left out, then filled in again for somebody who has married.
    let second = persons_of(Some(&first), 1, &[numbered("b", None), row(0, "x", 2)]);
    assert_eq!(first.id(1), second.id(1));
    let married = Row { surname: "OTHER".to_owned(), ..numbered("c", Some("9434765919")) };
    let third = persons_of(Some(&second), 2, &[married, row(0, "x", 2)]);
    assert_eq!(first.id(1), third.id(1));
    // A namesake with a number of their own is somebody else.
    let namesake = persons_of(Some(&first), 1, &[numbered("n", Some("4505577104")), row(0, "x", 2)]);
    assert!(!first.register.persons.contains(&namesake.id(1).to_owned()));
    // What two were called tells neither.
    let twice = persons_of(Some(&first), 1, &[numbered("a", Some("9434765919")), Row { person: 3, ..numbered("d", Some("9434765919")) }]);
    let later = persons_of(Some(&twice), 2, &[Row { born: NO_DAY, ..numbered("e", Some("9434765919")) }]);
    assert!(!twice.register.persons.contains(&later.id(1).to_owned()));
}

#[test]
fn what_a_person_was_called_goes_with_whoever_is_called_so_or_with_all_who_have_the_records() {
    use crate::model::known::person_keys;
    let numbered = |feed, id: &str, person, number| Row { nhs_number: number, ..row(feed, id, person) };
    let first = persons_of(None, 0, &[numbered(0, "a", 1, Some("9434765919")), row(1, "b", 1), row(2, "c", 1)]);
    let key = {
        let (persons, _) = tables(&[numbered(0, "a", 1, Some("9434765919"))]);
        person_keys("", &persons, 0)[0]
    };
    let called = |month: &Month1| {
        let known = month.register.known_persons.iter().filter(|known| known.key == key);
        known.map(|known| month.register.persons[known.person as usize].clone()).collect::<Vec<_>>()
    };
    // Torn in two: a stranger is called so this month, and none of the halves.
    let other = |id: &str, person| Row { forename: "OTHER".to_owned(), surname: "ELSE".to_owned(), born: 9_000, ..row(1, id, person) };
    let stranger = Row { nhs_number: Some("9434765919"), ..other("s", 4) };
    let half = Row { person: 2, ..row(2, "c", 1) };
    let torn = persons_of(Some(&first), 1, &[row(0, "a", 1), row(1, "b", 1), half.clone(), stranger]);
    let mut all = vec![torn.id(1).to_owned(), torn.id(2).to_owned(), torn.id(4).to_owned()];
    all.sort();
    let mut found = called(&torn);
    found.sort();
    assert_eq!(found, all);
    // One of the halves is.
    let told = persons_of(Some(&first), 1, &[numbered(0, "a", 1, Some("9434765919")), row(1, "b", 1), half]);
    assert_eq!(called(&told), [told.id(1)]);
}

#[test]
fn a_stranger_who_is_called_like_somebody_for_a_month_inherits_nothing_else_they_were_called() {
    use crate::model::known::person_keys;
    let numbered = |id: &str, person, number| Row { nhs_number: number, ..row(0, id, person) };
    let first = persons_of(None, 0, &[numbered("a", 1, Some("9434765919")), row(1, "b", 1), row(0, "s", 4)]);
    let stranger = |number| Row { feed: 2, ..numbered("t", 4, number) };
    // A new row of the stranger gives the number; the person's own does not.
    let second = persons_of(Some(&first), 1, &[row(0, "a", 1), row(1, "b", 1), row(0, "s", 4), stranger(Some("9434765919"))]);
    let third = persons_of(Some(&second), 2, &[row(0, "a", 1), row(1, "b", 1), row(0, "s", 4), stranger(None)]);
    let (persons, _) = tables(&[row(0, "a", 1)]);
    let names = person_keys("", &persons, 0)[0];
    let called: Vec<&str> = third
        .register
        .known_persons
        .iter()
        .filter(|known| known.key == names)
        .map(|known| third.register.persons[known.person as usize].as_str())
        .collect();
    assert_eq!(called, [third.id(1)]);
    assert_ne!(third.id(1), third.id(4));
}
