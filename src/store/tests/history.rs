//! Which run a month builds upon.

use std::fs;

use super::*;
use crate::store::real_disk::RealDisk;
use crate::store::{last_final_before, published_runs};

/// Publishes a run of a month; `state` makes it another run than the month's others.
fn month(out: &Path, period: &str, kind: RunKind, state: &str) -> String {
    let state = vec![NamedHash { name: "decisions".to_owned(), sha256: super::super::sha256_hex(state.as_bytes()) }];
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    publish_as(&disk, out, ManifestContents { kind, state, ..contents(period) }).unwrap().run_id
}

fn before(out: &Path, period: &str) -> Option<String> {
    last_final_before(out, period).unwrap().map(|run| run.manifest.run_id)
}

#[test]
fn a_month_builds_upon_the_last_final_run_of_the_newest_month_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    assert_eq!(before(&out, "2012-10"), None);
    let october = month(&out, "2012-10", RunKind::Final, "1");
    let december = month(&out, "2012-12", RunKind::Final, "1");
    let november = month(&out, "2012-11", RunKind::Final, "1");
    assert_eq!(before(&out, "2012-10"), None);
    assert_eq!(before(&out, "2012-11"), Some(october));
    assert_eq!(before(&out, "2012-12"), Some(november));
    assert_eq!(before(&out, "2013-05"), Some(december));
}

#[test]
fn provisional_runs_and_runs_that_only_link_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let october = month(&out, "2012-10", RunKind::Final, "1");
    month(&out, "2012-11", RunKind::Provisional, "1");
    month(&out, "2012-11", RunKind::Link, "1");
    assert_eq!(before(&out, "2012-12"), Some(october));
    let november = month(&out, "2012-11", RunKind::Final, "1");
    assert_eq!(before(&out, "2012-12"), Some(november));
}

#[test]
fn of_two_final_runs_of_a_month_the_one_published_last_counts_also_when_it_is_the_older_one_published_again() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let first = month(&out, "2012-10", RunKind::Final, "1");
    let second = month(&out, "2012-10", RunKind::Final, "2");
    assert_eq!(before(&out, "2012-11"), Some(second.clone()));
    assert_eq!(month(&out, "2012-10", RunKind::Final, "1"), first);
    assert_eq!(before(&out, "2012-11"), Some(first.clone()));
    let order: Vec<String> = published_runs(&out).unwrap().into_iter().map(|run| run.run_id).collect();
    assert_eq!(order, [second, first]);
}

#[test]
fn a_run_that_is_gone_or_was_replaced_is_told_and_never_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    month(&out, "2012-09", RunKind::Final, "1");
    let october = month(&out, "2012-10", RunKind::Final, "1");
    let manifest = out.join("runs").join(&october).join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("0.1.0", "0.1.1")).unwrap();
    assert!(matches!(last_final_before(&out, "2012-11"), Err(StoreError::Damaged { .. })));
    fs::remove_dir_all(out.join("runs").join(&october)).unwrap();
    assert!(matches!(last_final_before(&out, "2012-11"), Err(StoreError::Damaged { .. })));
    assert_eq!(before(&out, "2012-10").map(|run| run.starts_with("2012-09")), Some(true));
}
