//! Who is on the list: routes by pack, districts by route.

use super::super::contents::RunContents;
use super::super::figures::{Figures, PackFigures, listed, of_route};
use super::super::words::{counted, percent, thousands};
use super::html::{Cell, bar, pack_heading, section, share, table};
use crate::model::Route;

/// Routes shown per district: every one but "not eligible", which says nothing about a place.
const SHOWN: [(Route, &str); 8] = [
    (Route::Auto, "Auto"),
    (Route::Discretion, "Discretion"),
    (Route::Referral, "Referral"),
    (Route::Override, "Override"),
    (Route::Kept, "Kept"),
    (Route::Pending, "Pending"),
    (Route::NearMiss, "Near miss"),
    (Route::Settled, "Settled"),
];

pub(super) fn list(run: &RunContents<'_>, figures: &Figures) -> String {
    let mut body = String::new();
    if figures.packs.len() > 1 {
        body.push_str(&packs_table(run, figures));
    }
    if let Some(pack) = figures.packs.first() {
        body.push_str(&pack_heading(run, pack));
        body.push_str(&district_table(pack));
    }
    section(
        "list",
        "The list",
        &[
            "Every family has exactly one route under each set of criteria. Auto, discretion, referral, override and kept put it on the list; kept: it was on it, and what showed that cannot be said this month because a feed is missing.",
            "A family counts in the district of its present home.",
        ],
        &body,
    )
}

fn packs_table(run: &RunContents<'_>, figures: &Figures) -> String {
    let mut headings = vec![("Criteria", false), ("On the list", true)];
    headings.extend(SHOWN.iter().map(|(_, name)| (*name, true)));
    let rows: Vec<Vec<Cell>> = figures
        .packs
        .iter()
        .map(|pack| {
            let title = run.packs.get(pack.pack).map_or_else(String::new, |heading| heading.title.clone());
            let mut row = vec![Cell::Text(title), Cell::Total(listed(&pack.routes))];
            row.extend(SHOWN.iter().map(|(route, _)| Cell::Count(of_route(&pack.routes, *route))));
            row
        })
        .collect();
    table("The same families under each set of criteria, by route.", &headings, &rows, None)
}

pub(super) fn district_table(pack: &PackFigures) -> String {
    let most = pack.districts.iter().map(|district| listed(&district.routes)).max().unwrap_or(0);
    let total = listed(&pack.routes);
    let mut headings = vec![("District", false), ("", false), ("On the list", true)];
    headings.extend(SHOWN.iter().map(|(_, name)| (*name, true)));
    let rows: Vec<Vec<Cell>> = pack
        .districts
        .iter()
        .map(|district| {
            let count = listed(&district.routes);
            let title = format!("{}: {} on the list, {}", district.name, counted(count, "family", "families"), percent(count, total));
            let mut row =
                vec![Cell::text(district.name.as_str()), Cell::Bar(bar(&title, &[(share(count, most), "f1")])), Cell::Total(count)];
            row.extend(SHOWN.iter().map(|(route, _)| Cell::Count(of_route(&district.routes, *route))));
            row
        })
        .collect();
    let mut footer = vec![Cell::text("All"), Cell::text(""), Cell::Total(total)];
    footer.extend(SHOWN.iter().map(|(route, _)| Cell::Total(of_route(&pack.routes, *route))));
    let largest = pack.districts.iter().max_by_key(|district| (listed(&district.routes), std::cmp::Reverse(&district.name)));
    let caption = match largest {
        Some(district) if total > 0 => format!(
            "{} on the list, {} of them in {}, more than in any other district.",
            counted(total, "family is", "families are"),
            thousands(listed(&district.routes)),
            district.name
        ),
        _ => "No family is on the list.".to_owned(),
    };
    table(&caption, &headings, &rows, Some(&footer))
}
