//! The arguments of `fwt dwp`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `fwt dwp`.
#[derive(Debug, Subcommand)]
pub(crate) enum DwpCommand {
    /// Write the request of the current run: whom to ask about, and who cannot be asked about and why.
    Request(DwpRequestArguments),
    /// Take the answer: lines that hold become the feed of the final run, the others are set aside with line and reason.
    Import(DwpImportArguments),
}

/// `fwt dwp request`.
#[derive(Debug, Args)]
pub(crate) struct DwpRequestArguments {
    /// Pipeline file.
    pub(crate) pipeline: PathBuf,
    /// Output folder of `fwt run`: the request is made from its current run, as a rule a provisional one.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Folder of the extracts: the register of restricted people and addresses lies in its folder `service`.
    #[arg(long, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// What the answer is for: a purpose of `[service.dwp]` that the sharing agreement of the feed names.
    #[arg(long, default_value = "identify", value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// Print the summary as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `fwt dwp import`.
#[derive(Debug, Args)]
pub(crate) struct DwpImportArguments {
    /// Pipeline file.
    pub(crate) pipeline: PathBuf,
    /// The file that came back, in the columns of the request.
    pub(crate) file: PathBuf,
    /// Output folder of `fwt run`.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Folder of the extracts: what holds is written there, into the month of the request.
    #[arg(long, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Id of the request; by default the newest.
    #[arg(long, value_name = "ID")]
    pub(crate) request: Option<String>,
    /// Put this answer in the place of an earlier one to the same month: the earlier one's lines are then gone from the feed
    #[arg(long)]
    pub(crate) replace: bool,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
