//! A county in a folder of its own, its months, and its register of restricted people and addresses.

#![allow(
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test prepares its own folders, and each test binary has a copy of its own"
)]

use std::fs;
use std::path::PathBuf;

use super::support::{PIPELINE, current, fwt_ok, text};

pub struct Scene {
    _folder: tempfile::TempDir,
    pub data: PathBuf,
    pub register: PathBuf,
    pub root: PathBuf,
}

impl Scene {
    /// Months from October 2012 on, nobody restricted.
    pub fn of(seed: &str, people: &str, months: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder of its own");
        let root = folder.path().to_owned();
        let data = root.join("data");
        fwt_ok(&["synth", "--out", text(&data), "--people", people, "--start", "2012-10", "--months", months, "--seed", seed]);
        let register = data.join("service/restricted.csv");
        fs::remove_file(&register).expect("synth writes a register");
        Self { _folder: folder, data, register, root }
    }

    /// Runs a month by `run` or `link`; gives the published folder.
    pub fn command(&self, command: &str, month: &str, out: &str) -> PathBuf {
        let out = self.root.join(out);
        fwt_ok(&[command, PIPELINE, "--month", month, "--data", text(&self.data), "--out", text(&out), "--quiet"]);
        current(&out)
    }

    /// Writes the register: a header, ended by a line break, and rows.
    pub fn enter(&self, head: &str, rows: &str) {
        fs::write(&self.register, format!("{head}{rows}")).expect("the register can be written");
    }
}
