//! Folders that can be made again: only what `fwt` wrote is ever removed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::store::{FolderWriter, ReplacedFolder, write_to_fill_in};

fn write(folder: &Path, names: &[&str]) -> Result<(), StoreError> {
    let writer = FolderWriter::create(folder, "synth")?;
    names.iter().try_for_each(|name| writer.put(name, |sink| sink.write_all(name.as_bytes())))
}

fn names(folder: &Path) -> Vec<String> {
    snapshot(&crate::store::real_disk::RealDisk, folder)
        .into_iter()
        .map(|(path, _)| path.strip_prefix(folder).unwrap().display().to_string())
        .filter(|name| name != ".fwt-made")
        .collect()
}

#[test]
fn a_folder_can_be_made_again_and_old_files_do_not_linger() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("county");
    write(&folder, &["2012-10/police.csv", "2012-10/asb.csv", "truth/2012-10/records.csv"]).unwrap();
    assert_eq!(names(&folder), ["2012-10/asb.csv", "2012-10/police.csv", "truth/2012-10/records.csv"]);
    assert_eq!(fs::metadata(folder.join("2012-10/asb.csv")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(folder.join("2012-10")).unwrap().permissions().mode() & 0o777, 0o700);
    write(&folder, &["2013-01/police.csv"]).unwrap();
    assert_eq!(names(&folder), ["2013-01/police.csv"]);
    assert!(!folder.join("2012-10").exists());
}

#[test]
fn a_folder_with_anything_else_in_it_is_refused_and_left_alone() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("real");
    fs::create_dir_all(folder.join("2012-10")).unwrap();
    assert!(matches!(write(&folder, &["a.csv"]), Err(StoreError::Refused { .. })), "folders of somebody else");
    fs::write(folder.join("2012-10/police.csv"), "real people").unwrap();
    assert!(matches!(write(&folder, &["a.csv"]), Err(StoreError::Refused { .. })));
    assert_eq!(fs::read_to_string(folder.join("2012-10/police.csv")).unwrap(), "real people");

    let made = temporary.path().join("made");
    write(&made, &["a.csv"]).unwrap();
    fs::write(made.join("mine.csv"), "mine").unwrap();
    let error = write(&made, &["b.csv"]).unwrap_err();
    assert!(error.to_string().contains("`mine.csv`, which fwt did not write there"), "{error}");
    assert_eq!(names(&made), ["a.csv", "mine.csv"]);
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    let temporary = tempfile::tempdir().unwrap();
    let writer = FolderWriter::create(&temporary.path().join("county"), "synth").unwrap();
    for name in ["../x", "/x", "a/../../x", "", "a//b", ".hidden", "a/.b", "a\0b", "Zoë.csv", "a\nb"] {
        assert!(matches!(writer.put(name, |_| Ok(())), Err(StoreError::Refused { .. })), "{name:?}");
    }
    writer.put("once.csv", |_| Ok(())).unwrap();
    assert!(writer.put("once.csv", |_| Ok(())).is_err());
}

#[test]
fn files_may_be_written_from_several_threads() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("county");
    let writer = FolderWriter::create(&folder, "synth").unwrap();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let writer = &writer;
            scope.spawn(move || writer.put(&format!("month/{number}.csv"), |sink| sink.write_all(b"x")).unwrap());
        }
    });
    drop(writer);
    assert_eq!(names(&folder).len(), 8);
    write(&folder, &["again.csv"]).unwrap();
    assert_eq!(names(&folder), ["again.csv"]);
}

#[test]
fn a_folder_is_replaced_only_by_the_command_that_made_it() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("county");
    write(&folder, &["2012-10/police.csv"]).unwrap();
    let refused = |found: Result<(), StoreError>| {
        let error = found.unwrap_err();
        assert!(matches!(error, StoreError::Refused { .. }) && error.to_string().contains("made by `fwt synth`"), "{error}");
        assert_eq!(names(&folder), ["2012-10/police.csv"]);
    };
    refused(FolderWriter::create(&folder, "agencies").map(drop));
    refused(FolderWriter::create_over(&folder, "agencies").map(drop));
    refused(ReplacedFolder::begin(&folder, "star").map(drop));
    // Earlier versions did not say which command it was.
    fs::write(folder.join(".fwt-made"), "Made by fwt: may be removed and made again. Files:\n2012-10/police.csv\n").unwrap();
    assert!(matches!(write(&folder, &["a.csv"]), Err(StoreError::Refused { .. })));
    assert_eq!(names(&folder), ["2012-10/police.csv"]);
    fs::remove_dir_all(folder.join("2012-10")).unwrap();
    write(&folder, &["a.csv"]).unwrap();
    assert_eq!(names(&folder), ["a.csv"], "where nothing is lost, the marker alone is no hindrance");
    // Where its files say it, the folder is made again as ever.
    let title = "Made by fwt: may be removed and made again. Files:";
    fs::write(folder.join(".fwt-made"), format!("{title}\na.csv\ntruth/2012-10/records.csv\n")).unwrap();
    assert!(matches!(FolderWriter::create(&folder, "agencies"), Err(StoreError::Refused { .. })));
    write(&folder, &["b.csv"]).unwrap();
    assert_eq!(names(&folder), ["b.csv"]);
}

#[test]
fn a_file_that_somebody_has_changed_is_not_replaced_unasked() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("cohort");
    write(&folder, &["families.csv", "pairs.csv"]).unwrap();
    fs::write(folder.join("families.csv"), "filled in").unwrap();
    assert!(matches!(write(&folder, &["families.csv"]), Err(StoreError::FilledIn { .. })));
    assert_eq!(fs::read_to_string(folder.join("families.csv")).unwrap(), "filled in");
    assert_eq!(names(&folder), ["families.csv", "pairs.csv"]);
    drop(FolderWriter::create_over(&folder, "synth").unwrap());
    assert!(names(&folder).is_empty());

    let file = temporary.path().join("cohort.xlsx");
    let now = || fs::read_to_string(&file).unwrap();
    write_to_fill_in(&file, b"October", false).unwrap();
    write_to_fill_in(&file, b"November", false).unwrap();
    assert_eq!(now(), "November", "as it was written");
    fs::write(&file, "filled in").unwrap();
    assert!(matches!(write_to_fill_in(&file, b"December", false), Err(StoreError::FilledIn { .. })));
    assert_eq!(now(), "filled in");
    write_to_fill_in(&file, b"December", true).unwrap();
    assert_eq!(now(), "December");
    let other = temporary.path().join("mine.xlsx");
    fs::write(&other, "mine").unwrap();
    assert!(matches!(write_to_fill_in(&other, b"December", false), Err(StoreError::FilledIn { .. })), "nobody knows who wrote it");
    assert!(!temporary.path().join(".mine.xlsx.as-written").exists());
}

#[test]
fn a_folder_has_one_writer_at_a_time() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("back");
    let first = FolderWriter::create(&folder, "agencies").unwrap();
    first.put("a.csv", |_| Ok(())).unwrap();
    assert!(matches!(FolderWriter::create(&folder, "agencies"), Err(StoreError::Locked { .. })));
    first.put("b.csv", |_| Ok(())).unwrap();
    drop(first);
    assert_eq!(names(&folder), ["a.csv", "b.csv"]);
    drop(FolderWriter::create(&folder, "agencies").unwrap());
    assert!(names(&folder).is_empty());
}
