//! The two smaller extracts of the education department: exclusions, and children off roll or in a unit.
//!
//! In: exclusions and standings. Out: rows. What always holds: a standing that ends after the delivery is delivered as open; a child at
//! a private school or over the border is in neither.

use crate::model::{EventKind, NO_DAY};

use super::super::random::{Purpose, stream, weighted};
use super::school::on_roll;
use super::{CURLY, Context, Fact, Feed, Format, PLAIN, Row, Source, agency_number, written, written_birth};

pub(super) const EXCLUSIONS: Feed = Feed {
    source: Source::Exclusions,
    name: "school_exclusions",
    stem: "exclusions",
    extension: "csv",
    increment: false,
    valid_days: 62,
    carries: &[EventKind::Exclusion],
    header: &[
        "ExclusionId",
        "UPN",
        "Surname",
        "Forename",
        "Date of Birth",
        "Gender",
        "Home Address",
        "Postcode",
        "School",
        "Category",
        "Reason",
        "Start Date",
        "Sessions",
    ],
    format: Format::Csv(b',', "windows-1252", None),
    style: CURLY,
    test: &[(0, "EX-TEST-#"), (2, "ZZTEST"), (3, "Dummy"), (9, "LNCH"), (11, "01-Jun-2012"), (12, "1")],
    test_slots: &["child"],
    rows: exclusions,
};

pub(super) const NOT_ON_ROLL: Feed = Feed {
    source: Source::NotOnRoll,
    name: "not_on_roll",
    stem: "notonroll",
    extension: "xlsx",
    increment: false,
    valid_days: 62,
    carries: &[EventKind::SchoolStatus],
    header: &[
        "Ref",
        "Pupil Surname",
        "Pupil Forename",
        "D.O.B.",
        "M/F",
        "UPN",
        "Address",
        "Post Code",
        "Category",
        "From",
        "To",
        "Officer",
    ],
    format: Format::Xlsx(
        "Current list",
        &["Children missing education, EHE, PRU and alternative provision", "For FWT only - do not forward", ""],
        &[3, 9, 10],
        None,
    ),
    style: PLAIN,
    test: &[(0, "NR-TEST-#"), (1, "ZZTEST"), (2, "Test"), (8, "EHE"), (9, "2012-06-01")],
    test_slots: &["child"],
    rows: not_on_roll,
};

fn exclusions(context: &Context<'_>) -> Vec<Row> {
    const REASONS: [&str; 8] = ["PP", "PA", "VP", "VA", "DB", "DM", "DA", "OT"];
    let (world, copier) = (context.world, context.copier());
    Context::per_item(&world.happenings, |_, event, out| {
        let index = event.id as usize;
        let known = event.kind == EventKind::Exclusion && event.known <= context.as_at && event.from > context.as_at - 731;
        if !known || !world.pupil(event.person).is_some_and(|pupil| on_roll(world, pupil, context.as_at)) {
            return;
        }
        let copy = copier.person(event.person, 0, context.as_at);
        let address = copier.address(event.person, context.as_at);
        let category = match event.code {
            "permanent" => "PERM",
            "lunchtime" => "LNCH",
            "rescinded" if event.quantity > 0 => "FIXD-RESC",
            "rescinded" => "PERM-RESC",
            _ => "FIXD",
        };
        let mut row = Row::new(context.order(u64::from(event.person), event.from as u64));
        let mut rng = stream(world.seed, Purpose::Extract, 1_001, row.order);
        let school = world
            .pupil(event.person)
            .and_then(|pupil| world.schools.get(pupil.secondary as usize))
            .map_or("", |school| school.name.as_str());
        row.cells([
            &format!("EX{:07}", agency_number(Source::Exclusions, index as u32, 0)),
            &copier.upn(event.person),
            &copy.surname,
            &copy.forename,
        ]);
        row.cells([
            &written_birth(copy.birth, "%d-%b-%Y"),
            if copy.female { "F" } else { "M" },
            &address.cell(),
            &address.postcode,
            school,
        ]);
        row.cells([category, REASONS.get(weighted(&mut rng, &[10, 8, 8, 12, 40, 8, 4, 10])).copied().unwrap_or("DB")]);
        row.cells([&written(event.from, "%d-%b-%Y"), &event.quantity.max(0).to_string()]);
        row.person("child", event.person, copy.birth);
        row.facts.push(Fact { quantity: event.quantity.max(0), reference: index as u32, ..Fact::of(event, NO_DAY) });
        out.push(row);
    })
}

fn not_on_roll(context: &Context<'_>) -> Vec<Row> {
    let (world, copier) = (context.world, context.copier());
    Context::per_item(&world.happenings, |_, event, out| {
        let index = event.id as usize;
        let recent = event.to == NO_DAY || event.to > context.as_at - 365;
        let inside = || !world.places.sector_of(world.home(event.person, context.as_at)).district.is_empty();
        if event.kind != EventKind::SchoolStatus
            || event.known > context.as_at
            || !recent
            || !world.is_alive(event.person, context.as_at)
            || !inside()
        {
            return;
        }
        let copy = copier.person(event.person, 0, context.as_at);
        let address = copier.address(event.person, context.as_at);
        let to = if event.to > context.as_at { NO_DAY } else { event.to };
        let category = match event.code {
            "not_on_roll" => "CME",
            "elective_home_education" => "EHE",
            "pupil_referral_unit" => "PRU - excluded",
            "pru_medical" => "PRU - medical",
            "alternative_provision" => "AP - excluded",
            _ => "AP - other",
        };
        let mut row = Row::new(context.order(u64::from(event.person), event.from as u64));
        row.cells([
            &format!("NR{:06}", agency_number(Source::NotOnRoll, index as u32, 0)),
            &copy.surname,
            &copy.forename,
            &written_birth(copy.birth, "%Y-%m-%d"),
        ]);
        row.cells([if copy.female { "F" } else { "M" }, &copier.upn(event.person), &address.cell(), &address.postcode, category]);
        row.cells([&written(event.from, "%Y-%m-%d"), &written(to, "%Y-%m-%d"), "AIO"]);
        row.person("child", event.person, copy.birth);
        row.facts.push(Fact { reference: index as u32, ..Fact::of(event, to) });
        out.push(row);
    })
}
