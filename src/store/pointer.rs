//! `CURRENT`: which run is the published one.
//!
//! What always holds: it is replaced in one step, so a reader sees the old run or the new one; it carries the head of the
//! audit trail, so a trail that was cut is noticed.

use std::path::Path;

use super::disk::{Disk, EntryKind, read, write_checked};
use super::error::{StoreError, failed};

pub(super) const CURRENT: &str = "CURRENT";
pub(super) const CURRENT_IN_THE_MAKING: &str = "CURRENT.tmp";
const MAXIMUM_POINTER: u64 = 4096;

/// The three words of `CURRENT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pointer {
    pub(super) run_id: String,
    pub(super) manifest_sha256: String,
    pub(super) audit_head: String,
}

impl Pointer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
        let mut words = text.split(' ').map(ToOwned::to_owned);
        let pointer = Self { run_id: words.next()?, manifest_sha256: words.next()?, audit_head: words.next()? };
        // Nothing but what we would have written, or one flipped space would pass.
        (pointer.to_text().as_bytes() == bytes).then_some(pointer)
    }

    fn to_text(&self) -> String {
        format!("{} {} {}\n", self.run_id, self.manifest_sha256, self.audit_head)
    }

    /// Reads `CURRENT`: nothing if there is none, an error text if it is damaged.
    pub(super) fn read(disk: &dyn Disk, out: &Path) -> Result<Result<Option<Self>, String>, StoreError> {
        let path = out.join(CURRENT);
        match disk.kind(&path).map_err(failed("look at", &path))? {
            None => Ok(Ok(None)),
            Some(EntryKind::File) => {
                let bytes = read(disk, &path, MAXIMUM_POINTER)?;
                Ok(Self::parse(&bytes).map(Some).ok_or_else(|| format!("{CURRENT} does not name a run")))
            }
            Some(_) => Ok(Err(format!("{CURRENT} is not a file"))),
        }
    }

    /// Points `CURRENT` at a run: the commit point. A failure leaves the old one.
    pub(super) fn write(&self, disk: &dyn Disk, out: &Path) -> Result<(), StoreError> {
        let making = out.join(CURRENT_IN_THE_MAKING);
        let path = out.join(CURRENT);
        let written = write_checked(disk, &making, self.to_text().as_bytes())
            .and_then(|()| disk.rename_over(&making, &path).map_err(failed("rename", &making)));
        if let Err(error) = written {
            // Best effort: the next run removes it otherwise.
            disk.remove_file(&making).ok();
            return Err(error);
        }
        disk.sync_folder(out).map_err(failed("sync the folder", out))
    }
}
