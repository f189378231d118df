//! Who is who: the traps of linkage.

use super::scene::{AUTUMN, Expected::*, Home, PRESENT, SPRING, SUMMER, Scene, Trap, Who};

/// A second mother and child of their own home.
fn neighbours(scene: &mut Scene<'_>, child: &Who, home: &Home, upn: &str) {
    let aunt = scene.relative("aunt", "F", 1978);
    scene.account(home, &[&aunt, child]);
    scene.benefit(&aunt, home, "NIL");
    scene.school(child, home, upn, &[(&aunt, "MO")], PRESENT);
}

pub(crate) const TRAPS: &[Trap] = &[
    Trap {
        name: "nothing happened",
        rows: |scene| drop(scene.ordinary()),
        expected: &[
            Families(&["kid mum"]),
            Flag("kid", "c1", "false"),
            Flag("kid", "c2", "false"),
            Flag("kid", "c3", "false"),
            Flag("kid", "c4", "false"),
            District("kid", "Lincoln"),
        ],
    },
    Trap {
        name: "twins: two exclusions of one and one of the other are not three",
        rows: |scene| {
            let (mother, home) = (scene.mother(), scene.home(0));
            let one = scene.person("oliver", "Oliver", "2001-05-06", "M");
            let other = scene.person("joshua", "Joshua", "2001-05-06", "M");
            scene.account(&home, &[&mother, &one, &other]);
            scene.benefit(&mother, &home, "NIL");
            for (number, twin) in [(1, &one), (2, &other)] {
                let upn = scene.upn(number);
                scene.school(twin, &home, &upn, &[(&mother, "MO")], PRESENT);
            }
            for (twin, on) in [(&one, "2012-02-01"), (&one, "2012-07-02"), (&other, "2012-07-02")] {
                scene.excluded(twin, &home, "", "FIXD", on);
            }
        },
        expected: &[Families(&["joshua mum oliver"]), Flag("oliver", "c2", "false")],
    },
    Trap {
        name: "senior and junior: the father's conviction is not the son's",
        rows: |scene| {
            let home = scene.home(0);
            let father = scene.person("senior", "Robert", "1971-02-03", "M");
            let son = scene.person("junior", "Robert", "1996-11-20", "M");
            scene.account(&home, &[&father, &son]);
            scene.benefit(&father, &home, "NIL");
            scene.crime(&father, &home, "OFFENDER", "1C", "2012-05-01");
            scene.excluded(&son, &home, "", "LNCH", "2012-05-02");
        },
        expected: &[Families(&["junior senior"]), Flag("junior", "c1", "false"), Flag("junior", "c4", "true")],
    },
    Trap {
        name: "senior and junior: the son's caution is not the father's",
        rows: |scene| {
            let home = scene.home(0);
            let father = scene.person("senior", "Kenneth", "1968-09-17", "M");
            let son = scene.person("junior", "Kenneth", "1997-04-02", "M");
            scene.account(&home, &[&father, &son]);
            scene.benefit(&father, &home, "NIL");
            scene.crime(&son, &home, "OFFENDER", "2", "2012-05-01");
        },
        expected: &[Families(&["junior senior"]), Flag("junior", "c1", "true"), Flag("junior", "c4", "false")],
    },
    Trap {
        name: "cousins of one name: the exclusion of one is not the other's",
        rows: |scene| {
            let (_, child, _) = scene.ordinary();
            let cousin = Who { label: "cousin", ..child.born("2000-11-28") };
            let (home, upn) = (scene.home_in("PE21 6", "Boston", 5), scene.upn(2));
            neighbours(scene, &cousin, &home, &upn);
            scene.excluded(&cousin, &home, "", "PERM", "2012-05-01");
        },
        expected: &[Families(&["aunt cousin", "kid mum"]), Flag("kid", "c2", "false"), Flag("cousin", "c2", "true")],
    },
    Trap {
        name: "forename and surname swapped",
        rows: |scene| {
            let (_, child, home) = scene.ordinary();
            let swapped = child.named(&child.surname, &child.forename);
            scene.crime(&swapped, &home, "OFFENDER", "2", "2012-05-01");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c1", "true")],
    },
    Trap {
        name: "day and month of birth swapped",
        rows: |scene| {
            let (mother, home, upn) = (scene.mother(), scene.home(0), scene.upn(1));
            let child = scene.child().born("2000-03-07");
            scene.account(&home, &[&mother, &child]);
            scene.benefit(&mother, &home, "NIL");
            scene.school(&child, &home, &upn, &[(&mother, "MO")], PRESENT);
            scene.excluded(&child.born("2000-07-03"), &home, "", "PERM", "2012-05-01");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "true")],
    },
    Trap {
        name: "a default date of birth does not make a child an adult",
        rows: |scene| {
            let (_, child, home) = scene.ordinary();
            scene.crime(&child.born("1900-01-01"), &home, "OFFENDER", "2", "2012-05-01");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c1", "true"), Flag("kid", "c4", "false")],
    },
    Trap {
        name: "a default date of birth in common does not make two people one",
        rows: |scene| {
            let (lincoln, boston) = (scene.home(0), scene.home_in("PE21 6", "Boston", 6));
            let one = scene.person("one", "David", "1970-01-01", "M").named("David", "Smith");
            let other = Who { label: "other", ..one.clone() };
            for (who, home) in [(&one, &lincoln), (&other, &boston)] {
                scene.account(home, &[who]);
                scene.claim(who, home, &[]);
            }
        },
        expected: &[Families(&[])],
    },
    Trap {
        name: "unborn, then a baby: the plan for the unborn child counts, and mother and baby are a family",
        rows: |scene| {
            let (mother, home) = (scene.mother(), scene.home(0));
            let unborn = scene.person("unborn", "Unborn", "", "F");
            let baby = scene.person("baby", "Lily", "2012-10-02", "F");
            scene.account(&home, &[&mother, &baby]);
            scene.benefit(&mother, &home, "NIL");
            scene.episode(&unborn, &home, "CPP");
            scene.related(&mother, "MTHR", &baby);
        },
        expected: &[Families(&["baby mum unborn"]), Flag("baby", "c4", "true")],
    },
    Trap {
        name: "adoption: the child before and the child after are never one",
        rows: |scene| {
            let (_, child, _) = scene.ordinary();
            let (adopter, home, upn) =
                (scene.person("adopter", "Frances", "1969-04-04", "F"), scene.home_in("NG31 6", "Grantham", 7), scene.upn(2));
            let adopter = adopter.named("Frances", "Ravensdale");
            let after = Who { label: "after", ..child.named("Sebastian", "Ravensdale") };
            scene.account(&home, &[&adopter, &after]);
            scene.benefit(&adopter, &home, "NIL");
            scene.school(&after, &home, &upn, &[(&adopter, "MO")], PRESENT);
        },
        expected: &[Families(&["adopter after", "kid mum"])],
    },
    Trap {
        name: "two UPNs, one child: the sessions of both schools are summed",
        rows: |scene| {
            let (mother, child, home) = scene.ordinary_without_school();
            let (first, second) = (scene.upn(1), scene.upn(2));
            scene.school(&child, &home, &first, &[(&mother, "MO")], &[(AUTUMN.0, "2011-10-21", 20, 60)]);
            let rest = &[("2011-10-31", AUTUMN.1, 0, 66), (SPRING.0, SPRING.1, 0, 120), (SUMMER.0, SUMMER.1, 0, 110)];
            scene.school(&child, &home, &second, &[(&mother, "MO")], rest);
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "false")],
    },
    Trap {
        name: "one UPN, two children",
        rows: |scene| {
            let (mother, child, home) = scene.ordinary();
            let brother = scene.person("brother", "Maximilian", "2003-09-09", "M");
            let upn = scene.upn(1);
            scene.school(&brother, &home, &upn, &[(&mother, "MO")], PRESENT);
            for (on, who) in [("2012-02-01", &child), ("2012-05-01", &child), ("2012-06-01", &brother)] {
                scene.excluded(who, &home, &upn, "FIXD", on);
            }
        },
        expected: &[Families(&["brother kid mum"]), Flag("kid", "c2", "false")],
    },
    Trap {
        name: "O'Brien in Windows-1252",
        rows: |scene| {
            let (mother, child, home) = (scene.mother(), scene.child(), scene.home(0));
            let (straight, curly) = (mother.named(&mother.forename, "O'Brindle"), mother.named(&mother.forename, "O\u{2019}Brindle"));
            let child = child.named(&child.forename, "O'Brindle");
            scene.account(&home, &[&straight, &child]);
            scene.benefit(&straight, &home, "NIL");
            scene.tenancy(&curly, &home, ("2008-05-01", ""), ("NOSP_ASB", "2012-05-01"));
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c1", "true")],
    },
    Trap {
        name: "a test row is nobody",
        rows: |scene| {
            let home = scene.home(0);
            let test = scene.person("test", "Test", "1980-01-01", "M").named("Test", "ZZTEST");
            scene.account(&home, &[&test]);
            scene.crime(&test, &home, "OFFENDER", "1C", "2012-05-01");
        },
        expected: &[Families(&[]), Nobody("test")],
    },
    Trap {
        name: "a name that begins with = and one with %",
        rows: |scene| {
            let (mother, child, home) = (scene.mother(), scene.child(), scene.home(0));
            let child = child.named("=HYPERLINK(\"http://x.test\",\"A\")", "%0A");
            scene.account(&home, &[&mother, &child]);
            scene.benefit(&mother, &home, "JSA");
            scene.nuisance(Some(&mother), &home, "ASBO", "2012-05-01");
            scene.excluded(&child, &home, "", "PERM", "2012-05-01");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c1", "true"), Flag("kid", "c2", "true"), Flag("kid", "c3", "true")],
    },
];
