//! Every cell of domain.md §1.4, and the fractions.

use std::collections::BTreeSet;

use super::*;
use crate::config::parse_funding;
use crate::model::date;

const NATIONAL: &str = include_str!("../../../pipelines/funding/p1-national.toml");
const SEED: &str = include_str!("../../../pipelines/funding/p1-seed-20-80.toml");

fn pack(text: &str) -> FundingPack {
    parse_funding("pack.toml", text).unwrap()
}

fn day(text: &str) -> Day {
    date::from_iso(text).unwrap()
}

/// Attachment, result, progress, employment of the year of a day, in pounds.
fn cells(pack: &FundingPack, on: &str) -> [u64; 4] {
    let year = year_of(pack, day(on)).unwrap();
    [year.attachment, year.result, year.progress, year.employment].map(|pence| {
        assert_eq!(pence % 100, 0);
        pence / 100
    })
}

#[test]
fn every_cell_of_the_national_table_is_as_published() {
    let national = pack(NATIONAL);
    for (first, last, expected) in [
        ("2012-04-01", "2013-03-31", [3200, 700, 100, 800]),
        ("2013-04-01", "2014-03-31", [2400, 1500, 100, 1600]),
        ("2014-04-01", "2015-05-31", [1600, 2300, 100, 2400]),
    ] {
        assert_eq!(cells(&national, first), expected, "{first}");
        assert_eq!(cells(&national, last), expected, "{last}");
        let [attachment, result, progress, employment] = expected;
        assert_eq!((attachment + result + progress, attachment + employment), (4000, 4000), "up to £4,000 a family");
    }
    assert_eq!(national.ceiling, 400_000);
    assert!(year_of(&national, day("2012-03-31")).is_none() && year_of(&national, day("2015-06-01")).is_none());
}

#[test]
fn the_split_of_the_committee_paper_changes_only_money() {
    let (national, seed) = (pack(NATIONAL), pack(SEED));
    assert_eq!(cells(&seed, "2012-10-01"), [3200, 700, 100, 800], "80 percent upfront");
    assert_eq!(cells(&seed, "2013-10-01"), [2000, 1900, 100, 2000], "50/50, which is an assumption");
    assert_eq!(cells(&seed, "2014-10-01"), [800, 3100, 100, 3200], "20 percent upfront");
    assert_eq!(seed.years.iter().map(|year| year.assumption).collect::<Vec<_>>(), [false, true, false]);
    assert!(explain(&seed).contains("ASSUMPTION: The paper gives no split for year two: 50/50 is assumed"));
    // With the amounts and words of the one put into the other, nothing differs.
    let mut like = seed.clone();
    (like.name, like.title, like.source) = (national.name.clone(), national.title.clone(), national.source.clone());
    for (year, other) in like.years.iter_mut().zip(&national.years) {
        assert_eq!((year.name.as_str(), year.starts, year.ends), (other.name.as_str(), other.starts, other.ends));
        *year = other.clone();
    }
    assert_eq!(like, national);
}

#[test]
fn phase_two_and_supporting_families_pay_as_documented() {
    let two = pack(include_str!("../../../pipelines/funding/p2.toml"));
    assert_eq!(cells(&two, "2016-01-01"), [1000, 800, 0, 800]);
    let supporting = pack(include_str!("../../../pipelines/funding/sf-2022.toml"));
    assert_eq!(cells(&supporting, "2023-01-01"), [0, 800, 0, 0]);
}

#[test]
fn a_family_of_year_one_is_paid_3200_and_700_and_100() {
    let national = pack(NATIONAL);
    let year = rate_year(&national, day("2012-10-15"), day("2013-07-31")).unwrap();
    assert_eq!(year.attachment, 320_000);
    assert_eq!(amount(year, Claimed::Family), 70_000);
    assert_eq!(amount(year, Claimed::FamilyAndProgress), 80_000);
    assert_eq!(amount(year, Claimed::Employment), 80_000);
}

#[test]
fn a_result_is_paid_at_the_rate_of_the_year_of_attachment_unless_the_pack_says_otherwise() {
    let mut national = pack(NATIONAL);
    let (attached, claim) = (day("2012-10-15"), day("2014-06-30"));
    assert_eq!(rate_year(&national, attached, claim).unwrap().name, "2012/13");
    national.rate_of = RateOf::Claim;
    assert_eq!(rate_year(&national, attached, claim).unwrap().name, "2014/15");
}

#[test]
fn nothing_is_paid_after_may_2015() {
    let national = pack(NATIONAL);
    assert!(rate_year(&national, day("2014-10-15"), day("2015-05-31")).is_some());
    assert!(rate_year(&national, day("2014-10-15"), day("2015-06-01")).is_none());
}

#[test]
fn the_most_that_is_met_is_claimed_and_never_both() {
    let national = pack(NATIONAL);
    let year = year_of(&national, day("2012-10-15")).unwrap();
    for (family, progress, employment, expected) in [
        (false, false, false, None),
        (true, false, false, Some(Claimed::Family)),
        (true, true, false, Some(Claimed::FamilyAndProgress)),
        (false, false, true, Some(Claimed::Employment)),
        (true, false, true, Some(Claimed::Employment)),
        // Both pay £800: the result of the whole family.
        (true, true, true, Some(Claimed::FamilyAndProgress)),
        // Progress is never paid alone.
        (false, true, false, None),
    ] {
        assert_eq!(best(year, family, progress, employment), expected, "{family} {progress} {employment}");
    }
    let supporting = pack(include_str!("../../../pipelines/funding/sf-2022.toml"));
    let year = year_of(&supporting, day("2023-01-01")).unwrap();
    assert_eq!(best(year, false, false, true), None, "employment is no result any more");
}

#[test]
fn five_of_every_six_families_are_paid_for_at_every_point() {
    let national = pack(NATIONAL);
    let share = national.funded;
    // 1,370 × 5/6 = 1,141.67; 457 × 5/6 = 380.83.
    assert_eq!((funded(share, 1370), funded(share, 457)), (1142, 381));
    assert_eq!([Fractions::Down, Fractions::Up].map(|fractions| funded(FundedShare { fractions, ..share }, 1370)), [1141, 1142]);
    assert_eq!(national.families.iter().map(|expected| expected.families).collect::<Vec<_>>(), [1370, 457]);
    let mut paid = 0;
    for number in 1..=1370 {
        paid += u64::from(is_funded(share, number));
        assert_eq!(paid, funded(share, number), "after claim {number}");
    }
    let unpaid: Vec<u64> = (1..=12).filter(|number| !is_funded(share, *number)).collect();
    assert_eq!(unpaid.len(), 2, "one of every six: {unpaid:?}");
    assert!(!is_funded(share, 0));
}

#[test]
fn a_pack_is_explained_with_every_number_of_the_documents() {
    let words = explain(&pack(NATIONAL));
    for expected in [
        "At most £4,000 for one family. Results can be claimed until 2015-05-31.",
        "£3,200 on attachment (80 percent)",
        "£2,400 on attachment (60 percent)",
        "£1,600 on attachment (40 percent)",
        "£100 more for progress to work, with that result only",
        "programme: 1,370 families by 2015-03-31, of which 1,142 are paid for (1,370 × 5 / 6); at most £4,566,666.66 exactly, £4,568,000 for whole families",
        "year-one: 457 families by 2013-03-31, of which 381 are paid for",
        "costs £10,000 on average: the government pays 40 percent (£4,000), local partners 60 percent (£6,000)",
        "Cost of one family to the public purse in a year: £75,000",
    ] {
        assert!(words.contains(expected), "`{expected}` is not in:\n{words}");
    }
    assert!(explain(&pack(SEED)).contains("£800 on attachment (20 percent)"));
}

#[test]
fn the_rules_are_explained_with_source_and_what_to_check() {
    let rules = crate::config::parse_results("p1.toml", include_str!("../../../pipelines/results/p1.toml")).unwrap();
    let words = explain_results(&rules);
    assert!(words.contains("asb_cut: 60/100"));
    assert!(words.contains("weeks_with_gaps: 26\n  Source: domain.md 1.5 [m]. TO BE CHECKED by the service manager."));
    assert_eq!(words.matches("Source: ").count(), rules.settings.len() + 1);
}

#[test]
fn of_claims_with_any_numbers_as_many_are_paid_for_as_of_so_many_claims() {
    let national = pack(NATIONAL).funded;
    let mut random = fastrand::Rng::with_seed(5);
    for fractions in [Fractions::Nearest, Fractions::Down, Fractions::Up] {
        let share = FundedShare { fractions, ..national };
        for _ in 0..500 {
            let numbers: BTreeSet<u64> = (0..random.usize(0..60)).map(|_| random.u64(1..80)).collect();
            let paid = paid_for(share, &numbers);
            assert!(paid.is_subset(&numbers));
            assert_eq!(paid.len() as u64, funded(share, numbers.len() as u64), "{numbers:?}");
        }
        // Without gaps each number speaks for itself.
        let numbers: BTreeSet<u64> = (1..=40).collect();
        assert_eq!(paid_for(share, &numbers), numbers.iter().copied().filter(|number| is_funded(share, *number)).collect());
    }
    // The fourth of six is not paid for; without it the sixth is not, because five are too many of five.
    assert_eq!(paid_for(national, &[1, 2, 3, 5, 6].into()), [1, 2, 3, 5].into());
}
