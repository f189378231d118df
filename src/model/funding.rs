//! Payment by results: what a programme pays for a family, as a funding pack says it.
//!
//! What comes in: the checked content of a funding pack. What goes out: the amounts of a programme year. What always holds: whole pence; years do not overlap and
//! leave no day between them; no combination of payments for one family is above the ceiling.

use super::{Day, Pence};

/// A funding pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundingPack {
    /// Name, such as `p1-national`.
    pub name: String,
    /// Version.
    pub version: String,
    /// Title, in words.
    pub title: String,
    /// Where the numbers come from.
    pub source: String,
    /// Most that is paid for one family.
    pub ceiling: Pence,
    /// Last day on which a result may be claimed.
    pub last_claim: Day,
    /// Which year's rate a result is paid at.
    pub rate_of: RateOf,
    /// Programme years, in order.
    pub years: Vec<FundingYear>,
    /// The share of families that is paid for.
    pub funded: FundedShare,
    /// Families the programme expects, in the order of the file.
    pub families: Vec<ExpectedFamilies>,
    /// Who bears the cost; `None` where the pack says nothing.
    pub cost: Option<CostShare>,
    /// Estimates that the documents give, in the order of the file.
    pub estimates: Vec<Estimate>,
}

/// Which year's rate a result is paid at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateOf {
    /// That of the year in which the family was attached.
    Attachment,
    /// That of the year in which the result is claimed.
    Claim,
}

/// A programme year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundingYear {
    /// Name, such as `2012/13`.
    pub name: String,
    /// First day.
    pub starts: Day,
    /// Last day.
    pub ends: Day,
    /// Paid when a family is attached.
    pub attachment: Pence,
    /// Paid for a result in crime, anti-social behaviour and education.
    pub result: Pence,
    /// Paid on top of it for progress to work.
    pub progress: Pence,
    /// Paid for continuous employment, instead of both.
    pub employment: Pence,
    /// True if the documents do not give these amounts.
    pub assumption: bool,
    /// What is to be known about them.
    pub note: String,
    /// Where they come from.
    pub source: String,
}

/// So many families of every so many are paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundedShare {
    /// Families paid for …
    pub funded: u32,
    /// … of every so many.
    pub of_every: u32,
    /// How a fraction of a family is handled.
    pub fractions: Fractions,
}

/// How a fraction of a family is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fractions {
    /// To the nearest whole family, a half upwards.
    Nearest,
    /// Only whole families.
    Down,
    /// A part of a family counts as one.
    Up,
}

/// A number of families that the documents name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedFamilies {
    /// Name, such as `year-one`.
    pub name: String,
    /// Families.
    pub families: u32,
    /// By when.
    pub by: Day,
    /// Where the number comes from.
    pub source: String,
}

/// Who bears the cost of the work with a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostShare {
    /// Average cost of the work with one family.
    pub per_family: Pence,
    /// Percent that the government pays.
    pub government_percent: u32,
    /// Percent that local partners pay.
    pub local_percent: u32,
    /// Where the numbers come from.
    pub source: String,
}

/// An amount that a document estimates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// What it is.
    pub title: String,
    /// The amount.
    pub amount: Pence,
    /// Where it comes from.
    pub source: String,
}
