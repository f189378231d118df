//! The register: persons and families keep their ids from month to month, and what changed has a cause.
//!
//! What comes in: the register of the last final run, and what linkage, families, criteria and identification found this month. What goes out: stable
//! ids in place of the month's own, and the register as it stands after the month. What always holds: an id that was given is kept, or retired with
//! successors, or waits for people who are in no extract this month; a retired id is never given again; nothing depends on the order of rows or
//! on the number of threads.
//!
//! Who keeps an id: [`persons`] by the records they share with last month, [`families`] by the people they share; [`matching`] makes the whole
//! assignment best and one-to-one. [`ids`] makes new ones. [`known`] keeps what everybody was ever called. [`events`] tells what happened in families. What people decided is kept in
//! [`decisions`].

pub mod decisions;
pub mod events;
pub mod families;
mod ids;
pub(crate) mod known;
mod matching;
pub mod persons;
pub mod rows;
#[cfg(test)]
mod tests;

use crate::model::{IdKind, IdRecord, IdState};

/// The id that took the place of a retired one: that of those with most of its people. `ids` are sorted by (kind, id).
#[must_use]
pub fn successor(ids: &[IdRecord], kind: IdKind, id: &str) -> Option<String> {
    let place = ids.binary_search_by(|known| (known.kind, known.id.as_str()).cmp(&(kind, id))).ok()?;
    ids.get(place).filter(|known| known.state == IdState::Retired)?.successors.first().cloned()
}
