//! The sheet in which audit signs off and the office notes what became of a claim: `sign_off.csv`.
//!
//! What comes in: the claims of a window. What goes out: the sheet, sealed. What always holds: a row in which an amount, a hash or a name was edited is set aside when the sheet comes back.

use crate::model::ClaimStage;
use crate::model::spreadsheet::defused;
use crate::register::decisions::{Part, SheetKind, seal};

/// A claim as the sheet shows it.
pub(super) struct SignOff {
    pub(super) family: String,
    pub(super) window: String,
    pub(super) folder: String,
    pub(super) claimed: String,
    pub(super) amount_pence: u64,
    pub(super) pack_sha256: String,
    pub(super) in_sample: bool,
}

/// The sheet's bytes.
pub(super) fn sign_off(claims: &[SignOff]) -> Vec<u8> {
    let columns = SheetKind::Claims.columns();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header: Vec<&str> = columns.iter().map(|column| column.name).collect();
    writer.write_record(&header).expect("memory takes every row");
    for claim in claims {
        let cell = |name: &str| match name {
            "family" => claim.family.clone(),
            "window" => claim.window.clone(),
            "folder" => claim.folder.clone(),
            "claimed" => claim.claimed.clone(),
            "amount_pence" => claim.amount_pence.to_string(),
            "pack_sha256" => claim.pack_sha256.clone(),
            "in_audit_sample" => if claim.in_sample { "yes" } else { "no" }.to_owned(),
            "stands" => ClaimStage::Drafted.name().to_owned(),
            _ => String::new(),
        };
        let mut cells: Vec<String> =
            columns.iter().filter(|column| column.part != Part::Seal).map(|column| defused(&cell(column.name))).collect();
        // The evidence's hash tells whether a row is still about the draft that stands; entries have no number yet.
        cells.push(seal(SheetKind::Claims, &cells.iter().map(String::as_str).collect::<Vec<_>>(), 0));
        writer.write_record(&cells).expect("memory takes every row");
    }
    writer.into_inner().expect("memory takes every row")
}
