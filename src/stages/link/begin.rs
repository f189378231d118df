//! The beginning of a run: records encoded, candidate pairs within the ceilings, the model estimated.
//!
//! What comes in: records, settings, what else the run holds in memory. What goes out: [`Begun`], or the refusal of a run that cannot keep its ceilings. What
//! always holds: what a run costs is said before a pair is compared; a run that does not fit is refused and names the rule, never a value.

use super::apart_sources::SingleSources;
use super::block::Blocking;
use super::cluster::FLOOR;
use super::decisions::Decided;
use super::encode::{self, Encoded, Separate};
use super::estimate::{self, Estimated};
use super::fixed::{self, Fixed};
use super::forecast::{Forecast, Held};
use super::pairs::{HELD_PAIRS, Looked, look};
use super::score::Scorer;
use super::{Given, LinkError, check};
use crate::config::checked::LinkSettings;
use crate::model::amounts::thousands;
use crate::model::link_model::FrozenFrequencies;
use crate::model::{Progress, Source, StandardPersons};

/// Pairs that are always affordable, a few seconds' work: a small file is compared more completely than its budget per record would allow.
const SMALL_JOB_PAIRS: u64 = 3_000_000;

/// Records ready to be compared.
pub(super) struct Prepared {
    pub(super) encoded: Encoded,
    pub(super) single: SingleSources,
}

impl Prepared {
    /// Encodes records; `frozen`: how frequent values are, where a model says it.
    pub(super) fn of(
        persons: &StandardPersons,
        sources: &[Source],
        settings: &LinkSettings,
        decided: &Decided,
        frozen: Option<&FrozenFrequencies>,
    ) -> Self {
        let single = SingleSources::of(&settings.one_per_source, settings.one_to_one, sources);
        let separate = Separate { decided: decided.rows_apart(), single, all: settings.one_to_one };
        let encoded = encode::encode(persons, sources, &settings.further, &separate, frozen, fixed::compared_bits(settings));
        Self { encoded, single: separate.single }
    }
}

/// Candidate pairs within the ceilings, and the model estimated from them.
pub(super) struct Begun {
    pub(super) blocking: Blocking,
    pub(super) estimated: Estimated,
    pub(super) forecast: Forecast,
    pub(super) looked: Looked,
}

/// Blocks, forecasts and estimates; where the pairs to be kept would take more memory than is allowed, with fewer pairs again.
pub(super) fn begin(
    prepared: &Prepared,
    persons: &StandardPersons,
    settings: &LinkSettings,
    held: Held,
    progress: &dyn Progress,
    told: &mut Vec<String>,
) -> Result<Begun, LinkError> {
    /// How often the pairs are reduced before the run is refused.
    const ATTEMPTS: usize = 4;
    /// Kept pairs per distinct record beyond which most are chance agreement: with fewer, fewer comparisons would cost true links and save little.
    const MANY_KEPT: f64 = 4.0;
    let encoded = &prepared.encoded;
    let fixed = Fixed::of(settings);
    let mut allowed = budget(encoded, settings);
    for attempt in 1.. {
        let mut blocking = Blocking::build(encoded, allowed, settings, progress);
        let ceiling = settings.max_memory.unwrap_or(u64::MAX);
        let (forecast, hold) = plan(encoded, &blocking, persons, held, ceiling);
        progress.say(&forecast.text());
        keep_pairs(&blocking, settings)?;
        // What does not depend on pairs must fit in any case; this is known before any pair is compared.
        let without_pairs = forecast.memory - forecast.of_kept_pairs;
        if without_pairs > ceiling {
            return Err(too_much(&forecast, forecast.memory, ceiling));
        }
        blocking.let_go();
        let mut looked = look(encoded, &blocking, hold, progress);
        let estimated = estimate::estimate(encoded, &looked.patterns, &fixed);
        let kept = kept_pairs(&looked.patterns, &estimated);
        let mut expected = Forecast::of(encoded, &blocking, persons, held, Some(kept));
        if hold && expected.holding().memory <= ceiling {
            expected = expected.holding();
        } else {
            // More pairs will be kept than was thought: comparing them twice takes time, but no memory.
            looked.held = None;
        }
        if expected.memory <= ceiling && expected.memory_given(held, encoded) <= ceiling {
            return Ok(Begun { blocking, estimated, forecast, looked });
        }
        let room = (ceiling - without_pairs.min(ceiling)) as f64 / expected.of_kept_pairs.max(1) as f64;
        if attempt == ATTEMPTS || room >= 1.0 || kept < MANY_KEPT * encoded.nodes.len() as f64 {
            return Err(too_much(&expected, expected.memory_given(held, encoded), ceiling));
        }
        allowed = (blocking.pairs() as f64 * room * 0.9) as u64;
        told.push(format!(
            "the pairs to be compared were reduced from {} to at most {}, so as to stay within max_memory",
            thousands(blocking.pairs()),
            thousands(allowed)
        ));
    }
    unreachable!("the last attempt returns")
}

/// The forecast of a run, and whether the patterns of all pairs are held between estimating and scoring.
fn plan(encoded: &Encoded, blocking: &Blocking, persons: &StandardPersons, held: Held, ceiling: u64) -> (Forecast, bool) {
    let forecast = Forecast::of(encoded, blocking, persons, held, None);
    let hold = blocking.pairs() <= HELD_PAIRS && forecast.holding().memory <= ceiling;
    (if hold { forecast.holding() } else { forecast }, hold)
}

/// Refuses a run whose rules do not keep the ceiling on pairs.
fn keep_pairs(blocking: &Blocking, settings: &LinkSettings) -> Result<(), LinkError> {
    let dropped = blocking.rules.iter().find(|rule| rule.dropped && rule.wanted);
    match (settings.max_pairs, dropped) {
        (Some(allowed), Some(rule)) => Err(LinkError::TooManyPairs { allowed, rule: rule.name.clone(), alike: rule.largest_group as u64 }),
        _ => Ok(()),
    }
}

fn too_much(forecast: &Forecast, needed: u64, allowed: u64) -> LinkError {
    let (rule, alike) = forecast.largest_rule().map_or((String::new(), 0), |rule| (rule.rule.clone(), rule.largest_group as u64));
    LinkError::TooMuchMemory { allowed, needed, of_pairs: forecast.of_kept_pairs, rule, alike }
}

/// Pairs that scoring will keep, from the sample.
fn kept_pairs(patterns: &[(u64, f64)], estimated: &Estimated) -> f64 {
    let scorer = Scorer::new(&estimated.model);
    patterns.iter().filter(|&&(pattern, _)| scorer.weight(pattern) >= FLOOR).map(|&(_, count)| count).sum()
}

/// What a run over these records will cost; nothing is compared.
///
/// # Errors
/// As [`super::link()`]: a run that would be refused before comparing is refused here.
pub fn forecast(
    persons: &StandardPersons,
    sources: &[Source],
    settings: &LinkSettings,
    given: &Given<'_>,
    progress: &dyn Progress,
) -> Result<Forecast, LinkError> {
    check(persons, settings)?;
    let (decided, _) = Decided::resolve(given.decisions, persons, sources);
    let Prepared { encoded, .. } = Prepared::of(persons, sources, settings, &decided, None);
    let blocking = Blocking::build(&encoded, budget(&encoded, settings), settings, progress);
    keep_pairs(&blocking, settings)?;
    let ceiling = settings.max_memory.unwrap_or(u64::MAX);
    let (forecast, _) = plan(&encoded, &blocking, persons, given.held, ceiling);
    if forecast.memory - forecast.of_kept_pairs > ceiling { Err(too_much(&forecast, forecast.memory, ceiling)) } else { Ok(forecast) }
}

/// Pairs that may be compared.
pub(super) fn budget(encoded: &Encoded, settings: &LinkSettings) -> u64 {
    let budget = ((settings.pairs_per_record * encoded.order.len() as f64) as u64).max(SMALL_JOB_PAIRS);
    settings.max_pairs.map_or(budget, |most| most.min(budget))
}
