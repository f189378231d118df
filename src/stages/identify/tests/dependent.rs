//! Whose family a programme is for: dependent children to the day, and what a pack takes in their place.

use super::*;

/// A family of a mother and one child born on a day (none: said to be a child), under phase 2 with two problems true and `d1` as given; its route.
fn route(born: Option<&str>, role: MemberRole, young_person: Ternary) -> (Route, String) {
    let mut scene = Scene::new(1);
    scene.packs = vec![Pack::parse("p2-2015.toml", include_str!("../../../../pipelines/criteria/p2-2015.toml")).unwrap()];
    scene.families.born[0] = born.map_or(NO_DAY, day);
    scene.families.members.iter_mut().filter(|member| member.person == 0).for_each(|member| member.role = role);
    scene.flags.flags.clear();
    for (criterion, value) in [("d1", young_person), ("h1", T), ("h2", F), ("h3", F), ("h4", T), ("h5", F), ("h6", F)] {
        let (pack, criterion, reason) = ("p2-2015".to_owned(), criterion.to_owned(), String::new());
        scene.flags.flags.push(Flag { family: 0, pack, criterion, value, reason, needs: NeedCount::default() });
    }
    scene.list().entries.first().map_or((Route::NotEligible, String::new()), |entry| (entry.route, entry.route_reason.clone()))
}

#[test]
fn a_child_is_dependent_to_the_day_before_the_sixteenth_birthday() {
    assert_eq!(route(Some("1996-11-01"), MemberRole::Child, F).0, Route::Auto, "fifteen, for one more day");
    let (sixteen, reason) = route(Some("1996-10-31"), MemberRole::Child, F);
    assert_eq!((sixteen, reason.as_str()), (Route::NotEligible, "no child under 16 (or d1 true) lives in the family"));
    assert_eq!(route(Some("2013-02-01"), MemberRole::Child, F).0, Route::NotEligible, "expected");
}

#[test]
fn from_sixteen_on_the_pack_asks_what_a_young_person_does() {
    for (born, role) in [("1996-10-31", MemberRole::Child), ("1994-05-05", MemberRole::AdultChild)] {
        assert_eq!(route(Some(born), role, T).0, Route::Auto);
        assert_eq!(route(Some(born), role, U).0, Route::Pending, "not known: the family waits");
        assert_eq!(route(Some(born), role, F).0, Route::NotEligible);
    }
    assert_eq!(
        route(None, MemberRole::Child, F).0,
        Route::Pending,
        "of a child without a date of birth nobody knows whether under sixteen"
    );
}

/// The only child of a family, not born yet, under a shipped pack with as much true as it asks for; its route, and what it would be once born.
fn expecting(pack: &str, text: &str, shown: &[&str]) -> [Route; 2] {
    [true, false].map(|unborn| {
        let mut scene = Scene::new(1);
        scene.packs = vec![Pack::parse(&format!("{pack}.toml"), text).unwrap()];
        scene.families.born[0] = if unborn { NO_DAY } else { day("2012-10-20") };
        scene.unborn = Unborn(vec![unborn, false]);
        scene.flags.flags.clear();
        for criterion in &scene.packs[0].criteria {
            let value = if shown.contains(&criterion.id.as_str()) { T } else { F };
            let (pack, criterion, reason) = (pack.to_owned(), criterion.id.clone(), String::new());
            scene.flags.flags.push(Flag { family: 0, pack, criterion, value, reason, needs: NeedCount::default() });
        }
        scene.list().entries.first().map_or(Route::NotEligible, |entry| entry.route)
    })
}

#[test]
fn a_child_who_is_not_born_yet_makes_no_family_eligible_but_where_the_programme_is_for_expectant_parents_too() {
    let first = include_str!("../../../../pipelines/criteria/p1-2012.toml");
    assert_eq!(expecting("p1-2012", first, &["c1", "c2", "c3"]), [Route::NotEligible, Route::Auto]);
    let second = include_str!("../../../../pipelines/criteria/p2-2015.toml");
    assert_eq!(expecting("p2-2015", second, &["h1", "h4"]), [Route::NotEligible, Route::Auto]);
    let third = include_str!("../../../../pipelines/criteria/sf-2022.toml");
    assert_eq!(expecting("sf-2022", third, &["s1", "s7", "s10"]), [Route::Auto, Route::Auto]);
}
