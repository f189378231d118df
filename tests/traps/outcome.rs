//! What a published run says of the people of a trap.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::scene::{Expected, Place, Trap};
use crate::support::table;

/// The tables of a run that the traps ask about.
pub(crate) struct Outcome {
    /// Person and whether the address is withheld, by source, line and slot of the trap files.
    persons: BTreeMap<(String, u32, u32), (String, bool)>,
    /// Family, person, resident, primary.
    members: Vec<(String, String, bool, bool)>,
    /// Family and criterion to value under the national pack.
    values: BTreeMap<(String, String), String>,
    /// District, out of county and restricted by family.
    families: BTreeMap<String, (String, bool, bool)>,
}

impl Outcome {
    pub(crate) fn read(run: &Path) -> Self {
        let yes = |cell: &str| cell == "yes";
        let persons = table(run, "persons", &["source", "line", "slot", "person_id", "address_withheld", "file"])
            .into_iter()
            .filter(|row| row[5].contains("_traps"))
            .map(|row| ((row[0].clone(), row[1].parse().unwrap(), row[2].parse().unwrap()), (row[3].clone(), yes(&row[4]))))
            .collect();
        let members = table(run, "members", &["family_id", "person_id", "resident", "primary"])
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone(), yes(&row[2]), yes(&row[3])))
            .collect();
        let values = table(run, "criteria", &["family_id", "criterion", "value", "pack"])
            .into_iter()
            .filter(|row| row[3] == "p1-2012")
            .map(|row| ((row[0].clone(), row[1].clone()), row[2].clone()))
            .collect();
        let families = table(run, "families", &["family_id", "district", "out_of_county", "restricted"])
            .into_iter()
            .map(|row| (row[0].clone(), (row[1].clone(), yes(&row[2]), yes(&row[3]))))
            .collect();
        Self { persons, members, values, families }
    }

    /// Everything about a trap that is not as it should be.
    pub(crate) fn complaints(&self, trap: &Trap, places: &[(&'static str, Place)]) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut withheld: BTreeMap<&str, bool> = BTreeMap::new();
        for (label, (feed, line, slot)) in places {
            // A pupil's rows are one record, which keeps one of their lines.
            if let Some((person, hidden)) = self.persons.get(&((*feed).to_owned(), *line, *slot)) {
                ids.entry(label).or_default().insert(person);
                *withheld.entry(label).or_insert(true) &= hidden;
            }
        }
        let labels: BTreeSet<&str> = places.iter().map(|(label, _)| *label).collect();
        let nobody: Vec<&str> =
            trap.expected.iter().filter_map(|expected| if let Expected::Nobody(label) = expected { Some(*label) } else { None }).collect();
        let mut label_of: BTreeMap<&str, &str> = BTreeMap::new();
        for label in labels {
            let persons = ids.get(label).cloned().unwrap_or_default();
            if nobody.contains(&label) {
                if persons != BTreeSet::from([""]) {
                    complaints.push(format!("{label} is somebody"));
                }
            } else if persons.len() != 1 {
                complaints.push(format!("{label} is {} persons", persons.len()));
            }
            for person in persons.into_iter().filter(|person| !person.is_empty()) {
                if let Some(other) = label_of.insert(person, label) {
                    complaints.push(format!("{label} and {other} are one person"));
                }
            }
        }
        let own_family = |label: &str| {
            let persons = ids.get(label)?;
            self.members.iter().find(|member| persons.contains(member.1.as_str()) && member.3).map(|member| member.0.clone())
        };
        for expected in trap.expected {
            let wrong = |found: String, wanted: &str| if found == wanted { None } else { Some(format!("{expected:?}: found {found}")) };
            let complaint = match expected {
                Expected::Nobody(_) => None,
                Expected::Families(wanted) => wrong(self.families(&label_of).join(" / "), &wanted.join(" / ")),
                Expected::Flag(label, criterion, wanted) => {
                    let value = own_family(label).and_then(|family| self.values.get(&(family, (*criterion).to_owned())));
                    wrong(value.cloned().unwrap_or_default(), wanted)
                }
                Expected::District(label, wanted) => {
                    let found = own_family(label).and_then(|family| self.families.get(&family));
                    wrong(found.map_or_else(String::new, |home| if home.1 { "out".to_owned() } else { home.0.clone() }), wanted)
                }
                Expected::Withheld(label) => {
                    let marked = own_family(label).and_then(|family| self.families.get(&family)).is_some_and(|home| home.2);
                    wrong(format!("{marked} {}", withheld.get(label).copied().unwrap_or(false)), "true true")
                }
            };
            complaints.extend(complaint);
        }
        complaints
    }

    /// The value of a criterion for the family of one label; empty if the label is nobody.
    pub(crate) fn value(&self, label: &str, criterion: &str, places: &[(&'static str, Place)]) -> String {
        let of_label = places.iter().filter(|(known, _)| *known == label);
        let persons: BTreeSet<&String> = of_label
            .filter_map(|(_, (feed, line, slot))| self.persons.get(&((*feed).to_owned(), *line, *slot)))
            .map(|(person, _)| person)
            .collect();
        let own = self.members.iter().find(|member| persons.contains(&member.1) && member.3);
        own.and_then(|member| self.values.get(&(member.0.clone(), criterion.to_owned()))).cloned().unwrap_or_default()
    }

    /// The families of these people as text; somebody who belongs to no label is `?`.
    fn families(&self, label_of: &BTreeMap<&str, &str>) -> Vec<String> {
        let concerned: BTreeSet<&str> =
            self.members.iter().filter(|member| label_of.contains_key(member.1.as_str())).map(|member| member.0.as_str()).collect();
        let mut lines = Vec::new();
        for family in concerned {
            let mut words: Vec<String> = self
                .members
                .iter()
                .filter(|member| member.0 == family)
                .map(|(_, person, resident, primary)| {
                    let label = label_of.get(person.as_str()).copied().unwrap_or("?");
                    match (resident, primary) {
                        (true, true) => label.to_owned(),
                        (true, false) => format!("{label}:2nd"),
                        (false, _) => format!("({label})"),
                    }
                })
                .collect();
            words.sort();
            if words.len() > 1 {
                lines.push(words.join(" "));
            }
        }
        lines.sort();
        lines
    }
}
