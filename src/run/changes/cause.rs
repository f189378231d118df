//! A cause: why a family is on a list or no longer on it.
//!
//! What comes in: rules and rows. What goes out: one cause with its rule, day, person and row, and the sentence about it. What always holds: a sentence
//! names rules, days, feeds and files, never a value of a person.

use crate::model::{ChangeCause, Day, NO_DAY, RowPlace, date};
use crate::rules::pack::{Pack, Per, Rule, Threshold};

/// Why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) why: ChangeCause,
    pub(super) criterion: String,
    pub(super) rule: String,
    pub(super) day: Day,
    pub(super) person_id: String,
    pub(super) behind: RowPlace,
    pub(super) words: String,
}

impl Cause {
    /// A cause without a rule or a row.
    pub(super) fn plain(why: ChangeCause, words: impl Into<String>) -> Self {
        Self {
            why,
            criterion: String::new(),
            rule: String::new(),
            day: NO_DAY,
            person_id: String::new(),
            behind: RowPlace::default(),
            words: words.into(),
        }
    }

    /// A cause of a rule by a row: `words` stand between the rule's title and the row's place.
    pub(super) fn by_row(why: ChangeCause, rule: &Rule, words: &str, person_id: &str, behind: RowPlace) -> Self {
        let words = format!("{}: {words}{}", title(rule), at(&behind));
        Self::plain(why, words).about(person_id).of_rule(rule).behind(behind)
    }

    /// The same cause on a day.
    pub(super) fn on(mut self, day: Day) -> Self {
        self.day = day;
        self
    }

    /// The same cause about a person.
    pub(super) fn about(mut self, person_id: &str) -> Self {
        person_id.clone_into(&mut self.person_id);
        self
    }

    /// The same cause of a clause of the pack that is no rule of a criterion.
    pub(super) fn of_clause(mut self, clause: &str) -> Self {
        clause.clone_into(&mut self.rule);
        self
    }

    /// The same cause of a rule.
    pub(super) fn of_rule(mut self, rule: &Rule) -> Self {
        self.rule.clone_from(&rule.id);
        self.criterion.clone_from(&rule.criterion);
        self
    }

    /// The same cause with the row behind it.
    pub(super) fn behind(mut self, behind: RowPlace) -> Self {
        self.behind = behind;
        self
    }
}

/// An event of this month as a cause tells of it.
pub(super) struct Told<'f> {
    /// Its kind in words.
    pub(super) kind: String,
    /// First day.
    pub(super) from: Day,
    /// Last day.
    pub(super) to: Day,
    /// Whose it is.
    pub(super) person_id: &'f str,
    /// Where it stands.
    pub(super) behind: RowPlace,
}

impl Told<'_> {
    /// A cause of a rule by this event.
    pub(super) fn cause(&self, why: ChangeCause, rule: &Rule, day: Day, words: &str) -> Cause {
        Cause::by_row(why, rule, words, self.person_id, self.behind.clone()).on(day)
    }
}

/// ` on 2013-02-14`, or nothing where the day is not known.
pub(super) fn on_day(day: Day) -> String {
    if day == NO_DAY { String::new() } else { format!(" on {}", date::iso(day)) }
}

/// ` (police_crime, 2012-10/police_crime.csv:12)`, or nothing where there is no row.
pub(super) fn at(place: &RowPlace) -> String {
    match (place.source.is_empty(), place.line) {
        (true, _) => String::new(),
        (false, 0) => format!(" ({})", place.source),
        (false, line) => format!(" ({}, {}:{line})", place.source, place.file),
    }
}

/// The title of a rule, or its id as words.
pub(super) fn title(rule: &Rule) -> String {
    if rule.title.is_empty() { rule.id.replace('_', " ") } else { rule.title.clone() }
}

/// The rule of a pack by its id.
pub(super) fn rule<'p>(pack: &'p Pack, id: &str) -> Option<&'p Rule> {
    pack.rules.iter().find(|rule| rule.id == id)
}

/// When a rule that rests on several rows was lost: of the days of the rows of each person (or of the family), in order, the one that took it below the
/// threshold; of several persons the last, because until then the rule held. `rows` are (person, cause) of the rows that are lost, `before` the
/// person of every row there was. A row whose day is not known comes last.
pub(super) fn deciding(rule: &Rule, rows: Vec<(String, Cause)>, before: &[String]) -> Option<Cause> {
    let (needed, per) = match rule.threshold {
        Threshold::Count { at_least, per } => (at_least as usize, per),
        Threshold::Quantity { .. } | Threshold::Share { .. } => (1, Per::Person),
    };
    let mut of: std::collections::BTreeMap<String, Vec<Cause>> = std::collections::BTreeMap::new();
    for (person, cause) in rows {
        of.entry(if per == Per::Family { String::new() } else { person }).or_default().push(cause);
    }
    let order = |cause: &Cause| (if cause.day == NO_DAY { Day::MAX } else { cause.day }, cause.behind.clone(), cause.words.clone());
    let is_total = matches!(rule.threshold, Threshold::Quantity { .. } | Threshold::Share { .. });
    let lost = of.into_iter().filter_map(|(person, mut causes)| {
        // A sum or a share over a window that moved on has lost its oldest rows in any case: what it would still have had, had it been sent, decides.
        causes.sort_by_cached_key(|cause| (is_total && cause.why != ChangeCause::EvidenceWithdrawn, order(cause)));
        let had = if per == Per::Family { before.len() } else { before.iter().filter(|one| **one == person).count() };
        let place = if is_total { 0 } else { had.saturating_sub(needed) };
        let place = place.min(causes.len().saturating_sub(1));
        causes.into_iter().nth(place)
    });
    // The rule holds as long as one of them meets it.
    lost.max_by_key(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack() -> Pack {
        Pack::parse("p1-2012.toml", include_str!("../../../pipelines/criteria/p1-2012.toml")).unwrap()
    }

    fn lost(person: &str, day: Day) -> (String, Cause) {
        (person.to_owned(), Cause::plain(ChangeCause::AgedOut, "a row").on(day))
    }

    #[test]
    fn the_row_that_crossed_the_threshold_speaks_for_the_rule() {
        let mut rule = pack().rules.first().cloned().unwrap();
        let before = |rows: &[&str]| rows.iter().map(|person| (*person).to_owned()).collect::<Vec<_>>();
        rule.threshold = Threshold::Count { at_least: 1, per: Per::Person };
        // One row is enough: the last of two to go ended it; of two people the one who held out longer.
        assert_eq!(deciding(&rule, vec![lost("A", 10), lost("A", 20)], &before(&["A", "A"])).unwrap().day, 20);
        assert_eq!(deciding(&rule, vec![lost("A", 30), lost("B", 20)], &before(&["A", "B"])).unwrap().day, 30);
        rule.threshold = Threshold::Count { at_least: 3, per: Per::Person };
        // Three are needed: of three the first to go, of four the second.
        assert_eq!(deciding(&rule, vec![lost("A", 20), lost("A", 10)], &before(&["A", "A", "A"])).unwrap().day, 10);
        assert_eq!(deciding(&rule, vec![lost("A", 20), lost("A", 10)], &before(&["A", "A", "A", "A"])).unwrap().day, 20);
        rule.threshold = Threshold::Count { at_least: 3, per: Per::Family };
        assert_eq!(deciding(&rule, vec![lost("A", 20), lost("B", 10)], &before(&["A", "B", "C"])).unwrap().day, 10);
        assert_eq!(deciding(&rule, Vec::new(), &before(&["A"])), None);
        // A row whose day is not known comes last.
        rule.threshold = Threshold::Count { at_least: 1, per: Per::Person };
        assert_eq!(deciding(&rule, vec![lost("A", NO_DAY), lost("A", 10)], &before(&["A", "A"])).unwrap().day, NO_DAY);
    }
}
