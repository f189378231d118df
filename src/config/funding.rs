//! Funding packs: what a programme pays for a family.
//!
//! What comes in: the text of `pipelines/funding/*.toml`. What goes out: a checked [`FundingPack`], or every problem at once. What always holds: money is whole pence;
//! years are in order, do not overlap and leave no day between them; nothing that can be paid for one family is above the ceiling; the shares of the cost are a hundred percent.

use super::raw::{Document, Section};
use super::schema::is_plain_name;
use crate::model::funding::{CostShare, Estimate, ExpectedFamilies, Fractions, FundedShare, FundingPack, FundingYear, RateOf};
use crate::model::money::{Pence, pounds};
use crate::model::{Problem, date};

/// Largest amount a pack may name: a million pounds.
const MOST_PENCE: i64 = 100_000_000;

/// Reads a funding pack; `file` is its name in messages.
///
/// # Errors
/// Every problem of the file, in the order of its lines.
pub fn parse_funding(file: &str, text: &str) -> Result<FundingPack, Vec<Problem>> {
    let document = Document::new(file, text);
    let tree = document.parse();
    let pack = tree.as_ref().and_then(|tree| pack(Section::root(&document, tree)));
    let problems = document.into_problems();
    match pack {
        Some(pack) if problems.is_empty() => Ok(pack),
        _ => Err(problems),
    }
}

fn pack(root: Section<'_>) -> Option<FundingPack> {
    let head = root.section("funding");
    let name = plain_name(&head);
    let version = head.required_text("version");
    let title = head.required_text("title");
    let source = head.required_text("source");
    let ceiling = pence(&head, "ceiling_pence");
    let last_claim = required_date(&head, "last_claim");
    let rate_of = required_choice(&head, "rate_of", &[("attachment", RateOf::Attachment), ("claim", RateOf::Claim)]);
    head.finish();
    let years = years(&root, ceiling);
    let funded = funded(root.section("funded"));
    let families = expected(&root);
    let cost = root.value("cost").is_some().then(|| cost(root.section("cost")));
    let estimates: Vec<Option<Estimate>> = root.sections("estimate").into_iter().map(estimate).collect();
    root.finish();
    Some(FundingPack {
        name: name?,
        version: version?.value,
        title: title?.value,
        source: source?.value,
        ceiling: ceiling?,
        last_claim: last_claim?,
        rate_of: rate_of?,
        years: years?,
        funded: funded?,
        families: families?,
        cost: match cost {
            None => None,
            Some(cost) => Some(cost?),
        },
        estimates: estimates.into_iter().collect::<Option<_>>()?,
    })
}

/// The programme years, each with its line, checked one against the next.
fn years(root: &Section<'_>, ceiling: Option<Pence>) -> Option<Vec<FundingYear>> {
    let sections = root.sections("year");
    if sections.is_empty() {
        root.document.report_at(1, "year", "missing-key", "a funding pack has at least one [[year]]");
    }
    let mut years: Vec<FundingYear> = Vec::new();
    let mut complete = !sections.is_empty();
    for section in sections {
        let (document, line) = (section.document, section.line);
        let Some(year) = year(section) else {
            complete = false;
            continue;
        };
        if let Some(ceiling) = ceiling {
            let most = year.attachment + (year.result + year.progress).max(year.employment);
            if most > ceiling {
                let message = format!("{} can be paid for one family of this year, and the ceiling is {}", pounds(most), pounds(ceiling));
                document.report_at(line, "year", "above-the-ceiling", message);
            }
        }
        if years.iter().any(|known| known.name == year.name) {
            document.report_at(line, "year.name", "named-twice", "this year is listed twice");
        }
        if let Some(before) = years.last()
            && before.ends + 1 != year.starts
        {
            let message = format!("this year begins on {}, and the one before ends on {}", date::iso(year.starts), date::iso(before.ends));
            document.report_at(line, "year.starts", "gap-or-overlap", message);
        }
        years.push(year);
    }
    complete.then_some(years)
}

fn year(section: Section<'_>) -> Option<FundingYear> {
    let name = section.required_text("name");
    let starts = required_date(&section, "starts");
    let ends = required_date(&section, "ends");
    if let (Some(starts), Some(ends)) = (starts, ends)
        && ends < starts
    {
        section.document.report_at(section.line, &section.name_of("ends"), "ends-before-it-starts", "a year ends after it starts");
    }
    let [attachment, result, progress, employment] =
        ["attachment_pence", "result_pence", "progress_pence", "employment_pence"].map(|key| pence(&section, key));
    let assumption = section.boolean("assumption").unwrap_or(false);
    let note = section.text("note");
    if assumption && note.is_none() {
        let message = "an assumption says in its note what is assumed";
        section.document.report_at(section.line, &section.name_of("note"), "missing-key", message);
    }
    let source = section.required_text("source");
    section.finish();
    Some(FundingYear {
        name: name?.value,
        starts: starts?,
        ends: ends?,
        attachment: attachment?,
        result: result?,
        progress: progress?,
        employment: employment?,
        assumption,
        note: note.map(|note| note.value).unwrap_or_default(),
        source: source?.value,
    })
}

fn funded(section: Section<'_>) -> Option<FundedShare> {
    let (funded, of_every) = (required_integer(&section, "families", 1..=1000), required_integer(&section, "of_every", 1..=1000));
    if let (Some(funded), Some(of_every)) = (funded, of_every)
        && funded > of_every
    {
        let message = "no more families can be funded than there are: `families` is out of every `of_every`";
        section.document.report_at(section.line, &section.name_of("families"), "out-of-range", message);
    }
    let fractions =
        required_choice(&section, "fractions", &[("nearest", Fractions::Nearest), ("down", Fractions::Down), ("up", Fractions::Up)]);
    section.finish();
    Some(FundedShare { funded: funded? as u32, of_every: of_every? as u32, fractions: fractions? })
}

fn expected(root: &Section<'_>) -> Option<Vec<ExpectedFamilies>> {
    let read = |section: Section<'_>| {
        let name = plain_name(&section);
        let families = required_integer(&section, "families", 1..=10_000_000);
        let by = required_date(&section, "by");
        let source = section.required_text("source");
        section.finish();
        Some(ExpectedFamilies { name: name?, families: families? as u32, by: by?, source: source?.value })
    };
    // All of them are read before the first that is missing something ends it.
    let read: Vec<Option<ExpectedFamilies>> = root.sections("expected").into_iter().map(read).collect();
    read.into_iter().collect()
}

fn cost(section: Section<'_>) -> Option<CostShare> {
    let per_family = pence(&section, "per_family_pence");
    let government = required_integer(&section, "government_percent", 0..=100);
    let local = required_integer(&section, "local_percent", 0..=100);
    if let (Some(government), Some(local)) = (government, local)
        && government + local != 100
    {
        let message = format!("the two shares are {} percent together, not 100", government + local);
        section.document.report_at(section.line, &section.name_of("local_percent"), "out-of-range", message);
    }
    let source = section.required_text("source");
    section.finish();
    Some(CostShare { per_family: per_family?, government_percent: government? as u32, local_percent: local? as u32, source: source?.value })
}

fn estimate(section: Section<'_>) -> Option<Estimate> {
    let title = section.required_text("title");
    let amount = pence(&section, "amount_pence");
    let source = section.required_text("source");
    section.finish();
    Some(Estimate { title: title?.value, amount: amount?, source: source?.value })
}

fn plain_name(section: &Section<'_>) -> Option<String> {
    let name = section.required_text("name")?;
    if !is_plain_name(&name.value.replace('-', "_")) {
        section.document.report_at(
            name.line,
            &section.name_of("name"),
            "bad-name",
            "a name is made of lower-case letters, digits, - and _",
        );
    }
    Some(name.value)
}

fn required(section: &Section<'_>, key: &'static str) -> bool {
    let there = section.value(key).is_some();
    if !there {
        section.document.report_at(section.line, &section.name_of(key), "missing-key", "this key is missing");
    }
    there
}

fn pence(section: &Section<'_>, key: &'static str) -> Option<Pence> {
    required_integer(section, key, 0..=MOST_PENCE).map(|amount| amount as Pence)
}

fn required_integer(section: &Section<'_>, key: &'static str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    required(section, key).then(|| section.integer(key, range)).flatten()
}

fn required_date(section: &Section<'_>, key: &'static str) -> Option<crate::model::Day> {
    required(section, key).then(|| section.date(key)).flatten().map(|day| day.value)
}

fn required_choice<T: Copy>(section: &Section<'_>, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
    required(section, key).then(|| section.choice(key, choices)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATIONAL: &str = include_str!("../../pipelines/funding/p1-national.toml");

    #[test]
    fn every_shipped_pack_is_valid() {
        for text in [
            NATIONAL,
            include_str!("../../pipelines/funding/p1-seed-20-80.toml"),
            include_str!("../../pipelines/funding/p2.toml"),
            include_str!("../../pipelines/funding/sf-2022.toml"),
        ] {
            parse_funding("pack.toml", text).unwrap_or_else(|problems| panic!("{problems:?}"));
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_pack_is_told_at_once() {
        let wrong = NATIONAL
            .replacen("result_pence = 70_000", "result_pence = 90_000", 1)
            .replacen("starts = 2013-04-01", "starts = 2013-04-02", 1)
            .replacen("local_percent = 60", "local_percent = 50", 1)
            .replacen("progress_pence = 10_000", "progress_pence = 100.0", 1)
            .replacen("fractions =", "fraction =", 1);
        let codes: Vec<&str> = parse_funding("pack.toml", &wrong).unwrap_err().iter().map(|problem| problem.code).collect();
        // Year one is not read because of its progress payment, so its sum is not judged.
        assert_eq!(codes, ["wrong-type", "missing-key", "unknown-key", "out-of-range"], "{codes:?}");
        let wrong = NATIONAL.replacen("result_pence = 70_000", "result_pence = 90_000", 1).replacen("2013-04-01", "2013-04-02", 1);
        let codes: Vec<&str> = parse_funding("pack.toml", &wrong).unwrap_err().iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["above-the-ceiling", "gap-or-overlap"]);
    }
}
