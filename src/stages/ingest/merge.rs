//! Joins the files of one source.
//!
//! What comes in: the parts of its files in the order of their months. What goes out: one table of persons ordered by record id, with events
//! and relations pointing into it.
//! What always holds: the newest delivery of an equal person or a re-sent event counts; no two records share an id: several contents of one key
//! are `key`, `key~2`, … in the order of their content, so neither the order of rows nor of files matters.
#![expect(clippy::indexing_slicing, reason = "all columns of a part are equally long, and there are as many maps as parts")]

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::happenings::NOBODY;
use crate::model::hash::{ContentHash, FastMap, FastSet};
use crate::model::intake::{EventRows, IntakeFile, PersonMeta, RowKey};
use crate::model::texts::prefix;
use crate::model::{Day, EventKind, Events, Relation, TextColumn, TextColumnBuilder};

/// The joined tables of one source; `delivery` counts within the source.
pub(super) struct SourceTables {
    pub(super) records: Vec<RecordMeta>,
    /// A column per field, empty (not absent rows) for fields the source does not have.
    pub(super) columns: Vec<TextColumn>,
    pub(super) events: Events,
    pub(super) relations: Vec<Relation>,
}

/// A person record of a source.
pub(super) struct RecordMeta {
    pub(super) id: Box<str>,
    pub(super) delivery: u32,
    pub(super) slot: u8,
    pub(super) line: u32,
}

struct Entry {
    meta: RecordMeta,
    merge: u128,
    /// Row of the concatenated columns.
    row: u32,
}

/// Joins parts; they are consumed. Of the kinds `every_delivery` what came again is kept from each delivery: the rules choose among them.
pub(super) fn merge_source(parts: Vec<IntakeFile>, every_delivery: &BTreeSet<EventKind>) -> SourceTables {
    let (mut as_at, mut row_keys): (Vec<Day>, Vec<_>) = (Vec::new(), Vec::new());
    let (mut people, mut columns) = (Vec::new(), Vec::new());
    let (mut events, mut relations) = (Vec::new(), Vec::new());
    for part in parts {
        as_at.push(part.as_at);
        row_keys.push((part.as_at, part.row_keys));
        people.push(part.persons);
        columns.push(part.columns);
        events.push(part.events);
        relations.push(part.relations);
    }
    let replaced = Replaced::of(row_keys);
    let (entries, maps, identities) = join_records(people);
    let columns = join_columns(columns, &maps);
    let (mut tables, places) = ordered(entries, columns);
    let maps: Vec<Vec<u32>> = maps.into_iter().map(|map| map.into_iter().map(|entry| places[entry as usize]).collect()).collect();
    let mut place_identity = vec![0_u128; identities.len()];
    for (entry, identity) in identities.into_iter().enumerate() {
        place_identity[places[entry] as usize] = identity;
    }
    tables.events =
        join_events(&events, &maps, &place_identity, &replaced, &|kind, part| every_delivery.contains(&kind).then_some(as_at[part]));
    drop(events);
    tables.relations = join_relations(&relations, &maps, &replaced);
    tables
}

/// One entry per distinct record, for each part the entry of each of its records, and who each entry is.
fn join_records(parts: Vec<Vec<PersonMeta>>) -> (Vec<Entry>, Vec<Vec<u32>>, Vec<u128>) {
    let mut entries: Vec<Entry> = Vec::new();
    let mut identities = Vec::new();
    let mut index: FastMap<u128, u32> = FastMap::default();
    let mut maps = Vec::new();
    let mut row = 0_u32;
    for (delivery, part) in parts.into_iter().enumerate() {
        let delivery = delivery as u32;
        let mut map = Vec::with_capacity(part.len());
        for person in part {
            let entry = *index.entry(person.merge).or_insert(entries.len() as u32);
            if let Some(known) = entries.get_mut(entry as usize) {
                let id = if person.id < known.meta.id { person.id } else { std::mem::take(&mut known.meta.id) };
                known.meta = RecordMeta { id, delivery, slot: person.slot, line: person.line };
            } else {
                let meta = RecordMeta { id: person.id, delivery, slot: person.slot, line: person.line };
                entries.push(Entry { meta, merge: person.merge, row });
                identities.push(person.identity);
            }
            map.push(entry);
            row += 1;
        }
        maps.push(map);
    }
    (entries, maps, identities)
}

/// The columns of all parts one below the other.
fn join_columns(parts: Vec<Vec<TextColumn>>, maps: &[Vec<u32>]) -> Vec<TextColumn> {
    let fields = parts.first().map_or(0, Vec::len);
    let mut by_field: Vec<Vec<TextColumn>> = (0..fields).map(|_| Vec::new()).collect();
    for part in parts {
        for (field, column) in by_field.iter_mut().zip(part) {
            field.push(column);
        }
    }
    let join = |columns: Vec<TextColumn>| {
        if columns.iter().all(TextColumn::is_empty) {
            return TextColumn::default();
        }
        if columns.len() == 1 {
            return columns.into_iter().next().unwrap_or_default();
        }
        let mut joined = TextColumnBuilder::default();
        for (column, map) in columns.iter().zip(maps) {
            let all = joined.len() + map.len();
            if column.len() == map.len() {
                joined.extend(column);
            }
            joined.pad(all);
        }
        joined.finish()
    };
    by_field.into_par_iter().map(join).collect()
}

/// Orders the records by id and tells equal ids apart. Gives the tables without events and the place of each entry.
fn ordered(mut entries: Vec<Entry>, columns: Vec<TextColumn>) -> (SourceTables, Vec<u32>) {
    let content = |entry: &Entry| columns.iter().map(move |column| column.get(entry.row as usize)).collect::<Vec<_>>();
    let entry_at = |index: u32| entries.get(index as usize).expect("an index into the entries");
    let mut order: Vec<(u64, u32)> = entries.iter().map(|entry| prefix(&entry.meta.id)).zip(0..).collect();
    order.par_sort_unstable_by(|left, right| {
        left.0.cmp(&right.0).then_with(|| {
            let (left, right) = (entry_at(left.1), entry_at(right.1));
            left.meta.id.cmp(&right.meta.id).then_with(|| content(left).cmp(&content(right))).then(left.merge.cmp(&right.merge))
        })
    });
    let order: Vec<u32> = order.into_iter().map(|(_, index)| index).collect();
    let rows: Vec<u32> = order.iter().map(|&index| entry_at(index).row).collect();
    let columns: Vec<TextColumn> =
        columns.into_par_iter().map(|column| if column.is_empty() { TextColumn::default() } else { column.take(&rows) }).collect();
    let mut places = vec![NOBODY; order.len()];
    let mut records: Vec<RecordMeta> = Vec::with_capacity(order.len());
    let mut before: Option<Box<str>> = None;
    let mut copies = 1_u32;
    for (new, &old) in order.iter().enumerate() {
        if let Some(place) = places.get_mut(old as usize) {
            *place = new as u32;
        }
        let Some(entry) = entries.get_mut(old as usize) else { continue };
        let empty = RecordMeta { id: Box::default(), delivery: 0, slot: 0, line: 0 };
        let mut meta = std::mem::replace(&mut entry.meta, empty);
        if before.as_ref() == Some(&meta.id) {
            copies += 1;
            meta.id = format!("{}~{copies}", meta.id).into();
        } else {
            copies = 1;
            before = Some(meta.id.clone());
        }
        records.push(meta);
    }
    (SourceTables { records, columns, events: Events::default(), relations: Vec::new() }, places)
}

/// All events, those re-sent by a later delivery only from there. `apart` gives for a kind of which every delivery is kept the day that a part describes: what is of another day is another event.
fn join_events(
    parts: &[EventRows],
    maps: &[Vec<u32>],
    identities: &[u128],
    replaced: &Replaced,
    apart: &(dyn Fn(EventKind, usize) -> Option<Day> + Sync),
) -> Events {
    let keys_of = |delivery: usize| event_keys(&parts[delivery], delivery, &maps[delivery], identities, apart);
    let keys: Vec<Vec<EventKey>> = (0..parts.len()).into_par_iter().map(keys_of).collect();
    let mut latest: FastMap<u128, usize> = FastMap::default();
    if keys.len() > 1 {
        for (delivery, keys) in keys.iter().enumerate() {
            latest.extend(keys.iter().map(|key| (key.same, delivery)));
        }
    }
    // Of rows that say the same of one event the smallest record and line counts, whatever the order of the rows.
    let mut first: FastMap<u128, (u32, u32)> = FastMap::default();
    let counts = |row: usize, key: &EventKey, delivery: usize| {
        let (part, is_latest) = (&parts[delivery], latest.get(&key.same).is_none_or(|&latest| latest == delivery));
        is_latest && (apart(part.kind[row], delivery).is_some() || !replaced.holds(delivery, part.line[row]))
    };
    for (delivery, (part, keys)) in parts.iter().zip(&keys).enumerate() {
        for (row, key) in keys.iter().enumerate().filter(|(row, key)| key.referenced && counts(*row, key, delivery)) {
            let place = (record_of(part, row, &maps[delivery]), part.line[row]);
            first.entry(key.equal).and_modify(|known| *known = place.min(*known)).or_insert(place);
        }
    }
    let (mut events, mut code, mut reference) = (Events::default(), TextColumnBuilder::default(), TextColumnBuilder::default());
    for (delivery, (rows, keys)) in parts.iter().zip(&keys).enumerate() {
        for (row, key) in keys.iter().enumerate() {
            let record = record_of(rows, row, &maps[delivery]);
            if !counts(row, key, delivery) {
                continue;
            }
            if key.referenced {
                if first.get(&key.equal) != Some(&(record, rows.line[row])) {
                    continue;
                }
                first.remove(&key.equal);
            }
            events.kind.push(rows.kind[row]);
            events.record.push(record);
            events.role.push(rows.role[row]);
            events.from.push(rows.from[row]);
            events.to.push(rows.to[row]);
            events.quantity.push(rows.quantity[row]);
            events.out_of.push(rows.out_of[row]);
            events.excused.push(rows.excused[row]);
            events.delivery.push(delivery as u32);
            events.line.push(rows.line[row]);
            code.push(rows.code.get(row));
            reference.push(rows.reference.get(row));
        }
    }
    events.code = code.finish();
    events.reference = reference.finish();
    events
}

/// Rows that a later file gives again: their earlier form no longer says anything, whomever it named.
struct Replaced {
    /// Lines of each part, sorted.
    lines: Vec<Vec<u32>>,
}

impl Replaced {
    /// `parts`: the day that each describes, and its rows. A key that two rows of one file have does not tell which row is meant, and replaces none.
    fn of(parts: Vec<(Day, Vec<RowKey>)>) -> Self {
        let mut latest: FastMap<u128, Day> = FastMap::default();
        let mut shared: FastSet<u128> = FastSet::default();
        for (day, rows) in &parts {
            let mut met: FastSet<u128> = FastSet::default();
            for row in rows {
                latest.entry(row.key).and_modify(|known| *known = (*known).max(*day)).or_insert(*day);
                if !met.insert(row.key) {
                    shared.insert(row.key);
                }
            }
        }
        let of_part = |(day, rows): (Day, Vec<RowKey>)| {
            let is_replaced = |row: &&RowKey| !shared.contains(&row.key) && latest.get(&row.key).is_some_and(|latest| *latest > day);
            let mut lines: Vec<u32> = rows.iter().filter(is_replaced).map(|row| row.line).collect();
            lines.sort_unstable();
            lines
        };
        Self { lines: parts.into_iter().map(of_part).collect() }
    }

    fn holds(&self, part: usize, line: u32) -> bool {
        self.lines.get(part).is_some_and(|lines| lines.binary_search(&line).is_ok())
    }
}

struct EventKey {
    /// Two events with this in common are one event, sent twice.
    same: u128,
    /// Two events with this in common say the same of it.
    equal: u128,
    referenced: bool,
}

fn record_of(rows: &EventRows, row: usize, map: &[u32]) -> u32 {
    map.get(rows.record[row] as usize).copied().unwrap_or(NOBODY)
}

fn event_keys(
    rows: &EventRows,
    delivery: usize,
    map: &[u32],
    identities: &[u128],
    apart: &dyn Fn(EventKind, usize) -> Option<Day>,
) -> Vec<EventKey> {
    let key = |row: usize| {
        let record = record_of(rows, row, map);
        let person = identities.get(record as usize).copied().unwrap_or_default();
        let mut same = ContentHash::new(3);
        same.number(rows.kind[row] as u64);
        same.number(rows.role[row].side() as u64);
        same.number(person as u64);
        same.number((person >> 64) as u64);
        let reference = rows.reference.get(row);
        same.text(reference.unwrap_or_default());
        if let Some(day) = apart(rows.kind[row], delivery).filter(|_| reference.is_some()) {
            same.number(u64::from(day.cast_unsigned()));
        }
        let mut equal = same;
        equal.number(rows.role[row] as u64);
        equal.text(rows.code.get(row).unwrap_or_default());
        for number in [rows.from[row], rows.to[row], rows.quantity[row], rows.out_of[row], rows.excused[row]] {
            equal.number(u64::from(number.cast_unsigned()));
        }
        if reference.is_none() {
            same = equal;
            if record == NOBODY {
                // An event of a place without a reference cannot be recognised: it counts as often as it was sent.
                same.number(delivery as u64);
            }
        }
        EventKey { same: same.finish(), equal: equal.finish(), referenced: reference.is_some() }
    };
    (0..rows.kind.len()).map(key).collect()
}

/// All relations, each once, from its newest delivery.
fn join_relations(parts: &[Vec<Relation>], maps: &[Vec<u32>], replaced: &Replaced) -> Vec<Relation> {
    let mut joined: Vec<Relation> = Vec::new();
    for (delivery, (part, map)) in parts.iter().zip(maps).enumerate() {
        let counts = |relation: &&Relation| !replaced.holds(delivery, relation.line);
        joined.extend(part.iter().filter(counts).map(|relation| Relation {
            from: map.get(relation.from as usize).copied().unwrap_or(NOBODY),
            to: map.get(relation.to as usize).copied().unwrap_or(NOBODY),
            delivery: delivery as u32,
            ..*relation
        }));
    }
    let key = |relation: &Relation| (relation.from, relation.to, relation.kind, relation.lives_together, relation.since, relation.until);
    joined.par_sort_unstable_by_key(|relation| (key(relation), std::cmp::Reverse(relation.delivery), relation.line));
    joined.dedup_by_key(|relation| key(relation));
    joined.retain(|relation| relation.from != relation.to);
    joined
}
