//! `[[target]]`: how many families the county has agreed to find.
//!
//! What comes in: the sections of the pipeline file and the names of its packs. What goes out: targets in the order of the file. What always holds: names are
//! unique, a target ends after it starts, its pack is one of the pipeline's.

use super::raw::Section;
use super::schema::is_plain_name;
use crate::model::Target;

/// Reads every `[[target]]`. `packs` are the packs of the pipeline; `None` when they could not all be read.
pub(crate) fn read_targets(sections: Vec<Section<'_>>, packs: Option<&[&str]>) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for section in sections {
        let (document, line) = (section.document, section.line);
        let Some(target) = read_target(section, packs) else { continue };
        if targets.iter().any(|known| known.name == target.name) {
            document.report_at(line, "target.name", "named-twice", "this target is listed twice");
        }
        targets.push(target);
    }
    targets
}

fn read_target(section: Section<'_>, packs: Option<&[&str]>) -> Option<Target> {
    let name = section.required_text("name");
    if let Some(name) = name.as_ref().filter(|name| !is_plain_name(&name.value.replace('-', "_"))) {
        let message = "a target's name is made of lower-case letters, digits, - and _";
        section.document.report_at(name.line, &section.name_of("name"), "bad-name", message);
    }
    let title = section.required_text("title");
    let pack = section.required_text("pack");
    if let (Some(pack), Some(packs)) = (&pack, packs)
        && !packs.contains(&pack.value.as_str())
    {
        section.unknown_name(pack, "pack", "pack", packs);
    }
    for key in ["starts", "ends", "families"] {
        if section.value(key).is_none() {
            section.document.report_at(section.line, &section.name_of(key), "missing-key", "this key is missing");
        }
    }
    let starts = section.date("starts");
    let ends = section.date("ends");
    if let (Some(starts), Some(ends)) = (&starts, &ends)
        && ends.value < starts.value
    {
        section.document.report_at(
            ends.line,
            &section.name_of("ends"),
            "ends-before-it-starts",
            "a target ends on or after the day it starts",
        );
    }
    let families = section.integer("families", 1..=10_000_000);
    let (funded, funded_out_of) = (section.integer("funded", 0..=1000), section.integer("funded_out_of", 1..=1000));
    if funded.is_some() != funded_out_of.is_some() {
        let message = "`funded` and `funded_out_of` belong together: 5 out of 6, say";
        section.document.report_at(section.line, &section.name_of("funded"), "missing-key", message);
    }
    let (funded, funded_out_of) = (funded.unwrap_or(1), funded_out_of.unwrap_or(1));
    if funded > funded_out_of {
        let message = "no more families can be funded than there are: `funded` is out of every `funded_out_of`";
        section.document.report_at(section.line, &section.name_of("funded"), "out-of-range", message);
    }
    let source = section.text("source").map(|text| text.value).unwrap_or_default();
    section.finish();
    Some(Target {
        name: name?.value,
        title: title?.value,
        pack: pack?.value,
        starts: starts?.value,
        ends: ends?.value,
        families: families? as u32,
        funded: funded as u32,
        funded_out_of: funded_out_of as u32,
        source,
    })
}
