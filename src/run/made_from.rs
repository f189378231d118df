//! What a run was made from besides its extracts: the configuration, what people wrote, the ceilings.
//!
//! What comes in: a pipeline and the files that people write beside the extracts; or the run that kept them. What goes out: `register/made_from.json`, or what
//! stands in it. What always holds: a run can be re-performed when pipeline, schemas, packs and decisions have long been changed; a text is used only if it is
//! the one its hash was taken of. What stands there is as sensitive as the extracts: it names restricted people.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RunError;
use super::month::Begun;
use super::reading::{self, ReadingError};
use crate::config::checked::Pipeline;
use crate::config::files::{KeptConfiguration, KeptText};
use crate::config::load_kept;
use crate::model::{Problem, Problems};
use crate::store::{self, RunFolder};

/// The file in which it is kept.
pub(super) const FILE: &str = "register/made_from.json";

/// What a run was made from besides its extracts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeFrom {
    /// The secret of the run: without it the hash of this file, which the manifest tells, could be found by trying what may stand in the rest.
    secret: String,
    configuration: KeptConfiguration,
    /// What people wrote, by path in the data folder.
    written: BTreeMap<String, KeptText>,
    /// Ceilings, those of the command line above those of the pipeline.
    max_memory: Option<u64>,
    max_pairs: Option<u64>,
}

impl MadeFrom {
    /// What a month is made from.
    pub(super) fn of(pipeline: &Pipeline, begun: &Begun) -> Self {
        let written = [&begun.overrides.text, &begun.decisions.text, &begun.restricted.text];
        Self {
            secret: begun.secret.text.clone(),
            configuration: pipeline.configuration.clone(),
            written: written.into_iter().flatten().cloned().collect(),
            max_memory: pipeline.link.max_memory,
            max_pairs: pipeline.link.max_pairs,
        }
    }

    /// The bytes of the file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("texts and numbers are JSON");
        bytes.push(b'\n');
        bytes
    }

    /// What a run was made from; nothing if it was made before runs kept it.
    ///
    /// # Errors
    /// If the file is missing, fails its hash, or is not what it should be.
    pub fn read(run: &RunFolder) -> Result<Option<Self>, ReadingError> {
        if run.manifest.output(FILE).is_none() {
            return Ok(None);
        }
        serde_json::from_value(reading::json(run, FILE)?).map(Some).map_err(|_| ReadingError::Json { table: FILE.to_owned() })
    }

    /// The pipeline, with the ceilings that the run was given.
    ///
    /// # Errors
    /// Every problem of its files, for one that this version does not understand any more.
    pub fn pipeline(&self) -> Result<Pipeline, Problems> {
        let mut pipeline = load_kept(&self.configuration)?;
        (pipeline.link.max_memory, pipeline.link.max_pairs) = (self.max_memory, self.max_pairs);
        Ok(pipeline)
    }
}

/// Where the files are that people write beside the extracts.
#[derive(Clone, Copy)]
pub enum Beside<'a> {
    /// In the data folder.
    Folder(&'a Path),
    /// In what a run kept.
    Kept(&'a MadeFrom),
}

impl Beside<'_> {
    /// The text of a file and the hash of its bytes; nothing where it is not there. `what` it is, for a message.
    ///
    /// # Errors
    /// [`RunError`] if it cannot be read or is not UTF-8 text.
    pub(super) fn text(self, name: &Path, what: &str) -> Result<Option<KeptText>, RunError> {
        let shown = name.display().to_string();
        let refused = |kind: &'static str, message: String, hint: &str| {
            RunError::Data(Problems(vec![Problem::of_file(shown.as_str(), kind, message).with_hint(hint)]))
        };
        match self {
            Self::Folder(data) => {
                let path = data.join(name);
                if !store::stands_there(&path) {
                    return Ok(None);
                }
                let file = store::read_input(data, &path)?;
                let text = String::from_utf8(file.bytes)
                    .map_err(|_| refused("not-utf-8", format!("{what} are not UTF-8 text"), "save the file as \"CSV UTF-8\""))?;
                Ok(Some(KeptText { sha256: file.sha256, text }))
            }
            Self::Kept(made_from) => match made_from.written.get(&shown) {
                Some(text) if !text.is_whole() => {
                    Err(refused("changed", format!("what the run kept of {what} is not what its hash says"), "re-perform it with --data"))
                }
                kept => Ok(kept.cloned()),
            },
        }
    }
}
