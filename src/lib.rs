//! `fwt` finds, in the extracts of a dozen agencies that share no key, the families who need help most, and says why each one is on the list.
//!
//! The tour, in the order of a run ([`run::monthly`] makes these calls):
//!
//! 1. [`config`] reads the pipeline, the schemas and the criteria packs, and says everything that is wrong with them at once.
//! 2. [`stages::ingest`] turns files into person records, events and relations; bad rows are set aside by position and reason.
//! 3. [`stages::standardise`] brings names, dates, addresses and identifiers into comparable form.
//! 4. [`stages::link`] decides which records are one person.
//! 5. [`stages::households`] decides which persons are one family.
//! 6. [`stages::criteria`] tests each family by the [`rules`] of each pack: true, false or unknown, with evidence.
//! 7. [`stages::identify`] gives each family its route, priority and district.
//! 8. [`stages::publish`] writes tables, workbook and report; [`store`] commits them whole or not at all.
//!
//! What must outlive a month, the decisions of people among it, stands in the [`register`], which every run reads.
//!
//! What the [`service`] then does with the list rests on a published run and on what people decided: nothing leaves without a recorded yes.
//!
//! Beside the run: [`synth`] makes a county with truth, [`evaluate`] measures a run against it,
//! [`agencies`] gives agencies their own rows and figures back. [`model`] holds the nouns,
//! `page` the pieces of HTML, [`cli`] the commands.

pub mod agencies;
pub mod cli;
pub mod clock;
pub mod config;
pub mod evaluate;
pub mod model;
mod page;
pub mod register;
pub mod rules;
pub mod run;
pub mod service;
pub mod stages;
pub mod store;
pub mod synth;
