//! The pieces of HTML the report is made of: those every page shares, and the heading of a criteria pack.
//!
//! What comes in: texts and numbers. What goes out: HTML. What always holds: as in [`crate::page`].

pub(super) use crate::page::{Cell, PATTERNS, STYLE, apart, badge, bar, escape, joined, nice_step, paragraph, push, section, share, table};

use super::super::contents::RunContents;
use super::super::figures::PackFigures;

/// The heading of what follows under one set of criteria.
pub(super) fn pack_heading(run: &RunContents<'_>, pack: &PackFigures) -> String {
    run.packs.get(pack.pack).map_or_else(String::new, |heading| {
        format!("<h3>{} <small>{} {}</small></h3>", escape(&heading.title), escape(&heading.name), escape(&heading.version))
    })
}
