//! The arguments of `fwt effect`.

use std::path::PathBuf;

use clap::Args;

/// `fwt effect`.
#[derive(Debug, Args)]
pub(crate) struct EffectArguments {
    /// Pipeline file.
    pub(crate) pipeline: PathBuf,
    /// Output folder of `fwt run`: its final runs are compared.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print the summary as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
