use super::*;
use proptest::prelude::*;

fn codes(notes: NoteSet) -> Vec<&'static str> {
    notes.iter().map(NoteCode::name).collect()
}

#[test]
fn forenames_lose_titles_punctuation_and_diacritics() {
    for (raw, forename, middle) in [
        ("John", "JOHN", ""),
        ("  john ", "JOHN", ""),
        ("Mr John", "JOHN", ""),
        ("John Paul", "JOHN", "PAUL"),
        ("Anne-Marie", "ANNE", "MARIE"),
        ("Siobhán", "SIOBHAN", ""),
        ("Łukasz", "LUKASZ", ""),
        ("J.P.", "J", "P"),
        ("N A", "N", "A"),
        ("D'Arcy", "DARCY", ""),
        ("Abdul Rahman", "ABDULRAHMAN", ""),
        ("John Jr", "JOHN", ""),
        ("Master", "MASTER", ""),
        ("Mr", "", ""),
        ("Mr Unknown", "", ""),
        ("N/K", "", ""),
        ("TBC", "", ""),
        ("XXXX", "", ""),
        ("-", "", ""),
        ("John & Mary", "", ""),
    ] {
        let reading = read_forename(raw);
        assert_eq!(
            (reading.forename.unwrap_or_default(), reading.middle_names.unwrap_or_default()),
            (forename.to_owned(), middle.to_owned()),
            "{raw}"
        );
    }
}

#[test]
fn only_real_changes_are_noted() {
    assert!(read_forename(" john ").notes.is_empty());
    assert!(read_forename("John Paul").notes.is_empty());
    assert_eq!(codes(read_forename("Zoë").notes), ["cleaned"]);
    assert_eq!(codes(read_forename("Mr John").notes), ["title-removed"]);
    assert_eq!(codes(read_forename("Robert (Bob)").notes), ["alias-split"]);
    assert_eq!(codes(read_surname("O'Brien").notes), ["cleaned"]);
    assert!(read_surname("Smith").notes.is_empty());
    assert_eq!(codes(read_surname("UNKNOWN").notes), ["placeholder"]);
}

#[test]
fn a_child_without_a_name_has_none() {
    for (raw, sex) in [
        ("Baby", None),
        ("BABY GIRL", Some("F")),
        ("Unborn", None),
        ("Infant", None),
        ("Twin 2", None),
        ("B/O Smith", None),
        ("Male infant", Some("M")),
    ] {
        let reading = read_forename(raw);
        assert_eq!((reading.forename, reading.sex), (None, sex), "{raw}");
        assert!(reading.notes.contains(NoteCode::NoForenameYet), "{raw}");
        assert_eq!(reading.notes.contains(NoteCode::Expected), raw == "Unborn", "{raw}");
    }
    assert_eq!(read_forename("Baby of Smith").surname.as_deref(), Some("SMITH"));
}

#[test]
fn surnames_keep_their_parts_and_lose_the_rest() {
    for (raw, surname, other) in [
        ("O\u{2019}Brien", "OBRIEN", ""),
        ("O' Brien", "OBRIEN", ""),
        ("O Brien", "OBRIEN", ""),
        ("Mc Donald", "MCDONALD", ""),
        ("MacDonald", "MACDONALD", ""),
        ("Smith-Jones", "SMITH JONES", ""),
        ("SMITH  JONES", "SMITH JONES", ""),
        ("van der Berg", "VANDERBERG", ""),
        ("dos Santos", "DOSSANTOS", ""),
        ("St. John", "STJOHN", ""),
        ("Müller", "MULLER", ""),
        ("Weiß", "WEISS", ""),
        ("Smith Jnr", "SMITH", ""),
        ("Smith (née Jones)", "SMITH", "JONES"),
        ("Smith/Jones", "SMITH", "JONES"),
        ("Mrs Smith", "SMITH", ""),
        ("Smith (Deceased)", "SMITH", ""),
        ("Baby Smith", "SMITH", ""),
        ("Acme Ltd", "", ""),
        ("Le", "LE", ""),
    ] {
        let reading = read_surname(raw);
        assert_eq!(
            (reading.surname.unwrap_or_default(), reading.other_surname.unwrap_or_default()),
            (surname.to_owned(), other.to_owned()),
            "{raw}"
        );
    }
}

#[test]
fn a_surname_cell_with_a_comma_holds_both_names() {
    let reading = read_surname("SMITH, John Paul");
    assert_eq!(
        (reading.surname.as_deref(), reading.forename.as_deref(), reading.middle_names.as_deref()),
        (Some("SMITH"), Some("JOHN"), Some("PAUL"))
    );
    assert_eq!(read_surname("Smith, Jr").forename, None);
}

#[test]
fn test_records_are_told_and_real_people_are_not() {
    for raw in ["ZZTEST", "Test", "Dummy", "TEST PUPIL", "Test1", "Do Not Use", "ZZZ"] {
        assert!(read_surname(raw).is_test, "{raw}");
    }
    for raw in ["Tester", "Testa", "Bloggs", "Contest"] {
        assert!(!read_surname(raw).is_test, "{raw}");
    }
}

/// Any text at all, and texts made of what name cells are made of.
fn cell() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("John"),
        Just("Smith"),
        Just("Mr"),
        Just("MRS"),
        Just("aka"),
        Just("A.K.A."),
        Just("nee"),
        Just("("),
        Just(")"),
        Just("'"),
        Just("\""),
        Just("/"),
        Just(","),
        Just("-"),
        Just(" "),
        Just(" "),
        Just(" "),
        Just("Baby"),
        Just("of"),
        Just("Jr"),
        Just("O'"),
        Just("Mc"),
        Just("van"),
        Just("der"),
        Just("de"),
        Just("AL"),
        Just("IAS"),
        Just("UNKNOWN"),
        Just("N"),
        Just("A"),
        Just("K"),
        Just("X"),
        Just("0"),
        Just("1"),
        Just("&"),
        Just("and"),
        Just("TEST"),
        Just("Ltd"),
        Just("known"),
        Just("as"),
        Just("ł"),
        Just("É"),
        Just("\u{2019}"),
        Just("Twin"),
        Just("2"),
        Just("Abdul"),
        Just("Master"),
        Just("II"),
    ];
    prop_oneof![any::<String>(), prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())]
}

fn plain(part: Option<&String>) -> bool {
    part.is_none_or(|text| {
        !text.is_empty() && text.split(' ').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_cell_gives_plain_parts_that_read_as_themselves(raw in cell()) {
        for reading in [read_forename(&raw), read_surname(&raw), super::super::full_name::read_full_name(&raw), read_alias(&raw)] {
            let parts = [&reading.forename, &reading.middle_names, &reading.surname, &reading.other_surname, &reading.alias];
            prop_assert!(parts.iter().all(|part| plain(part.as_ref())), "{raw:?} {reading:?}");
            if let Some(forename) = &reading.forename {
                let again = read_forename(forename);
                prop_assert_eq!(again.forename.as_ref(), Some(forename));
                prop_assert!(again.notes.is_empty() || again.is_test);
            }
            for surname in [&reading.surname, &reading.other_surname].into_iter().flatten() {
                let again = read_surname(surname);
                prop_assert_eq!(again.surname.as_ref(), Some(surname), "{:?}", raw);
                prop_assert!(again.notes.is_empty() || again.is_test, "{:?}", again);
            }
            if let Some(middle) = &reading.middle_names {
                prop_assert_eq!(read_middle_names(middle).value, Some(middle.clone()));
            }
            if let Some(alias) = &reading.alias {
                prop_assert_eq!(read_alias(alias).alias, Some(alias.clone()));
            }
        }
    }
}
