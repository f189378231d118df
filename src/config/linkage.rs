//! `[link]`: what a pipeline fixes or adds to the engine's own choices.
//!
//! What comes in: the section, the schemas, the numbered further fields. What goes out: [`LinkSettings`] with every default filled in. What always
//! holds: a probability lies between 0 and 1 and thresholds do not cross; a key or comparison that no schema of the pipeline can fill, and a source it does
//! not have, is refused. The levels of a comparison are known to the engine, which checks them before anything is read.

use super::checked::{BlockingRuleSetting, ComparisonSetting, LevelShare, LinkSettings, RuleKey, Schema};
use super::paths::data_path;
use super::raw::{Located, Section, shown};
use crate::model::amounts::parse_bytes;
use crate::model::{BlockingKey, COMPARISONS, Field, FurtherField};

/// Smallest probability that may be set; the largest lies as far below 1.
const LEAST: f64 = 1e-6;
/// Sources that may be declared free of duplicates: one bit of a word each.
const MOST_SINGLE: usize = 64;
/// Largest block compared whole under a rule that does not say.
const LARGEST_BLOCK: usize = 300;

/// What a pipeline's sources can say.
pub(crate) struct Sources<'a> {
    /// The schemas, sorted by name.
    pub(crate) schemas: &'a [Schema],
    /// Further fields by name, as numbered.
    pub(crate) further: Vec<FurtherField>,
    /// True if every schema could be read: only then is a field that none of them fills a mistake of `[link]`.
    pub(crate) complete: bool,
}

impl Sources<'_> {
    fn fills(&self, field: Field) -> bool {
        let persons = self.schemas.iter().flat_map(|schema| &schema.persons);
        persons.flat_map(|person| &person.fields).any(|(filled, _)| *filled == field)
    }

    fn fills_one_of(&self, fields: &[Field]) -> bool {
        !self.complete || fields.iter().any(|&field| self.fills(field))
    }

    fn number(&self, name: &str) -> Option<u8> {
        (0u8..).zip(&self.further).find(|(_, field)| field.name == name).map(|(number, _)| number)
    }
}

/// Reads `[link]`.
pub(crate) fn read_link(section: Section<'_>, sources: &Sources<'_>) -> LinkSettings {
    let default = LinkSettings::default();
    let probability = LEAST..=1.0 - LEAST;
    let replace = section.choice("blocking_rules", &[("extend", false), ("replace", true)]);
    let settings = LinkSettings {
        threshold: section.number("threshold", probability.clone()),
        review_floor: section.number("review_floor", probability).unwrap_or(default.review_floor),
        pairs_per_record: section.number("pairs_per_record", 0.1..=100_000.0).unwrap_or(default.pairs_per_record),
        max_pairs: section.integer("max_pairs", 1..=i64::MAX).map(i64::cast_unsigned),
        max_memory: read_memory(&section),
        family_pass: section.boolean("family_pass").unwrap_or(default.family_pass),
        one_per_source: read_single_sources(&section, sources),
        one_to_one: read_one_to_one(&section, sources),
        decisions: data_path(&section, "decisions"),
        replace_rules: replace.unwrap_or(false),
        rules: section.sections("blocking_rule").into_iter().filter_map(|rule| read_rule(rule, sources)).collect(),
        comparisons: read_comparisons(&section, sources),
        further: sources.further.clone(),
    };
    if let Some(threshold) = settings.threshold.filter(|&threshold| threshold < settings.review_floor) {
        let message = format!("the threshold {threshold} lies below the review floor {}", settings.review_floor);
        let line = section.value("threshold").map_or(section.line, |value| value.line);
        section.document.report_at(line, &section.name_of("threshold"), "thresholds-crossed", message);
    }
    if let (Some(place), true) = (section.value("blocking_rules"), section.value("blocking_rule").is_none()) {
        let message = "there is no [[link.blocking_rule]] that could extend or replace the engine's rules";
        section.document.report_at(place.line, &section.name_of("blocking_rules"), "no-rules", message);
    }
    section.finish();
    settings
}

fn read_memory(section: &Section<'_>) -> Option<u64> {
    let text = section.text("max_memory")?;
    match parse_bytes(&text.value) {
        Ok(bytes) => Some(bytes),
        Err(message) => {
            section.document.report_at(text.line, &section.name_of("max_memory"), "not-an-amount", message);
            None
        }
    }
}

fn read_single_sources(section: &Section<'_>, sources: &Sources<'_>) -> Vec<String> {
    let known: Vec<&str> = sources.schemas.iter().map(|schema| schema.name.as_str()).collect();
    let mut names: Vec<String> = Vec::new();
    for name in section.texts("one_per_source") {
        if known.contains(&name.value.as_str()) {
            names.push(name.value);
        } else if sources.complete {
            section.unknown_name(&name, "one_per_source", "source", &known);
        }
        if names.len() == MOST_SINGLE + 1 {
            let message = format!("at most {MOST_SINGLE} sources can be declared free of duplicates");
            section.document.report_at(section.line, &section.name_of("one_per_source"), "too-many", message);
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn read_one_to_one(section: &Section<'_>, sources: &Sources<'_>) -> bool {
    let wanted = section.boolean("one_to_one").unwrap_or(false);
    let count = sources.schemas.len();
    if wanted && sources.complete && count != 2 {
        let line = section.value("one_to_one").map_or(section.line, |value| value.line);
        let message = format!("one-to-one assignment links two files, and this pipeline has {count} schemas");
        section.document.report_with_hint(
            line,
            &section.name_of("one_to_one"),
            "not-two-sources",
            message,
            "for more than two, declare those free of duplicates in one_per_source".to_owned(),
        );
    }
    wanted
}

fn read_rule(section: Section<'_>, sources: &Sources<'_>) -> Option<BlockingRuleSetting> {
    let names = section.texts("keys");
    let largest_block = section.integer("largest_block", 2..=1_000_000).map_or(LARGEST_BLOCK, |size| size as usize);
    if names.is_empty() {
        section.document.report_at(section.line, &section.name_of("keys"), "missing-key", "name the keys of this rule");
    }
    let keys: Vec<RuleKey> = names.iter().filter_map(|name| read_key(&section, name, sources)).collect();
    let complete = keys.len() == names.len() && !keys.is_empty();
    section.finish();
    complete.then_some(BlockingRuleSetting { keys, largest_block })
}

fn read_key(section: &Section<'_>, name: &Located<String>, sources: &Sources<'_>) -> Option<RuleKey> {
    if let Ok(key) = name.value.parse::<BlockingKey>() {
        if !key.said_by().iter().all(|group| sources.fills_one_of(group)) {
            not_filled(section, "keys", name, key.said_by().iter().flat_map(|group| group.iter()));
            return None;
        }
        return Some(RuleKey::Person(key));
    }
    if let Some(number) = sources.number(&name.value) {
        return Some(RuleKey::Further(number));
    }
    let further = sources.further.iter().map(|field| field.name.as_str());
    let known: Vec<&str> = BlockingKey::ALL.iter().map(|key| key.name()).chain(further).collect();
    section.unknown_name(name, "keys", "blocking key", &known);
    None
}

fn not_filled<'f>(section: &Section<'_>, key: &str, name: &Located<String>, fields: impl Iterator<Item = &'f Field>) {
    let fields: Vec<&str> = fields.map(|field| field.name()).collect();
    let message = format!("no source of this pipeline has what \"{}\" needs", shown(&name.value));
    let hint = format!("a schema would have to fill {}", fields.join(" or "));
    section.document.report_with_hint(name.line, &section.name_of(key), "no-source-has-it", message, hint);
}

fn read_comparisons(section: &Section<'_>, sources: &Sources<'_>) -> Vec<ComparisonSetting> {
    let mut comparisons: Vec<ComparisonSetting> = Vec::new();
    for comparison in section.sections("comparison") {
        let (document, line, key) = (comparison.document, comparison.line, comparison.name_of("field"));
        let Some(comparison) = read_comparison(comparison, sources) else { continue };
        if comparisons.iter().any(|known| known.index == comparison.index) {
            document.report_at(line, &key, "named-twice", "this comparison is set twice");
        }
        comparisons.push(comparison);
    }
    comparisons
}

fn read_comparison(section: Section<'_>, sources: &Sources<'_>) -> Option<ComparisonSetting> {
    let name = section.required_text("field");
    let place = name.as_ref().and_then(|name| position(&section, name, sources));
    let leave_out = section.boolean("leave_out").unwrap_or(false);
    let term_frequency = section.boolean("term_frequency");
    let setting = ComparisonSetting {
        index: place.unwrap_or_default(),
        leave_out,
        without_term_frequency: term_frequency == Some(false),
        m: read_levels(&section, "m"),
        u: read_levels(&section, "u"),
    };
    let has_bands = |index: usize| index < 2 || index >= COMPARISONS.len();
    if let (Some(index), Some(value)) = (place.filter(|&index| !has_bands(index)), section.value("term_frequency")) {
        let name = COMPARISONS.get(index).map_or("", |(name, _)| name);
        let message = format!("\"{name}\" has no term frequency adjustment; forename, surname and further fields have");
        section.document.report_at(value.line, &section.name_of("term_frequency"), "no-term-frequency", message);
    }
    if leave_out && (term_frequency.is_some() || !setting.m.is_empty() || !setting.u.is_empty()) {
        let message = "a comparison that is left out has no other settings";
        section.document.report_at(section.line, &section.name_of("leave_out"), "contradiction", message);
    }
    section.finish();
    place.map(|index| ComparisonSetting { index, ..setting })
}

/// The position of a comparison in the engine: those of people, then the further fields.
fn position(section: &Section<'_>, name: &Located<String>, sources: &Sources<'_>) -> Option<usize> {
    if let Some(index) = COMPARISONS.iter().position(|(known, _)| *known == name.value) {
        let fields = COMPARISONS.get(index).map_or::<&[Field], _>(&[], |(_, fields)| fields);
        if !sources.fills_one_of(fields) {
            not_filled(section, "field", name, fields.iter());
            return None;
        }
        return Some(index);
    }
    if let Some(number) = sources.number(&name.value) {
        return Some(COMPARISONS.len() + usize::from(number));
    }
    let further = sources.further.iter().map(|field| field.name.as_str());
    let known: Vec<&str> = COMPARISONS.iter().map(|(name, _)| *name).chain(further).collect();
    section.unknown_name(name, "field", "comparison", &known);
    None
}

fn read_levels(section: &Section<'_>, key: &'static str) -> Vec<LevelShare> {
    let mut levels = Vec::new();
    for (name, value) in section.section(key).entries() {
        let number = value.value.as_float().map(toml::de::DeFloat::as_str).and_then(|text| text.parse::<f64>().ok());
        if let Some(share) = number.filter(|share| *share > 0.0 && *share < 1.0) {
            levels.push(LevelShare { level: name.value, share, line: name.line });
        } else {
            let message = format!("\"{}\": expected a probability between 0 and 1, such as 0.02", shown(&name.value));
            section.document.report_at(value.line, &section.name_of(key), "not-a-probability", message);
        }
    }
    let sum: f64 = levels.iter().map(|level| level.share).sum();
    if sum >= 1.0 {
        let line = levels.first().map_or(section.line, |level| level.line);
        let message = "these probabilities add up to 1 or more, which leaves nothing for the other levels";
        section.document.report_at(line, &section.name_of(key), "more-than-one", message);
    }
    levels
}
