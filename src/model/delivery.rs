//! Feeds and their deliveries: which agency sent what, for which month, how old it is.

use super::{Day, EventKind, Month};

/// How often an agency sends a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Every month.
    Monthly,
    /// Three times a year.
    Termly,
    /// When asked for.
    OnRequest,
}

/// What a delivery holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryKind {
    /// Everything as it stands; it replaces the one before.
    Snapshot,
    /// What is new since the one before; earlier ones still count.
    Increment,
}

/// Who is in a feed (design: a feed of events says "no" by silence, a feed of a population does not).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Everybody of that kind; absence of a row says nothing about the event.
    Population,
    /// Only those to whom something happened; no row means it did not happen.
    Events,
}

/// How far a feed can be relied on at the reference date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedState {
    /// Delivered for this month (or within its cadence).
    Fresh,
    /// An earlier delivery is carried forward: still younger than the feed's validity.
    Stale,
    /// No delivery, or one older than its validity: what it would show is unknown.
    Missing,
}

impl FeedState {
    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Missing => "missing",
        }
    }
}

/// One feed of one agency, as its schema declares it and as it stands this month.
#[derive(Clone, Debug)]
pub struct Source {
    /// The schema's name, such as `police_crime`: the first half of a record's identity.
    pub name: String,
    /// The agency, in words.
    pub agency: String,
    /// How often it comes.
    pub cadence: Cadence,
    /// Snapshot or increment.
    pub delivery: DeliveryKind,
    /// Population or events.
    pub coverage: Coverage,
    /// Days for which the last delivery may be carried forward.
    pub valid_days: u32,
    /// Kinds of event it carries: what is unknown when it is missing.
    pub carries: Vec<EventKind>,
    /// Codes it can give, per kind; a kind that is not named here can come with any code.
    pub codes: Vec<(EventKind, String)>,
    /// True where the agency guarantees one record per person (deduplicated), so two of its records are two people.
    pub one_per_person: bool,
    /// How it stands at the reference date.
    pub state: FeedState,
    /// As-at day of the newest delivery used, [`super::NO_DAY`] when missing.
    pub as_at: Day,
    /// Days between that and the reference date, 0 when missing.
    pub age_days: u32,
}

impl Source {
    /// The rank of each source by its name, so that sorting needs no text.
    #[must_use]
    pub fn ranks(sources: &[Self]) -> Vec<u16> {
        let mut order: Vec<(&str, usize)> = sources.iter().map(|source| source.name.as_str()).zip(0..).collect();
        order.sort_unstable();
        let mut ranks = vec![0; order.len()];
        for (rank, &(_, source)) in order.iter().enumerate() {
            if let Some(slot) = ranks.get_mut(source) {
                *slot = rank as u16;
            }
        }
        ranks
    }

    /// True if the feed could bring an event of this kind with one of these codes (empty: any).
    #[must_use]
    pub fn can_show(&self, kind: EventKind, codes: &[String]) -> bool {
        let listed =
            |wanted: Option<&String>| self.codes.iter().any(|(of, code)| *of == kind && wanted.is_none_or(|wanted| wanted == code));
        self.carries.contains(&kind) && (codes.is_empty() || !listed(None) || codes.iter().any(|code| listed(Some(code))))
    }
}

/// One file that was read.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Index into the run's sources.
    pub source: u16,
    /// Path below the data folder, with `/`.
    pub file: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// The month it was delivered for.
    pub month: Month,
    /// The day it describes.
    pub as_at: Day,
    /// Data rows read.
    pub rows_read: u64,
    /// Data rows used.
    pub rows_used: u64,
    /// Data rows set aside; read = used + set aside.
    pub rows_set_aside: u64,
}
