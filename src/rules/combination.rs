//! How criteria make a route: what is counted, how many are enough, which families the programme is for.
//!
//! What comes in: nothing. What goes out: the types of a pack's `[combination]`. What always holds: every number here is one of the pack's.

/// How criteria make a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combination {
    /// Criteria that count, by id.
    pub counted: Vec<String>,
    /// Whether criteria are counted, or their needs.
    pub counts: Counts,
    /// So many of them make a family's place automatic.
    pub automatic_at_least: u32,
    /// Local discretion, where the programme knows it.
    pub discretion: Option<Discretion>,
    /// So many true ones at least before an unknown one makes a family wait for the answer.
    pub pending_at_least: u32,
    /// So many true ones make a near miss.
    pub near_miss_at_least: u32,
    /// True if a near miss needs a reason of local discretion as well.
    pub near_miss_needs_reason: bool,
    /// So many may be shown only by a parent who lives elsewhere; `None` for no limit.
    pub elsewhere_at_most: Option<u32>,
    /// What a professional's referral must tick; `None` where referrals make no route.
    pub referral: Option<Referral>,
    /// True if a family without a dependent child is not eligible.
    pub needs_child: bool,
    /// A child living in the family is dependent while younger than this, in completed years.
    pub child_under: u32,
    /// True if a child who is not born yet is such a child.
    pub unborn_counts: bool,
    /// Criteria, by id, that make a family eligible in place of such a child: a young person in education, an expectant parent.
    pub or_criteria: Vec<String>,
    /// Where the combination comes from.
    pub source: String,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Criteria: several needs of one criterion count once.
    Criteria,
    /// Needs, whichever criterion they belong to.
    Needs,
}

/// Local discretion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discretion {
    /// So many true criteria with it.
    pub at_least: u32,
    /// The criterion of local discretion.
    pub criterion: String,
    /// True if that criterion must hold; false if it only adds reasons.
    pub needs_reason: bool,
}

/// What a professional's referral must tick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Codes that count.
    pub codes: Vec<String>,
    /// So many different ones for the family.
    pub at_least: u32,
    /// Within so many months.
    pub months: u32,
}

impl Combination {
    /// True for the criterion of local discretion.
    #[must_use]
    pub fn is_discretion(&self, criterion: &str) -> bool {
        self.discretion.as_ref().is_some_and(|discretion| discretion.criterion == criterion)
    }

    /// So many of what counts put a family on the list, with or without a reason of local discretion.
    #[must_use]
    pub fn enough(&self, has_reason: bool) -> u32 {
        match &self.discretion {
            Some(discretion) if has_reason || !discretion.needs_reason => discretion.at_least.min(self.automatic_at_least),
            _ => self.automatic_at_least,
        }
    }
}
