//! What a feed may be used for, as the `[agreement]` of its schema says.
//!
//! What comes in: the schemas, what may be asked of the Department for Work and Pensions. What goes out: every purpose that nothing here knows. What always holds: a purpose that
//! the pipeline asks for is spelt as the agreement spells it.

use super::checked::Schema;
use crate::model::{DwpSettings, Problem, nearest};

/// The purposes of the product itself: the list, what becomes of the families on it, and data on which the linkage is measured.
const PURPOSES: [&str; 3] = ["identify", "monitor", "benchmark"];

/// The purposes that are none of [`PURPOSES`] and none of the section `[service.dwp]`.
pub(super) fn unknown_purposes(schemas: &[Schema], dwp: Option<&DwpSettings>) -> Vec<Problem> {
    let mut known: Vec<&str> = PURPOSES.to_vec();
    let asked = dwp.into_iter().flat_map(|dwp| &dwp.purposes).map(|purpose| purpose.name.as_str());
    known.extend(asked.filter(|name| !PURPOSES.contains(name)));
    let unknown = |schema: &Schema, purpose: &str| {
        let message = format!("unknown purpose \"{}\"", super::raw::shown(purpose));
        let hint = match nearest(purpose, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("known are: {}", known.join(", ")),
        };
        let problem = Problem::of_file(&schema.file_name, "unknown-name", message).at_line(schema.agreement.purposes_line);
        problem.in_column("agreement.purposes").with_hint(hint)
    };
    let mut problems = Vec::new();
    for schema in schemas {
        let purposes = schema.agreement.purposes.iter().filter(|purpose| !known.contains(&purpose.as_str()));
        problems.extend(purposes.map(|purpose| unknown(schema, purpose)));
    }
    problems
}
