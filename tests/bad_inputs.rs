//! A folder of bad (and a few odd but good) extracts, each with its promise. A file without a promise fails the test.
#![expect(clippy::disallowed_methods, reason = "a test looks at the disk itself")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fwt::config::load_pipeline;
use fwt::model::{Month, Silent};
use fwt::stages::ingest::{Ingested, ingest};

/// What must happen to a file.
enum Promise {
    /// Read; so many rows used, nothing to remark.
    Read(u64),
    /// Read; so many rows used, and (line, code) of every row set aside or value not used.
    Noted(u64, &'static [(u32, &'static str)]),
    /// Read, with a warning.
    Warned(u64),
    /// Refused: (line, code) of every problem.
    Refused(&'static [(u64, &'static str)]),
}
use Promise::{Noted, Read, Refused, Warned};

const PROMISES: &[(&str, Promise)] = &[
    ("visits_good.csv", Read(5)),
    ("visits_empty.csv", Refused(&[(0, "empty-file")])),
    ("visits_header_only.csv", Refused(&[(0, "no-rows")])),
    ("visits_no_header.csv", Refused(&[(1, "no-header")])),
    ("visits_semicolon.csv", Refused(&[(1, "one-column")])),
    ("visits_tab.csv", Refused(&[(1, "one-column")])),
    ("visits_pipe.csv", Refused(&[(1, "one-column")])),
    ("visits_unknown_header.csv", Refused(&[(1, "unknown-header"), (1, "missing-header")])),
    ("visits_missing_header.csv", Refused(&[(1, "missing-header")])),
    ("visits_extra_header.csv", Refused(&[(1, "unknown-header")])),
    ("visits_repeated_header.csv", Refused(&[(1, "header-twice"), (1, "missing-header")])),
    ("visits_padded_header.csv", Read(5)),
    ("visits_reordered.csv", Read(5)),
    ("visits_title_rows.csv", Read(5)),
    ("visits_total_row.csv", Noted(5, &[(7, "footer-row"), (8, "footer-row")])),
    ("visits_unclosed_quote.csv", Refused(&[(4, "unclosed-quote")])),
    ("visits_unclosed_quote_at_end.csv", Refused(&[(4, "unclosed-quote")])),
    ("visits_text_after_quote.csv", Refused(&[(4, "text-after-quote")])),
    ("visits_stray_quote.csv", Noted(4, &[(4, "stray-quote")])),
    ("visits_quoted_line_break.csv", Read(5)),
    ("visits_many_line_breaks.csv", Refused(&[(4, "unclosed-quote")])),
    ("visits_long_cell.csv", Noted(4, &[(4, "cell-too-long")])),
    ("visits_long_quoted_cell.csv", Refused(&[(4, "unclosed-quote")])),
    ("visits_short_row.csv", Noted(4, &[(4, "too-few-fields")])),
    ("visits_long_row.csv", Noted(4, &[(4, "too-many-fields")])),
    ("visits_cut_in_row.csv", Refused(&[(6, "cut-short")])),
    ("visits_cut_in_last_cell.csv", Warned(6)),
    ("visits_no_final_line_end.csv", Warned(5)),
    ("visits_cr_only.csv", Read(5)),
    ("visits_crlf.csv", Read(5)),
    ("visits_mixed_line_ends.csv", Read(5)),
    ("visits_nul.csv", Refused(&[(4, "nul-character")])),
    ("visits_control_character.csv", Noted(4, &[(4, "control-character")])),
    ("visits_replacement_character.csv", Noted(5, &[(4, "damaged-cell")])),
    ("visits_windows_1252_undeclared.csv", Refused(&[(4, "not-utf-8")])),
    ("legacy_windows_1252.csv", Read(3)),
    ("legacy_but_utf_8.csv", Refused(&[(4, "is-utf-8")])),
    ("legacy_c1_control.csv", Noted(4, &[(4, "control-character")])),
    ("visits_utf_8_bom.csv", Read(1)),
    ("visits_utf_16_bom.csv", Warned(1)),
    ("visits_utf_16_no_bom.csv", Refused(&[(1, "nul-character")])),
    ("visits_utf_32.csv", Refused(&[(0, "utf-32")])),
    ("visits_is_a_zip.csv", Refused(&[(0, "not-text")])),
    ("visits_is_parquet.csv", Refused(&[(0, "not-text")])),
    ("visits_is_old_excel.csv", Refused(&[(0, "not-text")])),
    ("visits_bad_date.csv", Noted(4, &[(4, "not-a-date")])),
    ("visits_impossible_date.csv", Noted(4, &[(4, "not-a-date")])),
    ("visits_two_digit_year.csv", Noted(4, &[(4, "not-a-date")])),
    ("visits_bad_dob_is_kept.csv", Noted(5, &[(4, "not-a-date")])),
    ("visits_unlisted_code.csv", Noted(4, &[(4, "unlisted-code")])),
    ("visits_empty_role.csv", Noted(5, &[(4, "event-without-role")])),
    ("visits_negative_count.csv", Noted(4, &[(4, "negative-number")])),
    ("visits_count_is_text.csv", Noted(4, &[(4, "not-a-whole-number")])),
    ("visits_empty_key.csv", Noted(4, &[(4, "empty-cell")])),
    ("visits_nobody.csv", Noted(4, &[(4, "nobody-on-row")])),
    ("visits_blank_rows.csv", Noted(4, &[(6, "empty-row")])),
    ("visits_duplicate_rows.csv", Noted(5, &[(7, "duplicate-row"), (8, "duplicate-row")])),
    ("visits_format_changes.csv", Refused(&[(0, "too-many-rejects")])),
    ("visits_all_rows_bad.csv", Refused(&[(0, "too-many-rejects")])),
    ("visits_dob_drifts.csv", Refused(&[(0, "column-drift")])),
    ("book_formula_never_calculated.xlsx", Noted(5, &[(4, "formula-without-value")])),
    ("book_merged_rows.xlsx", Warned(5)),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_inputs")
}

fn run(case: &str) -> Result<Ingested, fwt::model::Problems> {
    let pipeline = load_pipeline(&folder().join("pipelines/bad.toml")).expect("the pipeline of the cases loads");
    let data = tempfile::tempdir().expect("a temporary folder");
    let month = data.path().join("2013-01");
    fs::create_dir(&month).expect("a month folder");
    fs::copy(folder().join("cases").join(case), month.join(case)).expect("the case is copied");
    let run_month: Month = "2013-01".parse().expect("a month");
    ingest(&pipeline, data.path(), run_month, run_month.last_day(), &Silent)
}

#[test]
fn every_case_gets_what_it_was_promised() {
    for (case, promise) in PROMISES {
        let outcome = run(case);
        match (promise, &outcome) {
            (Refused(expected), Err(problems)) => {
                let found: Vec<(u64, &str)> = problems.0.iter().map(|problem| (problem.line, problem.code)).collect();
                assert_eq!(found, *expected, "{case}: {problems}");
                let shown = format!("{problems:?}");
                assert!(!shown.contains("Smith") && !shown.contains("Neil") && !shown.contains("1999"), "{case} shows a value: {shown}");
            }
            (Read(used) | Noted(used, _) | Warned(used), Ok(ingested)) => {
                let delivery = ingested.deliveries.first().expect("one delivery");
                assert_eq!((ingested.deliveries.len(), delivery.rows_used), (1, *used), "{case}");
                assert_eq!(delivery.rows_read, delivery.rows_used + delivery.rows_set_aside, "{case}: the ledger balances");
                let noted: Vec<(u32, &str)> = ingested.rejects.iter().map(|reject| (reject.line, reject.code)).collect();
                let expected: &[(u32, &str)] = if let Noted(_, expected) = promise { expected } else { &[] };
                assert_eq!(noted, expected, "{case}");
                assert_eq!(ingested.warnings.len(), usize::from(matches!(promise, Warned(_))), "{case}: {:?}", ingested.warnings);
            }
            (_, Ok(_)) => panic!("{case} was read and should have been refused"),
            (_, Err(problems)) => panic!("{case} was refused: {problems}"),
        }
    }
}

#[test]
fn every_file_of_the_folder_has_a_promise() {
    let files: BTreeSet<String> = fs::read_dir(folder().join("cases"))
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let promised: BTreeSet<String> = PROMISES.iter().map(|(case, _)| (*case).to_owned()).collect();
    assert_eq!(files, promised);
}

#[test]
fn cells_merged_over_rows_say_in_each_of_them_what_people_see() {
    use fwt::model::Field;
    let persons = run("book_merged_rows.xlsx").expect("it is read").persons;
    // All five rows are of one person only if all of them have the surname and the date of birth.
    assert_eq!(persons.len(), 1);
    assert_eq!((persons.column(Field::Surname).get(0), persons.column(Field::DateOfBirth).get(0)), (Some("Smith"), Some("1999-02-01")));
}

#[test]
fn names_and_accents_arrive_as_they_were_sent() {
    use fwt::model::Field;
    // Rows of the same person are one record: the odd one out comes second.
    let value = |case: &str, field: Field, row: usize| run(case).expect(case).persons.column(field).get(row).map(str::to_owned);
    assert_eq!(value("legacy_windows_1252.csv", Field::Surname, 1).as_deref(), Some("O\u{2019}Neil"));
    assert_eq!(value("visits_utf_8_bom.csv", Field::Forename, 0).as_deref(), Some("\u{141}ukasz"));
    assert_eq!(value("visits_utf_16_bom.csv", Field::Forename, 0).as_deref(), Some("\u{141}ukasz"));
    assert_eq!(value("visits_quoted_line_break.csv", Field::Surname, 1).as_deref(), Some("Smith Jones"));
}
