//! The truth files: who is on which line, who lives with whom, what happened, which criteria hold.
//!
//! In: the world and what was delivered. Out: CSV files per month under `truth/<month>/`. What always holds: every appearance of a
//! person on a delivered row has one line in `records.csv`; families with a resident child have one line per pack and criterion.

mod causes;
mod changes;
mod judge;
mod packs;

use std::io::{self, Write};

use crate::model::date::iso;
use crate::model::{Day, Month, NO_DAY};

use super::extracts::{FEEDS, Fact, NOBODY, Source};
use super::world::{FamilyKind, Membership, Place, World};
use super::{SynthError, SynthSink};

/// One appearance of a person on a delivered row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) source: Source,
    /// Index into the month's files.
    pub(crate) file: u16,
    pub(crate) number: u32,
    pub(crate) slot: &'static str,
    pub(crate) person: u32,
}

/// What one feed has said so far.
#[derive(Default)]
pub(crate) struct FeedSoFar {
    /// Month of the newest delivery.
    pub(crate) month: Option<Month>,
    /// Sorted by person.
    pub(crate) facts: Vec<Fact>,
    /// (person, believable date of birth or [`NO_DAY`]), sorted.
    pub(crate) births: Vec<(u32, Day)>,
}

/// What all feeds have said so far.
pub(crate) struct Delivered {
    feeds: Vec<FeedSoFar>,
    seen: Vec<bool>,
}

impl Delivered {
    pub(crate) fn new(people: usize) -> Self {
        Self { feeds: FEEDS.iter().map(|_| FeedSoFar::default()).collect(), seen: vec![false; people] }
    }

    pub(crate) fn feed_mut(&mut self, source: Source) -> &mut FeedSoFar {
        self.feeds.get_mut(source as usize).expect("a place per feed")
    }

    /// The people a feed has named, in order.
    pub(crate) fn people_of(&self, source: Source) -> impl Iterator<Item = u32> + '_ {
        let births = self.feeds.get(source as usize).map_or(&[][..], |feed| feed.births.as_slice());
        births.chunk_by(|one, next| one.0 == next.0).filter_map(|own| own.first().map(|&(person, _)| person))
    }

    pub(crate) fn appear(&mut self, person: u32) {
        let place = person as usize;
        if place >= self.seen.len() {
            self.seen.resize(place + 1, false);
        }
        if let Some(seen) = self.seen.get_mut(place) {
            *seen = true;
        }
    }

    fn appeared(&self, person: u32) -> bool {
        self.seen.get(person as usize).copied().unwrap_or(false)
    }
}

/// Families with a child living there on a day.
pub(crate) fn families_with_children(world: &World, on: Day) -> u64 {
    (0..world.families.len() as u32).filter(|&family| has_child(world, family, on)).count() as u64
}

fn has_child(world: &World, family: u32, on: Day) -> bool {
    let child =
        |member: &Membership| member.resident && world.is_alive(member.person, on) && (0..18).contains(&world.age(member.person, on));
    world.family(family).members_on(on).any(child)
}

/// What is kept from month to month to tell what changed.
#[derive(Default)]
pub(crate) struct Chronicle {
    shown: changes::Shown,
    past: Option<causes::Past>,
    /// Another month follows: this one has to be kept.
    pub(crate) goes_on: bool,
}

/// Writes the month's truth.
pub(crate) fn write(
    world: &World,
    month: Month,
    (files, lines): (&[String], &[Line]),
    (delivered, chronicle): (&Delivered, &mut Chronicle),
    sink: &mut dyn SynthSink,
) -> Result<(), SynthError> {
    let on = month.last_day();
    let mut put = |name: &str, body: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>| sink.put(&format!("truth/{month}/{name}.csv"), body);
    put("records", &mut |out| {
        let mut out = io::BufWriter::with_capacity(1 << 18, out);
        writeln!(out, "source,file,line,slot,person")?;
        for line in lines {
            let name = FEEDS.get(line.source as usize).map_or("", |feed| feed.name);
            let file = files.get(usize::from(line.file)).map_or("", String::as_str);
            if line.person == NOBODY {
                writeln!(out, "{name},{file},{},{},", line.number, line.slot)?;
            } else {
                writeln!(out, "{name},{file},{},{},P{}", line.number, line.slot, line.person)?;
            }
        }
        out.flush()
    })?;
    put("members", &mut |out| members(world, on, delivered, out))?;
    put("families", &mut |out| families(world, on, out))?;
    put("events", &mut |out| events(world, on, out))?;
    let basis = judge::Basis::of(world, month, delivered);
    let judged = judge::judge_all(world, &basis, delivered);
    put("criteria", &mut |out| {
        let mut out = io::BufWriter::with_capacity(1 << 18, out);
        writeln!(out, "family,pack,criterion,true_value,knowable_value,why")?;
        for verdict in &judged {
            let (truly, knowable) = (verdict.truly.name(), verdict.knowable.name());
            writeln!(out, "F{},{},{},{truly},{knowable},{}", verdict.family, verdict.pack, verdict.criterion, verdict.why)?;
        }
        out.flush()
    })?;
    if !world.helped.is_empty() {
        put("helped", &mut |out| helped(world, on, out))?;
    }
    let shown = changes::shown(lines);
    put("changes", &mut |out| changes::write(world, on, (&shown, &chronicle.shown), out))?;
    put("criteria_changes", &mut |out| causes::write(world, (&basis, &judged, delivered), chronicle.past.as_ref(), out))?;
    chronicle.shown = shown;
    chronicle.past = chronicle.goes_on.then(|| causes::Past::of(world, basis, judged, delivered));
    Ok(())
}

/// What somebody is in the family on that day, in the words of the product.
fn role(world: &World, family: u32, member: &Membership, on: Day) -> &'static str {
    let age = world.age(member.person, on);
    let children = has_child(world, family, on);
    match member.place {
        _ if age < 18 => "child",
        Place::Offspring => "adult_child",
        Place::Grandparent => "grandparent",
        Place::AbsentParent => "parent",
        Place::Head | Place::Spouse if children => "parent",
        Place::Spouse | Place::StepPartner => "partner",
        Place::Head | Place::Other => "other_adult",
    }
}

fn members(world: &World, on: Day, delivered: &Delivered, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 18, out);
    writeln!(out, "family,person,role,resident,primary,born,sex,in_extracts")?;
    for index in 0..world.families.len() as u32 {
        for member in world.family(index).members_on(on).filter(|member| world.is_alive(member.person, on)) {
            let person = world.person(member.person);
            let sex = if person.female { 'F' } else { 'M' };
            let (role, born, seen) = (role(world, index, member, on), iso(person.born), delivered.appeared(member.person));
            writeln!(out, "F{index},P{},{role},{},{},{born},{sex},{seen}", member.person, member.resident, member.primary)?;
        }
    }
    out.flush()
}

fn families(world: &World, on: Day, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 18, out);
    writeln!(out, "family,kind,children,district,postcode,members_since")?;
    for (index, family) in world.families.iter().enumerate() {
        let residents: Vec<&Membership> =
            family.members_on(on).filter(|member| member.resident && world.is_alive(member.person, on)).collect();
        if residents.is_empty() || family.since > on {
            continue;
        }
        let children = residents.iter().filter(|member| world.age(member.person, on) < 18).count();
        let home = family.home(on);
        let place = world.places.address(home);
        let (kind, district) = (kind_on(family.kind, children), &world.places.sector_of(home).district);
        let since = changes::unchanged_since(world, index as u32, on);
        let since = if since == NO_DAY { String::new() } else { iso(since) };
        writeln!(out, "F{index},{kind},{children},{district},{},{since}", world.places.postcode(place.unit))?;
    }
    out.flush()
}

/// What becomes of the families that the service works with: those attached by that day.
fn helped(world: &World, on: Day, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "family,attached_on,outcome,problems_stop_from,works_from,works_to,worker,why")?;
    for plan in world.helped.iter().filter(|plan| plan.attached <= on) {
        let stops = plan.outcome.ends_crime() || plan.outcome.ends_school();
        let day = |is: bool, day: Day| if is && day <= on { iso(day) } else { String::new() };
        let worker = plan.worker.map_or_else(String::new, |person| format!("P{person}"));
        writeln!(
            out,
            "F{},{},{},{},{},{},{worker},{}",
            plan.family,
            iso(plan.attached),
            plan.outcome.name(),
            day(stops, plan.starts),
            day(plan.worker.is_some(), plan.works),
            day(plan.worker.is_some() && plan.lost.is_some(), plan.lost.unwrap_or(NO_DAY)),
            plan.outcome.why()
        )?;
    }
    Ok(())
}

/// Couples whose last child is grown up are couples without children.
fn kind_on(kind: FamilyKind, children: usize) -> &'static str {
    match kind {
        FamilyKind::Couple | FamilyKind::Step if children == 0 => FamilyKind::CoupleAlone.name(),
        kind => kind.name(),
    }
}

fn events(world: &World, on: Day, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 18, out);
    writeln!(out, "person,kind,code,role,from,to")?;
    for fact in judge::true_facts(world, on) {
        if fact.kind != crate::model::EventKind::SchoolAbsence {
            let to = if fact.to == NO_DAY { String::new() } else { iso(fact.to) };
            writeln!(out, "P{},{},{},{},{},{to}", fact.person, fact.kind.name(), fact.code, fact.role.name(), iso(fact.from))?;
        }
    }
    out.flush()
}
