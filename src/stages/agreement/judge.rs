//! Which feed is at odds with the others, and in what.
//!
//! What comes in: the counts of two feeds and a field. What goes out: a line per feed and field, and a warning for each that is at odds. What always holds: a feed
//! is blamed only where it differs from most of its partners, so that one bad feed does not make its partners look bad; where two feeds only
//! can be compared, the warning names both.

use super::tally::{Tallies, Tally};
use super::{Compared, Kept};
use crate::model::agreement::days_in_words;
use crate::model::amounts::thousands;
use crate::model::{Field, FieldAgreement, NO_TEXT, Slip, Source, StandardPersons};

/// Fewest pairs of two feeds that say something.
const FEWEST: u64 = 30;
/// Share of pairs from which what people keep is at odds: in good feeds up to a sixth differ by slips and defaults.
const ALWAYS: f64 = 0.2;
/// Two other feeds agree on it if they differ at most this many times as often as the feed does.
const AGREE: f64 = 1.0 / 3.0;
/// The same of what people change, for which the feed must differ so often from each of its partners: of two feeds from before and two from after a move, each has one that agrees with it.
const CHANGING: f64 = 0.8;
/// ... and two others agree on it at this many times as often.
const AGREE_CHANGING: f64 = 0.75;
/// Share of those that differ from which a way of differing is named, and of a feed's records from which one value is ...
const NAMED: f64 = 0.5;
/// ... but of sexes, for one of two is always frequent ...
const NEARLY_ALL: f64 = 0.99;
/// ... and fewest that differ in it.
const FEWEST_NAMED: u64 = 10;
/// Days between the first days of Excel's two date systems (Microsoft, "Differences between the 1900 and the 1904 date system in Excel").
const EXCEL_SYSTEMS: u32 = 1462;
/// Fewest people of a feed of whom some should be found in another one.
const FEWEST_PEOPLE: u64 = 200;
/// Share of the smaller feed's people below which two feeds share nobody ...
const NOBODY: f64 = 0.02;
/// ... and from which they do.
const SOMEBODY: f64 = 0.2;

/// Counts and whose they are.
pub(super) struct Judge<'a> {
    pub(super) persons: &'a StandardPersons,
    pub(super) tallies: &'a Tallies,
    pub(super) sources: &'a [Source],
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A share in whole percent.
fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

impl Judge<'_> {
    fn all(&self) -> impl Iterator<Item = u16> + Clone + use<> {
        0..self.sources.len() as u16
    }

    /// All feeds but one.
    fn others(&self, source: u16) -> impl Iterator<Item = u16> + Clone + use<> {
        self.all().filter(move |&other| other != source)
    }

    /// Every two feeds without one.
    fn pairs_without(&self, source: u16) -> impl Iterator<Item = (u16, u16)> + use<> {
        let others = self.others(source);
        others.clone().flat_map(move |one| others.clone().filter(move |&other| one < other).map(move |other| (one, other)))
    }

    fn name(&self, source: u16) -> &str {
        self.sources.get(usize::from(source)).map_or("", |source| source.name.as_str())
    }

    /// How often two feeds differ, if enough people say it.
    fn differ(&self, one: u16, other: u16, field: usize) -> Option<f64> {
        let tally = self.tallies.of(one, other, field);
        (tally.pairs >= FEWEST).then(|| share(tally.different, tally.pairs))
    }

    /// A field of a feed, if enough people say something.
    pub(super) fn field(&self, source: u16, number: usize, field: &Compared) -> Option<FieldAgreement> {
        let mut shares: Vec<f64> = self.others(source).filter_map(|other| self.differ(source, other, number)).collect();
        shares.sort_unstable_by(f64::total_cmp);
        let (least, median) = (shares.first().copied()?, shares.get((shares.len() - 1) / 2).copied()?);
        let others_least = self.pairs_without(source).filter_map(|(one, other)| self.differ(one, other, number)).min_by(f64::total_cmp);
        let mut all = Tally::default();
        self.others(source).for_each(|other| all.add(self.tallies.of(source, other, number)));
        let (judged, at_odds) = match field.kept {
            Kept::Always => (median, median >= ALWAYS && others_least.is_none_or(|others| others <= median * AGREE)),
            Kept::Long => (least, least >= CHANGING && others_least.is_none_or(|others| others <= least * AGREE_CHANGING)),
            Kept::Several => (least, least >= CHANGING && others_least.is_some_and(|others| others <= least * AGREE_CHANGING)),
        };
        let slip = self.slip(source, field, all);
        let slip = if slip.is_none() && at_odds { self.one_value(source, field) } else { slip };
        let Tally { pairs, different, .. } = all;
        Some(FieldAgreement { source, field: field.field, pairs, different, judged, others: others_least, slip, at_odds })
    }

    /// The one value that most records of a feed have, by how many have it.
    fn one_value(&self, source: u16, field: &Compared) -> Option<(Slip, u64)> {
        let column = self.persons.column(*field.columns.first()?);
        let records = self.persons.position.iter().zip(&self.persons.is_restricted).zip(column.codes());
        let own = records.filter(|((position, restricted), code)| position.source == source && !**restricted && **code != NO_TEXT);
        let mut codes: Vec<u32> = own.map(|(_, &code)| code).collect();
        codes.sort_unstable();
        let most = codes.chunk_by(|a, b| a == b).map(<[u32]>::len).max()? as u64;
        // Of two sexes one is always frequent.
        let least = if field.field == Field::Sex { NEARLY_ALL } else { NAMED };
        (share(most, codes.len() as u64) >= least).then_some((Slip::OneValue, most))
    }

    /// How most of the pairs that differ do so; `all`: the counts with all other feeds.
    fn slip(&self, source: u16, field: &Compared, all: Tally) -> Option<(Slip, u64)> {
        let dates = field.field == Field::DateOfBirth;
        let days = if dates { self.tallies.days_later(source) } else { None };
        let slips = [
            Some((if dates { Slip::DayAndMonth } else { Slip::Names }, all.exchanged)),
            Some((Slip::FirstOfYear, all.first_of_year)),
            days.map(|(days, people)| (Slip::Days(days), people)),
        ];
        let named = |&(_, people): &(Slip, u64)| people >= FEWEST_NAMED && share(people, all.different) >= NAMED;
        slips.into_iter().flatten().filter(named).max_by_key(|&(_, people)| people)
    }

    /// What the officer should know of a field that is at odds.
    pub(super) fn tell(&self, line: &FieldAgreement, field: &Compared) -> Option<String> {
        if !line.at_odds {
            return None;
        }
        let differ = match (line.others, field.kept) {
            (None, _) => format!(
                "another feed's for the same people: in {} of comparisons; no third feed tells which is wrong",
                percent(line.judged)
            ),
            (Some(others), Kept::Always) => {
                let (judged, others) = (percent(line.judged), percent(others));
                format!("most other feeds' for the same people: in {judged} of comparisons, where two of the others differ in {others}")
            }
            (Some(others), _) => {
                let (judged, others) = (percent(line.judged), percent(others));
                format!(
                    "every other feed's for the same people: in {judged} of comparisons or more, where two of the others differ in {others}"
                )
            }
        };
        let (name, words) = (self.name(line.source), field.words);
        Some(format!("{name}: its {words} differ from {differ} ({} comparisons). {}", thousands(line.pairs), advice(line, field)))
    }

    /// Share of the smaller feed's people whom the other has too; of small feeds none is known.
    fn overlap(&self, one: u16, other: u16) -> Option<f64> {
        let least = self.tallies.shared(one, one).min(self.tallies.shared(other, other));
        (least >= FEWEST_PEOPLE).then(|| share(self.tallies.shared(one, other), least))
    }

    /// What the officer should know of a feed of whose people none is found elsewhere though other feeds share theirs, or of two feeds that share hardly anybody.
    pub(super) fn alone(&self, source: u16) -> Option<String> {
        let own = self.others(source).filter_map(|other| self.overlap(source, other)).max_by(f64::total_cmp)?;
        if own >= NOBODY {
            return None;
        }
        let people = thousands(self.tallies.shared(source, source));
        let advice = "Unless it is about other people, see which columns the schema names, and ask whether a column was sorted by itself";
        let best = self.pairs_without(source).filter_map(|(one, other)| self.overlap(one, other)).max_by(f64::total_cmp);
        let name = self.name(source);
        match best {
            Some(best) if best >= SOMEBODY => Some(format!(
                "{name}: of its {people} people hardly any is found in another feed, though others share up to {} of theirs. {advice}",
                percent(best)
            )),
            None if self.sources.len() == 2 => {
                Some(format!("{name}: of its {people} people hardly any is found in the other feed. {advice}"))
            }
            _ => None,
        }
    }
}

/// What to do about a field that is at odds.
fn advice(line: &FieldAgreement, field: &Compared) -> String {
    match (line.slip, field.kept) {
        (Some((Slip::DayAndMonth, _)), _) => "Mostly day and month are exchanged: see the formats of the column".to_owned(),
        (Some((Slip::Days(days), _)), _) => {
            let cause = match days.unsigned_abs() {
                1 => "a clock in another time zone?",
                365 | 366 => "one year",
                EXCEL_SYSTEMS => "Excel has two date systems, so far apart",
                36524 | 36525 => "a century: are years of two digits completed rightly?",
                _ => "always so many",
            };
            format!("Mostly they are {}: ask how the file was made ({cause})", days_in_words(days))
        }
        (Some((Slip::FirstOfYear, _)), _) => "Mostly they are 1 January of the right year: only the year is known".to_owned(),
        (Some((Slip::Names, _)), _) => {
            "Mostly forename and surname are exchanged: see which columns the persons of the schema name".to_owned()
        }
        (Some((Slip::OneValue, records)), _) => {
            format!("{} of its records have one value: the agency's own, or one that stands for an unknown one", thousands(records))
        }
        (None, _) if field.field == Field::Sex => "See the codes of the column".to_owned(),
        (None, Kept::Always) => "See which columns the schema names, and ask whether a column was sorted by itself".to_owned(),
        (None, _) => "Unless its records have other ones by their nature (an institution's address, a work telephone, a maiden name), see which columns the schema names, and ask whether a column was sorted by itself".to_owned(),
    }
}
