//! Others' numbers: the fixtures of Splink's own tests (tests/fixtures/splink) put through this engine's expectation, maximisation and scoring.
//!
//! Splink's model has two classes; here the class of people who share a home gets a prior of zero. Splink's level `n` is level `n + 1` here, its
//! null level -1 is level 0.

use std::collections::BTreeMap;

use super::super::compare::{FIELDS, at, field};
use super::super::score::{Scorer, odds_bits, probability};
use super::em::{Expected, expect, share_out, tie_bands};
use super::unrelated::Unrelated;
use super::{LEVELS, Model, Table};

/// Fields that stand in for a fixture's columns; nothing in estimation treats these levels of theirs differently.
const COLUMNS: [usize; 5] = [field::FORENAME, field::SURNAME, field::BORN, field::SEX, field::HOME];
const EMPTY: Table = [[0.0; LEVELS]; FIELDS.len()];

/// Rows of a fixture by column name.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| headers.iter().map(ToOwned::to_owned).zip(record.iter().map(ToOwned::to_owned)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

/// A two-class model: λ, and per column the m and u of its levels from 0.
fn model(lambda: f64, columns: &[(&[f64], &[f64])]) -> Model {
    let mut levels = [EMPTY; 3];
    for (&index, (m, u)) in COLUMNS.iter().zip(columns) {
        levels[0][index][1..=m.len()].copy_from_slice(m);
        levels[2][index][1..=u.len()].copy_from_slice(u);
    }
    Model { prior: [lambda, 0.0, 1.0 - lambda], levels }
}

/// The pattern of Splink's levels.
fn pattern(gammas: &[i64]) -> u64 {
    COLUMNS.iter().zip(gammas).map(|(&index, &gamma)| at(index, (gamma + 1) as usize)).sum()
}

/// One round of EM as Splink makes it: no seed, λ the share of the pairs at hand, u free or fixed.
fn round(model: &Model, patterns: &[(u64, f64)], fix_u: bool) -> Model {
    let Expected { sums, pairs, .. } = expect(model, patterns);
    let mut next = model.clone();
    for class in if fix_u { vec![0] } else { vec![0, 2] } {
        for index in COLUMNS {
            if sums[class][index].iter().skip(1).sum::<f64>() > 0.0 {
                share_out(&mut next.levels[class][index], &sums[class][index], &[0.0; LEVELS], 0.0);
            }
        }
    }
    let lambda = pairs[0] / pairs.iter().sum::<f64>();
    next.prior = [lambda, 0.0, 1.0 - lambda];
    next
}

#[test]
fn known_m_u_and_lambda_are_recovered_from_four_thousand_comparison_vectors() {
    let counted = rows(include_str!("../../../../tests/fixtures/splink/known_params_pattern_counts.csv"));
    let gammas = |row: &BTreeMap<String, String>| ["gamma_col_1", "gamma_col_2", "gamma_col_3"].map(|column| number(row, column) as i64);
    let patterns: Vec<(u64, f64)> = counted.iter().map(|row| (pattern(&gammas(row)), number(row, "pairs"))).collect();
    assert!((patterns.iter().map(|(_, pairs)| pairs).sum::<f64>() - 4000.0).abs() < 1e-9);
    let exact: (&[f64], &[f64]) = (&[0.05, 0.95], &[0.9, 0.1]);
    let mut fitted = model(0.0001, &[exact; 3]);
    for _ in 0..200 {
        fitted = round(&fitted, &patterns, false);
    }
    assert!((fitted.prior[0] - 0.5).abs() < 0.005, "λ {}", fitted.prior[0]);
    for (index, m, u) in [(COLUMNS[0], 0.7, 0.1), (COLUMNS[1], 0.9, 0.025), (COLUMNS[2], 0.95, 0.2)] {
        let (found_m, found_u) = (fitted.levels[0][index][2], fitted.levels[2][index][2]);
        assert!((found_m - m).abs() < 0.01 && (found_u - u).abs() < 0.01, "m {found_m} u {found_u} of column {index}");
    }
    let scorer = Scorer::new(&fitted);
    for (row, (pattern, _)) in counted.iter().zip(&patterns) {
        let (found, known) = (probability(scorer.bits(*pattern)), number(row, "true_match_probability"));
        assert!((found / known - 1.0).abs() < 0.01, "{found} instead of {known}");
    }
}

/// The column whose exact agreement Splink adjusts for the value's frequency.
const FIRST_NAME: usize = COLUMNS[0];
/// The weight of that adjustment.
const FREQUENCY_WEIGHT: f64 = 0.6;
/// Level of an exact first name of the first frequency; here a name's frequency is a level of its own, with its own u.
const EXACT: usize = 3;

/// `fake_1000` and how many people bear each first name.
struct Fake1000 {
    people: Vec<BTreeMap<String, String>>,
    bearers: BTreeMap<String, usize>,
    /// Each number of bearers that occurs, ascending.
    frequencies: Vec<usize>,
}

impl Fake1000 {
    fn read() -> Self {
        let people = rows(include_str!("../../../../tests/fixtures/splink/fake_1000_from_splink_demos.csv"));
        let mut bearers: BTreeMap<String, usize> = BTreeMap::new();
        for person in people.iter().filter(|person| !person["first_name"].is_empty()) {
            *bearers.entry(person["first_name"].clone()).or_default() += 1;
        }
        let mut frequencies: Vec<usize> = bearers.values().copied().collect();
        frequencies.sort_unstable();
        frequencies.dedup();
        assert!(EXACT + frequencies.len() <= LEVELS);
        Self { people, bearers, frequencies }
    }

    /// Splink's settings: first name (m .7 .2 .1, u .1 .1 .8), date of birth, city and e-mail (m .9, u .1); λ .3 among pairs of one surname.
    fn model(&self) -> Model {
        let exact: (&[f64], &[f64]) = (&[0.1, 0.9], &[0.9, 0.1]);
        self.with_first_name(model(0.3, &[(&[0.1, 0.2], &[0.8, 0.1]), exact, exact, exact]), 0.7, 0.1)
    }

    /// Gives an exact first name these m and u, by frequency u · (frequency / u)^weight.
    fn with_first_name(&self, mut model: Model, m: f64, u: f64) -> Model {
        let all: usize = self.bearers.values().sum();
        for (level, &bearers) in (EXACT..).zip(&self.frequencies) {
            model.levels[0][FIRST_NAME][level] = m;
            model.levels[2][FIRST_NAME][level] = u * libm::pow(bearers as f64 / all as f64 / u, FREQUENCY_WEIGHT);
        }
        model
    }

    fn gammas(&self, left: usize, right: usize) -> [i64; 4] {
        let (left, right) = (&self.people[left], &self.people[right]);
        ["first_name", "dob", "city", "email"].map(|column| match (left[column].as_str(), right[column].as_str()) {
            ("", _) | (_, "") => -1,
            (a, b) if a == b => 1 + i64::from(column == "first_name"),
            (a, b) => i64::from(column == "first_name" && strsim::levenshtein(a, b) <= 2),
        })
    }

    fn pattern(&self, left: usize, right: usize) -> u64 {
        let mut gammas = self.gammas(left, right);
        if gammas[0] == 2 {
            let bearers = self.bearers[&self.people[left]["first_name"]];
            gammas[0] += self.frequencies.iter().position(|&frequency| frequency == bearers).unwrap() as i64;
        }
        pattern(&gammas)
    }

    /// Patterns of all pairs of one surname, counted.
    fn patterns(&self) -> Vec<(u64, f64)> {
        let mut counts: BTreeMap<u64, f64> = BTreeMap::new();
        for left in 0..self.people.len() {
            for right in left + 1..self.people.len() {
                let (a, b) = (&self.people[left]["surname"], &self.people[right]["surname"]);
                if !a.is_empty() && a == b {
                    *counts.entry(self.pattern(left, right)).or_default() += 1.0;
                }
            }
        }
        counts.into_iter().collect()
    }

    /// Compares each round of EM with the history that Splink publishes for it.
    fn assert_history(&self, lambdas: &str, m_u: &str, fix_u: bool) {
        let patterns = self.patterns();
        let columns = ["first_name", "dob", "city", "email"];
        let close = |found: f64, known: f64| (found / known - 1.0).abs() < 1e-6;
        let (mut model, mut first_name) = (self.model(), [0.7, 0.1]);
        for iteration in 0..3 {
            for row in rows(lambdas).iter().filter(|row| number(row, "iteration") as i32 == iteration) {
                assert!(close(model.prior[0], number(row, "λ")), "λ {} in round {iteration}", model.prior[0]);
            }
            let levels: Vec<_> = rows(m_u).into_iter().filter(|row| number(row, "iteration") as i32 == iteration).collect();
            assert_eq!(levels.len(), 9);
            for row in levels {
                let index = COLUMNS[columns.iter().position(|column| *column == row["column_name"]).unwrap()];
                let level = number(&row, "gamma_index") as usize + 1;
                let adjusted = (index, level) == (FIRST_NAME, EXACT);
                let [m, u] = if adjusted { first_name } else { [model.levels[0][index][level], model.levels[2][index][level]] };
                assert!(close(m, number(&row, "m_probability")) && close(u, number(&row, "u_probability")), "m {m} u {u}: {row:?}");
            }
            model = round(&model, &patterns, fix_u);
            // All exact first names share one m and one u.
            let exact = |class: usize| model.levels[class][FIRST_NAME].iter().skip(EXACT).sum::<f64>();
            first_name = [exact(0), if fix_u { 0.1 } else { exact(2) }];
            model = self.with_first_name(model, first_name[0], first_name[1]);
        }
    }
}

#[test]
fn the_history_of_m_u_and_lambda_with_u_fixed_is_splinks() {
    Fake1000::read().assert_history(
        include_str!("../../../../tests/fixtures/splink/splink2_proportion_of_matches_history_fixed_u.csv"),
        include_str!("../../../../tests/fixtures/splink/splink2_m_u_history_fixed_u.csv"),
        true,
    );
}

#[test]
fn the_history_of_m_u_and_lambda_with_u_free_is_splinks() {
    Fake1000::read().assert_history(
        include_str!("../../../../tests/fixtures/splink/splink2_proportion_of_matches_history_no_fix.csv"),
        include_str!("../../../../tests/fixtures/splink/splink2_m_u_history_no_fix.csv"),
        false,
    );
}

#[test]
fn the_weight_of_pair_479_and_481_is_splinks() {
    let known = &rows(include_str!("../../../../tests/fixtures/splink/splink2_479_vs_481.csv"))[0];
    let fake = Fake1000::read();
    let column = |name: &str| number(known, name) as i64;
    assert_eq!(fake.gammas(479, 481), [column("gamma_first_name"), column("gamma_dob"), column("gamma_city"), column("gamma_email")]);
    let bits = Scorer::new(&fake.model()).bits(fake.pattern(479, 481));
    assert!((bits - 0.510_149_357_076_648_7).abs() < 1e-9, "{bits}");
    assert!((probability(bits) - number(known, "match_probability")).abs() < 1e-9);
}

/// Bayes factors of exact agreement on values borne by so many people, each value in a band of its own, where one person's value never changes.
fn frequency_factors(people: &[u32]) -> Vec<f64> {
    let mut unrelated = Unrelated {
        levels: EMPTY,
        agreeing: EMPTY,
        band_mass: EMPTY,
        same_dwelling: 0.0,
        many: super::many::Many::default(),
        dated_at_home: 0.0,
        identifiers: Vec::new(),
        of_homes: true,
    };
    unrelated.set_bands(field::SURNAME, people, people, |value| value as u8);
    let mut fitted = model(0.5, &[]);
    fitted.levels[0][field::SURNAME][1] = 1.0;
    fitted.levels[2] = unrelated.levels;
    tie_bands(&mut fitted, &unrelated);
    let scorer = Scorer::new(&fitted);
    (1..=people.len()).map(|level| libm::exp2(scorer.bits(at(field::SURNAME, level)))).collect()
}

#[test]
fn the_factors_of_term_frequency_are_splinks() {
    // London, Birmingham, Truro: 40, 8 and 2 of 50 there; here so many that pairs of one person with himself do not count.
    for (found, known) in frequency_factors(&[400_000, 80_000, 20_000]).into_iter().zip([1.25, 6.25, 25.0]) {
        assert!((found / known - 1.0).abs() < 1e-3, "{found} instead of {known}");
    }
}

#[test]
fn a_value_seen_with_two_people_counts_for_less_than_its_share_says_only_by_the_pairs_there_are() {
    // Among 50 people the closed form counts pairs: n (n - 1/2) of N (N - 1), where Splink squares the share.
    for ((found, people), share) in frequency_factors(&[40, 8, 2]).into_iter().zip([40.0, 8.0, 2.0]).zip([0.8, 0.16, 0.04]) {
        let known = share / (people * (people - 0.5) / (50.0 * 49.0));
        assert!((found / known - 1.0).abs() < 1e-9, "{found} instead of {known}");
    }
}

#[test]
fn five_factors_of_1e92_and_more_give_a_finite_weight() {
    let high: (&[f64], &[f64]) = (&[1e-300, 0.999], &[0.999, 1e-300]);
    let scorer = Scorer::new(&model(0.0001, &[high; 5]));
    let (same, other) = (scorer.bits(pattern(&[1; 5])), scorer.bits(pattern(&[0; 5])));
    assert!(same.is_finite() && other.is_finite(), "{same} {other}");
    assert!((probability(same) - 1.0).abs() < 1e-12 && probability(other) < 1e-20);
}

#[test]
fn a_pair_with_nothing_to_compare_has_the_prior_as_its_probability() {
    let bits = Scorer::new(&Fake1000::read().model()).bits(0);
    assert!((bits - odds_bits(0.3)).abs() < 1e-9, "{bits}");
}
