//! What is wrong with a file, said by position and kind, never by value.

use std::fmt;

/// One problem of a configuration or an input file. No text here may hold a value from an extract's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File as the user named it, relative where possible.
    pub file: String,
    /// Line, from 1; 0 when the problem is about the whole file.
    pub line: u64,
    /// Column header, TOML key or similar; empty when none.
    pub column: String,
    /// Stable kind in kebab-case, such as `unknown-header`.
    pub code: &'static str,
    /// One sentence without a full stop.
    pub message: String,
    /// What to do about it; empty when there is nothing useful to say.
    pub hint: String,
}

impl Problem {
    /// A problem of a whole file.
    #[must_use]
    pub fn of_file(file: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { file: file.into(), line: 0, column: String::new(), code, message: message.into(), hint: String::new() }
    }

    /// The same problem at a line (from 1).
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = line;
        self
    }

    /// The same problem in a column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = column.into();
        self
    }

    /// The same problem with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file)?;
        if self.line > 0 {
            write!(formatter, ":{}", self.line)?;
        }
        if !self.column.is_empty() {
            write!(formatter, " (`{}`)", self.column)?;
        }
        write!(formatter, ": {} [{}]", self.message, self.code)
    }
}

/// All problems found, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(formatter)?;
            }
            write!(formatter, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The known name nearest to one that is not known, for a hint; `None` when nothing is near enough to be meant. Case, spaces and
/// punctuation do not count; a name that contains the other's words ("Forename" and "Child Forename") is near.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Below this similarity (of 0 to 1) a hint would send the reader astray; chosen on renamed headers of real extracts (domain.md §4.2).
    const NEAR_ENOUGH: f64 = 0.55;
    // A contained name counts from 0.6, more the more of the longer name it makes up: "parent" means "parent_of" before "grandparent_of".
    let plain = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let target = plain(wanted);
    if target.is_empty() {
        return None;
    }
    let score = |name: &str| {
        let name = plain(name);
        let contained = name.len() >= 3 && target.len() >= 3 && (name.contains(&target) || target.contains(&name));
        let share = target.len().min(name.len()) as f64 / target.len().max(name.len()) as f64;
        strsim::normalized_damerau_levenshtein(&target, &name).max(if contained { 0.6 + 0.3 * share } else { 0.0 })
    };
    let scored = known.into_iter().map(|name| (score(name), name));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))?;
    (best.0 >= NEAR_ENOUGH).then_some(best.1)
}

/// One row set aside (or one value of a used row ignored): position and reason, never the value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    /// Index into the run's deliveries.
    pub delivery: u32,
    /// Line of the file, from 1 (for XLSX the row, for Parquet the row counted from 1).
    pub line: u32,
    /// Column header; empty when the whole row is at fault.
    pub column: String,
    /// Stable reason in kebab-case, such as `not-a-date`.
    pub code: &'static str,
    /// True if the whole row was set aside, false if only this value was ignored.
    pub row_set_aside: bool,
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_known_name_is_offered_and_nothing_far_fetched() {
        assert_eq!(nearest("blockng", ["blocking", "threshold"]), Some("blocking"));
        assert_eq!(nearest("Date of Birth", ["DOB", "DateOfBirth", "Surname"]), Some("DateOfBirth"));
        assert_eq!(nearest("Forename", ["Surname", "Child Forename"]), Some("Child Forename"));
        assert_eq!(nearest("parent", ["grandparent_of", "parent_of"]), Some("parent_of"));
        assert_eq!(nearest("zzz", ["blocking", "threshold"]), None);
        assert_eq!(nearest("", ["a"]), None);
    }
}
