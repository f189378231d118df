//! The arguments of what the service does with the list: `fwt requests`, `fwt districts`, `fwt staff`, `fwt brief`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::parse_day;

/// What everything that leaves after a run needs.
#[derive(Debug, Args)]
pub(crate) struct Office {
    /// Pipeline of the run.
    pub(crate) pipeline: PathBuf,
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Data folder: the register of restricted people, contacts, staff and directories lie in its folder `service`.
    #[arg(long, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The day for which it is done; by default the reference date of the run.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub(crate) on: Option<i32>,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt requests`.
#[derive(Debug, Subcommand)]
pub(crate) enum RequestsCommand {
    /// Ask the key professional of each accepted family for a preliminary assessment, and remind those whose answer is overdue.
    Make(RequestsMake),
    /// Take in answers: a CSV file or a sheet that a professional filled in.
    Import(RequestsImport),
    /// The chaser list: what is awaited about each accepted family that is not at its end, from whom and by when.
    Show(RequestsShow),
    /// Write the blank referral form, as a workbook and as a page to print.
    Form(RequestsForm),
}

/// `fwt requests make`.
#[derive(Debug, Args)]
pub(crate) struct RequestsMake {
    #[command(flatten)]
    pub(crate) office: Office,
    /// Table of contacts; by default `service/MONTH/contacts.csv` of the data folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) contacts: Option<PathBuf>,
    /// Table of staff; by default `service/MONTH/staff.csv` of the data folder, where it is there: whoever's cover has ended works with no family.
    #[arg(long, value_name = "FILE")]
    pub(crate) staff: Option<PathBuf>,
    /// Who sends the requests: stands in the register.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
}

/// `fwt requests import`.
#[derive(Debug, Args)]
pub(crate) struct RequestsImport {
    #[command(flatten)]
    pub(crate) office: Office,
    /// The answers: CSV, or a workbook that went out as a sheet.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) answers: PathBuf,
}

/// `fwt requests show`.
#[derive(Debug, Args)]
pub(crate) struct RequestsShow {
    #[command(flatten)]
    pub(crate) office: Office,
    /// Table of contacts; by default `service/MONTH/contacts.csv` of the data folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) contacts: Option<PathBuf>,
    /// Table of staff; by default `service/MONTH/staff.csv` of the data folder, where it is there: whoever's cover has ended works with no family.
    #[arg(long, value_name = "FILE")]
    pub(crate) staff: Option<PathBuf>,
    /// Write the chaser list to a CSV file as well, as `fwt requests make` writes it beside the requests.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
}

/// `fwt requests form`.
#[derive(Debug, Args)]
pub(crate) struct RequestsForm {
    /// Pipeline: its criteria and where to send the form stand on it.
    pub(crate) pipeline: PathBuf,
    /// Folder to write `referral-form.xlsx` and `referral-form.html` to.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
}

/// `fwt districts`.
#[derive(Debug, Args)]
pub(crate) struct DistrictsArguments {
    #[command(flatten)]
    pub(crate) office: Office,
    /// ONS postcode directory; by default the one that the pipeline names.
    #[arg(long, value_name = "FILE")]
    pub(crate) postcodes: Option<PathBuf>,
    /// ONS UPRN directory; by default the one that the pipeline names, where it is there.
    #[arg(long, value_name = "FILE")]
    pub(crate) uprns: Option<PathBuf>,
}

/// `fwt staff`.
#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    /// Who covers what, how many families they have and may have.
    Show(StaffTable),
    /// Propose a worker for each assessed or attached family without one: a file for `fwt staff allocate`.
    Suggest(StaffSuggest),
    /// Record which worker works with which family; the family is attached from that day.
    Allocate(StaffAllocate),
}

/// The table of staff.
#[derive(Debug, Args)]
pub(crate) struct StaffTable {
    #[command(flatten)]
    pub(crate) office: Office,
    /// Table of staff; by default `service/MONTH/staff.csv` of the data folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) staff: Option<PathBuf>,
}

/// `fwt staff suggest`.
#[derive(Debug, Args)]
pub(crate) struct StaffSuggest {
    #[command(flatten)]
    pub(crate) table: StaffTable,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Write over an earlier one that somebody has changed since.
    #[arg(long)]
    pub(crate) replace: bool,
    /// Who proposes: stands in each row.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
}

/// `fwt staff allocate`.
#[derive(Debug, Args)]
pub(crate) struct StaffAllocate {
    #[command(flatten)]
    pub(crate) table: StaffTable,
    /// Allocations: CSV or workbook.
    #[arg(long, value_name = "FILE")]
    pub(crate) allocations: PathBuf,
}

/// `fwt brief`.
#[derive(Debug, Args)]
pub(crate) struct BriefArguments {
    #[command(flatten)]
    pub(crate) table: StaffTable,
    /// Table of contacts; by default `service/MONTH/contacts.csv` of the data folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) contacts: Option<PathBuf>,
    /// Only the families of this worker.
    #[arg(long, value_name = "CODE")]
    pub(crate) worker: Option<String>,
}
