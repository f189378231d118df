//! Hashes of values that are the same in every run, whatever other values there are.
//!
//! What comes in: the columns of records. What goes out: [`Hashes`], one 64-bit hash per unique value, by code, and the fingerprint of each node. What always
//! holds: equal values have equal hashes in any month; two nodes of a month never share a fingerprint, also where their content is the same; a
//! fingerprint covers all that a comparison or a blocking key reads of a node, be it taken from other records (the dwelling, whether it is communal, whether somebody has very many records).

use rayon::prelude::*;

use super::dwelling::Dwellings;
use super::{Combinations, NONE, Names, Node};
use crate::model::hash::{ContentHash, text_hash};
use crate::model::{STANDARD_FURTHER, StandardField, StandardPersons, ids};

/// Keeps fingerprints apart from other uses of the hash.
const DOMAIN: u64 = 0x6e6f_6465;

/// Hashes by code.
#[derive(Default)]
pub(crate) struct Hashes {
    middle_names: Vec<u64>,
    flat: Vec<u64>,
    house: Vec<u64>,
    street: Vec<u64>,
    address_key: Vec<u64>,
    uprn: Vec<u64>,
    pub(crate) town: Vec<u64>,
    pub(crate) postcode: Vec<u64>,
    pub(crate) dwelling: Vec<u64>,
    pub(crate) telephone: Vec<u64>,
    pub(crate) email: Vec<u64>,
    pub(crate) nhs_number: Vec<u64>,
    pub(crate) nino: Vec<u64>,
    pub(crate) upn: Vec<u64>,
    pub(crate) uln: Vec<u64>,
    pub(crate) account: Vec<u64>,
    /// Of each further field.
    pub(crate) further: Vec<Vec<u64>>,
}

/// The hash of a code, nothing for an absent value.
pub(crate) fn hash_of(hashes: &[u64], code: u32) -> Option<u64> {
    if code == NONE { None } else { hashes.get(code as usize).copied() }
}

/// The hashes of some texts.
pub(super) fn hashes_of<T: AsRef<str> + Sync>(texts: &[T]) -> Vec<u64> {
    texts.par_iter().map(|text| text_hash(text.as_ref())).collect()
}

impl Hashes {
    /// Hashes all values; `upns` are those of both UPN columns in their common numbering.
    pub(super) fn collect(persons: &StandardPersons, upns: &[&str]) -> Self {
        let of = |field: StandardField| persons.column(field).values().par_iter().map(text_hash).collect();
        let (uprn, address_key) = (of(StandardField::Uprn), of(StandardField::AddressKey));
        Self {
            middle_names: of(StandardField::MiddleNames),
            flat: of(StandardField::Flat),
            house: of(StandardField::House),
            street: of(StandardField::Street),
            town: of(StandardField::Town),
            postcode: of(StandardField::Postcode),
            dwelling: Dwellings::hashes(&uprn, &address_key),
            address_key,
            uprn,
            telephone: of(StandardField::Telephone),
            email: of(StandardField::Email),
            nhs_number: of(StandardField::NhsNumber),
            nino: of(StandardField::Nino),
            upn: hashes_of(upns),
            uln: of(StandardField::Uln),
            account: of(StandardField::HouseholdAccount),
            further: STANDARD_FURTHER.iter().map(|&field| of(field)).collect(),
        }
    }

    /// The content of a node, as bits that are the same in every run.
    fn content(&self, node: &Node, (names, combinations): (&Names, &Combinations), [communal, of_many]: [bool; 2]) -> u128 {
        // No field is left out: the compiler asks for one that is new.
        let &Node {
            forename,
            middle,
            middle_names,
            surname,
            other_surname,
            alias,
            born,
            sex,
            flat,
            house,
            street,
            town,
            address_key,
            postcode,
            uprn,
            dwelling,
            telephone,
            email,
            nhs_number,
            nino,
            upn,
            former_upn,
            uln,
            account,
            born_between,
            further,
        } = node;
        let mut content = ContentHash::new(DOMAIN);
        for name in [forename, middle, surname, other_surname, alias] {
            content.number(if name == NONE { 0 } else { names.get(name).hash });
        }
        for number in [born, sex, born_between] {
            content.number(u64::from(number));
        }
        for (hashes, code) in [
            (&self.middle_names, middle_names),
            (&self.flat, flat),
            (&self.house, house),
            (&self.street, street),
            (&self.town, town),
            (&self.address_key, address_key),
            (&self.postcode, postcode),
            (&self.uprn, uprn),
            (&self.dwelling, dwelling),
            (&self.telephone, telephone),
            (&self.email, email),
            (&self.nhs_number, nhs_number),
            (&self.nino, nino),
            (&self.upn, upn),
            (&self.upn, former_upn),
            (&self.uln, uln),
            (&self.account, account),
        ]
        .into_iter()
        .chain(self.further.iter().zip(combinations.of(further).iter().copied()))
        {
            content.number(hash_of(hashes, code).unwrap_or(0));
        }
        content.number(u64::from(communal) | u64::from(of_many) << 1);
        content.finish()
    }

    /// The fingerprint of each node: its content, and which of the nodes of that content it is.
    pub(super) fn fingerprints(&self, nodes: &[Node], told: (&Names, &Combinations), (communal, of_many): (&[bool], &[bool])) -> Vec<u64> {
        let among = |list: &[bool], place: u32| list.get(place as usize).copied().unwrap_or(false);
        let marks = |node: &Node, number: u32| [among(communal, node.dwelling), among(of_many, number)];
        let mut keyed: Vec<(u128, u32)> = nodes
            .par_iter()
            .zip(0u32..nodes.len() as u32)
            .map(|(node, number)| (self.content(node, told, marks(node, number)), number))
            .collect();
        keyed.par_sort_unstable();
        let placed: Vec<(u32, u64)> = keyed
            .par_chunk_by(|a, b| a.0 == b.0)
            .flat_map_iter(|same| {
                let digest = |(place, &(content, node)): (usize, &(u128, u32))| {
                    (node, ids::digest_number(&[&content.to_le_bytes(), &(place as u64).to_le_bytes()]))
                };
                same.iter().enumerate().map(digest)
            })
            .collect();
        let mut fingerprints = vec![0; nodes.len()];
        for (node, fingerprint) in placed {
            if let Some(slot) = fingerprints.get_mut(node as usize) {
                *slot = fingerprint;
            }
        }
        fingerprints
    }
}
