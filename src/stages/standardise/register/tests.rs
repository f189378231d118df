//! An entry finds its records however they are written, and a register that is not understood is refused whole.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::sync::Arc;

use super::super::{Standards, standardise};
use super::{KnownBefore, RestrictedRegister};
use crate::model::date::from_iso;
use crate::model::{Day, Field, NO_DAY, PersonRole, RawPersons, RecordPosition, Restrictions, Silent, StandardPersons, TextColumn};

const HEAD: &str = "entry,kind,why,forename,surname,date_of_birth,nhs_number,address,postcode,uprn,not_with,show,from,until\n";

fn today() -> Day {
    from_iso("2012-10-31").unwrap()
}

fn register(rows: &str) -> RestrictedRegister {
    RestrictedRegister::parse("restricted.csv", &format!("{HEAD}{rows}"), today()).unwrap()
}

/// Records of (field, text), standardised.
fn records(rows: &[&[(Field, &str)]]) -> StandardPersons {
    let column =
        |field: &Field| TextColumn::collect(rows.iter().map(|row| row.iter().find(|(known, _)| known == field).map(|(_, text)| *text)));
    let raw = RawPersons {
        position: vec![RecordPosition::default(); rows.len()],
        role: vec![PersonRole::Person; rows.len()],
        slot: vec![0; rows.len()],
        record_id: Arc::new((0..rows.len()).map(|row| format!("r{row}")).collect()),
        as_at: vec![NO_DAY; rows.len()],
        columns: Field::ALL.iter().map(column).collect(),
    };
    standardise(&raw, &[], Standards::at(today()), &Silent).persons
}

fn applied(register: &RestrictedRegister, rows: &[&[(Field, &str)]]) -> (StandardPersons, Restrictions) {
    let mut persons = records(rows);
    let found = register.apply(&mut persons, &[], today());
    (persons, found)
}

#[test]
fn an_address_is_found_however_it_is_written() {
    let register = register("X001,address,refuge,,,,,\"Flat 2, 12 Mill Road, Boston\",PE21 6AA,100030000012,,,,\n");
    let at = |text: &'static str| (Field::Address, text);
    let (persons, found) = applied(
        &register,
        &[
            &[at("FLAT 2 12 MILL RD"), (Field::Postcode, "pe216aa")],
            &[at("12 Mill Road, Boston, Lincs, PE21 6AA")],
            &[at("Apartment 2, 12 Mill Rd."), (Field::Postcode, "PE21 6AA")],
            &[at("The Haven"), (Field::Uprn, "000100030000012")],
            &[at("12 Mill Road, Boston")],
            &[at("14 Mill Road"), (Field::Postcode, "PE21 6AA")],
            &[at("12 Mill Road"), (Field::Postcode, "LN1 1AA")],
        ],
    );
    assert_eq!(persons.is_restricted, [true, true, true, true, true, false, false]);
    assert!(found.hidden.is_empty(), "an address hides no name");
}

#[test]
fn a_person_is_found_by_number_or_by_names_and_birthday_also_the_wrong_way_round() {
    let register = register("X001,person,protected,Xanthora,Zquill,23/07/1991,,,,,,,,\nX002,person,protected,,,,943 476 5919,,,,,,,\n");
    let who = |forename: &'static str, surname: &'static str, born: &'static str| {
        [(Field::Forename, forename), (Field::Surname, surname), (Field::DateOfBirth, born)]
    };
    let maiden =
        [(Field::Forename, "Xanthora"), (Field::Surname, "Brown"), (Field::OtherSurname, "ZQUILL"), (Field::DateOfBirth, "1991-07-23")];
    let (persons, found) = applied(
        &register,
        &[
            &who("XANTHORA", "Zquill", "1991-07-23"),
            &who("Zquill", "Xanthora", "1991-07-23"),
            &maiden,
            &[(Field::NhsNumber, "9434765919")],
            &who("Xanthora", "Zquill", "1991-07-24"),
            &who("Peter", "Zquill", "1991-07-23"),
        ],
    );
    assert_eq!(found.hidden, [0, 1, 2, 3]);
    assert_eq!(persons.is_restricted, [true, true, true, true, false, false]);
}

#[test]
fn old_and_new_identity_are_kept_apart_and_need_not_be_hidden() {
    let register =
        register("X010,person,adopted,Lee,Oldname,2005-03-04,,,,,X011,yes,,\nX011,person,adopted,Liam,Newname,2005-03-04,,,,,,yes,,\n");
    let who = |forename: &'static str, surname: &'static str| {
        [(Field::Forename, forename), (Field::Surname, surname), (Field::DateOfBirth, "2005-03-04")]
    };
    let (persons, found) =
        applied(&register, &[&who("Lee", "Oldname"), &who("Liam", "Newname"), &who("Liam", "Newname"), &who("Lee", "Other")]);
    assert_eq!(found.apart, [(2, 0, 1), (2, 0, 2)]);
    assert!(found.hidden.is_empty() && !persons.is_restricted.contains(&true));
}

#[test]
fn an_entry_holds_until_it_is_over_and_also_before_it_begins_and_one_that_meets_nothing_is_told_by_its_line() {
    let register = register(
        "X001,address,marac,,,,,9 Hall Lane,LN2 4QQ,,,,2012-11-01,\nX002,address,marac,,,,,8 Hall Lane,LN2 4QQ,,,,,2012-10-31\nX003,address,marac,,,,,7 Hall Lane,LN2 4QQ,,,,,\n\
         X004,address,marac,,,,,6 Hall Lane,LN2 4QQ,,,,,2012-10-30\n",
    );
    let at = |text: &'static str| [(Field::Address, text), (Field::Postcode, "LN2 4QQ")];
    let (persons, found) = applied(&register, &[&at("9 Hall Lane"), &at("8 Hall Lane"), &at("6 Hall Lane")]);
    // The month is read weeks after its end: whoever is entered for a later day is hidden in it already.
    assert_eq!(persons.is_restricted, [true, true, false]);
    assert_eq!(found.unmet(&|_| false).as_deref(), Some("restricted.csv line 4 describes no record of this run"));
    assert_eq!(found.unmet(&|entry| entry == "X003"), None);
    assert_eq!(found.warnings, ["restricted.csv line 5 was over and hides nobody any more on 2012-10-31"]);
}

#[test]
fn a_register_with_a_row_that_is_not_understood_is_refused_with_every_problem_and_no_value() {
    let rows = "Zquill1,person,protected,Zquill,,1990-01-01,,,,,,,,\nX002,address,refuge,,,,,Zquill House,,,,,,\nX002,house,why,,,,,,,,,,,\n\
                X004,person,adopted,A,B,1990-01-01,,,,,X009,maybe,Zquill,\nX005,person,protected,,,,123,,,,,,,\n\
                X006,address,refuge,,,,,,,100030000012,,,,30-12-31\nX007,address,refuge,,,,,,,100030000012,,,2012-10-01,2012-09-30\n";
    let problems = RestrictedRegister::parse("restricted.csv", &format!("{HEAD}{rows}"), today()).unwrap_err();
    let mut found: Vec<(u64, &str)> = problems.0.iter().map(|problem| (problem.line, problem.code)).collect();
    found.sort_unstable();
    let expected = [
        (2, "not-a-person"),
        (3, "named-twice"),
        (3, "not-an-address"),
        (4, "named-twice"),
        (4, "not-a-person"),
        (4, "unknown-name"),
        (4, "unknown-name"),
        (5, "not-a-date"),
        (5, "unknown-entry"),
        (5, "unknown-name"),
        (6, "bad-identifier"),
        (6, "not-a-person"),
        (7, "not-a-date"),
        (8, "over-before-it-begins"),
    ];
    assert_eq!(found, expected);
    assert!(!problems.to_string().contains("Zquill"), "{problems}");
}

#[test]
fn a_text_that_names_something_restricted_is_told_and_others_are_not() {
    let screen = register(
        "X001,address,refuge,,,,,12 Mill Road,PE21 6AA,100030000012,,,,\nX002,person,protected,Xanthora,O'Zquill,1991-07-23,943 476 5919,,,,,,,\n\
         X003,person,adopted,Lee,Oldname,2005-03-04,,,,,X002,yes,,\n",
    )
    .screen(today());
    for hidden in [
        "she stays at pe216aa now",
        "moved to 12, Mill Rd.",
        "UPRN 100030000012",
        "Xanthora spoke; Ms O\u{2019}Zquill agreed",
        "nhs 943-476-5919",
    ] {
        assert!(screen.hides(hidden), "{hidden}");
    }
    for open in ["Xanthora came", "14 Mill Road", "Lee Oldname", "nothing to add", ""] {
        assert!(!screen.hides(open), "{open}");
    }
    assert!(screen.hides_row(["Xanthora", "OZQUILL", "x"].into_iter()));
}

/// The screen over one hidden person of these records, whose family is that of the person P1.
fn screen_over(rows: &[&[(Field, &str)]]) -> crate::model::Screen {
    let persons = records(rows);
    let hidden: Vec<(usize, &str)> = (0..rows.len()).map(|row| (row, "P1")).collect();
    RestrictedRegister::default().screen_over(today(), &persons, &hidden, &[])
}

#[test]
fn a_person_is_told_by_every_name_and_date_however_it_is_written_and_in_the_own_family_by_half_of_it() {
    let name = |forename: &'static str, surname: &'static str| [(Field::Forename, forename), (Field::Surname, surname)];
    for (forename, surname, text) in [
        ("Oliver", "Skelwood", "Oliver Skelwood's mum rang"),
        ("Oliver", "Skelwood", "Skelwoods' house, Oliver\u{2019}s room"),
        ("Jan", "van der Berg", "met Jan van der Berg there"),
        ("Mary Jane", "Van der Berg", "Mary Jane Van Der Berg"),
        ("Kate", "St John", "Kate St. John"),
        ("Rory", "Mc Donald", "Rory Mc Donald and Rory McDonald"),
        ("Sean", "O'Brien", "Sean O Brien"),
        ("Anne-Marie", "O'Neil-Smith", "Anne-Marie O\u{b4}Neil Smith"),
        ("Anne-Marie", "O'Neil-Smith", "Annemarie Smith"),
        ("Zoe", "Muller", "Zo\u{e8} MU\u{308}LLER"),
        ("Jo", "Ng", "Jo Ng's"),
        ("Oliver", "Skelwood", "O\u{301}l\u{ad}iver Skelwood"),
        ("Oliver", "Skelwood", "Ollie Skelwood"),
        ("Mary", "van der Berg", "Mary Berg, once Mary van den Berg"),
        ("Ana", "De Souza", "Ana Da Souza"),
        ("Ali", "Al-Hassan", "Ali Hassan"),
    ] {
        let screen = screen_over(&[&name(forename, surname)]);
        assert!(screen.hides(text), "{text}");
        assert!(!screen.hides("nothing to add about the other children"), "{text}");
    }
    let oliver = [
        (Field::Forename, "Oliver"),
        (Field::Surname, "Skelwood"),
        (Field::DateOfBirth, "2006-03-16"),
        (Field::Postcode, "LN6 8YB"),
        (Field::Address, "21 Albert Road"),
    ];
    let screen = screen_over(&[&oliver]);
    for hidden in ["Skelwod Oliver 16/03/2006", "Skelwood, born 16th March 2006", "21 albert rd", "Albert Road, number 21"] {
        assert!(screen.hides(hidden), "{hidden}");
    }
    for of_the_family in
        ["Oliver's mum", "Olivers mum", "Ollie likes football", "the boy born 16.3.06", "DOB 16 Mar 2006", "near LN6 8YB", "born 16032006"]
    {
        assert!(!screen.hides(of_the_family), "{of_the_family}");
        assert!(screen.about(["P1"]).hides(of_the_family), "{of_the_family}");
        assert!(!screen.about(["P2"]).hides(of_the_family) && screen.about_anybody().hides(of_the_family), "{of_the_family}");
    }
    for open in ["the boy likes football", "met on 16/03/2012", "2006 was hard", "number 21", "Albert came"] {
        assert!(!screen.about(["P1"]).hides(open), "{open}");
    }
}

#[test]
fn a_place_entered_by_number_alone_is_told_by_all_that_records_say_of_it() {
    let register = register("X001,address,refuge,,,,,,,100030000012,,,,\nX002,address,refuge,,,,,9 Hall Lane,LN1 1AA,,,,,2012-09-30\n");
    let (persons, found) = applied(
        &register,
        &[
            &[(Field::Uprn, "100030000012"), (Field::Address, "12 Mill Road"), (Field::Postcode, "PE21 6AA")],
            &[(Field::Uprn, "100030000099"), (Field::Address, "9 Hall Lane"), (Field::Postcode, "LN1 1AA")],
        ],
    );
    let screen = register.screen_over(today(), &persons, &[], &found.at_places);
    for hidden in ["mother is in PE21 6AA now", "she stays at pe216aa", "UPRN 100030000012"] {
        assert!(screen.hides(hidden), "{hidden}");
    }
    // Another place, of an entry that is over.
    for open in ["mother is in LN1 1AA now", "PE21 6AB", "9 Hall Lane"] {
        assert!(!screen.hides(open), "{open}");
    }
}

#[test]
fn somebody_born_after_the_month_of_a_run_is_entered_and_stops_nothing() {
    let register = register("X001,person,protected,Mina,Zquill,2012-11-15,,,,,,,,\n");
    let (_, found) = applied(&register, &[&[(Field::Forename, "Mina"), (Field::Surname, "Zquill")]]);
    assert!(found.hidden.is_empty() && register.len() == 1);
    assert!(register.screen(today()).hides("Mina Zquill has come home"));
}

#[test]
fn two_who_must_not_be_one_stay_apart_when_the_number_that_told_one_of_them_has_left_the_extracts() {
    let register = register("X010,person,adopted,,,,943 476 5919,,,,X011,yes,,\nX011,person,adopted,Liam,Newname,2005-03-04,,,,,,yes,,\n");
    let who = |forename: &'static str, surname: &'static str| {
        [(Field::Forename, forename), (Field::Surname, surname), (Field::DateOfBirth, "2005-03-04")]
    };
    let mut persons = records(&[&who("Lee", "Oldname"), &who("Liam", "Newname")]);
    let sources = [super::super::tests::source("school")];
    assert!(register.apply(&mut persons, &sources, today()).apart.is_empty());
    let known = KnownBefore {
        records: [("X010".to_owned(), [(7, [("school".to_owned(), "r0".to_owned())].into())].into())].into(),
        ..KnownBefore::default()
    };
    let found = register.apply_knowing(&mut persons, &sources, today(), &known);
    assert_eq!(found.apart, [(2, 0, 1)]);
    assert!(found.hidden.is_empty());
}

#[test]
fn a_place_known_from_an_earlier_month_stays_withheld_and_nothing_is_added_to_it_by_what_it_brought() {
    let register = register("X001,address,refuge,,,,,,,100030000012,,,,\n");
    let at = |text: &'static str| (Field::Address, text);
    let rows: [&[(Field, &str)]; 4] = [
        &[at("12 Mill Road, Boston, PE21 6AA"), (Field::Uprn, "100030000012")],
        &[at("12 Mill Rd"), (Field::Postcode, "PE21 6AA")],
        &[at("12 Mill Road, Boston, PE21 6AA"), (Field::Uprn, "100030000099")],
        &[at("3 Low Lane, Boston, PE21 7BB"), (Field::Uprn, "100030000099")],
    ];
    let (_, found) = applied(&register, &rows[..1]);
    assert_eq!(found.places.len(), 1);
    let known = KnownBefore { places: found.places, ..KnownBefore::default() };
    let mut persons = records(&rows[1..]);
    assert!(register.apply(&mut persons, &[], today()).places.is_empty());
    assert_eq!(persons.is_restricted, [false; 3]);
    let later = register.apply_knowing(&mut persons, &[], today(), &known);
    // Whoever stands under the same wrong number is withheld too, this month only.
    assert_eq!(persons.is_restricted, [true; 3]);
    assert!(later.places.is_empty() && later.unmet.is_empty(), "{:?}", later.unmet);
    let mut alone = records(&rows[3..]);
    let found = register.apply_knowing(&mut alone, &[], today(), &known);
    assert_eq!((alone.is_restricted, found.at_places), (vec![false], Vec::new()));
}

#[test]
fn a_flat_is_not_its_house() {
    let register = register("X001,address,refuge,,,,,,,100030000012,,,,\n");
    let at = |text: &'static str| (Field::Address, text);
    let rows: [&[(Field, &str)]; 2] = [
        &[at("Flat 5, 3 Chestnut Way, Boston, PE21 6AA"), (Field::Uprn, "100030000012")],
        &[at("Flat 6, 3 Chestnut Way, Boston, PE21 6AA")],
    ];
    let (_, found) = applied(&register, &rows);
    let known = KnownBefore { places: found.places, ..KnownBefore::default() };
    let later: [&[(Field, &str)]; 3] = [
        &[at("Flat 5, 3 Chestnut Way, Boston, PE21 6AA")],
        &[at("Flat 6, 3 Chestnut Way, Boston, PE21 6AA")],
        &[at("3 Chestnut Way, Boston, PE21 6AA")],
    ];
    let mut persons = records(&later);
    assert_eq!(register.apply_knowing(&mut persons, &[], today(), &known).at_places, [0]);
    assert_eq!(persons.is_restricted, [true, false, false]);
}
