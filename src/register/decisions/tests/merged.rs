//! Two families that became one: F8 has become F9.

use super::super::{Content, FamilyDecision, NewEntry};
use super::*;

/// What was decided about either family before they were one.
fn before(book: &mut Book, family: &str, on: &str, (accepted, status): (Option<bool>, Option<Status>)) {
    let status = status.map(|status| status.name().to_owned());
    let decision =
        FamilyDecision { family: family.into(), records: Vec::new(), joined: Vec::new(), on: on.into(), accepted, status, over: None };
    let [by, reason, file] = ["AB", "because", "families.csv"].map(str::to_owned);
    book.0 = book.0.with(vec![NewEntry { by, reason, file, line: 2, decision: Content::Family(decision) }], &origin());
}

/// A family that was accepted on the first of October and stands so since a day.
fn stands(book: &mut Book, family: &str, status: Status, on: &str) {
    before(book, family, "2012-10-01", (Some(true), None));
    before(book, family, on, (None, Some(status)));
}

fn one(book: &Book) -> Register {
    Register::fold(book.0.entries(), &|id| (id == "F8").then(|| "F9".to_owned()))
}

fn decide(book: &mut Book, rows: &str) -> Import {
    let import = import(&[families(rows)], &one(book), &Run::new());
    book.0 = book.0.with(import.taken.clone(), &origin());
    import
}

#[test]
fn of_two_halves_the_one_that_is_worked_with_goes_on_whichever_day_is_later() {
    use Status::{Assessed, AssessmentRequested, Attached, Closed, Declined, Identified, MonitoringOnly};
    let cases = [
        ((Attached, "2012-11-01"), (Closed, "2013-02-01"), Attached),
        ((Attached, "2012-11-01"), (MonitoringOnly, "2013-02-01"), Attached),
        ((MonitoringOnly, "2012-11-01"), (Declined, "2013-02-01"), MonitoringOnly),
        ((Assessed, "2012-11-01"), (Closed, "2013-02-01"), Assessed),
        ((AssessmentRequested, "2012-11-01"), (Identified, "2013-02-01"), AssessmentRequested),
        ((Assessed, "2012-11-01"), (MonitoringOnly, "2013-02-01"), MonitoringOnly),
        ((Identified, "2012-11-01"), (Closed, "2013-02-01"), Closed),
        ((Declined, "2012-11-01"), (Closed, "2013-02-01"), Closed),
    ];
    for ((ours, on), (theirs, later), expected) in cases {
        for [first, second] in [["F8", "F9"], ["F9", "F8"]] {
            let mut book = Book::default();
            stands(&mut book, first, ours, on);
            stands(&mut book, second, theirs, later);
            let family = one(&book).family("F9");
            assert_eq!(family.standing(), expected, "{ours:?} and {theirs:?}");
            assert!(family.is_joined_of_different());
            assert_eq!(family.halves.iter().map(|half| half.family.as_str()).collect::<Vec<_>>(), ["F8", "F9"]);
        }
    }
}

#[test]
fn a_half_that_is_worked_with_is_not_rejected_because_the_other_was() {
    for [worked_with, rejected] in [["F8", "F9"], ["F9", "F8"]] {
        let mut book = Book::default();
        stands(&mut book, worked_with, Status::Attached, "2012-11-01");
        before(&mut book, rejected, "2013-02-01", (Some(false), None));
        let family = one(&book).family("F9");
        assert_eq!((family.accepted, family.standing()), (Some((true, day("2012-10-01"))), Status::Attached));
        // Where nobody works with either, the later word counts.
        let mut book = Book::default();
        before(&mut book, worked_with, "2012-10-01", (Some(true), None));
        before(&mut book, rejected, "2013-02-01", (Some(false), None));
        assert_eq!(one(&book).family("F9").accepted, Some((false, day("2013-02-01"))));
        // Attached and rejected since is not worked with.
        let mut book = Book::default();
        stands(&mut book, worked_with, Status::Attached, "2012-11-01");
        before(&mut book, worked_with, "2013-03-01", (Some(false), None));
        stands(&mut book, rejected, Status::Assessed, "2013-02-01");
        let family = one(&book).family("F9");
        assert_eq!((family.accepted.map(|(accepted, _)| accepted), family.standing()), (Some(true), Status::Assessed));
    }
}

#[test]
fn what_is_decided_about_a_family_that_two_became_is_about_both_halves() {
    let mut book = Book::default();
    stands(&mut book, "F8", Status::Attached, "2012-11-01");
    stands(&mut book, "F9", Status::Closed, "2012-12-01");
    // The day may lie before that of the half that ended: nobody knew then that they would be one.
    let import = decide(&mut book, "F9,,closed,2012-11-20,,,,,moved on,AB\nF8,,identified,2013-02-01,,,,,a new referral,AB\n");
    assert_eq!((codes(&import), import.taken.len()), (vec![], 2));
    assert_eq!(one(&book).family("F9").status, Some((Status::Identified, day("2013-02-01"))));
    assert!(one(&book).family("F9").halves.is_empty(), "it is of one piece since");
    let marked: Vec<Vec<String>> = book
        .0
        .entries()
        .iter()
        .filter_map(|entry| if let Content::Family(decision) = &entry.decision { Some(decision.joined.clone()) } else { None })
        .collect();
    assert_eq!(marked.iter().filter(|joined| !joined.is_empty()).count(), 2, "both rows of the import, and none of before");
    assert_eq!(Journal::parse(&book.0.to_bytes()).unwrap(), book.0);
    // A run that has both families again is believed.
    assert_eq!(book.register().family("F8").standing(), Status::Attached);
}

#[test]
fn a_family_that_only_changed_its_id_goes_on_and_ends_under_the_new_one() {
    let mut book = Book::default();
    stands(&mut book, "F8", Status::Attached, "2012-11-01");
    assert!(!one(&book).family("F9").is_joined_of_different());
    decide(&mut book, "F9,,closed,2013-02-01,,,,,moved on,AB\n");
    assert_eq!(one(&book).family("F9").standing(), Status::Closed);
}

#[test]
fn said_again_with_a_day_an_acceptance_holds_for_all_of_a_joined_family() {
    let mut book = Book::default();
    stands(&mut book, "F8", Status::Attached, "2012-11-01");
    before(&mut book, "F9", "2012-12-01", (Some(false), None));
    assert_eq!(decide(&mut book, "F9,yes,,,,,,,,AB\n").taken.len(), 0, "without a day it says nothing new");
    assert_eq!(decide(&mut book, "F9,yes,,2013-02-01,,,,,,AB\n").taken.len(), 1);
    let family = one(&book).family("F9");
    assert!(!family.is_joined_of_different());
    assert_eq!((family.accepted, family.standing()), (Some((true, day("2013-02-01"))), Status::Attached));
    assert_eq!(decide(&mut book, "F9,yes,,2013-02-01,,,,,,AB\n").taken.len(), 0);
}
