//! What may be asked of the Department for Work and Pensions, for whom and for what.
//!
//! What comes in: settings. What goes out: the nouns of a request. What always holds: a request has one purpose, and the purpose names its families.

/// Which families are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DwpFamilies {
    /// Those that meet one of the other criteria: the benefit is tested on that list (domain.md §1.1, C3).
    Candidates,
    /// Those that were accepted and are worked with.
    WorkedWith,
}

/// One purpose for which the law allows a request (domain.md §5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DwpPurpose {
    /// Name, as in the sharing agreement, such as `identify`.
    pub name: String,
    /// Families that it covers.
    pub families: DwpFamilies,
    /// The power in law, in words.
    pub basis: String,
}

/// Settings of the round trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DwpSettings {
    /// Feed as which the answer is read.
    pub schema: String,
    /// Criteria pack that the answer is for.
    pub pack: String,
    /// Criteria of which a candidate meets at least one.
    pub with_any: Vec<String>,
    /// Days for which an answer holds.
    pub valid_days: u32,
    /// Somebody without a valid National Insurance number cannot be asked about.
    pub needs_nino: bool,
    /// Purposes, in the order of the file.
    pub purposes: Vec<DwpPurpose>,
}

/// Columns of the Department's return, and of the request that it answers.
pub const RETURN_COLUMNS: [&str; 12] = [
    "CaseRef",
    "NINO",
    "Surname",
    "Forename",
    "DOB",
    "AddressLine1",
    "AddressLine2",
    "Postcode",
    "Traced",
    "BenefitCode",
    "EffectiveDate",
    "AsAt",
];

/// What a simulated Department writes for a standard code of a benefit: `NIL` for none, `UNTR` for whom it cannot trace.
#[must_use]
pub fn return_code(benefit: &str) -> &'static str {
    match benefit {
        "esa" => "ESA",
        "ib" => "IB",
        "carers_allowance" => "CA",
        "income_support" => "IS",
        "jsa" => "JSA",
        "sda" => "SDA",
        "uc_out_of_work" => "UCOW",
        "none" => "NIL",
        _ => "UNTR",
    }
}
