//! The command line: one file per subcommand.
//!
//! What comes in: arguments. What goes out: text on standard output, notes on standard error, an exit code: 0 published
//! (or already published), 1 refused because of the data, 2 usage or configuration, 3 environment (safe to run again), 4 a bug.
//! What always holds: [`render`] alone prints, [`progress`] alone draws; no message holds a value from an extract.

mod agencies;
mod args;
mod args_claims;
mod args_cohort;
mod args_published;
mod args_synth;
mod check;
mod claims;
mod cohort;
mod criteria;
mod demo;
mod diff;
mod dwp;
mod effect;
mod evaluate;
mod explain;
mod failure;
mod link;
mod model;
mod progress;
mod register;
mod render;
mod reperform;
mod restricted;
mod run;
mod schema;
mod service;
mod simulated;
mod star;
mod synth;
mod verify;

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Arguments, Command};
use failure::{Failure, FailureKind};
use progress::Bars;

/// Parses the arguments, runs the command, says how it ended.
#[must_use]
pub fn main() -> ExitCode {
    crate::store::platform::harden();
    quiet_panics();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            render::result(error.to_string().trim_end());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            render::note(error.to_string().trim_end());
            return FailureKind::Usage.exit_code();
        }
    };
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| dispatch(&arguments)));
    let failure = match outcome {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Ok(Err(failure)) => failure,
        Err(_) => Failure::new(FailureKind::Bug, "fwt stopped at a bug; nothing was published")
            .hint("please report the location above with the version of fwt; the last published run is untouched"),
    };
    render::failure(&failure);
    failure.kind.exit_code()
}

fn dispatch(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.threads > 0 {
        rayon::ThreadPoolBuilder::new()
            .num_threads(arguments.threads)
            .build_global()
            .map_err(|error| Failure::new(FailureKind::Environment, "cannot start the threads").caused_by(&error))?;
    }
    let bars = Bars::new(arguments.quiet, arguments.timings);
    let outcome = carry_out(&arguments.command, &bars);
    if arguments.timings {
        render::note(&bars.timings());
    }
    outcome
}

fn carry_out(command: &Command, bars: &Bars) -> Result<(), Failure> {
    match command {
        Command::Demo(demo) => demo::demo(demo, bars),
        Command::Synth(synth) => synth::synth(synth, bars),
        Command::Check(check) => check::check(check, bars),
        Command::Run(run) => run::run(run, bars),
        Command::Link(link) => link::link(link, bars),
        Command::Cohort(command) => cohort::cohort(command),
        Command::Dwp(command) => dwp::dwp(command),
        Command::Requests(command) => service::requests::requests(command),
        Command::Districts(arguments) => service::districts::districts(arguments),
        Command::Staff(command) => service::staff::staff(command),
        Command::Brief(arguments) => service::brief::brief(arguments),
        Command::Claims(command) => claims::claims(command),
        Command::Effect(effect) => effect::effect(effect),
        Command::Explain(explain) => explain::explain(explain),
        Command::Diff(two) => diff::diff(two),
        Command::Evaluate(evaluate) => evaluate::evaluate(evaluate, bars),
        Command::Agencies(agencies) => agencies::agencies(agencies, bars),
        Command::Verify(verify) => verify::verify(verify),
        Command::Star(star) => star::star(star, bars),
        Command::Reperform(reperform) => reperform::reperform(reperform, bars),
        Command::Register(command) => register::register(command),
        Command::Schema(args::SchemaCommand::Infer(infer)) => schema::infer(infer),
        Command::Criteria(args::CriteriaCommand::Explain(pack)) => criteria::explain(pack),
        Command::Model(args::ModelCommand::Compare(compare)) => model::compare(compare, bars),
        Command::PublishAgain(again) => verify::publish_again(again),
    }
}

/// A panic says where it happened and nothing else: its text may hold a value.
fn quiet_panics() {
    panic::set_hook(Box::new(|information| {
        let place = information.location().map_or_else(String::new, |location| format!(" at {}:{}", location.file(), location.line()));
        render::note(&format!("internal error{place}"));
    }));
}
