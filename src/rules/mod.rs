//! The criteria language: windows, thresholds, three values, packs. Pure.
//!
//! What comes in: the text of a criteria pack, and later one person's or one family's events. What goes out: a checked [`pack::Pack`], the value
//! of its rules with the rows that show them, and the route a family takes. What always holds: nothing here opens a file or reads
//! the time; shares are compared as exact integers and never rounded; what cannot be known is unknown, never false.
//!
//! [`term`] the school calendar · [`window`] which days count · [`pack`] what a pack holds · [`evaluate`] the value of a rule · [`routes`]
//! the published route table · [`explain()`] a pack in plain English.

mod combination;
pub mod evaluate;
mod explain;
mod explain_routes;
mod overlay;
pub mod pack;
mod parse;
mod parse_combination;
mod parse_rule;
mod reader;
pub mod routes;
pub mod term;
mod vocabulary;
pub mod window;

#[cfg(test)]
mod later_tests;
#[cfg(test)]
mod overlay_tests;
#[cfg(test)]
mod tests;

pub use explain::explain;
pub(crate) use vocabulary::codes_of;
