//! What is written after a run: all of it or nothing, resting on a published run, found by `verify` when it changes, and no monthly run is touched.

use super::*;
use crate::store::after_run::{AfterRun, Area, RestsOn, WrittenAfterRun, open_after_run, written_after_runs};
use crate::store::manifest::PreviousRun;
use crate::store::real_disk::RealDisk;
use crate::store::simulated_disk::{Fault, Loss};
use crate::store::verify;

/// The claims of a month, resting on the run that is current.
fn claims(disk: &Arc<dyn Disk>, out: &Path, window: &str) -> Result<WrittenAfterRun, StoreError> {
    let run = verify_on(disk.as_ref(), out, None)?;
    let contents = ManifestContents {
        period: window.to_owned(),
        tool_version: "0.1.0".to_owned(),
        after_run: Some(RestsOn {
            area: Area::Claims,
            runs: vec![PreviousRun { run_id: run.run_id, manifest_sha256: run.manifest_sha256 }],
        }),
        ..ManifestContents::default()
    };
    let lock = RunLock::take_on(Arc::clone(disk), out, "claims")?;
    if let Some(written) = AfterRun::already_written(&lock, &contents)? {
        return Ok(written);
    }
    let mut folder = AfterRun::begin(&lock, contents, 1_000)?;
    folder.put("claims.csv", Some(1), |sink| sink.write_all(b"family,amount\nF1,80000\n"))?;
    folder.put("families/F1.csv", Some(1), |sink| sink.write_all(b"evidence\n"))?;
    folder.commit()
}

fn first_claims() -> SimulatedDisk {
    let disk = disk_with_first_month();
    claims(&shared(&disk), &out(), "2012-10").unwrap();
    disk.restart(Loss::Both);
    disk
}

fn runs_of(disk: &SimulatedDisk) -> Vec<(PathBuf, Vec<u8>)> {
    snapshot(disk, &out().join("runs"))
}

fn operations(base: &SimulatedDisk) -> u64 {
    let disk = base.copy();
    disk.plan(0, Fault::Lie);
    claims(&shared(&disk), &out(), "2012-11").unwrap();
    disk.operations()
}

#[test]
fn a_crash_at_any_operation_leaves_all_of_it_or_nothing_and_no_run_is_touched() {
    let base = first_claims();
    let runs = runs_of(&base);
    let expected = {
        let disk = base.copy();
        claims(&shared(&disk), &out(), "2012-11").unwrap();
        snapshot(&disk, Path::new("/"))
    };
    let operations = operations(&base);
    assert!(operations > 20, "{operations} operations: too few to be true");
    for at in 1..=operations {
        for torn in [false, true] {
            for loss in [Loss::Nothing, Loss::Content, Loss::Names, Loss::Both, Loss::Random(at), Loss::Random(at + 999)] {
                let what = format!("operation {at}, torn {torn}, {loss:?}");
                let disk = base.copy();
                disk.plan(at, Fault::Crash { torn });
                assert!(claims(&shared(&disk), &out(), "2012-11").is_err(), "{what}: success was claimed");
                disk.restart(loss);
                let seen = verify_current(&disk).unwrap_or_else(|error| panic!("{what}: {error}"));
                assert!(seen.after_runs.len() == 1 || seen.after_runs.len() == 2, "{what}: {:?}", seen.after_runs);
                assert!(runs_of(&disk) == runs, "{what}: a run was touched");
                claims(&shared(&disk), &out(), "2012-11").unwrap_or_else(|error| panic!("{what}: the next call fails: {error}"));
                assert!(snapshot(&disk, Path::new("/")) == expected, "{what}: the files differ from those of an undisturbed call");
                assert_eq!(verify_current(&disk).unwrap().after_runs.len(), 2, "{what}");
            }
        }
    }
}

#[test]
fn a_disk_that_fails_or_lies_is_never_called_a_success() {
    let base = first_claims();
    let full = Fault::Error { kind: std::io::ErrorKind::StorageFull, for_ever: false };
    let failing = Fault::Error { kind: std::io::ErrorKind::Other, for_ever: false };
    for fault in [full, failing, Fault::Lie] {
        for at in 1..=operations(&base) {
            let what = format!("{fault:?} at operation {at}");
            let disk = base.copy();
            disk.plan(at, fault);
            if let Err(error) = claims(&shared(&disk), &out(), "2012-11") {
                assert_eq!(error.exit_code(), 3, "{what}: {error}");
            } else {
                disk.restart(Loss::Both);
                assert_eq!(verify_current(&disk).unwrap().after_runs.len(), 2, "{what}");
            }
            disk.restart(Loss::Nothing);
            verify_current(&disk).unwrap_or_else(|error| panic!("{what}: {error}"));
            claims(&shared(&disk), &out(), "2012-11").unwrap_or_else(|error| panic!("{what}: the next call fails: {error}"));
        }
    }
}

#[test]
fn a_byte_changed_in_it_is_found_from_the_output_folder_and_from_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let real: Arc<dyn Disk> = Arc::new(RealDisk);
    publish(&real, &out, "2012-10").unwrap();
    let written = claims(&real, &out, "2012-10").unwrap();
    assert!(claims(&real, &out, "2012-10").unwrap().already, "the same claims are written once");
    assert_eq!(verify(&out).unwrap().after_runs, [format!("claims/{}", written.id)]);
    assert_eq!(verify(&written.path).unwrap().files, 3);
    for name in ["claims.csv", "families/F1.csv", "manifest.json"] {
        let path = written.path.join(name);
        let original = std::fs::read(&path).unwrap();
        for at in 0..original.len() {
            let mut damaged = original.clone();
            damaged[at] ^= 1 << (at % 8);
            std::fs::write(&path, &damaged).unwrap();
            for place in [&out, &written.path] {
                assert!(matches!(verify(place), Err(StoreError::Damaged { .. })), "{name}, byte {at}");
            }
        }
        std::fs::write(&path, &original).unwrap();
    }
    std::fs::write(written.path.join("claims.csv"), "another").unwrap();
    let StoreError::Damaged { path, problems } = verify(&out).unwrap_err() else { panic!("not damaged") };
    assert_eq!(path, std::fs::canonicalize(&out).unwrap(), "the run is whole");
    assert_eq!(problems, [format!("`claims/{}`: `claims.csv` was changed", written.id)]);
    assert!(matches!(claims(&real, &out, "2012-10"), Err(StoreError::Damaged { .. })), "damaged claims are never passed off as written");
    std::fs::remove_dir_all(&written.path).unwrap();
    assert!(matches!(verify(&out), Err(StoreError::Damaged { .. })), "a folder that was removed is missed");
}

#[test]
fn later_folders_and_runs_leave_earlier_ones_as_they_are_and_each_names_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let real: Arc<dyn Disk> = Arc::new(RealDisk);
    publish(&real, &out, "2012-10").unwrap();
    let first = claims(&real, &out, "2012-10").unwrap();
    publish(&real, &out, "2012-11").unwrap();
    let second = claims(&real, &out, "2012-11").unwrap();
    let written = written_after_runs(&out, Area::Claims).unwrap();
    assert_eq!(written.iter().map(|one| &one.run_id).collect::<Vec<_>>(), [&first.id, &second.id]);
    assert!(written_after_runs(&out, Area::Requests).unwrap().is_empty());
    let opened = open_after_run(&out, Area::Claims, &written[1]).unwrap();
    assert_eq!(opened.manifest.previous.as_ref(), written.first());
    assert_eq!(opened.manifest.after_run.as_ref().unwrap().runs[0].run_id, contents("2012-11").run_id());
    assert!(opened.bytes("claims.csv").unwrap().starts_with(b"family"));
    assert_eq!(verify(&out).unwrap().run_id, contents("2012-11").run_id(), "CURRENT still names the run");
}

#[test]
fn what_rests_on_no_published_run_is_refused() {
    let disk = disk_with_first_month();
    let lock = RunLock::take_on(shared(&disk), &out(), "claims").unwrap();
    let mut contents = ManifestContents { period: "2012-10".to_owned(), ..ManifestContents::default() };
    assert!(matches!(AfterRun::begin(&lock, contents.clone(), 0), Err(StoreError::Refused { .. })));
    let run = PreviousRun { run_id: super::contents("2012-10").run_id(), manifest_sha256: "0".repeat(64) };
    contents.after_run = Some(RestsOn { area: Area::Dwp, runs: vec![run] });
    assert!(matches!(AfterRun::begin(&lock, contents, 0), Err(StoreError::Refused { .. })));
}
