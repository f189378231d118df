//! How often records are wrong.
//!
//! In: nothing. Out: a rate per kind of error. What always holds: the defaults are not below those issue 2, part 2 names per record.

/// Probability of each error, per stored copy of a person in a source (0 to 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Date of birth missing.
    pub birth_missing: f64,
    /// Date of birth is a default such as 01/01/1900.
    pub birth_default: f64,
    /// Day and month of birth exchanged.
    pub birth_swapped: f64,
    /// One digit of the date of birth wrong.
    pub birth_digit: f64,
    /// Forename misspelt.
    pub forename_misspelt: f64,
    /// Nickname instead of the forename.
    pub forename_nickname: f64,
    /// Only the initial of the forename.
    pub forename_initial: f64,
    /// Surname misspelt.
    pub surname_misspelt: f64,
    /// Another surname (before marriage, of the other parent); adults only.
    pub surname_changed: f64,
    /// Forename and surname in each other's column.
    pub names_swapped: f64,
    /// Address missing or incomplete.
    pub address_missing: f64,
    /// The former address.
    pub address_old: f64,
    /// Postcode wrong.
    pub postcode_wrong: f64,
    /// National Insurance number missing where the source has one.
    pub nino_missing: f64,
    /// Unique Pupil Number missing in education.
    pub upn_missing: f64,
    /// NHS number missing in health and social care.
    pub nhs_missing: f64,
    /// An identifier wrong by a digit; half of them still pass their check.
    pub identifier_wrong: f64,
    /// Row that is delivered twice.
    pub duplicate_row: f64,
    /// Adult the authority did not ask the Department for Work and Pensions about.
    pub not_asked: f64,
    /// Adult the Department could not trace.
    pub untraced: f64,
}

impl Default for Noise {
    fn default() -> Self {
        Self {
            birth_missing: 0.04,
            birth_default: 0.02,
            birth_swapped: 0.01,
            birth_digit: 0.02,
            forename_misspelt: 0.03,
            forename_nickname: 0.06,
            forename_initial: 0.02,
            surname_misspelt: 0.03,
            surname_changed: 0.03,
            names_swapped: 0.01,
            address_missing: 0.05,
            address_old: 0.08,
            postcode_wrong: 0.03,
            nino_missing: 1.0 / 3.0,
            upn_missing: 0.04,
            nhs_missing: 0.40,
            identifier_wrong: 0.01,
            duplicate_row: 0.003,
            not_asked: 0.03,
            untraced: 0.03,
        }
    }
}

impl Noise {
    /// No errors at all.
    #[must_use]
    pub fn none() -> Self {
        Self {
            birth_missing: 0.0,
            birth_default: 0.0,
            birth_swapped: 0.0,
            birth_digit: 0.0,
            forename_misspelt: 0.0,
            forename_nickname: 0.0,
            forename_initial: 0.0,
            surname_misspelt: 0.0,
            surname_changed: 0.0,
            names_swapped: 0.0,
            address_missing: 0.0,
            address_old: 0.0,
            postcode_wrong: 0.0,
            nino_missing: 0.0,
            upn_missing: 0.0,
            nhs_missing: 0.0,
            identifier_wrong: 0.0,
            duplicate_row: 0.0,
            not_asked: 0.0,
            untraced: 0.0,
        }
    }

    /// Every rate multiplied, at most one.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let by = |rate: f64| (rate * factor).clamp(0.0, 1.0);
        Self {
            birth_missing: by(self.birth_missing),
            birth_default: by(self.birth_default),
            birth_swapped: by(self.birth_swapped),
            birth_digit: by(self.birth_digit),
            forename_misspelt: by(self.forename_misspelt),
            forename_nickname: by(self.forename_nickname),
            forename_initial: by(self.forename_initial),
            surname_misspelt: by(self.surname_misspelt),
            surname_changed: by(self.surname_changed),
            names_swapped: by(self.names_swapped),
            address_missing: by(self.address_missing),
            address_old: by(self.address_old),
            postcode_wrong: by(self.postcode_wrong),
            nino_missing: by(self.nino_missing),
            upn_missing: by(self.upn_missing),
            nhs_missing: by(self.nhs_missing),
            identifier_wrong: by(self.identifier_wrong),
            duplicate_row: by(self.duplicate_row),
            not_asked: by(self.not_asked),
            untraced: by(self.untraced),
        }
    }
}
