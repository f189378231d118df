//! The key worker's brief: one family on one page, and the same as a table.
//!
//! What comes in: an accepted family's file, its contacts, the answer of the professional who knows it, its workers. What goes out: HTML to print and CSV. What always
//! holds: everything stands under the sharing agreement for key workers; evidence of a feed that it does not name is left out; hidden people are members
//! without a name; a free text that names something restricted is withheld whole.

use super::acceptance::Accepted;
use super::contacts::FamilyContact;
use super::families::{FamilyFile, FileMember};
use super::outgoing::{Column, Outgoing, WITHHELD, print_page};
use super::sharing::Cleared;
use super::staff::Staff;
use crate::config::checked::RequestSettings;
use crate::model::Screen;
use crate::model::{Day, NO_DAY, date};
use crate::page::{self, Cell, escape, push};
use crate::register::decisions::{AllocationState, AnswerEntry, RequestState};

/// Recipient and purpose of the brief under the sharing agreements.
pub const AGREEMENT: (&str, &str) = crate::config::checked::FOR_KEY_WORKERS;

/// What a brief is made from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The family.
    pub family: Accepted<'a>,
    /// Its file.
    pub file: &'a FamilyFile,
    /// Who knows it.
    pub contacts: &'a [FamilyContact<'a>],
    /// What was asked about it, and answered.
    pub requests: &'a [&'a RequestState],
    /// Who works with it.
    pub allocations: &'a [&'a AllocationState],
    /// The staff.
    pub staff: &'a Staff,
    /// Titles of criteria and rules, by their id.
    pub titles: &'a dyn Fn(&str) -> String,
    /// Settings.
    pub settings: &'a RequestSettings,
    /// What may be shown.
    pub cleared: &'a Cleared,
    /// What a text about this family must not name.
    pub screen: &'a Screen,
    /// The day.
    pub on: Day,
}

/// The table's columns: a line per thing the brief says, so that a spreadsheet can sort it.
const COLUMNS: [Column; 6] = [
    Column::shown("family", "family", 16),
    Column::shown("family", "section", 16),
    Column::shown("family", "subject", 30),
    Column::shown("family", "what", 30),
    Column::free("family", "says", 60),
    Column::shown("family", "on", 12),
];

impl Given<'_> {
    fn answer(&self) -> Option<&AnswerEntry> {
        self.requests.iter().filter_map(|state| state.answer.as_ref()).max_by_key(|(seq, _)| *seq).map(|(_, answer)| answer)
    }

    /// A text that people wrote.
    fn free<'t>(&self, text: &'t str) -> &'t str {
        if self.screen.hides(text) { WITHHELD } else { text }
    }

    fn name(&self, person: &str) -> String {
        self.file.members.iter().find(|member| member.person == person).map_or_else(String::new, |member| member.name.clone())
    }

    /// Section, subject, what, says, day: everything that may be shown.
    fn lines(&self) -> Vec<[String; 5]> {
        let mut lines: Vec<[String; 5]> = Vec::new();
        let mut say = |section: &str, subject: String, what: &str, says: String, on: String| {
            lines.push([section.to_owned(), subject, what.to_owned(), says, on]);
        };
        let cleared = |field: &str| self.cleared.column(field);
        if cleared("status") {
            say("status", String::new(), "status", self.family.status().words(), day(self.family.status_on()));
            say("status", String::new(), "accepted", "yes".to_owned(), day(self.family.on()));
        }
        if cleared("address") {
            say("home", String::new(), "address", self.file.address.clone(), String::new());
            say("home", String::new(), "district", self.file.district.clone(), String::new());
        }
        if cleared("people") {
            for member in &self.file.members {
                say("member", member.name.clone(), &member.role.replace('_', " "), member_words(member), day(member.born));
            }
        }
        if cleared("needs") && self.cleared.derived(self.file.sources.iter().map(String::as_str)) {
            say("needs", String::new(), "level", self.file.need_level.clone(), String::new());
            say("needs", String::new(), "why", self.file.need_reason.clone(), String::new());
        }
        if cleared("evidence") {
            for evidence in self.file.evidence.iter().filter(|evidence| self.cleared.source(&evidence.source)) {
                let what = (self.titles)(&evidence.criterion);
                let says = format!("{}: {} ({})", (self.titles)(&evidence.rule), evidence.value, evidence.source.replace('_', " "));
                say("evidence", self.name(&evidence.person), &what, says, evidence.on.clone());
            }
        }
        if cleared("contacts") {
            for contact in self.contacts {
                let professional = contact.professional;
                let role = self.settings.contacts.iter().find(|role| role.role == professional.role).map_or("", |role| role.title.as_str());
                let knows: Vec<&str> =
                    contact.members.iter().filter_map(|&place| self.file.members.get(place)).map(|member| member.name.as_str()).collect();
                let says =
                    format!("{}, {}, {}; knows {}", professional.agency, professional.email, professional.telephone, knows.join(", "));
                let ended = if contact.counts { "" } else { " (ended or long ago)" };
                say(
                    "contact",
                    self.free(&professional.name).to_owned(),
                    &format!("{role}{ended}"),
                    self.free(&says).to_owned(),
                    day(contact.last),
                );
            }
        }
        if cleared("answer")
            && let Some(answer) = self.answer()
        {
            let mut about = |what: &str, says: &str| {
                if !says.is_empty() {
                    say("assessment", String::new(), what, self.free(says).to_owned(), answer.on.clone());
                }
            };
            about("route", &answer.route.replace('_', " "));
            about("who leads", &answer.lead);
            about("evidence is kept", &answer.evidence);
            about(
                "service introduced",
                match answer.introduced {
                    Some(true) => "yes",
                    Some(false) => "no",
                    None => "",
                },
            );
            let needs: Vec<&str> = answer
                .needs
                .iter()
                .map(|need| self.settings.needs.iter().find(|(code, _)| code == need).map_or(need.as_str(), |(_, title)| title.as_str()))
                .collect();
            about("needs", &needs.join("; "));
            about("note", &answer.note);
        }
        if cleared("allocation") {
            for state in self.allocations {
                let entry = &state.entry;
                let worker = self.staff.workers.get(&entry.staff);
                let name = worker.map_or_else(|| entry.staff.clone(), |worker| worker.name.clone());
                let kind = worker.map_or_else(String::new, |worker| worker.kind.replace('_', " "));
                let employer = worker.map_or("", |worker| worker.employer.as_str());
                let until = state.until().map(|until| format!(", until {}", date::iso(until))).unwrap_or_default();
                say("worker", name.clone(), &kind, format!("{employer}{until}"), entry.on.clone());
                if let Some(budget) = entry.budget.filter(|_| cleared("budget")) {
                    say("worker", name, "budget for this family", format!("up to £{budget}"), String::new());
                }
            }
        }
        lines
    }

    /// The brief as CSV.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let mut table = Outgoing::new(self.cleared, ("Brief", "Brief", ""), &COLUMNS);
        for line in self.lines() {
            let mut cells = vec![self.file.id.clone()];
            cells.extend(line);
            table.push(&cells, self.screen);
        }
        table.csv()
    }

    /// The brief as a page to print.
    #[must_use]
    pub fn html(&self) -> String {
        let lines = self.lines();
        let title = format!("Key worker's brief: family {}", self.file.id);
        let mut html = format!("<h1>{}</h1>\n", escape(&title));
        push(
            &mut html,
            format_args!(
                "<p>As at {}. Shared under {} to support the family; not to be passed on.</p>\n",
                date::iso(self.on),
                escape(self.cleared.reference())
            ),
        );
        if self.file.restricted {
            html.push_str("<p><strong>Address withheld: a member or the address is restricted. Ask the safeguarding lead before any contact.</strong></p>\n");
        }
        for (section, heading, headings) in SECTIONS {
            let own: Vec<&[String; 5]> = lines.iter().filter(|line| line[0] == section).collect();
            if own.is_empty() {
                continue;
            }
            push(&mut html, format_args!("<h2>{heading}</h2>\n"));
            let used: Vec<usize> =
                (1..5).filter(|&place| own.iter().any(|line| line.get(place).is_some_and(|text| !text.is_empty()))).collect();
            let headings: Vec<page::Heading<'_>> =
                used.iter().filter_map(|&place| headings.get(place - 1)).map(|text| (*text, false)).collect();
            let rows: Vec<Vec<Cell>> =
                own.iter().map(|line| used.iter().filter_map(|&place| line.get(place)).map(Cell::text).collect()).collect();
            html.push_str(&page::table("", &headings, &rows, None));
        }
        print_page(&title, &html)
    }
}

/// Section, its heading, and the headings of its four columns.
const SECTIONS: [(&str, &str, [&str; 4]); 8] = [
    ("status", "Where the family stands", ["", "What", "Says", "Since"]),
    ("worker", "Who works with it", ["Worker", "Kind", "What", "From"]),
    ("home", "Home", ["", "What", "Says", ""]),
    ("member", "Members", ["Name", "Role", "What", "Born"]),
    ("needs", "Needs", ["", "What", "Says", ""]),
    ("assessment", "What the professional said", ["", "What", "Says", "On"]),
    ("contact", "Who knows the family", ["Name", "Role", "How to reach them", "Last contact"]),
    ("evidence", "Why the family was found", ["Member", "Criterion", "What counted", "On"]),
];

fn day(day: Day) -> String {
    if day == NO_DAY { String::new() } else { date::iso(day) }
}

fn member_words(member: &FileMember) -> String {
    let age = if member.age.is_empty() { String::new() } else { format!("age {}", member.age) };
    let lives = if member.resident { "" } else { "does not live with the family" };
    [age.as_str(), lives].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
