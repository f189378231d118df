//! What a pipeline fixes about comparisons: left out, without term frequency, given m and u.
//!
//! What comes in: the comparisons of `[link]`. What goes out: bits of a pattern to leave out, and a correction of the model that estimation applies in
//! every round, so that what is not fixed adapts to what is. What always holds: the levels of a comparison add up to one in each class; the
//! levels that are not fixed share what is left in the proportion they had.

use super::compare::{FIELDS, bits_of, is_correction};
use super::estimate::{Class, Model};
use crate::config::checked::{ComparisonSetting, LevelShare, LinkSettings};
use crate::model::{Problem, nearest};

/// Corrections of a model.
#[derive(Clone, Default)]
pub(crate) struct Fixed {
    /// (class, comparison, levels that share a probability, the probability).
    shares: Vec<(Class, usize, Vec<usize>, f64)>,
    /// Comparisons whose levels of equal values weigh alike.
    flat: Vec<usize>,
}

/// Bits of a pattern that count.
pub(super) fn compared_bits(settings: &LinkSettings) -> u64 {
    let left_out = settings.comparisons.iter().filter(|comparison| comparison.leave_out);
    left_out.fold(u64::MAX, |bits, comparison| bits & !bits_of(comparison.index))
}

/// The levels of a comparison that do not exist, as problems of the pipeline file.
pub(super) fn unknown_levels(settings: &LinkSettings, file: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for comparison in &settings.comparisons {
        for (key, share) in named(comparison) {
            let problem = |code, message: String| Problem::of_file(file, code, message).at_line(share.line).in_column(key);
            if is_correction(comparison.index) {
                let name = FIELDS.get(comparison.index).map_or("", |field| field.name);
                problems
                    .push(problem("no-probabilities", format!("the levels of {name} correct others or the prior; they have no m and u")));
            } else if levels_of(comparison.index, &share.level).is_empty() {
                let names = level_names(comparison.index);
                let known = || names.iter().map(String::as_str);
                let hint = match nearest(&share.level, known()) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => format!("known are: {}", known().collect::<Vec<_>>().join(", ")),
                };
                problems.push(problem("unknown-level", "this comparison has no such level".to_owned()).with_hint(hint));
            }
        }
    }
    problems
}

fn named(comparison: &ComparisonSetting) -> impl Iterator<Item = (&'static str, &LevelShare)> {
    comparison.m.iter().map(|share| ("link.comparison.m", share)).chain(comparison.u.iter().map(|share| ("link.comparison.u", share)))
}

/// A level's name as a key of a table: `day and month swapped` is `day_and_month_swapped`.
fn slug(name: &str) -> String {
    name.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_").to_lowercase()
}

fn is_equal(name: &str) -> bool {
    name == "equal" || name.starts_with("equal,")
}

/// The names under which a comparison's levels can be fixed; `equal` stands for all levels of equal values together.
fn level_names(index: usize) -> Vec<String> {
    let levels = FIELDS.get(index).map_or(&[][..], |field| field.levels);
    levels.iter().skip(1).map(|level| slug(level.name)).collect()
}

/// The levels that a name means.
fn levels_of(index: usize, name: &str) -> Vec<usize> {
    let levels = FIELDS.get(index).map_or(&[][..], |field| field.levels);
    let wanted = slug(name);
    let means = |level: &str| if wanted == "equal" || wanted == "exact" { is_equal(level) } else { slug(level) == wanted };
    levels.iter().enumerate().skip(1).filter(|(_, level)| means(level.name)).map(|(place, _)| place).collect()
}

impl Fixed {
    /// What the settings fix.
    pub(super) fn of(settings: &LinkSettings) -> Self {
        let mut fixed = Self::default();
        for comparison in &settings.comparisons {
            if comparison.without_term_frequency {
                fixed.flat.push(comparison.index);
            }
            for (class, shares) in [(Class::Same, &comparison.m), (Class::Unrelated, &comparison.u)] {
                for share in shares {
                    let levels = levels_of(comparison.index, &share.level);
                    fixed.shares.push((class, comparison.index, levels, share.share));
                }
            }
        }
        fixed
    }

    /// True if somebody fixed how often pairs of one person are on a level of a comparison.
    pub(super) fn says_of_one_person(&self, index: usize) -> bool {
        self.shares.iter().any(|&(class, comparison, ..)| class == Class::Same && comparison == index)
    }

    /// The same, with how often pairs of a class are on each level of a comparison held as given.
    pub(super) fn holding(&self, class: Class, index: usize, levels: &[f64]) -> Self {
        let used = FIELDS.get(index).map_or(0, |field| field.levels.len());
        let held = levels.iter().enumerate().take(used).skip(1).map(|(level, &share)| (class, index, vec![level], share));
        Self { shares: self.shares.iter().cloned().chain(held).collect(), flat: self.flat.clone() }
    }

    /// Corrects a model.
    pub(super) fn apply(&self, model: &mut Model) {
        for &index in &self.flat {
            flatten(model, index);
        }
        let mut done: Vec<(usize, usize)> = Vec::new();
        for &(class, index, ..) in &self.shares {
            let class = class as usize;
            if done.contains(&(class, index)) {
                continue;
            }
            done.push((class, index));
            let own = self.shares.iter().filter(|(other, place, ..)| (*other as usize, *place) == (class, index));
            let groups: Vec<(&[usize], f64)> = own.map(|(_, _, levels, share)| (levels.as_slice(), *share)).collect();
            let used = FIELDS.get(index).map_or(0, |field| field.levels.len());
            if let Some(levels) =
                model.levels.get_mut(class).and_then(|table| table.get_mut(index)).and_then(|levels| levels.get_mut(..used))
            {
                fix(levels, &groups);
            }
        }
    }
}

/// Gives each group of levels its probability and the others what is left.
fn fix(levels: &mut [f64], groups: &[(&[usize], f64)]) {
    let given: Vec<usize> = groups.iter().flat_map(|(group, _)| group.iter().copied()).collect();
    let free: Vec<usize> = (1..levels.len()).filter(|level| !given.contains(level)).collect();
    let left = 1.0 - groups.iter().map(|(_, share)| share).sum::<f64>();
    for (group, share) in groups.iter().copied().chain([(free.as_slice(), left.max(1e-9))]) {
        let sum: f64 = group.iter().filter_map(|&level| levels.get(level)).sum();
        for &level in group {
            if let Some(value) = levels.get_mut(level) {
                *value = if sum > 0.0 { *value * share / sum } else { share / group.len() as f64 };
            }
        }
    }
}

/// Makes the levels of equal values weigh alike: in every class they are spread as in the class of the same person.
fn flatten(model: &mut Model, index: usize) {
    let bands = levels_of(index, "equal");
    let same = model.levels.get(Class::Same as usize).and_then(|table| table.get(index)).copied().unwrap_or_default();
    let of = |levels: &[f64], level: usize| levels.get(level).copied().unwrap_or(0.0);
    let all_same: f64 = bands.iter().map(|&level| of(&same, level)).sum();
    for table in model.levels.iter_mut().skip(1) {
        let Some(levels) = table.get_mut(index) else { continue };
        let all: f64 = bands.iter().map(|&level| of(levels, level)).sum();
        for &level in &bands {
            if let Some(value) = levels.get_mut(level).filter(|_| all_same > 0.0) {
                *value = (all * of(&same, level) / all_same).max(1e-12);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare::field;
    use super::super::estimate::LEVELS;
    use super::*;

    fn model() -> Model {
        let mut levels = [[[0.0; LEVELS]; FIELDS.len()]; 3];
        for (class, table) in levels.iter_mut().enumerate() {
            for (index, values) in table.iter_mut().enumerate() {
                let used = FIELDS.get(index).map_or(0, |field| field.levels.len());
                let sum: f64 = (1..used).map(|level| (level + class + 1) as f64).sum();
                values.iter_mut().enumerate().take(used).skip(1).for_each(|(level, value)| *value = (level + class + 1) as f64 / sum);
            }
        }
        Model { prior: [0.01, 0.02, 0.97], levels }
    }

    fn setting(index: usize) -> ComparisonSetting {
        ComparisonSetting { index, leave_out: false, without_term_frequency: false, m: Vec::new(), u: Vec::new() }
    }

    fn share(level: &str, share: f64) -> LevelShare {
        LevelShare { level: level.to_owned(), share, line: 7 }
    }

    #[test]
    fn fixed_probabilities_stand_and_the_others_share_the_rest_as_before() {
        let comparison = ComparisonSetting { m: vec![share("equal", 0.8), share("swapped", 0.05)], ..setting(field::FORENAME) };
        let settings = LinkSettings { comparisons: vec![comparison], ..LinkSettings::default() };
        let (before, mut after) = (model(), model());
        Fixed::of(&settings).apply(&mut after);
        let of = |model: &Model, level: usize| model.levels[0][field::FORENAME][level];
        let equal: f64 = (1..=10).map(|level| of(&after, level)).sum();
        let all: f64 = (1..LEVELS).map(|level| of(&after, level)).sum();
        assert!((equal - 0.8).abs() < 1e-12 && (all - 1.0).abs() < 1e-12 && (of(&after, 16) - 0.05).abs() < 1e-12);
        assert!((of(&after, 11) / of(&after, 17) - of(&before, 11) / of(&before, 17)).abs() < 1e-12);
        assert_eq!(before.levels[2], after.levels[2]);
    }

    #[test]
    fn what_is_held_in_a_class_stays_and_the_other_classes_go_on() {
        let (before, mut after) = (model(), model());
        after.levels[0][field::FORENAME].reverse();
        after.levels[1][field::FORENAME].reverse();
        let learnt = after.levels[1][field::FORENAME];
        let fixed = Fixed::default().holding(Class::Same, field::FORENAME, &before.levels[0][field::FORENAME]);
        fixed.apply(&mut after);
        assert!(fixed.says_of_one_person(field::FORENAME) && !fixed.says_of_one_person(field::SURNAME));
        let differs = |level: usize| (after.levels[0][field::FORENAME][level] - before.levels[0][field::FORENAME][level]).abs();
        let used = FIELDS[field::FORENAME].levels.len();
        assert!((1..used).all(|level| differs(level) < 1e-9));
        assert!(after.levels[1][field::FORENAME].iter().zip(&learnt).all(|(now, before)| now.total_cmp(before).is_eq()));
    }

    #[test]
    fn without_term_frequency_all_equal_values_weigh_alike() {
        let comparison = ComparisonSetting { without_term_frequency: true, ..setting(field::SURNAME) };
        let settings = LinkSettings { comparisons: vec![comparison], ..LinkSettings::default() };
        let mut model = model();
        Fixed::of(&settings).apply(&mut model);
        let factor = |level: usize| model.levels[0][field::SURNAME][level] / model.levels[2][field::SURNAME][level];
        assert!((1..=10).all(|level| (factor(level) / factor(1) - 1.0).abs() < 1e-9));
        assert!((factor(15) / factor(1) - 1.0).abs() > 1e-3);
    }

    #[test]
    fn a_level_that_does_not_exist_is_named_with_the_nearest() {
        let comparison = ComparisonSetting { u: vec![share("day_and_mont_swapped", 0.1)], ..setting(field::BORN) };
        let settings = LinkSettings { comparisons: vec![comparison], ..LinkSettings::default() };
        let problems = unknown_levels(&settings, "p.toml");
        assert_eq!((problems.len(), problems[0].line), (1, 7));
        assert_eq!(problems[0].hint, "did you mean \"day_and_month_swapped\"?");
    }

    #[test]
    fn a_comparison_that_is_left_out_loses_its_bits_and_no_others() {
        let comparison = ComparisonSetting { leave_out: true, ..setting(field::HOME) };
        let bits = compared_bits(&LinkSettings { comparisons: vec![comparison], ..LinkSettings::default() });
        assert_eq!(!bits, bits_of(field::HOME));
    }
}
