//! The settings of what the service does with the list, after checking: a struct per part of `[service]`.

use std::path::PathBuf;

use crate::model::Day;

/// `[service]`.
#[derive(Clone, Debug, Default)]
pub struct ServiceSettings {
    /// `[service.restricted]`.
    pub restricted: RestrictedSettings,
    /// `[service.requests]`.
    pub requests: RequestSettings,
    /// `[service.districts]`.
    pub districts: DistrictFileSettings,
    /// `[[service.sharing]]`, in the order of the file.
    pub sharing: Vec<SharingAgreement>,
}

/// `[service.restricted]`: where the register of restricted people and addresses stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestrictedSettings {
    /// The register, in the data folder.
    pub register: Option<PathBuf>,
    /// True if nothing is to be published without it.
    pub required: bool,
}

/// `[service.requests]`: requests for preliminary assessments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestSettings {
    /// Days after which an answer is due.
    pub due_days: u32,
    /// Days between a due date that passed and the next.
    pub reminder_days: u32,
    /// Reminders before the next professional is asked.
    pub reminders: u32,
    /// Days after which a family that others support is asked after again.
    pub informed_days: u32,
    /// Days after which the next stage of a claim is due.
    pub claim_days: u32,
    /// Where answers go, in words, for the sheets.
    pub reply_to: String,
    /// Roles of professionals, the one to ask first at the top.
    pub contacts: Vec<ContactRole>,
    /// Needs that an answer may name.
    pub needs: Vec<(String, String)>,
}

/// One role of professionals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRole {
    /// Code, as in the table of contacts.
    pub role: String,
    /// In words.
    pub title: String,
    /// A contact longer ago than so many days does not count.
    pub within_days: u32,
}

/// `[service.districts]`: the directories by which homes are placed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistrictFileSettings {
    /// ONS postcode directory, in the data folder.
    pub postcodes: Option<PathBuf>,
    /// Column of the postcode, and of the district's code.
    pub postcode_columns: (String, String),
    /// ONS UPRN directory, in the data folder.
    pub uprns: Option<PathBuf>,
    /// Column of the UPRN, and of the district's code.
    pub uprn_columns: (String, String),
}

/// Recipient and purpose of the sheets for professionals who are asked.
pub const FOR_PROFESSIONALS: (&str, &str) = ("professional", "preliminary_assessment");
/// Recipient and purpose of the districts' files.
pub const FOR_DISTRICTS: (&str, &str) = ("district", "coordinate");
/// Recipient and purpose of the key workers' briefs.
pub const FOR_KEY_WORKERS: (&str, &str) = ("key_worker", "support");
/// Every recipient, with what it is shown something for.
pub const SHARED: [(&str, &str); 3] = [FOR_PROFESSIONALS, FOR_DISTRICTS, FOR_KEY_WORKERS];

/// `[[service.sharing]]`: what a recipient may be shown for a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharingAgreement {
    /// Recipient, such as `district`.
    pub recipient: String,
    /// Purpose, such as `coordinate`.
    pub purpose: String,
    /// The agreement's reference.
    pub reference: String,
    /// First day.
    pub starts: Day,
    /// Last day.
    pub ends: Day,
    /// Columns that may be shown.
    pub columns: Vec<String>,
    /// Feeds of which something may be shown: what rests on any other feed is left out.
    pub sources: Vec<String>,
}
