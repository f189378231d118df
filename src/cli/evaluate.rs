//! `fwt evaluate RUN --truth DIR`.

use super::args::EvaluateArguments;
use super::explain::open;
use super::failure::{Failure, FailureKind};
use super::render;

pub(super) fn evaluate(arguments: &EvaluateArguments) -> Result<(), Failure> {
    let run = open(&arguments.run)?;
    let evaluation = crate::evaluate::evaluate(&run, &arguments.truth)
        .map_err(|error| Failure::new(FailureKind::Data, "cannot evaluate the run").caused_by(&error))?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&evaluation).expect("an evaluation holds only numbers and texts"));
    } else {
        render::result(evaluation.to_text().trim_end());
    }
    Ok(())
}
