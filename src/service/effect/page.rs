//! The page that others may see: every number on it is suppressed where it is small.
//!
//! What comes in: the comparison. What goes out: [`Shown`], the numbers as they may be shown, and one page. What always holds: no exact count reaches the page; a share or an average is
//! shown for twenty families or more only; the page says that it proves no cause before it shows a number.

use super::study::{Group, Study};
use crate::model::amounts::thousands;
use crate::model::small_numbers::{self, Totals, suppress};
use crate::model::{CostUnit, EffectSettings, Month};
use crate::page::chart::{Frame, figure, legend};
use crate::page::{Cell, PATTERNS, STYLE, apart, escape, paragraph, section, table};

/// What stands on every page and in every folder.
pub(super) const CAUTION: &str = "These figures show what happened before and after, and prove no cause. Families come to the service when things are at their worst, and much \
     gets better by itself; whoever stands beside them was not chosen at random and may differ in everything else.";

/// Families below which no share and no average is shown (domain.md §5.2).
const LEAST: u64 = 20;

/// A count as it may be shown.
pub(super) type Count = small_numbers::Shown;

/// One measure by cohort, all cohorts last.
pub(super) struct Measure {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) per_month: bool,
    /// Cohort, then before and after of the cohort, before and after of those beside it.
    pub(super) rows: Vec<(String, Vec<Count>)>,
}

/// A criterion and a group: months since attachment and share of families that meet it.
type CriterionLine = (String, Group, Vec<(i32, f64)>);

/// Everything as it may be shown.
pub(super) struct Shown {
    /// Cohort, families attached, families turned around; all last.
    pub(super) cohorts: Vec<(String, Vec<Count>)>,
    /// In the order of the cost table.
    pub(super) measures: Vec<Measure>,
    /// Families compared and families beside them, all cohorts together.
    pub(super) compared: [Count; 2],
    /// What a family cost before and after, to the nearest hundred pounds: those attached, those beside; nothing for fewer than twenty.
    pub(super) costs: [Option<(u64, u64)>; 2],
    /// Criterion and group: months since attachment and share of families that meet it.
    pub(super) criteria: Vec<CriterionLine>,
    /// Title of each criterion.
    titles: std::collections::BTreeMap<String, String>,
}

impl Shown {
    pub(super) fn of(study: &Study, settings: &EffectSettings) -> Self {
        let counts: Vec<Vec<u64>> = study.cohorts.iter().map(|cohort| vec![cohort.families, cohort.turned_around]).collect();
        let months: Vec<String> = study.cohorts.iter().map(|cohort| cohort.month.to_string()).collect();
        let compared: Vec<_> =
            study.cohorts.iter().filter_map(|cohort| Some((cohort.month.to_string(), cohort.compared.as_ref()?))).collect();
        let measures = settings.costs.iter().enumerate().map(|(place, item)| {
            let of = |amounts: &[super::Amount]| amounts.get(place).map_or(0, |amount| amount.count);
            let counts: Vec<Vec<u64>> = compared
                .iter()
                .map(|(_, (own, beside))| vec![of(&own.before), of(&own.after), of(&beside.before), of(&beside.after)])
                .collect();
            let names: Vec<String> = compared.iter().map(|(month, _)| month.clone()).collect();
            Measure { id: item.id.clone(), title: item.title.clone(), per_month: item.unit == CostUnit::Year, rows: rows(&names, &counts) }
        });
        let (own, beside) = study.together(settings.costs.len());
        let average = |side: &super::Side| {
            let (before, after) = side.cost();
            // Pence of all families to the nearest hundred pounds of one.
            let each = |pence: u64| (pence / side.families.max(1) + 5_000) / 10_000 * 100;
            (side.families >= LEAST).then(|| (each(before), each(after)))
        };
        Self {
            cohorts: rows(&months, &counts),
            compared: [small_numbers::shown(own.families), small_numbers::shown(beside.families)],
            costs: [average(&own), average(&beside)],
            criteria: criteria(study),
            titles: study.titles.clone(),
            measures: measures.collect(),
        }
    }
}

/// The table of some cohorts, with the sum of each column.
fn rows(names: &[String], counts: &[Vec<u64>]) -> Vec<(String, Vec<Count>)> {
    if counts.is_empty() {
        return Vec::new();
    }
    let table = suppress(counts, Totals { rows: false, columns: true, grand: false });
    names.iter().cloned().zip(table.cells).chain([("all".to_owned(), table.columns)]).collect()
}

/// Shares by months since attachment, over all cohorts, where they may be shown.
fn criteria(study: &Study) -> Vec<CriterionLine> {
    let mut found: std::collections::BTreeMap<(String, Group), std::collections::BTreeMap<i32, [u64; 2]>> =
        std::collections::BTreeMap::new();
    for row in &study.criteria {
        let since = row.month.months_since(row.cohort);
        let entry = found.entry((row.criterion.clone(), row.group)).or_default().entry(since).or_default();
        let [met, unknown, not] = row.families;
        entry[0] += met;
        entry[1] += met + unknown + not;
    }
    // Twenty true families, not eighteen that round to twenty.
    let share = |(since, [met, of]): (i32, [u64; 2])| match (small_numbers::shown(met), small_numbers::shown(of)) {
        (Count::Count(met), Count::Count(rounded)) if of >= LEAST => Some((since, (met as f64 / rounded as f64).min(1.0))),
        _ => None,
    };
    let line = |((criterion, group), months): ((String, Group), std::collections::BTreeMap<i32, [u64; 2]>)| {
        (criterion, group, months.into_iter().filter_map(share).collect())
    };
    found.into_iter().map(line).collect()
}

/// A page around sections.
pub(super) fn shell(title: &str, programme: &str, month: &str, body: &str) -> String {
    let month = month.parse::<Month>().ok().and_then(|month| crate::model::date::to_naive(month.first_day()));
    let month = month.map(|day| day.format("%B %Y").to_string()).unwrap_or_default();
    [
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n".to_owned(),
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n".to_owned(),
        format!("<title>{}: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n", escape(programme), escape(title)),
        format!("{PATTERNS}\n<div class=\"page\">\n<header>\n<p class=\"programme\">{}</p>\n<h1>{}, {month}</h1>\n", escape(programme), escape(title)),
        "<p class=\"facts\"><span>Small numbers are suppressed: * stands for 1 to 7 and for what would give such a number away; other counts are rounded to the nearest 5</span></p>\n</header>\n<main>\n".to_owned(),
        body.to_owned(),
        "</main>\n<footer><p>Made by fwt from the published runs. Counts of families that one could tell are not on this page.</p></footer>\n</div>\n</body>\n</html>\n".to_owned(),
    ]
    .concat()
}

/// The page.
pub(super) fn page(programme: &str, month: &str, settings: &EffectSettings, shown: &Shown) -> String {
    let body =
        [caution(settings, shown), families(shown), measures(settings, shown), criteria_charts(shown), costs(settings, shown)].concat();
    shell("Before and after", programme, month, &body)
}

fn caution(settings: &EffectSettings, shown: &Shown) -> String {
    let [own, beside] = shown.compared.map(|count| count.to_string());
    let body = [
        paragraph(CAUTION),
        paragraph(&format!(
            "Compared are the {0} months before a key worker began with the {0} months from that day on: {own} families whose {0} months are over, and beside them {beside} times a \
             family that was on the list by the same month and that nobody worked with until the time was over. Before is what was known at the beginning; after is what is known now, \
             so what the agencies report late is still missing from it.",
            settings.months
        )),
    ];
    section("reading", "No proof of cause", &["Read this first."], &body.concat())
}

fn cells(counts: &[Count]) -> Vec<Cell> {
    counts.iter().map(|count| Cell::Figure(count.to_string())).collect()
}

fn row(name: &str, counts: &[Count]) -> Vec<Cell> {
    let name = if name == "all" { "All" } else { name };
    std::iter::once(Cell::text(name)).chain(cells(counts)).collect()
}

fn families(shown: &Shown) -> String {
    let rows: Vec<Vec<Cell>> = shown.cohorts.iter().map(|(month, counts)| row(month, counts)).collect();
    let headings = [("Attached in", false), ("Families", true), ("Turned around by now", true)];
    let body = if rows.is_empty() {
        paragraph("No family has been attached yet.")
    } else {
        table("Families by the month in which a key worker began to work with them.", &headings, &rows, None)
    };
    section("families", "Families", &["A cohort is the families attached in one month."], &body)
}

fn measures(settings: &EffectSettings, shown: &Shown) -> String {
    let all = |measure: &Measure| measure.rows.last().map(|(_, counts)| counts.clone()).unwrap_or_default();
    let name = |measure: &Measure| measure.title.clone();
    let rows: Vec<Vec<Cell>> =
        shown.measures.iter().filter(|measure| !measure.rows.is_empty()).map(|measure| row(&name(measure), &all(measure))).collect();
    if rows.is_empty() {
        let text = format!("No family has been worked with for {} months yet, so there is nothing to compare.", settings.months);
        return section("measures", "What happened", &[], &paragraph(&text));
    }
    let headings = [("", false), ("Before", true), ("After", true), ("Beside: before", true), ("Beside: after", true)];
    let caption = "What happened in the months before and after, to the families that were attached and to those beside them.";
    let mut body = table(caption, &headings, &rows, None);
    body.push_str(&apart(&by_cohort(shown)));
    section(
        "measures",
        "What happened",
        &[
            "Events count once, however many agencies report them. What lasts, such as a plan or a benefit, counts per person and month.",
            "The two groups are not of one size: compare before with after, not one group with the other.",
        ],
        &body,
    )
}

fn by_cohort(shown: &Shown) -> String {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for measure in &shown.measures {
        for (cohort, counts) in measure.rows.iter().filter(|(cohort, _)| cohort != "all") {
            let unit = if measure.per_month { "person-months" } else { "events" };
            let mut line = vec![Cell::text(measure.title.as_str()), Cell::text(unit), Cell::text(cohort.as_str())];
            line.extend(cells(counts));
            rows.push(line);
        }
    }
    let headings = [
        ("", false),
        ("", false),
        ("Attached in", false),
        ("Before", true),
        ("After", true),
        ("Beside: before", true),
        ("Beside: after", true),
    ];
    format!("<details><summary>By cohort</summary>{}</details>", table("The same by cohort.", &headings, &rows, None))
}

/// One small chart per criterion: share of families that meet it, by months since attachment.
fn criteria_charts(shown: &Shown) -> String {
    let names: std::collections::BTreeSet<&str> = shown.criteria.iter().map(|(criterion, ..)| criterion.as_str()).collect();
    let mut charts = String::new();
    for criterion in names {
        let line = |wanted: Group| {
            let found = shown.criteria.iter().find(|(name, group, _)| name == criterion && *group == wanted);
            found.map(|(_, _, points)| points.clone()).unwrap_or_default()
        };
        let (own, beside) = (line(Group::Attached), line(Group::Beside));
        if own.len() < 2 {
            continue;
        }
        let (first, last) = own.iter().chain(&beside).fold((0, 1), |(low, high), (month, _)| (low.min(*month), high.max(*month)));
        let frame = Frame { width: 760.0, height: 240.0, left: 50.0, across: (f64::from(first), f64::from(last)), up: (0.0, 1.0) };
        let title = shown.titles.get(criterion).map_or(criterion, String::as_str);
        let caption = format!("{title}: share of families that meet it, by months since attachment.");
        let mut svg = frame.open(&caption);
        let across: Vec<(f64, String)> =
            (first..=last).filter(|month| month % 3 == 0).map(|month| (f64::from(month), month.to_string())).collect();
        let up: Vec<(f64, String)> = (0..=4).map(|step| (f64::from(step) / 4.0, format!("{}%", step * 25))).collect();
        frame.axes(&mut svg, (&across, "months since attachment"), (&up, ""));
        frame.mark(&mut svg, 0.0, "attached");
        let points = |line: &[(i32, f64)]| line.iter().map(|(month, share)| (f64::from(*month), *share)).collect::<Vec<_>>();
        frame.line(&mut svg, "second", &points(&beside));
        frame.line(&mut svg, "curve", &points(&own));
        charts.push_str(&figure(&caption, &svg));
    }
    let body = if charts.is_empty() {
        paragraph("Too few families have been attached to show a share: shares are shown for twenty families or more.")
    } else {
        format!("{charts}{}", legend(&[("f1", "attached (unbroken)"), ("second", "on the list, not attached (dashed)")]))
    };
    section(
        "criteria",
        "Criteria",
        &["Shares are made of rounded counts and shown for twenty families or more. A criterion that is not known counts as not met."],
        &body,
    )
}

fn costs(settings: &EffectSettings, shown: &Shown) -> String {
    let pounds = |amount: u64| format!("£{}", thousands(amount));
    let names = ["Attached", "Beside: on the list, not attached"];
    let rows: Vec<Vec<Cell>> = names
        .iter()
        .zip(shown.costs)
        .map(|(name, cost)| {
            let (before, after) = cost.map_or(("*".to_owned(), "*".to_owned()), |(before, after)| (pounds(before), pounds(after)));
            vec![Cell::text(*name), Cell::Figure(before), Cell::Figure(after)]
        })
        .collect();
    let caption = format!("What a family cost the public in {0} months before and in {0} months after, on average.", settings.months);
    let averages = table(&caption, &[("", false), ("Before", true), ("After", true)], &rows, None);
    let items: Vec<Vec<Cell>> = settings
        .costs
        .iter()
        .map(|item| {
            let unit = if item.unit == CostUnit::Event { "each" } else { "a year" };
            let price = format!("£{} {unit}", thousands(u64::from(item.pounds)));
            vec![
                Cell::text(item.title.as_str()),
                Cell::Figure(price),
                Cell::Figure(item.year.to_string()),
                Cell::text(item.source.as_str()),
            ]
        })
        .collect();
    let headings = [("What", false), ("Unit cost", true), ("Prices of", true), ("Source", false)];
    let body = format!("{averages}{}", apart(&table("The unit costs behind it.", &headings, &items, None)));
    section(
        "costs",
        "Public cost",
        &[
            "Unit costs weigh what happened; they are no budget and no money was saved by a family that was counted here.",
            "Prices are those of the year given, to the nearest hundred pounds for a family; averages are shown for twenty families or more.",
        ],
        &body,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::CriterionRow;
    use super::*;

    #[test]
    fn a_share_is_shown_for_twenty_families_and_not_for_nineteen_nor_where_few_meet_it() {
        let month = Month::new(2013, 1).unwrap();
        let shares = |met: u64, of: u64| {
            let row = CriterionRow { cohort: month, month, group: Group::Attached, criterion: "c1".into(), families: [met, 0, of - met] };
            let study = Study { cohorts: Vec::new(), criteria: vec![row], titles: BTreeMap::new() };
            criteria(&study).remove(0).2
        };
        assert_eq!(shares(10, 20), [(0, 0.5)]);
        assert!(shares(10, 19).is_empty(), "nineteen round to twenty and are not twenty");
        assert!(shares(7, 40).is_empty());
        assert_eq!(shares(0, 40), [(0, 0.0)]);
    }
}
