//! Which true families the service works with, from the register of an output folder: what the synthetic county is told on with.
//!
//! What comes in: the register, the current run, the truth, the list of before. What goes out: true families with the day of their first attachment. What always holds: whoever
//! is on the list stays on it with the same day, and whoever comes late counts from the run's month, so that months which were told stay as they were; only attachments up to that month count.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::date::iso;
use crate::model::{Day, Status};
use crate::register::decisions::Content;
use crate::run::cohort::Decided;
use crate::store::RunFolder;

use super::EvaluateError;
use super::matched::Matched;

/// True family by name and the day from which it is worked with.
pub type Helped = BTreeMap<String, Day>;

/// The families that are worked with.
///
/// # Errors
/// [`EvaluateError`] if the run or the truth cannot be read.
pub fn helped(run: &RunFolder, decided: &Decided, truth: &Path, before: &Helped) -> Result<Helped, EvaluateError> {
    let matched = Matched::read(run, truth)?;
    let mut found = before.clone();
    for (id, state) in &decided.register.families {
        let first =
            decided.journal.entries().iter().filter(|entry| state.entries.contains(&entry.seq)).find_map(|entry| match &entry.decision {
                Content::Family(decision) => (decision.new_status() == Some(Status::Attached)).then(|| decision.day()),
                _ => None,
            });
        let real = matched.family(id).and_then(|number| matched.family_name(number));
        if let Some((day, real)) = first.zip(real)
            && day <= matched.month.last_day()
        {
            // A family that could not be told before is helped from this month on: what was told of earlier months must stay.
            let day = if before.is_empty() { day } else { day.max(matched.month.first_day()) };
            found.entry(real.to_owned()).or_insert(day);
        }
    }
    Ok(found)
}

/// The list as a file.
#[must_use]
pub fn file(helped: &Helped) -> Vec<u8> {
    let lines: Vec<String> = helped.iter().map(|(family, day)| format!("{family},{}\n", iso(*day))).collect();
    format!("family,attached_on\n{}", lines.concat()).into_bytes()
}
