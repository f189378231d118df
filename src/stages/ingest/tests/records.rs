//! Persons, relations and events of rows.

use proptest::prelude::*;

use super::{HEADER, VISITS, assert_sound, iso, people, run, run_rows};
use crate::model::{EventRole, Field, RelationKind};

#[test]
fn one_person_key_with_one_content_is_one_record_and_events_point_to_it() {
    let ingested = run_rows(&[
        "1,P1,Smith,Ann,01/02/1999,SUS,03/01/2013,1,Jo Smith",
        "2,P1,Smith,Ann,01/02/1999,VIC,04/01/2013,2,Jo Smith",
        "3,P1,Jones,Ann,01/02/1999,OFF,05/01/2013,3,",
        "4,,Brown,Bob,05/05/1970,NONE,05/01/2013,3,",
    ])
    .unwrap();
    assert_sound(&ingested);
    let expected =
        [("1#mother", "Jo Smith", ""), ("4#person", "Brown", "1970-05-05"), ("P1", "Jones", "1999-02-01"), ("P1~2", "Smith", "1999-02-01")];
    assert_eq!(people(&ingested), expected.map(|(id, name, born)| (id.to_owned(), name.to_owned(), born.to_owned())));
    let events = &ingested.events;
    assert_eq!(events.record, [3, 3, 2], "a code of - is no event");
    assert_eq!(events.role, [EventRole::Suspect, EventRole::Victim, EventRole::Offender]);
    assert_eq!((events.quantity.as_slice(), iso(events.from[1])), ([1, 2, 3].as_slice(), "2013-01-04".to_owned()));
    assert_eq!(ingested.relations.len(), 1, "the same relation on two rows is one");
    let relation = ingested.relations[0];
    assert_eq!((relation.from, relation.to, relation.kind, relation.lives_together), (0, 3, RelationKind::ParentOf, true));
}

#[test]
fn without_a_person_key_equal_solid_content_is_one_record_and_thin_content_is_not() {
    let keyless = VISITS.replace("slot = \"person\"\nkey = [\"Person ID\"]", "slot = \"person\"");
    let text = format!(
        "{HEADER}\n3,x,Smith,Ann,01/02/1999,SUS,03/01/2013,1,\n1,y,Smith,Ann,01/02/1999,SUS,04/01/2013,1,\n2,z,Smith,Ann,,SUS,03/01/2013,1,\n4,w,Smith,Ann,,SUS,03/01/2013,1,\n"
    );
    let ingested = run(&keyless, "2013-01", &[("2013-01/visits.csv", text.as_bytes())]).unwrap();
    let ids: Vec<String> = people(&ingested).into_iter().map(|(id, _, _)| id).collect();
    assert_eq!(ids, ["1#person", "2#person", "4#person"]);
    assert_eq!(ingested.events.record, [0, 0, 1, 2]);
    let keyless_rows = keyless.replace("[row]\nkey = [\"Ref\"]", "");
    let hashed = run(&keyless_rows, "2013-01", &[("2013-01/visits.csv", text.as_bytes())]).unwrap();
    for id in hashed.persons.record_id.iter() {
        let (hash, slot) = id.split_once('#').unwrap();
        assert!(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && slot == "person", "{id}");
    }
}

#[test]
fn the_registration_of_a_pupil_is_read_where_the_row_says_it_and_a_row_that_does_not_stays_an_absence() {
    let schema = VISITS
        .replace("SUS = \"suspect\", OFF = \"offender\", VIC = \"victim\", NONE = \"-\"", "M = \"main\", S = \"subsidiary\", C = \"-\"")
        .replace("kind = \"offence\"", "kind = \"school_absence\"\nregistration = \"Role\"")
        .replace("role = { column = \"Role\" }\n", "")
        .replace("code = \"charged\"", "code = \"absence\"");
    let rows = ["M", "S", "C", "", "Z"].map(|mark| format!("{mark}1,P{mark},Smith,Ann,01/02/1999,{mark},03/01/2013,1,\n")).concat();
    let ingested = run(&schema, "2013-01", &[("2013-01/visits.csv", format!("{HEADER}\n{rows}").as_bytes())]).unwrap();
    assert_sound(&ingested);
    let events = &ingested.events;
    let mut codes: Vec<(u32, &str)> = (0..events.len()).map(|row| (events.line[row], events.code.get(row).unwrap())).collect();
    codes.sort_unstable();
    assert_eq!(codes, [(2, "main"), (3, "subsidiary"), (4, "absence"), (5, "absence"), (6, "absence")]);
}

#[test]
fn separators_inside_keys_cannot_make_two_keys_one() {
    let schema = VISITS.replace("key = [\"Person ID\"]", "key = [\"Person ID\", \"Ref\"]");
    let text = format!("{HEADER}\nc,a/b,A,Ann,,SUS,03/01/2013,1,\nb/c,a,B,Bob,,SUS,03/01/2013,1,\nx~2#,y,C,Cat,,SUS,03/01/2013,1,\n");
    let ingested = run(&schema, "2013-01", &[("2013-01/visits.csv", text.as_bytes())]).unwrap();
    let ids: Vec<String> = people(&ingested).into_iter().map(|(id, _, _)| id).collect();
    assert_eq!(ids, ["a/b~sc", "a~sb/c", "y/x~t2~h"]);
}

#[test]
fn an_event_nobody_can_place_is_left_out_and_noted() {
    let ingested = run_rows(&[
        "1,P1,Smith,Ann,01/02/1999,,03/01/2013,1,",
        "2,P2,Smith,Bob,01/02/1999,SUS,,1,",
        "3,,,,,SUS,03/01/2013,1,Jo Smith",
        "4,P4,Smith,Dan,01/02/1999,SUS,03/01/2013,1,",
    ])
    .unwrap();
    assert_eq!(ingested.events.len(), 1);
    let noted: Vec<_> = ingested.rejects.iter().map(|reject| (reject.line, reject.code)).collect();
    assert_eq!(noted, [(2, "event-without-role"), (3, "event-without-date"), (4, "event-without-person")]);
    assert!(ingested.rejects.iter().all(|reject| !reject.row_set_aside));
}

#[test]
fn a_flag_column_gives_one_event_each_and_a_place_needs_nobody() {
    let flags = VISITS.replace(
        "person = \"person\"\nrole = { column = \"Role\" }\ncode = \"charged\"",
        "flags = { \"Mother\" = \"charged\", \"Person ID\" = \"caution\" }",
    );
    let text = format!(
        "{HEADER}\n1,Y,Smith,Ann,01/02/1999,SUS,03/01/2013,1,x\n2,N,Smith,Ann,01/02/1999,SUS,03/01/2013,1,\n3,maybe,Smith,Ann,01/02/1999,SUS,03/01/2013,1,1\n"
    );
    let ingested = run(&flags.replace("key = [\"Person ID\"]\n", ""), "2013-01", &[("2013-01/visits.csv", text.as_bytes())]).unwrap();
    let codes: Vec<_> = (0..ingested.events.len()).map(|row| ingested.events.code.get(row).unwrap()).collect();
    assert_eq!(codes, ["charged", "caution", "charged"]);
    assert!(ingested.events.record.iter().all(|&record| record == u32::MAX));
    assert_eq!(ingested.rejects.iter().map(|reject| reject.code).collect::<Vec<_>>(), ["not-a-flag"]);
}

/// Rows with few distinct values, so that keys repeat with and without the same content.
fn rows() -> impl Strategy<Value = Vec<String>> {
    let cell = |values: &'static [&'static str]| proptest::sample::select(values);
    let row = (
        cell(&["1", "2", "3", "4", ""]),
        cell(&["P1", "P2", ""]),
        cell(&["Smith", "Jones", ""]),
        cell(&["Ann", "Bob", "\"O\"\"Neil, A\""]),
        cell(&["01/02/1999", "x", ""]),
        cell(&["SUS", "VIC", "ZZ"]),
        cell(&["03/01/2013", "", "bad"]),
        cell(&["1", "2", "-1"]),
        cell(&["Jo", "", "Total"]),
    );
    let text = row.prop_map(|(a, b, c, d, e, f, g, h, i)| [a, b, c, d, e, f, g, h, i].join(","));
    proptest::collection::vec(prop_oneof![9 => text, 1 => Just("Total,,,".to_owned()), 1 => Just("1,2,3,4".to_owned())], 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_balances_and_the_order_of_rows_changes_nothing(mut rows in rows(), seed in any::<u64>()) {
        let lenient = VISITS.to_owned();
        let read = |rows: &[String]| {
            let text = format!("{HEADER}\n{}\n", rows.join("\n"));
            let folder = super::folder(&[("2013-01/visits.csv", text.as_bytes())]);
            let mut pipeline = super::pipeline(vec![super::schema(&lenient)]);
            pipeline.gates.reject_rate = 1.0;
            let month: crate::model::Month = "2013-01".parse().unwrap();
            super::ingest(&pipeline, folder.path(), month, month.last_day(), &crate::model::Silent)
        };
        let before = read(&rows);
        let mut state = seed;
        for index in (1..rows.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            rows.swap(index, (state >> 33) as usize % (index + 1));
        }
        let after = read(&rows);
        match (before, after) {
            (Ok(before), Ok(after)) => {
                assert_sound(&before);
                assert_sound(&after);
                prop_assert_eq!(people(&before), people(&after));
                for field in Field::ALL {
                    let texts = |ingested: &super::Ingested| (0..ingested.persons.len()).map(|row| ingested.persons.column(*field).get(row).map(str::to_owned)).collect::<Vec<_>>();
                    prop_assert_eq!(texts(&before), texts(&after));
                }
                prop_assert_eq!(&before.persons.slot, &after.persons.slot);
                let events = |ingested: &super::Ingested| {
                    let events = &ingested.events;
                    let mut all: Vec<_> = (0..events.len()).map(|row| (events.record[row], events.role[row], events.from[row], events.quantity[row], events.reference.get(row).map(str::to_owned))).collect();
                    all.sort();
                    all
                };
                prop_assert_eq!(events(&before), events(&after));
                let relations = |ingested: &super::Ingested| ingested.relations.iter().map(|relation| (relation.from, relation.to, relation.kind)).collect::<Vec<_>>();
                prop_assert_eq!(relations(&before), relations(&after));
            }
            (Err(before), Err(after)) => prop_assert_eq!(super::codes(&before), super::codes(&after)),
            (before, after) => prop_assert!(false, "{:?} against {:?}", before.err(), after.err()),
        }
    }
}
