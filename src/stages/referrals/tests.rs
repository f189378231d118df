//! Forms against hand-made people.

use std::sync::Arc;

use super::{Given, referrals};
use crate::model::{
    Cadence, Confidence, Coverage, Day, Delivery, DeliveryKind, EventKind, EventRole, Events, Families, Family, FeedState, Linked, Member,
    MemberRole, Month, NO_DAY, PersonRole, RecordPosition, ReferralForm, Restrictions, Silent, Source, StandardField, StandardPersons,
    TextColumn, date,
};

fn day(text: &str) -> Day {
    if text.is_empty() { NO_DAY } else { date::from_iso(text).unwrap() }
}

/// (family, forename, surname, date of birth, postcode, town, telephone): a person of the data.
type Known = (u32, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);
/// (form, slot, forename, surname, age, postcode, town, telephone): a person of a form.
type Written = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

struct Scene {
    persons: StandardPersons,
    ages: TextColumn,
    linked: Linked,
    families: Families,
    events: Events,
    deliveries: Vec<Delivery>,
    sources: Vec<Source>,
    restrictions: Restrictions,
}

impl Scene {
    #[expect(clippy::too_many_lines, reason = "one scene, column by column")]
    fn new(known: &[Known], written: &[Written]) -> Self {
        let mut scene = Self {
            persons: StandardPersons::default(),
            ages: TextColumn::default(),
            linked: Linked::default(),
            families: Families::default(),
            events: Events::default(),
            deliveries: Vec::new(),
            sources: Vec::new(),
            restrictions: Restrictions::default(),
        };
        for (index, name) in ["school_attendance", "professional_referrals"].into_iter().enumerate() {
            scene.sources.push(Source {
                name: name.to_owned(),
                agency: name.to_owned(),
                cadence: Cadence::Monthly,
                delivery: DeliveryKind::Snapshot,
                coverage: Coverage::Events,
                valid_days: 62,
                carries: Vec::new(),
                codes: Vec::new(),
                one_per_person: false,
                state: FeedState::Fresh,
                as_at: day("2012-10-31"),
                age_days: 0,
            });
            scene.deliveries.push(Delivery {
                source: index as u16,
                file: format!("2012-10/{name}.csv"),
                sha256: String::new(),
                bytes: 0,
                month: Month::new(2012, 10).unwrap(),
                as_at: day("2012-10-31"),
                rows_read: 0,
                rows_used: 0,
                rows_set_aside: 0,
            });
        }
        let mut columns: Vec<Vec<Option<&str>>> = vec![Vec::new(); StandardField::ALL.len()];
        let mut ages = Vec::new();
        let mut add =
            |scene: &mut Scene, source: u16, line: u32, id: String, role: PersonRole, values: [(StandardField, &'static str); 5]| {
                scene.persons.position.push(RecordPosition { source, delivery: u32::from(source), line });
                scene.persons.role.push(role);
                scene.persons.slot.push(0);
                Arc::make_mut(&mut scene.persons.record_id).push(&id);
                scene.persons.is_test.push(false);
                for (field, column) in StandardField::ALL.iter().zip(&mut columns) {
                    column.push(values.iter().find(|(known, _)| known == field).map(|(_, text)| *text).filter(|text| !text.is_empty()));
                }
                let person = scene.linked.person_ids.len() as u32;
                scene.linked.person_of_record.push(person);
                scene.linked.person_ids.push(format!("P{person:012}"));
                person
            };
        let fields = |forename, surname, postcode, town, telephone| {
            [
                (StandardField::Forename, forename),
                (StandardField::Surname, surname),
                (StandardField::Postcode, postcode),
                (StandardField::Town, town),
                (StandardField::Telephone, telephone),
            ]
        };
        let mut member_of = Vec::new();
        for &(family, forename, surname, born, postcode, town, telephone) in known {
            let id = format!("U{}", scene.persons.len());
            let person = add(&mut scene, 0, 2, id, PersonRole::Person, fields(forename, surname, postcode, town, telephone));
            scene.persons.born.push(day(born));
            scene.families.born.push(day(born));
            ages.push(None);
            member_of.push((family, person));
        }
        let mut forms: Vec<&str> = Vec::new();
        let first_form = member_of.iter().map(|(family, _)| family + 1).max().unwrap_or(0);
        for &(form, slot, forename, surname, age, postcode, town, telephone) in written {
            if !forms.contains(&form) {
                forms.push(form);
            }
            let line = forms.len() as u32 + 1;
            let role = if slot == "parent" { PersonRole::Parent } else { PersonRole::Child };
            let person = add(&mut scene, 1, line, format!("{form}#{slot}"), role, fields(forename, surname, postcode, town, telephone));
            scene.persons.born.push(NO_DAY);
            scene.families.born.push(NO_DAY);
            ages.push((!age.is_empty()).then_some(age));
            member_of.push((first_form + line - 2, person));
        }
        scene.persons.columns = columns.into_iter().map(TextColumn::collect).collect();
        scene.ages = TextColumn::collect(ages);
        for family in 0..=member_of.iter().map(|(family, _)| *family).max().unwrap_or(0) {
            let nothing = String::new;
            let confidence = Confidence::High;
            let id = format!("F{family:012}");
            scene.families.families.push(Family {
                id,
                confidence,
                postcode: nothing(),
                uprn: nothing(),
                address_key: nothing(),
                restricted: false,
            });
        }
        for (family, person) in member_of {
            let (role, confidence) = (MemberRole::Child, Confidence::High);
            scene.families.members.push(Member { family, person, role, resident: true, primary: true, since: NO_DAY, confidence });
        }
        scene.families.members.sort_by_key(|member| (member.family, member.person));
        let child1: Vec<u32> = (0..scene.persons.len() as u32)
            .filter(|&record| scene.persons.record_id.get(record as usize).unwrap().ends_with("#child1"))
            .collect();
        let absent = vec![-1; child1.len()];
        scene.events = Events {
            kind: child1.iter().map(|_| EventKind::Referral).collect(),
            role: child1.iter().map(|_| EventRole::Subject).collect(),
            code: TextColumn::collect(child1.iter().map(|_| Some("education"))),
            from: child1.iter().map(|_| day("2012-10-01")).collect(),
            to: child1.iter().map(|_| NO_DAY).collect(),
            quantity: absent.clone(),
            excused: absent.clone(),
            out_of: absent,
            reference: TextColumn::absent(child1.len()),
            delivery: child1.iter().map(|_| 1).collect(),
            line: child1.iter().map(|_| 2).collect(),
            record: child1,
        };
        scene
    }

    fn forms(&self) -> Vec<ReferralForm> {
        let given = Given {
            persons: &self.persons,
            ages: &self.ages,
            linked: &self.linked,
            families: &self.families,
            events: &self.events,
            deliveries: &self.deliveries,
            sources: &self.sources,
            restrictions: &self.restrictions,
        };
        referrals(&given, &Silent)
    }
}

/// A county around the few people a test is about: 200 children, 17 surnames.
fn others() -> Vec<Known> {
    let forenames = ["JACK", "EMILY", "OLIVER", "GRACE", "HARRY", "CHLOE", "THOMAS", "SOPHIE", "DANIEL", "MEGAN"];
    let surnames = ["BROWN", "JONES", "TAYLOR", "GREEN", "WALKER", "COOPER", "WARD", "HILL", "BAKER", "SAUNDERS", "PRICE", "LEWIS", "OWEN"];
    let born = ["2001-03-04", "2004-07-09", "1999-11-30", "2008-02-14", "1975-05-05", "1980-12-12", "2010-06-21"];
    let places = [("LN1 1AA", "LINCOLN"), ("PE25 1AA", "SKEGNESS"), ("NG31 6AA", "GRANTHAM"), ("PE21 6AA", "BOSTON")];
    let one = |index: usize| {
        let (postcode, town) = places[index % 4];
        (10 + index as u32 / 3, forenames[index % 10], surnames[index / 3 % 13], born[index % 7], postcode, town, "")
    };
    (0..200).map(one).collect()
}

/// domain.md §7 F21.
#[test]
fn alfie_s_about_8_of_skegness_goes_to_review_with_his_three_likeliest_families() {
    let mut known = vec![
        (0, "ALFIE", "SMITH", "2004-05-06", "PE25 3AB", "SKEGNESS", ""),
        (1, "ALFIE", "STONE", "2003-01-15", "LN2 5QQ", "LINCOLN", ""),
        (2, "ALFRED", "SHARP", "2004-02-02", "PE25 2CD", "SKEGNESS", ""),
        (3, "ALFIE", "SWIFT", "1971-02-02", "PE25 2EE", "SKEGNESS", ""),
        (4, "ALFIE", "WATSON", "2004-09-09", "NG31 8ZZ", "GRANTHAM", ""),
    ];
    known.extend(others());
    let scene = Scene::new(&known, &[("R1", "child1", "ALFIE", "S", "~8", "", "SKEGNESS", "")]);
    let forms = scene.forms();
    assert_eq!(forms.len(), 1);
    let form = &forms[0];
    assert_eq!((form.key.as_str(), form.ages.as_slice()), ("R1", &["~8".to_owned()][..]));
    let families: Vec<u32> = form.candidates.iter().map(|candidate| candidate.family).collect();
    assert_eq!(families, [0, 2, 1], "{:?}", form.candidates);
    let first = &form.candidates[0];
    for word in ["same forename", "surname begins alike", "age as stated", "same town"] {
        assert!(first.why.contains(word), "{word} is not in: {}", first.why);
    }
    assert!(form.candidates[1].why.contains("forename by nickname"), "{}", form.candidates[1].why);
    assert!(form.candidates[2].why.contains("age nearly as stated") && form.candidates[2].why.contains("another place"));
    assert_eq!(first.matched.len(), 1);
    let stated: f64 = first.why.split(['+', ' ', ',', ';', ':']).filter_map(|word| word.parse::<f64>().ok()).sum();
    assert!((stated - first.weight).abs() < 0.3, "the weight {} is not the sum of: {}", first.weight, first.why);
}

#[test]
fn the_people_of_a_form_are_weighed_together_and_no_member_twice() {
    let mut known = vec![
        // The right family: mother and both children, under the mother's name.
        (0, "KELLY", "SMITH", "1980-01-01", "PE25 3AB", "SKEGNESS", "01754111222"),
        (0, "ALFIE", "SMITH", "2004-05-06", "PE25 3AB", "SKEGNESS", ""),
        (0, "ELLA", "SMITH", "2007-05-06", "PE25 3AB", "SKEGNESS", ""),
        // Another Alfie Smith of that age, alone.
        (1, "ALFIE", "SMITH", "2004-06-06", "PE25 3AX", "SKEGNESS", ""),
    ];
    known.extend(others());
    let form: &[Written] = &[
        ("R1", "parent", "KEL", "SMITH", "", "", "SKEGNESS", "01754111222"),
        ("R1", "child1", "ALFIE", "", "about 8", "", "SKEGNESS", ""),
        ("R1", "child2", "ELLIE", "", "5 yrs", "", "SKEGNESS", ""),
    ];
    let forms = Scene::new(&known, form).forms();
    let candidates = &forms[0].candidates;
    assert_eq!(candidates[0].family, 0);
    assert!(candidates[0].weight > candidates[1].weight + 8.0, "{candidates:?}");
    assert!(candidates[0].matched.len() >= 2);
    let mut members: Vec<u32> = candidates[0].matched.iter().map(|(_, member)| *member).collect();
    members.sort_unstable();
    members.dedup();
    assert_eq!(members.len(), candidates[0].matched.len(), "a member stands for two people of the form");
}

#[test]
fn a_form_whose_people_another_feed_knows_needs_no_review_and_one_nobody_resembles_has_no_candidates() {
    let form: &[Written] =
        &[("R1", "child1", "ALFIE", "SMITH", "8", "", "SKEGNESS", ""), ("R2", "child1", "ZEBEDEE", "QUILL", "8", "", "", "")];
    let mut scene = Scene::new(&[(0, "ALFIE", "SMITH", "2004-05-06", "PE25 3AB", "SKEGNESS", "")], form);
    assert_eq!(scene.forms().len(), 2);
    // Linkage found that both Alfies are one.
    scene.linked.person_of_record[1] = 0;
    let forms = scene.forms();
    let keys: Vec<(&str, usize)> = forms.iter().map(|form| (form.key.as_str(), form.candidates.len())).collect();
    assert_eq!(keys, [("R2", 0)]);
    // A form that ticks nothing refers nobody.
    scene.events.kind[1] = EventKind::Health;
    assert!(scene.forms().is_empty());
}

#[test]
fn the_order_of_rows_changes_no_candidate() {
    let form: &[Written] = &[("R1", "child1", "ALFIE", "S", "~8", "", "SKEGNESS", "")];
    let mut known = vec![
        (0, "ALFIE", "SMITH", "2004-05-06", "PE25 3AB", "SKEGNESS", ""),
        (1, "ALFIE", "STONE", "2004-01-15", "LN2 5QQ", "LINCOLN", ""),
    ];
    known.extend(others());
    let told = |known: &[Known]| {
        let forms = Scene::new(known, form).forms();
        forms[0].candidates.iter().map(|candidate| (candidate.family, candidate.why.clone())).collect::<Vec<_>>()
    };
    let before = told(&known);
    known.reverse();
    assert_eq!(before, told(&known));
}

/// Hides the people of some records.
fn hide(scene: &mut Scene, ids: &[&str]) {
    let rows = (0..scene.persons.len() as u32).filter(|&row| ids.contains(&scene.persons.record_id.get(row as usize).unwrap()));
    scene.restrictions.hidden = rows.collect();
    assert_eq!(scene.restrictions.hidden.len(), ids.len());
    scene.restrictions.over(&scene.linked, &scene.persons, &std::collections::BTreeSet::new());
}

fn smiths() -> Vec<Known> {
    let mut known = vec![
        (0, "KELLY", "SMITH", "1980-01-01", "PE25 3AB", "SKEGNESS", "01754111222"),
        (0, "ALFIE", "SMITH", "2004-05-06", "PE25 3AB", "SKEGNESS", ""),
        (0, "ELLA", "SMITH", "2007-05-06", "PE25 3AB", "SKEGNESS", ""),
        (1, "ALFIE", "SMITH", "2004-06-06", "PE25 3AX", "SKEGNESS", ""),
    ];
    known.extend(others());
    known
}

#[test]
fn whoever_is_hidden_on_a_form_or_in_a_family_is_not_weighed() {
    let parent: Written = ("R1", "child1", "KELLY", "SMITH", "", "", "SKEGNESS", "01754111222");
    let child: Written = ("R1", "child2", "ALFIE", "SMITH", "about 8", "", "SKEGNESS", "");
    let without = Scene::new(&smiths(), &[parent]).forms();
    let mut scene = Scene::new(&smiths(), &[parent, child]);
    let open = scene.forms();
    assert!(open[0].candidates[0].why.contains("child2: same forename"), "{:?}", open[0].candidates);
    assert!(open[0].candidates.iter().any(|candidate| candidate.family == 1), "{:?}", open[0].candidates);

    hide(&mut scene, &["R1#child2"]);
    let hidden = scene.forms();
    assert_eq!(hidden[0].candidates, without[0].candidates, "the hidden child adds neither words nor bits, pairs nor families");
    assert_eq!(hidden[0].records.len(), 2);
    assert_ne!(hidden[0].fingerprint, open[0].fingerprint);

    // A form with nobody else says nothing of anybody.
    hide(&mut scene, &["R1#child1", "R1#child2"]);
    let forms = scene.forms();
    assert_eq!((forms.len(), forms[0].candidates.len()), (1, 0));

    // A hidden member of a family that is a candidate.
    hide(&mut scene, &["U1"]);
    let candidates = scene.forms().remove(0).candidates;
    assert!(candidates.iter().all(|candidate| candidate.matched.iter().all(|&(_, member)| member != 1)), "{candidates:?}");
    let own = candidates.iter().find(|candidate| candidate.family == 0).unwrap();
    assert!(own.weight < open[0].candidates[0].weight && !own.why.contains("child2: same forename"), "{own:?}");
}

#[test]
fn that_a_place_is_the_same_is_not_said_where_an_address_is_withheld_and_two_who_are_kept_apart_are_not_named_together() {
    let form: &[Written] = &[("R1", "child1", "ALFIE", "SMITH", "8", "PE25 3AB", "SKEGNESS", "")];
    let mut scene = Scene::new(&smiths(), form);
    let why = |scene: &Scene| scene.forms()[0].candidates.iter().map(|one| (one.family, one.why.clone())).collect::<Vec<_>>();
    assert!(why(&scene)[0].1.contains("same postcode"), "{:?}", why(&scene));
    scene.families.families[0].restricted = true;
    let open = why(&scene).into_iter().find(|(family, _)| *family == 0).unwrap().1;
    assert!(open.contains("same forename") && !open.contains("place") && !open.contains("postcode") && !open.contains("town"), "{open}");
    // The child of the form is the new identity of Alfie Smith of the first family.
    let child = (0..scene.persons.len() as u32).find(|&row| scene.persons.record_id.get(row as usize) == Some("R1#child1")).unwrap();
    scene.restrictions.apart = vec![(2, 1, child)];
    scene.restrictions.over(&scene.linked, &scene.persons, &std::collections::BTreeSet::new());
    assert!(why(&scene).iter().all(|(family, _)| *family != 0), "{:?}", why(&scene));
}
