//! The sheets: one workbook and one page to print per professional, and the lists for the team.
//!
//! What comes in: the plan. What goes out: named files. What always holds: a sheet holds what its reader needs to know whom it is about: the people the reader knows,
//! by name and date of birth, the home, how many live in it; nothing of any criterion, offence or benefit, and no name of anybody else; a restricted address is not in it.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use super::super::outgoing::{Column, Outgoing, print_page, workbook};
use super::super::sharing::Cleared;
use super::plan::{Asked, Plan};
use crate::config::checked::RequestSettings;
use crate::model::ids::file_name;
use crate::model::{NO_DAY, Screen, date};
use crate::page::{escape, push};
use crate::register::decisions::ROUTES;
use crate::service::csv_table::csv_table;

/// Recipient and purpose of the sheets under the sharing agreements.
pub const AGREEMENT: (&str, &str) = crate::config::checked::FOR_PROFESSIONALS;

/// The columns of a sheet; those to fill in are those of the answers.
pub const COLUMNS: [Column; 16] = [
    Column::shown("request", "request", 16),
    Column::shown("family", "family", 16),
    Column::shown("due", "due", 12),
    Column::shown("reminder", "reminder", 9),
    Column::shown("people_known", "people_you_know", 40),
    Column::shown("address", "home", 40),
    Column::shown("adults", "adults", 8),
    Column::shown("children", "children", 9),
    Column::answer("answer", "answered_on", 13),
    Column::answer("answer", "by", 20),
    Column::answer("answer", "route", 22),
    Column::answer("answer", "lead", 24),
    Column::answer("answer", "evidence", 30),
    Column::answer("answer", "introduced", 11),
    Column::answer("answer", "needs", 30),
    Column::answer("answer", "note", 40),
];

/// Files by name.
#[derive(Default)]
pub struct Sheets {
    /// Name, rows if it is a table, bytes.
    pub files: Vec<(String, Option<u64>, Vec<u8>)>,
}

/// Makes every file of a plan.
///
/// # Errors
/// If a workbook cannot be made.
pub fn sheets(plan: &Plan<'_>, cleared: &Cleared, settings: &RequestSettings, screen: &Screen) -> Result<Sheets, XlsxError> {
    let mut of_professional: BTreeMap<&str, Vec<&Asked<'_>>> = BTreeMap::new();
    for asked in plan.new.iter().chain(&plan.reminders) {
        of_professional.entry(&asked.professional.code).or_default().push(asked);
    }
    let mut sheets = Sheets::default();
    for (code, mut asked) in of_professional {
        asked.sort_by(|a, b| (&a.entry.due, &a.entry.family).cmp(&(&b.entry.due, &b.entry.family)));
        let Some(first) = asked.first() else { continue };
        let role = settings.contacts.iter().find(|role| role.role == first.professional.role).map_or("", |role| role.title.as_str());
        let addressee = format!("{}, {role}, {}", first.professional.name, first.professional.agency);
        let title = "Request for a preliminary assessment";
        let sentence = "Please fill in the amber columns for each family and send the workbook back. The second sheet says how.";
        let mut table = Outgoing::new(cleared, ("Request", title, sentence), &COLUMNS);
        table.choose("route", ROUTES.iter().map(ToString::to_string).collect());
        table.choose("introduced", vec!["yes".to_owned(), "no".to_owned()]);
        for asked in &asked {
            table.push(&cells(asked), screen);
        }
        let about = about(&addressee, cleared, settings);
        let name = file_name(code);
        let bytes = workbook(title, &about, std::slice::from_ref(&table))?;
        sheets.files.push((format!("sheets/{name}.xlsx"), Some(table.len() as u64), bytes));
        let page = page(&addressee, &asked, cleared, settings);
        sheets.files.push((format!("sheets/{name}.html"), None, page.into_bytes()));
    }
    sheets.files.extend(lists(plan));
    Ok(sheets)
}

fn cells(asked: &Asked<'_>) -> Vec<String> {
    let reminder = if asked.entry.reminder == 0 { String::new() } else { asked.entry.reminder.to_string() };
    let mut cells = vec![
        asked.entry.request.clone(),
        asked.entry.family.clone(),
        asked.entry.due.clone(),
        reminder,
        people(asked).join("; "),
        asked.family.address.clone(),
        asked.family.adults(),
        asked.family.children(),
    ];
    cells.resize(COLUMNS.len(), String::new());
    cells
}

/// The members the reader knows, by name and date of birth.
fn people(asked: &Asked<'_>) -> Vec<String> {
    let known = asked.known.iter().filter_map(|&place| asked.family.members.get(place)).filter(|member| !member.hidden);
    known
        .map(
            |member| {
                if member.born == NO_DAY { member.name.clone() } else { format!("{} (born {})", member.name, date::iso(member.born)) }
            },
        )
        .collect()
}

/// What the routes mean, in the words of seed 1.
const ROUTES_IN_WORDS: [(&str, &str); 4] = [
    (
        "turned_around",
        "The family has already turned things around thanks to your involvement. Say under evidence where the proof is kept: the county may still claim the result.",
    ),
    (
        "supported_elsewhere",
        "The family gets the right support from you or colleagues. Say under lead who keeps us informed of its progress.",
    ),
    ("key_worker", "A key worker should work with the family over a long period."),
    ("cannot_say", "You do not know the family well enough to say: we ask somebody else."),
];

fn about(addressee: &str, cleared: &Cleared, settings: &RequestSettings) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("To", addressee.to_owned()),
        ("From", settings.reply_to.clone()),
        ("Shared under", cleared.reference().to_owned()),
        ("Why you", "You are the key professional contact of somebody in each of these families.".to_owned()),
        ("answered_on", "The day of your answer, such as 2013-03-31.".to_owned()),
        ("by", "Your name.".to_owned()),
    ];
    lines.extend(ROUTES_IN_WORDS.map(|(route, words)| ("route", format!("{route}: {words}"))));
    let needs: Vec<String> = settings.needs.iter().map(|(code, title)| format!("{code} ({title})")).collect();
    lines.push(("introduced", "yes if you have introduced the service to the family, no if not.".to_owned()));
    lines.push(("needs", format!("Any of these, separated by semicolons: {}.", needs.join(", "))));
    lines.push(("note", "Anything else a key worker should know. Do not name an address of a refuge or any protected person.".to_owned()));
    lines
}

/// The page to print: a card per family with lines to write on.
fn page(addressee: &str, asked: &[&Asked<'_>], cleared: &Cleared, settings: &RequestSettings) -> String {
    let mut html = String::new();
    push(&mut html, format_args!("<h1>Request for a preliminary assessment</h1>\n<p><strong>To:</strong> {}</p>\n", escape(addressee)));
    push(&mut html, format_args!("<p><strong>From:</strong> {}</p>\n", escape(&settings.reply_to)));
    html.push_str(
        "<p>Families Working Together asks you, as the key professional contact of somebody in each family below, how the family can best be supported. \
         Tick one box, add what you can, and send the page back by the day named.</p>\n",
    );
    push(&mut html, format_args!("<p>Shared under {} for the preliminary assessment only.</p>\n", escape(cleared.reference())));
    for asked in asked {
        card(&mut html, asked, cleared);
    }
    print_page("Request for a preliminary assessment", &html)
}

fn card(html: &mut String, asked: &Asked<'_>, cleared: &Cleared) {
    let entry = &asked.entry;
    let reminder = if entry.reminder > 0 { format!(", reminder {}", entry.reminder) } else { String::new() };
    push(html, format_args!("<div class=\"card\"><h2>Family {}{}</h2><dl>", escape(&entry.family), escape(&reminder)));
    let cells = [
        ("request", "Request", entry.request.clone()),
        ("due", "Answer by", entry.due.clone()),
        ("people_known", "You know", people(asked).join("; ")),
        ("address", "Home", asked.family.address.clone()),
        ("adults", "Adults living there", asked.family.adults()),
        ("children", "Children living there", asked.family.children()),
    ];
    for (_, term, text) in cells.iter().filter(|(field, ..)| cleared.column(field)) {
        push(html, format_args!("<dt>{term}</dt><dd>{}</dd>", escape(text)));
    }
    html.push_str("</dl><ul class=\"choices\">");
    for (_, words) in ROUTES_IN_WORDS {
        push(html, format_args!("<li><span class=\"box\"></span>{}</li>", escape(words)));
    }
    html.push_str("</ul><dl>");
    for term in ["Who leads", "Where the evidence is", "Needs", "Service introduced (yes or no)", "Anything else", "Your name and the day"]
    {
        push(html, format_args!("<dt>{term}</dt><dd><span class=\"line\"></span></dd>"));
    }
    html.push_str("</dl></div>\n");
}

/// The lists of requests for the team: what went out, and what is open with its due date.
fn lists(plan: &Plan<'_>) -> Vec<(String, Option<u64>, Vec<u8>)> {
    let new: Vec<Vec<String>> = plan.new.iter().map(|asked| row(&asked.entry, asked)).collect();
    let reminders: Vec<Vec<String>> = plan.reminders.iter().map(|asked| row(&asked.entry, asked)).collect();
    let open: Vec<Vec<String>> = plan
        .open
        .iter()
        .map(|(entry, overdue)| {
            let overdue = (*overdue).max(0).to_string();
            vec![
                entry.request.clone(),
                entry.family.clone(),
                entry.professional.clone(),
                entry.due.clone(),
                entry.lapses.clone(),
                overdue,
                entry.reminder.to_string(),
            ]
        })
        .collect();
    let asked = ["request", "family", "professional", "role", "agency", "made_on", "due", "lapses", "reminder"];
    let awaited = ["request", "family", "professional", "due", "lapses", "days_overdue", "reminders"];
    [("requests.csv", &asked[..], new), ("reminders.csv", &asked[..], reminders), ("open.csv", &awaited[..], open)]
        .into_iter()
        .map(|(name, header, rows)| (name.to_owned(), Some(rows.len() as u64), csv_table(header, &rows)))
        .collect()
}

fn row(entry: &crate::register::decisions::RequestEntry, asked: &Asked<'_>) -> Vec<String> {
    let professional = &asked.professional;
    [
        &entry.request,
        &entry.family,
        &entry.professional,
        &professional.role,
        &professional.agency,
        &entry.on,
        &entry.due,
        &entry.lapses,
        &entry.reminder.to_string(),
    ]
    .map(Clone::clone)
    .to_vec()
}
