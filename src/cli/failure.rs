//! How a command fails: what happened, why, what to do, and the exit code.

use std::process::ExitCode;

use crate::model::Problems;
use crate::store::StoreError;

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// Refused because of the data (exit code 1).
    Data,
    /// Usage or configuration (exit code 2).
    Usage,
    /// The environment: disk, lock, permissions; safe to run again (exit code 3).
    Environment,
    /// A bug in `fwt` (exit code 4).
    Bug,
}

impl FailureKind {
    /// The exit code.
    #[must_use]
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Data => 1,
            Self::Usage => 2,
            Self::Environment => 3,
            Self::Bug => 4,
        })
    }
}

/// A failed command. No text in it holds a value from an extract.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Who has to act.
    pub kind: FailureKind,
    /// What happened, one sentence without a full stop.
    pub message: String,
    /// Why, outermost first.
    pub causes: Vec<String>,
    /// What to do; may be empty.
    pub hints: Vec<String>,
}

impl Failure {
    /// A failure with a message only.
    #[must_use]
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// The same with a cause and the causes below it.
    #[must_use]
    pub(crate) fn caused_by(mut self, error: &dyn std::error::Error) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// The same with a hint.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// All problems of a configuration or of inputs, with their hints once each.
    #[must_use]
    pub(crate) fn of_problems(kind: FailureKind, message: impl Into<String>, problems: &Problems) -> Self {
        let mut failure = Self::new(kind, message);
        for problem in &problems.0 {
            failure.causes.push(problem.to_string());
            if !problem.hint.is_empty() && !failure.hints.contains(&problem.hint) {
                failure.hints.push(problem.hint.clone());
            }
        }
        failure
    }
}

/// A failure at the disk, with the exit code and the hint the store gives.
#[must_use]
pub(crate) fn store_failure(message: impl Into<String>, error: &StoreError) -> Failure {
    let kind = match error.exit_code() {
        1 => FailureKind::Data,
        2 => FailureKind::Usage,
        _ => FailureKind::Environment,
    };
    let failure = Failure::new(kind, message).caused_by(error);
    if error.hint().is_empty() { failure } else { failure.hint(error.hint()) }
}

/// The failure to write what people fill in: where they have, `command` is what takes it in.
pub(crate) fn unless_filled_in(failure: Failure, error: &StoreError, command: &str) -> Failure {
    let is_filled_in = matches!(error, StoreError::FilledIn { .. });
    if is_filled_in { failure.hint(format!("`{command}` takes in what was filled in; --replace writes over it")) } else { failure }
}
