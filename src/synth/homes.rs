//! What an agency's system says about an address, a telephone, an e-mail.
//!
//! In: a source and a person or account. Out: the address as held there. What always holds: as for [`super::copies`], the same source
//! repeats the same error; a household shares its landline.

use fastrand::Rng;

use crate::model::Day;

use super::copies::Copier;
use super::names::Surname;
use super::places::AddressText;
use super::random::{Draw, Purpose, mix, stream};
use super::spelling::{without_diacritics, wrong_digit};
use super::world::World;

/// Dialling codes by outward code `[m]`.
const DIALLING: [(&str, &str); 20] = [
    ("LN11", "01507"),
    ("LN12", "01507"),
    ("LN13", "01507"),
    ("LN9", "01507"),
    ("LN10", "01526"),
    ("LN7", "01472"),
    ("LN8", "01673"),
    ("LN", "01522"),
    ("PE25", "01754"),
    ("PE24", "01754"),
    ("PE23", "01790"),
    ("PE2", "01205"),
    ("PE11", "01775"),
    ("PE12", "01406"),
    ("PE10", "01778"),
    ("PE9", "01780"),
    ("PE6", "01778"),
    ("NG34", "01529"),
    ("NG", "01476"),
    ("DN21", "01427"),
];

impl Copier<'_> {
    /// The address of a person as this source holds it. A child with two homes is sometimes at the second one.
    pub(crate) fn address(&self, person: u32, on: Day) -> AddressText {
        let world = self.world;
        let mut family = world.family_on(person, on);
        if let Some(second) = world.second_home(person, on)
            && mix(world.seed, Purpose::AddressCopy, self.system + 500, u64::from(person)) % 100 < 22
        {
            family = second;
        }
        self.family_address(family, u64::from(person), on)
    }

    /// The address of a household as this source holds it; `key` names whose copy it is.
    pub(crate) fn family_address(&self, family: u32, key: u64, on: Day) -> AddressText {
        let mut rng = stream(self.world.seed, Purpose::AddressCopy, self.system, key);
        let household = self.world.family(family);
        let old = rng.chance(self.noise.address_old);
        let address = if old { household.former_home(on) } else { household.home(on) };
        let mut text = self.world.places.words(address);
        if rng.chance(self.noise.identifier_wrong) {
            text.uprn = wrong_digit(&mut rng, &text.uprn);
        }
        if rng.chance(self.noise.address_missing) {
            match rng.u8(0..10) {
                0..3 => text = AddressText::default(),
                3..6 => text.house.clear(),
                6 | 7 => (text.house, text.street) = (String::new(), String::new()),
                8 => text.postcode.clear(),
                _ => text = AddressText { postcode: "ZZ99 3WZ".to_owned(), ..AddressText::default() },
            }
            text.uprn.clear();
        }
        if !text.street.is_empty() && rng.chance(self.noise.postcode_wrong) {
            text.postcode = wrong_postcode(&mut rng, &text.postcode);
        }
        if rng.chance(0.12) {
            text.uprn.clear();
        }
        self.habits(&mut rng, &mut text);
        text
    }

    /// Abbreviations, capitals, spacing of the source.
    fn habits(&self, rng: &mut Rng, text: &mut AddressText) {
        if rng.chance(0.2) {
            for (long, short) in [
                (" Street", " St"),
                (" Road", " Rd"),
                (" Avenue", " Ave"),
                (" Drive", " Dr"),
                (" Close", " Cl"),
                (" Lane", " Ln"),
                (" Crescent", " Cres"),
            ] {
                if let Some(head) = text.street.strip_suffix(long) {
                    text.street = format!("{head}{short}");
                }
            }
        }
        if rng.chance(0.25)
            && let Some(number) = text.flat.strip_prefix("Flat ")
        {
            let letter = number.parse::<u8>().ok().filter(|&number| (1..=26).contains(&number)).map(|number| char::from(b'A' + number - 1));
            text.flat = letter.filter(|_| rng.bool()).map_or_else(|| format!("Apartment {number}"), |letter| format!("Flat {letter}"));
        }
        if rng.chance(0.04) {
            text.postcode = text.postcode.replace(' ', "");
        }
        if self.style.capitals {
            for part in [&mut text.flat, &mut text.house, &mut text.street, &mut text.town] {
                *part = part.to_uppercase();
            }
        }
    }
}

fn wrong_postcode(rng: &mut Rng, postcode: &str) -> String {
    let mut letters: Vec<char> = postcode.chars().collect();
    let count = letters.len();
    if count < 5 {
        return postcode.to_owned();
    }
    match rng.u8(0..4) {
        0 => {
            // Letter O for nought and I for one, or two last letters exchanged.
            let swapped: String = postcode
                .chars()
                .map(|letter| {
                    if letter == '0' {
                        'O'
                    } else if letter == '1' {
                        'I'
                    } else {
                        letter
                    }
                })
                .collect();
            if swapped != postcode {
                return swapped;
            }
            letters.swap(count - 1, count - 2);
        }
        1 => letters.swap(count - 1, count - 2),
        _ => {
            let place = count - 1 - rng.usize(0..3);
            let old = letters.get(place).copied().unwrap_or('A');
            let new = if old.is_ascii_digit() {
                char::from(b'0' + (old as u8 - b'0' + rng.u8(1..10)) % 10)
            } else {
                *rng.pick(&['A', 'B', 'D', 'E', 'F', 'H', 'J', 'L', 'N', 'P', 'Q', 'R', 'S', 'T', 'W', 'X', 'Y', 'Z'])
            };
            if let Some(slot) = letters.get_mut(place) {
                *slot = new;
            }
        }
    }
    letters.into_iter().collect()
}

/// A person's telephone as given to agencies: the landline of the house, their own mobile or their partner's.
pub(crate) fn telephone(world: &World, person: u32, on: Day) -> String {
    let family = world.family_on(person, on);
    let drawn = mix(world.seed, Purpose::Contact, u64::from(family), 1);
    let choice = mix(world.seed, Purpose::Contact, u64::from(person), 2);
    if choice % 100 < 8 {
        return String::new();
    }
    if drawn % 100 < 55 && choice / 100 % 100 < 40 {
        let outward = &world.places.sector_of(world.family(family).home(on)).outward;
        let code = DIALLING.iter().find(|(prefix, _)| outward.starts_with(prefix)).map_or("01472", |&(_, code)| code);
        return format!("{code} {:06}", drawn / 100 % 900_000 + 100_000);
    }
    let owner = if choice / 10_000 % 100 < 14 {
        u64::from(world.family(family).members.first().map_or(person, |member| member.person))
    } else {
        u64::from(person)
    };
    let number = mix(world.seed, Purpose::Contact, owner, 3) % 900_000_000 + 100_000_000;
    if choice.is_multiple_of(3) { format!("07{number}") } else { format!("07{:03} {:06}", number / 1_000_000, number % 1_000_000) }
}

/// An e-mail address, three adults in ten; one in five of them the family's.
pub(crate) fn email(world: &World, person: u32, on: Day) -> String {
    const HOSTS: [&str; 6] = ["hotmail.co.uk", "gmail.com", "btinternet.com", "yahoo.co.uk", "live.co.uk", "talktalk.net"];
    let drawn = mix(world.seed, Purpose::Contact, u64::from(person), 4);
    if drawn % 100 >= 32 {
        return String::new();
    }
    let family = world.family_on(person, on);
    let who = world.person(person);
    let letters = |text: &str| without_diacritics(text).to_lowercase().chars().filter(char::is_ascii_alphabetic).collect::<String>();
    let surname = letters(&world.names.surname(Surname::plain(who.surname.first)));
    let shared = drawn / 100 % 100 < 20;
    let key = if shared { mix(world.seed, Purpose::Contact, u64::from(family), 5) } else { drawn / 10_000 };
    let host = HOSTS.get((key % 6) as usize).copied().unwrap_or("gmail.com");
    if shared {
        format!("the{surname}s{}@{host}", key / 6 % 1_000)
    } else {
        format!("{}.{surname}{}@{host}", letters(world.names.text(who.forename)), key / 6 % 1_000)
    }
}
