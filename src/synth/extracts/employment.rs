//! The extract of the employment advisers: adults in provision and in work.
//!
//! In: activities of adults. Out: one row per adult and activity. What always holds: a row stands there once the advisers know of it, and until two years after it ended;
//! the same client and the same activity have the same numbers every month.

use crate::model::{EventKind, NO_DAY};

use super::super::homes::telephone;
use super::{CURLY, Context, Fact, Feed, Format, Row, Source, agency_number, written, written_birth};

const DATE: &str = "%d/%m/%Y";

pub(super) const EMPLOYMENT: Feed = Feed {
    source: Source::Employment,
    name: "employment_advisers",
    stem: "employment_advisers",
    extension: "csv",
    increment: false,
    valid_days: 62,
    carries: &[EventKind::Activity],
    header: &[
        "CaseRef",
        "ClientRef",
        "NINO",
        "Surname",
        "Forename",
        "DOB",
        "Sex",
        "Address",
        "Postcode",
        "Telephone",
        "Activity",
        "Start",
        "End",
        "Adviser",
    ],
    format: Format::Csv(b',', "windows-1252", None),
    style: CURLY,
    test: &[(0, "TEST-#"), (1, "99999#"), (3, "ZZTEST"), (4, "Test"), (10, "In work"), (11, "01/06/2012")],
    test_slots: &["adult"],
    rows: employment,
};

fn employment(context: &Context<'_>) -> Vec<Row> {
    let (world, copier, on) = (context.world, context.copier(), context.as_at);
    Context::per_item(&world.activities, |_, event, out| {
        let recent = event.to == NO_DAY || event.to > on - 731;
        if event.known > on || !recent || !world.is_alive(event.person, on) {
            return;
        }
        if world.places.sector_of(world.home(event.person, on)).district.is_empty() {
            return;
        }
        let to = if event.to > on { NO_DAY } else { event.to };
        let copy = copier.person(event.person, 0, on);
        let address = copier.address(event.person, on);
        let client = agency_number(Source::Employment, event.person, 0);
        let (letter, words, adviser) = match event.code {
            "work_programme" => ("W", "Work Programme", "Jobcentre Plus"),
            "esf_provision" => ("F", "ESF Families", "ESF provider"),
            _ => ("E", "In work", "Jobcentre Plus"),
        };
        let mut row = Row::new(
            context.order(u64::from(event.person), (event.from as u64) << 8 | u64::from(letter.as_bytes().first().copied().unwrap_or(0))),
        );
        row.cells([
            &format!("{client:07}{letter}{}", written(event.from, "%y%m%d")),
            &format!("EA{client:07}"),
            &copier.nino(event.person, on),
        ]);
        row.cells([&copy.surname, &copy.forename, &written_birth(copy.birth, DATE), if copy.female { "F" } else { "M" }]);
        row.cells([&address.cell(), &address.postcode, &telephone(world, event.person, on), words]);
        row.cells([&written(event.from, DATE), &written(to, DATE), adviser]);
        row.person("adult", event.person, copy.birth);
        row.facts.push(Fact::of(event, to));
        out.push(row);
    })
}
