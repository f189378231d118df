//! What happened to each member of a family, in the days any rule looks at.
//!
//! What comes in: the event table, whose record is whose, the members, the kinds and days looked at. What goes out: per person the events
//! sorted by kind, day and row. What always holds: an event without a person, of a person in no family, or after the reference date
//! is not among them; an event whose reference a later delivery of the same source repeats is marked as superseded.

use polars::prelude::*;

use crate::model::{Day, Delivery, EventKind, Events, Families, Linked, NO_DAY, NO_TEXT};
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
) -> PolarsResult<Histories> {
    let persons = linked.persons();
    if looked.is_empty() || events.is_empty() {
        return Ok(Histories { starts: vec![0; persons + 1], happenings: Vec::new() });
    }
    let rows = query(families, linked, events, deliveries, looked, reference)?.collect()?;
    let (person, event) = (rows.column("person")?.u32()?, rows.column("event")?.u32()?);
    let superseded = rows.column("superseded")?.bool()?;
    let mut starts = vec![0_u32; persons + 1];
    let mut happenings = Vec::with_capacity(rows.height());
    for ((person, event), superseded) in person.iter().flatten().zip(event.iter().flatten()).zip(superseded.iter().flatten()) {
        if let Some(count) = starts.get_mut(person as usize + 1) {
            *count += 1;
        }
        happenings.push(happening(events, deliveries, event as usize, superseded));
    }
    let mut so_far = 0;
    for start in &mut starts {
        so_far += *start;
        *start = so_far;
    }
    Ok(Histories { starts, happenings })
}

/// The query: members' events in the days looked at, each marked if a later delivery repeats it.
fn query(
    families: &Families,
    linked: &Linked,
    events: &Events,
    deliveries: &[Delivery],
    looked: &[Looked],
    reference: Day,
) -> PolarsResult<LazyFrame> {
    let mut members: Vec<u32> = families.members.iter().map(|member| member.person).collect();
    members.sort_unstable();
    members.dedup();
    let members = DataFrame::new_infer_height(vec![Column::new("person".into(), members)])?.lazy();

    let any_of = |conditions: Vec<Expr>| conditions.into_iter().reduce(Expr::or).unwrap_or_else(|| lit(false));
    let of_kind = |looked: &Looked| col("kind").eq(lit(looked.kind as u32));
    let in_days = |looked: &Looked| {
        let (from, to) = (col("from"), col("to"));
        // Days of a rule that asks for any are filtered by the rule itself; so are undated and still open events.
        let kept = from.clone().gt_eq(lit(looked.earliest)).or(to.clone().gt_eq(lit(looked.earliest)));
        of_kind(looked).and(kept.or(from.eq(lit(NO_DAY))).or(to.eq(lit(NO_DAY))))
    };
    let ours = frame(linked, events, deliveries)?
        .lazy()
        .filter(any_of(looked.iter().map(of_kind).collect()).and(col("from").lt_eq(lit(reference))))
        .semi_join(members, col("person"), col("person"));

    let keys = [col("source"), col("kind"), col("person"), col("reference")];
    let repeated = repeating_sources(deliveries).into_iter().map(|source| col("source").eq(lit(source))).collect();
    let latest =
        ours.clone()
            .filter(col("reference").neq(lit(NO_TEXT)).and(any_of(repeated)))
            .group_by(keys.clone())
            .agg([col("delivered").max().alias("latest")]);
    Ok(ours
        .filter(any_of(looked.iter().map(in_days).collect()))
        .join(latest, keys.clone(), keys, JoinArgs::new(JoinType::Left))
        .with_column(col("delivered").lt(col("latest")).fill_null(lit(false)).alias("superseded"))
        .select([col("person"), col("kind"), col("from"), col("event"), col("superseded")])
        .sort(["person", "kind", "from", "event"], SortMultipleOptions::default()))
}

/// Sources with more than one delivery: only there can a later row repeat an earlier one.
fn repeating_sources(deliveries: &[Delivery]) -> Vec<u32> {
    let mut sources: Vec<u32> = deliveries.iter().map(|delivery| u32::from(delivery.source)).collect();
    sources.sort_unstable();
    let mut repeating: Vec<u32> =
        sources.chunk_by(|left, right| left == right).filter(|chunk| chunk.len() > 1).flatten().copied().collect();
    repeating.dedup();
    repeating
}

/// The event table as a frame, with the person of each row.
fn frame(linked: &Linked, events: &Events, deliveries: &[Delivery]) -> PolarsResult<DataFrame> {
    let person = |record: &u32| linked.person_of_record.get(*record as usize).copied().unwrap_or(u32::MAX);
    let of_delivery = |index: &u32| deliveries.get(*index as usize);
    DataFrame::new_infer_height(vec![
        Column::new("event".into(), (0..events.len() as u32).collect::<Vec<u32>>()),
        Column::new("person".into(), events.record.iter().map(person).collect::<Vec<u32>>()),
        Column::new("kind".into(), events.kind.iter().map(|&kind| kind as u32).collect::<Vec<u32>>()),
        Column::new("from".into(), events.from.as_slice()),
        Column::new("to".into(), events.to.as_slice()),
        Column::new("reference".into(), events.reference.codes()),
        Column::new(
            "source".into(),
            events.delivery.iter().map(|index| of_delivery(index).map_or(u32::MAX, |d| u32::from(d.source))).collect::<Vec<u32>>(),
        ),
        Column::new(
            "delivered".into(),
            events.delivery.iter().map(|index| of_delivery(index).map_or(NO_DAY, |d| d.as_at)).collect::<Vec<i32>>(),
        ),
    ])
}

fn happening(events: &Events, deliveries: &[Delivery], row: usize, superseded: bool) -> Happening {
    let day = |days: &[Day]| days.get(row).copied().unwrap_or(NO_DAY);
    let number = |numbers: &[i32]| numbers.get(row).copied().unwrap_or(-1);
    let delivery = events.delivery.get(row).and_then(|&index| deliveries.get(index as usize));
    Happening {
        event: row as u32,
        kind: events.kind.get(row).copied().unwrap_or(EventKind::AsbIncident),
        role: events.role.get(row).copied().unwrap_or(crate::model::EventRole::Witness),
        superseded,
        source: delivery.map_or(u16::MAX, |delivery| delivery.source),
        code: events.code.code(row),
        reference: events.reference.code(row),
        from: day(&events.from),
        to: day(&events.to),
        quantity: number(&events.quantity),
        out_of: number(&events.out_of),
    }
}
