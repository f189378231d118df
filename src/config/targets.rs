//! `[[target]]`: how many families the county has agreed to find.
//!
//! What comes in: the sections of the pipeline file and the names of its packs. What goes out: targets in the order of the file. What always holds: names are
//! unique, a target ends after it starts, its pack is one of the pipeline's; milestones grow in time and in families and stay below the target.

use super::raw::Section;
use super::schema::is_plain_name;
use crate::model::{Day, JourneyStep, Target};

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
    let steps: Vec<(&str, JourneyStep)> = JourneyStep::ALL.iter().map(|&step| (step.name(), step)).collect();
    let counts = section.choice("counts", &steps).unwrap_or(JourneyStep::Identified);
    let bounds = starts.as_ref().zip(ends.as_ref()).map(|(starts, ends)| (starts.value, ends.value));
    let milestones = section.sections("milestone").into_iter().filter_map(read_milestone).collect::<Vec<_>>();
    check_milestones(&section, &milestones, bounds, families);
    let shares = read_shares(&section);
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
        counts,
        starts: starts?.value,
        ends: ends?.value,
        families: families? as u32,
        funded: funded as u32,
        funded_out_of: funded_out_of as u32,
        milestones: milestones.into_iter().map(|(_, day, families)| (day, families)).collect(),
        shares,
        source,
    })
}

/// A milestone: line of the file, day, families.
fn read_milestone(section: Section<'_>) -> Option<(u64, Day, u32)> {
    for key in ["by", "families"] {
        if section.value(key).is_none() {
            section.document.report_at(section.line, &section.name_of(key), "missing-key", "this key is missing");
        }
    }
    let (by, families) = (section.date("by"), section.integer("families", 0..=10_000_000));
    let line = section.line;
    section.finish();
    Some((line, by?.value, families? as u32))
}

fn check_milestones(section: &Section<'_>, milestones: &[(u64, Day, u32)], bounds: Option<(Day, Day)>, families: Option<i64>) {
    let Some(((starts, ends), families)) = bounds.zip(families) else { return };
    let mut before = (starts - 1, 0);
    for &(line, day, reached) in milestones {
        let falls = day <= before.0 || day >= ends || reached < before.1 || i64::from(reached) > families;
        if falls {
            let message = "milestones lie between the first and the last day of the target, in order, and never fall or go beyond it";
            section.document.report_at(line, &section.name_of("milestone"), "wrong-order", message);
        }
        before = (day, reached);
    }
}

/// `shares = { E07000136 = 646 }`: the part of each district in the plan.
fn read_shares(section: &Section<'_>) -> Vec<(String, u32)> {
    let name = section.name_of("shares");
    let mut shares = Vec::new();
    for (code, weight) in section.section("shares").entries() {
        let number = weight.value.as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        match number.filter(|number| (0..=10_000_000).contains(number)) {
            Some(number) => shares.push((code.value, number as u32)),
            None => section.document.report_at(weight.line, &name, "out-of-range", "expected a whole number from 0 to 10,000,000"),
        }
    }
    shares
}
