//! `fwt evaluate RUN`: against the truth, without it, or against another run; as text, JSON or a page.

use super::args::EvaluateArguments;
use super::explain::open;
use super::failure::{Failure, FailureKind, store_failure};
use super::link::month_of;
use super::progress::Bars;
use super::render;
use super::run::pipeline;
use crate::evaluate::months::evaluate_months;
use crate::evaluate::people::evaluate_people;
use crate::evaluate::{EvaluateError, EvaluationOptions, Extras, TruthFiles, evaluate_with};
use crate::run::people::met_pairs;
use crate::run::{LinkageChoice, RunSettings};

pub(super) fn evaluate(arguments: &EvaluateArguments, progress: &Bars) -> Result<(), Failure> {
    if let (true, Some(truth)) = (arguments.months, arguments.truth.first()) {
        let evaluation = evaluate_months(&arguments.run, truth).map_err(|error| failure(&error))?;
        let json = serde_json::to_string_pretty(&evaluation).expect("an evaluation holds only numbers and texts");
        let text = evaluation.to_text();
        render::result(if arguments.json { &json } else { text.trim_end() });
        return Ok(());
    }
    let run = open(&arguments.run)?;
    let other = arguments.compare.as_deref().map(open).transpose()?;
    let options = EvaluationOptions { show_values: arguments.show_values, examples: arguments.examples };
    let pipeline = arguments.pipeline.as_deref().map(pipeline).transpose()?;
    let settings = match (&pipeline, &arguments.data) {
        (Some(pipeline), Some(data)) => {
            let month = month_of(pipeline, run.manifest.period.parse().ok())?;
            Some(RunSettings {
                pipeline,
                month,
                reference: month.last_day(),
                data,
                out: &run.path,
                allow_network_share: true,
                provisional: false,
                churn_confirmed: false,
                linkage: LinkageChoice::default(),
            })
        }
        _ => None,
    };
    let meet = settings
        .as_ref()
        .map(|settings| move |records: &[(&str, &str)], pairs: &[(u32, u32)]| met_pairs(settings, records, pairs, progress));
    let extras = Extras {
        meet: meet.as_ref().map(|meet| meet as crate::evaluate::linkage::MeetPairs<'_>),
        by: &arguments.by,
        other: other.as_ref(),
    };
    let county = arguments.truth.first().filter(|path| !crate::store::exists(path));
    let (json, text, html) = if let Some(folder) = county {
        let evaluation = evaluate_with(&run, folder, extras, options).map_err(|error| failure(&error))?;
        (serde_json::to_string_pretty(&evaluation), evaluation.to_text(), arguments.html.as_ref().map(|_| evaluation.to_html()))
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
            by: &arguments.by,
        };
        let truth = (!arguments.truth.is_empty()).then_some(&truth);
        let evaluation = evaluate_people(&run, truth, extras, options).map_err(|error| failure(&error))?;
        (serde_json::to_string_pretty(&evaluation), evaluation.to_text(), arguments.html.as_ref().map(|_| evaluation.to_html()))
    };
    if let (Some(path), Some(html)) = (&arguments.html, html) {
        crate::store::write_file(path, html.as_bytes())
            .map_err(|error| store_failure(format!("cannot write `{}`", path.display()), &error))?;
        render::note(&format!("Page: {}", path.display()));
    }
    let json = json.expect("an evaluation holds only numbers and texts");
    render::result(if arguments.json { &json } else { text.trim_end() });
    Ok(())
}

fn failure(error: &EvaluateError) -> Failure {
    let usage =
        matches!(error, EvaluateError::GroupColumn { .. } | EvaluateError::PersonalGroups { .. } | EvaluateError::GroupsWithoutTruth);
    Failure::new(if usage { FailureKind::Usage } else { FailureKind::Data }, "cannot evaluate the run").caused_by(error)
}
