//! The journal of decisions: whatever is killed, all of an import or nothing of it.

use super::*;
use crate::store::RegisterAct;
use crate::store::simulated_disk::{Fault, Loss};

const ACT: RegisterAct<'_> = RegisterAct { inputs: "i", head: "h", outcome: "2 decisions taken" };
const OLD: &[u8] = b"one\n";
const NEW: &[u8] = b"one\ntwo\nthree\n";

fn disk_with_decision() -> SimulatedDisk {
    let disk = disk_with_first_month();
    RunLock::take_on(shared(&disk), &out(), "t").unwrap().extend_journal(OLD, &ACT).unwrap();
    disk.restart(Loss::Both);
    disk
}

fn journal(disk: &SimulatedDisk) -> Vec<u8> {
    RunLock::take_on(shared(disk), &out(), "t").unwrap().journal().unwrap()
}

#[test]
fn a_crash_at_any_operation_of_an_import_leaves_all_of_it_or_nothing() {
    let base = disk_with_decision();
    assert_eq!(journal(&base), OLD, "a finished import survives a power cut");
    let counted = base.copy();
    counted.plan(0, Fault::Crash { torn: false });
    RunLock::take_on(shared(&counted), &out(), "t").unwrap().extend_journal(NEW, &ACT).unwrap();
    let operations = counted.operations();
    assert!(operations > 8, "an import has {operations} operations: too few to be true");
    let mut seen = [false, false];
    for at in 1..=operations {
        for torn in [false, true] {
            for loss in [Loss::Nothing, Loss::Content, Loss::Names, Loss::Both, Loss::Random(at), Loss::Random(at + 1_000)] {
                let disk = base.copy();
                disk.plan(at, Fault::Crash { torn });
                let outcome = RunLock::take_on(shared(&disk), &out(), "t").and_then(|lock| lock.extend_journal(NEW, &ACT));
                assert!(outcome.is_err(), "a crashed import claimed success at operation {at}");
                disk.restart(loss);
                let found = journal(&disk);
                assert!(found == OLD || found == NEW, "operation {at}, torn {torn}, {loss:?}: half an import is left");
                seen[usize::from(found == NEW)] = true;
                // The next import needs no repair, and the audit trail is whole.
                let lock = RunLock::take_on(shared(&disk), &out(), "t").unwrap();
                lock.extend_journal(NEW, &ACT).unwrap();
                drop(lock);
                verify_current(&disk).unwrap();
                assert_eq!(journal(&disk), NEW);
            }
        }
    }
    assert_eq!(seen, [true, true], "the crashes did not reach both sides of the commit");
}

#[test]
fn what_does_not_continue_the_journal_is_refused() {
    let disk = disk_with_decision();
    let lock = RunLock::take_on(shared(&disk), &out(), "t").unwrap();
    assert!(matches!(lock.extend_journal(b"two\n", &ACT), Err(StoreError::Changed { .. })));
    assert_eq!(lock.journal().unwrap(), OLD);
    assert_eq!(lock.journal_head_of_record().as_deref(), Some("h"));
}
