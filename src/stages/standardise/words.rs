//! A name cell as words and the marks between them.
//!
//! What comes in: the raw cell. What goes out: words of A–Z with what separated them, and the aliases taken out.
//! What always holds: words joined by single spaces give the same words again.

use super::letters::{fold_char, repair_encoding};
use super::name_lists::{MARKERS, REMARKS};

/// A word of a name.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) struct Word {
    /// Its letters, upper case A–Z.
    pub(super) text: String,
    /// True if a hyphen binds it to the word before.
    pub(super) bound: bool,
    /// True if it was written with a lower-case letter: in "SMITH John" case tells which is the surname.
    pub(super) has_lower: bool,
}

#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
enum Token {
    Word(Word),
    Comma,
    Slash,
    Open,
    Close,
}

/// What another name is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OtherKind {
    /// Known as, aka.
    Known,
    /// Formerly, née.
    Former,
}

/// A name cell taken apart.
#[derive(Clone, Default)]
#[cfg_attr(test, derive(Debug))]
pub(super) struct NameWords {
    /// Words before the first comma, or all of them.
    pub(super) main: Vec<Word>,
    /// Words behind the first comma.
    pub(super) after_comma: Vec<Word>,
    /// Other names: what they are and their words.
    pub(super) others: Vec<(OtherKind, Vec<Word>)>,
    /// All letters without separators: for the placeholder test.
    pub(super) compact: String,
    /// True if every word is one letter and nothing but space and stops stood between them: initials, never a placeholder.
    pub(super) initials: bool,
}

impl NameWords {
    /// All words of the name in one row, for cells where a comma has no meaning; other names said behind it are taken out too.
    pub(super) fn take_all(&mut self) -> Vec<Word> {
        let mut words = std::mem::take(&mut self.main);
        words.append(&mut self.after_comma);
        split_markers(&words, &mut self.others)
    }
}

/// Digits typed for letters (0 for O, 1 for I, 5 for S) are put right, a trailing number and other digits cut.
fn repair_digits(word: &str) -> String {
    if !word.bytes().any(|byte| byte.is_ascii_digit()) {
        return word.to_owned();
    }
    let trimmed = word.trim_end_matches(|character: char| character.is_ascii_digit());
    if !trimmed.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return String::new();
    }
    let letters = trimmed.chars().filter_map(|character| match character {
        '0' => Some('O'),
        '1' => Some('I'),
        '5' => Some('S'),
        other => other.is_ascii_alphabetic().then_some(other),
    });
    letters.collect()
}

#[derive(Default)]
struct Tokenizer {
    tokens: Vec<Token>,
    word: String,
    has_lower: bool,
    bound: bool,
    quoted: bool,
}

impl Tokenizer {
    fn end_word(&mut self) {
        let text = repair_digits(&self.word);
        if text.is_empty() {
            // A hyphen binds over a dropped number too: it makes no difference to anybody.
            self.word.clear();
            self.has_lower = false;
            return;
        }
        let bound = self.bound && matches!(self.tokens.last(), Some(Token::Word(_)));
        self.tokens.push(Token::Word(Word { text, bound, has_lower: self.has_lower }));
        self.word.clear();
        self.has_lower = false;
        self.bound = false;
    }

    fn mark(&mut self, token: Token) {
        self.end_word();
        self.bound = false;
        self.tokens.push(token);
    }

    /// An apostrophe: inside a word it vanishes ("O'BRIEN", and "O' BRIEN" too); round a word it is a quotation mark.
    fn apostrophe(&mut self, rest: &str) {
        let next = rest.chars().next();
        let next_is_letter = next.is_some_and(char::is_alphabetic);
        if self.word.is_empty() {
            let closes = rest.split_once('\'').is_some_and(|(inside, after)| {
                !inside.contains(' ') && !inside.is_empty() && !after.starts_with(|character: char| character.is_alphanumeric())
            });
            if next_is_letter && closes && !self.quoted {
                self.quoted = true;
                self.mark(Token::Open);
            }
        } else if self.quoted && !next_is_letter {
            self.quoted = false;
            self.mark(Token::Close);
        }
    }
}

fn tokenize(raw: &str) -> Vec<Token> {
    let repaired = repair_encoding(raw);
    let mut flat: Vec<(char, bool)> = Vec::with_capacity(repaired.len());
    for character in repaired.chars() {
        fold_char(character, |piece| flat.push((piece, character.is_lowercase())));
    }
    let text: String = flat.iter().map(|&(piece, _)| piece).collect();
    let mut tokenizer = Tokenizer::default();
    let mut double_quoted = false;
    let mut skip_spaces = false;
    // The folded text is ASCII, so character and byte positions agree.
    for (position, &(piece, lower)) in flat.iter().enumerate() {
        if skip_spaces && piece == ' ' {
            continue;
        }
        skip_spaces = false;
        match piece {
            'A'..='Z' | '0'..='9' => {
                tokenizer.word.push(piece);
                tokenizer.has_lower |= lower;
            }
            '\'' => {
                let rest = text.get(position + 1..).unwrap_or_default();
                // "O' BRIEN" and "D' ARCY": the space behind the apostrophe goes too.
                skip_spaces = tokenizer.word.len() == 1
                    && !tokenizer.quoted
                    && rest.trim_start().starts_with(|next: char| next.is_ascii_alphabetic());
                tokenizer.apostrophe(rest);
            }
            '"' => {
                tokenizer.mark(if double_quoted { Token::Close } else { Token::Open });
                double_quoted = !double_quoted;
            }
            '(' | '[' | '{' | '<' => tokenizer.mark(Token::Open),
            ')' | ']' | '}' | '>' => tokenizer.mark(Token::Close),
            '/' | '\\' | '|' => tokenizer.mark(Token::Slash),
            ',' | ';' => tokenizer.mark(Token::Comma),
            '&' | '+' => {
                tokenizer.end_word();
                tokenizer.word.push_str("AND");
                tokenizer.end_word();
            }
            '-' | '_' | '=' => {
                tokenizer.end_word();
                tokenizer.bound = piece == '-';
            }
            _ => tokenizer.end_word(),
        }
    }
    tokenizer.end_word();
    join_slashed(tokenizer.tokens)
}

/// "A/K/A" and "K/A" become AKA, "B/O" becomes BABY OF, "S/O", "D/O", "W/O" and "C/O" become a mark that ends the name.
fn join_slashed(tokens: Vec<Token>) -> Vec<Token> {
    if !tokens.contains(&Token::Slash) {
        return tokens;
    }
    let letter = |token: Option<&Token>| match token {
        Some(Token::Word(word)) if word.text.len() == 1 => word.text.chars().next(),
        _ => None,
    };
    let plain = |text: &str| Token::Word(Word { text: text.to_owned(), bound: false, has_lower: false });
    let mut joined = Vec::with_capacity(tokens.len());
    let mut position = 0;
    while let Some(token) = tokens.get(position) {
        let first = letter(Some(token));
        let second = (tokens.get(position + 1) == Some(&Token::Slash)).then(|| letter(tokens.get(position + 2))).flatten();
        let third = (tokens.get(position + 3) == Some(&Token::Slash)).then(|| letter(tokens.get(position + 4))).flatten();
        match (first, second, third) {
            (Some('A'), Some('K'), Some('A')) => {
                joined.push(plain("AKA"));
                position += 5;
            }
            (Some('K'), Some('A'), _) => {
                joined.push(plain("AKA"));
                position += 3;
            }
            (Some('B'), Some('O'), _) => {
                joined.extend([plain("BABY"), plain("OF")]);
                position += 3;
            }
            (Some('S' | 'D' | 'W' | 'C'), Some('O'), _) => {
                joined.push(Token::Open);
                joined.push(plain("CARER"));
                position += 3;
            }
            _ => {
                joined.push(token.clone());
                position += 1;
            }
        }
    }
    joined
}

fn marker_at(words: &[Word]) -> Option<(usize, OtherKind)> {
    MARKERS.iter().find_map(|&(sequence, kind)| {
        let fits = words.len() >= sequence.len() && sequence.iter().zip(words).all(|(expected, word)| word.text == *expected);
        fits.then_some((sequence.len(), kind))
    })
}

/// True if the word announces another name by itself.
pub(super) fn is_marker(word: &str) -> bool {
    MARKERS.iter().any(|(sequence, _)| matches!(sequence, [only] if *only == word))
}

/// Words without an announcing marker in front ("AKA BOB" is `BOB`), and what they are.
fn without_marker(mut words: Vec<Word>) -> (OtherKind, Vec<Word>) {
    match marker_at(&words) {
        Some((length, kind)) if words.len() > length => {
            words.drain(..length);
            (kind, words)
        }
        _ => (OtherKind::Known, words),
    }
}

/// Takes a name cell apart.
pub(super) fn name_words(raw: &str) -> NameWords {
    let tokens = tokenize(raw);
    let mut result = NameWords { initials: true, ..NameWords::default() };
    let mut flat: Vec<Word> = Vec::new();
    let mut comma: Option<usize> = None;
    let mut inside: Option<Vec<Word>> = None;
    let mut after_slash: Option<Vec<Word>> = None;
    for token in tokens {
        match token {
            Token::Word(word) => {
                result.initials &= word.text.len() == 1 && !word.bound;
                result.compact.push_str(&word.text);
                match (&mut inside, &mut after_slash) {
                    (Some(bracket), _) => bracket.push(word),
                    (None, Some(slash)) => slash.push(word),
                    (None, None) => flat.push(word),
                }
            }
            Token::Comma => {
                result.initials = false;
                if inside.is_none() && comma.is_none() {
                    finish_other(&mut result, after_slash.take());
                    comma = Some(flat.len());
                }
            }
            Token::Slash => {
                result.initials = false;
                if inside.is_none() && !flat.is_empty() {
                    finish_other(&mut result, after_slash.take());
                    after_slash = Some(Vec::new());
                }
            }
            Token::Open => {
                let unclosed = inside.replace(Vec::new());
                finish_other(&mut result, unclosed);
            }
            Token::Close => finish_other(&mut result, inside.take()),
        }
    }
    finish_other(&mut result, inside.take());
    finish_other(&mut result, after_slash.take());
    let after = comma.map(|at| flat.split_off(at.min(flat.len()))).unwrap_or_default();
    result.main = split_markers(&flat, &mut result.others);
    result.after_comma = split_markers(&after, &mut result.others);
    result
}

fn finish_other(result: &mut NameWords, words: Option<Vec<Word>>) {
    let Some(words) = words.filter(|words| !words.is_empty()) else { return };
    let (kind, words) = without_marker(words);
    let words = split_markers(&words, &mut result.others);
    let remark = words.first().is_none_or(|first| REMARKS.binary_search(&first.text.as_str()).is_ok());
    if !remark {
        result.others.push((kind, words));
    }
}

/// Cuts the words at each marker that has words on both sides (one in front is enough: "SMITH AKA" is SMITH).
fn split_markers(words: &[Word], others: &mut Vec<(OtherKind, Vec<Word>)>) -> Vec<Word> {
    let mut main = Vec::with_capacity(words.len());
    let mut current: Option<(OtherKind, Vec<Word>)> = None;
    let mut position = 0;
    while let Some(rest) = words.get(position..).filter(|rest| !rest.is_empty()) {
        let marker = if main.is_empty() { None } else { marker_at(rest) };
        if let Some((length, kind)) = marker {
            others.extend(current.take().filter(|(_, words)| !words.is_empty()));
            current = Some((kind, Vec::new()));
            position += length;
        } else if let Some(word) = rest.first() {
            match &mut current {
                Some((_, other)) => other.push(word.clone()),
                None => main.push(word.clone()),
            }
            position += 1;
        }
    }
    others.extend(current.filter(|(_, words)| !words.is_empty()));
    main
}

/// The texts of words, joined by one space; `None` if there are none.
pub(super) fn joined(words: &[Word]) -> Option<String> {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn main_of(raw: &str) -> String {
        joined(&name_words(raw).main).unwrap_or_default()
    }

    #[test]
    fn apostrophes_join_hyphens_and_stops_part() {
        assert_eq!(main_of("O\u{2019}Brien"), "OBRIEN");
        assert_eq!(main_of("O' Brien"), "OBRIEN");
        assert_eq!(main_of("Anne-Marie"), "ANNE MARIE");
        assert_eq!(main_of("J.P."), "J P");
        assert_eq!(main_of("SM1TH2 0'BRIEN 12"), "SMITH OBRIEN");
    }

    #[test]
    fn other_names_are_taken_out_with_what_they_are() {
        let others = |raw: &str| -> Vec<(OtherKind, String)> {
            name_words(raw).others.iter().map(|(kind, words)| (*kind, joined(words).unwrap_or_default())).collect()
        };
        assert_eq!(others("Robert (Bob)"), [(OtherKind::Known, "BOB".to_owned())]);
        assert_eq!(others("Robert 'Bob' Smith"), [(OtherKind::Known, "BOB".to_owned())]);
        assert_eq!(others("Smith nee Jones"), [(OtherKind::Former, "JONES".to_owned())]);
        assert_eq!(others("Smith (née Jones)"), [(OtherKind::Former, "JONES".to_owned())]);
        assert_eq!(others("John Smith A.K.A. Jack Black"), [(OtherKind::Known, "JACK BLACK".to_owned())]);
        assert_eq!(others("SMITH a/k/a BROWN"), [(OtherKind::Known, "BROWN".to_owned())]);
        assert_eq!(others("Liz/Elizabeth"), [(OtherKind::Known, "ELIZABETH".to_owned())]);
        assert_eq!(others("Smith (deceased)"), []);
        assert_eq!(main_of("Priya D/O Raj"), "PRIYA");
    }
}
