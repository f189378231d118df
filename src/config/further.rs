//! Further fields of all schemas: one numbering for the pipeline.
//!
//! What comes in: schemas whose persons name fields to compare. What goes out: the fields by name, and every person's columns under the number of
//! their field. What always holds: a name has one kind in all schemas, so that two sources compare what they both call by that name.

use super::checked::Schema;
use crate::model::{FURTHER, FurtherField, MOST_FURTHER, Problem};

/// Numbers the further fields of all schemas in the order of their names.
pub(super) fn number_further(schemas: &mut [Schema]) -> Result<Vec<FurtherField>, Vec<Problem>> {
    let mut known: Vec<FurtherField> = Vec::new();
    let mut problems = Vec::new();
    for schema in schemas.iter() {
        for mapping in schema.persons.iter().flat_map(|person| &person.compare) {
            let clash = known.iter().find(|other| other.name == mapping.field.name && other.kind != mapping.field.kind);
            if let Some(other) = clash {
                let message = format!("`{}` is a {} in another schema", other.name, other.kind.name());
                problems.push(problem(schema, mapping.line, "two-kinds", message));
            } else if !known.contains(&mapping.field) {
                known.push(mapping.field.clone());
                if known.len() == MOST_FURTHER + 1 {
                    let message = format!("a pipeline compares at most {MOST_FURTHER} further fields");
                    problems.push(problem(schema, mapping.line, "too-many", message));
                }
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    known.sort_by(|left, right| left.name.cmp(&right.name));
    for person in schemas.iter_mut().flat_map(|schema| &mut schema.persons) {
        for mapping in &person.compare {
            let slot = known.iter().position(|field| *field == mapping.field).and_then(|number| FURTHER.get(number));
            person.fields.extend(slot.map(|slot| (*slot, mapping.columns.clone())));
        }
        person.fields.sort_by_key(|(field, _)| *field);
    }
    Ok(known)
}

fn problem(schema: &Schema, line: u64, code: &'static str, message: String) -> Problem {
    Problem::of_file(&schema.file_name, code, message).at_line(line).in_column("person.compare")
}
