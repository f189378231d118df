//! What other feeds have otherwise about the same people.
//!
//! What comes in: how the fields of the agency's feeds agree with other feeds, as the run published it. What goes out: a section of the page. What always holds: counts and
//! shares only; it is not said which feed differs, nor who is right.

use super::counts::AgreementCounts;
use super::quality::{Told, field_name, long_month, of_feed, percent, title, within_sentence};
use crate::model::Slip;
use crate::model::agreement::days_in_words;
use crate::page::{Cell, apart, escape, paragraph, section as page_section, table, thousands};

/// The section.
pub(super) fn section(told: &Told<'_>) -> String {
    let mut body = String::new();
    for feed in told.feeds {
        let Some(source) = of_feed(told.counts, feed).filter(|source| !source.agreement.is_empty()) else { continue };
        let before = told.before.and_then(|before| of_feed(before, feed));
        let earlier = |field: &str| before.and_then(|before| before.agreement.iter().find(|line| line.field == field));
        let rows: Vec<Vec<Cell>> = source
            .agreement
            .iter()
            .map(|line| {
                let mut row = vec![
                    Cell::Html(format!("{}<small>{}</small>", escape(&field_name(&line.field)), escape(&way(line)))),
                    Cell::Figure(thousands(line.pairs)),
                    Cell::Count(line.different),
                    Cell::Figure(percent(line.different, line.pairs)),
                ];
                let share = |line: &AgreementCounts| percent(line.different, line.pairs);
                row.extend(told.before.map(|_| Cell::Figure(earlier(&line.field).map_or_else(|| "–".to_owned(), share))));
                row
            })
            .collect();
        let named = |others_agree: bool| {
            let lines = source.agreement.iter().filter(|line| line.at_odds && line.others_agree == others_agree);
            lines.map(|line| within_sentence(&field_name(&line.field))).collect::<Vec<_>>().join(" and ")
        };
        let (at_odds, unclear) = (named(true), named(false));
        let said = [
            (!at_odds.is_empty()).then(|| {
                format!(
                    "{at_odds} hardly agrees with what others have. If that is not in the nature of your records, something is wrong in the extract or in how it is read; please look at it first."
                )
            }),
            (!unclear.is_empty())
                .then(|| format!("{unclear} hardly agrees with the one other feed that has it; which side is wrong is not known.")),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        let said = if said.is_empty() { "nothing that points to a fault of the whole extract.".to_owned() } else { said.join(" ") };
        let caption = format!("{}: {said}", title(told, feed));
        let since = told.before.map(|before| format!("Share in {}", long_month(&before.month)));
        let mut headings = vec![("Field", false), ("Compared", true), ("Different", true), ("Share", true)];
        headings.extend(since.as_deref().map(|heading| (heading, true)));
        body.push_str(&apart(&table(&caption, &headings, &rows, None)));
    }
    if body.is_empty() {
        body = paragraph("Too few of your people are in another feed to say anything.");
    }
    page_section(
        "agreement",
        "What others have otherwise",
        &[
            "Of the people whom another feed has too, with the field filled in both: how often nothing that you have is what they have. Of forenames the first letter counts.",
            "People move, marry and change their telephone, and either side may be out of date; a birthday or a number should hardly ever differ.",
        ],
        &body,
    )
}

/// How most of those that differ do so, in words.
fn way(line: &AgreementCounts) -> String {
    match line.mostly {
        None => String::new(),
        Some(Slip::DayAndMonth) => "where they differ, mostly day and month are exchanged".to_owned(),
        Some(Slip::Days(days)) => format!("where they differ, yours is mostly {}", days_in_words(days)),
        Some(Slip::FirstOfYear) => "where they differ, yours is mostly 1 January of their year".to_owned(),
        Some(Slip::OneValue) => "most of your records have one value".to_owned(),
        Some(Slip::Names) => "where they differ, mostly forename and surname are exchanged".to_owned(),
    }
}
