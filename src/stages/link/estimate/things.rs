//! Records that are not of people: nothing but further fields.
//!
//! What comes in: the records; a model estimated with all three classes. What goes out: whether the class of people who share a home is one.
//! What always holds: wherever a record says what a person or a home is known by, the class stays.
//!
//! The class differs from that of one person by forename and date of birth. Where there are none it finds what is related and not the same
//! (two papers of one author), or, where nothing is, half of the pairs that are the same; then there must be no such class.

use super::super::compare::field;
use super::super::compare::further::grade::{DIFFERENT, LAST_EXACT};
use super::super::encode::{Encoded, NONE, Node};
use super::em::at;
use super::unrelated::normalise;
use super::{Class, LEVELS, Model, Unrelated};

/// Agreement in a field is less than chance has it from this part of it down: estimates waver.
const LESS: f64 = 0.7;

/// How often a field must agree by chance for that to be told: of one that never does nothing can be less.
const TELLING: f64 = 0.005;

/// The largest share of records that are equal throughout which may be taken for related ones.
const RELATED: f64 = 0.1;

/// True if no record says anything of a person or a home.
pub(super) fn only(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| {
        [
            node.forename,
            node.surname,
            node.other_surname,
            node.alias,
            node.middle_names,
            node.born,
            node.house,
            node.street,
            node.town,
            node.postcode,
        ]
        .into_iter()
        .chain([node.dwelling, node.telephone, node.email, node.account, node.nhs_number, node.nino, node.upn, node.former_upn, node.uln])
        .all(|code| code == NONE)
    })
}

/// Further fields in which what a model calls the same agrees less often than by this factor of chance.
fn below_chance<'e>(model: &'e Model, unrelated: &'e Unrelated, encoded: &'e Encoded, factor: f64) -> impl Iterator<Item = usize> + 'e {
    (0..encoded.further.len()).map(|number| field::FURTHER + number).filter(move |&index| {
        let (same, by_chance) = (exact(&model.of(Class::Same, index)), by_chance(unrelated, index));
        same > 0.0 && same < factor * by_chance && by_chance > TELLING
    })
}

fn exact(levels: &[f64; LEVELS]) -> f64 {
    levels.iter().take(usize::from(LAST_EXACT) + 1).skip(1).sum()
}

/// How often any two agree in a field.
fn by_chance(unrelated: &Unrelated, index: usize) -> f64 {
    unrelated.levels.get(index).map_or(0.0, exact)
}

/// How often what a model calls the same differs in a field.
fn differs(model: &Model, index: usize) -> f64 {
    at(&model.of(Class::Same, index), DIFFERENT)
}

/// Further fields that say that a model has taken what is related for the same: those in which it agrees no more often than anything does, and the one by which things are best told apart, if it mostly differs.
pub(super) fn of_what_is_related<'e>(model: &'e Model, unrelated: &'e Unrelated, encoded: &'e Encoded) -> impl Iterator<Item = usize> + 'e {
    /// Share of what is called the same that must not differ in what tells things apart.
    const MOSTLY: f64 = 0.8;
    /// Agreement by chance from which a field tells nothing apart.
    const COMMON: f64 = 0.2;
    let fields = (0..encoded.further.len()).map(|number| field::FURTHER + number).filter(|&index| !unrelated.is_identifier(index));
    let by_chance = |index: usize| by_chance(unrelated, index);
    let telling = fields.filter(|&index| by_chance(index) > 0.0).min_by(|&a, &b| by_chance(a).total_cmp(&by_chance(b)));
    // What nearly everything has in common, as records of one town do, tells nothing apart.
    let tells_apart = move |index: &usize| by_chance(*index) < COMMON;
    below_chance(model, unrelated, encoded, 1.0).filter(tells_apart).chain(telling.filter(|&index| differs(model, index) > MOSTLY))
}

/// How often related things are on each level of a field in which they differ by their nature, as houses of one street do in their numbers: equal a tenth as often as any two.
pub(super) fn of_related(unrelated: &Unrelated, index: usize) -> [f64; LEVELS] {
    /// Part of chance.
    const RARELY: f64 = 0.1;
    let mut levels = unrelated.levels.get(index).copied().unwrap_or([0.0; LEVELS]);
    for value in levels.iter_mut().take(usize::from(LAST_EXACT) + 1).skip(1) {
        *value *= RARELY;
    }
    normalise(&mut levels);
    levels
}

/// Says that what a model calls the same cannot be: it agrees in some field less often than records do by chance, as houses of one street do in their numbers.
pub(super) fn contradicted(model: &Model, unrelated: &Unrelated, encoded: &Encoded) -> Option<String> {
    let index = below_chance(model, unrelated, encoded, LESS).next()?;
    let name = encoded.further.get(index - field::FURTHER).map_or("", |further| further.field.name.as_str());
    Some(format!(
        "what was taken for the same agrees in `{name}` less often than chance would have it: it may be related only (houses of one street, firms at one address), so treat links with caution"
    ))
}

/// True if an identifier says that without the class of what is related, what is called the same is two things far more often.
pub(super) fn is_contradicted_by_identifiers(without: &Model, with: &Model, unrelated: &Unrelated) -> bool {
    /// Share of different identifiers beyond those of the other model that slips do not make.
    const SLIPS: f64 = 0.05;
    unrelated.identifiers.iter().any(|&index| differs(without, index) > SLIPS + 3.0 * differs(with, index))
}

/// True if records that are equal in all further fields, identifiers left out, might as well be related as the same.
pub(super) fn mistaken(model: &Model, unrelated: &Unrelated) -> bool {
    let equal = |class: Class| {
        let (prior, table) = (model.prior.get(class as usize), model.levels.get(class as usize));
        let fields = table.into_iter().flat_map(|table| table.iter().enumerate().skip(field::FURTHER));
        let shares =
            fields.filter(|&(index, _)| !unrelated.is_identifier(index)).map(|(_, levels)| exact(levels)).filter(|&share| share > 0.0);
        prior.copied().unwrap_or(0.0) * shares.product::<f64>()
    };
    equal(Class::Household) > equal(Class::Same) * RELATED
}

#[cfg(test)]
mod tests {
    use super::super::super::compare::FIELDS;
    use super::super::Table;
    use super::*;

    const NUMBER: usize = field::FURTHER;
    const REGISTRATION: usize = field::FURTHER + 1;

    fn table(number: f64, registration: f64) -> Table {
        let mut table = [[0.0; LEVELS]; FIELDS.len()];
        for (index, share) in [(NUMBER, number), (REGISTRATION, registration)] {
            (table[index][1], table[index][usize::from(DIFFERENT)]) = (share, 1.0 - share);
        }
        table
    }

    fn model(registration: f64) -> Model {
        Model { prior: [1e-4, 1e-4, 0.9998], levels: [table(0.9, registration), table(0.9, 1e-6), table(0.03, 1e-6)] }
    }

    fn by_chance(identifiers: Vec<usize>) -> Unrelated {
        Unrelated {
            levels: table(0.03, 1e-6),
            agreeing: table(0.0, 0.0),
            band_mass: table(1.0, 1.0),
            same_dwelling: 0.0,
            many: super::super::many::Many::default(),
            dated_at_home: 0.0,
            identifiers,
            of_homes: true,
        }
    }

    #[test]
    fn an_identifier_that_would_differ_in_half_of_the_same_keeps_the_class_of_what_is_related() {
        let (with, without) = (model(0.98), model(0.52));
        let with_identifier = by_chance(vec![REGISTRATION]);
        assert!(is_contradicted_by_identifiers(&without, &with, &with_identifier));
        assert!(!is_contradicted_by_identifiers(&with, &with, &with_identifier));
        assert!(
            !is_contradicted_by_identifiers(&without, &with, &by_chance(Vec::new())),
            "where nothing is an identifier nothing contradicts"
        );
    }

    #[test]
    fn what_is_related_agrees_a_tenth_as_often_as_by_chance_in_what_tells_it_apart() {
        let levels = of_related(&by_chance(Vec::new()), NUMBER);
        assert!((levels.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((exact(&levels) - 0.003).abs() < 1e-4, "{}", exact(&levels));
    }
}
