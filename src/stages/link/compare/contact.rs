//! Telephone and e-mail.
//!
//! Telephone levels: same; different. E-mail levels: same; same name before the @; close; different. Both are often a household's
//! or a parent's, so the class of people who share a home takes most of their weight away (linkage.md §1).

use super::super::encode::{Encoded, NONE};
use super::similarity::{Closeness, Memory};
use super::{Level, level};

/// Levels of telephones.
pub(crate) mod telephone_grade {
    /// Same.
    pub(crate) const SAME: u8 = 1;
    /// Different.
    pub(crate) const DIFFERENT: u8 = 2;
}

/// Levels of e-mail addresses.
pub(crate) mod email_grade {
    /// Same.
    pub(crate) const SAME: u8 = 1;
    /// Same mailbox name.
    pub(crate) const MAILBOX: u8 = 2;
    /// Close.
    pub(crate) const CLOSE: u8 = 3;
    /// Different.
    pub(crate) const DIFFERENT: u8 = 4;
}

pub(super) const TELEPHONE_LEVELS: [Level; 3] = [
    level("missing", "a telephone number is missing, which says nothing"),
    level("same", "the same telephone number"),
    level("different", "different telephone numbers"),
];

pub(super) const EMAIL_LEVELS: [Level; 5] = [
    level("missing", "an e-mail address is missing, which says nothing"),
    level("same", "the same e-mail address"),
    level("same mailbox", "e-mail addresses with the same name before the @"),
    level("close", "e-mail addresses that differ by one letter or digit"),
    level("different", "different e-mail addresses"),
];

/// Compares two telephone numbers.
pub(super) fn compare_telephones(a: u32, b: u32) -> u8 {
    if a == NONE || b == NONE {
        0
    } else if a == b {
        telephone_grade::SAME
    } else {
        telephone_grade::DIFFERENT
    }
}

/// Compares two e-mail addresses.
pub(super) fn compare_emails(a: u32, b: u32, encoded: &Encoded, memory: &mut Memory) -> u8 {
    if a == NONE || b == NONE {
        return 0;
    }
    if a == b {
        return email_grade::SAME;
    }
    let (left, right) = (encoded.emails.get(a as usize), encoded.emails.get(b as usize));
    let (Some(left), Some(right)) = (left, right) else { return 0 };
    if encoded.mailbox.get(a as usize) == encoded.mailbox.get(b as usize) {
        return email_grade::MAILBOX;
    }
    if memory.emails((a, left), (b, right)) == Closeness::Close { email_grade::CLOSE } else { email_grade::DIFFERENT }
}
