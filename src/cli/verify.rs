//! `fwt verify RUN`: is a published run what its manifest says? Are an output folder's decisions and sign-offs what they were? And the hidden `fwt publish-again`.

use super::args::{PublishAgainArguments, VerifyArguments};
use super::claims::failure as claims_failure;
use super::cohort::failure as cohort_failure;
use super::failure::{Failure, FailureKind, store_failure};
use super::render;
use crate::run::cohort;
use crate::service::claims::sign_offs;
use crate::store;

pub(super) fn verify(arguments: &VerifyArguments) -> Result<(), Failure> {
    let verified = store::verify(&arguments.run)
        .map_err(|error| store_failure(format!("`{}` is not a run as it was published", arguments.run.display()), &error))?;
    // An output folder is checked with what people signed in it.
    let is_folder = store::exists(&arguments.run.join("CURRENT"));
    let decisions = is_folder.then(|| cohort::check(&arguments.run)).transpose();
    let decisions = decisions.map_err(|error| cohort_failure("the decisions of people are not as they were recorded", &error))?;
    let signed = is_folder.then(|| sign_offs::check(&arguments.run)).transpose();
    let signed = signed.map_err(|error| claims_failure("the sign-offs of claims cannot be checked", &error))?.unwrap_or_default();
    if !signed.problems.is_empty() {
        let mut failure = Failure::new(FailureKind::Data, "evidence of claims is not what was signed off");
        failure.causes = signed.problems;
        return Err(failure);
    }
    if arguments.json {
        render::result(
            &serde_json::json!({
                "run": verified.run_id, "files": verified.files, "bytes": verified.bytes, "current": verified.current,
                "after_runs": verified.after_runs, "after_run_files": verified.after_run_files, "unrecorded": verified.unrecorded,
                "decisions": decisions.map(|decisions| decisions.entries), "decisions_unrecorded": decisions.map(|decisions| decisions.unrecorded),
                "manifest_sha256": verified.manifest_sha256, "audit_entries": verified.audit_entries, "audit_head": verified.audit_head,
            })
            .to_string(),
        );
    } else {
        render::result(&format!(
            "Run {}: {} files as published, manifest {}, {} lines of the audit trail in order",
            verified.run_id, verified.files, verified.manifest_sha256, verified.audit_entries
        ));
        if !verified.after_runs.is_empty() {
            render::result(&format!(
                "Written after runs: {} folders, {} files as written: {}",
                verified.after_runs.len(),
                verified.after_run_files,
                verified.after_runs.join(", ")
            ));
        }
        if let Some(decisions) = decisions.filter(|decisions| decisions.entries > 0) {
            render::result(&format!(
                "Decisions of people: {} in order, every one that the audit trail names among them",
                decisions.entries
            ));
            if decisions.unrecorded > 0 {
                render::result(&format!(
                    "{} of them, at the end, no line of the audit trail names: an import was interrupted before it was recorded, and the next one records them; if none was, somebody else wrote them",
                    decisions.unrecorded
                ));
            }
        }
        if signed.checked > 0 {
            render::result(&format!("Claims in the register: the evidence of {} is what it was", signed.checked));
        }
        for label in &verified.unrecorded {
            render::result(&format!(
                "{label}: interrupted before it was recorded; the next command that writes there finishes or replaces it"
            ));
        }
    }
    Ok(())
}

pub(super) fn publish_again(arguments: &PublishAgainArguments) -> Result<(), Failure> {
    let published = store::republish(&arguments.run, &arguments.out).map_err(|error| store_failure("nothing was published", &error))?;
    render::result(&published.path.display().to_string());
    Ok(())
}
