//! Requests for preliminary assessments (seed 1): who is asked, who is reminded, what they answer.
//!
//! What comes in: accepted families, contacts, the register. What goes out: a [`Plan`] of new requests and reminders, one sheet per professional, decisions that follow from
//! answers. What always holds: only an accepted family is asked about; a professional is asked once about a family; each open request stands in the list of
//! reminders with its due date; whoever waits for the team (nobody can be asked, no worker is there yet) is named with a due date too, for the [chaser list](super::chasers).

pub mod answers;
pub mod plan;
pub mod sheets;

pub use plan::{Asked, Nobody, Plan, plan};
pub use sheets::{Sheets, sheets};

#[cfg(test)]
mod tests;
