//! P5, P8, P9: what may be read and from where.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;

use super::*;
use crate::store::{check_folders, config_files, list_all, list_folder, read_config, read_input, sha256_hex, stands_there};

#[test]
fn an_extract_is_read_whole_with_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("police.csv"), b"a,b\n1,2\n").unwrap();
    let input = read_input(folder.path(), &folder.path().join("police.csv")).unwrap();
    assert_eq!((input.bytes.as_slice(), input.size), (b"a,b\n1,2\n".as_slice(), 8));
    assert_eq!(input.sha256, sha256_hex(b"a,b\n1,2\n"));
    assert!(!format!("{input:?}").contains("1,2"));
    assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn nothing_outside_the_data_folder_and_nothing_but_regular_files_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir_all(data.join("inner")).unwrap();
    fs::write(folder.path().join("secret.csv"), "secret").unwrap();
    fs::write(data.join("plain.csv"), "plain").unwrap();
    symlink(folder.path().join("secret.csv"), data.join("link.csv")).unwrap();
    symlink(folder.path(), data.join("folder-link")).unwrap();
    symlink(data.join("plain.csv"), data.join("inner-link.csv")).unwrap();
    symlink("/dev/zero", data.join("zero.csv")).unwrap();
    symlink("loop.csv", data.join("loop.csv")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(data.join("socket.csv")).unwrap();
    let mut refused = vec![
        "../secret.csv",
        "link.csv",
        "folder-link/secret.csv",
        "inner",
        "zero.csv",
        "loop.csv",
        "missing.csv",
        "/etc/passwd",
        "/proc/self/environ",
        "/dev/null",
        "https://example.org/police.csv",
        "s3://bucket/police.csv",
        "file:///etc/passwd",
        "plain.csv\0.txt",
        "inner/../../secret.csv",
        "‥/secret.csv",
        "socket.csv",
    ];
    // No `mkfifo` by a child process: it would inherit the locks of other tests for a moment.
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        mknodat(CWD, data.join("pipe.csv"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        refused.push("pipe.csv");
    }
    for name in refused {
        let path = if name.contains("://") { PathBuf::from(name) } else { data.join(name) };
        let error = read_input(&data, &path).expect_err(name);
        assert!(!error.to_string().contains('\0'));
        assert!(matches!(error, StoreError::Refused { .. } | StoreError::Io { .. }), "{name}: {error}");
    }
    assert!(read_input(&data, &data.join("x".repeat(5_000))).is_err());
    assert_eq!(read_input(&data, &data.join("plain.csv")).unwrap().bytes, b"plain");
    assert_eq!(read_input(&data, &data.join("inner-link.csv")).unwrap().bytes, b"plain");
    assert_eq!(read_input(&data, &data.join("inner/../plain.csv")).unwrap().bytes, b"plain");
}

#[test]
fn an_extract_that_is_written_while_it_is_read_is_refused_or_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("growing.csv");
    fs::write(&path, vec![b'x'; 8 << 20]).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let (refused, lengths) = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                file.write_all(b"one more row\n").unwrap();
            }
        });
        let mut refused = 0;
        let mut lengths = Vec::new();
        for _ in 0..20 {
            match read_input(folder.path(), &path) {
                Err(StoreError::Changed { .. }) => refused += 1,
                Ok(input) => lengths.push((input.bytes.len() as u64, input.size)),
                Err(error) => panic!("{error}"),
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        (refused, lengths)
    });
    assert!(refused > 0);
    assert!(lengths.iter().all(|(read, size)| read == size));
}

#[test]
fn a_folder_is_listed_in_order_without_hidden_files() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.csv", "a.csv", ".fwt-made"] {
        fs::write(folder.path().join(name), "12").unwrap();
    }
    fs::create_dir(folder.path().join("2012-10")).unwrap();
    symlink("nowhere", folder.path().join("broken")).unwrap();
    let names: Vec<_> = list_folder(folder.path()).unwrap().into_iter().map(|entry| (entry.name, entry.is_folder, entry.size)).collect();
    assert_eq!(names, [("2012-10".to_owned(), true, 0), ("a.csv".to_owned(), false, 2), ("b.csv".to_owned(), false, 2)]);
    assert_eq!(list_all(folder.path()).unwrap().1, ["broken"]);
    // Of what must not be missed anything counts as being there.
    for (name, is_there) in [("a.csv", true), ("broken", true), ("2012-10", true), ("c.csv", false), ("a.csv/b.csv", false)] {
        assert_eq!(stands_there(&folder.path().join(name)), is_there, "{name}");
    }
}

#[test]
fn a_configuration_names_files_at_most_two_folders_up() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("outer/project");
    fs::create_dir_all(root.join("pipelines/bench[1]")).unwrap();
    fs::create_dir_all(root.join("schemas")).unwrap();
    fs::write(folder.path().join("far.toml"), "").unwrap();
    for name in ["police.toml", "attendance.toml", "notes.txt"] {
        fs::write(root.join("schemas").join(name), "\u{feff}a = 1\n").unwrap();
    }
    let named = |base: &Path, pattern: &str| {
        config_files(base, pattern)
            .map(|paths| paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect::<Vec<_>>())
    };
    assert_eq!(named(&root.join("pipelines"), "../schemas/*.toml").unwrap(), ["attendance.toml", "police.toml"]);
    assert_eq!(named(&root.join("pipelines/bench[1]"), "../../schemas/p*.toml").unwrap(), ["police.toml"]);
    symlink(folder.path().join("far.toml"), root.join("schemas/zz.toml")).unwrap();
    for pattern in [
        "../schemas/*.toml",
        "../../../far.toml",
        "../schemas/../../../far.toml",
        "/etc/passwd",
        "https://x/y.toml",
        "none*",
        "a\0b",
        "***",
    ] {
        let error = config_files(&root.join("pipelines"), pattern).expect_err(pattern);
        assert!(matches!(error, StoreError::Refused { .. }), "{pattern}: {error}");
    }
    let (text, sha256) = read_config(&root.join("schemas/police.toml")).unwrap();
    assert_eq!(text, "a = 1\n");
    assert_eq!(sha256, sha256_hex("\u{feff}a = 1\n".as_bytes()));
    fs::write(root.join("bad.toml"), b"a = \"\xff\"").unwrap();
    assert!(read_config(&root.join("bad.toml")).unwrap_err().to_string().ends_with("is not UTF-8 text: byte 6 is not"));
    assert!(read_config(Path::new("/dev/zero")).is_err());
    assert!(read_config(&root).is_err());
}

#[test]
fn output_never_goes_into_the_folder_of_the_extracts() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir_all(data.join("2012-10")).unwrap();
    symlink(&data, folder.path().join("same")).unwrap();
    for out in ["data", "data/out", "data/2012-10/x/y", "same/out", "data/../data/out"] {
        let error = check_folders(&data, &folder.path().join(out), false).expect_err(out);
        assert_eq!(error.exit_code(), 2, "{out}");
    }
    assert!(check_folders(&data, Path::new("https://example.org/out"), false).is_err());
    assert!(check_folders(&folder.path().join("missing"), &folder.path().join("out"), false).is_err());
    check_folders(&data, &folder.path().join("out"), false).unwrap();
    check_folders(&data, &folder.path().join("data-out/deep/er"), false).unwrap();
}
