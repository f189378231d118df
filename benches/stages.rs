//! The stages on a synthetic month of 5,000 people: what a change to one of them costs. Run with `cargo bench`.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a benchmark prepares its own folder, and a panic is how it fails"
)]

use std::sync::OnceLock;

use divan::{Bencher, black_box};
use fwt::model::Silent;
use fwt::stages::households::{LastHomes, households};
use fwt::stages::ingest::Ingested;
use fwt::stages::link::{Given, link};
use fwt::stages::standardise::Standardised;

mod county;
use county::County;

fn main() {
    divan::main();
}

fn county() -> &'static County {
    static COUNTY: OnceLock<County> = OnceLock::new();
    COUNTY.get_or_init(|| County::of(5_000))
}

fn ingested() -> &'static Ingested {
    static INGESTED: OnceLock<Ingested> = OnceLock::new();
    INGESTED.get_or_init(|| county().ingest())
}

fn standardised() -> &'static Standardised {
    static STANDARDISED: OnceLock<Standardised> = OnceLock::new();
    STANDARDISED.get_or_init(|| county().standardise(ingested()))
}

#[divan::bench]
fn ingest_a_month(bencher: Bencher<'_, '_>) {
    let county = county();
    bencher.bench(|| black_box(county).ingest());
}

#[divan::bench]
fn standardise_a_month(bencher: Bencher<'_, '_>) {
    let (county, ingested) = (county(), ingested());
    bencher.bench(|| county.standardise(black_box(ingested)));
}

#[divan::bench]
fn link_a_month(bencher: Bencher<'_, '_>) {
    let (ingested, standardised) = (ingested(), standardised());
    bencher.bench(|| {
        link(black_box(&standardised.persons), &ingested.sources, &ingested.relations, &county().pipeline.link, &Given::default(), &Silent)
            .unwrap()
    });
}

#[divan::bench]
fn form_families_of_a_month(bencher: Bencher<'_, '_>) {
    let (county, ingested, standardised) = (county(), ingested(), standardised());
    let linked =
        link(&standardised.persons, &ingested.sources, &ingested.relations, &county.pipeline.link, &Given::default(), &Silent).unwrap();
    bencher.bench(|| {
        households(
            black_box(&standardised.persons),
            &linked,
            &ingested.sources,
            &ingested.relations,
            county.month.last_day(),
            (&county.pipeline.households, LastHomes::default()),
            &Silent,
        )
    });
}
