//! Criteria packs as data.
/// A pack.
#[derive(Clone, Debug)]
pub struct Pack;
