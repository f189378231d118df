//! Which feed is at odds with the others, and in what.
//!
//! What comes in: the counts of two feeds and a field. What goes out: a line per feed and field, and a warning for each that is at odds. What always holds: a feed
//! is blamed only where it differs from most of its partners, so that one bad feed does not make its partners look bad; where two feeds only
//! can be compared, the warning names both.

use super::Compared;
use super::tally::Tallies;
use crate::model::amounts::thousands;
use crate::model::{Field, FieldAgreement, Slip, Source};

/// Fewest pairs of two feeds that say something.
const FEWEST: u64 = 30;
/// Share of pairs from which what people keep is at odds: a feed with as many true slips there could hardly be linked ...
const LASTING: f64 = 0.4;
/// ... and from which it is where most differ in one way: two in five dates written month first can be read day first.
const LASTING_ONE_WAY: f64 = 0.2;
/// Two other feeds agree on what people keep if they differ at most this many times as often as the feed does.
const AGREE: f64 = 1.0 / 3.0;
/// The same of what people change, for which the feed must differ so often from each of its partners: of two feeds from before and two from after a move, each has one that agrees with it.
const CHANGING: f64 = 0.8;
/// ... and two others agree on it at this many times as often.
const AGREE_CHANGING: f64 = 0.75;
/// Share of those that differ from which a way of differing is named ...
const NAMED: f64 = 0.5;
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
        let others = || self.all().filter(move |&other| other != source);
        let mut shares: Vec<f64> = others().filter_map(|other| self.differ(source, other, number)).collect();
        shares.sort_unstable_by(f64::total_cmp);
        let (least, median) = (shares.first().copied()?, shares.get((shares.len() - 1) / 2).copied()?);
        let among = others().flat_map(|one| others().filter(move |&other| one < other).map(move |other| (one, other)));
        let best = among.clone().filter_map(|(one, other)| self.differ(one, other, number)).min_by(f64::total_cmp);
        let sum = |pairs: &mut dyn Iterator<Item = (u16, u16)>| {
            pairs
                .map(|(one, other)| self.tallies.of(one, other, number))
                .fold((0, 0), |(pairs, different), tally| (pairs + tally.pairs, different + tally.different))
        };
        let (pairs, different) = sum(&mut others().map(|other| (source, other)));
        let (other_pairs, other_different) = sum(&mut among.clone());
        let slip = self.slip(source, number, field, different);
        let at_odds = if field.lasting {
            median >= if slip.is_some() { LASTING_ONE_WAY } else { LASTING } && best.is_none_or(|best| best <= median * AGREE)
        } else {
            least >= CHANGING && best.is_some_and(|best| best <= least * AGREE_CHANGING)
        };
        Some(FieldAgreement { source, field: field.field, pairs, different, other_pairs, other_different, slip, at_odds })
    }

    /// How most of the pairs that differ do so.
    fn slip(&self, source: u16, number: usize, field: &Compared, different: u64) -> Option<(Slip, u64)> {
        let mut exchanged = 0;
        let mut first_of_year = 0;
        for tally in self.all().filter(|&other| other != source).map(|other| self.tallies.of(source, other, number)) {
            exchanged += tally.exchanged;
            first_of_year += tally.first_of_year;
        }
        let dates = field.field == Field::DateOfBirth;
        let days = if dates { self.tallies.days_later(source) } else { None };
        let slips = [
            Some((if dates { Slip::DayAndMonth } else { Slip::Names }, exchanged)),
            Some((Slip::FirstOfYear, first_of_year)),
            days.map(|(days, people)| (Slip::Days(days), people)),
        ];
        let named = |&(_, people): &(Slip, u64)| people >= FEWEST_NAMED && share(people, different) >= NAMED;
        slips.into_iter().flatten().filter(named).max_by_key(|&(_, people)| people)
    }

    /// What the officer should know of a field that is at odds.
    pub(super) fn tell(&self, line: &FieldAgreement, field: &Compared) -> Option<String> {
        if !line.at_odds {
            return None;
        }
        let others = if line.other_pairs >= FEWEST {
            format!("other feeds among themselves: {}", percent(share(line.other_different, line.other_pairs)))
        } else {
            "no third feed tells which of the two is wrong".to_owned()
        };
        let advice = match line.slip {
            Some((Slip::DayAndMonth, _)) => "Mostly day and month are exchanged: see the formats of the column".to_owned(),
            Some((Slip::Days(days), _)) => format!(
                "Mostly they are {} {}: ask how the file was made ({})",
                counted(days.unsigned_abs()),
                if days > 0 { "later" } else { "earlier" },
                if days.unsigned_abs() == EXCEL_SYSTEMS {
                    "Excel has two date systems, so far apart"
                } else {
                    "a clock in another time zone?"
                }
            ),
            Some((Slip::FirstOfYear, _)) => "Mostly they are 1 January of the right year: only the year is known".to_owned(),
            Some((Slip::Names, _)) => {
                "Mostly forename and surname are exchanged: see which columns the persons of the schema name".to_owned()
            }
            None => "See which columns the schema names, and ask whether a column was sorted by itself".to_owned(),
        };
        Some(format!(
            "{}: its {} differ from other feeds' for the same people in {} of {} comparisons ({others}). {advice}",
            self.name(line.source),
            field.words,
            percent(share(line.different, line.pairs)),
            thousands(line.pairs),
        ))
    }

    /// Share of the smaller feed's people whom the other has too; of small feeds none is known.
    fn overlap(&self, one: u16, other: u16) -> Option<f64> {
        let least = self.tallies.shared(one, one).min(self.tallies.shared(other, other));
        (least >= FEWEST_PEOPLE).then(|| share(self.tallies.shared(one, other), least))
    }

    /// What the officer should know of a feed of whose people none is found elsewhere though other feeds share theirs.
    pub(super) fn alone(&self, source: u16) -> Option<String> {
        let others = || self.all().filter(move |&other| other != source);
        let own = others().filter_map(|other| self.overlap(source, other)).max_by(f64::total_cmp)?;
        let among = others().flat_map(|one| others().filter(move |&other| one < other).map(move |other| (one, other)));
        let best = among.filter_map(|(one, other)| self.overlap(one, other)).max_by(f64::total_cmp)?;
        (own < NOBODY && best >= SOMEBODY).then(|| {
            format!(
                "{}: of its {} people hardly any is found in another feed, though others share up to {} of theirs. See which columns the schema names, and ask \
                 whether a column was sorted by itself",
                self.name(source),
                thousands(self.tallies.shared(source, source)),
                percent(best)
            )
        })
    }
}

/// `1 day`, `1,462 days`.
fn counted(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{} days", thousands(u64::from(days))) }
}
