//! What holds whatever happens.

use proptest::prelude::*;

use super::*;

/// Records with an owner per month; [`None`] where a record is not delivered.
fn history() -> impl Strategy<Value = Vec<Vec<Option<u32>>>> {
    let month = proptest::collection::vec(proptest::option::weighted(0.85, 0_u32..6), 14);
    proptest::collection::vec(month, 1..5)
}

fn rows(owners: &[Option<u32>]) -> Vec<Row> {
    let row = |(number, owner): (usize, &Option<u32>)| {
        let person = (*owner)?;
        // What a record says stays the same: only whose it is found to be changes.
        Some(Row { person, ..row(number as u16 % 3, &format!("r{number:02}"), number as u32) })
    };
    owners.iter().enumerate().filter_map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_id_is_current_or_waits_or_is_retired_with_successors_and_none_is_given_twice(months in history()) {
        let mut before: Option<Month1> = None;
        let mut ever_retired = std::collections::BTreeSet::new();
        for (number, owners) in months.iter().enumerate() {
            let now = persons_of(before.as_ref(), number as u32, &rows(owners));
            let mut current = now.linked.person_ids.clone();
            current.sort();
            let given = current.len();
            current.dedup();
            prop_assert_eq!(current.len(), given, "two people have one id");
            for id in &now.register.ids {
                match id.state {
                    IdState::Current => prop_assert!(current.contains(&id.id)),
                    IdState::NotSeen => prop_assert!(!current.contains(&id.id) && id.successors.is_empty()),
                    IdState::Retired => prop_assert!(!current.contains(&id.id) && !id.successors.is_empty() && id.retired.is_some()),
                }
                if id.retired == Some(month(number as u32)) {
                    prop_assert!(id.successors.iter().all(|successor| current.contains(successor)));
                }
            }
            if let Some(before) = &before {
                for id in &before.register.ids {
                    prop_assert!(now.register.ids.iter().any(|known| known.id == id.id), "an id is forgotten");
                }
            }
            prop_assert!(ever_retired.iter().all(|id| !current.contains(id)), "a retired id was given again");
            ever_retired.extend(now.register.ids.iter().filter(|id| id.state == IdState::Retired).map(|id| id.id.clone()));
            before = Some(now);
        }
    }

    #[test]
    fn nothing_depends_on_the_order_of_rows(months in history(), seed in any::<u64>()) {
        let mut random = fastrand::Rng::with_seed(seed);
        let (mut straight, mut mixed): (Option<Month1>, Option<Month1>) = (None, None);
        for (number, owners) in months.iter().enumerate() {
            let rows = rows(owners);
            let mut shuffled = rows.clone();
            random.shuffle(&mut shuffled);
            let (one, other) = (persons_of(straight.as_ref(), number as u32, &rows), persons_of(mixed.as_ref(), number as u32, &shuffled));
            prop_assert_eq!(&one.linked.person_ids, &other.linked.person_ids);
            prop_assert_eq!(&one.register.identities, &other.register.identities);
            prop_assert_eq!(&one.register.ids, &other.register.ids);
            (straight, mixed) = (Some(one), Some(other));
        }
    }

    #[test]
    fn families_whose_people_stay_together_keep_their_ids_and_every_other_id_is_accounted_for(
        homes in proptest::collection::vec(0_usize..6, 16), later in proptest::collection::vec(0_usize..6, 16),
    ) {
        const HOUSES: [&str; 6] = ["LN1 1AA", "LN1 1AB", "LN1 1AD", "LN1 1AE", "LN1 1AF", "LN1 1AG"];
        let built = |of: &[usize]| -> Vec<Home> {
            let home = |(house, name): (usize, &&'static str)| {
                let members: Vec<_> = of.iter().enumerate().filter(|(_, at)| **at == house)
                    .map(|(person, _)| if person % 2 == 0 { child(person as u32) } else { adult(person as u32) }).collect();
                (!members.is_empty()).then_some((*name, members))
            };
            HOUSES.iter().enumerate().filter_map(home).collect()
        };
        let (before, was, _) = families_of(&Register::default(), 0, &built(&homes));
        let (after, is, _) = families_of(&before, 1, &built(&later));
        for (one, old) in built(&homes).iter().zip(&was) {
            if let Some(place) = built(&later).iter().position(|home| home.1 == one.1) {
                prop_assert_eq!(&is[place], old, "a family of the same people has another id");
            }
        }
        let mut distinct = is.clone();
        distinct.sort();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), is.len());
        for id in after.ids.iter().filter(|id| id.kind == IdKind::Family) {
            let is_now = is.contains(&id.id);
            prop_assert_eq!(is_now, id.state == IdState::Current);
            prop_assert!(is_now || !id.successors.is_empty(), "everybody is somewhere: a family that is no more has successors");
            prop_assert!(id.successors.iter().all(|successor| is.contains(successor)));
        }
    }
}
