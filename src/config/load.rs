//! Loads a pipeline with all its schemas and criteria packs.
//!
//! What comes in: the path of a pipeline file. What goes out: a [`Pipeline`], or every problem of every file at once.
//! What always holds: schemas are sorted by name; no two share a name or could claim the same file; every file read is fingerprinted.

use std::path::Path;

use super::checked::{Pipeline, Schema};
use super::claims::{NamedFile, read_claims};
use super::dwp::read_dwp;
use super::effect::{EffectSection, read_costs, read_effect};
use super::files::{Files, KeptConfiguration, KeptText};
use super::further::number_further;
use super::linkage::{Sources, read_link};
use super::needs::read_needs;
use super::paths::{ConfigFile, folder_of, tidy};
use super::patterns;
use super::purposes::unknown_purposes;
use super::raw::{Document, Located, Section};
use super::schema::{is_plain_name, parse_schema};
use super::service::read_service;
use super::settings::{read_gates, read_households, read_identify};
use super::targets::read_targets;
use crate::model::{EffectSettings, Problem, Problems, nearest};
use crate::rules::pack::{Overlay, Pack};

/// Loads and checks a pipeline file and everything it names.
///
/// # Errors
/// All problems of all files, in the order pipeline, schemas, packs.
pub fn load_pipeline(path: &Path) -> Result<Pipeline, Problems> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = ConfigFile { relative: name, shown: tidy(path), path: path.to_path_buf() };
    load(&file, Files::Folder(folder_of(path)))
}

/// The same from what a run kept.
///
/// # Errors
/// As [`load_pipeline`].
pub fn load_kept(kept: &KeptConfiguration) -> Result<Pipeline, Problems> {
    let name = kept.pipeline.clone();
    load(&ConfigFile { path: (&name).into(), shown: name.clone(), relative: name }, Files::Kept(kept))
}

fn load(file: &ConfigFile, files: Files<'_>) -> Result<Pipeline, Problems> {
    let kept = KeptConfiguration { pipeline: file.relative.clone(), ..KeptConfiguration::default() };
    let mut loading = Loading { files, problems: Vec::new(), fingerprints: Vec::new(), kept };
    let Some(text) = loading.text(file) else { return Err(Problems(loading.problems)) };
    let document = Document::new(&file.shown, &text);
    let tree = document.parse();
    // A pipeline may extend another one of its folder: what it does not say itself is said there.
    let extended = tree.as_ref().and_then(|tree| loading.extended(&document, tree));
    let extended_document = extended.as_ref().map(|(file, text)| Document::new(file, text));
    let extended_tree = extended_document.as_ref().and_then(Document::parse);
    let below = extended_document.as_ref().zip(extended_tree.as_ref());
    let readable = extended_document.is_none() || extended_tree.is_some();
    let pipeline = tree
        .as_ref()
        .filter(|_| readable)
        .and_then(|tree| loading.pipeline(&file.path, Section::root(&document, tree).extending(below), below));
    let mut problems = document.into_problems();
    problems.extend(extended_document.into_iter().flat_map(Document::into_problems));
    problems.append(&mut loading.problems);
    problems.extend(pipeline.iter().flat_map(|pipeline| unknown_purposes(&pipeline.schemas, pipeline.dwp.as_ref())));
    match pipeline {
        Some(mut pipeline) if problems.is_empty() => {
            loading.fingerprints.sort();
            pipeline.fingerprints = loading.fingerprints;
            pipeline.configuration = loading.kept;
            Ok(pipeline)
        }
        _ => Err(Problems(problems)),
    }
}

/// The document and tree of the pipeline that is extended.
type Below<'d> = Option<(&'d Document<'d>, &'d toml::Spanned<toml::de::DeTable<'d>>)>;

struct Loading<'k> {
    files: Files<'k>,
    problems: Vec<Problem>,
    fingerprints: Vec<(String, String)>,
    kept: KeptConfiguration,
}

impl Loading<'_> {
    /// The file that `[pipeline] extends` names, and its text.
    fn extended(&mut self, document: &Document<'_>, tree: &toml::Spanned<toml::de::DeTable<'_>>) -> Option<(String, String)> {
        let named = Section::root(document, tree).section("pipeline").text("extends")?;
        if named.value.contains('/') {
            document.report_at(named.line, "pipeline.extends", "bad-path", "a pipeline extends one of its own folder");
            return None;
        }
        match self.files.matching(&named.value).as_deref() {
            Ok([file]) => self.text(file).map(|text| (file.shown.clone(), text)),
            Ok(_) => {
                document.report_at(named.line, "pipeline.extends", "bad-path", "a pipeline extends exactly one other");
                None
            }
            Err(message) => {
                document.report_at(named.line, "pipeline.extends", "bad-path", message.clone());
                None
            }
        }
    }

    fn pipeline(&mut self, path: &Path, root: Section<'_>, below: Below<'_>) -> Option<Pipeline> {
        let head = root.section("pipeline");
        let head_below = below.map(|(document, tree)| Section::root(document, tree).section("pipeline"));
        if let Some(nested) = head_below.as_ref().and_then(|head| head.text("extends")) {
            let message = "this pipeline is extended by another and cannot extend a third";
            root.document.report_at(0, "pipeline.extends", "extends-twice", format!("line {} there: {message}", nested.line));
        }
        head.text("extends");
        // Whichever of the two files says it.
        let says = |key: &'static str| match &head_below {
            Some(below) if head.value(key).is_none() => below,
            _ => &head,
        };
        let name = head.required_text("name");
        if let Some(name) = name.as_ref().filter(|name| !is_plain_name(&name.value.replace('-', "_"))) {
            let message = "a pipeline name is made of lower-case letters, digits, - and _";
            root.document.report_at(name.line, "pipeline.name", "bad-name", message);
        }
        let title = says("title").text("title");
        let month = says("month").text("month").and_then(|month| {
            let read = month.value.parse().ok();
            if read.is_none() {
                says("month").document.report_at(month.line, "pipeline.month", "not-a-month", "expected a month such as 2012-10");
            }
            read
        });
        let [schema_files, pack_files, overlay_files] = ["schemas", "criteria", "overlays"].map(|key| {
            let section = says(key);
            self.named_files(section, key, section.texts(key))
        });
        if says("schemas").value("schemas").is_none() {
            root.document.report_at(head.line, "pipeline.schemas", "missing-key", "name the schema files");
        }
        if let Some(below) = head_below {
            for key in ["name", "title", "month", "schemas", "criteria", "overlays"] {
                below.value(key);
            }
            below.finish();
        }
        head.finish();
        let mut schemas: Vec<Schema> = schema_files.iter().filter_map(|file| self.schema(file)).collect();
        let mut complete = schemas.len() == schema_files.len() && !schemas.is_empty();
        self.cross_check(&schemas);
        schemas.sort_by(|left, right| left.name.cmp(&right.name));
        let further = number_further(&mut schemas).unwrap_or_else(|mut problems| {
            self.problems.append(&mut problems);
            complete = false;
            Vec::new()
        });
        let link = read_link(root.section("link"), &Sources { schemas: &schemas, further, complete });
        let households = read_households(root.section("households"));
        let identify = read_identify(root.section("identify"));
        let gates = read_gates(root.section("gates"));
        let packs = self.packs(&pack_files, &overlay_files);
        let pack_names: Vec<&str> = packs.iter().map(|pack| pack.name.as_str()).collect();
        let targets = read_targets(root.sections("target"), (packs.len() == pack_files.len()).then_some(&pack_names));
        let service = root.section_by_parts("service");
        let dwp = {
            let names: Vec<&str> = schemas.iter().map(|schema| schema.name.as_str()).collect();
            let criteria = |pack: &Pack| pack.criteria.iter().map(|criterion| criterion.id.clone()).collect::<Vec<String>>();
            let owned: Vec<(&str, Vec<String>)> = packs.iter().map(|pack| (pack.name.as_str(), criteria(pack))).collect();
            let known: Vec<(&str, Vec<&str>)> = owned.iter().map(|(name, ids)| (*name, ids.iter().map(String::as_str).collect())).collect();
            read_dwp(service.section("dwp"), &names, (packs.len() == pack_files.len()).then_some(&known))
        };
        let service_settings = {
            let names: Vec<&str> = schemas.iter().map(|schema| schema.name.as_str()).collect();
            read_service(&service, (schemas.len() == schema_files.len()).then_some(&names))
        };
        let claims_there = service.says("claims");
        let known = (packs.len() == pack_files.len()).then_some(pack_names.as_slice());
        let (claims, mut found) =
            read_claims(service.section("claims"), claims_there, known, |section, key, path| self.named_file(section, key, path));
        self.problems.append(&mut found);
        let section = root.section("supporting_families");
        let needs_there = root.says("supporting_families");
        let (needs, mut found) = read_needs(section, needs_there, known, |section, key, path| self.named_file(section, key, path));
        self.problems.append(&mut found);
        let effect = read_effect(service.section("effect"), (packs.len() == pack_files.len()).then_some(&pack_names));
        let effect = effect.and_then(|effect| self.effect(root.document, effect));
        service.finish();
        root.finish();

        let name = name?.value;
        Some(Pipeline {
            title: title.map_or_else(|| name.clone(), |title| title.value),
            name,
            month,
            path: path.to_path_buf(),
            schemas,
            packs,
            link,
            households,
            identify,
            gates,
            targets,
            dwp,
            service: service_settings,
            claims,
            needs,
            effect,
            fingerprints: Vec::new(),
            configuration: KeptConfiguration::default(),
        })
    }

    /// The files that a list of paths and patterns names, each once.
    fn named_files(&self, section: &Section<'_>, key: &str, paths: Vec<Located<String>>) -> Vec<ConfigFile> {
        let mut files: Vec<ConfigFile> = Vec::new();
        for path in paths {
            match self.files.matching(&path.value) {
                Ok(found) => files.extend(found),
                Err(message) => section.document.report_at(path.line, &section.name_of(key), "bad-path", message),
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        files.retain(|file| seen.insert(file.shown.clone()));
        files
    }

    /// One file that a key names, read; it is no part of the identity of a run.
    fn named_file(&mut self, section: &Section<'_>, key: &str, path: &Located<String>) -> Option<NamedFile> {
        let file = match self.files.matching(&path.value).as_deref() {
            Ok([file]) => file.clone(),
            Ok(_) => {
                section.document.report_at(path.line, &section.name_of(key), "bad-path", "this names exactly one file");
                return None;
            }
            Err(message) => {
                section.document.report_at(path.line, &section.name_of(key), "bad-path", message.clone());
                return None;
            }
        };
        let KeptText { text, sha256 } = self.read(&file)?;
        Some(NamedFile { relative: file.relative, shown: file.shown, text, sha256 })
    }

    fn text(&mut self, file: &ConfigFile) -> Option<String> {
        let KeptText { text, sha256 } = self.read(file)?;
        self.fingerprints.push((file.relative.clone(), sha256));
        Some(text)
    }

    /// Reads a file, and keeps it with the others that the pipeline is made of.
    fn read(&mut self, file: &ConfigFile) -> Option<KeptText> {
        match self.files.read(file) {
            Ok(text) => {
                self.kept.files.insert(file.relative.clone(), text.clone());
                Some(text)
            }
            Err(message) => {
                self.problems.push(Problem::of_file(&file.shown, "not-readable", message));
                None
            }
        }
    }

    fn schema(&mut self, file: &ConfigFile) -> Option<Schema> {
        let text = self.text(file)?;
        parse_schema(&file.shown, &text).map_err(|problems| self.problems.extend(problems)).ok()
    }

    /// The settings of effect with the cost table that they name.
    fn effect(&mut self, document: &Document<'_>, effect: EffectSection) -> Option<EffectSettings> {
        let (named, line) = effect.costs.clone();
        let file = match self.files.matching(&named).as_deref() {
            Ok([file]) => file.clone(),
            Ok(_) => {
                document.report_at(line, "service.effect.costs", "bad-path", "name exactly one cost table");
                return None;
            }
            Err(message) => {
                document.report_at(line, "service.effect.costs", "bad-path", message.clone());
                return None;
            }
        };
        let text = self.text(&file)?;
        match read_costs(&file.shown, &text) {
            Ok(costs) => Some(effect.with(costs)),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    /// The packs, each with the overlays that are for it laid over.
    fn packs(&mut self, files: &[ConfigFile], overlays: &[ConfigFile]) -> Vec<Pack> {
        let texts: Vec<(&ConfigFile, String)> = overlays.iter().filter_map(|file| Some((file, self.text(file)?))).collect();
        let mut laid = Vec::new();
        for (file, text) in &texts {
            match Overlay::parse(&file.shown, text) {
                Ok(overlay) => laid.push(overlay),
                Err(problems) => self.problems.extend(problems),
            }
        }
        let mut packs: Vec<Pack> = Vec::new();
        let mut complete = true;
        for file in files {
            let text = self.text(file);
            let pack = text.map(|text| {
                let pack = Pack::parse(&file.shown, &text)?;
                let own: Vec<&Overlay<'_>> = laid.iter().filter(|overlay| overlay.pack == pack.name).collect();
                if own.is_empty() { Ok(pack) } else { Pack::parse_with(&file.shown, &text, &own) }
            });
            match pack {
                Some(Ok(pack)) => packs.push(pack),
                Some(Err(problems)) => {
                    self.problems.extend(problems);
                    complete = false;
                }
                None => complete = false,
            }
        }
        for overlay in laid.iter().filter(|overlay| complete && packs.iter().all(|pack| pack.name != overlay.pack)) {
            let hint = match nearest(&overlay.pack, packs.iter().map(|pack| pack.name.as_str())) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => "name the pack in criteria too".to_owned(),
            };
            let message = format!("the pipeline has no pack \"{}\"", overlay.pack);
            self.problems.push(Problem::of_file(overlay.file, "unknown-name", message).in_column("overlay.pack").with_hint(hint));
        }
        for (index, pack) in packs.iter().enumerate() {
            if packs.iter().take(index).any(|other| other.name == pack.name) {
                let message = format!("two packs of the pipeline are called \"{}\"", pack.name);
                let file = files.get(index).map_or("", |file| file.shown.as_str());
                self.problems.push(Problem::of_file(file, "pack-twice", message).in_column("pack.name"));
            }
        }
        packs
    }

    /// No two schemas may share a name or fit the same file.
    fn cross_check(&mut self, schemas: &[Schema]) {
        for (index, schema) in schemas.iter().enumerate() {
            for other in schemas.iter().take(index) {
                if other.name == schema.name {
                    let message = format!("the schema name \"{}\" is used by `{}` too", schema.name, other.file_name);
                    self.problems.push(Problem::of_file(&schema.file_name, "schema-twice", message).in_column("schema.name"));
                }
                if patterns::overlap(&other.file.pattern, &schema.file.pattern) {
                    let message =
                        format!("a file can fit both \"{}\" and \"{}\" of `{}`", schema.file.pattern, other.file.pattern, other.file_name);
                    self.problems.push(Problem::of_file(&schema.file_name, "patterns-overlap", message).in_column("file.pattern"));
                }
            }
        }
    }
}
