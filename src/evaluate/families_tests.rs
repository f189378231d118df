use super::*;

fn truth(kind: &str, members: &[(u32, bool)]) -> TrueFamily {
    let members = members.iter().map(|&(person, child)| TrueMember { person, child, resident: true, visible: true }).collect();
    TrueFamily { kind: kind.to_owned(), members }
}

fn found(members: &[(u32, bool)]) -> Vec<FoundMember> {
    members.iter().map(|&(person, child)| FoundMember { person, child, resident: true }).collect()
}

fn faults_of(truth: &[TrueFamily], found: &[Vec<FoundMember>], true_person: &[Option<u32>]) -> Vec<Fault> {
    family_statistics(truth, found, true_person).0.faults.into_keys().collect()
}

const SAME: [Option<u32>; 6] = [Some(0), Some(1), Some(2), Some(3), Some(4), Some(5)];

#[test]
fn a_family_with_exactly_its_members_is_found() {
    let (statistics, matches) = family_statistics(
        &[truth("couple", &[(0, false), (1, true)]), truth("single", &[(2, false)])],
        &[found(&[(2, false)]), found(&[(0, false), (1, true)])],
        &SAME,
    );
    assert_eq!((statistics.families, statistics.exact, statistics.found_families, statistics.found_exact), (1, 1, 1, 1));
    assert_eq!((matches.found_of_true, matches.true_of_found), (vec![Some(1), Some(0)], vec![Some(1), Some(0)]));
    assert_eq!(statistics.by_kind.get("couple"), Some(&KindCount { families: 1, exact: 1 }));
}

#[test]
fn members_no_extract_shows_are_not_asked_for() {
    let mut family = truth("couple", &[(0, false), (1, true), (3, false)]);
    family.members[2].visible = false;
    assert!(faults_of(&[family.clone()], &[found(&[(0, false), (1, true)])], &SAME).is_empty());
    family.members[1].visible = false;
    let (statistics, _) = family_statistics(&[family], &[], &SAME);
    assert_eq!((statistics.families, statistics.invisible), (0, 1));
}

#[test]
fn a_member_no_extract_shows_may_be_there_all_the_same() {
    // Found through an older delivery: not asked for, and not an extra either.
    let mut family = truth("couple", &[(0, false), (1, true)]);
    family.members[0].visible = false;
    assert!(faults_of(&[family], &[found(&[(0, false), (1, true)])], &SAME).is_empty());
}

#[test]
fn every_fault_is_told_apart() {
    let family = truth("couple", &[(0, false), (1, true)]);
    let other = truth("single", &[(2, false)]);
    let both = [family.clone(), other];
    assert_eq!(faults_of(&both, &[found(&[(2, false)])], &SAME), [Fault::NotFound]);
    assert_eq!(faults_of(&both, &[found(&[(1, true)]), found(&[(0, false)])], &SAME), [Fault::MissingInAnotherFamily]);
    assert_eq!(faults_of(&both, &[found(&[(1, true)])], &SAME), [Fault::MissingInNoFamily]);
    assert_eq!(faults_of(&both, &[found(&[(1, true)])], &[None, Some(1)]), [Fault::MissingMergedAway]);
    assert_eq!(faults_of(&both, &[found(&[(0, false), (1, true), (2, false)])], &SAME), [Fault::ExtraOfAnotherFamily]);
    assert_eq!(faults_of(&both, &[found(&[(0, false), (1, true), (5, false)])], &SAME), [Fault::ExtraOfNoFamily]);
    assert_eq!(faults_of(&both, &[found(&[(0, false), (1, true), (3, false)])], &[Some(0), Some(1), None, Some(1)]), [Fault::MemberTwice]);
    let mut apart = found(&[(0, false), (1, true)]);
    apart[0].resident = false;
    assert_eq!(faults_of(&both, &[apart], &SAME), [Fault::MissingNotResident]);
    let mut separated = family;
    separated.members.push(TrueMember { person: 3, child: false, resident: false, visible: true });
    assert_eq!(faults_of(&[separated], &[found(&[(0, false), (1, true), (3, false)])], &SAME), [Fault::ExtraNotResident]);
}

#[test]
fn the_larger_share_wins_and_children_count_twice() {
    let family = truth("couple", &[(0, false), (1, true), (2, false)]);
    // The child alone against one parent: the child; against both parents: equal weight, the smaller family.
    let (_, matches) = family_statistics(std::slice::from_ref(&family), &[found(&[(0, false)]), found(&[(1, true)])], &SAME);
    assert_eq!(matches.found_of_true, [Some(1)]);
    let (_, matches) = family_statistics(&[family], &[found(&[(0, false), (2, false)]), found(&[(1, true)])], &SAME);
    assert_eq!(matches.found_of_true, [Some(1)]);
}

#[test]
fn a_child_in_two_homes_is_asked_for_in_both() {
    let homes = [truth("lone_parent", &[(0, false), (1, true)]), truth("lone_parent", &[(2, false), (1, true)])];
    let (statistics, _) = family_statistics(&homes, &[found(&[(0, false), (1, true)]), found(&[(2, false), (1, true)])], &SAME);
    assert_eq!((statistics.families, statistics.exact), (2, 2));
    let (statistics, _) = family_statistics(&homes, &[found(&[(0, false), (1, true)]), found(&[(2, false)])], &SAME);
    assert_eq!((statistics.exact, statistics.faults.get(&Fault::MissingInAnotherFamily)), (1, Some(&1)));
}
