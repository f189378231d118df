//! `fwt effect`: families before and after the service works with them, and the page for a committee.

use super::args::EffectArguments;
use super::failure::{Failure, FailureKind, store_failure};
use super::render;
use super::run::pipeline;
use crate::run::cohort::decided;
use crate::service::effect::{EffectError, write};
use crate::store::{self, RunLock, StoreError};

pub(super) fn effect(arguments: &EffectArguments) -> Result<(), Failure> {
    const FAILED: &str = "nothing was compared";
    let pipeline = pipeline(&arguments.pipeline)?;
    let lost = |error: &StoreError| store_failure(FAILED, error);
    let run = store::open_run(&arguments.out).map_err(|error| lost(&error))?;
    let lock = RunLock::take(&arguments.out, "effect").map_err(|error| lost(&error))?;
    let people = decided(&arguments.out, &run).map_err(|error| Failure::new(FailureKind::Environment, FAILED).caused_by(&error))?;
    let known = (&people.register, people.journal.entries(), people.head.as_str());
    let done = write(&lock, &arguments.out, known, &pipeline).map_err(|error| match &error {
        EffectError::Store(error) => lost(error),
        EffectError::Reading(_) => Failure::new(FailureKind::Environment, FAILED).caused_by(&error),
        EffectError::NotSet | EffectError::NoFinalRun => Failure::new(FailureKind::Usage, FAILED).caused_by(&error),
    })?;
    let path = &done.written.path;
    if arguments.json {
        let value = serde_json::json!({
            "folder": path, "months": done.months, "attached": done.attached, "compared": done.compared, "turned_around": done.turned_around,
            "already": done.written.already,
        });
        render::result(&format!("{value:#}"));
    } else {
        render::result(&format!(
            "Attached:        {} families, of which {} turned around\nCompared:        {} families whose months after are over\nBefore and after: {}\nFor a committee:  {}\nExact, restricted: {}",
            done.attached,
            done.turned_around,
            done.compared,
            path.join("effect.html").display(),
            path.join("committee.html").display(),
            path.join("effect.csv").display()
        ));
    }
    Ok(())
}
