//! The candidate pairs of a pipeline's files with the level of every comparison, for the supervised oracle of benches/peers:
//! `cargo bench --bench candidates -- PIPELINE DATA OUT`, absolute paths. Writes OUT/nodes.csv (`node,source,record_id`: records alike in everything
//! are one node) and OUT/pairs.csv (left, right, a column per field).

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a tool of the benchmarks writes its own files, and a panic is how it fails"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use fwt::config::load_pipeline;
use fwt::model::Silent;
use fwt::stages::ingest::ingest;
use fwt::stages::link::kernels::Kernels;
use fwt::stages::standardise::{Standards, standardise};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [pipeline, data, out] = arguments.as_slice() else { return };
    let pipeline = load_pipeline(Path::new(pipeline)).unwrap();
    let month = pipeline.month.unwrap();
    let ingested = ingest(&pipeline, Path::new(data), month, month.last_day(), &Silent).unwrap();
    let standardised = standardise(&ingested.persons, &ingested.sources, Standards::at(month.last_day()), &Silent);
    let persons = &standardised.persons;
    let kernels = Kernels::prepare(persons, &ingested.sources, &ingested.relations, &pipeline.link, usize::MAX);
    std::fs::create_dir_all(out).unwrap();
    let open = |name: &str| BufWriter::new(File::create(Path::new(out).join(name)).unwrap());

    let mut nodes = open("nodes.csv");
    writeln!(nodes, "node,source,record_id").unwrap();
    for (row, node) in kernels.node_of_rows() {
        let row = row as usize;
        let source = &ingested.sources[usize::from(persons.position[row].source)].name;
        writeln!(nodes, "{node},{source},{}", persons.record_id.get(row).unwrap_or_default()).unwrap();
    }
    nodes.flush().unwrap();

    let mut pairs = open("pairs.csv");
    writeln!(pairs, "left,right,{}", Kernels::fields().join(",")).unwrap();
    kernels.each_pair(|left, right, levels| {
        write!(pairs, "{left},{right}").unwrap();
        for level in levels {
            write!(pairs, ",{level}").unwrap();
        }
        writeln!(pairs).unwrap();
    });
    pairs.flush().unwrap();
}
