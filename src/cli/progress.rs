//! Progress bars on standard error: rows, pairs or families, with the time left. Quiet when not a terminal.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::clock::Stopwatch;
use crate::model::Progress;

/// Shows one bar at a time.
pub(crate) struct Bars {
    current: Mutex<Option<ProgressBar>>,
    shown: bool,
    quiet: bool,
    steps: Option<Mutex<Steps>>,
}

/// Steps that have ended, with their seconds, and the one under way.
#[derive(Default)]
struct Steps {
    ended: Vec<(&'static str, f64)>,
    current: Option<(&'static str, Stopwatch)>,
}

impl Steps {
    fn begin(&mut self, name: Option<&'static str>) {
        if let Some((ended, watch)) = self.current.take() {
            self.ended.push((ended, watch.seconds()));
        }
        self.current = name.map(|name| (name, Stopwatch::start()));
    }
}

impl Bars {
    /// Bars on standard error if it is a terminal and `quiet` is not asked for; times of the steps if `timings` is.
    #[must_use]
    pub(crate) fn new(quiet: bool, timings: bool) -> Self {
        Self { current: Mutex::new(None), shown: !quiet && std::io::stderr().is_terminal(), quiet, steps: timings.then(Mutex::default) }
    }

    /// The seconds of each step so far, a line each.
    #[must_use]
    pub(crate) fn timings(&self) -> String {
        let Some(steps) = &self.steps else { return String::new() };
        let mut steps = steps.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        steps.begin(None);
        let all: f64 = steps.ended.iter().map(|(_, seconds)| seconds).sum();
        let lines = steps.ended.iter().copied().chain([("together", all)]);
        lines.map(|(name, seconds)| format!("{seconds:9.2} s  {name}")).collect::<Vec<_>>().join("\n")
    }

    fn with(&self, act: impl FnOnce(&mut Option<ProgressBar>)) {
        // A poisoned lock only means that another thread panicked while drawing.
        let mut current = self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        act(&mut current);
    }
}

impl Progress for Bars {
    fn begin(&self, label: &str, total: u64, unit: &str) {
        if !self.shown {
            return;
        }
        let template = if total == 0 {
            format!("{{msg:28}} {{spinner}} {{human_pos}} {unit} {{elapsed}}")
        } else {
            format!("{{msg:28}} {{bar:30}} {{human_pos}}/{{human_len}} {unit}, {{eta}} left")
        };
        let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target((total > 0).then_some(total), ProgressDrawTarget::stderr()).with_style(style);
        bar.set_message(label.to_owned());
        self.with(|current| {
            if let Some(previous) = current.replace(bar) {
                previous.finish_and_clear();
            }
        });
    }

    fn advance(&self, count: u64) {
        if self.shown {
            self.with(|current| {
                if let Some(bar) = current {
                    bar.inc(count);
                }
            });
        }
    }

    fn end(&self) {
        self.with(|current| {
            if let Some(bar) = current.take() {
                bar.finish_and_clear();
            }
        });
    }

    fn step(&self, name: &'static str) {
        if let Some(steps) = &self.steps {
            steps.lock().unwrap_or_else(std::sync::PoisonError::into_inner).begin(Some(name));
        }
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            // A bar in between would leave its remains on the line.
            self.end();
            super::render::note(text);
        }
    }
}
