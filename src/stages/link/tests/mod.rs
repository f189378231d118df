//! Tests of the whole engine against known truth.

pub(crate) mod county;
