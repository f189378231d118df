//! The arguments of `fwt cohort`.
//!
//! What comes in: the command line. What goes out: paths and counts. What always holds: nothing is read here.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `fwt cohort`.
#[derive(Debug, Subcommand)]
pub(crate) enum CohortCommand {
    /// Write a workbook, pre-filled from the current run, in which people decide.
    Export(CohortExport),
    /// Take a workbook or CSV files back into the register; rows that cannot be taken are set aside with line and reason.
    Import(CohortImport),
    /// How a family stands; without a family, the register as a whole.
    Show(CohortShow),
    /// Every decision about a family, a record or a referral form.
    History(CohortAbout),
}

/// `fwt cohort export`.
#[derive(Debug, Args)]
pub(crate) struct CohortExport {
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Workbook to write (`….xlsx`), or a folder for CSV files.
    #[arg(long, value_name = "PATH")]
    pub(crate) to: PathBuf,
    /// Most doubtful pairs to ask about.
    #[arg(long, value_name = "COUNT", default_value_t = 500)]
    pub(crate) pairs: usize,
    /// Write over an earlier one in which somebody has filled in something since.
    #[arg(long)]
    pub(crate) replace: bool,
    /// Print the summary as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt cohort import`.
#[derive(Debug, Args)]
pub(crate) struct CohortImport {
    /// Workbook, CSV file, or folder of CSV files.
    pub(crate) file: PathBuf,
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt cohort show`.
#[derive(Debug, Args)]
pub(crate) struct CohortShow {
    /// Family id.
    pub(crate) family: Option<String>,
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt cohort history`.
#[derive(Debug, Args)]
pub(crate) struct CohortAbout {
    /// Family id, record (`source/record`) or referral form (`source/form`).
    pub(crate) about: String,
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
