//! The adults of families that a request may be about, from a published run.
//!
//! What comes in: a published run, the register, the settings of a purpose. What goes out: adults with everything the run's records say of them. What always
//! holds: an adult whose address is withheld is marked and carries no address.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Day, DwpFamilies, DwpSettings, Status};
use crate::register::decisions::Register;
use crate::run::reading::{ReadingError, Table};
use crate::run::restricted::Today;
use crate::service::acceptance::Gate;
use crate::service::families::{FamilyFile, read};
use crate::store::RunFolder;

/// What one record says of a person.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PersonRecord {
    /// First forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Date of birth, `YYYY-MM-DD`; empty when not known.
    pub born: String,
    /// National Insurance number of the right form; empty when not known.
    pub nino: String,
}

/// An adult of a family.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Adult {
    /// Person id.
    pub person: String,
    /// Family id.
    pub family: String,
    /// Its records, in the order of the run.
    pub records: Vec<PersonRecord>,
    /// The person's or family's address is withheld.
    pub restricted: bool,
    /// Postcode of the home.
    pub postcode: String,
    /// Canonical address of the home: `flat|house|street|postcode`.
    pub address_key: String,
}

/// Statuses after which nobody of a family is asked about: it has ended, or lives elsewhere.
fn has_ended(status: Status) -> bool {
    status.ends() || matches!(status, Status::OutOfCounty)
}

/// What the adults of a request are read from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The run.
    pub run: &'a RunFolder,
    /// What people decided, under the ids of the run.
    pub register: &'a Register,
    /// Who and what is restricted today.
    pub restricted: &'a Today,
    /// The day for which it is done.
    pub on: Day,
}

/// The adults of the families that `families` names, by family and person.
///
/// # Errors
/// [`ReadingError`] if a table of the run cannot be read.
pub fn adults(sources: Sources<'_>, settings: &DwpSettings, families: DwpFamilies) -> Result<Vec<Adult>, ReadingError> {
    let Sources { run, register, restricted, on } = sources;
    let gate = Gate::new(register, on);
    let wanted: BTreeSet<String> = match families {
        DwpFamilies::Candidates => candidates(run, settings)?
            .into_iter()
            .filter(|family| {
                let state = register.family(family);
                !matches!(state.accepted, Some((false, _))) && !has_ended(state.standing())
            })
            .collect(),
        DwpFamilies::WorkedWith => {
            let works = |status: Status| matches!(status, Status::Attached | Status::MonitoringOnly);
            gate.all().into_iter().filter(|(_, accepted)| works(accepted.status())).map(|(family, _)| family.to_owned()).collect()
        }
    };
    let mut homes: BTreeMap<String, (String, String, bool)> = BTreeMap::new();
    for row in Table::open(run, "families")?
        .select("family_id", &["family_id", "postcode", "address_key", "restricted"], |id| wanted.contains(id))?
    {
        if let Ok([family, postcode, key, restricted]) = <[String; 4]>::try_from(row) {
            homes.insert(family, (postcode, key, restricted == "yes"));
        }
    }
    let mut found: BTreeMap<(String, String), Adult> = BTreeMap::new();
    let mut place: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let columns = ["family_id", "person_id", "role", "resident", "primary"];
    for row in Table::open(run, "members")?.select("family_id", &columns, |id| wanted.contains(id))? {
        let Ok([family, person, role, resident, primary]) = <[String; 5]>::try_from(row) else { continue };
        if role == "child" || resident != "yes" || primary != "yes" {
            continue;
        }
        let Some((postcode, address_key, restricted)) = homes.get(&family).cloned() else { continue };
        let key = (family.clone(), person.clone());
        place.entry(person.clone()).or_default().push(key.clone());
        found.insert(key, Adult { person, family, records: Vec::new(), restricted, postcode, address_key });
    }
    let columns = ["person_id", "forename", "surname", "date_of_birth", "nino", "address_withheld"];
    for row in Table::open(run, "persons")?.select("person_id", &columns, |id| place.contains_key(id))? {
        let Ok([person, forename, surname, born, nino, withheld]) = <[String; 6]>::try_from(row) else { continue };
        for key in place.get(&person).into_iter().flatten() {
            if let Some(adult) = found.get_mut(key) {
                adult.restricted |= withheld == "yes";
                adult.records.push(PersonRecord {
                    forename: forename.clone(),
                    surname: surname.clone(),
                    born: born.clone(),
                    nino: nino.clone(),
                });
            }
        }
    }
    let mut adults: Vec<Adult> = found.into_values().collect();
    // What has become restricted since the run is withheld too.
    let files = read(run, &settings.pack, &|id| wanted.contains(id), restricted)?;
    for adult in &mut adults {
        let file = files.families.get(&adult.family);
        let hidden =
            |file: &FamilyFile| file.restricted || file.members.iter().any(|member| member.person == adult.person && member.hidden);
        adult.restricted |= file.is_none_or(hidden);
    }
    for adult in adults.iter_mut().filter(|adult| adult.restricted) {
        (adult.postcode, adult.address_key) = (String::new(), String::new());
    }
    Ok(adults)
}

/// Families that meet one of the criteria which make a candidate.
fn candidates(run: &RunFolder, settings: &DwpSettings) -> Result<BTreeSet<String>, ReadingError> {
    let columns = ["family_id", "criterion", "value"];
    let rows = Table::open(run, "criteria")?.select("pack", &columns, |pack| pack == settings.pack)?;
    let meets = |row: Vec<String>| {
        let [family, criterion, value] = <[String; 3]>::try_from(row).ok()?;
        (value == "true" && settings.with_any.contains(&criterion)).then_some(family)
    };
    Ok(rows.into_iter().filter_map(meets).collect())
}
