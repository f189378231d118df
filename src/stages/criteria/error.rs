//! Why the criteria could not be tested.
//!
//! What comes in: an error of the query engine, or tables that do not fit. What goes out: [`CriteriaError`]. What always holds: no word of
//! the engine's message is passed on, for it may quote a cell; what is kept is the kind of error and the line of `fwt` that met it.

use std::panic::Location;

use polars::error::PolarsError;

/// Why the criteria could not be tested.
#[derive(Debug, thiserror::Error)]
pub enum CriteriaError {
    /// A query over the events failed.
    #[error("the events cannot be queried: {kind}, at {position}")]
    Query {
        /// The kind of error.
        kind: &'static str,
        /// Where in `fwt`.
        position: &'static Location<'static>,
    },
    /// The tables handed in do not belong together: a bug.
    #[error("the tables do not fit each other: {0}")]
    Misfit(&'static str),
}

impl From<PolarsError> for CriteriaError {
    #[track_caller]
    fn from(error: PolarsError) -> Self {
        Self::Query { kind: kind_of(&error), position: Location::caller() }
    }
}

fn kind_of(error: &PolarsError) -> &'static str {
    match error {
        PolarsError::ColumnNotFound(_) | PolarsError::SchemaFieldNotFound(_) | PolarsError::StructFieldNotFound(_) => "a column is missing",
        PolarsError::SchemaMismatch(_) => "a column has another type",
        PolarsError::ShapeMismatch(_) => "columns of different lengths",
        PolarsError::Duplicate(_) => "a column twice",
        PolarsError::OutOfBounds(_) => "a row out of bounds",
        PolarsError::NoData(_) => "no data",
        PolarsError::ComputeError(_) => "a computation failed",
        PolarsError::InvalidOperation(_) => "an operation that is not possible",
        PolarsError::IO { .. } => "reading or writing failed",
        PolarsError::Context { error, .. } | PolarsError::ExprContext { error, .. } => kind_of(error),
        _ => "an error inside the query engine",
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    fn fails(error: PolarsError) -> Result<(), CriteriaError> {
        Err(error)?;
        Ok(())
    }

    #[test]
    fn an_error_of_the_engine_gives_kind_and_position_and_none_of_its_words() {
        let inner = PolarsError::ComputeError("cannot parse ZQCANARY".into());
        let error = fails(PolarsError::Context { error: Box::new(inner), msg: "at ZQCANARY".into() }).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("ZQCANARY"), "{shown}");
        assert!(error.source().is_none());
        assert!(shown.contains("a computation failed, at src/stages/criteria/error.rs:"), "{shown}");
    }
}
