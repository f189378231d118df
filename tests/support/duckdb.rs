//! Whether DuckDB can be used: its Python package, in the interpreter `FWT_DUCKDB_PYTHON` names or in `python3`. Missing, a test is skipped with a
//! loud line, or fails where `CI=true` (`.ci/run` installs it).
#![allow(clippy::disallowed_methods, clippy::print_stderr, reason = "a test harness says loudly what it skips")]

use std::process::Command;

/// The Python that has DuckDB; else says that `what` did not run.
pub(crate) fn python(what: &str) -> Option<String> {
    let python = std::env::var("FWT_DUCKDB_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let works = Command::new(&python).args(["-c", "import duckdb"]).output().is_ok_and(|output| output.status.success());
    if !works {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "the Python package duckdb is missing: .ci/run installs it");
        eprintln!("\n*** SKIPPED: the Python package duckdb is missing (pip install duckdb); {what} did not run ***\n");
    }
    works.then_some(python)
}
