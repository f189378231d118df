//! What the cells of a column look like.
//!
//! What comes in: cells, one by one. What goes out: how many are dates, numbers, identifiers, and the few distinct values of a code column.
//! What always holds: distinct values are forgotten as soon as there are more than a code list has.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::model::Field;

/// Most distinct values of a column that is still a list of codes.
pub(super) const MOST_CODES: usize = 20;

/// Date formats tried, British before American.
pub(super) const DATE_FORMATS: &[&str] = &[
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y%m%d",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d/%b/%Y",
    "%d%b%Y",
    "%d-%b-%y",
    "%d %b %y",
    "%d/%m/%y",
    "%d-%m-%y",
    "%d.%m.%y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%d%m%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d-%b-%Y %H:%M:%S",
];

/// A column's cells, counted.
#[derive(Default)]
pub(super) struct Profile {
    pub(super) filled: usize,
    pub(super) empty: usize,
    /// How many cells fit each of [`DATE_FORMATS`].
    dates: Vec<usize>,
    serials: usize,
    whole_numbers: usize,
    leading_zeros: usize,
    identifiers: BTreeMap<Field, usize>,
    /// Distinct values with their counts; `None` once there are too many.
    values: Values,
    /// Hashes of all values, to see whether the column could be a key.
    seen: crate::model::hash::FastSet<u64>,
}

enum Values {
    Few(BTreeMap<String, usize>),
    Many,
}

impl Default for Values {
    fn default() -> Self {
        Self::Few(BTreeMap::new())
    }
}

impl Profile {
    /// Counts a cell.
    pub(super) fn add(&mut self, cell: &str) {
        if cell.is_empty() {
            self.empty += 1;
            return;
        }
        self.filled += 1;
        self.seen.insert(crate::model::hash::text_hash(cell));
        if self.dates.is_empty() {
            self.dates = vec![0; DATE_FORMATS.len()];
        }
        for (count, format) in self.dates.iter_mut().zip(DATE_FORMATS) {
            *count += usize::from(is_date(cell, format));
        }
        let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
        self.serials += usize::from(cell.parse::<f64>().is_ok_and(|serial| (5_000.0..60_000.0).contains(&serial)));
        self.whole_numbers += usize::from(digits && cell.len() < 10);
        self.leading_zeros += usize::from(digits && cell.len() > 1 && cell.starts_with('0'));
        for (field, fits) in IDENTIFIER_FORMS {
            if fits(cell) {
                *self.identifiers.entry(*field).or_default() += 1;
            }
        }
        if let Values::Few(values) = &mut self.values {
            if cell.len() > 40 || (values.len() >= MOST_CODES && !values.contains_key(cell)) {
                self.values = Values::Many;
            } else {
                *values.entry(cell.to_owned()).or_default() += 1;
            }
        }
    }

    fn most(&self, count: usize, percent: usize) -> bool {
        self.filled > 0 && count * 100 >= self.filled * percent
    }

    /// The formats that nearly all cells fit between them, the commonest first; empty if the column holds no dates.
    pub(super) fn date_formats(&self) -> Vec<&'static str> {
        let mut counted: Vec<(usize, usize)> = self.dates.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect();
        counted.sort_by_key(|(place, count)| (std::cmp::Reverse(*count), *place));
        let formats = |places: &[(usize, usize)]| places.iter().filter_map(|(place, _)| DATE_FORMATS.get(*place).copied()).collect();
        match counted.as_slice() {
            [(_, count), ..] if self.most(*count, 95) => formats(counted.get(..1).unwrap_or_default()),
            [(_, first), (_, second), ..] if self.most(first + second, 95) && *second * 20 > *first => {
                formats(counted.get(..2).unwrap_or_default())
            }
            _ => Vec::new(),
        }
    }

    /// True if the dates could as well be read the American way round.
    pub(super) fn is_ambiguous(&self) -> bool {
        let count = |format: &str| {
            DATE_FORMATS.iter().position(|known| *known == format).and_then(|place| self.dates.get(place)).copied().unwrap_or(0)
        };
        count("%d/%m/%Y") > 0 && count("%d/%m/%Y") == count("%m/%d/%Y")
    }

    /// True for days as Excel counts them.
    pub(super) fn is_serials(&self) -> bool {
        self.most(self.serials, 95)
    }

    /// True for whole numbers that are no identifier.
    pub(super) fn is_whole_numbers(&self) -> bool {
        self.most(self.whole_numbers, 98) && self.leading_zeros == 0
    }

    /// The identifier that nearly all cells have the form of.
    pub(super) fn identifier(&self) -> Option<Field> {
        let (field, count) = self.identifiers.iter().max_by_key(|(_, count)| **count)?;
        self.most(*count, 80).then_some(*field)
    }

    /// True if every row has a value of its own.
    pub(super) fn is_unique(&self) -> bool {
        self.filled > 1 && self.empty == 0 && self.seen.len() == self.filled
    }

    /// The distinct values, if they are few and come again.
    pub(super) fn few_values(&self) -> Option<&BTreeMap<String, usize>> {
        match &self.values {
            Values::Few(values) if !values.is_empty() && values.len() <= MOST_CODES => Some(values),
            _ => None,
        }
    }
}

fn is_date(cell: &str, format: &str) -> bool {
    // "%Y%m%d" reads any long enough run of digits: the length must be that of a written date.
    let plain = !format.contains(['/', '-', '.', ' ']) && !format.contains("%b");
    if plain && (cell.len() != 8 || !cell.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    NaiveDate::parse_from_str(cell, format).is_ok_and(|date| (1880..=2100).contains(&date.year()))
}

type Form = fn(&str) -> bool;

/// Forms of identifiers (domain.md §4.1); a form is no proof, so a column needs four cells in five.
const IDENTIFIER_FORMS: &[(Field, Form)] = &[
    (Field::Nino, is_nino),
    (Field::NhsNumber, is_nhs_number),
    (Field::Upn, is_upn),
    (Field::Postcode, is_postcode),
    (Field::Email, |cell| cell.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !cell.contains(' '))),
    (Field::Telephone, is_telephone),
];

fn packed(cell: &str) -> Vec<u8> {
    cell.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).map(|byte| byte.to_ascii_uppercase()).collect()
}

fn is_nino(cell: &str) -> bool {
    let packed = packed(cell);
    let digits = packed.get(2..8).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
    digits && packed.iter().take(2).all(u8::is_ascii_uppercase) && matches!(packed.get(8..), Some([] | [b'A'..=b'D']))
}

/// Ten digits whose last is the check digit modulo 11.
fn is_nhs_number(cell: &str) -> bool {
    let packed = packed(cell);
    if packed.len() != 10 || !packed.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weighted = |(place, digit): (usize, &u8)| (10 - place) * usize::from(digit - b'0');
    let sum: usize = packed.iter().take(9).enumerate().map(weighted).sum();
    let check = (11 - sum % 11) % 11;
    check < 10 && packed.last().is_some_and(|last| usize::from(last - b'0') == check)
}

fn is_upn(cell: &str) -> bool {
    let packed = packed(cell);
    packed.len() == 13
        && packed.first().is_some_and(u8::is_ascii_uppercase)
        && packed.get(1..12).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
}

fn is_postcode(cell: &str) -> bool {
    let packed = packed(cell);
    let Some((outward, inward)) = packed.len().checked_sub(3).and_then(|at| packed.split_at_checked(at)) else { return false };
    let inward_fits =
        matches!(inward, [digit, first, second] if digit.is_ascii_digit() && first.is_ascii_uppercase() && second.is_ascii_uppercase());
    let letters = outward.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    inward_fits && (2..=4).contains(&outward.len()) && (1..=2).contains(&letters) && outward.get(letters).is_some_and(u8::is_ascii_digit)
}

fn is_telephone(cell: &str) -> bool {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    let shaped = cell.chars().all(|letter| letter.is_ascii_digit() || " +-()".contains(letter));
    shaped && ((digits.starts_with('0') && (10..=11).contains(&digits.len())) || (digits.starts_with("44") && digits.len() == 12))
}
