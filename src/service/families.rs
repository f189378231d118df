//! What a run says of a family, for people: members with names, home, needs and their evidence, with everything restricted already withheld.
//!
//! What comes in: the tables of a published run, the register of restricted people and addresses as it stands today. What goes out: a [`FamilyFile`] per family
//! asked for. What always holds: what the run withheld stays withheld, and what has become restricted since is withheld too, because today's register is held against the run's
//! records by the same code; names and addresses leave through here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Day, NO_DAY, date};
use crate::run::reading::{ReadingError, Table};
use crate::run::restricted::Today;
use crate::store::RunFolder;

/// What stands in place of the name of a restricted person.
pub const NAME_WITHHELD: &str = "name withheld";
/// What stands in place of a restricted address.
pub const ADDRESS_WITHHELD: &str = "address withheld";

/// A member of a family.
#[derive(Clone, Default)]
pub struct FileMember {
    /// `P…` identifier.
    pub person: String,
    /// Name, or [`NAME_WITHHELD`].
    pub name: String,
    /// Date of birth; [`NO_DAY`] if not known or withheld.
    pub born: Day,
    /// Age in years, as a text; empty if not known or withheld.
    pub age: String,
    /// Role in the family.
    pub role: String,
    /// False for a separated parent.
    pub resident: bool,
    /// True if nothing of the person may be shown.
    pub hidden: bool,
}

/// One row of an extract that supports a criterion.
#[derive(Clone, Default)]
pub struct FileEvidence {
    /// Person it is about.
    pub person: String,
    /// Criterion.
    pub criterion: String,
    /// Feed it came from.
    pub source: String,
    /// Day it happened or began.
    pub on: String,
    /// What counted, in words.
    pub value: String,
    /// Rule that it meets.
    pub rule: String,
}

/// A family.
#[derive(Clone, Default)]
pub struct FamilyFile {
    /// `F…` identifier.
    pub id: String,
    /// True if it is on the list of the pack.
    pub listed: bool,
    /// Code of the district, by the pipeline's postcode sectors.
    pub district_code: String,
    /// Name of the district.
    pub district: String,
    /// Locality.
    pub locality: String,
    /// True if the home is known to lie outside the county.
    pub out_of_county: bool,
    /// True if the address may not be shown.
    pub restricted: bool,
    /// Address in one line with its postcode, or [`ADDRESS_WITHHELD`], or "not known".
    pub address: String,
    /// Postcode; empty if not known or withheld.
    pub postcode: String,
    /// UPRN; empty if not known or withheld.
    pub uprn: String,
    /// Adults and children who live in it, and children under five.
    pub people: [u32; 3],
    /// Level of need.
    pub need_level: String,
    /// Why, in words.
    pub need_reason: String,
    /// Members.
    pub members: Vec<FileMember>,
    /// Evidence under the pack, but that about hidden people.
    pub evidence: Vec<FileEvidence>,
    /// Feeds on which its criteria rest, those of hidden people too.
    pub sources: BTreeSet<String>,
}

impl std::fmt::Debug for FamilyFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("FamilyFile").field("id", &self.id).finish_non_exhaustive()
    }
}

impl FamilyFile {
    /// Members whom nobody may name.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        self.members.iter().filter(|member| member.hidden).map(|member| member.person.as_str())
    }

    /// Adults who live in it.
    #[must_use]
    pub fn adults(&self) -> String {
        self.people[0].to_string()
    }

    /// Children who live in it.
    #[must_use]
    pub fn children(&self) -> String {
        self.people[1].to_string()
    }
}

/// The families asked for, and the persons of the run's records.
#[derive(Default)]
pub struct FamilyFiles {
    /// By id.
    pub families: BTreeMap<String, FamilyFile>,
    /// Families on the list of the pack.
    pub listed: BTreeSet<String>,
    /// Person of each record of their members, by source and record id.
    pub person_of: BTreeMap<(String, String), String>,
}

/// Reads families of a run.
///
/// # Errors
/// [`ReadingError`] if the run cannot be read.
pub fn read(run: &RunFolder, pack: &str, wanted: &dyn Fn(&str) -> bool, today: &Today) -> Result<FamilyFiles, ReadingError> {
    let mut files = FamilyFiles::default();
    homes(run, wanted, &mut files)?;
    list(run, pack, &mut files)?;
    let mut of_person: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in Table::open(run, "members")?.select("family_id", &["family_id", "person_id", "role", "resident", "age"], wanted)? {
        let Ok([family, person, role, resident, age]) = <[String; 5]>::try_from(row) else { continue };
        let Some(file) = files.families.get_mut(&family) else { continue };
        of_person.entry(person.clone()).or_default().push(family);
        file.members.push(FileMember { person, role, resident: resident == "yes", age, born: NO_DAY, ..FileMember::default() });
    }
    names(run, &of_person, today, &mut files)?;
    let columns = ["family_id", "pack", "person_id", "criterion", "source", "event_from", "value", "rule"];
    for row in Table::open(run, "evidence")?.select("family_id", &columns, wanted)? {
        let Ok([family, of_pack, person, criterion, source, on, value, rule]) = <[String; 8]>::try_from(row) else { continue };
        if let Some(file) = files.families.get_mut(&family).filter(|_| of_pack == pack) {
            file.sources.insert(source.clone());
            // What somebody did whom nobody may name says who it is to whoever knows the family.
            if !file.members.iter().any(|member| member.hidden && member.person == person) {
                file.evidence.push(FileEvidence { person, criterion, source, on, value, rule });
            }
        }
    }
    // What keeps a family on the list while its feed is missing came from that feed too.
    if let Some(kept) = Table::open_if_there(run, "kept_evidence")? {
        for row in kept.select("family_id", &["family_id", "pack", "source"], wanted)? {
            let Ok([family, of_pack, source]) = <[String; 3]>::try_from(row) else { continue };
            if let Some(file) = files.families.get_mut(&family).filter(|_| of_pack == pack) {
                file.sources.insert(source);
            }
        }
    }
    Ok(files)
}

fn homes(run: &RunFolder, wanted: &dyn Fn(&str) -> bool, files: &mut FamilyFiles) -> Result<(), ReadingError> {
    let columns = [
        "family_id",
        "district_code",
        "district",
        "locality",
        "out_of_county",
        "restricted",
        "postcode",
        "uprn",
        "address_key",
        "n_adults",
        "n_children_u18",
        "n_children_u5",
    ];
    for row in Table::open(run, "families")?.select("family_id", &columns, wanted)? {
        let Ok([id, district_code, district, locality, outside, restricted, postcode, uprn, key, adults, children, young]) =
            <[String; 12]>::try_from(row)
        else {
            continue;
        };
        let count = |text: &str| text.parse().unwrap_or(0);
        let file = FamilyFile {
            id: id.clone(),
            district_code,
            district,
            locality,
            out_of_county: outside == "yes",
            restricted: restricted == "yes",
            address: address(&key, &postcode),
            postcode,
            uprn,
            people: [count(&adults), count(&children), count(&young)],
            ..FamilyFile::default()
        };
        files.families.insert(id, file);
    }
    for file in files.families.values_mut().filter(|file| file.restricted) {
        withhold(file);
    }
    Ok(())
}

fn list(run: &RunFolder, pack: &str, files: &mut FamilyFiles) -> Result<(), ReadingError> {
    let columns = ["family_id", "criteria_pack", "listed", "need_level", "need_reason"];
    for row in Table::open(run, "identification")?.select("criteria_pack", &columns, |of| of == pack)? {
        let Ok([family, _, listed, level, reason]) = <[String; 5]>::try_from(row) else { continue };
        if listed == "yes" {
            files.listed.insert(family.clone());
        }
        if let Some(file) = files.families.get_mut(&family) {
            file.listed = listed == "yes";
            (file.need_level, file.need_reason) = (level, reason);
        }
    }
    Ok(())
}

/// Gives members their names, unless they are hidden.
fn names(run: &RunFolder, of_person: &BTreeMap<String, Vec<String>>, today: &Today, files: &mut FamilyFiles) -> Result<(), ReadingError> {
    let columns = ["person_id", "source", "record_id", "forename", "surname", "date_of_birth"];
    let rows = Table::open(run, "persons")?.select("person_id", &columns, |person| of_person.contains_key(person))?;
    let mut said: BTreeMap<&str, BTreeMap<(String, String), u32>> = BTreeMap::new();
    let mut born: BTreeMap<&str, BTreeMap<Day, u32>> = BTreeMap::new();
    for row in &rows {
        let [person, source, record, forename, surname, born_on] = row.as_slice() else { continue };
        files.person_of.insert((source.clone(), record.clone()), person.clone());
        if !surname.is_empty() || !forename.is_empty() {
            *said.entry(person).or_default().entry((surname.clone(), forename.clone())).or_default() += 1;
        }
        if let Some(day) = date::from_iso(born_on) {
            *born.entry(person).or_default().entry(day).or_default() += 1;
        }
    }
    // Whoever names a record by what the agency calls it means it, whatever the run calls it. A hidden person is not found by any.
    let renamed = today.renamed.iter().filter(|(_, person)| of_person.contains_key(*person) && !today.hidden.contains(*person));
    files.person_of.extend(renamed.map(|(record, person)| (record.clone(), person.clone())));
    let (hidden, withheld) = (&today.hidden, &today.withheld);
    for file in files.families.values_mut() {
        if file.members.iter().any(|member| withheld.contains(&member.person) || hidden.contains(&member.person)) {
            withhold(file);
        }
        for member in &mut file.members {
            let person = member.person.as_str();
            if hidden.contains(person) {
                (member.hidden, member.name, member.age) = (true, NAME_WITHHELD.to_owned(), String::new());
                continue;
            }
            member.name = said.get(person).map_or_else(|| "name not known".to_owned(), best);
            let days = born.get(person).into_iter().flatten();
            member.born = days.max_by_key(|(day, count)| (**count, std::cmp::Reverse(**day))).map_or(NO_DAY, |(day, _)| *day);
        }
    }
    Ok(())
}

/// The name most records give; a full name beats half of one; ties by the alphabet.
fn best(names: &BTreeMap<(String, String), u32>) -> String {
    let rank = |(surname, forename): &(String, String), count: u32| (!surname.is_empty() && forename.chars().count() > 1, count);
    let mut chosen: Option<(&(String, String), u32)> = None;
    for (name, &count) in names {
        if chosen.is_none_or(|(so_far, most)| rank(name, count) > rank(so_far, most)) {
            chosen = Some((name, count));
        }
    }
    chosen.map_or_else(String::new, |((surname, forename), _)| format!("{} {surname}", title_case(forename)).trim().to_owned())
}

fn title_case(name: &str) -> String {
    let words = name.split(' ').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Takes the address out of a file.
fn withhold(file: &mut FamilyFile) {
    file.restricted = true;
    ADDRESS_WITHHELD.clone_into(&mut file.address);
    file.postcode.clear();
    file.uprn.clear();
}

/// An address in one line.
fn address(key: &str, postcode: &str) -> String {
    let parts: Vec<&str> = key.split('|').filter(|part| !part.is_empty()).collect();
    match (parts.is_empty(), postcode.is_empty()) {
        (false, _) => parts.join(", "),
        (true, false) => postcode.to_owned(),
        (true, true) => "not known".to_owned(),
    }
}
