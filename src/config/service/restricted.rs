//! `[service.restricted]`: the register of restricted people and addresses.

use super::super::checked::RestrictedSettings;
use super::super::paths::data_path;
use super::super::raw::Section;

pub(super) fn read(section: Section<'_>) -> RestrictedSettings {
    let register = data_path(&section, "register");
    let required = section.boolean("required").unwrap_or(false);
    if required && section.value("register").is_none() {
        let message = "a register that is required must be named";
        section.document.report_at(section.line, &section.name_of("register"), "missing-key", message);
    }
    section.finish();
    RestrictedSettings { register, required }
}
