//! The promises of publication.

mod fixture;
mod page;
mod restricted;
mod tables;
mod workbook;

use std::collections::BTreeMap;
use std::io::{self, Write};

use fixture::Fixture;

use super::{PublishError, RunContents, RunSink, publish, screen};
use crate::model::tables::TABLES;

/// A run folder in memory: name to rows and bytes.
#[derive(Default)]
pub(super) struct Memory(BTreeMap<String, (Option<u64>, Vec<u8>)>);

impl RunSink for Memory {
    fn put(
        &mut self,
        name: &str,
        rows: Option<u64>,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        assert!(self.0.insert(name.to_owned(), (rows, bytes)).is_none(), "{name} was written twice");
        Ok(())
    }
}

fn published(run: &RunContents<'_>) -> Memory {
    let mut memory = Memory::default();
    publish(run, &mut memory).unwrap();
    memory
}

fn text_of(memory: &Memory, name: &str) -> String {
    String::from_utf8(memory.0[name].1.clone()).unwrap()
}

#[test]
fn a_run_is_every_table_the_workbook_the_report_and_the_summary() {
    let fixture = Fixture::county(120);
    let memory = published(&fixture.contents());
    let mut expected: Vec<String> = TABLES.iter().map(|table| format!("{}.parquet", table.name)).collect();
    expected.extend(["list.xlsx", "report.html", "run.json"].map(str::to_owned));
    let below = [
        "known_persons.parquet",
        "known_places.parquet",
        "link_edges.parquet",
        "link_memory.json",
        "link_model.json",
        "link_nodes.parquet",
        "withheld_entries.parquet",
        "withheld_identities.parquet",
        "withheld_persons.parquet",
        "withheld_places.parquet",
        "withheld_words.parquet",
    ];
    expected.extend(below.map(|name| format!("register/{name}")));
    expected.sort();
    assert_eq!(memory.0.keys().cloned().collect::<Vec<_>>(), expected);
}

#[test]
fn the_same_run_gives_the_same_bytes_at_any_thread_count() {
    let fixture = Fixture::county(150);
    let first = published(&fixture.contents());
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let again = pool.install(|| published(&fixture.contents()));
        for (name, file) in &first.0 {
            assert!(again.0[name] == *file, "{name} differs with {threads} threads");
        }
    }
}

#[test]
fn a_run_without_anything_is_published_too() {
    let fixture = Fixture::county(0);
    let memory = published(&fixture.contents());
    assert!(text_of(&memory, "report.html").contains("families proposed for the list"));
}

#[test]
fn a_sink_that_is_full_stops_publication_with_the_name_of_the_file() {
    struct Full;
    impl RunSink for Full {
        fn put(
            &mut self,
            _name: &str,
            _rows: Option<u64>,
            _write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
        ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            Err("no space left".into())
        }
    }
    let fixture = Fixture::county(3);
    let error = publish(&fixture.contents(), &mut Full).unwrap_err();
    assert!(matches!(&error, PublishError::Sink { file, .. } if file == "identification.parquet"), "{error}");
}

#[test]
fn the_summary_counts_what_the_run_holds_and_fits_one_screen() {
    let fixture = Fixture::county(400);
    let run = fixture.contents();
    let summary = publish(&run, &mut Memory::default()).unwrap();
    assert_eq!(summary["counts"]["persons"], fixture.linked.persons());
    assert_eq!(summary["counts"]["families"], 400);
    let pack = &summary["packs"][0];
    let entries = fixture.identification.entries.iter().filter(|entry| entry.pack == "p1-lincolnshire");
    assert_eq!(pack["listed"], entries.filter(|entry| entry.route.is_listed()).count());
    let districts: u64 = pack["districts"].as_array().unwrap().iter().map(|district| district["listed"].as_u64().unwrap()).sum();
    assert_eq!(pack["listed"], districts);
    let criterion = &pack["criteria"][0];
    let total: u64 = ["true", "unknown", "false"].iter().map(|value| criterion[value].as_u64().unwrap()).sum();
    assert_eq!(summary["counts"]["families_with_children"], total);
    assert_eq!(summary["packs"][1]["criteria"][3]["sight"], "partly blind");
    assert_eq!(text_of(&published(&run), "run.json"), format!("{}\n", serde_json::to_string_pretty(&summary).unwrap()));

    let title = "High cost to the public purse (local discretion), whatever its length";
    let mut titled = summary.clone();
    titled["packs"][0]["criteria"][0]["title"] = title.into();
    assert!(screen(&titled).contains(title), "a title is shown whole");

    let screen = screen(&summary);
    assert!(screen.lines().count() <= 34, "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 110), "{screen}");
    assert!(screen.contains("2 stale (not_on_roll, dwp_return), 1 missing (health_flags)"), "{screen}");
}
