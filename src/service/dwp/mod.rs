//! The round trip to the Department for Work and Pensions: whom it is asked about, and what its answer is worth.
//!
//! What comes in: a run that waits for the answer, what people decided, the file that came back. What goes out: the request, everybody who cannot be asked about and why,
//! and the answer in the form of its feed. What always holds: only families that the purpose covers are asked about, and none that was rejected or has ended;
//! nobody is asked about without a full address with its postcode (domain.md §4.2: names alone are rejected); "unable to trace" stays unknown and never becomes "no
//! benefit"; an answer that fits no question is set aside with its line.

mod answer;
mod people;
mod request;
mod trip;

use std::collections::BTreeMap;

pub use answer::{Answers, Terms, judge, returned};
pub use people::{Adult, PersonRecord, Sources, adults};
pub use request::{Asked, CANNOT_COLUMNS, Cannot, CannotReason, Request, SUBJECT_COLUMNS, request};
pub use trip::{DwpError, Sent, TakenBack, ask, last_request, place, take_back};

/// Subjects of a request by their reference.
pub type Subjects = BTreeMap<String, Asked>;
