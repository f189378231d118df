//! Families: members, roles, and the evidence that joined them.

use std::str::FromStr;

use super::event::vocabulary;
use super::{Day, Linked};

vocabulary! {
    /// How sure a family or a membership is.
    Confidence {
        /// Stated by an agency's own relationship or household account, or by two kinds of evidence.
        High = "high",
        /// Stated by school contacts, or one household account alone.
        Medium = "medium",
        /// Only shared surname and address with overlapping dates.
        Low = "low",
    }
}

vocabulary! {
    /// What kind of evidence joins two people into a family, strongest first (domain.md §4.4).
    Tier {
        /// The same council tax account.
        CouncilTax = "council_tax",
        /// A relationship in social care records.
        SocialCare = "social_care",
        /// The same housing or council tax benefit claim.
        BenefitClaim = "benefit_claim",
        /// The same tenancy.
        Tenancy = "tenancy",
        /// A school contact with parental responsibility, a referral's or a health record's stated relation.
        StatedRelation = "stated_relation",
        /// Same surname at the same address at the same time.
        SurnameAndAddress = "surname_and_address",
        /// Same address at the same time and a child without any other adult.
        Address = "address",
    }
}

vocabulary! {
    /// What a person is in a family.
    MemberRole {
        /// Under 18 at the reference date, or said to be a child where no date of birth is known.
        Child = "child",
        /// Parent or carer of a child of the family.
        Parent = "parent",
        /// Partner of a parent or of the householder.
        Partner = "partner",
        /// Grandparent.
        Grandparent = "grandparent",
        /// Son or daughter of 18 or over living in the family.
        AdultChild = "adult_child",
        /// Any other adult.
        OtherAdult = "other_adult",
    }
}

/// One family (a household of related people; a person living alone is one too).
#[derive(Clone, Debug)]
pub struct Family {
    /// `F…` identifier.
    pub id: String,
    /// The least sure of its joining evidence.
    pub confidence: Confidence,
    /// Postcode of its present home, empty when unknown.
    pub postcode: String,
    /// UPRN of its present home, empty when unknown.
    pub uprn: String,
    /// Canonical address key of its present home, empty when unknown. Restricted.
    pub address_key: String,
    /// True if a member or the address is restricted: outputs say "address withheld".
    pub restricted: bool,
}

/// One person's membership of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Index into [`Families::families`].
    pub family: u32,
    /// Person, as in [`Linked::person_of_record`].
    pub person: u32,
    /// Role in this family.
    pub role: MemberRole,
    /// False for a separated parent: linked to the family, not living with it.
    pub resident: bool,
    /// True for the one family that counts as a person's own; false for a child's second home.
    pub primary: bool,
    /// First day the evidence puts the person here, `NO_DAY` if not said.
    pub since: Day,
    /// How sure.
    pub confidence: Confidence,
}

/// Why somebody is a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MembershipEvidence {
    /// Index into [`Families::families`].
    pub family: u32,
    /// The member.
    pub person: u32,
    /// The person it joins them to.
    pub other: u32,
    /// Kind of evidence.
    pub tier: Tier,
    /// Record of the member that shows it.
    pub record: u32,
    /// Record of the other person that shows it.
    pub other_record: u32,
}

/// A place where a person is said to live or to have lived. Address, postcode and UPRN are those of `record`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residence {
    /// Person, as in [`Linked::person_of_record`].
    pub person: u32,
    /// First record (by source name and record id) that names this place.
    pub record: u32,
    /// First day an extract says the address holds, `NO_DAY` if none says.
    pub from: Day,
    /// Last day it held, `NO_DAY` while it lasts.
    pub to: Day,
    /// Newest day for which an extract names this place.
    pub as_at: Day,
    /// Number of sources that name it.
    pub sources: u32,
}

/// All families of a run, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Families {
    /// The families.
    pub families: Vec<Family>,
    /// Members, sorted by (family, role, person).
    pub members: Vec<Member>,
    /// Evidence, sorted by (family, person, other, tier).
    pub evidence: Vec<MembershipEvidence>,
    /// Best date of birth of each person, `NO_DAY` if unknown.
    pub born: Vec<Day>,
    /// Sex of each person: `b'M'`, `b'F'` or `b'?'`.
    pub sex: Vec<u8>,
    /// Date of death of each person, `NO_DAY` if none.
    pub died: Vec<Day>,
    /// True for a person identified well enough to be found in other feeds (a full name with a date of birth or an address, or an identifier).
    pub searchable: Vec<bool>,
    /// Addresses treated as communal (care home, hostel, HMO, …): address key or UPRN, why, and how many people.
    pub communal: Vec<(String, &'static str, u32)>,
    /// What the officer should know.
    pub warnings: Vec<String>,
}

impl Families {
    /// The members of a family.
    #[must_use]
    pub fn members_of(&self, family: u32) -> &[Member] {
        let start = self.members.partition_point(|member| member.family < family);
        let end = self.members.partition_point(|member| member.family <= family);
        self.members.get(start..end).unwrap_or_default()
    }

    /// True if each person column is as long as the number of persons.
    #[must_use]
    pub fn fits(&self, linked: &Linked) -> bool {
        [self.born.len(), self.sex.len(), self.died.len(), self.searchable.len()].iter().all(|&len| len == linked.persons())
    }
}
