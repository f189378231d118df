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
    /// Every rate with its name, as the command line gives it.
    pub fn rates(&mut self) -> [(&'static str, &mut f64); 20] {
        [
            ("birth-missing", &mut self.birth_missing),
            ("birth-default", &mut self.birth_default),
            ("birth-swapped", &mut self.birth_swapped),
            ("birth-digit", &mut self.birth_digit),
            ("forename-misspelt", &mut self.forename_misspelt),
            ("forename-nickname", &mut self.forename_nickname),
            ("forename-initial", &mut self.forename_initial),
            ("surname-misspelt", &mut self.surname_misspelt),
            ("surname-changed", &mut self.surname_changed),
            ("names-swapped", &mut self.names_swapped),
            ("address-missing", &mut self.address_missing),
            ("address-old", &mut self.address_old),
            ("postcode-wrong", &mut self.postcode_wrong),
            ("nino-missing", &mut self.nino_missing),
            ("upn-missing", &mut self.upn_missing),
            ("nhs-missing", &mut self.nhs_missing),
            ("identifier-wrong", &mut self.identifier_wrong),
            ("duplicate-row", &mut self.duplicate_row),
            ("not-asked", &mut self.not_asked),
            ("untraced", &mut self.untraced),
        ]
    }

    /// Sets the rate of a name; false if there is no such rate.
    pub fn set(&mut self, name: &str, rate: f64) -> bool {
        let found = self.rates().into_iter().find(|(known, _)| *known == name);
        found.map(|(_, slot)| *slot = rate).is_some()
    }

    /// No errors at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default().scaled(0.0)
    }

    /// Every rate multiplied, at most one.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        for (_, rate) in self.rates() {
            *rate = (*rate * factor).clamp(0.0, 1.0);
        }
        self
    }
}
