//! Dates of birth that are wrong altogether, not by a slip.
//!
//! What comes in: weighted pattern counts, how dates of strangers lie. What goes out: how far the class of one person may learn that dates differ.
//! What always holds: a father and a son of one name and home teach nothing: only pairs of one full name at one dwelling that are less than ten years apart are counted, and such a pair is one
//! person. (At one postcode it need not be: thousands can share one that stands for unknown.) What such pairs show is spread over all distances as the dates of strangers are, because a date that has nothing of the right one is anybody's.

use super::super::compare::{date_of_birth, field, forename, home, level_of, surname};
use super::em::{at, put};
use super::{LEVELS, Table};

/// Pairs without a wrong date that stand beside those counted, so that a few prove little.
const SEED_PAIRS: f64 = 100.0;

/// The largest share of wrong dates that is believed.
const MOST: f64 = 0.85;

/// How often two records of one person have dates that share no more than chance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct WrongDates {
    /// Less than ten years apart, as a share of the pairs of one person.
    near: f64,
    /// Ten or more.
    far: f64,
}

impl WrongDates {
    /// Counts them among the pairs of one full name at one dwelling. `strangers`: agreement by chance; `dated_at_home`: pairs of a dwelling of which both have forename and date of birth. As many of
    /// these as would bear one forename by chance are taken for brothers and sisters: where names are few, they are.
    pub(super) fn measure(patterns: &[(u64, f64)], strangers: &Table, dated_at_home: f64) -> Self {
        use date_of_birth::grade::{FAR, LIKE, NEAR, YEAR};
        let (mut near, mut all) = (0.0, 0.0);
        for &(pattern, count) in patterns {
            let is_one_of = |index: usize, levels: std::ops::RangeInclusive<u8>| {
                (usize::from(*levels.start())..=usize::from(*levels.end())).contains(&level_of(pattern, index))
            };
            let named = is_one_of(field::FORENAME, forename::grade::EXACT..=forename::grade::LAST_EXACT)
                && is_one_of(field::SURNAME, surname::grade::EXACT..=surname::grade::LAST_EXACT);
            let at_home = level_of(pattern, field::HOME) == usize::from(home::grade::DWELLING);
            if !named || !at_home || level_of(pattern, field::MANY_RECORDS) > 0 {
                continue;
            }
            let born = level_of(pattern, field::BORN);
            near += if born == usize::from(NEAR) { count } else { 0.0 };
            let is_like = LIKE.iter().chain([&YEAR, &NEAR]).any(|&level| born == usize::from(level));
            all += if is_like { count } else { 0.0 };
        }
        let exact = usize::from(forename::grade::EXACT)..=usize::from(forename::grade::LAST_EXACT);
        let one_forename: f64 = strangers.get(field::FORENAME).and_then(|levels| levels.get(exact)).unwrap_or_default().iter().sum();
        let strangers = strangers.get(field::BORN).copied().unwrap_or([0.0; LEVELS]);
        let near = (near - dated_at_home * one_forename * at(&strangers, NEAR)).max(0.0) / (all + SEED_PAIRS);
        let far = near * at(&strangers, FAR) / at(&strangers, NEAR).max(1e-9);
        let scale = (MOST / (near + far).max(1e-9)).min(1.0);
        Self { near: near * scale, far: far * scale }
    }

    /// Share of the pairs of one person that have such dates.
    pub(super) fn share(self) -> f64 {
        self.near + self.far
    }

    /// A clerk's date error keeps most of the date: among records of one person, dates that are further apart are not more frequent than dates that are
    /// nearer, but for those wrong altogether. Without this a father and a son of one name and home would teach the same-person class that dates of birth change.
    pub(super) fn order(self, same: &mut Table) {
        use date_of_birth::grade::{FAR, NEAR, TWO_PARTS, YEAR};
        let Some(levels) = same.get_mut(field::BORN) else { return };
        let slips = at(levels, YEAR) + at(levels, TWO_PARTS);
        // What slips do not explain is there whatever a round of EM makes of it, which would rather believe in many fathers and sons.
        let beyond = (1.0 - slips / self.near.max(1e-9)).max(0.0);
        let near = at(levels, NEAR).min(slips.max(self.near)).max(self.near * beyond);
        let far = at(levels, FAR).min(near.min(slips) + self.far * beyond).max(self.far * beyond);
        put(levels, &[(NEAR, near), (FAR, far)]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::compare::{FIELDS, bits_of};
    use super::*;

    fn strangers() -> Table {
        let mut table = [[0.0; LEVELS]; FIELDS.len()];
        table[field::BORN][usize::from(date_of_birth::grade::NEAR)] = 0.25;
        table[field::BORN][usize::from(date_of_birth::grade::FAR)] = 0.75;
        table
    }

    fn pattern(born: u8) -> u64 {
        let fields = [(field::FORENAME, 1), (field::SURNAME, 1), (field::HOME, home::grade::DWELLING), (field::BORN, born)];
        fields.into_iter().map(|(field, level)| u64::from(level) << bits_of(field).trailing_zeros()).sum()
    }

    #[test]
    fn fathers_and_sons_teach_nothing_and_wrong_dates_are_spread_as_those_of_strangers() {
        use date_of_birth::grade::{EXACT, FAR, NEAR};
        let fathers = WrongDates::measure(&[(pattern(EXACT), 10_000.0), (pattern(FAR), 2_000.0)], &strangers(), 30_000.0);
        assert_eq!(fathers, WrongDates::default());
        let seen = [(pattern(EXACT), 9_700.0), (pattern(NEAR), 200.0), (pattern(FAR), 2_000.0)];
        let wrong = WrongDates::measure(&seen, &strangers(), 0.0);
        assert!((wrong.near - 0.02).abs() < 1e-9 && (wrong.far - 0.06).abs() < 1e-9, "{wrong:?}");
        // One pair in fifty bears one forename by chance: of 40,000 pairs at home, 200 are then less than ten years apart.
        let mut few_names = strangers();
        few_names[field::FORENAME][1] = 0.02;
        assert_eq!(WrongDates::measure(&seen, &few_names, 40_000.0), WrongDates::default());
    }

    #[test]
    fn without_wrong_dates_what_is_further_apart_is_not_more_frequent() {
        use date_of_birth::grade::{EXACT, FAR, NEAR, TWO_PARTS, YEAR};
        let table = || {
            let mut table = [[0.0; LEVELS]; FIELDS.len()];
            for (level, value) in [(EXACT, 0.7), (TWO_PARTS, 0.02), (YEAR, 0.01), (NEAR, 0.1), (FAR, 0.17)] {
                table[field::BORN][usize::from(level)] = value;
            }
            table
        };
        let ratio = |table: &Table, level: u8| table[field::BORN][usize::from(level)] / table[field::BORN][usize::from(EXACT)];
        let mut cautious = table();
        WrongDates::default().order(&mut cautious);
        assert!((ratio(&cautious, NEAR) - ratio(&cautious, FAR)).abs() < 1e-9 && ratio(&cautious, NEAR) < 0.06);
        // Of wrong dates that slips do not explain, EM cannot make fathers and sons.
        let mut believed = table();
        WrongDates { near: 0.2, far: 0.4 }.order(&mut believed);
        let beyond = 1.0 - 0.03 / 0.2;
        let level = |level: u8| believed[field::BORN][usize::from(level)];
        assert!((level(NEAR) - 0.2 * beyond).abs() < 1e-9 && (level(FAR) - 0.4 * beyond).abs() < 1e-9);
    }
}
