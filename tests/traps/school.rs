//! In school or not: the traps of criterion 2.

use super::scene::{AUTUMN, Expected::*, PRESENT, SPRING, SUMMER, Trap};

/// The ordinary family with these sessions of the boy: (unauthorised, possible) of autumn, spring and summer.
macro_rules! absence {
    ($name:literal, $autumn:expr, $spring:expr, $summer:expr, $value:literal) => {
        Trap {
            name: $name,
            rows: |scene| {
                let (mother, child, home) = scene.ordinary_without_school();
                let upn = scene.upn(1);
                let terms = [(AUTUMN, $autumn), (SPRING, $spring), (SUMMER, $summer)];
                let rows = terms.map(|((from, to), (unauthorised, possible))| (from, to, unauthorised, possible));
                scene.school(&child, &home, &upn, &[(&mother, "MO")], &rows);
            },
            expected: &[Families(&["kid mum"]), Flag("kid", "c2", $value)],
        }
    };
}

/// The boy's exclusions: category and day of each.
macro_rules! exclusions {
    ($name:literal, $exclusions:expr, $value:literal) => {
        Trap {
            name: $name,
            rows: |scene| {
                let (_, child, home) = scene.ordinary();
                let upn = scene.upn(1);
                for (category, on) in $exclusions {
                    scene.excluded(&child, &home, &upn, category, on);
                }
            },
            expected: &[Families(&["kid mum"]), Flag("kid", "c2", $value)],
        }
    };
}

/// The boy on the list of children out of ordinary school, and in no attendance register.
macro_rules! out_of_school {
    ($name:literal, $category:literal, $value:literal) => {
        Trap {
            name: $name,
            rows: |scene| {
                let (_, child, home) = scene.ordinary_without_school();
                scene.out_of_school(&child, &home, $category);
            },
            expected: &[Families(&["kid mum"]), Flag("kid", "c2", $value)],
        }
    };
}

pub(crate) const TRAPS: &[Trap] = &[
    absence!("15.00% unauthorised absence", (20, 130), (20, 120), (14, 110), "true"),
    absence!("one session less than 15%", (20, 130), (20, 120), (13, 110), "false"),
    absence!("14.99% unauthorised absence", (0, 4), (0, 4), (1499, 9992), "false"),
    absence!("no sessions were possible in a term", (0, 0), (0, 120), (0, 110), "false"),
    absence!("no sessions were possible at all", (0, 0), (0, 0), (0, 0), "unknown"),
    absence!("negative sessions: the row is set aside and its term is not known", (-5, 130), (0, 120), (0, 110), "unknown"),
    exclusions!("three exclusions across three terms", [("FIXD", "2011-09-20"), ("FIXD", "2012-02-01"), ("FIXD", "2012-07-10")], "true"),
    exclusions!("three exclusions across four terms", [("FIXD", "2011-07-08"), ("FIXD", "2012-02-01"), ("FIXD", "2012-07-10")], "false"),
    exclusions!("a permanent exclusion", [("PERM", "2012-05-01")], "true"),
    exclusions!("a permanent exclusion, later rescinded", [("PERM-RESC", "2012-05-01")], "false"),
    exclusions!("three exclusions, one rescinded", [("FIXD", "2012-02-01"), ("FIXD-RESC", "2012-05-01"), ("FIXD", "2012-07-10")], "false"),
    out_of_school!("on no roll", "CME", "true"),
    out_of_school!("educated at home is not \"not on roll\"", "EHE", "false"),
    Trap {
        name: "in a pupil referral unit because of exclusion",
        rows: |scene| {
            let (_, child, home) = scene.ordinary();
            scene.out_of_school(&child, &home, "PRU - excluded");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "true")],
    },
    Trap {
        name: "in a pupil referral unit for a medical reason",
        rows: |scene| {
            let (_, child, home) = scene.ordinary();
            scene.out_of_school(&child, &home, "PRU - medical");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "false")],
    },
    Trap {
        name: "school missing from the feed is not \"no absence\"",
        rows: |scene| drop(scene.ordinary_without_school()),
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "unknown")],
    },
    Trap {
        name: "school missing from the feed in one term",
        rows: |scene| {
            let (mother, child, home) = scene.ordinary_without_school();
            let upn = scene.upn(1);
            scene.school(&child, &home, &upn, &[(&mother, "MO")], &PRESENT[1..]);
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "unknown")],
    },
    Trap {
        name: "registered at two schools: sessions both count are counted once",
        rows: |scene| {
            let (mother, child, home) = scene.ordinary_without_school();
            let upn = scene.upn(1);
            let main = &[(AUTUMN.0, AUTUMN.1, 20, 130), (SPRING.0, SPRING.1, 20, 120), (SUMMER.0, SUMMER.1, 14, 110)];
            let second = &[(AUTUMN.0, AUTUMN.1, 0, 128), (SPRING.0, SPRING.1, 0, 118), (SUMMER.0, SUMMER.1, 0, 108)];
            scene.school(&child, &home, &upn, &[(&mother, "MO")], main);
            scene.school(&child, &home, &upn, &[(&mother, "MO")], second);
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "true")],
    },
    Trap {
        name: "registered at two schools: the main one's sessions count, however few",
        rows: |scene| {
            let (mother, child, home) = scene.ordinary_without_school();
            let upn = scene.upn(1);
            let second = &[(AUTUMN.0, AUTUMN.1, 20, 130), (SPRING.0, SPRING.1, 20, 120), (SUMMER.0, SUMMER.1, 14, 110)];
            let main = &[(AUTUMN.0, AUTUMN.1, 0, 128), (SPRING.0, SPRING.1, 0, 118), (SUMMER.0, SUMMER.1, 0, 108)];
            scene.enrolled("S", &child, &home, &upn, &[(&mother, "MO")], second);
            scene.enrolled("M", &child, &home, &upn, &[(&mother, "MO")], main);
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "false")],
    },
    Trap {
        name: "moved school in the window: summed over both, not averaged and not taken singly",
        rows: |scene| {
            let (mother, child, home) = scene.ordinary_without_school();
            let upn = scene.upn(1);
            let before = &[(AUTUMN.0, AUTUMN.1, 0, 130), (SPRING.0, "2012-02-10", 20, 50)];
            // Of this school alone 30 of 160 sessions: 18.75%. Of both 50 of 340: 14.7%.
            let after = &[("2012-02-20", SPRING.1, 10, 50), (SUMMER.0, SUMMER.1, 20, 110)];
            scene.school(&child, &home, &upn, &[(&mother, "MO")], before);
            scene.school(&child, &home, &upn, &[(&mother, "MO")], after);
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "false")],
    },
    Trap {
        name: "a school with term dates of its own",
        rows: |scene| {
            let (mother, child, home) = scene.ordinary_without_school();
            let upn = scene.upn(1);
            let terms =
                &[("2011-08-31", "2011-12-21", 20, 130), ("2012-01-09", "2012-04-04", 20, 120), ("2012-04-23", "2012-07-27", 14, 110)];
            scene.school(&child, &home, &upn, &[(&mother, "MO")], terms);
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c2", "true")],
    },
];
