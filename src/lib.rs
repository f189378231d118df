//! `fwt`: a monthly pipeline from agency extracts to a list of families with evidence.
pub mod config;
pub mod model;
pub mod rules;
