//! What a new linkage model would change: the frozen model and one estimated now, over the records of one month.
//!
//! What comes in: a pipeline, a month, the run that month builds upon. What goes out: [`ModelChange`]: both models side by side, and how many persons would be
//! joined and parted. What always holds: nothing is published and no id is changed; counts only, nobody is named.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cohort::Held;
use super::made_from::Beside;
use super::memory::{LinkageChoice, ModelChoice};
use super::month::Begun;
use super::register;
use super::withheld::restrict;
use super::written::held;
use super::{RunError, RunSettings, begin, check_pipeline, last_final, memory, read_extracts};
use crate::model::amounts::thousands;
use crate::model::{Linked, Progress};
use crate::stages::link::{Given, link};
use crate::stages::standardise::{Standards, standardise};

/// Bits by which a level's weight must differ to be shown.
const SHOWN_BITS: f64 = 0.5;

/// Two models and what parts them.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelChange {
    /// Month the frozen model was estimated for.
    pub frozen_since: String,
    /// Month the new one was estimated for.
    pub month: String,
    /// Prior of the same person over all pairs: frozen, new.
    pub prior: [f64; 2],
    /// Probability from which pairs link.
    pub threshold: [f64; 2],
    /// Levels whose weight differs by half a bit or more, those that differ most first.
    pub levels: Vec<LevelChange>,
    /// What becomes of the persons.
    pub persons: PersonsChange,
}

/// A level in both models.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelChange {
    /// Field.
    pub field: String,
    /// Level.
    pub level: String,
    /// Probability among pairs of the same person: frozen, new.
    pub m: [f64; 2],
    /// Probability among unrelated people.
    pub u: [f64; 2],
    /// What it speaks for the same person, in bits.
    pub bits: [f64; 2],
}

/// What becomes of the persons under the new model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PersonsChange {
    /// Persons: under the frozen model, under the new one.
    pub persons: [u64; 2],
    /// Persons of exactly the same records under both.
    pub unchanged: u64,
    /// Persons under the frozen model that would be joined with another.
    pub joined: u64,
    /// Persons under the frozen model that would be parted.
    pub parted: u64,
    /// Pairs of records that would become one person.
    pub pairs_gained: u64,
    /// Pairs of records that would no longer be one person.
    pub pairs_lost: u64,
}

/// Compares the frozen model of the last final run with one estimated from this month's records.
///
/// # Errors
/// [`RunError`]; [`RunError::NoModel`] if no earlier run has a model, or it does not fit these records: then there is nothing to choose.
pub fn model_change(settings: &RunSettings<'_>, progress: &dyn Progress) -> Result<ModelChange, RunError> {
    let pipeline = settings.pipeline;
    check_pipeline(pipeline)?;
    let last = last_final(settings)?;
    let before = last.as_ref().map(register::read).transpose()?.unwrap_or_default();
    let carried = memory::carried(settings, last.as_ref())?;
    let Some(model) = &carried.model else { return Err(RunError::NoModel(carried.why_estimate)) };
    let taken = read_extracts(settings, last.as_ref(), progress)?;
    let Begun { last, ingested, kept, decisions, people, restricted, .. } =
        begin(settings, last, taken, (Beside::Folder(settings.data), Held::now(settings.out)?, String::new()), progress)?;
    let standards = Standards { reference: settings.reference, further: &pipeline.link.further, any_century: false };
    let mut persons = standardise(&ingested.persons, &ingested.sources, standards, progress).persons;
    let (entries, extracts) = ((&restricted.register, settings.reference), (&mut persons, ingested.sources.as_slice()));
    let (_, restrictions) = restrict(entries, pipeline, (last.as_ref(), &before), &before.secret, extracts)?;
    let apart = restrictions.decisions(&persons, &ingested.sources);
    let decisions = decisions.with(people.link_decisions(&persons, &ingested.sources), apart)?;
    let month = settings.month.to_string();
    let given = carried.given(&decisions.lines, held(&ingested, &kept), (&month, ""));
    let under = |given: &Given<'_>| link(&persons, &ingested.sources, &ingested.relations, &pipeline.link, given, progress);
    let frozen = under(&given)?;
    memory::keep_to_frozen(LinkageChoice { model: ModelChoice::Frozen, ..settings.linkage }, &frozen.model)?;
    let new = under(&Given { model: None, remembered: None, why_estimate: "to be compared", ..given })?;
    Ok(compare(&model.contents().estimated_for, &month, &frozen, &new))
}

fn compare(frozen_since: &str, month: &str, frozen: &Linked, new: &Linked) -> ModelChange {
    let prior = |linked: &Linked| linked.model.get("prior").and_then(|prior| prior.get(0)).and_then(Value::as_f64).unwrap_or(0.0);
    ModelChange {
        frozen_since: frozen_since.to_owned(),
        month: month.to_owned(),
        prior: [prior(frozen), prior(new)],
        threshold: [frozen.threshold, new.threshold],
        levels: levels(&frozen.model, &new.model),
        persons: persons(&frozen.person_of_record, &new.person_of_record),
    }
}

/// The levels of a model: (field, level) with m, u and bits.
fn levels_of(model: &Value) -> Vec<(String, String, [f64; 3])> {
    let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value| value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut levels = Vec::new();
    for field in list(model, "fields") {
        for level in list(&field, "levels") {
            let number = |key: &str| level.get(key).and_then(Value::as_f64).unwrap_or(0.0);
            levels.push((text(&field), text(&level), [number("m"), number("u"), number("bits_against_unrelated")]));
        }
    }
    levels
}

fn levels(frozen: &Value, new: &Value) -> Vec<LevelChange> {
    let both = levels_of(frozen).into_iter().zip(levels_of(new));
    let mut levels: Vec<LevelChange> = both
        .filter(|((_, _, then), (_, _, now))| (then[2] - now[2]).abs() >= SHOWN_BITS && (then[0] > 0.0 || now[0] > 0.0))
        .map(|((field, level, then), (_, _, now))| LevelChange {
            field,
            level,
            m: [then[0], now[0]],
            u: [then[1], now[1]],
            bits: [then[2], now[2]],
        })
        .collect();
    let by = |level: &LevelChange| (level.bits[0] - level.bits[1]).abs();
    levels.sort_by(|a, b| by(b).total_cmp(&by(a)).then_with(|| (&a.field, &a.level).cmp(&(&b.field, &b.level))));
    levels
}

/// Of each person: records, and over how many persons of the other grouping they are spread.
type Spread = BTreeMap<u32, (u64, u64)>;

/// Counts what two groupings of the same records have in common; `u32::MAX` is nobody.
fn persons(then: &[u32], now: &[u32]) -> PersonsChange {
    let mut both: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for (&then, &now) in then.iter().zip(now).filter(|(then, _)| **then != u32::MAX) {
        *both.entry((then, now)).or_default() += 1;
    }
    let (mut of_then, mut of_now) = (Spread::new(), Spread::new());
    for (&(then, now), &records) in &both {
        for (persons, person) in [(&mut of_then, then), (&mut of_now, now)] {
            let (all, parts) = persons.entry(person).or_default();
            *all += records;
            *parts += 1;
        }
    }
    let pairs = |records: u64| records * records.saturating_sub(1) / 2;
    let all = |persons: &Spread| persons.values().map(|&(records, _)| pairs(records)).sum::<u64>();
    let common: u64 = both.values().map(|&records| pairs(records)).sum();
    let parts = |persons: &Spread, person: u32| persons.get(&person).map_or(0, |&(_, parts)| parts);
    let unchanged = both.keys().filter(|&&(then, now)| parts(&of_then, then) == 1 && parts(&of_now, now) == 1).count();
    let mut joined: Vec<u32> = both.keys().filter(|&&(_, now)| parts(&of_now, now) > 1).map(|&(then, _)| then).collect();
    joined.dedup();
    PersonsChange {
        persons: [of_then.len() as u64, of_now.len() as u64],
        unchanged: unchanged as u64,
        joined: joined.len() as u64,
        parted: of_then.values().filter(|&&(_, parts)| parts > 1).count() as u64,
        pairs_gained: all(&of_now) - common,
        pairs_lost: all(&of_then) - common,
    }
}

impl ModelChange {
    /// As JSON.
    #[must_use]
    pub fn value(&self) -> Value {
        let pair = |[frozen, new]: [f64; 2]| json!({ "frozen": frozen, "new": new });
        let levels: Vec<Value> = self
            .levels
            .iter()
            .map(|level| json!({ "field": level.field, "level": level.level, "m": pair(level.m), "u": pair(level.u), "bits": pair(level.bits) }))
            .collect();
        let persons = &self.persons;
        json!({
            "frozen_since": self.frozen_since,
            "month": self.month,
            "prior": pair(self.prior),
            "threshold": pair(self.threshold),
            "levels_half_a_bit_apart": levels,
            "persons": { "frozen": persons.persons[0], "new": persons.persons[1] },
            "persons_unchanged": persons.unchanged,
            "persons_joined": persons.joined,
            "persons_parted": persons.parted,
            "pairs_gained": persons.pairs_gained,
            "pairs_lost": persons.pairs_lost,
        })
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let odds = |prior: f64| thousands((1.0 / prior.max(1e-12)) as u64);
        let persons = &self.persons;
        let mut lines = vec![
            format!("The model frozen since {} beside one estimated for {}; nothing is published", self.frozen_since, self.month),
            String::new(),
            format!("  {:<44}{:>14}{:>14}", "", "frozen", "new"),
            format!("  {:<44}{:>14}{:>14}", "Pairs to one of the same person (prior)", odds(self.prior[0]), odds(self.prior[1])),
            format!("  {:<44}{:>14.3}{:>14.3}", "Threshold", self.threshold[0], self.threshold[1]),
            format!("  {:<44}{:>14}{:>14}", "Persons", thousands(persons.persons[0]), thousands(persons.persons[1])),
            String::new(),
            format!("  {} persons stay as they are", thousands(persons.unchanged)),
            format!("  {} would be joined with another ({} pairs of records)", thousands(persons.joined), thousands(persons.pairs_gained)),
            format!("  {} would be parted ({} pairs of records)", thousands(persons.parted), thousands(persons.pairs_lost)),
            String::new(),
        ];
        if self.levels.is_empty() {
            lines.push("No level's weight differs by half a bit.".to_owned());
        } else {
            lines.push(format!("Levels whose weight differs by half a bit or more: {}", self.levels.len()));
            lines.push(format!("  {:<44}{:>20}{:>22}{:>16}", "", "m", "u", "bits"));
        }
        for level in &self.levels {
            let name = format!("{}: {}", level.field, level.level);
            let [m, u] = [level.m, level.u].map(|[then, now]| format!("{then:.2e} {now:.2e}"));
            lines.push(format!("  {name:<44}{m:>20}{u:>22}{:>8.1}{:>8.1}", level.bits[0], level.bits[1]));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_joined_and_parted_are_counted_by_their_records() {
        // Person 0 of three records stays; 1 and 2 become one; 3 falls into two; a test record is nobody.
        let then = [0, 0, 0, 1, 2, 3, 3, 3, u32::MAX];
        let now = [0, 0, 0, 1, 1, 2, 2, 3, u32::MAX];
        let change = persons(&then, &now);
        let expected = PersonsChange { persons: [4, 4], unchanged: 1, joined: 2, parted: 1, pairs_gained: 1, pairs_lost: 2 };
        assert_eq!(change, expected);
        assert_eq!(persons(&then, &then), PersonsChange { persons: [4, 4], unchanged: 4, ..PersonsChange::default() });
    }
}
