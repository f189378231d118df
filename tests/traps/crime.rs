//! Who did it, when, and who it follows: the traps of criterion 1.

use super::scene::{Expected::*, PRESENT, Trap};

/// A boy of the ordinary family on a crime, and what follows for criterion 1.
macro_rules! crime_of_the_boy {
    ($name:literal, $role:literal, $outcome:literal, $on:literal, $value:literal) => {
        Trap {
            name: $name,
            rows: |scene| {
                let (_, child, home) = scene.ordinary();
                scene.crime(&child, &home, $role, $outcome, $on);
            },
            expected: &[Families(&["kid mum"]), Flag("kid", "c1", $value)],
        }
    };
}

/// A son who turned 18 on 1 June 2012.
macro_rules! crime_of_the_grown_son {
    ($name:literal, $forename:literal, $on:literal, $value:literal) => {
        Trap {
            name: $name,
            rows: |scene| {
                let (mother, child, home) = (scene.mother(), scene.child(), scene.home(0));
                let son = scene.person("son", $forename, "1994-06-01", "M");
                scene.account(&home, &[&mother, &child, &son]);
                scene.crime(&son, &home, "OFFENDER", "1C", $on);
            },
            expected: &[Families(&["kid mum son"]), Flag("kid", "c1", $value)],
        }
    };
}

pub(crate) const TRAPS: &[Trap] = &[
    crime_of_the_boy!("an offence exactly 12 months before the reference date", "OFFENDER", "2", "2011-10-31", "true"),
    crime_of_the_boy!("an offence 12 months and one day before", "OFFENDER", "2", "2011-10-30", "false"),
    crime_of_the_boy!("an offence on the reference date", "OFFENDER", "2", "2012-10-31", "true"),
    crime_of_the_boy!("a victim is no offender, whatever became of the crime", "VICTIM", "1C", "2012-05-01", "false"),
    crime_of_the_boy!("a witness is no offender", "WITNESS", "1C", "2012-05-01", "false"),
    crime_of_the_boy!("a suspect without further action", "SUSPECT", "18", "2012-05-01", "false"),
    crime_of_the_boy!("a suspect of a crime somebody was convicted of", "SUSPECT", "1C", "2012-05-01", "false"),
    crime_of_the_boy!("an offender without further action", "OFFENDER", "14", "2012-05-01", "false"),
    crime_of_the_boy!("a community resolution", "OFFENDER", "8", "2012-05-01", "false"),
    crime_of_the_grown_son!("an offence aged 17, now 18", "Benjamin", "2012-05-31", "true"),
    crime_of_the_grown_son!("an offence on the eighteenth birthday", "Alistair", "2012-06-01", "false"),
    Trap {
        name: "an offence outside the county of a boy who lives in it",
        rows: |scene| {
            let (_, child, home) = scene.ordinary();
            scene.youth_offence(&child, &home, "Referral Order", "2012-05-01", "O");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c1", "true"), District("kid", "Lincoln")],
    },
    Trap {
        name: "an offence here of a boy who lives outside the county",
        rows: |scene| {
            let home = scene.home_in("DN32 7", "Grimsby", 0);
            let child = scene.child();
            scene.youth_offence(&child, &home, "Referral Order", "2012-05-01", "O");
        },
        expected: &[Flag("kid", "c1", "true"), District("kid", "out")],
    },
    Trap {
        name: "nuisance at the address, nobody named",
        rows: |scene| {
            let (_, _, home) = scene.ordinary();
            scene.nuisance(None, &home, "NONE", "2012-05-01");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c1", "false")],
    },
    Trap {
        name: "an order against the mother",
        rows: |scene| {
            let (mother, _, home) = scene.ordinary();
            scene.nuisance(Some(&mother), &home, "ASBO", "2012-05-01");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c1", "true")],
    },
    Trap {
        name: "an order against the absent father",
        rows: |scene| {
            let (mother, child, _) = scene.ordinary();
            let away = scene.home_in("NG31 6", "Grantham", 8);
            let father = scene.relative("dad", "M", 1972);
            scene.account(&away, &[&father]);
            scene.related(&mother, "MTHR", &child);
            scene.related(&father, "FTHR", &child);
            scene.nuisance(Some(&father), &away, "ASBO", "2012-05-01");
            scene.benefit(&father, &away, "JSA");
        },
        expected: &[Families(&["(dad) kid mum"]), Flag("kid", "c1", "false"), Flag("kid", "c3", "false")],
    },
    Trap {
        name: "re-letting: the last tenant's eviction and order stay with the last tenant",
        rows: |scene| {
            let (mother, _, home) = scene.ordinary();
            scene.tenancy(&mother, &home, ("2012-08-06", ""), ("NONE", ""));
            let before = scene.person("before", "Walter", "1960-10-10", "M").named("Walter", "Oldcastle");
            scene.tenancy(&before, &home, ("2004-01-05", "2012-07-20"), ("EVICTION_ASB", "2012-05-01"));
            scene.nuisance(Some(&before), &home, "ASBO", "2012-05-01");
            scene.nuisance(None, &home, "NONE", "2012-06-01");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c1", "false")],
    },
    Trap {
        name: "the landlord of the house: his order is not the tenants'",
        rows: |scene| {
            let (mother, child, home) = (scene.mother(), scene.child(), scene.home(0));
            let (office, upn) = (scene.home_in("NG34 7", "Sleaford", 9), scene.upn(1));
            let landlord = scene.person("landlord", "Desmond", "1951-12-12", "M").named("Desmond", "Hightower");
            scene.account(&home, &[&landlord]);
            scene.account(&office, &[&landlord]);
            scene.claim(&mother, &home, &[&child]);
            scene.benefit(&mother, &home, "NIL");
            scene.school(&child, &home, &upn, &[(&mother, "MO")], PRESENT);
            scene.crime(&landlord, &office, "WITNESS", "0", "2012-01-01");
            scene.nuisance(Some(&landlord), &office, "ASBO", "2012-05-01");
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c1", "false")],
    },
];
