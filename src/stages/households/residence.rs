//! What each source says about where each person lives.
//!
//! What comes in: persons' records and the place of each. What goes out: [`Statements`] (one per person, place and source) and, from them,
//! [`Candidates`]: the places a person may live at now, each with a weight. What always holds: a person's statements are ordered by
//! (place, source name); a statement that ended before the reference date, or is older than the settings allow, makes no candidate.
//!
//! A statement weighs as much as its source has proved to be worth: the log odds with which that source names the same home as the
//! majority of the person's other sources (naive Bayes voting with reliabilities learnt from agreement, as in Dawid and Skene,
//! Applied Statistics 28(1), 1979, in one step), less for age.
#![expect(clippy::indexing_slicing, reason = "indices are record rows, dense person numbers, sources and offsets built here")]

use rayon::prelude::*;

use super::people::People;
use super::places::{NOWHERE, Places};
use crate::model::{Day, DeliveryKind, NO_DAY, Source, StandardPersons};

/// Days after which a statement counts half: addresses change at about one household in ten a year, but lists are corrected late.
const HALF_LIFE_DAYS: f32 = 365.0;

/// A source is taken to be right this often before anything is known of it, with the force of [`PRIOR_STATEMENTS`] statements.
const PRIOR_ACCURACY: f32 = 0.85;
const PRIOR_STATEMENTS: f32 = 20.0;

/// Bounds of the weight of a source, in log odds: never nothing, never beyond outvoting by two.
const WEIGHT_BOUNDS: (f32, f32) = (0.4, 3.0);

/// Weight of having been found to live at a place last month: that of the weakest source. What every source said is weighed anew each month, older by a month
/// or fresh from a new delivery; without this, families about whom nothing was said move to and fro between two places of nearly equal weight
/// (twelve synthetic months of 20,000 people: 541 of 1,354 moves; with it 49 of 694, and as many people at their true home).
const STAYS: f32 = WEIGHT_BOUNDS.0;

/// A source says that a person lives or lived at a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    pub(super) place: u32,
    /// Rank of the source by name.
    pub(super) source: u16,
    /// Day the newest such record describes.
    pub(super) as_at: Day,
    /// Latest day from which the address is said to hold, `NO_DAY` if not said.
    pub(super) from: Day,
    /// Day it ended, `NO_DAY` while it lasts.
    pub(super) to: Day,
    /// First record that says so.
    pub(super) record: u32,
}

/// All statements, by person.
pub(super) struct Statements {
    offsets: Vec<u32>,
    all: Vec<Statement>,
}

/// A place somebody may live at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) place: u32,
    pub(super) weight: f32,
    /// Number of sources behind it.
    pub(super) sources: u16,
    /// How many of these tell how things stand, not what happened at some time.
    pub(super) snapshots: u16,
    /// Newest as-at day.
    pub(super) as_at: Day,
    /// Latest first day said.
    pub(super) from: Day,
}

/// All candidates, by person, the best first.
pub(super) struct Candidates {
    offsets: Vec<u32>,
    all: Vec<Candidate>,
}

impl Statements {
    /// The statements about one person, by (place, source).
    pub(super) fn of(&self, person: u32) -> &[Statement] {
        &self.all[self.offsets[person as usize] as usize..self.offsets[person as usize + 1] as usize]
    }

    /// Gathers them.
    pub(super) fn gather(persons: &StandardPersons, people: &People, places: &Places, sources: &[Source], reference: Day) -> Self {
        let ranks = Source::ranks(sources);
        let groups: Vec<Vec<Statement>> = (0..people.len() as u32)
            .into_par_iter()
            .with_min_len(512)
            .map(|person| {
                let mut found: Vec<Statement> = people
                    .records(person)
                    .iter()
                    .filter(|&&row| places.of_record[row as usize] != NOWHERE)
                    .map(|&row| Statement {
                        place: places.of_record[row as usize],
                        source: ranks[usize::from(persons.position[row as usize].source)],
                        as_at: persons.as_at[row as usize].min(reference),
                        from: persons.address_from[row as usize],
                        to: persons.address_to[row as usize],
                        record: row,
                    })
                    .collect();
                settle_on_flats(&mut found, places);
                // The sort is stable: records stay in the order of (source name, record id).
                found.sort_by_key(|statement| (statement.place, statement.source));
                found.chunk_by(|a, b| (a.place, a.source) == (b.place, b.source)).map(|run| combine(run, reference)).collect()
            })
            .collect();
        let mut offsets = Vec::with_capacity(groups.len() + 1);
        offsets.push(0);
        let mut all = Vec::with_capacity(groups.iter().map(Vec::len).sum());
        for group in groups {
            all.extend(group);
            offsets.push(all.len() as u32);
        }
        Self { offsets, all }
    }
}

/// An address without its flat means the flat another record of the person names in the same building.
fn settle_on_flats(found: &mut [Statement], places: &Places) {
    for place in 0..found.len() {
        let vague = found[place].place;
        if places.vague[vague as usize] {
            let exact = found
                .iter()
                .map(|other| other.place)
                .filter(|&other| !places.vague[other as usize] && places.building[other as usize] == places.building[vague as usize])
                .min();
            if let Some(exact) = exact {
                found[place].place = exact;
            }
        }
    }
}

fn combine(run: &[Statement], reference: Day) -> Statement {
    let open = |statement: &&Statement| statement.to == NO_DAY || statement.to >= reference;
    let lasting = run.iter().filter(open).map(|statement| statement.as_at).max();
    let ended = run.iter().filter(|statement| !open(statement)).map(|statement| statement.to).max();
    let newest = run.iter().map(|statement| statement.as_at).max().unwrap_or(NO_DAY);
    Statement {
        as_at: lasting.unwrap_or(newest),
        from: run.iter().map(|statement| statement.from).max().unwrap_or(NO_DAY),
        to: if lasting.is_some() { NO_DAY } else { ended.unwrap_or(NO_DAY) },
        ..run[0]
    }
}

impl Candidates {
    /// The candidates of one person, the best first.
    pub(super) fn of(&self, person: u32) -> &[Candidate] {
        &self.all[self.offsets[person as usize] as usize..self.offsets[person as usize + 1] as usize]
    }

    /// What speaks for a person living at a place.
    pub(super) fn at(&self, person: u32, place: u32) -> Option<&Candidate> {
        self.of(person).iter().find(|candidate| candidate.place == place)
    }

    /// Weighs the statements; `lived` tells whether a person was found to live at a place last month.
    pub(super) fn weigh(
        statements: &Statements,
        sources: &[Source],
        reference: Day,
        valid_days: u32,
        lived: impl Fn(u32, u32) -> bool + Sync,
    ) -> Self {
        let persons = statements.offsets.len().saturating_sub(1) as u32;
        let weights = source_weights(statements, persons, sources.len(), reference, valid_days);
        let mut snapshot = vec![0_u16; sources.len()];
        for (source, rank) in sources.iter().zip(Source::ranks(sources)) {
            snapshot[usize::from(rank)] = u16::from(source.delivery == DeliveryKind::Snapshot);
        }
        let groups: Vec<Vec<Candidate>> = (0..persons)
            .into_par_iter()
            .with_min_len(512)
            .map(|person| {
                let mut found: Vec<Candidate> = Vec::new();
                for statement in statements.of(person).iter().filter(|statement| counts(statement, reference, valid_days)) {
                    let age = (reference - statement.as_at).max(0) as f32;
                    let weight = weights[usize::from(statement.source)] * libm::exp2f(-age / HALF_LIFE_DAYS);
                    match found.last_mut() {
                        Some(last) if last.place == statement.place => {
                            last.weight += weight;
                            last.sources += 1;
                            last.snapshots += snapshot[usize::from(statement.source)];
                            last.as_at = last.as_at.max(statement.as_at);
                            last.from = last.from.max(statement.from);
                        }
                        _ => found.push(Candidate {
                            place: statement.place,
                            weight,
                            sources: 1,
                            snapshots: snapshot[usize::from(statement.source)],
                            as_at: statement.as_at,
                            from: statement.from,
                        }),
                    }
                }
                for one in found.iter_mut().filter(|one| lived(person, one.place)) {
                    one.weight += STAYS;
                }
                found.sort_by(|a, b| {
                    b.weight.total_cmp(&a.weight).then(b.from.cmp(&a.from)).then(b.as_at.cmp(&a.as_at)).then(a.place.cmp(&b.place))
                });
                found
            })
            .collect();
        let mut offsets = Vec::with_capacity(groups.len() + 1);
        offsets.push(0);
        let mut all = Vec::with_capacity(groups.iter().map(Vec::len).sum());
        for group in groups {
            all.extend(group);
            offsets.push(all.len() as u32);
        }
        Self { offsets, all }
    }
}

/// Neither ended nor too old.
fn counts(statement: &Statement, reference: Day, valid_days: u32) -> bool {
    let ended = statement.to != NO_DAY && statement.to < reference;
    !ended && statement.as_at != NO_DAY && i64::from(reference) - i64::from(statement.as_at) <= i64::from(valid_days)
}

/// The log odds of each source (by rank) naming the home that most other sources of the person name.
fn source_weights(statements: &Statements, persons: u32, sources: usize, reference: Day, valid_days: u32) -> Vec<f32> {
    let tallies: Vec<(u64, u64)> = (0..persons)
        .into_par_iter()
        .fold(
            || vec![(0_u64, 0_u64); sources],
            |mut tally, person| {
                let current: Vec<&Statement> = statements.of(person).iter().filter(|one| counts(one, reference, valid_days)).collect();
                for one in &current {
                    // The statements are sorted by place, so each place of the other sources is one run.
                    let others = current.iter().filter(|other| other.source != one.source);
                    let mut runs: Vec<(usize, u32)> = Vec::new();
                    for other in others {
                        match runs.last_mut() {
                            Some(last) if last.1 == other.place => last.0 += 1,
                            _ => runs.push((1, other.place)),
                        }
                    }
                    runs.sort_unstable_by(|a, b| b.cmp(a));
                    // Only a clear majority of at least two other sources can judge.
                    let clear = runs.first().is_some_and(|best| best.0 >= 2 && runs.get(1).is_none_or(|next| next.0 < best.0));
                    if clear {
                        let slot = &mut tally[usize::from(one.source)];
                        slot.0 += u64::from(runs[0].1 == one.place);
                        slot.1 += 1;
                    }
                }
                tally
            },
        )
        .reduce(
            || vec![(0, 0); sources],
            |mut left, right| {
                for (total, more) in left.iter_mut().zip(right) {
                    total.0 += more.0;
                    total.1 += more.1;
                }
                left
            },
        );
    tallies
        .iter()
        .map(|&(agreed, all)| {
            let accuracy = (agreed as f32 + PRIOR_ACCURACY * PRIOR_STATEMENTS) / (all as f32 + PRIOR_STATEMENTS);
            libm::logf(accuracy / (1.0 - accuracy)).clamp(WEIGHT_BOUNDS.0, WEIGHT_BOUNDS.1)
        })
        .collect()
}
