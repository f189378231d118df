//! P8: `fwt` never uses the network: not one socket in a whole month, from synthetic extracts to the verified run.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test harness works on the disk directly")]

#[path = "support/strace.rs"]
mod strace;
mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{PIPELINE, text};

/// The network calls `fwt` makes with these arguments.
fn network_calls(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let log = folder.join("network.log");
    let output = Command::new("strace")
        .args(["-f", "-q", "-o", text(&log), "-e", "trace=%network", "-e", "signal=none", env!("CARGO_BIN_EXE_fwt")])
        .args(arguments)
        .output()
        .expect("strace starts");
    assert!(output.status.success(), "fwt {arguments:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    let lines = fs::read_to_string(&log).expect("strace wrote its log");
    lines.lines().filter(|line| !line.contains("+++ exited")).map(ToOwned::to_owned).collect()
}

#[test]
fn a_whole_month_opens_no_socket() {
    if !strace::is_there("the check for network calls") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    let back = folder.path().join("back");
    let commands: [&[&str]; 4] = [
        &["synth", "--out", text(&data), "--people", "1000", "--seed", "8", "--start", "2012-10", "--months", "1"],
        &["run", PIPELINE, "--month", "2012-10", "--data", text(&data), "--out", text(&out)],
        &["verify", text(&out)],
        &["agencies", text(&out), "--pipeline", PIPELINE, "--data", text(&data), "--to", text(&back)],
    ];
    for command in commands {
        assert_eq!(network_calls(folder.path(), command), Vec::<String>::new(), "fwt {} used the network", command[0]);
    }
}
