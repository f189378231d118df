//! Allocations that end with the work, days to come, and rows with more cells than they may have.

use super::super::{AllocationEntry, Content, NewEntry};
use super::*;

fn works(book: &mut Book, staff: &str, on: &str) {
    let [family, staff, on, until] = ["F1", staff, on, ""].map(str::to_owned);
    let decision = Content::Allocation(AllocationEntry { family, staff, on, until, budget: None });
    let [by, reason, file] = ["AB", "", "allocations.csv"].map(str::to_owned);
    book.0 = book.0.with(vec![NewEntry { by, reason, file, line: 2, decision }], &origin());
}

fn attached() -> Book {
    let mut book = Book::default();
    let way = "F1,yes,assessment requested,2012-10-01,,,,,,AB\nF1,,assessed,2012-10-05,,,,,,AB\nF1,,attached,2012-11-01,,,,,,AB\n";
    assert_eq!(book.take(&[families(way)]).taken.len(), 3);
    book
}

fn has(book: &Book, staff: &str) -> [usize; 4] {
    let casework = book.register().casework;
    ["2012-12-01", "2013-02-28", "2013-03-01", "2013-08-01"].map(|on| casework.caseload(staff, day(on)))
}

#[test]
fn what_was_to_begin_after_the_closure_never_begins_and_what_is_entered_after_the_reopening_does() {
    let mut book = attached();
    works(&mut book, "K1", "2012-11-01");
    works(&mut book, "K2", "2013-07-01");
    book.take(&[families("F1,,closed,2013-03-01,,,,,done,AB\n")]);
    assert_eq!((has(&book, "K1"), has(&book, "K2")), ([1, 1, 0, 0], [0, 0, 0, 0]));
    let again =
        "F1,,identified,2013-03-10,,,,,a new referral,AB\nF1,,monitoring only,2013-03-11,,,,,,AB\nF1,,attached,2013-03-12,,,,,,AB\n";
    assert_eq!(book.take(&[families(again)]).taken.len(), 3);
    assert_eq!((has(&book, "K1"), has(&book, "K2")), ([1, 1, 0, 0], [0, 0, 0, 0]), "nobody comes back by it");
    works(&mut book, "K3", "2013-07-01");
    assert_eq!(has(&book, "K3"), [0, 0, 0, 1]);
    // Old rows that come once more change nothing of what ended.
    works(&mut book, "K1", "2012-11-01");
    works(&mut book, "K2", "2013-07-01");
    assert_eq!((has(&book, "K1"), has(&book, "K2")), ([1, 1, 0, 0], [0, 0, 0, 0]));
}

#[test]
fn a_rejection_frees_the_worker_as_a_closure_does() {
    let mut book = attached();
    works(&mut book, "K1", "2012-11-01");
    book.take(&[families("F1,no,,2013-03-01,,,,,not for us,AB\n")]);
    assert_eq!(has(&book, "K1"), [1, 1, 0, 0]);
    book.take(&[families("F1,yes,,2013-03-02,,,,,,AB\n")]);
    assert_eq!(has(&book, "K1"), [1, 1, 0, 0], "accepted again it needs a worker anew");
}

#[test]
fn no_decision_about_a_family_lies_ahead_of_the_day_on_which_it_comes_in() {
    let mut book = attached();
    // Today is 2013-10-01.
    let ahead = "F1,,closed,2199-01-01,,,,,done,AB\nF2,yes,,2013-10-02,,,,,,AB\nF3,yes,,2013-10-01,,,,,,AB\nF4,,,,include,,Head,2199-01-01,because,AB\n";
    let import = book.take(&[families(ahead)]);
    assert_eq!((codes(&import), import.taken.len()), (vec![(2, "in-the-future"), (3, "in-the-future")], 2));
    assert!(import.set_aside.iter().all(|problem| problem.message.contains("today, 2013-10-01") && !problem.hint.is_empty()));
    assert_eq!(book.register().family("F1").standing(), Status::Attached);
}

#[test]
fn a_comma_outside_quotes_shifts_no_cell_into_another_column() {
    let mut book = Book::default();
    let rows = "F1,no,,2012-11-01,,,,,moved, away,AB\nF2,no,,2012-11-01,,,,,moved away,AB\nF3,yes\n";
    let import = book.take(&[families(rows)]);
    assert_eq!(codes(&import), [(2, "wrong-number-of-cells"), (4, "missing-by")]);
    assert_eq!(import.taken.len(), 1);
    // A column without a header is none, and what stands in it is not read.
    let stray = sheet("families.csv", "family,accepted,reason,by,\nF1,no,moved, away,AB\nF1,no,moved away,AB,\n");
    let import = book.take(&[
        stray,
        sheet("pairs.csv", "left_source,left_record_id,right_source,right_record_id,decision,reason,by\na,R1,b,R2,same,one, or two,AB\n"),
    ]);
    assert_eq!(codes(&import), [(2, "wrong-number-of-cells"), (2, "wrong-number-of-cells")]);
    assert_eq!(import.taken.len(), 1);
}
