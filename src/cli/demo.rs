//! `fwt demo`: a synthetic month, the shipped pipeline over it, one screen of results.

use std::path::Path;

use super::args_synth::DemoArguments;
use super::failure::{Failure, FailureKind};
use super::progress::Bars;
use super::{render, run, synth};
use crate::model::Month;
use crate::run::{LinkageChoice, RunSettings};
use crate::synth::{Noise, SynthSettings};

/// The month of the demo: the programme's first autumn.
const MONTH: &str = "2012-10";

pub(super) fn demo(arguments: &DemoArguments, progress: &Bars) -> Result<(), Failure> {
    let month: Month = MONTH.parse().expect("the demo's month is a month");
    let pipeline_file = shipped_pipeline()?;
    let pipeline = run::pipeline(&pipeline_file)?;
    let data = arguments.out.join("extracts");
    let out = arguments.out.join("out");
    let settings = SynthSettings {
        people: arguments.people,
        seed: arguments.seed,
        start: month,
        months: 1,
        noise: Noise::default(),
        late_feeds: false,
        repeat_feeds: false,
        helped: Vec::new(),
    };
    let county = synth::write(&settings, &data, progress)?;
    render::note(&format!(
        "Synthetic extracts of {} people in {} families: `{}` ({} files, {} rows)",
        county.people,
        county.families,
        data.join(MONTH).display(),
        county.files,
        county.rows
    ));
    let settings = RunSettings {
        pipeline: &pipeline,
        month,
        reference: month.last_day(),
        data: &data,
        out: &out,
        allow_network_share: false,
        provisional: false,
        churn_confirmed: false,
        linkage: LinkageChoice::default(),
    };
    let outcome = run::publish(&settings, progress)?;
    run::show(&outcome, month);
    Ok(())
}

/// `pipelines/lincolnshire.toml` of the working directory, or of the checkout this was built in.
fn shipped_pipeline() -> Result<std::path::PathBuf, Failure> {
    let here = Path::new("pipelines/lincolnshire.toml");
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join(here);
    [here.to_path_buf(), built].into_iter().find(|path| crate::store::exists(path)).ok_or_else(|| {
        Failure::new(FailureKind::Usage, "cannot find `pipelines/lincolnshire.toml`")
            .hint("run `fwt demo` from the folder of the repository")
    })
}
