//! Month after month: which feed arrives, its file, and the truth beside it.
//!
//! In: the world. Out: files. What always holds: an increment that was late comes the next month with both months' rows; the line
//! numbers in the truth are those of the file.

use std::collections::HashSet;

use crate::model::{Day, EventKind, Month, Progress};

use super::extracts::{Context, Encoded, FEEDS, Fact, Feed, NOBODY, Row, Source, encode, rows_of};
use super::onward;
use super::random::{Purpose, mix};
use super::service;
use super::truth::{self, Chronicle, Delivered, Line};
use super::work;
use super::world::World;
use super::{SynthError, SynthSettings, SynthSink, SynthSummary};

/// Writes everything.
pub(super) fn deliver(
    mut world: World,
    settings: &SynthSettings,
    sink: &mut dyn SynthSink,
    progress: &dyn Progress,
) -> Result<SynthSummary, SynthError> {
    let mut summary = SynthSummary::default();
    let history = world.history;
    let mut chronicle = Chronicle::default();
    let mut last_sent: Vec<Option<Sent>> = FEEDS.iter().map(|_| None).collect();
    let mut delivered = Delivered::new(world.people.len());
    progress.begin("extracts", u64::from(settings.months) * FEEDS.len() as u64, "files");
    for number in 0..settings.months {
        let schools = world.schools.len().max(1) as u64;
        let lost_school = forgotten(settings, number, schools);
        let month = settings.start.plus(number as i32);
        if number > 0 {
            world = onward::advance(world, month, &settings.noise, &delivered);
        }
        world.activities = work::activities(&world);
        let world = &world;
        if number == 0 {
            service::write(world, month.last_day(), sink)?;
        }
        let mut lines: Vec<Line> = Vec::new();
        let mut files: Vec<String> = Vec::new();
        for (feed, last) in FEEDS.iter().zip(&mut last_sent) {
            if let Some(before) = last.as_ref().filter(|_| repeats(settings, feed, number)) {
                let path = format!("{month}/{}_{:04}{:02}.{}", feed.stem, month.year(), month.month(), feed.extension);
                note(feed, &before.rows, &before.encoded, (files.len() as u16, &mut lines));
                summary.files += 1;
                summary.rows += before.rows.len() as u64;
                put(sink, &path, &before.encoded)?;
                // It looks fresh, whatever is in it.
                delivered.feed_mut(feed.source).month = Some(month);
                files.push(path);
            } else if arrives(settings, feed, number) {
                let path = format!("{month}/{}_{:04}{:02}.{}", feed.stem, month.year(), month.month(), feed.extension);
                let context = Context {
                    world,
                    noise: &settings.noise,
                    feed,
                    as_at: month.last_day(),
                    since: since(settings, feed, number, history),
                    lost_school,
                };
                let rows = rows_of(&context, month);
                let encoded = encode(feed, &rows)?;
                note(feed, &rows, &encoded, (files.len() as u16, &mut lines));
                summary.files += 1;
                summary.rows += rows.len() as u64;
                delivered.take(feed, month, &rows);
                put(sink, &path, &encoded)?;
                files.push(path);
                *last = settings.repeat_feeds.then_some(Sent { rows, encoded });
            }
            progress.advance(1);
        }
        summary.appearances += lines.len() as u64;
        chronicle.goes_on = number + 1 < settings.months;
        truth::write(world, month, (&files, &lines), (&delivered, &mut chronicle), sink)?;
        summary.families_with_children = truth::families_with_children(world, month.last_day());
    }
    summary.people = world.people.len() as u64;
    summary.families = world.families.len() as u64;
    progress.end();
    Ok(summary)
}

/// What a feed sent last, kept where it may be sent again.
struct Sent {
    rows: Vec<Row>,
    encoded: Encoded,
}

fn put(sink: &mut dyn SynthSink, path: &str, encoded: &Encoded) -> Result<(), SynthError> {
    let mut write = |out: &mut dyn std::io::Write| encoded.pieces.iter().try_for_each(|piece| out.write_all(piece));
    Ok(sink.put(path, &mut write)?)
}

fn note(feed: &Feed, rows: &[Row], encoded: &Encoded, (file, lines): (u16, &mut Vec<Line>)) {
    for (index, row) in rows.iter().enumerate() {
        let number = encoded.first_line + index as u32;
        lines.extend(row.people.iter().map(|who| Line { source: feed.source, file, number, slot: who.slot, person: who.person }));
    }
}

/// Whether a feed is due: monthly; termly after each term; the Department quarterly on request.
fn due(feed: &Feed, month: Month, number: u32) -> bool {
    match feed.source {
        Source::Attendance => number == 0 || matches!(month.month(), 3 | 4 | 7 | 12),
        Source::Dwp => number.is_multiple_of(3),
        _ => true,
    }
}

/// Whether it comes: with late feeds one in twelve deliveries does not, the first month always does.
fn arrives(settings: &SynthSettings, feed: &Feed, number: u32) -> bool {
    let month = settings.start.plus(number as i32);
    let late = |number: u32| {
        number > 0 && settings.late_feeds && mix(settings.seed, Purpose::Late, feed.source as u64, u64::from(number)).is_multiple_of(12)
    };
    // What was missed comes the month after.
    let owed = number > 0 && due(feed, month.plus(-1), number - 1) && (late(number - 1) || repeats(settings, feed, number - 1));
    (due(feed, month, number) || owed) && !late(number) && !repeats(settings, feed, number)
}

/// Whether last month's file is sent again instead of this month's: one delivery in twenty where that is asked for.
fn repeats(settings: &SynthSettings, feed: &Feed, number: u32) -> bool {
    number > 0 && settings.repeat_feeds && mix(settings.seed, Purpose::Late, feed.source as u64 + 200, u64::from(number)).is_multiple_of(20)
}

/// With late feeds, every third roll lacks one school: that is not the same as no absence.
fn forgotten(settings: &SynthSettings, number: u32, schools: u64) -> Option<u32> {
    let drawn = mix(settings.seed, Purpose::Late, 99, u64::from(number));
    (settings.late_feeds && number > 0 && drawn.is_multiple_of(3)).then_some((drawn / 3 % schools) as u32)
}

/// As-at day of the delivery before; the first one tells two years of history.
fn since(settings: &SynthSettings, feed: &Feed, number: u32, history: Day) -> Day {
    let before = (0..number).rev().find(|&earlier| arrives(settings, feed, earlier));
    before.map_or(history, |earlier| settings.start.plus(earlier as i32).last_day())
}

impl Delivered {
    /// Takes in what a delivery says: a snapshot replaces the one before, an increment adds.
    fn take(&mut self, feed: &Feed, month: Month, rows: &[Row]) {
        let facts = rows.iter().flat_map(|row| row.facts.iter().copied());
        let births = rows.iter().flat_map(|row| row.people.iter().filter(|who| who.person != NOBODY).map(|who| (who.person, who.birth)));
        let place = self.feed_mut(feed.source);
        place.month = Some(month);
        if !feed.increment {
            place.facts.clear();
            place.births.clear();
        }
        if feed.increment {
            // What is sent again under its reference replaces what was sent before.
            let again: HashSet<(u32, EventKind, u32)> = facts.clone().map(|fact| (fact.person, fact.kind, fact.reference)).collect();
            place.facts.retain(|fact| !again.contains(&(fact.person, fact.kind, fact.reference)));
        }
        place.facts.extend(facts);
        place.facts.sort_by_key(|fact: &Fact| (fact.person, fact.kind, fact.from, fact.reference, fact.code, fact.to));
        place.facts.dedup();
        place.births.extend(births);
        place.births.sort_unstable();
        place.births.dedup();
        for row in rows {
            for who in row.people.iter().filter(|who| who.person != NOBODY) {
                self.appear(who.person);
            }
        }
    }
}
