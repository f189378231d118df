//! `fwt diff RUN RUN`: the story of a month in words and tables.

use super::args_published::DiffArguments;
use super::explain::open;
use super::failure::{Failure, FailureKind};
use super::render;
use crate::run::explain::explain_months;

pub(super) fn diff(arguments: &DiffArguments) -> Result<(), Failure> {
    let (left, right) = (open(&arguments.left)?, open(&arguments.right)?);
    let story = explain_months(&left, &right)
        .map_err(|error| Failure::new(FailureKind::Environment, "the two runs cannot be compared").caused_by(&error))?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&story).expect("a story holds only texts"));
    } else {
        render::result(&story.to_text());
    }
    Ok(())
}
