//! The stages, in the order of a run. No stage imports another; what two share is a noun in [`crate::model`].
//!
//! What comes in and goes out of each is its one public function; `run` makes the calls.

pub mod agreement;
pub mod criteria;
pub mod households;
pub mod identify;
pub mod ingest;
pub mod link;
pub mod publish;
pub mod referrals;
pub mod standardise;
