//! New ids that were never given before.

use crate::model::hash::FastSet;
use crate::model::ids::short_digest;

/// Makes ids that differ from all that were ever given.
pub(super) struct NewIds<'a> {
    given: FastSet<&'a str>,
    made: FastSet<String>,
}

impl<'a> NewIds<'a> {
    /// `given`: every id that was ever given, retired ones included.
    pub(super) fn new(given: impl Iterator<Item = &'a str>) -> Self {
        Self { given: given.collect(), made: FastSet::default() }
    }

    /// `wanted` if nobody ever had it, else another one that depends on it and on the month alone.
    pub(super) fn take(&mut self, wanted: &str, month: &str) -> String {
        let is_new = |id: &str, made: &FastSet<String>| !self.given.contains(id) && !made.contains(id);
        let mut id = wanted.to_owned();
        let mut attempt = 0_u32;
        while !is_new(&id, &self.made) {
            attempt += 1;
            let letter = wanted.get(..1).unwrap_or_default();
            id = format!("{letter}{}", short_digest(&["again", wanted, month, &attempt.to_string()]));
        }
        self.made.insert(id.clone());
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_was_given_once_is_never_given_again() {
        let given = ["P000000000001", "P000000000002"];
        let mut ids = NewIds::new(given.into_iter());
        assert_eq!(ids.take("P000000000003", "2013-01"), "P000000000003");
        let again = ids.take("P000000000001", "2013-01");
        assert!(!given.contains(&again.as_str()) && again.starts_with('P') && again.len() == 13);
        let twice = ids.take("P000000000001", "2013-01");
        assert!(twice != again && !given.contains(&twice.as_str()));
        assert_ne!(NewIds::new(given.into_iter()).take("P000000000001", "2013-02"), again, "another month, another id");
    }
}
