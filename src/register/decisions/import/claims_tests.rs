//! Steps of claims against a small register: what is taken, what is set aside and why.

use std::collections::{BTreeMap, BTreeSet};

use super::super::claim::{ClaimDecision, LastRetest, standing_numbers};
use super::super::sheet::{Grid, Sheet, SheetKind, seal};
use super::super::{Content, Journal, NewEntry, Origin, RecordName, Register};
use super::{Candidate, Facts, Import, import};
use crate::model::{ClaimStage, Day, date};

/// A run as far as decisions about claims ask: of the end of July 2013, with every family.
pub(crate) struct ClaimsRun {
    pub(crate) today: &'static str,
    /// The id that took the place of another.
    pub(crate) successor: fn(&str) -> Option<String>,
    pub(crate) last_retest: Option<LastRetest>,
}

impl Default for ClaimsRun {
    /// F8 was retired in favour of F9 and P8 in favour of P9.
    fn default() -> Self {
        Self { today: "2013-10-01", successor: |id| id.ends_with('8').then(|| id.replace('8', "9")), last_retest: None }
    }
}

impl Facts for ClaimsRun {
    fn reference(&self) -> Day {
        date::from_iso("2013-07-31").unwrap()
    }
    fn today(&self) -> Day {
        date::from_iso(self.today).unwrap()
    }
    fn last_retest(&self) -> Option<&LastRetest> {
        self.last_retest.as_ref()
    }
    fn packs(&self) -> &[String] {
        &[]
    }
    fn has_family(&self, _: &str) -> bool {
        true
    }
    fn successor(&self, id: &str) -> Option<String> {
        (self.successor)(id)
    }
    fn family_of(&self, _: &RecordName) -> Option<String> {
        None
    }
    fn records_of(&self, _: &str) -> Vec<RecordName> {
        Vec::new()
    }
    fn record(&self, _: &RecordName) -> Option<(String, Vec<RecordName>)> {
        None
    }
    fn candidate(&self, _: &RecordName, _: &str) -> Option<Candidate> {
        None
    }
}

/// A register in the making.
#[derive(Default)]
struct Book {
    journal: Journal,
    run: ClaimsRun,
}

impl Book {
    /// With drafts: window, family, people; numbered in their order in each window.
    fn drafted(drafts: &[(&str, &str, &str)]) -> Self {
        let mut book = Self::default();
        let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
        for (window, family, people) in drafts {
            let number = numbers.entry(*window).or_default();
            *number += 1;
            let decision = ClaimDecision {
                window: (*window).to_owned(),
                family: (*family).to_owned(),
                folder: format!("{window}--0"),
                claimed: "result".to_owned(),
                amount_pence: 70_000,
                pack_sha256: format!("evidence {family}"),
                members: people.split(' ').map(str::to_owned).collect(),
                stage: ClaimStage::Drafted.name().to_owned(),
                on: "2013-07-31".to_owned(),
                number: Some(*number),
            };
            let file = "claims/folder/claims.csv".to_owned();
            book.enter(vec![NewEntry {
                by: "officer".to_owned(),
                reason: String::new(),
                file,
                line: 2,
                decision: Content::Claim(decision),
            }]);
        }
        book
    }

    fn enter(&mut self, entries: Vec<NewEntry>) {
        let origin = Origin { time: "2013-08-02T09:00:00Z".to_owned(), user: "officer".to_owned(), files: BTreeMap::new() };
        self.journal = self.journal.with(entries, &origin);
    }

    fn register(&self) -> Register {
        Register::fold(self.journal.entries(), &|id| self.run.successor(id))
    }

    fn take(&mut self, sheet: Sheet) -> Import {
        let imported = import(&[sheet], &self.register(), &self.run);
        self.enter(imported.taken.clone());
        imported
    }

    /// Takes rows: family, window, stage, day, reason, by. Sign-offs name amount and evidence.
    fn rows(&mut self, rows: &[&str]) -> Import {
        self.take(sheet(&rows.iter().map(|row| whole(row)).collect::<Vec<_>>()))
    }

    fn stage(&self, window: &str, family: &str) -> ClaimStage {
        self.register().claims[&(window.to_owned(), family.to_owned())].stage
    }
}

fn whole(row: &str) -> String {
    let family = row.split(',').next().unwrap();
    let row: Vec<&str> = row.splitn(3, ',').collect();
    let [pack, amount] =
        if row[2].starts_with("audited") { [format!("evidence {family}"), "70000".to_owned()] } else { [(); 2].map(|()| String::new()) };
    format!("{},{},{amount},{pack},{}", row[0], row[1], row[2])
}

fn sheet(rows: &[String]) -> Sheet {
    let header = "family,window,amount_pence,pack_sha256,stage,on,reason,by".to_owned();
    let lines = (1..).zip([header].iter().chain(rows).map(|row| row.split(',').map(str::to_owned).collect())).collect();
    Sheet::read(Grid { name: "claims.csv".to_owned(), lines }).unwrap()
}

fn codes(imported: &Import) -> Vec<(u64, &str)> {
    imported.set_aside.iter().map(|problem| (problem.line, problem.code)).collect()
}

const APRIL: &str = "2013-04";
const JULY: &str = "2013-07";

#[test]
fn a_family_is_signed_off_in_one_window_only() {
    let drafts = [(APRIL, "F1", "P1"), (JULY, "F1", "P1")];
    // In one file the earlier day comes first, whatever the lines.
    let mut book = Book::drafted(&drafts);
    let imported = book.rows(&["F1,2013-04,audited,2013-08-06,,CD", "F1,2013-07,audited,2013-08-05,,CD"]);
    assert_eq!((codes(&imported), imported.taken.len()), (vec![(2, "claimed-before")], 1));
    assert!(imported.set_aside[0].message.contains("in 2013-07, audited since 2013-08-05"), "{}", imported.set_aside[0].message);
    assert_eq!((book.stage(APRIL, "F1"), book.stage(JULY, "F1")), (ClaimStage::Drafted, ClaimStage::Audited));
    // So in another file, whatever has become of the one that stands.
    for stage in ["submitted", "paid"] {
        let imported = book.rows(&[&format!("F1,2013-07,{stage},2013-09-01,,CD"), "F1,2013-04,audited,2013-09-10,,CD"]);
        assert_eq!((codes(&imported), imported.taken.len()), (vec![(3, "claimed-before")], 1), "{stage}");
    }
    // Until it does not hold any more, in the same file too.
    let imported = book.rows(&["F1,2013-07,invalidated,2013-09-11,spot check,CD", "F1,2013-04,audited,2013-09-11,,CD"]);
    assert_eq!((codes(&imported), imported.taken.len()), (vec![], 2));
}

#[test]
fn a_family_is_signed_off_once_whatever_ids_it_had() {
    let mut book = Book::drafted(&[(APRIL, "F8", "P1 P2"), (JULY, "F9", "P3 P4")]);
    let imported = book.rows(&["F8,2013-04,audited,2013-08-05,,CD", "F9,2013-07,audited,2013-08-05,,CD"]);
    assert_eq!(codes(&imported), [(3, "claimed-before")], "F8 is F9 today");
    let mut book = Book::drafted(&[(APRIL, "F1", "P8 P2 P3"), (JULY, "F2", "P9 P2 P4")]);
    let imported = book.rows(&["F1,2013-04,audited,2013-08-05,,CD", "F2,2013-07,audited,2013-08-05,,CD"]);
    assert_eq!(codes(&imported), [(3, "people-claimed-before")], "P8 is P9 today");
}

#[test]
fn of_two_families_that_are_mostly_the_same_people_the_first_taken_stands() {
    let (large, small) = ("P1 P2 P3 P4 P5 P6 P7", "P1 P2 P3");
    let audited = |family: &str, window: &str| format!("{family},{window},audited,2013-08-05,,CD");
    for (windows, order, expected) in [
        ([JULY, JULY], ["F1", "F2"], vec![(3, "people-claimed-before")]),
        ([JULY, JULY], ["F2", "F1"], vec![(3, "people-claimed-before")]),
        // In another window one that took in a small family that was claimed for is a family of its own; a part of a large one never is.
        ([APRIL, JULY], ["F1", "F2"], vec![(3, "people-claimed-before")]),
        ([APRIL, JULY], ["F2", "F1"], vec![]),
    ] {
        let people = |family: &str| if family == "F1" { large } else { small };
        let mut book = Book::drafted(&[(windows[0], order[0], people(order[0])), (windows[1], order[1], people(order[1]))]);
        let imported = book.rows(&[&audited(order[0], windows[0]), &audited(order[1], windows[1])]);
        assert_eq!(codes(&imported), expected, "{windows:?} {order:?}");
    }
    let mut book = Book::drafted(&[(JULY, "F1", "P1 P2 P3"), (JULY, "F2", "P3 P4 P5")]);
    assert_eq!(book.rows(&[&audited("F1", JULY), &audited("F2", JULY)]).taken.len(), 2, "one of three people in common");
}

#[test]
fn what_happened_did_not_happen_tomorrow() {
    let mut book = Book::drafted(&[(JULY, "F1", "P1"), (JULY, "F2", "P2"), (JULY, "F3", "P3")]);
    let imported =
        book.rows(&["F1,2013-07,audited,2099-09-01,,CD", "F2,2013-07,audited,2013-10-02,,CD", "F3,2013-07,audited,2013-10-01,,CD"]);
    assert_eq!((codes(&imported), imported.taken.len()), (vec![(2, "in-the-future"), (3, "in-the-future")], 1));
    assert!(imported.set_aside[0].message.contains("today, 2013-10-01"));
}

#[test]
fn two_people_who_contradict_each_other_about_a_claim_are_both_set_aside() {
    let drafts = [(JULY, "F1", "P1"), (JULY, "F2", "P2")];
    let (ann, bob) = ("F1,2013-07,audited,2013-08-05,,Ann", "F1,2013-07,invalidated,2013-08-05,not theirs,Bob");
    for rows in [[ann, bob], [bob, ann]] {
        let mut book = Book::drafted(&drafts);
        let imported = book.rows(&[rows[0], rows[1], "F1,2013-07,submitted,2013-08-20,,Ann", "F2,2013-07,audited,2013-08-05,,Ann"]);
        assert_eq!(codes(&imported), [(2, "contradiction"), (3, "contradiction"), (4, "contradiction")]);
        assert!(imported.set_aside[0].message.contains("line 3 decided otherwise about the same claim"));
        assert!(imported.set_aside[2].message.contains("waits for them"));
        assert_eq!((book.stage(JULY, "F1"), book.stage(JULY, "F2")), (ClaimStage::Drafted, ClaimStage::Audited));
    }
    let mut book = Book::drafted(&drafts);
    let imported = book.rows(&[ann, "F1,2013-07,invalidated,2013-08-06,not theirs,Bob"]);
    assert_eq!(imported.taken.len(), 2, "a change of mind on a later day is no contradiction");
    let mut book = Book::drafted(&drafts);
    let imported = book.rows(&[ann, "F1,2013-07,submitted,2013-08-05,,Bob"]);
    assert_eq!(imported.taken.len(), 2, "one step after the other on one day is none either");
}

#[test]
fn a_row_that_changes_nothing_says_so_and_by_which_entry_it_was_decided() {
    let mut book = Book::drafted(&[(JULY, "F1", "P1")]);
    let imported = book.rows(&["F1,2013-07,audited,2013-08-05,,Ann", "F1,2013-07,audited,2013-08-06,,Bob"]);
    assert_eq!((imported.taken.len(), imported.unchanged, imported.set_aside.len()), (1, 1, 0));
    assert_eq!(
        (imported.known[0].line, imported.known[0].message.as_str()),
        (3, "the claim became audited by an earlier row: this row changes nothing")
    );
    book.rows(&["F1,2013-07,submitted,2013-08-20,,Ann"]);
    let imported = book.rows(&["F1,2013-07,audited,2013-08-07,,Cy"]);
    assert_eq!(imported.known[0].message, "the claim became audited by entry 2 of the register: this row changes nothing");
}

#[test]
fn a_sign_off_names_amount_and_evidence_sealed_or_not_and_later_steps_need_not() {
    let mut book = Book::drafted(&[(JULY, "F1", "P1")]);
    let mut unsealed = |row: &str| book.take(sheet(&[row.to_owned()]));
    assert_eq!(codes(&unsealed("F1,2013-07,,,audited,2013-08-05,,CD")), [(2, "missing-amount"), (2, "missing-evidence")]);
    assert_eq!(codes(&unsealed("F1,2013-07,70001,evidence F2,audited,2013-08-05,,CD")), [(2, "amount-edited"), (2, "other-evidence")]);
    assert_eq!(unsealed("F1,2013-07,70000,evidence F1,audited,2013-08-05,,CD").taken.len(), 1);
    assert_eq!(codes(&unsealed("F1,2013-07,70001,,submitted,2013-08-06,,CD")), [(2, "amount-edited")], "what is named must be right");
    assert_eq!(unsealed("F1,2013-07,,,submitted,2013-08-06,,CD").taken.len(), 1);
    // A sealed row with an edited amount names the way to a new sheet of claims.
    let columns = SheetKind::Claims.columns();
    let mut cells: Vec<String> = columns.iter().map(|column| if column.name == "family" { "F1" } else { "" }.to_owned()).collect();
    let sealed = seal(SheetKind::Claims, &cells.iter().map(String::as_str).collect::<Vec<_>>(), 0);
    cells[columns.len() - 1] = sealed;
    cells[4] = "90000".to_owned();
    let lines = vec![(1, columns.iter().map(|column| column.name.to_owned()).collect()), (2, cells)];
    let imported = book.take(Sheet::read(Grid { name: "sign_off.csv".to_owned(), lines }).unwrap());
    assert_eq!(codes(&imported), [(2, "locked-cell-edited")]);
    assert!(imported.set_aside[0].hint.contains("`sign_off.csv`"), "{}", imported.set_aside[0].hint);
}

#[test]
fn a_claim_that_fell_in_the_newest_retest_goes_on_with_a_reason_only() {
    let drafts = [(JULY, "F8", "P1"), (JULY, "F2", "P2"), (JULY, "F3", "P3")];
    let mut book = Book::drafted(&drafts);
    book.rows(&["F8,2013-07,audited,2013-08-05,,CD", "F2,2013-07,audited,2013-08-05,,CD", "F3,2013-07,audited,2013-08-05,,CD"]);
    book.run.last_retest = Some(LastRetest {
        folder: "2013-08--1".to_owned(),
        knew: BTreeSet::from(["evidence F8".to_owned(), "evidence F2".to_owned()]),
        fallen: [("F9", "nothing: a child does not meet it"), ("F3", "nothing: too old to be about this evidence")]
            .map(|(family, said)| ((JULY.to_owned(), family.to_owned()), said.to_owned()))
            .into(),
    });
    let imported =
        book.rows(&["F8,2013-07,submitted,2013-08-20,,CD", "F2,2013-07,submitted,2013-08-20,,CD", "F3,2013-07,submitted,2013-08-20,,CD"]);
    assert_eq!((codes(&imported), imported.taken.len()), (vec![(2, "fallen")], 2));
    let message = &imported.set_aside[0].message;
    assert!(message.contains("claims/2013-08--1") && message.contains("nothing: a child does not meet it"), "{message}");
    let imported = book.rows(&["F8,2013-07,submitted,2013-08-20,the school corrected its list,CD"]);
    assert_eq!(imported.taken[0].reason, "the school corrected its list");
    assert_eq!(codes(&book.rows(&["F8,2013-07,paid,2013-09-20,,CD"])), [(2, "fallen")]);
    assert_eq!(book.rows(&["F8,2013-07,invalidated,2013-09-20,late data,CD"]).taken.len(), 1);
}

#[test]
fn a_signed_claim_keeps_its_number_and_one_that_does_not_hold_leaves_it_to_others() {
    let mut book = Book::drafted(&[(APRIL, "F1", "P1"), (APRIL, "F2", "P2"), (JULY, "F3", "P3"), (JULY, "F4", "P4"), (JULY, "F5", "P5")]);
    let numbers = |book: &Book| -> Vec<(String, u64)> {
        standing_numbers(&book.register().claims).into_iter().map(|((_, family), number)| (family.clone(), number)).collect()
    };
    // Both windows proposed 1 and 2 before either was signed.
    book.rows(&["F4,2013-07,audited,2013-08-05,,CD", "F2,2013-04,audited,2013-08-06,,CD", "F1,2013-04,audited,2013-08-07,,CD"]);
    assert_eq!(numbers(&book), [("F1".to_owned(), 3), ("F2".to_owned(), 1), ("F4".to_owned(), 2)]);
    book.rows(&["F2,2013-04,invalidated,2013-08-10,spot check,CD", "F1,2013-04,submitted,2013-08-10,,CD"]);
    assert_eq!(numbers(&book), [("F1".to_owned(), 3), ("F4".to_owned(), 2)]);
    book.rows(&["F5,2013-07,audited,2013-08-11,,CD", "F3,2013-07,audited,2013-08-11,,CD"]);
    assert_eq!(numbers(&book), [("F1".to_owned(), 3), ("F3".to_owned(), 4), ("F4".to_owned(), 2), ("F5".to_owned(), 1)]);
}
