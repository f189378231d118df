//! What a pipeline file may block on and compare, by name, and which fields of an extract say it.
//!
//! What comes in: names from a pipeline file. What goes out: keys and comparisons, each with the fields of which a schema must fill at least one per
//! group. What always holds: the names are those that `run.json` shows; the engine tests that it has each of them.

use std::str::FromStr;

use super::Field;
use super::event::vocabulary;

vocabulary! {
    /// A key that records can be blocked on.
    BlockingKey {
        /// NHS number.
        NhsNumber = "nhs_number",
        /// National Insurance number.
        Nino = "nino",
        /// Former UPN, else UPN.
        Upn = "upn",
        /// Unique Learner Number.
        Uln = "uln",
        /// Date of birth, day and month in ascending order.
        BirthDate = "birth_date",
        /// Year of birth.
        BirthYear = "birth_year",
        /// Day and month of birth in ascending order.
        BirthDayMonth = "birth_day_month",
        /// Forename, or its first nickname group.
        Forename = "forename",
        /// Forename, or all forenames nickname groups join it to.
        ForenameKin = "forename_kin",
        /// Sound of the forename.
        ForenameSound = "forename_sound",
        /// Initial of the forename.
        Initial = "forename_initial",
        /// First three letters of the forename.
        ForenamePrefix = "forename_prefix",
        /// Surname.
        Surname = "surname",
        /// Sound of the surname.
        SurnameSound = "surname_sound",
        /// Initial of the surname.
        SurnameInitial = "surname_initial",
        /// First three letters of the surname.
        SurnamePrefix = "surname_prefix",
        /// Forename and surname in any order.
        NamePair = "name_pair",
        /// Postcode.
        Postcode = "postcode",
        /// Postcode sector.
        Sector = "postcode_sector",
        /// Postcode district.
        District = "postcode_district",
        /// Town.
        Town = "town",
        /// Dwelling.
        Dwelling = "dwelling",
        /// Telephone.
        Telephone = "telephone",
        /// E-mail.
        Email = "email",
        /// Account, claim or tenancy.
        Account = "household_account",
    }
}

const FORENAME: &[Field] = &[Field::Forename, Field::FullName];
const SURNAME: &[Field] = &[Field::Surname, Field::FullName];
const BIRTH: &[Field] = &[Field::DateOfBirth];
const POSTCODE: &[Field] = &[Field::Postcode, Field::Address];

impl BlockingKey {
    /// The fields that can say it: of each group some schema must fill one.
    #[must_use]
    pub fn said_by(self) -> &'static [&'static [Field]] {
        match self {
            Self::NhsNumber => &[&[Field::NhsNumber]],
            Self::Nino => &[&[Field::Nino]],
            Self::Upn => &[&[Field::Upn, Field::FormerUpn]],
            Self::Uln => &[&[Field::Uln]],
            Self::BirthDate | Self::BirthYear | Self::BirthDayMonth => &[BIRTH],
            Self::Forename | Self::ForenameKin | Self::ForenameSound | Self::Initial | Self::ForenamePrefix => &[FORENAME],
            Self::Surname | Self::SurnameSound | Self::SurnameInitial | Self::SurnamePrefix => &[SURNAME],
            Self::NamePair => &[FORENAME, SURNAME],
            Self::Postcode | Self::Sector | Self::District => &[POSTCODE],
            Self::Town => &[&[Field::Address]],
            Self::Dwelling => &[&[Field::Address, Field::Uprn]],
            Self::Telephone => &[&[Field::Telephone]],
            Self::Email => &[&[Field::Email]],
            Self::Account => &[&[Field::HouseholdAccount]],
        }
    }
}

/// The comparisons of people by name, in the order of the engine, each with the fields that can say it.
pub const COMPARISONS: [(&str, &[Field]); 14] = [
    ("forename", FORENAME),
    ("surname", SURNAME),
    ("date_of_birth", BIRTH),
    ("sex", &[Field::Sex]),
    ("home", &[Field::Address, Field::Postcode, Field::Uprn, Field::HouseholdAccount]),
    ("telephone", &[Field::Telephone]),
    ("email", &[Field::Email]),
    ("nhs_number", &[Field::NhsNumber]),
    ("nino", &[Field::Nino]),
    ("upn", &[Field::Upn, Field::FormerUpn]),
    ("uln", &[Field::Uln]),
    ("middle_names", &[Field::MiddleNames, Field::Forename, Field::FullName]),
    ("full_name", SURNAME),
    ("many_records", BIRTH),
];
