//! Why a family is on the list, or not.

use super::super::reading::Table;
use super::{ExplainError, Explanation, ExplanationTable};
use crate::store::RunFolder;

/// Explains a family of a published run.
///
/// # Errors
/// If the run cannot be read or has no such family.
pub fn explain_family(run: &RunFolder, family_id: &str) -> Result<Explanation, ExplainError> {
    let is_it = |id: &str| id == family_id;
    let family = Table::open(run, "families")?.select("family_id", &["confidence", "restricted"], is_it)?;
    let Some([confidence, restricted]) = family.first().and_then(|row| <&[String; 2]>::try_from(row.as_slice()).ok()) else {
        return Err(ExplainError::NotFound { what: "family" });
    };
    let entries = Table::open(run, "identification")?.select(
        "family_id",
        &[
            "criteria_pack",
            "route",
            "route_reason",
            "priority_rank",
            "priority_points",
            "priority_arithmetic",
            "near_miss_reason",
            "need_level",
            "need_reason",
            "status",
            "accepted",
        ],
        is_it,
    )?;
    let members =
        Table::open(run, "members")?.select("family_id", &["person_id", "role", "age", "resident", "primary", "confidence"], is_it)?;
    let criteria = Table::open(run, "criteria")?.select("family_id", &["pack", "criterion", "value", "reason"], is_it)?;
    let evidence = Table::open(run, "evidence")?.select(
        "family_id",
        &["pack", "criterion", "rule", "person_id", "source", "file", "line", "event_from", "value", "window_from", "window_to"],
        is_it,
    )?;
    let joined = Table::open(run, "membership_evidence")?.select(
        "family_id",
        &["person_id", "other_person_id", "tier", "source", "record_id", "other_source", "other_record_id"],
        is_it,
    )?;
    let watched = Table::open(run, "watch_list")?.select(
        "family_id",
        &["pack", "criterion", "rule", "there", "missing", "moving", "counts_from", "ages_out", "route_then"],
        is_it,
    )?;

    let mut sentences =
        vec![format!("The family has {} members; the evidence that joins them is of {confidence} confidence.", members.len())];
    if restricted == "yes" {
        sentences.push("The family is restricted: address withheld.".to_owned());
    }
    if entries.is_empty() {
        sentences.push("It has no entry on or near the list: no child, and no criterion shown.".to_owned());
    }
    for entry in &entries {
        if let [pack, route, reason, rank, points, arithmetic, near_miss, need, why, ..] = entry.as_slice() {
            sentences.push(format!("Under {pack} its route is {route}: {reason}."));
            if rank != "0" && !rank.is_empty() {
                sentences.push(format!("  Priority {rank} with {points} points: {arithmetic}."));
            }
            if !near_miss.is_empty() {
                sentences.push(format!("  What is missing: {near_miss}."));
            }
            if !need.is_empty() {
                sentences.push(format!("  Level of need: {need}. {why}."));
            }
        }
    }
    if let Some([.., status, accepted]) = entries.first().map(Vec::as_slice).filter(|entry| entry.len() > 2) {
        let accepted = match accepted.as_str() {
            "yes" => "accepted for the list",
            "no" => "rejected for the list",
            _ => "neither accepted for the list nor rejected",
        };
        let status = if status.is_empty() { "none" } else { status };
        sentences.push(format!("Status in the cohort: {}; {accepted}.", status.replace('_', " ")));
    }
    Ok(Explanation {
        title: format!("Family {family_id}"),
        sentences,
        tables: vec![
            ExplanationTable::new("Members", &["person", "role", "age", "resident", "primary", "confidence"], members),
            ExplanationTable::new("Criteria", &["pack", "criterion", "value", "why"], criteria),
            ExplanationTable::new(
                "Evidence (one line per source row)",
                &["pack", "criterion", "rule", "person", "source", "file", "line", "date", "value", "window from", "to"],
                evidence,
            ),
            ExplanationTable::new(
                "Watch list (one step from the criteria)",
                &["pack", "criterion", "rule", "there", "missing", "moving", "counts from", "ages out", "route then"],
                watched,
            ),
            ExplanationTable::new(
                "What joins the members",
                &["person", "to", "evidence", "source", "record", "other source", "other record"],
                joined,
            ),
        ],
    })
}
