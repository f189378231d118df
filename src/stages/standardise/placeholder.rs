//! Values that stand for no value, and names of records that are nobody.
//!
//! Sources: domain.md §4.3 (test records such as "ZZTEST"), and what agencies' systems write for want of a name.

/// Placeholders without spaces and punctuation ("N/K" is `NK`).
const PLACEHOLDERS: &[&str] = &[
    "ADDRESSUNKNOWN",
    "ANON",
    "ANONYMOUS",
    "CONFIDENTIAL",
    "DETAILSNOTKNOWN",
    "EMPTY",
    "FNU",
    "HOMELESS",
    "INFORMANT",
    "LNU",
    "MISSING",
    "NA",
    "NAMENOTGIVEN",
    "NAMENOTKNOWN",
    "NAMEUNKNOWN",
    "NAN",
    "NFA",
    "NFN",
    "NIL",
    "NK",
    "NLN",
    "NOADDRESS",
    "NOEMAIL",
    "NOFIXEDABODE",
    "NOFIXEDADDRESS",
    "NOFORENAME",
    "NOMOBILE",
    "NONAME",
    "NONE",
    "NONEGIVEN",
    "NONEKNOWN",
    "NOPHONE",
    "NOPOSTCODE",
    "NOSURNAME",
    "NOTAPPLICABLE",
    "NOTAVAILABLE",
    "NOTDISCLOSED",
    "NOTGIVEN",
    "NOTHELD",
    "NOTKNOWN",
    "NOTPROVIDED",
    "NOTRECORDED",
    "NOTSPECIFIED",
    "NOTSTATED",
    "NOTSUPPLIED",
    "NOTYETNAMED",
    "NULL",
    "OCCUPANT",
    "OCCUPIER",
    "OFNOFIXEDABODE",
    "PERSONUNKNOWN",
    "REDACTED",
    "REFUSED",
    "SOFASURFING",
    "TBA",
    "TBC",
    "TBD",
    "THEOCCUPIER",
    "TOBEADVISED",
    "TOBECONFIRMED",
    "UK",
    "UNDISCLOSED",
    "UNIDENTIFIED",
    "UNK",
    "UNKNOWN",
    "UNKNOWNADDRESS",
    "UNKNOWNFEMALE",
    "UNKNOWNMALE",
    "UNKNOWNPERSON",
    "UNNAMED",
    "VACANT",
    "VOID",
    "WITHHELD",
    "ZZ",
];

/// Words that say: this record is nobody.
const TEST_WORDS: &[&str] = &[
    "DONOTUSE",
    "DUMMY",
    "TEST",
    "TESTCASE",
    "TESTCHILD",
    "TESTFORENAME",
    "TESTPATIENT",
    "TESTPERSON",
    "TESTPUPIL",
    "TESTRECORD",
    "TESTSURNAME",
    "TESTTEST",
];

/// True if letters and digits without spaces (`compact`, upper case) stand for no value; nothing at all does too.
#[must_use]
pub fn is_placeholder(compact: &str) -> bool {
    let mut letters = compact.chars();
    let Some(first) = letters.next() else { return true };
    let same = letters.all(|letter| letter == first);
    let count = compact.len();
    // XX is never a name; three and more of any one letter or digit neither (AAA, 0000). ZZZ is a test record's name.
    (same && ((first == 'X' && count >= 2) || (first != 'Z' && count >= 3))) || PLACEHOLDERS.binary_search(&compact).is_ok()
}

/// True if a word of a name (upper-case letters) says that the record is a test or dummy. ZZ before a consonant does (ZZTEST, ZZSMITH); before a vowel it may be a name whose Z was struck twice (ZZAHRA), and
/// nobody is left out for a slip.
#[must_use]
pub fn is_test_word(word: &str) -> bool {
    let consonant = |letter: char| !matches!(letter, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y');
    TEST_WORDS.binary_search(&word).is_ok()
        || word.strip_prefix("ZZ").is_some_and(|rest| rest.starts_with(consonant))
        || (word.starts_with("XX") && word.contains("TEST"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_so_that_searching_works() {
        assert!(PLACEHOLDERS.is_sorted());
        assert!(TEST_WORDS.is_sorted());
    }

    #[test]
    fn placeholders_are_told_from_short_names() {
        for text in ["", "UNKNOWN", "NK", "NA", "XXXX", "XX", "AAA", "0000", "TBC", "NOTKNOWN"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["X", "LI", "NG", "JO", "XI", "AA", "ANNA"] {
            assert!(!is_placeholder(text), "{text}");
        }
        assert!(is_test_word("ZZTEST") && is_test_word("TEST") && is_test_word("ZZZ"));
        assert!(!is_test_word("TESTER") && !is_test_word("ZZ"));
        // A slip of the keyboard is no test record.
        assert!(["ZZAHRA", "ZZAYNAB", "ZZYYIR"].iter().all(|name| !is_test_word(name)));
    }
}
