//! The stages on a synthetic month of 5,000 people: what a change to one of them costs. Run with `cargo bench`.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a benchmark prepares its own folder, and a panic is how it fails"
)]

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use divan::{Bencher, black_box};
use fwt::config::checked::Pipeline;
use fwt::config::load_pipeline;
use fwt::model::{Month, Silent};
use fwt::stages::households::households;
use fwt::stages::ingest::{Ingested, ingest};
use fwt::stages::link::{Given, link};
use fwt::stages::standardise::{Standardised, Standards, standardise};
use fwt::synth::{Noise, SynthSettings, SynthSink, synthesise};

fn main() {
    divan::main();
}

struct Folder(PathBuf);

impl SynthSink for Folder {
    fn put(&mut self, path: &str, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        write(&mut io::BufWriter::new(std::fs::OpenOptions::new().create(true).truncate(true).write(true).open(path)?))
    }
}

struct County {
    pipeline: Pipeline,
    data: tempfile::TempDir,
    month: Month,
}

fn county() -> &'static County {
    static COUNTY: OnceLock<County> = OnceLock::new();
    COUNTY.get_or_init(|| {
        let data = tempfile::tempdir().unwrap();
        let month: Month = "2012-10".parse().unwrap();
        let settings = SynthSettings { people: 5_000, seed: 1, start: month, months: 1, noise: Noise::default(), late_feeds: false };
        synthesise(&settings, &mut Folder(data.path().to_owned()), &Silent).unwrap();
        let pipeline = load_pipeline(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/lincolnshire.toml")).unwrap();
        County { pipeline, data, month }
    })
}

fn ingested() -> &'static Ingested {
    static INGESTED: OnceLock<Ingested> = OnceLock::new();
    let county = county();
    INGESTED.get_or_init(|| ingest(&county.pipeline, county.data.path(), county.month, county.month.last_day(), &Silent).unwrap())
}

fn standardised() -> &'static Standardised {
    static STANDARDISED: OnceLock<Standardised> = OnceLock::new();
    let ingested = ingested();
    STANDARDISED.get_or_init(|| standardise(&ingested.persons, &ingested.sources, Standards::at(county().month.last_day()), &Silent))
}

#[divan::bench]
fn ingest_a_month(bencher: Bencher<'_, '_>) {
    let county = county();
    bencher.bench(|| ingest(black_box(&county.pipeline), county.data.path(), county.month, county.month.last_day(), &Silent).unwrap());
}

#[divan::bench]
fn standardise_a_month(bencher: Bencher<'_, '_>) {
    let ingested = ingested();
    bencher.bench(|| standardise(black_box(&ingested.persons), &ingested.sources, Standards::at(county().month.last_day()), &Silent));
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
            &county.pipeline.households,
            &Silent,
        )
    });
}
