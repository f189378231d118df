//! P1: a disk that fails or lies at any operation costs nothing but the run, and success is never claimed wrongly.

use std::io;

use super::*;
use crate::store::audit::Trail;
use crate::store::simulated_disk::{Fault, Loss};

fn operations(disk: &SimulatedDisk) -> u64 {
    let disk = disk.copy();
    disk.plan(0, Fault::Lie);
    publish(&shared(&disk), &out(), "2012-11").unwrap();
    disk.operations()
}

fn sweep(fault: Fault, check: impl Fn(Result<Published, StoreError>, &SimulatedDisk, &str)) {
    let base = disk_with_first_month();
    for at in 1..=operations(&base) {
        let disk = base.copy();
        disk.plan(at, fault);
        let outcome = publish(&shared(&disk), &out(), "2012-11");
        let what = format!("{fault:?} at operation {at}");
        if outcome.is_ok() {
            // Claimed success must survive the power cut that follows at once.
            disk.restart(Loss::Both);
            assert_eq!(verify_current(&disk).unwrap().run_id, contents("2012-11").run_id(), "{what}");
        }
        check(outcome, &disk, &what);
        disk.restart(Loss::Nothing);
        verify_current(&disk).unwrap_or_else(|error| panic!("{what}: {error}"));
        publish(&shared(&disk), &out(), "2012-11").unwrap_or_else(|error| panic!("{what}: the next run fails: {error}"));
        disk.restart(Loss::Both);
        assert_eq!(verify_current(&disk).unwrap().run_id, contents("2012-11").run_id(), "{what}");
    }
}

/// What a failed write or sync was meant to protect is gone: a run that is recorded stands there, one that is not does not.
fn nothing_built_upon_a_failure(disk: &SimulatedDisk, what: &str) {
    let second = contents("2012-11").run_id();
    let trail = Trail::read(disk, &out()).unwrap().unwrap();
    let stands = disk.kind(&out().join("runs").join(&second)).unwrap().is_some();
    assert_eq!(trail.publication_of(&second).is_some(), stands, "{what}: recorded or standing, not both");
    assert_eq!(trail.unfinished, 0, "{what}: half an audit line is left");
}

fn no_staging_left(disk: &SimulatedDisk, what: &str) {
    for (name, _) in disk.list(&out().join("runs")).unwrap() {
        assert!(!name.to_string_lossy().starts_with('.'), "{what}: `{}` is left", name.display());
    }
    assert!(disk.content(&out().join("CURRENT.tmp")).is_none(), "{what}: CURRENT.tmp is left");
}

#[test]
fn a_full_disk_at_any_operation_is_told_and_leaves_the_last_run() {
    sweep(Fault::Error { kind: io::ErrorKind::StorageFull, for_ever: false }, |outcome, disk, what| {
        let error = outcome.expect_err(what);
        assert_eq!(error.exit_code(), 3, "{what}");
        assert!(error.safe_to_run_again(), "{what}");
        verify_current(disk).unwrap();
        no_staging_left(disk, what);
    });
}

#[test]
fn a_disk_that_stays_full_is_told_too() {
    sweep(Fault::Error { kind: io::ErrorKind::StorageFull, for_ever: true }, |outcome, disk, what| {
        assert_eq!(outcome.expect_err(what).exit_code(), 3, "{what}");
        verify_current(disk).unwrap();
    });
}

#[test]
fn a_failed_sync_write_or_rename_is_never_called_a_success() {
    for kind in [io::ErrorKind::Other, io::ErrorKind::ReadOnlyFilesystem] {
        sweep(Fault::Error { kind, for_ever: false }, |outcome, disk, what| {
            assert_eq!(outcome.expect_err(what).exit_code(), 3, "{what}");
            verify_current(disk).unwrap();
            no_staging_left(disk, what);
            nothing_built_upon_a_failure(disk, what);
        });
    }
}

#[test]
fn a_write_that_stores_nothing_is_noticed_before_anything_is_published() {
    let noticed = std::cell::Cell::new(0);
    sweep(Fault::Lie, |outcome, _, _| {
        // Operations other than writes do not lie; the lock's note for people is not read back.
        if let Err(error) = outcome {
            assert!(matches!(error, StoreError::NotStored { .. }), "{error}");
            noticed.set(noticed.get() + 1);
        }
    });
    // Two files with content, manifest, audit line, CURRENT.
    assert_eq!(noticed.get(), 5);
}

#[test]
fn a_run_that_would_not_fit_is_refused_before_it_starts() {
    let disk = disk_with_first_month();
    disk.set_free_space(9_999);
    let error = publish(&shared(&disk), &out(), "2012-11").unwrap_err();
    assert!(matches!(error, StoreError::NoSpace { needed: 10_000, free: 9_999, .. }), "{error}");
    assert_eq!(error.to_string(), "not enough space in `/office/out`: this run needs about 10 kB and 9999 bytes are free");
    verify_current(&disk).unwrap();
}

#[test]
fn a_full_disk_in_the_middle_says_how_much_was_needed() {
    let base = disk_with_first_month();
    let mut told = 0;
    for at in 1..=operations(&base) {
        let disk = base.copy();
        disk.plan(at, Fault::Error { kind: io::ErrorKind::StorageFull, for_ever: false });
        if let Err(StoreError::NoSpace { needed, .. }) = publish(&shared(&disk), &out(), "2012-11") {
            assert!(needed >= 10_000);
            told += 1;
        }
    }
    assert!(told > 10, "told {told} times");
}
