//! Cases as a table: what the register holds, and what comes of a family.

use std::collections::BTreeSet;

use crate::config::parse_funding;
use crate::model::{ClaimStage, Day, Status, Ternary, date};
use crate::register::decisions::{ClaimDecision, ClaimState, Register};
use crate::service::claims::attachment::Attachment;
use crate::service::claims::decide::{Decision, Withheld, decide, may_be_tested};
use crate::service::claims::withhold::claimed_for;
use crate::service::funding::Claimed;
use crate::service::results::{Outcome, Tested, Verdict};

fn day(text: &str) -> Day {
    date::from_iso(text).unwrap()
}

fn claim(register: &mut Register, family_then: &str, present: &str, window: &str, stage: ClaimStage, members: &[&str]) {
    let last = ClaimDecision {
        window: window.to_owned(),
        family: family_then.to_owned(),
        folder: "2013-04--0".to_owned(),
        claimed: Claimed::Family.name("crime_asb_education"),
        amount_pence: 70_000,
        pack_sha256: "0".repeat(64),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
        stage: stage.name().to_owned(),
        on: "2013-04-30".to_owned(),
        number: None,
    };
    let people = last.members.iter().cloned().collect();
    let state = ClaimState { last, stage, people, present: present.to_owned(), passed: vec![stage], entries: vec![1] };
    register.claims.insert((window.to_owned(), family_then.to_owned()), state);
}

/// Since when the family is attached; an empty text for never.
fn attached(on: &str) -> Option<Attachment> {
    let on = date::from_iso(on)?;
    Some(Attachment { on, by: Status::Attached, family: "F1".to_owned() })
}

/// What it is, what the register holds, since when the family is attached, the day of the claim, the code it is withheld with.
type Case<'a> = (&'a str, fn(&mut Register), &'a str, &'a str, Option<&'a str>);

#[test]
fn each_case_of_the_register_has_its_answer() {
    let pack = parse_funding("p", include_str!("../../../../pipelines/funding/p1-national.toml")).unwrap();
    let paid = ClaimStage::Paid;
    assert!(paid.blocks());
    let cases: Vec<Case<'_>> = vec![
        ("a family nobody claimed for", |_| {}, "2012-10-15", "2013-07-31", None),
        ("nobody works with it: declined, moved out of the county", |_| {}, "", "2013-07-31", Some("not-attached")),
        (
            "claimed before",
            |r| claim(r, "F1", "F1", "2013-04", ClaimStage::Paid, &["P1"]),
            "2012-10-15",
            "2013-07-31",
            Some("claimed-before"),
        ),
        (
            "signed off in this window",
            |r| claim(r, "F1", "F1", "2013-07", ClaimStage::Audited, &["P1"]),
            "2012-10-15",
            "2013-07-31",
            Some("claimed-before"),
        ),
        (
            "drafted before and left at that",
            |r| claim(r, "F1", "F1", "2013-04", ClaimStage::Drafted, &["P1"]),
            "2012-10-15",
            "2013-07-31",
            None,
        ),
        (
            "claimed before and invalidated",
            |r| claim(r, "F1", "F1", "2013-04", ClaimStage::Invalidated, &["P1", "P2"]),
            "2012-10-15",
            "2013-07-31",
            None,
        ),
        // The half that was claimed for is part of the family now, under whichever id.
        (
            "merged after one half was claimed for",
            |r| claim(r, "F9", "F1", "2013-04", ClaimStage::Submitted, &["P8", "P9"]),
            "2012-10-15",
            "2013-07-31",
            Some("claimed-before"),
        ),
        (
            "divided after it was claimed for",
            |r| claim(r, "F9", "F9", "2013-04", ClaimStage::Paid, &["P1", "P2", "P7", "P8"]),
            "2012-10-15",
            "2013-07-31",
            Some("people-claimed-before"),
        ),
        (
            "one of three moved in from a family claimed for",
            |r| claim(r, "F9", "F9", "2013-04", ClaimStage::Paid, &["P1", "P7", "P8"]),
            "2012-10-15",
            "2013-07-31",
            None,
        ),
        (
            "another family was claimed for",
            |r| claim(r, "F9", "F9", "2013-04", ClaimStage::Paid, &["P7", "P8"]),
            "2012-10-15",
            "2013-07-31",
            None,
        ),
        ("a claim in May 2015", |_| {}, "2014-10-15", "2015-05-31", None),
        ("a claim after May 2015", |_| {}, "2014-10-15", "2015-06-30", Some("after-last-claim")),
        ("attached before the programme", |_| {}, "2012-03-31", "2012-10-31", Some("outside-programme")),
        ("declined and came back: attached anew", |_| {}, "2013-02-01", "2013-09-30", None),
    ];
    let people: BTreeSet<String> = ["P1", "P2", "P3"].map(ToOwned::to_owned).into();
    for (what, set, attached, claim, expected) in cases {
        let mut register = Register::default();
        set(&mut register);
        let found = may_be_tested(&pack, &register, "F1", &people, self::attached(attached).as_ref(), day(claim));
        assert_eq!(found.err().map(|withheld| withheld.code()), expected, "{what}");
    }
}

fn outcome(family: Ternary, progress: Ternary, employment: Ternary) -> Outcome {
    let verdict = match family {
        Ternary::True => Verdict::Met,
        Ternary::False => Verdict::Failed,
        Ternary::Unknown => Verdict::Unknown,
    };
    let tested = Tested {
        test: "asb",
        about: String::new(),
        verdict,
        arithmetic: String::new(),
        reason: "why".to_owned(),
        before: (0, 0),
        now: (0, 0),
        rows: Vec::new(),
    };
    Outcome { family, progress, employment, tests: vec![tested] }
}

#[test]
fn the_amount_is_that_of_the_year_and_unknown_is_never_claimed() {
    use Ternary::{False, True, Unknown};
    let national = parse_funding("p", include_str!("../../../../pipelines/funding/p1-national.toml")).unwrap();
    let seed = parse_funding("p", include_str!("../../../../pipelines/funding/p1-seed-20-80.toml")).unwrap();
    let cases = [
        ("2012-10-15", True, False, False, Some((Claimed::Family, 70_000, 70_000))),
        ("2012-10-15", True, Unknown, Unknown, Some((Claimed::Family, 70_000, 70_000))),
        ("2012-10-15", True, True, False, Some((Claimed::FamilyAndProgress, 80_000, 80_000))),
        ("2012-10-15", False, False, True, Some((Claimed::Employment, 80_000, 80_000))),
        ("2013-10-15", True, False, False, Some((Claimed::Family, 150_000, 190_000))),
        ("2014-10-15", True, True, False, Some((Claimed::FamilyAndProgress, 240_000, 320_000))),
        ("2014-10-15", Unknown, False, True, Some((Claimed::Employment, 240_000, 320_000))),
        ("2012-10-15", Unknown, Unknown, Unknown, None),
        ("2012-10-15", False, True, False, None),
    ];
    for (attached, family, progress, employment, expected) in cases {
        let outcome = outcome(family, progress, employment);
        let on = |pack| match decide(pack, "crime_asb_education", day(attached), day("2015-05-31"), &outcome) {
            Decision::Claim(amounts) => Some((amounts.claimed, amounts.amount)),
            Decision::Nothing(why) => {
                assert_eq!(why, if family == True { "" } else { "why" });
                None
            }
        };
        assert_eq!(on(&national), expected.map(|(claimed, amount, _)| (claimed, amount)), "{attached}");
        // The split of the committee paper changes the amount, and never whether or what is claimed.
        assert_eq!(on(&seed), expected.map(|(claimed, _, amount)| (claimed, amount)), "{attached}");
    }
}

#[test]
fn of_two_families_that_are_mostly_the_same_people_one_is_drafted() {
    let people = |ids: &[&str]| -> BTreeSet<String> { ids.iter().map(|id| (*id).to_owned()).collect() };
    let drafted = vec![("F1".to_owned(), people(&["P1", "P2", "P3", "P4", "P5"]))];
    let mut register = Register::default();
    claim(&mut register, "F9", "F9", "2013-07", ClaimStage::Audited, &["P11", "P12", "P13", "P14"]);
    let cases: [(&str, &[&str], &str, Option<&str>); 7] = [
        ("a part of a family that is drafted", &["P1", "P2"], "2013-07", Some("people-drafted")),
        ("a larger one that has most of it", &["P1", "P2", "P3", "P21", "P22", "P23", "P24"], "2013-07", Some("people-drafted")),
        ("one that has some of it", &["P1", "P2", "P21", "P22"], "2013-07", None),
        ("a part of a family that was signed off", &["P11", "P12"], "2013-10", Some("people-claimed-before")),
        (
            "one that took it in, in the same window",
            &["P11", "P12", "P13", "P21", "P22", "P23", "P24"],
            "2013-07",
            Some("people-claimed-before"),
        ),
        ("one that took it in since", &["P11", "P12", "P13", "P21", "P22", "P23", "P24"], "2013-10", None),
        ("others", &["P31"], "2013-07", None),
    ];
    for (what, ids, window, expected) in cases {
        let found = claimed_for(&register.claims, &drafted, ("F2", &people(ids)), window);
        assert_eq!(found.map(|withheld| withheld.code()), expected, "{what}");
    }
    let itself = claimed_for(&register.claims, &drafted, ("F9", &people(&["P41"])), "2013-10");
    assert_eq!(itself, Some(Withheld::ClaimedBefore("2013-07".to_owned())));
}
