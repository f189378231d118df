//! Where a pack counts the first delivery of what was sent again, an earlier file decides, and where it counts the latest, the later one.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use support::{current, fwt_ok, mother_and_child, table, text};

/// The pupil's absence in a term.
const ABSENCE: &str = r#"
[[column]]
name = "from"
kind = "date"
[[column]]
name = "to"
kind = "date"
[[column]]
name = "missed"
kind = "integer"
[[column]]
name = "possible"
kind = "integer"
[[column]]
name = "ref"
[[event]]
kind = "school_absence"
person = "child"
code = "absence"
from = "from"
to = "to"
quantity = "missed"
out_of = "possible"
reference = "ref"
"#;

const HEADER: &str = "pupil,forename,surname,born,mother,mother_born,address,postcode,from,to,missed,possible,ref\n";
const TERMS: [(&str, &str, &str); 3] =
    [("2011-09-05", "2011-12-16", "aut"), ("2012-01-04", "2012-03-30", "spr"), ("2012-04-16", "2012-07-20", "sum")];

fn row(pupil: usize, term: usize, missed: u32) -> String {
    let (from, to, name) = TERMS[term];
    let (forename, surname) = (["HOPE", "LUCY", "ADAM"][pupil % 3], ["SMITH", "JONES", "BROWN", "TAYLOR"][pupil / 3 % 4]);
    let (born, place) = (
        format!("200{}-0{}-1{}", pupil % 4, pupil % 9 + 1, pupil % 7),
        format!("{pupil} High Street,LN{} {}AA", pupil % 6 + 1, pupil % 9 + 1),
    );
    format!("U{pupil},{forename},{surname},{born},EMMA,197{}-01-01,{place},{from},{to},{missed},120,{name}{pupil}\n", pupil % 9)
}

/// How many families the attendance criterion holds for. In July every pupil had missed half of the summer term; in October a later delivery of the same rows says nobody missed any.
fn met(folder: &Path, resubmitted: &str, summers: &[(&str, u32)]) -> usize {
    let (project, data, out) = (folder.join("p"), folder.join("data"), folder.join("out"));
    fs::create_dir_all(project.join("criteria")).unwrap();
    fs::write(project.join("attendance.toml"), mother_and_child("att", ("termly", "increment"), ABSENCE)).unwrap();
    for pack in ["p1-2012", "p1-lincolnshire"] {
        let path = format!("{}/pipelines/criteria/{pack}.toml", env!("CARGO_MANIFEST_DIR"));
        fs::copy(path, project.join(format!("criteria/{pack}.toml"))).unwrap();
    }
    let overlay = format!(
        "[overlay]\npack = \"p1-lincolnshire\"\nversion = \"1\"\nname = \"resubmitted\"\nby = \"the service\"\nreason = \"a test\"\n\
         [settings.resubmitted_absence]\nvalue = \"{resubmitted}\"\nsource = \"a test\"\n"
    );
    fs::write(project.join("overlay.toml"), overlay).unwrap();
    let pipeline = "[pipeline]\nname = \"p\"\nmonth = \"2012-10\"\nschemas = [\"attendance.toml\"]\n\
                    criteria = [\"criteria/p1-lincolnshire.toml\"]\noverlays = [\"overlay.toml\"]\n";
    fs::write(project.join("p.toml"), pipeline).unwrap();
    for (delivery, (month, missed)) in summers.iter().enumerate() {
        let terms = if delivery == 0 { 0..3 } else { 2..3 };
        let rows: String =
            (0..12).flat_map(|pupil| terms.clone().map(move |term| row(pupil, term, if term == 2 { *missed } else { 0 }))).collect();
        fs::create_dir_all(data.join(month)).unwrap();
        fs::write(data.join(format!("{month}/att{delivery}.csv")), format!("{HEADER}{rows}")).unwrap();
    }
    fwt_ok(&["run", text(&project.join("p.toml")), "--month", "2012-10", "--data", text(&data), "--out", text(&out), "-q"]);
    let rows = table(&current(&out), "criteria", &["criterion", "value"]);
    let values = rows.into_iter().fold(BTreeMap::<_, usize>::new(), |mut counts, row| {
        *counts.entry((row[0].clone(), row[1].clone())).or_default() += 1;
        counts
    });
    values.get(&("c2".to_owned(), "true".to_owned())).copied().unwrap_or(0)
}

#[test]
fn the_delivery_that_a_pack_counts_decides() {
    let half_then_none = [("2012-07", 60), ("2012-10", 0)];
    let none_then_half = [("2012-07", 0), ("2012-10", 60)];
    let back_and_forth = [("2012-07", 60), ("2012-09", 0), ("2012-10", 60)];
    for (summers, of_latest, of_first) in [(&half_then_none[..], 0, 12), (&none_then_half[..], 12, 0), (&back_and_forth[..], 12, 12)] {
        for (resubmitted, expected) in [("latest", of_latest), ("first", of_first)] {
            let folder = tempfile::tempdir().unwrap();
            assert_eq!(met(folder.path(), resubmitted, summers), expected, "{resubmitted} of {summers:?}");
        }
    }
}
