//! The sheet of members: who the listed families are. The only sheet with names.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::tables_families::sex;
use super::super::{names::names, words};
use super::Book;
use super::sheet::{Cell, Formats, Heading, MOST_ROWS, Sheet};
use crate::model::Family;

pub(super) fn members(book: &Book<'_>, formats: &Formats) -> Result<Worksheet, XlsxError> {
    let run = book.run;
    let headings = [
        Heading::new("Rank", 7.0),
        Heading::new("Family", 16.0),
        Heading::new("Person", 16.0),
        Heading::new("Name", 30.0),
        Heading::new("Role", 14.0),
        Heading::new("Age", 7.0),
        Heading::new("Sex", 6.0),
        Heading::new("Lives with the family", 11.0),
        Heading::new("How sure", 10.0),
        Heading::new("Address of the family", 48.0),
    ];
    let listed: Vec<_> = book.entries.iter().filter(|entry| entry.route.is_listed()).collect();
    let wanted = listed.iter().flat_map(|entry| run.families.members_of(entry.family)).map(|member| member.person);
    let names = names(run, wanted);
    let sentence = "Names and addresses: share no more of this sheet than the request in hand needs.";
    let mut sheet = Sheet::new("Members", &book.title("Members"), sentence, &headings, 2, formats)?;
    let mut written = 0;
    for entry in listed {
        let Some(family) = run.families.families.get(entry.family as usize) else { continue };
        for member in run.families.members_of(entry.family) {
            if written == MOST_ROWS {
                return sheet.finish();
            }
            written += 1;
            sheet.row(vec![
                Cell::Number(u64::from(entry.priority_rank)),
                Cell::text(family.id.as_str()),
                Cell::text(run.person_id(member.person).unwrap_or("")),
                Cell::text(names.get(&member.person).cloned().unwrap_or_default()),
                Cell::text(words::humanised(member.role.name())),
                Cell::count(run.age(member.person).and_then(|age| u64::try_from(age).ok())),
                Cell::text(sex(run, member.person).unwrap_or("")),
                Cell::text(if member.resident { "yes" } else { "no" }),
                Cell::text(member.confidence.name()),
                Cell::text(address(family)),
            ])?;
        }
    }
    sheet.finish()
}

/// The home of a family in one line, withheld where it must be.
fn address(family: &Family) -> String {
    if family.restricted {
        return words::ADDRESS_WITHHELD.to_owned();
    }
    let parts: Vec<&str> = family.address_key.split('|').filter(|part| !part.is_empty()).collect();
    match (parts.is_empty(), family.postcode.is_empty()) {
        (false, _) => parts.join(", "),
        (true, false) => family.postcode.clone(),
        (true, true) => "not known".to_owned(),
    }
}
