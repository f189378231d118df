//! `[link]` after checking: what a pipeline fixes or adds to the engine's own choices, with every default filled in.

use std::path::PathBuf;

use crate::model::{BlockingKey, FurtherField};

/// Linkage settings; the default is zero configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkSettings {
    /// Probability from which a pair links; `None`: recommended by the engine.
    pub threshold: Option<f64>,
    /// Probability from which a pair below the threshold goes to review.
    pub review_floor: f64,
    /// Ceiling on compared pairs per record on average.
    pub pairs_per_record: f64,
    /// Ceiling on compared pairs, if any: a run that cannot keep it is refused.
    pub max_pairs: Option<u64>,
    /// Ceiling on the memory of the run in bytes, if any: a run that cannot keep it is refused.
    pub max_memory: Option<u64>,
    /// The second pass inside households.
    pub family_pass: bool,
    /// Sources declared free of duplicates, sorted: two of their records are never one person.
    pub one_per_source: Vec<String>,
    /// Two files that hold each person once: an optimal assignment instead of clusters.
    pub one_to_one: bool,
    /// CSV of decisions about pairs of records, resolved against the data folder; `None` if there is none.
    pub decisions: Option<PathBuf>,
    /// The rules below stand instead of the engine's own, not beside them.
    pub replace_rules: bool,
    /// Blocking rules of the pipeline.
    pub rules: Vec<BlockingRuleSetting>,
    /// What is fixed about comparisons.
    pub comparisons: Vec<ComparisonSetting>,
    /// The further fields of the pipeline's schemas, by name.
    pub further: Vec<FurtherField>,
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            threshold: None,
            review_floor: 0.3,
            pairs_per_record: 20.0,
            max_pairs: None,
            max_memory: None,
            family_pass: true,
            one_per_source: Vec::new(),
            one_to_one: false,
            decisions: None,
            replace_rules: false,
            rules: Vec::new(),
            comparisons: Vec::new(),
            further: Vec::new(),
        }
    }
}

/// A blocking rule of a pipeline: records that agree on all its keys are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockingRuleSetting {
    /// Its keys.
    pub keys: Vec<RuleKey>,
    /// Largest block compared whole.
    pub largest_block: usize,
}

/// A key of a blocking rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKey {
    /// Derived from what people are known by.
    Person(BlockingKey),
    /// A further field, by its number.
    Further(u8),
}

/// What a pipeline fixes about a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonSetting {
    /// Its position: in [`crate::model::COMPARISONS`], further fields after those.
    pub index: usize,
    /// It takes no part.
    pub leave_out: bool,
    /// Agreement on a rare value says no more than on a frequent one.
    pub without_term_frequency: bool,
    /// Probabilities of levels among pairs of the same person.
    pub m: Vec<LevelShare>,
    /// Probabilities of levels among unrelated pairs.
    pub u: Vec<LevelShare>,
}

/// The probability of a level.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelShare {
    /// The level, as the pipeline names it.
    pub level: String,
    /// Its probability.
    pub share: f64,
    /// Line of the pipeline file.
    pub line: u64,
}
