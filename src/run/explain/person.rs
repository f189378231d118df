//! Which records make up a person, the path by which they hold together, and its weakest link.

use std::collections::{BTreeMap, BTreeSet};

use super::super::reading::Table;
use super::super::restricted::is_hidden;
use super::{ExplainError, Explanation, ExplanationTable, masked};
use crate::store::RunFolder;

const VALUES: [&str; 10] =
    ["forename", "middle_names", "surname", "other_surname", "date_of_birth", "sex", "postcode", "nhs_number", "nino", "upn"];

/// Explains a person of a published run.
///
/// # Errors
/// If the run cannot be read or has no such person.
pub fn explain_person(run: &RunFolder, person_id: &str, show_values: bool) -> Result<Explanation, ExplainError> {
    let columns: Vec<&str> = ["source", "record_id", "file", "line", "role"].into_iter().chain(VALUES).collect();
    let mut records = Table::open(run, "persons")?.select("person_id", &columns, |id| id == person_id)?;
    // Test records are nobody's: all of them have the empty id.
    if records.is_empty() || person_id.is_empty() {
        return Err(ExplainError::NotFound { what: "person" });
    }
    for record in &mut records {
        for value in record.iter_mut().skip(5) {
            *value = masked(value, show_values);
        }
    }
    let names: BTreeSet<String> = records.iter().filter_map(|record| Some(format!("{}/{}", record.first()?, record.get(1)?))).collect();
    let is_shown = records.iter().all(|record| record.get(1).is_none_or(|id| !is_hidden(id)));
    let all_links = Table::open(run, "links")?.select(
        "left_record_id",
        &["left_source", "left_record_id", "right_source", "right_record_id", "weight", "probability", "decision"],
        |_| true,
    )?;
    let mut links: Vec<(f64, String, String, Vec<String>)> = Vec::new();
    for link in all_links {
        if let [left_source, left, right_source, right, weight, probability, ..] = link.as_slice() {
            let (left, right) = (format!("{left_source}/{left}"), format!("{right_source}/{right}"));
            if names.contains(&left) && names.contains(&right) {
                // Of a hidden person no weights are given: the probabilities tell which links are the strongest, as far as that is told.
                let strength = if is_shown { weight } else { probability };
                links.push((strength.parse().unwrap_or(0.0), left, right, link));
            }
        }
    }
    links.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (&a.1, &a.2).cmp(&(&b.1, &b.2))));
    let path = strongest_tree(&links);
    let sources: BTreeSet<&String> = records.iter().filter_map(|record| record.first()).collect();
    let from = if sources.len() == 1 { "one source".to_owned() } else { format!("{} sources", sources.len()) };
    let mut sentences = vec![match records.len() {
        1 => format!("One record of {from} is taken to be this person; no other was joined to it."),
        count => format!("{count} records of {from} are taken to be one person."),
    }];
    match path.last() {
        Some(_) if !is_shown => sentences.push("What holds them together is withheld, because the person is restricted.".to_owned()),
        Some(weakest) => {
            sentences.push(format!("The weakest link that holds them together has a match weight of {:.1} bits.", weakest.0));
        }
        None if records.len() > 1 => sentences.push("The records agree in every compared field; none had to be weighed.".to_owned()),
        None => {}
    }
    let prevented = Table::open(run, "prevented")?
        .select("left_record_id", &["left_source", "left_record_id", "right_source", "right_record_id", "reason"], |_| true)?
        .into_iter()
        .filter(|row| match row.as_slice() {
            // That two people were kept apart says that they resemble each other.
            [_, left, _, right, _] if is_hidden(left) || is_hidden(right) => false,
            [left_source, left, right_source, right, _] => {
                names.contains(&format!("{left_source}/{left}")) || names.contains(&format!("{right_source}/{right}"))
            }
            _ => false,
        })
        .collect();
    let headers: Vec<&str> = columns.iter().map(|column| if *column == "record_id" { "record" } else { column }).collect();
    let path_rows = path.into_iter().map(|(_, left, right, link)| {
        let said = |place: usize| link.get(place).filter(|_| is_shown).cloned().unwrap_or_default();
        vec![left.clone(), right.clone(), said(4), said(5)]
    });
    Ok(Explanation {
        title: format!("Person {person_id}"),
        sentences,
        tables: vec![
            ExplanationTable::new("Records", &headers, records),
            ExplanationTable::new(
                "How they hold together (strongest links first, the weakest last)",
                &["record", "record", "weight in bits", "probability"],
                path_rows.collect(),
            ),
            ExplanationTable::new("Kept apart from", &["source", "record", "source", "record", "reason"], prevented),
        ],
    })
}

type Link = (f64, String, String, Vec<String>);

/// The links of a maximum spanning forest (Kruskal): the strongest links that suffice to hold the records together.
fn strongest_tree(links: &[Link]) -> Vec<&Link> {
    fn root<'a>(parent: &BTreeMap<&'a str, &'a str>, mut node: &'a str) -> &'a str {
        while let Some(&up) = parent.get(node) {
            node = up;
        }
        node
    }
    let mut parent: BTreeMap<&str, &str> = BTreeMap::new();
    let mut tree = Vec::new();
    for link in links {
        let (left, right) = (root(&parent, &link.1), root(&parent, &link.2));
        if left != right {
            parent.insert(left, right);
            tree.push(link);
        }
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_keeps_the_strongest_links_and_ends_with_the_weakest_needed() {
        let link = |weight: f64, left: &str, right: &str| (weight, left.to_owned(), right.to_owned(), Vec::new());
        let links = [link(9.0, "a", "b"), link(8.0, "b", "c"), link(7.0, "a", "c"), link(2.0, "c", "d")];
        let tree = strongest_tree(&links);
        assert_eq!(tree.iter().map(|link| (link.1.as_str(), link.2.as_str())).collect::<Vec<_>>(), [("a", "b"), ("b", "c"), ("c", "d")]);
    }
}
