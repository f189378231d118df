//! `[service]`: what the service does with the list; a file per part.
//!
//! What comes in: the section of the pipeline file. What goes out: checked settings with every default filled in. What always holds: a part that the pipeline does
//! not have reads as its default; an unknown part is a problem like an unknown key.

mod districts;
mod requests;
mod restricted;
mod sharing;

use super::checked::ServiceSettings;
use super::raw::Section;

/// Reads `[service]`; the caller finishes the section, of which other parts are read elsewhere. `sources` are the names of the pipeline's feeds; `None` when they could not all be read.
pub(crate) fn read_service(section: &Section<'_>, sources: Option<&[&str]>) -> ServiceSettings {
    ServiceSettings {
        restricted: restricted::read(section.section("restricted")),
        requests: requests::read(section.section("requests")),
        districts: districts::read(section.section("districts")),
        sharing: sharing::read(section.sections("sharing"), sources),
    }
}
