//! `fwt register backup` and `fwt register restore`.

use super::args::RegisterCommand;
use super::failure::{Failure, store_failure};
use super::render;
use crate::store::{self, Published};

pub(super) fn register(command: &RegisterCommand) -> Result<(), Failure> {
    match command {
        RegisterCommand::Backup(backup) => {
            let carried = store::carry_register(&backup.out, &backup.to).map_err(|error| store_failure("nothing was backed up", &error))?;
            say(&carried, &format!("`{}` holds all that the next month builds upon", backup.to.display()));
        }
        RegisterCommand::Restore(restore) => {
            let carried =
                store::restore_register(&restore.backup, &restore.out).map_err(|error| store_failure("nothing was restored", &error))?;
            say(&carried, &format!("the next month can be run with --out {}", restore.out.display()));
        }
    }
    Ok(())
}

fn say(carried: &Published, then: &str) {
    render::result(&format!("Run {} and the register are in place: {then}\nAudit head:  {}", carried.run_id, carried.audit_head));
}
