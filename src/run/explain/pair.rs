//! What each field contributed to the weight of a pair of records: the waterfall. Of a pair with a hidden person it says what became of it and no more: a level of
//! agreement with a record that is shown is as good as the value.

use super::super::reading::{Table, json};
use super::super::restricted::is_hidden;
use super::{ExplainError, Explanation, ExplanationTable, masked};
use crate::stages::link::{ExplainedStep, explain_pattern};
use crate::store::RunFolder;

/// Explains a pair of records, written `source/record,source/record`, of a published run.
///
/// # Errors
/// If the run cannot be read, a record does not exist, or the pair was not kept.
pub fn explain_pair(run: &RunFolder, pair: &str, show_values: bool) -> Result<Explanation, ExplainError> {
    let persons = Table::open(run, "persons")?;
    let (left, right) = two_records(&persons, pair)?;
    let is_pair = |a: &[String], x: &(String, String), y: &(String, String)| matches!(a, [s, r, t, q, ..] if (s, r) == (&x.0, &x.1) && (t, q) == (&y.0, &y.1));
    let columns = ["left_source", "left_record_id", "right_source", "right_record_id", "weight", "probability", "pattern", "decision"];
    let kept = Table::open(run, "links")?.select("left_record_id", &columns, |id| id == left.1 || id == right.1)?;
    let link = kept.iter().find(|row| is_pair(row, &left, &right) || is_pair(row, &right, &left));
    let Some([_, _, _, _, weight, probability, pattern, decision]) = link.map(Vec::as_slice) else { return Err(ExplainError::NotKept) };
    // A run of an earlier version gives the pattern of every pair.
    let tells = !pattern.is_empty() && !is_hidden(&left.1) && !is_hidden(&right.1);
    let mut tables = Vec::new();
    if tells {
        let model = json(run, "run.json")?.get("model").cloned().unwrap_or_default();
        let steps = explain_pattern(&model, u64::from_str_radix(pattern, 16).unwrap_or(0));
        let row = |step: &ExplainedStep| {
            vec![step.field.clone(), step.level.clone(), format!("{:+.2}", step.weight), bar(step.weight), step.sentence.clone()]
        };
        tables.push(ExplanationTable::new("Waterfall", &["field", "level", "bits", "", "why"], steps.iter().map(row).collect()));
    }
    let fields = ["source", "record_id", "forename", "surname", "date_of_birth", "sex", "postcode", "nhs_number", "nino", "upn"];
    let mut records = persons.select("record_id", &fields, |id| id == left.1 || id == right.1)?;
    records.retain(
        |row| matches!(row.as_slice(), [source, id, ..] if [&left, &right].iter().any(|record| (source, id) == (&record.0, &record.1))),
    );
    for record in &mut records {
        for value in record.iter_mut().skip(2) {
            *value = masked(value, show_values);
        }
    }
    tables.push(ExplanationTable::new("The two records", &fields, records));
    Ok(Explanation {
        title: format!("Pair {}/{} and {}/{}", left.0, left.1, right.0, right.1),
        sentences: vec![if tells {
            sentence(weight, probability, decision)
        } else {
            format!("{WITHHELD} The pair was {}.", became(decision))
        }],
        tables,
    })
}

/// What is said of a pair of which nothing may be told.
const WITHHELD: &str = "What the two records agree in is withheld: one of them is of a restricted person, and would be known by it.";

/// What became of a pair, in words.
fn became(decision: &str) -> &'static str {
    match decision {
        "linked" => "linked: the two are taken to be one person",
        "implied" => "implied: too weak by itself, but other records join the two in one person",
        "prevented" => "prevented: the two were kept apart although their weight would link them",
        "review" => "left for review: the two are not taken to be one person",
        "decided" => "decided: somebody said that the two are one person",
        _ => "not linked",
    }
}

/// What weight and probability mean, in words.
fn sentence(weight: &str, probability: &str, decision: &str) -> String {
    let bits: f64 = weight.parse().unwrap_or(0.0);
    let (alone, all) = (1.0 / (1.0 + libm::exp2(-bits)), probability.parse().unwrap_or(0.0));
    let what = became(decision);
    let others = if all > alone + 5e-5 { format!(", {all:.4} with what the other records of the person say") } else { String::new() };
    format!(
        "Match weight {bits:.2} bits: by these two records alone the probability of being the same person is {alone:.4}{others}. The pair was {what}. Positive bits speak for the same person, negative against."
    )
}

fn bar(weight: f64) -> String {
    let length = weight.abs().round().min(20.0) as usize;
    if weight < 0.0 { "-".repeat(length) } else { "+".repeat(length) }
}

/// Source and record id.
type Record = (String, String);

/// Splits at each comma until both halves are records of the run: record ids may hold commas themselves.
fn two_records(persons: &Table, pair: &str) -> Result<(Record, Record), ExplainError> {
    let record = |text: &str| text.trim().split_once('/').map(|(source, id)| (source.to_owned(), id.to_owned()));
    let exists = |wanted: &(String, String)| -> Result<bool, ExplainError> {
        let found = persons.select("record_id", &["source"], |id| id == wanted.1)?;
        Ok(found.iter().any(|row| row.first() == Some(&wanted.0)))
    };
    let mut well_formed = false;
    for (at, _) in pair.match_indices(',') {
        let (left, right) = (pair.get(..at).and_then(record), pair.get(at + 1..).and_then(record));
        if let (Some(left), Some(right)) = (left, right) {
            well_formed = true;
            if exists(&left)? && exists(&right)? {
                return Ok((left, right));
            }
        }
    }
    Err(if well_formed { ExplainError::NotFound { what: "record" } } else { ExplainError::NotAPair })
}
