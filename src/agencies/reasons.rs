//! Reason codes of rows set aside and values not used, in words for the agency that sent them.

/// Code, what is wrong, what the agency can do.
const REASONS: [(&str, &str, &str); 20] = [
    ("cell-too-long", "a cell is longer than any value of this kind can be", "check the export for a missing line end or quote"),
    ("cell-without-header", "a cell stands under no header", "check the export for an extra delimiter"),
    ("control-character", "a cell holds characters that are no text", "have the value typed again"),
    ("damaged-cell", "a spreadsheet changed the value, such as a number written as 1.00E+11", "export the column as text"),
    ("duplicate-row", "the same row stands twice in the file", "send each row once"),
    ("empty-cell", "a value that must be there is missing", "fill it in at the source"),
    ("empty-row", "the row is empty", "leave empty rows out"),
    ("event-without-date", "what happened has no usable date", "fill in the date at the source"),
    ("event-without-person", "what happened names no person", "name the person, or leave the row out"),
    ("event-without-role", "it is not said in which role the person stands", "fill in the role"),
    ("footer-row", "the row is a total and no data", "leave totals out"),
    ("formula-without-value", "the cell holds a formula without a stored value", "open and save the workbook in Excel"),
    ("negative-number", "a count is below zero", "correct the number at the source"),
    ("nobody-on-row", "the row names nobody", "fill in the person, or leave the row out"),
    ("not-a-date", "the value is no date of the agreed form", "use the form agreed for this column"),
    ("not-a-flag", "the value is neither of the two agreed", "use the agreed values"),
    ("not-a-whole-number", "the value is no whole number", "correct the number at the source"),
    ("relation-to-self", "a person is said to be related to themselves", "correct the relation at the source"),
    ("stray-quote", "a quotation mark stands inside a cell without quotes", "quote the cell and double the mark inside"),
    ("unlisted-code", "the code is none of those agreed", "use an agreed code, or tell us of the new one"),
];

/// What is wrong, in words; a code that is not known here is written as words.
pub(super) fn in_words(code: &str) -> String {
    match code {
        "too-few-fields" => "the row has fewer cells than the header".to_owned(),
        "too-many-fields" => "the row has more cells than the header".to_owned(),
        code => find(code).map_or_else(|| code.replace('-', " "), |(_, what, _)| (*what).to_owned()),
    }
}

/// What the agency can do about it; empty where nothing is known.
pub(super) fn remedy(code: &str) -> &'static str {
    match code {
        "too-few-fields" | "too-many-fields" => "check the export for missing or extra delimiters",
        code => find(code).map_or("", |(_, _, remedy)| remedy),
    }
}

fn find(code: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    REASONS.iter().find(|(known, ..)| *known == code)
}
