//! P1 and P2: whatever operation the power fails at, the last published run is intact, and the next run needs no help.

use super::*;
use crate::store::simulated_disk::{Fault, Loss};
use crate::store::verification::check_run_folder;

fn losses(seeds: u64) -> Vec<Loss> {
    let mut losses = vec![Loss::Nothing, Loss::Content, Loss::Names, Loss::Both];
    losses.extend((0..seeds).map(Loss::Random));
    losses
}

/// The disk after an undisturbed second month, for comparison.
fn undisturbed() -> Vec<(PathBuf, Vec<u8>)> {
    let disk = disk_with_first_month();
    publish(&shared(&disk), &out(), "2012-11").unwrap();
    snapshot(&disk, Path::new("/"))
}

fn operations_of_a_publication() -> u64 {
    let disk = disk_with_first_month();
    disk.plan(0, Fault::Crash { torn: false });
    publish(&shared(&disk), &out(), "2012-11").unwrap();
    disk.operations()
}

/// A reader sees one whole run, and the next run works without help and gives what it would have given.
fn check_after_crash(disk: &SimulatedDisk, expected: &[(PathBuf, Vec<u8>)], what: &str) {
    let seen = verify_current(disk).unwrap_or_else(|error| panic!("{what}: a reader finds no whole run: {error}"));
    let first = contents("2012-10").run_id();
    let second = contents("2012-11").run_id();
    assert!(seen.run_id == first || seen.run_id == second, "{what}: the reader sees `{}`", seen.run_id);
    let published = publish(&shared(disk), &out(), "2012-11").unwrap_or_else(|error| panic!("{what}: the next run fails: {error}"));
    assert_eq!(published.run_id, second, "{what}");
    assert_eq!(verify_current(disk).unwrap().run_id, second, "{what}");
    verify_on(disk, &out().join("runs").join(first), None).unwrap_or_else(|error| panic!("{what}: the first month is damaged: {error}"));
    assert!(snapshot(disk, Path::new("/")) == expected, "{what}: the files differ from those of an undisturbed run");
}

#[test]
fn a_power_cut_at_any_operation_loses_nothing_and_needs_no_repair() {
    let expected = undisturbed();
    let base = disk_with_first_month();
    let operations = operations_of_a_publication();
    assert!(operations > 30, "a publication has {operations} operations: too few to be true");
    let mut states = 0;
    for at in 1..=operations + 1 {
        for torn in [false, true] {
            for loss in losses(60) {
                let disk = base.copy();
                disk.plan(at, Fault::Crash { torn });
                let outcome = publish(&shared(&disk), &out(), "2012-11");
                assert_eq!(disk.is_crashed(), at <= operations);
                assert_eq!(outcome.is_ok(), at > operations, "a crashed run claimed success at operation {at}");
                disk.restart(loss);
                let what = format!("operation {at}, torn {torn}, {loss:?}");
                if at > operations {
                    assert_eq!(verify_current(&disk).unwrap().run_id, contents("2012-11").run_id(), "{what}: success was claimed and lost");
                }
                check_after_crash(&disk, &expected, &what);
                states += 1;
            }
        }
    }
    assert!(states > 4_000, "only {states} states");
}

#[test]
fn a_second_power_cut_during_recovery_loses_nothing_either() {
    let expected = undisturbed();
    let base = disk_with_first_month();
    let operations = operations_of_a_publication();
    for first_cut in 1..=operations {
        for first_loss in [Loss::Nothing, Loss::Both, Loss::Random(first_cut)] {
            let wreck = base.copy();
            wreck.plan(first_cut, Fault::Crash { torn: true });
            publish(&shared(&wreck), &out(), "2012-11").unwrap_err();
            wreck.restart(first_loss);
            for second_cut in 1..=operations + 10 {
                let disk = wreck.copy();
                disk.plan(second_cut, Fault::Crash { torn: true });
                let outcome = publish(&shared(&disk), &out(), "2012-11");
                let ended = !disk.is_crashed();
                assert_eq!(outcome.is_ok(), ended);
                disk.restart(if second_cut % 2 == 0 { Loss::Both } else { Loss::Random(second_cut) });
                check_after_crash(&disk, &expected, &format!("operations {first_cut} ({first_loss:?}) and {second_cut}"));
                if ended {
                    break;
                }
            }
        }
    }
}

#[test]
fn a_power_cut_during_the_very_first_run_leaves_nothing_or_all_of_it() {
    let undisturbed = SimulatedDisk::new();
    undisturbed.plan(0, Fault::Crash { torn: false });
    publish(&shared(&undisturbed), &out(), "2012-10").unwrap();
    let operations = undisturbed.operations();
    let expected = snapshot(&undisturbed, Path::new("/"));
    for at in 1..=operations {
        for loss in losses(20) {
            let disk = SimulatedDisk::new();
            disk.plan(at, Fault::Crash { torn: true });
            publish(&shared(&disk), &out(), "2012-10").unwrap_err();
            disk.restart(loss);
            let what = format!("operation {at}, {loss:?}");
            match verify_current(&disk) {
                Ok(seen) => assert_eq!(seen.run_id, contents("2012-10").run_id(), "{what}"),
                // No CURRENT yet, or no folder at all.
                Err(StoreError::Refused { .. } | StoreError::Io { .. }) => {}
                Err(error) => panic!("{what}: half a run is visible: {error}"),
            }
            publish(&shared(&disk), &out(), "2012-10").unwrap_or_else(|error| panic!("{what}: the next run fails: {error}"));
            verify_current(&disk).unwrap();
            assert!(snapshot(&disk, Path::new("/")) == expected, "{what}: the files differ");
        }
    }
}

#[test]
fn another_month_after_a_power_cut_is_published_as_well() {
    let base = disk_with_first_month();
    for at in 1..=operations_of_a_publication() {
        for loss in losses(6) {
            let disk = base.copy();
            disk.plan(at, Fault::Crash { torn: true });
            publish(&shared(&disk), &out(), "2012-11").unwrap_err();
            disk.restart(loss);
            let published = publish(&shared(&disk), &out(), "2012-12").unwrap();
            assert_eq!(verify_current(&disk).unwrap().run_id, published.run_id, "operation {at}, {loss:?}");
            // A November that was whole when the power failed was finished, and December follows it.
            let november = contents("2012-11").run_id();
            let finished = disk.kind(&out().join("runs").join(&november)).unwrap().is_some();
            let (december, _) = check_run_folder(&disk, &published.path).unwrap().unwrap();
            let expected = if finished { november } else { contents("2012-10").run_id() };
            assert_eq!(december.previous.unwrap().run_id, expected, "operation {at}, {loss:?}");
            for (name, _) in disk.list(&out().join("runs")).unwrap() {
                verify_on(&disk, &out().join("runs").join(name), None).unwrap_or_else(|error| panic!("operation {at}, {loss:?}: {error}"));
            }
        }
    }
}
