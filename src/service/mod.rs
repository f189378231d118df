//! What the service does with the list: who is asked, who is told, and what each of them may see.
//!
//! What comes in: a published run, the register of what people decided, the settings of the pipeline. What goes out: files for people outside the service,
//! as bytes, and decisions for the register. What always holds: nothing about a family goes out that [`acceptance`] does not let through, and no column that
//! [`sharing`] does not; names and addresses come from [`families`] only, which knows who and what is restricted.

pub mod acceptance;
pub mod brief;
pub mod chasers;
pub mod claims;
pub mod contacts;
pub(crate) mod csv_table;
pub mod districts;
pub mod dwp;
pub mod effect;
pub mod families;
pub mod form;
pub mod funding;
pub mod needs;
pub mod outgoing;
pub mod requests;
pub mod results;
pub mod sharing;
pub mod staff;
