//! `fwt districts`.

use super::super::args::service::DistrictsArguments;
use super::super::failure::{Failure, FailureKind};
use super::super::render;
use super::office::Office;
use crate::service::districts::directory::Directory;
use crate::service::districts::{AGREEMENT, DistrictsError, Given, parts};
use crate::service::sharing::clear;
use crate::store::Area;

pub(in super::super) fn districts(arguments: &DistrictsArguments) -> Result<(), Failure> {
    let mut office = Office::open(&arguments.office, "districts")?;
    let cleared = clear(&office.pipeline.service.sharing, AGREEMENT.0, AGREEMENT.1, office.on)
        .map_err(|error| Failure::new(FailureKind::Usage, "nothing was written").caused_by(&error))?;
    let directory = directory(&mut office, arguments)?;
    let files = office.families()?;
    let given = Given {
        districts: &office.pipeline.identify.districts,
        directory: &directory,
        casework: &office.desk.register().casework,
        cleared: &cleared,
        screen: &office.restricted.screen,
        on: office.on,
    };
    let found = parts(&office.accepted(), &files, &given).map_err(|error| {
        let kind = if matches!(error, DistrictsError::DoNotAddUp { .. }) { FailureKind::Bug } else { FailureKind::Environment };
        Failure::new(kind, "nothing was written").caused_by(&error)
    })?;
    let contents = office.contents(Area::Districts, "districts");
    let written = office.write(contents, &found.files)?;
    let outside = |code: &str| found.outside.iter().filter(|outside| outside.code == code).count();
    if arguments.office.json {
        let districts: Vec<serde_json::Value> = found
            .districts
            .iter()
            .map(|(code, name, families)| serde_json::json!({ "code": code, "name": name, "families": families }))
            .collect();
        let named: Vec<serde_json::Value> = found
            .outside
            .iter()
            .map(|outside| serde_json::json!({ "family": outside.family, "code": outside.code, "district": outside.district }))
            .collect();
        let value = serde_json::json!({
            "folder": written.path, "districts": districts, "outside": named, "differing": found.differing.len(), "ended": found.ended, "whole": found.whole, "undecided": found.undecided,
        });
        render::result(&value.to_string());
        return Ok(());
    }
    let mut lines: Vec<String> = found.districts.iter().map(|(code, name, families)| format!("{name:<18} {code}  {families:>6}")).collect();
    lines.push(format!("{:<29} {:>6}", "Out of the county", outside("out-of-county")));
    lines.push(format!("{:<29} {:>6}", "District not known", outside("no-district")));
    lines.push(format!("{:<29} {:>6}", "Not in the run", outside("not-in-run")));
    lines.push(format!("{:<29} {:>6}", "Not worked with any more", found.ended));
    lines.push(format!("{:<29} {:>6}", "Accepted families", found.whole));
    lines.push(format!("{:<29} {:>6}", "Undecided, in no file", found.undecided));
    lines.push(format!("Written:  {}", written.path.display()));
    render::result(&lines.join("\n"));
    for outside in &found.outside {
        render::note(&format!("in no district's file: family {} ({})", outside.family, outside.code));
    }
    Ok(())
}

fn directory(office: &mut Office, arguments: &DistrictsArguments) -> Result<Directory, Failure> {
    let settings = office.pipeline.service.districts.clone();
    let mut directory = Directory::default();
    let refused = |problems| Failure::of_problems(FailureKind::Data, "the directory cannot be used; nothing was written", &problems);
    let default = |path: &Option<std::path::PathBuf>| path.clone().unwrap_or_default();
    if let Some((name, text)) = office.text(arguments.postcodes.as_deref(), &default(&settings.postcodes))? {
        directory.read_postcodes(&name, &text, &settings.postcode_columns).map_err(refused)?;
    }
    if let Some((name, text)) = office.text(arguments.uprns.as_deref(), &default(&settings.uprns))? {
        directory.read_uprns(&name, &text, &settings.uprn_columns).map_err(refused)?;
    }
    if directory.is_empty() {
        return Err(Failure::new(FailureKind::Usage, "there is no directory of postcodes: no home can be placed")
            .hint("put the ONS postcode directory where [service.districts] says, or name it with --postcodes"));
    }
    Ok(directory)
}
