//! Which records speak of the same place.
//!
//! What comes in: records with UPRN and address key, either of which may be missing or slightly wrong. What goes out: [`Places`]: one
//! number per place, each record's place. What always holds: places are numbered by their smallest address key, so the numbers do
//! not depend on the order of the records; two addresses with different flats are never one place, whatever their UPRN.
#![expect(clippy::indexing_slicing, reason = "indices are codes of sorted columns and nodes of a forest built to their count")]

use rayon::prelude::*;

use super::forest::Forest;
use super::gazetteer::Gazetteer;
use crate::model::{NO_TEXT, StandardField, StandardPersons, TextColumn};

/// No place.
pub(super) const NOWHERE: u32 = u32::MAX;

/// The places of a run.
pub(super) struct Places {
    /// Place of each record, [`NOWHERE`] where its address says too little.
    pub(super) of_record: Vec<u32>,
    /// Address key of each place, empty if only its UPRN is known.
    pub(super) key: Vec<Box<str>>,
    /// UPRN of each place, empty if unknown.
    pub(super) uprn: Vec<Box<str>>,
    /// Postcode of each place, empty if unknown.
    pub(super) postcode: Vec<Box<str>>,
    /// Building of each place: places which differ in nothing but the flat.
    pub(super) building: Vec<u32>,
    /// A place where a record is restricted: whoever lives there is not told, whatever their own records say.
    pub(super) restricted: Vec<bool>,
    /// A place that names a building of several flats without saying which flat.
    pub(super) vague: Vec<bool>,
}

impl Places {
    /// Number of places.
    pub(super) fn len(&self) -> usize {
        self.key.len()
    }

    /// The words of an address, for [`super::communal`].
    pub(super) fn words(&self, place: u32) -> &str {
        &self.key[place as usize]
    }

    /// Finds the places; `person_of_record` tells which keys one person uses.
    pub(super) fn resolve(persons: &StandardPersons, person_of_record: &[u32]) -> Self {
        let keys = persons.column(StandardField::AddressKey).sorted();
        let uprns = persons.column(StandardField::Uprn).sorted();
        let gazetteer = Gazetteer::compile(&keys, &uprns, person_of_record);
        let mut forest = Forest::new(keys.values().len() + uprns.values().len());
        let shared = gazetteer.join_by_uprn(&mut forest);
        gazetteer.join_all_slips(&mut forest);
        gazetteer.join_by_person(&mut forest);
        number(persons, &keys, &uprns, &gazetteer, &mut forest, &shared)
    }
}

/// Numbers the places by their smallest node and lays out what is known of each.
fn number(
    persons: &StandardPersons,
    keys: &TextColumn,
    uprns: &TextColumn,
    gazetteer: &Gazetteer<'_>,
    forest: &mut Forest,
    shared: &[u32],
) -> Places {
    let nodes = gazetteer.parts.len() + uprns.values().len();
    let mut place_of_node = vec![NOWHERE; nodes];
    let mut count = 0_u32;
    for node in 0..nodes as u32 {
        let root = forest.root(node);
        // A root is the smallest node of its tree, hence met first.
        if root == node {
            place_of_node[node as usize] = count;
            count += 1;
        } else {
            place_of_node[node as usize] = place_of_node[root as usize];
        }
    }
    let mut best_key = vec![NO_TEXT; count as usize];
    let mut best_uprn = vec![(NO_TEXT, 0_u32); count as usize];
    let mut support = vec![0_u32; count as usize];
    for key in 0..gazetteer.parts.len() as u32 {
        let place = place_of_node[key as usize] as usize;
        support[place] += gazetteer.support[key as usize];
        if best_key[place] == NO_TEXT || gazetteer.support[key as usize] > gazetteer.support[best_key[place] as usize] {
            best_key[place] = key;
        }
        if gazetteer.uprn[key as usize].1 > best_uprn[place].1 {
            best_uprn[place] = gazetteer.uprn[key as usize];
        }
    }
    for uprn in 0..uprns.values().len() as u32 {
        let place = place_of_node[gazetteer.uprn_node(uprn) as usize] as usize;
        if best_uprn[place].0 == NO_TEXT {
            best_uprn[place] = (uprn, 1);
        }
    }
    let of_record: Vec<u32> = (0..persons.len())
        .into_par_iter()
        .map(|row| {
            let by_uprn = match uprns.code(row) {
                NO_TEXT => NOWHERE,
                uprn => place_of_node[gazetteer.uprn_node(uprn) as usize],
            };
            match keys.code(row) {
                NO_TEXT => by_uprn,
                key => {
                    let by_key = place_of_node[key as usize];
                    // A key nobody else uses beside a UPRN many use is a badly written address of that property.
                    let lonely = by_uprn != NOWHERE && support[by_key as usize] <= 1 && support[by_uprn as usize] >= 3;
                    if lonely { by_uprn } else { by_key }
                }
            }
        })
        .collect();
    let mut restricted = vec![false; count as usize];
    for (&place, _) in of_record.iter().zip(&persons.is_restricted).filter(|(place, restricted)| **restricted && **place != NOWHERE) {
        restricted[place as usize] = true;
    }
    let (building, vague) = buildings(gazetteer, &best_key, &best_uprn, shared);
    let postcode = postcodes(persons, &of_record, gazetteer, &best_key);
    let text = |column: &TextColumn, code: u32| column.value(code).unwrap_or_default().into();
    Places {
        key: best_key.iter().map(|&key| text(keys, key)).collect(),
        uprn: best_uprn.iter().map(|&(uprn, _)| text(uprns, uprn)).collect(),
        of_record,
        postcode,
        building,
        restricted,
        vague,
    }
}

/// Places which differ only in the flat have one building, and so have the rooms or pitches of a site and the site itself (`3, Sea
/// View Park` is written like a house of a street, `Sea View Park` like a house by name). A UPRN of several flats belongs to theirs.
/// Gives back the building of each place, and whether the place says no flat, room or pitch where others of its building do.
fn buildings(gazetteer: &Gazetteer<'_>, best_key: &[u32], best_uprn: &[(u32, u32)], shared: &[u32]) -> (Vec<u32>, Vec<bool>) {
    let of_site = gazetteer.sites(shared);
    let key_of = |place: u32| match best_key[place as usize] {
        NO_TEXT => shared.get(best_uprn[place as usize].0 as usize).copied().unwrap_or(NO_TEXT),
        key => key,
    };
    let face = |place: u32| {
        let key = key_of(place);
        let parts = gazetteer.parts[key as usize];
        match (parts.flat.is_empty(), parts.street.is_empty()) {
            (true, true) => ("", parts.house, parts.postcode),
            (true, false) if of_site[key as usize] => ("", parts.street, parts.postcode),
            _ => (parts.house, parts.street, parts.postcode),
        }
    };
    let exact = |place: u32| match best_key[place as usize] {
        NO_TEXT => false,
        key => !gazetteer.parts[key as usize].flat.is_empty() || of_site[key as usize],
    };
    let mut places: Vec<u32> = (0..best_key.len() as u32).filter(|&place| key_of(place) != NO_TEXT).collect();
    places.par_sort_unstable_by(|&a, &b| face(a).cmp(&face(b)).then(a.cmp(&b)));
    let mut building: Vec<u32> = vec![u32::MAX; best_key.len()];
    let mut vague = vec![false; best_key.len()];
    for (number, group) in places.chunk_by(|&a, &b| face(a) == face(b)).enumerate() {
        let divided = group.iter().any(|&place| exact(place));
        for &place in group {
            building[place as usize] = number as u32;
            vague[place as usize] = divided && !exact(place);
        }
    }
    (building, vague)
}

/// The postcode of the address key, else the most frequent one of the records there.
fn postcodes(persons: &StandardPersons, of_record: &[u32], gazetteer: &Gazetteer<'_>, best_key: &[u32]) -> Vec<Box<str>> {
    let column = persons.column(StandardField::Postcode).sorted();
    let mut bare: Vec<(u32, u32)> = of_record
        .iter()
        .enumerate()
        .filter(|&(row, &place)| place != NOWHERE && best_key[place as usize] == NO_TEXT && column.code(row) != NO_TEXT)
        .map(|(row, &place)| (place, column.code(row)))
        .collect();
    bare.sort_unstable();
    let mut found: Vec<Box<str>> = best_key
        .iter()
        .map(|&key| if key == NO_TEXT { Box::from("") } else { Box::from(gazetteer.parts[key as usize].postcode) })
        .collect();
    let mut best = vec![0_usize; best_key.len()];
    for run in bare.chunk_by(|a, b| a == b) {
        let (place, code) = run[0];
        if run.len() > best[place as usize] {
            best[place as usize] = run.len();
            found[place as usize] = column.value(code).unwrap_or_default().into();
        }
    }
    found
}
