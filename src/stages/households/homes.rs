//! The present home of each person.
//!
//! What comes in: each person's candidates and ties. What goes out: one place per person, or none. What always holds: the outcome depends
//! on person numbers and places only; the dead have no home.
//!
//! A person's own evidence decides, weighed by source. The homes of those a person is tied to add to it: a household moves
//! together, and a child's school that still has the old address does not leave the child behind. Three sweeps settle that; in each,
//! everybody looks at where the others are now.
#![expect(clippy::indexing_slicing, reason = "indices are dense person numbers and places")]

use super::areas::Areas;
use super::people::People;
use super::places::{NOWHERE, Places};
use super::residence::{Candidates, Statements};
use super::ties::{Ties, stands};
use crate::model::Day;

/// Sweeps over all persons; ties reach two steps (grandparent, parent, child), one more lets households settle.
const SWEEPS: usize = 3;

/// Share of a person's evidence for a former home that goes along when those they are tied to moved from there.
const FOLLOWS: f32 = 0.9;

/// Everything a decision looks at.
pub(super) struct Evidence<'a> {
    pub(super) people: &'a People,
    pub(super) places: &'a Places,
    pub(super) statements: &'a Statements,
    pub(super) candidates: &'a Candidates,
    pub(super) ties: &'a Ties,
    /// Places that look like institutions by their words.
    pub(super) institution: &'a [bool],
    /// Died on or before the reference date.
    pub(super) dead: &'a [bool],
    /// What addresses say that are no places.
    pub(super) areas: Areas<'a>,
    /// The day for which families are formed.
    pub(super) reference: Day,
}

impl Evidence<'_> {
    /// The home of each person.
    pub(super) fn homes(&self) -> Vec<u32> {
        let mut homes: Vec<u32> = (0..self.people.len() as u32)
            .map(|person| match self.candidates.of(person).first() {
                Some(best) if !self.dead[person as usize] => best.place,
                _ => NOWHERE,
            })
            .collect();
        for _ in 0..SWEEPS {
            for person in 0..self.people.len() as u32 {
                if !self.dead[person as usize] && !self.ties.of(person).is_empty() {
                    homes[person as usize] = self.best(person, &homes);
                }
            }
        }
        self.fetch_children(&mut homes);
        homes
    }

    /// How much the home of somebody who stands so to a person says about that person's home, in the unit of a source's weight.
    fn pull(&self, person: u32, bits: u16) -> f32 {
        let child = self.people.child[person as usize];
        let any = |wanted: u16| bits & wanted != 0;
        let kin = if any(stands::SAME_PERSON) {
            3.0
        } else if any(stands::PARTNER) || (child && any(stands::CHILD_OF | stands::CARED_BY)) {
            1.2
        } else if any(stands::PARENT_OF | stands::CARER_OF) || (child && any(stands::SIBLING)) {
            0.6
        } else if any(stands::KIN) {
            0.2
        } else {
            0.0
        };
        let together = if bits & (stands::TOGETHER | stands::ACCOUNT) != 0 { 0.8 } else { 0.0 };
        kin + together
    }

    /// True for somebody whose moving takes the person along: a child's parent, carer or fellow account holder, an adult's partner or
    /// fellow account holder.
    fn anchors(&self, person: u32, other: u32, bits: u16) -> bool {
        let household = bits & (stands::TOGETHER | stands::ACCOUNT | stands::SAME_PERSON) != 0;
        let elder = self.people.child[person as usize] && bits & (stands::CHILD_OF | stands::CARED_BY) != 0;
        self.people.adult(other) && (household || elder || bits & stands::PARTNER != 0)
    }

    /// The best home of a person, given everybody else's.
    fn best(&self, person: u32, homes: &[u32]) -> u32 {
        let own = self.candidates.of(person);
        let tied: Vec<Tied> = self
            .ties
            .of(person)
            .iter()
            .filter(|&&(other, bits)| homes[other as usize] != NOWHERE && self.pull(person, bits) > 0.0)
            .map(|&(other, bits)| Tied {
                other,
                bits,
                pull: self.pull(person, bits),
                home: homes[other as usize],
                anchor: self.anchors(person, other, bits),
            })
            .collect();
        let mut options: Vec<(u32, f32)> = own.iter().map(|candidate| (candidate.place, candidate.weight)).collect();
        for candidate in own {
            if let Some(target) = self.left_for(candidate.place, &tied) {
                add(&mut options, target, FOLLOWS * candidate.weight);
            }
        }
        for one in &tied {
            let listed = options.iter().any(|option| option.0 == one.home);
            let homeless = own.is_empty() && !self.lives_apart(person, one, homes);
            // One account is one dwelling, even where the address on it cannot be read.
            let joined = one.bits & (stands::TOGETHER | stands::ACCOUNT) != 0;
            if listed || homeless || joined {
                add(&mut options, one.home, one.pull + self.tie_break(one.other));
            }
        }
        // Ties keep the order of the candidates, whose first is the most recently said.
        options.sort_by(|a, b| b.1.total_cmp(&a.1));
        options.first().map_or(NOWHERE, |option| option.0)
    }

    /// Where those went who used to live at a place with this person, if none of those who take the person along stayed there.
    fn left_for(&self, place: u32, tied: &[Tied]) -> Option<u32> {
        if self.institution[place as usize] || tied.iter().any(|one| one.anchor && one.home == place) {
            return None;
        }
        let mut targets: Vec<(u32, f32)> = Vec::new();
        for one in tied.iter().filter(|one| one.anchor && !self.institution[one.home as usize]) {
            if self.statements.of(one.other).iter().any(|statement| statement.place == place) {
                add(&mut targets, one.home, one.pull);
            }
        }
        targets.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        targets.first().map(|target| target.0)
    }

    /// True for two persons without a place of whom one is the other's parent or carer and says to live elsewhere than the child, while another parent or
    /// carer does not: then the child lives with that one.
    pub(super) fn says_elsewhere(&self, person: u32, other: u32, bits: u16, homes: &[u32]) -> bool {
        let (elder, child, bits) = match bits {
            bits if bits & (stands::PARENT_OF | stands::CARER_OF) != 0 => (person, other, bits),
            bits if bits & (stands::CHILD_OF | stands::CARED_BY) != 0 => (other, person, stands::turned(bits)),
            _ => return false,
        };
        if bits & (stands::TOGETHER | stands::ACCOUNT | stands::SAME_PERSON) != 0 || !self.areas.apart(elder, child) {
            return false;
        }
        self.ties.of(child).iter().any(|&(third, bits)| {
            third != elder
                && bits & (stands::CHILD_OF | stands::CARED_BY) != 0
                && homes[third as usize] == homes[child as usize]
                && !self.dead[third as usize]
                && !self.areas.apart(third, child)
        })
    }

    /// An adult of unknown address is not taken to live with a child who lives with another parent, unless something joins the two; nor is one whose
    /// postcode is another if the child lives with an elder of its own.
    fn lives_apart(&self, person: u32, one: &Tied, homes: &[u32]) -> bool {
        let joined = stands::TOGETHER | stands::ACCOUNT | stands::PARTNER | stands::SAME_PERSON;
        if self.people.child[person as usize] || one.bits & joined != 0 {
            return false;
        }
        let down = stands::PARENT_OF | stands::CARER_OF;
        if one.bits & down == 0 {
            return true;
        }
        let elsewhere = self.areas.apart(person, one.other);
        self.ties.of(one.other).iter().any(|&(elder, bits)| {
            let bits = stands::turned(bits);
            elder != person
                && homes[elder as usize] == one.home
                && (bits & down != 0 && self.ties.between(person, elder) & joined == 0 || elsewhere && bits & stands::ELDER != 0)
        })
    }

    /// Nine of ten lone parents with dependent children are mothers (ONS, Families and households 2012): decides between equals only.
    fn tie_break(&self, other: u32) -> f32 {
        if self.people.sex[other as usize] == b'F' { 0.05 } else { 0.0 }
    }

    /// A child whose record leads to a place where nobody belongs to it lives with its parent or carer.
    fn fetch_children(&self, homes: &mut [u32]) {
        let mut adults = vec![0_u32; self.places.len()];
        for (person, &home) in homes.iter().enumerate() {
            if home != NOWHERE && self.people.adult(person as u32) {
                adults[home as usize] += 1;
            }
        }
        for person in (0..self.people.len() as u32).filter(|&person| self.people.child[person as usize]) {
            let home = homes[person as usize];
            if home == NOWHERE || self.institution[home as usize] {
                continue;
            }
            let here = |other: u32| homes[other as usize] == home;
            let kept = self.ties.of(person).iter().any(|&(other, _)| self.people.adult(other) && here(other));
            let evidence = self.candidates.at(person, home).map_or(0, |candidate| candidate.sources);
            if kept || (adults[home as usize] > 0 && evidence >= 2) {
                continue;
            }
            let mut options: Vec<(u32, f32)> = Vec::new();
            for &(other, bits) in self.ties.of(person) {
                if homes[other as usize] != NOWHERE && self.anchors(person, other, bits) {
                    add(&mut options, homes[other as usize], self.pull(person, bits) + self.tie_break(other));
                }
            }
            options.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            if let Some(&(place, _)) = options.first() {
                homes[person as usize] = place;
            }
        }
    }
}

/// Somebody a person is tied to, and where they live.
struct Tied {
    other: u32,
    bits: u16,
    pull: f32,
    home: u32,
    anchor: bool,
}

fn add(options: &mut Vec<(u32, f32)>, place: u32, weight: f32) {
    match options.iter_mut().find(|option| option.0 == place) {
        Some(option) => option.1 += weight,
        None => options.push((place, weight)),
    }
}
