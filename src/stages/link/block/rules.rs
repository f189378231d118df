//! The blocking rules, from the most precise to the loosest.
//!
//! What comes in: which fields the records have. What goes out: the rules worth building. What always holds: a rule whose keys are mostly
//! missing everywhere makes no blocks and costs nothing; a rule marked [`Use::IfBudgetAllows`] is dropped as a whole rather than narrowed.

use super::keys::Key;

/// How a rule treats the budget of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Always; oversized blocks are narrowed.
    Always,
    /// Only if its pairs fit in what is left.
    IfBudgetAllows,
}

/// A blocking rule: pairs of records that agree on all its keys are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Its keys.
    pub(crate) keys: &'static [Key],
    /// Largest block compared whole.
    pub(crate) largest_block: usize,
    /// How it treats the budget.
    pub(crate) usage: Use,
}

impl Rule {
    /// Its keys in words.
    pub(crate) fn name(&self) -> String {
        self.keys.iter().map(|key| key.name()).collect::<Vec<_>>().join(" + ")
    }
}

const fn always(keys: &'static [Key], largest_block: usize) -> Rule {
    Rule { keys, largest_block, usage: Use::Always }
}

const fn if_budget_allows(keys: &'static [Key], largest_block: usize) -> Rule {
    Rule { keys, largest_block, usage: Use::IfBudgetAllows }
}

/// All rules. An identifier shared by more than a few dozen distinct records is a placeholder, hence the small blocks there.
pub(crate) const RULES: [Rule; 27] = [
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
