//! The arguments of `fwt demo` and `fwt synth`.
//!
//! What comes in: the command line. What goes out: values in range. What always holds: the folder is asked for only where something is
//! written to it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::model::Month;

/// `fwt demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Folder for the synthetic extracts and the published run.
    #[arg(long, default_value = "demo", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// People in the synthetic county.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1_000..=6_000_000))]
    pub(crate) people: u32,
    /// Seed of the synthetic county.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// `fwt synth`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct SynthArguments {
    /// Decide about a published month as an officer would who knows the truth.
    #[command(subcommand)]
    pub(crate) then: Option<SynthCommand>,
    /// Folder to write to: new, empty or made by an earlier `fwt synth`.
    #[arg(long, value_name = "DIR", required = true)]
    pub(crate) out: Option<PathBuf>,
    /// People in the county, 1,000 to 1,000,000.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..=6_000_000))]
    pub(crate) people: u32,
    /// Seed: the same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// First month.
    #[arg(long, default_value = "2012-10", value_name = "MONTH")]
    pub(crate) start: Month,
    /// How many months.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=120))]
    pub(crate) months: u32,
    /// Rate of an error, such as `forename-misspelt=0.05`; may be given several times. `--noise help` lists them.
    #[arg(long = "noise", value_name = "KIND=RATE")]
    pub(crate) noise: Vec<String>,
    /// Deliver every feed on time (by default some arrive late when several months are written).
    #[arg(long)]
    pub(crate) all_on_time: bool,
    /// Some agencies send last month's file again under the new month's name (one delivery in twenty). `fwt run` refuses an increment
    /// that is sent twice, so such a month needs a hand.
    #[arg(long)]
    pub(crate) repeat_feeds: bool,
    /// CSV file `family,attached_on` of true families that the service works with (`fwt synth helped` writes it): from then on their problems may stop,
    /// and `truth/<month>/helped.csv` says whose did. Months up to the first attachment are the same as without.
    #[arg(long, value_name = "FILE")]
    pub(crate) helped: Option<PathBuf>,
    /// Print the summary as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be done with a synthetic county once a month of it is published.
#[derive(Debug, Subcommand)]
pub(crate) enum SynthCommand {
    /// Write a month's decisions of a simulated officer in the form that `fwt cohort import` takes.
    Decide(SynthDecideArguments),
    /// Answer a request to the Department for Work and Pensions as the Department would.
    Dwp(SynthDwpArguments),
    /// Write who knows the listed families of a month and who works for the service: `contacts.csv` and `staff.csv`.
    Contacts(SynthContactsArguments),
    /// Answer the assessment requests of an output folder as the professionals would, some late and some never.
    Answer(SynthAnswerArguments),
    /// Write what the team of the service decides about the families of a chaser list, in the form that `fwt cohort import` takes.
    Team(SynthTeamArguments),
    /// Write which true families are worked with, for `fwt synth --helped`.
    Helped(SynthHelpedArguments),
}

/// `fwt synth dwp`.
#[derive(Debug, Args)]
pub(crate) struct SynthDwpArguments {
    /// Folder that `fwt synth` wrote.
    #[arg(long, value_name = "DIR")]
    pub(crate) truth: PathBuf,
    /// Output folder of `fwt run` with the request: the newest is answered.
    #[arg(long, value_name = "DIR")]
    pub(crate) run: PathBuf,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Seed of what the Department does.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// `fwt synth contacts`.
#[derive(Debug, Args)]
pub(crate) struct SynthContactsArguments {
    /// Output folder of `fwt run`.
    #[arg(long, value_name = "DIR")]
    pub(crate) run: PathBuf,
    /// Folder that `fwt synth` wrote: the files go below it into `service/<month>`.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Seed of the professionals.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// `fwt synth answer`.
#[derive(Debug, Args)]
pub(crate) struct SynthAnswerArguments {
    /// Folder that `fwt synth` wrote.
    #[arg(long, value_name = "DIR")]
    pub(crate) truth: PathBuf,
    /// Output folder of `fwt run` with the requests; answers that have come by the month of its current run are written.
    #[arg(long, value_name = "DIR")]
    pub(crate) run: PathBuf,
    /// Folder for the answers: `answers.csv` goes below it into a folder of the run's month; requests answered in other months' files are not answered again.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Seed of what the professionals do.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// `fwt synth team`.
#[derive(Debug, Args)]
pub(crate) struct SynthTeamArguments {
    /// Folder that `fwt synth` wrote.
    #[arg(long, value_name = "DIR")]
    pub(crate) truth: PathBuf,
    /// Output folder of `fwt run`.
    #[arg(long, value_name = "DIR")]
    pub(crate) run: PathBuf,
    /// The chaser list: what `fwt requests show --to FILE` writes.
    #[arg(long, value_name = "FILE")]
    pub(crate) chasers: PathBuf,
    /// Folder for the decisions: `families.csv` goes below it into a folder of the run's month.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Seed of what the team does.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// `fwt synth helped`.
#[derive(Debug, Args)]
pub(crate) struct SynthHelpedArguments {
    /// Folder that `fwt synth` wrote.
    #[arg(long, value_name = "DIR")]
    pub(crate) truth: PathBuf,
    /// Output folder of `fwt run`, whose register says who is attached.
    #[arg(long, value_name = "DIR")]
    pub(crate) run: PathBuf,
    /// File to write; families that it names already keep their day.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
}

/// `fwt synth decide`.
#[derive(Debug, Args)]
pub(crate) struct SynthDecideArguments {
    /// Folder that `fwt synth` wrote.
    #[arg(long, value_name = "DIR")]
    pub(crate) truth: PathBuf,
    /// Output folder of `fwt run`, or the folder of one run.
    #[arg(long, value_name = "DIR")]
    pub(crate) run: PathBuf,
    /// Folder for the decisions: `families.csv`, `pairs.csv` and `referrals.csv` go below it into a folder of the run's month; those of earlier months are
    /// what the officer remembers.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Seed of what the officer does.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Share of acceptances and of pairs that the officer judges wrongly.
    #[arg(long, default_value_t = 0.02, value_name = "SHARE")]
    pub(crate) error: f64,
}
