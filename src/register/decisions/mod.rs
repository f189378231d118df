//! What people decided, kept for ever: the cohort register.
//!
//! What comes in: decisions that people wrote into a workbook or into CSV files, and the facts of the run they were written about. What goes
//! out: entries of the journal `out/register/decisions.jsonl`, and the state that all entries together mean. What always holds: the state is
//! the fold of the journal and nothing else; an entry is never changed or taken out; an import is taken in one step or not at all; a row that
//! cannot be taken is set aside with line and reason, and no message holds a personal value.
//!
//! # The CSV form
//!
//! A folder with any of `families.csv`, `pairs.csv`, `referrals.csv` and `claims.csv` (or one of these files alone, or a workbook whose sheets `Families`,
//! `Pairs`, `Referrals` and `Claims` have the same columns in any order). UTF-8, comma, first line the header. `fwt cohort export` writes more columns
//! for the reader; a file written by hand or by a program needs those below only, and of the optional ones only those it uses. An empty cell says
//! nothing: it never undoes anything.
//!
//! `families.csv`, a row per family:
//!
//! | column | | says |
//! |---|---|---|
//! | `family` | required | family id (`F…`), or any record of any member as `source/record_id` |
//! | `accepted` | | `yes` or `no`: accepted for the list or rejected |
//! | `status` | | a name of [`crate::model::Status`], such as `assessment_requested`; blanks for underscores will do |
//! | `on` | | day the decision takes effect, `YYYY-MM-DD`, not after the day of the import; the reference date of the current run if empty |
//! | `override` | | `include`, `exclude` or `withdraw` |
//! | `pack` | | criteria pack the override is for; all packs if empty |
//! | `approver` | with an override | who approved it |
//! | `expires` | with an override | last day on which it holds, `YYYY-MM-DD`, not before `on` |
//! | `reason` | see below | why |
//! | `by` | required | who decided |
//!
//! A reason is required for a rejection, an override and every status marked in the table of [`transitions`].
//!
//! `pairs.csv`, a row per doubtful pair of records (the older decisions file of `[link] decisions` has the same columns):
//!
//! | column | | says |
//! |---|---|---|
//! | `left_source`, `left_record_id`, `right_source`, `right_record_id` | required | the two records, as `links.parquet` names them |
//! | `decision` | | `same`, `different` or `unsure` |
//! | `reason`, `by` | required | why, and who decided |
//!
//! `referrals.csv`, a row per referral form and candidate family:
//!
//! | column | | says |
//! |---|---|---|
//! | `source`, `referral` | required | the form: source name and the record id of its row without `#slot` |
//! | `family` | required | the candidate: a family id that `referral_candidates.parquet` gives for this form |
//! | `decision` | | `same`: the form is about this family; `different`: it is not; `unsure`. At most one candidate of a form is `same` |
//! | `reason`, `by` | required | why, and who decided |
//!
//! `claims.csv`, a row per claim (`sign_off.csv` of a claims folder is one, sealed):
//!
//! | column | | says |
//! |---|---|---|
//! | `family`, `window` | required | the claim: the family's id and the month of the window, `YYYY-MM` |
//! | `stage` | | `audited`, `submitted`, `paid` or `invalidated` |
//! | `amount_pence` | to audit | as drafted; any other amount is refused |
//! | `pack_sha256` | to audit | the evidence that was looked at |
//! | `on` | | day from which it holds, not after the day of the import; the reference date of the current run if empty |
//! | `reason` | to invalidate; to submit or note as paid what the newest retest would not claim so | why |
//! | `by` | required | who decided |
//!
//! Two rows that give one claim different answers for the same day, one of them `invalidated`, are both set aside. A sign-off whose family was claimed for already, or most of whose people were under another id, is set aside
//! too, whichever window and whichever row of the same file came first by day and line.
//!
//! Requests for assessments, their answers and allocations of workers stand in the same journal ([`Casework`]); they come from `fwt requests` and `fwt staff`.

mod casework;
mod claim;
mod entry;
mod import;
mod journal;
mod journey;
mod sheet;
mod state;
#[cfg(test)]
mod tests;
pub mod transitions;

pub use casework::{AllocationEntry, AllocationState, AnswerEntry, Casework, ROUTES, RequestEntry, RequestState};
pub use claim::{ClaimDecision, ClaimKey, ClaimState, Claims, InTheWay, LastRetest, in_the_way, mostly, standing_numbers, take_lowest};
pub use entry::{Content, Entry, FamilyDecision, OverrideDecision, PairDecision, RecordName, ReferralDecision, Side, verdict};
#[cfg(test)]
pub(crate) use import::claims_tests::ClaimsRun;
pub use import::{Candidate, Facts, Import, import};
pub use journal::{BEGINNING, Journal, JournalError, NewEntry, Origin};
pub use journey::{claims_by_family, journey};
pub use sheet::{Grid, Part, Sealed, Sheet, SheetColumn, SheetKind, SheetRow, seal, surplus_cells};
pub use state::{FamilyState, Half, OverrideState, PairKey, PairState, ReferralState, Register, pair_key, present_id};
