//! The one place that reads the time.
//!
//! What comes in: nothing. What goes out: the moment as UTC text for the audit trail, and elapsed seconds for people.
//! What always holds: no result depends on either (reliability.md P15); the reference date is always given, never "today".
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the one place that reads the time")]

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The moment as UTC text, such as `2012-10-31T23:59:58Z`, to the second.
#[must_use]
pub fn utc_now() -> String {
    utc_text(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs()))
}

/// Seconds since 1970-01-01 00:00 UTC as text; the epoch itself for a clock beyond the calendar.
fn utc_text(seconds: u64) -> String {
    let moment = i64::try_from(seconds).ok().and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0)).unwrap_or_default();
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Counts elapsed time for progress and summaries.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts counting.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since the start; never goes backwards.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_utc_iso_text() {
        assert_eq!(utc_text(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc_text(1_351_727_998), "2012-10-31T23:59:58Z");
        assert_eq!(utc_text(1_709_164_800), "2024-02-29T00:00:00Z");
        assert_eq!(utc_text(u64::MAX), "1970-01-01T00:00:00Z");
        assert_eq!(utc_now().len(), 20);
    }

    #[test]
    fn a_stopwatch_never_runs_backwards() {
        let watch = Stopwatch::start();
        let first = watch.seconds();
        assert!(first >= 0.0 && watch.seconds() >= first);
    }
}
