//! Writes what the next month's linkage needs: the model, the distinct records, the scored pairs.
//!
//! What always holds: the model is written as it was read, byte by byte, so its hash stays what it is while it is in use; numbers of 64 bits stand in tables
//! as signed ones of the same bits.

use super::contents::RunContents;
use super::parquet_file::write_table;
use super::tables_intake::Below;
use super::{PublishError, RunSink, put_bytes};
use crate::model::memory::MemoryHeading;
use crate::model::tables::{LINK_EDGES, LINK_NODES};

pub(super) fn write(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let Some(memory) = &run.linked.memory else { return Ok(()) };
    // Hashes of records and rare names can be guessed, those of hidden people too, and two identities that must not be told together are a pair here.
    let sink: &mut dyn RunSink = &mut Below { folder: "register", sink };
    let pairs = &memory.pairs;
    put_bytes(sink, "link_model.json", None, memory.model.text().as_bytes())?;
    let heading = MemoryHeading { pipeline: run.pipeline_name.to_owned(), ..pairs.heading.clone() };
    let heading = serde_json::to_string(&heading).unwrap_or_default() + "\n";
    put_bytes(sink, "link_memory.json", None, heading.as_bytes())?;
    write_table(sink, &LINK_NODES, pairs.fingerprints.len(), &|range, columns| {
        let bits = |values: &[u64]| values.get(range.clone()).unwrap_or_default().iter().map(|&bits| Some(bits as i64)).collect::<Vec<_>>();
        columns.integer("fingerprint", bits(&pairs.fingerprints).into_iter());
        columns.integer("first_record", bits(&pairs.first_records).into_iter());
        columns.integer("records", pairs.records.get(range.clone()).unwrap_or_default().iter().map(|&count| Some(i64::from(count))));
    })?;
    write_table(sink, &LINK_EDGES, pairs.left.len(), &|range, columns| {
        let row = |rows: &[u32]| rows.get(range.clone()).unwrap_or_default().iter().map(|&row| Some(i64::from(row))).collect::<Vec<_>>();
        columns.integer("left", row(&pairs.left).into_iter());
        columns.integer("right", row(&pairs.right).into_iter());
        columns.integer("weight", pairs.weights.get(range.clone()).unwrap_or_default().iter().map(|&weight| Some(i64::from(weight))));
        columns.integer("pattern", pairs.patterns.get(range.clone()).unwrap_or_default().iter().map(|&pattern| Some(pattern as i64)));
    })
}
