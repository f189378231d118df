//! Where families lived before and where they go.
//!
//! In: families with one home each. Out: homes over time. What always holds: every family has a former home; a home somebody left is
//! let again to somebody else, from that day or later (the re-let house of domain.md section 8.2).

use fastrand::Rng;

use crate::model::Day;

use super::super::random::{Draw, Purpose, stream};
use super::super::world::{Dwelling, FamilyKind};
use super::Builder;

/// Fills in since when each family lives where it lives, and where it lived before.
pub(super) fn past(builder: &mut Builder, shared: &mut Rng) {
    let seed = builder.world.seed;
    let start = builder.start;
    let count = builder.world.families.len();
    for (index, family) in builder.world.families.iter_mut().enumerate() {
        let mut rng = stream(seed, Purpose::Moves, index as u64, 0);
        let mean = match (family.kind, family.need) {
            (FamilyKind::Hmo | FamilyKind::Hostel | FamilyKind::Refuge | FamilyKind::Barracks, _) => 250.0,
            (FamilyKind::CareHome, _) => 700.0,
            (_, 2) => 900.0,
            (_, 1) => 1_500.0,
            _ => 3_000.0,
        };
        // Half the stays are shorter than the mean would say: squared uniform.
        let days = 20.0 + mean * 2.4 * rng.f64() * rng.f64();
        for dwelling in &mut family.dwellings {
            dwelling.from = start - days as Day;
        }
    }
    for index in 0..count {
        let mut rng = stream(seed, Purpose::Moves, index as u64, 1);
        let Some(here) = builder.world.families.get(index).and_then(|family| family.dwellings.first()).copied() else { continue };
        let mut before = None;
        for _ in 0..4 {
            // Somebody else's present home, if they came only after this family had left it.
            let other = rng.usize(0..count);
            let theirs = builder.world.families.get(other).filter(|family| other != index && !family.kind.is_communal());
            if let Some(home) = theirs.and_then(|family| family.dwellings.last()).filter(|home| home.from >= here.from) {
                before = Some(home.address);
                break;
            }
        }
        let before = before.unwrap_or_else(|| {
            let sector = builder.world.places.sector_index(here.address);
            let sector = if rng.chance(0.7) { sector } else { builder.world.places.draw_sector(&mut rng) };
            builder.world.places.mint(sector, shared)
        });
        if let Some(family) = builder.world.families.get_mut(index) {
            let from = here.from - rng.between(200, 2_500);
            family.dwellings.insert(0, Dwelling { address: before, from });
        }
    }
}

/// Moves from the start month to the horizon, in the order of their days.
pub(super) fn future(builder: &mut Builder) {
    let seed = builder.world.seed;
    let (start, horizon) = (builder.start, builder.world.horizon);
    let mut moves: Vec<(Day, usize)> = Vec::new();
    for (index, family) in builder.world.families.iter().enumerate() {
        let mut rng = stream(seed, Purpose::Moves, index as u64, 2);
        let yearly = match (family.kind, family.need) {
            (FamilyKind::CareHome | FamilyKind::Caravan, _) => 0.0,
            (FamilyKind::Hmo | FamilyKind::Hostel | FamilyKind::Refuge | FamilyKind::Barracks, _) => 0.5,
            (_, 2) => 0.22,
            (_, 1) => 0.14,
            _ => 0.075,
        };
        let first = family.dwellings.last().map_or(start, |dwelling| dwelling.from.max(start - 1) + 1);
        let days = horizon - first;
        if days > 0 && rng.chance(yearly * f64::from(days) / 365.0) {
            moves.push((first + rng.between(0, days), index));
        }
    }
    moves.sort_unstable();
    let mut empty: std::collections::VecDeque<(Day, u32)> = std::collections::VecDeque::new();
    for (day, index) in moves {
        let mut rng = stream(seed, Purpose::Moves, index as u64, 3);
        let Some(family) = builder.world.families.get(index) else { continue };
        let here = family.dwellings.last().map_or(0, |dwelling| dwelling.address);
        let leaves_empty = !family.kind.is_communal();
        // Let again a week after it fell empty at the earliest.
        let relet = empty.front().is_some_and(|&(since, _)| since + 7 <= day) && rng.chance(0.6);
        let vacant = if relet { empty.pop_front() } else { None };
        let address = if let Some((_, address)) = vacant {
            address
        } else {
            let sector = if rng.chance(0.6) { builder.world.places.sector_index(here) } else { builder.world.places.draw_sector(&mut rng) };
            builder.world.places.mint(sector, &mut rng)
        };
        if let Some(family) = builder.world.families.get_mut(index) {
            family.dwellings.push(Dwelling { address, from: day });
            if family.kind.is_communal() {
                family.kind = if family.members.len() > 1 { FamilyKind::LoneParent } else { FamilyKind::Single };
            }
        }
        if leaves_empty {
            empty.push_back((day, here));
        }
    }
}
