//! How a stage says how far it is, without knowing who listens.

/// Something that shows progress. Calls come from any thread.
pub trait Progress: Sync {
    /// A piece of work begins; `total` is its size in `unit` (rows, pairs, families), 0 when unknown.
    fn begin(&self, label: &str, total: u64, unit: &str);
    /// So much more of it is done.
    fn advance(&self, count: u64);
    /// The piece of work is done.
    fn end(&self);
    /// A step of the run begins; the one before it is done. For those who want to know where the time goes.
    fn step(&self, _name: &'static str) {}
    /// Something the officer should see while the work goes on, such as the forecast of what is to come.
    fn say(&self, _text: &str) {}
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _label: &str, _total: u64, _unit: &str) {}
    fn advance(&self, _count: u64) {}
    fn end(&self) {}
}
