//! What last showed the criteria of the families on the list: for a family is not dropped because a feed is missing.
//!
//! What comes in: the last final run, and who of its people and families are whom now. What goes out: the rows that showed a criterion of a listed family in
//! that run, or that its list went on counting. What always holds: a row stays with the family only while its person does, or while nobody has seen the
//! person; a family that was not on the list gets none.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::before::LastTables;
use super::reading::ReadingError;
use crate::model::{Families, IdKind, IdRecord, LastShown, Linked};
use crate::register::decisions::present_id;
use crate::register::successor;

/// Who of the last final run is whom now: every person id and every family id ever given, sorted by id.
pub(super) struct Ids<'a> {
    pub(super) persons: &'a [IdRecord],
    pub(super) families: &'a [IdRecord],
}

/// The rows, sorted by (family, pack, criterion, rule, person, row).
///
/// # Errors
/// If a table of the run cannot be read.
pub(super) fn last_shown(
    last: &LastTables<'_>,
    linked: &Linked,
    families: &Families,
    ids: &Ids<'_>,
) -> Result<Vec<LastShown>, ReadingError> {
    let table = &last.identification;
    let (packs, names, listed) = (table.texts("criteria_pack")?, table.texts("family_id")?, table.booleans("listed")?);
    let on_list: BTreeSet<(&str, &str)> =
        packs.iter().zip(&names).zip(&listed).filter(|(_, listed)| **listed).map(|((pack, family), _)| (*pack, *family)).collect();
    let wanted: BTreeSet<&str> = on_list.iter().map(|(_, family)| *family).collect();
    let persons: BTreeMap<&str, u32> = linked.person_ids.iter().map(String::as_str).zip(0..).collect();
    let mut shown = Vec::new();
    for ((pack, family_id), rows) in last.evidence(&wanted)? {
        if !on_list.contains(&(pack.as_str(), family_id.as_str())) {
            continue;
        }
        let family_id = present_id(&family_id, &|id| successor(ids.families, IdKind::Family, id));
        let Ok(family) = families.families.binary_search_by(|family| family.id.cmp(&family_id)) else { continue };
        let family = family as u32;
        for row in rows {
            let person_id = present_id(&row.person_id, &|id| successor(ids.persons, IdKind::Person, id));
            let person = persons.get(person_id.as_str());
            let gone = person.is_some_and(|person| families.members_of(family).iter().all(|member| member.person != *person));
            let Some(month) = row.month.or(last.month()).filter(|_| !gone) else { continue };
            shown.push(LastShown {
                family,
                pack: pack.clone(),
                criterion: row.criterion,
                rule: row.rule,
                person_id,
                kind: row.kind,
                role: row.role,
                code: row.code,
                from: row.from,
                to: row.to,
                behind: row.behind,
                month,
            });
        }
    }
    let key = |row: &LastShown| {
        (
            row.family,
            row.pack.clone(),
            row.criterion.clone(),
            row.rule.clone(),
            row.person_id.clone(),
            row.behind.clone(),
            row.from,
            row.code.clone(),
        )
    };
    shown.sort_by_cached_key(key);
    Ok(shown)
}
