use super::*;
use proptest::prelude::*;

fn code(reading: &Reading) -> Option<NoteCode> {
    reading.notes.iter().next()
}

#[test]
fn nhs_numbers_by_their_check_digit() {
    // domain.md §4.1: two values of the test range and the classic example.
    for raw in ["9990000018", "9990000123", "9434765919", "943 476 5919", "943-476-5919", "9434765919.0"] {
        assert!(read_nhs_number(raw).value.is_some(), "{raw}");
    }
    assert_eq!(read_nhs_number("943 476 5919").value.as_deref(), Some("9434765919"));
    for (raw, why) in [
        ("9434765918", NoteCode::BadCheckDigit),
        ("9434765991", NoteCode::BadCheckDigit),
        ("943476591", NoteCode::BadFormat),
        ("94347659190", NoteCode::BadFormat),
        // All digits alike passes the sum and is nobody's number.
        ("1111111111", NoteCode::Placeholder),
        ("0000000000", NoteCode::Placeholder),
        ("9.43E+09", NoteCode::SpreadsheetDamage),
        ("N/K", NoteCode::Placeholder),
    ] {
        assert_eq!(read_nhs_number(raw), Reading::absent(why), "{raw}");
    }
}

#[test]
fn ninos_by_their_form() {
    for (raw, value) in [
        ("JG103759A", "JG103759"),
        ("jg 10 37 59 a", "JG103759"),
        ("JG103759", "JG103759"),
        ("JG103759 ", "JG103759"),
        ("JG1O3759A", "JG103759"),
    ] {
        assert_eq!(read_nino(raw).value.as_deref(), Some(value), "{raw}");
    }
    assert!(read_nino("JG103759A").notes.is_empty(), "a suffix cut off is the form of the value, not a change");
    assert_eq!(code(&read_nino("JG 10 37 59 A")), Some(NoteCode::Cleaned));
    assert_eq!(code(&read_nino("JG1O3759A")), Some(NoteCode::Repaired));
    for (raw, why) in [
        ("TN010190M", NoteCode::Temporary),
        ("TN010190F", NoteCode::Temporary),
        ("AB123456C", NoteCode::Placeholder),
        ("DA123456A", NoteCode::BadFormat),
        ("FA123456A", NoteCode::BadFormat),
        ("AO123456A", NoteCode::BadFormat),
        ("QQ123456C", NoteCode::BadFormat),
        ("BG123456A", NoteCode::BadFormat),
        ("GB123456A", NoteCode::BadFormat),
        ("KN123456A", NoteCode::BadFormat),
        ("NK123456A", NoteCode::BadFormat),
        ("NT123456A", NoteCode::BadFormat),
        ("ZZ123456A", NoteCode::BadFormat),
        ("JG103759E", NoteCode::BadFormat),
        ("JG10375A", NoteCode::BadFormat),
        ("", NoteCode::Placeholder),
    ] {
        assert_eq!(read_nino(raw), Reading::absent(why), "{raw}");
    }
}

#[test]
fn upns_by_their_check_letter() {
    for raw in ["B801200005001", "P207000016049", "V925123412001", "Q925400112042", " q925400112042 "] {
        let reading = read_upn(raw);
        assert!(reading.permanent.is_some() && reading.temporary.is_none() && reading.notes.is_empty(), "{raw}");
    }
    let temporary = read_upn("M92540011204A");
    assert_eq!((temporary.permanent, temporary.temporary.as_deref()), (None, Some("M92540011204A")));
    assert!(temporary.notes.contains(NoteCode::Temporary));
    // Q207000016049 is the wrong example of vendors' pages (domain.md §4.1).
    for (raw, why) in [
        ("Q207000016049", NoteCode::BadCheckDigit),
        ("B801200005002", NoteCode::BadCheckDigit),
        ("B80120000500", NoteCode::BadFormat),
        ("S801200005001", NoteCode::BadFormat),
        ("I801200005001", NoteCode::BadFormat),
        ("A000000000000", NoteCode::BadFormat),
        ("B80120000A001", NoteCode::BadFormat),
        ("UN5", NoteCode::Placeholder),
        ("Not known", NoteCode::Placeholder),
    ] {
        assert_eq!(read_upn(raw), UpnReading { notes: NoteSet::of(why), ..UpnReading::default() }, "{raw}");
    }
    let repaired = read_upn("B8O1200005001");
    assert_eq!(repaired.permanent.as_deref(), Some("B801200005001"));
    assert!(repaired.notes.contains(NoteCode::Repaired));
}

#[test]
fn ulns_by_their_remainder() {
    // 9276308686 is HESA's worked example.
    for raw in ["9276308686", "1000000043", "1000 0000 43"] {
        assert!(read_uln(raw).value.is_some(), "{raw}");
    }
    for (raw, why) in [
        ("9276308685", NoteCode::BadCheckDigit),
        ("9999999999", NoteCode::Placeholder),
        ("927630868", NoteCode::BadFormat),
        ("0000000042", NoteCode::BadFormat),
    ] {
        assert_eq!(read_uln(raw), Reading::absent(why), "{raw}");
    }
}

#[test]
fn an_nhs_number_is_never_a_uln() {
    // HESA: "designed to ensure that there is no replication of ULN and NHS number".
    for raw in ["9990000018", "9990000123", "9434765919", "4010232137"] {
        assert!(read_nhs_number(raw).value.is_some() && read_uln(raw).value.is_none());
    }
}

#[test]
fn uprns_are_text_and_damaged_ones_are_refused() {
    for (raw, value) in [
        ("100030012345", "100030012345"),
        ("000030012345", "30012345"),
        ("30012345.0", "30012345"),
        ("10 003 0012345", "100030012345"),
        ("42", "42"),
    ] {
        assert_eq!(read_uprn(raw).value.as_deref(), Some(value), "{raw}");
    }
    for (raw, why) in [
        ("1.00E+11", NoteCode::SpreadsheetDamage),
        ("1.0003E11", NoteCode::SpreadsheetDamage),
        ("1e+11", NoteCode::SpreadsheetDamage),
        ("100030000000", NoteCode::SpreadsheetDamage),
        ("1000300123456", NoteCode::BadFormat),
        ("1000A0012345", NoteCode::BadFormat),
        ("-", NoteCode::Placeholder),
        ("0", NoteCode::Placeholder),
        ("999999999999", NoteCode::Placeholder),
    ] {
        assert_eq!(read_uprn(raw), Reading::absent(why), "{raw}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_an_identifier_that_reads_as_itself_or_none(raw in prop_oneof![any::<String>(), "[0-9]{8,13}", "[A-Z]{2}[0-9OIS ]{6,8}[A-D]?", "[A-Z][2-9][0-9]{10}[0-9A-Z]", "[0-9.]{1,5}[eE][+]?[0-9]{1,2}"]) {
        for read in [read_nhs_number, read_uln, read_nino, read_uprn] {
            if let Some(value) = read(&raw).value {
                prop_assert!(value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
                prop_assert_eq!(read(&value), Reading { value: Some(value.clone()), notes: NoteSet::default() });
            }
        }
        let upn = read_upn(&raw);
        if let Some(value) = upn.permanent.or(upn.temporary) {
            let again = read_upn(&value);
            prop_assert_eq!(again.permanent.or(again.temporary), Some(value));
        }
    }

    #[test]
    fn one_wrong_digit_of_an_nhs_number_never_passes(number in 100_000_000_u64..999_999_999, place in 0_usize..10, shift in 1_u8..10) {
        let sum: u64 = (0..9).map(|index| number / 10_u64.pow(8 - index) % 10 * (10 - u64::from(index))).sum();
        let check = (11 - sum % 11) % 11;
        let good = format!("{number}{check}");
        if check == 10 || read_nhs_number(&good).value.is_none() {
            // A number never given out, or all digits alike.
            return Ok(());
        }
        let mut bad = good.clone().into_bytes();
        bad[place] = b'0' + (bad[place] - b'0' + shift) % 10;
        prop_assert!(read_nhs_number(std::str::from_utf8(&bad).unwrap()).value.is_none());
    }
}
