//! What the user may type. Nothing here does anything.

mod dwp;
mod effect;
mod linkage;
pub(crate) mod service;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::model::Month;
pub(crate) use dwp::{DwpCommand, DwpImportArguments, DwpRequestArguments};
pub(crate) use effect::EffectArguments;
pub(crate) use linkage::{CeilingArguments, LinkArguments, LinkageArguments, ModelArgument, ModelCommand, ModelCompareArguments};

use super::args_claims::ClaimsCommand;
use super::args_cohort::CohortCommand;
use super::args_published::{DiffArguments, ReperformArguments, StarArguments};
use super::args_synth::{DemoArguments, SynthArguments};

/// Finds, in the extracts of a dozen agencies, the families who need help most, and says why each is on the list.
#[derive(Debug, Parser)]
#[command(name = "fwt", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Threads to use; 0 means one per core. The result does not depend on it.
    #[arg(long, global = true, default_value_t = 0, value_name = "COUNT")]
    pub(crate) threads: usize,
    /// Show no progress.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say at the end how many seconds each step took.
    #[arg(long, global = true)]
    pub(crate) timings: bool,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a synthetic month, run the shipped pipeline over it and say where the list and the report are.
    Demo(DemoArguments),
    /// Write a synthetic county: native extracts of nineteen feeds and the truth about them.
    Synth(SynthArguments),
    /// Say whether a pipeline and its extracts would load; links nothing and writes nothing.
    Check(CheckArguments),
    /// Run a month: from extracts to the published identification list.
    Run(RunArguments),
    /// Link or deduplicate the records of some files: who is the same person. No criteria, no families.
    Link(LinkArguments),
    /// Decisions of people: write the workbook to fill in, take it back, look at the register.
    #[command(subcommand)]
    Cohort(CohortCommand),
    /// The round trip to the Department for Work and Pensions: ask, and take the answer.
    #[command(subcommand)]
    Dwp(DwpCommand),
    /// Ask professionals for preliminary assessments, remind them, take in their answers; the blank referral form.
    #[command(subcommand)]
    Requests(service::RequestsCommand),
    /// Write one file per district with its own accepted families only.
    Districts(service::DistrictsArguments),
    /// Who works with families: caseloads, proposals, allocations.
    #[command(subcommand)]
    Staff(service::StaffCommand),
    /// Write the key workers' briefs: a page and a table per family that has a worker.
    Brief(service::BriefArguments),
    /// Payment by results: draft claims with their evidence, take sign-offs back, test open claims again.
    #[command(subcommand)]
    Claims(ClaimsCommand),
    /// Compare families before and after the service works with them, with those not yet attached beside; write the page for a committee.
    Effect(EffectArguments),
    /// Say why: a family's flags, a person's records, a pair's weight.
    Explain(ExplainArguments),
    /// Tell what changed from one run to a later one, and why: lists, families, feeds, model, configuration.
    Diff(DiffArguments),
    /// Measure a run against the truth, estimate without it, or compare two runs.
    Evaluate(EvaluateArguments),
    /// Give each agency its own rows that were set aside, and a page on the quality of what it sends.
    Agencies(AgenciesArguments),
    /// Check a published run against its manifest.
    Verify(VerifyArguments),
    /// Put the star schemas of all months together, for Power BI, Excel, DuckDB and the like.
    Star(StarArguments),
    /// Compute a published run again from what it kept of its extracts, and say whether every file comes out as it was published.
    Reperform(ReperformArguments),
    /// Work on schemas.
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Work on criteria packs.
    #[command(subcommand)]
    Criteria(CriteriaCommand),
    /// Back up what the next month builds upon, and restore it.
    #[command(subcommand)]
    Register(RegisterCommand),
    /// Work on linkage models.
    #[command(subcommand)]
    Model(ModelCommand),
    /// Publish the files of a published run again into another folder, through the same steps.
    #[command(hide = true)]
    PublishAgain(PublishAgainArguments),
}

/// `fwt check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Pipeline file.
    pub(crate) pipeline: PathBuf,
    /// Month to check the extracts of; by default the one that the pipeline file names.
    #[arg(long, requires = "data")]
    pub(crate) month: Option<Month>,
    /// Folder of the extracts: month folders such as `2012-10`, or the files of one month. Without it only the configuration is checked.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt run`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(crate) struct RunArguments {
    /// Pipeline file.
    pub(crate) pipeline: PathBuf,
    /// Month to run.
    #[arg(long)]
    pub(crate) month: Month,
    /// Folder of the extracts: month folders such as `2012-10`, or the files of one month.
    #[arg(long, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Folder to publish into.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Reference date; by default the month's last day.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub(crate) reference: Option<i32>,
    /// Publish to a network share although its renames and locks promise less.
    #[arg(long)]
    pub(crate) allow_network_share: bool,
    /// An answer is still awaited, such as that of the DWP: later months do not build upon this run.
    #[arg(long)]
    pub(crate) provisional: bool,
    /// Publish although a larger share of the list changed since last month than `[gates] churn` allows.
    #[arg(long)]
    pub(crate) confirm_churn: bool,
    /// Under which model records are linked.
    #[command(flatten)]
    pub(crate) linkage: LinkageArguments,
    /// Ceilings of linkage, and whether only to forecast.
    #[command(flatten)]
    pub(crate) ceilings: CeilingArguments,
    /// Print the summary as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// What to explain.
    #[command(subcommand)]
    pub(crate) what: ExplainWhat,
}

/// What can be explained.
#[derive(Debug, Subcommand)]
pub(crate) enum ExplainWhat {
    /// Why a family is on the list, or not.
    Family(ExplainTarget),
    /// Which records make up a person, and what holds them together.
    Person(ExplainTarget),
    /// What each field contributed to the weight of a pair of records: `SOURCE/RECORD,SOURCE/RECORD`.
    Pair(ExplainTarget),
}

/// A thing to explain in a run.
#[derive(Debug, Args)]
pub(crate) struct ExplainTarget {
    /// Family id, person id, or two records separated by a comma.
    pub(crate) id: String,
    /// Output folder (its current run is used) or run folder.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) run: PathBuf,
    /// Show names, dates of birth and addresses; without it they are masked.
    #[arg(long)]
    pub(crate) show_values: bool,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt evaluate`.
#[derive(Debug, Args)]
pub(crate) struct EvaluateArguments {
    /// Output folder (its current run is used) or run folder.
    pub(crate) run: PathBuf,
    /// Folder that `fwt synth` wrote, or a CSV or Parquet file of records and who they are (several: give it several times).
    /// Without it the model's own estimates are given.
    #[arg(long, value_name = "PATH")]
    pub(crate) truth: Vec<PathBuf>,
    /// Column of a truth file that holds the record id.
    #[arg(long, default_value = "record_id", value_name = "COLUMN")]
    pub(crate) record: String,
    /// Column of a truth file that says who the record is.
    #[arg(long, default_value = "entity", value_name = "COLUMN")]
    pub(crate) entity: String,
    /// Column of a truth file that names the record's source; needed where record ids repeat between sources.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) source: Option<String>,
    /// The truth is labelled pairs: its two columns of record ids and the column of the label (at least 0.5, or true, means the same person).
    #[arg(long, num_args = 3, value_names = ["LEFT", "RIGHT", "LABEL"], requires = "truth")]
    pub(crate) pairs: Option<Vec<String>>,
    /// Error rates by the groups of a column of the truth or of the persons table: source, role, sex, file (may be given several times).
    #[arg(long, value_name = "COLUMN", requires = "truth")]
    pub(crate) by: Vec<String>,
    /// Measure all final runs of the output folder together: do families keep their ids, are the causes of changes right?
    #[arg(long, requires = "truth", conflicts_with_all = ["compare", "by", "html", "pairs", "pipeline"])]
    pub(crate) months: bool,
    /// Another run of the same records to compare with: output folder or run folder.
    #[arg(long, value_name = "RUN")]
    pub(crate) compare: Option<PathBuf>,
    /// Also write one page with curves and charts, complete in itself, to this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Examples of missed and of false pairs to show.
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub(crate) examples: usize,
    /// Pipeline of the run: tells, with `--data`, which true pairs were never compared and why.
    #[arg(long, value_name = "FILE", requires = "data")]
    pub(crate) pipeline: Option<PathBuf>,
    /// Folder of the files the run read.
    #[arg(long, value_name = "DIR", requires = "pipeline")]
    pub(crate) data: Option<PathBuf>,
    /// Show the values of the examples instead of whether they agree.
    #[arg(long)]
    pub(crate) show_values: bool,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt agencies`.
#[derive(Debug, Args)]
pub(crate) struct AgenciesArguments {
    /// Output folder (its current run is used) or run folder.
    pub(crate) run: PathBuf,
    /// Pipeline of the run.
    #[arg(long, value_name = "FILE")]
    pub(crate) pipeline: PathBuf,
    /// Folder of the files the run read: rows are taken from them, if they are still the same byte for byte.
    #[arg(long, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Folder to write to: new, empty or made by an earlier `fwt agencies`. Each agency gets a folder below it.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Run of an earlier month to compare with; by default the newest one before.
    #[arg(long, value_name = "RUN")]
    pub(crate) before: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// Output folder (its current run is checked) or run folder.
    pub(crate) run: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt register`.
#[derive(Debug, Subcommand)]
pub(crate) enum RegisterCommand {
    /// Copy the last final run, people's decisions and the key of the BI tables into another folder: all that the next month builds upon.
    Backup(BackupArguments),
    /// Make a new output folder from a backup.
    Restore(RestoreArguments),
}

/// `fwt register backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// Output folder.
    pub(crate) out: PathBuf,
    /// Folder to copy into: new, or that of an earlier backup of the same register.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
}

/// `fwt register restore`.
#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// Folder of the backup.
    pub(crate) backup: PathBuf,
    /// Output folder to make: new or empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

/// `fwt schema`.
#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Draft a schema from an extract nobody has seen before.
    Infer(InferArguments),
}

/// `fwt schema infer`.
#[derive(Debug, Args)]
pub(crate) struct InferArguments {
    /// The extract: CSV, XLSX or Parquet.
    pub(crate) file: PathBuf,
}

/// `fwt criteria`.
#[derive(Debug, Subcommand)]
pub(crate) enum CriteriaCommand {
    /// Print a pack in plain English, for a service manager to sign off.
    Explain(PackArguments),
}

/// `fwt criteria explain`.
#[derive(Debug, Args)]
pub(crate) struct PackArguments {
    /// Pack file.
    pub(crate) pack: PathBuf,
    /// Overlay file with local changes, laid over the pack; several are laid over in their order.
    #[arg(long, value_name = "FILE")]
    pub(crate) overlay: Vec<PathBuf>,
}

/// `fwt publish-again`.
#[derive(Debug, Args)]
pub(crate) struct PublishAgainArguments {
    /// Run folder.
    pub(crate) run: PathBuf,
    /// Folder to publish into.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

fn parse_day(text: &str) -> Result<i32, String> {
    crate::model::date::from_iso(text).ok_or_else(|| "expected a date such as 2012-10-31".to_owned())
}
