//! What the register says, in words: about a family, a pair, all of it.
//!
//! What comes in: an output folder and an id. What goes out: sentences and tables. What always holds: nothing is shown that the journal does not hold; who decided what, when and why
//! stands beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::RunError;
use super::super::explain::{Explanation, ExplanationTable};
use super::super::reading::Table;
use super::super::restricted::{renamed, screen_of};
use super::super::successors::Successors;
use super::{journal, register, successors};
use crate::model::Screen;
use crate::model::restricted::key_of_row;
use crate::model::screen::WITHHELD;
use crate::model::{date, pounds};
use crate::register::decisions::{Content, Entry};
use crate::store;

/// How a family stands, or nothing if nobody has decided anything about it.
///
/// # Errors
/// [`RunError`] if the register cannot be read.
pub fn show(out: &Path, family: &str) -> Result<Option<Explanation>, RunError> {
    let journal = journal(out)?;
    let register = register(out, &journal)?;
    let written = family;
    let family = &*successors(out)?.present(written);
    let Some(state) = register.families.get(family) else { return Ok(None) };
    let shown = Shown::of(out)?;
    let said = |reason: &str| shown.text(Some(family), reason);
    let mut sentences = vec![match state.status {
        Some((status, day)) => format!("Status: {} since {}.", status.words(), date::iso(day)),
        None => "Status: identified; nobody has given it another.".to_owned(),
    }];
    sentences.extend((written != family).then(|| format!("{written} has become {family}.")));
    sentences.push(match state.accepted {
        Some((true, day)) => format!("Accepted for the list on {}.", date::iso(day)),
        Some((false, day)) => format!("Rejected for the list on {}.", date::iso(day)),
        None => "Neither accepted for the list nor rejected.".to_owned(),
    });
    let next: Vec<String> =
        crate::register::decisions::transitions::next(state.standing()).into_iter().map(crate::model::cohort::Status::words).collect();
    sentences.push(format!("It may become: {}.", next.join(", ")));
    let overrides = state.overrides.iter().map(|(pack, over)| {
        let pack = if pack.is_empty() { "all packs" } else { pack };
        let what = if over.include { "include" } else { "exclude" };
        vec![what.to_owned(), pack.to_owned(), date::iso(over.on), date::iso(over.expires), over.approver.clone(), said(&over.reason)]
    });
    let overrides = ExplanationTable::new("Overrides", &["what", "pack", "from", "until", "approved by", "reason"], overrides.collect());
    let entries =
        ExplanationTable::new("Decisions", &HEADINGS, lines(journal.entries(), &shown, |entry| state.entries.contains(&entry.seq)));
    Ok(Some(Explanation { title: format!("Family {family}"), sentences, tables: vec![overrides, entries] }))
}

/// Every decision about a family, a record (`source/record`) or a referral form (`source/form`), oldest first.
///
/// # Errors
/// [`RunError`] if the register cannot be read.
pub fn history(out: &Path, about: &str) -> Result<Explanation, RunError> {
    let journal = journal(out)?;
    // What was decided under an id that the family has no more is about it too.
    let (successors, written) = (successors(out)?, about);
    let about = &*successors.present(written);
    let is_it = |id: &str| successors.present(id) == about;
    let named = |(source, id): &(String, String)| format!("{source}/{id}") == about;
    let concerns = |entry: &Entry| match &entry.decision {
        Content::Family(decision) => is_it(&decision.family) || decision.records.iter().any(named),
        Content::Pair(decision) => named(&decision.left.record) || named(&decision.right.record),
        Content::Claim(decision) => is_it(&decision.family),
        Content::Referral(decision) => is_it(&decision.family) || format!("{}/{}", decision.source, decision.referral) == about,
        Content::Request(request) => is_it(&request.family) || request.request == about,
        Content::Answer(answer) => is_it(&answer.family) || answer.request == about,
        Content::Allocation(allocation) => is_it(&allocation.family) || allocation.staff == about,
    };
    let rows = lines(journal.entries(), &Shown::of(out)?, concerns);
    let mut sentences = vec![format!("{} of {} decisions in the register.", rows.len(), journal.entries().len())];
    sentences.extend((written != about).then(|| format!("{written} has become {about}.")));
    Ok(Explanation {
        title: format!("Decisions about {about}"),
        sentences,
        tables: vec![ExplanationTable::new("Decisions", &HEADINGS, rows)],
    })
}

/// The register as a whole: how many families stand where, and every override with its last day.
///
/// # Errors
/// [`RunError`] if the register cannot be read.
pub fn overview(out: &Path) -> Result<Explanation, RunError> {
    let journal = journal(out)?;
    let register = register(out, &journal)?;
    let of_status = crate::model::Status::ALL.iter().map(|&status| {
        let families = register.families.values().filter(|state| state.standing() == status).count();
        vec![status.words(), families.to_string()]
    });
    let statuses = ExplanationTable::new("Families by status", &["status", "families"], of_status.collect());
    let mut overrides: Vec<Vec<String>> = register
        .families
        .iter()
        .flat_map(|(family, state)| {
            state.overrides.iter().map(move |(pack, over)| {
                let what = if over.include { "include" } else { "exclude" };
                let pack = if pack.is_empty() { "all packs" } else { pack };
                vec![date::iso(over.expires), family.clone(), what.to_owned(), pack.to_owned(), over.approver.clone(), over.seq.to_string()]
            })
        })
        .collect();
    overrides.sort();
    let overrides =
        ExplanationTable::new("Overrides by their last day", &["until", "family", "what", "pack", "approved by", "entry"], overrides);
    let sentences = vec![
        format!(
            "{} decisions about {} families, {} pairs of records and {} referral forms.",
            journal.entries().len(),
            register.families.len(),
            register.pairs.len(),
            register.referrals.len()
        ),
        format!("Head of the journal: {}", journal.head()),
    ];
    Ok(Explanation { title: "The cohort register".to_owned(), sentences, tables: vec![statuses, overrides] })
}

const HEADINGS: [&str; 6] = ["entry", "imported", "by", "decision", "reason", "from"];

/// What may be shown by the current run; everything where there is no run.
#[derive(Default)]
struct Shown {
    screen: Screen,
    successors: Successors,
    members: BTreeMap<String, Vec<String>>,
    /// Records of hidden people and on their rows, by source and the agency's own name.
    renamed: BTreeSet<(String, String)>,
    /// Rows of such records, by source and key: the number of a referral form.
    rows: BTreeSet<(String, String)>,
}

impl Shown {
    fn of(out: &Path) -> Result<Self, RunError> {
        let Ok(run) = store::open_run(out) else { return Ok(Self::default()) };
        let mut shown = Self {
            screen: screen_of(&run)?,
            successors: Successors::read(&run)?,
            renamed: renamed(&run)?.into_keys().collect(),
            ..Self::default()
        };
        shown.rows = shown.renamed.iter().map(|(source, id)| (source.clone(), key_of_row(id).to_owned())).collect();
        if !shown.screen.is_empty() {
            for row in Table::open(&run, "members")?.select("family_id", &["family_id", "person_id"], |_| true)? {
                if let Ok([family, person]) = <[String; 2]>::try_from(row) {
                    shown.members.entry(family).or_default().push(person);
                }
            }
        }
        Ok(shown)
    }

    /// A text that people wrote about a family, under whichever id; or about anybody.
    fn text(&self, family: Option<&str>, text: &str) -> String {
        let people = |family: &str| self.members.get(&self.successors.present(family)).into_iter().flatten().map(String::as_str);
        let hides = match family {
            _ if self.screen.is_empty() || text.is_empty() => false,
            Some(family) => self.screen.about(people(family)).hides(text),
            None => self.screen.about_anybody().hides(text),
        };
        if hides { WITHHELD.to_owned() } else { text.to_owned() }
    }

    fn record(&self, record: &(String, String)) -> String {
        let id = if self.renamed.contains(record) { "a withheld record" } else { &record.1 };
        format!("{}/{id}", record.0)
    }

    /// A referral form; its number would be most of the reference of a hidden person's record on it.
    fn form(&self, form: &(String, String)) -> String {
        let number = if self.rows.contains(form) { "a withheld form" } else { &form.1 };
        format!("{}/{number}", form.0)
    }
}

/// The family that a decision is about.
fn family_of(decision: &Content) -> Option<&str> {
    match decision {
        Content::Family(family) => Some(&family.family),
        Content::Claim(claim) => Some(&claim.family),
        Content::Referral(referral) => Some(&referral.family),
        Content::Request(request) => Some(&request.family),
        Content::Answer(answer) => Some(&answer.family),
        Content::Allocation(allocation) => Some(&allocation.family),
        Content::Pair(_) => None,
    }
}

fn lines(entries: &[Entry], shown: &Shown, wanted: impl Fn(&Entry) -> bool) -> Vec<Vec<String>> {
    let line = |entry: &Entry| {
        let from = format!("{}:{}", entry.file, entry.line);
        let reason = shown.text(family_of(&entry.decision), &entry.reason);
        vec![entry.seq.to_string(), entry.time.clone(), entry.by.clone(), in_words(&entry.decision, shown), reason, from]
    };
    entries.iter().filter(|entry| wanted(entry)).map(line).collect()
}

fn in_words(decision: &Content, shown: &Shown) -> String {
    match decision {
        Content::Family(family) => {
            let mut words = Vec::new();
            if let Some(accepted) = family.accepted {
                words.push(if accepted { "accepted" } else { "rejected" }.to_owned());
            }
            if let Some(status) = family.new_status() {
                words.push(status.words());
            }
            if let Some(over) = &family.over {
                let pack = if over.pack.is_empty() { String::new() } else { format!(" under {}", over.pack) };
                let until =
                    if over.expires.is_empty() { String::new() } else { format!(" until {}, approved by {}", over.expires, over.approver) };
                words.push(format!("override {}{pack}{until}", over.what));
            }
            format!("{} from {}", words.join(", "), family.on)
        }
        Content::Pair(pair) => {
            format!("{} and {}: {}", shown.record(&pair.left.record), shown.record(&pair.right.record), pair.verdict)
        }
        Content::Claim(claim) => {
            let (family, window, amount) = (&claim.family, &claim.window, pounds(claim.amount_pence));
            format!("claim of {amount} for {family} in {window}: {} from {}", claim.stage, claim.on)
        }
        Content::Referral(referral) => {
            let form = shown.form(&(referral.source.clone(), referral.referral.clone()));
            format!("{form} and family {}: {}", referral.family, referral.verdict)
        }
        Content::Request(request) if request.reminder == 0 => {
            format!("request {} about family {} to {}, due {}", request.request, request.family, request.professional, request.due)
        }
        Content::Request(request) => {
            format!("reminder {} of request {} about family {}, due {}", request.reminder, request.request, request.family, request.due)
        }
        Content::Answer(answer) => {
            let route = answer.route.replace('_', " ");
            format!("answer to request {} about family {}: {route}, on {}", answer.request, answer.family, answer.on)
        }
        Content::Allocation(allocation) => {
            let until = if allocation.until.is_empty() { String::new() } else { format!(" until {}", allocation.until) };
            format!("{} works with family {} from {}{until}", allocation.staff, allocation.family, allocation.on)
        }
    }
}
