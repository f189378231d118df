//! Full name: how much more frequent a combination of forename and surname is than its parts suggest.
//!
//! Forenames and surnames are not independent: MOHAMMED goes with KHAN, PIOTR with KOWALSKI, and a file may hold hundreds of people called
//! SIR BARONET. Where both names agree exactly, this comparison tells how many times more people bear the combination than independence
//! predicts, in powers of two; it corrects the class of unrelated people by that factor and is no evidence otherwise.

use super::{Level, forename, level, surname};

/// The highest level.
pub(crate) const MOST: u8 = 12;

pub(super) const LEVELS: [Level; 13] = [
    level("no correction", "forename and surname are no frequent combination, or do not both agree"),
    level("2 times", "twice as many people have this full name as its parts suggest"),
    level("4 times", "four times as many people have this full name as its parts suggest"),
    level("8 times", "8 times as many people have this full name as its parts suggest"),
    level("16 times", "16 times as many people have this full name as its parts suggest"),
    level("32 times", "32 times as many people have this full name as its parts suggest"),
    level("64 times", "64 times as many people have this full name as its parts suggest"),
    level("128 times", "128 times as many people have this full name as its parts suggest"),
    level("256 times", "256 times as many people have this full name as its parts suggest"),
    level("512 times", "512 times as many people have this full name as its parts suggest"),
    level("1024 times", "1024 times as many people have this full name as its parts suggest"),
    level("2048 times", "2048 times as many people have this full name as its parts suggest"),
    level("4096 times", "4096 times as many people have this full name as its parts suggest"),
];

/// The correction for a pair whose names are on these levels.
pub(super) fn compare(lift: u8, forename: u8, surname: u8) -> u8 {
    let exact = |level: u8, last: u8| (1..=last).contains(&level);
    if exact(forename, forename::grade::LAST_EXACT) && exact(surname, surname::grade::LAST_EXACT) { lift } else { 0 }
}
