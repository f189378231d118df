//! What can be worked out of a count that was withheld, exactly.
//!
//! What comes in: the true counts, the table as shown, a place. What goes out: the least and the most that the count there can be, for who knows the table, the rules
//! and which counts were withheld for their own sake.
//! What always holds: the range is exact, not an estimate. A table with totals is a network: what flows from a row to a column is a count, what flows into a row or out
//! of a column a total, and every number that is shown bounds its flow. The true table is one flow that fits; how far one count can go up or down is how much more the
//! rest of the network can carry back (Ford and Fulkerson, 1956), and in a network of whole bounds the extremes are whole.

use std::collections::VecDeque;

use super::{LARGEST_SMALL, ROUNDED_TO, Shown, ShownTable};

/// More than any count.
pub(super) const UNBOUNDED: i64 = 1 << 40;

/// The least and the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) least: i64,
    pub(super) most: i64,
}

/// What a number says of itself, as shown. A count withheld for its own sake is told from one withheld for another's: the reader is given more than the table tells.
pub(super) fn range(shown: Shown, truth: u64, is_total: bool) -> Range {
    let half = (ROUNDED_TO / 2) as i64;
    match shown {
        Shown::Count(0) => Range { least: 0, most: 0 },
        Shown::Count(count) => Range { least: (count as i64 - half).max(LARGEST_SMALL as i64 + 1), most: count as i64 + half },
        Shown::Withheld if is_total => Range { least: 0, most: UNBOUNDED },
        Shown::Withheld if truth <= LARGEST_SMALL => Range { least: 1, most: LARGEST_SMALL as i64 },
        Shown::Withheld => Range { least: LARGEST_SMALL as i64 + 1, most: UNBOUNDED },
    }
}

/// One number of the table as a way for flow.
struct Arc {
    from: usize,
    to: usize,
    flow: i64,
    range: Range,
}

/// The range of the count at a place.
pub(super) fn bounds(counts: &[Vec<u64>], shown: &ShownTable, row: usize, column: usize) -> Range {
    let (arcs, wanted) = network(counts, shown, row, column);
    let nodes = shown.rows.len() + shown.columns.len() + 2;
    let Some((from, to, flow, range)) = arcs.get(wanted).map(|arc| (arc.from, arc.to, arc.flow, arc.range)) else {
        return Range { least: 0, most: UNBOUNDED };
    };
    let up = carry(&arcs, nodes, wanted, to, from, range.most - flow);
    let down = carry(&arcs, nodes, wanted, from, to, flow - range.least);
    Range { least: flow - down, most: flow + up }
}

/// Every number of the table, and where among them the wanted one stands.
fn network(counts: &[Vec<u64>], shown: &ShownTable, wanted_row: usize, wanted_column: usize) -> (Vec<Arc>, usize) {
    let (height, width) = (shown.rows.len(), shown.columns.len());
    let (source, sink) = (height + width, height + width + 1);
    let mut arcs = Vec::new();
    let mut wanted = usize::MAX;
    let mut columns = vec![0_u64; width];
    let mut grand = 0;
    for (row, cells) in shown.cells.iter().enumerate() {
        let mut total = 0;
        for (column, &cell) in cells.iter().enumerate() {
            let count = counts.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0);
            if (row, column) == (wanted_row, wanted_column) {
                wanted = arcs.len();
            }
            arcs.push(Arc { from: row, to: height + column, flow: count as i64, range: range(cell, count, false) });
            total += count;
            if let Some(sum) = columns.get_mut(column) {
                *sum += count;
            }
        }
        let said = shown.rows.get(row).copied().unwrap_or(Shown::Withheld);
        arcs.push(Arc { from: source, to: row, flow: total as i64, range: range(said, total, true) });
        grand += total;
    }
    for (column, total) in columns.into_iter().enumerate() {
        let said = shown.columns.get(column).copied().unwrap_or(Shown::Withheld);
        arcs.push(Arc { from: height + column, to: sink, flow: total as i64, range: range(said, total, true) });
    }
    arcs.push(Arc { from: sink, to: source, flow: grand as i64, range: range(shown.grand, grand, true) });
    (arcs, wanted)
}

/// How much more the network can carry from one node to another without the arc `without`, at most `wanted`.
fn carry(arcs: &[Arc], nodes: usize, without: usize, from: usize, to: usize, wanted: i64) -> i64 {
    // Each arc both ways: forward what its bound leaves, backward what may be taken back.
    let mut left: Vec<[i64; 2]> = arcs.iter().map(|arc| [arc.range.most - arc.flow, arc.flow - arc.range.least]).collect();
    if let Some(left) = left.get_mut(without) {
        *left = [0, 0];
    }
    let mut carried = 0;
    while carried < wanted {
        let Some(path) = shortest_path(arcs, &left, nodes, from, to) else { break };
        let room = |&(arc, way): &(usize, usize)| left.get(arc).and_then(|left| left.get(way)).copied().unwrap_or(0);
        let amount = path.iter().map(room).min().unwrap_or(0).min(wanted - carried);
        for (arc, way) in path {
            if let Some([forward, backward]) = left.get_mut(arc) {
                let sign = if way == 0 { 1 } else { -1 };
                *forward -= sign * amount;
                *backward += sign * amount;
            }
        }
        carried += amount;
    }
    carried
}

/// The shortest way through what is left: arcs, each with 0 for forward or 1 for backward.
fn shortest_path(arcs: &[Arc], left: &[[i64; 2]], nodes: usize, from: usize, to: usize) -> Option<Vec<(usize, usize)>> {
    let mut reached: Vec<Option<(usize, usize, usize)>> = vec![None; nodes];
    let mut waiting = VecDeque::from([from]);
    while let Some(node) = waiting.pop_front() {
        for (index, (arc, room)) in arcs.iter().zip(left).enumerate() {
            for (way, (begin, end)) in [(arc.from, arc.to), (arc.to, arc.from)].into_iter().enumerate() {
                let open = room.get(way).is_some_and(|room| *room > 0);
                if begin == node && open && end != from && reached.get(end).is_some_and(Option::is_none) {
                    if let Some(reached) = reached.get_mut(end) {
                        *reached = Some((node, index, way));
                    }
                    waiting.push_back(end);
                }
            }
        }
    }
    let mut path = Vec::new();
    let mut node = to;
    while node != from {
        let (before, arc, way) = reached.get(node).copied().flatten()?;
        path.push((arc, way));
        node = before;
    }
    Some(path)
}
