//! A small county with truth, straight in standard form: for the tests of this room only.
//!
//! Households with couples, lone parents, children, twins and sons named after their fathers; ten sources with different fields;
//! the errors of domain.md §4.3 at the default rates of `fwt synth`.

#![allow(clippy::string_slice, clippy::range_plus_one, reason = "the county's dates are ASCII, and a panic is how a test fails")]

use std::sync::Arc;

use crate::model::age::born_between;
use crate::model::{
    Cadence, Coverage, DeliveryKind, FeedState, NO_DAY, PersonRole, RecordPosition, Relation, RelationKind, Source, StandardField,
    StandardPersons, TextColumnBuilder, date,
};

const MALE: [&str; 40] = [
    "JACK",
    "THOMAS",
    "JAMES",
    "OLIVER",
    "DANIEL",
    "SAMUEL",
    "WILLIAM",
    "HARRY",
    "JOSEPH",
    "MATTHEW",
    "LUKE",
    "CALLUM",
    "RYAN",
    "BENJAMIN",
    "ADAM",
    "LIAM",
    "GEORGE",
    "ALEXANDER",
    "MICHAEL",
    "DAVID",
    "JOHN",
    "PAUL",
    "ANDREW",
    "MARK",
    "ROBERT",
    "STEPHEN",
    "CHRISTOPHER",
    "PETER",
    "ANTHONY",
    "KEVIN",
    "GARY",
    "PIOTR",
    "TOMASZ",
    "KRZYSZTOF",
    "ALFRED",
    "CHARLES",
    "NICHOLAS",
    "EDWARD",
    "RICHARD",
    "SIMON",
];
const FEMALE: [&str; 40] = [
    "CHLOE",
    "EMILY",
    "MEGAN",
    "CHARLOTTE",
    "JESSICA",
    "LAUREN",
    "SOPHIE",
    "OLIVIA",
    "HANNAH",
    "LUCY",
    "GEORGIA",
    "REBECCA",
    "BETHANY",
    "AMY",
    "ELLIE",
    "KATIE",
    "EMMA",
    "ABIGAIL",
    "MOLLY",
    "GRACE",
    "SARAH",
    "KAREN",
    "SUSAN",
    "JULIE",
    "NICOLA",
    "DEBORAH",
    "TRACEY",
    "ELIZABETH",
    "CATHERINE",
    "MARGARET",
    "KATARZYNA",
    "MAGDALENA",
    "AGNIESZKA",
    "JENNIFER",
    "PATRICIA",
    "VICTORIA",
    "SAMANTHA",
    "ALEXANDRA",
    "CHRISTINE",
    "ANN",
];
const NICKNAMES: [(&str, &str); 16] = [
    ("THOMAS", "TOM"),
    ("DANIEL", "DAN"),
    ("SAMUEL", "SAM"),
    ("WILLIAM", "BILL"),
    ("MATTHEW", "MATT"),
    ("BENJAMIN", "BEN"),
    ("ALEXANDER", "ALEX"),
    ("MICHAEL", "MIKE"),
    ("ROBERT", "BOB"),
    ("CHRISTOPHER", "CHRIS"),
    ("ELIZABETH", "LIZ"),
    ("CATHERINE", "KATE"),
    ("MARGARET", "MAGGIE"),
    ("KATARZYNA", "KASIA"),
    ("JENNIFER", "JENNY"),
    ("VICTORIA", "VICKY"),
];
const TOPS: [&str; 20] = [
    "SMITH", "JONES", "TAYLOR", "BROWN", "WILLIAMS", "WILSON", "JOHNSON", "DAVIES", "ROBINSON", "WRIGHT", "THOMPSON", "EVANS", "WALKER",
    "WHITE", "ROBERTS", "GREEN", "HALL", "WOOD", "JACKSON", "CLARKE",
];
const HEADS: [&str; 36] = [
    "HART", "BECK", "WOOD", "STAN", "LANG", "NEW", "ASH", "BRAD", "CARL", "DUN", "ECK", "FAIR", "GRAN", "HOL", "KIRK", "LIN", "MAR", "NOR",
    "OAK", "PEM", "RAD", "SHER", "THORN", "UP", "WAL", "WHIT", "YAR", "BAR", "COL", "DEN", "EL", "FOR", "GAL", "HAM", "KEN", "MEL",
];
const TAILS: [&str; 30] = [
    "LEY", "TON", "FORD", "WELL", "HAM", "BY", "THORPE", "WICK", "STON", "MAN", "SON", "FIELD", "WORTH", "BURY", "COTE", "DALE", "GATE",
    "HURST", "LAND", "MORE", "NESS", "RIDGE", "SHAW", "STEAD", "WOOD", "BROOK", "DEN", "GROVE", "SKI", "OVA",
];

/// Person records with the person behind each.
pub(crate) struct County {
    pub(crate) rows: Vec<Row>,
    pub(crate) sources: Vec<Source>,
    pub(crate) relations: Vec<Relation>,
}

/// One person record.
#[derive(Clone, Default)]
pub(crate) struct Row {
    pub(crate) source: u16,
    pub(crate) line: u32,
    pub(crate) record_id: String,
    pub(crate) values: Vec<(StandardField, String)>,
    /// A person of unknown age unless said otherwise.
    pub(crate) role: Option<PersonRole>,
    /// Its date of birth is not known, the age is.
    pub(crate) aged: bool,
    pub(crate) truth: u32,
}

impl County {
    /// The records as a table.
    pub(crate) fn persons(&self) -> StandardPersons {
        let mut persons = StandardPersons::default();
        let mut columns: Vec<TextColumnBuilder> = StandardField::ALL.iter().map(|_| TextColumnBuilder::default()).collect();
        for row in &self.rows {
            let as_at = date::day(2012, 10, 31).unwrap();
            let value = |field: StandardField| row.values.iter().find(|(name, _)| *name == field).map(|(_, value)| value.as_str());
            let birth = value(StandardField::DateOfBirth);
            let born = birth.and_then(date::from_iso);
            let year = birth.filter(|_| born.is_none()).and_then(|written| written.get(..4)?.parse().ok());
            let within = year.and_then(|year| Some((date::day(year, 1, 1)?, date::day(year, 12, 31)?)));
            for (column, &field) in columns.iter_mut().zip(StandardField::ALL) {
                column.push(match field {
                    StandardField::DateOfBirth => value(field).filter(|_| !row.aged && born.is_some()),
                    field => value(field),
                });
            }
            persons.position.push(RecordPosition { source: row.source, delivery: u32::from(row.source), line: row.line });
            persons.role.push(row.role.unwrap_or(PersonRole::Person));
            persons.as_at.push(as_at);
            persons.slot.push(0);
            Arc::make_mut(&mut persons.record_id).push(&row.record_id);
            let age = born.filter(|_| row.aged).and_then(|born| date::age_on(born, as_at));
            let between = age.and_then(|age| born_between(&age.to_string(), as_at)).map(|between| (between.first, between.last));
            persons.born.push(born.filter(|_| !row.aged).unwrap_or(NO_DAY));
            persons.born_between.push(between.or(within).unwrap_or((NO_DAY, NO_DAY)));
            for column in [&mut persons.died, &mut persons.address_from, &mut persons.address_to] {
                column.push(NO_DAY);
            }
            persons.is_test.push(false);
            persons.is_restricted.push(false);
        }
        persons.columns = columns.into_iter().map(TextColumnBuilder::finish).collect();
        persons
    }

    /// Truth of each record.
    pub(crate) fn truth(&self) -> Vec<u32> {
        self.rows.iter().map(|row| row.truth).collect()
    }
}

#[derive(Clone, Default)]
struct Person {
    male: bool,
    adult: bool,
    forename: String,
    surname: String,
    maiden: Option<String>,
    born: i32,
    home: usize,
    old_home: usize,
    telephone: u32,
    number: u32,
}

/// Errors scaled by this factor: 1 for the defaults of domain.md §4.3.
pub(crate) fn county(people: usize, seed: u64, noise: f64) -> County {
    let mut random = fastrand::Rng::with_seed(seed);
    let people = population(people, &mut random);
    let mut writer = Writer { random, noise, ..Writer::default() };
    let mut households: Vec<&[Person]> = people.chunk_by(|a, b| a.home == b.home).collect();
    writer.random.shuffle(&mut households);
    for household in households {
        writer.household(household);
    }
    writer.finish()
}

fn zipf(random: &mut fastrand::Rng, size: usize) -> usize {
    (libm::pow(size as f64 + 1.0, random.f64()) - 1.0) as usize
}

fn surname(random: &mut fastrand::Rng) -> String {
    if random.u32(..100) < 18 {
        return TOPS[zipf(random, TOPS.len())].to_owned();
    }
    let rank = (libm::pow(random.f64(), 1.6) * (HEADS.len() * TAILS.len()) as f64) as usize;
    let mixed = rank * 7919 % (HEADS.len() * TAILS.len());
    format!("{}{}", HEADS[mixed / TAILS.len()], TAILS[mixed % TAILS.len()])
}

fn forename(random: &mut fastrand::Rng, male: bool) -> String {
    let list = if male { &MALE } else { &FEMALE };
    list[(libm::pow(random.f64(), 1.4) * 40.0) as usize].to_owned()
}

fn population(count: usize, random: &mut fastrand::Rng) -> Vec<Person> {
    let today = date::day(2013, 1, 31).unwrap();
    let mut people: Vec<Person> = Vec::new();
    let mut home = 0;
    while people.len() < count {
        let family = surname(random);
        let old_home = random.usize(..count.max(10));
        let telephone = random.u32(..10_000_000);
        let mut add = |mut person: Person| {
            person.home = home;
            person.old_home = old_home;
            person.number = people.len() as u32;
            people.push(person);
        };
        let father_age = 22 + random.i32(0..45);
        let kind = random.u32(..100);
        let father = Person {
            male: true,
            adult: true,
            forename: forename(random, true),
            surname: family.clone(),
            born: today - father_age * 365 - random.i32(0..365),
            telephone,
            ..Person::default()
        };
        let mother = Person {
            adult: true,
            forename: forename(random, false),
            surname: if random.u32(..100) < 25 { surname(random) } else { family.clone() },
            maiden: (random.u32(..100) < 50).then(|| surname(random)),
            born: father.born + random.i32(-2000..2500),
            telephone: if random.bool() { telephone } else { random.u32(..10_000_000) },
            ..Person::default()
        };
        if kind < 75 {
            add(father.clone());
        }
        if kind >= 25 {
            add(mother.clone());
        }
        let children = if kind < 20 { 0 } else { [0, 1, 1, 2, 2, 3, 4][random.usize(..7)] };
        let mut before: Option<Person> = None;
        for _ in 0..children {
            let twin = before.as_ref().filter(|_| random.u32(..100) < 3).map(|twin| twin.born);
            let male = random.bool();
            let named_after = male && kind < 75 && random.u32(..100) < 4;
            let child = Person {
                male,
                adult: false,
                forename: if named_after { father.forename.clone() } else { forename(random, male) },
                surname: if random.u32(..100) < 12 { mother.surname.clone() } else { family.clone() },
                born: twin.unwrap_or_else(|| today - random.i32(365..17 * 365)),
                telephone,
                ..Person::default()
            };
            if before.as_ref().is_some_and(|before| before.forename == child.forename) {
                continue;
            }
            before = Some(child.clone());
            add(child);
        }
        home += 1;
    }
    people
}

#[derive(Default)]
struct Writer {
    random: fastrand::Rng,
    noise: f64,
    rows: Vec<Row>,
    relations: Vec<Relation>,
    line: u32,
}

/// What a source records.
struct Shape {
    source: u16,
    born: f64,
    address: bool,
    identifier: Option<(StandardField, f64)>,
    telephone: bool,
}

impl Writer {
    fn chance(&mut self, percent: f64) -> bool {
        self.random.f64() * 100.0 < percent * self.noise
    }

    fn household(&mut self, household: &[Person]) {
        let shape = |source, born, address, identifier, telephone| Shape { source, born, address, identifier, telephone };
        for child in household.iter().filter(|person| !person.adult) {
            for _term in 0..3 {
                self.line += 1;
                let to = self.record(child, &shape(0, 0.98, true, Some((StandardField::Upn, 0.96)), false));
                for parent in household.iter().filter(|person| person.adult) {
                    let from = self.record(parent, &shape(0, 0.0, true, None, true));
                    self.relate(from, to, RelationKind::ParentOf);
                }
            }
        }
        self.line += 1;
        for adult in household.iter().filter(|person| person.adult) {
            self.record(adult, &shape(1, 0.0, true, None, true));
        }
        let poor = self.random.u32(..100) < 35;
        if poor {
            self.line += 1;
            for person in household {
                let nino = person.adult.then_some((StandardField::Nino, 0.67));
                self.record(person, &shape(2, 0.96, true, nino, false));
            }
            self.line += 1;
            for adult in household.iter().filter(|person| person.adult) {
                self.record(adult, &shape(3, 0.6, true, Some((StandardField::Nino, 0.67)), true));
            }
        }
        for person in household {
            for (source, percent, times, born, identifier) in [
                (4u16, 8, 2, 0.96, None),
                (5, 6, 2, 0.96, Some((StandardField::NhsNumber, 0.6))),
                (6, 12, 1, 0.97, Some((StandardField::NhsNumber, 0.9))),
                (7, 5, 2, 0.5, None),
                (8, 20, 1, 0.97, Some((StandardField::Nino, 0.67))),
                (9, 4, 3, 0.96, None),
            ] {
                let adults_only = identifier.is_some_and(|(field, _)| field == StandardField::Nino);
                if self.random.u32(..100) < percent && (person.adult || !adults_only) {
                    for _ in 0..1 + self.random.u32(..times) {
                        self.line += 1;
                        self.record(person, &shape(source, born, true, identifier, false));
                    }
                }
            }
        }
    }

    fn relate(&mut self, from: u32, to: u32, kind: RelationKind) {
        let line = self.line;
        self.relations.push(Relation { from, to, kind, lives_together: false, since: NO_DAY, until: NO_DAY, delivery: 0, line });
    }

    fn misspelt(&mut self, name: &str) -> String {
        let mut letters: Vec<u8> = name.bytes().collect();
        let at = self.random.usize(1..letters.len().max(2)).min(letters.len() - 1);
        match self.random.u32(..4) {
            0 => letters[at] = self.random.u8(b'A'..=b'Z'),
            1 if letters.len() > 3 => drop(letters.remove(at)),
            2 => letters.insert(at, letters[at]),
            _ if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => letters.push(b'E'),
        }
        String::from_utf8(letters).unwrap()
    }

    fn names(&mut self, person: &Person) -> (String, String) {
        let mut forename = person.forename.clone();
        if self.chance(6.0)
            && let Some((_, short)) = NICKNAMES.iter().find(|(long, _)| *long == forename)
        {
            forename = (*short).to_owned();
        }
        if self.chance(3.0) {
            forename = self.misspelt(&forename);
        }
        if self.chance(2.0) {
            forename.truncate(1);
        }
        let mut surname = person.surname.clone();
        if self.chance(3.0)
            && let Some(maiden) = &person.maiden
        {
            surname = maiden.clone();
        }
        if self.chance(3.0) {
            surname = self.misspelt(&surname);
        }
        if self.chance(1.0) { (surname, forename) } else { (forename, surname) }
    }

    fn birth(&mut self, born: i32, share: f64) -> i32 {
        if self.random.f64() >= share || self.chance(6.0) {
            return NO_DAY;
        }
        let text = date::iso(born);
        let (year, month, day) = (&text[..4], &text[5..7], &text[8..]);
        if self.chance(1.0) {
            return date::from_iso(&format!("{year}-{day}-{month}")).unwrap_or(born);
        }
        if self.chance(2.0) {
            let mut digits: Vec<u8> = text.bytes().collect();
            let at = [2, 3, 6, 8, 9][self.random.usize(..5)];
            digits[at] = self.random.u8(b'0'..=b'9');
            return date::from_iso(std::str::from_utf8(&digits).unwrap()).unwrap_or(born);
        }
        born
    }

    fn record(&mut self, person: &Person, shape: &Shape) -> u32 {
        let (forename, surname) = self.names(person);
        let mut values: Vec<(StandardField, String)> = vec![(StandardField::Forename, forename), (StandardField::Surname, surname)];
        if shape.address && !self.chance(5.0) {
            let home = if self.chance(8.0) { person.old_home + 10_000_000 } else { person.home };
            let (street, house) = (home / 15 % 977, home % 15 + 1);
            let wrong = if self.chance(3.0) { 1 + self.random.usize(..40) } else { 0 };
            let postcode = home / 15 + wrong;
            let letter = |number: usize| char::from(b'A' + (number % 20) as u8);
            let postcode = format!("LN{} {}{}{}", postcode / 4000 + 1, postcode / 400 % 10, letter(postcode / 20), letter(postcode));
            values.extend([
                (StandardField::House, house.to_string()),
                (StandardField::Street, format!("STREET {street}")),
                (StandardField::AddressKey, format!("|{house}|STREET {street}|{postcode}")),
                (StandardField::Postcode, postcode),
            ]);
        }
        let born = self.birth(person.born, shape.born);
        if born != NO_DAY {
            values.push((StandardField::DateOfBirth, date::iso(born)));
        }
        if self.random.u32(..10) < 8 {
            values.push((StandardField::Sex, if person.male { "M" } else { "F" }.to_owned()));
        }
        if shape.telephone && self.random.bool() {
            values.push((StandardField::Telephone, format!("07{:08}", person.telephone)));
        }
        if let Some((field, share)) = shape.identifier
            && self.random.f64() < share
        {
            let wrong = if self.chance(1.0) { self.random.u32(1..1000) * 10_000_000 % 900_000_007 } else { 0 };
            values.push((field, format!("{:010}", person.number.wrapping_add(wrong))));
        }
        let row = self.rows.len() as u32;
        let record_id = format!("{:08x}", row.wrapping_mul(2_654_435_761));
        self.rows.push(Row { source: shape.source, line: self.line, record_id, values, role: None, aged: false, truth: person.number });
        row
    }

    fn finish(self) -> County {
        let sources = (0..10).map(|number| source(&format!("source_{number}"))).collect();
        County { rows: self.rows, sources, relations: self.relations }
    }
}

/// A source of that name.
pub(crate) fn source(name: &str) -> Source {
    Source {
        name: name.to_owned(),
        agency: String::new(),
        cadence: Cadence::Monthly,
        delivery: DeliveryKind::Snapshot,
        coverage: Coverage::Events,
        valid_days: 60,
        carries: Vec::new(),
        codes: Vec::new(),
        one_per_person: false,
        state: FeedState::Fresh,
        as_at: 0,
        age_days: 0,
    }
}
