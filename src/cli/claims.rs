//! `fwt claims draft|import|show|retest|funding|results`: payment by results.

use std::path::Path;

use super::args_claims::{ClaimsCommand, ClaimsDraft, ClaimsPack, ClaimsRetest, ClaimsReturn, ClaimsShow};
use super::failure::{Failure, FailureKind, store_failure};
use super::restricted::restricted;
use super::{cohort, render};
use crate::config::checked::Pipeline;
use crate::config::{load_pipeline, parse_funding, parse_results};
use crate::model::amounts::thousands;
use crate::model::{Problem, Problems, pounds};
use crate::run::restricted::Today;
use crate::service::claims::standing::standings;
use crate::service::claims::{ClaimsError, DraftSettings, Drafted, Retested, draft, retest};
use crate::service::funding::{explain, explain_results};
use crate::service::needs::quarterly_return;
use crate::store::{RunFolder, final_run_of, last_final};

pub(super) fn claims(command: &ClaimsCommand) -> Result<(), Failure> {
    match command {
        ClaimsCommand::Draft(arguments) => draft_window(arguments),
        ClaimsCommand::Import(arguments) => cohort::take(arguments),
        ClaimsCommand::Show(arguments) => show(arguments),
        ClaimsCommand::Retest(arguments) => test_again(arguments),
        ClaimsCommand::Return(arguments) => return_quarter(arguments),
        ClaimsCommand::Funding(arguments) => {
            let pack = read(arguments, parse_funding)?;
            render::result(explain(&pack).trim_end());
            Ok(())
        }
        ClaimsCommand::Results(arguments) => {
            let rules = read(arguments, parse_results)?;
            render::result(explain_results(&rules).trim_end());
            Ok(())
        }
    }
}

/// A failure of the claims, with what to do.
pub(super) fn failure(message: &str, error: &ClaimsError) -> Failure {
    match error {
        ClaimsError::Store(store) => store_failure(message, store),
        ClaimsError::NotSet => Failure::new(FailureKind::Usage, message)
            .caused_by(error)
            .hint("claims need [service.claims] with funding and results, the return [supporting_families] with pack and funding: see pipelines/lincolnshire-all-packs.toml"),
        ClaimsError::NoRun(_) => Failure::new(FailureKind::Usage, message).caused_by(error).hint("run that month first: `fwt run`"),
        ClaimsError::Reading(_) | ClaimsError::Journal(_) | ClaimsError::Folder(_) => {
            Failure::new(FailureKind::Environment, message).caused_by(error)
        }
    }
}

fn pipeline(path: &Path) -> Result<Pipeline, Failure> {
    load_pipeline(path).map_err(|problems| Failure::of_problems(FailureKind::Usage, "the configuration is not valid", &problems))
}

fn read<T>(arguments: &ClaimsPack, parse: impl Fn(&str, &str) -> Result<T, Vec<Problem>>) -> Result<T, Failure> {
    let name = arguments.pack.display().to_string();
    let (text, _) =
        crate::store::read_config(&arguments.pack).map_err(|error| store_failure(format!("cannot read the pack `{name}`"), &error))?;
    let invalid = |problems| Failure::of_problems(FailureKind::Usage, format!("the pack `{name}` is not valid"), &Problems(problems));
    parse(&name, &text).map_err(invalid)
}

fn draft_window(arguments: &ClaimsDraft) -> Result<(), Failure> {
    let pipeline = pipeline(&arguments.pipeline)?;
    let run = final_run_of(&arguments.out, &arguments.window.to_string()).map_err(|error| store_failure("no claim was drafted", &error))?;
    let restricted = today(&pipeline, run.as_ref(), &arguments.data)?;
    let settings = DraftSettings { pipeline: &pipeline, window: arguments.window, out: &arguments.out, restricted: &restricted };
    let drafted = draft(&settings).map_err(|error| failure("no claim was drafted", &error))?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&drafted).expect("a draft is texts and counts"));
    } else {
        render::result(&in_words(&drafted));
    }
    Ok(())
}

/// Who is restricted by a run and today; nobody where there is no run, which is refused elsewhere.
fn today(pipeline: &Pipeline, run: Option<&RunFolder>, data: &Path) -> Result<Today, Failure> {
    run.map_or_else(|| Ok(Today::default()), |run| restricted(pipeline, run, data, None).map(|(today, _)| today))
}

fn in_words(drafted: &Drafted) -> String {
    let mut lines = vec![
        format!("Claims as at {}, run {}", drafted.claim_date, drafted.run),
        format!("Families accepted:  {}", thousands(drafted.candidates as u64)),
        format!("Claims:             {} for {}", thousands(drafted.claims as u64), pounds(drafted.amount_pence)),
        format!("Paid for of these:  {}", pounds(drafted.payable_pence)),
        format!(
            "Paid for in all:    {} of {} claims, {}, once these are signed",
            thousands(drafted.paid_for_in_all as u64),
            thousands((drafted.standing + drafted.claims) as u64),
            pounds(drafted.payable_in_all_pence)
        ),
        format!("Audit sample:       {}", thousands(drafted.sample as u64)),
    ];
    lines.extend(
        drafted.withheld.iter().map(|(code, count)| format!("  withheld, {}: {}", code.replace('-', " "), thousands(*count as u64))),
    );
    let word = if drafted.already { "Was written already:" } else { "Written:            " };
    lines.push(format!("{word} {}", drafted.path.display()));
    lines.push("To sign off, copy sign_off.csv out of the folder, fill in the copy and give it to `fwt claims import`: what lies in the folder must stay as it was written.".to_owned());
    lines.join("\n")
}

fn show(arguments: &ClaimsShow) -> Result<(), Failure> {
    let found = standings(&arguments.out, arguments.family.as_deref()).map_err(|error| failure("the claims cannot be read", &error))?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&found).expect("claims are texts and counts"));
        return Ok(());
    }
    let mut lines: Vec<String> = found
        .by_stage
        .iter()
        .map(|(stage, (claims, sum))| format!("{stage:<12} {:>6}   {}", thousands(*claims as u64), pounds(*sum)))
        .collect();
    if lines.is_empty() {
        lines.push("No claim was drafted yet.".to_owned());
    }
    lines.push(String::new());
    for claim in &found.claims {
        lines.push(format!(
            "{} {} {:>6} {:<11} since {}  {:>8}  {}  claims/{}",
            claim.window,
            claim.family,
            claim.number.map(|number| format!("no. {number}")).unwrap_or_default(),
            claim.stage,
            claim.on,
            pounds(claim.amount_pence),
            claim.claimed.replace('_', " "),
            claim.folder
        ));
    }
    lines.extend(found.disagreements.iter().map(|line| format!("To settle: {line}")));
    render::result(lines.join("\n").trim_end());
    Ok(())
}

fn return_quarter(arguments: &ClaimsReturn) -> Result<(), Failure> {
    let pipeline = pipeline(&arguments.pipeline)?;
    let returned = quarterly_return(&pipeline, &arguments.out, arguments.quarter).map_err(|error| failure("there is no return", &error))?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&returned).expect("a return is texts and counts"));
    } else {
        render::result(&format!(
            "Return of {}, run {}\nFamilies supported:  {}\nNeeds:               {}, of which {} with an outcome that was sustained\nSuccessful families: {}, {}\nWritten:             claims/{}",
            returned.quarter,
            returned.run,
            thousands(returned.families as u64),
            thousands(returned.needs as u64),
            thousands(returned.outcomes as u64),
            thousands(returned.successful as u64),
            pounds(returned.amount_pence),
            returned.folder
        ));
    }
    Ok(())
}

fn test_again(arguments: &ClaimsRetest) -> Result<(), Failure> {
    let pipeline = pipeline(&arguments.pipeline)?;
    let run = last_final(&arguments.out).map_err(|error| store_failure("no claim was tested again", &error))?;
    let restricted = today(&pipeline, run.as_ref(), &arguments.data)?;
    let found = retest(&pipeline, &arguments.out, &restricted).map_err(|error| failure("no claim was tested again", &error))?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&found).expect("changes are texts"));
    } else {
        render::result(&changes(&found));
    }
    Ok(())
}

fn changes(found: &Retested) -> String {
    let mut lines = vec![format!(
        "{} open claims tested again with run {}: {} would not be claimed so now, {} things changed",
        thousands(found.claims as u64),
        found.run,
        thousands(found.fallen as u64),
        thousands(found.changes.len() as u64)
    )];
    for change in &found.changes {
        let about = if change.about.is_empty() { String::new() } else { format!(" of {}", change.about) };
        lines.push(format!(
            "{} {} ({}): {}{about} was {}, is {}",
            change.window,
            change.family,
            change.stage,
            change.test.replace('_', " "),
            change.was,
            change.is
        ));
    }
    lines.push(format!("Written: claims/{}", found.folder));
    lines.join("\n")
}
