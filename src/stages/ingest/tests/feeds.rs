//! Deliveries over months.

use super::{HEADER, VISITS, assert_sound, codes, folder, iso, people, run, run_at, schema};
use crate::model::FeedState;

fn rows(from: usize, to: usize) -> Vec<u8> {
    let rows = (from..to).map(|index| format!("{index},P{index},Smith,Ann,01/02/1999,SUS,03/01/2013,1,\n"));
    format!("{HEADER}\n{}", rows.collect::<String>()).into_bytes()
}

fn increment() -> String {
    VISITS.replace("kind = \"snapshot\"", "kind = \"increment\"")
}

#[test]
fn a_snapshot_is_replaced_and_an_increment_adds_up() {
    let files: [(&str, &[u8]); 3] =
        [("2012-12/visits.csv", &rows(0, 10)), ("2013-01/visits.csv", &rows(5, 15)), ("2013-02/visits.csv", &rows(0, 1))];
    let snapshot = run(VISITS, "2013-01", &files).unwrap();
    assert_eq!((snapshot.deliveries.len(), snapshot.persons.len(), snapshot.events.len()), (1, 10, 10));
    let increment = run(&increment(), "2013-01", &files).unwrap();
    assert_sound(&increment);
    assert_eq!((increment.deliveries.len(), increment.persons.len(), increment.events.len()), (2, 15, 15));
    let from_first: Vec<bool> = increment.events.delivery.iter().map(|&delivery| delivery == 0).collect();
    assert_eq!(from_first.iter().filter(|&&first| first).count(), 5, "a re-sent event counts from its latest delivery");
    let as_at: Vec<String> = increment.persons.as_at.iter().map(|&day| iso(day)).collect();
    assert_eq!(as_at.iter().filter(|day| *day == "2013-01-31").count(), 10, "a re-sent person stands as of the latest delivery");
}

#[test]
fn a_re_sent_event_takes_its_latest_form_also_for_a_changed_person() {
    let first = format!("{HEADER}\n1,P1,Smith,Ann,01/02/1999,SUS,03/01/2013,1,\n2,P2,Jones,Bob,01/02/1998,SUS,03/01/2013,1,\n");
    let second = format!("{HEADER}\n1,P1,Smyth,Ann,01/02/1999,OFF,03/01/2013,1,\n");
    let ingested =
        run(&increment(), "2013-01", &[("2012-12/visits.csv", first.as_bytes()), ("2013-01/visits.csv", second.as_bytes())]).unwrap();
    let roles: Vec<&str> = ingested.events.role.iter().map(|role| role.name()).collect();
    assert_eq!(roles, ["suspect", "offender"]);
    let ids: Vec<String> = people(&ingested).into_iter().map(|(id, _, _)| id).collect();
    assert_eq!(ids, ["P1", "P1~2", "P2"]);
}

#[test]
fn a_later_row_about_a_victim_or_a_witness_does_not_replace_what_the_same_person_did() {
    let by_role = increment().replace("key = [\"Ref\"]", "key = [\"Ref\", \"Role\"]");
    let roles_after = |first: &str, second: &str| {
        let row = |role: &str| format!("{HEADER}\n1,P1,Smith,Ann,01/02/1999,{role},03/01/2013,1,\n").into_bytes();
        let files = [("2012-12/visits.csv", row(first)), ("2013-01/visits.csv", row(second))];
        let ingested = run(&by_role, "2013-01", &files.each_ref().map(|(path, bytes)| (*path, bytes.as_slice()))).unwrap();
        assert_sound(&ingested);
        let mut roles: Vec<&str> = ingested.events.role.iter().map(|role| role.name()).collect();
        roles.sort_unstable();
        roles.join(" ")
    };
    assert_eq!(roles_after("OFF", "VIC"), "offender victim");
    assert_eq!(roles_after("VIC", "OFF"), "offender victim");
    assert_eq!(roles_after("SUS", "VIC"), "suspect victim");
    assert_eq!(roles_after("SUS", "OFF"), "offender", "whoever was suspected did it");
    assert_eq!(roles_after("OFF", "SUS"), "suspect", "whoever was said to have done it is only suspected");
}

#[test]
fn a_row_that_comes_again_counts_as_it_stands_in_the_latest_file() {
    let first = "1,P1,Smith,Ann,01/02/1999,SUS,03/01/2013,1,\n2,P2,Jones,Bob,01/02/1998,OFF,03/01/2013,1,\n\
                 3,P3,Brown,Cy,01/02/1997,OFF,03/01/2013,1,\n3,P4,Green,Di,01/02/1996,OFF,03/01/2013,1,\n4,P5,White,Ed,01/02/1995,OFF,03/01/2013,1,\n";
    // The first is taken back, the second was somebody else; of the third row 3 nobody can say which it is; the last is set aside and takes nothing back.
    let second = "1,P1,Smith,Ann,01/02/1999,NONE,03/01/2013,1,\n2,P6,Black,Flo,01/02/1994,OFF,03/01/2013,1,\n\
                  3,P7,Grey,Gus,01/02/1993,OFF,03/01/2013,1,\n4,P5,White,Ed,01/02/1995,PERHAPS,03/01/2013,1,\n";
    let file = |rows: &str| format!("{HEADER}\n{rows}").into_bytes();
    let (first, second) = (file(first), file(second));
    let read = |files: &[(&str, &[u8])]| {
        let ingested = run(&increment(), "2013-01", files).unwrap();
        assert_sound(&ingested);
        let id = |record: &u32| ingested.persons.record_id.get(*record as usize).unwrap_or_default().to_owned();
        let mut whose: Vec<String> = ingested.events.record.iter().map(id).collect();
        whose.sort();
        whose
    };
    assert_eq!(read(&[("2013-01/visits.csv", &first)]), ["P1", "P2", "P3", "P4", "P5"]);
    assert_eq!(read(&[("2012-12/visits.csv", &first), ("2013-01/visits.csv", &second)]), ["P3", "P4", "P5", "P6", "P7"]);
}

#[test]
fn a_late_feed_is_carried_forward_with_its_age_and_then_missing() {
    let other = VISITS.replace("name = \"visits\"", "name = \"other\"").replace("visits*.csv", "other*.csv");
    let rows = rows(0, 5);
    let files: Vec<(&str, &[u8])> =
        vec![("2012-11/visits.csv", &rows), ("2012-12/other.csv", &rows), ("2013-01/other.csv", &rows), ("2013-02/other.csv", &rows)];
    let data = folder(&files);
    let at = |month: &str| run_at(vec![schema(&other), schema(VISITS)], data.path(), month).unwrap();
    let fresh = at("2012-12");
    assert_eq!((fresh.sources[1].state, fresh.sources[1].age_days), (FeedState::Stale, 31));
    let stale = at("2013-01");
    assert_eq!((stale.sources[1].state, stale.sources[1].age_days), (FeedState::Stale, 62));
    assert_eq!(iso(stale.sources[1].as_at), "2012-11-30");
    assert_eq!(stale.sources[0].state, FeedState::Fresh);
    assert!(stale.warnings.iter().any(|warning| warning.contains("unchanged since 2012-12/other.csv")), "{:?}", stale.warnings);
    let missing = at("2013-02");
    assert_eq!(missing.sources[1].state, FeedState::Missing);
    assert!(missing.deliveries.iter().all(|delivery| delivery.source == 0), "a snapshot past its validity is not used");
    assert!(missing.warnings.iter().any(|warning| warning.starts_with("visits:")));
}

#[test]
fn the_same_bytes_twice_are_refused_by_name() {
    let rows = rows(0, 5);
    let twice = run(&increment(), "2013-01", &[("2012-12/visits.csv", &rows), ("2013-01/visits.csv", &rows)]).expect_err("same increment");
    assert_eq!(codes(&twice), ["same-file-twice"]);
    assert!(twice.0[0].message.contains("2012-12/visits.csv") && twice.0[0].message.contains("Test Agency"));
    let two_names = run(VISITS, "2013-01", &[("2013-01/visits_a.csv", &rows), ("2013-01/visits_b.csv", &rows)]).expect_err("two names");
    assert_eq!(codes(&two_names), ["same-file-twice"]);
}

#[test]
fn two_files_of_one_month_are_both_read() {
    let ingested = run(VISITS, "2013-01", &[("2013-01/visits_a.csv", &rows(0, 5)), ("2013-01/visits_b.csv", &rows(5, 9))]).unwrap();
    assert_sound(&ingested);
    assert_eq!((ingested.deliveries.len(), ingested.persons.len()), (2, 9));
    assert!(ingested.warnings.iter().any(|warning| warning.contains("2 files of one snapshot")), "{:?}", ingested.warnings);
}

#[test]
fn a_month_for_which_nothing_came_is_refused() {
    let found = run(VISITS, "2013-01", &[("2012-12/visits.csv", &rows(0, 5))]).expect_err("the wrong month");
    assert_eq!(codes(&found), ["nothing-delivered"]);
    assert!(found.0[0].message.contains("2013-01"));
}

#[test]
fn a_snapshot_that_shrinks_or_grows_too_much_is_refused() {
    let swing = |before: usize, now: usize| {
        run(VISITS, "2013-01", &[("2012-12/visits.csv", &rows(0, before)), ("2013-01/visits.csv", &rows(0, now))])
    };
    assert_eq!(codes(&swing(100, 69).expect_err("shrunk")), ["row-swing"]);
    assert_eq!(codes(&swing(100, 131).expect_err("grown")), ["row-swing"]);
    assert!(swing(100, 70).unwrap().warnings.is_empty());
    assert_eq!(swing(40, 4).unwrap().warnings.len(), 1, "of few rows only a warning");
    // A feed that grows by a term's rows says so in its schema.
    let termly = VISITS.replace("valid_days = 62", "valid_days = 62\nrow_swing = 0.6");
    let swing = |now: usize| run(&termly, "2013-01", &[("2012-12/visits.csv", &rows(0, 100)), ("2013-01/visits.csv", &rows(0, now))]);
    assert!(swing(160).unwrap().warnings.is_empty());
    assert_eq!(codes(&swing(161).expect_err("grown")), ["row-swing"]);
}

#[test]
fn an_agreement_that_does_not_hold_refuses_its_feed_by_name() {
    let expired = VISITS.replace("2030-03-31", "2013-01-30");
    let problems = run(&expired, "2013-01", &[("2013-01/visits.csv", &rows(0, 5))]).expect_err("expired");
    assert_eq!(codes(&problems), ["agreement-expired"]);
    assert!(problems.0[0].message.contains("DSA-1") && problems.0[0].message.contains("Test Agency"));
    let not_begun = VISITS.replace("2012-04-01", "2013-02-01");
    assert_eq!(codes(&run(&not_begun, "2013-01", &[("2013-01/visits.csv", &rows(0, 5))]).expect_err("not begun")), ["agreement-not-begun"]);
}

#[test]
fn files_and_folders_nobody_asked_for_are_named_not_read() {
    let rows = rows(0, 5);
    let ingested = run(
        VISITS,
        "2013-01",
        &[("2013-01/visits.csv", &rows), ("2013-01/notes.txt", b"x"), ("2013_02/visits.csv", &rows), ("truth/x.csv", b"x")],
    )
    .unwrap();
    assert_eq!(ingested.warnings.len(), 2, "{:?}", ingested.warnings);
    assert!(ingested.warnings.iter().any(|warning| warning.starts_with("2013-01/notes.txt")));
    assert!(ingested.warnings.iter().any(|warning| warning.starts_with("2013_02")));
    let flat = run(VISITS, "2013-01", &[("visits.csv", &rows)]).unwrap();
    assert_eq!((flat.deliveries[0].file.as_str(), flat.deliveries[0].month.to_string()), ("visits.csv", "2013-01".to_owned()));
    assert_eq!(codes(&run(VISITS, "2013-01", &[("2013-02/visits.csv", &rows)]).expect_err("nothing yet")), ["no-input"]);
}

#[test]
fn folders_and_things_that_are_no_files_are_named_where_extracts_stand() {
    let rows = rows(0, 5);
    let data = folder(&[
        ("2012-12/visits_december.csv/visits.csv", rows.as_slice()),
        ("2012-12/old/visits.csv", &rows),
        ("2013-01/visits.csv", &rows),
        ("2013-01/school/visits.csv", &rows),
    ]);
    let _socket = std::os::unix::net::UnixListener::bind(data.path().join("2013-01/visits_socket.csv")).unwrap();
    let ingested = run_at(vec![schema(VISITS)], data.path(), "2013-01").unwrap();
    assert_eq!(ingested.deliveries.len(), 1);
    let told: Vec<&str> = ingested.warnings.iter().map(|warning| warning.split(':').next().unwrap()).collect();
    assert_eq!(told, ["2012-12/visits_december.csv", "2013-01/school", "2013-01/visits_socket.csv"], "{:?}", ingested.warnings);
}

#[test]
fn thread_counts_change_nothing() {
    let files: [(&str, &[u8]); 3] =
        [("2012-11/visits.csv", &rows(0, 40)), ("2012-12/visits.csv", &rows(20, 60)), ("2013-01/visits.csv", &rows(50, 90))];
    let data = folder(&files);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let ingested = pool.install(|| run_at(vec![schema(&increment())], data.path(), "2013-01")).unwrap();
        let columns: Vec<_> = ingested.persons.columns.iter().map(|column| (column.shared_values(), column.codes().to_vec())).collect();
        (columns, ingested.persons.record_id, ingested.events.record, ingested.events.line, ingested.rejects)
    };
    let one = on(1);
    assert!(one == on(2) && one == on(8));
}
