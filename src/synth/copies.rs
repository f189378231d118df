//! What an agency's system says about a person: its stored copy, with that agency's errors.
//!
//! In: a source and a person. Out: names, date of birth, identifiers as that source holds them. What always holds: the same source says
//! the same wrong thing every time; different sources err differently.

use fastrand::Rng;

use crate::model::date::{day, to_naive};
use crate::model::{Day, NO_DAY};
use chrono::Datelike;

use super::identifiers;
use super::names::{NO_NAME, Surname};
use super::noise::Noise;
use super::random::{Draw, Purpose, mix, stream};
use super::spelling::{misspell, without_diacritics, wrong_digit};
use super::world::{Person, World};

/// How a source writes names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// Everything in capitals.
    pub(crate) capitals: bool,
    /// Can hold letters beyond those of English.
    pub(crate) diacritics: bool,
    /// Types the curly apostrophe.
    pub(crate) curly: bool,
}

/// A date of birth as held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Birth {
    Missing,
    /// 1900-01-01 or 1970-01-01.
    Default(Day),
    Given(Day),
}

/// A person as a source holds them.
#[derive(Clone, Debug)]
pub(crate) struct PersonCopy {
    pub(crate) title: &'static str,
    pub(crate) forename: String,
    pub(crate) middle: String,
    pub(crate) surname: String,
    /// Known as.
    pub(crate) alias: String,
    pub(crate) birth: Birth,
    pub(crate) female: bool,
}

/// Everything needed to draw copies.
#[derive(Clone, Copy)]
pub(crate) struct Copier<'a> {
    pub(crate) world: &'a World,
    pub(crate) noise: &'a Noise,
    /// Number of the source whose copies these are.
    pub(crate) system: u64,
    pub(crate) style: Style,
}

impl Copier<'_> {
    /// The copy of a person; `variant` counts an agency's duplicate records of one person; `on` is the day it is read.
    pub(crate) fn person(&self, person: u32, variant: u64, on: Day) -> PersonCopy {
        self.record(person, (variant, self.world.is_corrected(self.system, person, on)), on)
    }

    /// The copy as it is before the agency looks at it again, or as it is `put_right`.
    pub(crate) fn record(&self, person: u32, (variant, put_right): (u64, bool), on: Day) -> PersonCopy {
        let mut rng = stream(self.world.seed, Purpose::Copy, self.system * 16 + variant, u64::from(person));
        let truth = self.world.person(person);
        let age = crate::model::date::age_on(truth.born, on).unwrap_or(0);
        let birth = self.birth(&mut rng, truth.born);
        let (forename, alias) = self.forename(&mut rng, truth, on);
        let named = self.world.surname_on(person, on, self.slowness(person));
        let surname = self.surname(&mut rng, truth, named, age);
        let middle =
            if truth.middle != NO_NAME && rng.chance(0.6) { self.world.names.text(truth.middle).to_owned() } else { String::new() };
        let swapped = rng.chance(self.noise.names_swapped * if truth.origin.is_migrant() { 2.0 } else { 1.0 });
        let (forename, surname) = if swapped { (surname, forename) } else { (forename, surname) };
        let (birth, forename, surname) = if put_right {
            (Birth::Given(truth.born), self.world.names.text(truth.forename).to_owned(), self.world.names.surname(named))
        } else {
            (birth, forename, surname)
        };
        let title = match (age, truth.female) {
            (..16, _) => "",
            (_, false) => "Mr",
            (_, true) => ["Mrs", "Miss", "Ms"].get(super::random::weighted(&mut rng, &[45, 35, 20])).copied().unwrap_or("Ms"),
        };
        let keeps = self.style.diacritics && rng.chance(0.6);
        let write = |text: String| self.write(text, keeps);
        PersonCopy {
            title,
            forename: write(forename),
            middle: write(middle),
            surname: write(surname),
            alias: write(alias),
            birth,
            female: truth.female,
        }
    }

    /// Days until this system writes somebody's new name: a week to seven months.
    fn slowness(&self, person: u32) -> Day {
        7 + (mix(self.world.seed, Purpose::Onward, self.system, u64::from(person)) % 200) as Day
    }

    /// Case, letters and apostrophes of the source.
    fn write(&self, text: String, keeps: bool) -> String {
        let text = if keeps { text } else { without_diacritics(&text) };
        let text = if self.style.capitals { text.to_uppercase() } else { text };
        if self.style.curly { text.replace('\'', "\u{2019}") } else { text }
    }

    fn birth(&self, rng: &mut Rng, born: Day) -> Birth {
        let noise = self.noise;
        let Some(date) = to_naive(born) else { return Birth::Missing };
        let mut band = Band::new(rng);
        if band.falls(noise.birth_missing) {
            return Birth::Missing;
        }
        if band.falls(noise.birth_default) {
            let year = if rng.chance(0.7) { 1900 } else { 1970 };
            return day(year, 1, 1).map_or(Birth::Missing, Birth::Default);
        }
        // Only 132 days of a year can be exchanged with their month and come out as another date (144 less 12).
        if band.falls(noise.birth_swapped * 365.0 / 132.0) {
            let fits = date.day() <= 12 && date.day() != date.month();
            return if fits {
                day(date.year(), date.day(), date.month()).map_or(Birth::Given(born), Birth::Given)
            } else {
                Birth::Given(born)
            };
        }
        if band.falls(noise.birth_digit) {
            // Not in the future, whenever it is read.
            let latest = if born <= self.world.first_horizon { self.world.first_horizon - 20 } else { born };
            for _ in 0..24 {
                let wrong = wrong_digit(rng, &date.format("%Y%m%d").to_string());
                let parsed = chrono::NaiveDate::parse_from_str(&wrong, "%Y%m%d").ok().map(crate::model::date::from_naive);
                // A slip nobody would notice on the screen: the year stays within ten years, and not in the future.
                if let Some(wrong) = parsed.filter(|&wrong| (wrong - born).abs() < 3_700 && wrong < latest) {
                    return Birth::Given(wrong);
                }
            }
        }
        Birth::Given(born)
    }

    fn forename(&self, rng: &mut Rng, truth: &Person, on: Day) -> (String, String) {
        let noise = self.noise;
        let names = &self.world.names;
        let given = names.text(truth.forename);
        let nickname = || {
            let known = names.nicknames(truth.forename);
            known.first().map_or_else(|| short_form(given), |&first| names.text(first).to_owned())
        };
        // Young babies often have no name yet in an agency's files.
        if on - truth.born < 42 && rng.chance(0.35 * f64::from(u8::from(noise.forename_misspelt > 0.0))) {
            return ("Baby".to_owned(), String::new());
        }
        let mut band = Band::new(rng);
        if band.falls(noise.forename_misspelt) {
            return (misspell(rng, given), String::new());
        }
        if band.falls(noise.forename_nickname) {
            let known = names.nicknames(truth.forename);
            return (if known.is_empty() { nickname() } else { names.text(*rng.pick(known)).to_owned() }, String::new());
        }
        if band.falls(noise.forename_initial) {
            return (given.chars().take(1).collect(), String::new());
        }
        let alias = if rng.chance(noise.forename_nickname) { nickname() } else { String::new() };
        (given.to_owned(), alias)
    }

    fn surname(&self, rng: &mut Rng, truth: &Person, named: Surname, age: i32) -> String {
        let changed = rng.chance(self.noise.surname_changed) && age >= 18;
        let name = self.world.names.surname(if changed { truth.other_surname } else { named });
        if rng.chance(self.noise.surname_misspelt) {
            return misspell(rng, &name);
        }
        match name.split_once('\'') {
            // O'Brien, OBrien, O Brien.
            Some((first, rest)) if rng.chance(0.15 * f64::from(u8::from(self.noise.surname_misspelt > 0.0))) => {
                format!("{first}{}{rest}", if rng.bool() { "" } else { " " })
            }
            _ if name.contains('-') && rng.chance(0.3) => name.replace('-', " "),
            _ => name,
        }
    }

    /// National Insurance number, where this source holds one.
    pub(crate) fn nino(&self, person: u32, on: Day) -> String {
        let mut rng = stream(self.world.seed, Purpose::Copy, self.system * 16 + 8, u64::from(person));
        if self.world.age(person, on) < 16 || rng.chance(self.noise.nino_missing) {
            return String::new();
        }
        let number = identifiers::nino(person);
        let number = if rng.chance(self.noise.identifier_wrong) { wrong_digit(&mut rng, &number) } else { number };
        match rng.u8(0..20) {
            0 => format!("{number} "),
            1 => {
                number.char_indices().flat_map(|(at, letter)| [letter].into_iter().chain((at % 2 == 1 && at < 8).then_some(' '))).collect()
            }
            2 => number.chars().take(8).collect(),
            _ => number,
        }
    }

    /// NHS number, where this source holds one.
    pub(crate) fn nhs_number(&self, person: u32) -> String {
        let mut rng = stream(self.world.seed, Purpose::Copy, self.system * 16 + 9, u64::from(person));
        if rng.chance(self.noise.nhs_missing) {
            return String::new();
        }
        let number = identifiers::nhs_number(person);
        if !rng.chance(self.noise.identifier_wrong) {
            return number;
        }
        let digits: String = number.chars().take(9).collect();
        let wrong = wrong_digit(&mut rng, &digits);
        let check = wrong.parse().ok().and_then(identifiers::nhs_check_digit);
        let old = number.chars().last().unwrap_or('0');
        match check {
            Some(check) if rng.bool() => format!("{wrong}{check}"),
            _ => format!("{wrong}{old}"),
        }
    }

    /// Unique Pupil Number.
    pub(crate) fn upn(&self, person: u32) -> String {
        let mut rng = stream(self.world.seed, Purpose::Copy, self.system * 16 + 10, u64::from(person));
        let Some(pupil) = self.world.pupil(person) else { return String::new() };
        if rng.chance(self.noise.upn_missing) {
            return String::new();
        }
        // One pupil in a thousand has the number of the next on the list, one in three hundred another one than elsewhere.
        let mixed_up = self.noise.identifier_wrong > 0.0 && rng.chance(0.001);
        let next = self.world.pupils.get(self.world.pupil_of.get(person as usize).map_or(0, |&row| row as usize + 1));
        let upn = if mixed_up { next.map_or(pupil.upn, |next| next.upn) } else { pupil.upn };
        let another = self.noise.identifier_wrong > 0.0 && rng.chance(0.003);
        let upn =
            if another { identifiers::Upn { authority: 873, establishment: 3_990, serial: (person % 1_000) as u16, ..upn } } else { upn };
        let number = upn.text();
        if !rng.chance(self.noise.identifier_wrong) {
            return number;
        }
        let wrong = wrong_digit(&mut rng, &number);
        let digits = wrong.get(1..).unwrap_or_default().to_owned();
        if rng.bool() { format!("{}{digits}", identifiers::upn_letter(&digits)) } else { wrong }
    }
}

/// A short form of a name that has no nickname in the list ("Kay" for "Kayden").
fn short_form(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= 4 { format!("{name}y") } else { letters.into_iter().take(3).collect() }
}

impl Birth {
    /// The date a source gives, [`NO_DAY`] for none or a default.
    pub(crate) fn believable(self) -> Day {
        match self {
            Self::Given(day) => day,
            Self::Missing | Self::Default(_) => NO_DAY,
        }
    }
}

/// One draw shared out among errors that exclude each other, so that each keeps its full rate.
struct Band {
    left: f64,
}

impl Band {
    fn new(rng: &mut Rng) -> Self {
        Self { left: rng.f64() }
    }

    fn falls(&mut self, rate: f64) -> bool {
        let falls = (0.0..rate).contains(&self.left);
        self.left -= rate;
        falls
    }
}
