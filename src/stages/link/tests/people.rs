//! The traps of domain.md §8.2 that linkage must not fall into, each set among a county of ordinary people.

use super::county::{County, Row, county};
use super::run;
use crate::model::{Linked, NO_DAY, PersonRole, Relation, RelationKind, StandardField};

use StandardField::{AddressKey, DateOfBirth, Forename, House, NhsNumber, Nino, Postcode, Street, Surname, Upn};

/// A county with some records added behind; each is on a row of its own unless said otherwise.
fn among_others(records: &[&[(StandardField, &str)]]) -> (County, usize) {
    let mut county = county(1200, 21, 1.0);
    let first = county.rows.len();
    for (number, values) in records.iter().enumerate() {
        let mut values: Vec<(StandardField, String)> = values.iter().map(|&(field, value)| (field, value.to_owned())).collect();
        if values.iter().any(|(field, _)| *field == House) {
            values.extend([
                (Street, "PELHAM ROAD".to_owned()),
                (Postcode, "LN2 4QQ".to_owned()),
                (AddressKey, format!("|{}|PELHAM ROAD|LN2 4QQ", values.iter().find(|(field, _)| *field == House).unwrap().1)),
            ]);
        }
        let line = 9_000_000 + number as u32;
        county.rows.push(Row {
            source: (number % 10) as u16,
            line,
            record_id: format!("trap{number}"),
            values,
            role: None,
            aged: false,
            truth: 0,
        });
    }
    (county, first)
}

fn persons(linked: &Linked, first: usize) -> Vec<u32> {
    linked.person_of_record[first..].to_vec()
}

/// The waterfalls of the added records' pairs, for the message of a failed test.
fn why(linked: &Linked, first: usize) -> String {
    let added = |row: u32| row as usize >= first;
    let steps = |pattern: u64| crate::stages::link::explain_pattern(&linked.model, pattern);
    let links = linked.links.iter().filter(|link| added(link.left) && added(link.right));
    links
        .map(|link| {
            steps(link.pattern)
                .iter()
                .map(|step| format!("{}: {} {:+.1}", step.field, step.level, step.weight))
                .collect::<Vec<_>>()
                .join("; ")
        })
        .collect()
}

fn assert_apart(records: &[&[(StandardField, &str)]]) -> Linked {
    let (county, first) = among_others(records);
    let linked = run(&county);
    let persons = persons(&linked, first);
    for (i, a) in persons.iter().enumerate() {
        assert!(persons[i + 1..].iter().all(|b| a != b), "{}", why(&linked, first));
    }
    linked
}

fn assert_together(records: &[&[(StandardField, &str)]]) {
    let (county, first) = among_others(records);
    let linked = run(&county);
    let persons = persons(&linked, first);
    assert!(persons.iter().all(|person| *person == persons[0]), "{}", why(&linked, first));
}

#[test]
fn twins_are_two_people() {
    let twin = |forename, upn| [(Forename, forename), (Surname, "HARTWELL"), (DateOfBirth, "2004-05-06"), (House, "12"), (Upn, upn)];
    assert_apart(&[&twin("OLIVER", "K925000000001"), &twin("JOSHUA", "T925000000002")]);
    assert_apart(&[&twin("JACK", "K925000000001"), &twin("JAKE", "T925000000002")]);
    let without_upn = |forename| [(Forename, forename), (Surname, "HARTWELL"), (DateOfBirth, "2004-05-06"), (House, "12")];
    assert_apart(&[&without_upn("OLIVER"), &without_upn("JOSHUA")]);
}

#[test]
fn a_father_and_a_son_of_one_name_and_home_are_two_people() {
    let called = |born| [(Forename, "ROBERT"), (Surname, "HARTWELL"), (DateOfBirth, born), (House, "14")];
    let linked = assert_apart(&[&called("1971-02-03"), &called("1999-11-20")]);
    assert!(linked.persons() > 1000);
}

#[test]
fn a_parent_without_a_date_of_birth_is_not_the_child_of_the_same_name() {
    let called = [(Forename, "JULIAN"), (Surname, "HARTWELL"), (House, "16")];
    let (mut county, first) = among_others(&[&called, &[called.as_slice(), &[(DateOfBirth, "2008-09-23")]].concat()]);
    let joined = persons(&run(&county), first);
    assert_eq!(joined[0], joined[1], "nothing tells them apart");
    county.rows[first].role = Some(PersonRole::Parent);
    let apart = run(&county);
    assert_ne!(persons(&apart, first)[0], persons(&apart, first)[1]);
}

#[test]
fn swapped_names_and_one_date_of_birth_are_one_person() {
    assert_together(&[
        &[(Forename, "TOMASZ"), (Surname, "WISNIEWSKI"), (DateOfBirth, "1982-09-17"), (House, "3")],
        &[(Forename, "WISNIEWSKI"), (Surname, "TOMASZ"), (DateOfBirth, "1982-09-17"), (House, "3")],
    ]);
}

#[test]
fn a_swapped_day_and_month_does_not_part_a_person() {
    assert_together(&[
        &[(Forename, "MEGAN"), (Surname, "THORNBURY"), (DateOfBirth, "1994-03-12"), (House, "5")],
        &[(Forename, "MEGAN"), (Surname, "THORNBURY"), (DateOfBirth, "1994-12-03"), (House, "5")],
    ]);
}

#[test]
fn a_changed_surname_with_the_same_number_is_one_person() {
    assert_together(&[
        &[(Forename, "NICOLA"), (Surname, "HALSTEAD"), (DateOfBirth, "1980-01-22"), (Nino, "AB123456"), (House, "7")],
        &[(Forename, "NICOLA"), (Surname, "MARSHCOTE"), (DateOfBirth, "1980-01-22"), (Nino, "AB123456"), (House, "9")],
    ]);
}

#[test]
fn two_people_of_one_name_with_two_nhs_numbers_and_dates_are_two_people() {
    let called = |born, nhs| [(Forename, "JOHN"), (Surname, "SMITH"), (DateOfBirth, born), (NhsNumber, nhs)];
    assert_apart(&[&called("1971-02-03", "9990000018"), &called("1971-08-23", "9990000123")]);
}

#[test]
fn two_people_on_one_row_are_never_one() {
    let called = |forename| [(Forename, forename), (Surname, "KIRKDALE"), (DateOfBirth, "1980-01-22"), (House, "21")];
    let (mut county, first) = among_others(&[&called("ANN"), &called("ANNE")]);
    let together = persons(&run(&county), first);
    assert_eq!(together[0], together[1]);
    let (a, b) = (first, first + 1);
    (county.rows[b].source, county.rows[b].line) = (county.rows[a].source, county.rows[a].line);
    let apart = run(&county);
    assert_ne!(persons(&apart, first)[0], persons(&apart, first)[1]);
    assert!(apart.prevented.iter().any(|merge| merge.reason == "two-people-on-one-row"));
}

#[test]
fn two_people_in_a_stated_relation_are_never_one() {
    let called = |forename| [(Forename, forename), (Surname, "KIRKDALE"), (DateOfBirth, "1980-01-22"), (House, "21")];
    let (mut county, first) = among_others(&[&called("ANN"), &called("ANNE")]);
    let (from, to) = (first as u32, first as u32 + 1);
    county.relations.push(Relation {
        from,
        to,
        kind: RelationKind::SiblingOf,
        lives_together: true,
        since: NO_DAY,
        until: NO_DAY,
        delivery: 0,
        line: 1,
    });
    let apart = persons(&run(&county), first);
    assert_ne!(apart[0], apart[1]);
}

#[test]
fn a_source_with_one_record_per_person_speaks_against_but_does_not_forbid() {
    let called = |forename| [(Forename, forename), (Surname, "KIRKDALE"), (DateOfBirth, "1980-01-22"), (House, "21")];
    let (mut county, first) = among_others(&[&called("CATHERINE"), &called("CATHERYNE")]);
    county.rows[first + 1].source = county.rows[first].source;
    let joined = persons(&run(&county), first);
    assert_eq!(joined[0], joined[1]);
    let source = usize::from(county.rows[first].source);
    county.sources[source].one_per_person = true;
    let weaker = run(&county);
    assert_eq!(weaker.person_of_record.len(), county.rows.len());
}

#[test]
fn a_test_record_belongs_to_nobody() {
    let (county, first) = among_others(&[&[(Forename, "TEST"), (Surname, "ZZTEST"), (DateOfBirth, "1990-01-01")]]);
    let mut table = county.persons();
    table.is_test[first] = true;
    let settings = crate::config::checked::LinkSettings::default();
    let linked =
        super::link(&table, &county.sources, &county.relations, &settings, &super::super::Given::default(), &crate::model::Silent).unwrap();
    assert_eq!(linked.person_of_record[first], u32::MAX);
}
