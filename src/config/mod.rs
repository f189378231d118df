//! Configuration: TOML text in, checked settings out, all problems at once.
//!
//! What comes in: pipeline, schema and pack files. What goes out: [`checked`] types, which are all a stage ever sees.
//! What always holds: an unknown key is an error with its line and the nearest known key; nothing here touches an extract.

pub mod checked;
