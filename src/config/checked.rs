//! Settings after checking: typed, cross-checked, with every default filled in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub use super::checked_link::{BlockingRuleSetting, ComparisonSetting, LevelShare, LinkSettings, RuleKey};
pub use super::checked_service::{
    ContactRole, DistrictFileSettings, FOR_DISTRICTS, FOR_KEY_WORKERS, FOR_PROFESSIONALS, RequestSettings, RestrictedSettings, SHARED,
    ServiceSettings, SharingAgreement,
};
pub use super::claims::ClaimSettings;
use super::files::KeptConfiguration;
pub use super::needs::NeedsSettings;
use crate::model::{
    Cadence, Coverage, Day, DeliveryKind, DwpSettings, EffectSettings, EventKind, Field, FurtherField, Month, NeedSettings, PersonRole,
    Target, WatchSettings,
};
use crate::rules::pack::Pack;

/// A pipeline: what to read, how to link, what to test, what to write.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Name, such as `lincolnshire`.
    pub name: String,
    /// Title for reports.
    pub title: String,
    /// The month to link for, where the command names none: for files that belong to no month.
    pub month: Option<Month>,
    /// The pipeline file, as given.
    pub path: PathBuf,
    /// The contracts with the agencies, sorted by name.
    pub schemas: Vec<Schema>,
    /// Criteria packs, in the order of the file; the first is the one the officer's workbook shows.
    pub packs: Vec<Pack>,
    /// Linkage settings.
    pub link: LinkSettings,
    /// Household settings.
    pub households: HouseholdSettings,
    /// Identification settings.
    pub identify: IdentifySettings,
    /// Publication settings.
    pub gates: GateSettings,
    /// How many families the county has agreed to find, in the order of the file.
    pub targets: Vec<Target>,
    /// What may be asked of the Department for Work and Pensions; `None` where the pipeline asks it nothing.
    pub dwp: Option<DwpSettings>,
    /// What the service does with the list.
    pub service: ServiceSettings,
    /// How results are claimed, if the pipeline says so.
    pub claims: Option<ClaimSettings>,
    /// How needs are held against outcomes, if the pipeline says so.
    pub needs: Option<NeedsSettings>,
    /// How effect is looked at; `None` where the pipeline does not say.
    pub effect: Option<EffectSettings>,
    /// (name as given, SHA-256 hexadecimal) of every configuration file read, sorted: part of the run id.
    pub fingerprints: Vec<(String, String)>,
    /// Every configuration file read, as it is.
    pub configuration: KeptConfiguration,
}

impl Pipeline {
    /// Kinds of event of which some pack counts the first delivery of what came again.
    pub fn counted_first(&self) -> BTreeSet<EventKind> {
        self.packs.iter().flat_map(Pack::counted_first).collect()
    }

    /// The files that people write beside the extracts and directories they put there, as paths in the data folder: no schema describes them, yet they are read.
    pub fn files_of_people(&self) -> impl Iterator<Item = &Path> {
        let (service, districts) = (&self.service.restricted, &self.service.districts);
        let named = [&self.identify.overrides, &self.link.decisions, &service.register, &districts.postcodes, &districts.uprns];
        named.into_iter().filter_map(Option::as_deref)
    }
}

/// The contract with one agency about one extract.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Name: the source half of a record's identity.
    pub name: String,
    /// Version of the schema file.
    pub version: u32,
    /// Agency, in words.
    pub agency: String,
    /// Title, in words.
    pub title: String,
    /// The schema file, as named in messages.
    pub file_name: String,
    /// Where and how the file is found and read.
    pub file: FileFormat,
    /// How often it comes.
    pub cadence: Cadence,
    /// Snapshot or increment.
    pub delivery: DeliveryKind,
    /// Population or events.
    pub coverage: Coverage,
    /// Days for which the last delivery may be carried forward.
    pub valid_days: u32,
    /// One record per person guaranteed by the agency.
    pub one_per_person: bool,
    /// Largest change in the number of rows from one snapshot to the next, as a share, where it is not that of the pipeline's gates.
    pub row_swing: Option<f64>,
    /// A delivery without a single row is believed ("nothing new this month"); otherwise it is refused.
    pub may_be_empty: bool,
    /// The sharing agreement.
    pub agreement: Agreement,
    /// Columns, in the order of the schema.
    pub columns: Vec<Column>,
    /// Columns that together are the agency's key of a row; empty for a content hash.
    pub key: Vec<usize>,
    /// Which columns make up which person.
    pub persons: Vec<PersonMapping>,
    /// Relations between the persons of a row.
    pub relations: Vec<RelationMapping>,
    /// Which columns make up which event.
    pub events: Vec<EventMapping>,
}

/// How a file is found and read.
#[derive(Clone, Debug)]
pub struct FileFormat {
    /// File name pattern (glob, not case sensitive), such as `police_crime*.csv`.
    pub pattern: String,
    /// Kind of file.
    pub kind: FileKind,
    /// Delimiter of a text file.
    pub delimiter: u8,
    /// Encoding of a text file: a label of the WHATWG encoding standard.
    pub encoding: String,
    /// Sheet of a workbook; empty for the first.
    pub sheet: String,
    /// Rows to skip before the header row (title rows).
    pub skip_rows: u32,
    /// Rows whose first cell begins with one of these (such as `Total`) end the data.
    pub footer: Vec<String>,
}

impl FileFormat {
    /// True if a file of this name belongs to the schema.
    #[must_use]
    pub fn matches(&self, file_name: &str) -> bool {
        let options = glob::MatchOptions { case_sensitive: false, require_literal_separator: true, require_literal_leading_dot: true };
        glob::Pattern::new(&self.pattern).is_ok_and(|pattern| pattern.matches_with(file_name, options))
    }
}

/// The form in which headers are compared: lower case, outer spaces cut, inner white space a single space.
#[must_use]
pub fn header_key(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Delimited text.
    Csv,
    /// Excel workbook.
    Xlsx,
    /// Parquet.
    Parquet,
}

/// A sharing agreement.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Its reference.
    pub reference: String,
    /// First day on which data may be loaded.
    pub starts: Day,
    /// Last day on which data may be loaded.
    pub ends: Day,
    /// Purposes, such as `identify`.
    pub purposes: Vec<String>,
    /// Where the schema names them.
    pub purposes_line: u64,
}

/// One column of an extract.
#[derive(Clone, Debug)]
pub struct Column {
    /// Header, as the agency writes it.
    pub name: String,
    /// Other headers seen for it.
    pub aliases: Vec<String>,
    /// What its cells are.
    pub kind: ColumnKind,
    /// The header must be there.
    pub required: bool,
    /// A row whose cell is empty is set aside.
    pub not_empty: bool,
    /// A cell that does not fit sets the row aside (true) or is ignored and noted (false).
    pub strict: bool,
}

/// What a column's cells are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Any text.
    Text,
    /// Whole number.
    Integer,
    /// Date in one of these chrono formats (tried in order); Excel serials and ISO dates are always understood in workbooks.
    Date(Vec<String>),
    /// A code, written to its standard code by this list; compared without case and outer spaces.
    Code(Vec<(String, String)>),
    /// Known and deliberately not used.
    Ignored,
}

/// A value taken from a column or fixed in the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Index into [`Schema::columns`].
    Column(usize),
    /// A constant.
    Constant(String),
}

/// Which columns make up one person of a row.
#[derive(Clone, Debug)]
pub struct PersonMapping {
    /// Its name within the schema, such as `child` or `contact1`.
    pub slot: String,
    /// Its role.
    pub role: PersonRole,
    /// Field, and the columns whose cells make it up (joined by one space, addresses by ", ").
    pub fields: Vec<(Field, Vec<usize>)>,
    /// Further fields to compare; the pipeline numbers them and adds them to `fields`.
    pub compare: Vec<CompareMapping>,
    /// The row holds this person only if one of these columns is not empty; empty means: if any mapped name, date of birth or identifier is.
    pub present_if: Vec<usize>,
    /// Columns that are the agency's own key of this person (not of the row); the same key in two rows of the source is the same record.
    pub key: Vec<usize>,
}

/// A further field of a person and the columns that make it up (joined by one space).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareMapping {
    /// Name and kind.
    pub field: FurtherField,
    /// Columns.
    pub columns: Vec<usize>,
    /// Line of the schema file.
    pub line: u64,
}

/// A relation between two persons of a row.
#[derive(Clone, Debug)]
pub struct RelationMapping {
    /// Index into [`Schema::persons`].
    pub from: usize,
    /// Index into [`Schema::persons`].
    pub to: usize,
    /// The kind: a constant or a code column whose list gives [`RelationKind`](crate::model::RelationKind) names.
    pub kind: Origin,
    /// Whether they live together.
    pub lives_together: bool,
    /// Column of the first day.
    pub since: Option<usize>,
    /// Column of the last day.
    pub until: Option<usize>,
}

/// Which columns make up an event of a row.
#[derive(Clone, Debug)]
pub struct EventMapping {
    /// Kind.
    pub kind: EventKind,
    /// Index into [`Schema::persons`]; `None` for an event that names a place only.
    pub person: Option<usize>,
    /// Whose event it is where a row does not have that person.
    pub otherwise: Option<usize>,
    /// Role: a constant or a code column whose list gives [`EventRole`](crate::model::EventRole) names.
    pub role: Origin,
    /// Code: a constant or a code column. A code of `-` means: no event on this row.
    pub code: Origin,
    /// Column of its first day; `None`: the delivery's as-at day.
    pub from: Option<usize>,
    /// Column of its last day.
    pub to: Option<usize>,
    /// Column of the first quantity.
    pub quantity: Option<usize>,
    /// Column of the second quantity.
    pub out_of: Option<usize>,
    /// Column of the third quantity: sessions missed with leave.
    pub excused: Option<usize>,
    /// Column of the agency's reference.
    pub reference: Option<usize>,
    /// Code column that says whether a child's attendance is that at the main school; where it says so, that is the event's code.
    pub registration: Option<usize>,
    /// (column, standard code): the event is of this code if that cell is truthy (Y, Yes, True, 1, X): one event per truthy flag column.
    pub flags: Vec<(usize, String)>,
}

/// Household settings.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseholdSettings {
    /// An address with more unrelated surnames of adults than this is communal.
    pub communal_surnames: u32,
    /// An address with more people than this is communal unless stated relations join them.
    pub communal_people: u32,
    /// Address evidence older than this at the reference date no longer shows residence.
    pub residence_valid_days: u32,
}

impl Default for HouseholdSettings {
    fn default() -> Self {
        Self { communal_surnames: 4, communal_people: 12, residence_valid_days: 550 }
    }
}

/// Identification settings.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct IdentifySettings {
    /// CSV of overrides, resolved against the data folder; `None` if there is none.
    pub overrides: Option<PathBuf>,
    /// Points for the priority (domain.md §8.3): (kind, code or `*`, points). A kind is one of events, `criterion` (the code names the
    /// criterion that is met) or `child_under_5`.
    pub points: Vec<(String, String, u32)>,
    /// Postcode prefixes of each district: (district code, name, locality, prefixes with or without a sector).
    pub districts: Vec<District>,
    /// Rules of need; none where the pipeline has none.
    pub need: NeedSettings,
    /// What is watched; `None` where the pipeline watches nothing.
    pub watch: Option<WatchSettings>,
}

/// A district of the county.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct District {
    /// ONS code, such as `E07000136`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Locality (quadrant) it belongs to.
    pub locality: String,
    /// Postcode sectors or districts, such as `PE21` or `LN1 1`; the longest match decides.
    pub postcodes: Vec<String>,
}

/// Limits beyond which a run is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct GateSettings {
    /// Largest share of rows set aside per delivery, 0 to 1.
    pub reject_rate: f64,
    /// Largest relative change of a feed's rows against its previous delivery, 0 to 1; snapshots only.
    pub row_swing: f64,
    /// Largest share of a list that may change in a month without being confirmed: families that came and went over those on it last month.
    pub churn: f64,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self { reject_rate: 0.005, row_swing: 0.3, churn: 0.25 }
    }
}
