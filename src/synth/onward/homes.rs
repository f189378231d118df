//! Moves: within the county, out of it, into it.
//!
//! In: families with their homes. Out: homes over time, new households. What always holds: about as many households come as go; a home
//! somebody left within the county is let again a week later at the earliest; who expects a child stays until it is born.

use crate::model::{Day, NO_DAY};

use super::super::populate::{self, Builder};
use super::super::random::{Draw, Purpose, stream};
use super::super::world::{ChangeKind, Dwelling, FamilyKind};
use super::people::is_settled;
use super::{NONE, Span, at_home, note};

/// Tells the month's moves in the order of their days.
pub(super) fn change(builder: &mut Builder, span: &Span) {
    let mut moves: Vec<(Day, u32)> = Vec::new();
    for family in 0..builder.world.families.len() as u32 {
        let household = builder.world.family(family);
        // As in the first month; owners stay longer than tenants `[m]`.
        let yearly = match (household.kind, household.need) {
            (FamilyKind::CareHome | FamilyKind::Caravan, _) => 0.0,
            (FamilyKind::Hmo | FamilyKind::Hostel | FamilyKind::Refuge | FamilyKind::Barracks, _) => 0.5,
            (_, 2) => 0.22,
            (_, 1) => 0.14,
            _ => 0.075,
        };
        let mut rng = span.stream(&builder.world, family, 2);
        let day = rng.between(span.first, span.last);
        let chosen = rng.chance(yearly / 12.0);
        if !chosen || household.since > span.first || household.dwellings.last().is_some_and(|home| home.from >= day) {
            continue;
        }
        let members = at_home(&builder.world, family, span.first);
        if !members.is_empty() && is_settled(builder, family, &members, span) {
            moves.push((day, family));
        }
    }
    moves.sort_unstable();
    let mut gone = 0;
    for &(day, family) in &moves {
        gone += u32::from(move_away(builder, span, family, day));
    }
    for number in 0..gone.max(u32::from(builder.world.people.len() > 5_000)) {
        arrive(builder, span, number);
    }
}

/// One move; true if it leads out of the county: one in six does `[m]`.
fn move_away(builder: &mut Builder, span: &Span, family: u32, day: Day) -> bool {
    let mut rng = span.stream(&builder.world, family, 3);
    let household = builder.world.family(family);
    let (kind, here) = (household.kind, household.home(day));
    let inside = |builder: &Builder, address: u32| !builder.world.places.sector_of(address).district.is_empty();
    let out = rng.chance(1.0 / 6.0) && inside(builder, here);
    let relet = builder.world.empty.front().is_some_and(|&(since, _)| since + 7 <= day) && rng.chance(0.6);
    let vacant = if relet && !out { builder.world.empty.pop_front() } else { None };
    let address = if let Some((_, address)) = vacant {
        address
    } else {
        let near = builder.world.places.sector_index(here);
        let sector = if out {
            *rng.pick(&builder.world.places.sectors_where(|sector| sector.district.is_empty()))
        } else if rng.chance(0.6) {
            near
        } else {
            builder.world.places.draw_sector(&mut rng)
        };
        builder.world.places.mint(sector, &mut rng)
    };
    let (was_in, is_in) = (inside(builder, here), inside(builder, address));
    if let Some(family) = builder.world.families.get_mut(family as usize) {
        family.dwellings.push(Dwelling { address, from: day });
        if kind.is_communal() {
            family.settled_as.get_or_insert(family.kind);
            family.kind = if family.members.len() > 1 { FamilyKind::LoneParent } else { FamilyKind::Single };
        }
    }
    if !kind.is_communal() {
        builder.world.empty.push_back((day, here));
    }
    let change = match (was_in, is_in) {
        (true, false) => ChangeKind::MovedOut,
        (false, true) => ChangeKind::MovedIn,
        _ => ChangeKind::Moved,
    };
    note(&mut builder.world, day, family, change, (NONE, NONE));
    was_in && !is_in
}

/// A household comes from elsewhere: what the Department and doctors know of it came along, what other agencies knew did not.
fn arrive(builder: &mut Builder, span: &Span, number: u32) {
    let mut rng = stream(builder.world.seed, Purpose::Onward, span.key, u64::from(number) << 8 | 4);
    let first = builder.world.families.len();
    let day = rng.between(span.first, span.last);
    populate::household(builder, &mut rng);
    let abroad = builder.world.places.sectors_where(|sector| sector.district.is_empty());
    for index in first..builder.world.families.len() {
        let elsewhere = *rng.pick(&abroad);
        let before = builder.world.places.mint(elsewhere, &mut rng);
        let Some(family) = builder.world.families.get_mut(index) else { continue };
        family.since = day;
        for dwelling in &mut family.dwellings {
            dwelling.from = day;
        }
        family.dwellings.insert(0, Dwelling { address: before, from: day - rng.between(200, 2_500) });
        for member in &mut family.members {
            member.from = day;
        }
        if family.members.iter().any(|member| member.resident && member.to == NO_DAY) {
            note(&mut builder.world, day, index as u32, ChangeKind::MovedIn, (NONE, NONE));
        }
    }
}
