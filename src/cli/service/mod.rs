//! The commands of what the service does with the list.
//!
//! What comes in: arguments. What goes out: folders written after the run, entries of the register, text. What always holds: every command goes through [`office`],
//! which takes the lock, reads the register of restricted people as it stands today, and writes.

mod awaited;
pub(super) mod brief;
pub(super) mod districts;
pub(super) mod office;
pub(super) mod requests;
pub(super) mod staff;
