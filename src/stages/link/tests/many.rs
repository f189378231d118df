//! People with hundreds and thousands of records: event systems that note the same person again and again.

use super::county::{County, Row, source};
use super::{precision_and_recall, run};
use crate::model::{Linked, StandardField};

use StandardField::{DateOfBirth, Forename, Postcode, Surname};

/// A word of so many syllables.
fn word(random: &mut fastrand::Rng, syllables: usize) -> String {
    let letter = |random: &mut fastrand::Rng, of: &str| of.chars().nth(random.usize(..of.len())).unwrap();
    let mut word = String::new();
    for _ in 0..syllables {
        word.extend([letter(random, "BCDFGHKLMNPRSTVW"), letter(random, "AEIOU")]);
    }
    word
}

/// The text with one letter changed.
fn slip(random: &mut fastrand::Rng, text: &str) -> String {
    let at = random.usize(..text.len());
    let other = char::from(b'A' + random.u8(..26));
    text.chars().enumerate().map(|(place, letter)| if place == at { other } else { letter }).collect()
}

/// So many people with so many records each; each name and postcode has a slip in one of seven records, one date in ten is missing.
pub(super) fn many(people: &[usize]) -> County {
    let mut random = fastrand::Rng::with_seed(41);
    let mut county = County { rows: Vec::new(), sources: vec![source("events")], relations: Vec::new() };
    for (truth, &records) in (0..).zip(people) {
        let names = [word(&mut random, 3), word(&mut random, 4)];
        let born = format!("{}-{:02}-{:02}", 1940 + random.u32(..60), 1 + random.u32(..12), 1 + random.u32(..28));
        let postcode = format!("LN{} {}{}", 1 + random.u32(..9), 1 + random.u32(..9), word(&mut random, 1));
        for _ in 0..records {
            let texts = [(Forename, &names[0]), (Surname, &names[1]), (Postcode, &postcode)];
            let mut written = |text: &str| if random.u32(..7) == 0 { slip(&mut random, text) } else { text.to_owned() };
            let mut values: Vec<(StandardField, String)> = texts.map(|(field, text)| (field, written(text))).to_vec();
            if random.u32(..10) > 0 {
                values.push((DateOfBirth, born.clone()));
            }
            let line = county.rows.len() as u32;
            county.rows.push(Row { line, record_id: format!("{line:06}"), values, truth, ..Row::default() });
        }
    }
    county
}

#[test]
fn hundreds_of_records_of_one_person_are_one_person() {
    let county = many(&[500; 30]);
    let linked = run(&county);
    let (precision, recall) = precision_and_recall(&linked, &county.truth());
    assert!(precision > 0.99 && recall > 0.97, "precision {precision:.4} recall {recall:.4} {:?}", linked.warnings);
}

/// Two people with thousands of records among a thousand with two.
fn among_neighbours() -> County {
    many(&[4000, 2500].into_iter().chain([2; 1000]).collect::<Vec<usize>>())
}

#[test]
fn thousands_of_records_of_one_person_are_one_person_and_not_their_neighbours() {
    let county = among_neighbours();
    let linked = run(&county);
    let (precision, recall) = precision_and_recall(&linked, &county.truth());
    assert!(precision > 0.99 && recall > 0.95, "precision {precision:.4} recall {recall:.4} {:?}", linked.warnings);
    assert_eq!(linked.warnings, [""; 0]);
}

#[test]
fn people_beside_somebody_with_thousands_of_records_are_linked_as_well_as_by_themselves() {
    let of_two = |county: &County, linked: &Linked| {
        let others = |row: &u32| county.rows[*row as usize].truth >= 2;
        let rows: Vec<u32> = (0..county.rows.len() as u32).filter(others).collect();
        let persons = rows.iter().map(|&row| linked.person_of_record[row as usize]).collect();
        let truth: Vec<u32> = rows.iter().map(|&row| county.rows[row as usize].truth).collect();
        precision_and_recall(&Linked { person_of_record: persons, ..Linked::default() }, &truth)
    };
    let (beside, mut alone) = (among_neighbours(), among_neighbours());
    alone.rows.retain(|row| row.truth >= 2);
    let (found, wanted) = (of_two(&beside, &run(&beside)), of_two(&alone, &run(&alone)));
    assert!(found.0 > wanted.0 - 0.01 && found.1 > wanted.1 - 0.03, "{found:?} beside them, {wanted:?} without");
    let prior = |county: &County| run(county).model["prior"][0].as_f64().unwrap();
    let times = prior(&beside) / prior(&alone);
    assert!((0.5..2.0).contains(&times), "{times} times as many pairs of one person are expected");
}

#[test]
fn who_has_many_records_and_no_date_of_birth_is_not_told_apart_and_the_run_says_what_that_means() {
    let mut county = among_neighbours();
    county.rows.iter_mut().for_each(|row| row.values.retain(|(field, _)| *field != DateOfBirth));
    let told = |linked: &Linked| {
        linked.warnings.iter().any(|warning| warning.starts_with("most pairs of one person are of 2 persons with more than 100 "))
    };
    let linked = run(&county);
    assert!(told(&linked), "{:?}", linked.warnings);
    assert!(!told(&run(&many(&[2; 1000]))));
}

#[test]
fn the_date_of_birth_of_somebody_with_many_records_is_nobodys_default() {
    let linked = run(&many(&[2000, 800, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]));
    assert!(linked.without_birth.is_empty(), "{:?}", linked.warnings);
}
