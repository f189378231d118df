//! Addresses: one cell or several lines joined by ", ".
//!
//! What comes in: one raw address. What goes out: flat, house, street, town, a postcode that stood in it, and the
//! canonical key. What always holds: parts are A–Z, 0–9, single spaces, `-` and `/`; an address of nobody in particular
//! (no fixed abode, PO box) has no house, so that it makes no key and no household.

use crate::model::NoteCode;

use super::letters::{fold_char, repair_encoding};
use super::placeholder::is_placeholder;
use super::postcode::exact_postcode;
use super::reading::NoteSet;
use super::street_words::{is_county, is_direction, is_gate, is_house, is_street, may_be_street, spelt_out};

/// An address taken apart.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct AddressReading {
    /// Flat, unit or room.
    pub flat: Option<String>,
    /// House number with its letter, or the house's name.
    pub house: Option<String>,
    /// Street, or the site of a caravan.
    pub street: Option<String>,
    /// Town or village.
    pub town: Option<String>,
    /// A postcode written into the address.
    pub postcode: Option<String>,
    /// What was done or noticed.
    pub notes: NoteSet,
}

type Line = Vec<String>;

const FLATS: &[&str] = &["APARTMENT", "APPT", "APT", "BEDSIT", "FLAT", "FLT", "MAISONETTE", "ROOM", "RM", "STUDIO", "SUITE", "UNIT"];

/// Words that may stand before FLAT and then name it.
const FLOORS: &[(&str, &str)] = &[
    ("1ST", "FIRST"),
    ("2ND", "SECOND"),
    ("3RD", "THIRD"),
    ("BASEMENT", "BASEMENT"),
    ("FIRST", "FIRST"),
    ("FLOOR", "FLOOR"),
    ("FRONT", "FRONT"),
    ("GARDEN", "GARDEN"),
    ("GF", "GROUND FLOOR"),
    ("GROUND", "GROUND"),
    ("LOWER", "LOWER"),
    ("REAR", "REAR"),
    ("SECOND", "SECOND"),
    ("THE", ""),
    ("THIRD", "THIRD"),
    ("TOP", "TOP"),
    ("UPPER", "UPPER"),
];

const PLOTS: &[&str] = &["BERTH", "CARAVAN", "CHALET", "HOME", "LODGE", "MOORING", "PITCH", "PLOT", "VAN"];

/// The lines of a raw address as words.
fn lines_of(raw: &str) -> Vec<Line> {
    let repaired = repair_encoding(raw);
    let mut folded = String::with_capacity(repaired.len());
    for character in repaired.chars() {
        match character {
            '\n' | '\r' | ';' | '|' => folded.push(','),
            other => fold_char(other, |piece| folded.push(piece)),
        }
    }
    let mut lines: Vec<Line> = vec![Vec::new()];
    let mut word = String::new();
    let end_word = |lines: &mut Vec<Line>, word: &mut String| {
        if let Some(line) = lines.last_mut().filter(|_| !word.is_empty()) {
            line.push(std::mem::take(word));
        }
    };
    let bytes = folded.as_bytes();
    let at = |position: usize| bytes.get(position).copied().unwrap_or(b' ');
    // The folded text is ASCII, so a byte is a character.
    for (position, &byte) in bytes.iter().enumerate() {
        let before = position.checked_sub(1).map_or(b' ', at);
        let behind = at(position + 1);
        match byte {
            b'A'..=b'Z' | b'0'..=b'9' => word.push(char::from(byte)),
            b'\'' | b'`' => {}
            b'-' if before.is_ascii_digit() && behind.is_ascii_digit() => word.push('-'),
            b'/' if before.is_ascii_alphanumeric() && behind.is_ascii_alphanumeric() => word.push('/'),
            b'&' => {
                end_word(&mut lines, &mut word);
                word.push_str("AND");
                end_word(&mut lines, &mut word);
            }
            b',' => {
                end_word(&mut lines, &mut word);
                lines.push(Vec::new());
            }
            b'-' if before == b' ' && behind == b' ' => lines.push(Vec::new()),
            _ => end_word(&mut lines, &mut word),
        }
    }
    end_word(&mut lines, &mut word);
    lines.retain(|line| !line.is_empty());
    lines
}

fn compact(lines: &[Line]) -> String {
    lines.iter().flatten().flat_map(|word| word.chars()).filter(char::is_ascii_alphanumeric).collect()
}

/// A house or flat number: up to five digits and a letter, or a range.
fn is_number(word: &str) -> bool {
    let single = |part: &str| {
        let digits = part.trim_end_matches(|last: char| last.is_ascii_uppercase());
        !digits.is_empty() && digits.len() <= 5 && part.len() - digits.len() <= 1 && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    match word.split_once(['-', '/']) {
        Some((from, to)) => single(from) && single(to),
        None => single(word),
    }
}

/// What names a flat: a number, a letter, or a letter with a number.
fn is_flat_name(word: &str) -> bool {
    is_number(word)
        || (word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        || (word.len() <= 4
            && word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.get(1..).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())))
}

fn without_zeros(number: &str) -> String {
    let cut = number.trim_start_matches('0');
    if cut.starts_with(|first: char| first.is_ascii_digit()) { cut.to_owned() } else { number.to_owned() }
}

/// Takes a postcode off the end of a line.
fn take_postcode(lines: &mut Vec<Line>) -> Option<String> {
    for index in (0..lines.len()).rev() {
        let line = lines.get_mut(index)?;
        for words in [2, 1] {
            let Some(start) = line.len().checked_sub(words) else { continue };
            let found = line.get(start..).map(<[String]>::concat).and_then(|text| exact_postcode(&text));
            if found.is_some() {
                line.truncate(start);
                lines.retain(|line| !line.is_empty());
                return found;
            }
        }
    }
    None
}

/// Cuts counties and countries off the end, unless nothing else would be left of the address.
fn drop_counties(lines: &mut Vec<Line>) {
    while lines.len() > 1 || lines.first().is_some_and(|line| line.len() > 1) {
        let Some(last) = lines.last_mut() else { return };
        if !last.last().is_some_and(|word| is_county(word)) {
            return;
        }
        last.pop();
        // "NORTH EAST LINCOLNSHIRE", "N E LINCS", "SOUTH HUMBERSIDE" as a line of its own.
        let directions_only = last.iter().all(|word| is_direction(word) || ["N", "S", "E", "W", "NE"].contains(&word.as_str()));
        if directions_only && lines.len() > 1 {
            lines.pop();
        }
    }
}

/// True for a line that says no place: a placeholder, or in whose care.
fn says_nothing(line: &Line) -> bool {
    let first = line.first().map_or("", String::as_str);
    first == "C/O"
        || (first == "CARE" && line.get(1).is_some_and(|word| word == "OF"))
        || (!line.iter().any(|word| is_flat_name(word)) && is_placeholder(&line.concat()))
}

fn is_post_box(line: &Line) -> bool {
    let text = line.iter().take(3).map(String::as_str).collect::<String>();
    text.starts_with("POBOX") || line.first().is_some_and(|word| word == "BFPO")
}

/// Takes "FLAT 2", "GROUND FLOOR FLAT", "APT 3B" off the beginning of one of the first two lines, or "FLAT 2" off an end.
fn take_flat(lines: &mut Vec<Line>) -> Option<String> {
    for line in lines.iter_mut().take(2) {
        let Some(at) = line.iter().position(|word| FLATS.contains(&word.as_str())) else { continue };
        let floors: Option<Vec<&str>> =
            line.iter().take(at).map(|word| FLOORS.iter().find(|(short, _)| short == word).map(|&(_, long)| long)).collect();
        let mut name_at = at + 1;
        if line.get(name_at).is_some_and(|word| matches!(word.as_str(), "NO" | "NUMBER" | "NUM")) {
            name_at += 1;
        }
        let name = line.get(name_at).filter(|word| is_flat_name(word)).map(|word| without_zeros(word));
        let sure = line.get(at).is_some_and(|word| matches!(word.as_str(), "FLAT" | "FLT" | "APARTMENT" | "MAISONETTE"));
        let end = name_at + 1;
        let (flat, from) = match (floors, name) {
            // At the end of "12 HIGH STREET FLAT 2".
            (None, Some(name)) if end == line.len() => (name, at),
            (Some(_), Some(name)) => (name, 0),
            (Some(floors), None) if sure => {
                let floors: Vec<&str> = floors.into_iter().filter(|floor| !floor.is_empty()).collect();
                line.drain(..=at);
                lines.retain(|line| !line.is_empty());
                return Some(if floors.is_empty() { "FLAT".to_owned() } else { floors.join(" ") });
            }
            _ => continue,
        };
        line.drain(from..end);
        lines.retain(|line| !line.is_empty());
        return Some(flat);
    }
    None
}

/// Takes "PLOT 12", "CARAVAN 7", "MOBILE HOME 3" off the beginning: the site is then the street.
fn take_plot(lines: &mut Vec<Line>) -> Option<String> {
    let line = lines.first_mut()?;
    let at = usize::from(line.first().is_some_and(|word| matches!(word.as_str(), "MOBILE" | "STATIC")));
    let number_at = at + 1 + usize::from(line.get(at + 1).is_some_and(|word| word == "NO"));
    let fits =
        line.get(at).is_some_and(|word| PLOTS.contains(&word.as_str())) && line.get(number_at).is_some_and(|word| is_flat_name(word));
    if !fits {
        return None;
    }
    let plot = line.get(number_at).map(|word| without_zeros(word));
    line.drain(..=number_at);
    lines.retain(|line| !line.is_empty());
    plot
}

/// Takes the house number off the beginning of the first line: "12", "12A", "12 A", "NO 12".
fn take_number(lines: &mut Vec<Line>) -> Option<String> {
    let line = lines.first_mut()?;
    let at = usize::from(line.len() > 1 && line.first().is_some_and(|word| matches!(word.as_str(), "NO" | "NUMBER" | "NUM")));
    let mut number = line.get(at).filter(|word| is_number(word)).map(|word| without_zeros(word))?;
    let mut end = at + 1;
    let plain = number.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(letter) = line.get(end).filter(|word| plain && word.len() == 1 && ("A"..="H").contains(&word.as_str())) {
        number.push_str(letter);
        end += 1;
    }
    line.drain(..end);
    lines.retain(|line| !line.is_empty());
    Some(number)
}

/// Where in a line the name of its street ends: behind the first sure kind of street, else behind the first likely one,
/// and behind any kind and a last direction that follow at once. `None` if the line has no street.
fn street_end(line: &[String]) -> Option<usize> {
    let behind = |is_kind: fn(&str) -> bool| {
        let mut words = line.iter().enumerate();
        words.find(|&(position, word)| is_kind(word) && (position > 0 || is_gate(word))).map(|(position, _)| position + 1)
    };
    let mut end = behind(is_street).or_else(|| behind(may_be_street))?;
    while line.get(end).is_some_and(|word| may_be_street(word)) {
        end += 1;
    }
    if end + 1 == line.len() && line.get(end).is_some_and(|word| is_direction(word)) {
        end += 1;
    }
    Some(end)
}

fn ends_in_street(line: &[String]) -> bool {
    line.last().is_some_and(|word| may_be_street(word)) || street_end(line) == Some(line.len())
}

/// Takes a house's name: the first line, or what of it comes before a street.
fn take_name(lines: &mut Vec<Line>) -> Option<String> {
    let count = lines.len();
    let next_is_street = lines.get(1).is_some_and(|line| ends_in_street(line));
    let line = lines.first_mut()?;
    let house_at = line.iter().position(|word| is_house(word));
    if let Some(at) = house_at.filter(|at| line.len() - at > 2 && line.get(at + 1..).is_some_and(ends_in_street)) {
        // "ROSE COTTAGE CHURCH LANE"
        return Some(line.drain(..=at).collect::<Vec<_>>().join(" "));
    }
    let last = line.last().map_or("", String::as_str);
    if is_street(last) || (!is_house(last) && may_be_street(last) && !next_is_street) {
        return None;
    }
    let named = is_house(last)
        || line.first().is_some_and(|word| word == "THE")
        || count >= 3
        || next_is_street
        || (count == 2 && house_at.is_none());
    named.then(|| lines.remove(0).join(" "))
}

/// Takes the street off the first line; what stands behind it in the same line is a town if no further line is.
fn take_street(lines: &mut Vec<Line>, house_is_known: bool, tail: &mut Option<Line>) -> Option<String> {
    let count = lines.len();
    let line = lines.first_mut()?;
    match street_end(line) {
        Some(end) => {
            let behind = line.split_off(end);
            *tail = Some(behind).filter(|behind| !behind.is_empty());
        }
        // A street without a kind ("12 EASTGATE", "THE STRAIT") is one if a number or further lines say so.
        None if house_is_known || count >= 2 || line.last().is_some_and(|word| may_be_street(word)) => {}
        None => return None,
    }
    Some(lines.remove(0).join(" "))
}

fn town_of(lines: &[Line], tail: Option<Line>) -> Option<String> {
    let mut line = lines.last().cloned().or(tail)?;
    if line.len() > 1 && line.first().is_some_and(|word| matches!(word.as_str(), "NR" | "NEAR")) {
        line.remove(0);
    }
    let is_town =
        !line.iter().any(|word| word.bytes().any(|byte| !byte.is_ascii_uppercase())) && !line.last().is_some_and(|word| is_street(word));
    is_town.then(|| line.join(" "))
}

/// Reads an address.
#[must_use]
pub fn read_address(raw: &str) -> AddressReading {
    let mut reading = AddressReading::default();
    let mut lines = lines_of(raw);
    let all = compact(&lines);
    if is_placeholder(&all) || all.contains("NOFIXEDABODE") || all.contains("NOFIXEDADDRESS") {
        reading.notes.insert(NoteCode::Placeholder);
        return reading;
    }
    reading.postcode = take_postcode(&mut lines);
    let before = compact(&lines);
    lines = lines.iter().map(|line| spelt_out(line)).collect();
    if !raw.is_ascii() || compact(&lines) != before {
        reading.notes.insert(NoteCode::Cleaned);
    }
    drop_counties(&mut lines);
    lines.retain(|line| !says_nothing(line));
    let boxed = lines.iter().any(is_post_box);
    if boxed {
        // A post box is nobody's home: the town is all it tells.
        reading.notes.insert(NoteCode::Placeholder);
        lines.retain(|line| !is_post_box(line));
        reading.town = town_of(&lines, None).filter(|_| !lines.is_empty());
        return reading;
    }
    reading.flat = take_flat(&mut lines);
    reading.house = take_plot(&mut lines).or_else(|| take_number(&mut lines));
    let numbered_next = lines.len() > 1
        && lines.get(1).and_then(|line| line.first()).is_some_and(|word| is_number(word))
        && lines.get(1).is_some_and(|line| line.len() > 1);
    let single_letter = lines.first().is_some_and(|line| line.len() == 1 && line.first().is_some_and(|word| word.len() == 1));
    match &reading.house {
        None if numbered_next => {
            // "ROSE COURT, 12 HIGH STREET" and "A, 12 HIGH STREET".
            let before = lines.remove(0).join(" ");
            reading.flat = reading.flat.take().or(Some(before).filter(|_| single_letter));
            reading.house = take_number(&mut lines);
        }
        None => reading.house = take_name(&mut lines),
        // "2 ROSE COURT, 12 HIGH STREET" and "2, 12 HIGH STREET".
        Some(first)
            if reading.flat.is_none()
                && (numbered_next || lines.first().and_then(|line| line.first()).is_some_and(|word| is_number(word))) =>
        {
            reading.flat = Some(first.clone());
            if numbered_next {
                lines.remove(0);
            }
            reading.house = take_number(&mut lines);
        }
        Some(_) => {}
    }
    let mut tail = None;
    reading.street = take_street(&mut lines, reading.house.as_ref().is_some_and(|house| is_number(house)), &mut tail);
    reading.town = town_of(&lines, tail);
    reading
}

/// The canonical key `flat|house|street|postcode`; `None` unless house, postcode and, for a numbered house, street are
/// known. "Flat A, 12 High Street" and "12A High Street" are one key, as are "Flat 2, Rose Court, High Street" and
/// "2 Rose Court, High Street"; a named house needs no street, which is given now and then only (domain.md §4.3).
#[must_use]
pub fn address_key(address: &AddressReading, postcode: Option<&str>) -> Option<String> {
    let postcode = postcode.or(address.postcode.as_deref())?;
    let house = address.house.as_deref()?;
    let flat = address.flat.as_deref();
    if house.starts_with(|first: char| first.is_ascii_digit()) {
        let street = address.street.as_deref()?;
        let street = street.strip_prefix("THE ").unwrap_or(street);
        let (number, letter) = match house.strip_suffix(|last: char| last.is_ascii_uppercase()) {
            Some(number) if flat.is_none() && !number.contains(['-', '/']) => (number, house.get(number.len()..)),
            _ => (house, flat),
        };
        return Some(format!("{}|{number}|{street}|{postcode}", letter.unwrap_or_default()));
    }
    let name = house.strip_prefix("THE ").unwrap_or(house);
    Some(match flat {
        Some(flat) => format!("|{flat}|{name}|{postcode}"),
        None => format!("|{name}||{postcode}"),
    })
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
