//! Small things said in words, the same way in every output.

pub(super) use crate::model::amounts::thousands;
pub(super) use crate::page::MARKING;

use crate::model::{Entry, FamilySummary, Field, MemberRole, NoteCode, PriorityStep, Status, Ternary, date};

/// What stands where the name of a restricted person would.
pub(super) const NAME_WITHHELD: &str = "name withheld";

/// What stands where an address of a restricted family would.
pub(super) const ADDRESS_WITHHELD: &str = "address withheld";

/// A count with its noun: `1 family`, `2,000 families`.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A share as a percentage with one digit; never rounded up to 100 or down to 0.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let share = part as f64 * 100.0 / whole as f64;
    if part > 0 && share < 0.1 {
        "under 0.1%".to_owned()
    } else if part < whole && share > 99.9 {
        "over 99.9%".to_owned()
    } else {
        format!("{share:.1}%")
    }
}

/// `31 October 2012`; empty for no day.
pub(super) fn long_date(day: crate::model::Day) -> String {
    date::to_naive(day).map(|date| date.format("%-d %B %Y").to_string()).unwrap_or_default()
}

/// `31 Oct 2012`; empty for no day.
pub(super) fn short_date(day: crate::model::Day) -> String {
    date::to_naive(day).map(|date| date.format("%-d %b %Y").to_string()).unwrap_or_default()
}

/// `Oct 2012`, the month of a day.
pub(super) fn short_month(day: crate::model::Day) -> String {
    date::to_naive(day).map(|date| date.format("%b %Y").to_string()).unwrap_or_default()
}

/// `October 2012`.
pub(super) fn month(month: crate::model::Month) -> String {
    date::to_naive(month.first_day()).map(|date| date.format("%B %Y").to_string()).unwrap_or_default()
}

/// An identifier such as `permanent_exclusion` as words.
pub(super) fn humanised(identifier: &str) -> String {
    let words = identifier.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A field of a person as people say it.
pub(super) fn field_name(field: Field) -> String {
    match field {
        Field::Uprn => "UPRN".to_owned(),
        Field::NhsNumber => "NHS number".to_owned(),
        Field::Nino => "NI number".to_owned(),
        Field::Upn => "UPN".to_owned(),
        Field::FormerUpn => "Former UPN".to_owned(),
        Field::Uln => "ULN".to_owned(),
        other => humanised(other.name()),
    }
}

/// Yes, no, unknown.
pub(super) fn answer(value: Ternary) -> &'static str {
    match value {
        Ternary::True => "yes",
        Ternary::False => "no",
        Ternary::Unknown => "unknown",
    }
}

/// Yes or no.
pub(super) fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// Where a family stands with the service; nothing for one that is not listed and of which nobody has said anything.
pub(super) fn status(entry: &Entry, summary: &FamilySummary) -> Option<&'static str> {
    summary.status.or_else(|| entry.route.is_listed().then_some(Status::Identified)).map(Status::name)
}

/// A member without a name: `child, 14`.
pub(super) fn member_label(role: Option<MemberRole>, age: Option<i32>) -> String {
    let role = role.map_or("not a member", |role| match role {
        MemberRole::AdultChild => "adult child",
        MemberRole::OtherAdult => "other adult",
        other => other.name(),
    });
    age.map_or_else(|| format!("{role}, age unknown"), |age| format!("{role}, {age}"))
}

/// The arithmetic of a priority: `2 × permanent exclusion at 13 points = 26; together 26 points`.
pub(super) fn arithmetic(steps: &[PriorityStep], total: u32) -> String {
    if steps.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = steps
        .iter()
        .map(|step| {
            let points = u64::from(step.count) * u64::from(step.points_each);
            format!("{} × {} at {} = {}", step.count, step.what, thousands(u64::from(step.points_each)), thousands(points))
        })
        .collect();
    format!("{}; together {} points", parts.join("; "), thousands(u64::from(total)))
}

/// True if the value could not be used.
pub(super) fn is_unusable(code: NoteCode) -> bool {
    matches!(
        code,
        NoteCode::NoForenameYet
            | NoteCode::Placeholder
            | NoteCode::DefaultDate
            | NoteCode::NotADate
            | NoteCode::OutOfRange
            | NoteCode::PseudoPostcode
            | NoteCode::BadFormat
            | NoteCode::BadCheckDigit
            | NoteCode::SpreadsheetDamage
    )
}

/// True if the value was changed and then used.
pub(super) fn is_change(code: NoteCode) -> bool {
    matches!(
        code,
        NoteCode::Cleaned
            | NoteCode::TitleRemoved
            | NoteCode::AliasSplit
            | NoteCode::NameSplit
            | NoteCode::ExcelSerial
            | NoteCode::TwoDigitYear
            | NoteCode::PartialDate
            | NoteCode::Repaired
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_read_well() {
        assert_eq!([0, 7, 999, 1000, 1_234_567].map(thousands), ["0", "7", "999", "1,000", "1,234,567"]);
        assert_eq!(counted(1, "family", "families"), "1 family");
        assert_eq!(humanised("three_fixed-term"), "Three fixed term");
        assert_eq!(percent(0, 5), "0.0%");
        assert_eq!(percent(1, 100_000), "under 0.1%");
        assert_eq!(percent(99_999, 100_000), "over 99.9%");
        assert_eq!(percent(5, 5), "100.0%");
        assert_eq!(member_label(Some(MemberRole::Child), Some(14)), "child, 14");
        let steps = [PriorityStep { what: "permanent exclusion".into(), count: 2, points_each: 1300 }];
        assert_eq!(arithmetic(&steps, 2600), "2 × permanent exclusion at 1,300 = 2,600; together 2,600 points");
    }
}
