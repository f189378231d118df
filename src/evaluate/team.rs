//! A simulated team: what the service itself does about the families that its chaser list names.
//!
//! What comes in: the chaser list of a run of a synthetic county, the truth. What goes out: `families.csv` in the form that `fwt cohort import` takes. What always holds: the same
//! list, truth and seed give the same decisions; a step of status is one the service allows, on a day that is not before the last; of a family that is not on the list nothing is said.
//!
//! The team acts on what is overdue and waits for itself: it visits, and most families it meets are assessed; it asks after families that others support; it closes what cannot be
//! claimed any more. Who has truly left the county is found out by whoever calls. Professionals, workers, internal audit and the department do their own part elsewhere. How often a
//! visit leads to what is from memory `[m]`: it is what the service is tested with, no forecast.

use std::path::Path;

use fastrand::Rng;

use crate::model::Day;
use crate::model::date::iso;
use crate::model::hash::text_hash;
use crate::store::RunFolder;

use super::EvaluateError;
use super::matched::Matched;
use super::truth_files;

const COLUMNS: [&str; 5] = ["family", "status", "on", "reason", "by"];

/// A row of the chaser list, as far as the team reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToChase {
    /// Family id.
    pub family: String,
    /// Where it stands.
    pub status: String,
    /// Code of what is awaited.
    pub awaited: String,
    /// Days since it was due.
    pub days_overdue: i32,
}

/// The columns of a chaser list that are read.
pub const READ: [&str; 4] = ["family", "status", "awaited", "days_overdue"];

impl ToChase {
    /// From the cells of [`READ`]; `None` if they are not as the list is written.
    #[must_use]
    pub fn read([family, status, awaited, days_overdue]: [&str; 4]) -> Option<Self> {
        let days_overdue = days_overdue.parse().ok()?;
        Some(Self { family: family.to_owned(), status: status.to_owned(), awaited: awaited.to_owned(), days_overdue })
    }
}

/// What the team decides in the month of a run: the file, and its rows.
///
/// # Errors
/// [`EvaluateError`] if the run or the truth cannot be read.
pub fn team(run: &RunFolder, truth: &Path, chasers: &[ToChase], seed: u64) -> Result<(Vec<u8>, u64), EvaluateError> {
    let matched = Matched::read(run, truth)?;
    let away = truth_files::out_of_county(truth, matched.month)?;
    let has_left = |family: &str| matched.family(family).is_some_and(|real| away.get(real as usize).copied().unwrap_or(false));
    let on = matched.month.last_day();
    let failed = || EvaluateError::Table { table: "families.csv".to_owned() };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(|_| failed())?;
    let mut count = 0;
    for chaser in chasers {
        let mut rng = Rng::with_seed(text_hash(&format!("{seed}|team|{}|{}", matched.month, chaser.family)));
        let by = format!("team {}", 1 + rng.u8(0..4));
        for (status, day, reason) in steps(chaser, has_left(&chaser.family), on, rng.f64()) {
            writer.write_record([chaser.family.as_str(), status, &iso(day), reason, &by]).map_err(|_| failed())?;
            count += 1;
        }
    }
    Ok((writer.into_inner().map_err(|_| failed())?, count))
}

/// A status, the day from which it holds, the reason.
type Decided = (&'static str, Day, &'static str);

/// What the team does about a family on a day; nothing where it gets to nothing or others are to act.
fn steps(chaser: &ToChase, has_left: bool, on: Day, drawn: f64) -> Vec<Decided> {
    let one = |status, reason| vec![(status, on, reason)];
    if chaser.awaited.starts_with("claim-") {
        return Vec::new();
    }
    if has_left && chaser.status != "turned_around_elsewhere" || chaser.awaited == "out-of-county" {
        return one("out_of_county", "moved out of the county");
    }
    if chaser.days_overdue == 0 {
        return Vec::new();
    }
    match chaser.awaited.as_str() {
        "no-contact" | "all-asked" | "answered" | "to-ask" => match drawn {
            share if share < 0.62 => {
                let assessed = ("assessed", on, "");
                // Nobody was asked: the team's own visit is the assessment that was asked for.
                if chaser.status == "identified" {
                    vec![("assessment_requested", on - 1, "the team visits"), assessed]
                } else {
                    vec![assessed]
                }
            }
            share if share < 0.74 => one("no_contact", "three visits, nobody in"),
            share if share < 0.84 => one("declined", "the family does not want help"),
            _ => Vec::new(),
        },
        "not-in-run" => one("no_contact", "no record and no neighbour says where the family is"),
        // Nobody is free for so long: a partner leads meanwhile.
        "awaits-worker" if chaser.status == "assessed" && chaser.days_overdue > 60 && drawn < 0.3 => one("monitoring_only", ""),
        "word" => match drawn {
            share if share < 0.5 => one("monitoring_only", "the professional reports progress"),
            share if share < 0.7 => one("turned_around_elsewhere", "the professional reports that all is well"),
            share if share < 0.9 => one("closed", "nothing more is needed"),
            _ => Vec::new(),
        },
        "turn-around" if drawn < 0.7 => one("closed", "a year is over and not enough has changed"),
        "evidence" if drawn < 0.7 => one("closed", "the evidence was not to be had in time"),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date::from_iso;

    fn day(text: &str) -> Day {
        from_iso(text).unwrap()
    }

    fn does(status: &str, awaited: &str, overdue: &str, drawn: f64) -> Vec<(&'static str, String)> {
        let chaser = ToChase::read(["F1", status, awaited, overdue]).unwrap();
        steps(&chaser, false, day("2013-03-31"), drawn).into_iter().map(|(status, on, _)| (status, iso(on))).collect()
    }

    #[test]
    fn the_team_acts_on_what_is_overdue_and_waits_for_itself() {
        let end = || "2013-03-31".to_owned();
        assert!(does("identified", "no-contact", "0", 0.1).is_empty(), "not due yet");
        assert!(does("assessment_requested", "answer", "20", 0.1).is_empty(), "the professional's turn");
        assert!(does("attached", "claim-payment", "20", 0.1).is_empty(), "the department's turn");
        // An assessment is asked for before it is there, on a day of its own: two statuses on one day contradict each other.
        let visited = [("assessment_requested", "2013-03-30".to_owned()), ("assessed", end())];
        assert_eq!(does("identified", "no-contact", "1", 0.1), visited);
        assert_eq!(does("assessment_requested", "all-asked", "1", 0.1), [("assessed", end())]);
        assert_eq!(does("identified", "no-contact", "1", 0.7), [("no_contact", end())]);
        assert_eq!(does("identified", "no-contact", "1", 0.8), [("declined", end())]);
        assert_eq!(does("identified", "out-of-county", "0", 0.1), [("out_of_county", end())]);
        assert_eq!(does("monitoring_only", "word", "1", 0.1), [("monitoring_only", end())]);
        assert_eq!(does("attached", "turn-around", "1", 0.1), [("closed", end())]);
    }

    #[test]
    fn whoever_has_left_the_county_is_found_out_but_a_result_of_before_stands() {
        let chaser = |status, awaited| ToChase::read(["F1", status, awaited, "0"]).unwrap();
        let left = |status, awaited| steps(&chaser(status, awaited), true, day("2013-03-31"), 0.1).len();
        assert_eq!((left("attached", "turn-around"), left("turned_around_elsewhere", "evidence")), (1, 0));
        assert_eq!(left("attached", "claim-audit"), 0);
    }
}
