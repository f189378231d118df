//! The trap table: what is given, and which families must come out. Families of one are not listed.

use super::given::Given;
use crate::model::PersonRole;
use crate::model::RelationKind::{CarerOf, GrandparentOf, ParentOf, PartnerOf, SiblingOf};

pub(super) struct Trap {
    pub(super) name: &'static str,
    pub(super) build: fn(&mut Given),
    pub(super) expected: &'static [&'static str],
}

const HOME: &str = "|12|HIGH STREET|LN1 1AA";
const OTHER: &str = "|7|MILL STREET|PE21 6AB";
const THIRD: &str = "|31|WEST STREET|NG31 8ZZ";

fn couple(given: &mut Given) {
    given.person("jane", "JANE SMITH", "1980-02-03", 'F').person("john", "JOHN SMITH", "1978-05-06", 'M');
}

/// A child and its parents, each with what one extract says of where they live.
fn parents_of_whom_is_known(given: &mut Given, child: &str, mother: &str, father: &str) {
    given.person("mum", "JANE SMITH", "1980-02-03", 'F').person("dad", "PAUL JONES", "1978-05-06", 'M');
    given.person("kid", "MAX JONES", "2006-01-01", 'M');
    for (label, address) in [("kid", child), ("mum", mother), ("dad", father)] {
        given.seen("school_attendance", label, address);
    }
    given.related("school_attendance", "mum", ParentOf, "kid");
    given.related("school_attendance", "dad", ParentOf, "kid");
}

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        name: "a couple with twins is four people",
        build: |given| {
            couple(given);
            given.person("amy", "AMY SMITH", "2005-01-01", 'F').person("ann", "ANN SMITH", "2005-01-01", 'F');
            given.account("council_tax", "1", HOME, &["jane", "john", "amy", "ann"]);
            given.seen("school_attendance", "amy", HOME);
            given.seen("school_attendance", "ann", HOME);
        },
        expected: &["amy ann jane john"],
    },
    Trap {
        name: "a father and a grown-up son of the same name are two members",
        build: |given| {
            couple(given);
            given.person("junior", "JOHN SMITH", "1994-05-06", 'M');
            given.account("council_tax", "1", HOME, &["jane", "john", "junior"]);
        },
        expected: &["jane john junior"],
    },
    Trap {
        name: "22 unrelated children of a care home are 22 non-families, though one manager is the contact of all",
        build: |given| {
            given.person("manager", "RUTH BOSS", "1970-01-01", 'F');
            let names = [
                "A ABBOT", "B BAKER", "C CARTER", "D DIXON", "E ELLIS", "F FOSTER", "G GRANT", "H HALL", "I IRWIN", "J JAMES", "K KING",
                "L LAMB", "M MASON", "N NASH", "O OWEN", "P PRICE", "Q QUINN", "R REED", "S SHAW", "T TODD", "U UNWIN", "V VANCE",
            ];
            for (number, name) in names.iter().enumerate() {
                let label = format!("child{number}");
                given.person(&label, name, &format!("200{}-0{}-11", number % 8, number % 9 + 1), 'M');
                given.seen("school_attendance", &label, "||SUNNYSIDE CHILDRENS HOME|LN2 2BB").role(PersonRole::Child);
                given.seen("school_attendance", "manager", "||SUNNYSIDE CHILDRENS HOME|LN2 2BB");
                given.related("school_attendance", "manager", CarerOf, &label);
                given.seen("health_flags", &label, "||SUNNYSIDE CHILDRENS HOME|LN2 2BB");
            }
        },
        expected: &[],
    },
    Trap {
        name: "an HMO of unrelated adults is no family, not even those who share a surname or the landlord's account",
        build: |given| {
            for (number, name) in ["ADAM KING", "BEN FOX", "CARL WEBB", "DAN POOLE", "ED WOOD", "FRED KING", "GUY HOLT"].iter().enumerate()
            {
                let label = format!("lodger{number}");
                given.person(&label, name, &format!("198{number}-01-01"), 'M');
                given.seen("police_crime", &label, HOME);
                given.seen("housing_benefit", &label, HOME).account(&format!("claim{number}"));
            }
        },
        expected: &[],
    },
    Trap {
        name: "friends sharing a house and its council tax account are no family",
        build: |given| {
            for (label, name) in [("a", "ADAM KING"), ("b", "BEN FOX"), ("c", "CARL WEBB")] {
                given.person(label, name, "1988-01-01", 'M');
            }
            given.account("council_tax", "1", HOME, &["a", "b", "c"]);
        },
        expected: &[],
    },
    Trap {
        name: "rooms of a care home are not homes of one family, pitches of a caravan site with one UPRN are",
        build: |given| {
            couple(given);
            given.person("old", "IRIS BELL", "1930-01-01", 'F').person("older", "IVY BELL", "1928-01-01", 'F');
            for label in ["old", "older"] {
                given.seen("health_flags", label, "|3|THE LIMES CARE HOME|LN2 2BB");
            }
            given.person("kid", "MAX JONES", "2006-01-01", 'M').person("mum", "EVE JONES", "1980-01-01", 'F');
            for label in ["jane", "john"] {
                given.seen("council_tax", label, "|5|DUNES CARAVAN PARK|PE25 1AA").uprn("100030000009");
            }
            for label in ["mum", "kid"] {
                given.seen("council_tax", label, "|6|DUNES CARAVAN PARK|PE25 1AA").uprn("100030000009");
            }
            given.seen("police_crime", "mum", "|DUNES CARAVAN PARK||PE25 1AA").uprn("100030000009");
            given.seen("health_flags", "kid", "|DUNES CARAVAN PARK||PE25 1AA");
        },
        expected: &["jane john", "kid mum"],
    },
    Trap {
        name: "on a caravan site one family is a family, the others are not",
        build: |given| {
            couple(given);
            given.person("amy", "AMY SMITH", "2005-01-01", 'F');
            let site = "||SEA VIEW CARAVAN PARK|PE25 1AA";
            for label in ["jane", "john"] {
                given.seen("housing_benefit", label, site);
            }
            given.seen("school_attendance", "amy", site);
            given.seen("school_attendance", "jane", site);
            given.related("school_attendance", "jane", ParentOf, "amy");
            given.related("housing_benefit", "jane", PartnerOf, "john");
            for (number, name) in ["ADAM SMITH", "BEN FOX", "CARL WEBB", "DAN POOLE", "ED WOOD"].iter().enumerate() {
                let label = format!("other{number}");
                given.person(&label, name, &format!("198{number}-01-01"), 'M');
                given.seen("police_crime", &label, site);
            }
        },
        expected: &["amy jane john"],
    },
    Trap {
        name: "a child in two homes belongs to both, mainly where most evidence is",
        build: |given| {
            given.person("mum", "JANE SMITH", "1980-02-03", 'F').person("dad", "PAUL JONES", "1978-05-06", 'M');
            given.person("kid", "MAX JONES", "2006-01-01", 'M');
            given.account("council_tax", "1", HOME, &["mum", "kid"]);
            given.account("council_tax", "2", OTHER, &["dad", "kid"]);
            given.account("housing_benefit", "9", HOME, &["mum", "kid"]);
            given.seen("school_attendance", "kid", HOME);
            given.seen("school_attendance", "mum", HOME);
            given.related("school_attendance", "mum", ParentOf, "kid");
            given.seen("school_attendance", "dad", OTHER);
            given.related("school_attendance", "dad", ParentOf, "kid");
        },
        expected: &["(dad) kid mum", "dad kid:2nd"],
    },
    Trap {
        name: "an absent father is linked, not resident",
        build: |given| {
            given.person("mum", "JANE SMITH", "1980-02-03", 'F').person("dad", "PAUL JONES", "1978-05-06", 'M');
            given.person("kid", "MAX JONES", "2006-01-01", 'M');
            given.account("council_tax", "1", HOME, &["mum", "kid"]);
            given.account("council_tax", "2", OTHER, &["dad"]);
            given.seen("school_attendance", "kid", HOME);
            given.social("mum", ParentOf, "kid");
            given.social("dad", ParentOf, "kid");
        },
        expected: &["(dad) kid mum"],
    },
    Trap {
        name: "an absent father without any address is not moved in",
        build: |given| {
            given.person("mum", "JANE SMITH", "1980-02-03", 'F').person("dad", "PAUL JONES", "1978-05-06", 'M');
            given.person("kid", "MAX JONES", "2006-01-01", 'M');
            given.account("council_tax", "1", HOME, &["mum", "kid"]);
            given.social("mum", ParentOf, "kid");
            given.social("dad", ParentOf, "kid");
        },
        expected: &["(dad) kid mum"],
    },
    Trap {
        name: "an absent father of another postcode is not moved in where extracts hold no more of addresses",
        build: |given| parents_of_whom_is_known(given, "LN1 1AA", "LN1 1AA", "PE21 6AB"),
        expected: &["(dad) kid mum"],
    },
    Trap {
        name: "an absent father of another street is not moved in where extracts hold no postcodes",
        build: |given| parents_of_whom_is_known(given, "12|HIGH STREET", "12|HIGH STREET", "7|MILL STREET"),
        expected: &["(dad) kid mum"],
    },
    Trap {
        name: "a slip in the postcode moves no father out where extracts hold no more of addresses",
        build: |given| parents_of_whom_is_known(given, "LN1 1AA", "LN1 1AA", "LN1 1AB"),
        expected: &["dad kid mum"],
    },
    Trap {
        name: "parents stay with a child whose school has another postcode than either",
        build: |given| parents_of_whom_is_known(given, "NG31 8ZZ", "LN1 1AA", "LN1 1AA"),
        expected: &["dad kid mum"],
    },
    Trap {
        name: "an absent father of another postcode is not moved in with a child whose mother nobody knows of",
        build: |given| {
            given.person("dad", "PAUL JONES", "1978-05-06", 'M').person("kid", "MAX JONES", "2006-01-01", 'M');
            given.person("gran", "IRIS BELL", "1950-02-03", 'F');
            given.seen("council_tax", "gran", HOME);
            given.seen("school_attendance", "kid", HOME);
            given.social("gran", GrandparentOf, "kid");
            given.seen("school_attendance", "dad", "PE21 6AB");
            given.related("school_attendance", "dad", ParentOf, "kid");
        },
        expected: &["(dad) gran kid"],
    },
    Trap {
        name: "a mother who alone is known lives with her child, though the police have an old postcode of hers",
        build: |given| {
            given.person("mum", "JANE SMITH", "1980-02-03", 'F').person("kid", "MAX JONES", "2006-01-01", 'M');
            given.seen("school_attendance", "kid", HOME);
            given.seen("police_crime", "mum", "PE21 6AB");
            given.social("mum", ParentOf, "kid");
        },
        expected: &["kid mum"],
    },
    Trap {
        name: "a grandparent carer with another surname is family",
        build: |given| {
            given.person("gran", "IRIS BELL", "1950-02-03", 'F').person("kid", "MAX JONES", "2006-01-01", 'M');
            given.seen("council_tax", "gran", HOME);
            given.seen("school_attendance", "kid", HOME);
            given.social("gran", GrandparentOf, "kid");
        },
        expected: &["gran kid"],
    },
    Trap {
        name: "a step-family with three surnames is one family through its account",
        build: |given| {
            given.person("mum", "JANE SMITH", "1980-02-03", 'F').person("step", "CARL WEBB", "1978-05-06", 'M');
            given.person("hers", "MAX JONES", "2006-01-01", 'M').person("theirs", "EVE WEBB", "2011-01-01", 'F');
            given.account("council_tax", "1", HOME, &["mum", "step", "hers", "theirs"]);
            given.seen("school_attendance", "hers", HOME);
        },
        expected: &["hers mum step theirs"],
    },
    Trap {
        name: "unmarried parents are joined through their child alone",
        build: |given| {
            given.person("mum", "JANE SMITH", "1980-02-03", 'F').person("dad", "CARL WEBB", "1978-05-06", 'M');
            given.person("kid", "EVE WEBB", "2006-01-01", 'F');
            for label in ["mum", "dad", "kid"] {
                given.seen("school_attendance", label, HOME);
            }
            given.related("school_attendance", "mum", ParentOf, "kid");
            given.related("school_attendance", "dad", ParentOf, "kid");
        },
        expected: &["dad kid mum"],
    },
    Trap {
        name: "a lodger without a relation is none of the family, one on its account is",
        build: |given| {
            couple(given);
            given.person("lodger", "CARL WEBB", "1988-05-06", 'M').person("guest", "DAN POOLE", "1989-05-06", 'M');
            given.account("council_tax", "1", HOME, &["jane", "john", "guest"]);
            given.seen("police_crime", "lodger", HOME);
        },
        expected: &["guest jane john"],
    },
    Trap {
        name: "a present claim at the address of a settled family makes a member, at that of newcomers it is a trace of the last tenant",
        build: |given| {
            couple(given);
            given.person("amy", "AMY SMITH", "2005-01-01", 'F').person("gran", "CAROL WEBB", "1948-05-06", 'F');
            given.person("ola", "OLA NOWAK", "1980-01-01", 'F').person("jan", "JAN NOWAK", "2005-02-01", 'M');
            given.person("last", "DAN POOLE", "1978-05-06", 'M');
            for label in ["jane", "john", "amy"] {
                given.seen("council_tax", label, HOME).account("1").from("2001-04-01");
            }
            for label in ["ola", "jan"] {
                given.seen("council_tax", label, OTHER).account("2").from("2012-10-01");
            }
            given.seen("housing_benefit", "gran", HOME);
            given.seen("housing_benefit", "last", OTHER);
        },
        expected: &["amy gran jane john", "jan ola"],
    },
    Trap {
        name: "a re-let house does not keep its last tenants",
        build: |given| {
            couple(given);
            given.person("amy", "AMY SMITH", "2005-01-01", 'F');
            given.person("old", "CARL WEBB", "1968-05-06", 'M').person("oldkid", "DEE WEBB", "1999-05-06", 'F');
            given.account("council_tax", "2", HOME, &["jane", "john", "amy"]);
            given.seen("tenancies_acis", "old", HOME).to("2012-06-30").account("t1");
            given.seen("tenancies_acis", "oldkid", HOME).to("2012-06-30").account("t1");
            given.seen("police_crime", "old", OTHER);
            given.seen("school_attendance", "oldkid", OTHER);
        },
        expected: &["amy jane john", "old oldkid"],
    },
    Trap {
        name: "a moved family with one stale source is whole at its new home",
        build: |given| {
            couple(given);
            given.person("amy", "AMY SMITH", "2005-01-01", 'F');
            given.account("council_tax", "1", HOME, &["jane", "john"]);
            given.seen("tenancies_acis", "jane", HOME).from("2012-11-01");
            given.seen("tenancies_acis", "john", HOME).from("2012-11-01");
            for label in ["amy", "jane"] {
                given.seen("school_attendance", label, OTHER);
            }
            given.related("school_attendance", "jane", ParentOf, "amy");
        },
        expected: &["amy jane john"],
    },
    Trap {
        name: "the next tenants do not inherit a child whose school has the old address",
        build: |given| {
            couple(given);
            given.person("amy", "AMY SMITH", "2005-01-01", 'F');
            given.person("new", "CARL WEBB", "1968-05-06", 'M').person("newkid", "DEE WEBB", "1999-05-06", 'F');
            given.account("council_tax", "1", HOME, &["jane", "john", "amy"]);
            given.account("council_tax", "2", OTHER, &["new", "newkid"]);
            given.seen("school_attendance", "amy", OTHER);
            given.seen("health_flags", "amy", OTHER);
            given.social("jane", ParentOf, "amy");
        },
        expected: &["amy jane john", "new newkid"],
    },
    Trap {
        name: "two flats under one UPRN are two homes",
        build: |given| {
            couple(given);
            given.person("ann", "ANN SMITH", "1985-01-01", 'F').person("kid", "MAX SMITH", "2006-01-01", 'M');
            for label in ["jane", "john"] {
                given.seen("council_tax", label, "1|12|HIGH STREET|LN1 1AA").uprn("100030000001");
            }
            for label in ["ann", "kid"] {
                given.seen("council_tax", label, "2|12|HIGH STREET|LN1 1AA").uprn("100030000001");
            }
            given.seen("police_crime", "ann", "|12|HIGH STREET|LN1 1AA");
        },
        expected: &["ann kid", "jane john"],
    },
    Trap {
        name: "two families of one surname in one street are two",
        build: |given| {
            couple(given);
            given.person("ann", "ANN SMITH", "1985-01-01", 'F').person("kid", "MAX SMITH", "2006-01-01", 'M');
            for label in ["jane", "john"] {
                given.seen("council_tax", label, HOME);
            }
            for label in ["ann", "kid"] {
                given.seen("council_tax", label, "|13|HIGH STREET|LN1 1AA");
            }
        },
        expected: &["ann kid", "jane john"],
    },
    Trap {
        name: "a landlord liable for the tenants' council tax lives at home",
        build: |given| {
            couple(given);
            given.person("landlord", "CARL WEBB", "1958-05-06", 'M').person("wife", "DEE WEBB", "1959-05-06", 'F');
            given.account("council_tax", "1", HOME, &["landlord", "jane", "john"]);
            given.account("council_tax", "2", OTHER, &["landlord", "wife"]);
            given.seen("police_crime", "landlord", OTHER);
            given.seen("tenancies_acis", "jane", HOME);
        },
        expected: &["jane john", "landlord wife"],
    },
    Trap {
        name: "in a refuge only mother and child are family",
        build: |given| {
            let refuge = "||7 QUIET PLACE|LN5 5AA";
            for (number, name) in ["ADA KING", "BEA FOX", "CLEO KING", "DORA POOLE"].iter().enumerate() {
                let label = format!("woman{number}");
                given.person(&label, name, &format!("198{number}-01-01"), 'F');
                given.seen("housing_benefit", &label, refuge).restricted();
            }
            given.person("kid", "MAX FOX", "2006-01-01", 'M');
            given.seen("school_attendance", "kid", refuge).restricted();
            given.social("woman1", ParentOf, "kid");
        },
        expected: &["kid woman1"],
    },
    Trap {
        name: "the dead are members, not residents",
        build: |given| {
            couple(given);
            given.person("amy", "AMY SMITH", "2005-01-01", 'F');
            given.account("council_tax", "1", HOME, &["jane", "john", "amy"]);
            given.seen("health_flags", "john", HOME).died("2012-12-01");
        },
        expected: &["(john) amy jane"],
    },
    Trap {
        name: "a mother in two parts does not break the family",
        build: |given| {
            couple(given);
            given.person("amy", "AMY SMITH", "2005-01-01", 'F').person("part", "JANE SMITH", "", 'F');
            given.account("council_tax", "1", HOME, &["jane", "john", "amy"]);
            given.social("jane", ParentOf, "amy");
            given.social("part", ParentOf, "amy");
        },
        expected: &["amy jane john part"],
    },
    Trap {
        name: "an absent father in two parts stays absent",
        build: |given| {
            given.person("mum", "JANE SMITH", "1980-02-03", 'F').person("dad", "PAUL JONES", "1978-05-06", 'M');
            given.person("part", "PAUL JONES", "", 'M').person("kid", "MAX JONES", "2006-01-01", 'M');
            given.seen("council_tax", "mum", HOME);
            given.seen("school_attendance", "kid", HOME);
            given.seen("council_tax", "dad", OTHER);
            given.social("mum", ParentOf, "kid");
            given.social("dad", ParentOf, "kid");
            given.social("part", ParentOf, "kid");
        },
        expected: &["(dad) (part) kid mum", "dad part"],
    },
    Trap {
        name: "a child without a date of birth is a child by its role",
        build: |given| {
            given.person("mum", "JANE SMITH", "1980-02-03", 'F').person("kid", "MAX JONES", "", 'M');
            given.seen("council_tax", "mum", HOME);
            given.seen("school_attendance", "kid", HOME).role(PersonRole::Child);
        },
        expected: &["kid mum"],
    },
    Trap {
        name: "a wrong postcode does not split a family",
        build: |given| {
            couple(given);
            given.person("amy", "AMY JONES", "2005-01-01", 'F');
            given.account("council_tax", "1", HOME, &["jane", "john"]);
            given.seen("police_crime", "jane", HOME);
            given.seen("school_attendance", "amy", "|12|HIGH STREET|LN1 1AB");
            given.seen("school_attendance", "jane", "|12|HIGH STREET|NG9 1AA");
            given.related("school_attendance", "jane", ParentOf, "amy");
        },
        expected: &["amy jane john"],
    },
    Trap {
        name: "brothers and sisters without any adult on record are one family",
        build: |given| {
            given.person("max", "MAX JONES", "2006-01-01", 'M').person("eve", "EVE FOX", "2008-01-01", 'F');
            given.seen("school_attendance", "max", THIRD);
            given.seen("school_attendance", "eve", THIRD);
            given.social("max", SiblingOf, "eve");
        },
        expected: &["eve max"],
    },
    Trap {
        name: "husband and wife with endings of a Lithuanian surname are one family",
        build: |given| {
            given.person("jonas", "JONAS KAZLAUSKAS", "1978-01-01", 'M').person("ruta", "RUTA KAZLAUSKIENE", "1980-01-01", 'F');
            given.seen("police_crime", "jonas", HOME);
            given.seen("housing_benefit", "ruta", HOME);
        },
        expected: &["jonas ruta"],
    },
    Trap {
        name: "a source older than the settings allow shows no residence",
        build: |given| {
            couple(given);
            given.seen("council_tax", "jane", HOME);
            given.seen("police_crime", "john", HOME).as_at("2010-01-31");
        },
        expected: &[],
    },
];
