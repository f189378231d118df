//! The nouns of the project: what stages hand to each other.
//!
//! What comes in: nothing; `model` imports no other room. What goes out: plain types without I/O.
//! What always holds: tables are columnar; every text column is dictionary-coded ([`TextColumn`]); a day is a
//! count of days since 1970-01-01 ([`date::Day`]); no type here prints a personal value in `Debug`.

pub mod age;
pub mod agreement;
pub mod amounts;
pub mod blocking;
pub mod claim;
pub mod cohort;
pub mod date;
pub mod decision;
pub mod delivery;
pub mod dwp;
pub mod effect;
pub mod event;
pub mod family;
pub mod flag;
pub mod funding;
pub mod further;
pub mod hash;
pub mod history;
pub mod identification;
pub mod ids;
pub mod intake;
pub mod journey;
pub mod known;
pub mod ledger;
pub mod link_model;
pub mod linked;
pub mod memory;
pub mod money;
pub mod nickname;
pub mod person;
pub mod problem;
pub mod progress;
pub mod pseudonym;
pub mod quotes;
pub mod referral;
pub mod register;
pub mod relation;
pub mod restricted;
pub mod results;
pub mod screen;
pub mod small_numbers;
pub mod spreadsheet;
pub mod tables;
pub mod target;
pub mod text;
pub mod texts;
pub mod unborn;
pub mod watch;
mod written;

pub use agreement::{FieldAgreement, Slip};
pub use blocking::{BlockingKey, COMPARISONS};
pub use claim::ClaimStage;
pub use cohort::{Standing, Status};
pub use date::{Day, Month, NO_DAY};
pub use decision::{Contradiction, Decision, Verdict, contradictions};
pub use delivery::{Cadence, Coverage, Delivery, DeliveryKind, FeedState, Source};
pub use dwp::{DwpFamilies, DwpPurpose, DwpSettings};
pub use effect::{CostItem, CostUnit, EffectSettings};
pub use event::{EventKind, EventRole, Events, Registration};
pub use family::{Confidence, Families, Family, Member, MemberRole, MembershipEvidence, Residence, Tier};
pub use flag::{Evidence, FeedCoverage, Flag, Flags, NeedCount, Ternary};
pub use further::{FURTHER, FurtherField, FurtherKind, MOST_FURTHER, STANDARD_FURTHER};
pub use identification::{Entry, FamilySummary, Identification, LastShown, Override, PriorityStep, Route};
pub use journey::{Journey, JourneyStep, PackJourneys, STEPS};
pub use known::{KnownPerson, KnownPlace};
pub use ledger::{Ledger, LedgerLine};
pub use link_model::FrozenModel;
pub use linked::{KeptLink, LinkDecision, Linked, PreventedMerge};
pub use memory::{LinkageMemory, RememberedPairs};
pub use money::{Pence, pounds};
pub use person::{Field, Note, NoteCode, PersonRole, RawPersons, RecordPosition, StandardField, StandardPersons};
pub use problem::{Problem, Problems, Reject, nearest};
pub use progress::{Progress, Silent};
pub use quotes::{LONGEST_CELL, check_quotes};
pub use referral::{ReferralCandidate, ReferralForm};
pub use register::{
    Change, ChangeCause, ChangeCode, FamilyEvent, FamilyEventKind, IdKind, IdRecord, IdState, Identity, Listing, Membership, Register,
    Retirement, RowPlace,
};
pub use relation::{Relation, RelationKind};
pub use restricted::{Restrictions, WithheldPlace};
pub use screen::Screen;
pub use target::Target;
pub use text::{NO_TEXT, TextColumn, TextColumnBuilder};
pub use texts::Texts;
pub use unborn::Unborn;
pub use watch::{Lead, Need, NeedLevel, NeedMeasure, NeedRule, NeedSettings, Reach, Step, StepKind, WatchSettings, Watched, WatchedEvent};
pub use written::{WrittenRow, line_of, read_written, read_written_table};
