//! Results packs: what "turned around" means.
//!
//! What comes in: the text of `pipelines/results/*.toml`: named settings, each with value, question, source and whether to check it. What goes out: checked
//! [`ResultRules`], or every problem at once. What always holds: every setting is there, has a source, and is in its range; codes are those the events know.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use toml::de::DeValue;

use super::raw::{Document, Section};
use crate::model::results::{
    EducationRules, EmploymentRules, Fraction, OffenceRules, ProblemRules, ProgressRules, ReductionRules, ResultRules, SettingLine,
    TimeRules, WhoseEvents, ZeroBefore,
};
use crate::model::{EventKind, Problem, Status};
use crate::rules::codes_of;

/// Reads a results pack; `file` is its name in messages.
///
/// # Errors
/// Every problem of the file, in the order of its lines.
pub fn parse_results(file: &str, text: &str) -> Result<ResultRules, Vec<Problem>> {
    let document = Document::new(file, text);
    let tree = document.parse();
    let rules = tree.as_ref().and_then(|tree| rules(Section::root(&document, tree)));
    let problems = document.into_problems();
    match rules {
        Some(rules) if problems.is_empty() => Ok(rules),
        _ => Err(problems),
    }
}

/// The settings while they are read: what each said, in words.
struct Settings<'d> {
    section: Section<'d>,
    lines: RefCell<Vec<(u64, SettingLine)>>,
}

impl<'d> Settings<'d> {
    /// The section of one setting, its words noted; `None` if it is missing.
    fn of(&self, name: &'static str) -> Option<Section<'d>> {
        if self.section.value(name).is_none() {
            self.section.document.report_at(self.section.line, &self.section.name_of(name), "missing-key", "this setting is missing");
            return None;
        }
        let setting = self.section.section(name);
        let value = setting.value("value");
        if value.is_none() {
            setting.document.report_at(setting.line, &setting.name_of("value"), "missing-key", "this key is missing");
        }
        let (question, source) = (setting.required_text("question"), setting.required_text("source"));
        let line = SettingLine {
            name: name.to_owned(),
            value: value.as_ref().map(|value| in_words(value.value)).unwrap_or_default(),
            question: question.map(|text| text.value).unwrap_or_default(),
            source: source.map(|text| text.value).unwrap_or_default(),
            check: setting.boolean("check").unwrap_or(false),
        };
        self.lines.borrow_mut().push((setting.line, line));
        value.is_some().then_some(setting)
    }

    fn integer(&self, name: &'static str, range: RangeInclusive<i64>) -> Option<u32> {
        let setting = self.of(name)?;
        let value = setting.integer("value", range);
        setting.finish();
        value.map(|value| value as u32)
    }

    fn boolean(&self, name: &'static str) -> Option<bool> {
        let setting = self.of(name)?;
        let value = setting.boolean("value");
        setting.finish();
        value
    }

    fn text(&self, name: &'static str) -> Option<String> {
        let setting = self.of(name)?;
        let value = setting.text("value").map(|text| text.value);
        setting.finish();
        value
    }

    /// A list of texts, empty for none.
    fn texts(&self, name: &'static str) -> Option<Vec<String>> {
        let setting = self.of(name)?;
        let values = setting.texts("value").into_iter().map(|text| text.value).collect();
        setting.finish();
        Some(values)
    }

    /// A list of some of the known names, at least one.
    fn names(&self, name: &'static str, known: &[&str]) -> Option<Vec<String>> {
        let setting = self.of(name)?;
        let texts = setting.texts("value");
        if texts.is_empty() {
            setting.document.report_at(setting.line, &setting.name_of("value"), "empty-value", "name at least one");
        }
        for text in texts.iter().filter(|text| !known.contains(&text.value.as_str())) {
            setting.unknown_name(text, "value", "name", known);
        }
        setting.finish();
        Some(texts.into_iter().map(|text| text.value).collect())
    }

    fn zero(&self, name: &'static str) -> Option<ZeroBefore> {
        let setting = self.of(name)?;
        let value = setting.choice("value", &[("neutral", ZeroBefore::Neutral), ("must_stay", ZeroBefore::MustStay)]);
        setting.finish();
        value
    }

    /// A share such as `60/100`: above 0 and at most the whole.
    fn fraction(&self, name: &'static str) -> Option<Fraction> {
        let setting = self.of(name)?;
        let text = setting.text("value");
        let read = text.as_ref().and_then(|text| {
            let (numerator, denominator) = text.value.split_once('/')?;
            let fraction = Fraction { numerator: numerator.trim().parse().ok()?, denominator: denominator.trim().parse().ok()? };
            (fraction.numerator > 0 && fraction.numerator <= fraction.denominator).then_some(fraction)
        });
        if let (Some(text), None) = (&text, read) {
            let message = "expected a share as a fraction of whole numbers, such as \"60/100\"";
            setting.document.report_at(text.line, &setting.name_of("value"), "not-a-share", message);
        }
        setting.finish();
        read
    }

    /// Codes of a kind of event, at least one.
    fn codes(&self, name: &'static str, kind: EventKind) -> Option<Vec<String>> {
        self.names(name, codes_of(kind))
    }

    fn statuses(&self, name: &'static str) -> Option<Vec<Status>> {
        let setting = self.of(name)?;
        let known: Vec<&str> = Status::ALL.iter().map(|status| status.name()).collect();
        let mut statuses = Vec::new();
        for text in setting.texts("value") {
            match text.value.parse() {
                Ok(status) => statuses.push(status),
                Err(()) => setting.unknown_name(&text, "value", "status", &known),
            }
        }
        if statuses.is_empty() {
            setting.document.report_at(setting.line, &setting.name_of("value"), "empty-value", "name at least one status");
        }
        setting.finish();
        Some(statuses)
    }

    /// Youngest and oldest age, as `[5, 15]`.
    fn ages(&self, name: &'static str) -> Option<(i32, i32)> {
        let setting = self.of(name)?;
        let read = setting.value("value").and_then(|value| match value.value {
            DeValue::Array(items) => {
                let mut ages = items.iter().map(|item| item.get_ref().as_integer()?.as_str().parse::<i32>().ok());
                let (youngest, oldest) = (ages.next()??, ages.next()??);
                (ages.next().is_none() && (0..=25).contains(&youngest) && (youngest..=25).contains(&oldest)).then_some((youngest, oldest))
            }
            _ => None,
        });
        if read.is_none() {
            let message = "expected the youngest and the oldest age, such as [5, 15]";
            setting.document.report_at(setting.line, &setting.name_of("value"), "out-of-range", message);
        }
        setting.finish();
        read
    }
}

/// A value as written, for people.
fn in_words(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Array(items) => items.iter().map(|item| in_words(item.get_ref())).collect::<Vec<_>>().join(", "),
        DeValue::String(text) => text.replace('_', " "),
        DeValue::Boolean(true) => "yes".to_owned(),
        DeValue::Boolean(false) => "no".to_owned(),
        DeValue::Integer(integer) => integer.as_str().to_owned(),
        _ => String::new(),
    }
}

fn rules(root: Section<'_>) -> Option<ResultRules> {
    let head = root.section("results");
    let [name, version, title, source, family_result] =
        ["name", "version", "title", "source", "family_result"].map(|key| head.required_text(key));
    head.finish();
    let settings = Settings { section: root.section("settings"), lines: RefCell::default() };
    let tests = settings.names("tests", &TESTS)?;
    let tested = |test: &str| tests.iter().any(|name| name == test);
    let attached_by = settings.statuses("attached_by");
    let compared_months = settings.integer("compared_months", 1..=60);
    let entry_months = settings.integer("entry_months", 1..=60);
    let within_months = settings.integer("within_months", 0..=120);
    let must_improve = settings.boolean("must_improve");
    let feed_lag_days = settings.integer("feed_lag_days", 0..=3650);
    let whose = [settings.boolean("joiners_count"), settings.boolean("leavers_count"), settings.boolean("elsewhere_count")];
    let starting_voids = settings.boolean("starting_voids");
    let adult_from = settings.integer("adult_from", 0..=30);
    let education = tested("education").then(|| education(&settings));
    let asb = tested("asb").then(|| reduction(&settings, ["asb_cut", "asb_codes", "asb_zero_before"], EventKind::AsbIntervention));
    let offences = tested("offences").then(|| offences(&settings));
    let problems = tested("problems").then(|| problems(&settings, &tests));
    let progress = tested("progress_to_work").then(|| progress(&settings));
    let employment = tested("employment").then(|| employment(&settings));
    let Settings { section, lines } = settings;
    section.finish();
    root.finish();
    let mut lines = lines.into_inner();
    lines.sort_by_key(|(line, _)| *line);
    let [joiners, leavers, elsewhere] = whose;
    Some(ResultRules {
        name: name?.value,
        version: version?.value,
        title: title?.value,
        source: source?.value,
        family_result: family_result?.value,
        attached_by: attached_by?,
        time: TimeRules { compared_months: compared_months?, entry_months: entry_months?, within_months: within_months? },
        must_improve: must_improve?,
        feed_lag_days: feed_lag_days?,
        whose: WhoseEvents { joiners: joiners?, leavers: leavers?, elsewhere: elsewhere?, starting_voids: starting_voids? },
        adult_from: adult_from? as i32,
        education: whole(education)?,
        asb: whole(asb)?,
        offences: whole(offences)?,
        problems: whole(problems)?,
        progress: whole(progress)?,
        employment: whole(employment)?,
        settings: lines.into_iter().map(|(_, line)| line).collect(),
    })
}

/// A test that is not done is no problem; one whose settings could not be read is.
#[expect(clippy::option_option, reason = "whether it is done, and whether it could be read")]
fn whole<T>(rules: Option<Option<T>>) -> Option<Option<T>> {
    match rules {
        None => Some(None),
        Some(rules) => rules.map(Some),
    }
}

/// The tests that a pack may do.
const TESTS: [&str; 6] = ["education", "asb", "offences", "problems", "progress_to_work", "employment"];

fn education(settings: &Settings<'_>) -> Option<EducationRules> {
    let terms = settings.integer("terms", 1..=30);
    let include_current = settings.boolean("current_term_counts");
    let terms_after_attachment = settings.boolean("terms_after_attachment");
    let exclusions_fail_at = settings.integer("exclusions_fail_at", 1..=1000);
    let absence_fails_at = settings.fraction("absence_fails_at");
    let all_absence = settings.boolean("all_absence_counts");
    let school_age = settings.ages("school_age");
    let permanent_fails = settings.boolean("permanent_exclusion_fails");
    let not_on_roll_fails = settings.boolean("not_on_roll_fails");
    let leavers_neutral = settings.boolean("leavers_neutral");
    Some(EducationRules {
        terms: terms?,
        include_current: include_current?,
        terms_after_attachment: terms_after_attachment?,
        exclusions_fail_at: exclusions_fail_at?,
        absence_fails_at: absence_fails_at?,
        all_absence: all_absence?,
        school_age: school_age?,
        permanent_fails: permanent_fails?,
        not_on_roll_fails: not_on_roll_fails?,
        leavers_neutral: leavers_neutral?,
    })
}

fn reduction(settings: &Settings<'_>, [cut, codes, zero]: [&'static str; 3], kind: EventKind) -> Option<ReductionRules> {
    let (cut, codes, zero_before) = (settings.fraction(cut), settings.codes(codes, kind), settings.zero(zero));
    Some(ReductionRules { cut: cut?, codes: codes?, zero_before: zero_before? })
}

fn offences(settings: &Settings<'_>) -> Option<OffenceRules> {
    let reduction = reduction(settings, ["offences_cut", "proven_outcomes", "offences_zero_before"], EventKind::Offence);
    // Phase 2 counts offences of adults as well: an age nobody reaches.
    let oldest_minor = settings.integer("oldest_minor", 0..=150);
    Some(OffenceRules { reduction: reduction?, oldest_minor: oldest_minor? as i32 })
}

fn problems(settings: &Settings<'_>, tests: &[String]) -> Option<ProblemRules> {
    let pack = settings.text("problems_of");
    let at_least = settings.integer("problems_at_least", 1..=100);
    let months = settings.integer("problems_gone_months", 1..=60);
    let by_cuts = settings.texts("problems_by_cuts");
    let by_education = settings.texts("problems_by_education");
    let needs = [("problems_by_cuts", &by_cuts, &["asb", "offences"][..]), ("problems_by_education", &by_education, &["education"])];
    for (name, criteria, by) in needs {
        if criteria.as_ref().is_some_and(|criteria| !criteria.is_empty()) && !by.iter().all(|test| tests.iter().any(|done| done == test)) {
            let message = format!("this needs the tests {}, which the pack does not do", by.join(" and "));
            settings.section.document.report_at(settings.section.line, &settings.section.name_of(name), "not-tested", message);
        }
    }
    Some(ProblemRules { pack: pack?, at_least: at_least?, months: months?, by_cuts: by_cuts?, by_education: by_education? })
}

fn progress(settings: &Settings<'_>) -> Option<ProgressRules> {
    let codes = settings.codes("progress_codes", EventKind::Activity);
    let months = settings.integer("progress_months", 1..=60);
    Some(ProgressRules { codes: codes?, months: months? })
}

fn employment(settings: &Settings<'_>) -> Option<EmploymentRules> {
    let benefits = settings.codes("out_of_work_benefits", EventKind::Benefit);
    let with_gaps = settings.codes("benefits_with_gaps", EventKind::Benefit);
    let weeks_with_gaps = settings.integer("weeks_with_gaps", 1..=520);
    let within_weeks = settings.integer("within_weeks", 1..=520);
    let weeks_consecutive = settings.integer("weeks_consecutive", 1..=520);
    let months = settings.integer("employment_months", 1..=60);
    let codes = settings.codes("employment_codes", EventKind::Activity);
    let excluded_by = settings.codes("employment_excluded_by", EventKind::Activity);
    let benefit_valid_days = settings.integer("benefit_valid_days", 1..=3650);
    if let (Some(weeks), Some(within)) = (weeks_with_gaps, within_weeks)
        && weeks > within
    {
        let section = &settings.section;
        let message = format!("{weeks} weeks of employment cannot lie within {within} weeks");
        section.document.report_at(section.line, "settings.weeks_with_gaps", "out-of-range", message);
    }
    Some(EmploymentRules {
        benefits: benefits?,
        with_gaps: with_gaps?,
        weeks_with_gaps: weeks_with_gaps?,
        within_weeks: within_weeks?,
        weeks_consecutive: weeks_consecutive?,
        months: months?,
        codes: codes?,
        excluded_by: excluded_by?,
        benefit_valid_days: benefit_valid_days?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const P1: &str = include_str!("../../pipelines/results/p1.toml");

    #[test]
    fn the_shipped_rules_are_valid_and_hold_the_defaults_of_the_ambiguity_register() {
        let rules = parse_results("p1.toml", P1).unwrap_or_else(|problems| panic!("{problems:?}"));
        let (education, asb, offences) = (rules.education.as_ref().unwrap(), rules.asb.as_ref().unwrap(), rules.offences.as_ref().unwrap());
        assert_eq!((education.terms, education.include_current), (3, false), "A7");
        assert_eq!(
            (asb.zero_before, offences.reduction.zero_before),
            (ZeroBefore::Neutral, ZeroBefore::MustStay),
            "A8 is about the former"
        );
        assert_eq!(offences.reduction.cut, Fraction { numerator: 33, denominator: 100 }, "A9");
        assert!(education.leavers_neutral, "A10");
        assert!(rules.whose.joiners && rules.whose.leavers, "A11, A12");
        assert!(rules.problems.is_none());
    }

    #[test]
    fn every_shipped_pack_says_of_each_rule_what_it_decides_and_where_it_comes_from() {
        let p2 = include_str!("../../pipelines/results/p2.toml");
        let sf = include_str!("../../pipelines/results/sf-2022.toml");
        for (name, text, problems, at_least) in [("p1", P1, "", 0), ("p2", p2, "p2-2015", 2), ("sf-2022", sf, "sf-2022", 3)] {
            let rules = parse_results(name, text).unwrap_or_else(|problems| panic!("{problems:?}"));
            assert_eq!(rules.name, name);
            let about = rules.problems.as_ref();
            assert_eq!(about.map_or(("", 0), |rules| (rules.pack.as_str(), rules.at_least)), (problems, at_least));
            assert!(rules.settings.iter().all(|line| !line.question.is_empty() && !line.source.is_empty()));
        }
    }

    #[test]
    fn a_rule_of_a_test_that_is_not_done_is_told_and_so_is_one_that_needs_another_test() {
        let sf = include_str!("../../pipelines/results/sf-2022.toml");
        let codes = |text: &str| parse_results("r.toml", text).unwrap_err().iter().map(|problem| problem.code).collect::<Vec<_>>();
        let more = format!("{sf}\n[settings.terms]\nvalue = 3\nquestion = \"?\"\nsource = \"ours\"\n");
        assert_eq!(codes(&more), ["unknown-key"]);
        let other = sf.replace("[settings.problems_by_education]\nvalue = []", "[settings.problems_by_education]\nvalue = [\"s1\"]");
        assert_eq!(codes(&other), ["not-tested"]);
        assert_eq!(
            codes(&sf.replace("value = [\"problems\"]", "value = [\"poblems\"]")),
            ["unknown-name", "unknown-key", "unknown-key", "unknown-key", "unknown-key", "unknown-key"]
        );
    }

    #[test]
    fn all_that_is_wrong_with_the_rules_is_told_at_once() {
        let wrong = P1
            .replacen("value = \"60/100\"", "value = \"160/100\"", 1)
            .replacen("\"warning_letter\"", "\"warning_leter\"", 1)
            .replacen("[settings.terms]\nvalue = 3", "[settings.terms]\nvalue = 0", 1)
            .replacen("[settings.adult_from]", "[settings.adults_from]", 1);
        let codes: Vec<&str> = parse_results("p1.toml", &wrong).unwrap_err().iter().map(|problem| problem.code).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["missing-key", "not-a-share", "out-of-range", "unknown-key", "unknown-name"], "{codes:?}");
    }
}
