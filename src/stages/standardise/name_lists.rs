//! The words that mean something in a name cell: titles, suffixes, particles, markers, remarks.
//!
//! What always holds: lists that are searched are sorted (tested).

use super::words::OtherKind;

/// A title and the sex it tells.
pub(super) type Title = (&'static str, Option<&'static str>);

/// Titles, with the sex they tell.
pub(super) const TITLES: &[Title] = &[
    ("CLLR", None),
    ("DAME", Some("F")),
    ("DR", None),
    ("LADY", Some("F")),
    ("LORD", Some("M")),
    ("MADAM", Some("F")),
    ("MASTER", Some("M")),
    ("MISS", Some("F")),
    ("MR", Some("M")),
    ("MRS", Some("F")),
    ("MS", Some("F")),
    ("MSTR", Some("M")),
    ("MX", None),
    ("PROF", None),
    ("PROFESSOR", None),
    ("REV", None),
    ("REVD", None),
    ("SIR", Some("M")),
];

/// Titles that are never a name, even alone or in a surname cell.
pub(super) const SURE_TITLES: &[&str] = &["MISS", "MR", "MRS", "MS", "MSTR", "MX"];

/// What may stand behind a surname.
pub(super) const SUFFIXES: &[&str] = &["BEM", "ESQ", "II", "III", "IV", "JNR", "JR", "JUNIOR", "MBE", "OBE", "SENIOR", "SNR", "SR"];

/// Words that stand where a forename is not known yet.
pub(super) const NOT_NAMED: &[&str] =
    &["BABY", "BABYBOY", "BABYGIRL", "BUMP", "FETUS", "FOETUS", "INFANT", "NEWBORN", "TRIPLET", "TWIN", "UNBORN"];

/// Those of them that stand for a child who is not born yet.
pub(super) const NOT_BORN: &[&str] = &["BUMP", "FETUS", "FOETUS", "UNBORN"];

/// Words that may stand beside those.
pub(super) const NOT_NAMED_BESIDE: &[&str] =
    &["A", "B", "BOY", "C", "CHILD", "FEMALE", "GIRL", "I", "II", "III", "MALE", "OF", "ONE", "THREE", "TWO"];

/// A surname cell with one of these is an organisation's or an estate's.
pub(super) const ORGANISATION: &[&str] = &[
    "ASSOCIATION",
    "COUNCIL",
    "EXECUTORS",
    "EXORS",
    "LETTINGS",
    "LIMITED",
    "LLP",
    "LTD",
    "PLC",
    "PROPERTIES",
    "REPRESENTATIVES",
    "TRUSTEES",
];

/// Particles and prefixes that belong to the word behind them.
pub(super) const PARTICLES: &[&str] = &[
    "ABD", "ABDUL", "ABU", "AL", "AP", "BEN", "BIN", "BINT", "D", "DA", "DAL", "DE", "DEL", "DELLA", "DEN", "DER", "DES", "DI", "DO",
    "DOS", "DU", "EL", "FITZ", "LA", "LE", "MAC", "MC", "MHIC", "NI", "O", "SAN", "ST", "TE", "TEN", "TER", "UL", "UR", "VAN", "VANDEN",
    "VANDER", "VON", "ZU",
];

/// Surnames behind an O that was written apart: "JOHN O BRIEN" is John O'Brien, "JOHN O SMITH" has a middle initial.
pub(super) const IRISH: &[&str] = &[
    "BRIEN",
    "BYRNE",
    "CALLAGHAN",
    "CONNELL",
    "CONNOR",
    "DOHERTY",
    "DONNELL",
    "DONOGHUE",
    "DONOVAN",
    "DRISCOLL",
    "DWYER",
    "FARRELL",
    "FLAHERTY",
    "FLYNN",
    "GORMAN",
    "GRADY",
    "HAGAN",
    "HALLORAN",
    "HANLON",
    "HARA",
    "HARE",
    "KANE",
    "KEEFE",
    "KEEFFE",
    "LEARY",
    "LOUGHLIN",
    "MAHONEY",
    "MAHONY",
    "MALLEY",
    "MEARA",
    "NEIL",
    "NEILL",
    "REGAN",
    "REILLY",
    "RIORDAN",
    "ROURKE",
    "RYAN",
    "SHAUGHNESSY",
    "SHEA",
    "SULLIVAN",
    "TOOLE",
];

/// Sequences that announce another name, longest first.
pub(super) const MARKERS: &[(&[&str], OtherKind)] = &[
    (&["ALSO", "KNOWN", "AS"], OtherKind::Known),
    (&["FORMERLY", "KNOWN", "AS"], OtherKind::Former),
    (&["PREVIOUSLY", "KNOWN", "AS"], OtherKind::Former),
    (&["A", "K", "A"], OtherKind::Known),
    (&["KNOWN", "AS"], OtherKind::Known),
    (&["GOES", "BY"], OtherKind::Known),
    (&["MAIDEN", "NAME"], OtherKind::Former),
    (&["AKA"], OtherKind::Known),
    (&["ALIAS"], OtherKind::Known),
    (&["PREFERS"], OtherKind::Known),
    (&["NEE"], OtherKind::Former),
    (&["FORMERLY"], OtherKind::Former),
    (&["PREVIOUSLY"], OtherKind::Former),
];

/// Bracketed remarks that are no name.
pub(super) const REMARKS: &[&str] = &[
    "AUNT",
    "AUNTY",
    "BOY",
    "CARER",
    "CHILD",
    "DAD",
    "DADDY",
    "DAUGHTER",
    "DEC",
    "DECD",
    "DECEASED",
    "DIED",
    "FATHER",
    "FEMALE",
    "FOSTER",
    "GIRL",
    "GRANDAD",
    "GRANDFATHER",
    "GRANDMA",
    "GRANDMOTHER",
    "GRANDPARENT",
    "GUARDIAN",
    "HUSBAND",
    "JNR",
    "JR",
    "JUNIOR",
    "LATE",
    "MALE",
    "MISS",
    "MOTHER",
    "MR",
    "MRS",
    "MS",
    "MUM",
    "MUMMY",
    "NAN",
    "PARENT",
    "PARTNER",
    "SENIOR",
    "SNR",
    "SON",
    "SR",
    "STEP",
    "STEPDAD",
    "STEPFATHER",
    "STEPMOTHER",
    "STEPMUM",
    "TWIN",
    "UNCLE",
    "WIFE",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_so_that_searching_works() {
        for list in [SURE_TITLES, SUFFIXES, NOT_NAMED, NOT_NAMED_BESIDE, ORGANISATION, PARTICLES, IRISH, REMARKS] {
            assert!(list.is_sorted());
        }
    }
}
