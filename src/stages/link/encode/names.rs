//! Unique names: forenames, surnames, maiden names and aliases in one numbering.
//!
//! What comes in: the name columns. What goes out: per unique name its sound, nickname groups, parts and how frequent it is as
//! forename and as surname. What always holds: names are numbered in alphabetical order; forenames and surnames share the
//! numbering, so that swapped names are found by comparing codes. Under a frozen model how frequent a name is, and which nickname groups
//! names join, is what it was when the model was estimated.

use rayon::prelude::*;
use rphonetic::{DoubleMetaphone, Encoder};

use super::super::compare::letters;
use super::{NONE, Node};
use crate::model::hash::{FastMap, text_hash};
use crate::model::link_model::FrozenFrequencies;
use crate::model::nickname::nickname_groups;
use crate::model::{StandardField, StandardPersons, ids};
use crate::stages::link::hash::{NumberMap, mix};

const FIELDS: [StandardField; 4] = [StandardField::Forename, StandardField::Alias, StandardField::Surname, StandardField::OtherSurname];

/// Bands of frequency: a name belongs to the first whose lower bound (share of people) it reaches. The steps are of one bit, so the evidence of an agreement is at most half a bit off.
const BANDS: [f64; 9] = [0.032, 0.016, 0.008, 0.004, 0.002, 0.001, 0.000_5, 0.000_25, 0.000_1];

/// One unique name.
pub(crate) struct Name {
    /// Upper-case letters, parts separated by spaces.
    pub(crate) text: Box<str>,
    /// Code of its Double Metaphone sound (Philips 2000); [`NONE`] where the letters give none.
    pub(crate) sound: u32,
    /// Hash of the text, the same in every run.
    pub(crate) hash: u64,
    /// Hash of the sound, the same in every run.
    pub(crate) sound_hash: u64,
    /// Nickname groups.
    pub(crate) groups: &'static [u16],
    /// A number shared by all names that nickname groups join, directly or not: for blocking only.
    pub(crate) kin: u64,
    /// First letter.
    pub(crate) initial: u8,
    /// Number of letters.
    pub(crate) length: u8,
    /// Which letters it has ([`letters`]).
    pub(crate) letters: u32,
    /// Codes of the parts of a compound name; empty for a simple one.
    pub(crate) parts: Box<[u32]>,
    /// Band of frequency as a forename, 0 the most frequent.
    pub(crate) forename_band: u8,
    /// Band of frequency as a surname, 0 the most frequent.
    pub(crate) surname_band: u8,
}

#[cfg(test)]
impl Name {
    /// A name by itself.
    pub(crate) fn for_tests(text: &str) -> Self {
        let sounding = sound(text);
        Self {
            text: text.into(),
            sound: if sounding.is_empty() { NONE } else { text_hash(&sounding) as u32 },
            hash: text_hash(text),
            sound_hash: text_hash(&sounding),
            groups: nickname_groups(text),
            kin: 0,
            initial: text.bytes().next().unwrap_or(b' '),
            length: text.len().min(255) as u8,
            letters: letters(text),
            parts: Box::default(),
            forename_band: 0,
            surname_band: 0,
        }
    }
}

/// All unique names.
pub(crate) struct Names {
    unique: Vec<Name>,
    columns: [Vec<u32>; 4],
    lookup: FastMap<Box<str>, u32>,
    /// Nickname groups that names join to a smaller one, with that one, sorted.
    pub(crate) kin: Vec<(u16, u16)>,
    /// People with each name as their forename.
    pub(crate) forename_people: Vec<u32>,
    /// People with each name as their surname.
    pub(crate) surname_people: Vec<u32>,
}

impl Names {
    /// Collects the unique names of all name columns, the parts of compound ones and first middle names. `kin`: which nickname groups names join, where
    /// that is frozen.
    pub(super) fn collect(persons: &StandardPersons, kin: Option<&[(u16, u16)]>) -> Self {
        let mut texts: Vec<&str> = Vec::new();
        for field in FIELDS {
            for value in persons.column(field).values().iter() {
                texts.push(value);
                texts.extend(value.split(' ').filter(|part| part.len() > 1));
            }
        }
        texts.extend(persons.column(StandardField::MiddleNames).values().iter().filter_map(|value| value.split(' ').next()));
        texts.par_sort_unstable();
        texts.dedup();
        let lookup: FastMap<Box<str>, u32> = texts.iter().zip(0u32..).map(|(text, code)| ((*text).into(), code)).collect();
        let sounds: Vec<String> = texts.par_iter().map(|text| sound(text)).collect();
        let mut sound_codes: FastMap<&str, u32> = FastMap::default();
        for text in &sounds {
            let next = sound_codes.len() as u32;
            sound_codes.entry(text).or_insert(next);
        }
        let kin = kin.map_or_else(|| joined_groups(&texts), <[_]>::to_vec);
        let hashes: Vec<u64> = texts.par_iter().map(|text| ids::digest_number(&[b"name", text.as_bytes()])).collect();
        let names = texts
            .iter()
            .zip(&sounds)
            .zip(hashes)
            .map(|((text, sounding), hash)| Name {
                text: (*text).into(),
                sound: if sounding.is_empty() { NONE } else { sound_codes.get(sounding.as_str()).copied().unwrap_or(NONE) },
                hash,
                sound_hash: text_hash(sounding),
                groups: nickname_groups(text),
                kin: kin_of(text, hash, &kin),
                initial: text.bytes().next().unwrap_or(b' '),
                length: text.len().min(255) as u8,
                letters: letters(text),
                parts: parts(text).filter_map(|part| lookup.get(part).copied()).collect(),
                forename_band: 0,
                surname_band: 0,
            })
            .collect();
        let columns =
            FIELDS.map(|field| persons.column(field).values().iter().map(|value| lookup.get(value).copied().unwrap_or(NONE)).collect());
        Self { unique: names, columns, lookup, kin, forename_people: Vec::new(), surname_people: Vec::new() }
    }

    /// The code of a column's value.
    pub(super) fn code(&self, field: StandardField, column_code: u32) -> u32 {
        let column = match field {
            StandardField::Forename => &self.columns[0],
            StandardField::Alias => &self.columns[1],
            StandardField::Surname => &self.columns[2],
            _ => &self.columns[3],
        };
        column.get(column_code as usize).copied().unwrap_or(NONE)
    }

    /// The codes of some texts.
    pub(super) fn codes_of<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Vec<u32> {
        texts.map(|text| self.lookup.get(text).copied().unwrap_or(NONE)).collect()
    }

    /// A name.
    pub(crate) fn get(&self, code: u32) -> &Name {
        self.unique.get(code as usize).expect("a name code is in its table")
    }

    /// Number of unique names.
    pub(crate) fn len(&self) -> usize {
        self.unique.len()
    }

    /// Counts how many people ([`super::bearer`]) bear each name and puts each name in its band of frequency.
    pub(super) fn count(&mut self, nodes: &[Node], bearers: &[u64]) {
        let mut people: Vec<(u64, u32, u32)> = nodes
            .par_iter()
            .zip(bearers)
            .filter(|(node, _)| node.forename != NONE || node.surname != NONE)
            .map(|(node, &bearer)| (bearer, node.forename, node.surname))
            .collect();
        people.par_sort_unstable();
        people.dedup_by_key(|person| person.0);
        (self.forename_people, self.surname_people) = (vec![0; self.unique.len()], vec![0; self.unique.len()]);
        for &(_, forename, surname) in &people {
            for (counts, code) in [(&mut self.forename_people, forename), (&mut self.surname_people, surname)] {
                if let Some(count) = counts.get_mut(code as usize) {
                    *count += 1;
                }
            }
        }
        let totals = [&self.forename_people, &self.surname_people]
            .map(|counts| counts.iter().map(|&count| u64::from(count)).sum::<u64>().max(1) as f64);
        for (name, (&forename, &surname)) in self.unique.iter_mut().zip(self.forename_people.iter().zip(&self.surname_people)) {
            name.forename_band = band(f64::from(forename) / totals[0]);
            name.surname_band = band(f64::from(surname) / totals[1]);
        }
    }

    /// Puts each name in the band it had when the model was estimated.
    pub(super) fn freeze(&mut self, frequencies: &FrozenFrequencies) {
        let table = |bands: &[(u64, u8)]| -> FastMap<u64, u8> { bands.iter().copied().collect() };
        let (forenames, surnames) = (table(&frequencies.forenames), table(&frequencies.surnames));
        for name in &mut self.unique {
            name.forename_band = forenames.get(&name.hash).copied().unwrap_or(RAREST);
            name.surname_band = surnames.get(&name.hash).copied().unwrap_or(RAREST);
        }
    }

    /// (hash, band) of the names that are not in the last band, as forenames and as surnames, sorted.
    pub(super) fn frozen_bands(&self) -> [Vec<(u64, u8)>; 2] {
        let of = |band: fn(&Name) -> u8| {
            let mut bands: Vec<(u64, u8)> =
                self.unique.iter().filter(|name| band(name) < RAREST).map(|name| (name.hash, band(name))).collect();
            bands.sort_unstable();
            bands
        };
        [of(|name| name.forename_band), of(|name| name.surname_band)]
    }
}

/// The band of the rarest names.
const RAREST: u8 = BANDS.len() as u8;

fn band(share: f64) -> u8 {
    BANDS.iter().position(|&lower| share >= lower).unwrap_or(BANDS.len()) as u8
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(move |part| part.len() > 1 && part.len() < text.len())
}

fn sound(text: &str) -> String {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    if letters.len() < 2 { String::new() } else { DoubleMetaphone::default().encode(&letters) }
}

/// Joins nickname groups that names share (union–find over groups): (group, smallest group it is joined to) of those that are not their own, sorted.
fn joined_groups(texts: &[&str]) -> Vec<(u16, u16)> {
    fn root(parent: &NumberMap<u32, u32>, mut group: u32) -> u32 {
        while let Some(&next) = parent.get(&group) {
            group = next;
        }
        group
    }
    let mut parent: NumberMap<u32, u32> = NumberMap::default();
    for text in texts {
        if let [first, rest @ ..] = nickname_groups(text) {
            for other in rest {
                let (a, b) = (root(&parent, u32::from(*first)), root(&parent, u32::from(*other)));
                if a != b {
                    parent.insert(a.max(b), a.min(b));
                }
            }
        }
    }
    let mut joined: Vec<(u16, u16)> = parent.keys().map(|&group| (group as u16, root(&parent, group) as u16)).collect();
    joined.sort_unstable();
    joined
}

/// The number shared by all names that nickname groups join; a name without group is on its own.
fn kin_of(text: &str, hash: u64, joined: &[(u16, u16)]) -> u64 {
    nickname_groups(text).first().map_or(hash, |&group| {
        let root = joined.binary_search_by_key(&group, |&(group, _)| group).ok().and_then(|place| joined.get(place));
        mix(u64::from(root.map_or(group, |&(_, root)| root)))
    })
}
