//! The claims of a window: `out/claims/<window>--<hash>/`, and their drafts in the register.
//!
//! What comes in: an output folder, the pipeline, the month of the window. What goes out: the folder, committed like a run, and an entry per claim. What always holds: the folder's identity is its inputs: the runs it rests on, the
//! two packs, what people decided; made again it is the same; the register's drafts are those of the newest folder of the window.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::decide::{Decision, decide};
use super::gather::{Asking, Candidate, Gathered, gather};
use super::numbers::{Numbers, STANDING, standing_rows};
use super::pack::{Pack, TESTS, pack_sha256};
use super::sample::sample;
use super::sheet::{SignOff, sign_off};
use super::tables::{
    CANDIDATES, CLAIMS, CLAIMS_SHOWN, Claim, FEEDS, SUMS, TABLE, candidate_row, claim_row, feeds, payable, sums, tested, words,
};
use super::withhold::{Invalidated, OF_DRAFTS, by_a_person, by_drafting, said_before, withhold};
use super::{ClaimsError, page};
use crate::config::checked::Pipeline;
use crate::model::{ClaimStage, Day, Month, Pence, date, pounds};
use crate::register::decisions::{ClaimDecision, Content, Journal, NewEntry, Origin, Register};
use crate::run::history::reference_of;
use crate::run::restricted::Today;
use crate::run::successors::Successors;
use crate::service::csv_table::csv_table;
use crate::store::{self, AfterRun, Area, ManifestContents, NamedHash, RegisterAct, RestsOn, RunLock};

/// What to draft.
pub struct DraftSettings<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// The month of the window: results are as at the reference date of its final run.
    pub window: Month,
    /// Output folder of `fwt run`.
    pub out: &'a Path,
    /// Who and what is restricted.
    pub restricted: &'a Today,
}

/// What was drafted.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Drafted {
    /// The folder.
    #[serde(skip)]
    pub path: PathBuf,
    /// Its id.
    pub folder: String,
    /// The run of the window.
    pub run: String,
    /// The day as at which results are claimed.
    pub claim_date: String,
    /// Families that were looked at.
    pub candidates: usize,
    /// Claims.
    pub claims: usize,
    /// What they come to, in pence.
    pub amount_pence: Pence,
    /// What of it is paid by the rule of funded families, in pence.
    pub payable_pence: Pence,
    /// Claims that stand already, of all windows.
    pub standing: usize,
    /// Claims that are paid for once those drafted are signed, of all windows: what the rule says of so many.
    pub paid_for_in_all: usize,
    /// What they come to, in pence.
    pub payable_in_all_pence: Pence,
    /// Claims that internal audit does again.
    pub sample: usize,
    /// Families withheld, by code.
    pub withheld: BTreeMap<String, usize>,
    /// True if the folder stood there already.
    pub already: bool,
}

/// What a folder of claims rests on besides runs: what was decided, as a hash, and who is hidden whom the run still names.
pub(super) fn state_of(decided: String, restricted: &Today) -> Vec<NamedHash> {
    let mut state = vec![NamedHash { name: "decided".to_owned(), sha256: decided }];
    if !restricted.hidden_since.is_empty() {
        let hidden: Vec<&str> = restricted.hidden_since.iter().map(String::as_str).collect();
        state.push(NamedHash { name: "hidden since the run".to_owned(), sha256: restricted.digest(&hidden.join("\n")) });
    }
    state
}

/// Drafts the claims of a window.
///
/// # Errors
/// [`ClaimsError`]; nothing was written then, or only what the next call completes.
pub fn draft(what: &DraftSettings<'_>) -> Result<Drafted, ClaimsError> {
    let settings = what.pipeline.claims.as_ref().ok_or(ClaimsError::NotSet)?;
    let window = what.window.to_string();
    store::open_run(what.out)?;
    let lock = RunLock::take(what.out, "claims")?;
    let run = store::final_run_of(what.out, &window)?.ok_or_else(|| ClaimsError::NoRun(window.clone()))?;
    let journal = Journal::parse_whole(&lock.journal()?, lock.journal_head_of_record().as_deref())?;
    let successors = Successors::read(&run)?;
    let register = successors.fold(&journal);
    let claim = reference_of(&run)?;
    let asking = Asking {
        hidden: &what.restricted.hidden,
        out: what.out,
        pipeline: what.pipeline,
        settings,
        run: &run,
        successors: &successors,
        journal: &journal,
        register: &register,
        claim,
    };
    let mut gathered = gather(&asking)?;
    let invalidated = Invalidated::all(&asking, &what.restricted.screen);
    withhold(&mut gathered, &asking, &invalidated, &window);
    let contents = ManifestContents::after_run(
        &window,
        what.pipeline.fingerprints.iter().chain(&settings.fingerprints),
        state_of(decided(&journal), what.restricted),
        RestsOn { area: Area::Claims, runs: gathered.runs.clone() },
    );
    let folder = contents.run_id();
    let (claims, numbers) = claims(&gathered, &asking, &invalidated, (&window, &folder));
    let written = match AfterRun::already_written(&lock, &contents)? {
        Some(written) => written,
        None => write(&lock, contents, &gathered, (&claims, &numbers, &invalidated), &asking, &window)?,
    };
    let table = store::open_run(&written.path)?.manifest.output(TABLE).map(|output| output.sha256.clone()).unwrap_or_default();
    let entering =
        Entering { lock: &lock, journal: &journal, register: &register, folder: &folder, window: &window, on: claim, table: &table };
    enter(&entering, &claims)?;
    let mut withheld = BTreeMap::new();
    for found in gathered.candidates.iter().filter_map(|candidate| candidate.outcome.as_ref().err()) {
        *withheld.entry(found.code().to_owned()).or_insert(0) += 1;
    }
    Ok(Drafted {
        path: written.path,
        folder,
        run: run.manifest.run_id.clone(),
        claim_date: date::iso(claim),
        candidates: gathered.candidates.len(),
        claims: claims.len(),
        amount_pence: claims.iter().map(|claim| claim.amounts.amount).sum(),
        payable_pence: payable(&claims),
        standing: numbers.standing.len(),
        paid_for_in_all: numbers.paid.len(),
        payable_in_all_pence: payable(&claims) + standing_rows(&asking, &numbers).1,
        sample: claims.iter().filter(|claim| claim.in_sample).count(),
        withheld,
        already: written.already,
    })
}

/// One hash over what people decided. What drafting enters is no decision of people: with it, drafting would change what it rests on. Who invalidated a claim and why stands in the folder.
fn decided(journal: &Journal) -> String {
    let mut text = String::new();
    for entry in journal.entries() {
        if by_drafting(entry) {
            continue;
        }
        if by_a_person(entry) {
            text.extend([&entry.by, "\n", &entry.reason, "\n"]);
        }
        text.push_str(&serde_json::to_string(&entry.decision).expect("texts and numbers always serialise"));
        text.push('\n');
    }
    store::sha256_hex(text.as_bytes())
}

/// The claims, in the order of the family ids, with their numbers.
fn claims<'g>(
    gathered: &'g Gathered,
    asking: &Asking<'_>,
    invalidated: &[Invalidated<'_>],
    (window, folder): (&str, &str),
) -> (Vec<Claim<'g>>, Numbers) {
    let pack = &asking.settings.funding;
    let claimed = |candidate: &'g Candidate| {
        let (Ok(outcome), Some(attached)) = (&candidate.outcome, &candidate.attached) else { return None };
        match decide(pack, &asking.settings.results.family_result, attached.on, asking.claim, outcome) {
            Decision::Claim(amounts) => Some((candidate, outcome, attached, amounts, gathered.baselines.get(&candidate.baseline)?)),
            Decision::Nothing(_) => None,
        }
    };
    let claimed: Vec<_> = gathered.candidates.iter().filter_map(claimed).collect();
    let numbers = Numbers::give(&asking.register.claims, claimed.len(), pack.funded);
    let mut claims = Vec::new();
    for ((candidate, outcome, attached, amounts, baseline), number) in claimed.into_iter().zip(numbers.drafted.iter().copied()) {
        let tables = Pack::of(outcome, candidate, (asking.settings.results.whose, asking.claim), baseline, &gathered.now);
        let (tests, evidence, members) = (tables.tests_csv(), tables.evidence_csv(), tables.members_csv());
        let pack_sha256 = pack_sha256([&tests, &evidence, &members]);
        let words = format!(
            "Claim {number} in {window}: {} for {}, at the rate of {} ({}); attached on {}, claimed as at {}.",
            pounds(amounts.amount),
            amounts.called.replace('_', " "),
            amounts.year,
            pack.name,
            date::iso(attached.on),
            date::iso(asking.claim)
        );
        let head = page::FamilyHead {
            family: &candidate.family,
            facts: vec![
                format!("Window {window}"),
                format!("Claims {folder}"),
                format!("Baseline {}", candidate.baseline),
                format!("Run {}", gathered.now.run_id),
            ],
            claim: &words,
            pack_sha256: &pack_sha256,
        };
        let page = page::family(&head, &tables);
        let funded = numbers.paid.contains(&number);
        claims.push(Claim {
            number,
            candidate,
            attached_on: attached.on,
            amounts,
            funded,
            tests,
            evidence,
            members,
            page,
            pack_sha256,
            in_sample: false,
            invalidated_before: said_before(invalidated, &candidate.family),
        });
    }
    let families: Vec<&str> = claims.iter().map(|claim| claim.candidate.family.as_str()).collect();
    let settings = asking.settings;
    let chosen = sample(window, &families, settings.sample_seed, settings.sample_percent, settings.sample_minimum);
    for claim in &mut claims {
        claim.in_sample = chosen.contains(&claim.candidate.family);
    }
    (claims, numbers)
}

fn write(
    lock: &RunLock,
    contents: ManifestContents,
    gathered: &Gathered,
    (claims, numbers, invalidated): (&[Claim<'_>], &Numbers, &[Invalidated<'_>]),
    asking: &Asking<'_>,
    window: &str,
) -> Result<store::WrittenAfterRun, ClaimsError> {
    let needed: usize = claims.iter().map(|claim| claim.tests.len() + claim.evidence.len() + claim.members.len() + claim.page.len()).sum();
    let folder = contents.run_id();
    let mut after_run = AfterRun::begin(lock, contents, 2 * needed as u64 + 100_000)?;
    let mut put = |name: &str, rows: usize, bytes: &[u8]| after_run.put(name, Some(rows as u64), |sink| sink.write_all(bytes));
    let claim_rows: Vec<Vec<String>> = claims.iter().map(|claim| claim_row(claim, asking, window)).collect();
    put(TABLE, claims.len(), &csv_table(&CLAIMS, &claim_rows))?;
    let candidate_rows: Vec<Vec<String>> =
        gathered.candidates.iter().map(|candidate| candidate_row(candidate, asking, invalidated)).collect();
    put("candidates.csv", candidate_rows.len(), &csv_table(&CANDIDATES, &candidate_rows))?;
    let tested = tested(gathered);
    put("candidate_tests.csv", tested.len(), &csv_table(&["family_id"].into_iter().chain(TESTS).collect::<Vec<_>>(), &tested))?;
    let feeds = feeds(gathered);
    put("feeds.csv", feeds.len(), &csv_table(&FEEDS, &feeds))?;
    let sampled: Vec<Vec<String>> = claims
        .iter()
        .filter(|claim| claim.in_sample)
        .map(|claim| vec![claim.candidate.family.clone(), claim.pack_sha256.clone()])
        .collect();
    put("audit_sample.csv", sampled.len(), &csv_table(&["family_id", "pack_sha256"], &sampled))?;
    let sheet: Vec<SignOff> = claims.iter().map(|claim| sheet_row(claim, window, &folder)).collect();
    put("sign_off.csv", sheet.len(), &sign_off(&sheet))?;
    let sums = sums(claims);
    put("sums.csv", sums.len(), &csv_table(&SUMS, &sums))?;
    let (standing, _) = standing_rows(asking, numbers);
    put("standing.csv", standing.len(), &csv_table(&STANDING, &standing))?;
    let facts = vec![format!("Window {window}"), format!("Claims {folder}"), format!("Run {}", asking.run.manifest.run_id)];
    let parts = [
        page::Part {
            id: "sums-table",
            title: "By year and result",
            caption: "What is claimed, by the year of the rate",
            headings: &SUMS,
            shows: &[],
            rows: sums,
        },
        page::Part {
            id: "claims",
            title: "Claims",
            caption: "Every claim of the window",
            headings: &CLAIMS,
            shows: &CLAIMS_SHOWN,
            rows: claim_rows,
        },
        page::Part {
            id: "others",
            title: "Candidates",
            caption: "Every accepted family, and why it is claimed for or not",
            headings: &CANDIDATES,
            shows: &["family_id", "attached_on", "attached_by", "claimed", "reason"],
            rows: candidate_rows,
        },
    ];
    let page = page::window(&format!("Claims in {window}"), &facts, &words(claims, numbers, asking), &parts);
    put("claims.html", claims.len(), page.as_bytes())?;
    for claim in claims {
        let name = |file: &str| format!("families/{}/{file}", claim.candidate.family);
        put(&name("tests.csv"), 0, &claim.tests)?;
        put(&name("evidence.csv"), 0, &claim.evidence)?;
        put(&name("members.csv"), 0, &claim.members)?;
        put(&name("evidence.html"), 0, claim.page.as_bytes())?;
    }
    Ok(after_run.commit()?)
}

fn sheet_row(claim: &Claim<'_>, window: &str, folder: &str) -> SignOff {
    SignOff {
        family: claim.candidate.family.clone(),
        window: window.to_owned(),
        folder: folder.to_owned(),
        claimed: claim.amounts.called.clone(),
        amount_pence: claim.amounts.amount,
        pack_sha256: claim.pack_sha256.clone(),
        in_sample: claim.in_sample,
    }
}

/// The register that drafts are entered in.
struct Entering<'a> {
    lock: &'a RunLock,
    journal: &'a Journal,
    register: &'a Register,
    folder: &'a str,
    window: &'a str,
    on: Day,
    /// SHA-256 of the folder's table of claims.
    table: &'a str,
}

/// Enters the drafts that the register does not hold yet.
fn enter(entering: &Entering<'_>, claims: &[Claim<'_>]) -> Result<(), ClaimsError> {
    let &Entering { lock, journal, register, folder, window, on, table } = entering;
    let (time, user) = store::moment_and_user();
    let file = format!("{OF_DRAFTS}{folder}/{TABLE}");
    let mut new = Vec::new();
    for (line, claim) in (2..).zip(claims) {
        let decision = ClaimDecision {
            window: window.to_owned(),
            family: claim.candidate.family.clone(),
            folder: folder.to_owned(),
            claimed: claim.amounts.called.clone(),
            amount_pence: claim.amounts.amount,
            pack_sha256: claim.pack_sha256.clone(),
            members: claim.candidate.people.iter().map(|person| person.id.clone()).collect(),
            stage: ClaimStage::Drafted.name().to_owned(),
            on: date::iso(on),
            number: Some(claim.number),
        };
        let key = (decision.window.clone(), decision.family.clone());
        if register.claims.get(&key).is_none_or(|held| held.last != decision) {
            new.push(NewEntry { by: user.clone(), reason: String::new(), file: file.clone(), line, decision: Content::Claim(decision) });
        }
    }
    // What an earlier draft of the window claimed and this one does not holds no longer.
    for ((of, family), held) in &register.claims {
        let stands = claims.iter().any(|claim| claim.candidate.family == *family);
        if of == window && held.stage == ClaimStage::Drafted && !stands {
            let decision = ClaimDecision { stage: ClaimStage::Invalidated.name().to_owned(), on: date::iso(on), ..held.last.clone() };
            let reason = format!("not claimable any more: candidates.csv of claims/{folder} says why");
            new.push(NewEntry { by: user.clone(), reason, file: file.clone(), line: 1, decision: Content::Claim(decision) });
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let count = new.len();
    let extended = journal.with(new, &Origin { time, user, files: BTreeMap::from([(file, table.to_owned())]) });
    let act = RegisterAct { inputs: table, head: extended.head(), outcome: &format!("claims drafted or given up: {count}") };
    lock.extend_journal(&extended.to_bytes(), &act)?;
    Ok(())
}
