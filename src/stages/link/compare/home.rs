//! Home: account, UPRN, address and postcode as one piece of evidence.
//!
//! What a household shares is not independent: two records of one dwelling agree on account, UPRN, address and postcode together,
//! and counting each apart merges families into one person (linkage.md §1, design.md §5). So they are one comparison with joint
//! levels, best first: same dwelling (account, UPRN or canonical address); same house and street, though the postcode differs
//! or a part is missing; same postcode with the house unknown; same postcode, other house; same sector; same district; elsewhere;
//! same dwelling where many people are recorded (a care home, hostel or barracks), which says much less; and, where
//! postcodes are missing, same town or different towns.

use super::super::encode::{Encoded, NONE, Node};
use super::{Level, level};

/// Levels within the comparison.
pub(crate) mod grade {
    /// Same dwelling.
    pub(crate) const DWELLING: u8 = 1;
    /// Same house and street.
    pub(crate) const HOUSE: u8 = 2;
    /// Same postcode, house unknown.
    pub(crate) const POSTCODE: u8 = 3;
    /// Same postcode, other house.
    pub(crate) const NEIGHBOUR: u8 = 4;
    /// Same postcode sector.
    pub(crate) const SECTOR: u8 = 5;
    /// Same postcode district.
    pub(crate) const DISTRICT: u8 = 6;
    /// Elsewhere.
    pub(crate) const ELSEWHERE: u8 = 7;
    /// Same dwelling of many people.
    pub(crate) const COMMUNAL: u8 = 8;
    /// Same town, postcode missing.
    pub(crate) const TOWN: u8 = 9;
    /// Different towns, postcode missing.
    pub(crate) const OTHER_TOWN: u8 = 10;
}

pub(super) const LEVELS: [Level; 11] = [
    level("missing", "an address is missing, which says nothing"),
    level("same dwelling", "the same account, UPRN or address"),
    level("same house", "the same house and street, with another postcode or flat"),
    level("same postcode", "the same postcode; the house is not known"),
    level("neighbour", "the same postcode but another house"),
    level("same sector", "the same postcode sector"),
    level("same district", "the same postcode district"),
    level("elsewhere", "addresses in different postcode districts"),
    level("same communal address", "the same address, at which many people are recorded"),
    level("same town", "the same town; postcodes are not known"),
    level("other town", "different towns; postcodes are not known"),
];

fn same(a: u32, b: u32) -> bool {
    a != NONE && a == b
}

/// Compares two records' homes.
pub(super) fn compare(a: &Node, b: &Node, encoded: &Encoded) -> u8 {
    if same(a.account, b.account) || same(a.dwelling, b.dwelling) || same(a.address_key, b.address_key) {
        let communal = |dwelling: u32| encoded.communal.get(dwelling as usize).copied().unwrap_or(false);
        return if communal(a.dwelling) || communal(b.dwelling) { grade::COMMUNAL } else { grade::DWELLING };
    }
    let same_house = same(a.house, b.house) && same(a.street, b.street);
    let flats_conflict = a.flat != NONE && b.flat != NONE && a.flat != b.flat;
    if a.postcode == NONE || b.postcode == NONE {
        return match (same_house && !flats_conflict, a.town == NONE || b.town == NONE, a.town == b.town) {
            (true, unknown, equal) if unknown || equal => grade::HOUSE,
            (_, true, _) => 0,
            (_, false, true) => grade::TOWN,
            (_, false, false) => grade::OTHER_TOWN,
        };
    }
    if a.postcode == b.postcode {
        return match (a.house == NONE || b.house == NONE, a.house == b.house && !flats_conflict) {
            (true, _) => grade::POSTCODE,
            (false, true) => grade::HOUSE,
            (false, false) => grade::NEIGHBOUR,
        };
    }
    let (places, district) = (&encoded.places, encoded.places.district_of(a.postcode) == encoded.places.district_of(b.postcode));
    if same_house && !flats_conflict && (district || same(a.town, b.town)) {
        grade::HOUSE
    } else if places.sector_of(a.postcode) == places.sector_of(b.postcode) {
        grade::SECTOR
    } else if district {
        grade::DISTRICT
    } else {
        grade::ELSEWHERE
    }
}
