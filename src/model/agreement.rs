//! How what a feed says of people agrees with what other feeds say of the same people.

use super::Field;
use super::amounts::thousands;

/// How values of a feed most often differ from those of other feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// Day and month of a date are exchanged.
    DayAndMonth,
    /// A date is so many days later, or earlier where negative.
    Days(i32),
    /// The feed has 1 January where others have another day of that year.
    FirstOfYear,
    /// Forename and surname are exchanged.
    Names,
    /// Most of the feed's records have one value.
    OneValue,
}

impl Slip {
    /// The name used in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DayAndMonth => "day-and-month-exchanged",
            Self::Days(_) => "days-apart",
            Self::FirstOfYear => "first-of-year",
            Self::Names => "names-exchanged",
            Self::OneValue => "one-value",
        }
    }

    /// The slip of a name used in tables; `days` where it is one of days.
    #[must_use]
    pub fn named(name: &str, days: i32) -> Option<Self> {
        [Self::DayAndMonth, Self::Days(days), Self::FirstOfYear, Self::Names, Self::OneValue].into_iter().find(|slip| slip.name() == name)
    }

    /// By how many days, where that is what it is.
    #[must_use]
    pub fn days(self) -> Option<i32> {
        if let Self::Days(days) = self { Some(days) } else { None }
    }
}

/// `1 day earlier`, `1,462 days later`: how far a feed's dates are from other feeds'.
#[must_use]
pub fn days_in_words(days: i32) -> String {
    let apart = if days.abs() == 1 { "1 day".to_owned() } else { format!("{} days", thousands(u64::from(days.unsigned_abs()))) };
    format!("{apart} {}", if days > 0 { "later" } else { "earlier" })
}

/// One field of one feed. A pair is one person whom the feed and another feed have, with the field filled in both; it is different if no value of the one is any of the other's.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldAgreement {
    /// Index of the source.
    pub source: u16,
    /// The field.
    pub field: Field,
    /// Pairs with other feeds.
    pub pairs: u64,
    /// Those that differ.
    pub different: u64,
    /// Share that differs, by which the feed is judged: for what people keep that with the partner in the middle, for what they change that with the partner which agrees most.
    pub judged: f64,
    /// Least share that differs between two other feeds; none if no two share enough people.
    pub others: Option<f64>,
    /// How most of those that differ do so, and how many; of one value, how many records have it.
    pub slip: Option<(Slip, u64)>,
    /// True if the field of the feed is at odds with the other feeds: something is wrong with the extract or with how it is read.
    pub at_odds: bool,
}
