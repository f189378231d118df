//! The people and homes of one trap.

use super::extracts::Extracts;

/// One row of the table: what the extracts say, and what must follow.
pub(crate) struct Trap {
    pub(crate) name: &'static str,
    pub(crate) rows: fn(&mut Scene<'_>),
    pub(crate) expected: &'static [Expected],
}

/// What must follow. Besides, in every trap each label is exactly one person and no two labels are the same person.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    /// The families of the trap's people: residents by label, a second home as `kid:2nd`, members living elsewhere as `(dad)`.
    /// Families of one are not listed.
    Families(&'static [&'static str]),
    /// A criterion of `p1-2012` for the family that is this person's own: `true`, `false` or `unknown`.
    Flag(&'static str, &'static str, &'static str),
    /// The district of the family that is this person's own; `out` if it lies outside the county.
    District(&'static str, &'static str),
    /// Records of this label are nobody's: test rows.
    Nobody(&'static str),
    /// No published table holds the address of this person, and the family is marked.
    Withheld(&'static str),
}

/// A person as one agency knows them.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) label: &'static str,
    pub(crate) forename: String,
    pub(crate) surname: String,
    pub(crate) born: String,
    pub(crate) sex: &'static str,
}

impl Who {
    /// The same person under another name.
    pub(crate) fn named(&self, forename: &str, surname: &str) -> Self {
        Self { forename: forename.to_owned(), surname: surname.to_owned(), ..self.clone() }
    }

    /// The same person with another date of birth on record.
    pub(crate) fn born(&self, born: &str) -> Self {
        Self { born: born.to_owned(), ..self.clone() }
    }

    pub(crate) fn full(&self) -> String {
        format!("{} {}", self.forename, self.surname)
    }
}

/// A home.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) line: String,
    pub(crate) town: String,
    pub(crate) postcode: String,
    pub(crate) uprn: String,
}

impl Home {
    pub(crate) fn line(&self, line: &str) -> Self {
        Self { line: line.to_owned(), ..self.clone() }
    }
    pub(crate) fn postcode(&self, postcode: &str) -> Self {
        Self { postcode: postcode.to_owned(), ..self.clone() }
    }
    pub(crate) fn uprn(&self, uprn: &str) -> Self {
        Self { uprn: uprn.to_owned(), ..self.clone() }
    }
    pub(crate) fn one_line(&self) -> String {
        format!("{}, {}", self.line, self.town)
    }
}

/// Days and sessions of a school term: first day, last day, unauthorised, possible.
pub(crate) type TermRow = (&'static str, &'static str, i32, i32);

pub(crate) const AUTUMN: (&str, &str) = ("2011-09-06", "2011-12-16");
pub(crate) const SPRING: (&str, &str) = ("2012-01-04", "2012-03-30");
pub(crate) const SUMMER: (&str, &str) = ("2012-04-16", "2012-07-20");

/// In school in each of the last three complete terms before October 2012.
pub(crate) const PRESENT: &[TermRow] = &[(AUTUMN.0, AUTUMN.1, 0, 130), (SPRING.0, SPRING.1, 0, 120), (SUMMER.0, SUMMER.1, 0, 110)];

const NAME_STARTS: [&str; 11] = ["Thorn", "Marl", "Quill", "Wend", "Sax", "Brack", "Fenn", "Holt", "Ask", "Grim", "Tuxf"];
const NAME_ENDS: [&str; 9] = ["wick", "ombe", "stead", "worth", "erby", "dale", "mere", "elow", "ingham"];
const STREET_STARTS: [&str; 9] = ["Kestrel", "Plover", "Lapwing", "Curlew", "Dunlin", "Avocet", "Godwit", "Bittern", "Teal"];
const STREET_ENDS: [&str; 11] = ["Rise", "Close", "Drive", "Avenue", "Lane", "Crescent", "Gardens", "Walk", "Terrace", "Way", "Grove"];
const WOMEN: [&str; 7] = ["Helen", "Karen", "Louise", "Nicola", "Sandra", "Tracey", "Wendy"];
const AUNTS: [&str; 8] = ["Beatrice", "Cordelia", "Frances", "Harriet", "Imogen", "Marjorie", "Rosalind", "Yvonne"];
const MEN: [&str; 8] = ["Clive", "Desmond", "Ernest", "Gareth", "Howard", "Isaac", "Rupert", "Walter"];
const CHILDREN: [&str; 7] = ["Callum", "Daniel", "Elliot", "Jacob", "Luke", "Ryan", "Toby"];
const INWARD: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";

/// Where a label's records stand: feed, line, slot.
pub(crate) type Place = (&'static str, u32, u32);

/// One trap's part of the extracts.
pub(crate) struct Scene<'e> {
    pub(crate) extracts: &'e mut Extracts,
    number: usize,
    keys: usize,
    /// Where the records of each label stand.
    pub(crate) places: Vec<(&'static str, Place)>,
}

impl<'e> Scene<'e> {
    pub(crate) fn new(extracts: &'e mut Extracts, number: usize) -> Self {
        Self { extracts, number, keys: 0, places: Vec::new() }
    }

    /// A reference no other row has.
    pub(crate) fn key(&mut self) -> String {
        self.keys += 1;
        format!("T{:03}{:03}", self.number, self.keys)
    }

    pub(crate) fn surname(&self) -> String {
        format!("{}{}", NAME_STARTS[self.number % NAME_STARTS.len()], NAME_ENDS[self.number / NAME_STARTS.len() % NAME_ENDS.len()])
    }

    /// Somebody of the trap's surname.
    pub(crate) fn person(&self, label: &'static str, forename: &str, born: &str, sex: &'static str) -> Who {
        Who { label, forename: forename.to_owned(), surname: self.surname(), born: born.to_owned(), sex }
    }

    pub(crate) fn mother(&self) -> Who {
        // Days after the twelfth: no two people of different traps have day and month swapped by chance.
        let (month, day) = (1 + self.number % 12, 13 + self.number % 15);
        self.person("mum", WOMEN[self.number % WOMEN.len()], &format!("{}-{month:02}-{day:02}", 1971 + self.number % 13), "F")
    }

    /// A boy of eleven or twelve.
    pub(crate) fn child(&self) -> Who {
        let (month, day) = (1 + self.number % 12, 13 + self.number % 13);
        self.person("kid", CHILDREN[self.number % CHILDREN.len()], &format!("2000-{month:02}-{day:02}"), "M")
    }

    /// Somebody else of the trap's surname, unlike the relatives of every other trap.
    pub(crate) fn relative(&self, label: &'static str, sex: &'static str, year: u32) -> Who {
        let names = if sex == "M" { MEN } else { AUNTS };
        let turn = self.number + label.len() * 5;
        self.person(label, names[turn % names.len()], &format!("{year}-{:02}-{:02}", 1 + turn * 5 % 12, 13 + turn * 11 % 13), sex)
    }

    /// A home in Lincoln; others of the trap stand in the same street.
    pub(crate) fn home(&self, house: usize) -> Home {
        self.home_in("LN2 4", "Lincoln", house)
    }

    /// A home in a postcode sector.
    pub(crate) fn home_in(&self, sector: &str, town: &str, house: usize) -> Home {
        // Every sector has streets of its own.
        let turn = sector.bytes().fold(self.number, |turn, letter| turn + 7 * usize::from(letter));
        let street =
            format!("{} {}", STREET_STARTS[turn % STREET_STARTS.len()], STREET_ENDS[turn / STREET_STARTS.len() % STREET_ENDS.len()]);
        let letters = INWARD.len();
        let inward = [INWARD[self.number / letters % letters], INWARD[self.number % letters]].map(char::from);
        Home {
            line: format!("{} {street}", 3 + 4 * house),
            town: town.to_owned(),
            postcode: format!("{sector}{}{}", inward[0], inward[1]),
            uprn: format!("10009{:04}{house:03}", self.number),
        }
    }

    /// Notes where a record of somebody stands.
    pub(crate) fn note(&mut self, who: &Who, feed: &'static str, line: u32, slot: &str) {
        let slot = self.extracts.slot(feed, slot);
        self.places.push((who.label, (feed, line, slot)));
    }

    /// A valid Unique Pupil Number, the same for the same number.
    pub(crate) fn upn(&self, pupil: usize) -> String {
        let digits = format!("925{:05}{pupil:04}", 20_000 + self.number);
        let sum: usize = digits.bytes().zip(2..).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
        format!("{}{digits}", char::from(b"ABCDEFGHJKLMNPQRTUVWXYZ"[sum % 23]))
    }

    /// A mother on no benefit and her boy, who is in school every day, in one home: nothing is true of them.
    pub(crate) fn ordinary(&mut self) -> (Who, Who, Home) {
        let (mother, child, home) = self.ordinary_without_school();
        let upn = self.upn(1);
        self.school(&child, &home, &upn, &[(&mother, "MO")], PRESENT);
        (mother, child, home)
    }

    /// The same family, but for the school to be said.
    pub(crate) fn ordinary_without_school(&mut self) -> (Who, Who, Home) {
        let (mother, child, home) = (self.mother(), self.child(), self.home(0));
        self.account(&home, &[&mother, &child]);
        self.benefit(&mother, &home, "NIL");
        (mother, child, home)
    }
}
