//! The level of need: the families with the most complex needs apart from those whose needs existing partners can co-ordinate (seed 2, Figure 1).
//!
//! What comes in: a family's evidence under a pack, its size, the pipeline's rules of need. What goes out: the level, the rule that decided, and the counts
//! that met it. What always holds: the first rule that holds decides; every count can be made by hand from `identification` and `evidence`;
//! criteria that are kept count as met; a family of which nothing is known has no level; there is no score, no weight and no prediction.

use super::Given;
use crate::model::{Day, EventKind, Evidence, FamilySummary, NO_DAY, Need, NeedMeasure, NeedRule, NeedSettings, date};

/// What is counted of a family.
pub(super) struct Counts {
    values: [u32; NeedMeasure::ALL.len()],
}

impl Counts {
    /// Counts a family: `met` criteria that count, `shown` criteria of any kind, its evidence under the pack, its size.
    pub(super) fn of(
        given: &Given<'_>,
        settings: &NeedSettings,
        met: u32,
        shown: u32,
        evidence: &[&Evidence],
        summary: &FamilySummary,
    ) -> Self {
        let agency = |row: &Evidence| {
            let delivery = given.deliveries.get(*given.events.delivery.get(row.event as usize)? as usize)?;
            given.sources.get(usize::from(delivery.source)).map(|source| source.agency.as_str())
        };
        let first = date::months_before(given.reference, i32::try_from(settings.recent_months).unwrap_or(i32::MAX));
        let recent = |row: &Evidence| {
            let (&kind, &from) = (given.events.kind.get(row.event as usize)?, given.events.from.get(row.event as usize)?);
            (from != NO_DAY && from >= first).then_some((row.person, kind, from))
        };
        let protects = |row: &&&Evidence| {
            let code = given.events.code.get(row.event as usize).unwrap_or_default();
            let listed = |(kind, known): &(EventKind, String)| {
                given.events.kind.get(row.event as usize) == Some(kind) && (known == "*" || known == code)
            };
            settings.safeguarding.iter().any(listed)
        };
        let values = NeedMeasure::ALL.iter().map(|measure| match measure {
            NeedMeasure::CriteriaMet => met,
            NeedMeasure::CriteriaTrue => shown,
            NeedMeasure::PeopleWithNeeds => different(evidence.iter().map(|row| row.person)),
            NeedMeasure::Agencies => different(evidence.iter().filter_map(|row| agency(row))),
            NeedMeasure::Children => summary.children,
            NeedMeasure::ChildrenUnder5 => summary.children_under_5,
            NeedMeasure::RecentEvents => different::<(u32, EventKind, Day)>(evidence.iter().filter_map(|row| recent(row))),
            NeedMeasure::Safeguarding => different(evidence.iter().filter(protects).map(|row| row.person)),
        });
        let mut counts = Self { values: [0; NeedMeasure::ALL.len()] };
        for (slot, value) in counts.values.iter_mut().zip(values) {
            *slot = value;
        }
        counts
    }

    fn get(&self, measure: NeedMeasure) -> u32 {
        self.values.get(measure as usize).copied().unwrap_or(0)
    }

    /// The level by the first rule that holds.
    pub(super) fn need(&self, settings: &NeedSettings) -> Option<Need> {
        let holds = |rule: &&NeedRule| rule.at_least.iter().all(|&(measure, least)| self.get(measure) >= least);
        let rule = settings.rules.iter().find(holds)?;
        let counts: Vec<String> = rule
            .at_least
            .iter()
            .map(|&(measure, least)| format!("{}: {}, {least} or more needed", in_words(measure), self.get(measure)))
            .collect();
        let why = if counts.is_empty() { "no earlier rule holds".to_owned() } else { counts.join("; ") };
        Some(Need { level: rule.level, rule: rule.id.clone(), title: rule.title.clone(), reason: format!("{} ({why})", rule.title) })
    }
}

/// A measure as people say it.
fn in_words(measure: NeedMeasure) -> &'static str {
    match measure {
        NeedMeasure::CriteriaMet => "criteria met",
        NeedMeasure::CriteriaTrue => "criteria met, local discretion included",
        NeedMeasure::PeopleWithNeeds => "people named by the evidence",
        NeedMeasure::Agencies => "agencies behind the evidence",
        NeedMeasure::Children => "children under 18",
        NeedMeasure::ChildrenUnder5 => "children under 5",
        NeedMeasure::RecentEvents => "recent events",
        NeedMeasure::Safeguarding => "people with safeguarding evidence",
    }
}

fn different<T: Ord>(items: impl Iterator<Item = T>) -> u32 {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items.len() as u32
}
