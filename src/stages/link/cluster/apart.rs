//! Records that are not the same person, whatever their content says.
//!
//! What comes in: positions of records, stated relations, sources, decisions of people. What goes out: for two nodes, whether they must stay apart or
//! together. What always holds: two people on one row of an extract, or in a stated relation to each other, are two people, unless their content is
//! identical (then a clerk typed one person twice); nor are an adult and a young child; a schema that guarantees one record per person only
//! speaks against, a pipeline that declares the source free of duplicates forbids; what a person decided stands above all of it.

use rayon::prelude::*;

use super::super::apart_sources::SingleSources;
use super::super::decisions::Decided;
use super::super::encode::{Encoded, NONE};
use super::generation::Generations;
use crate::model::{Relation, Source, StandardPersons};

/// Who must stay apart.
pub(crate) struct Apart {
    starts: Vec<u32>,
    statements: Vec<u32>,
    single_sources: Vec<u64>,
    generations: Generations,
    /// Pairs of nodes that somebody decided are different people, smaller node first, sorted.
    cannot_links: Vec<(u32, u32)>,
    /// Pairs of nodes that somebody decided are one person, smaller node first, sorted.
    must_links: Vec<(u32, u32)>,
    /// Per node, a bit for each source declared free of duplicates in which it occurs; empty if there is none.
    declared: Vec<u64>,
}

impl Apart {
    /// The same with what the pipeline and its decisions say.
    pub(crate) fn with(mut self, encoded: &Encoded, persons: &StandardPersons, single: &SingleSources, decided: &Decided) -> Self {
        let node_of_row = if decided.is_empty() { Vec::new() } else { encoded.nodes_by_row(persons.len()) };
        let node = |row: u32| node_of_row.get(row as usize).copied().unwrap_or(NONE);
        let pairs = |rows: &mut dyn Iterator<Item = (u32, u32)>| {
            let mut pairs: Vec<(u32, u32)> = rows
                .map(|(left, right)| (node(left), node(right)))
                .filter(|&(a, b)| a != b && a != NONE && b != NONE)
                .map(|(a, b)| (a.min(b), a.max(b)))
                .collect();
            pairs.sort_unstable();
            pairs.dedup();
            pairs
        };
        self.cannot_links = pairs(&mut decided.apart.iter().copied());
        self.must_links = pairs(&mut decided.together.iter().map(|&(left, right, _)| (left, right)));
        if !single.is_empty() {
            self.declared = vec![0; encoded.nodes.len()];
            for (&row, &node) in encoded.order.iter().zip(&encoded.node_of) {
                if let Some(mask) = self.declared.get_mut(node as usize) {
                    *mask |= single.bit_of_row(persons, row);
                }
            }
        }
        self
    }

    /// Collects what rows and relations state.
    pub(crate) fn collect(encoded: &Encoded, persons: &StandardPersons, sources: &[Source], relations: &[Relation]) -> Self {
        let node_of_row = encoded.nodes_by_row(persons.len());
        let mut lines: Vec<(u32, u32, u32)> = encoded
            .order
            .par_iter()
            .filter_map(|&row| {
                let position = persons.position.get(row as usize)?;
                Some((position.delivery, position.line, *node_of_row.get(row as usize)?))
            })
            .collect();
        lines.par_sort_unstable();
        lines.dedup();
        let mut stated: Vec<(u32, u32)> = Vec::new();
        let mut statement = 0;
        for line in lines.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|line| line.len() > 1) {
            stated.extend(line.iter().map(|&(_, _, node)| (node, statement)));
            statement += 1;
        }
        let node = |row: u32| node_of_row.get(row as usize).copied().unwrap_or(NONE);
        let mut related: Vec<(u32, u32)> = relations
            .iter()
            .map(|relation| (node(relation.from), node(relation.to)))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .filter(|&(a, b)| a != b && b != NONE)
            .collect();
        related.par_sort_unstable();
        related.dedup();
        for (a, b) in related {
            stated.extend([(a, statement), (b, statement)]);
            statement += 1;
        }
        stated.par_sort_unstable();
        let mut starts = vec![0u32; encoded.nodes.len() + 1];
        for &(node, _) in &stated {
            if let Some(start) = starts.get_mut(node as usize + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let statements = stated.into_iter().map(|(_, statement)| statement).collect();
        Self {
            starts,
            statements,
            single_sources: single_sources(encoded, persons, sources),
            generations: Generations::collect(encoded, persons),
            cannot_links: Vec::new(),
            must_links: Vec::new(),
            declared: Vec::new(),
        }
    }

    fn of(&self, node: u32) -> &[u32] {
        let bound = |node: usize| self.starts.get(node).map_or(0, |&start| start as usize);
        self.statements.get(bound(node as usize)..bound(node as usize + 1)).unwrap_or_default()
    }

    /// True if a row, a relation, a decision or the pipeline states that the two are different people, or they are of different generations.
    pub(crate) fn never(&self, a: u32, b: u32) -> bool {
        self.stated(a, b) || self.generations.differ(a, b) || self.both_declared(a, b) || self.decided_apart(a, b)
    }

    /// True if somebody decided that the two are different people.
    pub(crate) fn decided_apart(&self, a: u32, b: u32) -> bool {
        !self.cannot_links.is_empty() && self.cannot_links.binary_search(&(a.min(b), a.max(b))).is_ok()
    }

    /// True if somebody decided that the two are one person.
    pub(crate) fn decided_together(&self, a: u32, b: u32) -> bool {
        !self.must_links.is_empty() && self.must_links.binary_search(&(a.min(b), a.max(b))).is_ok()
    }

    /// True if both occur in one source that is declared free of duplicates.
    pub(crate) fn both_declared(&self, a: u32, b: u32) -> bool {
        self.declared_of(a) & self.declared_of(b) != 0
    }

    /// A bit for each source declared free of duplicates in which a node occurs.
    pub(crate) fn declared_of(&self, node: u32) -> u64 {
        self.declared.get(node as usize).copied().unwrap_or(0)
    }

    /// True if some source is declared free of duplicates.
    pub(crate) fn declares(&self) -> bool {
        !self.declared.is_empty()
    }

    /// Must-links: pairs of nodes, smaller node first, sorted.
    pub(crate) fn must_links(&self) -> &[(u32, u32)] {
        &self.must_links
    }

    /// Cannot-links: pairs of nodes, smaller node first, sorted.
    pub(crate) fn cannot_links(&self) -> &[(u32, u32)] {
        &self.cannot_links
    }

    /// Must-links among nodes in ascending order, as positions.
    pub(super) fn must_links_among(&self, nodes: &[u32]) -> Vec<(usize, usize)> {
        if self.must_links.is_empty() {
            return Vec::new();
        }
        let of = |(place, &node): (usize, &u32)| {
            let start = self.must_links.partition_point(|&(left, _)| left < node);
            let rest = self.must_links.get(start..).unwrap_or_default().iter().take_while(move |&&(left, _)| left == node);
            rest.filter_map(move |(_, right)| Some((place, nodes.binary_search(right).ok()?))).collect::<Vec<_>>()
        };
        nodes.iter().enumerate().flat_map(of).collect()
    }

    /// True if a row or relation states that the two are different people.
    pub(crate) fn stated(&self, a: u32, b: u32) -> bool {
        let (mut left, mut right) = (self.of(a).iter().peekable(), self.of(b).iter().peekable());
        while let (Some(x), Some(y)) = (left.peek(), right.peek()) {
            match x.cmp(y) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => left.next(),
                std::cmp::Ordering::Greater => right.next(),
            };
        }
        false
    }

    /// True if both occur in a source that holds each person once.
    pub(crate) fn same_single_source(&self, a: u32, b: u32) -> bool {
        let mask = |node: u32| self.single_sources.get(node as usize).copied().unwrap_or(0);
        mask(a) & mask(b) != 0
    }
}

/// Per node, a bit for each source with one record per person in which it occurs; empty if there is no such source.
fn single_sources(encoded: &Encoded, persons: &StandardPersons, sources: &[Source]) -> Vec<u64> {
    if !sources.iter().any(|source| source.one_per_person) {
        return Vec::new();
    }
    let mut masks = vec![0u64; encoded.nodes.len()];
    for (&row, &node) in encoded.order.iter().zip(&encoded.node_of) {
        let source = persons.position.get(row as usize).map_or(usize::MAX, |position| usize::from(position.source));
        if sources.get(source).is_some_and(|source| source.one_per_person)
            && let Some(mask) = masks.get_mut(node as usize)
        {
            *mask |= 1 << (source % 64);
        }
    }
    masks
}
