//! The workbook that goes out, pre-filled from the current run.
//!
//! What comes in: a published run and the register. What goes out: a row per family on the list or in the register, per doubtful pair, per doubtful referral and candidate. What
//! always holds: what was decided and rests on the same data is not asked again; addresses that the run withholds are withheld here, and pairs with a hidden person; the most valuable
//! comes first.

use std::collections::{BTreeMap, BTreeSet};

use super::super::reading::{ReadingError, Table, json};
use super::super::restricted::is_hidden;
use super::facts::{CandidateRow, RunFacts, VALUES, candidate_rows};
use super::files::{OutRow, OutSheet};
use crate::model::date;
use crate::register::decisions::{Entry, Facts as _, FamilyState, PairKey, RecordName, Register, SheetKind, pair_key};
use crate::stages::link::explain_pattern;
use crate::store::RunFolder;

/// Reasons shown of a pair.
const REASONS: usize = 6;

/// What goes out.
pub(super) struct Export<'a> {
    pub(super) run: &'a RunFolder,
    pub(super) facts: &'a RunFacts,
    pub(super) register: &'a Register,
    pub(super) entries: &'a [Entry],
    /// Most pairs that go out.
    pub(super) pairs: usize,
}

/// A family as the list shows it.
struct Listed {
    pack: String,
    rank: String,
    route: String,
    why: String,
    on_list: bool,
    cells: [String; 4],
}

impl Export<'_> {
    /// The three sheets.
    pub(super) fn sheets(&self) -> Result<Vec<OutSheet>, ReadingError> {
        let families = self.listed()?;
        let values = self.values()?;
        Ok(vec![self.families(&families), self.pairs(&families, &values)?, self.referrals(&values)?])
    }

    /// Each family's first row in which it is listed; else its first row.
    fn listed(&self) -> Result<BTreeMap<String, (usize, Listed)>, ReadingError> {
        let columns = [
            "family_id",
            "criteria_pack",
            "priority_rank",
            "route",
            "route_reason",
            "listed",
            "district",
            "n_children_u18",
            "n_members",
            "priority_points",
        ];
        let mut found: BTreeMap<String, (usize, Listed)> = BTreeMap::new();
        for (place, row) in Table::open(self.run, "identification")?.select("family_id", &columns, |_| true)?.into_iter().enumerate() {
            let Ok([family, pack, rank, route, why, listed, cells @ ..]) = <[String; 10]>::try_from(row) else { continue };
            let listed = Listed { pack, rank, route, why, on_list: listed == "yes", cells };
            match found.get(&family) {
                Some((_, before)) if before.on_list || !listed.on_list => {}
                _ => {
                    found.insert(family, (place, listed));
                }
            }
        }
        Ok(found)
    }

    /// What records say, by name; only of those that are shown.
    fn values(&self) -> Result<BTreeMap<RecordName, Vec<String>>, ReadingError> {
        let columns = [&["source", "record_id"][..], &VALUES].concat();
        let rows = Table::open(self.run, "persons")?.select("record_id", &columns, |_| true)?;
        let named = rows.into_iter().filter_map(|mut row| {
            let values = row.split_off(2);
            <[String; 2]>::try_from(row).ok().map(|[source, id]| ((source, id), values))
        });
        Ok(named.collect())
    }

    fn families(&self, families: &BTreeMap<String, (usize, Listed)>) -> OutSheet {
        let mut order: Vec<(&String, Option<&(usize, Listed)>)> = families
            .iter()
            .filter(|(id, (_, listed))| listed.on_list || self.register.families.contains_key(*id))
            .map(|(id, found)| (id, Some(found)))
            .collect();
        let others = self.register.families.keys().filter(|id| self.facts.has_family(id) && !families.contains_key(*id));
        order.extend(others.map(|id| (id, None)));
        order.sort_by_key(|(id, found)| {
            (found.is_none_or(|(_, listed)| !listed.on_list), found.map_or(usize::MAX, |(place, _)| *place), *id)
        });
        let rows: Vec<OutRow> = order.into_iter().map(|(id, found)| self.family(id, found.map(|(_, listed)| listed))).collect();
        let sentence = format!(
            "{} families: those the run proposes, and those somebody has decided about. Fill in the amber columns; leave the rest as it is. An empty cell says nothing.",
            rows.len()
        );
        OutSheet { kind: SheetKind::Families, sentence, rows }
    }

    fn family(&self, id: &str, listed: Option<&Listed>) -> OutRow {
        let state = self.register.family(id);
        let mut cells = BTreeMap::from([("family", id.to_owned())]);
        if let Some(listed) = listed {
            cells.insert("rank", listed.rank.clone());
            cells.insert("route", listed.route.clone());
            cells.insert("why", format!("{}: {}", listed.pack, listed.why));
            cells.extend(["district", "children", "members", "points"].into_iter().zip(listed.cells.clone()));
        } else {
            cells.insert("why", "neither on nor near the list of this run".to_owned());
        }
        cells.insert("note", self.note(&state));
        if let Some((accepted, _)) = state.accepted {
            cells.insert("accepted", if accepted { "yes" } else { "no" }.to_owned());
        }
        if state.status.is_some() || listed.is_some_and(|listed| listed.on_list) {
            cells.insert("status", state.standing().name().to_owned());
        }
        let in_force = state.overrides.iter().find(|(_, over)| over.expires >= self.facts.reference());
        if let Some((pack, over)) = in_force {
            cells.insert("override", if over.include { "include" } else { "exclude" }.to_owned());
            cells.insert("pack", pack.clone());
            cells.insert("approver", over.approver.clone());
            cells.insert("expires", date::iso(over.expires));
        }
        OutRow { cells, seq: state.last() }
    }

    /// What stands in the register, in words: the last word, by whom, and overrides that lapsed.
    fn note(&self, state: &FamilyState) -> String {
        let mut notes = Vec::new();
        if let Some((status, day)) = state.status {
            notes.push(format!("{} since {}", status.words(), date::iso(day)));
        }
        if let Some((accepted, day)) = state.accepted {
            notes.push(format!("{} on {}", if accepted { "accepted" } else { "rejected" }, date::iso(day)));
        }
        for (pack, over) in &state.overrides {
            let what = if over.include { "include" } else { "exclude" };
            let pack = if pack.is_empty() { String::new() } else { format!(" under {pack}") };
            let ended = if over.expires < self.facts.reference() { "lapsed on" } else { "until" };
            notes.push(format!("override {what}{pack} {ended} {}", date::iso(over.expires)));
        }
        if let Some(entry) = self.entry(state.last()) {
            notes.push(format!("last decided by {} (entry {})", entry.by, entry.seq));
        }
        notes.join("; ")
    }

    fn entry(&self, seq: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    /// Pairs to be judged: those the run sends to review, and those decided on data that have changed since.
    fn pairs(
        &self,
        families: &BTreeMap<String, (usize, Listed)>,
        values: &BTreeMap<RecordName, Vec<String>>,
    ) -> Result<OutSheet, ReadingError> {
        let columns = ["left_source", "left_record_id", "right_source", "right_record_id", "probability", "pattern", "decision"];
        let model = json(self.run, "run.json")?.get("model").cloned().unwrap_or_default();
        let mut shown: BTreeMap<PairKey, (String, String)> = BTreeMap::new();
        for row in Table::open(self.run, "links")?.select("decision", &columns, |_| true)? {
            let Ok([ls, li, rs, ri, probability, pattern, decision]) = <[String; 7]>::try_from(row) else { continue };
            // Nobody can judge a pair of which nothing may be shown, and that it is doubtful says that the hidden one resembles the other.
            if is_hidden(&li) || is_hidden(&ri) {
                continue;
            }
            let key = pair_key((ls, li), (rs, ri));
            let held = self.register.pairs.get(&key);
            let ask = match held {
                Some(_) => self.has_changed(&key),
                None => decision == "review",
            };
            if ask {
                shown.insert(key, (probability, pattern));
            }
        }
        let is_shown = |key: &&PairKey| !is_hidden(&key.0.1) && !is_hidden(&key.1.1);
        for key in self.register.pairs.keys().filter(is_shown).filter(|key| self.has_changed(key)) {
            shown.entry(key.clone()).or_default();
        }
        let mut order: Vec<(u8, u64, PairKey)> = shown
            .iter()
            .map(|(key, (probability, _))| {
                let probability: f64 = probability.parse().unwrap_or(0.0);
                // The nearer to one half, the more an answer tells.
                (self.matters(key, families).0, ((probability - 0.5).abs() * 10_000.0).round() as u64, key.clone())
            })
            .collect();
        order.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, &a.2).cmp(&(b.1, &b.2))));
        let all = order.len();
        order.truncate(self.pairs);
        let rows: Vec<OutRow> = order
            .iter()
            .filter_map(|(_, _, key)| {
                let (probability, pattern) = shown.get(key)?;
                let why = if pattern.is_empty() { String::new() } else { reasons(&model, pattern) };
                Some(self.pair(key, probability, why, families, values))
            })
            .collect();
        let sentence = format!(
            "{} of {all} pairs of records that may be one person, those that matter for a family on or near the list first, then the most open ones.",
            rows.len()
        );
        Ok(OutSheet { kind: SheetKind::Pairs, sentence, rows })
    }

    /// True if a decided pair is there and what its records say is not what the decision rests on.
    fn has_changed(&self, key: &PairKey) -> bool {
        let Some(held) = self.register.pairs.get(key) else { return false };
        let changed =
            |side: &crate::register::decisions::Side| self.facts.fingerprint(&side.record).is_some_and(|now| now != side.fingerprint);
        let there = |record: &RecordName| self.facts.fingerprint(record).is_some();
        there(&key.0) && there(&key.1) && (changed(&held.decision.left) || changed(&held.decision.right))
    }

    /// How much a pair matters: 2 for a family on the list, 1 for one near it; and for which families.
    fn matters(&self, key: &PairKey, families: &BTreeMap<String, (usize, Listed)>) -> (u8, String) {
        let own: BTreeSet<String> = [&key.0, &key.1].into_iter().filter_map(|record| self.facts.family_of(record)).collect();
        let (mut most, mut words) = (0, Vec::new());
        for family in own {
            let Some((_, listed)) = families.get(&family).filter(|(_, listed)| listed.on_list || listed.route != "NOT_ELIGIBLE") else {
                continue;
            };
            most = most.max(if listed.on_list { 2 } else { 1 });
            words.push(format!("{family} {}", listed.route));
        }
        (most, words.join("; "))
    }

    fn pair(
        &self,
        key: &PairKey,
        probability: &str,
        why: String,
        families: &BTreeMap<String, (usize, Listed)>,
        values: &BTreeMap<RecordName, Vec<String>>,
    ) -> OutRow {
        let (left, right) = key;
        let mut cells = BTreeMap::from([
            ("left_source", left.0.clone()),
            ("left_record_id", left.1.clone()),
            ("right_source", right.0.clone()),
            ("right_record_id", right.1.clone()),
            ("probability", probability.to_owned()),
            ("why", why),
            ("matters_for", self.matters(key, families).1),
        ]);
        for (record, names) in [
            (left, ["left_forename", "left_surname", "left_date_of_birth", "left_sex", "left_postcode", "left_address"]),
            (right, ["right_forename", "right_surname", "right_date_of_birth", "right_sex", "right_postcode", "right_address"]),
        ] {
            for (name, field) in names.into_iter().zip(["forename", "surname", "date_of_birth", "sex", "postcode", "address_key"]) {
                cells.insert(name, value(values, record, field).to_owned());
            }
        }
        let held = self.register.pairs.get(key);
        let last = held.and_then(|held| held.entries.last().copied()).unwrap_or(0);
        if let (Some(held), Some(entry)) = (held, self.entry(last)) {
            let note =
                format!("decided {} by {} (entry {}); what the records say has changed since", held.decision.verdict, entry.by, entry.seq);
            cells.insert("note", note);
            cells.insert("decision", held.decision.verdict.clone());
        }
        OutRow { cells, seq: last }
    }

    fn referrals(&self, values: &BTreeMap<RecordName, Vec<String>>) -> Result<OutSheet, ReadingError> {
        let mut rows = Vec::new();
        let mut forms: BTreeSet<RecordName> = BTreeSet::new();
        for row in candidate_rows(self.run)?.into_iter().filter(|row| !row.family.is_empty()) {
            let decided = self.register.referrals.get(&row.form).map(|state| &state.candidates);
            let on_this_content =
                |held: &(u64, crate::register::decisions::ReferralDecision)| held.1.fingerprint == row.candidate.fingerprint;
            let held = decided.and_then(|candidates| candidates.get(&row.family));
            // A form that somebody placed, or a candidate that somebody judged, is not asked again while the form says the same.
            let placed = decided.is_some_and(|all| all.values().any(|held| held.1.verdict == "same" && on_this_content(held)));
            if placed || held.is_some_and(on_this_content) {
                continue;
            }
            forms.insert(row.form.clone());
            let seq = held.map_or(0, |(seq, _)| *seq);
            let mut cells = BTreeMap::from([
                ("source", row.form.0.clone()),
                ("referral", row.form.1.clone()),
                ("candidate", row.rank.clone()),
                ("family", row.family.clone()),
                ("points", row.weight.clone()),
                ("why", row.why.clone()),
                ("form", form_in_words(&row, values)),
                ("candidate_members", self.members_in_words(&row.family, values)),
            ]);
            if let Some((seq, held)) = held {
                cells.insert("note", format!("decided {} (entry {seq}); what the form says has changed since", held.verdict));
            }
            rows.push(OutRow { cells, seq });
        }
        let sentence = format!(
            "{} referral forms that no other feed knows, each with the likeliest families. Mark one \"same\", or all \"different\" if it is none of them.",
            forms.len()
        );
        Ok(OutSheet { kind: SheetKind::Referrals, sentence, rows })
    }

    fn members_in_words(&self, family: &str, values: &BTreeMap<RecordName, Vec<String>>) -> String {
        let members = self.facts.members(family).iter().filter_map(|person| self.facts.first_record(person));
        members.map(|record| person_in_words(values, record, "")).collect::<Vec<_>>().join("; ")
    }
}

/// A field of a record; empty if it has none.
fn value<'v>(values: &'v BTreeMap<RecordName, Vec<String>>, record: &RecordName, field: &str) -> &'v str {
    let place = VALUES.iter().position(|name| *name == field);
    values.get(record).and_then(|values| values.get(place?)).map_or("", String::as_str)
}

fn person_in_words(values: &BTreeMap<RecordName, Vec<String>>, record: &RecordName, age: &str) -> String {
    let [forename, surname, born, postcode] =
        ["forename", "surname", "date_of_birth", "postcode"].map(|field| value(values, record, field));
    let name = [forename, surname].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let born = if born.is_empty() { String::new() } else { format!("born {born}") };
    let age = if age.is_empty() { String::new() } else { format!("age {age}") };
    [name, born, age, postcode.to_owned()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn form_in_words(row: &CandidateRow, values: &BTreeMap<RecordName, Vec<String>>) -> String {
    let people = row.form_records.iter().enumerate().map(|(place, id)| {
        let slot = id.rsplit_once('#').map_or("person", |(_, slot)| slot);
        let age = row.form_ages.get(place).map_or("", String::as_str);
        format!("{slot}: {}", person_in_words(values, &(row.form.0.clone(), id.clone()), age))
    });
    let received = if row.received.is_empty() { String::new() } else { format!(" (received {})", row.received) };
    format!("{}{received}", people.collect::<Vec<_>>().join("; "))
}

/// The strongest reasons for and against a pair being one person.
fn reasons(model: &serde_json::Value, pattern: &str) -> String {
    let mut steps = explain_pattern(model, u64::from_str_radix(pattern, 16).unwrap_or(0));
    steps.retain(|step| step.weight.abs() >= 0.05);
    steps.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()).then_with(|| a.field.cmp(&b.field)));
    steps.truncate(REASONS);
    steps.iter().map(|step| format!("{}: {} {:+.1}", step.field, step.level, step.weight)).collect::<Vec<_>>().join("; ")
}
