//! What the generator did to each family since the month before.
//!
//! In: the journal of the month, the rows delivered. Out: one line per change with the feeds that show somebody it is about. What
//! always holds: a change none of whose people stands on a row of this month or the last one says `none`.

use std::io::{self, Write};

use crate::model::date::iso;
use crate::model::{Day, NO_DAY};

use super::super::extracts::{FEEDS, NOBODY};
use super::super::world::World;
use super::Line;

/// Who stood on a row of which feed, sorted.
pub(super) type Shown = Vec<(u32, u8)>;

/// The people of a month's rows.
pub(super) fn shown(lines: &[Line]) -> Shown {
    let mut shown: Shown = lines.iter().filter(|line| line.person != NOBODY).map(|line| (line.person, line.source as u8)).collect();
    shown.sort_unstable();
    shown.dedup();
    shown
}

/// The feeds with a row of one of these people, in the order of the contract.
fn traces(people: &[u32], months: [&Shown; 2]) -> String {
    let mut feeds: Vec<u8> = Vec::new();
    for shown in months {
        for &person in people {
            let start = shown.partition_point(|&(who, _)| who < person);
            feeds.extend(shown.get(start..).unwrap_or_default().iter().take_while(|&&(who, _)| who == person).map(|&(_, feed)| feed));
        }
    }
    feeds.sort_unstable();
    feeds.dedup();
    let names: Vec<&str> = feeds.iter().filter_map(|&feed| FEEDS.get(usize::from(feed))).map(|feed| feed.name).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" ") }
}

/// Writes `changes.csv`.
pub(super) fn write(world: &World, on: Day, (now, before): (&Shown, &Shown), out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    writeln!(out, "day,family,change,person,other_family,feed,trace")?;
    for change in &world.journal {
        let name = |letter: char, number: u32| if number == u32::MAX { String::new() } else { format!("{letter}{number}") };
        let people: Vec<u32> = if change.person == u32::MAX {
            world.residents(change.family, on).iter().map(|member| member.person).collect()
        } else {
            vec![change.person]
        };
        let (person, other) = (name('P', change.person), name('F', change.other));
        let trace = traces(&people, [now, before]);
        writeln!(out, "{},F{},{},{person},{other},{},{trace}", iso(change.day), change.family, change.kind.name(), change.feed)?;
    }
    out.flush()
}

/// The day since which the same people live in a family, [`NO_DAY`] if that has not changed in the time told.
pub(super) fn unchanged_since(world: &World, family: u32, on: Day) -> Day {
    let mut since = NO_DAY;
    for member in world.family(family).members.iter().filter(|member| member.resident) {
        let after = |day: Day| if day == NO_DAY { NO_DAY } else { day + 1 };
        let person = world.person(member.person);
        let days = [member.from, after(member.to), person.died, if person.born > world.first_horizon { person.born } else { NO_DAY }];
        since = days.into_iter().filter(|&day| day != NO_DAY && day <= on && day > world.first_horizon).fold(since, Day::max);
    }
    since
}
