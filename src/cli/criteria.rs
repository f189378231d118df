//! `fwt criteria explain PACK`: a pack in plain English.

use super::args::PackArguments;
use super::failure::{Failure, FailureKind, store_failure};
use super::render;
use crate::model::Problems;
use crate::rules;

pub(super) fn explain(arguments: &PackArguments) -> Result<(), Failure> {
    let name = arguments.pack.display().to_string();
    let (text, _) =
        crate::store::read_config(&arguments.pack).map_err(|error| store_failure(format!("cannot read the pack `{name}`"), &error))?;
    let pack = rules::pack::Pack::parse(&name, &text)
        .map_err(|problems| Failure::of_problems(FailureKind::Usage, format!("the pack `{name}` is not valid"), &Problems(problems)))?;
    render::result(rules::explain(&pack).trim_end());
    Ok(())
}
