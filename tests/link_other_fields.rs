//! `fwt link` on records that say little of what it knows: no names, no dates of birth, or neither. Firms, papers, and people whose date of birth stands in three columns.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test looks at the disk itself and may stop at the first surprise"
)]

mod support;

use std::fmt::Write as _;
use std::fs;

use fastrand::Rng;
use support::{fwt, fwt_ok, text};

/// A list of things: its columns, its rows with what each is in truth, and what the schema says of a row.
struct List {
    columns: &'static [&'static str],
    rows: Vec<(Vec<String>, usize)>,
    person: String,
}

/// What a schema says of people of whom it knows the names.
const NAMES: &str = "[person.fields]\nforename = \"forename\"\nsurname = \"surname\"\n";

/// What a schema says of columns that are further fields: their names and kinds.
fn compared(fields: &[(&str, &str)]) -> String {
    fields.iter().fold(String::new(), |text, (name, kind)| {
        text + "[[person.compare]]\nname = \"" + name + "\"\nkind = \"" + kind + "\"\ncolumns = \"" + name + "\"\n"
    })
}

/// Precision and recall of the persons found, and what was warned.
fn linked(list: &List) -> (f64, f64, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let columns = list.columns.join("\"\n[[column]]\nname = \"");
    let schema = format!(
        "[schema]\nname = \"list\"\nagency = \"test\"\n[file]\npattern = \"list.csv\"\n[delivery]\ncadence = \"on-request\"\nkind = \"snapshot\"\n\
         coverage = \"population\"\n[agreement]\nreference = \"test\"\nstarts = \"2000-01-01\"\nends = \"2100-01-01\"\npurposes = [\"identify\"]\n\
         [[column]]\nname = \"id\"\n[[column]]\nname = \"what\"\nkind = \"ignored\"\n[[column]]\nname = \"{columns}\"\n[[person]]\nslot = \"thing\"\nkey = \"id\"\n\
         present_if = \"id\"\n{}",
        list.person
    );
    fs::write(path("list.toml"), schema).unwrap();
    fs::write(path("pipeline.toml"), "[pipeline]\nname = \"list\"\nmonth = \"2020-12\"\nschemas = [\"list.toml\"]\n").unwrap();
    fs::create_dir(path("data")).unwrap();
    let mut csv = format!("id,what,{}\n", list.columns.join(","));
    for (number, (cells, what)) in list.rows.iter().enumerate() {
        writeln!(csv, "{number},{what},{}", cells.join(",")).unwrap();
    }
    fs::write(path("data/list.csv"), csv).unwrap();
    let output = fwt(&["link", text(&path("pipeline.toml")), "--data", text(&path("data")), "--out", text(&path("out"))]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    let (out, truth) = (path("out"), path("data/list.csv"));
    let arguments = ["evaluate", text(&out), "--truth", text(&truth), "--record", "id", "--entity", "what", "--json"];
    let found: serde_json::Value = serde_json::from_str(&fwt_ok(&arguments)).unwrap();
    let of = |name: &str| found["persons"]["pairs"][name].as_f64().unwrap();
    (of("precision"), of("recall"), errors)
}

fn assert_found(list: &List, least: (f64, f64)) {
    let (precision, recall, errors) = linked(list);
    assert!(precision > least.0 && recall > least.1, "precision {precision:.4} recall {recall:.4}\n{errors}");
}

/// One of some letters.
fn letter(letters: &[u8], rng: &mut Rng) -> char {
    char::from(letters[rng.usize(0..letters.len())])
}

/// A word of one to three syllables.
fn word(rng: &mut Rng) -> String {
    (0..rng.usize(1..=3)).flat_map(|_| [letter(b"bcdfghklmnprstvw", rng), letter(b"aeiou", rng)]).collect()
}

/// One of some words, the first far more often than the last.
fn often<'w>(words: &'w [String], rng: &mut Rng) -> &'w str {
    let place = (words.len() as f64).powf(rng.f64()) - 1.0;
    &words[(place as usize).min(words.len() - 1)]
}

/// The text with one letter left out, changed, or swapped with the next.
fn slip(text: &str, rng: &mut Rng) -> String {
    if text.len() < 3 || !text.is_ascii() {
        return text.to_owned();
    }
    let at = rng.usize(0..text.len() - 1);
    match rng.u8(0..3) {
        0 => format!("{}{}", &text[..at], &text[at + 1..]),
        1 => format!("{}{}{}", &text[..at], letter(b"abcdefgh", rng), &text[at + 1..]),
        _ => format!("{}{}{}{}", &text[..at], &text[at + 1..at + 2], &text[at..=at], &text[at + 2..]),
    }
}

fn vocabulary(size: usize, rng: &mut Rng) -> Vec<String> {
    (0..size).map(|_| word(rng)).collect()
}

#[test]
fn firms_are_linked_by_fields_that_are_not_about_people() {
    let mut rng = Rng::with_seed(5);
    let (words, towns) = (vocabulary(1500, &mut rng), vocabulary(60, &mut rng));
    let mut rows = Vec::new();
    for firm in 0..3000 {
        let name = format!("{} {}", often(&words, &mut rng), often(&words, &mut rng));
        let street = format!("{} {} road", rng.u32(1..200), often(&words, &mut rng));
        let (town, telephone) = (often(&towns, &mut rng).to_owned(), format!("01{:09}", rng.u32(0..1_000_000_000)));
        let trade = ["cafe", "garage", "builder", "shop", "school"][rng.usize(0..5)];
        for _ in 0..[1, 1, 2, 3][rng.usize(0..4)] {
            let ending = ["ltd", "limited", "plc", "& co"][rng.usize(0..4)];
            let name = if rng.u8(0..10) == 0 { slip(&name, &mut rng) } else { name.clone() };
            let street = if rng.u8(0..10) == 0 { slip(&street, &mut rng) } else { street.clone() };
            let telephone = if rng.u8(0..10) < 4 { String::new() } else { telephone.clone() };
            rows.push((vec![format!("{name} {ending}"), street, town.clone(), telephone, trade.to_owned()], firm));
        }
    }
    let person = compared(&[("name", "text"), ("street", "text"), ("town", "category"), ("telephone", "text"), ("trade", "category")]);
    assert_found(&List { columns: &["name", "street", "town", "telephone", "trade"], rows, person }, (0.97, 0.95));
}

#[test]
fn two_papers_of_the_same_authors_are_two() {
    let mut rng = Rng::with_seed(6);
    let (words, names) = (vocabulary(2000, &mut rng), vocabulary(900, &mut rng));
    let mut rows = Vec::new();
    for group in 0..1500 {
        let authors: Vec<String> = (0..rng.usize(1..4)).map(|_| format!("{} {}", word(&mut rng), often(&names, &mut rng))).collect();
        let (venue, year) = (["journal", "conference", "record", "letters"][rng.usize(0..4)], rng.u32(1994..2004));
        // Every third group of authors writes twice, the second time a year later.
        for paper in 0..=usize::from(group % 3 == 0) {
            let title: Vec<&str> = (0..rng.usize(4..9)).map(|_| often(&words, &mut rng)).collect();
            let title = title.join(" ");
            for copy in 0..2 {
                let title = if copy == 1 && rng.u8(0..6) == 0 { slip(&title, &mut rng) } else { title.clone() };
                let year = (year + paper as u32).to_string();
                rows.push((vec![title, authors.join(" and "), venue.to_owned(), year], group * 2 + paper));
            }
        }
    }
    let person = compared(&[("title", "text"), ("authors", "text"), ("venue", "category"), ("year", "number")]);
    assert_found(&List { columns: &["title", "authors", "venue", "year"], rows, person }, (0.95, 0.95));
}

/// 5,000 records of people, one in ten of them there twice, the second time with one slip.
fn people_with_dates_in_three_columns(person: &str) -> List {
    let mut rng = Rng::with_seed(7);
    let (forenames, surnames) = (vocabulary(150, &mut rng), vocabulary(200, &mut rng));
    let mut rows = Vec::new();
    for who in 0..4500 {
        let date = [rng.u32(1924..2009), rng.u32(1..13), rng.u32(1..29)].map(|part| part.to_string());
        let mut cells = vec![often(&forenames, &mut rng).to_owned(), often(&surnames, &mut rng).to_owned()];
        cells.extend(date);
        rows.push((cells.clone(), who));
        if who % 9 == 0 {
            match rng.usize(0..5) {
                name @ 0..2 => cells[name] = slip(&cells[name], &mut rng),
                2 => cells[2] = (cells[2].parse::<u32>().unwrap() + 1).to_string(),
                3 => cells[3] = rng.u32(1..13).to_string(),
                _ => cells[4] = rng.u32(1..29).to_string(),
            }
            rows.push((cells, who));
        }
    }
    List { columns: &["forename", "surname", "year", "month", "day"], rows, person: person.to_owned() }
}

#[test]
fn a_date_of_birth_in_three_columns_is_one_date() {
    let person = format!("{NAMES}date_of_birth = [\"year\", \"month\", \"day\"]\n");
    assert_found(&people_with_dates_in_three_columns(&person), (0.9, 0.85));
}

#[test]
fn an_empty_one_of_three_columns_leaves_the_others_what_they_are() {
    let person = format!("{NAMES}date_of_birth = [\"day\", \"month\", \"year\"]\n");
    let mut list = people_with_dates_in_three_columns(&person);
    // Of every third record the month is not known: the fifth of an unknown month must not become a day in May.
    for (number, (cells, _)) in list.rows.iter_mut().enumerate() {
        if number % 3 == 0 {
            cells[3].clear();
        }
    }
    assert_found(&list, (0.85, 0.65));
}

#[test]
fn namesakes_without_a_date_of_birth_are_told_apart_by_other_fields() {
    let person = format!("{NAMES}{}", compared(&[("year", "number"), ("month", "category"), ("day", "category")]));
    assert_found(&people_with_dates_in_three_columns(&person), (0.9, 0.85));
}

#[test]
fn records_that_say_too_little_are_not_linked_and_that_is_told() {
    let list = people_with_dates_in_three_columns("[person.fields]\nforename = \"forename\"\n");
    let all = list.rows.len();
    let (_, recall, errors) = linked(&list);
    assert!(recall < 0.01, "{recall}");
    assert!(errors.contains(&format!("{all} of {all} records say too little to be linked")), "{errors}");
}

#[test]
fn namesakes_of_whom_nothing_else_is_known_are_not_one_person() {
    let list = people_with_dates_in_three_columns(NAMES);
    let (precision, recall, errors) = linked(&list);
    assert!(precision > 0.5 || recall < 0.1, "precision {precision:.4} recall {recall:.4}\n{errors}");
}

#[test]
fn a_field_that_next_to_nobody_has_tells_no_namesakes_apart() {
    let person = format!("{NAMES}{}", compared(&[("day", "text"), ("month", "category")]));
    let mut list = people_with_dates_in_three_columns(&person);
    for (number, (cells, _)) in list.rows.iter_mut().enumerate() {
        cells[4] = if number % 1000 == 0 { format!("note {number}") } else { String::new() };
        cells[3] = if number % 2 == 0 { "red".to_owned() } else { "green".to_owned() };
    }
    let (precision, recall, errors) = linked(&list);
    assert!(precision > 0.5 || recall < 0.1, "precision {precision:.4} recall {recall:.4}\n{errors}");
}
