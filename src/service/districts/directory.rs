//! The directories by which homes are placed: the ONS postcode directory and the ONS UPRN directory, as the officer supplies them.
//!
//! What comes in: CSV with the columns that the pipeline names; further columns are not read. What goes out: the district code of a UPRN or postcode. What always holds: a UPRN
//! decides before a postcode, because a postcode may lie in two districts; a terminated postcode still has its district; a code is said to be known only if the
//! directory says it.

use std::collections::HashMap;

use crate::model::{Problem, Problems, check_quotes};

/// Where a home lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'d> {
    /// In the district of this code, of the county or not.
    District(&'d str),
    /// In neither directory, or nothing is known of the home.
    NotThere,
}

/// Both directories, as far as they are there.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    codes: Vec<String>,
    postcodes: HashMap<String, u16>,
    uprns: HashMap<u64, u16>,
}

impl Directory {
    /// Reads the postcode directory: one line per postcode; `columns` name the postcode and the district code.
    ///
    /// # Errors
    /// If a column is missing, a line cannot be read, or a postcode stands twice with different codes: then a family could be given to the wrong district.
    pub fn read_postcodes(&mut self, file: &str, text: &str, columns: &(String, String)) -> Result<(), Problems> {
        self.read(file, text, columns, |directory, value, code| {
            let key = compact(value);
            if key.is_empty() {
                return Some("this is no postcode");
            }
            let held = *directory.postcodes.entry(key).or_insert(code);
            (held != code).then_some("this postcode stands in the directory twice, with different districts")
        })
    }

    /// Reads the UPRN directory.
    ///
    /// # Errors
    /// As [`Self::read_postcodes`].
    pub fn read_uprns(&mut self, file: &str, text: &str, columns: &(String, String)) -> Result<(), Problems> {
        self.read(file, text, columns, |directory, value, code| {
            let Ok(key) = value.trim().parse::<u64>() else { return Some("this is no UPRN") };
            let held = *directory.uprns.entry(key).or_insert(code);
            (held != code).then_some("this UPRN stands in the directory twice, with different districts")
        })
    }

    fn read(
        &mut self,
        file: &str,
        text: &str,
        (key, district): &(String, String),
        take: impl Fn(&mut Self, &str, u16) -> Option<&'static str>,
    ) -> Result<(), Problems> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        check_quotes(file, text, b',').map_err(Problems)?;
        let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
        let mut problems = Vec::new();
        let unreadable = |line: u64| Problem::of_file(file, "not-csv", "this line cannot be read as CSV").at_line(line);
        let Ok(header) = reader.headers().cloned() else { return Err(Problems(vec![unreadable(1)])) };
        let place = |name: &str| header.iter().position(|known| known.trim().eq_ignore_ascii_case(name));
        for name in [key, district].into_iter().filter(|name| place(name).is_none()) {
            let hint = "the pipeline's [service.districts] names the columns of the directories";
            problems.push(
                Problem::of_file(file, "missing-header", "this column is missing").at_line(1).in_column(name.as_str()).with_hint(hint),
            );
        }
        let (Some(of_key), Some(of_district)) = (place(key), place(district)) else { return Err(Problems(problems)) };
        let mut row = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            match reader.read_record(&mut row) {
                Ok(false) => break,
                Ok(true) => {}
                Err(_) => {
                    problems.push(unreadable(line));
                    continue;
                }
            }
            let (value, code) = (row.get(of_key).unwrap_or_default(), row.get(of_district).unwrap_or_default().trim());
            // Postcodes of the Channel Islands and the like have no district: nobody can live there for us.
            if code.is_empty() {
                continue;
            }
            let code = self.code(code);
            if let Some(message) = take(self, value, code) {
                problems.push(
                    Problem::of_file(file, "bad-directory", message)
                        .at_line(row.position().map_or(line, csv::Position::line))
                        .in_column(key.as_str()),
                );
            }
            if problems.len() > 20 {
                break;
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }

    fn code(&mut self, code: &str) -> u16 {
        let place = self.codes.iter().position(|known| known == code).unwrap_or_else(|| {
            self.codes.push(code.to_owned());
            self.codes.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// True if neither directory holds anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.postcodes.is_empty() && self.uprns.is_empty()
    }

    /// The district of a home by its UPRN, else by its postcode.
    #[must_use]
    pub fn find(&self, uprn: &str, postcode: &str) -> Found<'_> {
        let by_uprn = uprn.parse::<u64>().ok().and_then(|uprn| self.uprns.get(&uprn));
        let found = by_uprn.or_else(|| self.postcodes.get(&compact(postcode))).and_then(|&code| self.codes.get(usize::from(code)));
        found.map_or(Found::NotThere, |code| Found::District(code))
    }
}

/// A postcode in capitals without spaces.
fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> (String, String) {
        ("pcds".to_owned(), "oslaua".to_owned())
    }

    #[test]
    fn a_uprn_decides_before_a_postcode_and_terminated_postcodes_are_found() {
        let mut directory = Directory::default();
        directory
            .read_postcodes(
                "p.csv",
                "pcds,doterm,oslaua,lsoa\nLN1 1AA,,E07000138,x\nDN36 4AB,201001,E06000012,x\nJE2 3AB,,,x\n",
                &columns(),
            )
            .unwrap();
        directory.read_uprns("u.csv", "UPRN,OSLAUA\n100030000012,E07000142\n", &("uprn".to_owned(), "oslaua".to_owned())).unwrap();
        assert_eq!(directory.find("", "ln11aa"), Found::District("E07000138"));
        assert_eq!(directory.find("100030000012", "LN1 1AA"), Found::District("E07000142"));
        assert_eq!(directory.find("", "DN36 4AB"), Found::District("E06000012"));
        assert_eq!(directory.find("", "JE2 3AB"), Found::NotThere);
        assert_eq!(directory.find("1", ""), Found::NotThere);
    }

    #[test]
    fn a_directory_that_contradicts_itself_or_lacks_a_column_is_refused_by_line() {
        let mut directory = Directory::default();
        let problems = directory.read_postcodes("p.csv", "pcds,oslaua\nLN1 1AA,E07000138\nLN1 1AA,E07000142\n", &columns()).unwrap_err();
        assert_eq!((problems.0[0].line, problems.0[0].code), (3, "bad-directory"));
        let problems = Directory::default().read_postcodes("p.csv", "postcode,oslaua\nLN1 1AA,E07000138\n", &columns()).unwrap_err();
        assert_eq!(problems.0[0].code, "missing-header");
        let problems = Directory::default().read_postcodes("p.csv", "pcds,oslaua\nLN1 1AA,E07000138,more\n", &columns()).unwrap_err();
        assert_eq!(problems.0[0].code, "not-csv");
    }
}
