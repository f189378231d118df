//! Evidence of effect: families before and after a key worker works with them, with those that nobody works with yet beside them.
//!
//! What comes in: the final runs of all months, what people decided, the cost table. What goes out: exact tables for the service, and tables and pages in which small numbers
//! are suppressed, for others. What always holds: before is what was known at attachment, after is what is known now; the months before and after
//! are equally many, and a family whose months after are not over is not compared; nothing here claims a cause: families come to the service when things are at their
//! worst, and much gets better by itself.

mod committee;
mod count;
mod files;
mod gather;
mod page;
mod study;

pub use count::{Amount, Known, Window, counted};
pub use files::{EffectError, Written, write};
pub use gather::{Given, KnownMonth, gather};
pub use study::{CaseFamily, CohortStudy, CriterionRow, Group, Side, Study, study};
