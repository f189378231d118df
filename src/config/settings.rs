//! The settings of a pipeline file besides its paths and `[link]`: households, identification, gates.
//!
//! What comes in: the sections of the pipeline file. What goes out: checked settings with every default filled in.
//! What always holds: a number is finite and within the range its docstring names.

use super::checked::{District, GateSettings, HouseholdSettings, IdentifySettings};
use super::early::{read_need, read_watch};
use super::paths::data_path;
use super::raw::Section;
use crate::model::EventKind;

/// `[households]`.
pub(crate) fn read_households(section: Section<'_>) -> HouseholdSettings {
    let default = HouseholdSettings::default();
    let settings = HouseholdSettings {
        communal_surnames: section.integer("communal_surnames", 1..=1000).map_or(default.communal_surnames, |value| value as u32),
        communal_people: section.integer("communal_people", 2..=10_000).map_or(default.communal_people, |value| value as u32),
        residence_valid_days: section
            .integer("residence_valid_days", 1..=36_600)
            .map_or(default.residence_valid_days, |value| value as u32),
    };
    section.finish();
    settings
}

/// `[gates]`.
pub(crate) fn read_gates(section: Section<'_>) -> GateSettings {
    let default = GateSettings::default();
    let settings = GateSettings {
        reject_rate: section.number("reject_rate", 0.0..=1.0).unwrap_or(default.reject_rate),
        row_swing: section.number("row_swing", 0.0..=1.0).unwrap_or(default.row_swing),
        churn: section.number("churn", 0.0..=2.0).unwrap_or(default.churn),
    };
    section.finish();
    settings
}

/// `[identify]`.
pub(crate) fn read_identify(section: Section<'_>) -> IdentifySettings {
    let overrides = data_path(&section, "overrides");
    let mut points: Vec<(String, String, u32)> = Vec::new();
    for listed in section.sections("points") {
        let (document, line) = (listed.document, listed.line);
        let Some(listed) = read_points(listed) else { continue };
        if points.iter().any(|(kind, code, _)| (kind, code) == (&listed.0, &listed.1)) {
            document.report_at(line, "identify.points.code", "named-twice", "points for this kind and code are listed twice");
        }
        points.push(listed);
    }
    let mut districts: Vec<District> = Vec::new();
    for district in section.sections("district") {
        let (document, line) = (district.document, district.line);
        let Some(district) = read_district(district) else { continue };
        if districts.iter().any(|known| known.code == district.code) {
            document.report_at(line, "identify.district.code", "named-twice", "this district is listed twice");
        }
        let shared = |known: &District| known.postcodes.iter().find(|postcode| district.postcodes.contains(postcode)).cloned();
        if let Some(postcode) = districts.iter().find_map(shared) {
            document.report_at(
                line,
                "identify.district.postcodes",
                "named-twice",
                format!("\"{postcode}\" belongs to another district already"),
            );
        }
        districts.push(district);
    }
    let need = read_need(section.section("need"));
    let watch = section.value("watch").is_some().then(|| read_watch(section.section("watch")));
    section.finish();
    IdentifySettings { overrides, points, districts, need, watch }
}

fn read_points(section: Section<'_>) -> Option<(String, String, u32)> {
    // Besides the kinds of event: a criterion that is met (`code` names it), and each child under five.
    let kinds: Vec<(&str, &str)> =
        EventKind::ALL.iter().map(|kind| kind.name()).chain(["criterion", "child_under_5"]).map(|name| (name, name)).collect();
    if section.value("kind").is_none() {
        section.document.report_at(section.line, &section.name_of("kind"), "missing-key", "this key is missing");
    }
    let kind = section.choice("kind", &kinds);
    let code = section.text("code").map_or_else(|| "*".to_owned(), |code| code.value);
    if section.value("points").is_none() {
        section.document.report_at(section.line, &section.name_of("points"), "missing-key", "this key is missing");
    }
    let points = section.integer("points", 0..=1_000_000);
    // Where the number comes from: for the reader of the file.
    section.text("source");
    section.finish();
    Some((kind?.to_owned(), code, points? as u32))
}

fn read_district(section: Section<'_>) -> Option<District> {
    let code = section.required_text("code");
    let name = section.required_text("name");
    let locality = section.text("locality").map(|text| text.value).unwrap_or_default();
    let mut postcodes = Vec::new();
    for postcode in section.texts("postcodes") {
        let text = postcode.value.trim().to_uppercase();
        if text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == ' ')
        {
            postcodes.push(text);
        } else {
            let message = "expected a postcode district or sector such as \"PE21\" or \"LN1 1\"";
            section.document.report_at(postcode.line, &section.name_of("postcodes"), "bad-postcode", message);
        }
    }
    section.finish();
    Some(District { code: code?.value, name: name?.value, locality, postcodes })
}
