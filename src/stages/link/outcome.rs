//! From clusters of nodes back to records: persons, kept links, prevented merges.
//!
//! What comes in: clusters, scored pairs. What goes out: [`Linked`]. What always holds: persons are numbered by their smallest record in the order of (source
//! name, record id); links and prevented merges are sorted in that order; identical records are linked to the first of them.

use rayon::prelude::*;

use super::cluster::{Apart, Channels, Clusters, Edge, Guard};
use super::compare::{Comparer, date_of_birth, field, forename, home, identifier, level_of};
use super::encode::{Encoded, NONE};
use super::score::{BIT, Weight, Weights, probability};
use super::thirds::bits_of_thirds;
use crate::config::checked::LinkSettings;
use crate::model::{KeptLink, LinkDecision, Linked, PreventedMerge, Source, StandardPersons, ids};

/// Probability from which a pair is kept whatever becomes of it: forecasts can only be held against what is found if all pairs are there.
const LEAST_KEPT: f64 = 0.05;

/// Pairs that are judged together.
const CHUNK: usize = 1 << 16;

/// What is needed to write the outcome.
pub(super) struct Ingredients<'a> {
    pub(super) encoded: &'a Encoded,
    pub(super) persons: &'a StandardPersons,
    pub(super) sources: &'a [Source],
    pub(super) settings: &'a LinkSettings,
    pub(super) apart: &'a Apart,
    pub(super) channels: &'a Channels,
    pub(super) clusters: &'a Clusters,
    pub(super) edges: &'a [Edge],
    pub(super) threshold: Weight,
    pub(super) secret: &'a str,
}

/// Numbers the persons: person of each row, and their identifiers.
fn number_persons(ingredients: &Ingredients<'_>) -> (Vec<u32>, Vec<String>) {
    let Ingredients { encoded, persons, sources, clusters, .. } = ingredients;
    let mut person_of_cluster = vec![NONE; encoded.nodes.len()];
    let mut person_of_record = vec![NONE; persons.len()];
    let mut first_rows: Vec<u32> = Vec::new();
    for (&row, &node) in encoded.order.iter().zip(&encoded.node_of) {
        let cluster = clusters.of_node.get(node as usize).copied().unwrap_or(node);
        let Some(person) = person_of_cluster.get_mut(cluster as usize) else { continue };
        if *person == NONE {
            *person = first_rows.len() as u32;
            first_rows.push(row);
        }
        if let Some(slot) = person_of_record.get_mut(row as usize) {
            *slot = *person;
        }
    }
    let id = |&row: &u32| {
        let source = persons.position.get(row as usize).and_then(|position| sources.get(usize::from(position.source)));
        let record_id = persons.record_id.get(row as usize).unwrap_or_default();
        ids::person_id(ingredients.secret, source.map_or("", |source| source.name.as_str()), record_id)
    };
    (person_of_record, first_rows.par_iter().map(id).collect())
}

/// Writes the outcome; `model` and `warnings` are left to the caller.
pub(super) fn assemble(ingredients: &Ingredients<'_>, weights: &mut Weights<'_>) -> Linked {
    let (person_of_record, person_ids) = number_persons(ingredients);
    let Ingredients { encoded, settings, apart, clusters, edges, threshold, .. } = ingredients;
    let guard = Guard::new(apart, clusters);
    let position = |node: u32| encoded.representative.get(node as usize).copied().unwrap_or(NONE);
    let row = |position: u32| encoded.order.get(position as usize).copied().unwrap_or(NONE);
    let cluster = |node: u32| clusters.of_node.get(node as usize).copied().unwrap_or(node);
    let mut comparer = Comparer::new(encoded);
    let link = |left: u32, right: u32, weight: Weight, added: f32, pattern: u64, decision: LinkDecision| {
        let bits = f64::from(weight) / f64::from(BIT);
        let probability = probability(bits + f64::from(added)) as f32;
        KeptLink { left, right, weight: bits as f32, probability, pattern, decision }
    };
    let of_thirds = bits_of_thirds(encoded.nodes.len(), edges, clusters);
    let kept = |edge: &Edge, added: f32| {
        let (one, other) = (position(edge.left), position(edge.right));
        let (left, right) = (one.min(other), one.max(other));
        let (together, above) = (cluster(edge.left) == cluster(edge.right), edge.weight >= *threshold);
        let decision = match (together, above) {
            _ if apart.decided_together(edge.left, edge.right) => LinkDecision::Decided,
            _ if apart.decided_apart(edge.left, edge.right) => LinkDecision::Prevented,
            (true, true) => LinkDecision::Linked,
            (true, false) => LinkDecision::Implied,
            (false, true) => LinkDecision::Prevented,
            (false, false) => {
                let probability = probability(f64::from(edge.weight) / f64::from(BIT));
                if probability < LEAST_KEPT.min(settings.review_floor) {
                    return None;
                }
                if probability < settings.review_floor { LinkDecision::Unlinked } else { LinkDecision::Review }
            }
        };
        let prevented =
            (decision == LinkDecision::Prevented).then(|| PreventedMerge { left, right, reason: reason(edge, ingredients, &guard) });
        Some((link(left, right, edge.weight, added, edge.pattern, decision), prevented))
    };
    // Until they are sorted, links and prevented merges name positions in the order of records, then rows.
    let chunk = |(edges, added): (&[Edge], &[f32])| {
        let (mut links, mut prevented) = (Vec::with_capacity(edges.len()), Vec::new());
        for (one, merge) in edges.iter().zip(added).filter_map(|(edge, &added)| kept(edge, added)) {
            links.push(one);
            prevented.extend(merge);
        }
        (links, prevented)
    };
    let chunks: Vec<(Vec<KeptLink>, Vec<PreventedMerge>)> = edges.par_chunks(CHUNK).zip(of_thirds.par_chunks(CHUNK)).map(chunk).collect();
    let identical = encoded.node_of.len() - encoded.nodes.len().min(encoded.node_of.len());
    let mut links: Vec<KeptLink> = Vec::with_capacity(chunks.iter().map(|(links, _)| links.len()).sum::<usize>() + identical);
    let mut prevented: Vec<PreventedMerge> = Vec::new();
    for (some, merges) in chunks {
        links.extend(some);
        prevented.extend(merges);
    }
    for (record, &node) in (0u32..).zip(&encoded.node_of) {
        if position(node) != record {
            let pattern = comparer.pattern(node, node);
            links.push(link(position(node), record, weights.of(pattern), 0.0, pattern, LinkDecision::Linked));
        }
    }
    links.par_sort_unstable_by_key(|link| (link.left, link.right));
    prevented.par_sort_unstable_by_key(|merge| (merge.left, merge.right));
    let rows = |left: &mut u32, right: &mut u32| (*left, *right) = (row(*left), row(*right));
    links.par_iter_mut().for_each(|link| rows(&mut link.left, &mut link.right));
    prevented.par_iter_mut().for_each(|merge| rows(&mut merge.left, &mut merge.right));
    Linked {
        person_of_record,
        person_ids,
        links,
        prevented,
        threshold: probability(f64::from(*threshold) / f64::from(BIT)),
        ..Linked::default()
    }
}

/// Why two records that look like one person were kept apart.
fn reason(edge: &Edge, ingredients: &Ingredients<'_>, guard: &Guard) -> &'static str {
    let Ingredients { apart, channels, clusters, settings, .. } = ingredients;
    let cluster = |node: u32| clusters.of_node.get(node as usize).copied().unwrap_or(node);
    if let Some(reason) = evidence_against(edge, apart) {
        reason
    } else if guard.decided_apart(cluster(edge.left), cluster(edge.right)) {
        "decision"
    } else if settings.one_to_one {
        "one-to-one"
    } else if guard.both_declared(cluster(edge.left), cluster(edge.right)) {
        "one-per-source"
    } else if channels.against(channels.of(edge.left) & channels.of(edge.right)) <= -BIT {
        "both-in-one-source"
    } else {
        "weak-bridge"
    }
}

/// What two records themselves show against being one person.
pub(super) fn evidence_against(edge: &Edge, apart: &Apart) -> Option<&'static str> {
    let level = |index: usize| level_of(edge.pattern, index) as u8;
    let born = level(field::BORN);
    let same_forename = (1..=forename::grade::INITIAL).contains(&level(field::FORENAME));
    let same_home = [home::grade::DWELLING, home::grade::HOUSE, home::grade::POSTCODE].contains(&level(field::HOME));
    let two = |index: usize| level(index) == identifier::grade::DIFFERENT;
    let reasons = [
        (apart.decided_apart(edge.left, edge.right), "decision"),
        (apart.stated(edge.left, edge.right), "two-people-on-one-row"),
        (apart.both_declared(edge.left, edge.right), "one-per-source"),
        (apart.never(edge.left, edge.right), "adult-and-child"),
        (two(field::NHS), "two-nhs-numbers"),
        (two(field::UPN), "two-upns"),
        (two(field::NINO), "two-national-insurance-numbers"),
        (born == date_of_birth::grade::EXACT && same_home && !same_forename, "twins"),
        (same_forename && born == date_of_birth::grade::FAR, "same-name-parent-and-child"),
        (date_of_birth::grade::OTHER.contains(&born), "two-dates-of-birth"),
    ];
    reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason)
}
