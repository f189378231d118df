//! What happened to each member of a family, in the days any rule looks at.
//!
//! What comes in: the event table, whose record is whose, the members, the kinds and days looked at. What goes out: per person the events
//! sorted by kind, day and row. What always holds: an event without a person, of a person in no family, or after the reference date
//! is not among them; an event whose reference a later delivery of the same source repeats on the same side (a victim is not an offender) is marked as superseded.

use polars::prelude::*;
use rayon::prelude::*;

use super::CriteriaError;
use crate::model::{Day, Delivery, EventKind, EventRole, Events, Families, Linked, NO_DAY, NO_TEXT, Registration};
use crate::rules::evaluate::Happening;

/// A kind of event that some rule looks at, and the earliest day it looks at; `NO_DAY` for any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Looked {
    pub(super) kind: EventKind,
    pub(super) earliest: Day,
}

/// Notes that a rule looks at a kind from a day on.
pub(super) fn look(looked: &mut Vec<Looked>, kind: EventKind, earliest: Day) {
    match looked.iter_mut().find(|known| known.kind == kind) {
        // `NO_DAY` is before every day.
        Some(known) => known.earliest = known.earliest.min(earliest),
        None => looked.push(Looked { kind, earliest }),
    }
}

/// Events per person.
pub(super) struct Histories {
    starts: Vec<u32>,
    happenings: Vec<Happening>,
}

impl Histories {
    /// The events of a person, sorted by kind.
    pub(super) fn of(&self, person: u32) -> &[Happening] {
        let start = self.starts.get(person as usize).copied().unwrap_or(0);
        let end = self.starts.get(person as usize + 1).copied().unwrap_or(start);
        self.happenings.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Gathers the events of all members.
pub(super) fn histories(
    families: &Families,
    linked: &Linked,
    events: &Events,
    deliveries: &[Delivery],
    looked: &[Looked],
    reference: Day,
) -> Result<Histories, CriteriaError> {
    let persons = linked.persons();
    if looked.is_empty() || events.is_empty() {
        return Ok(Histories { starts: vec![0; persons + 1], happenings: Vec::new() });
    }
    let repeating = repeating_sources(deliveries);
    let frame = frame(linked, events, deliveries, &repeating)?;
    let rows = query(frame, families, looked, reference)?.collect()?;
    let (person, event) = (rows.column("person")?.u32()?, rows.column("event")?.u32()?);
    let found = || person.iter().flatten().zip(event.iter().flatten());

    // Counting sort by person: where each person's events begin, then each event to its place.
    let mut starts = vec![0_u32; persons + 1];
    for (person, _) in found() {
        if let Some(count) = starts.get_mut(person as usize + 1) {
            *count += 1;
        }
    }
    let mut so_far = 0;
    for start in &mut starts {
        so_far += *start;
        *start = so_far;
    }
    let mut next = starts.clone();
    let mut order = vec![0_u32; so_far as usize];
    for (person, event) in found() {
        if let Some(place) = next.get_mut(person as usize) {
            if let Some(slot) = order.get_mut(*place as usize) {
                *slot = event;
            }
            *place += 1;
        }
    }
    let registrations: Vec<Registration> = events.code.values().iter().map(Registration::of_code).collect();
    let happening = |event: u32| happening(events, deliveries, &registrations, event as usize);
    let mut happenings: Vec<Happening> = order.into_par_iter().map(happening).collect();
    slices(&mut happenings, &starts).into_par_iter().with_min_len(1024).for_each(|own| {
        own.sort_unstable_by_key(|row| (row.kind, row.from, row.event));
        mark_superseded(own, events, deliveries, &repeating);
    });
    Ok(Histories { starts, happenings })
}

/// The query: events of members, of the kinds and in the days looked at.
fn query(frame: DataFrame, families: &Families, looked: &[Looked], reference: Day) -> Result<LazyFrame, CriteriaError> {
    let mut members: Vec<u32> = families.members.iter().map(|member| member.person).collect();
    members.sort_unstable();
    members.dedup();
    let members = DataFrame::new_infer_height(vec![Column::new("person".into(), members)])?.lazy();
    let in_days = |looked: &Looked| {
        let (from, to) = (col("from"), col("to"));
        // What has no first or no last day is left to the rule; so is what may supersede another row, on whatever day.
        let in_days = from.clone().gt_eq(lit(looked.earliest)).or(to.clone().gt_eq(lit(looked.earliest)));
        let kept = in_days.or(from.eq(lit(NO_DAY))).or(to.eq(lit(NO_DAY))).or(col("may_repeat"));
        col("kind").eq(lit(looked.kind as u32)).and(kept)
    };
    let looked_at = looked.iter().map(in_days).reduce(Expr::or).unwrap_or_else(|| lit(false));
    let until_today = col("from").lt_eq(lit(reference));
    Ok(frame
        .lazy()
        .filter(looked_at.and(until_today))
        .semi_join(members, col("person"), col("person"))
        .select([col("person"), col("event")]))
}

/// For each source whether it has more than one delivery: only there can a later row repeat an earlier one.
fn repeating_sources(deliveries: &[Delivery]) -> Vec<bool> {
    let sources = deliveries.iter().map(|delivery| usize::from(delivery.source) + 1).max().unwrap_or(0);
    let mut counts = vec![0_u32; sources];
    for delivery in deliveries {
        if let Some(count) = counts.get_mut(usize::from(delivery.source)) {
            *count += 1;
        }
    }
    counts.into_iter().map(|count| count > 1).collect()
}

fn repeats(repeating: &[bool], source: u16) -> bool {
    repeating.get(usize::from(source)).copied().unwrap_or(false)
}

/// The event table as a frame, with the person of each row.
fn frame(linked: &Linked, events: &Events, deliveries: &[Delivery], repeating: &[bool]) -> Result<DataFrame, CriteriaError> {
    let person = |record: &u32| linked.person_of_record.get(*record as usize).copied().unwrap_or(u32::MAX);
    let may_repeat = |(&reference, &delivery): (&u32, &u32)| {
        reference != NO_TEXT && deliveries.get(delivery as usize).is_some_and(|delivery| repeats(repeating, delivery.source))
    };
    let may_repeat: Vec<bool> = events.reference.codes().iter().zip(&events.delivery).map(may_repeat).collect();
    let frame = DataFrame::new_infer_height(vec![
        Column::new("event".into(), (0..events.len() as u32).collect::<Vec<u32>>()),
        Column::new("person".into(), events.record.iter().map(person).collect::<Vec<u32>>()),
        Column::new("kind".into(), events.kind.iter().map(|&kind| kind as u32).collect::<Vec<u32>>()),
        Column::new("from".into(), events.from.as_slice()),
        Column::new("to".into(), events.to.as_slice()),
        Column::new("may_repeat".into(), may_repeat),
    ])?;
    Ok(frame)
}

/// Each person's part of the events.
fn slices<'h>(mut rest: &'h mut [Happening], starts: &[u32]) -> Vec<&'h mut [Happening]> {
    let mut slices = Vec::with_capacity(starts.len());
    for pair in starts.windows(2) {
        let length = match pair {
            [start, end] => end.saturating_sub(*start) as usize,
            _ => 0,
        };
        let (own, others) = rest.split_at_mut(length.min(rest.len()));
        rest = others;
        if !own.is_empty() {
            slices.push(own);
        }
    }
    slices
}

/// Marks the events of a person whose reference a later delivery of the same source repeats on the same side. Rows of one delivery never supersede each other.
fn mark_superseded(own: &mut [Happening], events: &Events, deliveries: &[Delivery], repeating: &[bool]) {
    let delivered = |row: &Happening| {
        let delivery = events.delivery.get(row.event as usize).and_then(|&index| deliveries.get(index as usize));
        delivery.map_or(NO_DAY, |delivery| delivery.as_at)
    };
    let may_repeat = |row: &&Happening| row.reference != NO_TEXT && repeats(repeating, row.source);
    if own.iter().filter(may_repeat).nth(1).is_none() {
        return;
    }
    let key = |row: &Happening| (row.kind, row.source, row.reference, row.role.side());
    let mut latest: Vec<(_, Day)> = own.iter().filter(may_repeat).map(|row| (key(row), delivered(row))).collect();
    latest.sort_unstable();
    for row in own {
        let key = key(row);
        let end = latest.partition_point(|(known, _)| *known <= key);
        let last = end.checked_sub(1).and_then(|index| latest.get(index)).filter(|last| last.0 == key);
        row.superseded = last.is_some_and(|last| last.1 > delivered(row));
        let start = latest.partition_point(|(known, _)| *known < key);
        let first = latest.get(start).filter(|first| first.0 == key);
        row.repeats = first.is_some_and(|first| first.1 < delivered(row));
    }
}

/// One event; `registrations` says of each code how a child is registered.
fn happening(events: &Events, deliveries: &[Delivery], registrations: &[Registration], row: usize) -> Happening {
    let day = |days: &[Day]| days.get(row).copied().unwrap_or(NO_DAY);
    let number = |numbers: &[i32]| numbers.get(row).copied().unwrap_or(-1);
    let delivery = events.delivery.get(row).and_then(|&index| deliveries.get(index as usize));
    Happening {
        event: row as u32,
        // The table was checked: every row has a kind and a role.
        kind: events.kind.get(row).copied().unwrap_or(EventKind::AsbIncident),
        role: events.role.get(row).copied().unwrap_or(EventRole::Witness),
        superseded: false,
        repeats: false,
        source: delivery.map_or(u16::MAX, |delivery| delivery.source),
        code: events.code.code(row),
        reference: events.reference.code(row),
        from: day(&events.from),
        to: day(&events.to),
        quantity: number(&events.quantity),
        out_of: number(&events.out_of),
        excused: number(&events.excused),
        registration: registrations.get(events.code.code(row) as usize).copied().unwrap_or_default(),
    }
}
