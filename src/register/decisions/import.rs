//! From sheets that came back to entries of the journal.
//!
//! What comes in: sheets, the register as it is, the facts of the current run. What goes out: the decisions that can be taken, in the order in which they hold,
//! and every row that cannot, with line and reason. What always holds: a row is taken whole or set aside whole; rows of one import that contradict each other are all
//! set aside; a row nobody edited, or that says what the register says already, makes no entry.

mod claims;
#[cfg(test)]
pub(super) mod claims_tests;
mod families;
mod pairs;
mod referrals;

use super::claim::LastRetest;
use super::entry::RecordName;
use super::journal::NewEntry;
use super::sheet::{Sealed, Sheet, SheetKind, SheetRow};
use super::state::Register;
use crate::model::{Day, Problem};

/// What an import needs to know of the run its decisions are about.
pub trait Facts {
    /// Reference date of the run: the day of a decision that names none.
    fn reference(&self) -> Day;
    /// The day on which the decisions come in: what happened cannot have happened later.
    fn today(&self) -> Day;
    /// What the newest test of the open claims with later data said, where rows about claims come in.
    fn last_retest(&self) -> Option<&LastRetest> {
        None
    }
    /// Names of the run's criteria packs.
    fn packs(&self) -> &[String];
    /// True if the run has a family of this id.
    fn has_family(&self, family: &str) -> bool;
    /// The id that took the place of a retired one.
    fn successor(&self, id: &str) -> Option<String>;
    /// The family in which the person of a record lives.
    fn family_of(&self, record: &RecordName) -> Option<String>;
    /// A few records of a family's members.
    fn records_of(&self, family: &str) -> Vec<RecordName>;
    /// Digest of a record's comparable values, and other records of the same person; `None` if the run has no such record.
    fn record(&self, record: &RecordName) -> Option<(String, Vec<RecordName>)>;
    /// What makes a family a candidate for a referral form; `None` if it is none.
    fn candidate(&self, form: &RecordName, family: &str) -> Option<Candidate>;
}

/// What makes a family a candidate for a referral form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// Record of the form and record of the family, for each person of the form that the family has.
    pub matched: Vec<(RecordName, RecordName)>,
    /// Digest of what the form says.
    pub fingerprint: String,
}

/// What became of an import.
#[derive(Clone, Default)]
pub struct Import {
    /// Decisions to take, in the order in which they hold.
    pub taken: Vec<NewEntry>,
    /// Rows set aside.
    pub set_aside: Vec<Problem>,
    /// Rows that say nothing new.
    pub unchanged: u64,
    /// Those of them in which somebody decided what the register held already.
    pub known: Vec<Problem>,
}

/// Judges every row of some sheets.
#[must_use]
pub fn import(sheets: &[Sheet], register: &Register, facts: &dyn Facts) -> Import {
    let mut import = Import::default();
    let rows = |kind: SheetKind| -> Vec<SheetRow<'_>> { sheets.iter().filter(|sheet| sheet.kind == kind).flat_map(Sheet::rows).collect() };
    families::take(&rows(SheetKind::Families), register, facts, &mut import);
    claims::take(&rows(SheetKind::Claims), register, facts, &mut import);
    let pairs = pairs::take(&rows(SheetKind::Pairs), register, facts, &mut import);
    let referrals = referrals::take(&rows(SheetKind::Referrals), register, facts, &mut import);
    pairs::settle(pairs, referrals, register, &mut import);
    for problems in [&mut import.set_aside, &mut import.known] {
        problems.sort_by(|a, b| (&a.file, a.line, a.code, &a.column).cmp(&(&b.file, b.line, b.code, &b.column)));
    }
    import
}

/// A problem of a row.
fn problem(row: &SheetRow<'_>, column: &str, code: &'static str, message: impl Into<String>) -> Problem {
    Problem::of_file(row.file(), code, message).at_line(row.line).in_column(column)
}

/// The entry that was the last about a row's subject when the row went out, if the row tells.
struct Opened(Option<u64>);

/// Whether a row is worth reading: `None` for one that nobody edited, or whose seal is broken (then it is set aside).
fn opened(row: &SheetRow<'_>, import: &mut Import) -> Option<Opened> {
    if let Some(surplus) = row.surplus() {
        import.set_aside.push(surplus);
        return None;
    }
    match row.seal() {
        Sealed::Unsealed => Some(Opened(None)),
        Sealed::Whole { edited: true, seq } => Some(Opened(Some(seq))),
        Sealed::Whole { edited: false, .. } => {
            import.unchanged += 1;
            None
        }
        Sealed::Broken => {
            let message = "a cell that must not be edited was: this row cannot be trusted to be about what it was about";
            let hint = match row.kind() {
                SheetKind::Claims => "copy `sign_off.csv` once more from the newest claims folder of the window and decide this row there",
                SheetKind::Families | SheetKind::Pairs | SheetKind::Referrals => {
                    "write a new workbook with `fwt cohort export` and decide this row there"
                }
            };
            import.set_aside.push(problem(row, "seal", "locked-cell-edited", message).with_hint(hint));
            None
        }
    }
}

/// A row whose subject was decided upon since the workbook went out.
fn stale(row: &SheetRow<'_>, last: u64) -> Problem {
    problem(row, "seal", "stale", format!("the register has moved on since this workbook was written: entry {last} is about the same"))
        .with_hint("look at it with `fwt cohort history`, write a new workbook with `fwt cohort export` and decide again there")
}

/// Rows about one `subject` of which some give different answers for the same day: all of them. `differ` compares two rows by their places.
fn contradictions(rows: &[SheetRow<'_>], subject: &str, differ: impl Fn(usize, usize) -> bool) -> Vec<Problem> {
    let against = |place: usize| -> Vec<String> {
        let others = rows.iter().enumerate().filter(|(other, _)| *other != place && differ(place, *other));
        others.map(|(_, row)| row.line.to_string()).collect()
    };
    let against: Vec<Vec<String>> = (0..rows.len()).map(against).collect();
    if against.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    let of_row = |(row, lines): (&SheetRow<'_>, Vec<String>)| {
        // A third row about the subject must not be taken on the ground of a state that is in dispute.
        if lines.is_empty() {
            let message = format!("other lines contradict each other about this {subject}, and this line waits for them");
            return problem(row, "family", "contradiction", message);
        }
        let word = if lines.len() == 1 { "line" } else { "lines" };
        let message = format!("{word} {} decided otherwise about the same {subject} for the same day", lines.join(", "));
        problem(row, "family", "contradiction", message).with_hint("let one of them decide; neither was taken")
    };
    rows.iter().zip(against).map(of_row).collect()
}

/// The cells every decision needs: who, and why where a reason is asked for.
fn said_by(row: &SheetRow<'_>, reason_for: Option<&str>, problems: &mut Vec<Problem>) {
    // An error of a spreadsheet, such as #REF!, names nobody and is no reason.
    for name in ["by", "reason", "approver"].into_iter().filter(|name| row.cell(name).contains(char::REPLACEMENT_CHARACTER)) {
        problems.push(problem(
            row,
            name,
            "damaged-cell",
            "this cell cannot be read: it holds an error of the spreadsheet, a formula without a stored value, or characters that are no text",
        ));
    }
    if row.cell("by").is_empty() {
        problems.push(problem(row, "by", "missing-by", "nobody is named as having decided this"));
    }
    if let Some(what) = reason_for
        && row.cell("reason").is_empty()
    {
        problems.push(problem(row, "reason", "missing-reason", format!("{what} needs a reason")));
    }
}

/// The verdict a row gives, if it gives one that is known.
fn verdict_of<'s>(row: &SheetRow<'s>, problems: &mut Vec<Problem>) -> &'s str {
    let word = row.cell("decision");
    if super::entry::verdict(&word.to_lowercase()).is_none() {
        problems.push(problem(row, "decision", "unknown-name", "expected \"same\", \"different\" or \"unsure\""));
    }
    word
}
