//! One person under one rule.
//!
//! What comes in: a [`Question`], a person, and that person's events sorted by kind. What goes out: how much counts for certain, how much
//! might, and what leaves it open. What always holds: somebody the rule is not about counts nothing and leaves nothing open.

use super::super::pack::{AgeOn, Ages, Per, Resubmitted, RowsNeeded, Threshold, Who};
use super::super::window::{DatedBy, Placement, Span};
use super::{Happening, Open, OpenSet, Question, Shown, Subject, counted, meaning, share};
use crate::model::{Day, EventKind, MemberRole, NO_DAY, NO_TEXT, Ternary, date};

/// What was found of a person.
#[derive(Clone, Debug)]
pub(super) struct PersonFinding {
    /// The value for this person alone.
    pub(super) value: Ternary,
    /// Distinct events that count.
    pub(super) certain: u32,
    /// Distinct events that might.
    pub(super) possible: u32,
    /// The rows that count.
    pub(super) rows: Vec<Shown>,
    /// What leaves it open.
    pub(super) open: OpenSet,
}

/// How an event stands to a rule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Counts,
    Possible(Open),
    No,
}

/// Ages that an event about a child implies by itself: no younger child is at school, and none under ten is an offender
/// (Children and Young Persons Act 1933, s. 50; from memory). Of a child without a date of birth nothing more can be said.
const IMPLIED_AGE: i32 = 10;

impl Question<'_> {
    /// The rule for one person.
    pub(super) fn person(&self, subject: Subject, history: &[Happening]) -> PersonFinding {
        let mut found = PersonFinding { value: Ternary::False, certain: 0, possible: 0, rows: Vec::new(), open: OpenSet::default() };
        if self.left_out || !self.is_about(subject) {
            return found;
        }
        let Some(span) = &self.span else {
            found.open.insert(Open::NoTerms);
            found.value = Ternary::Unknown;
            return found;
        };
        let rows = of_kind(history, self.rule.kind);
        let counting: Vec<&Happening> = self.counting(subject, span, rows, &mut found);
        if self.has_unknown_code(span, rows) {
            found.open.insert(Open::CodeUnknown);
        }
        if self.misses_row(subject, span, rows, history) {
            found.open.insert(Open::NoRow);
        }
        if !subject.searchable {
            found.open.insert(Open::NotSearchable);
        }
        if !self.feeds_known {
            found.open.insert(Open::FeedMissing);
        }
        match self.rule.threshold {
            Threshold::Count { at_least, per } => {
                found.certain = distinct(&counting);
                found.value = counted(found.certain, found.possible, at_least, found.open.decides());
                if per == Per::Family || found.value == Ternary::True {
                    self.show(subject, span, rows, &counting, |_| None, &mut found);
                }
            }
            Threshold::Quantity { at_least } => {
                let usable: Vec<&Happening> = counting.iter().copied().filter(|row| row.quantity >= 0).collect();
                if usable.len() < counting.len() {
                    found.open.insert(Open::Unusable);
                }
                found.certain = distinct_sum(&usable, |row| row.quantity.unsigned_abs());
                found.value = counted(found.certain, if found.possible > 0 { at_least } else { 0 }, at_least, found.open.decides());
                if found.value == Ternary::True {
                    self.show(subject, span, rows, &usable, |row| Some((row.quantity, -1)), &mut found);
                }
            }
            Threshold::Share { numerator, denominator, above, missed, percentages } => {
                let (sums, counted) = share::counted_sessions(&counting, &span.terms, missed);
                if sums.unusable {
                    found.open.insert(Open::Unusable);
                }
                if !counted.is_empty() && sums.out_of == 0 && self.expects_sessions(subject, span, history) {
                    found.open.insert(Open::NoSessions);
                }
                if sums.reaches(numerator, denominator, above, percentages) {
                    found.value = Ternary::True;
                    // All that could be used are shown, because one that was not added up would be without the others; numbers stand only beside those that were, so that whoever adds them up
                    // again comes to the same share.
                    let usable: Vec<&Happening> = counting.iter().copied().filter(|row| share::is_usable(row, missed)).collect();
                    let is_counted = |row: &Happening| counted.iter().any(|counted| counted.event == row.event);
                    let sessions = |row: &Happening| is_counted(row).then(|| (share::missed_sessions(row, missed), row.out_of));
                    self.show(subject, span, rows, &usable, sessions, &mut found);
                } else if found.open.decides() || found.possible > 0 {
                    found.value = Ternary::Unknown;
                }
            }
        }
        found
    }

    /// True if another delivery of the same event counts in the place of this one.
    fn is_replaced(&self, row: &Happening) -> bool {
        match self.rule.resubmitted {
            Resubmitted::Latest => row.superseded,
            Resubmitted::First => row.repeats,
        }
    }

    /// Notes the rows that show a value, and the earlier deliveries of the same.
    fn show(
        &self,
        subject: Subject,
        span: &Span,
        rows: &[Happening],
        counting: &[&Happening],
        sessions: impl Fn(&Happening) -> Option<(i32, i32)>,
        found: &mut PersonFinding,
    ) {
        let shown = |row: &Happening| Shown { member: 0, event: row.event, sessions: sessions(row) };
        found.rows = counting.iter().map(|row| shown(row)).collect();
        found.rows.extend(self.superseded_copies(subject, span, rows, counting).map(shown));
    }

    /// The rows of a person that count for certain, each once.
    pub(super) fn rows_that_count<'h>(&self, subject: Subject, history: &'h [Happening]) -> Vec<&'h Happening> {
        let mut found = PersonFinding { value: Ternary::False, certain: 0, possible: 0, rows: Vec::new(), open: OpenSet::default() };
        match &self.span {
            Some(span) if self.is_about(subject) => self.counting(subject, span, of_kind(history, self.rule.kind), &mut found),
            _ => Vec::new(),
        }
    }

    /// True if the rule is about this person at all.
    fn is_about(&self, subject: Subject) -> bool {
        let child = is_child(subject, self.reference);
        let right_kind = match self.rule.who {
            Who::Anyone => true,
            Who::Child => child,
            Who::Adult => !child,
        };
        right_kind
            && (subject.resident || !self.rule.resident_only)
            && (self.rule.family_roles.is_empty() || self.rule.family_roles.contains(&subject.role))
            && self.rule.ages.iter().all(|limit| self.could_be(subject, limit.ages, limit.on))
    }

    /// False if no event of the window could find the person at such an age.
    fn could_be(&self, subject: Subject, ages: Ages, on: AgeOn) -> bool {
        match on {
            AgeOn::Reference => self.age_holds(subject, ages, self.reference) != Ternary::False,
            // An event lies before the reference date: an adult of unknown age may not have been one then.
            AgeOn::Event if subject.born == NO_DAY => self.age_holds(subject, ages, self.reference - 1) != Ternary::False,
            AgeOn::Event => {
                // Where an event may have begun before the window, nobody is too old for it.
                let starts_within = |span: &&Span| !span.current && self.rule.dated_by == DatedBy::Start;
                let days = self.span.as_ref().filter(starts_within).map(|span| span.days);
                let youngest = days.and_then(|days| date::age_on(subject.born, days.first)).unwrap_or(0);
                let oldest = date::age_on(subject.born, self.reference).unwrap_or(0);
                ages.maximum.is_none_or(|maximum| youngest <= maximum) && ages.minimum.is_none_or(|minimum| oldest >= minimum)
            }
        }
    }

    /// Whether a person is of such an age on a day. Where no date of birth is known the role decides as far as it can: somebody said to be
    /// a child is under 18, a parent, partner or grandparent is not; of other adults it cannot be said whether they were a year ago. A rule about adults takes all of them for adults: hardly one of them is not, and as
    /// "unknown" a crime that is a child's or an adult's would count as neither.
    fn age_holds(&self, subject: Subject, ages: Ages, on: Day) -> Ternary {
        if subject.born != NO_DAY {
            // Whoever is not born yet is younger than any age; what happened before somebody's birth they did not do at any.
            let holds = date::age_on(subject.born, on).map_or(on >= self.reference && ages.hold(-1), |age| ages.hold(age));
            return if holds { Ternary::True } else { Ternary::False };
        }
        let child = subject.role == MemberRole::Child;
        let minimum_holds = ages.minimum.is_none_or(|minimum| minimum <= IMPLIED_AGE || (!child && minimum <= 18));
        let maximum_holds = ages.maximum.is_none_or(|maximum| child && maximum >= 17);
        if minimum_holds && maximum_holds {
            return Ternary::True;
        }
        let never = if child {
            ages.minimum.is_some_and(|minimum| minimum > 17)
        } else {
            let surely_grown = matches!(subject.role, MemberRole::Parent | MemberRole::Partner | MemberRole::Grandparent);
            ages.maximum.is_some_and(|maximum| maximum < 18) && (surely_grown || on == self.reference)
        };
        if never { Ternary::False } else { Ternary::Unknown }
    }

    /// Rows that count; those that might are noted.
    fn counting<'h>(&self, subject: Subject, span: &Span, rows: &'h [Happening], found: &mut PersonFinding) -> Vec<&'h Happening> {
        let mut counting = Vec::new();
        let mut possible = Vec::new();
        for row in rows.iter().filter(|row| !self.is_replaced(row)) {
            match self.standing(subject, span, row) {
                Standing::No => {}
                _ if self.is_cancelled(row, rows) => {}
                Standing::Counts => counting.push(row),
                Standing::Possible(open) => {
                    found.open.insert(open);
                    possible.push(row);
                }
            }
        }
        found.possible = distinct(&possible);
        counting
    }

    /// How a row stands to the rule, whether or not a later delivery supersedes it.
    fn standing(&self, subject: Subject, span: &Span, row: &Happening) -> Standing {
        if !self.rule.roles.contains(&row.role) || !self.means(row.code, meaning::COUNTS) || self.too_old.contains(&row.source) {
            return Standing::No;
        }
        let undated = match span.place(row.from, row.to, self.rule.dated_by) {
            Placement::Outside => return Standing::No,
            Placement::Within => false,
            Placement::Undated => true,
        };
        let mut open = undated.then_some(Open::Undated);
        if let Some(months) = self.rule.ends_within_months {
            let latest = date::months_before(self.reference, -i32::try_from(months).unwrap_or(i32::MAX));
            match row.to {
                NO_DAY => open = Some(Open::Undated),
                to if to > latest => return Standing::No,
                _ => {}
            }
        }
        for limit in &self.rule.ages {
            let on = match limit.on {
                AgeOn::Reference => self.reference,
                // An offence without a date is already open; its age is asked for at the reference date.
                AgeOn::Event if row.from == NO_DAY => self.reference,
                AgeOn::Event => row.from,
            };
            match self.age_holds(subject, limit.ages, on) {
                Ternary::True => {}
                Ternary::False => return Standing::No,
                Ternary::Unknown => open = Some(Open::BornUnknown),
            }
        }
        open.map_or(Standing::Counts, Standing::Possible)
    }

    /// True if another row takes this one back.
    fn is_cancelled(&self, row: &Happening, rows: &[Happening]) -> bool {
        !self.rule.cancelled_by.is_empty()
            && rows.iter().any(|other| {
                !self.is_replaced(other)
                    && self.means(other.code, meaning::CANCELS)
                    && other.source == row.source
                    && if row.reference == NO_TEXT || other.reference == NO_TEXT {
                        other.from == row.from
                    } else {
                        other.reference == row.reference
                    }
            })
    }

    /// Earlier deliveries of rows that count, which would count in their place: they belong to the evidence, for without the later row
    /// they would be it.
    fn superseded_copies<'h>(
        &'h self,
        subject: Subject,
        span: &'h Span,
        rows: &'h [Happening],
        counting: &'h [&Happening],
    ) -> impl Iterator<Item = &'h Happening> {
        rows.iter().filter(move |row| {
            self.is_replaced(row)
                && self.standing(subject, span, row) == Standing::Counts
                && counting.iter().any(|counted| {
                    counted.source == row.source && counted.reference == row.reference && counted.role.side() == row.role.side()
                })
        })
    }

    /// True if all that feeds say of the person is that nothing could be found out.
    fn has_unknown_code(&self, span: &Span, rows: &[Happening]) -> bool {
        let says = |row: &&Happening| !self.is_replaced(row) && !self.too_old.contains(&row.source);
        !self.rule.unknown_codes.is_empty()
            && rows
                .iter()
                .filter(says)
                .any(|row| self.means(row.code, meaning::UNKNOWN) && span.place(row.from, row.to, self.rule.dated_by) != Placement::Outside)
            && !rows.iter().filter(says).any(|row| !self.means(row.code, meaning::UNKNOWN))
    }

    /// True if the person should have rows in a feed of a population and has not.
    fn misses_row(&self, subject: Subject, span: &Span, rows: &[Happening], history: &[Happening]) -> bool {
        let Some(ages) = self.rule.needs_row_for.filter(|_| self.rows_expected && self.feeds_known) else { return false };
        if self.is_excused(history) {
            return false;
        }
        let known = |row: &&Happening| !self.is_replaced(row) && !self.too_old.contains(&row.source);
        let has_row = |within: &Span| {
            rows.iter().filter(known).any(|row| within.current || within.place(row.from, row.to, self.rule.dated_by) == Placement::Within)
        };
        if self.rule.rows_needed == RowsNeeded::EveryTerm && !span.terms.is_empty() && subject.born != NO_DAY {
            return span.terms.iter().any(|&days| {
                let term = Span { days, terms: Vec::new(), current: false };
                self.age_holds(subject, ages, days.first) == Ternary::True && !has_row(&term)
            });
        }
        self.age_holds(subject, ages, self.reference) != Ternary::False && !has_row(span)
    }

    /// True if the person should have been in school in a term of the window: nobody below school age, and nobody who is educated elsewhere.
    fn expects_sessions(&self, subject: Subject, span: &Span, history: &[Happening]) -> bool {
        let Some(ages) = self.rule.needs_row_for else { return true };
        let of_age = if self.rule.rows_needed == RowsNeeded::EveryTerm && !span.terms.is_empty() && subject.born != NO_DAY {
            span.terms.iter().any(|days| self.age_holds(subject, ages, days.first) == Ternary::True)
        } else {
            self.age_holds(subject, ages, self.reference) != Ternary::False
        };
        of_age && !self.is_excused(history)
    }

    fn is_excused(&self, history: &[Happening]) -> bool {
        let Some(excuse) = &self.rule.excused_by else { return false };
        of_kind(history, excuse.kind).iter().any(|row| {
            let open = (row.from == NO_DAY || row.from <= self.reference) && (row.to == NO_DAY || row.to >= self.reference);
            open && !self.is_replaced(row) && self.means(row.code, meaning::EXCUSES)
        })
    }
}

/// True if a member counts as a child: under 18, or said to be one where no date of birth is known.
#[must_use]
pub(super) fn is_child(subject: Subject, reference: Day) -> bool {
    if subject.born == NO_DAY {
        return subject.role == MemberRole::Child;
    }
    // Born after the reference date: expected, and a child.
    date::age_on(subject.born, reference).is_none_or(|age| age < 18)
}

/// The rows of a kind, of rows sorted by kind.
pub(super) fn of_kind(history: &[Happening], kind: EventKind) -> &[Happening] {
    let start = history.partition_point(|row| row.kind < kind);
    let end = history.partition_point(|row| row.kind <= kind);
    history.get(start..end).unwrap_or_default()
}

/// How many different events rows tell of. Two agencies report the same offence of a person on a day, so of the events of one day only
/// those of the source that tells of most count; within a source, references tell events apart, and without them codes.
#[must_use]
pub fn distinct(rows: &[&Happening]) -> u32 {
    distinct_sum(rows, |_| 1)
}

/// What tells events apart (day, source, reference, code where there is no reference), and an event's amount, larger ones first.
type Told = ((Day, u16, u32, u32), std::cmp::Reverse<u32>);

/// What different events come to together, each with its own amount; told apart as [`distinct`] tells them.
fn distinct_sum(rows: &[&Happening], amount: impl Fn(&Happening) -> u32) -> u32 {
    if let [row] = rows {
        return amount(row);
    }
    let told = |row: &&Happening| -> Told {
        let code = if row.reference == NO_TEXT { row.code } else { NO_TEXT };
        ((row.from, row.source, row.reference, code), std::cmp::Reverse(amount(row)))
    };
    let mut keys: Vec<Told> = rows.iter().map(told).collect();
    keys.sort_unstable();
    // Of one event told twice with two amounts, the larger.
    keys.dedup_by_key(|key| key.0);
    let of_source = |rows: &[Told]| rows.iter().map(|row| row.1.0).fold(0, u32::saturating_add);
    let of_day = |day: &[Told]| day.chunk_by(|left, right| left.0.1 == right.0.1).map(of_source).max().unwrap_or(0);
    keys.chunk_by(|left, right| left.0.0 == right.0.0).map(of_day).fold(0, u32::saturating_add)
}
