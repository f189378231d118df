//! Identify: from flags to the list.
//!
//! What comes in: families with their flags and evidence, criteria packs, decisions of people. What goes out: per pack and family one route
//! with its reason and what is missing, a priority whose arithmetic is shown, and per family its size, district and lead agency. What
//! always holds: the route is that of the published table ([`crate::rules::routes`]); ranks are 1, 2, 3 … among the listed families of
//! a pack, ties by family id; nothing here depends on the order of rows.

mod kept;
mod need;
mod overrides;
mod place;
mod priority;
mod settled;
#[cfg(test)]
mod tests;
mod ticked;
mod watch;

use rayon::prelude::*;

use crate::config::checked::IdentifySettings;
use crate::model::{
    Day, Delivery, Entry, Events, Evidence, Families, FamilySummary, Flag, Flags, Identification, LastShown, Linked, Member, MemberRole,
    NO_DAY, Override, ReferralForm, Route, Source, StandardPersons, Standing, Ternary, Unborn, Watched, date,
};
use crate::rules::pack::{Combination, Pack};
use crate::rules::routes::{Case, routed};
use overrides::Decisions;
pub use overrides::parse_overrides;
use place::Districts;

/// All that identification needs.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The families.
    pub families: &'a Families,
    /// Their flags.
    pub flags: &'a Flags,
    /// The events behind the evidence.
    pub events: &'a Events,
    /// Whose record is whose.
    pub linked: &'a Linked,
    /// The person records: an override names a family by one of them.
    pub persons: &'a StandardPersons,
    /// Who is not born yet.
    pub unborn: &'a Unborn,
    /// The deliveries.
    pub deliveries: &'a [Delivery],
    /// The feeds.
    pub sources: &'a [Source],
    /// The packs, in the order of the pipeline.
    pub packs: &'a [Pack],
    /// Decisions of people.
    pub overrides: &'a [Override],
    /// Where families stand in the cohort register, sorted by family.
    pub standings: &'a [Standing],
    /// What last showed the criteria of the families that were on a list, sorted by (family, pack).
    pub last_shown: &'a [LastShown],
    /// Referral forms that no other feed knows.
    pub referrals: &'a [ReferralForm],
    /// Settings.
    pub settings: &'a IdentifySettings,
    /// Reference date.
    pub reference: Day,
}

/// Makes the list.
#[must_use]
pub fn identify(given: &Given<'_>) -> Identification {
    let districts = Districts::new(&given.settings.districts);
    let count = given.families.families.len() as u32;
    let summaries: Vec<FamilySummary> = (0..count).into_par_iter().map(|family| summary(given, family, &districts)).collect();
    let (decisions, warnings) = Decisions::resolve(given);
    let ticked = ticked::Ticked::new(given);
    let unseen = kept::Unseen::of(given);
    let (mut entries, mut watched) = (Vec::new(), Vec::new());
    for pack in given.packs {
        let found: Vec<(Entry, Vec<Watched>)> = (0..count)
            .into_par_iter()
            .filter_map(|family| {
                let summary = summaries.get(family as usize)?;
                entry(given, pack, family, summary, &decisions, (&ticked, &unseen))
            })
            .collect();
        let (mut of_pack, of_watch): (Vec<Entry>, Vec<Vec<Watched>>) = found.into_iter().unzip();
        rank(&mut of_pack);
        entries.append(&mut of_pack);
        let mut of_watch: Vec<Watched> = of_watch.into_iter().flatten().collect();
        // Those one step from the list first; within a family the order of the criteria stage, the step of the combination last.
        of_watch.sort_by_key(|row| (row.reach, row.step.family));
        watched.append(&mut of_watch);
    }
    let kept = kept::rows(given, &unseen, &entries);
    Identification { entries, summaries, warnings, kept, watched }
}

/// The flags of a family; flags are sorted by family.
fn flags_of<'a>(given: &Given<'a>, family: u32) -> &'a [Flag] {
    let start = given.flags.flags.partition_point(|flag| flag.family < family);
    let end = given.flags.flags.partition_point(|flag| flag.family <= family);
    given.flags.flags.get(start..end).unwrap_or_default()
}

/// The evidence of a family; evidence is sorted by family.
fn evidence_of<'a>(given: &Given<'a>, family: u32) -> &'a [Evidence] {
    let start = given.flags.evidence.partition_point(|row| row.family < family);
    let end = given.flags.evidence.partition_point(|row| row.family <= family);
    given.flags.evidence.get(start..end).unwrap_or_default()
}

/// One family under one pack, with its rows of the watch list; `None` if it has no child, no true criterion, and is neither listed nor a near miss.
fn entry(
    given: &Given<'_>,
    pack: &Pack,
    family: u32,
    summary: &FamilySummary,
    decisions: &Decisions,
    (ticked, unseen): (&ticked::Ticked, &kept::Unseen),
) -> Option<(Entry, Vec<Watched>)> {
    let flags = flags_of(given, family);
    let value_of = |criterion: &str| {
        let flag = flags.iter().find(|flag| flag.pack == pack.name && flag.criterion == criterion);
        // A criterion nobody tested cannot be said.
        flag.map_or(Ternary::Unknown, |flag| flag.value)
    };
    let combination = &pack.combination;
    let decision = decisions.of(family, &pack.name);
    let needs_of = |criterion: &String| {
        let flag = flags.iter().find(|flag| flag.pack == pack.name && flag.criterion == *criterion);
        flag.map_or_else(Default::default, |flag| flag.needs)
    };
    let members = given.families.members_of(family).iter().map(|member| dependent_child(given, member, combination));
    let or_criteria = combination.or_criteria.iter().map(|id| value_of(id));
    let case = Case {
        values: combination.counted.iter().map(|id| value_of(id)).collect(),
        needs: combination.counted.iter().map(needs_of).collect(),
        discretion: combination.discretion.as_ref().map_or(Ternary::False, |discretion| value_of(&discretion.criterion)),
        referral: ticked.enough(given, pack, family),
        decision: decision.map(|decision| decision.include),
        child: Ternary::any(members.chain(or_criteria)),
    };
    let kept = kept::keep(given, unseen, pack, family, &case, routed(pack, &case));
    let route = settled::settle(given, pack, family, kept.routed, ticked);
    let criteria: Vec<(String, Ternary)> = pack.criteria.iter().map(|criterion| (criterion.id.clone(), value_of(&criterion.id))).collect();
    let near = matches!(route.route, Route::NearMiss | Route::Pending);
    let some_true = criteria.iter().any(|(_, value)| *value == Ternary::True);
    if summary.children == 0 && !route.route.is_listed() && !near && !some_true {
        return None;
    }
    let evidence: Vec<&Evidence> = evidence_of(given, family).iter().filter(|row| row.pack == pack.name).collect();
    let is_discretion = |criterion: &str| combination.discretion.as_ref().is_some_and(|discretion| discretion.criterion == criterion);
    let mut reasons: Vec<String> = evidence.iter().filter(|row| is_discretion(&row.criterion)).map(|row| row.rule.clone()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let counted = combination.counted.iter().map(String::as_str).zip(&case.values);
    let met: Vec<&str> = counted.filter(|(_, value)| **value == Ternary::True).map(|(criterion, _)| criterion).collect();
    // A family that is kept keeps its place: what cannot be said does not make it less urgent.
    let kept: Vec<String> = if route.route == Route::Kept { kept.criteria } else { Vec::new() };
    let counting: Vec<&str> =
        combination.counted.iter().map(String::as_str).filter(|id| met.contains(id) || kept.iter().any(|kept| kept == id)).collect();
    let steps = priority::steps(given, &evidence, &counting, summary.children_under_5);
    let route_reason = match decision {
        Some(decision) => format!("{}: {}", route.reason, decision.words),
        None => route.reason,
    };
    let shown = criteria.iter().filter(|(_, value)| *value == Ternary::True).count() as u32;
    let known = shown > 0 || near || route.route.is_listed();
    let need = &given.settings.need;
    let counts = known.then(|| need::Counts::of(given, need, counting.len() as u32, shown + kept.len() as u32, &evidence, summary));
    let entry = Entry {
        family,
        pack: pack.name.clone(),
        route: route.route,
        route_reason,
        criteria,
        criteria_met: met.len() as u32,
        criteria_unknown: case.values.iter().filter(|value| **value == Ternary::Unknown).count() as u32,
        criteria_kept: kept,
        discretion_reasons: reasons,
        near_miss_reason: route.missing,
        priority_rank: 0,
        priority_points: steps.iter().map(|step| step.count.saturating_mul(step.points_each)).fold(0, u32::saturating_add),
        priority_steps: steps,
        evidence_count: evidence.len() as u32,
        lead_contact_agency: lead_agency(given, evidence.iter().copied()),
        need: counts.and_then(|counts| counts.need(need)),
    };
    let watched = if entry.route.is_listed() { Vec::new() } else { watch::watched(given, pack, family, &case) };
    Some((entry, watched))
}

/// Ranks the listed families of a pack by points, ties by family id, and puts the others behind them. Families are in the order of ids.
fn rank(entries: &mut [Entry]) {
    let key = |entry: &Entry| {
        (!entry.route.is_listed(), if entry.route.is_listed() { u32::MAX - entry.priority_points } else { 0 }, entry.family)
    };
    entries.sort_by_key(key);
    for (rank, entry) in (1..).zip(entries.iter_mut().take_while(|entry| entry.route.is_listed())) {
        entry.priority_rank = rank;
    }
}

/// True if the member lives with the family at the reference date.
fn lives_here(given: &Given<'_>, member: &Member) -> bool {
    let died = given.families.died.get(member.person as usize).copied().unwrap_or(NO_DAY);
    member.resident && (died == NO_DAY || died > given.reference)
}

/// Whether a member is a child of less than the pack's completed years who lives with the family. Whoever is said to be a child, without a
/// date of birth, is under 18; whether under 16 cannot be said. One who is not born yet is none, unless the pack says so.
fn dependent_child(given: &Given<'_>, member: &Member, combination: &Combination) -> Ternary {
    if !lives_here(given, member) {
        return Ternary::False;
    }
    let years = combination.child_under;
    let born = given.families.born.get(member.person as usize).copied().unwrap_or(NO_DAY);
    if given.unborn.holds(member.person) || born > given.reference {
        return if combination.unborn_counts { Ternary::True } else { Ternary::False };
    }
    let young = date::age_on(born, given.reference).is_some_and(|age| age.unsigned_abs() < years);
    match (born, member.role) {
        (NO_DAY, MemberRole::Child) if years < 18 => Ternary::Unknown,
        (NO_DAY, MemberRole::Child) => Ternary::True,
        (NO_DAY, _) => Ternary::False,
        _ if young => Ternary::True,
        _ => Ternary::False,
    }
}

/// What a family is, whatever the pack.
fn summary(given: &Given<'_>, family: u32, districts: &Districts<'_>) -> FamilySummary {
    let mut summary = FamilySummary::default();
    for member in given.families.members_of(family).iter().filter(|member| lives_here(given, member)) {
        let born = given.families.born.get(member.person as usize).copied().unwrap_or(NO_DAY);
        let age = if born == NO_DAY { None } else { Some(date::age_on(born, given.reference).unwrap_or(0)) };
        let is_child = age.map_or(member.role == MemberRole::Child, |age| age < 18);
        summary.members += 1;
        summary.children += u32::from(is_child);
        summary.children_under_5 += u32::from(age.is_some_and(|age| age < 5));
        summary.adults += u32::from(!is_child);
    }
    if let Some(home) = given.families.families.get(family as usize) {
        match districts.of(&home.postcode) {
            place::Found::District(district) => {
                summary.district_code.clone_from(&district.code);
                summary.district.clone_from(&district.name);
                summary.locality.clone_from(&district.locality);
            }
            place::Found::OutOfCounty => summary.out_of_county = true,
            place::Found::Unknown => {}
        }
    }
    summary.lead_contact_agency = lead_agency(given, evidence_of(given, family).iter());
    if let Some(standing) = settled::standing(given, family) {
        (summary.status, summary.accepted) = (standing.status, standing.accepted);
    }
    summary
}

/// The agency whose feeds gave most of some evidence; ties by name. Each source row counts once, however many flags it shows.
fn lead_agency<'e>(given: &Given<'_>, evidence: impl Iterator<Item = &'e Evidence>) -> String {
    let mut events: Vec<u32> = evidence.map(|row| row.event).collect();
    events.sort_unstable();
    events.dedup();
    let agency = |event: &u32| {
        let delivery = given.deliveries.get(*given.events.delivery.get(*event as usize)? as usize)?;
        given.sources.get(usize::from(delivery.source)).map(|source| source.agency.as_str())
    };
    let mut agencies: Vec<&str> = events.iter().filter_map(agency).collect();
    agencies.sort_unstable();
    let most = agencies.chunk_by(|left, right| left == right).max_by_key(|chunk| (chunk.len(), std::cmp::Reverse(chunk.first().copied())));
    most.and_then(|chunk| chunk.first().copied()).unwrap_or_default().to_owned()
}
