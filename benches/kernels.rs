//! The kernels of linkage on a synthetic month of 20,000 people, each on its own: what a change to one of them costs. Run with `cargo bench --bench kernels`.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a benchmark prepares its own folder, and a panic is how it fails"
)]

use std::sync::OnceLock;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use fwt::stages::ingest::Ingested;
use fwt::stages::link::kernels::Kernels;
use fwt::stages::standardise::Standardised;

mod county;
use county::County;

fn main() {
    divan::main();
}

struct Job {
    county: County,
    ingested: Ingested,
    standardised: Standardised,
}

fn job() -> &'static Job {
    static JOB: OnceLock<Job> = OnceLock::new();
    JOB.get_or_init(|| {
        let county = County::of(20_000);
        let ingested = county.ingest();
        let standardised = county.standardise(&ingested);
        Job { county, ingested, standardised }
    })
}

fn kernels() -> &'static Kernels<'static> {
    static KERNELS: OnceLock<Kernels<'static>> = OnceLock::new();
    let job = job();
    KERNELS.get_or_init(|| {
        let (ingested, settings) = (&job.ingested, &job.county.pipeline.link);
        Kernels::prepare(&job.standardised.persons, &ingested.sources, &ingested.relations, settings, usize::MAX)
    })
}

#[divan::bench]
fn standardise(bencher: Bencher<'_, '_>) {
    let job = job();
    bencher.counter(ItemsCount::new(job.ingested.persons.len())).bench(|| job.county.standardise(black_box(&job.ingested)));
}

#[divan::bench]
fn encode(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(job().ingested.persons.len())).bench(|| black_box(kernels()).encode());
}

#[divan::bench]
fn block(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(kernels().pairs())).bench(|| black_box(kernels()).block());
}

#[divan::bench(args = Kernels::fields().into_iter().filter(|field| !field.starts_with("further")))]
fn compare(bencher: Bencher<'_, '_>, field: &str) {
    bencher.counter(ItemsCount::new(kernels().pairs())).bench(|| black_box(kernels()).compare_field(field));
}

#[divan::bench]
fn compare_all_fields(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(kernels().pairs())).bench(|| black_box(kernels()).compare());
}

#[divan::bench]
fn count_patterns(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(kernels().pairs())).bench(|| black_box(kernels()).count_patterns());
}

#[divan::bench]
fn estimate_by_em(bencher: Bencher<'_, '_>) {
    bencher.bench(|| black_box(kernels()).estimate());
}

#[divan::bench]
fn score(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(kernels().pairs())).bench(|| black_box(kernels()).score());
}

#[divan::bench]
fn cluster(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(kernels().nodes())).bench(|| black_box(kernels()).cluster());
}
