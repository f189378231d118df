//! The county: districts, postcode sectors, unit postcodes, streets, and the addresses on them.
//!
//! In: `data/places.txt` (the districts and sectors of domain.md section 0), `data/streets.txt`. Out: addresses, minted one after
//! the other. What always holds: a unit postcode lies on one street of one town and has fifteen to thirty addresses; every address
//! has its own UPRN except where a test trap says otherwise (a caravan site may share one).

use fastrand::Rng;

use super::identifiers;
use super::random::{Draw, Purpose, Weighted, stream};

/// Letters of an inward code (domain.md section 4.1: not C I K M O V).
const INWARD: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";
/// Unit postcodes a sector can have.
pub(super) const UNITS: u32 = 400;
const PLACES: &str = include_str!("data/places.txt");
const STREETS: &str = include_str!("data/streets.txt");
const STREET_KINDS: [&str; 10] = ["Street", "Road", "Close", "Avenue", "Drive", "Lane", "Way", "Court", "Crescent", "Gardens"];
const STREET_WEIGHTS: [u32; 10] = [18, 26, 14, 12, 10, 8, 5, 3, 3, 2];
const HOUSE_NAMES: [&str; 24] = [
    "Rose Cottage",
    "The Cottage",
    "The Old Vicarage",
    "Orchard House",
    "The Bungalow",
    "Meadow View",
    "Ivy Cottage",
    "Willow House",
    "The Willows",
    "Manor Farm",
    "The Laurels",
    "Hillcrest",
    "Fen View",
    "Corner House",
    "The Old Forge",
    "Holly House",
    "Lilac Cottage",
    "Church Farm",
    "Mill House",
    "The Barn",
    "Field House",
    "Woodlands",
    "Sunnyside",
    "The Gables",
];

/// One postcode sector.
#[derive(Clone, Debug)]
pub(crate) struct Sector {
    /// ONS code of the district, empty over the border.
    pub(crate) district: String,
    pub(crate) outward: String,
    pub(crate) digit: u8,
    towns: Vec<String>,
    /// `T` town, `V` villages, `C` coast.
    pub(crate) kind: u8,
    weight: u64,
}

impl Sector {
    /// Its first town or village.
    pub(crate) fn main_town(&self) -> &str {
        self.towns.first().map_or("", String::as_str)
    }
}

/// What stands at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Building {
    House,
    Named,
    Flat,
    /// A room or pitch of an institution; the number is the room.
    Room,
}

/// One address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address {
    /// Sector times 400 plus unit.
    pub(crate) unit: u32,
    pub(crate) building: Building,
    pub(crate) number: u16,
    pub(crate) flat: u16,
    /// Index into [`Places::sites`], `u16::MAX` for none.
    pub(crate) site: u16,
    pub(crate) uprn: u64,
}

/// The written parts of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AddressText {
    pub(crate) flat: String,
    pub(crate) house: String,
    pub(crate) street: String,
    pub(crate) town: String,
    pub(crate) postcode: String,
    pub(crate) uprn: String,
}

impl AddressText {
    /// Number and street in one line.
    pub(crate) fn line(&self) -> String {
        let joint = if self.house.chars().next().is_some_and(|first| first.is_ascii_digit()) { " " } else { ", " };
        match (self.house.is_empty(), self.street.is_empty()) {
            (false, false) => format!("{}{joint}{}", self.house, self.street),
            (false, true) => self.house.clone(),
            _ => self.street.clone(),
        }
    }

    /// Everything but the postcode in one cell.
    pub(crate) fn cell(&self) -> String {
        [self.flat.as_str(), self.line().as_str(), self.town.as_str()]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(", ")
    }
}

struct Unit {
    street: u16,
    kind: u8,
    town: u8,
    size: u8,
    /// Every house of it is divided into that many flats; 0 for houses.
    flats: u8,
}

/// The county and all addresses minted so far.
pub(crate) struct Places {
    pub(crate) sectors: Vec<Sector>,
    streets: Vec<&'static str>,
    units: Vec<Unit>,
    weights: Weighted,
    /// Per sector: units begun and addresses already used in the last.
    cursor: Vec<(u32, u32)>,
    pub(crate) addresses: Vec<Address>,
    /// Names of institutions.
    pub(crate) sites: Vec<String>,
}

impl Places {
    /// The empty county.
    pub(crate) fn new(seed: u64) -> Self {
        let mut sectors = Vec::new();
        for line in PLACES.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('|');
            let mut next = || cells.next().unwrap_or_default();
            let (district, outward, digits, towns) = (next(), next(), next(), next());
            let (weight, kind) = (next().parse::<u64>().unwrap_or(1), next().bytes().next().unwrap_or(b'V'));
            let count = digits.split(' ').count().max(1) as u64;
            for digit in digits.split(' ').filter_map(|digit| digit.bytes().next()) {
                sectors.push(Sector {
                    district: if district == "OUT" { String::new() } else { district.to_owned() },
                    outward: outward.to_owned(),
                    digit,
                    towns: towns.split(',').map(str::to_owned).collect(),
                    kind,
                    weight: weight * 100 / count,
                });
            }
        }
        let streets: Vec<&str> = STREETS.lines().collect();
        let mut units = Vec::new();
        for (index, sector) in sectors.iter().enumerate() {
            for unit in 0..UNITS {
                let mut rng = stream(seed, Purpose::Places, index as u64, u64::from(unit));
                // Two or three neighbouring units lie on one long street.
                let mut street_rng = stream(seed, Purpose::Places, index as u64 + 1_000, u64::from(unit) / 2);
                units.push(Unit {
                    street: street_rng.usize(0..streets.len()) as u16,
                    kind: super::random::weighted(&mut street_rng, &STREET_WEIGHTS) as u8,
                    town: if sector.towns.len() > 1 { street_rng.usize(0..sector.towns.len()) as u8 } else { 0 },
                    size: rng.u8(15..=30),
                    flats: if sector.kind == b'T' && rng.chance(0.12) { rng.u8(3..=8) } else { 0 },
                });
            }
        }
        let weights = Weighted::new(sectors.iter().map(|sector| sector.weight));
        let cursor = vec![(0, 0); sectors.len()];
        Self { sectors, streets, units, weights, cursor, addresses: Vec::new(), sites: Vec::new() }
    }

    /// A sector, drawn in proportion to its people.
    pub(crate) fn draw_sector(&self, rng: &mut Rng) -> usize {
        self.weights.pick(rng).min(self.sectors.len().saturating_sub(1))
    }

    /// The sector of an address.
    pub(crate) fn sector_of(&self, address: u32) -> &Sector {
        let index = self.address(address).unit / UNITS;
        self.sectors.get(index as usize).expect("units are numbered by sector")
    }

    /// The sector's index of an address.
    pub(crate) fn sector_index(&self, address: u32) -> usize {
        (self.address(address).unit / UNITS) as usize
    }

    /// An address that was minted.
    pub(crate) fn address(&self, address: u32) -> &Address {
        self.addresses.get(address as usize).expect("address numbers are given out by mint")
    }

    /// The next free home of a sector.
    pub(crate) fn mint(&mut self, sector: usize, rng: &mut Rng) -> u32 {
        let (unit, used) = self.next_place(sector);
        let row = self.units.get(unit as usize).expect("a unit per sector and letter pair");
        let village = self.sectors.get(sector).is_some_and(|sector| sector.kind == b'V');
        // Odd and even sides of a street are different units.
        let side = u32::from(unit.is_multiple_of(2)) + (unit % 4 / 2) * 2 * u32::from(row.size);
        let (building, number, flat) = if row.flats > 0 {
            (Building::Flat, side + used / u32::from(row.flats) * 2, used % u32::from(row.flats) + 1)
        } else if village && rng.chance(0.18) {
            (Building::Named, used % HOUSE_NAMES.len() as u32, 0)
        } else {
            (Building::House, side + used * 2, 0)
        };
        self.push(unit, building, number + u32::from(building != Building::Named), flat, u16::MAX, None)
    }

    /// An institution of that name; its rooms are minted by [`Places::mint_room`].
    pub(crate) fn mint_site(&mut self, sector: usize, name: String) -> u32 {
        let (unit, used) = self.next_place(sector);
        self.sites.push(name);
        let site = (self.sites.len() - 1) as u16;
        self.push(unit, Building::Room, used, 0, site, None)
    }

    /// A room, pitch or flat of an institution; `shared` if the whole site has one UPRN.
    pub(crate) fn mint_room(&mut self, site: u32, room: u32, shared: bool) -> u32 {
        let home = *self.address(site);
        self.push(home.unit, Building::Room, u32::from(home.number), room, home.site, shared.then_some(home.uprn))
    }

    fn next_place(&mut self, sector: usize) -> (u32, u32) {
        let cursor = self.cursor.get_mut(sector).expect("a cursor per sector");
        // 37 is prime to 400, so every unit comes once; each sector begins at another.
        let unit = sector as u32 * UNITS + (cursor.0 * 37 + sector as u32 * 71) % UNITS;
        let size = self.units.get(unit as usize).map_or(20, |unit| u32::from(unit.size));
        // At a million people the last units of a sector are simply long.
        let full = cursor.1 + 1 >= size && cursor.0 + 1 < UNITS;
        let used = cursor.1;
        *cursor = if full { (cursor.0 + 1, 0) } else { (cursor.0, cursor.1 + 1) };
        (unit, used)
    }

    fn push(&mut self, unit: u32, building: Building, number: u32, flat: u32, site: u16, uprn: Option<u64>) -> u32 {
        let index = self.addresses.len() as u32;
        let uprn = uprn.unwrap_or_else(|| identifiers::uprn(index));
        self.addresses.push(Address { unit, building, number: number as u16, flat: flat as u16, site, uprn });
        index
    }

    /// The postcode of a unit.
    pub(crate) fn postcode(&self, unit: u32) -> String {
        let (sector, letters) = (unit / UNITS, unit % UNITS);
        let Some(sector) = self.sectors.get(sector as usize) else { return String::new() };
        let letter = |index: u32| INWARD.get(index as usize).copied().map_or('A', char::from);
        format!("{} {}{}{}", sector.outward, char::from(sector.digit), letter(letters / 20), letter(letters % 20))
    }

    /// An address in words.
    pub(crate) fn words(&self, address: u32) -> AddressText {
        let place = self.address(address);
        let Some(unit) = self.units.get(place.unit as usize) else { return AddressText::default() };
        let sector = self.sector_of(address);
        let street = self.streets.get(unit.street as usize).copied().unwrap_or("High");
        let kind = STREET_KINDS.get(unit.kind as usize).copied().unwrap_or("Street");
        let street = if street.ends_with("way") || street.ends_with("gate") { street.to_owned() } else { format!("{street} {kind}") };
        let site = self.sites.get(place.site as usize).cloned();
        let (flat, house) = match place.building {
            Building::House => (String::new(), place.number.to_string()),
            Building::Named => (String::new(), HOUSE_NAMES.get(place.number as usize).copied().unwrap_or("The Cottage").to_owned()),
            Building::Flat => (format!("Flat {}", place.flat), place.number.to_string()),
            Building::Room => {
                let site = site.unwrap_or_default();
                let label = if site.contains("Caravan") { "Pitch" } else { "Room" };
                (if place.flat == 0 { String::new() } else { format!("{label} {}", place.flat) }, site)
            }
        };
        AddressText {
            flat,
            house,
            street,
            town: sector.towns.get(unit.town as usize).cloned().unwrap_or_default(),
            postcode: self.postcode(place.unit),
            uprn: place.uprn.to_string(),
        }
    }

    /// First sector of a district kind that fits, for institutions that stand only in some places.
    pub(crate) fn sectors_where(&self, fits: impl Fn(&Sector) -> bool) -> Vec<usize> {
        self.sectors.iter().enumerate().filter(|(_, sector)| fits(sector)).map(|(index, _)| index).collect()
    }
}
