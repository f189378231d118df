//! Letters: any letter to A–Z, any quote, dash and space to one of its kind.
//!
//! What comes in: a character or a text of any origin. What goes out: upper-case ASCII. What always holds: folding is
//! idempotent and total; letters of other scripts are written as Latin ones (crate `deunicode`), so that nobody loses a name; signs that are no letters vanish.

use std::borrow::Cow;

/// A character in upper-case ASCII; several for ligatures and syllables, none for what has no Latin form.
pub(super) fn fold_char(character: char, mut push: impl FnMut(char)) {
    if character.is_ascii() {
        push(match character {
            '`' => '\'',
            control if control.is_ascii_control() => ' ',
            other => other.to_ascii_uppercase(),
        });
        return;
    }
    for upper in character.to_uppercase() {
        if upper.is_ascii() {
            push(upper.to_ascii_uppercase());
        } else {
            match fold_upper(upper) {
                Some(folded) => folded.chars().for_each(&mut push),
                None => in_latin(upper).for_each(&mut push),
            }
        }
    }
}

/// The table behind [`fold_char`]: Latin-1, Latin Extended-A and -B, Latin Extended Additional (Vietnamese), punctuation.
fn fold_upper(character: char) -> Option<&'static str> {
    Some(match character {
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' | 'Ǎ' | 'Ǟ' | 'Ǡ' | 'Ǻ' | 'Ȁ' | 'Ȃ' | 'Ȧ' | 'Ḁ' | 'Ạ'..='ặ' | 'Ａ' => "A",
        'Æ' | 'Ǣ' | 'Ǽ' => "AE",
        'Ḃ'..='ḇ' | 'Ｂ' => "B",
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' | 'Ḉ' | 'Ｃ' => "C",
        'Ð' | 'Ď' | 'Đ' | 'Ɖ' | 'Ḋ'..='ḓ' | 'Ｄ' => "D",
        'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' | 'Ə' | 'Ȅ' | 'Ȇ' | 'Ȩ' | 'Ḕ'..='ḝ' | 'Ẹ'..='ệ' | 'Ｅ' => "E",
        'Ḟ' | 'Ｆ' => "F",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' | 'Ǧ' | 'Ǵ' | 'Ḡ' | 'Ｇ' => "G",
        'Ĥ' | 'Ħ' | 'Ȟ' | 'Ḣ'..='ḫ' | 'Ｈ' => "H",
        'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' | 'Ǐ' | 'Ȉ' | 'Ȋ' | 'Ḭ'..='ḯ' | 'Ỉ'..='ị' | 'Ｉ' => "I",
        'Ĵ' | 'Ｊ' => "J",
        'Ķ' | 'Ǩ' | 'Ḱ'..='ḵ' | 'Ｋ' => "K",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' | 'Ḷ'..='ḽ' | 'Ｌ' => "L",
        'Ḿ'..='ṃ' | 'Ｍ' => "M",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' | 'Ŋ' | 'Ǹ' | 'Ṅ'..='ṋ' | 'Ｎ' => "N",
        'Ò'..='Ö'
        | 'Ø'
        | 'Ō'
        | 'Ŏ'
        | 'Ő'
        | 'Ơ'
        | 'Ǒ'
        | 'Ǫ'
        | 'Ǭ'
        | 'Ǿ'
        | 'Ȍ'
        | 'Ȏ'
        | 'Ȫ'
        | 'Ȭ'
        | 'Ȯ'
        | 'Ȱ'
        | 'Ṍ'..='ṓ'
        | 'Ọ'..='ợ'
        | 'Ｏ' => "O",
        'Œ' => "OE",
        'Ṕ'..='ṗ' | 'Ｐ' => "P",
        'Ｑ' => "Q",
        'Ŕ' | 'Ŗ' | 'Ř' | 'Ȑ' | 'Ȓ' | 'Ṙ'..='ṟ' | 'Ｒ' => "R",
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' | 'Ṡ'..='ṩ' | 'Ｓ' => "S",
        'ẞ' => "SS",
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' | 'Ṫ'..='ṱ' | 'Ｔ' => "T",
        'Þ' => "TH",
        'Ù'..='Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' | 'Ư' | 'Ǔ' | 'Ǖ' | 'Ǘ' | 'Ǚ' | 'Ǜ' | 'Ȕ' | 'Ȗ' | 'Ṳ'..='ṻ' | 'Ụ'..='ự' | 'Ｕ' => {
            "U"
        }
        'Ṽ'..='ṿ' | 'Ｖ' => "V",
        'Ŵ' | 'Ẁ'..='ẉ' | 'Ｗ' => "W",
        'Ẋ'..='ẍ' | 'Ｘ' => "X",
        'Ý' | 'Ŷ' | 'Ÿ' | 'Ȳ' | 'Ẏ' | 'Ỳ'..='ỹ' | 'Ｙ' => "Y",
        'Ź' | 'Ż' | 'Ž' | 'Ẑ'..='ẕ' | 'Ｚ' => "Z",
        // Typographic apostrophes, accents used as such, and the two Windows-1252 bytes read as Latin-1.
        '\u{2018}'..='\u{201B}' | '\u{02B9}'..='\u{02BF}' | '\u{2032}' | '\u{00B4}' | '\u{FF07}' | '\u{0091}' | '\u{0092}' => "'",
        '\u{201C}'..='\u{201F}' | '\u{00AB}' | '\u{00BB}' | '\u{2033}' | '\u{0093}' | '\u{0094}' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '\u{0096}' | '\u{0097}' => "-",
        '\u{FF0C}' => ",",
        // Combining marks, soft hyphen, zero-width characters and the mark of a lost byte are nothing at all.
        '\u{0300}'..='\u{036F}' | '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FFFD}' => "",
        other if other.is_whitespace() => " ",
        _ => return None,
    })
}

/// A letter of another script in Latin ones. Signs that stand for sounds without a Latin letter (ʿayn) are left out, or they would part a name.
fn in_latin(character: char) -> impl Iterator<Item = char> {
    let written = if character.is_alphabetic() { deunicode::deunicode_char(character).unwrap_or_default() } else { "" };
    written.chars().filter(|letter| letter.is_ascii_alphabetic() || *letter == ' ').map(|letter| letter.to_ascii_uppercase())
}

/// A text in upper-case ASCII, white space as single spaces, outer space cut.
#[must_use]
pub fn fold(text: &str) -> String {
    let repaired = repair_encoding(text);
    let mut folded = String::with_capacity(repaired.len());
    for character in repaired.chars() {
        fold_char(character, |piece| {
            if piece != ' ' || (!folded.is_empty() && !folded.ends_with(' ')) {
                folded.push(piece);
            }
        });
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Undoes UTF-8 that was read as Windows-1252 ("Oâ€™Brien"). A text that was not so damaged does not form valid UTF-8
/// when its characters are put back into single bytes, and is returned as it is.
pub(super) fn repair_encoding(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
    if unmappable {
        return Cow::Borrowed(text);
    }
    match std::str::from_utf8(&bytes) {
        Ok(repaired) => Cow::Owned(repaired.to_owned()),
        Err(_) => Cow::Borrowed(text),
    }
}

/// Only the letters and digits of a text, folded.
#[must_use]
pub fn alphanumeric(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for character in text.chars() {
        fold_char(character, |piece| {
            if piece.is_ascii_alphanumeric() {
                kept.push(piece);
            }
        });
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_every_neighbour_fold_to_plain_ones() {
        for (raw, folded) in [
            ("Łukasz Wójcik", "LUKASZ WOJCIK"),
            ("Weiß", "WEISS"),
            ("Søren Đorđević", "SOREN DORDEVIC"),
            ("Žydrūnas Šulčius", "ZYDRUNAS SULCIUS"),
            ("Ștefan Țîrdea", "STEFAN TIRDEA"),
            ("João Gonçalves", "JOAO GONCALVES"),
            ("Nguyễn Thị", "NGUYEN THI"),
            ("Æthelred Þór", "AETHELRED THOR"),
            ("Zoe\u{308}", "ZOE"),
            ("O\u{2019}Brien", "O'BRIEN"),
            ("O\u{92}Brien", "O'BRIEN"),
            ("Smith\u{2013}Jones", "SMITH-JONES"),
            ("a\u{a0}\tb ", "A B"),
            ("Иван Щербаков", "IVAN SHCHERBAKOV"),
            ("王秀英", "WANG XIU YING"),
            ("Ελένη", "ELENE"),
            ("Ольга", "OLGA"),
            ("سعيد", "SYD"),
            ("Anna 🦄", "ANNA"),
        ] {
            assert_eq!(fold(raw), folded);
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for character in '\0'..=char::MAX {
            let once = fold(&character.to_string());
            assert!(once.is_ascii() && fold(&once) == once, "{character}");
        }
    }

    #[test]
    fn utf8_read_as_windows_1252_is_put_right_and_nothing_else_is_touched() {
        assert_eq!(fold("Oâ€™Brien"), "O'BRIEN");
        assert_eq!(fold("ZoÃ«"), "ZOE");
        assert_eq!(fold("Åukasz"), "AUKASZ");
        assert_eq!(repair_encoding("Zoë"), "Zoë");
    }
}
