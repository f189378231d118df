//! Expectation–maximisation on pattern counts.
//!
//! What comes in: a starting model, agreement by chance, weighted counts of patterns among candidate pairs. What goes out: the model and the history
//! of its rounds. What always holds: patterns are visited in their order, sequentially, so the result is the same to the last bit for any
//! number of threads; the unrelated class holds all pairs that blocking never brought together, so priors are over *all* pairs
//! (Winkler 1993; Larsen and Rubin 2001); a level never reaches probability zero, because each field starts from its seed with a small weight.

use super::super::compare::{FIELDS, date_of_birth, field, forename, home, is_correction, level_of};
use super::super::fixed::Fixed;
use super::many::{balanced, over_all, set_priors};
use super::seeds::is_fixed;
use super::unrelated::{COLLISION, Unrelated, last_band, normalise};
use super::wrong_dates::WrongDates;
use super::{Class, LEVELS, Model, Table};

/// Rounds after which EM stops even if it has not settled.
const MOST_ROUNDS: usize = 60;
/// Relative change of the expected number of matches below which EM has settled.
const SETTLED: f64 = 1e-4;
/// Weight of the seed, in pairs.
const SEED_PAIRS: f64 = 30.0;
/// Weight of the seed of an identifier's levels: its errors are rare, and where few pairs show them chance must not decide (a beta prior).
const IDENTIFIER_SEED_PAIRS: f64 = 2000.0;
/// Weight of the seed of how often people of one home bear one forename, in pairs of people who share a home.
const NAMESAKE_SEED_PAIRS: f64 = 2000.0;

/// One round of EM.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// Expected pairs of the same person.
    pub(crate) same_person: f64,
    /// Largest change of a probability of the same-person class.
    pub(crate) change: f64,
}

/// The probability of a pattern in each class, times its prior.
pub(crate) fn weigh(model: &Model, pattern: u64) -> [f64; 3] {
    let mut weights = model.prior;
    for (weight, table) in weights.iter_mut().zip(&model.levels) {
        for (index, levels) in table.iter().enumerate() {
            let level = level_of(pattern, index);
            if level > 0 {
                *weight *= levels.get(level).copied().unwrap_or(0.0);
            }
        }
    }
    weights
}

/// Runs EM to convergence, from a model; `start` is what it is seeded with.
pub(super) fn run(
    (from, start): (&Model, &Model),
    unrelated: &Unrelated,
    patterns: &[(u64, f64)],
    all_pairs: f64,
    fixed: &Fixed,
) -> (Model, Vec<Round>) {
    let mut model = from.clone();
    let mut rounds: Vec<Round> = Vec::new();
    let wrong_dates = WrongDates::measure(patterns, &unrelated.levels, unrelated.dated_at_home);
    wrong_dates.order(&mut model.levels[0]);
    fixed.apply(&mut model);
    while rounds.len() < MOST_ROUNDS {
        let expected = expect(&model, patterns);
        let (sums, at_home) = (balanced(&expected, unrelated.many), &expected.at_home);
        let before = model.clone();
        maximise(&mut model, &sums, start, unrelated);
        namesakes_at_home(&mut model, at_home, start, unrelated);
        twins_at_home(&mut model, &expected.born_at_home, start, unrelated);
        tie_bands(&mut model, unrelated);
        wrong_dates.order(&mut model.levels[0]);
        order_ages(&mut model.levels[0], &unrelated.levels);
        set_priors(&mut model, &expected, unrelated, (all_pairs, f64::INFINITY));
        discount(&mut model, unrelated);
        collide(&mut model, &sums[2], unrelated, all_pairs);
        swap_names(&mut model);
        fixed.apply(&mut model);
        let fields = model.levels[0].iter().zip(&before.levels[0]).enumerate().filter(|&(index, _)| !is_correction(index));
        let change = fields.flat_map(|(_, (now, before))| now.iter().zip(before)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let moved = |share: f64| (over_all(&model, Class::Same, share) / over_all(&before, Class::Same, share) - 1.0).abs();
        let settled = moved(0.0) < SETTLED && moved(unrelated.many.share) < SETTLED && change < SETTLED * 10.0;
        rounds.push(Round { same_person: expected.pairs[0], change });
        if settled {
            break;
        }
    }
    (model, rounds)
}

/// Change of the expected number of matches in the last round from which it is told that the estimate had not settled.
const UNSETTLED: f64 = 0.01;

/// What is to be said of an estimate that was still moving when the rounds were over.
pub(super) fn unsettled(rounds: &[Round]) -> Option<String> {
    let [.., before, last] = rounds else { return None };
    let change = (last.same_person / before.same_person - 1.0).abs();
    (rounds.len() >= MOST_ROUNDS && change > UNSETTLED).then(|| {
        let (count, share) = (rounds.len(), change * 100.0);
        format!("the estimate had not settled after {count} rounds, the last of which changed the expected number of pairs of one person by {share:.0}%: treat probabilities as rough")
    })
}

/// The model with the priors that fit the candidates; its levels are left as they are.
/// `most`: pairs of one person that there can be at most.
pub(super) fn with_priors(model: &Model, unrelated: &Unrelated, patterns: &[(u64, f64)], (all_pairs, most): (f64, f64)) -> Model {
    let mut model = model.clone();
    for _ in 0..MOST_ROUNDS {
        let before = model.prior[0];
        let expected = expect(&model, patterns);
        set_priors(&mut model, &expected, unrelated, (all_pairs, most));
        if (model.prior[0] / before - 1.0).abs() < SETTLED {
            break;
        }
    }
    model
}

/// What a round of EM expects among the candidates.
pub(super) struct Expected {
    /// Pairs of each level in each class, those left out that have a record of somebody with very many.
    pub(super) sums: [Table; 3],
    /// These.
    pub(super) sums_of_many: [Table; 3],
    /// Pairs of each class, all of them.
    pub(super) pairs: [f64; 3],
    /// Those with a record of somebody with very many.
    pub(super) pairs_of_many: [f64; 3],
    /// Pairs of each level of the forename, of the same person and of people who share a home, among those that share a dwelling and in which
    /// both have a date of birth.
    at_home: [[f64; LEVELS]; 2],
    /// The same by date of birth.
    born_at_home: [[f64; LEVELS]; 2],
}

/// The expectation step: expected counts among the candidates.
pub(super) fn expect(model: &Model, patterns: &[(u64, f64)]) -> Expected {
    let none = [[[0.0; LEVELS]; FIELDS.len()]; 3];
    let mut expected = Expected {
        sums: none,
        sums_of_many: none,
        pairs: [0.0; 3],
        pairs_of_many: [0.0; 3],
        at_home: [[0.0; LEVELS]; 2],
        born_at_home: [[0.0; LEVELS]; 2],
    };
    for &(pattern, count) in patterns {
        let weights = weigh(model, pattern);
        let sum: f64 = weights.iter().sum();
        if sum <= 0.0 {
            continue;
        }
        let of_many = level_of(pattern, field::MANY_RECORDS) > 0;
        let sums = if of_many { &mut expected.sums_of_many } else { &mut expected.sums };
        for ((table, (pairs, pairs_of_many)), weight) in
            sums.iter_mut().zip(expected.pairs.iter_mut().zip(&mut expected.pairs_of_many)).zip(weights)
        {
            let share = count * weight / sum;
            *pairs += share;
            *pairs_of_many += if of_many { share } else { 0.0 };
            for (index, levels) in table.iter_mut().enumerate() {
                if let Some(slot) = levels.get_mut(level_of(pattern, index)) {
                    *slot += share;
                }
            }
        }
        let dated = (1..usize::from(date_of_birth::grade::AGE_FITS)).contains(&level_of(pattern, field::BORN));
        if dated && level_of(pattern, field::HOME) == usize::from(home::grade::DWELLING) {
            for ((levels, born), weight) in expected.at_home.iter_mut().zip(&mut expected.born_at_home).zip(weights) {
                if let Some(slot) = levels.get_mut(level_of(pattern, field::FORENAME)) {
                    *slot += count * weight / sum;
                }
                if let Some(slot) = born.get_mut(level_of(pattern, field::BORN)) {
                    *slot += count * weight / sum;
                }
            }
        }
    }
    expected
}

/// How often two people of one home bear one forename: a father and his son. Blocking brings all pairs of like forenames at one dwelling together, and
/// where both have a date of birth the model tells two people from one; all other pairs of a dwelling are counted without comparing them. Few
/// pairs leave the seed as it is.
fn namesakes_at_home(model: &mut Model, at_home: &[[f64; LEVELS]; 2], start: &Model, unrelated: &Unrelated) {
    let [same, household] = at_home;
    // Where home or date of birth are not compared, none of them can be told apart.
    if at_home.iter().flatten().sum::<f64>() <= 0.0 {
        return;
    }
    let last = usize::from(forename::grade::LAST_EXACT);
    let exact = |levels: &[f64; LEVELS]| levels.iter().take(last + 1).skip(1).sum::<f64>();
    let (Some(levels), Some(seed)) = (model.levels[1].get_mut(field::FORENAME), start.levels[1].get(field::FORENAME)) else { return };
    let share = share_at_home(same, exact(household), exact(seed), unrelated);
    let scale = share / exact(seed).max(1e-9);
    for (value, seed) in levels.iter_mut().zip(seed).take(last + 1).skip(1) {
        *value = seed * scale;
    }
    normalise(levels);
}

/// Share of the pairs of different people of one home that agree in something: those found among the candidates, of all that share a dwelling and are not the same person. Few pairs leave the
/// share of the seed as it is.
fn share_at_home(same: &[f64; LEVELS], found: f64, seed: f64, unrelated: &Unrelated) -> f64 {
    let pairs = unrelated.dated_at_home - same.iter().skip(1).sum::<f64>();
    (found + NAMESAKE_SEED_PAIRS * seed) / (pairs.max(found) + NAMESAKE_SEED_PAIRS)
}

/// The levels of one date of birth together.
fn one_birthday(levels: &[f64; LEVELS]) -> f64 {
    at(levels, date_of_birth::grade::EXACT) + at(levels, date_of_birth::grade::HEAPED)
}

/// Share of the pairs of different people of one home, both with a date of birth, that have one birthday.
pub(super) fn one_birthday_at_home(model: &Model, unrelated: &Unrelated) -> f64 {
    one_birthday(&model.of(Class::Household, field::BORN)) / unrelated.dated().max(1e-9)
}

/// How often two people of one home were born on one day: twins, counted as namesakes are. Few pairs leave the seed as it is.
fn twins_at_home(model: &mut Model, at_home: &[[f64; LEVELS]; 2], start: &Model, unrelated: &Unrelated) {
    use date_of_birth::grade::{EXACT, HEAPED};
    let [same, household] = at_home;
    if at_home.iter().flatten().sum::<f64>() <= 0.0 {
        return;
    }
    let (Some(levels), Some(seed)) = (model.levels[1].get_mut(field::BORN), start.levels[1].get(field::BORN)) else { return };
    let dated = unrelated.dated().max(1e-9);
    let share = share_at_home(same, one_birthday(household), one_birthday(seed) / dated, unrelated).min(0.5) * dated;
    let scale = share / one_birthday(seed).max(1e-9);
    *levels = *seed;
    put(levels, &[(EXACT, at(seed, EXACT) * scale), (HEAPED, at(seed, HEAPED) * scale)]);
}

fn maximise(model: &mut Model, sums: &[Table; 3], start: &Model, unrelated: &Unrelated) {
    for (class, (sums, start)) in sums.iter().zip(&start.levels).enumerate().take(2) {
        let Some(table) = model.levels.get_mut(class) else { continue };
        for (index, ((levels, sums), seed)) in table.iter_mut().zip(sums).zip(start).enumerate() {
            let fixed = is_fixed(index) || unrelated.is_identifier(index);
            if is_correction(index) || (class == Class::Household as usize && fixed) {
                continue;
            }
            let seed_pairs = if (field::NHS..=field::ULN).contains(&index) { IDENTIFIER_SEED_PAIRS } else { SEED_PAIRS };
            share_out(levels, sums, seed, seed_pairs);
        }
    }
}

/// The maximisation step of one field in one class: each level's share of the pairs on which the field is present, the seed counting as so many more.
pub(super) fn share_out(levels: &mut [f64; LEVELS], sums: &[f64; LEVELS], seed: &[f64; LEVELS], seed_pairs: f64) {
    let present: f64 = sums.iter().skip(1).sum();
    for ((value, sum), seed) in levels.iter_mut().zip(sums).zip(seed).skip(1) {
        *value = (sum + seed_pairs * seed) / (present + seed_pairs);
    }
}

/// How often a name is right does not depend on how frequent it is: the bands of equal names share one estimate, spread by how many people bear names
/// of each band. Otherwise chance namesakes of frequent names teach the same-person class that it consists of frequent names.
pub(super) fn tie_bands(model: &mut Model, unrelated: &Unrelated) {
    for table in model.levels.iter_mut().take(2) {
        for index in (0..FIELDS.len()).filter(|&index| last_band(index) > 0) {
            let last = usize::from(last_band(index));
            let Some((levels, mass)) = table.get_mut(index).zip(unrelated.band_mass.get(index)) else { continue };
            let all_mass: f64 = mass.iter().sum();
            let exact: f64 = levels.iter().take(last + 1).skip(1).sum();
            for (value, mass) in levels.iter_mut().zip(mass).take(last + 1).skip(1) {
                *value = (exact * mass / all_mass.max(1e-9)).max(1e-9);
            }
        }
    }
}

/// An age that is further off is not more frequent than one that is nearer ([`WrongDates::order`] holds dates to that), except that a system may keep wrong ones: nought for all, the parent's on the child's row. Where more than one in twenty are far off they are not
/// all fathers and sons, and the class learns how far ages can be believed; where most are off they say nothing.
fn order_ages(same: &mut Table, unrelated: &Table) {
    use date_of_birth::grade::{AGE_CLOSE, AGE_FAR, AGE_FITS, AGE_NEAR, AGES};
    const FATHERS_AND_SONS: f64 = 0.05;
    let (Some(levels), Some(by_chance)) = (same.get_mut(field::BORN), unrelated.get(field::BORN)) else { return };
    let [fits, close, near, far] = [AGE_FITS, AGE_CLOSE, AGE_NEAR, AGE_FAR].map(|level| at(levels, level));
    let all = fits + close + near + far;
    if near + far > fits + close {
        let chance: f64 = AGES.iter().map(|&level| at(by_chance, level)).sum();
        put(levels, &AGES.map(|level| (level, all * at(by_chance, level) / chance.max(1e-12))));
        return;
    }
    let close = close.min(fits);
    let (near, far) = if far > FATHERS_AND_SONS * all { (near, far) } else { (near.min(close), far.min(near.min(close))) };
    put(levels, &[(AGE_CLOSE, close), (AGE_NEAR, near), (AGE_FAR, far)]);
}

/// The value of a level.
pub(super) fn at(levels: &[f64; LEVELS], level: u8) -> f64 {
    levels.get(usize::from(level)).copied().unwrap_or(0.0)
}

/// Sets some levels and scales the rest.
pub(super) fn put(levels: &mut [f64; LEVELS], values: &[(u8, f64)]) {
    for &(level, value) in values {
        if let Some(slot) = levels.get_mut(usize::from(level)) {
            *slot = value;
        }
    }
    normalise(levels);
}

/// Two people whose names agree when one is swapped are as frequent as two people of equal names times how often names are swapped.
fn swap_names(model: &mut Model) {
    let swapped = usize::from(forename::grade::SWAPPED);
    let exact = |table: &Table, index: usize| -> f64 {
        table.get(index).map_or(0.0, |levels| levels.iter().take(usize::from(forename::grade::LAST_EXACT) + 1).skip(1).sum())
    };
    let rate = model.levels[0].get(field::FORENAME).and_then(|levels| levels.get(swapped)).copied().unwrap_or(0.0);
    for table in model.levels.iter_mut().skip(1) {
        let chance = rate * exact(table, field::FORENAME) * exact(table, field::SURNAME);
        if let Some(levels) = table.get_mut(field::FORENAME) {
            if let Some(slot) = levels.get_mut(swapped) {
                *slot = chance.max(1e-12);
            }
            normalise(levels);
        }
    }
}

/// Two people with one identifier: blocking brings all pairs that agree on it together, so those that are not the same person can be counted.
fn collide(model: &mut Model, unrelated_sums: &Table, unrelated: &Unrelated, all_pairs: f64) {
    for &index in &unrelated.identifiers {
        let Some((levels, sums)) = model.levels[2].get_mut(index).zip(unrelated_sums.get(index)) else { continue };
        for (value, sum) in levels.iter_mut().zip(sums).take(usize::from(last_band(index)) + 1).skip(1) {
            *value = (sum / all_pairs).max(COLLISION);
        }
        normalise(levels);
    }
}

/// Takes the true matches out of the names' exact agreement among all pairs, where that lowers it: in small files with many records
/// per person, much of what looks like chance is not.
fn discount(model: &mut Model, unrelated: &Unrelated) {
    let [same, household] = [Class::Same, Class::Household].map(|class| over_all(model, class, unrelated.many.share));
    for index in (0..FIELDS.len()).filter(|&index| last_band(index) > 0 && !unrelated.is_identifier(index)) {
        for level in 1..=usize::from(last_band(index)) {
            let of = |table: &Table| table.get(index).and_then(|levels| levels.get(level)).copied().unwrap_or(0.0);
            let known = same * of(&model.levels[0]) + household * of(&model.levels[1]);
            let by_people = of(&unrelated.levels);
            let remaining = (of(&unrelated.agreeing) - known).clamp(by_people * 0.3, by_people);
            if let Some(slot) = model.levels[2].get_mut(index).and_then(|levels| levels.get_mut(level)) {
                *slot = remaining;
            }
        }
        if let Some(levels) = model.levels[2].get_mut(index) {
            normalise(levels);
        }
    }
}
