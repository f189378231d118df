//! `fwt model compare PIPELINE --month MONTH`: what a new linkage model would change.

use super::args::ModelCompareArguments;
use super::failure::Failure;
use super::progress::Bars;
use super::render;
use super::run::{pipeline, run_failure};
use crate::run::model_change::model_change;
use crate::run::{LinkageChoice, RunSettings};

pub(super) fn compare(arguments: &ModelCompareArguments, progress: &Bars) -> Result<(), Failure> {
    let pipeline = pipeline(&arguments.pipeline)?;
    let settings = RunSettings {
        pipeline: &pipeline,
        month: arguments.month,
        reference: arguments.month.last_day(),
        data: &arguments.data,
        out: &arguments.out,
        allow_network_share: true,
        provisional: false,
        churn_confirmed: false,
        linkage: LinkageChoice::default(),
    };
    let change = model_change(&settings, progress).map_err(|error| run_failure(&settings, &error))?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&change.value()).expect("a comparison is JSON already"));
    } else {
        render::result(&change.text());
    }
    Ok(())
}
