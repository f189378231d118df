//! What outlives a month: whose record is whose, which ids were given, who was in which family, who was on the list, and what changed.
//!
//! What comes in: nothing. What goes out: the rows of the register's tables. What always holds: an id that was given is in [`Register::ids`] for ever,
//! and a retired one is never given again.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::event::vocabulary;
use super::{Day, KnownPerson, KnownPlace, MemberRole, Month, WithheldPlace};

vocabulary! {
    /// What an id names.
    IdKind {
        /// A person.
        Person = "person",
        /// A family.
        Family = "family",
    }
}

vocabulary! {
    /// What has become of an id.
    IdState {
        /// Given to somebody in this run.
        Current = "current",
        /// In no extract of this month, or most of a family is not: kept for when they come back.
        NotSeen = "not-seen",
        /// Gone for ever; its successors say where its people are.
        Retired = "retired",
    }
}

vocabulary! {
    /// Why an id was retired.
    Retirement {
        /// All of it went to one other id.
        Merged = "merged",
        /// Parts of it went to several other ids, each of which had a better claim to another id.
        Divided = "divided",
    }
}

/// One record that belonged to a person in some final run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Index into [`Register::sources`].
    pub source: u16,
    /// The record, as the agency identifies it.
    pub record_id: Box<str>,
    /// Index into [`Register::persons`].
    pub person: u32,
    /// Hash over what the record says of the person (identifiers, else name and date of birth); 0 when it says too little.
    pub content: u64,
    /// Hashes of the forename (upper 32 bits) and of the date of birth (lower), 0 where absent: a record in which both are others than before is
    /// about somebody else.
    pub traits: u64,
    /// First month it was delivered.
    pub first: Month,
    /// Last month it was delivered.
    pub last: Month,
}

/// One id that was ever given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdRecord {
    /// What it names.
    pub kind: IdKind,
    /// `P…` or `F…`.
    pub id: String,
    /// First month it was given.
    pub first: Month,
    /// Last month it was given.
    pub last: Month,
    /// What has become of it.
    pub state: IdState,
    /// Month it was retired.
    pub retired: Option<Month>,
    /// Why it was retired.
    pub retirement: Option<Retirement>,
    /// Where its people are now, those with most of them first.
    pub successors: Vec<String>,
    /// Hash of a family's last home; 0 when unknown or restricted, and for persons.
    pub home: u64,
}

/// One person's membership of one family over the months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Family.
    pub family_id: String,
    /// Person.
    pub person_id: String,
    /// Role when last seen there.
    pub role: MemberRole,
    /// Whether the person lived there when last seen there.
    pub resident: bool,
    /// Whether it counted as the person's own family when last seen there.
    pub primary: bool,
    /// First month.
    pub first: Month,
    /// Last month.
    pub last: Month,
}

/// A family's time on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Pack.
    pub pack: String,
    /// Family.
    pub family_id: String,
    /// First month it was on the list.
    pub first: Month,
    /// Last month it was on the list.
    pub last: Month,
    /// Months it was on the list, gaps not counted.
    pub months: u32,
}

vocabulary! {
    /// What happened in a family.
    FamilyEventKind {
        /// People who were in no family of last month's are one now.
        Formed = "formed",
        /// Somebody came.
        Joined = "joined",
        /// Somebody went.
        Left = "left",
        /// The family's home is another one.
        Moved = "moved",
        /// Part of the family is a family of its own now.
        Split = "split",
        /// The family is part of another one now.
        Merged = "merged",
        /// A child was born into it.
        Birth = "birth",
        /// A child of the family came of age.
        Turned18 = "turned_18",
        /// A member died.
        Died = "died",
    }
}

/// One thing that happened in a family.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FamilyEvent {
    /// Month of the run that noticed it.
    pub month: Month,
    /// The family it is about.
    pub family_id: String,
    /// What happened.
    pub kind: FamilyEventKind,
    /// Who; empty for the whole family.
    pub person_id: String,
    /// Day, `NO_DAY` when only the month is known.
    pub day: Day,
    /// Where the person or family came from; empty when not known.
    pub from_family_id: String,
    /// Where the person or family went; empty when not known.
    pub to_family_id: String,
    /// The record behind it; empty or 0 where none says so.
    pub behind: RowPlace,
}

/// Where a row of an extract stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// Feed.
    pub source: String,
    /// File, below the data folder.
    pub file: String,
    /// Line, from 1; 0 for none.
    pub line: u32,
}

vocabulary! {
    /// What became of a family on a list (domain.md §7 F12).
    ChangeCode {
        /// On the list for the first time.
        New = "NEW",
        /// On the list as last month.
        Still = "STILL",
        /// No longer on the list.
        Dropped = "DROPPED",
        /// It and another are one family now.
        Merged = "MERGED",
        /// Part of a family is a family of its own now.
        Split = "SPLIT",
        /// On the list as last month, in another district or out of the county.
        Moved = "MOVED",
        /// On the list again after at least a month off it.
        ReEligible = "RE_ELIGIBLE",
    }
}

vocabulary! {
    /// Why.
    ChangeCause {
        /// There is no earlier final run to compare with.
        FirstRun = "first-run",
        /// Nothing that counts is different.
        Unchanged = "unchanged",
        /// A row that is new this month.
        NewEvidence = "new-evidence",
        /// A row that was there before has come into a rule's window or ages.
        NowCounts = "now-counts",
        /// A row is too old for the rule's window now.
        AgedOut = "aged-out",
        /// The agency delivers the row no longer, though it would still count.
        EvidenceWithdrawn = "evidence-withdrawn",
        /// The row is still delivered, with content that no longer counts.
        EvidenceChanged = "evidence-changed",
        /// A feed is missing or too old: what it would show is unknown.
        FeedMissing = "feed-missing",
        /// A feed that was missing or too old has come.
        FeedArrived = "feed-arrived",
        /// A criterion can no longer be said, for another reason than a feed.
        BecameUnknown = "became-unknown",
        /// A criterion can be said that could not.
        BecameKnown = "became-known",
        /// Somebody joined the family.
        MemberJoined = "member-joined",
        /// Somebody left the family.
        MemberLeft = "member-left",
        /// A member died.
        MemberDied = "member-died",
        /// A child was born.
        ChildBorn = "child-born",
        /// A child came of age.
        ChildTurned18 = "child-turned-18",
        /// The family is new: none of its people were in a family before.
        FamilyFormed = "family-formed",
        /// Two families became one.
        FamilyMerged = "family-merged",
        /// A family divided.
        FamilySplit = "family-split",
        /// The family moved within the county.
        FamilyMoved = "family-moved",
        /// The family moved out of the county.
        LeftCounty = "left-county",
        /// The family moved into the county.
        EnteredCounty = "entered-county",
        /// Nobody of the family is in this month's extracts.
        NotSeen = "not-seen",
        /// A person decided.
        DecisionMade = "decision-made",
        /// A person's decision lapsed or was withdrawn.
        DecisionLapsed = "decision-lapsed",
        /// The family's status closed it.
        Closed = "closed",
        /// Two persons of last month are one now, or one is two: other records, the same model.
        LinkageChanged = "linkage-changed",
        /// The linkage model or its settings are others.
        ModelChanged = "model-changed",
        /// The pack is another.
        PackChanged = "pack-changed",
        /// The pipeline or a schema is another.
        ConfigurationChanged = "configuration-changed",
    }
}

/// What became of one family on one list, or of a family whatever the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Pack; empty for what became of a family whatever the pack.
    pub pack: String,
    /// The family: of this month, or of last month where it is no more.
    pub family_id: String,
    /// What became of it.
    pub code: ChangeCode,
    /// Why.
    pub cause: ChangeCause,
    /// Why, in words without personal values.
    pub reason: String,
    /// Criterion that gained or lost; empty when none did.
    pub criterion: String,
    /// Rule that gained or lost; empty when none did.
    pub rule: String,
    /// Day of it: the first day a row no longer counted, the day of a new event, the day somebody came of age; `NO_DAY` when not known.
    pub day: Day,
    /// The person it is about; empty for the whole family.
    pub person_id: String,
    /// The row behind it.
    pub behind: RowPlace,
    /// On the list now.
    pub listed: bool,
    /// On the list last month, it or a family it came from.
    pub listed_before: bool,
    /// Route now; empty when the family is no more.
    pub route: String,
    /// Route last month; empty when the family was not there.
    pub route_before: String,
    /// Last month's families whose people it has, itself left out.
    pub previous_family_ids: Vec<String>,
    /// This month's families that have its people, itself left out.
    pub successor_family_ids: Vec<String>,
    /// District now.
    pub district_code: String,
    /// District last month.
    pub district_code_before: String,
    /// First month on the list; `None` for rows without a pack.
    pub first_identified: Option<Month>,
    /// Months on the list, gaps not counted.
    pub months_on_list: u32,
}

/// The register as it stands after a run.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// Under which secret persons get their ids, hidden records other names, homes their keys; empty in a register of a version that had none.
    pub secret: String,
    /// Month of the final run it builds on; `None` for the first.
    pub previous: Option<Month>,
    /// Names of the feeds that [`Identity::source`] counts into, sorted.
    pub sources: Vec<String>,
    /// `P…` ids that [`Identity::person`] counts into, sorted.
    pub persons: Vec<String>,
    /// Records, sorted by (source, record id).
    pub identities: Vec<Identity>,
    /// Entries of the register of restricted people and addresses that held in the month, by their name, each with a digest of what its row describes under the secret.
    pub withheld_entries: BTreeSet<(String, u64)>,
    /// Entries by their name, each with everybody whom it described in this or an earlier month while it held; kept when it holds no more, in case it comes back.
    pub withheld: BTreeSet<(String, String)>,
    /// Places that entries of addresses described in this or an earlier month while they held; kept likewise.
    pub withheld_places: BTreeSet<WithheldPlace>,
    /// What records of this and earlier months called people, sorted; nothing in a register of a version that did not keep it.
    pub known_persons: Vec<KnownPerson>,
    /// Homes as they wrote them with a UPRN, sorted; likewise.
    pub known_places: Vec<KnownPlace>,
    /// Ids, sorted by (kind, id).
    pub ids: Vec<IdRecord>,
    /// Memberships, sorted by (family, person).
    pub memberships: Vec<Membership>,
    /// Time on lists, sorted by (pack, family).
    pub listings: Vec<Listing>,
    /// What happened in families, sorted by (month, family, kind, person, …).
    pub events: Vec<FamilyEvent>,
    /// This month's changes, sorted by (pack, family, code): one row per pack and family; those without a pack come first, one per family and code.
    pub changes: Vec<Change>,
}

impl Register {
    /// The change of a family under a pack.
    #[must_use]
    pub fn change(&self, pack: &str, family_id: &str) -> Option<&Change> {
        let place = self.changes.binary_search_by(|one| (one.pack.as_str(), one.family_id.as_str()).cmp(&(pack, family_id)));
        place.ok().and_then(|place| self.changes.get(place))
    }

    /// The time of a family on a pack's list.
    #[must_use]
    pub fn listing(&self, pack: &str, family_id: &str) -> Option<&Listing> {
        let place = self.listings.binary_search_by(|one| (one.pack.as_str(), one.family_id.as_str()).cmp(&(pack, family_id)));
        place.ok().and_then(|place| self.listings.get(place))
    }
}
