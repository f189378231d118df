//! The blocking rules, from the most precise to the loosest.
//!
//! What comes in: which fields the records have. What goes out: the rules worth building. What always holds: a rule whose keys are mostly
//! missing everywhere makes no blocks and costs nothing; a rule marked [`Use::IfBudgetAllows`] is dropped as a whole rather than narrowed.

use super::super::encode::Encoded;
use super::keys::Key;
use crate::model::FurtherKind;

/// How a rule treats the budget of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Always; oversized blocks are narrowed.
    Always,
    /// Only if its pairs fit in what is left.
    IfBudgetAllows,
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
    /// Its keys in words.
    pub(crate) fn name(&self, encoded: &Encoded) -> String {
        if self.keys.is_empty() {
            return "every pair of records".to_owned();
        }
        self.keys.iter().map(|key| key.name(encoded)).collect::<Vec<_>>().join(" + ")
    }
}

type Listed = (&'static [Key], usize, Use);

const fn always(keys: &'static [Key], largest_block: usize) -> Listed {
    (keys, largest_block, Use::Always)
}

const fn if_budget_allows(keys: &'static [Key], largest_block: usize) -> Listed {
    (keys, largest_block, Use::IfBudgetAllows)
}

/// The rules for these records: those whose every key some record has; one rule that compares everything where the budget allows that.
pub(crate) fn choose(encoded: &Encoded, budget: u64) -> Vec<Rule> {
    let records = encoded.nodes.len();
    if (records as u64).saturating_mul(records.saturating_sub(1) as u64) / 2 <= budget {
        return vec![Rule { keys: Vec::new(), largest_block: records.max(2), usage: Use::Always }];
    }
    let rule = |&(keys, largest_block, usage): &Listed| Rule { keys: keys.to_vec(), largest_block, usage };
    let mut rules: Vec<Rule> = RULES.iter().take(PRECISE).map(rule).collect();
    rules.extend(further(encoded, &[FurtherKind::Identifier], |key| (vec![key], 60, Use::Always)));
    rules.extend(RULES.iter().skip(PRECISE).map(rule));
    for partner in [Key::BirthDate, Key::ForenameKin, Key::SurnameSound] {
        let kinds = [FurtherKind::Text, FurtherKind::Category, FurtherKind::Date];
        rules.extend(further(encoded, &kinds, |key| (vec![partner, key], 300, Use::IfBudgetAllows)));
    }
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
    always(&[Key::NhsNumber], 60),
    always(&[Key::Nino], 60),
    always(&[Key::Upn], 60),
    always(&[Key::Uln], 60),
    always(&[Key::SurnameSound, Key::BirthDate], 300),
    always(&[Key::Forename, Key::BirthDate], 300),
    always(&[Key::NamePair, Key::BirthYear], 300),
    always(&[Key::ForenameKin, Key::SurnameSound, Key::BirthYear], 300),
    always(&[Key::ForenameSound, Key::SurnameSound, Key::BirthDayMonth], 300),
    always(&[Key::ForenameKin, Key::Dwelling], 100),
    always(&[Key::Initial, Key::Account], 60),
    always(&[Key::ForenameKin, Key::Postcode], 100),
    always(&[Key::SurnameSound, Key::Initial, Key::Postcode], 200),
    always(&[Key::Initial, Key::Dwelling], 100),
    always(&[Key::Initial, Key::Telephone], 60),
    always(&[Key::Email], 60),
    always(&[Key::BirthDate, Key::Sector], 200),
    always(&[Key::BirthDate, Key::Initial, Key::SurnameInitial], 200),
    always(&[Key::ForenameKin, Key::SurnameSound, Key::Sector], 200),
    always(&[Key::NamePair, Key::District], 200),
    always(&[Key::NamePair], 100),
    if_budget_allows(&[Key::SurnamePrefix, Key::ForenamePrefix, Key::BirthYear], 300),
    if_budget_allows(&[Key::Surname, Key::Postcode], 300),
    if_budget_allows(&[Key::BirthDate], 1000),
    if_budget_allows(&[Key::ForenameKin, Key::SurnameSound], 1000),
    if_budget_allows(&[Key::SurnameSound, Key::Town], 1000),
    if_budget_allows(&[Key::Postcode], 1000),
];

/// Keys by which oversized blocks are narrowed, one after the other. A key the rule already has changes nothing and is passed over.
pub(crate) const NARROWING: [Key; 7] =
    [Key::BirthYear, Key::District, Key::ForenameSound, Key::SurnameSound, Key::Sector, Key::BirthDate, Key::Dwelling];
