//! Estimation of the linkage model without labels.
//!
//! What comes in: counts of comparison patterns among candidate pairs and the encoded records. What goes out: [`Model`]: for three
//! classes of pairs (the same person; different people who share a home; unrelated people) a prior over *all* pairs and the
//! probability of each level of each field. What always holds: probabilities of a field's levels sum to one in each class (except the full name's, which are correcting factors);
//! nothing depends on the order of records or on the number of threads.
//!
//! Why three classes: with two, the "match" class becomes people of one address (measured: linkage.md §1). Why the unrelated class is
//! not estimated by EM: its levels are known in closed form from frequencies, or from random pairs.

mod em;
mod homes;
mod many;
mod seeds;
#[cfg(test)]
mod splink_tests;
#[cfg(test)]
mod tests;
mod things;
mod unrelated;
mod wrong_dates;

use super::compare::{FIELDS, level_of};
use super::encode::Encoded;
use super::fixed::Fixed;
use super::frozen;
pub(crate) use em::Round;
use unrelated::Unrelated;
use wrong_dates::WrongDates;

/// Number of levels a field may have.
pub(crate) const LEVELS: usize = 24;

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time: an index out of range would not compile")]
const _: () = {
    let mut field = 0;
    while field < FIELDS.len() {
        assert!(FIELDS[field].levels.len() <= LEVELS, "a field's levels fit in a table");
        field += 1;
    }
};

/// A number per field and level.
pub(crate) type Table = [[f64; LEVELS]; FIELDS.len()];

/// Classes of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The same person.
    Same = 0,
    /// Different people who share a home.
    Household = 1,
    /// Unrelated people.
    Unrelated = 2,
}

/// What is known about pairs of each class.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// Prior of each class over all pairs.
    pub(crate) prior: [f64; 3],
    /// Probability of each level given the class, if the field is present on both sides.
    pub(crate) levels: [Table; 3],
}

impl Model {
    /// Probabilities of a field's levels in a class.
    fn of(&self, class: Class, index: usize) -> [f64; LEVELS] {
        self.levels.get(class as usize).and_then(|table| table.get(index)).copied().unwrap_or([0.0; LEVELS])
    }
}

/// A model and how it came about.
pub(crate) struct Estimated {
    /// The model.
    pub(crate) model: Model,
    /// One entry per round of EM.
    pub(crate) rounds: Vec<Round>,
    /// What the officer should know.
    pub(crate) warnings: Vec<String>,
    /// Number of all pairs of nodes.
    pub(crate) all_pairs: f64,
    /// Number of those of which a node is of somebody with very many records.
    pub(crate) pairs_of_many: f64,
}

impl Estimated {
    /// Expected number of pairs of the same person.
    pub(crate) fn same_person(&self) -> f64 {
        many::over_all(&self.model, Class::Same, self.pairs_of_many / self.all_pairs.max(1.0)) * self.all_pairs
    }
}

/// Estimates the model from weighted pattern counts, sorted by pattern.
pub(crate) fn estimate(encoded: &Encoded, patterns: &[(u64, f64)], fixed: &Fixed) -> Estimated {
    let nodes = encoded.nodes.len() as f64;
    let all_pairs = (nodes * (nodes - 1.0) / 2.0).max(1.0);
    let mut unrelated = Unrelated::measure(encoded);
    let start_of = |unrelated: &Unrelated| {
        let mut start = seeds::model(encoded, unrelated, all_pairs);
        fixed.apply(&mut start);
        start
    };
    let mut start = start_of(&unrelated);
    let mut fit = Fit::of((&start, &start), &unrelated, patterns, all_pairs, fixed.clone());
    let of_things = things::only(&encoded.nodes);
    // What somebody fixed says nothing of the data.
    let speaks =
        |fit: &Fit, index: usize| !fit.fixed.says_of_one_person(index) && patterns.iter().any(|&(pattern, _)| level_of(pattern, index) > 0);
    let mut warnings = Vec::new();
    if of_things {
        let suspect = |fit: &Fit| things::of_what_is_related(&fit.model, &unrelated, encoded).find(|&index| speaks(fit, index));
        let first = suspect(&fit);
        let mut next = first;
        while let Some(index) = next {
            fit.fixed = fit.fixed.holding(Class::Household, index, &things::of_related(&unrelated, index));
            fit = fit.holding(index, &start, &unrelated, patterns, all_pairs);
            next = suspect(&fit);
        }
        // Where what is related was taken for the same there is such a class.
        if first.is_none() && things::mistaken(&fit.model, &unrelated) {
            unrelated.of_homes = false;
            let start_without = start_of(&unrelated);
            let without = Fit::of((&start_without, &start_without), &unrelated, patterns, all_pairs, fixed.clone());
            if things::is_contradicted_by_identifiers(&without.model, &fit.model, &unrelated) {
                unrelated.of_homes = true;
            } else {
                (start, fit) = (start_without, without);
            }
        }
        warnings.extend(things::contradicted(&fit.model, &unrelated, encoded));
    }
    let wrong_dates = WrongDates::measure(patterns, &unrelated.levels, unrelated.dated_at_home);
    let doubted = |fit: &Fit, least_forenames: f64| {
        let agreements = agreements(&fit.model, wrong_dates, least_forenames);
        doubt(&fit.model, encoded, (all_pairs, unrelated.many.share), &agreements, |index| speaks(fit, index))
    };
    let (mut doubt, mut held) = (doubted(&fit, SUSPECT_FORENAMES), Vec::new());
    while let Some(Doubt { field: Some(index), ref why }) = doubt {
        let before = fit.fixed.clone();
        fit = fit.holding(index, &start, &unrelated, patterns, all_pairs);
        // From there, what was held is learnt after all, if that does not lead back to where it cannot be believed; where there are many twins it would.
        let released = Fit::of((&fit.model, &start), &unrelated, patterns, all_pairs, before);
        if em::one_birthday_at_home(&fit.model, &unrelated) < MANY_TWINS && doubted(&released, LEAST_FORENAMES).is_none() {
            fit = released;
            doubt = None;
            break;
        }
        let name = FIELDS.get(index).map_or("", |field| field.name);
        held.push(format!(
            "the estimate {why}; how often these agree is taken from the built-in values ({name}) and the rest is estimated again, so treat probabilities as rough"
        ));
        doubt = match two_people(&fit.model, (&unrelated, wrong_dates), |index| speaks(&fit, index)) {
            Some(why) => Some(Doubt { field: None, why }),
            None => doubted(&fit, SUSPECT_FORENAMES),
        };
    }
    let Fit { model, rounds, .. } = fit;
    // Falls back to the starting model, and says so, where the estimate cannot be one of "the same person".
    let mut model = match doubt {
        None => {
            warnings.extend(held);
            warnings.extend(em::unsettled(&rounds));
            model
        }
        Some(Doubt { why, .. }) => {
            warnings.push(format!("the estimate {why}; the built-in starting values are used instead, so treat probabilities as rough"));
            em::with_priors(&start, &unrelated, patterns, (all_pairs, ceiling(encoded, all_pairs)))
        }
    };
    frozen::round(&mut model);
    let pairs_of_many = libm::round(unrelated.many.share * all_pairs);
    Estimated { model, rounds, warnings, all_pairs, pairs_of_many }
}

/// Share of the ages that are three or more years from what other records say of the same people, if that is more than slips make.
pub(crate) fn wrong_ages(model: &Model) -> Option<f64> {
    /// Share of wrong ages from which they are no slips.
    const MANY: f64 = 0.2;
    use super::compare::{date_of_birth::grade, field};
    let levels = model.of(Class::Same, field::BORN);
    let [fits, close, near, far] = grade::AGES.map(|level| em::at(&levels, level));
    let (wrong, all) = (near + far, fits + close + near + far);
    (all > LEAST_DATED && wrong > MANY * all).then(|| wrong / all)
}

/// Pairs of one person that these records can hold at most: two hundred records of each, or, in a file small enough that so many can be compared, two thousand, or of four people
/// all.
fn ceiling(encoded: &Encoded, all_pairs: f64) -> f64 {
    let nodes = encoded.nodes.len() as f64;
    (nodes * 100.0).max((nodes * 1000.0).min(all_pairs / 4.0))
}

/// What was estimated, and what was held while it was.
struct Fit {
    model: Model,
    rounds: Vec<Round>,
    fixed: Fixed,
}

impl Fit {
    /// Estimated by EM from a model, with what is fixed; `start` is what it is seeded with.
    fn of((from, start): (&Model, &Model), unrelated: &Unrelated, patterns: &[(u64, f64)], all_pairs: f64, fixed: Fixed) -> Self {
        let (model, rounds) = em::run((from, start), unrelated, patterns, all_pairs, &fixed);
        Self { model, rounds, fixed }
    }

    /// Estimated again, with how often pairs of one person agree in a field held where the start has it: brothers and sisters cannot come into the class then, while all else is learnt from the data.
    fn holding(self, index: usize, start: &Model, unrelated: &Unrelated, patterns: &[(u64, f64)], all_pairs: f64) -> Self {
        let fixed = self.fixed.holding(Class::Same, index, &start.of(Class::Same, index));
        Self::of((start, start), unrelated, patterns, all_pairs, fixed)
    }
}

/// Why an estimate cannot be one of the same person.
struct Doubt {
    /// The field that says so; none if it is how many pairs there would be.
    field: Option<usize>,
    why: String,
}

/// Why an estimate cannot be one of "the same person"; a field that no pair compares was not estimated and speaks neither way.
fn doubt(
    estimate: &Model,
    encoded: &Encoded,
    (all_pairs, of_many): (f64, f64),
    agreements: &[(usize, f64, &'static str, f64)],
    compared: impl Fn(usize) -> bool,
) -> Option<Doubt> {
    let expected = many::over_all(estimate, Class::Same, of_many) * all_pairs;
    let ceiling = ceiling(encoded, all_pairs);
    if let Some(&(index, agreeing, what, _)) = agreements.iter().find(|&&(index, agreeing, _, least)| agreeing < least && compared(index)) {
        let why = format!("called pairs the same person of which only {:.0}% have {what}", agreeing * 100.0);
        Some(Doubt { field: Some(index), why })
    } else if expected > ceiling {
        let why = format!("expects {expected:.0} pairs to be the same person, more than these records can hold");
        Some(Doubt { field: None, why })
    } else {
        None
    }
}

/// What some of a field's levels make together.
fn share(levels: &[f64; LEVELS], some: impl IntoIterator<Item = u8>) -> f64 {
    some.into_iter().map(|level| em::at(levels, level)).sum()
}

/// Share of the pairs compared by birth below which two dates are too rare to be judged.
const LEAST_DATED: f64 = 0.01;

/// Why what was estimated with a field held cannot be believed either: identifiers or dates of birth say that its pairs are two people. Dates must be equal or one slip apart more often than
/// [`agreements`] asks, which takes those alike in one part only as well.
fn two_people(model: &Model, (unrelated, wrong_dates): (&Unrelated, WrongDates), compared: impl Fn(usize) -> bool) -> Option<String> {
    use super::compare::{date_of_birth::grade as born, field, further, identifier};
    /// Least share of dates, other than those known to be wrong altogether, that are equal or one slip apart.
    const LEAST_DATES: f64 = 0.7;
    /// Share of different identifiers of one person that no clerk makes.
    const MOST: f64 = 0.3;
    let own = [field::NHS, field::NINO, field::UPN, field::ULN].map(|index| (index, identifier::grade::DIFFERENT));
    let further = unrelated.identifiers.iter().map(|&index| (index, further::grade::DIFFERENT));
    let dates = model.of(Class::Same, field::BORN);
    let dated = share(&dates, born::EXACT..=born::HEAPED);
    let alike = share(&dates, [born::EXACT, born::HEAPED, born::SWAPPED, born::DIGIT]);
    if compared(field::BORN) && dated > LEAST_DATED && alike < dated * LEAST_DATES * (1.0 - wrong_dates.share()) {
        return Some(format!("called pairs the same person of which only {:.0}% have one date of birth", alike / dated * 100.0));
    }
    own.into_iter().chain(further).filter(|&(index, _)| compared(index)).find_map(|(index, different)| {
        let share = em::at(&model.of(Class::Same, index), different);
        (share > MOST).then(|| format!("called pairs the same person of which {:.0}% have two different identifiers", share * 100.0))
    })
}

/// Share of pairs of one home with one birthday from which there are many twins: three times what is usual.
const MANY_TWINS: f64 = 0.024;

/// Share of like forenames in the class of one person below which it may have taken in brothers and sisters.
const SUSPECT_FORENAMES: f64 = 0.78;

/// Share of them below which it has.
const LEAST_FORENAMES: f64 = 0.65;

/// How often the same-person class agrees on what a person rarely changes, and how often it must. Forenames differ least: where they do, the class has taken in brothers and sisters (runs that did had up to 75 %,
/// others at least 82 %).
fn agreements(model: &Model, wrong_dates: WrongDates, least_forenames: f64) -> [(usize, f64, &'static str, f64); 3] {
    use super::compare::{date_of_birth::grade as born, field, forename, surname};
    let [dates, forenames, surnames] = [field::BORN, field::FORENAME, field::SURNAME].map(|index| model.of(Class::Same, index));
    // Of those that have two dates: ages may be believed or not.
    let dated = share(&dates, born::EXACT..=born::HEAPED);
    let like = if dated < LEAST_DATED { 1.0 } else { share(&dates, born::LIKE) / dated };
    [
        // Where dates are known to be wrong altogether, fewer can be alike.
        (field::BORN, like, "like dates of birth", 0.35 * (1.0 - wrong_dates.share())),
        (field::FORENAME, share(&forenames, forename::grade::EXACT..forename::grade::DIFFERENT), "like forenames", least_forenames),
        (field::SURNAME, share(&surnames, surname::grade::EXACT..surname::grade::DIFFERENT), "like surnames", 0.35),
    ]
}
