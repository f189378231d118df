//! Further fields, by their kind.
//!
//! Levels, best first: equal (in four bands of how frequent the value is: agreeing on a rare value says more than on a frequent one); close; similar;
//! different. What close and similar mean depends on the kind of the field:
//!
//! | kind | close | similar |
//! |---|---|---|
//! | text | one edit or transposition, or Jaro–Winkler at least 0.92 | Jaro–Winkler at least 0.85, one begins the other, or shared words carry half of the information |
//! | text of more than a hundred letters | shared words carry nine tenths of the information of both | half of that of one |
//! | category | one edit, of at least five letters | shared words carry half of the information |
//! | identifier | one edit or transposition | two |
//! | number | at most one hundredth apart | at most a tenth |
//! | date | day and month swapped, one digit wrong or two transposed | two of year, month and day equal |
//!
//! Texts with other numbers are different, however alike their words are ("5 Hopkins Lights" and "Flat 2, 14 Hopkins Lights", "Press 16" and "17"); one that lacks a number of the other is not.
//! A similar value is not rewarded for its rarity: a rare spelling is often a typing error.

use super::super::encode::{Encoded, Further, HeapedDays, NONE, Node, Word};
use super::similarity::{Closeness, Memory, have_other_numbers};
use super::{Level, date_of_birth, level};
use crate::model::FurtherKind;

/// Levels within the comparison.
pub(crate) mod grade {
    /// First of the four bands of equal values.
    pub(crate) const EXACT: u8 = 1;
    /// Last of the bands.
    pub(crate) const LAST_EXACT: u8 = 4;
    /// Close.
    pub(crate) const CLOSE: u8 = 5;
    /// Similar.
    pub(crate) const SIMILAR: u8 = 6;
    /// Different.
    pub(crate) const DIFFERENT: u8 = 7;
}

pub(super) const LEVELS: [Level; 8] = [
    level("missing", "a value is missing, which says nothing"),
    level("equal, very frequent", "the same very frequent value"),
    level("equal, frequent", "the same frequent value"),
    level("equal", "the same value"),
    level("equal, rare", "the same rare value"),
    level("close", "values that differ by little more than a letter or digit"),
    level("similar", "values that look similar or share words"),
    level("different", "different values"),
];

/// Compares two records in a further field.
pub(super) fn compare(a: &Node, b: &Node, number: usize, encoded: &Encoded, memory: &mut Memory) -> u8 {
    let (left, right) = (encoded.further_code(a, number), encoded.further_code(b, number));
    if left == NONE || right == NONE {
        return 0;
    }
    let Some(further) = encoded.further.get(number) else { return 0 };
    if left == right {
        return grade::EXACT + further.bands.get(left as usize).copied().unwrap_or(0);
    }
    match memory.further(number, left, right, || closeness(further, left, right)) {
        Closeness::Close => grade::CLOSE,
        Closeness::Similar => grade::SIMILAR,
        Closeness::Different => grade::DIFFERENT,
    }
}

fn closeness(further: &Further, left: u32, right: u32) -> Closeness {
    let text = |code: u32| further.values.get(code as usize).map(AsRef::as_ref).unwrap_or_default();
    // In one order, whichever record asked: a word that comes twice in one of the texts would tell, and the answer is kept for both.
    let (left, right) = if text(left) <= text(right) { (left, right) } else { (right, left) };
    let (first, second): (&str, &str) = (text(left), text(right));
    match further.field.kind {
        FurtherKind::Text if have_other_numbers(first, second) => Closeness::Different,
        // Letter by letter such texts would cost a thousand times as much as a name.
        FurtherKind::Text if first.len().max(second.len()) > LONG => match shared_words(further, left, right) {
            (_, most) if most >= 0.9 => Closeness::Close,
            (least, _) if least >= 0.5 => Closeness::Similar,
            _ => Closeness::Different,
        },
        FurtherKind::Text => match super::similarity::texts_closeness(first, second) {
            Closeness::Different if shares_words(further, left, right) => Closeness::Similar,
            closeness => closeness,
        },
        FurtherKind::Category if first.len().min(second.len()) >= 5 && edits(first, second) <= 1 => Closeness::Close,
        FurtherKind::Category if shares_words(further, left, right) => Closeness::Similar,
        FurtherKind::Category => Closeness::Different,
        FurtherKind::Identifier => match edits(first, second) {
            0 | 1 => Closeness::Close,
            2 => Closeness::Similar,
            _ => Closeness::Different,
        },
        FurtherKind::Number => {
            let number = |code: u32| further.numbers.get(code as usize).copied().unwrap_or(f64::NAN);
            let (first, second) = (number(left), number(right));
            let apart = (first - second).abs() / first.abs().max(second.abs());
            if apart <= 0.01 {
                Closeness::Close
            } else if apart <= 0.1 {
                Closeness::Similar
            } else {
                Closeness::Different
            }
        }
        FurtherKind::Date => {
            let day = |code: u32| further.dates.get(code as usize).copied().unwrap_or(NONE);
            match date_of_birth::compare(day(left), day(right), &HeapedDays::default()) {
                date_of_birth::grade::SWAPPED | date_of_birth::grade::DIGIT => Closeness::Close,
                date_of_birth::grade::TWO_PARTS => Closeness::Similar,
                _ => Closeness::Different,
            }
        }
    }
}

/// Edits between two texts; more than two is three.
fn edits(left: &str, right: &str) -> usize {
    if left.len().abs_diff(right.len()) > 2 { 3 } else { strsim::osa_distance(left, right).min(3) }
}

/// Letters from which a text is compared by its words only.
const LONG: usize = 100;

/// True if shared words carry half of what the words of the value that says less tell.
fn shares_words(further: &Further, left: u32, right: u32) -> bool {
    shared_words(further, left, right).0 >= 0.5
}

/// How much of what words tell is shared: of the value that says less, and of the one that says more.
fn shared_words(further: &Further, left: u32, right: u32) -> (f32, f32) {
    let words = |code: u32| further.words.get(code as usize).map(AsRef::as_ref).unwrap_or_default();
    let (left, right): (&[Word], &[Word]) = (words(left), words(right));
    let all = |words: &[Word]| words.iter().map(|word| word.bits).sum::<f32>();
    let shared: f32 = left.iter().filter(|word| right.iter().any(|other| other.code == word.code)).map(|word| word.bits).sum();
    let of = |words: f32| if shared > 0.0 { shared / words.max(f32::MIN_POSITIVE) } else { 0.0 };
    (of(all(left).min(all(right))), of(all(left).max(all(right))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FurtherField;
    use std::sync::Arc;

    use crate::model::Texts;

    #[test]
    fn texts_with_other_numbers_are_different_and_long_ones_are_compared_by_their_words() {
        let text = |left: &str, right: &str| compared(FurtherKind::Text, left, right);
        for (left, right) in
            [("5 Hopkins Lights", "Flat 2, 14 Hopkins Lights"), ("PrintMaster 16.0", "PrintMaster 17.0"), ("Unit 1", "Unit 2")]
        {
            assert_eq!(text(left, right), Closeness::Different, "{left}, {right}");
        }
        for (left, right) in
            [("14 Hopkins Lights", "14 Hopkins Light"), ("PrintMaster 16", "PrintMaster 016"), ("Unit 1 Mill", "Unit 1 Mills")]
        {
            assert_eq!(text(left, right), Closeness::Close, "{left}, {right}");
        }
        assert_ne!(text("14 Hopkins Lights", "Flat 2 14 Hopkins Lights"), Closeness::Different);
        let words = |from: usize, to: usize| {
            (from..to).map(|word| format!("word{}", "abcdefghijklmnopqrstuvwxyz".chars().nth(word).unwrap())).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(text(&words(0, 24), &words(0, 23)), Closeness::Close);
        assert_eq!(text(&words(0, 24), &words(8, 26)), Closeness::Similar);
        assert_eq!(text(&words(0, 22), &words(19, 26)), Closeness::Different);
    }

    fn compared(kind: FurtherKind, left: &str, right: &str) -> Closeness {
        let values: Arc<Texts> = Arc::new([left, right].into_iter().collect());
        let words = |text: &str| {
            text.split(' ')
                .map(|word| Word {
                    code: word.bytes().fold(7, |hash, byte| u32::wrapping_add(u32::wrapping_mul(hash, 31), u32::from(byte))),
                    bits: 1.0,
                })
                .collect()
        };
        let words = values.iter().map(words).collect();
        let further = Further::for_tests(FurtherField { name: "field".to_owned(), kind }, values, words);
        closeness(&further, 0, 1)
    }

    #[test]
    fn a_word_that_comes_twice_in_one_text_counts_alike_whichever_record_is_named_first() {
        let (left, right) = ("DATA DATA BASES", "LARGE DATA WAREHOUSES");
        assert_eq!(compared(FurtherKind::Text, left, right), compared(FurtherKind::Text, right, left));
    }

    #[test]
    fn each_kind_has_its_own_idea_of_near() {
        for (kind, left, right, expected) in [
            (FurtherKind::Text, "LUBUMA PLACE", "LUBUMAPLACE", Closeness::Close),
            (FurtherKind::Text, "MEREWETHER PUBLIC SCHOOL", "PUBLIC SCHOOL MEREWETHER", Closeness::Similar),
            (FurtherKind::Text, "PINDIMAR", "KELLERBERRIN", Closeness::Different),
            (FurtherKind::Category, "POLITICIAN", "POLITICAN", Closeness::Close),
            (FurtherKind::Category, "DEVON", "WEST DEVON", Closeness::Similar),
            (FurtherKind::Category, "ACTOR", "DOCTOR", Closeness::Different),
            (FurtherKind::Identifier, "7364009", "7364090", Closeness::Close),
            (FurtherKind::Identifier, "7364009", "7346090", Closeness::Similar),
            (FurtherKind::Identifier, "7364009", "1234567", Closeness::Different),
            (FurtherKind::Number, "1000", "1005", Closeness::Close),
            (FurtherKind::Number, "1000", "1060", Closeness::Similar),
            (FurtherKind::Number, "1000", "-1000", Closeness::Different),
        ] {
            assert_eq!(compared(kind, left, right), expected, "{left} {right}");
            assert_eq!(compared(kind, right, left), expected, "{right} {left}");
        }
    }
}
