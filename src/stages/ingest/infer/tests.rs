//! Drafts of layouts made up for the purpose: they load, they map, they tell nobody's data.

use std::fmt::Write;

use super::infer_schema;
use crate::config::checked::{ColumnKind, Schema};
use crate::config::parse_schema;
use crate::model::{Field, Problems};

fn draft(name: &str, bytes: &[u8]) -> (String, Schema) {
    let text = infer_schema(name, bytes).unwrap_or_else(|problems| panic!("{problems}"));
    let schema = parse_schema(name, &text).unwrap_or_else(|problems| panic!("{}\n{text}", Problems(problems)));
    // What the draft describes is the file it was drafted from: its contract holds.
    assert!(schema.file.matches(name), "{} against {name}", schema.file.pattern);
    let day = crate::model::date::from_iso("2013-01-31").unwrap();
    let gates = crate::config::checked::GateSettings { reject_rate: 1.0, row_swing: 1.0, churn: 1.0 };
    if let Err(problems) = super::super::file::take_bytes(&schema, &gates, name, day, &bytes::Bytes::copy_from_slice(bytes)) {
        panic!("{}\n{text}", Problems(problems));
    }
    (text, schema)
}

fn headers(schema: &Schema, slot: &str, field: Field) -> Vec<String> {
    let person = schema.persons.iter().find(|person| person.slot == slot).unwrap_or_else(|| panic!("no {slot}"));
    let columns = person.fields.iter().find(|(known, _)| *known == field).map(|(_, columns)| columns.clone()).unwrap_or_default();
    columns.into_iter().map(|column| schema.columns[column].name.clone()).collect()
}

#[test]
fn a_pupil_with_two_contacts() {
    let mut text = String::from(
        "Pupil Ref;Legal Surname;First Name;D.O.B.;M/F;Home Address Line 1;Home Address Line 2;Post Code;Contact 1 Name;Contact 1 Relationship;Contact 1 Tel;Contact 2 Name;Contact 2 Relationship;Possible;Unauth\n",
    );
    for row in 0..60 {
        writeln!(
            text,
            "P{row};Zzcanary{row};Zzcanaryann;{:02}.03.1999;{};{row} Zzcanary Road;Lincoln;LN1 {}AB;Mrs Zzcanary;{};01522 55{row:04};;;140;{}",
            row % 28 + 1,
            if row % 2 == 0 { "M" } else { "F" },
            row % 9,
            if row % 3 == 0 { "Mother" } else { "Grandparent" },
            row % 12,
        ).unwrap();
    }
    let (toml, schema) = draft("autumn_attendance_2012.csv", text.as_bytes());
    assert!(!toml.to_lowercase().contains("zzcanary") && !toml.contains("01522"), "{toml}");
    assert_eq!(
        (schema.name.as_str(), schema.file.delimiter, schema.file.pattern.as_str()),
        ("autumn_attendance", b';', "autumn_attendance*.csv")
    );
    assert!(draft("attendance_2.csv", text.as_bytes()).0.contains("pattern = \"attendance_2*.csv\""), "two files of one delivery");
    assert_eq!(headers(&schema, "person", Field::Forename), ["First Name"]);
    assert_eq!(headers(&schema, "person", Field::DateOfBirth), ["D.O.B."]);
    assert_eq!(headers(&schema, "person", Field::Sex), ["M/F"]);
    assert_eq!(headers(&schema, "person", Field::Address), ["Home Address Line 1", "Home Address Line 2"]);
    assert_eq!(headers(&schema, "person", Field::Postcode), ["Post Code"]);
    assert_eq!(headers(&schema, "contact1", Field::FullName), ["Contact 1 Name"]);
    assert_eq!(headers(&schema, "contact1", Field::Telephone), ["Contact 1 Tel"]);
    assert_eq!(headers(&schema, "contact2", Field::FullName), ["Contact 2 Name"]);
    let dates = schema.columns.iter().find(|column| column.name == "D.O.B.").map(|column| column.kind.clone());
    assert_eq!(dates, Some(ColumnKind::Date(vec!["%d.%m.%Y".to_owned()])));
    assert!(toml.contains("\"Mother\" = \"parent_of\"") && toml.contains("\"Grandparent\" = \"grandparent_of\""), "{toml}");
    assert_eq!(schema.relations.len(), 2);
    assert!(toml.contains("# kind = \"school_absence\""));
}

#[test]
fn a_claim_with_partner_and_numbered_children_shares_its_address() {
    let mut text = String::from(
        "ClaimRef\tClaimantSurname\tClaimantForename\tClaimantDOB\tClaimantNINO\tPartnerSurname\tPartnerForename\tPartnerDOB\tChild1Name\tChild1DOB\tChild2Name\tChild2DOB\tAddress1\tAddress2\tAddress3\tPcode\tBenefitType\n",
    );
    for row in 0..40 {
        writeln!(text, "C{row}\tSmith\tAnn\t1970-01-{:02}\tAB{:06}C\tSmith\tBob\t1971-02-03\tCid\t2001-03-04\t\t\t{row} High St\t\tBoston\tPE21 {}QR\t{}", row % 28 + 1, row * 37 + 100_000, row % 9, ["HB", "CTB"][row % 2]).unwrap();
    }
    let (toml, schema) = draft("hb claims 2013-01.csv", text.as_bytes());
    let slots: Vec<&str> = schema.persons.iter().map(|person| person.slot.as_str()).collect();
    assert_eq!(slots, ["claimant", "partner", "child1", "child2"], "{toml}");
    assert_eq!(headers(&schema, "claimant", Field::Nino), ["ClaimantNINO"]);
    for slot in slots {
        assert_eq!(headers(&schema, slot, Field::Address), ["Address1", "Address2", "Address3"], "{slot}");
        assert_eq!(headers(&schema, slot, Field::HouseholdAccount), ["ClaimRef"], "{slot}");
    }
}

#[test]
fn identifiers_are_found_by_content_and_old_encodings_by_their_bytes() {
    let mut bytes = b"Case No,Who,Born,X1,X2,Notes\n".to_vec();
    for row in 0..50 {
        let (line, _, _) = encoding_rs::WINDOWS_1252.encode("Zo\u{eb} O\u{2019}Neil");
        bytes.extend(format!("{row},").as_bytes());
        bytes.extend(line.iter());
        bytes.extend(format!(",{:02}-Mar-1980,943 476 5919,QQ{:06}A,seen by Jane\n", row % 28 + 1, 100_000 + row).as_bytes());
    }
    let (toml, schema) = draft("clinic.csv", &bytes);
    assert_eq!(schema.file.encoding, "windows-1252");
    assert_eq!(headers(&schema, "person", Field::NhsNumber), ["X1"]);
    assert_eq!(headers(&schema, "person", Field::Nino), ["X2"]);
    assert_eq!(headers(&schema, "person", Field::DateOfBirth), ["Born"]);
    assert!(!toml.contains("Jane"));
    assert_eq!(schema.key.len(), 1);
}

#[test]
fn workbooks_and_parquet_files_are_drafted_too() {
    let workbook = super::super::tests::typed::workbook();
    let (_, schema) = draft("visits.xlsx", &workbook);
    assert_eq!(schema.file.skip_rows, 3);
    assert_eq!(headers(&schema, "person", Field::Surname), ["Surname"]);
    let parquet = super::super::tests::typed::parquet(parquet::basic::Compression::SNAPPY);
    let (_, schema) = draft("visits.parquet", &parquet);
    assert_eq!(headers(&schema, "person", Field::DateOfBirth), ["DOB"]);
}

#[test]
fn a_file_without_headers_is_refused_and_shows_nobody() {
    let text = "1,Zzcanary,Ann,01/02/1999\n2,Zzcanary,Bob,01/02/1998\n";
    let problems = infer_schema("x.csv", text.as_bytes()).expect_err("no header");
    assert_eq!(problems.0[0].code, "no-header");
    assert!(!format!("{problems:?}").contains("canary"));
    assert!(infer_schema("x.csv", b"").is_err());
}

#[test]
fn one_slip_of_the_pen_in_a_header_is_forgiven_and_another_word_is_not() {
    use super::words::{exact_field, near_field, words_of};
    for (header, field) in [
        ("Suname", Some(Field::Surname)),
        ("Post-Code", Some(Field::Postcode)),
        ("Tenancy End", None),
        ("Date of Brith", Some(Field::DateOfBirth)),
        ("gender_code", Some(Field::Sex)),
    ] {
        let words = words_of(header);
        assert_eq!(exact_field(&words).or_else(|| near_field(&words)), field, "{header}");
    }
    assert_eq!(words_of("LiableDOB1"), ["liable", "dob", "1"]);
    assert_eq!(words_of("CONTACT_1_FORENAME"), words_of("Contact1Forename"));
}

#[test]
fn a_household_row_gives_its_address_to_everybody_and_its_telephone_to_one() {
    let mut text = String::from(
        "AccountNo,UPRN,Address1,PostCode,MovedIn,LiableSurname1,LiableForename1,LiableDOB1,Resident1Name,Resident1DOB,Telephone,ASB Action,Tenancy End\n",
    );
    for row in 0..40 {
        writeln!(
            text,
            "{row:05},1000{row:04},{row} High St,LN1 {}AB,01/02/2010,Smith,Ann,02/03/1970,Bob Smith,01/02/1999,01522 55{row:04},{},",
            row % 9,
            ["NOSP", "ABC"][row % 2]
        )
        .unwrap();
    }
    let (toml, schema) = draft("ctax.csv", text.as_bytes());
    let slots: Vec<&str> = schema.persons.iter().map(|person| person.slot.as_str()).collect();
    assert_eq!(slots, ["liable1", "resident1"], "{toml}");
    assert_eq!(headers(&schema, "liable1", Field::DateOfBirth), ["LiableDOB1"]);
    assert_eq!(headers(&schema, "liable1", Field::Telephone), ["Telephone"]);
    assert!(headers(&schema, "resident1", Field::Telephone).is_empty());
    assert_eq!(headers(&schema, "resident1", Field::Address), ["Address1"]);
    assert_eq!(headers(&schema, "resident1", Field::HouseholdAccount), ["AccountNo"]);
    assert!(toml.contains("\"NOSP\" = \"nosp\""), "{toml}");
}

#[test]
fn a_date_of_birth_beside_the_names_of_a_child_is_the_childs() {
    let mut text = String::from("PersonID,Child Surname,Child Forename,Born,Home Address,Post Code,Status\n");
    for row in 0..40 {
        writeln!(text, "{row},Zzcanary,Zzcanaryann,2001-02-{:02},{row} Zzcanary Road,LN1 1AB,CIN", row % 28 + 1).unwrap();
    }
    let (toml, schema) = draft("social.csv", text.as_bytes());
    assert_eq!(schema.persons.len(), 1, "{toml}");
    assert_eq!(headers(&schema, "child", Field::DateOfBirth), ["Born"]);
    assert_eq!(headers(&schema, "child", Field::Postcode), ["Post Code"]);
}

#[test]
fn parts_of_a_date_of_birth_are_one_date_in_the_order_that_is_read() {
    let drafted = |header: &str, row: &str| draft("list.csv", format!("{header}\n{}", format!("{row}\n").repeat(30)).as_bytes()).1;
    let born = |schema: &Schema, slot: &str| headers(schema, slot, Field::DateOfBirth);
    let parts = drafted("Surname,Forename,Birth Day,BirthMonth,YearOfBirth", "Zzcanary,Ann,7,Feb,1967");
    assert_eq!(born(&parts, "person"), ["YearOfBirth", "BirthMonth", "Birth Day"]);
    assert_eq!(born(&drafted("Surname,Forename,YOB", "Zzcanary,Ann,1967"), "person"), ["YOB"]);
    let whole = drafted("Surname,Forename,Year of Birth,DOB", "Zzcanary,Ann,1967,07/02/1967");
    assert_eq!(born(&whole, "person"), ["DOB"]);
    let named_so = drafted("Surname,Forename,Birth Day", "Zzcanary,Ann,07/02/1967");
    assert_eq!(born(&named_so, "person"), ["Birth Day"], "whole dates under such a header");
    assert!(born(&drafted("Surname,Forename,Birth Month", "Zzcanary,Ann,2"), "person").is_empty(), "no month without a year");
    let of_a_child =
        drafted("Child Surname,Child Forename,Child Birth Month,Child Birth Year,Parent Name", "Zzcanary,Ann,2,2007,Bea Zzcanary");
    assert_eq!(born(&of_a_child, "child"), ["Child Birth Year", "Child Birth Month"]);
}

#[test]
fn of_a_workbook_the_sheet_with_the_most_rows_is_drafted_and_the_others_are_told() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let notes = workbook.add_worksheet().set_name("Notes").unwrap();
    notes.write(0, 0, "Term dates and contact").unwrap();
    let pupils = workbook.add_worksheet().set_name("Autumn").unwrap();
    for (column, header) in ["UPN", "Surname", "Forename", "DOB"].iter().enumerate() {
        pupils.write(0, column as u16, *header).unwrap();
    }
    for row in 1..30_u32 {
        for (column, value) in ["A123", "Zzcanary", "Zzcanaryann", "01/02/2001"].iter().enumerate() {
            pupils.write(row, column as u16, *value).unwrap();
        }
    }
    let (toml, schema) = draft("pupils.xlsx", &workbook.save_to_buffer().unwrap());
    assert_eq!(schema.file.sheet, "Autumn");
    assert!(toml.contains("of 2 sheets"), "{toml}");
}
