//! The sheets in which decisions go out and come back, and the seal that tells what was edited.
//!
//! What comes in: a grid of texts with its line numbers. What goes out: rows by column name, or what is wrong with the header. What always holds: the header
//! is the first line that holds the columns a sheet must have, so a title above it does no harm; a column that is not known is refused, because a
//! misspelt "expires" would otherwise say nothing unseen; no problem holds a cell's content.

use crate::model::ids::short_digest;
use crate::model::{Problem, nearest};

/// A sheet of the workbook, or a file of the CSV form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SheetKind {
    /// Families.
    Families,
    /// Doubtful pairs of records.
    Pairs,
    /// Referral forms and their candidates.
    Referrals,
    /// Claims for results.
    Claims,
}

/// One column of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetColumn {
    /// Name, as in the CSV form.
    pub name: &'static str,
    /// Who fills it.
    pub part: Part,
    /// Width in the workbook, in characters.
    pub width: u16,
}

/// Who fills a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Names what the row is about; required.
    Key,
    /// For the reader only; an edited one sets the row aside.
    Shown,
    /// For people to fill in.
    Answer,
    /// Tells what was edited.
    Seal,
}

const fn key(name: &'static str, width: u16) -> SheetColumn {
    SheetColumn { name, part: Part::Key, width }
}

const fn shown(name: &'static str, width: u16) -> SheetColumn {
    SheetColumn { name, part: Part::Shown, width }
}

const fn answer(name: &'static str, width: u16) -> SheetColumn {
    SheetColumn { name, part: Part::Answer, width }
}

/// The column that holds the seal.
const SEAL: SheetColumn = SheetColumn { name: "seal", part: Part::Seal, width: 10 };

const FAMILIES: &[SheetColumn] = &[
    key("family", 16),
    shown("rank", 7),
    shown("route", 13),
    shown("why", 44),
    shown("district", 16),
    shown("children", 9),
    shown("members", 9),
    shown("points", 9),
    shown("note", 44),
    answer("accepted", 10),
    answer("status", 24),
    answer("on", 12),
    answer("override", 11),
    answer("pack", 16),
    answer("approver", 20),
    answer("expires", 12),
    answer("reason", 44),
    answer("by", 18),
    SEAL,
];

const PAIRS: &[SheetColumn] = &[
    key("left_source", 18),
    key("left_record_id", 22),
    key("right_source", 18),
    key("right_record_id", 22),
    shown("probability", 10),
    shown("why", 54),
    shown("matters_for", 30),
    shown("left_forename", 16),
    shown("right_forename", 16),
    shown("left_surname", 16),
    shown("right_surname", 16),
    shown("left_date_of_birth", 12),
    shown("right_date_of_birth", 12),
    shown("left_sex", 5),
    shown("right_sex", 5),
    shown("left_postcode", 11),
    shown("right_postcode", 11),
    shown("left_address", 30),
    shown("right_address", 30),
    shown("note", 40),
    answer("decision", 12),
    answer("reason", 44),
    answer("by", 18),
    SEAL,
];

const REFERRALS: &[SheetColumn] = &[
    key("source", 20),
    key("referral", 14),
    shown("candidate", 10),
    key("family", 16),
    shown("points", 8),
    shown("why", 54),
    shown("form", 54),
    shown("candidate_members", 54),
    shown("note", 40),
    answer("decision", 12),
    answer("reason", 44),
    answer("by", 18),
    SEAL,
];

const CLAIMS: &[SheetColumn] = &[
    key("family", 16),
    key("window", 10),
    shown("folder", 24),
    shown("claimed", 24),
    shown("amount_pence", 12),
    shown("pack_sha256", 64),
    shown("in_audit_sample", 10),
    shown("stands", 12),
    answer("stage", 12),
    answer("on", 12),
    answer("reason", 44),
    answer("by", 18),
    SEAL,
];

impl SheetKind {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Families, Self::Pairs, Self::Referrals, Self::Claims];

    /// Name of the sheet in the workbook.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Families => "Families",
            Self::Pairs => "Pairs",
            Self::Referrals => "Referrals",
            Self::Claims => "Claims",
        }
    }

    /// Name of the file in the CSV form.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Families => "families.csv",
            Self::Pairs => "pairs.csv",
            Self::Referrals => "referrals.csv",
            Self::Claims => "claims.csv",
        }
    }

    /// Its columns in the order in which they go out.
    #[must_use]
    pub fn columns(self) -> &'static [SheetColumn] {
        match self {
            Self::Families => FAMILIES,
            Self::Pairs => PAIRS,
            Self::Referrals => REFERRALS,
            Self::Claims => CLAIMS,
        }
    }

    fn holds(self, header: &[String]) -> bool {
        self.columns().iter().filter(|column| column.part == Part::Key).all(|column| header.iter().any(|name| name == column.name))
    }
}

/// Rows of texts with their line numbers, from 1.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// File, or file and sheet, as named in messages.
    pub name: String,
    /// Lines that are not empty.
    pub lines: Vec<(u64, Vec<String>)>,
}

/// A sheet that was understood.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Which one.
    pub kind: SheetKind,
    /// As named in messages.
    pub name: String,
    /// Place of each known column in a line.
    places: Vec<Option<usize>>,
    /// Which cells of the header's line name a column.
    named: Vec<bool>,
    lines: Vec<(u64, Vec<String>)>,
}

/// A row of a sheet.
#[derive(Clone, Copy)]
pub struct SheetRow<'s> {
    sheet: &'s Sheet,
    /// Line, from 1.
    pub line: u64,
    cells: &'s [String],
}

/// A heading as a column name: lower case, words joined by `_`.
fn normal(heading: &str) -> String {
    heading.trim().to_lowercase().split([' ', '_']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// Columns that people decide in.
const DECIDED_IN: [&str; 5] = ["accepted", "status", "override", "decision", "stage"];

impl Grid {
    /// True if a line of it is the header of a sheet of decisions, whatever it is called.
    #[must_use]
    pub fn looks_like_decisions(&self) -> bool {
        self.lines.iter().any(|(_, cells)| {
            let header: Vec<String> = cells.iter().map(|cell| normal(cell)).collect();
            SheetKind::ALL.iter().any(|kind| kind.holds(&header)) && header.iter().any(|name| DECIDED_IN.contains(&name.as_str()))
        })
    }
}

impl Sheet {
    /// Finds out which sheet a grid is, and where its columns stand.
    ///
    /// # Errors
    /// If no line holds the columns of one of the sheets, or a column is unknown or given twice.
    pub fn read(grid: Grid) -> Result<Self, Vec<Problem>> {
        let found = grid.lines.iter().enumerate().find_map(|(index, (line, cells))| {
            let header: Vec<String> = cells.iter().map(|cell| normal(cell)).collect();
            // Referral and claim rows name a family too: the sheet with most key columns is meant.
            let kind = [SheetKind::Pairs, SheetKind::Referrals, SheetKind::Claims, SheetKind::Families]
                .into_iter()
                .find(|kind| kind.holds(&header))?;
            Some((index, *line, header, kind))
        });
        let Some((index, line, header, kind)) = found else {
            let hint = "families need `family`, pairs `left_source`, `left_record_id`, `right_source`, `right_record_id`, referrals `source`, `referral`, `family`, claims `family`, `window`";
            let problem = Problem::of_file(grid.name.as_str(), "missing-header", "no line holds the columns that decisions need");
            return Err(vec![problem.with_hint(hint)]);
        };
        let columns = kind.columns();
        let mut problems = Vec::new();
        for (place, name) in header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let problem = |code, message: &str| Problem::of_file(grid.name.as_str(), code, message).at_line(line).in_column(name.as_str());
            if header.iter().take(place).any(|earlier| earlier == name) && columns.iter().any(|column| column.name == name) {
                problems.push(problem("repeated-header", "this column stands there twice"));
            } else if !columns.iter().any(|column| column.name == name) {
                // A header that is near to none may be a value: it is not shown.
                let message = format!("column {} has an unknown header", place + 1);
                problems.push(match nearest(name, columns.iter().map(|column| column.name)) {
                    Some(near) => problem("unknown-header", &message).with_hint(format!("did you mean \"{near}\"?")),
                    None => Problem::of_file(grid.name.as_str(), "unknown-header", message).at_line(line),
                });
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let places = columns.iter().map(|column| header.iter().position(|name| name == column.name)).collect();
        let lines = grid.lines.into_iter().skip(index + 1).collect();
        let named = header.iter().map(|name| !name.is_empty()).collect();
        Ok(Self { kind, name: grid.name, places, named, lines })
    }

    /// Its rows.
    pub fn rows(&self) -> impl Iterator<Item = SheetRow<'_>> {
        self.lines.iter().map(|(line, cells)| SheetRow { sheet: self, line: *line, cells })
    }
}

impl<'s> SheetRow<'s> {
    /// A cell without blanks around it; empty where the column is not there.
    #[must_use]
    pub fn cell(&self, name: &str) -> &'s str {
        let columns = self.sheet.kind.columns().iter().zip(&self.sheet.places);
        let place = columns.into_iter().find(|(column, _)| column.name == name).and_then(|(_, place)| *place);
        place.and_then(|place| self.cells.get(place)).map_or("", |text| text.trim())
    }

    /// The sheet it stands in.
    #[must_use]
    pub fn kind(&self) -> SheetKind {
        self.sheet.kind
    }

    /// File or sheet, as named in messages.
    #[must_use]
    pub fn file(&self) -> &'s str {
        &self.sheet.name
    }

    /// What is wrong with its cells: more of them than the header has, or one that says something in no column. A comma in a reason that stands in no quotes would shift who decided.
    #[must_use]
    pub fn surplus(&self) -> Option<Problem> {
        surplus_cells(self.cells, &self.sheet.named).map(|message| {
            let hint = "put a text that holds a comma in quotes";
            Problem::of_file(self.file(), "wrong-number-of-cells", message).at_line(self.line).with_hint(hint)
        })
    }

    /// What its seal says.
    #[must_use]
    pub fn seal(&self) -> Sealed {
        let text = self.cell(SEAL.name);
        if text.is_empty() {
            return Sealed::Unsealed;
        }
        let columns = self.sheet.kind.columns();
        let cells: Vec<&str> = columns.iter().map(|column| self.cell(column.name)).collect();
        let parts: Vec<&str> = text.split('.').collect();
        let [sealed, answered, seq] = parts.as_slice() else { return Sealed::Broken };
        let Ok(seq) = seq.parse() else { return Sealed::Broken };
        let [locked, answers] = digests(self.sheet.kind, &cells, seq);
        if *sealed == locked { Sealed::Whole { edited: *answered != answers, seq } } else { Sealed::Broken }
    }
}

/// What is wrong with the cells of a row below a header, given whether each place of it names a column; `None` if every cell that says something stands in a column.
#[must_use]
pub fn surplus_cells(cells: &[String], named: &[bool]) -> Option<String> {
    if cells.len() > named.len() {
        return Some(format!("expected {} cells, found {}", named.len(), cells.len()));
    }
    let stray = cells.iter().zip(named).position(|(cell, named)| !named && !cell.trim().is_empty())?;
    Some(format!("cell {} says something, and its column has no header", stray + 1))
}

/// What a seal says about its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// The row was written by hand.
    Unsealed,
    /// A cell that must not be edited was, or the seal itself.
    Broken,
    /// Keys and shown cells are as they went out.
    Whole {
        /// True if an answer is not as it went out.
        edited: bool,
        /// The last entry about the row's subject when it went out; 0 if there was none.
        seq: u64,
    },
}

/// The seal of a row as it goes out; `cells` are those of all columns in order, the seal's own left empty or out.
#[must_use]
pub fn seal(kind: SheetKind, cells: &[&str], seq: u64) -> String {
    let [locked, answers] = digests(kind, cells, seq);
    format!("{locked}.{answers}.{seq}")
}

/// Digests of what must not be edited and of the answers. Blanks do not count: programs differ in what they keep of them.
fn digests(kind: SheetKind, cells: &[&str], seq: u64) -> [String; 2] {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let of = |wanted: &[Part]| {
        let columns = kind.columns().iter().zip(cells).filter(|(column, _)| wanted.contains(&column.part));
        let mut parts: Vec<String> = columns.map(|(column, cell)| format!("{}={}", column.name, plain(cell))).collect();
        parts.push(seq.to_string());
        short_digest(&parts.iter().map(String::as_str).collect::<Vec<_>>())
    };
    [of(&[Part::Key, Part::Shown]), of(&[Part::Answer])]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(lines: &[&str]) -> Grid {
        let lines = (1..).zip(lines).map(|(line, text)| (line, text.split(',').map(str::to_owned).collect())).collect();
        Grid { name: "f.csv".to_owned(), lines }
    }

    #[test]
    fn each_sheet_is_known_by_its_columns_whatever_their_order_and_whatever_stands_above() {
        let families = Sheet::read(grid(&["OFFICIAL-SENSITIVE", "By,Family,Accepted", "AB,F1,yes"])).unwrap();
        assert_eq!(families.kind, SheetKind::Families);
        let row = families.rows().next().unwrap();
        assert_eq!((row.line, row.cell("family"), row.cell("accepted"), row.cell("reason")), (3, "F1", "yes", ""));
        assert_eq!(Sheet::read(grid(&["source,referral,family,decision"])).unwrap().kind, SheetKind::Referrals);
        assert_eq!(Sheet::read(grid(&["Left source,left_record_id,Right Source,right_record_id"])).unwrap().kind, SheetKind::Pairs);
    }

    #[test]
    fn a_misspelt_or_repeated_column_is_refused() {
        let problems = Sheet::read(grid(&["family,expire,by,by"])).unwrap_err();
        let found: Vec<(&str, &str)> = problems.iter().map(|problem| (problem.code, problem.column.as_str())).collect();
        assert_eq!(found, [("unknown-header", "expire"), ("repeated-header", "by")]);
        assert_eq!(problems[0].hint, "did you mean \"expires\"?");
        assert_eq!(Sheet::read(grid(&["a,b"])).unwrap_err()[0].code, "missing-header");
    }

    #[test]
    fn the_seal_tells_answers_from_what_must_not_be_edited() {
        let columns = SheetKind::Families.columns();
        let out: Vec<String> = columns.iter().map(|column| format!(" {} 1", column.name)).collect();
        let sealed = seal(SheetKind::Families, &out.iter().map(String::as_str).collect::<Vec<_>>(), 7);
        let read = |change: &str, seal: &str| {
            let header = columns.iter().map(|column| column.name.to_owned()).collect();
            let row = columns
                .iter()
                .map(|column| match column.name {
                    "seal" => seal.to_owned(),
                    name if name == change => "other".to_owned(),
                    name => format!("{name}  1"),
                })
                .collect();
            let sheet = Sheet::read(Grid { name: "f".to_owned(), lines: vec![(1, header), (2, row)] }).unwrap();
            sheet.rows().next().unwrap().seal()
        };
        assert_eq!(read("", &sealed), Sealed::Whole { edited: false, seq: 7 });
        assert_eq!(read("status", &sealed), Sealed::Whole { edited: true, seq: 7 });
        assert_eq!(read("why", &sealed), Sealed::Broken);
        assert_eq!(read("family", &sealed), Sealed::Broken);
        assert_eq!(read("", "x.y"), Sealed::Broken);
        assert_eq!(read("", ""), Sealed::Unsealed);
    }
}
