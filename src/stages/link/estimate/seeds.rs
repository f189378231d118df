//! Where estimation starts, and what stays fixed.
//!
//! What comes in: agreement by chance. What goes out: a first [`Model`]. What always holds: the class of people who share a home is
//! seeded by the role of each field: what a household shares agrees; forename, sex, date of birth and identifiers do not. Its forename, date of
//! birth, home and identifiers stay as seeded, which is what keeps the class what it is meant to be. The shares are rounded judgements about British
//! families (twins, fathers and sons of one name), not measurements; the same-person class moves away from its seed by EM.

use super::super::compare::FIELDS;
use super::super::compare::{
    contact, date_of_birth, field, forename, full_name, further, home, identifier, many_records, middle_names, surname,
};
use super::super::encode::Encoded;
use super::homes;
use super::unrelated::{Unrelated, last_band, normalise, set};
use super::{LEVELS, Model, Table};
use crate::model::FurtherKind;

/// The starting model.
pub(super) fn model(encoded: &Encoded, unrelated: &Unrelated, all_pairs: f64) -> Model {
    let heaped = encoded.heaped_days.share;
    let (mut same, mut household) = (same_person(unrelated, heaped), household(unrelated, heaped));
    if let (Some(levels), Some(homes)) = (household.get_mut(field::HOME), homes::levels(encoded)) {
        *levels = homes;
    }
    seed_further(&mut same, &mut household, encoded, unrelated);
    let same_prior = encoded.nodes.len() as f64 / all_pairs;
    let mut model = Model { prior: [same_prior, same_prior * 0.5, 0.0], levels: [same, household, unrelated.levels] };
    model.prior = priors(&model, unrelated, unrelated.same_dwelling, same_prior, same_prior * 0.5);
    model
}

/// The priors over some pairs, from that of the same person, the share of them that share a dwelling, and what is expected of people who share a home where no dwelling tells of them.
pub(super) fn priors(model: &Model, unrelated: &Unrelated, same_dwelling: f64, same: f64, expected: f64) -> [f64; 3] {
    let household = if unrelated.of_homes {
        household_prior(same_dwelling, &model.levels[0], &model.levels[1], same)
            .unwrap_or_else(|| expected.clamp(same * LEAST_AT_HOME, 0.5))
    } else {
        NO_HOMES
    };
    [same, household, 1.0 - same - household]
}

/// Least pairs of people who share a home to each pair of one person, where no dwelling tells how many there are.
const LEAST_AT_HOME: f64 = 0.01;

/// The prior of people who share a home where there is no such class.
const NO_HOMES: f64 = 1e-15;

/// The prior of sharing a home: pairs that share a dwelling, less those that are the same person. Pairs of a household that blocking never
/// brings together count as well, hence closed form and not EM; nothing where no dwelling is known.
fn household_prior(same_dwelling: f64, same: &Table, household: &Table, same_prior: f64) -> Option<f64> {
    if same_dwelling <= 0.0 {
        return None;
    }
    let at_home =
        |table: &Table| table.get(field::HOME).and_then(|levels| levels.get(usize::from(home::grade::DWELLING))).copied().unwrap_or(0.0);
    let sharing = same_dwelling - same_prior * at_home(same);
    // Where next to nobody's dwelling is known, those of whom it is tell nothing of the others.
    (at_home(household) >= LEAST_DWELLINGS).then(|| (sharing / at_home(household)).max(same_prior * 0.5))
}

/// Least share of pairs of one home that can be seen to share a dwelling.
const LEAST_DWELLINGS: f64 = 0.01;

/// Which levels of the household class EM leaves alone.
pub(super) fn is_fixed(index: usize) -> bool {
    !matches!(index, field::SURNAME | field::SEX | field::TELEPHONE | field::EMAIL | field::FURTHER..)
}

fn spread(table: &mut Table, unrelated: &Unrelated, index: usize, share: f64) {
    for band in 1..=last_band(index) {
        let mass = unrelated.band_mass.get(index).and_then(|levels| levels.get(usize::from(band))).copied().unwrap_or(0.0);
        set(table, index, band, (share * mass).max(1e-6));
    }
}

fn fill(table: &mut Table, index: usize, shares: &[(u8, f64)]) {
    for &(level, share) in shares {
        set(table, index, level, share);
    }
}

/// Corrections are factors, not probabilities. The full name corrects the unrelated class by `factor` and is no evidence otherwise; what many records correct is estimated.
pub(super) fn set_corrections(table: &mut Table, factor: impl Fn(u8) -> f64) {
    set(table, field::MANY_RECORDS, many_records::MANY, 1.0);
    for level in 1..=full_name::MOST {
        set(table, field::FULL_NAME, level, factor(level));
    }
}

/// Further fields by their kind. Whether people of one home share a further field is not known beforehand: they are seeded half like the
/// same person and half like strangers, except that an identifier is one person's only.
fn seed_further(same: &mut Table, household: &mut Table, encoded: &Encoded, unrelated: &Unrelated) {
    use further::grade::{CLOSE, DIFFERENT, SIMILAR};
    for (number, of) in encoded.further.iter().enumerate() {
        let index = field::FURTHER + number;
        let (exact, close, similar) = match of.field.kind {
            FurtherKind::Text => (0.8, 0.08, 0.05),
            FurtherKind::Category => (0.85, 0.02, 0.03),
            FurtherKind::Number => (0.8, 0.05, 0.05),
            FurtherKind::Date => (0.85, 0.06, 0.02),
            FurtherKind::Identifier => (0.93, 0.04, 0.01),
        };
        spread(same, unrelated, index, exact);
        fill(same, index, &[(CLOSE, close), (SIMILAR, similar), (DIFFERENT, 1.0 - exact - close - similar)]);
        if of.field.kind != FurtherKind::Identifier {
            for level in 1..=usize::from(DIFFERENT) {
                let half = |table: &Table| table.get(index).and_then(|levels| levels.get(level)).copied().unwrap_or(0.0) / 2.0;
                let mixed = half(same) + half(&unrelated.levels);
                set(household, index, level as u8, mixed);
            }
        }
        for table in [&mut *same, &mut *household] {
            table.get_mut(index).into_iter().for_each(normalise);
        }
    }
}

fn same_person(unrelated: &Unrelated, heaped: f64) -> Table {
    let mut table = [[0.0; LEVELS]; FIELDS.len()];
    spread(&mut table, unrelated, field::FORENAME, 0.82);
    {
        use forename::grade::{CLOSE, DIFFERENT, INITIAL, NICKNAME, OTHER, SIMILAR, SWAPPED};
        let shares = [(NICKNAME, 0.06), (INITIAL, 0.03), (CLOSE, 0.03), (SIMILAR, 0.02), (OTHER, 0.01), (SWAPPED, 0.01), (DIFFERENT, 0.02)];
        fill(&mut table, field::FORENAME, &shares);
    }
    spread(&mut table, unrelated, field::SURNAME, 0.88);
    {
        use surname::grade::{CLOSE, DIFFERENT, OTHER, PART, SIMILAR};
        fill(&mut table, field::SURNAME, &[(OTHER, 0.01), (PART, 0.01), (CLOSE, 0.03), (SIMILAR, 0.02), (DIFFERENT, 0.05)]);
    }
    {
        use date_of_birth::grade::{AGE_CLOSE, AGE_FAR, AGE_FITS, AGE_NEAR, DIGIT, EXACT, FAR, HEAPED, NEAR, SWAPPED, TWO_PARTS, YEAR};
        let exact = [(EXACT, 0.91 * (1.0 - heaped)), (HEAPED, 0.91 * heaped)];
        let of_dates = [exact[0], exact[1], (SWAPPED, 0.02), (DIGIT, 0.04), (TWO_PARTS, 0.015), (YEAR, 0.005), (NEAR, 0.005), (FAR, 0.005)];
        let of_ages = [(AGE_FITS, 0.84), (AGE_CLOSE, 0.14), (AGE_NEAR, 0.01), (AGE_FAR, 0.01)];
        let dated = unrelated.dated();
        fill(&mut table, field::BORN, &of_dates.map(|(level, share)| (level, share * dated)));
        fill(&mut table, field::BORN, &of_ages.map(|(level, share)| (level, share * (1.0 - dated))));
    }
    fill(&mut table, field::SEX, &[(1, 0.99), (2, 0.01)]);
    {
        use home::grade::{COMMUNAL, DISTRICT, DWELLING, ELSEWHERE, HOUSE, NEIGHBOUR, OTHER_TOWN, POSTCODE, SECTOR, TOWN};
        let shares = [
            (DWELLING, 0.55),
            (HOUSE, 0.06),
            (POSTCODE, 0.06),
            (NEIGHBOUR, 0.02),
            (SECTOR, 0.05),
            (DISTRICT, 0.05),
            (ELSEWHERE, 0.10),
            (COMMUNAL, 0.01),
            (TOWN, 0.07),
            (OTHER_TOWN, 0.03),
        ];
        fill(&mut table, field::HOME, &shares);
    }
    fill(&mut table, field::TELEPHONE, &[(contact::telephone_grade::SAME, 0.7), (contact::telephone_grade::DIFFERENT, 0.3)]);
    {
        use contact::email_grade::{CLOSE, DIFFERENT, MAILBOX, SAME};
        fill(&mut table, field::EMAIL, &[(SAME, 0.7), (MAILBOX, 0.03), (CLOSE, 0.07), (DIFFERENT, 0.2)]);
    }
    for index in [field::NHS, field::NINO, field::UPN, field::ULN] {
        use identifier::grade::{DIFFERENT, NEAR, SAME};
        fill(&mut table, index, &[(SAME, 0.975), (NEAR, 0.005), (DIFFERENT, 0.02)]);
    }
    {
        use middle_names::grade::{COMPATIBLE, DIFFERENT, EXACT};
        fill(&mut table, field::MIDDLE, &[(EXACT, 0.8), (COMPATIBLE, 0.15), (DIFFERENT, 0.05)]);
    }
    table.iter_mut().for_each(normalise);
    set_corrections(&mut table, |_| 1.0);
    table
}

fn household(unrelated: &Unrelated, heaped: f64) -> Table {
    let mut table = unrelated.levels;
    spread(&mut table, unrelated, field::FORENAME, 0.012);
    fill(&mut table, field::FORENAME, &[(forename::grade::OTHER, 0.003), (forename::grade::SWAPPED, 0.000_1)]);
    spread(&mut table, unrelated, field::SURNAME, 0.65);
    {
        use surname::grade::{CLOSE, DIFFERENT, OTHER, PART, SIMILAR};
        fill(&mut table, field::SURNAME, &[(OTHER, 0.02), (PART, 0.03), (CLOSE, 0.015), (SIMILAR, 0.015), (DIFFERENT, 0.27)]);
    }
    {
        use date_of_birth::grade::{EXACT, FAR, HEAPED, SWAPPED};
        let of_dates = [(EXACT, 0.008 * (1.0 - heaped)), (HEAPED, 0.008 * heaped), (SWAPPED, 0.000_1), (FAR, 0.65)];
        let dated = unrelated.dated();
        fill(&mut table, field::BORN, &of_dates.map(|(level, share)| (level, share * dated)));
    }
    fill(&mut table, field::SEX, &[(1, 0.45), (2, 0.55)]);
    fill(&mut table, field::TELEPHONE, &[(contact::telephone_grade::SAME, 0.4), (contact::telephone_grade::DIFFERENT, 0.6)]);
    fill(&mut table, field::EMAIL, &[(contact::email_grade::SAME, 0.15)]);
    for index in [field::NHS, field::NINO, field::UPN, field::ULN] {
        fill(&mut table, index, &[(identifier::grade::SAME, 0.001), (identifier::grade::NEAR, 0.000_1)]);
    }
    table.iter_mut().for_each(normalise);
    set_corrections(&mut table, |_| 1.0);
    table
}
