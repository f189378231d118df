//! What "turned around" means: the rules of results, as a results pack says them.
//!
//! What comes in: the checked content of a results pack. What goes out: settings, each with its name, its source and whether somebody must check it.
//! What always holds: shares are fractions of whole numbers; nothing here is a number of a programme itself.

use super::Status;

/// A results pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultRules {
    /// Name, such as `p1`.
    pub name: String,
    /// Version.
    pub version: String,
    /// Title, in words.
    pub title: String,
    /// Where the rules come from.
    pub source: String,
    /// What the result of the whole family is called in tables, such as `crime_asb_education`.
    pub family_result: String,
    /// Statuses whose first day freezes the baseline.
    pub attached_by: Vec<Status>,
    /// Time between attachment and claim.
    pub time: TimeRules,
    /// Whether at least one test must show an improvement.
    pub must_improve: bool,
    /// Days by which a feed may lag behind the last day that a test looks at.
    pub feed_lag_days: u32,
    /// Whose events count.
    pub whose: WhoseEvents,
    /// Age from which somebody is an adult.
    pub adult_from: i32,
    /// Each child at school; `None` where the pack does not test it, like the others.
    pub education: Option<EducationRules>,
    /// Anti-social behaviour of the family.
    pub asb: Option<ReductionRules>,
    /// Offences of its members up to an age.
    pub offences: Option<OffenceRules>,
    /// Every problem of the family by a criteria pack.
    pub problems: Option<ProblemRules>,
    /// Progress to work.
    pub progress: Option<ProgressRules>,
    /// Continuous employment.
    pub employment: Option<EmploymentRules>,
    /// Every setting of the file in words, in its order: name, value, question, source, whether to check it.
    pub settings: Vec<SettingLine>,
}

/// A setting in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingLine {
    /// Its name.
    pub name: String,
    /// Its value, as written.
    pub value: String,
    /// What it decides.
    pub question: String,
    /// Where it comes from.
    pub source: String,
    /// True if it rests on memory or on nobody's word but ours.
    pub check: bool,
}

/// Time between attachment and claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRules {
    /// Months before the attachment, and before the claim, that are compared.
    pub compared_months: u32,
    /// Months before the attachment in which something was a problem at entry: those that identification looks at.
    pub entry_months: u32,
    /// Months from the attachment within which the family is to be turned around; 0 for no limit.
    pub within_months: u32,
}

/// Whose events count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct WhoseEvents {
    /// Members who joined after the attachment.
    pub joiners: bool,
    /// Members at attachment who have left since.
    pub leavers: bool,
    /// Members who were never resident, such as a separated parent.
    pub elsewhere: bool,
    /// Whether a member who starts a problem that the family had at attachment voids the result.
    pub starting_voids: bool,
}

/// A share as a fraction of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// Above the line.
    pub numerator: u32,
    /// Below it; never 0.
    pub denominator: u32,
}

/// Each child at school.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct EducationRules {
    /// Complete terms looked at.
    pub terms: u32,
    /// Whether the running term counts as well.
    pub include_current: bool,
    /// Whether all of these terms must begin after the attachment.
    pub terms_after_attachment: bool,
    /// A child with so many fixed exclusions fails.
    pub exclusions_fail_at: u32,
    /// A child that missed this share of its sessions without leave fails.
    pub absence_fails_at: Fraction,
    /// Whether all absence counts, or only that without leave.
    pub all_absence: bool,
    /// Youngest and oldest age at which a child must have a row in each term.
    pub school_age: (i32, i32),
    /// Whether a child that was permanently excluded since the attachment fails.
    pub permanent_fails: bool,
    /// Whether a child that is on no roll on the day fails.
    pub not_on_roll_fails: bool,
    /// Whether education is neutral when every child of concern has left school.
    pub leavers_neutral: bool,
}

/// A reduction in the number of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReductionRules {
    /// Least reduction, as a share of the number before.
    pub cut: Fraction,
    /// Codes of the events that count.
    pub codes: Vec<String>,
    /// What it means that there were none before.
    pub zero_before: ZeroBefore,
}

/// What it means that there was nothing before the attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZeroBefore {
    /// The test says nothing, whatever happened since.
    Neutral,
    /// It says nothing as long as there is nothing now either; otherwise it fails.
    MustStay,
}

/// Offences of minors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffenceRules {
    /// The reduction, and the outcomes that make an offence proven.
    pub reduction: ReductionRules,
    /// Oldest age, on the day of the offence, at which somebody is a minor.
    pub oldest_minor: i32,
}

/// Every problem that a family had by a criteria pack since its attachment, those found later included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemRules {
    /// The criteria pack whose counted criteria are the problems.
    pub pack: String,
    /// Problems that a family must have had.
    pub at_least: u32,
    /// Months before the claim in each of which a problem must be gone.
    pub months: u32,
    /// Problems that are also solved where the cuts of anti-social behaviour and offences are met.
    pub by_cuts: Vec<String>,
    /// Problems that are solved where each child meets the test of education.
    pub by_education: Vec<String>,
}

/// Progress to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressRules {
    /// Codes of activity that show it.
    pub codes: Vec<String>,
    /// Months before the claim in which it must have begun or gone on.
    pub months: u32,
}

/// Continuous employment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmploymentRules {
    /// Benefits that one can move off.
    pub benefits: Vec<String>,
    /// Those of them after which employment may have gaps.
    pub with_gaps: Vec<String>,
    /// Weeks of employment after those …
    pub weeks_with_gaps: u32,
    /// … within so many weeks before the claim.
    pub within_weeks: u32,
    /// Consecutive weeks after the others.
    pub weeks_consecutive: u32,
    /// Months before the claim in which the consecutive weeks must end.
    pub months: u32,
    /// Codes of activity that are employment.
    pub codes: Vec<String>,
    /// Codes of activity that exclude it, because it is paid for elsewhere.
    pub excluded_by: Vec<String>,
    /// Oldest day, counted back from the attachment, of an answer on benefits.
    pub benefit_valid_days: u32,
}
