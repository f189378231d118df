//! What the user may type about linkage: `fwt link`, ceilings, models.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::parse_day;
use crate::model::Month;
use crate::model::amounts::parse_bytes;

/// Under which model records are linked, and what is compared.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct LinkageArguments {
    /// Link under the frozen model of the last final run of an earlier month, or estimate a new one; by default frozen if there is one.
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<ModelArgument>,
    /// Compare all pairs of records, also those that an earlier month compared. The result is the same.
    #[arg(long)]
    pub(crate) full_comparison: bool,
}

/// Which linkage model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModelArgument {
    /// The one that the last final run of an earlier month was linked under.
    Frozen,
    /// A new one, from this month's records.
    Estimate,
}

/// `fwt link`.
#[derive(Debug, Args)]
pub(crate) struct LinkArguments {
    /// Pipeline file; it needs no criteria.
    pub(crate) pipeline: PathBuf,
    /// Month whose files are read; by default the one the pipeline names.
    #[arg(long)]
    pub(crate) month: Option<Month>,
    /// Folder of the files: month folders such as `2012-10`, or the files themselves.
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
    /// Ceilings of linkage, and whether only to forecast.
    #[command(flatten)]
    pub(crate) ceilings: CeilingArguments,
    /// Print the summary as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What linkage may cost.
#[derive(Debug, Args)]
pub(crate) struct CeilingArguments {
    /// Most memory the run may take, such as 2GiB; a run that cannot keep it is refused before pairs are compared.
    #[arg(long, value_name = "AMOUNT", value_parser = parse_bytes)]
    pub(crate) max_memory: Option<u64>,
    /// Most pairs that may be compared; blocks are narrowed to keep it, and the run is refused where that is not enough.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_pairs: Option<u64>,
    /// Only say what linkage would cost: pairs per blocking rule, memory, time. Compares nothing, writes nothing.
    #[arg(long, visible_alias = "dry-run")]
    pub(crate) forecast: bool,
}

/// `fwt model`.
#[derive(Debug, Subcommand)]
pub(crate) enum ModelCommand {
    /// Say what a newly estimated linkage model would change, beside the frozen one of the last final run; publishes nothing.
    Compare(ModelCompareArguments),
}

/// `fwt model compare`.
#[derive(Debug, Args)]
pub(crate) struct ModelCompareArguments {
    /// Pipeline file.
    pub(crate) pipeline: PathBuf,
    /// Month whose records are linked under both models.
    #[arg(long)]
    pub(crate) month: Month,
    /// Folder of the extracts: month folders such as `2012-10`, or the files of one month.
    #[arg(long, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Folder the earlier months were published into.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print the comparison as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
