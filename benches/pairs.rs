//! Nanoseconds per pair of comparing a frozen set of candidate pairs, on one thread and on two:
//! `cargo bench --bench pairs -- PEOPLE PAIRS` (20,000 people and all their pairs unless said otherwise; 1,200,000 people give twenty million pairs).

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, prints its figures, prepares its own folder, and a panic is how it fails"
)]

use std::time::Instant;

use fwt::config::checked::LinkSettings;
use fwt::stages::link::kernels::Kernels;

mod county;
use county::County;

/// Each measurement is the best of so many.
const TIMES: usize = 3;

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let people = numbers.first().copied().unwrap_or(20_000);
    let most_pairs = numbers.get(1).copied().unwrap_or(usize::MAX);
    let county = County::of(people as u32);
    let ingested = county.ingest();
    let standardised = county.standardise(&ingested);
    let settings = LinkSettings::default();
    let kernels = Kernels::prepare(&standardised.persons, &ingested.sources, &ingested.relations, &settings, most_pairs);
    println!("{} records, {} pairs, {} fields in use", kernels.nodes(), kernels.pairs(), kernels.fields_in_use());
    let mut checksums = Vec::new();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut best = f64::INFINITY;
        for _ in 0..TIMES {
            let started = Instant::now();
            checksums.push(pool.install(|| kernels.compare()));
            best = best.min(started.elapsed().as_secs_f64());
        }
        println!(
            "{threads} thread(s): {:.1} ns per pair, {:.2} M pairs/s",
            best * 1e9 / kernels.pairs() as f64,
            kernels.pairs() as f64 / best / 1e6
        );
    }
    checksums.dedup();
    assert_eq!(checksums.len(), 1, "the patterns do not depend on the number of threads");
}
