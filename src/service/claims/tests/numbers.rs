//! Numbers of claims through drafts, sign-offs and invalidations in any order, with the import that takes them.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::parse_funding;
use crate::model::ClaimStage;
use crate::register::decisions::{
    ClaimDecision, ClaimKey, ClaimsRun, Content, Grid, Journal, NewEntry, Origin, Register, Sheet, import, standing_numbers,
};
use crate::service::claims::numbers::Numbers;
use crate::service::funding::{funded, is_funded, paid_for};

const WINDOWS: [&str; 3] = ["2013-01", "2013-04", "2013-07"];
const FAMILIES: usize = 24;

#[derive(Default)]
struct Book(Journal);

impl Book {
    fn register(&self) -> Register {
        Register::fold(self.0.entries(), &|_| None)
    }

    fn enter(&mut self, entries: Vec<NewEntry>) {
        let origin = Origin { time: String::new(), user: "officer".to_owned(), files: BTreeMap::new() };
        self.0 = self.0.with(entries, &origin);
    }

    /// Drafts claims in a window as the command does: for families nobody claimed for, numbers given anew; drafts of the window that are not among them are given up.
    fn draft(&mut self, window: &str, wanted: &BTreeSet<String>) {
        let register = self.register();
        let standing: BTreeSet<&str> =
            register.claims.values().filter(|state| state.stage.blocks()).map(|state| state.present.as_str()).collect();
        let families: Vec<&String> = wanted.iter().filter(|family| !standing.contains(family.as_str())).collect();
        let numbers = Numbers::give(&register.claims, families.len(), funding()).drafted;
        let decision = |family: &str, number: u64, stage: ClaimStage| ClaimDecision {
            window: window.to_owned(),
            family: family.to_owned(),
            folder: format!("{window}--0"),
            claimed: "result".to_owned(),
            amount_pence: 70_000,
            pack_sha256: "p".to_owned(),
            members: vec![family.replace('F', "P")],
            stage: stage.name().to_owned(),
            on: "2013-07-31".to_owned(),
            number: Some(number),
        };
        let entry = |decision| NewEntry {
            by: "AB".to_owned(),
            reason: "r".to_owned(),
            file: String::new(),
            line: 1,
            decision: Content::Claim(decision),
        };
        let given_up = register
            .claims
            .iter()
            .filter(|((of, family), state)| of == window && state.stage == ClaimStage::Drafted && !families.contains(&family));
        let mut entries: Vec<NewEntry> = given_up.map(|((_, family), _)| entry(decision(family, 0, ClaimStage::Invalidated))).collect();
        entries.extend(families.iter().zip(numbers).map(|(family, number)| entry(decision(family, number, ClaimStage::Drafted))));
        self.enter(entries);
    }

    /// Takes a step of some claims; how many were taken.
    fn step(&mut self, claims: &[ClaimKey], stage: &str) -> usize {
        let header = ["family", "window", "amount_pence", "pack_sha256", "stage", "on", "reason", "by"].map(str::to_owned).to_vec();
        let row = |(window, family): &ClaimKey| {
            [family.as_str(), window.as_str(), "70000", "p", stage, "2013-08-31", "r", "CD"].map(str::to_owned).to_vec()
        };
        let lines = [vec![(1, header)], (2..).zip(claims).map(|(line, key)| (line, row(key))).collect()].concat();
        let sheet = Sheet::read(Grid { name: "claims.csv".to_owned(), lines }).unwrap();
        let run = ClaimsRun { today: "2013-12-31", successor: |_| None, last_retest: None };
        let imported = import(&[sheet], &self.register(), &run);
        let taken = imported.taken.len();
        self.enter(imported.taken);
        taken
    }

    fn of_stage(&self, wanted: impl Fn(ClaimStage) -> bool) -> Vec<ClaimKey> {
        self.register().claims.iter().filter(|(_, state)| wanted(state.stage)).map(|(key, _)| key.clone()).collect()
    }
}

fn funding() -> crate::model::funding::FundedShare {
    parse_funding("p", include_str!("../../../../pipelines/funding/p1-national.toml")).unwrap().funded
}

fn some(random: &mut fastrand::Rng, mut of: Vec<ClaimKey>) -> Vec<ClaimKey> {
    random.shuffle(&mut of);
    of.truncate(random.usize(0..=of.len().min(6)));
    of
}

#[test]
fn whatever_the_order_of_drafts_sign_offs_and_invalidations_the_rule_says_how_many_are_paid_for() {
    let share = funding();
    let (mut gaps, mut signed) = (0, 0);
    for seed in 0..40 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut book = Book::default();
        let mut before: BTreeMap<ClaimKey, u64> = BTreeMap::new();
        for _ in 0..30 {
            match random.u8(0..6) {
                0 | 1 => {
                    let wanted = (0..FAMILIES).filter(|_| random.u8(0..3) > 0).map(|number| format!("F{number:02}")).collect();
                    book.draft(WINDOWS[random.usize(0..3)], &wanted);
                }
                2 | 3 => {
                    let drafts = some(&mut random, book.of_stage(|stage| stage == ClaimStage::Drafted));
                    signed += book.step(&drafts, "audited");
                }
                4 => {
                    let audited = some(&mut random, book.of_stage(|stage| stage == ClaimStage::Audited));
                    assert_eq!(book.step(&audited, "submitted"), audited.len());
                }
                _ => {
                    let mut claims = some(&mut random, book.of_stage(|stage| stage != ClaimStage::Invalidated));
                    claims.truncate(2);
                    assert_eq!(book.step(&claims, "invalidated"), claims.len());
                }
            }
            let register = book.register();
            let numbers: BTreeMap<ClaimKey, u64> =
                standing_numbers(&register.claims).into_iter().map(|(key, number)| (key.clone(), number)).collect();
            let taken: BTreeSet<u64> = numbers.values().copied().collect();
            assert_eq!(taken.len(), numbers.len(), "seed {seed}: two claims have the same number");
            let families: BTreeSet<&String> = numbers.keys().map(|(_, family)| family).collect();
            assert_eq!(families.len(), numbers.len(), "seed {seed}: a family is claimed for twice");
            for (key, number) in before.iter().filter(|(key, _)| numbers.contains_key(*key)) {
                assert_eq!(numbers[key], *number, "seed {seed}: {key:?} was signed with another number");
            }
            assert_eq!(paid_for(share, &taken).len() as u64, funded(share, taken.len() as u64), "seed {seed}");
            gaps += usize::from(taken.last().is_some_and(|last| *last > taken.len() as u64));
            before = numbers;
        }
        // Whoever drafts for everybody and signs all of it in any order fills every gap: then each number speaks for itself.
        book.draft(WINDOWS[2], &(0..FAMILIES).map(|number| format!("F{number:02}")).collect());
        let mut drafts: Vec<ClaimKey> =
            book.of_stage(|stage| stage == ClaimStage::Drafted).into_iter().filter(|(window, _)| window == WINDOWS[2]).collect();
        random.shuffle(&mut drafts);
        for draft in drafts {
            assert_eq!(book.step(&[draft], "audited"), 1);
        }
        let register = book.register();
        let numbers: Vec<u64> = standing_numbers(&register.claims).into_values().collect();
        assert_eq!(numbers.iter().filter(|number| is_funded(share, **number)).count() as u64, funded(share, FAMILIES as u64));
        assert_eq!(numbers.iter().copied().collect::<BTreeSet<_>>(), (1..=FAMILIES as u64).collect());
    }
    assert!(signed > 300 && gaps > 50, "{signed} signed, {gaps} looks with gaps");
}

#[test]
fn the_order_of_sign_off_and_a_new_draft_change_nothing() {
    let share = funding();
    let wanted: BTreeSet<String> = (1..=14).map(|number| format!("F{number:02}")).collect();
    let mut book = Book::default();
    book.draft(WINDOWS[2], &wanted);
    let first: Vec<ClaimKey> = ["F01", "F02", "F03", "F05", "F06"].map(|family| (WINDOWS[2].to_owned(), family.to_owned())).to_vec();
    assert_eq!(book.step(&first, "audited"), 5);
    book.draft(WINDOWS[2], &wanted);
    let rest = book.of_stage(|stage| stage == ClaimStage::Drafted);
    assert_eq!(book.step(&rest, "audited"), 9);
    let register = book.register();
    let numbers = standing_numbers(&register.claims);
    assert_eq!(numbers.values().filter(|number| is_funded(share, **number)).count(), 12, "of fourteen twelve are paid for, not thirteen");
    assert_eq!(numbers[&first[3]], 5, "signed with number 5, and number 5 for good");
}
