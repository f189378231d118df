//! Configuration: TOML text in, checked settings out, all problems at once.
//!
//! What comes in: pipeline, schema and pack files. What goes out: [`checked`] types, which are all a stage ever sees.
//! What always holds: an unknown key is an error with its line and the nearest known key; nothing here touches an extract.
//!
//! The files: `raw` reads TOML key by key, `schema` with `columns` and `mapping` reads a contract, `settings` with `early`, and `service`, the rest of a pipeline,
//! `patterns` and `paths` say what a name may be, `files` where a file is read from, `load` puts it together.

pub mod checked;
mod checked_link;
mod checked_service;
mod claims;
mod columns;
mod dwp;
mod early;
mod effect;
pub mod files;
mod funding;
mod further;
mod linkage;
mod load;
mod mapping;
mod needs;
mod paths;
mod patterns;
mod purposes;
mod raw;
mod results;
mod schema;
mod service;
mod settings;
mod targets;

#[cfg(test)]
mod tests;

pub use funding::parse_funding;
pub use load::{load_kept, load_pipeline};
pub use results::parse_results;
pub use schema::parse_schema;
