//! Nothing that is said of two records or of two people together tells who a hidden one is.

use std::collections::BTreeSet;

use super::fixture::*;
use super::published;
use super::tables::rows;
use crate::model::Tier;

const LINK: [&str; 8] =
    ["left_source", "left_record_id", "right_source", "right_record_id", "pattern", "weight", "probability", "decision"];

/// The county with the person of a record hidden.
fn hiding(record: u32) -> Fixture {
    let mut fixture = Fixture::county(150);
    fixture.restrictions.hidden = vec![record];
    fixture.restrictions.over(&fixture.linked, &fixture.persons, &BTreeSet::new());
    fixture
}

fn is_hidden(id: &str) -> bool {
    id.starts_with("withheld-")
}

#[test]
fn a_pair_with_a_hidden_person_has_neither_pattern_nor_weight_nor_reason_and_stands_by_its_published_name() {
    let open = Fixture::county(150);
    let record = open.linked.prevented[0].left;
    let fixture = hiding(record);
    let memory = published(&fixture.contents());
    let links = rows(&memory, "links", &LINK);
    let (mut met, mut told) = (0, 0);
    for row in &links {
        if is_hidden(&row[1]) || is_hidden(&row[3]) {
            met += 1;
            let probability: f64 = row[6].parse().unwrap();
            assert!(row[4].is_empty() && row[5].is_empty(), "{row:?}");
            assert!(((probability * 10.0).round() / 10.0 - probability).abs() < 1e-12, "{row:?}");
        } else {
            told += usize::from(!row[4].is_empty());
        }
        assert!(!row[6].is_empty() && !row[7].is_empty());
    }
    assert!(met > 0 && told > 100, "{met} {told}");
    assert_eq!(links.len(), open.linked.links.len());
    assert!(links.is_sorted_by(|a, b| a[..4] <= b[..4]), "the place among the ids of others would tell the id");
    let prevented = rows(&memory, "prevented", &["left_source", "left_record_id", "right_source", "right_record_id", "reason"]);
    let of_hidden: Vec<_> = prevented.iter().filter(|row| is_hidden(&row[1]) || is_hidden(&row[3])).collect();
    assert!(!of_hidden.is_empty() && of_hidden.iter().all(|row| row[4] == "withheld"), "{of_hidden:?}");
    assert!(prevented.iter().any(|row| row[4] == "twins"));
}

#[test]
fn a_pair_of_which_one_address_is_withheld_does_not_say_whether_it_is_the_other() {
    let mut fixture = Fixture::county(150);
    let person = fixture.linked.person_of_record[0];
    let border = (0..fixture.linked.person_of_record.len() as u32)
        .find(|&row: &u32| fixture.linked.person_of_record[row as usize] != person)
        .unwrap();
    fixture.persons.is_restricted = vec![false; fixture.persons.len()];
    fixture.persons.is_restricted[0] = true;
    let mut link = fixture.linked.links[0];
    (link.left, link.right) = (border - 1, border);
    fixture.linked.links = vec![link];
    let links = rows(&published(&fixture.contents()), "links", &LINK);
    assert!(links[0][4].is_empty() && links[0][5].is_empty(), "{links:?}");
}

#[test]
fn no_row_of_what_joins_members_names_both_identities_of_somebody() {
    let mut fixture = Fixture::county(150);
    let columns = ["person_id", "other_person_id", "record_id", "other_record_id"];
    let before = rows(&published(&fixture.contents()), "membership_evidence", &columns);
    let first = fixture.families.evidence[0];
    let (person, other) =
        (fixture.linked.person_ids[first.person as usize].clone(), fixture.linked.person_ids[first.other as usize].clone());
    fixture.restrictions.apart = vec![(2, first.record, first.other_record)];
    fixture.restrictions.over(&fixture.linked, &fixture.persons, &BTreeSet::new());
    let after = rows(&published(&fixture.contents()), "membership_evidence", &columns);
    assert!(before.iter().any(|row| row[0] == person && row[1] == other));
    assert!(after.iter().all(|row| !(row.contains(&person) && row.contains(&other))));
    assert_eq!(after.len() + 1, before.len());
}

#[test]
fn what_joins_a_hidden_person_to_a_family_is_not_their_surname() {
    let of_first = |fixture: &Fixture| rows(&published(&fixture.contents()), "membership_evidence", &["tier"])[0][0].clone();
    let mut fixture = Fixture::county(150);
    fixture.families.evidence[0].tier = Tier::SurnameAndAddress;
    assert_eq!(of_first(&fixture), "surname_and_address");
    fixture.restrictions.hidden = vec![fixture.families.evidence[0].other_record];
    fixture.restrictions.over(&fixture.linked, &fixture.persons, &BTreeSet::new());
    assert_eq!(of_first(&fixture), "address");
}

#[test]
fn a_form_with_a_hidden_person_goes_by_the_name_of_the_hidden_record() {
    let columns = ["referral", "form_records", "form_ages"];
    let open = rows(&published(&Fixture::county(150).contents()), "referral_candidates", &columns);
    assert_eq!(open[0][0], "R1");
    let hidden = rows(&published(&hiding(0).contents()), "referral_candidates", &columns);
    assert!(is_hidden(&hidden[0][0]) && hidden[0][0] == hidden[0][1] && hidden[0][2].is_empty(), "{hidden:?}");
}
