//! Person records as rows of codes, and identical records as one node.
//!
//! What comes in: [`StandardPersons`] and the sources. What goes out: [`Encoded`]: one [`Node`] per distinct content and
//! the tables of unique values (sounds, nickname groups, parts, frequencies) that comparisons read.
//! What always holds: records are ordered by (source name, record id), nodes by their content and smallest record, so that nothing later
//! depends on the order of rows; test records take no part; a code of [`NONE`] is an absent value and is never compared. Under a frozen model whatever a
//! comparison reads of a node is in the node's fingerprint or in the model.

mod bearer;
mod births;
mod collapse;
mod dwelling;
mod full_names;
mod further;
mod hashes;
mod many;
mod names;
mod placeholders;
mod places;
mod separate;

use std::sync::Arc;

use rayon::prelude::*;

use super::compare::full_name;
use crate::model::hash::FastMap;
use crate::model::link_model::FrozenFrequencies;
use crate::model::texts::sorted_rows;
use crate::model::{FurtherField, NO_DAY, NO_TEXT, Source, StandardField, StandardPersons, Texts};

pub(crate) use births::{BirthYears, HeapedDays, birth_day, birth_month, birth_year, year_alone};
pub(crate) use further::{Combinations, Further, TELLING, Word};
pub(crate) use hashes::{Hashes, hash_of};
pub(crate) use names::{Name, Names};
pub(crate) use placeholders::LeftOut;
pub(crate) use places::Places;
pub(crate) use separate::Separate;

/// The code of an absent value.
pub(crate) const NONE: u32 = NO_TEXT;

/// What is comparable about a record, as codes: equal nodes are indistinguishable.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    /// Forename, in [`Names`].
    pub(crate) forename: u32,
    /// First middle name, in [`Names`].
    pub(crate) middle: u32,
    /// All middle names.
    pub(crate) middle_names: u32,
    /// Surname, in [`Names`].
    pub(crate) surname: u32,
    /// Maiden, former or preferred surname, in [`Names`].
    pub(crate) other_surname: u32,
    /// Other forename, in [`Names`].
    pub(crate) alias: u32,
    /// Date of birth packed as year × 16384 + month × 128 + day.
    pub(crate) born: u32,
    /// 1 for male, 2 for female, 0 unknown.
    pub(crate) sex: u32,
    /// Flat.
    pub(crate) flat: u32,
    /// House number or name.
    pub(crate) house: u32,
    /// Street.
    pub(crate) street: u32,
    /// Town.
    pub(crate) town: u32,
    /// Canonical address.
    pub(crate) address_key: u32,
    /// Postcode, in [`Places`].
    pub(crate) postcode: u32,
    /// UPRN.
    pub(crate) uprn: u32,
    /// Dwelling: the UPRN, or the one this address has elsewhere, or the address itself.
    pub(crate) dwelling: u32,
    /// Telephone.
    pub(crate) telephone: u32,
    /// E-mail.
    pub(crate) email: u32,
    /// NHS number.
    pub(crate) nhs_number: u32,
    /// National Insurance number.
    pub(crate) nino: u32,
    /// UPN, sharing its codes with `former_upn`.
    pub(crate) upn: u32,
    /// Former UPN.
    pub(crate) former_upn: u32,
    /// Unique Learner Number.
    pub(crate) uln: u32,
    /// Account, claim or tenancy.
    pub(crate) account: u32,
    /// Where there is no date of birth: years between which an age or the role says the person was born, as `births` packs them.
    pub(crate) born_between: u32,
    /// Further fields: which of the combinations of their values.
    pub(crate) further: u32,
}

/// All that linkage knows about the records.
pub(crate) struct Encoded {
    /// Rows of [`StandardPersons`] that take part, by (source name, record id).
    pub(crate) order: Vec<u32>,
    /// Node of each position of `order`.
    pub(crate) node_of: Vec<u32>,
    /// Distinct contents.
    pub(crate) nodes: Vec<Node>,
    /// First position of `order` of each node.
    pub(crate) representative: Vec<u32>,
    /// Unique names.
    pub(crate) names: Names,
    /// Unique postcodes.
    pub(crate) places: Places,
    /// Unique middle names.
    pub(crate) middle_names: Arc<Texts>,
    /// Unique e-mail addresses.
    pub(crate) emails: Arc<Texts>,
    /// Code of the part before the @ of each e-mail address.
    pub(crate) mailbox: Vec<u32>,
    /// Unique NHS numbers.
    pub(crate) nhs_numbers: Arc<Texts>,
    /// Unique National Insurance numbers.
    pub(crate) ninos: Arc<Texts>,
    /// Unique learner numbers.
    pub(crate) ulns: Arc<Texts>,
    /// Further fields.
    pub(crate) further: Vec<Further>,
    /// Combinations of their values.
    pub(crate) combinations: Combinations,
    /// Days of the year that stand for an unknown one.
    pub(crate) heaped_days: HeapedDays,
    /// Correction of each node's full name.
    full_name_lifts: Vec<u8>,
    /// (hash, correction) of the full names that have one, sorted.
    full_names: Vec<(u64, u8)>,
    /// Hashes of values, the same in every run.
    pub(crate) hashes: Hashes,
    /// Fingerprint of each node.
    pub(crate) fingerprints: Vec<u64>,
    /// Whether many people are recorded at a dwelling, by dwelling code.
    pub(crate) communal: Vec<bool>,
    /// Whether each node is of somebody with very many records; empty where nobody is told apart.
    of_many: Vec<bool>,
    /// What was left out because it stands for an unknown value.
    pub(crate) placeholders: LeftOut,
    /// Bits of a pattern that count; the others are of comparisons the pipeline leaves out.
    pub(crate) compared_bits: u64,
}

impl Encoded {
    /// Log2 of how many times more frequent a node's full name is than its parts suggest.
    pub(crate) fn full_name_lift(&self, node: u32) -> u8 {
        self.full_name_lifts.get(node as usize).copied().unwrap_or(0)
    }

    /// True for a node that is, or may be, of somebody with very many records, where such people are told apart.
    pub(crate) fn is_of_many(&self, node: u32) -> bool {
        self.of_many.get(node as usize).copied().unwrap_or(false)
    }

    /// The nodes of all others.
    pub(crate) fn of_others(&self) -> impl Iterator<Item = u32> {
        (0..self.nodes.len() as u32).filter(|&node| !self.is_of_many(node))
    }

    /// The rows of positions in the order of records, sorted.
    pub(crate) fn rows(&self, positions: &[u32]) -> Vec<u32> {
        let mut rows: Vec<u32> = positions.iter().filter_map(|&position| self.order.get(position as usize).copied()).collect();
        rows.sort_unstable();
        rows
    }

    /// The node of each of `rows` rows; [`NONE`] for rows that take no part.
    pub(crate) fn nodes_by_row(&self, rows: usize) -> Vec<u32> {
        let mut nodes = vec![NONE; rows];
        for (&row, &node) in self.order.iter().zip(&self.node_of) {
            if let Some(slot) = nodes.get_mut(row as usize) {
                *slot = node;
            }
        }
        nodes
    }

    /// How frequent values are, to be frozen with a model.
    pub(crate) fn frequencies(&self) -> FrozenFrequencies {
        let [forenames, surnames] = self.names.frozen_bands();
        FrozenFrequencies {
            heaped_days: self.heaped_days.days(),
            many_told_apart: !self.of_many.is_empty(),
            forenames,
            surnames,
            full_names: self.full_names.clone(),
            kin: self.names.kin.clone(),
            further: further::frozen(&self.further),
        }
    }

    /// A node.
    pub(crate) fn node(&self, node: u32) -> &Node {
        self.nodes.get(node as usize).expect("nodes are numbered densely")
    }

    /// The value of a node in a further field, by the field's number.
    pub(crate) fn further_code(&self, node: &Node, number: usize) -> u32 {
        self.combinations.code(node, number)
    }

    /// Reads a little of the nodes of pairs that are about to be compared: the processor waits for all of them at once instead of for one after the other.
    pub(crate) fn fetch(&self, pairs: &[(u32, u32)]) {
        let some = |node: u32| {
            let node = self.node(node);
            node.forename ^ node.dwelling ^ node.account
        };
        std::hint::black_box(pairs.iter().fold(0, |sum, &(left, right)| sum ^ some(left) ^ some(right)));
    }
}

/// Encodes all records that take part; `frozen`: how frequent values are, where a model says it; `compared_bits`: bits of a pattern that count.
pub(crate) fn encode(
    persons: &StandardPersons,
    sources: &[Source],
    further: &[FurtherField],
    separate: &Separate,
    frozen: Option<&FrozenFrequencies>,
    compared_bits: u64,
) -> Encoded {
    let order = order(persons, sources);
    let names = Names::collect(persons, frozen.map(|frozen| frozen.kin.as_slice()));
    let places = Places::collect(persons.column(StandardField::Postcode).values());
    let dwellings = dwelling::Dwellings::resolve(persons, &order);
    let upns = upns(persons);
    let former = upn_codes(persons, &upns);
    let hashes = Hashes::collect(persons, &upns);
    let middle = persons.column(StandardField::MiddleNames);
    let first_middle = names.codes_of(middle.values().iter().map(|text| text.split(' ').next().unwrap_or_default()));
    let (combinations, combination) = Combinations::collect(persons, further, &order);
    let mut records: Vec<Node> = order
        .par_iter()
        .enumerate()
        .map(|(position, &row)| {
            let row = row as usize;
            let code = |field: StandardField| persons.column(field).code(row);
            let lookup = |codes: &[u32], code: u32| codes.get(code as usize).copied().unwrap_or(NONE);
            Node {
                forename: names.code(StandardField::Forename, code(StandardField::Forename)),
                middle: lookup(&first_middle, code(StandardField::MiddleNames)),
                middle_names: code(StandardField::MiddleNames),
                surname: names.code(StandardField::Surname, code(StandardField::Surname)),
                other_surname: names.code(StandardField::OtherSurname, code(StandardField::OtherSurname)),
                alias: names.code(StandardField::Alias, code(StandardField::Alias)),
                born: persons
                    .get(StandardField::DamagedBirth, row)
                    .map_or_else(|| births::packed(persons.born.get(row).copied().unwrap_or(NO_DAY)), births::packed_digits),
                sex: match persons.get(StandardField::Sex, row) {
                    Some("M") => 1,
                    Some("F") => 2,
                    _ => 0,
                },
                flat: code(StandardField::Flat),
                house: code(StandardField::House),
                street: code(StandardField::Street),
                town: code(StandardField::Town),
                address_key: code(StandardField::AddressKey),
                postcode: code(StandardField::Postcode),
                uprn: code(StandardField::Uprn),
                dwelling: dwellings.of(code(StandardField::Uprn), code(StandardField::AddressKey)),
                telephone: code(StandardField::Telephone),
                email: code(StandardField::Email),
                nhs_number: code(StandardField::NhsNumber),
                nino: code(StandardField::Nino),
                upn: lookup(&former.0, code(StandardField::Upn)),
                former_upn: lookup(&former.1, code(StandardField::FormerUpn)),
                uln: code(StandardField::Uln),
                account: code(StandardField::HouseholdAccount),
                born_between: births::between(persons, row),
                further: combination.get(position).copied().unwrap_or(NONE),
            }
        })
        .collect();
    let row = |position: usize| order.get(position).copied().unwrap_or(NONE) as usize;
    let (undated, by_role) = (|position| births::if_undated(persons, row(position)), |position| births::by_role(persons, row(position)));
    let placeholders = placeholders::leave_out(&mut records, &names, undated, by_role);
    let texts = |field: StandardField| persons.column(field).shared_values();
    let collapse::Collapsed { node_of, nodes, representative } = collapse::collapse(&records, &separate.masks(&order, persons));
    let emails = texts(StandardField::Email);
    let mailbox = mailboxes(&emails);
    let communal = dwellings.communal(&nodes);
    let of_many = many::of_many(&nodes, &names, compared_bits, frozen.map(|frozen| frozen.many_told_apart));
    let mut encoded = Encoded {
        order,
        node_of,
        heaped_days: frozen.map_or_else(|| HeapedDays::find(&nodes, &of_many), |frozen| HeapedDays::frozen(&frozen.heaped_days)),
        full_name_lifts: Vec::new(),
        full_names: Vec::new(),
        fingerprints: hashes.fingerprints(&nodes, (&names, &combinations), (&communal, &of_many)),
        hashes,
        communal,
        of_many,
        nodes,
        representative,
        names,
        places,
        middle_names: texts(StandardField::MiddleNames),
        emails,
        mailbox,
        nhs_numbers: texts(StandardField::NhsNumber),
        ninos: texts(StandardField::Nino),
        ulns: texts(StandardField::Uln),
        combinations,
        further: further::collect(persons, further, frozen.map(|frozen| frozen.further.as_slice())),
        placeholders,
        compared_bits,
    };
    if let Some(frozen) = frozen {
        further::freeze(&mut encoded.further, &frozen.further);
        encoded.names.freeze(frozen);
        encoded.full_names.clone_from(&frozen.full_names);
    } else {
        let bearers = bearer::bearers(&encoded.nodes);
        further::count(&mut encoded.further, &encoded.combinations, &encoded.nodes, &bearers);
        encoded.names.count(&encoded.nodes, &bearers);
        encoded.full_names = full_names::measure(&encoded.nodes, &encoded.names, full_name::MOST);
    }
    encoded.full_name_lifts = full_names::frozen(&encoded.nodes, &encoded.names, &encoded.full_names);
    encoded
}

/// Rows that take part, by (source name, record id).
fn order(persons: &StandardPersons, sources: &[Source]) -> Vec<u32> {
    let ranks = Source::ranks(sources);
    let rank = |row: u32| {
        let position = persons.position.get(row as usize);
        position.and_then(|position| ranks.get(usize::from(position.source))).copied().unwrap_or(u16::MAX)
    };
    let linked = |row: &u32| !persons.is_test.get(*row as usize).copied().unwrap_or(false);
    sorted_rows((0..persons.len() as u32).into_par_iter().filter(linked), rank, |row| {
        persons.record_id.get(row as usize).unwrap_or_default()
    })
}

/// All UPNs, present and former, in one numbering.
fn upns(persons: &StandardPersons) -> Vec<&str> {
    let (present, former) = (persons.column(StandardField::Upn).values(), persons.column(StandardField::FormerUpn).values());
    let mut all: Vec<&str> = present.iter().chain(former.iter()).collect();
    all.par_sort_unstable();
    all.dedup();
    all
}

/// Codes of UPN and former UPN in one numbering, so that one child's former number equals its present one elsewhere.
fn upn_codes(persons: &StandardPersons, all: &[&str]) -> (Vec<u32>, Vec<u32>) {
    let (present, former) = (persons.column(StandardField::Upn).values(), persons.column(StandardField::FormerUpn).values());
    let code = |value: &str| all.binary_search(&value).map_or(NONE, |position| position as u32);
    (present.iter().map(code).collect(), former.iter().map(code).collect())
}

fn mailboxes(emails: &Texts) -> Vec<u32> {
    let mut numbers: FastMap<&str, u32> = FastMap::default();
    let mut codes = Vec::with_capacity(emails.len());
    for email in emails.iter() {
        let next = numbers.len() as u32;
        codes.push(*numbers.entry(email.split('@').next().unwrap_or_default()).or_insert(next));
    }
    codes
}
