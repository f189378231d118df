//! Text for a spreadsheet.
//!
//! What comes in: any text. What goes out: text that no spreadsheet runs. What always holds: it begins with nothing that a formula begins with.

/// Longest text a cell takes, in UTF-16 units (Excel's limit is 32,767).
pub const LONGEST_TEXT: usize = 32_000;

/// Text that no spreadsheet takes for a formula (OWASP ASVS 1.2.10, CWE-1236): a leading apostrophe where it begins,
/// also behind spaces, with one of `= + - @`, their full-width forms, a tab or a line break. Too long a text is cut.
#[must_use]
pub fn defused(text: &str) -> String {
    // Control characters become spaces below, and what stands behind them would begin the cell.
    let is_passed_over = |letter: char| letter == ' ' || (letter.is_control() && !matches!(letter, '\t' | '\r' | '\n' | '\0'));
    let first = text.trim_start_matches(is_passed_over).chars().next();
    let dangerous = first.is_some_and(|first| "=+-@\t\r\n\0＝＋－＠".contains(first));
    let mut defused = String::with_capacity(text.len() + 1);
    if dangerous {
        defused.push('\'');
    }
    let mut units = 1;
    for letter in text.chars() {
        units += letter.len_utf16();
        if units > LONGEST_TEXT {
            defused.push('…');
            break;
        }
        // XML 1.0 knows no control characters but tab and line ends.
        defused.push(if letter.is_control() && !matches!(letter, '\t' | '\r' | '\n') { ' ' } else { letter });
    }
    defused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_hides_the_beginning_of_a_formula() {
        let hiding: Vec<char> = (0..0x20_u8).chain([0x7f]).map(char::from).chain(['\u{80}', '\u{9f}', ' ']).collect();
        let formula = |text: &str| text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        for first in &hiding {
            for second in &hiding {
                for trigger in "=+-@＝＋－＠".chars() {
                    for text in [format!("{first}{trigger}A1"), format!("{first}{second}{trigger}A1"), format!("{trigger}{first}{second}")]
                    {
                        let cell = defused(&text);
                        assert!(cell.starts_with('\'') && !formula(&cell), "{text:?} became {cell:?}");
                        assert!(!cell.chars().any(|letter| letter.is_control() && !"\t\r\n".contains(letter)), "{text:?} became {cell:?}");
                    }
                }
            }
        }
        for plain in ["Smith", "O'Neil", "a=b", "12-13 High Street", " Anna", "\u{1}Anna"] {
            assert!(!defused(plain).starts_with('\''), "{plain:?}");
        }
    }
}
