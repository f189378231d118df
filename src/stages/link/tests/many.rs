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
fn many(people: &[usize]) -> County {
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

#[test]
fn thousands_of_records_of_one_person_are_one_person_and_not_their_neighbours() {
    let people: Vec<usize> = [4000, 2500].into_iter().chain([2; 1000]).collect();
    let county = many(&people);
    let linked = run(&county);
    let (precision, recall) = precision_and_recall(&linked, &county.truth());
    assert!(precision > 0.99 && recall > 0.95, "precision {precision:.4} recall {recall:.4} {:?}", linked.warnings);
    let told = |linked: &Linked| {
        linked.warnings.iter().any(|warning| warning.starts_with("most pairs of one person are of 2 persons with more than 100 "))
    };
    assert!(told(&linked), "their pairs set the prior of everybody else: {:?}", linked.warnings);
    assert!(!told(&run(&many(&[2; 1000]))));
}

#[test]
fn the_date_of_birth_of_somebody_with_many_records_is_nobodys_default() {
    let linked = run(&many(&[2000, 800, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]));
    assert!(linked.without_birth.is_empty(), "{:?}", linked.warnings);
}
