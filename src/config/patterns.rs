//! File name patterns: which are allowed and which overlap.
//!
//! What comes in: patterns such as `police_crime*.csv`. What goes out: whether some file name fits two of them.
//! What always holds: a pattern knows `*` (any run of characters) and `?` (one character) and nothing else, so that the question
//! has an exact answer.

/// Says what is wrong with a pattern, if anything.
pub(crate) fn fault(pattern: &str) -> Option<&'static str> {
    if pattern.contains(['/', '\\']) {
        Some("a file pattern names files, not folders: no / in it")
    } else if pattern.contains("..") {
        Some("no .. in a file pattern")
    } else if pattern.contains(['[', ']', '{', '}', '!']) || pattern.contains("**") {
        Some("a file pattern knows * and ? only")
    } else if pattern.chars().any(char::is_control) {
        Some("no control character in a file pattern")
    } else if !pattern.chars().any(char::is_alphanumeric) {
        Some("a file pattern must name something")
    } else {
        None
    }
}

/// True if some file name fits both patterns (compared without case).
pub(crate) fn overlap(left: &str, right: &str) -> bool {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    let right: Vec<char> = right.to_lowercase().chars().collect();
    // reach[j]: some text fits the first i characters of left and the first j of right.
    let mut reach = vec![false; right.len() + 1];
    let mut before = reach.clone();
    for i in 0..=left.len() {
        let a = i.checked_sub(1).and_then(|index| left.get(index)).copied();
        std::mem::swap(&mut reach, &mut before);
        for j in 0..=right.len() {
            let b = j.checked_sub(1).and_then(|index| right.get(index)).copied();
            let at = |row: &[bool], column: Option<usize>| column.and_then(|column| row.get(column)).copied().unwrap_or(false);
            let (up, side, diagonal) = (at(&before, Some(j)), at(&reach, j.checked_sub(1)), at(&before, j.checked_sub(1)));
            let fits = match (a, b) {
                (None, None) => true,
                (Some('*'), Some('*')) => up || side || diagonal,
                (Some('*'), _) => a.is_some() && (up || (b.is_some() && side)),
                (_, Some('*')) => side || (a.is_some() && up),
                (Some(a), Some(b)) => diagonal && (a == b || a == '?' || b == '?'),
                _ => false,
            };
            if let Some(cell) = reach.get_mut(j) {
                *cell = fits;
            }
        }
    }
    reach.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_overlap_exactly_when_a_name_fits_both() {
        for (left, right, expected) in [
            ("tenancies*.csv", "tenancies_lhp*.csv", true),
            ("tenancies_acis*.xlsx", "tenancies_lhp*.csv", false),
            ("a*.csv", "*b.csv", true),
            ("a?.csv", "ab.csv", true),
            ("a?.csv", "abc.csv", false),
            ("*.csv", "*.xlsx", false),
            ("ABC.csv", "abc.csv", true),
            ("a.csv", "a.csv*", true),
            ("*", "x", true),
            ("a*b*c", "abd*", true),
            ("a*b", "a*c", false),
        ] {
            assert_eq!(overlap(left, right), expected, "{left} against {right}");
            assert_eq!(overlap(right, left), expected, "{right} against {left}");
        }
    }

    #[test]
    fn a_pattern_cannot_leave_its_folder() {
        for bad in ["../x.csv", "a/b.csv", "a\\b.csv", "[ab].csv", "**", "*", "\0a"] {
            assert!(fault(bad).is_some(), "{bad:?} must be refused");
        }
        assert!(fault("attendance_??????.csv").is_none());
    }
}
