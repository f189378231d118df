//! The request: who can be asked about, who cannot and why.
//!
//! What comes in: adults with their records. What goes out: [`Request`]: one line per adult who can be asked about under a reference of the request's own, and one per
//! adult who cannot. What always holds: every adult is in exactly one of the two; two people never go out under one National Insurance number; the same
//! adults give the same references within a run, and other ones in another.

use std::collections::{BTreeMap, BTreeSet};

use super::people::{Adult, PersonRecord};
use crate::model::ids::short_digest;

/// Why somebody cannot be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CannotReason {
    /// The address is withheld: refuge, protected person.
    Restricted,
    /// No record gives a surname and a forename.
    NoName,
    /// No date of birth, or several equally often.
    NoDateOfBirth,
    /// No house, street or postcode.
    NoFullAddress,
    /// No National Insurance number of the right form.
    NoNino,
    /// The records give several.
    SeveralNinos,
    /// Somebody else has the same.
    SharedNino,
}

impl CannotReason {
    /// A code for tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::NoName => "no-name",
            Self::NoDateOfBirth => "no-date-of-birth",
            Self::NoFullAddress => "no-full-address",
            Self::NoNino => "no-nino",
            Self::SeveralNinos => "several-ninos",
            Self::SharedNino => "shared-nino",
        }
    }

    /// What would help.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Restricted => "the address is withheld: ask by hand, through the agreed contact only",
            Self::NoName => "no record gives both a forename and a surname",
            Self::NoDateOfBirth => "no record gives a date of birth, or the records give several equally often",
            Self::NoFullAddress => "house, street and postcode are needed: names alone are rejected",
            Self::NoNino => "no record gives a National Insurance number of the right form; housing benefit or the family may",
            Self::SeveralNinos => "the records give several National Insurance numbers: are they one person?",
            Self::SharedNino => "another adult of this request has the same National Insurance number: are they one person?",
        }
    }
}

/// An adult who is asked about.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Reference: all that the Department's answer is joined by.
    pub reference: String,
    /// Person id; stays here.
    pub person: String,
    /// Family id; stays here.
    pub family: String,
    /// National Insurance number.
    pub nino: String,
    /// Surname.
    pub surname: String,
    /// Forename.
    pub forename: String,
    /// Date of birth, `YYYY-MM-DD`.
    pub born: String,
    /// Flat, house and street.
    pub address: String,
    /// Postcode.
    pub postcode: String,
}

/// An adult who is not.
#[derive(Clone, PartialEq, Eq)]
pub struct Cannot {
    /// Person id.
    pub person: String,
    /// Family id.
    pub family: String,
    /// Why.
    pub reason: CannotReason,
}

/// A request.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// Sorted by reference: the order says nothing of families.
    pub asked: Vec<Asked>,
    /// Sorted by family and person.
    pub cannot: Vec<Cannot>,
}

/// Columns of the file for those who cannot be asked about.
pub const CANNOT_COLUMNS: [&str; 4] = ["family", "person", "reason", "hint"];
/// Columns of the file that joins references with people; it stays here.
pub const SUBJECT_COLUMNS: [&str; 9] = ["reference", "person", "family", "nino", "surname", "forename", "born", "address", "postcode"];

/// Makes the request of a run for a purpose.
#[must_use]
pub fn request(adults: &[Adult], (run, purpose): (&str, &str), needs_nino: bool) -> Request {
    let mut request = Request::default();
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for adult in adults {
        for record in adult.records.iter().filter(|record| !record.nino.is_empty()) {
            owners.entry(&record.nino).or_default().insert(&adult.person);
        }
    }
    for adult in adults {
        match subject(adult, &owners, needs_nino) {
            Ok(mut asked) => {
                asked.reference = format!("D{}", short_digest(&["dwp", run, purpose, &adult.person]));
                request.asked.push(asked);
            }
            Err(reason) => request.cannot.push(Cannot { person: adult.person.clone(), family: adult.family.clone(), reason }),
        }
    }
    request.asked.sort_by(|left, right| (&left.reference, &left.family).cmp(&(&right.reference, &right.family)));
    // Somebody in two families is asked about once.
    request.asked.dedup_by(|later, first| later.reference == first.reference);
    request.cannot.sort_by(|left, right| (&left.family, &left.person).cmp(&(&right.family, &right.person)));
    request
}

fn subject(adult: &Adult, owners: &BTreeMap<&str, BTreeSet<&str>>, needs_nino: bool) -> Result<Asked, CannotReason> {
    if adult.restricted {
        return Err(CannotReason::Restricted);
    }
    let ninos: BTreeSet<&str> = adult.records.iter().map(|record| record.nino.as_str()).filter(|nino| !nino.is_empty()).collect();
    let nino = match ninos.len() {
        0 if needs_nino => return Err(CannotReason::NoNino),
        0 | 1 => ninos.first().copied().unwrap_or_default(),
        _ => return Err(CannotReason::SeveralNinos),
    };
    if owners.get(nino).is_some_and(|people| people.len() > 1) {
        return Err(CannotReason::SharedNino);
    }
    let named = |record: &&PersonRecord| !record.forename.is_empty() && !record.surname.is_empty();
    // The name beside the number is the one the Department knows best; then the most frequent.
    let beside = adult.records.iter().filter(named).find(|record| !nino.is_empty() && record.nino == nino);
    let name = match beside {
        Some(record) => (record.forename.clone(), record.surname.clone()),
        None => most(adult.records.iter().filter(named).map(|record| (record.forename.clone(), record.surname.clone())))
            .map(|(name, _)| name)
            .ok_or(CannotReason::NoName)?,
    };
    let born = most(adult.records.iter().map(|record| record.born.clone()).filter(|born| !born.is_empty()));
    let Some((born, true)) = born else { return Err(CannotReason::NoDateOfBirth) };
    let address = full_address(&adult.address_key).filter(|_| !adult.postcode.is_empty()).ok_or(CannotReason::NoFullAddress)?;
    Ok(Asked {
        reference: String::new(),
        person: adult.person.clone(),
        family: adult.family.clone(),
        nino: nino.to_owned(),
        surname: name.1,
        forename: name.0,
        born,
        address,
        postcode: adult.postcode.clone(),
    })
}

/// The most frequent value, of equally frequent ones the smallest, and whether it is the only most frequent one.
fn most<T: Ord>(values: impl Iterator<Item = T>) -> Option<(T, bool)> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let best = counts.values().copied().max()?;
    let alone = counts.values().filter(|&&count| count == best).count() == 1;
    counts.into_iter().find(|(_, count)| *count == best).map(|(value, _)| (value, alone))
}

/// Flat, house and street of a canonical address (`flat|house|street|postcode`); `None` without house or street.
fn full_address(key: &str) -> Option<String> {
    let parts: Vec<&str> = key.split('|').collect();
    let &[flat, house, street, _] = parts.as_slice() else { return None };
    if (house.is_empty() && flat.is_empty()) || street.is_empty() {
        return None;
    }
    let flat =
        if flat.chars().all(|letter| letter.is_ascii_digit()) && !flat.is_empty() { format!("FLAT {flat}") } else { flat.to_owned() };
    let line = [flat.as_str(), house, street].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    Some(line.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(forename: &str, surname: &str, born: &str, nino: &str) -> PersonRecord {
        let [forename, surname, born, nino] = [forename, surname, born, nino].map(ToOwned::to_owned);
        PersonRecord { forename, surname, born, nino }
    }

    fn adult(person: &str, records: Vec<PersonRecord>) -> Adult {
        Adult {
            person: person.to_owned(),
            family: format!("F{person}"),
            records,
            restricted: false,
            postcode: "LN1 1AA".to_owned(),
            address_key: "2|14|HIGH STREET|LN1 1AA".to_owned(),
        }
    }

    fn reasons(adults: &[Adult]) -> Vec<&'static str> {
        request(adults, ("R", "identify"), true).cannot.iter().map(|cannot| cannot.reason.code()).collect()
    }

    #[test]
    fn somebody_with_a_number_and_a_full_address_is_asked_about_under_a_reference_of_the_run() {
        let one = [adult("P1", vec![record("ANN", "SMITH", "1980-02-01", ""), record("ANNE", "SMITH", "1980-02-01", "QQ123456")])];
        let made = request(&one, ("R", "identify"), true);
        let asked = &made.asked[0];
        assert!(made.cannot.is_empty());
        assert_eq!((asked.forename.as_str(), asked.nino.as_str(), asked.address.as_str()), ("ANNE", "QQ123456", "FLAT 2 14 HIGH STREET"));
        assert!(request(&one, ("S", "identify"), true).asked[0].reference != asked.reference, "another run, another reference");
        assert!(!asked.reference.contains("P1"));
    }

    #[test]
    fn whoever_cannot_be_asked_about_is_named_with_the_reason() {
        let good = || record("ANN", "SMITH", "1980-02-01", "QQ123456");
        let with = |change: &dyn Fn(&mut Adult)| {
            let mut adult = adult("P1", vec![good()]);
            change(&mut adult);
            reasons(&[adult])
        };
        assert_eq!(with(&|_| {}), Vec::<&str>::new());
        assert_eq!(with(&|adult| adult.restricted = true), ["restricted"]);
        assert_eq!(with(&|adult| adult.postcode.clear()), ["no-full-address"]);
        assert_eq!(with(&|adult| "|||LN1 1AA".clone_into(&mut adult.address_key)), ["no-full-address"]);
        assert_eq!(with(&|adult| "||HIGH STREET|LN1 1AA".clone_into(&mut adult.address_key)), ["no-full-address"]);
        assert_eq!(with(&|adult| adult.records[0].nino.clear()), ["no-nino"]);
        assert_eq!(with(&|adult| adult.records.push(record("ANN", "SMITH", "1980-02-01", "QQ654321"))), ["several-ninos"]);
        assert_eq!(with(&|adult| adult.records[0].born.clear()), ["no-date-of-birth"]);
        assert_eq!(
            with(&|adult| adult.records.push(record("ANN", "SMITH", "1981-02-01", ""))),
            ["no-date-of-birth"],
            "one each: not to be said"
        );
        assert_eq!(with(&|adult| adult.records[0].surname.clear()), ["no-name"]);
    }

    #[test]
    fn two_people_never_go_out_under_one_number() {
        let both = [
            adult("P1", vec![record("ANN", "SMITH", "1980-02-01", "QQ123456")]),
            adult("P2", vec![record("JO", "BELL", "1970-02-01", "QQ123456")]),
        ];
        assert_eq!(reasons(&both), ["shared-nino", "shared-nino"]);
    }

    #[test]
    fn where_no_number_is_needed_somebody_without_one_is_asked_about() {
        let one = [adult("P1", vec![record("ANN", "SMITH", "1980-02-01", "")])];
        assert_eq!(request(&one, ("R", "identify"), false).asked.len(), 1);
    }
}
