//! The quarterly return: families supported, their needs and the outcomes that were sustained, as CSV.
//!
//! What comes in: an output folder, the pipeline, a quarter. What goes out: `out/claims/<month>--<hash>/` with `return.csv`, `needs.csv` and `families.csv`. What always holds: accepted families only; needs are the criteria of the
//! pack that any final run since the attachment showed; the sums are those of the tables beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::{Months, Seen, first_month, read_months, successful, sustained};
use crate::config::checked::{NeedsSettings, Pipeline};
use crate::model::{Day, Month, Pence, Status, Ternary, date};
use crate::register::decisions::Journal;
use crate::run::history::reference_of;
use crate::run::successors::Successors;
use crate::service::acceptance::Gate;
use crate::service::claims::ClaimsError;
use crate::service::claims::attachment::{Attachment, attachment};
use crate::service::csv_table::csv_table;
use crate::service::funding::{Claimed, amount, rate_year};
use crate::store::{self, AfterRun, Area, ManifestContents, NamedHash, RestsOn, RunLock};

/// A quarter of a calendar year, such as `2023-Q1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quarter {
    year: i32,
    number: u32,
}

impl Quarter {
    /// Its last month.
    #[must_use]
    pub fn last_month(self) -> Option<Month> {
        Month::new(self.year, 3 * self.number)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected a quarter such as 2023-Q1".to_owned();
        let (year, number) = text.split_once("-Q").ok_or_else(wrong)?;
        let (year, number) = (year.parse().map_err(|_| wrong())?, number.parse().map_err(|_| wrong())?);
        if (1..=4).contains(&number) && (1900..=2200).contains(&year) { Ok(Self { year, number }) } else { Err(wrong()) }
    }
}

/// What was returned.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Returned {
    /// The quarter.
    pub quarter: String,
    /// The run of its last month.
    pub run: String,
    /// The folder.
    pub folder: String,
    /// Families supported at its end.
    pub families: usize,
    /// Needs they had.
    pub needs: usize,
    /// Of these, with an outcome that was sustained.
    pub outcomes: usize,
    /// Successful families.
    pub successful: usize,
    /// What they come to by the funding pack, in pence.
    pub amount_pence: Pence,
}

/// One family of the return.
struct Family {
    id: String,
    attached: Attachment,
    /// Criterion, month in which it was first shown, what the months of the time said, whether it was sustained.
    needs: Vec<(String, Month, Ternary)>,
    successful: Ternary,
}

/// Makes the return of a quarter.
///
/// # Errors
/// [`ClaimsError`]; [`ClaimsError::NotSet`] where the pipeline has no `[supporting_families]`.
pub fn quarterly_return(pipeline: &Pipeline, out: &Path, quarter: Quarter) -> Result<Returned, ClaimsError> {
    let settings = pipeline.needs.as_ref().ok_or(ClaimsError::NotSet)?;
    store::open_run(out)?;
    let lock = RunLock::take(out, "claims")?;
    let last = quarter.last_month().ok_or_else(|| ClaimsError::NoRun(quarter.to_string()))?;
    let run = store::final_run_of(out, &last.to_string())?.ok_or_else(|| ClaimsError::NoRun(last.to_string()))?;
    let journal = Journal::parse_whole(&lock.journal()?, lock.journal_head_of_record().as_deref())?;
    let successors = Successors::read(&run)?;
    let register = successors.fold(&journal);
    let end = reference_of(&run)?;
    let by = [Status::Attached, Status::MonitoringOnly, Status::TurnedAroundElsewhere];
    let supported: Vec<(String, Attachment)> = Gate::new(&register, end)
        .all()
        .into_keys()
        .filter_map(|family| {
            let attached = attachment(journal.entries(), |id| successors.present(id) == family, &by, end)?;
            Some((family.to_owned(), attached))
        })
        .collect();
    let first = first_month(supported.iter().map(|(_, attached)| attached.on), last, settings.sustained_months);
    let pack = pipeline.packs.iter().find(|pack| pack.name == settings.pack).ok_or(ClaimsError::NotSet)?;
    let months = read_months(out, pack, (first, last), &successors)?;
    let runs = months.values().flatten().map(|read| read.run.clone()).collect();
    let families: Vec<Family> = supported.into_iter().map(|(id, attached)| of_family(id, attached, &months, settings, last, end)).collect();
    let contents = ManifestContents::after_run(
        &last.to_string(),
        // The months are read by the criteria pack.
        pipeline.fingerprints.iter().chain(&settings.fingerprints),
        vec![
            NamedHash { name: "decided".to_owned(), sha256: store::sha256_hex(journal.head().as_bytes()) },
            NamedHash { name: "return".to_owned(), sha256: store::sha256_hex(format!("{quarter} {settings:?}").as_bytes()) },
        ],
        RestsOn { area: Area::Claims, runs },
    );
    let folder = contents.run_id();
    let paid = |family: &Family| {
        let holds = family.successful == Ternary::True;
        rate_year(&settings.funding, family.attached.on, end).filter(|_| holds).map_or(0, |year| amount(year, Claimed::Family))
    };
    if AfterRun::already_written(&lock, &contents)?.is_none() {
        write(AfterRun::begin(&lock, contents, 1_000_000)?, &families, quarter, last, &paid)?;
    }
    let needs = || families.iter().flat_map(|family| &family.needs);
    Ok(Returned {
        quarter: quarter.to_string(),
        run: run.manifest.run_id.clone(),
        folder,
        families: families.len(),
        needs: needs().count(),
        outcomes: needs().filter(|(_, _, outcome)| *outcome == Ternary::True).count(),
        successful: families.iter().filter(|family| family.successful == Ternary::True).count(),
        amount_pence: families.iter().map(paid).sum(),
    })
}

/// The needs of a family since its attachment, and what became of each.
fn of_family(id: String, attached: Attachment, months: &Months, settings: &NeedsSettings, last: Month, end: Day) -> Family {
    let span = i32::try_from(settings.sustained_months).unwrap_or(i32::MAX);
    let since = date::months_before(end, span) + 1;
    let from = Month::of(attached.on).unwrap_or(last);
    let mut first_shown: BTreeMap<&String, Month> = BTreeMap::new();
    for (month, read) in months.range(from..=last) {
        for ((family, criterion), seen) in read.iter().flat_map(|read| &read.seen) {
            if *family == id && seen.value == Ternary::True {
                first_shown.entry(criterion).or_insert(*month);
            }
        }
    }
    let needs: Vec<(String, Month, Ternary)> = first_shown
        .into_iter()
        .map(|(criterion, shown)| {
            let said: Vec<Option<Seen>> = months
                .range(last.plus(1 - span)..=last)
                // A family without a row for a criterion was not in the run: that cannot be said.
                .map(|(_, read)| read.as_ref()?.seen.get(&(id.clone(), criterion.clone())).cloned())
                .collect();
            (criterion.clone(), shown, sustained(&said, since))
        })
        .collect();
    let outcomes: Vec<Ternary> = needs.iter().map(|(_, _, outcome)| *outcome).collect();
    Family { id, attached, needs, successful: successful(&outcomes, settings.needs_at_least) }
}

fn write(
    mut folder: AfterRun,
    families: &[Family],
    quarter: Quarter,
    last: Month,
    paid: &dyn Fn(&Family) -> Pence,
) -> Result<(), ClaimsError> {
    let needs: Vec<Vec<String>> = families
        .iter()
        .flat_map(|family| {
            family
                .needs
                .iter()
                .map(|(criterion, shown, outcome)| vec![family.id.clone(), criterion.clone(), shown.to_string(), outcome.name().to_owned()])
        })
        .collect();
    let rows: Vec<Vec<String>> = families
        .iter()
        .map(|family| {
            let with = family.needs.iter().filter(|(_, _, outcome)| *outcome == Ternary::True).count();
            vec![
                family.id.clone(),
                date::iso(family.attached.on),
                family.needs.len().to_string(),
                with.to_string(),
                family.successful.name().to_owned(),
                paid(family).to_string(),
            ]
        })
        .collect();
    let returned = return_rows(families, quarter, last, paid);
    let mut put = |name: &str, header: &[&str], rows: &[Vec<String>]| {
        folder.put(name, Some(rows.len() as u64), |sink| sink.write_all(&csv_table(header, rows)))
    };
    put("return.csv", &["quarter", "measure", "headline", "value"], &returned)?;
    put("needs.csv", &["family_id", "need", "first_shown", "outcome_sustained"], &needs)?;
    put("families.csv", &["family_id", "attached_on", "needs", "outcomes", "successful", "amount_pence"], &rows)?;
    folder.commit()?;
    Ok(())
}

/// The rows of the return.
fn return_rows(families: &[Family], quarter: Quarter, last: Month, paid: &dyn Fn(&Family) -> Pence) -> Vec<Vec<String>> {
    let row =
        |measure: &str, headline: &str, value: u64| vec![quarter.to_string(), measure.to_owned(), headline.to_owned(), value.to_string()];
    let count = |wanted: &dyn Fn(&Family) -> bool| families.iter().filter(|family| wanted(family)).count() as u64;
    let began = last.plus(-2).first_day();
    let mut rows = vec![
        row("families_supported", "", families.len() as u64),
        row("families_attached_in_quarter", "", count(&|family| family.attached.on >= began)),
        row("successful_families", "", count(&|family| family.successful == Ternary::True)),
        row("successful_cannot_be_said", "", count(&|family| family.successful == Ternary::Unknown)),
        row("amount_pence", "", families.iter().map(paid).sum()),
    ];
    let headlines: BTreeSet<&String> = families.iter().flat_map(|family| &family.needs).map(|(criterion, _, _)| criterion).collect();
    for headline in headlines {
        let outcomes = |wanted: Option<Ternary>| {
            let of = families.iter().flat_map(|family| &family.needs).filter(|(criterion, _, _)| criterion == headline);
            of.filter(|(_, _, outcome)| wanted.is_none_or(|wanted| wanted == *outcome)).count() as u64
        };
        rows.push(row("families_with_need", headline, outcomes(None)));
        rows.push(row("outcome_sustained", headline, outcomes(Some(Ternary::True))));
        rows.push(row("outcome_cannot_be_said", headline, outcomes(Some(Ternary::Unknown))));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_read_and_ends_with_its_third_month() {
        let quarter: Quarter = "2023-Q4".parse().unwrap();
        assert_eq!((quarter.to_string().as_str(), quarter.last_month().unwrap().to_string().as_str()), ("2023-Q4", "2023-12"));
        assert_eq!("2013-Q1".parse::<Quarter>().unwrap().last_month().unwrap().to_string(), "2013-03");
        for wrong in ["2023-Q5", "2023-Q0", "2023-4", "Q4-2023", ""] {
            assert!(wrong.parse::<Quarter>().is_err(), "{wrong}");
        }
    }
}
