//! How far the county has come towards its targets: steps, plan, shortfall, by district and month by month.

use super::super::contents::RunContents;
use super::super::progress::{DistrictProgress, Progress};
use super::super::words::{counted, long_date, thousands};
use super::html::{Cell, apart, escape, nice_step, paragraph, section, table};
use crate::model::{Day, JourneyStep, Month, Target};
use crate::page::chart::{Frame, figure, legend};

pub(super) fn targets(run: &RunContents<'_>) -> String {
    if run.targets.is_empty() {
        return String::new();
    }
    let pieces = run.targets.iter().map(|target| apart(&of_target(run, &Progress::of(run, target))));
    let body: String = pieces.collect();
    section(
        "targets",
        "Targets",
        &[
            "A family counts from the day on which it first reached a step, and once, also where it has left the list or the county since.",
            "The plan is a straight line between the days that the pipeline names. A district\u{2019}s part of it is the pipeline\u{2019}s too.",
        ],
        &body,
    )
}

/// `12 short of the plan of 40`, `3 more than the plan of 40`.
pub(super) fn against_plan(reached: u64, planned: u64) -> String {
    match planned.cmp(&reached) {
        std::cmp::Ordering::Greater => format!("{} short of the plan of {}", thousands(planned - reached), thousands(planned)),
        std::cmp::Ordering::Less => format!("{} more than the plan of {}", thousands(reached - planned), thousands(planned)),
        std::cmp::Ordering::Equal => format!("as planned ({})", thousands(planned)),
    }
}

fn of_target(run: &RunContents<'_>, progress: &Progress<'_>) -> String {
    let target = progress.target;
    let reached = progress.reached(target.counts);
    let planned = u64::from(target.planned(run.reference));
    let sentence = format!(
        "By {} {}: {}. The target is {} by {}, of which the government pays for {}.",
        long_date(run.reference),
        match reached {
            1 => format!("1 family is {}", target.counts.words()),
            more => format!("{} families are {}", thousands(more), target.counts.words()),
        },
        against_plan(reached, planned),
        counted(u64::from(target.families), "family", "families"),
        long_date(target.ends),
        thousands(u64::from(target.funded_families()))
    );
    let heading = format!("<h3>{} <small>{}</small></h3>", escape(&target.title), escape(&target.source));
    [heading, paragraph(&sentence), chart(run, progress), apart(&districts(progress, reached, planned))].concat()
}

/// The plan and the steps, month by month from the beginning of the target to the run's month.
fn chart(run: &RunContents<'_>, progress: &Progress<'_>) -> String {
    let target = progress.target;
    let ends = months_between(target.starts, target.ends);
    let so_far: Vec<&Day> = ends.iter().filter(|end| **end < run.reference).chain([&run.reference]).collect();
    let count = |step: JourneyStep, day: Day| progress.journeys.map_or(0, |journeys| journeys.count(step, day));
    let most = u64::from(target.families).max(count(JourneyStep::Identified, run.reference));
    let step = nice_step(most, 5);
    let ceiling = most.div_ceil(step) * step;
    let (first, last) = (f64::from(target.starts), f64::from(target.ends.max(run.reference)));
    let frame = Frame { width: 760.0, height: 300.0, left: 58.0, across: (first, last), up: (0.0, ceiling as f64) };
    let caption = format!(
        "{}: {} {} so far, {} planned by now.",
        target.title,
        thousands(count(target.counts, run.reference)),
        target.counts.words(),
        thousands(u64::from(target.planned(run.reference)))
    );
    let mut svg = frame.open(&caption);
    let drawn = months_between(target.starts, target.ends.max(run.reference));
    let across: Vec<(f64, String)> = drawn
        .iter()
        .step_by(drawn.len().div_ceil(6).max(1))
        .map(|end| (f64::from(*end), crate::stages::publish::words::short_month(*end)))
        .collect();
    let up: Vec<(f64, String)> = (0..=ceiling / step).map(|line| ((line * step) as f64, thousands(line * step))).collect();
    frame.axes(&mut svg, (&across, ""), (&up, "families"));
    let plan: Vec<(f64, f64)> =
        [target.starts - 1].iter().chain(&drawn).map(|day| (f64::from(*day), f64::from(target.planned(*day)))).collect();
    frame.line(&mut svg, "even", &plan);
    let way = |step: JourneyStep| -> Vec<(f64, f64)> { so_far.iter().map(|day| (f64::from(**day), count(step, **day) as f64)).collect() };
    for (step, class) in lines(target) {
        frame.line(&mut svg, class, &way(step));
    }
    let here = count(target.counts, run.reference);
    let title = format!("{} {} by {}", thousands(here), target.counts.words(), long_date(run.reference));
    frame.point(&mut svg, "f1", (f64::from(run.reference), here as f64), 4.5, &title);
    let mut items = vec![("even", "plan (thin)".to_owned())];
    let looks = [("curve", "unbroken"), ("second", "dashed"), ("third", "dotted")];
    let look = |class: &str| looks.iter().find(|(name, _)| *name == class).map_or("", |(_, look)| look);
    items.extend(
        lines(target)
            .into_iter()
            .map(|(step, class)| (if class == "curve" { "f1" } else { class }, format!("{} ({})", step.words(), look(class)))),
    );
    let items: Vec<(&str, &str)> = items.iter().map(|(class, text)| (*class, text.as_str())).collect();
    format!("{}{}", figure(&caption, &svg), legend(&items))
}

/// The step that counts unbroken; the step before it and the list beside it.
fn lines(target: &Target) -> Vec<(JourneyStep, &'static str)> {
    let mut lines = vec![(target.counts, "curve")];
    let before = if target.counts == JourneyStep::Attached { JourneyStep::Assessed } else { JourneyStep::Attached };
    if target.counts > JourneyStep::Identified {
        lines.push((before, "second"));
        lines.push((JourneyStep::Identified, "third"));
    }
    lines
}

/// The last day of each month from one day to another; the other day itself last.
fn months_between(from: Day, to: Day) -> Vec<Day> {
    let mut days = Vec::new();
    let mut month = Month::of(from);
    while let Some(now) = month.filter(|month| month.first_day() <= to) {
        days.push(now.last_day().min(to));
        month = Some(now.plus(1));
    }
    days
}

fn districts(progress: &Progress<'_>, reached: u64, planned: u64) -> String {
    let has_plan = !progress.target.shares.is_empty();
    let mut headings = vec![("District", false)];
    let names: Vec<String> = JourneyStep::ALL.iter().map(|step| crate::stages::publish::words::humanised(step.name())).collect();
    headings.extend(names.iter().map(|name| (name.as_str(), true)));
    if has_plan {
        headings.extend([("Plan", true), ("Shortfall", true)]);
    }
    let figures = |row: &DistrictProgress<'_>| -> Vec<Cell> {
        let mut cells: Vec<Cell> = row.steps.iter().map(|count| Cell::Count(*count)).collect();
        if has_plan {
            let short = row.planned.map(|planned| u64::from(planned).saturating_sub(row.counted(progress.target)));
            cells.push(row.planned.map_or(Cell::text(""), |planned| Cell::Count(u64::from(planned))));
            cells.push(short.map_or(Cell::text(""), Cell::Count));
        }
        cells
    };
    let rows: Vec<Vec<Cell>> = progress.districts.iter().map(|row| [vec![Cell::text(row.name)], figures(row)].concat_cells()).collect();
    let mut footer = vec![Cell::text("All")];
    footer.extend(JourneyStep::ALL.iter().map(|&step| Cell::Total(progress.reached(step))));
    if has_plan {
        footer.extend([Cell::Total(planned), Cell::Total(planned.saturating_sub(reached))]);
    }
    let caption =
        format!("Families that have reached each step, by district; the plan is for \u{201c}{}\u{201d}.", progress.target.counts.words());
    table(&caption, &headings, &rows, Some(&footer))
}

/// Cells of two parts of a row, one after the other.
trait ConcatCells {
    fn concat_cells(self) -> Vec<Cell>;
}

impl<const N: usize> ConcatCells for [Vec<Cell>; N] {
    fn concat_cells(self) -> Vec<Cell> {
        self.into_iter().flatten().collect()
    }
}
