//! Names with frequencies and origins.
//!
//! In: the lists under `data/` (surnames with weights; forenames per decade of birth; nicknames). Out: symbols of names. What
//! always holds: the book is complete when built, so drawing a name needs no lock and depends on the caller's stream only.
//! British surnames: a Zipf-like head of common names and a long tail of place-like compounds ("Thornby", "Ashworth").

use std::collections::HashMap;

use fastrand::Rng;

use super::random::{Draw, Weighted};

/// No name.
pub(crate) const NO_NAME: u32 = u32::MAX;

/// Where a family's names come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Origin {
    British,
    Irish,
    Polish,
    Lithuanian,
    Latvian,
    Portuguese,
    Romanian,
    Bulgarian,
    SouthAsian,
    African,
    EastAsian,
}

impl Origin {
    /// All, in the order of the book's lists.
    pub(crate) const ALL: [Self; 11] = [
        Self::British,
        Self::Irish,
        Self::Polish,
        Self::Lithuanian,
        Self::Latvian,
        Self::Portuguese,
        Self::Romanian,
        Self::Bulgarian,
        Self::SouthAsian,
        Self::African,
        Self::EastAsian,
    ];

    /// Came from the European Union of 2004 or 2007 (or Portugal) as workers.
    pub(crate) fn is_migrant(self) -> bool {
        !matches!(self, Self::British | Self::Irish)
    }
}

/// A surname, possibly of two parts; each part is a symbol of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Surname {
    pub(crate) first: u32,
    pub(crate) second: u32,
}

impl Surname {
    /// A surname of one part.
    pub(crate) fn plain(first: u32) -> Self {
        Self { first, second: NO_NAME }
    }
}

struct SurnameList {
    masculine: Vec<u32>,
    weights: Weighted,
}

/// One decade's forenames of one sex.
struct Decade {
    names: Vec<u32>,
    weights: Weighted,
}

/// Every name that can occur.
pub(crate) struct NameBook {
    text: Vec<Box<str>>,
    symbol: HashMap<Box<str>, u32>,
    /// Feminine form of a surname where it differs.
    feminine: HashMap<u32, u32>,
    surnames: Vec<SurnameList>,
    /// Symbols of the compound tail: first part major.
    tail: Vec<u32>,
    tail_lasts: usize,
    /// Per origin: female decades, male decades.
    forenames: Vec<[Vec<Decade>; 2]>,
    nicknames: HashMap<u32, Vec<u32>>,
}

macro_rules! lists {
    ($($name:literal),+ $(,)?) => {
        [$((
            include_str!(concat!("data/surnames_", $name, ".txt")),
            include_str!(concat!("data/forenames_", $name, "_female.txt")),
            include_str!(concat!("data/forenames_", $name, "_male.txt")),
        )),+]
    };
}

/// In the order of [`Origin::ALL`]: surnames, female forenames, male forenames.
const LISTS: [(&str, &str, &str); 11] = lists!(
    "british",
    "irish",
    "polish",
    "lithuanian",
    "latvian",
    "portuguese",
    "romanian",
    "bulgarian",
    "south_asian",
    "african",
    "east_asian"
);
const PARTS: &str = include_str!("data/surname_parts.txt");
const NICKNAMES: &str = include_str!("data/nicknames.txt");

impl NameBook {
    /// The book of the shipped lists.
    pub(crate) fn new() -> Self {
        let mut book = Self {
            text: Vec::new(),
            symbol: HashMap::new(),
            feminine: HashMap::new(),
            surnames: Vec::new(),
            tail: Vec::new(),
            tail_lasts: 1,
            forenames: Vec::new(),
            nicknames: HashMap::new(),
        };
        for (surnames, female, male) in LISTS {
            let list = book.surname_list(surnames);
            book.surnames.push(list);
            let decades = [book.decades(female), book.decades(male)];
            book.forenames.push(decades);
        }
        book.compound_tail();
        for line in NICKNAMES.lines() {
            let mut words = line.split(' ').map(|word| book.intern(word)).collect::<Vec<_>>().into_iter();
            if let Some(name) = words.next() {
                book.nicknames.insert(name, words.collect());
            }
        }
        book
    }

    fn intern(&mut self, text: &str) -> u32 {
        if let Some(&symbol) = self.symbol.get(text) {
            return symbol;
        }
        let symbol = self.text.len() as u32;
        self.text.push(text.into());
        self.symbol.insert(text.into(), symbol);
        symbol
    }

    fn surname_list(&mut self, list: &str) -> SurnameList {
        let mut masculine = Vec::new();
        let mut weights = Vec::new();
        for line in list.lines() {
            let (name, weight) = line.split_once(' ').unwrap_or((line, "1"));
            let (his, hers) = name.split_once('/').unwrap_or((name, name));
            let (his, hers) = (self.intern(his), self.intern(hers));
            if his != hers {
                self.feminine.insert(his, hers);
            }
            masculine.push(his);
            weights.push(weight.parse().unwrap_or(1));
        }
        SurnameList { masculine, weights: Weighted::new(weights) }
    }

    fn decades(&mut self, list: &str) -> Vec<Decade> {
        list.lines()
            .map(|line| {
                let (names, weights): (Vec<u32>, Vec<u64>) = line
                    .split(' ')
                    .skip(1)
                    .map(|entry| {
                        let (name, weight) = entry.split_once(':').unwrap_or((entry, "1"));
                        (self.intern(name), weight.parse::<u64>().unwrap_or(1))
                    })
                    .unzip();
                Decade { names, weights: Weighted::new(weights) }
            })
            .collect()
    }

    fn compound_tail(&mut self) {
        let mut lines = PARTS.lines().map(|line| line.split(' ').skip(1).collect::<Vec<_>>());
        let (firsts, lasts) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        self.tail_lasts = lasts.len().max(1);
        for first in &firsts {
            for last in &lasts {
                // "Ashham" reads wrong: one of two equal letters where the parts meet is dropped.
                let joined = match (first.chars().next_back(), last.strip_prefix(|letter| first.ends_with(letter))) {
                    (Some(_), Some(rest)) => format!("{first}{rest}"),
                    _ => format!("{first}{last}"),
                };
                let symbol = self.intern(&joined);
                self.tail.push(symbol);
            }
        }
    }

    /// The text of a symbol, empty for [`NO_NAME`].
    pub(crate) fn text(&self, symbol: u32) -> &str {
        self.text.get(symbol as usize).map_or("", |text| text)
    }

    /// The text of a surname; two parts are joined by a hyphen.
    pub(crate) fn surname(&self, surname: Surname) -> String {
        if surname.second == NO_NAME {
            self.text(surname.first).to_owned()
        } else {
            format!("{}-{}", self.text(surname.first), self.text(surname.second))
        }
    }

    /// A family surname in its masculine form.
    pub(crate) fn draw_surname(&self, rng: &mut Rng, origin: Origin) -> Surname {
        // The commonest five hundred surnames are borne by somewhat over half of the people of England.
        if origin == Origin::British && rng.chance(0.42) {
            let firsts = (self.tail.len() / self.tail_lasts).max(1);
            let skewed = |rng: &mut Rng, count: usize| ((rng.f64() * rng.f64().max(0.25)) * count as f64) as usize;
            let row = (skewed(rng, firsts) * 89) % firsts;
            let place = row * self.tail_lasts + skewed(rng, self.tail_lasts);
            return Surname::plain(self.tail.get(place).copied().unwrap_or(0));
        }
        let Some(list) = self.surnames.get(origin as usize) else { return Surname::plain(0) };
        let first = list.masculine.get(list.weights.pick(rng)).copied().unwrap_or(0);
        if origin == Origin::Portuguese && rng.chance(0.35) {
            let second = list.masculine.get(list.weights.pick(rng)).copied().unwrap_or(0);
            return Surname { first, second: if second == first { NO_NAME } else { second } };
        }
        Surname::plain(first)
    }

    /// The form of a surname a woman bears.
    pub(crate) fn feminine(&self, surname: Surname) -> Surname {
        let form = |symbol: u32| self.feminine.get(&symbol).copied().unwrap_or(symbol);
        Surname { first: form(surname.first), second: form(surname.second) }
    }

    /// A forename as given to children of that sex and origin in that year.
    pub(crate) fn draw_forename(&self, rng: &mut Rng, origin: Origin, female: bool, year: i32) -> u32 {
        let Some(decades) = self.forenames.get(origin as usize).and_then(|pair| pair.get(usize::from(!female))) else { return 0 };
        // Fashions overlap: parents look a few years back or ahead; one in twelve pays no heed to fashion.
        let index =
            if rng.chance(0.08) { rng.usize(0..decades.len().max(1)) } else { ((year + rng.between(-6, 6) - 1920).max(0) / 10) as usize };
        let decade = decades.get(index.min(decades.len().saturating_sub(1)));
        decade.and_then(|decade| decade.names.get(decade.weights.pick(rng))).copied().unwrap_or(0)
    }

    /// Nicknames of a forename.
    pub(crate) fn nicknames(&self, forename: u32) -> &[u32] {
        self.nicknames.get(&forename).map_or(&[], Vec::as_slice)
    }

    /// The symbol of a name that is in the book.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.symbol.get(text).copied()
    }
}
