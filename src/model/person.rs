//! Person records: one row per appearance of a person in an extract's row.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::Arc;

use super::event::vocabulary;
use super::{Day, NO_DAY, TextColumn, Texts};

vocabulary! {
    /// What a column of an extract can say about a person: the names used in schema files.
    Field {
        /// Whole name in one cell ("SMITH, John Paul" or "Mr John Smith").
        FullName = "full_name",
        /// Title.
        Title = "title",
        /// First forename, possibly with middle names behind it.
        Forename = "forename",
        /// Middle names.
        MiddleNames = "middle_names",
        /// Surname.
        Surname = "surname",
        /// Surname used by preference, before or at birth.
        OtherSurname = "other_surname",
        /// Other name: "aka", known as.
        Alias = "alias",
        /// Date of birth.
        DateOfBirth = "date_of_birth",
        /// Age in years or "about 8".
        Age = "age",
        /// Sex or gender as recorded.
        Sex = "sex",
        /// Ethnicity as recorded: for equality monitoring only, never for linkage.
        Ethnicity = "ethnicity",
        /// Whole address in one cell, or its first line; further lines are joined by ", " in the order of the schema.
        Address = "address",
        /// Postcode.
        Postcode = "postcode",
        /// Unique Property Reference Number.
        Uprn = "uprn",
        /// Telephone.
        Telephone = "telephone",
        /// E-mail.
        Email = "email",
        /// NHS number.
        NhsNumber = "nhs_number",
        /// National Insurance number.
        Nino = "nino",
        /// Unique Pupil Number.
        Upn = "upn",
        /// A former or temporary UPN.
        FormerUpn = "former_upn",
        /// Unique Learner Number.
        Uln = "uln",
        /// Day from which the address holds.
        AddressFrom = "address_from",
        /// Day until which the address held.
        AddressTo = "address_to",
        /// Reference of the account, claim or tenancy that makes people on it one household.
        HouseholdAccount = "household_account",
        /// Date of death.
        DateOfDeath = "date_of_death",
        /// "Y" where the agency itself marks the record as restricted or confidential.
        Restricted = "restricted",
        /// Further field 1 of the pipeline, in the order of their names.
        Further1 = "further_1",
        /// Further field 2 of the pipeline, in the order of their names.
        Further2 = "further_2",
        /// Further field 3 of the pipeline, in the order of their names.
        Further3 = "further_3",
        /// Further field 4 of the pipeline, in the order of their names.
        Further4 = "further_4",
        /// Further field 5 of the pipeline, in the order of their names.
        Further5 = "further_5",
        /// Further field 6 of the pipeline, in the order of their names.
        Further6 = "further_6",
        /// Further field 7 of the pipeline, in the order of their names.
        Further7 = "further_7",
        /// Further field 8 of the pipeline, in the order of their names.
        Further8 = "further_8",
    }
}

vocabulary! {
    /// In which role a person stands on the row.
    PersonRole {
        /// Pupil, child, young person.
        Child = "child",
        /// Parent, carer or contact of a child.
        Parent = "parent",
        /// Adult: liable person, claimant, tenant, patient.
        Adult = "adult",
        /// Partner or joint holder.
        Partner = "partner",
        /// Dependant of an account or claim.
        Dependant = "dependant",
        /// Somebody whose age the row does not tell.
        Person = "person",
    }
}

/// Nobody is a parent, tenant or claimant before this age ...
const GROWN: u32 = 14;
/// ... or a pupil or young person after this one (education, health and care plans end at 25).
const STILL_YOUNG: u32 = 26;

impl PersonRole {
    /// The ages, in whole years, that somebody in this role can be of; nothing where it does not tell.
    #[must_use]
    pub fn ages(self) -> Option<RangeInclusive<u32>> {
        match self {
            Self::Parent | Self::Adult | Self::Partner => Some(GROWN..=u32::MAX),
            Self::Child => Some(0..=STILL_YOUNG),
            Self::Dependant | Self::Person => None,
        }
    }
}

/// Where a person record came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RecordPosition {
    /// Index into the run's sources.
    pub source: u16,
    /// Index into the run's deliveries.
    pub delivery: u32,
    /// Line of the file, from 1.
    pub line: u32,
}

/// Person records as the extracts give them: text per [`Field`], absent where the extract has no such column.
/// A declared date column that fits the schema's formats is already `YYYY-MM-DD`.
#[derive(Clone, Debug, Default)]
pub struct RawPersons {
    /// Source, file and line of each record.
    pub position: Vec<RecordPosition>,
    /// Role on its row.
    pub role: Vec<PersonRole>,
    /// Which person of the row: index into the schema's persons.
    pub slot: Vec<u8>,
    /// Identity within the source: the row's key (or a content hash), followed by `#slot` where a row holds several people.
    pub record_id: Arc<Texts>,
    /// As-at day of the delivery.
    pub as_at: Vec<Day>,
    /// One column per [`Field::ALL`] in that order, each as long as `position`.
    pub columns: Vec<TextColumn>,
}

impl RawPersons {
    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.position.len()
    }

    /// Some of the records, in the order given; rows that do not exist are left out.
    #[must_use]
    pub fn only(&self, rows: &[usize]) -> Self {
        fn of<T: Clone>(all: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().filter_map(|&row| all.get(row).cloned()).collect()
        }
        let columns =
            self.columns.iter().map(|column| TextColumn::collect(rows.iter().filter(|row| **row < self.len()).map(|&row| column.get(row))));
        Self {
            position: of(&self.position, rows),
            role: of(&self.role, rows),
            slot: of(&self.slot, rows),
            record_id: Arc::new(rows.iter().filter_map(|&row| self.record_id.get(row)).collect()),
            as_at: of(&self.as_at, rows),
            columns: columns.collect(),
        }
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.position.is_empty()
    }

    /// Bytes it takes in memory, without what the allocator adds.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        bytes(&self.columns, &self.record_id, self.len())
    }

    /// The column of a field.
    ///
    /// # Panics
    /// If the table was built without all columns of [`Field::ALL`].
    #[must_use]
    pub fn column(&self, field: Field) -> &TextColumn {
        self.columns.get(field as usize).expect("a record table has a column per field")
    }
}

vocabulary! {
    /// What is comparable about a person after standardisation.
    StandardField {
        /// First forename: upper case A to Z, no title, no punctuation ("SIOBHAN"). May be a single initial.
        Forename = "forename",
        /// Further forenames, separated by one space.
        MiddleNames = "middle_names",
        /// Surname in upper case, parts of a compound name separated by one space ("OBRIEN", "SMITH JONES").
        Surname = "surname",
        /// Maiden, former or preferred surname.
        OtherSurname = "other_surname",
        /// Other forename the person is known by.
        Alias = "alias",
        /// Date of birth as `YYYY-MM-DD`; defaults such as 1900-01-01 are absent.
        DateOfBirth = "date_of_birth",
        /// `M` or `F`; anything else is absent.
        Sex = "sex",
        /// Flat, unit or room ("2", "A").
        Flat = "flat",
        /// House number with its letter, or the house name ("12A", "ROSE COTTAGE").
        House = "house",
        /// Street in upper case, abbreviations spelt out.
        Street = "street",
        /// Town or village.
        Town = "town",
        /// Canonical address: flat, house, street and postcode joined by `|`; absent when too little is known.
        AddressKey = "address_key",
        /// Postcode with one space ("LN1 1YL"); pseudo-postcodes are absent.
        Postcode = "postcode",
        /// UPRN, digits without leading zeros.
        Uprn = "uprn",
        /// Telephone as digits, national form ("01522552078").
        Telephone = "telephone",
        /// E-mail, lower case.
        Email = "email",
        /// NHS number, ten digits, check digit verified.
        NhsNumber = "nhs_number",
        /// National Insurance number without its suffix letter, format verified.
        Nino = "nino",
        /// UPN, check letter verified.
        Upn = "upn",
        /// Former or temporary UPN, check letter verified.
        FormerUpn = "former_upn",
        /// Unique Learner Number, verified.
        Uln = "uln",
        /// Account, claim or tenancy reference, prefixed by its source (`council_tax/12345`).
        HouseholdAccount = "household_account",
        /// Date of birth that no calendar has (31 February, month 86) as `YYYY-MM-DD`: linkage compares it digit by digit; absent where
        /// `date_of_birth` is present.
        DamagedBirth = "damaged_birth",
        /// Ethnicity as recorded; never linked on.
        Ethnicity = "ethnicity",
        /// Further field 1 of the pipeline, in the order of their names.
        Further1 = "further_1",
        /// Further field 2 of the pipeline, in the order of their names.
        Further2 = "further_2",
        /// Further field 3 of the pipeline, in the order of their names.
        Further3 = "further_3",
        /// Further field 4 of the pipeline, in the order of their names.
        Further4 = "further_4",
        /// Further field 5 of the pipeline, in the order of their names.
        Further5 = "further_5",
        /// Further field 6 of the pipeline, in the order of their names.
        Further6 = "further_6",
        /// Further field 7 of the pipeline, in the order of their names.
        Further7 = "further_7",
        /// Further field 8 of the pipeline, in the order of their names.
        Further8 = "further_8",
    }
}

impl StandardField {
    /// Identifiers by which other feeds can be searched for somebody.
    pub const IDENTIFIERS: [Self; 5] = [Self::NhsNumber, Self::Nino, Self::Upn, Self::FormerUpn, Self::Uln];

    /// What says where somebody lives.
    pub const PLACES: [Self; 3] = [Self::AddressKey, Self::Uprn, Self::Postcode];
}

vocabulary! {
    /// What standardisation changed or noticed.
    NoteCode {
        /// Upper case, trimmed, punctuation or diacritics removed: the letters are otherwise the same.
        Cleaned = "cleaned",
        /// A title was taken off.
        TitleRemoved = "title-removed",
        /// An "aka" was split off.
        AliasSplit = "alias-split",
        /// "Baby of", "Unborn", "Twin 2" instead of a forename.
        NoForenameYet = "no-forename-yet",
        /// A child who is not born yet: "Unborn" instead of a forename, a date of birth within the next ten months.
        Expected = "expected",
        /// Whole name split into its parts.
        NameSplit = "name-split",
        /// A test or dummy record.
        TestRecord = "test-record",
        /// A placeholder such as UNKNOWN.
        Placeholder = "placeholder",
        /// A default such as 01/01/1900.
        DefaultDate = "default-date",
        /// Read from an Excel serial number.
        ExcelSerial = "excel-serial",
        /// Two-digit year completed.
        TwoDigitYear = "two-digit-year",
        /// Only the month or the year of a birth is written.
        PartialDate = "partial-date",
        /// Not a date, or an impossible one.
        NotADate = "not-a-date",
        /// In the future or more than 115 years ago; of an age, one that cannot be true of the role on the row.
        OutOfRange = "out-of-range",
        /// O/0 or I/1 repaired in a postcode, spacing put right.
        Repaired = "repaired",
        /// A pseudo-postcode such as ZZ99 3VZ.
        PseudoPostcode = "pseudo-postcode",
        /// Does not have the form of such a value.
        BadFormat = "bad-format",
        /// Check digit or letter does not fit.
        BadCheckDigit = "bad-check-digit",
        /// Damaged by a spreadsheet (`1.00E+11`, lost zeros).
        SpreadsheetDamage = "spreadsheet-damage",
        /// A temporary number.
        Temporary = "temporary",
    }
}

/// One thing standardisation did to one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// Row of the person record.
    pub record: u32,
    /// Which raw field.
    pub field: Field,
    /// What was done or noticed.
    pub code: NoteCode,
}

/// Person records in comparable form. The raw value stays in [`RawPersons`] beside it, row by row.
#[derive(Clone, Debug, Default)]
pub struct StandardPersons {
    /// Source, file and line of each record.
    pub position: Vec<RecordPosition>,
    /// Role on its row.
    pub role: Vec<PersonRole>,
    /// Which person of the row: index into the schema's persons.
    pub slot: Vec<u8>,
    /// Identity within the source.
    pub record_id: Arc<Texts>,
    /// As-at day of the delivery.
    pub as_at: Vec<Day>,
    /// Date of birth as a day, `NO_DAY` where absent.
    pub born: Vec<Day>,
    /// Days between which the person was born if the age on the record is right, `NO_DAY` both where none is; empty if no record says an age.
    pub born_between: Vec<(Day, Day)>,
    /// Date of death, `NO_DAY` where absent.
    pub died: Vec<Day>,
    /// Day from which the address holds, `NO_DAY` where not said.
    pub address_from: Vec<Day>,
    /// Day until which it held, `NO_DAY` where not said.
    pub address_to: Vec<Day>,
    /// True for dummy and test records: they take no part in linkage and belong to nobody.
    pub is_test: Vec<bool>,
    /// True where an agency marks the record, or another one at the same address, as restricted.
    pub is_restricted: Vec<bool>,
    /// One column per [`StandardField::ALL`] in that order.
    pub columns: Vec<TextColumn>,
}

impl StandardPersons {
    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.position.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.position.is_empty()
    }

    /// Bytes it takes in memory, without what the allocator adds.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        bytes(&self.columns, &self.record_id, self.len()) + size_of_val(self.born_between.as_slice()) as u64
    }

    /// The days between which a person was born if the age on the record is right.
    #[must_use]
    pub fn aged(&self, record: usize) -> Option<(Day, Day)> {
        self.born_between.get(record).copied().filter(|&(first, _)| first != NO_DAY)
    }

    /// The column of a field.
    ///
    /// # Panics
    /// If the table was built without all columns of [`StandardField::ALL`].
    #[must_use]
    pub fn column(&self, field: StandardField) -> &TextColumn {
        self.columns.get(field as usize).expect("a record table has a column per field")
    }

    /// The value of a field of a record.
    #[must_use]
    pub fn get(&self, field: StandardField, record: usize) -> Option<&str> {
        self.column(field).get(record)
    }

    /// True if other feeds can be searched for whoever a record is of: by an identifier, or by a whole forename and a surname with a place or (`is_born`) a date of birth.
    #[must_use]
    pub fn is_searchable(&self, record: usize, is_born: bool) -> bool {
        let says = |fields: &[StandardField]| fields.iter().any(|&field| self.get(field, record).is_some());
        let is_whole = |forename: &str| forename.chars().count() > 1;
        says(&StandardField::IDENTIFIERS)
            || (self.get(StandardField::Forename, record).is_some_and(is_whole)
                && says(&[StandardField::Surname])
                && (is_born || says(&StandardField::PLACES)))
    }
}

/// Bytes of a table of person records: its texts, and per record its position, days and marks.
fn bytes(columns: &[TextColumn], record_ids: &Texts, records: usize) -> u64 {
    let each = size_of::<RecordPosition>() + 5 * size_of::<Day>() + 4;
    columns.iter().map(TextColumn::bytes).sum::<u64>() + (record_ids.bytes() + records * each) as u64
}
