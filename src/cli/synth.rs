//! `fwt synth`: a synthetic county with truth.

use std::io::{self, Write};
use std::path::Path;

use super::args_synth::{SynthArguments, SynthCommand, SynthDecideArguments};
use super::explain::open;
use super::failure::{Failure, FailureKind, store_failure};
use super::{render, simulated};
use crate::evaluate::officer::{OfficerSettings, decide};
use crate::model::Progress;
use crate::store::{FolderWriter, list_folder, write_file};
use crate::synth::{Noise, SynthSettings, SynthSink, SynthSummary, synthesise};

pub(super) fn synth(arguments: &SynthArguments, progress: &dyn Progress) -> Result<(), Failure> {
    if let Some(command) = &arguments.then {
        return match command {
            SynthCommand::Decide(decide) => decide_month(decide),
            SynthCommand::Dwp(dwp) => simulated::dwp(dwp),
            SynthCommand::Contacts(contacts) => simulated::contacts(contacts),
            SynthCommand::Answer(answer) => simulated::answer(answer),
            SynthCommand::Team(team) => simulated::team(team),
            SynthCommand::Helped(helped) => simulated::helped(helped),
        };
    }
    let Some(out) = &arguments.out else {
        return Err(Failure::new(FailureKind::Usage, "`fwt synth` needs a folder to write to").hint("give --out DIR"));
    };
    let mut noise = Noise::default();
    for setting in &arguments.noise {
        let (kind, rate) = setting.split_once('=').unwrap_or((setting.as_str(), ""));
        let rate = rate.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
        if !rate.is_some_and(|rate| noise.set(kind, rate)) {
            let kinds = Noise::default().rates().into_iter().map(|(kind, rate)| format!("{kind}={rate}")).collect::<Vec<_>>().join(" ");
            return Err(Failure::new(FailureKind::Usage, "`--noise` takes a kind of error and a rate from 0 to 1")
                .hint(format!("the kinds and their default rates: {kinds}")));
        }
    }
    let settings = SynthSettings {
        people: arguments.people,
        seed: arguments.seed,
        start: arguments.start,
        months: arguments.months,
        noise,
        late_feeds: !arguments.all_on_time,
        repeat_feeds: arguments.repeat_feeds,
        helped: arguments.helped.as_deref().map_or(Ok(Vec::new()), simulated::helped_families)?,
    };
    let summary = write(&settings, out, progress)?;
    if arguments.json {
        render::result(&serde_json::json!({
            "people": summary.people, "families": summary.families, "families_with_children": summary.families_with_children, "files": summary.files, "rows": summary.rows,
        }).to_string());
    } else {
        render::result(&format!(
            "Wrote {} people in {} families: {} files with {} rows in `{}`",
            summary.people,
            summary.families,
            summary.files,
            summary.rows,
            out.display()
        ));
    }
    Ok(())
}

/// A simulated officer's decisions about a published month.
fn decide_month(arguments: &SynthDecideArguments) -> Result<(), Failure> {
    if !(0.0..=1.0).contains(&arguments.error) {
        return Err(Failure::new(FailureKind::Usage, "`--error` is a share from 0 to 1"));
    }
    let run = open(&arguments.run)?;
    let settings = OfficerSettings { seed: arguments.seed, error: arguments.error };
    let memory = list_folder(&arguments.to).is_ok().then_some(arguments.to.as_path());
    let decisions = decide(&run, &arguments.truth, memory, settings)
        .map_err(|error| Failure::new(FailureKind::Data, "cannot decide about the run").caused_by(&error))?;
    let folder = arguments.to.join(&decisions.month);
    for (name, bytes) in [("families.csv", &decisions.families), ("pairs.csv", &decisions.pairs), ("referrals.csv", &decisions.referrals)] {
        let path = folder.join(name);
        write_file(&path, bytes).map_err(|error| store_failure(format!("cannot write `{}`", path.display()), &error))?;
    }
    render::result(&format!("Wrote {} decisions about {} to `{}`", decisions.rows, decisions.month, folder.display()));
    Ok(())
}

/// Writes a county into a folder.
pub(super) fn write(settings: &SynthSettings, out: &Path, progress: &dyn Progress) -> Result<SynthSummary, Failure> {
    let writer = FolderWriter::create(out, "synth").map_err(|error| store_failure("cannot write the synthetic county", &error))?;
    synthesise(settings, &mut Sink(writer), progress)
        .map_err(|error| Failure::new(FailureKind::Environment, "cannot write the synthetic county").caused_by(&error))
}

struct Sink(FolderWriter);

impl SynthSink for Sink {
    fn put(&mut self, path: &str, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        self.0.put(path, |sink| write(sink)).map_err(io::Error::other)
    }
}
