//! `fwt schema infer FILE`: a first draft of the contract with an agency.

use std::path::Path;

use super::args::InferArguments;
use super::failure::{Failure, FailureKind, store_failure};
use super::render;

pub(super) fn infer(arguments: &InferArguments) -> Result<(), Failure> {
    let root = arguments.file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = crate::store::read_input(root, &arguments.file)
        .map_err(|error| store_failure(format!("cannot read the extract `{}`", arguments.file.display()), &error))?;
    let name = arguments.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = crate::stages::ingest::infer_schema(&name, &file.bytes)
        .map_err(|problems| Failure::of_problems(FailureKind::Data, format!("cannot draft a schema for `{name}`"), &problems))?;
    render::result(draft.trim_end());
    Ok(())
}
