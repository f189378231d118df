//! Which district a postcode lies in.
//!
//! What comes in: districts with their postcode areas, districts and sectors. What goes out: the district of the longest that fits. What always
//! holds: `LN1` fits `LN1 1AA` and not `LN12 1AA`; a postcode that fits none of the county's is out of county, one that is not known is not.

use crate::config::checked::District;

/// Districts by postcode prefix.
pub(super) struct Districts<'s> {
    /// (prefix in canonical form, district), sorted.
    prefixes: Vec<(String, &'s District)>,
}

/// Where a home lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found<'s> {
    District(&'s District),
    OutOfCounty,
    Unknown,
}

impl<'s> Districts<'s> {
    /// Prepares the settings.
    pub(super) fn new(districts: &'s [District]) -> Self {
        let mut prefixes: Vec<(String, &District)> =
            districts.iter().flat_map(|district| district.postcodes.iter().map(move |prefix| (canonical(prefix), district))).collect();
        // The same prefix in two districts: the smaller code wins, whatever the order in the file.
        prefixes.sort_by(|left, right| (&left.0, &left.1.code).cmp(&(&right.0, &right.1.code)));
        prefixes.dedup_by(|later, kept| later.0 == kept.0);
        Self { prefixes }
    }

    /// The district of a postcode.
    pub(super) fn of(&self, postcode: &str) -> Found<'s> {
        let postcode = canonical(postcode);
        if postcode.is_empty() || self.prefixes.is_empty() {
            return Found::Unknown;
        }
        let (outward, inward) = postcode.split_once(' ').unwrap_or((&postcode, ""));
        let sector = inward.chars().next().map(|digit| format!("{outward} {digit}"));
        let area: String = outward.chars().take_while(char::is_ascii_alphabetic).collect();
        let known = |prefix: &str| {
            let found = self.prefixes.binary_search_by(|(known, _)| known.as_str().cmp(prefix)).ok()?;
            self.prefixes.get(found).map(|(_, district)| *district)
        };
        let found = known(&postcode).or_else(|| sector.as_deref().and_then(known)).or_else(|| known(outward)).or_else(|| known(&area));
        found.map_or(Found::OutOfCounty, Found::District)
    }
}

/// Upper case, one space; a whole postcode without a space gets one before its last three letters.
fn canonical(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_ascii_uppercase).collect();
    let joined = words.join(" ");
    let is_whole = words.len() == 1 && joined.is_ascii() && (5..=7).contains(&joined.len());
    if is_whole && let Some((outward, inward)) = joined.split_at_checked(joined.len() - 3) {
        return format!("{outward} {inward}");
    }
    joined
}
