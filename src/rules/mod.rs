//! The criteria language: windows, thresholds, three values, packs. Pure.

pub mod pack;
