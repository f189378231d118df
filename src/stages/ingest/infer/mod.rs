//! Drafts a schema from an extract nobody has seen before.
//!
//! What comes in: the name and bytes of a file. What goes out: the text of a schema file that loads, with remarks on what to check.
//! What always holds: from the rows only values of columns that are plainly codes are copied (few, repeated, under a header that says
//! code, type, status, …); the sharing agreement is drafted as ended, so nothing is loaded before somebody has filled it in.

mod content;
mod draft;
mod headers;
mod people;
mod sample;
mod words;

#[cfg(test)]
mod tests;

use crate::model::Problems;

/// Drafts the text of a schema for a file.
///
/// # Errors
/// Why the file cannot be read, or that no row looks like a header.
pub fn infer_schema(file_name: &str, bytes: &[u8]) -> Result<String, Problems> {
    let sample = super::file::guarded(file_name, || sample::read(file_name, bytes)).map_err(Problems)?;
    let columns = headers::understand(&sample);
    let people = people::group(&columns);
    Ok(draft::write(file_name, &sample, &columns, &people))
}
