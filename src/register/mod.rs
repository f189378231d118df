//! What must outlive a month.

pub mod decisions;
