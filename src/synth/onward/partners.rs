//! Couples: marriages with a new name, partings, new partners.
//!
//! In: a family's members at the start of a month. Out: families split and merged, names changed. What always holds: who parts, dies or
//! pairs in a month does only one of these; children follow one parent.

use fastrand::Rng;

use crate::model::{Day, NO_DAY};

use super::super::names::{NO_NAME, Surname};
use super::super::populate::Builder;
use super::super::random::Draw;
use super::super::world::{ChangeKind, FamilyKind, Membership, Place, Renaming};
use super::people::{alone_from, is_settled};
use super::{NONE, Span, at_home, join, leave, note};

fn place_of(members: &[Membership], place: Place) -> Option<u32> {
    members.iter().find(|member| member.place == place).map(|member| member.person)
}

/// One name, whatever its form.
fn same_name(builder: &Builder, one: Surname, other: Surname) -> bool {
    builder.world.names.feminine(one) == builder.world.names.feminine(other)
}

fn rename(builder: &mut Builder, family: u32, person: u32, day: Day, name: Surname) {
    if let Some(person) = builder.world.people.get_mut(person as usize) {
        (person.other_surname, person.surname) = (person.surname, name);
    }
    note(&mut builder.world, day, family, ChangeKind::Renamed, (person, NONE));
}

/// Parents part: 2% a year, 4% more for each step of need; one in eight takes the oldest child along, one in seven has the
/// children half the week. One woman in four takes her own name again.
pub(super) fn part(builder: &mut Builder, rng: &mut Rng, (family, members): (u32, &[Membership]), span: &Span) {
    let (Some(head), Some(leaver)) = (place_of(members, Place::Head), place_of(members, Place::Spouse)) else { return };
    let children: Vec<u32> = members.iter().filter(|member| member.place == Place::Offspring).map(|member| member.person).collect();
    let need = builder.world.family(family).need;
    let yearly = 0.02 + 0.04 * f64::from(need);
    if children.is_empty() || !rng.chance(yearly / 12.0) || !is_settled(builder, family, members, span) {
        return;
    }
    let day = rng.between(span.first, span.last);
    leave(&mut builder.world, family, leaver, day - 1);
    let absent = Membership { person: leaver, place: Place::AbsentParent, resident: false, primary: false, from: day, to: NO_DAY };
    builder.join_for(family, absent);
    let second = alone_from(builder, rng, (leaver, family), day, need / 2);
    note(&mut builder.world, day, family, ChangeKind::Split, (leaver, second));
    if let Some(household) = builder.world.families.get_mut(family as usize).filter(|household| household.kind == FamilyKind::Couple) {
        household.settled_as.get_or_insert(household.kind);
        household.kind = FamilyKind::LoneParent;
    }
    let minor = |&&child: &&u32| builder.world.age(child, day) < 18;
    let oldest = children.iter().filter(minor).min_by_key(|&&child| (builder.world.person(child).born, child)).copied();
    let takes_one = rng.chance(0.125);
    let halves = rng.chance(0.14);
    let mut goes = None;
    if let Some(child) = oldest.filter(|_| takes_one && children.len() > 1) {
        leave(&mut builder.world, family, child, day - 1);
        join(builder, second, Membership { person: child, place: Place::Offspring, resident: true, primary: true, from: day, to: NO_DAY });
        note(&mut builder.world, day, family, ChangeKind::Left, (child, second));
        note(&mut builder.world, day, second, ChangeKind::Joined, (child, family));
        goes = Some(child);
    } else if halves {
        for &child in children.iter().filter(minor).collect::<Vec<_>>() {
            let half = Membership { person: child, place: Place::Offspring, resident: true, primary: false, from: day, to: NO_DAY };
            builder.join_for(second, half);
            note(&mut builder.world, day, second, ChangeKind::Joined, (child, family));
        }
    }
    if (goes.is_some() || halves)
        && let Some(household) = builder.world.families.get_mut(second as usize)
    {
        household.kind = FamilyKind::LoneParent;
    }
    let woman = if builder.world.person(head).female { head } else { leaver };
    let her = *builder.world.person(woman);
    let same = same_name(builder, builder.world.person(head).surname, builder.world.person(leaver).surname);
    if same && her.other_surname.first != NO_NAME && her.other_surname != her.surname && rng.chance(0.25) {
        builder.world.renamed.push(Renaming { person: woman, day, before: her.surname });
        rename(builder, if woman == head { family } else { second }, woman, day, her.other_surname);
    }
}

/// Couples under two names marry, and she takes his: 4% a year `[m]`.
pub(super) fn marry(builder: &mut Builder, rng: &mut Rng, (family, members): (u32, &[Membership]), span: &Span) {
    let partner = place_of(members, Place::Spouse).or_else(|| place_of(members, Place::StepPartner));
    let (Some(head), Some(partner)) = (place_of(members, Place::Head), partner) else { return };
    let (first, second) = (*builder.world.person(head), *builder.world.person(partner));
    if first.female == second.female || !rng.chance(0.04 / 12.0) || !is_settled(builder, family, members, span) {
        return;
    }
    let ((wife, hers), his) = if first.female { ((head, first), second) } else { ((partner, second), first) };
    if same_name(builder, hers.surname, his.surname) || hers.surname.second != NO_NAME {
        return;
    }
    let day = rng.between(span.first, span.last);
    let name = builder.world.names.feminine(his.surname);
    builder.world.renamed.push(Renaming { person: wife, day, before: hers.surname });
    rename(builder, family, wife, day, name);
}

/// A lone parent meets somebody: 5% a year; one in four of them has children too, and two families become one.
pub(super) fn pair(builder: &mut Builder, (family, count): (u32, u32), span: &Span) {
    let mut rng = span.stream(&builder.world, family, 1);
    let lone = |builder: &Builder, family: u32| {
        let members = at_home(&builder.world, family, span.first);
        let head = place_of(&members, Place::Head);
        let fits = builder.world.family(family).kind == FamilyKind::LoneParent && is_settled(builder, family, &members, span);
        head.filter(|_| fits).map(|head| (head, members))
    };
    if builder.world.family(family).kind != FamilyKind::LoneParent || !rng.chance(0.05 / 12.0) {
        return;
    }
    let Some((parent, _)) = lone(builder, family) else { return };
    let with_children = rng.chance(0.25);
    let day = rng.between(span.first, span.last);
    for _ in 0..400 {
        let other = rng.u32(0..count.max(1));
        let theirs = builder.world.family(other);
        let wanted = if with_children { FamilyKind::LoneParent } else { FamilyKind::Single };
        if other == family || theirs.kind != wanted || theirs.since > span.first {
            continue;
        }
        let members = at_home(&builder.world, other, span.first);
        let Some(newcomer) = place_of(&members, Place::Head) else { continue };
        let (one, two) = (*builder.world.person(parent), *builder.world.person(newcomer));
        let halves = builder.world.residents(other, span.first).len() != members.len();
        if one.female == two.female || (one.born - two.born).abs() > 3_000 || halves || !is_settled(builder, other, &members, span) {
            continue;
        }
        for member in &members {
            leave(&mut builder.world, other, member.person, day - 1);
            let place = if member.person == newcomer { Place::StepPartner } else { member.place };
            join(builder, family, Membership { place, from: day, to: NO_DAY, ..*member });
            note(&mut builder.world, day, family, ChangeKind::Joined, (member.person, other));
        }
        note(&mut builder.world, day, family, ChangeKind::Merged, (newcomer, other));
        if let Some(household) = builder.world.families.get_mut(family as usize) {
            household.settled_as.get_or_insert(household.kind);
            household.kind = FamilyKind::Step;
        }
        return;
    }
}
