//! Overlays: what they change, what they add, what is refused and where it is said to be.

use super::pack::{Overlay, Pack, Threshold};
use crate::model::Problem;

const NATIONAL: &str = include_str!("../../pipelines/criteria/p1-2012.toml");
const SHIPPED: &str = include_str!("../../pipelines/overlays/p2-2015-lincolnshire.toml");
const PHASE_TWO: &str = include_str!("../../pipelines/criteria/p2-2015.toml");

const HEAD: &str =
    "[overlay]\npack = \"p1-2012\"\nversion = \"1\"\nname = \"ours-1\"\nby = \"Head of Service\"\nreason = \"agreed in May\"\n";

const CHANGES: &str = "
[settings.benefit_valid_days]
value = 60
source = \"service manager, 2012-05-01\"

[change.three_fixed_exclusions]
at_least = 2
source = \"service manager, 2012-05-01\"

[change.unauthorised_absence]
more_than_share = \"10/100\"
source = \"service manager, 2012-05-01\"

[combination]
near_miss_at_least = 1
source = \"service manager, 2012-05-01\"

[[rule]]
id = \"neglect\"
criterion = \"c4\"
title = \"Neglect found by a practitioner\"
kind = \"need\"
codes = [\"abuse_or_neglect\"]
roles = [\"subject\"]
window = { current = true }
at_least = 1
evidence = \"an open need\"
source = \"service manager, 2012-05-01\"
";

fn laid(text: &str) -> Result<Pack, Vec<Problem>> {
    let text = format!("{HEAD}{text}");
    let overlay = Overlay::parse("ours.toml", &text)?;
    Pack::parse_with("p1-2012.toml", NATIONAL, &[&overlay])
}

#[test]
fn an_overlay_changes_settings_thresholds_and_the_combination_and_adds_a_reason() {
    let pack = laid(CHANGES).unwrap();
    assert_eq!(pack.version, "1+ours-1", "the version beside every piece of evidence names the change");
    let rule = |id: &str| pack.rules.iter().find(|rule| rule.id == id).unwrap();
    assert_eq!(rule("out_of_work_benefit").feed_valid_days, Some(60));
    assert!(matches!(rule("three_fixed_exclusions").threshold, Threshold::Count { at_least: 2, .. }));
    assert!(matches!(rule("unauthorised_absence").threshold, Threshold::Share { numerator: 10, above: true, .. }));
    assert_eq!(pack.combination.near_miss_at_least, 1);
    assert_eq!(rule("neglect").criterion, "c4");
    let untouched = Pack::parse("p1-2012.toml", NATIONAL).unwrap();
    assert_eq!((pack.rules.len(), pack.criteria.len()), (untouched.rules.len() + 1, untouched.criteria.len()));
    assert_eq!(rule("proven_offence_under_18"), untouched.rules.iter().find(|rule| rule.id == "proven_offence_under_18").unwrap());
}

#[test]
fn the_explanation_shows_an_overlay_as_a_difference() {
    let text = super::explain(&laid(CHANGES).unwrap());
    for line in [
        "Local change ours-1, decided by Head of Service: agreed in May",
        "- settings.benefit_valid_days: 90 -> 60 [service manager, 2012-05-01]",
        "- rule.three_fixed_exclusions.at_least: 3 -> 2 [service manager, 2012-05-01]",
        "- rule.unauthorised_absence.more_than_share: in place of at_least_share 15/100 -> 10/100 [service manager, 2012-05-01]",
        "- combination.near_miss_at_least: 2 -> 1 [service manager, 2012-05-01]",
        "- rule.neglect: new rule of c4: Neglect found by a practitioner [service manager, 2012-05-01]",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!super::explain(&Pack::parse("p1-2012.toml", NATIONAL).unwrap()).contains("Local change"));
}

#[test]
fn every_mistake_of_an_overlay_is_told_at_once_with_its_own_file_and_line() {
    let wrong = "
[settings.benefit_valid_day]
value = 60
source = \"somebody\"

[settings.offence_age]
value = \"refrence\"
source = \"somebody\"

[change.three_fixed_exclusion]
at_least = 2
source = \"somebody\"

[change.not_on_roll]
codes = [\"not_on_rol\"]

[change.permanent_exclusion]
criterion = \"c1\"
at_leest = 2
source = \"somebody\"

[[rule]]
id = \"not_on_roll\"
criterion = \"c44\"
title = \"t\"
kind = \"need\"
codes = [\"young_carrer\"]
roles = [\"subject\"]
window = { current = true }
at_least = 1
evidence = \"e\"
source = \"s\"
";
    let found = laid(wrong).unwrap_err();
    let text = format!("{HEAD}{wrong}");
    for (code, hint, line) in [
        ("unknown-name", "did you mean \"benefit_valid_days\"?", "[settings.benefit_valid_day]"),
        ("unknown-name", "did you mean \"reference\"?", "value = \"refrence\""),
        ("unknown-name", "did you mean \"three_fixed_exclusions\"?", "[change.three_fixed_exclusion]"),
        ("missing-key", "", "[change.not_on_roll]"),
        ("unknown-name", "did you mean \"not_on_roll\"?", "codes = [\"not_on_rol\"]"),
        ("not-changeable", "", "[change.permanent_exclusion]"),
        ("unknown-key", "did you mean \"at_least\"?", "at_leest = 2"),
        ("named-twice", "", "[[rule]]"),
        ("unknown-name", "", "[[rule]]"),
        ("unknown-name", "did you mean \"young_carer\"?", "codes = [\"young_carrer\"]"),
    ] {
        let told = found.iter().any(|problem| {
            let at = text.lines().nth(problem.line as usize - 1).unwrap_or_default();
            problem.file == "ours.toml" && problem.code == code && (hint.is_empty() || problem.hint == hint) && at.contains(line)
        });
        assert!(told, "{code} {line}: {found:#?}");
    }
    assert!(found.iter().all(|problem| problem.file == "ours.toml"), "the pack itself is well: {found:#?}");
}

#[test]
fn an_overlay_for_another_version_without_change_or_without_a_name_is_refused() {
    let refused = |text: &str| -> Vec<&'static str> {
        let overlay = Overlay::parse("ours.toml", text).unwrap();
        Pack::parse_with("p1-2012.toml", NATIONAL, &[&overlay]).unwrap_err().iter().map(|problem| problem.code).collect()
    };
    assert_eq!(refused(&format!("{}{CHANGES}", HEAD.replace("version = \"1\"", "version = \"2\""))), ["other-version"]);
    assert_eq!(refused(HEAD), ["no-change"]);
    assert_eq!(refused(&format!("{}{CHANGES}", HEAD.replace("ours-1", "our change"))), ["bad-name"]);
    assert_eq!(refused(&format!("{}{CHANGES}", HEAD.replace("by = \"Head of Service\"\n", ""))), ["missing-key"]);
    assert_eq!(refused(&format!("{HEAD}{CHANGES}\n[colour]\nred = 1\n")), ["unknown-key"]);
    assert_eq!(Overlay::parse("ours.toml", "[overlay\n").unwrap_err()[0].code, "not-toml");
    assert_eq!(Overlay::parse("ours.toml", "[overlay]\nname = \"x\"\n").unwrap_err()[0].code, "missing-key");
}

#[test]
fn two_overlays_are_laid_over_one_after_the_other() {
    let second = HEAD.replace("ours-1", "theirs-2") + "\n[settings.benefit_valid_days]\nvalue = 30\nsource = \"later\"\n";
    let first = format!("{HEAD}{CHANGES}");
    let overlays = [Overlay::parse("one.toml", &first).unwrap(), Overlay::parse("two.toml", &second).unwrap()];
    let pack = Pack::parse_with("p1-2012.toml", NATIONAL, &[&overlays[0], &overlays[1]]).unwrap();
    assert_eq!(pack.version, "1+ours-1+theirs-2");
    let difference = &pack.changes[1].differences[0];
    assert_eq!((difference.before.as_str(), difference.after.as_str()), ("60", "30"));
}

#[test]
fn the_shipped_overlay_fits_the_shipped_pack() {
    let overlay = Overlay::parse("p2-2015-lincolnshire.toml", SHIPPED).unwrap();
    let pack = Pack::parse_with("p2-2015.toml", PHASE_TWO, &[&overlay]).unwrap();
    assert_eq!((pack.version.as_str(), pack.changes.len()), ("1+lincolnshire-1", 1));
}
