//! The family pass: what a shared home or a shared relative says about the parts of one person.
//!
//! What comes in: clusters, stated relations. What goes out: merged clusters and the pairs that merged them. What always holds: two clusters
//! merge only if they share a dwelling that is not communal, an account or a relative, no row states that they are two
//! people, nothing in them contradicts, and neither has another partner it could be instead (the twin guard: a better partner
//! in the house is evidence against).
//!
//! Within a home the question is no longer "the same person or one of a million" but "the same person or one of the family": the weight
//! is that of the same person against *different people who share a home*, without the fields that a home shares. The ONS and
//! IPUMS report large gains from asking again in this context (peers.md §5).

use rayon::prelude::*;

use super::cluster::{Apart, Clusters, Edge};
use super::compare::{Comparer, FIELDS, date_of_birth, field, forename, identifier, level_of, surname};
use super::encode::{Encoded, NONE};
use super::score::Scorer;
use crate::model::Relation;

/// What clusters share.
const DWELLING: u8 = 0;
const ACCOUNT: u8 = 1;
const RELATIVE: u8 = 2;
/// Clusters at one home beyond which sharing it says too little.
const MOST_IN_A_HOME: usize = 24;
/// Nodes of a cluster that are compared across.
const MOST_NODES: usize = 8;
/// Sexes differ: the level in `compare::sex`.
const SEX_DIFFERENT: usize = 2;
/// Weight of the strongest pair, in bits, from which two parts may merge; below it the names say too little (an initial, a frequent surname).
const ENOUGH_BITS: f64 = 2.0;

/// Two clusters that look like one person.
#[derive(Clone, Copy, PartialEq)]
struct Candidate {
    first: u32,
    second: u32,
    bits: f64,
    edge: Edge,
}

/// Merges parts of one person within homes; gives the strongest pair of each merge.
pub(super) fn family_pass(
    encoded: &Encoded,
    scorer: &Scorer,
    apart: &Apart,
    relations: &[Relation],
    rows: usize,
    clusters: &mut Clusters,
) -> Vec<Edge> {
    let members = members(clusters);
    let mut candidates: Vec<Candidate> = homes(encoded, relations, rows, clusters)
        .par_chunks(512)
        .map(|homes| {
            let mut comparer = Comparer::new(encoded);
            let mut found = Vec::new();
            for home in homes {
                for (place, &first) in home.iter().enumerate() {
                    for &second in home.get(place + 1..).unwrap_or_default() {
                        let parts = (members_of(&members, first), members_of(&members, second));
                        if let Some((bits, edge)) = same_person(parts, scorer, apart, &mut comparer) {
                            found.push(Candidate { first, second, bits, edge });
                        }
                    }
                }
            }
            found
        })
        .flatten()
        .collect();
    candidates.sort_unstable_by_key(|candidate| (candidate.first, candidate.second));
    candidates.dedup_by_key(|candidate| (candidate.first, candidate.second));
    merge(&candidates, clusters)
}

/// A cluster and one of its nodes.
type Part = (u32, u32);

/// Clusters with their nodes, sorted by cluster.
fn members(clusters: &Clusters) -> Vec<Part> {
    let mut members: Vec<Part> = clusters.of_node.iter().zip(0u32..).map(|(&cluster, node)| (cluster, node)).collect();
    members.par_sort_unstable();
    members
}

fn members_of(members: &[Part], cluster: u32) -> &[Part] {
    let start = members.partition_point(|&(other, _)| other < cluster);
    let rest = members.get(start..).unwrap_or_default();
    let len = rest.iter().take(MOST_NODES).take_while(|&&(other, _)| other == cluster).count();
    rest.get(..len).unwrap_or_default()
}

/// Groups of clusters that share a dwelling, an account or a relative.
fn homes(encoded: &Encoded, relations: &[Relation], rows: usize, clusters: &Clusters) -> Vec<Vec<u32>> {
    let cluster = |node: u32| clusters.of_node.get(node as usize).copied().unwrap_or(NONE);
    let mut keyed: Vec<(u8, u32, u32)> = Vec::new();
    for (node, place) in (0u32..).zip(&encoded.nodes) {
        if place.dwelling != NONE && !encoded.communal.get(place.dwelling as usize).copied().unwrap_or(false) {
            keyed.push((DWELLING, place.dwelling, cluster(node)));
        }
        if place.account != NONE {
            keyed.push((ACCOUNT, place.account, cluster(node)));
        }
    }
    let node_of_row = encoded.nodes_by_row(rows);
    let of_row = |row: u32| node_of_row.get(row as usize).copied().filter(|&node| node != NONE).map(cluster);
    let mut related: Vec<(u32, u32)> = relations
        .iter()
        .filter_map(|relation| Some((of_row(relation.from)?, of_row(relation.to)?)))
        .flat_map(|(from, to)| [(from, to), (to, from)])
        .collect();
    related.par_sort_unstable();
    related.dedup();
    // Who is related to somebody belongs to that person's homes too: a child whom one feed has at an old address.
    let mut homes_of: Vec<(u32, u8, u32)> = keyed.iter().map(|&(kind, home, cluster)| (cluster, kind, home)).collect();
    homes_of.par_sort_unstable();
    homes_of.dedup();
    for &(cluster, relative) in &related {
        keyed.push((RELATIVE, relative, cluster));
        let start = homes_of.partition_point(|&(other, ..)| other < relative);
        let homes = homes_of.get(start..).unwrap_or_default().iter().take_while(|&&(other, ..)| other == relative);
        keyed.extend(homes.map(|&(_, kind, home)| (kind, home, cluster)));
    }
    keyed.par_sort_unstable();
    keyed.dedup();
    keyed
        .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .filter(|home| (2..=MOST_IN_A_HOME).contains(&home.len()))
        .map(|home| home.iter().map(|&(_, _, cluster)| cluster).collect())
        .collect()
}

/// The strongest weight in the family's context and the strongest pair, if the two parts look like one person and nothing contradicts.
fn same_person(parts: (&[Part], &[Part]), scorer: &Scorer, apart: &Apart, comparer: &mut Comparer<'_>) -> Option<(f64, Edge)> {
    let mut most = f64::NEG_INFINITY;
    let mut strongest: Option<Edge> = None;
    let mut seen = Seen::default();
    for &(_, a) in parts.0 {
        for &(_, b) in parts.1 {
            let (left, right) = (a.min(b), a.max(b));
            if apart.never(left, right) || apart.same_single_source(left, right) {
                return None;
            }
            let pattern = comparer.pattern(left, right);
            seen.look(pattern);
            most = most.max(family_bits(scorer, pattern));
            let edge = Edge { left, right, weight: scorer.weight(pattern), pattern };
            if strongest.is_none_or(|other| (edge.weight, other.left, other.right) > (other.weight, edge.left, edge.right)) {
                strongest = Some(edge);
            }
        }
    }
    strongest.filter(|_| seen.is_one_person() && most >= ENOUGH_BITS).map(|edge| (most, edge))
}

/// Bits for the same person against another of the same home, without what a home shares.
fn family_bits(scorer: &Scorer, pattern: u64) -> f64 {
    let shared = [field::HOME, field::TELEPHONE, field::EMAIL];
    let fields = (0..FIELDS.len()).filter(|index| !shared.contains(index));
    fields.map(|index| scorer.level_bits(index, level_of(pattern, index))[0]).sum()
}

/// The best and the worst that any pair of records of two parts shows.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one observation, and they are read together once")]
struct Seen {
    same_forename: bool,
    same_surname: bool,
    same_birth: bool,
    other_birth: bool,
    other_sex: bool,
    same_number: bool,
    other_number: bool,
}

impl Seen {
    fn look(&mut self, pattern: u64) {
        let level = |index: usize| level_of(pattern, index);
        let within = |index: usize, last: u8| (1..=usize::from(last)).contains(&level(index));
        let swapped = level(field::FORENAME) == usize::from(forename::grade::SWAPPED);
        self.same_forename |= within(field::FORENAME, forename::grade::CLOSE) || swapped;
        self.same_surname |= within(field::SURNAME, surname::grade::CLOSE) || swapped;
        self.same_birth |= within(field::BORN, date_of_birth::grade::DIGIT);
        self.other_birth |=
            (usize::from(date_of_birth::grade::TWO_PARTS)..=usize::from(date_of_birth::grade::FAR)).contains(&level(field::BORN));
        self.other_sex |= level(field::SEX) == SEX_DIFFERENT;
        for index in [field::NHS, field::NINO, field::UPN, field::ULN] {
            self.same_number |= level(index) == usize::from(identifier::grade::SAME);
            self.other_number |= level(index) == usize::from(identifier::grade::DIFFERENT);
        }
    }

    /// Same forename; same surname, or a changed one with the same date of birth; no date of birth, sex or number that contradicts.
    fn is_one_person(&self) -> bool {
        let names = self.same_forename && (self.same_surname || self.same_birth);
        names && (self.same_birth || !self.other_birth) && !self.other_sex && (self.same_number || !self.other_number)
    }
}

/// Merges candidates, strongest first, unless one side could also be somebody whom the other could not.
fn merge(candidates: &[Candidate], clusters: &mut Clusters) -> Vec<Edge> {
    let mut both: Vec<(u32, u32)> = candidates.iter().flat_map(|pair| [(pair.first, pair.second), (pair.second, pair.first)]).collect();
    both.sort_unstable();
    let partners = |cluster: u32| {
        let start = both.partition_point(|&(first, _)| first < cluster);
        both.get(start..).unwrap_or_default().iter().take_while(move |&&(first, _)| first == cluster).map(|&(_, second)| second)
    };
    let rivals = |of: u32, other: u32| partners(of).any(|third| third != other && both.binary_search(&(third, other)).is_err());
    let mut order: Vec<&Candidate> =
        candidates.iter().filter(|pair| !rivals(pair.first, pair.second) && !rivals(pair.second, pair.first)).collect();
    order.sort_unstable_by(|a, b| b.bits.total_cmp(&a.bits).then_with(|| (a.first, a.second).cmp(&(b.first, b.second))));
    // Without rivals the candidates of a cluster are all candidates of each other, so joining pairs joins whole groups.
    let mut leader: std::collections::BTreeMap<u32, u32> = std::collections::BTreeMap::new();
    let root = |leader: &std::collections::BTreeMap<u32, u32>, mut cluster: u32| {
        while let Some(&up) = leader.get(&cluster) {
            cluster = up;
        }
        cluster
    };
    let mut merged = Vec::new();
    for pair in order {
        let (first, second) = (root(&leader, pair.first), root(&leader, pair.second));
        if first != second {
            leader.insert(first.max(second), first.min(second));
            merged.push(pair.edge);
        }
    }
    for cluster in &mut clusters.of_node {
        *cluster = root(&leader, *cluster);
    }
    merged.sort_unstable();
    merged
}
