//! `fwt evaluate RUN --truth PATH`.

use super::args::EvaluateArguments;
use super::explain::open;
use super::failure::{Failure, FailureKind};
use super::link::month_of;
use super::progress::Bars;
use super::render;
use super::run::pipeline;
use crate::evaluate::people::evaluate_people;
use crate::evaluate::{EvaluationOptions, TruthFiles, evaluate_with};
use crate::run::RunSettings;
use crate::run::people::compared_pairs;

pub(super) fn evaluate(arguments: &EvaluateArguments, progress: &Bars) -> Result<(), Failure> {
    let run = open(&arguments.run)?;
    let options = EvaluationOptions { show_values: arguments.show_values, ..EvaluationOptions::default() };
    let failure = |error: crate::evaluate::EvaluateError| Failure::new(FailureKind::Data, "cannot evaluate the run").caused_by(&error);
    let county = arguments.truth.first().filter(|path| !crate::store::exists(path));
    let (json, text) = if let Some(folder) = county {
        let evaluation = evaluate_with(&run, folder, options).map_err(failure)?;
        (serde_json::to_string_pretty(&evaluation), evaluation.to_text())
    } else {
        let pairs = arguments.pairs.as_deref().and_then(|names| match names {
            [left, right, label] => Some([left.as_str(), right.as_str(), label.as_str()]),
            _ => None,
        });
        let truth = TruthFiles {
            files: &arguments.truth,
            record: &arguments.record,
            entity: &arguments.entity,
            source: arguments.source.as_deref(),
            pairs,
        };
        let pipeline = arguments.pipeline.as_deref().map(pipeline).transpose()?;
        let evaluation = match (&pipeline, &arguments.data) {
            (Some(pipeline), Some(data)) => {
                let month = month_of(pipeline, run.manifest.period.parse().ok())?;
                let settings =
                    RunSettings { pipeline, month, reference: month.last_day(), data, out: &run.path, allow_network_share: true };
                evaluate_people(&run, &truth, Some(&|pairs| compared_pairs(&settings, pairs, progress)), options)
            }
            _ => evaluate_people(&run, &truth, None, options),
        };
        let evaluation = evaluation.map_err(failure)?;
        (serde_json::to_string_pretty(&evaluation), evaluation.to_text())
    };
    let json = json.expect("an evaluation holds only numbers and texts");
    render::result(if arguments.json { &json } else { text.trim_end() });
    Ok(())
}
