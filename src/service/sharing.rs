//! Sharing agreements: who may be shown what, for which purpose. The one place that decides it.
//!
//! What comes in: `[[service.sharing]]` of the pipeline, a recipient, a purpose, a day. What goes out: [`Cleared`], without which no table for others can be made. What
//! always holds: what no agreement names is not shown; an agreement that has ended or not begun clears nothing; what rests on a feed that the agreement does
//! not name (such as the DWP's) is left out.

use std::collections::BTreeSet;

use crate::config::checked::SharingAgreement;
use crate::model::{Day, date};

/// Why nothing may be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharingError {
    /// No agreement.
    #[error("the pipeline has no sharing agreement for the recipient \"{recipient}\" and the purpose \"{purpose}\"")]
    None {
        /// Recipient.
        recipient: String,
        /// Purpose.
        purpose: String,
    },
    /// The agreement does not hold on the day.
    #[error("the sharing agreement {reference} holds from {starts} to {ends} only")]
    NotInForce {
        /// Its reference.
        reference: String,
        /// First day.
        starts: String,
        /// Last day.
        ends: String,
    },
}

/// An agreement that holds on the day of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleared {
    reference: String,
    columns: BTreeSet<String>,
    sources: BTreeSet<String>,
}

/// Asks for the agreement of a recipient and purpose.
///
/// # Errors
/// [`SharingError`] if there is none that holds on the day.
pub fn clear(agreements: &[SharingAgreement], recipient: &str, purpose: &str, on: Day) -> Result<Cleared, SharingError> {
    let found = agreements.iter().find(|agreement| agreement.recipient == recipient && agreement.purpose == purpose);
    let agreement = found.ok_or_else(|| SharingError::None { recipient: recipient.to_owned(), purpose: purpose.to_owned() })?;
    if on < agreement.starts || agreement.ends < on {
        let (starts, ends) = (date::iso(agreement.starts), date::iso(agreement.ends));
        return Err(SharingError::NotInForce { reference: agreement.reference.clone(), starts, ends });
    }
    Ok(Cleared {
        reference: agreement.reference.clone(),
        columns: agreement.columns.iter().cloned().collect(),
        sources: agreement.sources.iter().cloned().collect(),
    })
}

impl Cleared {
    /// The agreement's reference.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// True if a column may be shown.
    #[must_use]
    pub fn column(&self, name: &str) -> bool {
        self.columns.contains(name)
    }

    /// True if what rests on a feed may be shown.
    #[must_use]
    pub fn source(&self, name: &str) -> bool {
        self.sources.contains(name)
    }
}

impl Cleared {
    /// True if something that was worked out from rows of these feeds may be shown: every one of them is named. A level of need that counts a benefit tells of the benefit.
    #[must_use]
    pub fn derived<'s>(&self, mut sources: impl Iterator<Item = &'s str>) -> bool {
        sources.all(|source| self.source(source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement() -> SharingAgreement {
        SharingAgreement {
            recipient: "district".to_owned(),
            purpose: "coordinate".to_owned(),
            reference: "DSA-1".to_owned(),
            starts: 100,
            ends: 200,
            columns: vec!["family".to_owned()],
            sources: vec!["council_tax".to_owned()],
        }
    }

    #[test]
    fn only_what_an_agreement_in_force_names_is_cleared() {
        let agreements = [agreement()];
        let cleared = clear(&agreements, "district", "coordinate", 200).unwrap();
        assert!(cleared.column("family") && !cleared.column("criteria"));
        assert!(cleared.source("council_tax") && !cleared.source("dwp_return"));
        assert!(cleared.derived(["council_tax"].into_iter()) && !cleared.derived(["council_tax", "dwp_return"].into_iter()));
        for (recipient, purpose, on) in [
            ("district", "support", 150),
            ("professional", "coordinate", 150),
            ("district", "coordinate", 99),
            ("district", "coordinate", 201),
        ] {
            assert!(clear(&agreements, recipient, purpose, on).is_err(), "{recipient} {purpose} {on}");
        }
    }
}
