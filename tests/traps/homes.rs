//! Who lives with whom: the traps of households and places.

use super::scene::{Expected::*, Home, PRESENT, Scene, Trap, Who};

/// Unrelated people in one house, each on a claim of their own.
fn lodgers(scene: &mut Scene<'_>, home: &Home, people: &[(&'static str, &str, &str)]) {
    for (number, (label, forename, surname)) in people.iter().enumerate() {
        let who = scene.person(label, forename, &format!("198{number}-0{}-15", number + 1), "M").named(forename, surname);
        scene.claim(&who, home, &[]);
    }
}

const SEVEN: [(&str, &str, &str); 7] = [
    ("a", "Adam", "Kingsley"),
    ("b", "Bernard", "Foxton"),
    ("c", "Carl", "Webberley"),
    ("d", "Dennis", "Poolman"),
    ("e", "Edgar", "Woodhams"),
    ("f", "Fred", "Kingsley"),
    ("g", "Guy", "Holtby"),
];

pub(crate) const TRAPS: &[Trap] = &[
    Trap {
        name: "an HMO is no family",
        rows: |scene| {
            let home = scene.home(0);
            lodgers(scene, &home, &SEVEN);
        },
        expected: &[Families(&[])],
    },
    Trap {
        name: "two families on their own pitches of one caravan site are two families",
        rows: |scene| {
            let site = scene.home_in("PE25 1", "Skegness", 0);
            let (mother, child) = (scene.mother(), scene.child());
            scene.claim(&mother, &site.line("Pitch 5, Dunes Caravan Park"), &[&child]);
            let (aunt, cousin) = (scene.relative("aunt", "F", 1979), scene.relative("cousin", "M", 2003));
            scene.claim(&aunt, &site.line("Pitch 6, Dunes Caravan Park"), &[&cousin]);
        },
        expected: &[Families(&["aunt cousin", "kid mum"])],
    },
    Trap {
        name: "the children of a home are no family",
        rows: |scene| {
            let home = scene.home(0).line("Sunnyside Children's Home");
            for (number, (label, forename, surname)) in SEVEN.iter().enumerate() {
                let child = scene.person(label, forename, &format!("200{number}-0{}-15", number + 1), "M").named(forename, surname);
                scene.excluded(&child, &home, "", "LNCH", "2012-05-01");
            }
        },
        expected: &[Families(&[])],
    },
    Trap {
        name: "in a refuge only mother and child are family, and nobody reads where it is",
        rows: |scene| {
            let home = scene.home(0).line("7 Quietplace Yard");
            let (mother, child) = (scene.mother(), scene.child());
            let other = scene.person("other", "Cleopatra", "1985-05-05", "F").named("Cleopatra", "Nightingale");
            for who in [&mother, &other] {
                scene.abused(who, &home);
            }
            // Nobody marked this row; the place is the same.
            let third = scene.person("third", "Philippa", "1988-06-16", "F").named("Philippa", "Greenhalgh");
            scene.claim(&mother, &home, &[&child]);
            scene.claim(&other, &home, &[]);
            scene.claim(&third, &home, &[]);
        },
        expected: &[Families(&["kid mum"]), Flag("kid", "c4", "true"), Withheld("mum"), Withheld("other"), Withheld("third")],
    },
    Trap {
        name: "prisoners of one prison are no family",
        rows: |scene| {
            let prison = scene.home(0).line("HMP Lincoln, Greetwell Road").uprn("");
            for (label, forename, surname) in &SEVEN[..3] {
                let who = scene.person(label, forename, "1984-11-08", "M").named(forename, surname);
                scene.crime(&who, &prison, "OFFENDER", "1C", "2012-02-01");
            }
        },
        expected: &[Families(&[])],
    },
    Trap {
        name: "barracks are no family; a family in a house of the station is one",
        rows: |scene| {
            let station = scene.home_in("LN4 4", "Coningsby", 0);
            for (label, forename, surname) in &SEVEN[..3] {
                let who = scene.person(label, forename, "1988-07-08", "M").named(forename, surname);
                scene.crime(&who, &station.line("RAF Coningsby, Gibson Barracks").uprn(""), "VICTIM", "0", "2012-02-01");
            }
            let (mother, child) = (scene.mother(), scene.child());
            scene.claim(&mother, &station.line("14 Trenchard Road, RAF Coningsby"), &[&child]);
        },
        expected: &[Families(&["kid mum"])],
    },
    Trap {
        name: "a child in two homes belongs to both",
        rows: |scene| {
            let (mother, child, home) = scene.ordinary();
            let second = scene.home_in("PE21 6", "Boston", 3);
            let father = scene.relative("dad", "M", 1972);
            scene.claim(&mother, &home, &[&child]);
            scene.account(&second, &[&father, &child]);
            scene.related(&mother, "MTHR", &child);
            scene.related(&father, "FTHR", &child);
            scene.nuisance(Some(&father), &second, "ASBO", "2012-05-01");
        },
        // What the father does counts in his home, not in the mother's.
        expected: &[Families(&["(dad) kid mum", "dad kid:2nd"]), Flag("mum", "c1", "false"), Flag("dad", "c1", "true")],
    },
    Trap {
        name: "a grandmother who cares, of another surname",
        rows: |scene| {
            let (home, child, upn) = (scene.home(0), scene.child(), scene.upn(1));
            let grandmother = scene.person("gran", "Winifred", "1950-02-03", "F").named("Winifred", "Bellweather");
            scene.account(&home, &[&grandmother]);
            scene.school(&child, &home, &upn, &[(&grandmother, "GP")], PRESENT);
            scene.related(&grandmother, "GPAR", &child);
            scene.benefit(&grandmother, &home, "IS");
        },
        expected: &[Families(&["gran kid"]), Flag("kid", "c3", "true")],
    },
    Trap {
        name: "a family split between two districts is two families",
        rows: |scene| {
            let (mother, child, _) = scene.ordinary();
            let (boston, upn) = (scene.home_in("PE21 6", "Boston", 4), scene.upn(2));
            let (father, brother) = (scene.relative("dad", "M", 1972), scene.relative("brother", "M", 2002));
            scene.account(&boston, &[&father, &brother]);
            scene.school(&brother, &boston, &upn, &[(&father, "FA")], PRESENT);
            for (parent, role) in [(&mother, "MTHR"), (&father, "FTHR")] {
                scene.related(parent, role, &child);
                scene.related(parent, role, &brother);
            }
        },
        expected: &[Families(&["(dad) kid mum", "(mum) brother dad"]), District("kid", "Lincoln"), District("brother", "Boston")],
    },
    Trap {
        name: "a family that moved out of the county",
        rows: |scene| {
            let (mother, child, old) = (scene.mother(), scene.child(), scene.home(0));
            let new = scene.home_in("DN32 7", "Grimsby, Lincolnshire", 1);
            scene.tenancy(&mother, &old, ("2006-01-01", "2012-07-31"), ("NONE", ""));
            scene.claim(&mother, &new, &[&child]);
            scene.crime(&mother, &new, "VICTIM", "0", "2012-09-01");
        },
        expected: &[Families(&["kid mum"]), District("kid", "out")],
    },
    Trap {
        name: "Grimsby lies in Lincolnshire by its address and not by its council",
        rows: |scene| {
            let (mother, child, home) = (scene.mother(), scene.child(), scene.home_in("DN31 2", "Grimsby, Lincolnshire", 0));
            scene.claim(&mother, &home, &[&child]);
        },
        expected: &[Families(&["kid mum"]), District("kid", "out")],
    },
    Trap {
        name: "a post office box is nobody's home",
        rows: |scene| {
            let place = scene.home(0).line("PO Box 117").uprn("");
            for (label, forename, surname) in &SEVEN[..2] {
                let who = scene.person(label, forename, "1981-07-08", "M").named(forename, surname);
                scene.claim(&who, &place, &[]);
            }
            let same_name = scene.person("f", "Fred", "1959-07-08", "M").named("Fred", "Kingsley");
            scene.claim(&same_name, &place, &[]);
        },
        expected: &[Families(&[])],
    },
    Trap {
        name: "two flats under one UPRN are two homes",
        rows: |scene| {
            let house = scene.home(0);
            let (mother, child) = (scene.mother(), scene.child());
            scene.claim(&mother, &house.line("Flat 1, 30 Kingfisher Parade"), &[&child]);
            let (aunt, cousin) = (scene.relative("aunt", "F", 1979), scene.relative("cousin", "M", 2003));
            scene.account(&house.line("Flat 2, 30 Kingfisher Parade"), &[&aunt, &cousin]);
        },
        expected: &[Families(&["aunt cousin", "kid mum"])],
    },
    Trap {
        name: "a UPRN that was split: the old number does not hold two flats together",
        rows: |scene| {
            let house = scene.home(0);
            let (first, second) = (house.line("Flat 1, 31 Kingfisher Parade"), house.line("Flat 2, 31 Kingfisher Parade"));
            let (mother, child) = (scene.mother(), scene.child());
            scene.claim(&mother, &first, &[&child]);
            scene.account(&first.uprn("100091990001"), &[&mother, &child]);
            let (aunt, cousin) = (scene.relative("aunt", "F", 1979), scene.relative("cousin", "M", 2003));
            scene.claim(&aunt, &second, &[&cousin]);
            scene.account(&second.uprn("100091990002"), &[&aunt, &cousin]);
        },
        expected: &[Families(&["aunt cousin", "kid mum"])],
    },
    Trap {
        name: "a terminated postcode in one extract does not split a family",
        rows: |scene| {
            let (mother, child, home) = (scene.mother(), scene.child(), scene.home(0));
            let upn = scene.upn(1);
            scene.account(&home, &[&mother]);
            scene.school(&child, &home.postcode("LN2 9ZZ"), &upn, &[], PRESENT);
            scene.excluded(&child, &home, "", "LNCH", "2012-05-01");
        },
        expected: &[Families(&["kid mum"])],
    },
    Trap {
        name: "a UPRN that Excel rounded joins nobody",
        rows: |scene| {
            let rounded = "1.00032E+11";
            let (mother, child) = (scene.mother(), scene.child());
            scene.account(&scene.home(0).uprn(rounded), &[&mother, &child]);
            let (aunt, cousin): (Who, Who) = (scene.relative("aunt", "F", 1979), scene.relative("cousin", "M", 2003));
            scene.account(&scene.home(11).uprn(rounded), &[&aunt, &cousin]);
        },
        expected: &[Families(&["aunt cousin", "kid mum"])],
    },
];
