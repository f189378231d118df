//! Families keep their ids.

use super::*;

fn first(homes: &[Home]) -> (Register, Vec<String>) {
    let (register, ids, _) = families_of(&Register::default(), 0, homes);
    (register, ids)
}

fn state<'r>(register: &'r Register, id: &str) -> &'r IdRecord {
    register.ids.iter().find(|known| known.id == id).unwrap()
}

#[test]
fn a_family_keeps_its_id_through_a_move_and_a_baby() {
    let (before, was) = first(&[("LN1 1AA", vec![child(2), adult(0), adult(1)])]);
    let (_, is, kept) = families_of(&before, 1, &[("PE21 1AA", vec![child(2), child(3), adult(0), adult(1)])]);
    assert_eq!(is, was);
    assert_eq!(kept.memberships.len(), 4);
    assert_eq!(kept.memberships.iter().filter(|one| one.first == month(0) && one.last == month(1)).count(), 3);
}

#[test]
fn where_a_couple_parts_the_children_take_the_id_with_them() {
    let (before, was) = first(&[("LN1 1AA", vec![child(2), child(3), adult(0), adult(1)])]);
    // The mother goes with both children; the father stays in the home.
    let (after, is, kept) = families_of(&before, 1, &[("LN1 1AA", vec![adult(0)]), ("LN6 1AA", vec![child(2), child(3), adult(1)])]);
    assert_eq!(is[1], was[0]);
    assert_ne!(is[0], was[0]);
    assert_eq!(state(&after, &was[0]).state, IdState::Current);
    assert_eq!(kept.previous.iter().filter(|previous| !previous.is_empty()).count(), 1, "the father's family came from it");
}

#[test]
fn where_each_takes_a_child_the_larger_part_keeps_the_id_and_then_the_home() {
    let (before, was) = first(&[("LN1 1AA", vec![child(2), child(3), adult(0), adult(1), adult(4)])]);
    let apart = [("LN6 1AA", vec![child(2), adult(0)]), ("LN7 1AA", vec![child(3), adult(1), adult(4)])];
    let (_, is, _) = families_of(&before, 1, &apart);
    assert_eq!(is[1], was[0], "as many children, but more members");
    let (before, was) = first(&[("LN1 1AA", vec![child(2), child(3), adult(0), adult(1)])]);
    let apart = [("LN6 1AA", vec![child(2), adult(0)]), ("LN1 1AA", vec![child(3), adult(1)])];
    let (_, is, _) = families_of(&before, 1, &apart);
    assert_eq!(is[1], was[0], "as many of each, but the old home");
}

#[test]
fn a_child_with_two_homes_leaves_each_family_its_id() {
    let second_home = (2, MemberRole::Child, true, false);
    let (before, was) = first(&[("LN1 1AA", vec![child(2), adult(0)]), ("LN6 1AA", vec![second_home, adult(1)])]);
    // It lives mainly with the other parent now.
    let (_, is, _) = families_of(&before, 1, &[("LN1 1AA", vec![second_home, adult(0)]), ("LN6 1AA", vec![child(2), adult(1)])]);
    assert_eq!(is, was);
    // Parting into two homes of the child: its first home keeps the id.
    let (before, was) = first(&[("LN1 1AA", vec![child(2), adult(0), adult(1)])]);
    let (_, is, _) = families_of(&before, 1, &[("LN1 1AA", vec![second_home, adult(0)]), ("LN6 1AA", vec![child(2), adult(1)])]);
    assert_eq!(is[1], was[0]);
}

#[test]
fn a_parent_elsewhere_does_not_carry_the_id() {
    let elsewhere = (1, MemberRole::Parent, false, false);
    let (before, was) = first(&[("LN1 1AA", vec![child(2), adult(0), elsewhere]), ("LN6 1AA", vec![adult(1)])]);
    // Mother and child are in no extract this month.
    let (after, is, _) = families_of(&before, 1, &[("LN6 1AA", vec![adult(1)])]);
    assert_eq!(is[0], was[1]);
    assert_eq!(state(&after, &was[0]).state, IdState::NotSeen);
    let (_, is, _) = families_of(&after, 2, &[("LN1 1AA", vec![child(2), adult(0), elsewhere]), ("LN6 1AA", vec![adult(1)])]);
    assert_eq!(is, was, "the family was waited for");
}

#[test]
fn two_families_that_become_one_keep_the_id_of_the_children() {
    let (before, was) = first(&[("LN1 1AA", vec![adult(0), adult(4), adult(5)]), ("LN6 1AA", vec![child(2), adult(1)])]);
    let together = [("LN1 1AA", vec![child(2), adult(0), adult(1), adult(4), adult(5)])];
    let (after, is, _) = families_of(&before, 1, &together);
    assert_eq!(is[0], was[1]);
    let retired = state(&after, &was[0]);
    assert_eq!((retired.state, retired.retirement), (IdState::Retired, Some(Retirement::Merged)));
    assert_eq!(retired.successors, vec![was[1].clone()]);
    // Apart again: the id that was retired is not given again.
    let apart = [("LN1 1AA", vec![adult(0), adult(4), adult(5)]), ("LN6 1AA", vec![child(2), adult(1)])];
    let (_, again, _) = families_of(&after, 2, &apart);
    assert_eq!(again[1], was[1]);
    assert_ne!(again[0], was[0]);
}

#[test]
fn families_are_in_the_order_of_their_ids_with_their_members() {
    let homes: Vec<Home> = (0..20).map(|home| ("LN1 1AA", vec![child(2 * home), adult(2 * home + 1)])).collect();
    let (before, was) = first(&homes);
    // Every family has another child now, so that ids and smallest members no longer go together.
    let later: Vec<Home> = (0..20).map(|home| ("LN1 1AA", vec![child(100 - home), child(2 * home), adult(2 * home + 1)])).collect();
    let (_, is, kept) = families_of(&before, 1, &later);
    assert_eq!(is, was);
    assert_eq!(kept.old_of.iter().filter(|&&old| old == u32::MAX).count(), 0);
    assert!(kept.ids.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn a_child_who_comes_alone_does_not_bring_its_familys_id() {
    let (before, was) = first(&[("LN1 1AA", vec![child(2), child(3), child(4), adult(0)]), ("LN6 1AA", vec![adult(6), adult(7)])]);
    // Mother and two children are in no extract; the third child is with a couple.
    let (after, is, _) = families_of(&before, 1, &[("LN6 1AA", vec![child(4), adult(6), adult(7)])]);
    assert_eq!(is[0], was[1], "the couple came whole, of the other family one in four");
    assert_eq!(state(&after, &was[0]).state, IdState::NotSeen, "most of the family is waited for");
    let later = [("LN1 1AA", vec![child(2), child(3), adult(0)]), ("LN6 1AA", vec![child(4), adult(6), adult(7)])];
    let (_, is, _) = families_of(&after, 2, &later);
    assert_eq!(is, was);
}

#[test]
fn a_second_home_of_the_child_does_not_take_the_id_from_the_first() {
    let (before, was) = first(&[("LN1 1AA", vec![child(2), adult(0), adult(1), adult(3), adult(4)]), ("LN6 1AA", vec![adult(5)])]);
    let second_home = (2, MemberRole::Child, true, false);
    // The child lives with one parent and somebody who lived alone; the rest of the family is its second home.
    let apart = [("LN7 1AA", vec![child(2), adult(1), adult(3), adult(5)]), ("LN1 1AA", vec![second_home, adult(0), adult(4)])];
    let (_, is, _) = families_of(&before, 1, &apart);
    assert_eq!(is[0], was[0]);
}
