//! The blank referral form (seed 1): for professionals who know a family that the data do not show yet.
//!
//! What comes in: settings. What goes out: a workbook to fill in and a page to print. What always holds: the form asks for at least two of the three problems of seed 1; its
//! name for the programme is the one to use with families; it holds nothing of anybody.

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::outgoing::print_page;
use crate::config::checked::RequestSettings;
use crate::page::{MARKING, escape, push};

/// The problems of which a referral needs at least two, in the words of seed 1.
pub const PROBLEMS: [&str; 3] = ["Youth crime and/or anti-social behaviour", "Non-attendance at school", "Claiming out of work benefits"];

/// What is asked of the family as a whole.
const FAMILY: [&str; 3] = ["Address", "Postcode", "Telephone"];

/// What is asked of each member.
const MEMBER: [(&str, u16); 6] = [
    ("Forename", 20),
    ("Surname", 22),
    ("Date of birth, or age", 20),
    ("Sex", 8),
    ("Relationship in the family", 26),
    ("School, work or benefit", 34),
];

/// What is asked of the professional.
const REFERRER: [&str; 5] = ["Name", "Agency and role", "Telephone", "E-mail", "Day of the referral"];

/// Lines for members of a family.
const MEMBERS: u32 = 10;

const TITLE: &str = "Families Working Together: referral form";
const WHEN: &str = "If you know of a family that may be involved in at least two of the following, tick them and tell us what you know.";

/// The form, as `referral-form.xlsx` and `referral-form.html`.
///
/// # Errors
/// If the workbook cannot be made.
pub fn blank(settings: &RequestSettings) -> Result<Vec<(String, Vec<u8>)>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_title(TITLE)
        .set_author("fwt")
        .set_company("Families Working Together")
        .set_status(MARKING)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2012, 4, 1)?);
    workbook.set_properties(&properties);
    workbook.push_worksheet(sheet(settings)?);
    Ok(vec![("referral-form.xlsx".to_owned(), workbook.save_to_buffer()?), ("referral-form.html".to_owned(), page(settings).into_bytes())])
}

fn where_to(settings: &RequestSettings) -> String {
    let to = if settings.reply_to.is_empty() { "Families Working Together" } else { &settings.reply_to };
    format!("Once filled in this form holds personal data: send it by secure mail only. Where to: {to}. Ring for help in filling it in.")
}

fn sheet(settings: &RequestSettings) -> Result<Worksheet, XlsxError> {
    let cell = || Format::new().set_font_name("Calibri").set_font_size(11).set_align(FormatAlign::Top);
    let title = cell().set_bold().set_font_size(14).set_font_color(Color::RGB(0x0012_3F5E));
    let heading = cell().set_bold().set_font_size(12).set_font_color(Color::RGB(0x0012_3F5E));
    let plain = cell().set_text_wrap();
    let header = cell().set_bold().set_text_wrap().set_font_color(Color::White).set_background_color(Color::RGB(0x0012_3F5E));
    let fill = cell().set_border(FormatBorder::Thin).set_background_color(Color::RGB(0x00FD_F7E3)).set_text_wrap();
    let last = MEMBER.len() as u16 - 1;
    let mut sheet = Worksheet::new();
    sheet.set_name("Referral")?;
    for (place, (_, width)) in (0_u16..).zip(MEMBER) {
        sheet.set_column_width(place, f64::from(width))?;
    }
    sheet.write_string_with_format(0, 0, format!("{MARKING} when filled in"), &heading)?;
    sheet.write_string_with_format(1, 0, TITLE, &title)?;
    sheet.merge_range(2, 0, 2, last, WHEN, &plain)?;
    sheet.set_row_height(2, 32)?;
    let mut row = 4;
    let section = |sheet: &mut Worksheet, row: &mut u32, text: &str| -> Result<(), XlsxError> {
        sheet.write_string_with_format(*row, 0, text, &heading)?;
        *row += 1;
        Ok(())
    };
    section(&mut sheet, &mut row, "What the family faces (yes in the amber cell)")?;
    let yes = DataValidation::new().allow_list_strings(&["yes", "no", "not known"])?;
    for problem in PROBLEMS {
        sheet.merge_range(row, 0, row, 2, problem, &plain)?;
        sheet.write_blank(row, 3, &fill)?;
        sheet.add_data_validation(row, 3, row, 3, &yes)?;
        row += 1;
    }
    row += 1;
    section(&mut sheet, &mut row, "Home")?;
    for asked in FAMILY {
        sheet.write_string_with_format(row, 0, asked, &plain)?;
        sheet.merge_range(row, 1, row, last, "", &fill)?;
        row += 1;
    }
    row += 1;
    section(&mut sheet, &mut row, "Members of the family")?;
    for (place, (name, _)) in (0_u16..).zip(MEMBER) {
        sheet.write_string_with_format(row, place, name, &header)?;
    }
    row += 1;
    for _ in 0..MEMBERS {
        for place in 0..=last {
            sheet.write_blank(row, place, &fill)?;
        }
        row += 1;
    }
    row += 1;
    section(&mut sheet, &mut row, "Why you refer the family, and who else works with it")?;
    sheet.merge_range(row, 0, row + 4, last, "", &fill)?;
    row += 6;
    section(&mut sheet, &mut row, "Does the family know of this referral, and does it agree?")?;
    sheet.merge_range(row, 0, row, last, "", &fill)?;
    row += 2;
    section(&mut sheet, &mut row, "You")?;
    for asked in REFERRER {
        sheet.write_string_with_format(row, 0, asked, &plain)?;
        sheet.merge_range(row, 1, row, last, "", &fill)?;
        row += 1;
    }
    row += 1;
    sheet.merge_range(row, 0, row, last, &where_to(settings), &plain)?;
    sheet.set_row_height(row, 32)?;
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 1);
    sheet.set_header(format!("&L{MARKING}&R&A")).set_footer(format!("&L{MARKING}&RPage &P of &N"));
    Ok(sheet)
}

fn page(settings: &RequestSettings) -> String {
    let mut html = format!("<h1>{TITLE}</h1>\n<p>{WHEN}</p>\n<ul class=\"choices\">");
    for problem in PROBLEMS {
        push(&mut html, format_args!("<li><span class=\"box\"></span>{}</li>", escape(problem)));
    }
    html.push_str("</ul>\n<h2>Home</h2>\n<dl>");
    for asked in FAMILY {
        push(&mut html, format_args!("<dt>{asked}</dt><dd><span class=\"line\"></span></dd>"));
    }
    html.push_str("</dl>\n<h2>Members of the family</h2>\n<table class=\"fill\"><thead><tr>");
    for (name, _) in MEMBER {
        push(&mut html, format_args!("<th scope=\"col\">{}</th>", escape(name)));
    }
    html.push_str("</tr></thead><tbody>");
    for _ in 0..MEMBERS {
        push(&mut html, format_args!("<tr>{}</tr>", "<td></td>".repeat(MEMBER.len())));
    }
    html.push_str("</tbody></table>\n<h2>Why you refer the family, and who else works with it</h2>\n");
    html.push_str(&"<span class=\"line\"></span>".repeat(5));
    html.push_str(
        "\n<h2>The family</h2>\n<ul class=\"choices\"><li><span class=\"box\"></span>knows of this referral</li>\
         <li><span class=\"box\"></span>agrees to work with Families Working Together</li></ul>\n<h2>You</h2>\n<dl>",
    );
    for asked in REFERRER {
        push(&mut html, format_args!("<dt>{asked}</dt><dd><span class=\"line\"></span></dd>"));
    }
    push(&mut html, format_args!("</dl>\n<p>{}</p>", escape(&where_to(settings))));
    print_page(TITLE, &html)
}
