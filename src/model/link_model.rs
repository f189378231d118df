//! The linkage model as it is kept from month to month.
//!
//! What comes in: what one run estimated. What goes out: [`FrozenModel`]: contents, the text they are saved as, its SHA-256. What always holds: the text is
//! carried on byte by byte, so the hash of a model never changes while it is in use; all that decides about a pair stands in whole numbers, so reading
//! gives what was written; no personal value is in it.
//!
//! Names and values stand as 64 bits of a SHA-256 with how frequent they are. A list of all names turns such a hash back into its name: the tables say which
//! names a county has, hence only those that many of its people bear (a share of one in ten thousand) are in them; full names only where people of several
//! years of birth bear them. Who somebody is cannot be read from any of it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ids;

/// The form of the saved model; a file of another form is not read.
pub const LINK_MODEL_FORMAT: u32 = 1;

/// One bit in the whole numbers of [`FrozenField`] and the prior.
pub const FIXED_BIT: f64 = 16_777_216.0;

/// What is kept of a linkage model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelContents {
    /// [`LINK_MODEL_FORMAT`].
    pub format: u32,
    /// Version of the program that estimated it.
    pub tool_version: String,
    /// Month it was estimated for.
    pub estimated_for: String,
    /// What of `[link]` it was estimated under.
    pub settings: ModelSettings,
    /// Sources whose records it was estimated from, sorted.
    pub sources: Vec<String>,
    /// Log2 of the prior of each class over all pairs, those of people with very many records left out where these are told apart, in 2^-24 bits.
    pub prior: [i64; 3],
    /// Fields with their levels.
    pub fields: Vec<FrozenField>,
    /// Pairs of records it was estimated for.
    pub all_pairs: u64,
    /// Those of them of which a record is of somebody with very many.
    #[serde(default)]
    pub pairs_of_many: u64,
    /// Rounds of estimation: pairs of the same person, largest change of a probability.
    pub rounds: Vec<(f64, f64)>,
    /// What the officer had to know of the estimate.
    pub warnings: Vec<String>,
    /// Bands of the check of its probabilities: pairs, forecast, found.
    pub calibration: Vec<(f64, f64, f64)>,
    /// How frequent values are.
    pub frequencies: FrozenFrequencies,
    /// Which pairs are compared.
    pub blocking: BlockingPlan,
}

/// The settings that a model rests on, in words that can be compared and shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSettings {
    /// Further fields with their kinds.
    pub further: Vec<String>,
    /// What is fixed about comparisons.
    pub comparisons: Vec<String>,
    /// Blocking rules.
    pub rules: Vec<String>,
}

/// A field of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenField {
    /// Its name in the engine.
    pub name: String,
    /// Its levels, "missing" first.
    pub levels: Vec<FrozenLevel>,
}

/// A level: log2 of its probability in each class in 2^-24 bits, nothing where the probability is zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenLevel {
    /// Its name.
    pub name: String,
    /// Among pairs of the same person.
    pub m: Option<i64>,
    /// Among different people who share a home.
    pub household: Option<i64>,
    /// Among unrelated people.
    pub u: Option<i64>,
}

/// How frequent values were when the model was estimated. A value that is not in its table is as rare as the model knows values to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenFrequencies {
    /// Days of the year, as month × 128 + day, that stand for an unknown one.
    pub heaped_days: Vec<u16>,
    /// Whether people with very many records are told apart from others.
    #[serde(default)]
    pub many_told_apart: bool,
    /// (hash, band of frequency) of forenames, sorted.
    pub forenames: Vec<(u64, u8)>,
    /// (hash, band of frequency) of surnames, sorted.
    pub surnames: Vec<(u64, u8)>,
    /// (hash, log2 of how many times more frequent than its parts suggest) of full names, sorted.
    pub full_names: Vec<(u64, u8)>,
    /// (nickname group, smallest group that names join it to), sorted; groups that are their own are left out.
    pub kin: Vec<(u16, u16)>,
    /// Further fields, in their order.
    pub further: Vec<FrozenFurther>,
}

/// How frequent the values of a further field were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenFurther {
    /// (hash, band of frequency) of values, sorted.
    pub values: Vec<(u64, u8)>,
    /// (hash, what it tells: the bits of a 32-bit floating point number) of words, sorted.
    pub words: Vec<(u64, u32)>,
    /// What a word tells that is not among them.
    pub other_words: u32,
}

/// Which pairs are compared: a function of two records and of this plan, so long as no group of records outgrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockingPlan {
    /// The rules, in their order.
    pub rules: Vec<PlannedRule>,
    /// Pairs they made when the model was estimated.
    pub pairs: u64,
    /// Pairs of their blocks then, those that several rules made counted by each.
    pub block_pairs: u64,
}

/// A rule of the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedRule {
    /// Its keys by name; none for the rule that compares everything.
    pub keys: Vec<String>,
    /// Records beyond which a group was narrowed.
    pub largest_block: usize,
    /// True if it is not one of those that are only tried.
    pub wanted: bool,
    /// True if it did not fit in the budget.
    pub dropped: bool,
    /// Groups that are divided, sorted: a hash of their values, and into how many parts; 0 means by a further key.
    pub divided: Vec<(u64, u32)>,
}

/// A model with the text it is saved as.
#[derive(Clone, Debug, PartialEq)]
pub struct FrozenModel {
    contents: ModelContents,
    text: String,
    sha256: String,
}

impl FrozenModel {
    /// A model that has just been estimated.
    #[must_use]
    pub fn new(contents: ModelContents) -> Self {
        let text = serde_json::to_string(&contents).unwrap_or_default() + "\n";
        let sha256 = ids::hex(&Sha256::digest(text.as_bytes()));
        Self { contents, text, sha256 }
    }

    /// A saved model.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is no text".to_owned())?;
        let format = serde_json::from_str::<serde_json::Value>(text).ok().and_then(|value| value.get("format")?.as_u64());
        match format {
            None => Err("it is no linkage model".to_owned()),
            Some(format) if format != u64::from(LINK_MODEL_FORMAT) => {
                Err(format!("it has form {format}, this version of fwt reads form {LINK_MODEL_FORMAT}"))
            }
            Some(_) => {
                let contents = serde_json::from_str(text)
                    .map_err(|error| format!("line {}, column {} is not as it must be", error.line(), error.column()))?;
                Ok(Self { contents, text: text.to_owned(), sha256: ids::hex(&Sha256::digest(bytes)) })
            }
        }
    }

    /// What is in it.
    #[must_use]
    pub fn contents(&self) -> &ModelContents {
        &self.contents
    }

    /// The text it is saved as.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the text.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}
