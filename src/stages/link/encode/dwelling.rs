//! Which address keys and UPRNs are the same dwelling, and which dwellings hold many people.
//!
//! What comes in: the UPRN and address columns. What goes out: one dwelling number per record.
//! What always holds: an address without UPRN takes the UPRN most often recorded with that address; ties go to the smaller text.
//! Nothing is joined through a UPRN, so one wrong UPRN does not merge two addresses.

use rayon::prelude::*;

use super::{NONE, Node};
use crate::model::{StandardField, StandardPersons};
use crate::stages::link::hash::join;

/// People at one dwelling beyond which sharing it says little: care homes, hostels, caravan sites and barracks look like this.
const COMMUNAL_PEOPLE: usize = 25;

/// Dwelling numbers: UPRN codes first, then address keys.
pub(super) struct Dwellings {
    uprns: u32,
    resolved: Vec<u32>,
}

impl Dwellings {
    /// Resolves address keys to UPRNs.
    pub(super) fn resolve(persons: &StandardPersons, order: &[u32]) -> Self {
        let (uprn, key) = (persons.column(StandardField::Uprn), persons.column(StandardField::AddressKey));
        let uprns = uprn.values().len() as u32;
        let mut seen: Vec<(u32, u32)> = order
            .par_iter()
            .map(|&row| (key.code(row as usize), uprn.code(row as usize)))
            .filter(|&(key, uprn)| key != NONE && uprn != NONE)
            .collect();
        seen.par_sort_unstable();
        let mut resolved: Vec<u32> = (0..key.values().len() as u32).map(|code| uprns + code).collect();
        for of_key in seen.chunk_by(|a, b| a.0 == b.0) {
            let mut best: Option<(usize, u32)> = None;
            for same in of_key.chunk_by(|a, b| a.1 == b.1) {
                let Some(&(_, code)) = same.first() else { continue };
                let better =
                    best.is_none_or(|(count, other)| same.len() > count || (same.len() == count && uprn.value(code) < uprn.value(other)));
                if better {
                    best = Some((same.len(), code));
                }
            }
            if let (Some(&(key, _)), Some((_, code))) = (of_key.first(), best)
                && let Some(slot) = resolved.get_mut(key as usize)
            {
                *slot = code;
            }
        }
        Self { uprns, resolved }
    }

    /// The dwelling of a record.
    pub(super) fn of(&self, uprn: u32, address_key: u32) -> u32 {
        if uprn == NONE { self.resolved.get(address_key as usize).copied().unwrap_or(NONE) } else { uprn }
    }

    /// Hash of each dwelling, from those of the UPRNs and address keys.
    pub(super) fn hashes(uprns: &[u64], keys: &[u64]) -> Vec<u64> {
        uprns.iter().map(|&hash| join(0, hash)).chain(keys.iter().map(|&hash| join(1, hash))).collect()
    }

    /// Which dwellings hold more people than a family does.
    pub(super) fn communal(&self, nodes: &[Node]) -> Vec<bool> {
        let mut people: Vec<(u32, u64)> = nodes
            .par_iter()
            .filter(|node| node.dwelling != NONE)
            .map(|node| (node.dwelling, join(u64::from(node.forename), u64::from(node.surname))))
            .collect();
        people.par_sort_unstable();
        people.dedup();
        let mut communal = vec![false; self.uprns as usize + self.resolved.len()];
        for group in people.chunk_by(|a, b| a.0 == b.0) {
            if group.len() > COMMUNAL_PEOPLE
                && let Some(slot) = group.first().and_then(|&(dwelling, _)| communal.get_mut(dwelling as usize))
            {
                *slot = true;
            }
        }
        communal
    }
}
