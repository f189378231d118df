//! Estimation against known truth.

use super::super::compare::{FIELDS, date_of_birth, field, forename, home, identifier, surname};
use super::unrelated::{Unrelated, normalise, set};
use super::{LEVELS, Model, Table, em};

const FORENAME_BAND: u8 = 5;
const SURNAME_BAND: u8 = 6;

fn table(shares: &[(usize, u8, f64)]) -> Table {
    let mut table = [[0.0; LEVELS]; FIELDS.len()];
    for &(index, level, share) in shares {
        set(&mut table, index, level, share);
    }
    table
}

fn class(forename_exact: f64, surname_exact: f64, born: [f64; 2], dwelling: f64, nhs: f64) -> Table {
    table(&[
        (field::FORENAME, FORENAME_BAND, forename_exact),
        (field::FORENAME, forename::grade::CLOSE, (1.0 - forename_exact) * 0.2),
        (field::FORENAME, forename::grade::DIFFERENT, (1.0 - forename_exact) * 0.8),
        (field::SURNAME, SURNAME_BAND, surname_exact),
        (field::SURNAME, surname::grade::DIFFERENT, 1.0 - surname_exact),
        (field::BORN, date_of_birth::grade::EXACT, born[0]),
        (field::BORN, date_of_birth::grade::DIGIT, born[1]),
        (field::BORN, date_of_birth::grade::YEAR, 1.0 - born[0] - born[1]),
        (field::HOME, home::grade::DWELLING, dwelling),
        (field::HOME, home::grade::ELSEWHERE, 1.0 - dwelling),
        (field::NHS, identifier::grade::SAME, nhs),
        (field::NHS, identifier::grade::DIFFERENT, 1.0 - nhs),
    ])
}

/// All patterns of the levels in use, with how many of a billion pairs show them.
fn expected_patterns(truth: &Model, all_pairs: f64) -> Vec<(u64, f64)> {
    let mut patterns = vec![0u64];
    for index in [field::FORENAME, field::SURNAME, field::BORN, field::HOME, field::NHS] {
        let levels: Vec<usize> = (1..LEVELS).filter(|&level| truth.levels[0][index][level] > 0.0).collect();
        patterns = patterns
            .iter()
            .flat_map(|&pattern| levels.iter().map(move |&level| pattern | super::super::compare::at(index, level)))
            .collect();
    }
    patterns.sort_unstable();
    patterns.iter().map(|&pattern| (pattern, em::weigh(truth, pattern).iter().sum::<f64>() * all_pairs)).collect()
}

/// A truth in which so large shares of people of one home bear one forename and have one birthday, and what EM makes of it from a start that has both at one in a hundred.
fn estimated(namesakes: f64, twins: f64) -> (Model, Model, Vec<super::Round>) {
    let all_pairs = 1e9;
    let seed = class(0.01, 0.7, [0.01, 0.02], 0.9, 0.001);
    let household = class(namesakes, 0.7, [twins, 0.02], 0.9, 0.001);
    let unrelated_levels = class(0.004, 0.002, [0.00005, 0.002], 1e-7, 1e-8);
    let truth = Model { prior: [2e-5, 6e-5, 1.0 - 8e-5], levels: [class(0.85, 0.9, [0.92, 0.05], 0.7, 0.97), household, unrelated_levels] };
    let unrelated = Unrelated {
        levels: unrelated_levels,
        agreeing: unrelated_levels,
        band_mass: table(&[(field::FORENAME, FORENAME_BAND, 1.0), (field::SURNAME, SURNAME_BAND, 1.0)]),
        same_dwelling: 2e-5 * 0.7 + 6e-5 * 0.9,
        many: super::many::Many::default(),
        dated_at_home: (2e-5 * 0.7 + 6e-5 * 0.9) * all_pairs,
        identifiers: Vec::new(),
        of_homes: true,
    };
    let start = Model { prior: [1e-6, 6e-5, 1.0 - 6.1e-5], levels: [class(0.7, 0.7, [0.8, 0.1], 0.5, 0.9), seed, unrelated_levels] };
    let (model, rounds) =
        em::run((&start, &start), &unrelated, &expected_patterns(&truth, all_pairs), all_pairs, &super::super::fixed::Fixed::default());
    (truth, model, rounds)
}

#[test]
fn how_often_people_of_one_home_bear_one_forename_is_learnt() {
    for namesakes in [0.002, 0.01, 0.04] {
        let (_, model, _) = estimated(namesakes, 0.01);
        let found = model.levels[1][field::FORENAME][usize::from(FORENAME_BAND)];
        assert!((found / namesakes - 1.0).abs() < 0.25, "{found} instead of {namesakes}");
    }
}

#[test]
fn how_often_people_of_one_home_have_one_birthday_is_learnt() {
    for twins in [0.002, 0.01, 0.05] {
        let (_, model, _) = estimated(0.01, twins);
        let found = model.levels[1][field::BORN][usize::from(date_of_birth::grade::EXACT)];
        assert!((found / twins - 1.0).abs() < 0.25, "{found} instead of {twins}");
    }
}

#[test]
fn known_m_and_prior_are_recovered() {
    let (truth, model, rounds) = estimated(0.01, 0.01);
    assert!(rounds.len() > 2);
    assert!((model.prior[0] / truth.prior[0] - 1.0).abs() < 0.02, "{}", model.prior[0]);
    for index in [field::FORENAME, field::SURNAME, field::BORN, field::HOME, field::NHS] {
        for level in 1..LEVELS {
            let (found, known) = (model.levels[0][index][level], truth.levels[0][index][level]);
            assert!((found - known).abs() < 0.02, "field {index} level {level}: {found} instead of {known}");
        }
    }
}

#[test]
fn levels_sum_to_one_after_normalising_and_keep_the_rare_ones() {
    let mut levels = [0.0; LEVELS];
    (levels[1], levels[2], levels[3]) = (1e-8, 0.01, 0.5);
    normalise(&mut levels);
    assert!((levels.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!((levels[1] - 1e-8).abs() < 1e-20);
}
