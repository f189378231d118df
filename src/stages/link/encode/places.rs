//! Unique postcodes and their sectors and districts.
//!
//! What comes in: the postcode column's values. What goes out: the sector ("LN1 1") and the district ("LN1") of each postcode, as codes and as hashes.
//! What always holds: a code that is not of the British form (no space) has its first half as its district and is its own sector.

use super::{NONE, hashes};
use crate::model::Texts;
use crate::model::hash::{FastMap, text_hash};

/// All unique postcodes.
pub(crate) struct Places {
    /// Code of the sector of each postcode.
    pub(crate) sector: Vec<u32>,
    /// Code of the district of each postcode.
    pub(crate) district: Vec<u32>,
    sector_hash: Vec<u64>,
    district_hash: Vec<u64>,
}

impl Places {
    /// Collects the sectors and districts of postcodes.
    pub(super) fn collect(postcodes: &Texts) -> Self {
        let mut sectors: FastMap<&str, u32> = FastMap::default();
        let mut districts: FastMap<&str, u32> = FastMap::default();
        let (mut sector, mut district) = (Vec::new(), Vec::new());
        let (mut sector_hash, mut district_hash) = (Vec::new(), Vec::new());
        for postcode in postcodes.iter() {
            let (sector_text, district_text) = split(postcode);
            let next = sectors.len() as u32;
            sector.push(*sectors.entry(sector_text).or_insert(next));
            let next = districts.len() as u32;
            district.push(*districts.entry(district_text).or_insert(next));
            sector_hash.push(text_hash(sector_text));
            district_hash.push(text_hash(district_text));
        }
        Self { sector, district, sector_hash, district_hash }
    }

    /// The hash of a postcode's sector, the same in every run.
    pub(crate) fn sector_hash_of(&self, postcode: u32) -> Option<u64> {
        hashes::hash_of(&self.sector_hash, postcode)
    }

    /// The hash of a postcode's district, the same in every run.
    pub(crate) fn district_hash_of(&self, postcode: u32) -> Option<u64> {
        hashes::hash_of(&self.district_hash, postcode)
    }

    /// The sector of a postcode.
    pub(crate) fn sector_of(&self, postcode: u32) -> u32 {
        self.sector.get(postcode as usize).copied().unwrap_or(NONE)
    }

    /// The district of a postcode.
    pub(crate) fn district_of(&self, postcode: u32) -> u32 {
        self.district.get(postcode as usize).copied().unwrap_or(NONE)
    }
}

fn split(postcode: &str) -> (&str, &str) {
    if let Some((district, inward)) = postcode.split_once(' ') {
        let end = district.len() + 1 + inward.chars().next().map_or(0, char::len_utf8);
        return (postcode.get(..end).unwrap_or(postcode), district);
    }
    let half = postcode.len().div_ceil(2);
    (postcode, postcode.get(..half).unwrap_or(postcode))
}
