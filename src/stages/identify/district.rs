//! District and locality of a home by its postcode.
//!
//! What always holds: the longest listed beginning decides; a postcode that none of them begins is out of the county.

use crate::config::checked::District;

/// Where a home lies.
pub(super) enum Place<'a> {
    /// In this district.
    District(&'a District),
    /// Outside the county: Grimsby and Scunthorpe have "Lincolnshire" in their addresses and are not the county's.
    OutOfCounty,
    /// No postcode is known.
    Unknown,
}

/// The district of a postcode such as `LN1 1YL`.
pub(super) fn place<'a>(postcode: &str, districts: &'a [District]) -> Place<'a> {
    if postcode.is_empty() || districts.is_empty() {
        return Place::Unknown;
    }
    let begins = |listed: &str| {
        postcode.strip_prefix(listed).is_some_and(|rest| {
            // `PE2` must not take `PE21 8AA`: a listed outward code ends where the space stands; a sector ends before two letters.
            rest.is_empty() || rest.starts_with(' ') || listed.contains(' ')
        })
    };
    let candidates = districts.iter().flat_map(|district| district.postcodes.iter().map(move |listed| (listed, district)));
    candidates
        .filter(|(listed, _)| begins(listed))
        .max_by(|a, b| a.0.len().cmp(&b.0.len()).then_with(|| b.1.code.cmp(&a.1.code)))
        .map_or(Place::OutOfCounty, |(_, district)| Place::District(district))
}
