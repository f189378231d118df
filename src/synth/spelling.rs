//! How names come out wrong: slips of the hand and ear, lost diacritics, apostrophes.
//!
//! In: a name and a stream. Out: the name as somebody typed it. What always holds: a misspelling differs from the name.

use fastrand::Rng;

use super::random::Draw;

/// Heard wrongly: letters that sound alike.
const SOUNDS: [(&str, &str); 18] = [
    ("ph", "f"),
    ("ck", "k"),
    ("ie", "ei"),
    ("ei", "ie"),
    ("ee", "ea"),
    ("ea", "ee"),
    ("th", "t"),
    ("ll", "l"),
    ("tt", "t"),
    ("nn", "n"),
    ("ss", "s"),
    ("ai", "ay"),
    ("ey", "y"),
    ("son", "sen"),
    ("c", "k"),
    ("y", "i"),
    ("z", "s"),
    ("gh", "g"),
];

/// The name with one slip.
pub(crate) fn misspell(rng: &mut Rng, name: &str) -> String {
    for _ in 0..6 {
        let wrong = slip(rng, name);
        if wrong != name && wrong.chars().count() > 1 {
            return wrong;
        }
    }
    format!("{name}e")
}

fn slip(rng: &mut Rng, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 2 {
        return name.to_owned();
    }
    let place = rng.usize(1..letters.len());
    match rng.u8(0..8) {
        0 | 1 => {
            let next = (place + 1).min(letters.len() - 1);
            letters.swap(place, next);
        }
        2 => {
            letters.remove(place);
        }
        3 => {
            let doubled = letters.get(place).copied().unwrap_or('e');
            letters.insert(place, doubled);
        }
        4 | 5 => {
            let near = letters.get(place).copied().map_or('e', |letter| neighbour(rng, letter));
            if let Some(slot) = letters.get_mut(place) {
                *slot = near;
            }
        }
        _ => {
            let lower = name.to_lowercase();
            let heard: Vec<&(&str, &str)> =
                SOUNDS.iter().filter(|(sound, _)| lower.get(1..).is_some_and(|rest| rest.contains(sound))).collect();
            if !heard.is_empty() {
                let (sound, other) = rng.pick(&heard);
                if let Some(at) = name.rfind(sound).filter(|&at| at > 0) {
                    let (before, rest) = name.split_at(at);
                    return format!("{before}{other}{}", rest.strip_prefix(sound).unwrap_or(rest));
                }
            }
        }
    }
    letters.into_iter().collect()
}

/// A vowel for a vowel, else the key beside it.
fn neighbour(rng: &mut Rng, letter: char) -> char {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    if "aeiou".contains(letter) {
        return *rng.pick(&['a', 'e', 'i', 'o', 'u']);
    }
    for row in ROWS {
        if let Some(at) = row.find(letter.to_ascii_lowercase()) {
            let beside = if at == 0 || rng.bool() { at + 1 } else { at - 1 };
            let found = row.chars().nth(beside.min(row.len() - 1)).unwrap_or('e');
            return if letter.is_ascii_uppercase() { found.to_ascii_uppercase() } else { found };
        }
    }
    'e'
}

/// The name in the letters of an English keyboard.
pub(crate) fn without_diacritics(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    text.chars()
        .map(|letter| match letter {
            'ą' | 'ā' | 'ã' | 'á' | 'à' | 'â' | 'ă' => 'a',
            'ć' | 'č' | 'ç' => 'c',
            'ę' | 'ė' | 'ē' | 'é' | 'è' | 'ê' => 'e',
            'ģ' => 'g',
            'į' | 'ī' | 'í' | 'î' => 'i',
            'ķ' => 'k',
            'ł' | 'ļ' => 'l',
            'ń' | 'ņ' | 'ñ' => 'n',
            'ó' | 'õ' | 'ô' | 'ò' | 'ö' => 'o',
            'ś' | 'š' | 'ş' | 'ș' => 's',
            'ţ' | 'ț' => 't',
            'ų' | 'ū' | 'ú' | 'ü' => 'u',
            'ź' | 'ż' | 'ž' => 'z',
            'Ą' | 'Ā' | 'Á' | 'Â' => 'A',
            'Ć' | 'Č' | 'Ç' => 'C',
            'Ė' | 'Ē' | 'É' => 'E',
            'Ģ' => 'G',
            'Ī' | 'Í' => 'I',
            'Ķ' => 'K',
            'Ł' | 'Ļ' => 'L',
            'Ņ' => 'N',
            'Ó' => 'O',
            'Ś' | 'Š' | 'Ş' => 'S',
            'Ţ' => 'T',
            'Ū' | 'Ú' => 'U',
            'Ź' | 'Ż' | 'Ž' => 'Z',
            other => other,
        })
        .collect()
}

/// One digit of a text replaced by another.
pub(crate) fn wrong_digit(rng: &mut Rng, text: &str) -> String {
    let places: Vec<usize> = text.char_indices().filter(|(_, letter)| letter.is_ascii_digit()).map(|(at, _)| at).collect();
    if places.is_empty() {
        return text.to_owned();
    }
    let at = *rng.pick(&places);
    let shift = rng.u8(1..10);
    text.char_indices()
        .map(|(place, letter)| if place == at { char::from(b'0' + (letter as u8 - b'0' + shift) % 10) } else { letter })
        .collect()
}
