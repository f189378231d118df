//! The arguments of the commands that work on what is published: `fwt star`, `fwt reperform`, `fwt diff`.
//!
//! What comes in: the command line. What goes out: paths as given. What always holds: nothing here does anything.

use std::path::PathBuf;

use clap::Args;

use super::args::CeilingArguments;

/// `fwt star`.
#[derive(Debug, Args)]
pub(crate) struct StarArguments {
    /// Output folder of `fwt run`.
    pub(crate) out: PathBuf,
    /// Folder to write the star to, replacing an earlier one; by default `star` in the output folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
    /// Only say which family is behind a pseudonym of the star; writes no star.
    #[arg(long, value_name = "KEY", conflicts_with = "to")]
    pub(crate) family: Option<String>,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt reperform`.
#[derive(Debug, Args)]
pub(crate) struct ReperformArguments {
    /// Run folder, or output folder (its current run).
    pub(crate) run: PathBuf,
    /// Pipeline file to use instead of the configuration that the run kept.
    #[arg(long, value_name = "FILE")]
    pub(crate) pipeline: Option<PathBuf>,
    /// Folder of what people wrote beside the extracts then (overrides, decisions, restricted people), to use instead of what the run kept. The extracts
    /// themselves are not needed.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Ceilings of linkage, to use instead of those that the run was given.
    #[command(flatten)]
    pub(crate) ceilings: CeilingArguments,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    /// The earlier run: a run folder, or an output folder for its current run.
    pub(crate) left: PathBuf,
    /// The later run.
    pub(crate) right: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
