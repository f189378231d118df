//! The arguments of `fwt claims`.
//!
//! What comes in: the command line. What goes out: paths, a month, a family. What always holds: nothing is read here.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::args_cohort::CohortImport;
use crate::model::Month;
use crate::service::needs::Quarter;

/// `fwt claims`.
#[derive(Debug, Subcommand)]
pub(crate) enum ClaimsCommand {
    /// Draft the claims of a window: who can be claimed for, how much, and the evidence for each family.
    Draft(ClaimsDraft),
    /// Take sign-offs and what became of claims into the register; rows that cannot be taken are set aside with line and reason.
    Import(CohortImport),
    /// Where claims stand; of one family, or all of them.
    Show(ClaimsShow),
    /// Test every open claim again with what is known now, and tell what changed.
    Retest(ClaimsRetest),
    /// The quarterly return of Supporting Families: needs against outcomes, as CSV.
    Return(ClaimsReturn),
    /// A funding pack in plain English.
    Funding(ClaimsPack),
    /// What "turned around" means by a results pack, in plain English.
    Results(ClaimsPack),
}

/// `fwt claims draft`.
#[derive(Debug, Args)]
pub(crate) struct ClaimsDraft {
    /// Pipeline file.
    pub(crate) pipeline: PathBuf,
    /// Month of the window: results are as at the reference date of its final run.
    #[arg(long, value_name = "MONTH")]
    pub(crate) window: Month,
    /// Folder of the extracts: the register of restricted people and addresses lies in its folder `service`.
    #[arg(long, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print the summary as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt claims show`.
#[derive(Debug, Args)]
pub(crate) struct ClaimsShow {
    /// Family id.
    pub(crate) family: Option<String>,
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt claims retest`.
#[derive(Debug, Args)]
pub(crate) struct ClaimsRetest {
    /// Pipeline file.
    pub(crate) pipeline: PathBuf,
    /// Folder of the extracts: the register of restricted people and addresses lies in its folder `service`.
    #[arg(long, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt claims return`.
#[derive(Debug, Args)]
pub(crate) struct ClaimsReturn {
    /// Pipeline file with `[supporting_families]`.
    pub(crate) pipeline: PathBuf,
    /// Quarter of a calendar year, such as 2023-Q1.
    #[arg(long, value_name = "QUARTER")]
    pub(crate) quarter: Quarter,
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print the summary as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt claims funding` and `fwt claims results`.
#[derive(Debug, Args)]
pub(crate) struct ClaimsPack {
    /// The pack: of `funding` one such as `pipelines/funding/p1-national.toml`, of `results` one such as `pipelines/results/p1.toml`.
    pub(crate) pack: PathBuf,
}
