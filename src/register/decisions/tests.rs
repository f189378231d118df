//! Decisions against a small made-up run: what is taken, what is set aside and why, and what all of it means afterwards.

mod casework;
mod merged;

use std::collections::BTreeMap;

use super::sheet::{Grid, Sheet, SheetKind, seal};
use super::{Candidate, Content, Facts, Import, Journal, Origin, RecordName, Register, import, transitions};
use crate::model::{Day, Status, date};

fn day(text: &str) -> Day {
    date::from_iso(text).unwrap()
}

fn name(source: &str, id: &str) -> RecordName {
    (source.to_owned(), id.to_owned())
}

/// Families F1 to F9 of one person each with two records, F8 retired in favour of F9; one referral with candidates F1 and F2.
struct Run {
    packs: Vec<String>,
    /// Records whose content is not what it was.
    changed: Vec<RecordName>,
}

impl Run {
    fn new() -> Self {
        Self { packs: vec!["p1".to_owned()], changed: Vec::new() }
    }
}

impl Facts for Run {
    fn reference(&self) -> Day {
        day("2012-10-31")
    }
    fn today(&self) -> Day {
        day("2013-10-01")
    }
    fn packs(&self) -> &[String] {
        &self.packs
    }
    fn has_family(&self, family: &str) -> bool {
        family.strip_prefix('F').and_then(|number| number.parse::<u8>().ok()).is_some_and(|number| (1..=9).contains(&number) && number != 8)
    }
    fn successor(&self, id: &str) -> Option<String> {
        (id == "F8").then(|| "F9".to_owned())
    }
    fn family_of(&self, record: &RecordName) -> Option<String> {
        let id = format!("F{}", record.1.strip_prefix('R')?);
        self.has_family(&id).then_some(id)
    }
    fn records_of(&self, family: &str) -> Vec<RecordName> {
        vec![name("a", &family.replace('F', "R"))]
    }
    fn record(&self, record: &RecordName) -> Option<(String, Vec<RecordName>)> {
        let known = ["a", "b"].contains(&record.0.as_str()) && record.1.len() == 2 && record.1.starts_with('R');
        let print = if self.changed.contains(record) { "new" } else { "old" };
        known.then(|| (print.to_owned(), vec![name("c", &record.1)]))
    }
    fn candidate(&self, form: &RecordName, family: &str) -> Option<Candidate> {
        let known = *form == name("ref", "1") && ["F1", "F2"].contains(&family);
        known.then(|| Candidate {
            matched: vec![(name("ref", "1#child1"), name("a", &family.replace('F', "R")))],
            fingerprint: "f".to_owned(),
        })
    }
}

fn sheet(file: &str, lines: &str) -> Sheet {
    let lines = (1..).zip(lines.lines()).map(|(line, text)| (line, text.split(',').map(|cell| cell.trim().to_owned()).collect())).collect();
    Sheet::read(Grid { name: file.to_owned(), lines }).unwrap()
}

fn families(rows: &str) -> Sheet {
    sheet("families.csv", &format!("family,accepted,status,on,override,pack,approver,expires,reason,by\n{rows}"))
}

fn pairs(rows: &str) -> Sheet {
    sheet("pairs.csv", &format!("left_source,left_record_id,right_source,right_record_id,decision,reason,by\n{rows}"))
}

fn referrals(rows: &str) -> Sheet {
    sheet("referrals.csv", &format!("source,referral,family,decision,reason,by\n{rows}"))
}

fn origin() -> Origin {
    Origin { time: "2012-11-02T09:00:00Z".to_owned(), user: "officer".to_owned(), files: BTreeMap::new() }
}

/// A register in the making.
#[derive(Default)]
struct Book(Journal);

impl Book {
    fn register(&self) -> Register {
        Register::fold(self.0.entries(), &|_| None)
    }

    fn take(&mut self, sheets: &[Sheet]) -> Import {
        self.take_on(sheets, &Run::new())
    }

    fn take_on(&mut self, sheets: &[Sheet], run: &Run) -> Import {
        let import = import(sheets, &self.register(), run);
        self.0 = self.0.with(import.taken.clone(), &origin());
        import
    }
}

fn codes(import: &Import) -> Vec<(u64, &str)> {
    import.set_aside.iter().map(|problem| (problem.line, problem.code)).collect()
}

#[test]
fn each_refusal_has_its_line_and_reason_and_the_rest_is_taken() {
    let mut book = Book::default();
    let import = book.take(&[families(
        "F1,yes,,,,,,,,AB\n\
         F77,yes,,,,,,,,AB\n\
         F2,maybe,,,,,,,,AB\n\
         F3,yes,attached,,,,,,,AB\n\
         F4,,assessment requested,,,,,,,AB\n\
         F5,no,,,,,,,,AB\n\
         F6,yes,,,,,,,,\n\
         F7,,,,include,,,2013-03-31,because,AB\n\
         F7,,,,include,,Head,,because,AB\n\
         F7,,,,include,p9,Head,2013-03-31,because,AB\n\
         F7,,,,include,,Head,31/03/2013,because,AB\n\
         F7,,,,include,,Head,2012-10-01,because,AB\n\
         F7,,,,,,Head,,,AB\n\
         F9,yes,monitoring only,2012-10-15,,,,,,AB\n",
    )]);
    let expected = [
        (3, "unknown-family"),
        (4, "unknown-name"),
        (5, "impossible-transition"),
        (6, "not-accepted"),
        (7, "missing-reason"),
        (8, "missing-by"),
        (9, "missing-approver"),
        (10, "missing-expiry"),
        (11, "unknown-pack"),
        (12, "not-a-date"),
        (13, "expires-before-it-begins"),
        (14, "no-decision"),
    ];
    assert_eq!(codes(&import), expected);
    assert_eq!(import.taken.len(), 2);
    let register = book.register();
    assert_eq!(register.family("F1").accepted, Some((true, day("2012-10-31"))));
    assert_eq!(register.family("F9").status, Some((Status::MonitoringOnly, day("2012-10-15"))));
    assert_eq!(register.families.len(), 2);
}

#[test]
fn a_row_is_taken_whole_or_not_at_all() {
    let mut book = Book::default();
    // The acceptance alone would do; the impossible status beside it takes it along.
    let import = book.take(&[families("F1,yes,claimed,,,,,,,AB\n")]);
    assert_eq!(codes(&import), [(2, "impossible-transition")]);
    assert!(book.0.is_empty());
}

#[test]
fn two_people_who_contradict_each_other_are_both_set_aside() {
    let mut book = Book::default();
    let import = book.take(&[
        families("F1,yes,,,,,,,,AB\nF1,no,,,,,,,moved away,CD\nF2,yes,,,,,,,,AB\nF1,,declined,,,,,,they said so,EF\n"),
        pairs("a,R1,b,R2,same,same child,AB\nb,R2,a,R1,different,twins,CD\na,R3,b,R4,same,same child,AB\n"),
    ]);
    assert_eq!(
        codes(&import),
        [(2, "contradiction"), (3, "contradiction"), (5, "contradiction"), (2, "contradiction"), (3, "contradiction")]
    );
    let register = book.register();
    assert_eq!((register.families.len(), register.pairs.len()), (1, 1));
}

#[test]
fn a_change_of_mind_on_a_later_day_is_no_contradiction() {
    let mut book = Book::default();
    let import = book.take(&[families("F1,no,,2012-10-20,,,,,moved away,CD\nF1,yes,,2012-10-05,,,,,,AB\n")]);
    assert!(import.set_aside.is_empty());
    assert_eq!(book.register().family("F1").accepted, Some((false, day("2012-10-20"))));
    let import = book.take(&[families("F1,yes,,2012-10-10,,,,,,AB\n")]);
    assert_eq!(codes(&import), [(2, "before-last-decision")]);
}

#[test]
fn monitoring_only_said_again_with_a_later_day_is_word_that_came() {
    let mut book = Book::default();
    book.take(&[families("F1,yes,monitoring only,2012-10-05,,,,,,AB\n")]);
    assert!(book.take(&[families("F1,,monitoring only,,,,,,,AB\n")]).taken.is_empty(), "without a day it says nothing new");
    assert_eq!(book.take(&[families("F1,,monitoring only,2012-12-20,,,,,going well,AB\n")]).taken.len(), 1);
    assert_eq!(book.register().family("F1").status, Some((Status::MonitoringOnly, day("2012-12-20"))));
}

#[test]
fn pairs_that_contradict_each_other_through_a_chain_are_set_aside_together() {
    let mut book = Book::default();
    book.take(&[pairs("a,R1,b,R2,same,r,AB\n")]);
    let import = book.take(&[pairs("b,R2,a,R3,same,r,AB\na,R1,a,R3,different,r,CD\na,R4,a,R5,unsure,r,CD\na,R1,a,R1,same,r,CD\na,R1,z,R9,same,r,CD\na,R6,a,R7,perhaps,r,CD\n")]);
    assert_eq!(
        codes(&import),
        [(2, "contradiction"), (3, "contradiction"), (5, "same-record"), (6, "unknown-record"), (7, "unknown-name")]
    );
    assert_eq!(import.taken.len(), 1);
    // The earlier decision can be taken back, and then the new one holds.
    let import = book.take(&[pairs("a,R1,b,R2,different,looked again,AB\nb,R2,a,R3,same,r,AB\n")]);
    assert_eq!((import.taken.len(), import.set_aside.len()), (2, 0));
    assert_eq!(book.0.entries().len(), 4);
}

#[test]
fn the_same_answer_again_makes_no_entry_unless_the_records_changed() {
    let mut book = Book::default();
    let decided = || [pairs("a,R1,b,R2,different,other mother,AB\n"), families("F1,yes,,,,,,,,AB\n")];
    assert_eq!(book.take(&decided()).taken.len(), 2);
    let again = book.take(&decided());
    assert_eq!((again.taken.len(), again.unchanged, again.set_aside.len()), (0, 2, 0));
    let changed = Run { changed: vec![name("a", "R1")], ..Run::new() };
    assert_eq!(book.take_on(&decided(), &changed).taken.len(), 1);
    let key = (name("a", "R1"), name("b", "R2"));
    assert_eq!(book.register().pairs[&key].decision.left.fingerprint, "new");
    assert_eq!(book.register().pairs[&key].entries, [2, 3], "the history keeps both");
}

#[test]
fn a_referral_is_about_one_family_at_most() {
    let mut book = Book::default();
    let import = book.take(&[referrals("ref,1,F1,same,name and age,AB\nref,1,F2,same,name and age,CD\nref,1,F3,same,r,CD\n")]);
    assert_eq!(codes(&import), [(2, "contradiction"), (3, "contradiction"), (4, "unknown-candidate")]);
    assert_eq!(book.take(&[referrals("ref,1,F1,different,r,AB\nref,1,F2,same,r,AB\n")]).taken.len(), 2);
    let import = book.take(&[referrals("ref,1,F1,same,r,AB\n")]);
    assert_eq!(codes(&import), [(2, "contradiction")]);
    let import = book.take(&[referrals("ref,1,F1,same,r,AB\nref,1,F2,different,r,AB\n")]);
    assert_eq!(import.taken.len(), 2);
}

#[test]
fn a_retired_id_resolves_to_its_successor_in_imports_and_in_the_fold() {
    let mut book = Book::default();
    assert_eq!(book.take(&[families("F8,yes,,,,,,,,AB\n")]).taken.len(), 1);
    assert_eq!(book.register().family("F9").accepted, Some((true, day("2012-10-31"))));
    // F9 is retired later on, in favour of F7, about which there is an older decision.
    book.take(&[families("F7,no,,2012-10-01,,,,,r,AB\n")]);
    let later = Register::fold(book.0.entries(), &|id| (id == "F9").then(|| "F7".to_owned()));
    assert_eq!(later.families.len(), 1);
    assert_eq!(later.family("F7").accepted, Some((true, day("2012-10-31"))), "the later day holds");
    assert_eq!(later.family("F7").entries, [1, 2]);
    // A circle of successors ends.
    let circle = Register::fold(book.0.entries(), &|id| Some(if id == "F9" { "F7" } else { "F9" }.to_owned()));
    assert!(!circle.families.is_empty());
}

#[test]
fn an_override_is_given_changed_and_withdrawn_and_its_history_stays() {
    let mut book = Book::default();
    let give = |expires: &str| families(&format!("F1,,,,exclude,p1,Head,{expires},known to another service,AB\n"));
    assert_eq!(book.take(&[give("2013-03-31")]).taken.len(), 1);
    assert_eq!(book.take(&[give("2013-03-31")]).taken.len(), 0);
    assert_eq!(book.take(&[give("2013-06-30")]).taken.len(), 1);
    let held = &book.register().family("F1").overrides["p1"];
    assert_eq!((held.include, held.expires, held.seq), (false, day("2013-06-30"), 2));
    let import = book.take(&[families("F1,,,,withdraw,p1,,,,AB\nF2,,,,withdraw,p1,,,none there,AB\n")]);
    assert_eq!((codes(&import), import.unchanged), (vec![(2, "missing-reason")], 1));
    assert_eq!(book.take(&[families("F1,,,,withdraw,p1,,,no longer needed,AB\n")]).taken.len(), 1);
    assert!(book.register().family("F1").overrides.is_empty());
    assert_eq!(book.register().family("F1").entries, [1, 2, 3]);
}

/// A families sheet as it goes out, of all families, with what the register says.
fn going_out(book: &Book) -> Grid {
    let register = book.register();
    let columns = SheetKind::Families.columns();
    let mut lines = vec![(1, vec!["OFFICIAL-SENSITIVE".to_owned()]), (3, columns.iter().map(|column| column.name.to_owned()).collect())];
    for number in [1, 2, 3, 4, 5, 6, 7, 9] {
        let state = register.family(&format!("F{number}"));
        let mut cells: Vec<String> = columns
            .iter()
            .map(|column| match column.name {
                "family" => format!("F{number}"),
                "rank" => number.to_string(),
                "route" => "AUTO".to_owned(),
                "status" => state.standing().name().to_owned(),
                "accepted" => state.accepted.map_or("", |(accepted, _)| if accepted { "yes" } else { "no" }).to_owned(),
                _ => String::new(),
            })
            .collect();
        let sealed = seal(SheetKind::Families, &cells[..cells.len() - 1].iter().map(String::as_str).collect::<Vec<_>>(), state.last());
        *cells.last_mut().unwrap() = sealed;
        lines.push((lines.len() as u64 + 2, cells));
    }
    Grid { name: "cohort.xlsx (Families)".to_owned(), lines }
}

fn edit(grid: &mut Grid, family: &str, changes: &[(&str, &str)]) {
    for (column, text) in changes {
        let place = SheetKind::Families.columns().iter().position(|known| known.name == *column).unwrap();
        let row = grid.lines.iter_mut().find(|(_, cells)| cells[0] == family).unwrap();
        row.1[place] = (*text).to_owned();
    }
}

#[test]
fn a_workbook_nobody_edited_says_nothing_and_an_edited_one_only_what_was_edited() {
    let mut book = Book::default();
    book.take(&[families("F1,yes,assessment requested,,,,,,,AB\n")]);
    let import = book.take(&[Sheet::read(going_out(&book)).unwrap()]);
    assert_eq!((import.taken.len(), import.set_aside.len(), import.unchanged), (0, 0, 8));
    let mut grid = going_out(&book);
    edit(&mut grid, "F1", &[("status", "assessed"), ("by", "AB")]);
    edit(&mut grid, "F2", &[("accepted", "yes"), ("by", "AB"), ("route", "REFERRAL")]);
    let import = book.take(&[Sheet::read(grid).unwrap()]);
    assert_eq!(import.set_aside.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["locked-cell-edited"]);
    assert_eq!(import.taken.len(), 1);
    assert_eq!(book.register().family("F1").standing(), Status::Assessed);
}

#[test]
fn of_a_stale_workbook_only_the_rows_in_conflict_are_set_aside() {
    let mut book = Book::default();
    let mut grid = going_out(&book);
    edit(&mut grid, "F1", &[("accepted", "yes"), ("by", "AB")]);
    edit(&mut grid, "F2", &[("accepted", "yes"), ("by", "AB")]);
    edit(&mut grid, "F4", &[("accepted", "yes"), ("by", "AB")]);
    // Meanwhile somebody rejects F1, agrees about F4 and decides about F3.
    book.take(&[families("F1,no,,,,,,,moved away,CD\nF4,yes,,,,,,,,CD\nF3,yes,,,,,,,,CD\n")]);
    let import = book.take(&[Sheet::read(grid).unwrap()]);
    assert_eq!(import.set_aside.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["stale"]);
    assert_eq!((import.taken.len(), import.unchanged), (1, 6));
    let register = book.register();
    assert_eq!(register.family("F1").accepted.map(|(accepted, _)| accepted), Some(false));
    assert_eq!(register.family("F3").accepted.map(|(accepted, _)| accepted), Some(true), "an unedited row undoes nothing");
}

#[test]
fn the_journal_up_to_an_earlier_head_is_the_journal_of_that_day() {
    let mut book = Book::default();
    book.take(&[families("F1,yes,,,,,,,,AB\n")]);
    let (head, bytes) = (book.0.head().to_owned(), book.0.to_bytes());
    book.take(&[families("F1,,declined,,,,,,said no,AB\nF2,yes,,,,,,,,AB\n")]);
    assert_eq!(book.0.up_to(&head).unwrap().to_bytes(), bytes);
    assert!(book.0.to_bytes().starts_with(&bytes));
    assert_eq!(book.0.up_to(super::BEGINNING).unwrap(), Journal::default());
    assert_eq!(book.0.up_to("nothing"), None);
    assert_eq!(Journal::parse(&book.0.to_bytes()).unwrap(), book.0);
}

#[test]
fn a_journal_that_was_changed_cut_in_a_line_or_reordered_is_refused() {
    let mut book = Book::default();
    book.take(&[families("F1,yes,,,,,,,,AB\nF2,yes,,,,,,,,AB\nF3,yes,,,,,,,,AB\n")]);
    let text = String::from_utf8(book.0.to_bytes()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for (what, bad) in [
        ("changed", text.replacen("\"F2\"", "\"F4\"", 1)),
        ("removed", format!("{}\n{}\n", lines[0], lines[2])),
        ("reordered", format!("{}\n{}\n{}\n", lines[1], lines[0], lines[2])),
        ("cut", text.strip_suffix(&text.chars().rev().take(5).collect::<String>().chars().rev().collect::<String>()).unwrap().to_owned()),
        ("added to", text.replacen("\"by\":", "\"x\":1,\"by\":", 1)),
    ] {
        assert!(Journal::parse(bad.as_bytes()).is_err(), "{what}");
    }
}

/// The promise: 500 random edits of a valid workbook never panic and never corrupt the register.
#[test]
fn five_hundred_random_edits_never_panic_and_never_corrupt_the_register() {
    let mut random = fastrand::Rng::with_seed(7);
    let words = [
        "",
        "yes",
        "no",
        "F1",
        "F8",
        "F77",
        "a/R3",
        "identified",
        "assessment requested",
        "attached",
        "closed",
        "CLAIMED",
        "include",
        "withdraw",
        "2012-11-05",
        "2013-02-30",
        "31/12/2012",
        "p1",
        "p9",
        "AB",
        "=1+1",
        "\u{0}",
        "😀",
        "9999-12-31",
        "-",
        "0",
        "nothing of the kind",
        "\t\n",
    ];
    let mut book = Book::default();
    book.take(&[families("F1,yes,assessment requested,,,,,,,AB\nF2,no,,,,,,,moved,AB\n")]);
    let (mut taken, mut set_aside) = (0, 0);
    for round in 0..500 {
        // Families that stand at the end of their way leave little to decide: a new register now and then.
        if round % 25 == 24 {
            every_step_was_allowed(&book.0);
            book = Book::default();
        }
        let mut grid = going_out(&book);
        for _ in 0..random.usize(1..6) {
            let line = random.usize(1..grid.lines.len());
            let cells = &mut grid.lines[line].1;
            if cells.is_empty() {
                continue;
            }
            let place = random.usize(0..cells.len());
            match random.u8(0..10) {
                0 => cells.truncate(place),
                1 => cells.insert(place, "more".to_owned()),
                2 => {
                    let other = random.usize(0..cells.len());
                    cells.swap(place, other);
                }
                3 => {
                    let copy = grid.lines[line].clone();
                    grid.lines.push(copy);
                }
                _ => cells[place] = (*random.choice(&words).unwrap()).to_owned(),
            }
            // Answers are what people edit most.
            if random.bool() {
                let family = format!("F{}", random.u8(1..8));
                if let Some(row) = grid.lines.iter_mut().find(|(_, cells)| cells.first() == Some(&family) && cells.len() == 19) {
                    let answers = ["yes", "no", "perhaps", "assessment requested", "declined", "closed", "claimed"];
                    let (place, words) = if random.bool() { (9, &answers[..3]) } else { (10, &answers[3..]) };
                    row.1[place] = (*random.choice(words).unwrap()).to_owned();
                    row.1[17] = "AB".to_owned();
                    row.1[16] = "because".to_owned();
                }
            }
        }
        let before = book.0.to_bytes();
        let Ok(sheet) = Sheet::read(grid) else { continue };
        let import = book.take(&[sheet]);
        taken += import.taken.len();
        set_aside += import.set_aside.len();
        let bytes = book.0.to_bytes();
        assert!(bytes.starts_with(&before), "round {round}: an old decision was touched");
        assert_eq!(Journal::parse(&bytes).expect("the journal can be read again"), book.0, "round {round}");
        for problem in &import.set_aside {
            assert!(problem.line > 0 && !problem.code.is_empty());
        }
    }
    assert!(taken > 40 && set_aside > 400, "the edits did not reach both sides: {taken} taken, {set_aside} set aside");
    every_step_was_allowed(&book.0);
}

fn every_step_was_allowed(journal: &Journal) {
    let mut standing: BTreeMap<&str, (Status, bool)> = BTreeMap::new();
    for entry in journal.entries() {
        assert!(!entry.by.is_empty());
        let Content::Family(decision) = &entry.decision else { continue };
        let (status, accepted) = standing.entry(&decision.family).or_insert((Status::Identified, false));
        *accepted = decision.accepted.unwrap_or(*accepted);
        if let Some(next) = decision.new_status() {
            assert!(next == *status || transitions::allowed(*status, next), "{status:?} to {next:?}");
            assert!(!transitions::needs_acceptance(next) || *accepted, "{next:?} without acceptance");
            assert!(!transitions::needs_reason(next) || !entry.reason.is_empty());
            *status = next;
        }
        if let Some(over) = decision.over.as_ref().filter(|over| over.what != "withdraw") {
            assert!(!over.approver.is_empty() && date::from_iso(&over.expires).is_some() && !entry.reason.is_empty());
        }
    }
}
