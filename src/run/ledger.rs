//! The row ledger of a monthly run.
//!
//! What comes in: the outcome of every stage. What goes out: a ledger in which every line balances, or what was lost.
//! What always holds: the counts on both sides of a line are made independently of each other.

use crate::model::{Families, Flags, Identification, Ledger, Linked, StandardPersons};
use crate::rules::pack::Pack;
use crate::stages::ingest::Ingested;

/// Balances the run.
///
/// # Errors
/// The first line that does not balance, in words.
pub(super) fn balance(
    ingested: &Ingested,
    persons: &StandardPersons,
    linked: &Linked,
    families: &Families,
    flags: &Flags,
    identification: &Identification,
    packs: &[Pack],
) -> Result<Ledger, String> {
    let mut ledger = people(ingested, persons, linked);
    let (housed, dead) = housed(families, linked.persons());
    ledger.record("households", "persons, those deceased set aside", linked.persons() as u64, housed, dead);
    let criteria: usize = packs.iter().map(|pack| pack.criteria.len()).sum();
    ledger.record("criteria", "flags", (families.families.len() * criteria) as u64, flags.flags.len() as u64, 0);
    ledger.record("identify", "families summarised", families.families.len() as u64, identification.summaries.len() as u64, 0);
    checked(ledger)
}

/// Balances a run of linkage only.
///
/// # Errors
/// The first line that does not balance, in words.
pub(super) fn balance_people(ingested: &Ingested, persons: &StandardPersons, linked: &Linked) -> Result<Ledger, String> {
    checked(people(ingested, persons, linked))
}

fn people(ingested: &Ingested, persons: &StandardPersons, linked: &Linked) -> Ledger {
    let mut ledger = Ledger::default();
    for delivery in &ingested.deliveries {
        ledger.record("ingest", format!("rows of {}", delivery.file), delivery.rows_read, delivery.rows_used, delivery.rows_set_aside);
    }
    ledger.record("standardise", "person records", ingested.persons.len() as u64, persons.len() as u64, 0);
    let tests = persons.is_test.iter().filter(|is_test| **is_test).count() as u64;
    let of_a_person = linked.person_of_record.iter().filter(|person| (**person as usize) < linked.persons()).count() as u64;
    ledger.record("link", "person records, test records set aside", persons.len() as u64, of_a_person, tests);
    ledger.record("link", "persons with at least one record", distinct(linked), linked.persons() as u64, 0);
    ledger
}

fn checked(ledger: Ledger) -> Result<Ledger, String> {
    let first = ledger
        .unbalanced()
        .first()
        .map(|line| format!("{}, {}: {} in, {} out, {} set aside", line.stage, line.what, line.rows_in, line.rows_out, line.set_aside));
    first.map_or(Ok(ledger), Err)
}

fn distinct(linked: &Linked) -> u64 {
    let mut seen = vec![false; linked.persons()];
    for person in &linked.person_of_record {
        if let Some(seen) = seen.get_mut(*person as usize) {
            *seen = true;
        }
    }
    seen.into_iter().filter(|seen| *seen).count() as u64
}

/// Persons with exactly one primary membership, and dead persons without one.
fn housed(families: &Families, persons: usize) -> (u64, u64) {
    let mut primary = vec![0_u32; persons];
    for member in families.members.iter().filter(|member| member.primary) {
        if let Some(count) = primary.get_mut(member.person as usize) {
            *count += 1;
        }
    }
    let housed = primary.iter().filter(|count| **count == 1).count();
    let dead = primary.iter().zip(&families.died).filter(|(count, died)| **count == 0 && **died != crate::model::NO_DAY).count();
    (housed as u64, dead as u64)
}
