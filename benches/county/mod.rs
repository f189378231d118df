//! A synthetic county on disk and in memory, for the benchmarks.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fwt::config::checked::Pipeline;
use fwt::config::load_pipeline;
use fwt::model::{Month, Silent};
use fwt::stages::ingest::{Ingested, ingest};
use fwt::stages::standardise::{Standardised, Standards, standardise};
use fwt::synth::{SynthSettings, SynthSink, synthesise};

struct Folder(PathBuf);

impl SynthSink for Folder {
    fn put(&mut self, path: &str, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        write(&mut io::BufWriter::new(std::fs::OpenOptions::new().create(true).truncate(true).write(true).open(path)?))
    }
}

/// A county's extracts and the pipeline that reads them.
pub(crate) struct County {
    pub(crate) pipeline: Pipeline,
    pub(crate) data: tempfile::TempDir,
    pub(crate) month: Month,
}

impl County {
    /// Makes the extracts of one month.
    pub(crate) fn of(people: u32) -> Self {
        let data = tempfile::tempdir().unwrap();
        let month: Month = "2012-10".parse().unwrap();
        let settings = SynthSettings { people, seed: 1, start: month, months: 1, ..SynthSettings::default() };
        synthesise(&settings, &mut Folder(data.path().to_owned()), &Silent).unwrap();
        let pipeline = load_pipeline(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/lincolnshire.toml")).unwrap();
        Self { pipeline, data, month }
    }

    /// Reads them.
    pub(crate) fn ingest(&self) -> Ingested {
        ingest(&self.pipeline, self.data.path(), self.month, self.month.last_day(), &Silent).unwrap()
    }

    /// Brings the records into comparable form.
    pub(crate) fn standardise(&self, ingested: &Ingested) -> Standardised {
        standardise(&ingested.persons, &ingested.sources, Standards::at(self.month.last_day()), &Silent)
    }
}
