//! P1, P2, P13: the real binary is killed, starved and lied to at every system call of publishing (reliability.md §6,
//! rows 20 to 27 and 30 to 33). After each: the last published run or the new one is whole, the next run needs no help,
//! and what it publishes is byte for byte what an undisturbed run publishes.
//!
//! Faults are injected by strace. It counts per thread, so publishing must stay on one thread (reliability.md F7).
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test harness: it works on the disk directly, stops at the first surprise, and says loudly what it skips"
)]

#[path = "support/strace.rs"]
mod strace;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fwt::store::{republish, verify};
use support::{PIPELINE, county, fwt, run_month, text, tree};

const BINARY: &str = env!("CARGO_BIN_EXE_fwt");

/// Calls by which publishing changes the disk or opens what it changes.
const CALLS: [&str; 15] = [
    "write",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "mkdir",
    "mkdirat",
    "unlink",
    "unlinkat",
    "rmdir",
    "openat",
    "openat2",
    "ftruncate",
    "flock",
];

/// Two published runs, and an output folder in which the first is current.
struct Published {
    folder: PathBuf,
    /// Extracts of the second run.
    data: PathBuf,
    first: String,
    second: String,
    /// The second run's own folder.
    second_run: PathBuf,
    base: PathBuf,
    /// What the output folder holds after an undisturbed second run.
    expected: BTreeMap<String, Vec<u8>>,
    /// How long a whole run takes.
    run_time: Duration,
}

/// Made once for all tests of this file.
fn published() -> &'static Published {
    static PUBLISHED: OnceLock<Published> = OnceLock::new();
    PUBLISHED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("publish_survives");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        let base = folder.join("base");
        let made = |seed: u32| {
            let own = folder.join(format!("seed-{seed}"));
            let (data, out) = (county(&own, 1_000, seed), own.join("out"));
            // A month that is run again takes the secret of the run that stands there, so the second run is made beside the first.
            if base.exists() {
                copy(&base, &out);
            }
            let begun = Instant::now();
            let run = run_month(&data, &out, &[]);
            (data, run, begun.elapsed())
        };
        let (_, first_run, _) = made(1);
        republish(&first_run, &base).unwrap();
        let (data, second_run, run_time) = made(2);
        let undisturbed = folder.join("undisturbed");
        copy(&base, &undisturbed);
        republish(&second_run, &undisturbed).unwrap();
        Published {
            expected: runs_of(&undisturbed),
            first: name_of(&first_run),
            second: name_of(&second_run),
            folder,
            data,
            second_run,
            base,
            run_time,
        }
    })
}

fn name_of(run: &Path) -> String {
    run.file_name().unwrap().to_string_lossy().into_owned()
}

/// All files of all runs, staging included.
fn runs_of(out: &Path) -> BTreeMap<String, Vec<u8>> {
    tree(&out.join("runs"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(drop).unwrap() }
    }
}

/// A fresh output folder in which the first run is current; removed when dropped.
struct Fresh(PathBuf);

impl Fresh {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let folder = published().folder.join(format!("fresh-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
        copy(&published().base, &folder);
        Self(folder)
    }

    /// A reader sees one whole run; then the next run works without help and gives the expected bytes.
    fn check(&self, what: &str) {
        let seen = verify(&self.0).unwrap_or_else(|error| panic!("{what}: a reader finds no whole run: {error}"));
        assert!([&published().first, &published().second].contains(&&seen.run_id), "{what}: the reader sees `{}`", seen.run_id);
        republish(&published().second_run, &self.0).unwrap_or_else(|error| panic!("{what}: the next run fails: {error}"));
        self.check_finished(what);
    }

    fn check_finished(&self, what: &str) {
        assert_eq!(verify(&self.0).unwrap().run_id, published().second, "{what}");
        assert!(runs_of(&self.0) == published().expected, "{what}: the published files differ from those of an undisturbed run");
        let top: BTreeSet<String> = fs::read_dir(&self.0).unwrap().map(|entry| name_of(&entry.unwrap().path())).collect();
        assert_eq!(top, ["CURRENT", "LOCK", "audit.jsonl", "runs"].map(str::to_owned).into(), "{what}: something is left over");
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn strace_is_there() -> bool {
    strace::is_there("the kill sweep of publishing")
}

/// Publishes the second run into `out` under strace with these options.
fn traced(options: &[&str], log: &Path, out: &Path) -> Output {
    Command::new("strace")
        .args(["-q", "-y", "-s", "0", "-o", text(log)])
        .args(options)
        .args([BINARY, "publish-again", text(&published().second_run), "--out", text(out)])
        .output()
        .expect("strace starts")
}

/// How often an undisturbed publication makes this call.
fn count(call: &str) -> usize {
    let out = Fresh::new();
    let log = out.0.with_extension("log");
    let output = traced(&["-e", &format!("trace=?{call}")], &log, &out.0);
    assert!(output.status.success(), "publish-again under strace failed: {}", String::from_utf8_lossy(&output.stderr));
    let lines = fs::read_to_string(&log).unwrap();
    fs::remove_file(&log).ok();
    lines.lines().filter(|line| line.starts_with(&format!("{call}("))).count()
}

/// Injects a fault at every occurrence of a call, one after the other; `check` is told the exit and the injected call.
/// Gives the number of points.
fn sweep(call: &str, fault: &str, for_ever: bool, check: impl Fn(&Fresh, ExitStatus, &str, &str)) -> usize {
    let points = count(call);
    for at in 1..=points {
        let out = Fresh::new();
        let log = out.0.with_extension("log");
        let when = if for_ever { format!("{at}+") } else { at.to_string() };
        let injection = format!("inject={call}:{fault}:when={when}");
        let output = traced(&["-e", &format!("trace={call}"), "-e", &injection], &log, &out.0);
        let lines = fs::read_to_string(&log).unwrap_or_default();
        fs::remove_file(&log).ok();
        let injected = lines.lines().filter(|line| line.starts_with(&format!("{call}("))).nth(at - 1).unwrap_or_default();
        check(&out, output.status, injected, &injection);
        out.check(&injection);
    }
    points
}

/// True if the traced call was about the output folder. Strace prints the path of every descriptor, but only to root: the
/// process forbids other processes of its user to look into it. For them the checks that do not need the path remain.
fn concerns(injected: &str, out: &Fresh) -> bool {
    injected.contains(text(&out.0))
}

fn killed(status: ExitStatus, signal: i32) -> bool {
    status.signal() == Some(signal) || status.code() == Some(128 + signal)
}

fn kill_sweep(calls: &[&str]) -> usize {
    calls
        .iter()
        .map(|call| sweep(call, "signal=KILL", false, |_, status, _, what| assert!(killed(status, 9), "{what}: was not killed")))
        .sum()
}

#[test]
fn a_kill_at_any_call_that_opens_loses_nothing() {
    if strace_is_there() {
        let points = kill_sweep(&["openat", "openat2", "flock"]);
        assert!(points > 20, "only {points} points");
    }
}

#[test]
fn a_kill_at_any_call_that_changes_the_disk_loses_nothing() {
    if strace_is_there() {
        let calls: Vec<&str> = CALLS.into_iter().filter(|call| !["openat", "openat2", "flock"].contains(call)).collect();
        let points = kill_sweep(&calls);
        assert!(points > 20, "only {points} points");
    }
}

/// An error the disk reports must end in exit code 3 with the old run current (or, after the rename of `CURRENT`, the new one).
fn told_as_environment(out: &Fresh, status: ExitStatus, injected: &str, what: &str) {
    let seen = verify(&out.0).unwrap_or_else(|error| panic!("{what}: {error}")).run_id;
    if status.success() {
        assert_eq!(seen, published().second, "{what}: success was claimed wrongly");
    }
    if concerns(injected, out) {
        assert_eq!(status.code(), Some(3), "{what}: `{injected}`");
        for name in runs_of(&out.0).keys() {
            assert!(!name.starts_with('.'), "{what}: `{name}` is left in staging");
        }
    }
}

#[test]
fn a_full_disk_at_any_call_is_told_and_the_staging_is_gone() {
    if strace_is_there() {
        for call in ["write", "openat", "mkdir", "mkdirat", "rename", "renameat2"] {
            sweep(call, "error=ENOSPC", false, told_as_environment);
        }
    }
}

#[test]
fn a_disk_that_stays_full_or_breaks_is_told() {
    if strace_is_there() {
        sweep("write", "error=ENOSPC", true, told_as_environment);
        for call in ["fsync", "fdatasync"] {
            sweep(call, "error=EIO", false, told_as_environment);
        }
        for call in ["rename", "renameat2", "mkdir", "mkdirat"] {
            sweep(call, "error=EROFS", false, told_as_environment);
        }
        sweep("write", "error=EDQUOT", false, told_as_environment);
    }
}

#[test]
fn a_disk_that_lies_is_caught_before_anything_is_published() {
    if strace_is_there() {
        sweep("write", "retval=1", false, |out, status, injected, what| {
            let seen = verify(&out.0).unwrap_or_else(|error| panic!("{what}: {error}")).run_id;
            // The lock file holds a note for people and is not read back.
            let is_lock = injected.contains(&format!("{}/LOCK", text(&out.0)));
            if concerns(injected, out) && !is_lock {
                assert_eq!((status.code(), &seen), (Some(3), &published().first), "{what}: `{injected}`");
            }
        });
    }
}

#[test]
fn everything_is_synced_before_it_is_renamed_and_its_folder_after() {
    if !strace_is_there() {
        return;
    }
    let out = Fresh::new();
    let log = out.0.with_extension("log");
    let output = traced(&["-e", "trace=openat,write,fsync,?rename,?renameat,renameat2"], &log, &out.0);
    assert!(output.status.success());
    let lines = fs::read_to_string(&log).unwrap();
    fs::remove_file(&log).ok();
    if !lines.contains(text(&out.0)) {
        // The process forbids other processes of its user to look into it; root may.
        eprintln!("\n*** SKIPPED: strace needs root to see the paths of a hardened process; the order of syncs was not checked ***\n");
        return;
    }
    let descriptor_path = |line: &str| line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| PathBuf::from(path));
    // Files written and folders changed since their last sync.
    let mut unsynced: BTreeSet<PathBuf> = BTreeSet::new();
    let mut renames = 0;
    for line in lines.lines().filter(|line| line.contains(text(&out.0))) {
        if line.starts_with("write(") {
            unsynced.extend(descriptor_path(line));
        } else if line.starts_with("fsync(") {
            unsynced.remove(&descriptor_path(line).unwrap());
        } else if line.starts_with("openat(") && line.contains("O_CREAT") {
            let path = PathBuf::from(line.split('"').nth(1).unwrap());
            unsynced.insert(path.parent().unwrap().to_owned());
        } else if line.starts_with("rename") {
            let from = PathBuf::from(line.split('"').nth(1).unwrap());
            let unsafe_paths: Vec<&PathBuf> = unsynced.iter().filter(|path| path.starts_with(&from)).collect();
            assert!(unsafe_paths.is_empty(), "{} was renamed while {unsafe_paths:?} was not synced", from.display());
            unsynced.insert(from.parent().unwrap().to_owned());
            renames += 1;
        }
    }
    // The run into place, and CURRENT.
    assert_eq!(renames, 2);
    unsynced.retain(|path| !path.ends_with("LOCK"));
    assert!(unsynced.is_empty(), "never synced: {unsynced:?}");
}

#[test]
fn a_kill_at_a_random_moment_of_a_whole_run_loses_nothing() {
    let published = published();
    let seed = 20_121_031;
    let mut random = fastrand::Rng::with_seed(seed);
    let mut ended_before = 0;
    let arguments =
        |out: &Path| ["run", PIPELINE, "--month", "2012-10", "--data", text(&published.data), "--out", text(out)].map(ToOwned::to_owned);
    for round in 0..100 {
        let out = Fresh::new();
        let mut child =
            Command::new(BINARY).args(arguments(&out.0)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        let moment = published.run_time.mul_f64(1.1 * random.f64());
        std::thread::sleep(moment);
        let signal = ["KILL", "TERM", "INT", "HUP"][round % 4];
        let what = format!("seed {seed}, round {round}: SIG{signal} after {moment:?}");
        if signal == "KILL" {
            child.kill().ok();
        } else {
            Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).stderr(Stdio::null()).status().expect("kill runs");
        }
        let status = child.wait().expect("the child ends");
        ended_before += usize::from(status.success());
        assert!(status.success() || status.signal().is_some(), "{what}: ended with {status}");
        out.check(&what);
    }
    assert!(ended_before < 60, "{ended_before} of 100 runs had ended before the kill: the moments are not spread over the run");
    let out = Fresh::new();
    let output = fwt(&arguments(&out.0).each_ref().map(String::as_str));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    out.check_finished("an undisturbed whole run");
}

#[test]
fn of_many_runs_at_once_each_publishes_or_is_told_who_holds_the_lock() {
    let mut locked_out = 0;
    for round in 0..20 {
        let out = Fresh::new();
        let children: Vec<_> = (0..10)
            .map(|_| {
                Command::new(BINARY)
                    .args(["publish-again", text(&published().second_run), "--out", text(&out.0)])
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .expect("the binary starts")
            })
            .collect();
        let mut winners = 0;
        for child in children {
            let output = child.wait_with_output().expect("the child ends");
            let said = String::from_utf8_lossy(&output.stderr);
            match output.status.code() {
                Some(0) => winners += 1,
                Some(3) => {
                    assert!(said.contains("another run is at work"), "round {round}: {said}");
                    locked_out += 1;
                }
                other => panic!("round {round}: exit {other:?}: {said}"),
            }
        }
        assert!(winners >= 1, "round {round}: nobody published");
        let audit = fs::read_to_string(out.0.join("audit.jsonl")).unwrap();
        let publications =
            audit.lines().filter(|line| line.contains("\"action\":\"publish\"") && line.contains(&published().second)).count();
        assert_eq!(publications, 1, "round {round}: published {publications} times");
        out.check_finished(&format!("round {round}"));
    }
    assert!(locked_out > 0, "no two runs ever met");
}

#[test]
fn a_reader_during_publishing_sees_the_old_run_or_the_new_one() {
    let published = published();
    let first_run = published.base.join("runs").join(&published.first);
    let done = AtomicBool::new(false);
    let out = Fresh::new();
    let seen = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = BTreeMap::new();
            while !done.load(Ordering::Relaxed) {
                let run = verify(&out.0).unwrap_or_else(|error| panic!("a reader finds no whole run: {error}"));
                *seen.entry(run.run_id).or_insert(0) += 1;
            }
            seen
        });
        // By the binary: a lock held in this process could be inherited for a moment by what other tests start.
        let exits: Vec<_> = (0..200)
            .map(|round| {
                let run = if round % 2 == 0 { &published.second_run } else { &first_run };
                fwt(&["publish-again", text(run), "--out", text(&out.0)]).status.code()
            })
            .collect();
        done.store(true, Ordering::Relaxed);
        assert!(exits.iter().all(|code| *code == Some(0)), "publishing ended with {exits:?}");
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    assert_eq!(seen.len(), 2, "the reader saw {seen:?}");
}

#[test]
fn too_few_descriptors_or_too_small_a_file_limit_lose_nothing() {
    let limits = (3..24).map(|number| format!("ulimit -n {number}")).chain((0..48).map(|blocks| format!("ulimit -f {}", blocks * 8)));
    for limit in limits {
        let out = Fresh::new();
        let script = format!("{limit}; exec \"$0\" \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &script, BINARY, "publish-again", text(&published().second_run), "--out", text(&out.0)])
            .output()
            .expect("sh starts");
        let seen = verify(&out.0).unwrap_or_else(|error| panic!("{limit}: {error}")).run_id;
        assert_eq!(output.status.success(), seen == published().second, "{limit}: {}", output.status);
        out.check(&limit);
    }
}

#[test]
fn a_disk_of_any_size_holds_the_old_run_or_the_new_one() {
    let may_mount = Command::new("unshare").args(["-m", "true"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !may_mount {
        eprintln!("\n*** SKIPPED: not allowed to mount; the sweep over disk sizes did not run ***\n");
        return;
    }
    let published = published();
    let pages = |out: &BTreeMap<String, Vec<u8>>| out.values().map(|content| content.len().div_ceil(4096) + 2).sum::<usize>();
    let (before, after) = (pages(&runs_of(&published.base)), pages(&published.expected));
    let mount = published.folder.join("small-disk");
    fs::create_dir_all(&mount).unwrap();
    let script = r#"
        mount -t tmpfs -o size="$1" none "$2" || exit 90
        cp -a "$3" "$2/out" || exit 91
        "$4" publish-again "$5" --out "$2/out" >/dev/null 2>"$2.txt"; code=$?
        "$4" verify "$2/out" >/dev/null || exit 92
        case "$(cat "$2/out/CURRENT")" in "$6 "*) [ $code = 0 ] || exit 93;; *) [ $code != 0 ] || exit 94;; esac
        exit $code"#;
    let mut codes = BTreeMap::new();
    for step in 0..24 {
        let size = (before + 8 + (after - before) * step * 12 / 240 + step) * 4096;
        let status = Command::new("unshare")
            .args(["-m", "sh", "-c", script, "sh", &size.to_string(), text(&mount), text(&published.base), BINARY])
            .args([text(&published.second_run), &published.second])
            .status()
            .expect("unshare starts");
        let code = status.code();
        let said = fs::read_to_string(mount.with_extension("txt")).unwrap_or_default();
        assert!(code == Some(0) || code == Some(3), "size {size}: {status}: {said}");
        if code == Some(3) {
            assert!(said.contains("this run needs about"), "size {size}: {said}");
        }
        *codes.entry(code).or_insert(0) += 1;
    }
    assert_eq!(codes.len(), 2, "the sizes do not reach from too small to large enough: {codes:?}");
}

#[test]
fn the_two_runs_differ() {
    let published = published();
    assert_ne!(published.first, published.second);
    assert_eq!(verify(&published.base).map_err(|error| error.to_string()).map(|run| run.run_id), Ok(published.first.clone()));
}
