//! The row ledger: every row that went into a stage came out of it or was set aside.

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    /// Stage, such as `ingest` or `link`.
    pub stage: &'static str,
    /// What is counted, such as `rows of police_crime` or `person records`.
    pub what: String,
    /// Came in.
    pub rows_in: u64,
    /// Went on.
    pub rows_out: u64,
    /// Set aside with a reason.
    pub set_aside: u64,
}

impl LedgerLine {
    /// True if in = out + set aside.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.rows_in == self.rows_out + self.set_aside
    }
}

/// The whole ledger of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Its lines in the order of the stages.
    pub lines: Vec<LedgerLine>,
}

impl Ledger {
    /// Adds a line.
    pub fn record(&mut self, stage: &'static str, what: impl Into<String>, rows_in: u64, rows_out: u64, set_aside: u64) {
        self.lines.push(LedgerLine { stage, what: what.into(), rows_in, rows_out, set_aside });
    }

    /// The lines that do not balance.
    #[must_use]
    pub fn unbalanced(&self) -> Vec<&LedgerLine> {
        self.lines.iter().filter(|line| !line.balances()).collect()
    }
}
