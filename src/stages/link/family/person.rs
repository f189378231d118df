//! Whether two parts that share a home are one person.
//!
//! What comes in: the nodes of two clusters. What goes out: the weight in the family's context and the strongest pair, if they look like
//! one person. What always holds: a contradiction (stated to be two, of two generations, another sex, other numbers, dates of birth a
//! generation apart) forbids it, whatever else agrees.

use super::super::cluster::{Apart, Channels, Edge};
use super::super::compare::{Comparer, FIELDS, date_of_birth, field, forename, identifier, level_of, surname};
use super::super::encode::Encoded;
use super::super::score::{BIT, Scorer, Weight, Weights};
use super::Part;
use super::names::{Alike, Likeness};

/// Sexes differ: the level in `compare::sex`.
const SEX_DIFFERENT: usize = 2;
/// Weight of the strongest pair, in bits, from which two parts may merge whose forenames agree by an initial only.
const ENOUGH_BITS: f64 = 2.0;

/// Bits that shared channels must speak against, from which two parts are taken to be listed side by side.
const LISTED_ONCE: Weight = -4 * BIT;

/// What a judgement needs.
pub(super) struct Judge<'a> {
    pub(super) encoded: &'a Encoded,
    pub(super) scorer: &'a Scorer,
    pub(super) apart: &'a Apart,
    pub(super) channels: &'a Channels,
    pub(super) comparer: Comparer<'a>,
    pub(super) weights: Weights<'a>,
    pub(super) alike: Alike,
}

impl Judge<'_> {
    /// The strongest weight in the family's context and the strongest pair, if the two parts look like one person and nothing
    /// contradicts. `kin`: one of the two is a stated relative of somebody in the home.
    pub(super) fn one_person(&mut self, parts: (&[Part], &[Part]), kin: bool) -> Option<(f64, Edge)> {
        let mut strongest: Option<Edge> = None;
        let mask = |part: &[Part]| part.iter().fold(0, |mask, &(_, node)| mask | self.channels.of(node));
        let both_listed = self.channels.against(mask(parts.0) & mask(parts.1)) <= LISTED_ONCE;
        let mut seen = Seen::default();
        for &(_, a) in parts.0 {
            for &(_, b) in parts.1 {
                let (left, right) = (a.min(b), a.max(b));
                if self.apart.never(left, right) || self.apart.same_single_source(left, right) {
                    return None;
                }
                let pattern = self.comparer.pattern(left, right);
                if level_of(pattern, field::SEX) == SEX_DIFFERENT {
                    return None;
                }
                let likeness = match level_of(pattern, field::FORENAME) as u8 {
                    forename::grade::SIMILAR..=forename::grade::DIFFERENT => {
                        self.alike.likeness(self.encoded.node(left), self.encoded.node(right), &self.encoded.names)
                    }
                    _ => Likeness::None,
                };
                seen.look(pattern, likeness);
                let edge = Edge { left, right, weight: self.weights.of(pattern), pattern };
                if strongest.is_none_or(|other| (edge.weight, other.left, other.right) > (other.weight, edge.left, edge.right)) {
                    strongest = Some(edge);
                }
            }
        }
        let strongest = strongest.filter(|_| seen.may_be_one_person(kin, both_listed))?;
        let most = self.most_bits(parts);
        (seen.forename != Forename::Initial || most >= ENOUGH_BITS).then_some((most, strongest))
    }

    fn most_bits(&mut self, parts: (&[Part], &[Part])) -> f64 {
        let mut most = f64::NEG_INFINITY;
        for &(_, a) in parts.0 {
            for &(_, b) in parts.1 {
                let pattern = self.comparer.pattern(a.min(b), a.max(b));
                most = most.max(self.bits(pattern));
            }
        }
        most
    }

    /// Bits for the same person against another of the same home, without what a home shares.
    fn bits(&self, pattern: u64) -> f64 {
        let shared = [field::HOME, field::TELEPHONE, field::EMAIL];
        let fields = (0..FIELDS.len()).filter(|index| !shared.contains(index));
        fields.map(|index| self.scorer.level_bits(index, level_of(pattern, index))[0]).sum()
    }
}

/// How far forenames agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Forename {
    #[default]
    Different,
    /// One stands where the other has the surname.
    HalfSwapped,
    /// A cut, a slip, a pet form.
    Loose,
    Initial,
    /// Nearly the same, or a nickname in the list.
    Same,
    Exact,
}

/// The best and the worst that any pair of records of two parts shows.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one observation, and they are read together once")]
struct Seen {
    forename: Forename,
    exact_surname: bool,
    same_surname: bool,
    same_birth: bool,
    other_birth: bool,
    far_birth: bool,
    same_number: bool,
    other_number: bool,
}

impl Seen {
    fn look(&mut self, pattern: u64, likeness: Likeness) {
        let level = |index: usize| level_of(pattern, index) as u8;
        let swapped = level(field::FORENAME) == forename::grade::SWAPPED || likeness == Likeness::Swapped;
        let forename = match (level(field::FORENAME), likeness) {
            (forename::grade::EXACT..=forename::grade::LAST_EXACT, _) => Forename::Exact,
            (forename::grade::NICKNAME | forename::grade::CLOSE | forename::grade::SWAPPED, _) | (_, Likeness::Swapped) => Forename::Same,
            (forename::grade::INITIAL, _) => Forename::Initial,
            (forename::grade::SIMILAR | forename::grade::OTHER, _) | (_, Likeness::Forename) => Forename::Loose,
            (_, Likeness::HalfSwapped) => Forename::HalfSwapped,
            _ => Forename::Different,
        };
        self.forename = self.forename.max(forename);
        self.exact_surname |= (surname::grade::EXACT..=surname::grade::LAST_EXACT).contains(&level(field::SURNAME));
        self.same_surname |= (1..=surname::grade::CLOSE).contains(&level(field::SURNAME)) || swapped;
        let born = level(field::BORN);
        self.same_birth |= (date_of_birth::grade::EXACT..=date_of_birth::grade::DIGIT).contains(&born);
        self.other_birth |= date_of_birth::grade::OTHER.contains(&born);
        self.far_birth |= born == date_of_birth::grade::FAR;
        for index in [field::NHS, field::NINO, field::UPN, field::ULN] {
            self.same_number |= level(index) == identifier::grade::SAME;
            self.other_number |= level(index) == identifier::grade::DIFFERENT;
        }
    }

    /// The forename and one more thing agree: the surname, the date of birth, or a stated relative; the less the forename says, the more
    /// is asked for. Brothers and sisters do not share a forename, so with equal names even a date of birth may differ by an error.
    /// If both stand in one source that names people once, a date of birth must agree. An initial also needs weight.
    fn may_be_one_person(&self, kin: bool, both_listed: bool) -> bool {
        if (self.other_number && !self.same_number) || (both_listed && !self.same_birth && !self.same_number) {
            return false;
        }
        let birth_may_be = self.same_birth || !self.other_birth;
        match self.forename {
            Forename::Exact if self.exact_surname && !self.far_birth => true,
            Forename::Exact | Forename::Same => birth_may_be && (self.same_surname || self.same_birth || kin),
            Forename::Initial => birth_may_be && (self.same_surname || self.same_birth),
            Forename::Loose => birth_may_be && self.same_surname,
            Forename::HalfSwapped => self.same_birth || (kin && birth_may_be),
            Forename::Different => false,
        }
    }
}
