//! The words of addresses: what is a kind of street, a kind of house, a kind of flat, and how each is abbreviated.
//!
//! What comes in: the words of one address line. What goes out: the same words spelt out. What always holds: spelling
//! out is idempotent; "ST" is Saint in front of a name and Street behind one.

/// Abbreviations of a kind of street or building; they count only behind a word ("DR BEETON CLOSE" keeps its doctor).
const KINDS: &[(&str, &str)] = &[
    ("APTS", "APARTMENTS"),
    ("AV", "AVENUE"),
    ("AVE", "AVENUE"),
    ("AVEN", "AVENUE"),
    ("BDG", "BRIDGE"),
    ("BLDGS", "BUILDINGS"),
    ("BLVD", "BOULEVARD"),
    ("BUNG", "BUNGALOW"),
    ("BVD", "BOULEVARD"),
    ("CL", "CLOSE"),
    ("CLO", "CLOSE"),
    ("CLS", "CLOSE"),
    ("COTT", "COTTAGE"),
    ("COTTS", "COTTAGES"),
    ("CRES", "CRESCENT"),
    ("CRESC", "CRESCENT"),
    ("CRS", "CRESCENT"),
    ("CRT", "COURT"),
    ("CT", "COURT"),
    ("CTG", "COTTAGE"),
    ("DR", "DRIVE"),
    ("DRI", "DRIVE"),
    ("DRV", "DRIVE"),
    ("DRVE", "DRIVE"),
    ("ESP", "ESPLANADE"),
    ("EST", "ESTATE"),
    ("FM", "FARM"),
    ("GDN", "GARDEN"),
    ("GDNS", "GARDENS"),
    ("GRDNS", "GARDENS"),
    ("GRN", "GREEN"),
    ("GRO", "GROVE"),
    ("GRV", "GROVE"),
    ("GV", "GROVE"),
    ("HSE", "HOUSE"),
    ("LN", "LANE"),
    ("MDWS", "MEADOWS"),
    ("MWS", "MEWS"),
    ("PDE", "PARADE"),
    ("PK", "PARK"),
    ("PL", "PLACE"),
    ("PROM", "PROMENADE"),
    ("PSGE", "PASSAGE"),
    ("RD", "ROAD"),
    ("RDGE", "RIDGE"),
    ("RW", "ROW"),
    ("SQ", "SQUARE"),
    ("STR", "STREET"),
    ("STRT", "STREET"),
    ("TCE", "TERRACE"),
    ("TER", "TERRACE"),
    ("TERR", "TERRACE"),
    ("TRCE", "TERRACE"),
    ("VW", "VIEW"),
    ("WK", "WALK"),
    ("WLK", "WALK"),
    ("WY", "WAY"),
    ("YD", "YARD"),
];

/// Abbreviations that mean this only as the last word of a line.
const LAST_KINDS: &[(&str, &str)] = &[
    ("BK", "BANK"),
    ("CIR", "CIRCLE"),
    ("CR", "CRESCENT"),
    ("GR", "GROVE"),
    ("HL", "HILL"),
    ("LA", "LANE"),
    ("LNE", "LANE"),
    ("PTH", "PATH"),
    ("TE", "TERRACE"),
];

/// Abbreviations that mean this wherever they stand.
const ANYWHERE: &[(&str, &str)] = &[
    ("GT", "GREAT"),
    ("LT", "LITTLE"),
    ("LWR", "LOWER"),
    ("MKT", "MARKET"),
    ("NTH", "NORTH"),
    ("STH", "SOUTH"),
    ("UPP", "UPPER"),
    ("UPR", "UPPER"),
];

const DIRECTIONS: &[(&str, &str)] = &[("E", "EAST"), ("N", "NORTH"), ("S", "SOUTH"), ("W", "WEST")];

/// Words that end the name of a street and hardly ever mean anything else.
const STREETS: &[&str] = &[
    "AVENUE",
    "BOULEVARD",
    "CLOSE",
    "CRESCENT",
    "DRIVE",
    "DROVE",
    "GARDENS",
    "GROVE",
    "LANE",
    "MEWS",
    "PLACE",
    "ROAD",
    "SQUARE",
    "STREET",
    "TERRACE",
    "WALK",
    "WAY",
];

/// Words that often end the name of a street.
const OFTEN_STREETS: &[&str] = &[
    "APPROACH",
    "BANK",
    "BRIDGE",
    "BROW",
    "BUILDINGS",
    "CAUSEWAY",
    "CHASE",
    "CIRCLE",
    "CLIFF",
    "COMMON",
    "COPSE",
    "CORNER",
    "COTTAGES",
    "COURT",
    "CROFT",
    "CROSS",
    "DALE",
    "END",
    "ESPLANADE",
    "ESTATE",
    "FEN",
    "FIELD",
    "FIELDS",
    "FOLD",
    "GARDEN",
    "GARTH",
    "GATE",
    "GREEN",
    "HEATH",
    "HILL",
    "HOLT",
    "LEA",
    "LEAS",
    "LEYS",
    "MEADOW",
    "MEADOWS",
    "MOUNT",
    "ORCHARD",
    "PADDOCK",
    "PADDOCKS",
    "PARADE",
    "PARK",
    "PASSAGE",
    "PATH",
    "PROMENADE",
    "QUAY",
    "RIDGE",
    "RISE",
    "ROW",
    "SIDE",
    "SPINNEY",
    "STRAIT",
    "STRAND",
    "TOFT",
    "VALE",
    "VIEW",
    "VILLAS",
    "WARREN",
    "WHARF",
    "WOOD",
    "WYND",
    "YARD",
];

/// Words that end the name of a house.
const HOUSES: &[&str] = &[
    "ANNEXE",
    "ARMS",
    "BARN",
    "BARRACKS",
    "BUNGALOW",
    "CABIN",
    "CHALET",
    "COTTAGE",
    "FARM",
    "FARMHOUSE",
    "GABLES",
    "GRANGE",
    "HALL",
    "HOME",
    "HOSPITAL",
    "HOSTEL",
    "HOTEL",
    "HOUSE",
    "INN",
    "LAURELS",
    "LODGE",
    "MANOR",
    "MILL",
    "NOOK",
    "RECTORY",
    "REFUGE",
    "SCHOOL",
    "STABLES",
    "TAVERN",
    "TOWER",
    "VICARAGE",
    "VILLA",
    "WORKS",
];

/// Counties and countries: they say nothing beside a town.
const COUNTIES: &[&str] = &[
    "CAMBRIDGESHIRE",
    "CAMBS",
    "ENGLAND",
    "GB",
    "HUMBERSIDE",
    "LEICESTERSHIRE",
    "LEICS",
    "LINCOLNSHIRE",
    "LINCS",
    "NORFOLK",
    "NOTTINGHAMSHIRE",
    "NOTTS",
    "RUTLAND",
    "UK",
];

fn look_up(table: &[(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(short, _)| *short == word).map(|&(_, long)| long)
}

/// True if a word is letters only and longer than one.
fn is_word(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// True if the word ends a street's name and means nothing else.
pub(super) fn is_street(word: &str) -> bool {
    STREETS.binary_search(&word).is_ok()
}

/// True if the word ends a street's name, "EASTGATE" and "BAILGATE" included.
pub(super) fn may_be_street(word: &str) -> bool {
    is_street(word) || OFTEN_STREETS.binary_search(&word).is_ok() || is_gate(word)
}

/// True for the one-word streets of the Danelaw: EASTGATE, BAILGATE.
pub(super) fn is_gate(word: &str) -> bool {
    word.len() > 6 && word.ends_with("GATE")
}

/// True if the word ends a house's name.
pub(super) fn is_house(word: &str) -> bool {
    HOUSES.binary_search(&word).is_ok()
}

/// True for a county or country.
pub(super) fn is_county(word: &str) -> bool {
    COUNTIES.binary_search(&word).is_ok()
}

/// True for NORTH, SOUTH, EAST, WEST.
pub(super) fn is_direction(word: &str) -> bool {
    DIRECTIONS.iter().any(|(_, long)| *long == word)
}

/// The words of a line spelt out.
pub(super) fn spelt_out(line: &[String]) -> Vec<String> {
    let last = line.len().saturating_sub(1);
    let mut result: Vec<String> = Vec::with_capacity(line.len());
    for (position, word) in line.iter().enumerate() {
        let behind_a_word = result.last().is_some_and(|before| is_word(before));
        let rest = line.get(position + 1..).unwrap_or_default();
        let long = if word == "ST" {
            Some(saint_or_street(behind_a_word, rest))
        } else if let Some(long) = look_up(ANYWHERE, word).filter(|_| !rest.is_empty()) {
            Some(long)
        } else if let Some(long) = look_up(KINDS, word).filter(|_| behind_a_word) {
            Some(long)
        } else if let Some(long) = look_up(LAST_KINDS, word).filter(|_| behind_a_word && position == last) {
            Some(long)
        } else {
            // "HIGH STREET N" and "N HYKEHAM".
            let behind_a_street = result.last().is_some_and(|before| may_be_street(before)) && position == last;
            let before_a_town = position == 0 && rest.first().is_some_and(|next| is_word(next));
            look_up(DIRECTIONS, word).filter(|_| behind_a_street || before_a_town)
        };
        result.push(long.map_or_else(|| word.clone(), str::to_owned));
    }
    result
}

fn saint_or_street(behind_a_word: bool, rest: &[String]) -> &'static str {
    let ends = match rest {
        [] => true,
        [only] => look_up(DIRECTIONS, only).is_some() || is_direction(only),
        _ => false,
    };
    // "12 OLD ST JOHNS ROAD" has a street behind it, "12 HIGH ST LINCOLN" has none.
    let street_follows = rest.iter().any(|word| is_street(word) || matches!(word.as_str(), "RD" | "AVE" | "LN" | "CL" | "DR" | "CRES"));
    if behind_a_word && (ends || !street_follows) { "STREET" } else { "SAINT" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(text: &str) -> String {
        spelt_out(&text.split(' ').map(str::to_owned).collect::<Vec<_>>()).join(" ")
    }

    #[test]
    fn saints_are_told_from_streets() {
        for (short, long) in [
            ("12 HIGH ST", "12 HIGH STREET"),
            ("12 ST JOHNS RD", "12 SAINT JOHNS ROAD"),
            ("ST JOHNS ST", "SAINT JOHNS STREET"),
            ("12 OLD ST JOHNS RD", "12 OLD SAINT JOHNS ROAD"),
            ("12 HIGH ST LINCOLN", "12 HIGH STREET LINCOLN"),
            ("12 HIGH ST N", "12 HIGH STREET NORTH"),
            ("ST IVES", "SAINT IVES"),
            ("DR BEETON CL", "DR BEETON CLOSE"),
            ("N HYKEHAM", "NORTH HYKEHAM"),
            ("MKT RASEN", "MARKET RASEN"),
            ("ROSE COTT", "ROSE COTTAGE"),
            ("CHURCH LA", "CHURCH LANE"),
            ("LA MER", "LA MER"),
        ] {
            assert_eq!(spelt(short), long);
            assert_eq!(spelt(long), long);
        }
    }

    #[test]
    fn the_lists_are_sorted_so_that_searching_works() {
        for list in [STREETS, OFTEN_STREETS, HOUSES, COUNTIES] {
            assert!(list.is_sorted());
        }
        assert!(KINDS.iter().chain(LAST_KINDS).chain(ANYWHERE).all(|(_, long)| look_up(KINDS, long).is_none()));
    }
}
