//! The blocking rules, from the most precise to the loosest.
//!
//! What comes in: which fields the records have. What goes out: the rules worth building. What always holds: a rule whose keys are mostly
//! missing everywhere makes no blocks and costs nothing; a rule marked [`Use::IfBudgetAllows`] is dropped as a whole rather than narrowed, one marked
//! [`Use::RareAtLeast`] is kept for rare values.

use super::super::encode::{Encoded, NONE, TELLING, year_alone};
use super::keys::Key;
use crate::config::checked::LinkSettings;
use crate::model::{BlockingKey, FurtherKind};

/// How a rule treats the budget of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Always; oversized blocks are narrowed.
    Always,
    /// Only if its pairs fit in what is left.
    IfBudgetAllows,
    /// As a whole if its pairs fit in what is left; else for the values that few records have, which say more than frequent ones and make few pairs.
    RareAtLeast,
}

/// A blocking rule: pairs of records that agree on all its keys are compared.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Its keys; a rule without keys compares all records.
    pub(crate) keys: Vec<Key>,
    /// Largest block compared whole.
    pub(crate) largest_block: usize,
    /// How it treats the budget.
    pub(crate) usage: Use,
}

impl Rule {
    /// True if all its keys are identifiers.
    pub(crate) fn by_identifier(&self, encoded: &Encoded) -> bool {
        !self.keys.is_empty() && self.keys.iter().all(|key| key.is_identifier(encoded))
    }

    /// Its keys in words.
    pub(crate) fn name(&self, encoded: &Encoded) -> String {
        if self.keys.is_empty() {
            return "every pair of records".to_owned();
        }
        self.keys.iter().map(|key| key.name(encoded)).collect::<Vec<_>>().join(" + ")
    }
}

type Listed = (&'static [BlockingKey], usize, Use);

const fn always(keys: &'static [BlockingKey], largest_block: usize) -> Listed {
    (keys, largest_block, Use::Always)
}

const fn rare_at_least(keys: &'static [BlockingKey], largest_block: usize) -> Listed {
    (keys, largest_block, Use::RareAtLeast)
}

const fn if_budget_allows(keys: &'static [BlockingKey], largest_block: usize) -> Listed {
    (keys, largest_block, Use::IfBudgetAllows)
}

/// The rules for these records: those of the pipeline, then, unless they replace them, the engine's own whose every key some record has; one rule that
/// compares everything where the budget allows that.
pub(crate) fn choose(encoded: &Encoded, budget: u64, settings: &LinkSettings) -> Vec<Rule> {
    let records = encoded.nodes.len();
    let everything = (records as u64).saturating_mul(records.saturating_sub(1) as u64) / 2 <= budget;
    if everything && !settings.replace_rules {
        return vec![Rule { keys: Vec::new(), largest_block: records.max(2), usage: Use::Always }];
    }
    let given = settings.rules.iter().map(|rule| Rule {
        keys: rule.keys.iter().map(|&key| key.into()).collect(),
        largest_block: rule.largest_block,
        usage: Use::Always,
    });
    let mut rules: Vec<Rule> = given.collect();
    if !settings.replace_rules {
        rules.extend(own(encoded));
    }
    // Rules on identifiers come first, also those of the pipeline: what they alone bring together is known from what is left.
    rules.sort_by_key(|rule| !rule.by_identifier(encoded));
    let present = |key: &Key| encoded.nodes.iter().any(|node| key.of(node, encoded).is_some());
    let mut known: Vec<(Key, bool)> = Vec::new();
    rules.retain(|rule| {
        rule.keys.iter().all(|key| {
            if let Some(&(_, present)) = known.iter().find(|(other, _)| other == key) {
                return present;
            }
            known.push((*key, present(key)));
            known.last().is_some_and(|&(_, present)| present)
        })
    });
    rules
}

/// The engine's own rules.
fn own(encoded: &Encoded) -> Vec<Rule> {
    let rule =
        |&(keys, largest_block, usage): &Listed| Rule { keys: keys.iter().map(|&key| Key::Person(key)).collect(), largest_block, usage };
    let mut rules: Vec<Rule> = RULES.iter().take(PRECISE).map(rule).collect();
    rules.extend(further(encoded, &[FurtherKind::Identifier], |key| (vec![key], 60, Use::Always)));
    rules.extend(RULES.iter().skip(PRECISE).map(rule));
    if encoded.nodes.iter().all(|node| node.forename == NONE && node.surname == NONE) {
        rules.extend(nameless(encoded));
    }
    if encoded.nodes.iter().any(|node| node.born == NONE && year_alone(node.born_between).is_some()) {
        // What dates of birth bring together has to come from years.
        rules.extend([BlockingKey::SurnameSound, BlockingKey::ForenameKin].map(|name| Rule {
            keys: vec![Key::Person(name), Key::Person(BlockingKey::BirthYear)],
            largest_block: 300,
            usage: Use::RareAtLeast,
        }));
    }
    for partner in [BlockingKey::BirthDate, BlockingKey::ForenameKin, BlockingKey::SurnameSound] {
        let kinds = [FurtherKind::Text, FurtherKind::Category, FurtherKind::Number, FurtherKind::Date];
        rules.extend(further(encoded, &kinds, |key| (vec![Key::Person(partner), key], 300, Use::RareAtLeast)));
    }
    rules
}

/// Rules for records without names, be they of people or of something else: two further fields at once, one alone where its value is rare, and of texts
/// each of the words that tell most.
fn nameless(encoded: &Encoded) -> Vec<Rule> {
    let kinds = (0u8..).zip(&encoded.further).map(|(number, further)| (number, further.field.kind));
    // Identifiers have rules of their own.
    let fields: Vec<(u8, FurtherKind)> = kinds.filter(|(_, kind)| *kind != FurtherKind::Identifier).collect();
    let mut keys: Vec<Vec<Key>> = Vec::new();
    for (position, &(first, _)) in fields.iter().enumerate() {
        keys.extend(fields.iter().skip(position + 1).map(|&(second, _)| vec![Key::Further(first), Key::Further(second)]));
    }
    keys.extend(fields.iter().map(|&(number, _)| vec![Key::Further(number)]));
    for which in 0..TELLING as u8 {
        let texts = fields.iter().filter(|(_, kind)| *kind == FurtherKind::Text);
        keys.extend(texts.map(|&(number, _)| vec![Key::Word(number, which)]));
    }
    keys.into_iter().map(|keys| Rule { keys, largest_block: 300, usage: Use::RareAtLeast }).collect()
}

/// A rule for each further field of some kinds.
fn further(encoded: &Encoded, kinds: &[FurtherKind], rule: impl Fn(Key) -> (Vec<Key>, usize, Use)) -> Vec<Rule> {
    let fields = encoded.further.iter().zip(0u8..).filter(|(further, _)| kinds.contains(&further.field.kind));
    fields
        .map(|(_, number)| {
            let (keys, largest_block, usage) = rule(Key::Further(number));
            Rule { keys, largest_block, usage }
        })
        .collect()
}

/// How many of [`RULES`] rest on one identifier.
const PRECISE: usize = 4;

/// The rules about people. An identifier shared by more than a few dozen distinct records is a placeholder, hence the small blocks there.
const RULES: [Listed; 27] = [
    always(&[BlockingKey::NhsNumber], 60),
    always(&[BlockingKey::Nino], 60),
    always(&[BlockingKey::Upn], 60),
    always(&[BlockingKey::Uln], 60),
    always(&[BlockingKey::SurnameSound, BlockingKey::BirthDate], 300),
    always(&[BlockingKey::Forename, BlockingKey::BirthDate], 300),
    always(&[BlockingKey::NamePair, BlockingKey::BirthYear], 300),
    always(&[BlockingKey::ForenameKin, BlockingKey::SurnameSound, BlockingKey::BirthYear], 300),
    always(&[BlockingKey::ForenameSound, BlockingKey::SurnameSound, BlockingKey::BirthDayMonth], 300),
    always(&[BlockingKey::ForenameKin, BlockingKey::Dwelling], 100),
    always(&[BlockingKey::Initial, BlockingKey::Account], 60),
    always(&[BlockingKey::ForenameKin, BlockingKey::Postcode], 100),
    always(&[BlockingKey::SurnameSound, BlockingKey::Initial, BlockingKey::Postcode], 200),
    always(&[BlockingKey::Initial, BlockingKey::Dwelling], 100),
    always(&[BlockingKey::Initial, BlockingKey::Telephone], 60),
    always(&[BlockingKey::Email], 60),
    always(&[BlockingKey::BirthDate, BlockingKey::Sector], 200),
    always(&[BlockingKey::BirthDate, BlockingKey::Initial, BlockingKey::SurnameInitial], 200),
    always(&[BlockingKey::ForenameKin, BlockingKey::SurnameSound, BlockingKey::Sector], 200),
    always(&[BlockingKey::NamePair, BlockingKey::District], 200),
    always(&[BlockingKey::NamePair], 100),
    if_budget_allows(&[BlockingKey::SurnamePrefix, BlockingKey::ForenamePrefix, BlockingKey::BirthYear], 300),
    if_budget_allows(&[BlockingKey::Surname, BlockingKey::Postcode], 300),
    if_budget_allows(&[BlockingKey::BirthDate], 1000),
    rare_at_least(&[BlockingKey::ForenameKin, BlockingKey::SurnameSound], 1000),
    if_budget_allows(&[BlockingKey::SurnameSound, BlockingKey::Town], 1000),
    if_budget_allows(&[BlockingKey::Postcode], 1000),
];

/// Keys by which oversized blocks are narrowed, one after the other. A key the rule already has changes nothing and is passed over.
pub(crate) const NARROWING: [BlockingKey; 7] = [
    BlockingKey::BirthYear,
    BlockingKey::District,
    BlockingKey::ForenameSound,
    BlockingKey::SurnameSound,
    BlockingKey::Sector,
    BlockingKey::BirthDate,
    BlockingKey::Dwelling,
];
