//! `fwt criteria explain PACK`: a pack in plain English.

use std::path::Path;

use super::args::PackArguments;
use super::failure::{Failure, FailureKind, store_failure};
use super::render;
use crate::model::Problems;
use crate::rules;
use crate::rules::pack::{Overlay, Pack};

pub(super) fn explain(arguments: &PackArguments) -> Result<(), Failure> {
    let (name, text) = read(&arguments.pack, "pack")?;
    let overlays: Vec<(String, String)> =
        arguments.overlay.iter().map(|overlay| read(overlay, "overlay")).collect::<Result<_, Failure>>()?;
    let invalid = |problems| Failure::of_problems(FailureKind::Usage, format!("the pack `{name}` is not valid"), &Problems(problems));
    let mut laid = Vec::new();
    let mut problems = Vec::new();
    for (file, text) in &overlays {
        match Overlay::parse(file, text) {
            Ok(overlay) => laid.push(overlay),
            Err(mut found) => problems.append(&mut found),
        }
    }
    if !problems.is_empty() {
        return Err(invalid(problems));
    }
    let pack = Pack::parse(&name, &text).map_err(invalid)?;
    if let Some(other) = laid.iter().find(|overlay| overlay.pack != pack.name) {
        let message = format!("the overlay `{}` is for the pack \"{}\", not for \"{}\"", other.file, other.pack, pack.name);
        return Err(Failure::new(FailureKind::Usage, message));
    }
    let pack = Pack::parse_with(&name, &text, &laid.iter().collect::<Vec<_>>()).map_err(invalid)?;
    render::result(rules::explain(&pack).trim_end());
    Ok(())
}

/// The name and text of a configuration file.
fn read(path: &Path, what: &str) -> Result<(String, String), Failure> {
    let name = path.display().to_string();
    let (text, _) = crate::store::read_config(path).map_err(|error| store_failure(format!("cannot read the {what} `{name}`"), &error))?;
    Ok((name, text))
}
