use super::*;
use proptest::prelude::*;

fn parts(raw: &str) -> [String; 4] {
    let reading = read_address(raw);
    [reading.flat, reading.house, reading.street, reading.town].map(Option::unwrap_or_default)
}

fn key(raw: &str) -> String {
    address_key(&read_address(raw), Some("LN1 1AA")).unwrap_or_default()
}

#[test]
fn addresses_are_taken_apart() {
    for (raw, flat, house, street, town) in [
        ("12 High St, Lincoln", "", "12", "HIGH STREET", "LINCOLN"),
        ("12, High Street, Lincoln, Lincs, LN1 1AA", "", "12", "HIGH STREET", "LINCOLN"),
        ("12 High St Lincoln LN1 1AA", "", "12", "HIGH STREET", "LINCOLN"),
        ("12 HIGH STREET NORTH HYKEHAM", "", "12", "HIGH STREET", "NORTH HYKEHAM"),
        ("012a High Street", "", "12A", "HIGH STREET", ""),
        ("12 A High Street", "", "12A", "HIGH STREET", ""),
        ("No. 12 High Street", "", "12", "HIGH STREET", ""),
        ("12-14 High Street, Boston", "", "12-14", "HIGH STREET", "BOSTON"),
        ("Flat A, 12 High St, Lincoln", "A", "12", "HIGH STREET", "LINCOLN"),
        ("Flat 2 12 High St Lincoln", "2", "12", "HIGH STREET", "LINCOLN"),
        ("12 High Street Flat 2, Lincoln", "2", "12", "HIGH STREET", "LINCOLN"),
        ("A, 12 High Street, Lincoln", "A", "12", "HIGH STREET", "LINCOLN"),
        ("2, 12 High Street, Lincoln", "2", "12", "HIGH STREET", "LINCOLN"),
        ("Flat No 2, Rose Court, High Street, Lincoln", "2", "ROSE COURT", "HIGH STREET", "LINCOLN"),
        ("2 Rose Court, High Street, Lincoln", "", "2", "ROSE COURT", "LINCOLN"),
        ("Ground Floor Flat, 12 High Street, Lincoln", "GROUND FLOOR", "12", "HIGH STREET", "LINCOLN"),
        ("1st Floor Flat, 12 High Street", "FIRST FLOOR", "12", "HIGH STREET", ""),
        ("Apt 3B, Riverside House, Waterside North, Lincoln", "3B", "RIVERSIDE HOUSE", "WATERSIDE NORTH", "LINCOLN"),
        ("Rose Cottage, Church Lane, Wragby, Market Rasen", "", "ROSE COTTAGE", "CHURCH LANE", "MARKET RASEN"),
        ("Rose Cott Church La, Wragby", "", "ROSE COTTAGE", "CHURCH LANE", "WRAGBY"),
        ("The Bungalow, Wragby", "", "THE BUNGALOW", "", "WRAGBY"),
        ("Hillcrest, Wragby", "", "HILLCREST", "", "WRAGBY"),
        ("Rose Court, 12 High Street, Lincoln", "", "12", "HIGH STREET", "LINCOLN"),
        ("12 Eastgate, Lincoln", "", "12", "EASTGATE", "LINCOLN"),
        ("12 Eastgate Lincoln", "", "12", "EASTGATE", "LINCOLN"),
        ("Eastgate, Lincoln", "", "", "EASTGATE", "LINCOLN"),
        ("High Street, Lincoln", "", "", "HIGH STREET", "LINCOLN"),
        ("Lincoln", "", "", "", "LINCOLN"),
        ("12 St. John's Rd, St Ives", "", "12", "SAINT JOHNS ROAD", "SAINT IVES"),
        ("12 The Crescent, Spalding", "", "12", "THE CRESCENT", "SPALDING"),
        ("Plot 12, Golden Sands Caravan Park, Mablethorpe", "", "12", "GOLDEN SANDS CARAVAN PARK", "MABLETHORPE"),
        ("Caravan 12 Golden Sands Caravan Park, Mablethorpe", "", "12", "GOLDEN SANDS CARAVAN PARK", "MABLETHORPE"),
        ("c/o Mrs Smith, 12 High Street, Lincoln", "", "12", "HIGH STREET", "LINCOLN"),
        ("12 High Street\nBracebridge Heath\nNr Lincoln", "", "12", "HIGH STREET", "LINCOLN"),
        ("12 High Street, Grimsby, North East Lincolnshire", "", "12", "HIGH STREET", "GRIMSBY"),
        ("Unknown, Lincoln", "", "", "", "LINCOLN"),
    ] {
        assert_eq!(parts(raw), [flat, house, street, town], "{raw}");
    }
}

#[test]
fn nobodys_home_has_no_house() {
    for raw in ["No Fixed Abode", "NFA", "Of no fixed abode, Lincoln", "Unknown", "N/A", "PO Box 12, Lincoln", "P.O. Box 7", ""] {
        let reading = read_address(raw);
        assert_eq!((reading.house.as_deref(), reading.street.as_deref()), (None, None), "{raw}");
        assert!(raw.is_empty() || reading.notes.contains(NoteCode::Placeholder), "{raw}");
    }
}

#[test]
fn one_dwelling_has_one_key() {
    assert_eq!(key("Flat A, 12 High St"), "A|12|HIGH STREET|LN1 1AA");
    assert_eq!(key("12A High Street, Lincoln"), key("Flat A, 12 High St"));
    assert_eq!(key("12a, High St., Lincoln"), key("Flat A, 12 High St"));
    assert_eq!(key("Flat 2, Rose Court, High Street"), key("2 Rose Court, High Street"));
    assert_eq!(key("The Old Rectory, Church Lane, Wragby"), key("Old Rectory, Church Lane, Wragby"));
    assert_eq!(key("Rose Cottage, Church Lane, Wragby"), key("Rose Cottage, Wragby"));
    assert_eq!(key("Plot 12, Golden Sands Caravan Park"), key("12 Golden Sands Caravan Park"));
    assert_ne!(key("Flat 1, 12 High St"), key("Flat 2, 12 High St"));
    assert_ne!(key("12 High St"), key("12 High Road"));
    for raw in ["High Street, Lincoln", "12", "Lincoln", "PO Box 1, Lincoln"] {
        assert_eq!(key(raw), "", "{raw}");
    }
    assert_eq!(address_key(&read_address("12 High Street"), None), None);
    assert_eq!(address_key(&read_address("12 High Street, LN1 1AA"), None), Some("|12|HIGH STREET|LN1 1AA".to_owned()));
}

fn plain(part: Option<&String>) -> bool {
    part.is_none_or(|text| {
        !text.is_empty()
            && text.split(' ').all(|word| {
                !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-/".contains(&byte))
            })
    })
}

fn address() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("12"),
        Just("1A"),
        Just("A"),
        Just("Flat"),
        Just("High"),
        Just("St"),
        Just("Rd"),
        Just("Lane"),
        Just("Rose"),
        Just("Cottage"),
        Just("Court"),
        Just("The"),
        Just("Lincoln"),
        Just("Lincs"),
        Just("LN1 1AA"),
        Just("N"),
        Just("Ground"),
        Just("Floor"),
        Just("Caravan"),
        Just("Park"),
        Just("PO"),
        Just("Box"),
        Just("c/o"),
        Just("No"),
        Just("-"),
        Just("/"),
        Just("Unknown"),
        Just("North"),
    ];
    let joint = prop_oneof![Just(" "), Just(" "), Just(", "), Just("")];
    prop_oneof![
        any::<String>(),
        prop::collection::vec((piece, joint), 0..10)
            .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, joint)| [piece, joint]).collect())
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_plain_parts(raw in address()) {
        let reading = read_address(&raw);
        prop_assert!([&reading.flat, &reading.house, &reading.street, &reading.town].iter().all(|part| plain(part.as_ref())), "{raw:?} {reading:?}");
        let key = address_key(&reading, Some("LN1 1AA"));
        prop_assert!(key.is_none_or(|key| key.matches('|').count() == 3));
    }

    #[test]
    fn an_address_written_out_again_is_the_same(
        flat in prop::option::of("[1-9][0-9]?|[A-D]"),
        house in "[1-9][0-9]{0,2}[A-D]?",
        street in "(SAINT )?[A-Z]{4,9}(SS|X|Q) (STREET|ROAD|AVENUE|LANE|CLOSE|DRIVE|GARDENS)",
        town in "[A-Z]{4,9}(SS|X|Q)",
    ) {
        let written = format!("{}{house} {street}, {town}", flat.as_ref().map(|flat| format!("FLAT {flat}, ")).unwrap_or_default());
        let reading = read_address(&written);
        prop_assert_eq!([reading.flat, reading.house, reading.street, reading.town], [flat, Some(house), Some(street), Some(town)], "{}", written);
        prop_assert!(reading.notes.is_empty());
    }
}
