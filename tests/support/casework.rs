//! A synthetic month that the service works with: decisions, contacts, staff and a directory beside it.
#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Reader, Xlsx};
use serde_json::Value;

use super::support::{PIPELINE, county, fwt, fwt_ok, run_month, table, text, tree};

/// A published month with decisions, contacts, staff and a directory beside it.
pub struct Service {
    _folder: tempfile::TempDir,
    pub data: PathBuf,
    pub out: PathBuf,
    /// Listed families that were accepted, in the order of their ids.
    pub accepted: Vec<String>,
    /// A listed family that was rejected, and one that nobody decided about.
    pub closed: [String; 2],
    /// Person, name of each member of each family.
    pub members: BTreeMap<String, Vec<(String, String)>>,
    /// District code of each family by the run.
    pub district: BTreeMap<String, String>,
    pub grimsby: String,
}

/// Surname and forename of each person as the extracts have them most often.
fn names(run: &Path) -> BTreeMap<String, String> {
    let mut said: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    for row in table(run, "persons", &["person_id", "forename", "surname"]) {
        if row[1].len() > 1 && !row[2].is_empty() {
            *said.entry(row[0].clone()).or_default().entry(format!("{} {}", row[1], row[2])).or_default() += 1;
        }
    }
    said.into_iter().map(|(person, names)| (person, names.into_iter().max_by_key(|(_, count)| *count).unwrap().0)).collect()
}

impl Service {
    pub fn new(seed: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = county(folder.path(), 6000, seed);
        let out = folder.path().join("out");
        let run = run_month(&data, &out, &["--quiet"]);
        let listed: Vec<String> = table(&run, "identification", &["family_id", "criteria_pack", "listed"])
            .into_iter()
            .filter(|row| row[1] == "p1-lincolnshire" && row[2] == "yes")
            .map(|row| row[0].clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        assert!(listed.len() > 12, "{} families are listed", listed.len());
        let closed = [listed[0].clone(), listed[1].clone()];
        let homes = table(&run, "families", &["family_id", "district_code", "postcode", "restricted", "out_of_county"]);
        let home: BTreeMap<&String, &Vec<String>> = homes.iter().map(|row| (&row[0], row)).collect();
        let accepted: Vec<String> = listed[2..].to_vec();
        let mut decisions = "family,accepted,reason,by\n".to_owned();
        decisions.push_str(&format!("{},no,not now,AB\n", closed[0]));
        for family in &accepted {
            decisions.push_str(&format!("{family},yes,,AB\n"));
        }
        fs::write(folder.path().join("families.csv"), decisions).unwrap();
        fwt_ok(&["cohort", "import", text(&folder.path().join("families.csv")), "--out", text(&out)]);

        let named = names(&run);
        let mut members: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for row in table(&run, "members", &["family_id", "person_id"]) {
            let name = named.get(&row[1]).cloned().unwrap_or_default();
            members.entry(row[0].clone()).or_default().push((row[1].clone(), name));
        }
        let mut records: BTreeMap<String, (String, String)> = BTreeMap::new();
        for row in table(&run, "persons", &["person_id", "source", "record_id"]) {
            records.entry(row[0].clone()).or_insert((row[1].clone(), row[2].clone()));
        }
        // One family in five is known to nobody; the others to a social worker (recent) and a pastoral lead (older, but within a year).
        fs::create_dir_all(data.join("service/2012-10")).unwrap();
        let mut contacts = "source,record_id,professional,name,role,agency,email,telephone,last_contact,ended\n".to_owned();
        for (place, family) in listed.iter().enumerate().filter(|(place, _)| place % 5 != 4) {
            let (source, record) = &records[&members[family][0].0];
            let worker = place % 3;
            contacts.push_str(&format!("{source},{record},SW{worker},Pat Worker{worker},social_worker,Children's Services,sw{worker}@example.org,,2012-10-{:02},\n", 1 + place % 28));
            contacts
                .push_str(&format!("{source},{record},SC1,Sam Tutor,school_pastoral_lead,Queen's School,sc1@example.org,,2012-06-01,\n"));
            // Ended, so nobody to ask although the role stands first.
            contacts
                .push_str(&format!("{source},{record},LP1,Lee Past,lead_professional,Early Help,lp1@example.org,,2012-09-01,2012-09-30\n"));
        }
        contacts.push_str("council_tax,x,SW9,Nobody,astronaut,Moon,moon@example.org,,2012-10-01,\n");
        fs::write(data.join("service/2012-10/contacts.csv"), contacts).unwrap();
        fs::write(
            data.join("service/2012-10/staff.csv"),
            "staff,name,kind,employer,covers,from,until,caseload,budget_per_family\n\
             KW1,Kim Keyes,key_worker,Lincolnshire County Council,county,2012-04-01,,2,\n\
             SE1,Sid Second,seconded,West Lindsey District Council,E07000142,2012-04-01,2014-03-31,8,\n\
             EM1,Em Marked,ear_marked,West Lindsey District Council,county,2012-04-01,,5,250\n\
             XX1,Broken,key_worker,Nobody,Atlantis,2012-04-01,,many,\n",
        )
        .unwrap();
        // The directory places every home as the run did, but one, which it says lies in Grimsby.
        let open = |family: &&String| home[*family][3] == "no" && !home[*family][2].is_empty() && home[*family][4] == "no";
        let grimsby = accepted.iter().find(open).expect("an accepted family has an address").clone();
        let mut postcodes: BTreeMap<String, String> = BTreeMap::new();
        for row in homes.iter().filter(|row| !row[2].is_empty()) {
            let code = if row[1].is_empty() { "E06000013" } else { &row[1] };
            postcodes.insert(row[2].clone(), code.to_owned());
        }
        postcodes.insert(home[&grimsby][2].clone(), "E06000012".to_owned());
        let mut directory = "pcd,pcds,doterm,oslaua,lsoa11\n".to_owned();
        for (postcode, code) in &postcodes {
            directory.push_str(&format!("{},{postcode},,{code},E01\n", postcode.replace(' ', "")));
        }
        fs::write(data.join("service/postcodes.csv"), directory).unwrap();
        let district = homes.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        Self { _folder: folder, data, out, accepted, closed, members, district, grimsby }
    }

    pub fn command(&self, command: &[&str], more: &[&str]) -> Vec<String> {
        let mut arguments: Vec<String> = command.iter().map(ToString::to_string).collect();
        arguments.extend([PIPELINE, "--data", text(&self.data), "--out", text(&self.out), "--json"].map(str::to_owned));
        arguments.extend(more.iter().map(ToString::to_string));
        arguments
    }

    pub fn ok(&self, command: &[&str], more: &[&str]) -> Value {
        let arguments = self.command(command, more);
        serde_json::from_str(&fwt_ok(&arguments.iter().map(String::as_str).collect::<Vec<_>>())).unwrap()
    }

    pub fn status(&self, family: &str) -> String {
        let said = fwt(&["cohort", "history", family, "--out", text(&self.out)]);
        String::from_utf8(said.stdout).unwrap()
    }

    pub fn journal(&self) -> Vec<u8> {
        fs::read(self.out.join("register/decisions.jsonl")).unwrap()
    }

    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.out.parent().unwrap().join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

/// Every file of a folder as text, workbooks cell by cell.
pub fn texts(folder: &Path) -> BTreeMap<String, String> {
    let as_text = |(name, bytes): (String, Vec<u8>)| {
        if !name.ends_with(".xlsx") {
            return (name, String::from_utf8(bytes).unwrap());
        }
        let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        for sheet in book.sheet_names() {
            for cells in book.worksheet_range(&sheet).unwrap().rows() {
                text.push_str(&cells.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"));
                text.push('\n');
            }
        }
        (name, text)
    };
    tree(folder).into_iter().map(as_text).collect()
}

/// Rows of a CSV text by column name.
pub fn csv_rows(content: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(content.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

pub fn codes(value: &Value) -> Vec<(u64, String)> {
    let rows = value["set_aside"].as_array().unwrap();
    rows.iter().map(|row| (row["line"].as_u64().unwrap(), row["code"].as_str().unwrap().to_owned())).collect()
}
