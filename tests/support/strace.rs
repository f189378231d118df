//! Whether strace can be used. Missing, a test is skipped with a loud line, or fails where `CI=true` (`.ci/run` installs it).
#![allow(clippy::disallowed_methods, clippy::print_stderr, reason = "a test harness says loudly what it skips")]

use std::process::Command;

/// True if strace works; else says that `what` did not run.
pub(crate) fn is_there(what: &str) -> bool {
    let works = Command::new("strace").args(["-q", "-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success());
    if !works {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "strace is missing or may not trace: .ci/run installs it");
        eprintln!("\n*** SKIPPED: strace is missing or may not trace; {what} did not run ***\n");
    }
    works
}
