//! The workbook opens, holds no formula, and withholds what it must.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::fixture::*;
use super::published;

fn open(fixture: &Fixture) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(published(&fixture.contents()).0["list.xlsx"].1.clone())).unwrap()
}

fn cells(workbook: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<Data>> {
    workbook.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn the_workbook_has_its_seven_sheets_marked_and_without_a_formula() {
    let fixture = Fixture::county(400);
    let mut workbook = open(&fixture);
    assert_eq!(workbook.sheet_names(), ["List", "Near misses and pending", "Watch list", "Changes", "Evidence", "Members", "About"]);
    for sheet in workbook.sheet_names() {
        assert!(workbook.worksheet_formula(&sheet).unwrap().is_empty(), "{sheet}");
        let cells = cells(&mut workbook, &sheet);
        assert!(cells[0][0].to_string().starts_with("OFFICIAL-SENSITIVE"), "{sheet}");
        for cell in cells.iter().flatten() {
            if let Data::String(text) = cell {
                assert!(!text.starts_with(['=', '+', '-', '@', '\t', '\r']), "{sheet}: {text}");
            }
        }
    }
    // The fixture's evidence begins with an equals sign, as an extract could.
    let evidence = cells(&mut workbook, "Evidence");
    assert!(evidence.iter().flatten().any(|cell| *cell == "'=conviction"));
}

#[test]
fn the_list_is_ranked_and_every_member_and_row_of_evidence_is_there() {
    let fixture = Fixture::county(400);
    let mut workbook = open(&fixture);
    let listed: Vec<_> =
        fixture.identification.entries.iter().filter(|entry| entry.pack == "p1-lincolnshire" && entry.route.is_listed()).collect();
    let list = cells(&mut workbook, "List");
    assert_eq!(list.len(), listed.len() + 3);
    for (row, (rank, entry)) in list[3..].iter().zip((1..).zip(&listed)) {
        assert_eq!(row[0], Data::Float(f64::from(rank)));
        assert_eq!(row[1].to_string(), fixture.families.families[entry.family as usize].id);
        assert_eq!((row[4].to_string().as_str(), row[5].to_string().as_str()), ("identified", ""));
        assert!(["yes", "no", "unknown"].contains(&row[6].to_string().as_str()));
    }
    let members: usize = listed.iter().map(|entry| fixture.families.members_of(entry.family).len()).sum();
    assert_eq!(cells(&mut workbook, "Members").len(), members + 3);
    let evidence: usize =
        listed.iter().map(|entry| entry.criteria.iter().filter(|(_, value)| *value == crate::model::Ternary::True).count()).sum();
    let rows = cells(&mut workbook, "Evidence");
    assert_eq!(rows.len(), evidence + 3);
    assert_eq!(rows[3][4].to_string(), "A child under 18 with a proven offence in the last 12 months");
}

#[test]
fn a_restricted_family_shows_no_address() {
    let mut fixture = Fixture::county(300);
    for family in &mut fixture.families.families {
        family.restricted = true;
    }
    let mut workbook = open(&fixture);
    let members = cells(&mut workbook, "Members");
    assert!(members.len() > 3);
    assert!(members[3..].iter().all(|row| row[9] == "address withheld"));
    for sheet in workbook.sheet_names() {
        assert!(!cells(&mut workbook, &sheet).iter().flatten().any(|cell| cell.to_string().contains("FLAXWELL")), "{sheet}");
    }
}
