//! The nineteen native extracts: who sends what, when, in which layout.
//!
//! In: the world and a month. Out: rows of each extract with, beside every row, who is on it and what it says happened (the truth).
//! What always holds: the layouts are those of `schemas/*.toml`; a row's cells carry the agency's errors, its truth does not.

mod care;
mod community;
mod council_tax;
mod early_help;
mod employment;
mod encode;
mod justice;
mod money;
mod referral;
mod school;
mod standing;
mod tenancy;

use rayon::prelude::*;

use crate::model::{Day, EventKind, EventRole, Month, NO_DAY};

use super::copies::{Birth, Copier, Style};
use super::noise::Noise;
use super::random::{Draw, Purpose, mix, stream};
use super::world::{Absence, Happening, World};

pub(crate) use encode::{Encoded, encode};
pub(crate) use school::so_far;

/// Between the cells of a row in memory.
pub(crate) const CELL: char = '\u{1f}';
/// Code of sessions at a school that is not the child's main one.
pub(crate) const SUBSIDIARY: &str = "subsidiary";
/// On a test row in place of a person.
pub(crate) const NOBODY: u32 = u32::MAX;

/// What one row says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) person: u32,
    pub(crate) kind: EventKind,
    pub(crate) code: &'static str,
    pub(crate) role: EventRole,
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) quantity: i32,
    pub(crate) out_of: i32,
    /// Sessions missed with leave.
    pub(crate) excused: i32,
    /// Tells apart what is otherwise equal: two schools' counts, two incidents of a day.
    pub(crate) reference: u32,
}

impl Fact {
    /// What the world knows, as a fact.
    pub(crate) fn of(event: &Happening, to: Day) -> Self {
        let Happening { person, kind, code, role, from, quantity, out_of, .. } = *event;
        Self { person, kind, code, role, from, to, quantity, out_of, excused: -1, reference: 0 }
    }

    /// An event of one day, without quantities.
    pub(crate) fn plain(person: u32, kind: EventKind, code: &'static str, role: EventRole, from: Day, reference: u32) -> Self {
        Self { person, kind, code, role, from, to: NO_DAY, quantity: -1, out_of: -1, excused: -1, reference }
    }

    /// An absence count.
    pub(crate) fn absence(absence: &Absence) -> Self {
        Self {
            person: absence.person,
            kind: EventKind::SchoolAbsence,
            code: if absence.dual { SUBSIDIARY } else { "absence" },
            role: EventRole::Subject,
            from: absence.from,
            to: absence.to,
            quantity: i32::from(absence.unauthorised),
            out_of: i32::from(absence.possible),
            excused: i32::from(absence.authorised),
            reference: absence.school,
        }
    }
}

/// Somebody on a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Appearance {
    pub(crate) slot: &'static str,
    pub(crate) person: u32,
    /// Date of birth the row gives and one can believe, [`NO_DAY`] for none.
    pub(crate) birth: Day,
}

/// One row of an extract and the truth about it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// Rows are delivered in this order: it follows nobody's family.
    pub(crate) order: u64,
    /// Cells, separated by [`CELL`].
    pub(crate) cells: String,
    pub(crate) people: Vec<Appearance>,
    pub(crate) facts: Vec<Fact>,
    /// Whether there is a first cell yet: it may be empty.
    begun: bool,
}

impl Row {
    pub(crate) fn new(order: u64) -> Self {
        Self { order, ..Self::default() }
    }

    /// Appends a cell. The separator itself cannot be part of any name here.
    pub(crate) fn cell(&mut self, text: &str) -> &mut Self {
        if self.begun {
            self.cells.push(CELL);
        }
        self.begun = true;
        self.cells.push_str(text);
        self
    }

    pub(crate) fn cells<const N: usize>(&mut self, texts: [&str; N]) -> &mut Self {
        for text in texts {
            self.cell(text);
        }
        self
    }

    pub(crate) fn blank(&mut self, count: usize) -> &mut Self {
        for _ in 0..count {
            self.cell("");
        }
        self
    }

    pub(crate) fn person(&mut self, slot: &'static str, person: u32, birth: Birth) -> &mut Self {
        self.people.push(Appearance { slot, person, birth: birth.believable() });
        self
    }
}

/// The sources, in the order of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Source {
    Attendance,
    Exclusions,
    NotOnRoll,
    Youth,
    Police,
    Asb,
    Dwp,
    CareEpisodes,
    CareRelations,
    CouncilTax,
    Benefits,
    Acis,
    Lhp,
    Abuse,
    Health,
    Referrals,
    EarlyHelp,
    YoungPeople,
    Employment,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    /// Delimiter, WHATWG encoding label, first cell of a closing total line.
    Csv(u8, &'static str, Option<&'static str>),
    /// Sheet, title lines, date columns, first cell of a closing total line.
    Xlsx(&'static str, &'static [&'static str], &'static [usize], Option<&'static str>),
    /// zstd instead of snappy; columns that are real dates.
    Parquet(bool, &'static [usize]),
}

/// One feed.
#[derive(Clone, Copy)]
pub(crate) struct Feed {
    pub(crate) source: Source,
    /// Name of its schema.
    pub(crate) name: &'static str,
    pub(crate) stem: &'static str,
    pub(crate) extension: &'static str,
    pub(crate) increment: bool,
    /// Days a delivery may be carried forward, as in its schema.
    pub(crate) valid_days: i32,
    pub(crate) carries: &'static [EventKind],
    pub(crate) header: &'static [&'static str],
    pub(crate) format: Format,
    pub(crate) style: Style,
    /// Cells of a test row: (column, text); the rest is empty.
    pub(crate) test: &'static [(usize, &'static str)],
    /// Who the test row pretends to be.
    pub(crate) test_slots: &'static [&'static str],
    pub(crate) rows: fn(&Context<'_>) -> Vec<Row>,
}

/// Every feed, in the order of [`Source`].
pub(crate) const FEEDS: [Feed; 19] = [
    school::ATTENDANCE,
    standing::EXCLUSIONS,
    standing::NOT_ON_ROLL,
    justice::YOUTH,
    justice::POLICE,
    community::ASB,
    money::DWP,
    care::EPISODES,
    care::RELATIONS,
    council_tax::COUNCIL_TAX,
    money::BENEFITS,
    tenancy::ACIS,
    tenancy::LHP,
    community::ABUSE,
    care::HEALTH,
    referral::REFERRALS,
    early_help::EARLY_HELP,
    early_help::YOUNG_PEOPLE,
    employment::EMPLOYMENT,
];

/// Title and lower case, English letters.
pub(crate) const PLAIN: Style = Style { capitals: false, diacritics: false, curly: false };
/// Everything in capitals.
pub(crate) const CAPITALS: Style = Style { capitals: true, diacritics: false, curly: false };
/// Full alphabet.
pub(crate) const FULL: Style = Style { capitals: false, diacritics: true, curly: false };
/// Curly apostrophes.
pub(crate) const CURLY: Style = Style { capitals: false, diacritics: false, curly: true };

/// What a feed is asked for.
pub(crate) struct Context<'a> {
    pub(crate) world: &'a World,
    pub(crate) noise: &'a Noise,
    pub(crate) feed: &'a Feed,
    pub(crate) as_at: Day,
    /// As-at day of the delivery before; of an increment only what came after it is sent.
    pub(crate) since: Day,
    /// A school whose rows were forgotten.
    pub(crate) lost_school: Option<u32>,
}

impl Context<'_> {
    /// The copies of this feed's own system.
    pub(crate) fn copier(&self) -> Copier<'_> {
        self.copier_of(self.feed.source)
    }

    /// The copies of the system another feed comes from too.
    pub(crate) fn copier_of(&self, source: Source) -> Copier<'_> {
        Copier { world: self.world, noise: self.noise, system: source as u64 + 1, style: self.feed.style }
    }

    /// A place in the file that follows nothing.
    pub(crate) fn order(&self, first: u64, second: u64) -> u64 {
        mix(self.world.seed, Purpose::Order, self.feed.source as u64 * 1_000_003 + first, second)
    }

    /// A lasting choice of this feed about an entity.
    pub(crate) fn choice(&self, entity: u64, question: u64, probability: f64) -> bool {
        let drawn = mix(self.world.seed, Purpose::Extract, self.feed.source as u64 * 64 + question, entity);
        ((drawn >> 11) as f64) < probability * (1_u64 << 53) as f64
    }

    /// True if a day is news for this increment.
    pub(crate) fn is_new(&self, day: Day) -> bool {
        day > self.since && day <= self.as_at
    }

    /// Rows per family, in parallel; `rows` gets each family's number.
    pub(crate) fn per_family(&self, rows: impl Fn(u32, &mut Vec<Row>) + Sync) -> Vec<Row> {
        let count = self.world.families.len() as u32;
        let chunks: Vec<Vec<Row>> = (0..count.div_ceil(1_024))
            .into_par_iter()
            .map(|chunk| {
                let mut out = Vec::new();
                for family in chunk * 1_024..((chunk + 1) * 1_024).min(count) {
                    rows(family, &mut out);
                }
                out
            })
            .collect();
        chunks.into_iter().flatten().collect()
    }

    /// Rows per item of a list, in parallel.
    pub(crate) fn per_item<T: Sync>(items: &[T], rows: impl Fn(usize, &T, &mut Vec<Row>) + Sync) -> Vec<Row> {
        let chunks: Vec<Vec<Row>> = items
            .par_chunks(2_048)
            .enumerate()
            .map(|(chunk, items)| {
                let mut out = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    rows(chunk * 2_048 + index, item, &mut out);
                }
                out
            })
            .collect();
        chunks.into_iter().flatten().collect()
    }
}

/// The rows of a feed in the order of delivery, with test rows and rows sent twice.
pub(crate) fn rows_of(context: &Context<'_>, month: Month) -> Vec<Row> {
    let mut rows = (context.feed.rows)(context);
    let world = context.world;
    let mut twice: Vec<Row> = Vec::new();
    for row in &rows {
        let mut rng = stream(world.seed, Purpose::Stray, row.order, context.feed.source as u64);
        if rng.chance(context.noise.duplicate_row) {
            twice.push(Row { order: rng.u64(..), ..row.clone() });
        }
    }
    rows.append(&mut twice);
    let noisy = context.noise.duplicate_row > 0.0;
    for number in 0..if noisy { 2_u64 } else { 0 } {
        let order = mix(
            world.seed,
            Purpose::Stray,
            month.months_since(Month::of(0).unwrap_or(month)) as u64,
            context.feed.source as u64 * 8 + number,
        );
        let mut row = Row::new(order);
        for column in 0..context.feed.header.len() {
            let text = context.feed.test.iter().find(|(at, _)| *at == column).map_or("", |&(_, text)| text);
            row.cell(&text.replace('#', &number.to_string()).replace('@', &month.to_string().replace('-', "")));
        }
        row.people.extend(context.feed.test_slots.iter().map(|&slot| Appearance { slot, person: NOBODY, birth: NO_DAY }));
        rows.push(row);
    }
    rows.par_sort_by(|left, right| (left.order, &left.cells).cmp(&(right.order, &right.cells)));
    rows
}

/// `dd/mm/yyyy` and the other ways to write a day; empty for [`NO_DAY`].
pub(crate) fn written(day: Day, pattern: &str) -> String {
    if day == NO_DAY {
        return String::new();
    }
    crate::model::date::to_naive(day).map(|date| date.format(pattern).to_string()).unwrap_or_default()
}

/// A date of birth in a source's way of writing.
pub(crate) fn written_birth(birth: Birth, pattern: &str) -> String {
    match birth {
        Birth::Missing => String::new(),
        Birth::Default(day) | Birth::Given(day) => written(day, pattern),
    }
}

/// A number of an agency for a person: seven digits, one to one.
pub(crate) fn agency_number(source: Source, person: u32, variant: u64) -> u64 {
    // 9,999,991 is prime, so multiplication permutes; each agency has its own multiplier.
    let factor = 48_271 + source as u64 * 2_098;
    1 + ((u64::from(person) * 2 + variant) * factor) % 9_999_991
}
