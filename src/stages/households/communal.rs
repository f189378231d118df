//! Addresses where living there makes nobody family: care homes, hostels, HMOs, barracks, refuges, caravan sites.
//!
//! What comes in: places, who lives there, and which of them are joined by what extracts state. What goes out: per place whether it is
//! communal, and why. What always holds: an address is communal by its words, by being a refuge, or by how many unrelated people
//! it houses; at a communal address only kinship that an extract states joins people.
#![expect(clippy::indexing_slicing, reason = "indices are dense person numbers and places")]

use super::forest::Forest;
use super::gazetteer::Parts;
use super::people::People;
use super::places::Places;
use super::ties::Ties;
use crate::config::checked::HouseholdSettings;

/// Words that say what a place is, and the reason reported. Each is matched as whole words of the address key.
const WORDS: &[(&str, &str)] = &[
    ("CARE HOME", "care home"),
    ("NURSING HOME", "care home"),
    ("RESIDENTIAL HOME", "care home"),
    ("RETIREMENT HOME", "care home"),
    ("REST HOME", "care home"),
    ("CHILDRENS HOME", "children's home"),
    ("CHILDRENS UNIT", "children's home"),
    ("HOSPITAL", "hospital"),
    ("HOSPICE", "hospital"),
    ("HOSTEL", "hostel"),
    ("NIGHT SHELTER", "hostel"),
    ("FOYER", "hostel"),
    ("YMCA", "hostel"),
    ("YWCA", "hostel"),
    ("HOTEL", "hotel"),
    ("GUEST HOUSE", "hotel"),
    ("BED AND BREAKFAST", "hotel"),
    ("REFUGE", "refuge"),
    ("WOMENS AID", "refuge"),
    ("HM PRISON", "prison"),
    ("HMP", "prison"),
    ("HMYOI", "prison"),
    ("YOUNG OFFENDER", "prison"),
    ("SECURE UNIT", "prison"),
    ("BARRACKS", "barracks"),
    ("BOARDING HOUSE", "boarding school"),
    ("BOARDING SCHOOL", "boarding school"),
    ("HALL OF RESIDENCE", "student hall"),
    ("HALLS OF RESIDENCE", "student hall"),
    ("CARAVAN PARK", "caravan site"),
    ("CARAVAN SITE", "caravan site"),
    ("HOLIDAY PARK", "caravan site"),
    ("TRAVELLERS SITE", "caravan site"),
    ("TRAVELLER SITE", "caravan site"),
    ("PO BOX", "post office box"),
];

/// Why each place is communal, `None` where it is not.
pub(super) type Communal = Vec<Option<&'static str>>;

/// Last words of a street's name: a road may be named after a hospital without being one.
const STREET_ENDS: &[&str] = &[
    "ROAD", "STREET", "LANE", "AVENUE", "CLOSE", "DRIVE", "WAY", "COURT", "PLACE", "CRESCENT", "GARDENS", "ROW", "TERRACE", "WALK", "HILL",
    "GREEN", "SQUARE", "GROVE", "MEWS", "PARADE", "VIEW", "RISE", "YARD",
];

/// What a place's words say it is. A plot of its own on a caravan site is a home like any other.
pub(super) fn by_words(places: &Places) -> Communal {
    (0..places.len() as u32)
        .map(|place| {
            let parts = Parts::of(places.words(place));
            let road = parts.street.rsplit(' ').next().is_some_and(|last| STREET_ENDS.contains(&last));
            let padded = format!(" {} {} {} ", parts.flat, parts.house, if road { "" } else { parts.street });
            let reason = WORDS.iter().find(|(word, _)| padded.contains(&format!(" {word} "))).map(|&(_, reason)| reason)?;
            let plot = !parts.flat.is_empty() || parts.house.bytes().any(|byte| byte.is_ascii_digit());
            (!(plot && reason == "caravan site")).then_some(reason)
        })
        .collect()
}

/// Who lives where: residents sorted by (place, person).
pub(super) struct Crowd<'a> {
    pub(super) people: &'a People,
    pub(super) ties: &'a Ties,
    pub(super) residents: &'a [(u32, u32)],
    pub(super) settings: &'a HouseholdSettings,
}

/// From so many adults with nothing in common but an account on, it is the account of a shared house, not of a family.
const SHARED_HOUSE: usize = 3;

impl Crowd<'_> {
    /// Adds places that house too many unrelated people; `kin` joins residents whom an extract says to be kin.
    pub(super) fn by_numbers(&self, communal: &mut Communal, kin: &mut Forest) {
        for group in self.residents.chunk_by(|a, b| a.0 == b.0) {
            let place = group[0].0 as usize;
            if communal[place].is_some() || group.len() < SHARED_HOUSE {
                continue;
            }
            let restricted = group.iter().all(|&(_, person)| self.people.restricted[person as usize]);
            let unrelated = self.unrelated(group, kin);
            let mut roots: Vec<u32> = group.iter().map(|&(_, person)| kin.root(person)).collect();
            roots.sort_unstable();
            roots.dedup();
            communal[place] = if unrelated.len() > self.settings.communal_surnames as usize {
                Some("many unrelated adults")
            } else if group.len() > self.settings.communal_people as usize && roots.len() > 1 {
                Some("many people")
            } else if restricted && unrelated.len() >= SHARED_HOUSE {
                Some("refuge")
            } else if self.is_shared(group, &unrelated) {
                Some("shared house")
            } else {
                None
            };
        }
    }

    /// Sets of adults with neither kin nor a surname in common.
    fn unrelated(&self, group: &[(u32, u32)], kin: &mut Forest) -> Vec<Vec<u32>> {
        let mut sets: Vec<Vec<u32>> = Vec::new();
        for person in group.iter().map(|&(_, person)| person).filter(|&person| self.people.adult(person)) {
            let names = self.people.surnames_of(person);
            let (mut together, apart): (Vec<_>, Vec<_>) = sets.into_iter().partition(|set| {
                set.iter().any(|&other| {
                    kin.joined(person, other)
                        || names.is_empty()
                        || self.people.surnames_of(other).iter().any(|name| names.binary_search(name).is_ok())
                })
            });
            together.push(vec![person]);
            sets = apart;
            sets.push(together.concat());
        }
        sets
    }

    /// Three or more adults, no child, nobody kin, and one account over them.
    fn is_shared(&self, group: &[(u32, u32)], unrelated: &[Vec<u32>]) -> bool {
        let adults = group.iter().all(|&(_, person)| self.people.adult(person));
        if !adults || unrelated.len() < SHARED_HOUSE || unrelated.iter().any(|set| set.len() > 1) {
            return false;
        }
        let mut accounts: Vec<u32> = group.iter().flat_map(|&(_, person)| self.ties.dwellings_of(person)).map(|one| one.account).collect();
        accounts.sort_unstable();
        accounts.chunk_by(|a, b| a == b).any(|run| run.len() >= SHARED_HOUSE)
    }
}

/// The places found communal with their number of residents, for the run's tables: address key or UPRN, why, how many.
pub(super) fn table(places: &Places, communal: &Communal, residents: &[(u32, u32)]) -> Vec<(String, &'static str, u32)> {
    let mut rows: Vec<(String, &'static str, u32)> = residents
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|group| {
            let place = group[0].0 as usize;
            let name = if places.key[place].is_empty() { &places.uprn[place] } else { &places.key[place] };
            communal[place].map(|reason| (name.to_string(), reason, group.len() as u32))
        })
        .collect();
    rows.sort();
    rows
}
