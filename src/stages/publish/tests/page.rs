//! The report is whole, stands alone and names nobody.

use super::fixture::*;
use super::{published, text_of};

/// Elements that have no end.
const VOID: [&str; 4] = ["meta", "br", "hr", "link"];

/// Every tag that opens closes, in order.
fn assert_balanced(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some((_, from)) = rest.split_once('<') {
        let (tag, after) = from.split_once('>').expect("a tag ends");
        rest = after;
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('!') || tag.ends_with('/') || VOID.contains(&name) {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "unbalanced near {tag}");
        } else {
            open.push(name);
            if name == "style" {
                rest = rest.get(rest.find("</style").unwrap()..).unwrap();
            }
        }
    }
    assert!(open.is_empty(), "{open:?} never closed");
}

#[test]
fn the_report_is_balanced_html_that_stands_alone() {
    for families in [0, 1, 400] {
        let fixture = Fixture::county(families);
        let html = text_of(&published(&fixture.contents()), "report.html");
        assert_balanced(&html);
        assert!(html.starts_with("<!DOCTYPE html>"));
        for outside in ["<script", "http", "src=", "@import", "<link", "<iframe", "<img", "javascript", "onclick"] {
            assert!(!html.contains(outside), "{outside}");
        }
        assert_eq!(html.matches("url(").count(), html.matches("url(#").count());
        assert_eq!(html.matches("OFFICIAL-SENSITIVE").count(), 2);
        assert!(!html.to_lowercase().contains("troubled"));
        assert!(!html.contains("NaN") && !html.contains("inf\""), "a number went wrong");
    }
}

#[test]
fn every_chart_has_a_title_and_every_section_a_place_in_the_contents() {
    let html = text_of(&published(&Fixture::county(400).contents()), "report.html");
    let charts = html.matches("role=\"img\"").count();
    assert!(charts > 30);
    for chart in html.split("role=\"img\"").skip(1) {
        let upto = chart.find("<title>").unwrap();
        assert!(upto < chart.find("</svg>").unwrap());
        assert!(!chart.get(upto..).unwrap().starts_with("<title></title>"));
    }
    for section in html.split("<section id=\"").skip(1) {
        let id = section.split('"').next().unwrap();
        assert!(html.contains(&format!("href=\"#{id}\"")), "{id}");
    }
}

#[test]
fn report_and_summary_name_nobody() {
    let fixture = Fixture::county(400);
    let memory = published(&fixture.contents());
    for name in ["report.html", "run.json"] {
        let text = text_of(&memory, name);
        for canary in [
            CANARY_FORENAME,
            CANARY_SURNAME,
            CANARY_POSTCODE,
            CANARY_UPRN,
            CANARY_NHS,
            CANARY_NINO,
            CANARY_UPN,
            CANARY_RECORD,
            "CANARY",
            "1987-06-05",
            "5 Jun 1987",
            "5 June 1987",
            "05/06/1987",
            "FLAXWELL",
            "GOWTS",
        ] {
            assert!(!text.contains(canary), "{name}: {canary}");
        }
        assert!(fixture.families.families.iter().all(|family| !text.contains(&family.id)), "{name} holds a family id");
        assert!(fixture.linked.person_ids.iter().all(|person| !text.contains(person)), "{name} holds a person id");
    }
}

#[test]
fn text_from_outside_cannot_become_markup() {
    let mut fixture = Fixture::county(50);
    fixture.warnings.push("<script>alert('x')</script> & more".into());
    let html = text_of(&published(&fixture.contents()), "report.html");
    assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; more"));
    assert_balanced(&html);
}

#[test]
fn a_model_of_another_shape_leaves_the_page_whole() {
    let mut fixture = Fixture::county(30);
    for model in [serde_json::Value::Null, serde_json::json!({"fields": [{"name": "forename"}], "compared_pairs": "many"})] {
        fixture.linked.model = model;
        assert_balanced(&text_of(&published(&fixture.contents()), "report.html"));
    }
    fixture.linked.model = serde_json::json!({"weight_histogram": [[-20, 4_000_000], [-19, 0], [12, 300]]});
    let html = text_of(&published(&fixture.contents()), "report.html");
    assert!(html.contains("4,000,300 pairs of records compared, by match weight"));
}

/// The report of a larger county stays small enough to send and to open.
#[test]
fn a_larger_county_is_published() {
    let fixture = Fixture::county(6_000);
    let memory = published(&fixture.contents());
    assert!(memory.0["report.html"].1.len() < 400_000);
}
