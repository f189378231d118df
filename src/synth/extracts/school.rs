//! The attendance extract: the roll of the authority's schools, term by term.
//!
//! In: pupils, their parents, absence counts. Out: a row per pupil, school and term. What always holds: a child at a private school or
//! over the border is not in it; of a running term the part that is over is told.

use fastrand::Rng;

use crate::model::{Day, EventKind};

use super::super::calendar::Term;
use super::super::copies::Birth;
use super::super::homes::telephone;
use super::super::random::{Draw, Purpose, stream};
use super::super::world::{Absence, Place, Pupil, World};
use super::{Context, FULL, Fact, Feed, Format, Row, Source, agency_number, written, written_birth};

const UK: &str = "%d/%m/%Y";

pub(super) const ATTENDANCE: Feed = Feed {
    source: Source::Attendance,
    name: "school_attendance",
    stem: "attendance",
    extension: "csv",
    increment: false,
    valid_days: 140,
    carries: &[EventKind::SchoolAbsence],
    header: &[
        "UPN",
        "FormerUPN",
        "PupilId",
        "Surname",
        "Forename",
        "MiddleNames",
        "PreferredSurname",
        "DOB",
        "Sex",
        "Ethnicity",
        "SEN",
        "YearGroup",
        "SchoolNo",
        "SchoolName",
        "EnrolStatus",
        "Address1",
        "Address2",
        "Address3",
        "Postcode",
        "UPRN",
        "Contact1Name",
        "Contact1Relationship",
        "Contact1PR",
        "Contact1Address",
        "Contact1Postcode",
        "Contact1Phone",
        "Contact2Name",
        "Contact2Relationship",
        "Contact2PR",
        "Contact2Address",
        "Contact2Postcode",
        "Contact2Phone",
        "Term",
        "TermStart",
        "TermEnd",
        "SessionsPossible",
        "SessionsAuthorised",
        "SessionsUnauthorised",
        "CountId",
    ],
    format: Format::Csv(b',', "utf-8", None),
    style: FULL,
    test: &[
        (2, "999990#"),
        (3, "ZZTEST"),
        (4, "Test Pupil"),
        (7, "01/01/2005"),
        (12, "4999"),
        (32, "2012 Summer"),
        (33, "16/04/2012"),
        (34, "20/07/2012"),
        (35, "0"),
        (36, "0"),
        (37, "0"),
        (38, "TEST-#"),
    ],
    test_slots: &["child"],
    rows: attendance,
};

/// In the authority's own records.
pub(super) fn on_roll(world: &World, pupil: &Pupil, on: Day) -> bool {
    !pupil.private && !world.places.sector_of(world.home(pupil.person, on)).district.is_empty()
}

/// Ethnic groups as pupils' parents say, by origin of the family's names.
fn ethnicity(world: &World, person: u32) -> &'static str {
    use super::super::names::Origin;
    match world.person(person).origin {
        Origin::British => "WBRI",
        Origin::Irish => "WIRI",
        Origin::SouthAsian => ["AIND", "APKN", "ABAN", "AOTH"].get(person as usize % 4).copied().unwrap_or("AOTH"),
        Origin::African => "BAFR",
        Origin::EastAsian => ["CHNE", "AOTH"].get(person as usize % 2).copied().unwrap_or("CHNE"),
        _ => "WEEU",
    }
}

/// The part of an absence count that has happened by a day.
pub(crate) fn so_far(absence: &Absence, on: Day) -> Option<Absence> {
    if absence.from > on {
        return None;
    }
    if absence.to <= on {
        return Some(*absence);
    }
    let (gone, whole) = (i32::from(on - absence.from + 1 > 0) * (on - absence.from + 1), (absence.to - absence.from + 1).max(1));
    let part = |count: i16| (i32::from(count) * gone / whole) as i16;
    Some(Absence {
        to: on,
        possible: part(absence.possible).max(1),
        authorised: part(absence.authorised),
        unauthorised: part(absence.unauthorised),
        ..*absence
    })
}

fn attendance(context: &Context<'_>) -> Vec<Row> {
    let world = context.world;
    let complete: Vec<usize> =
        world.terms.iter().enumerate().filter(|(_, term)| term.to <= context.as_at).map(|(index, _)| index).collect();
    let oldest = complete.iter().rev().nth(3).copied().unwrap_or(0);
    Context::per_item(&world.pupils, |_, pupil, out| {
        if !world.is_alive(pupil.person, context.as_at) || !on_roll(world, pupil, context.as_at) {
            return;
        }
        let mut head: Option<(Row, String)> = None;
        for absence in world.absences_of(pupil.person).iter().filter(|absence| usize::from(absence.term) >= oldest) {
            let Some(absence) = so_far(absence, context.as_at).filter(|absence| context.lost_school != Some(absence.school)) else {
                continue;
            };
            let (first, contacts) = head.get_or_insert_with(|| pupil_cells(context, pupil));
            let mut row = first.clone();
            row.order = context.order(u64::from(pupil.person), u64::from(absence.term) * 65_536 + u64::from(absence.school));
            count_cells(context, &absence, contacts, &mut row);
            out.push(row);
        }
    })
}

/// The cells about the child up to the ethnicity, and those of address and contacts behind the school's.
fn pupil_cells(context: &Context<'_>, pupil: &Pupil) -> (Row, String) {
    let world = context.world;
    let copier = context.copier();
    let copy = copier.person(pupil.person, 0, context.as_at);
    let mut row = Row::new(0);
    let former = if context.choice(u64::from(pupil.person), 1, 0.01) { copier.upn(pupil.person).replace('9', "8") } else { String::new() };
    let preferred = if context.choice(u64::from(pupil.person), 2, 0.02) {
        world.names.surname(world.person(pupil.person).other_surname)
    } else {
        String::new()
    };
    row.cells([
        &copier.upn(pupil.person),
        &former,
        &agency_number(Source::Attendance, pupil.person, 0).to_string(),
        &copy.surname,
        &copy.forename,
        &copy.middle,
    ]);
    row.cells([&preferred, &written_birth(copy.birth, UK), if copy.female { "F" } else { "M" }, ethnicity(world, pupil.person)]);
    row.person("child", pupil.person, copy.birth);
    let address = copier.address(pupil.person, context.as_at);
    let mut tail = Row::new(0);
    let first = if address.flat.is_empty() { address.line() } else { format!("{}, {}", address.flat, address.house) };
    let second = if address.flat.is_empty() { String::new() } else { address.street.clone() };
    tail.cells([&first, &second, &address.town, &address.postcode, &address.uprn]);
    let contacts = contacts(context, pupil.person);
    for (index, slot) in ["contact1", "contact2"].into_iter().enumerate() {
        let Some(&(person, relationship, responsible)) = contacts.get(index) else {
            tail.blank(6);
            continue;
        };
        let copy = copier.person(person, 0, context.as_at);
        let address = copier.address(person, context.as_at);
        let name =
            [copy.title, &copy.forename, &copy.surname].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
        tail.cells([
            &name,
            relationship,
            if responsible { "Y" } else { "N" },
            &address.cell(),
            &address.postcode,
            &telephone(world, person, context.as_at),
        ]);
        row.person(slot, person, Birth::Missing);
    }
    (row, tail.cells)
}

/// The people a school would ring: (person, relationship code, parental responsibility).
fn contacts(context: &Context<'_>, child: u32) -> Vec<(u32, &'static str, bool)> {
    let world = context.world;
    let family = world.family_on(child, context.as_at);
    let mut rng: Rng = stream(world.seed, Purpose::Extract, 1_000, u64::from(child));
    let mut found: Vec<(u32, &'static str, bool)> = Vec::new();
    for member in world.family(family).members_on(context.as_at) {
        if member.person == child || !world.is_alive(member.person, context.as_at) || world.age(member.person, context.as_at) < 16 {
            continue;
        }
        let female = world.person(member.person).female;
        let parent = if female { "MO" } else { "FA" };
        let contact = match member.place {
            Place::Head | Place::Spouse => Some((parent, true)),
            Place::StepPartner => Some((if female { "SM" } else { "SF" }, false)),
            Place::Grandparent => Some(("GP", false)),
            Place::AbsentParent if rng.chance(0.7) => Some((parent, true)),
            _ => None,
        };
        found.extend(contact.map(|(code, responsible)| (member.person, code, responsible)));
    }
    found.sort_by_key(|&(person, code, responsible)| (!responsible, code == "GP", person));
    if found.len() < 2 && rng.chance(0.35) {
        // A neighbour or friend, no relative.
        let other = rng.u32(0..world.people.len() as u32);
        if world.age(other, context.as_at) >= 20 && world.is_alive(other, context.as_at) && other != child {
            found.push((other, "OC", false));
        }
    }
    found.truncate(2);
    found
}

/// The statutory enrolment status: single, main or subsidiary.
fn enrolment(world: &World, absence: &Absence) -> &'static str {
    let at_two = world.absences_of(absence.person).iter().any(|other| other.dual && other.term == absence.term);
    match (absence.dual, at_two) {
        (true, _) => "S",
        (false, true) => "M",
        (false, false) => "C",
    }
}

fn count_cells(context: &Context<'_>, absence: &Absence, contacts: &str, row: &mut Row) {
    let world = context.world;
    let term: Term =
        world.terms.get(usize::from(absence.term)).copied().unwrap_or(Term { year: 0, season: 0, from: 0, to: 0, sessions: 0 });
    let school = world.schools.get(absence.school as usize);
    let year_group =
        super::super::calendar::school_year(term.from + 20) - super::super::calendar::reception_year(world.person(absence.person).born);
    let need = ["N", "N", "N", "N", "N", "A", "P", "S"].get(absence.person as usize % 8).copied().unwrap_or("N");
    row.cells([
        need,
        &year_group.to_string(),
        &school.map(|school| school.number.to_string()).unwrap_or_default(),
        school.map_or("", |school| &school.name),
    ]);
    row.cells([enrolment(world, absence), contacts, &term.label(), &written(absence.from, UK), &written(absence.to, UK)]);
    let count = format!("{}-{}-{}", agency_number(Source::Attendance, absence.person, 0), absence.school, absence.term);
    row.cells([&absence.possible.to_string(), &absence.authorised.to_string(), &absence.unauthorised.to_string(), &count]);
    row.facts.push(Fact::absence(absence));
}
