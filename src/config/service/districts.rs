//! `[service.districts]`: the directories by which homes are placed in districts.

use super::super::checked::DistrictFileSettings;
use super::super::paths::data_path;
use super::super::raw::Section;

pub(super) fn read(section: Section<'_>) -> DistrictFileSettings {
    let text = |key: &'static str, default: &str| section.text(key).map_or_else(|| default.to_owned(), |text| text.value);
    let settings = DistrictFileSettings {
        postcodes: data_path(&section, "postcodes"),
        postcode_columns: (text("postcode_column", "pcds"), text("postcode_district_column", "oslaua")),
        uprns: data_path(&section, "uprns"),
        uprn_columns: (text("uprn_column", "uprn"), text("uprn_district_column", "oslaua")),
    };
    section.finish();
    settings
}
