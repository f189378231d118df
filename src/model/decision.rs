//! What people decided about pairs of records: must-link and cannot-link.

/// What somebody said about two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same person: must-link.
    Same,
    /// Different people: cannot-link.
    Different,
    /// Not to be said: no constraint.
    Unsure,
}

impl Verdict {
    /// The names used in the decisions file.
    pub const NAMES: [(&'static str, Self); 3] = [("same", Self::Same), ("different", Self::Different), ("unsure", Self::Unsure)];
}

/// One line of a decisions file. Who decided and why stays in the file: the engine needs neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// File, as named in messages.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// (source, record id) of one record.
    pub left: (String, String),
    /// (source, record id) of the other.
    pub right: (String, String),
    /// What was decided.
    pub verdict: Verdict,
}

impl Decision {
    /// Where it stands, for messages.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}
