//! The rules of the house that the compiler does not know (design.md §3, anchors.md), read from the source as text.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test reads the source and may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each room may name besides itself. A room that is not here must be entered before it is built.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    ("cli", &["config", "run", "service", "register", "evaluate", "synth", "rules", "stages", "agencies", "model", "store", "clock"]),
    ("agencies", &["config::checked", "run::reading", "stages::ingest", "stages::standardise", "page", "model", "store"]),
    ("config", &["model", "rules", "store"]),
    ("model", &[]),
    ("page", &["model"]),
    ("run", &["config", "stages", "register", "rules", "model", "store", "clock"]),
    (
        "service",
        &[
            "config::checked",
            "run::reading",
            "run::history",
            "run::restricted",
            "run::successors",
            "stages::standardise",
            "rules",
            "register",
            "page",
            "model",
            "store",
        ],
    ),
    ("register", &["model", "store"]),
    ("rules", &["model"]),
    ("evaluate", &["run", "register", "page", "model", "store"]),
    ("synth", &["model"]),
    ("store", &["model", "clock"]),
    ("clock", &[]),
    ("stages::ingest", &["model", "config::checked", "store"]),
    ("stages::agreement", &["model"]),
    ("stages::standardise", &["model", "config::checked"]),
    ("stages::link", &["model", "config::checked"]),
    ("stages::households", &["model", "config::checked"]),
    ("stages::criteria", &["model", "config::checked", "rules"]),
    ("stages::identify", &["model", "config::checked", "rules"]),
    ("stages::referrals", &["model"]),
    ("stages::publish", &["model", "page", "config::checked"]),
];

/// Which rooms may name a crate that others must not.
const MAY_USE: &[(&str, &[&str])] = &[
    ("indicatif", &["cli/progress.rs"]),
    ("clap", &["cli/"]),
    ("polars", &["stages/", "run/", "register/", "evaluate/"]),
    ("arrow", &["stages/", "run/", "register/", "evaluate/", "synth/"]),
    ("parquet", &["stages/", "run/", "register/", "evaluate/", "synth/"]),
    ("calamine", &["stages/ingest/"]),
    ("rustix", &["store/platform.rs"]),
];

/// Words of the code that belong to one room: (word, where, what to do instead).
const BELONGS: &[(&str, &[&str], &str)] = &[
    ("std::fs", &["store/"], "go through `store`"),
    ("File::open", &["store/"], "go through `store`"),
    ("SystemTime", &["clock.rs"], "go through `clock`"),
    ("Instant::", &["clock.rs"], "go through `clock`"),
    ("println!", &["cli/render.rs"], "print in `cli::render`"),
    ("eprintln!", &["cli/render.rs"], "print in `cli::render`"),
    ("print!", &["cli/render.rs"], "print in `cli::render`"),
    ("eprint!", &["cli/render.rs"], "print in `cli::render`"),
    ("stdout()", &["cli/render.rs", "cli/progress.rs"], "print in `cli::render`"),
    ("stderr()", &["cli/render.rs", "cli/progress.rs"], "print in `cli::render`"),
    ("process::exit", &[], "return an exit code"),
    ("env::var", &[], "results must not depend on the environment"),
];

/// Everything that may stand at the top of the repository; what `.gitignore` names may too.
const TOP_LEVEL: &[&str] = &[
    ".ci",
    ".git",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "benches",
    "clippy.toml",
    "deny.toml",
    "docs",
    "pipelines",
    "rustfmt.toml",
    "schemas",
    "src",
    "tests",
];

const LONGEST_FILE: usize = 500;
const NINE_OF_TEN_FILES: usize = 350;

struct Source {
    /// Below `src/`, with `/`.
    name: String,
    text: String,
}

impl Source {
    /// `stages::link`, `model`, `main`: the room this file belongs to; the contents pages belong to none.
    fn room(&self) -> Option<String> {
        let parts: Vec<&str> = self.name.trim_end_matches(".rs").split('/').collect();
        match parts.as_slice() {
            ["lib" | "stages"] | ["stages", "mod"] | [] => None,
            ["stages", stage, ..] => Some(format!("stages::{stage}")),
            [room, ..] => Some((*room).to_owned()),
        }
    }

    fn is_test(&self) -> bool {
        self.name.ends_with("tests.rs") || self.name.contains("/tests/") || self.name.contains("simulated")
    }

    /// The code without comments, and without the tests at its end.
    fn code(&self) -> String {
        let shipped = self.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        without_comments(shipped)
    }
}

fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.lines() {
        // Good enough: `//` inside a string is followed by a host name, never by one of our modules.
        code.push_str(line.split("//").next().unwrap_or_default());
        code.push('\n');
    }
    code
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display())) {
            let path = entry.expect("a folder entry is readable").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn sources_of(folder: &str) -> Vec<Source> {
    let base = root().join(folder);
    let read = |path: PathBuf| Source {
        name: path.strip_prefix(&base).expect("below").to_string_lossy().into_owned(),
        text: fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display())),
    };
    files_below(&base).into_iter().map(read).collect()
}

fn sources() -> Vec<Source> {
    let sources = sources_of("src");
    assert!(sources.len() > 20, "only {} source files were found", sources.len());
    sources
}

/// Fails with all complaints at once.
fn no_complaints(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}:\n  {}", complaints.join("\n  "));
}

/// Every path below the crate that a text names: `crate::a::b`, `crate::{a::b, c}`, `fwt::a`.
fn named_paths(code: &str, root_name: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let marker = format!("{root_name}::");
    for (at, _) in code.match_indices(&marker) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|character| character.is_alphanumeric() || character == '_' || character == ':') {
            continue;
        }
        let rest = &code[at + marker.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            paths.extend(heads_of_group(group));
        } else {
            paths.push(head(rest));
        }
    }
    paths
}

/// The first two words of a path: `config::checked` of `config::checked::Schema`; of `config::{checked::A}` as well.
fn head(text: &str) -> String {
    let path: String = text.chars().take_while(|character| character.is_alphanumeric() || *character == '_' || *character == ':').collect();
    let mut words: Vec<String> = path.split("::").filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect();
    if words.len() == 1
        && let Some(group) = text.get(path.len()..).and_then(|rest| rest.strip_prefix('{'))
    {
        let inner: BTreeSet<String> =
            heads_of_group(group).into_iter().filter_map(|path| path.split("::").next().map(ToOwned::to_owned)).collect();
        if inner.len() == 1 {
            words.extend(inner);
        }
    }
    words.truncate(2);
    words.join("::")
}

/// The heads of the members of `{…}`, the opening brace already gone.
fn heads_of_group(text: &str) -> Vec<String> {
    let mut depth = 0;
    let mut start = 0;
    let mut heads = Vec::new();
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                heads.push(head(text[start..at].trim()));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

#[test]
fn rooms_name_only_the_rooms_they_may() {
    let mut complaints = Vec::new();
    for source in sources() {
        let Some(room) = source.room() else { continue };
        // A test of ingest or of the service writes its settings as text and reads them as any run does.
        if source.is_test() && (room == "stages::ingest" || room == "service") {
            continue;
        }
        let Some((_, allowed)) = MAY_NAME.iter().find(|(name, _)| *name == room) else {
            complaints.push(format!("src/{}: the room `{room}` is not in the table of tests/architecture.rs", source.name));
            continue;
        };
        let root_name = if room == "main" { "fwt" } else { "crate" };
        for path in named_paths(&without_comments(&source.text), root_name) {
            let own = path == room || path.starts_with(&format!("{room}::")) || room.starts_with(&format!("{path}::"));
            let may = allowed.iter().any(|allowed| path == *allowed || path.starts_with(&format!("{allowed}::")));
            if !own && !may {
                complaints.push(format!("src/{}: `{room}` must not name `{path}`", source.name));
            }
        }
    }
    no_complaints("design.md §3 says what may depend on what", &complaints);
}

#[test]
fn no_stage_reaches_another_stage_by_climbing() {
    let stages: Vec<&str> = MAY_NAME.iter().filter_map(|(room, _)| room.strip_prefix("stages::")).collect();
    let mut complaints = Vec::new();
    for source in sources() {
        let Some(own) = source.room().and_then(|room| room.strip_prefix("stages::").map(ToOwned::to_owned)) else { continue };
        let code = without_comments(&source.text);
        if code.contains("crate::stages::{") || code.contains("crate::{stages") {
            complaints.push(format!("src/{}: names its own stage only, without braces", source.name));
        }
        for stage in stages.iter().filter(|stage| **stage != own) {
            if code.contains(&format!("super::{stage}::")) || code.contains(&format!("stages::{stage}")) {
                complaints.push(format!("src/{}: names the stage `{stage}`; a noun two stages share belongs in `model`", source.name));
            }
        }
    }
    no_complaints("no stage imports another stage", &complaints);
}

#[test]
fn crates_stay_in_the_rooms_that_know_them() {
    let mut complaints = Vec::new();
    for source in sources().into_iter().filter(|source| !source.is_test()) {
        let code = without_comments(&source.text);
        for (name, rooms) in MAY_USE {
            let used = named_paths(&code, name).len() + code.matches(&format!("use {name};")).count();
            if used > 0 && !rooms.iter().any(|room| source.name.starts_with(room)) {
                complaints.push(format!("src/{}: uses `{name}`, known only in {rooms:?}", source.name));
            }
        }
    }
    no_complaints("a crate is known only where it must be", &complaints);
}

#[test]
fn only_the_store_opens_files_only_the_clock_reads_time_only_render_prints() {
    let mut complaints = Vec::new();
    for source in sources().into_iter().filter(|source| !source.is_test()) {
        let code = source.code();
        for (word, rooms, instead) in BELONGS {
            let found = code
                .match_indices(word)
                .any(|(at, _)| !code[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_'));
            if found && !rooms.iter().any(|room| source.name.starts_with(room)) {
                complaints.push(format!("src/{}: `{word}`: {instead}", source.name));
            }
        }
    }
    no_complaints("one door each to the disk, the time and the screen", &complaints);
}

#[test]
fn every_module_says_what_it_is_for() {
    let complaints: Vec<String> = sources()
        .iter()
        .filter(|source| !source.is_test() && !source.text.trim_start().starts_with("//!"))
        .map(|source| format!("src/{} does not begin with `//!`", source.name))
        .collect();
    no_complaints("every module begins with what comes in, what goes out, what always holds", &complaints);
}

#[test]
fn files_are_short_enough_to_read() {
    let mut complaints = Vec::new();
    let mut lengths = Vec::new();
    for (folder, source) in
        ["src", "tests"].into_iter().flat_map(|folder| sources_of(folder).into_iter().map(move |source| (folder, source)))
    {
        let lines = source.text.lines().count();
        if lines > LONGEST_FILE {
            complaints.push(format!("{folder}/{} has {lines} lines", source.name));
        }
        if folder == "src" {
            lengths.push((lines, source.name));
        }
    }
    lengths.sort();
    let (ninth, name) = &lengths[lengths.len() * 9 / 10];
    if *ninth > NINE_OF_TEN_FILES {
        complaints.push(format!("one file in ten of src/ is longer than {NINE_OF_TEN_FILES} lines: src/{name} has {ninth}"));
    }
    no_complaints("one idea a file: 500 lines at most, nine of ten at most 350", &complaints);
}

#[test]
fn nothing_is_left_for_later() {
    let mut complaints = Vec::new();
    let unfinished = ["todo!", "unimplemented!", "TODO", "FIXME"];
    for (folder, source) in
        ["src", "tests"].into_iter().flat_map(|folder| sources_of(folder).into_iter().map(move |source| (folder, source)))
    {
        if folder == "tests" && source.name == "architecture.rs" {
            continue;
        }
        for word in unfinished.iter().filter(|word| source.text.contains(**word)) {
            complaints.push(format!("{folder}/{}: `{word}`", source.name));
        }
    }
    no_complaints("no stub", &complaints);
}

#[test]
fn the_top_of_the_repository_holds_what_belongs_there() {
    let ignored = fs::read_to_string(root().join(".gitignore")).unwrap_or_default();
    let ignored: BTreeSet<&str> = ignored.lines().map(|line| line.trim().trim_matches('/')).filter(|line| !line.is_empty()).collect();
    let complaints: Vec<String> = fs::read_dir(root())
        .expect("the repository is readable")
        .map(|entry| entry.expect("an entry is readable").file_name().to_string_lossy().into_owned())
        .filter(|name| !TOP_LEVEL.contains(&name.as_str()) && !ignored.contains(name.as_str()))
        .collect();
    no_complaints("the top level is the table of contents (design.md §3)", &complaints);
}

/// Where the dictionary stands in ARCHITECTURE.md.
const DICTIONARY: (&str, &str) = ("<!-- The tables, from src/model/tables: begin -->\n", "<!-- The tables: end -->");

#[test]
fn the_table_dictionary_lists_every_published_table_and_column() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is there");
    let written = text.split(DICTIONARY.0).nth(1).and_then(|rest| rest.split(DICTIONARY.1).next()).expect("the marks of the dictionary");
    let dictionary = fwt::model::tables::dictionary_markdown();
    assert!(dictionary.matches("\n### `").count() > 10, "the dictionary is too short to be whole");
    assert!(
        written.trim() == dictionary.trim(),
        "ARCHITECTURE.md does not say what src/model/tables says; between its marks must stand:\n{}{dictionary}\n{}",
        DICTIONARY.0,
        DICTIONARY.1
    );
}

/// The same list as in deny.toml, checked where `cargo deny` is not installed.
#[test]
fn no_crate_that_speaks_to_a_network_is_built() {
    let listed = fs::read_to_string(root().join("deny.toml")).expect("deny.toml is there");
    let banned: Vec<&str> =
        listed.split("{ crate = \"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|name| !name.contains(':')).collect();
    assert!(banned.len() > 5, "deny.toml bans {banned:?}");
    let output = std::process::Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["tree", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "cargo tree failed: {}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8_lossy(&output.stdout).into_owned();
    let built: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(built.len() > 50, "cargo tree lists {} crates", built.len());
    let complaints: Vec<String> = banned.iter().filter(|name| built.contains(**name)).map(|name| format!("`{name}`")).collect();
    no_complaints("deny.toml bans these crates", &complaints);
}

#[test]
fn this_test_sees_what_it_looks_for() {
    let code = "use crate::{model::Day, stages::{link::link, ingest}, store};\nlet x = crate::config::checked::Schema; crate::config::{checked::A, checked::B}; mycrate::no";
    assert_eq!(named_paths(code, "crate"), ["model::Day", "stages", "store", "config::checked", "config::checked"]);
    assert_eq!(without_comments("a // crate::b\nc"), "a \nc\n");
}
