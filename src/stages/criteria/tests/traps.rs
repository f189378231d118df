//! The trap cases of domain.md §8.2 that concern criteria, each with its expected outcome.

use super::scene::{Scene, day};
use crate::model::{EventKind as K, EventRole as R, FeedState, MemberRole, NO_DAY, Ternary};

pub(super) const YES: Ternary = Ternary::True;
pub(super) const NO: Ternary = Ternary::False;
pub(super) const OPEN: Ternary = Ternary::Unknown;

/// What happens in the ordinary family (0 the mother, 1 the daughter of 12), and what follows under `p1-2012`.
pub(super) struct Trap {
    name: &'static str,
    criterion: &'static str,
    expected: Ternary,
    happens: fn(&mut Scene),
}

pub(super) const fn trap(name: &'static str, criterion: &'static str, expected: Ternary, happens: fn(&mut Scene)) -> Trap {
    Trap { name, criterion, expected, happens }
}

fn offence(scene: &mut Scene, person: u32, code: &str, role: R, on: &str) {
    scene.event(person, K::Offence, code, role, on, "");
}

pub(super) fn check(traps: &[Trap]) {
    for trap in traps {
        let mut scene = Scene::ordinary("2012-10-31");
        (trap.happens)(&mut scene);
        let flags = scene.judge();
        let flag = flags.flags.iter().find(|flag| flag.family == 0 && flag.pack == "p1-2012" && flag.criterion == trap.criterion).unwrap();
        assert_eq!(flag.value, trap.expected, "{}: {}", trap.name, flag.reason);
        let rows = flags.evidence.iter().filter(|row| row.family == 0 && row.pack == "p1-2012" && row.criterion == trap.criterion).count();
        assert_eq!(rows > 0, trap.expected == YES, "{}: a flag has evidence exactly when it is true", trap.name);
    }
}

#[test]
fn nothing_happened() {
    check(&["c1", "c2", "c3", "c4"].map(|criterion| trap("nothing", criterion, NO, |_| {})));
}

#[test]
fn crime_and_anti_social_behaviour() {
    check(&[
        trap("offence exactly 12 months before", "c1", YES, |s| offence(s, 1, "caution", R::Offender, "2011-10-31")),
        trap("offence 12 months and a day before", "c1", NO, |s| offence(s, 1, "caution", R::Offender, "2011-10-30")),
        trap("offence on the reference date", "c1", YES, |s| offence(s, 1, "caution", R::Offender, "2012-10-31")),
        trap("offence after the reference date", "c1", NO, |s| offence(s, 1, "caution", R::Offender, "2012-11-01")),
        trap("offence aged 17, now 18", "c1", YES, |s| {
            let son = s.person(MemberRole::AdultChild, "1994-06-01", 0, true);
            s.benefit(son, "none", "", "");
            offence(s, son, "conviction", R::Offender, "2012-05-31");
        }),
        trap("offence on the eighteenth birthday", "c1", NO, |s| {
            let son = s.person(MemberRole::AdultChild, "1994-06-01", 0, true);
            offence(s, son, "conviction", R::Offender, "2012-06-01");
        }),
        trap("adult offender", "c1", NO, |s| offence(s, 0, "conviction", R::Offender, "2012-05-01")),
        trap("victim", "c1", NO, |s| offence(s, 1, "conviction", R::Victim, "2012-05-01")),
        trap("witness", "c1", NO, |s| offence(s, 1, "conviction", R::Witness, "2012-05-01")),
        trap("suspect, no further action", "c1", NO, |s| offence(s, 1, "no_further_action", R::Suspect, "2012-05-01")),
        trap("suspect with the outcome of the crime", "c1", NO, |s| offence(s, 1, "conviction", R::Suspect, "2012-05-01")),
        trap("community resolution", "c1", NO, |s| offence(s, 1, "community_resolution", R::Offender, "2012-05-01")),
        trap("outcome 22", "c1", NO, |s| offence(s, 1, "outcome_22", R::Offender, "2012-05-01")),
        trap("charged only", "c1", NO, |s| offence(s, 1, "charged", R::Offender, "2012-05-01")),
        trap("reprimand", "c1", YES, |s| offence(s, 1, "reprimand", R::Offender, "2012-05-01")),
        trap("final warning", "c1", YES, |s| offence(s, 1, "final_warning", R::Offender, "2012-05-01")),
        trap("offence without a date", "c1", OPEN, |s| offence(s, 1, "caution", R::Offender, "")),
        trap("ASB at a place, nobody named", "c1", NO, |s| s.event(u32::MAX, K::AsbIncident, "nuisance", R::Witness, "2012-05-01", "")),
        trap("measure at a place, nobody named", "c1", NO, |s| {
            s.event(u32::MAX, K::AsbIntervention, "asbo", R::Offender, "2012-05-01", "");
        }),
        trap("ASBO of the mother", "c1", YES, |s| s.event(0, K::AsbIntervention, "asbo", R::Offender, "2012-05-01", "")),
        trap("ASBO 12 months and a day before", "c1", NO, |s| s.event(0, K::AsbIntervention, "asbo", R::Offender, "2011-10-30", "")),
        trap("warning letter only", "c1", NO, |s| s.event(0, K::AsbIntervention, "warning_letter", R::Offender, "2012-05-01", "")),
        trap("notice on ASB grounds", "c1", YES, |s| {
            s.event(0, K::AsbIntervention, "notice_seeking_possession_asb", R::Tenant, "2012-05-01", "");
        }),
        trap("notice for arrears", "c1", NO, |s| s.event(0, K::Housing, "notice_seeking_possession_arrears", R::Tenant, "2012-05-01", "")),
        trap("victim of ASB", "c1", NO, |s| s.event(0, K::AsbIntervention, "asbo", R::Victim, "2012-05-01", "")),
        trap("re-letting: the last tenant's notice", "c1", NO, |s| {
            // Another person, in another family; that the house is the same does not matter: events follow the person.
            let family = s.add_family();
            let before = s.person(MemberRole::Parent, "1970-01-01", family, true);
            s.event(before, K::AsbIntervention, "eviction_asb", R::Tenant, "2012-05-01", "");
        }),
        trap("ASBO of the absent father", "c1", NO, |s| {
            let father = s.person(MemberRole::Parent, "1974-01-01", 0, false);
            s.event(father, K::AsbIntervention, "asbo", R::Offender, "2012-05-01", "");
        }),
        trap("offence of a child who died since", "c1", NO, |s| {
            offence(s, 1, "caution", R::Offender, "2012-05-01");
            s.families.died[1] = day("2012-09-01");
        }),
        trap("offence of a child who dies after the reference date", "c1", YES, |s| {
            offence(s, 1, "caution", R::Offender, "2012-05-01");
            s.families.died[1] = day("2012-11-01");
        }),
        trap("offender said to be a child, date of birth unknown", "c1", YES, |s| {
            offence(s, 1, "caution", R::Offender, "2012-05-01");
            s.families.born[1] = NO_DAY;
        }),
        trap("offender said to be a parent, date of birth unknown", "c1", NO, |s| {
            offence(s, 0, "caution", R::Offender, "2012-05-01");
            s.families.born[0] = NO_DAY;
        }),
        trap("offender some other adult, date of birth unknown", "c1", OPEN, |s| {
            let lodger = s.person(MemberRole::OtherAdult, "", 0, true);
            offence(s, lodger, "caution", R::Offender, "2012-05-01");
        }),
        trap("police file missing", "c1", OPEN, |s| s.source("police_crime").state = FeedState::Missing),
        trap("police file missing, but the YOT shows it", "c1", YES, |s| {
            s.source("police_crime").state = FeedState::Missing;
            offence(s, 1, "caution", R::Offender, "2012-05-01");
            s.last().source = "youth_offending".to_owned();
        }),
        trap("police file carried forward", "c1", NO, |s| s.source("police_crime").state = FeedState::Stale),
        trap("a member too poorly identified", "c1", OPEN, |s| s.families.searchable[0] = false),
    ]);
}

#[test]
fn work() {
    check(&[
        trap("jobseeker's allowance", "c3", YES, |s| s.benefit(0, "jsa", "2010-01-01", "")),
        trap("carer's allowance", "c3", YES, |s| s.benefit(0, "carers_allowance", "2010-01-01", "")),
        trap("claim ended", "c3", NO, |s| s.benefit(0, "jsa", "2010-01-01", "2012-09-30")),
        trap("claim begins after the reference date", "c3", NO, |s| s.benefit(0, "jsa", "2012-11-05", "")),
        trap("traced and on none", "c3", NO, |_| {}),
        trap("untraced is not \"no benefit\"", "c3", OPEN, |s| {
            s.rows.iter_mut().filter(|row| row.kind == K::Benefit).for_each(|row| "untraced".clone_into(&mut row.code));
        }),
        trap("untraced under one address, traced under another", "c3", NO, |s| s.benefit(0, "untraced", "", "")),
        trap("not asked about", "c3", OPEN, |s| s.rows.retain(|row| row.kind != K::Benefit)),
        trap("one adult untraced, the other on benefit", "c3", YES, |s| {
            let partner = s.person(MemberRole::Partner, "1974-01-01", 0, true);
            s.benefit(partner, "untraced", "", "");
            s.benefit(0, "esa", "2010-01-01", "");
        }),
        trap("one adult not asked about, the other on none", "c3", OPEN, |s| {
            s.person(MemberRole::Partner, "1974-01-01", 0, true);
        }),
        trap("benefit of a separated parent", "c3", NO, |s| {
            let father = s.person(MemberRole::Parent, "1974-01-01", 0, false);
            s.benefit(father, "jsa", "2010-01-01", "");
        }),
        trap("return older than 90 days", "c3", OPEN, |s| {
            s.benefit(0, "jsa", "2010-01-01", "");
            s.source("dwp_return").state = FeedState::Stale;
            s.source("dwp_return").age_days = 91;
        }),
        trap("return 90 days old", "c3", YES, |s| {
            s.benefit(0, "jsa", "2010-01-01", "");
            s.source("dwp_return").state = FeedState::Stale;
            s.source("dwp_return").age_days = 90;
        }),
        trap("no return", "c3", OPEN, |s| {
            s.rows.retain(|row| row.kind != K::Benefit);
            s.source("dwp_return").state = FeedState::Missing;
        }),
        trap("grandparent carer on benefit", "c3", YES, |s| {
            let grandmother = s.person(MemberRole::Grandparent, "1950-01-01", 0, true);
            s.benefit(grandmother, "income_support", "2010-01-01", "");
        }),
    ]);
}

#[test]
fn discretion() {
    check(&[
        trap("child protection plan", "c4", YES, |s| s.event(1, K::SocialCare, "child_protection_plan", R::Subject, "2012-05-01", "")),
        trap("child protection plan of an unborn child", "c4", YES, |s| {
            let unborn = s.expected();
            s.event(unborn, K::SocialCare, "child_protection_plan", R::Subject, "2012-05-01", "");
        }),
        trap("child protection plan ended", "c4", NO, |s| {
            s.event(1, K::SocialCare, "child_protection_plan", R::Subject, "2012-01-01", "2012-06-01");
        }),
        trap("adult offence", "c4", YES, |s| offence(s, 0, "conviction", R::Offender, "2012-05-01")),
        trap("offence of some other adult, date of birth unknown", "c4", YES, |s| {
            let lodger = s.person(MemberRole::OtherAdult, "", 0, true);
            offence(s, lodger, "conviction", R::Offender, "2012-05-01");
        }),
        trap("adult suspect", "c4", NO, |s| offence(s, 0, "no_further_action", R::Suspect, "2012-05-01")),
        trap("adult victim of a crime", "c4", NO, |s| offence(s, 0, "conviction", R::Victim, "2012-05-01")),
        trap("mental health", "c4", YES, |s| s.event(0, K::Health, "mental_health_adult", R::Subject, "2012-05-01", "")),
        trap("domestic abuse suffered", "c4", YES, |s| s.event(0, K::DomesticAbuse, "high", R::Victim, "2012-05-01", "")),
        trap("domestic abuse suspected of", "c4", NO, |s| s.event(0, K::DomesticAbuse, "high", R::Suspect, "2012-05-01", "")),
        trap("a child in need is a reason of the county's own", "c4", NO, |s| {
            s.event(1, K::SocialCare, "child_in_need", R::Subject, "2012-05-01", "");
        }),
    ]);
}

#[test]
fn leap_years_and_month_ends() {
    for (reference, on, expected) in [
        ("2012-02-29", "2011-02-28", YES),
        ("2012-02-29", "2011-02-27", NO),
        ("2013-02-28", "2012-02-29", YES),
        ("2013-02-28", "2012-02-28", YES),
        ("2013-02-28", "2012-02-27", NO),
        ("2013-01-31", "2012-01-31", YES),
        ("2013-01-31", "2012-01-30", NO),
    ] {
        let mut scene = Scene::ordinary(reference);
        offence(&mut scene, 1, "caution", R::Offender, on);
        assert_eq!(scene.value("p1-2012", "c1"), expected, "{reference} {on}");
    }
    // Born on 29 February: 18 on 1 March of a common year.
    for (on, expected) in [("2014-02-28", YES), ("2014-03-01", NO)] {
        let mut scene = Scene::ordinary("2014-03-31");
        let son = scene.person(MemberRole::AdultChild, "1996-02-29", 0, true);
        offence(&mut scene, son, "caution", R::Offender, on);
        assert_eq!(scene.value("p1-2012", "c1"), expected, "{on}");
    }
}

#[test]
fn the_county_differs_from_the_nation_where_its_pack_says_so() {
    let mut scene = Scene::ordinary("2012-10-31");
    scene.event(1, K::Exclusion, "permanent", R::Subject, "2012-02-01", "");
    scene.event(1, K::SocialCare, "child_in_need", R::Subject, "2012-02-01", "");
    assert_eq!((scene.value("p1-2012", "c2"), scene.value("p1-lincolnshire", "c2")), (YES, NO));
    assert_eq!((scene.value("p1-2012", "c4"), scene.value("p1-lincolnshire", "c4")), (NO, YES));
}
