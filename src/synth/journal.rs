//! What changes in families and in agencies' records, as it is noted.
//!
//! In: nothing. Out: the nouns of the months after the first. What always holds: a change names one family, and at most one person and
//! one other family.

use crate::model::Day;

use super::names::Surname;

/// Somebody's name of before a marriage or parting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Renaming {
    pub(crate) person: u32,
    pub(crate) day: Day,
    pub(crate) before: Surname,
}

/// An agency's record of a person that it put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Correction {
    /// Number of the system, as in [`super::copies::Copier`].
    pub(crate) system: u64,
    pub(crate) person: u32,
    pub(crate) day: Day,
}

/// What can happen to a family, or to what agencies hold about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ChangeKind {
    /// A household that was not there before.
    Formed,
    Joined,
    Left,
    Moved,
    /// Came into the county.
    MovedIn,
    /// Left the county.
    MovedOut,
    /// Parents parted; the other family is the one that left.
    Split,
    /// Two households became one; the other family is the one that ended.
    Merged,
    Birth,
    TurnedEighteen,
    Died,
    Renamed,
    /// An agency put a date of birth right.
    BirthCorrected,
    /// An agency put a name right.
    NameCorrected,
    /// An outcome, an exclusion or an episode was taken back.
    Withdrawn,
    /// Absence counts were submitted again.
    Resubmitted,
    /// A professional's form ahead of the data.
    Referred,
}

impl ChangeKind {
    /// The name in the truth file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Formed => "formed",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Moved => "moved",
            Self::MovedIn => "moved_in",
            Self::MovedOut => "moved_out",
            Self::Split => "split",
            Self::Merged => "merged",
            Self::Birth => "birth",
            Self::TurnedEighteen => "turned_18",
            Self::Died => "died",
            Self::Renamed => "renamed",
            Self::BirthCorrected => "birth_corrected",
            Self::NameCorrected => "name_corrected",
            Self::Withdrawn => "withdrawn",
            Self::Resubmitted => "resubmitted",
            Self::Referred => "referred",
        }
    }
}

/// One change of one family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) day: Day,
    pub(crate) family: u32,
    pub(crate) kind: ChangeKind,
    /// Whom it is about, `u32::MAX` for the whole family.
    pub(crate) person: u32,
    /// The other family of a change between two, `u32::MAX` for none.
    pub(crate) other: u32,
    /// The feed whose record was put right or taken back, empty for none.
    pub(crate) feed: &'static str,
}
