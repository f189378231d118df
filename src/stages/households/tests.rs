//! Traps with their expected outcome (domain.md §8.2), and independence of the order of rows.

mod given;
mod traps;

use given::Given;

/// A town of all trap households together, used for the properties that hold for any input.
fn town() -> Given {
    let mut given = Given::new();
    for (number, trap) in traps::TRAPS.iter().enumerate() {
        given.prefix = format!("t{number}-");
        (trap.build)(&mut given);
    }
    given
}

#[test]
fn every_trap_has_its_expected_outcome() {
    let mut wrong = Vec::new();
    for trap in traps::TRAPS {
        let mut given = Given::new();
        (trap.build)(&mut given);
        let found = given.outcome();
        let mut expected: Vec<String> = trap.expected.iter().map(|&text| text.to_owned()).collect();
        expected.sort();
        if found != expected {
            wrong.push(format!("{}:\n  expected {expected:?}\n  found    {found:?}", trap.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let town = town();
    let expected = town.outcome();
    let expected_text = town.text();
    for seed in 0..20 {
        let shuffled = town.shuffled(seed);
        assert_eq!(shuffled.outcome(), expected, "seed {seed}");
        assert_eq!(shuffled.text(), expected_text, "seed {seed}");
    }
}

#[test]
fn everybody_alive_is_a_resident_of_exactly_one_primary_family() {
    let town = town();
    let (families, linked) = town.families();
    assert!(families.fits(&linked));
    let mut homes = vec![0; linked.persons()];
    for member in families.members.iter().filter(|member| member.primary) {
        assert!(member.resident);
        homes[member.person as usize] += 1;
    }
    for (person, &count) in homes.iter().enumerate() {
        assert_eq!(count, i32::from(families.died[person] == crate::model::NO_DAY), "person {person}");
    }
    let mut ids: Vec<&String> = families.families.iter().map(|family| &family.id).collect();
    assert!(ids.is_sorted());
    ids.dedup();
    assert_eq!(ids.len(), families.families.len(), "family ids are unique");
    for family in 0..families.families.len() as u32 {
        assert!(families.members_of(family).iter().any(|member| member.primary && member.resident));
    }
}

#[test]
fn evidence_names_members_of_the_family_and_records_of_theirs() {
    let town = town();
    let (families, linked) = town.families();
    assert!(families.evidence.is_sorted_by_key(|one| (one.family, one.person, one.other, one.tier)));
    for one in &families.evidence {
        let members: Vec<u32> = families.members_of(one.family).iter().map(|member| member.person).collect();
        assert!(members.contains(&one.person) && members.contains(&one.other));
        assert_eq!(linked.person_of_record[one.record as usize], one.person);
        assert_eq!(linked.person_of_record[one.other_record as usize], one.other);
    }
}

/// Jane, of whom a landlord says one address and the police, a fortnight later, another.
fn jane_of_two_addresses() -> Given {
    let mut given = Given::new();
    given.person("jane", "JANE SMITH", "1980-02-03", 'F');
    given.seen("tenancies_acis", "jane", "|12|HIGH STREET|LN1 1AA").as_at("2013-01-10");
    given.seen("police_crime", "jane", "|7|MILL STREET|PE21 6AB").as_at("2013-01-24");
    given
}

#[test]
fn nobody_moves_because_a_statement_grew_older() {
    let mut given = jane_of_two_addresses();
    assert_eq!(given.postcode_of("jane"), "PE21 6AB", "the newer of two equals in a first month");
    given.lived("jane", "|12|HIGH STREET|LN1 1AA");
    assert_eq!(given.postcode_of("jane"), "LN1 1AA", "her home of last month");
}

#[test]
fn last_months_home_yields_to_another_source() {
    let mut given = jane_of_two_addresses();
    given.lived("jane", "|12|HIGH STREET|LN1 1AA");
    given.seen("health_flags", "jane", "|7|MILL STREET|PE21 6AB");
    assert_eq!(given.postcode_of("jane"), "PE21 6AB");
}

#[test]
fn last_months_home_of_which_no_extract_speaks_any_more_is_not_kept() {
    let mut given = jane_of_two_addresses();
    given.lived("jane", "|31|WEST STREET|NG31 8ZZ");
    assert_eq!(given.postcode_of("jane"), "PE21 6AB");
}
