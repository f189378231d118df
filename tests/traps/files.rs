//! The traps of whole files: what a run does when one extract of an ordinary month is so.

use std::fs;
use std::path::{Path, PathBuf};

/// What must happen.
pub(crate) enum Answer {
    /// The run is refused (exit code 1); its message holds these words.
    Refused(&'static [&'static str]),
    /// The run goes on, warns in these words, and sets so many rows aside that were not set aside before.
    Goes(&'static [&'static str], usize),
}
use Answer::{Goes, Refused};

/// One row of the table: what is done to the month folders of a county whose October was read without complaint.
pub(crate) struct FileTrap {
    pub(crate) name: &'static str,
    /// The month that is run.
    pub(crate) month: &'static str,
    pub(crate) damage: fn(&Path),
    pub(crate) answer: Answer,
}

fn find(data: &Path, stem: &str) -> PathBuf {
    let entries = fs::read_dir(data.join("2012-10")).expect("October is there");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    paths.find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(stem))).expect("the extract is there")
}

/// Another content for an extract of October.
fn change(data: &Path, stem: &str, with: impl Fn(Vec<u8>) -> Vec<u8>) {
    let path = find(data, stem);
    let bytes = fs::read(&path).expect("the extract is readable");
    fs::write(&path, with(bytes)).expect("the extract is writable");
}

/// Every extract of October is sent again for November, the increments as files of their own month without the row they all have in common.
fn resend(data: &Path, stems: &[&str]) {
    fs::create_dir_all(data.join("2012-11")).expect("a month folder");
    for stem in stems {
        let from = find(data, stem);
        fs::copy(&from, data.join("2012-11").join(from.file_name().expect("a name"))).expect("the extract is copied");
    }
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8(bytes.to_vec()).expect("UTF-8").lines().map(ToOwned::to_owned).collect()
}

pub(crate) const FILE_TRAPS: &[FileTrap] = &[
    FileTrap { name: "nothing is wrong", month: "2012-10", damage: |_| {}, answer: Goes(&[], 0) },
    FileTrap {
        name: "a file sent twice under two names",
        month: "2012-10",
        damage: |data| {
            let from = find(data, "counciltax");
            fs::copy(&from, from.with_file_name("counciltax_again.csv")).expect("the extract is copied");
        },
        answer: Refused(&["counciltax_again.csv", "delivered the same bytes as", "a delivery counts once"]),
    },
    FileTrap {
        name: "last month's increment sent again",
        month: "2012-11",
        damage: |data| resend(data, &["police_crime"]),
        answer: Refused(&["2012-11/police_crime", "delivered the same bytes as 2012-10/police_crime"]),
    },
    FileTrap {
        name: "last month's snapshot sent again",
        month: "2012-11",
        damage: |data| resend(data, &["counciltax"]),
        answer: Goes(&["2012-11/counciltax", "unchanged since 2012-10/counciltax"], 0),
    },
    FileTrap {
        name: "an empty file",
        month: "2012-10",
        damage: |data| change(data, "police_crime", |_| Vec::new()),
        answer: Refused(&["police_crime", "empty"]),
    },
    FileTrap {
        name: "a header and nothing else",
        month: "2012-10",
        damage: |data| change(data, "yot", |bytes| format!("{}\n", lines(&bytes)[0]).into_bytes()),
        answer: Refused(&["yot", "without a single data row"]),
    },
    FileTrap {
        name: "two headers",
        month: "2012-10",
        damage: |data| {
            change(data, "yot", |bytes| {
                let mut lines = lines(&bytes);
                lines.insert(1, lines[0].clone());
                (lines.join("\n") + "\n").into_bytes()
            });
        },
        answer: Goes(&[], 1),
    },
    FileTrap {
        name: "a comma too many in one row",
        month: "2012-10",
        damage: |data| {
            change(data, "dwp_return", |bytes| {
                let mut lines = lines(&bytes);
                lines[3].push(',');
                (lines.join("\n") + "\n").into_bytes()
            });
        },
        answer: Goes(&[], 1),
    },
    FileTrap {
        name: "a byte order mark",
        month: "2012-10",
        damage: |data| change(data, "police_crime", |bytes| [b"\xef\xbb\xbf".to_vec(), bytes].concat()),
        answer: Goes(&[], 0),
    },
    FileTrap {
        name: "UTF-16 where UTF-8 was agreed",
        month: "2012-10",
        damage: |data| {
            change(data, "police_crime", |bytes| {
                let text = format!("\u{feff}{}", String::from_utf8(bytes).expect("UTF-8"));
                text.encode_utf16().flat_map(u16::to_le_bytes).collect()
            });
        },
        // It says itself what it is: read, and said.
        answer: Goes(&["police_crime"], 0),
    },
];
