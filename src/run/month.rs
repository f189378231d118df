//! A month from what was read to what was found: the stage calls in order.
//!
//! What comes in: the files of a month, what people decided, the run before. What goes out: [`Found`], everything that is published. What always holds: nothing
//! here writes; the same [`Begun`] gives the same [`Found`], whoever asks: a run that publishes, or one that re-performs.

use super::birthdays::Birthdays;
use super::changes::before::LastTables;
use super::cohort::Held;
use super::intake::Kept;
use super::journeys::journeys;
use super::secret::Secret;
use super::unusable::unusable;
use super::withheld::{hide, restrict, withheld};
use super::written::{Restricted, Written, held};
use super::{RunError, RunSettings, configuration_sha256, last_shown, ledger, memory, register};
use crate::model::{
    Decision, Families, Field, FieldAgreement, Flags, IdKind, Identification, Ledger, Linked, Override, PackJourneys, Progress,
    ReferralForm, Register, Restrictions, StandardPersons, Unborn,
};
use crate::register::decisions::present_id;
use crate::register::families::{keep_families, last_homes, old_families};
use crate::register::known::Known;
use crate::register::persons::keep_persons;
use crate::register::successor;
use crate::stages::agreement::agreement;
use crate::stages::criteria::criteria;
use crate::stages::households::{LastHomes, households};
use crate::stages::identify::{Given as Identified, identify};
use crate::stages::ingest::Ingested;
use crate::stages::link::link;
use crate::stages::publish::{PackHeading, RunContents};
use crate::stages::referrals::{Given as Referred, referrals};
use crate::stages::standardise::{Standardised, Standards, standardise};
use crate::store::RunFolder;

/// What a month is made from.
pub(super) struct Begun {
    /// The run it builds upon.
    pub(super) last: Option<RunFolder>,
    /// What the extracts say.
    pub(super) ingested: Ingested,
    /// What is kept of them for the runs after this one.
    pub(super) kept: Kept,
    /// Decisions about families.
    pub(super) overrides: Written<Override>,
    /// Decisions about pairs of records.
    pub(super) decisions: Written<Decision>,
    /// What people decided, from the cohort register.
    pub(super) people: Held,
    /// Restricted people and addresses.
    pub(super) restricted: Restricted,
    /// Under which ids and other names are made.
    pub(super) secret: Secret,
}

/// What was found.
pub(super) struct Found {
    standardised: Standardised,
    restrictions: Restrictions,
    linked: Linked,
    agreement: Vec<FieldAgreement>,
    families: Families,
    flags: Flags,
    referrals: Vec<ReferralForm>,
    identification: Identification,
    /// What goes on from month to month.
    pub(super) register: Register,
    journeys: Vec<PackJourneys>,
    packs: Vec<PackHeading>,
    configuration_sha256: String,
    /// The row ledger.
    pub(super) ledger: Ledger,
    /// What the officer should know.
    pub(super) warnings: Vec<String>,
}

impl Found {
    /// Goes through the stages.
    #[expect(clippy::too_many_lines, reason = "the stages in their order, each once: cut in two it could not be read at one glance")]
    pub(super) fn of(settings: &RunSettings<'_>, begun: &Begun, progress: &dyn Progress) -> Result<Self, RunError> {
        let (pipeline, reference) = (settings.pipeline, settings.reference);
        let Begun { ingested, kept, people, .. } = begun;
        let standards = Standards { reference, further: &pipeline.link.further, any_century: false };
        let mut standardised = standardise(&ingested.persons, &ingested.sources, standards, progress);
        let before = begun.last.as_ref().map(register::read).transpose()?.unwrap_or_default();
        let restricted = &begun.restricted.register;
        let extracts = (&mut standardised.persons, ingested.sources.as_slice());
        let (described, mut restrictions) =
            restrict((restricted, reference), pipeline, (begun.last.as_ref(), &before), &begun.secret.text, extracts)?;
        let persons = &standardised.persons;
        let apart = restrictions.decisions(persons, &ingested.sources);
        let decisions = begun.decisions.with(people.link_decisions(persons, &ingested.sources), apart)?;
        let (carried, month) = (memory::carried(settings, begun.last.as_ref())?, settings.month.to_string());
        let given = carried.given(&decisions.lines, held(ingested, kept), (&month, &begun.secret.text));
        let mut linked = link(persons, &ingested.sources, &ingested.relations, &pipeline.link, &given, progress)?;
        memory::keep_to_frozen(settings.linkage, &linked.model)?;
        progress.step("identities");
        standardised.take_out_births(&linked.without_birth, &linked.without_age);
        let persons = &standardised.persons;
        let kept_persons = keep_persons(&before, &mut linked, persons, &ingested.sources, settings.month);
        let described = hide(&described, (restricted, reference), (&kept_persons, &linked), &mut standardised.persons, &mut restrictions);
        let persons = &standardised.persons;
        let agreement = agreement(persons, &linked, &ingested.sources, progress);
        let olds = old_families(&before, &kept_persons.ids, &linked);
        let of_person = last_homes(&olds, linked.persons());
        let lived = LastHomes { of_person: &of_person, secret: &before.secret };
        let (sources, relations) = (&ingested.sources, &ingested.relations);
        let mut families = households(persons, &linked, sources, relations, reference, (&pipeline.households, lived), progress);
        let kept_families = keep_families(&before, olds, &linked, &mut families, (settings.month, &begun.secret.text));
        let unborn = Unborn::of(&standardised.notes, persons, &linked, &families.born);
        let flags = criteria(
            (&families, &unborn),
            &linked,
            &ingested.events,
            &ingested.deliveries,
            &ingested.sources,
            &pipeline.packs,
            pipeline.identify.watch.as_ref(),
            reference,
            progress,
        )?;
        let cohort =
            people.cohort(&families, &linked, (persons, &ingested.sources), &|id| successor(&kept_families.ids, IdKind::Family, id));
        let overrides = withheld([&begun.overrides.lines, &cohort.overrides], &restrictions.screen, &families, &linked);
        let referrals = referrals(&referred(ingested, persons, &linked, &families, &restrictions), progress);
        progress.step("identifying");
        let ids = last_shown::Ids { persons: &kept_persons.ids, families: &kept_families.ids };
        let last = begun.last.as_ref().map(LastTables::read).transpose()?;
        let last_shown = last.as_ref().map(|last| last_shown::last_shown(last, &linked, &families, &ids)).transpose()?;
        let mut identification = identify(&Identified {
            families: &families,
            flags: &flags,
            events: &ingested.events,
            linked: &linked,
            persons,
            unborn: &unborn,
            deliveries: &ingested.deliveries,
            sources: &ingested.sources,
            packs: &pipeline.packs,
            overrides: &overrides,
            standings: &cohort.standings,
            last_shown: last_shown.as_deref().unwrap_or_default(),
            referrals: &referrals,
            settings: &pipeline.identify,
            reference,
        });
        progress.step("changes");
        let outcome = register::Outcome {
            secret: &begun.secret.text,
            settings,
            ingested,
            persons,
            linked: &linked,
            families: &families,
            unborn: &unborn,
            flags: &flags,
            identification: &identification,
            overrides: &overrides,
            standings: &cohort.standings,
        };
        let known = Known::after(&before, (&kept_persons, &linked), persons, &begun.secret.text);
        let mut register = register::after(&outcome, &before, (kept_persons, described, known), kept_families, last.as_ref())?;
        Birthdays::of(&restrictions, &families, &linked).withhold(&mut register, &mut identification, &mut families);
        let present = |id: &str| present_id(id, &|id| successor(&register.ids, IdKind::Family, id));
        let journeys = journeys(&pipeline.targets, (&families, &register.listings), &cohort.journeys, reference, &present);
        progress.step("ledger");
        let ledger =
            ledger::balance(ingested, persons, &linked, &families, &flags, &identification, &pipeline.packs).map_err(RunError::Ledger)?;
        let unusable = unusable(&ingested.persons, &standardised.notes, &ingested.sources);
        let warnings = [
            &ingested.warnings,
            &unusable,
            &begun.restricted.warnings,
            &restrictions.warnings,
            &decisions.warnings,
            &carried.warnings,
            &linked.warnings,
            &agreement.warnings,
            &families.warnings,
            &cohort.warnings,
            &identification.warnings,
        ]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
        Ok(Self {
            standardised,
            restrictions,
            linked,
            agreement: agreement.fields,
            families,
            flags,
            referrals,
            identification,
            register,
            journeys,
            packs: pipeline.packs.iter().map(heading).collect(),
            configuration_sha256: configuration_sha256(pipeline),
            ledger,
            warnings,
        })
    }

    /// Everything, as publication takes it.
    pub(super) fn contents<'a>(&'a self, settings: &RunSettings<'a>, begun: &'a Begun, run_id: &'a str) -> RunContents<'a> {
        let ingested = &begun.ingested;
        RunContents {
            run_id,
            provisional: settings.provisional,
            built_upon: begun.last.as_ref().map_or("", |last| last.manifest.run_id.as_str()),
            month: settings.month,
            reference: settings.reference,
            pipeline_name: &settings.pipeline.name,
            pipeline_title: &settings.pipeline.title,
            packs: &self.packs,
            districts: &settings.pipeline.identify.districts,
            targets: &settings.pipeline.targets,
            journeys: &self.journeys,
            configuration_sha256: &self.configuration_sha256,
            sources: &ingested.sources,
            deliveries: &ingested.deliveries,
            raw_persons: &ingested.persons,
            persons: &self.standardised.persons,
            restrictions: &self.restrictions,
            notes: &self.standardised.notes,
            relations: &ingested.relations,
            linked: &self.linked,
            agreement: &self.agreement,
            families: &self.families,
            flags: &self.flags,
            events: &ingested.events,
            referrals: &self.referrals,
            identification: &self.identification,
            register: &self.register,
            rejects: &ingested.rejects,
            ledger: &self.ledger,
            warnings: &self.warnings,
        }
    }
}

fn referred<'a>(
    ingested: &'a Ingested,
    persons: &'a StandardPersons,
    linked: &'a Linked,
    families: &'a Families,
    restrictions: &'a Restrictions,
) -> Referred<'a> {
    Referred {
        persons,
        ages: ingested.persons.column(Field::Age),
        linked,
        families,
        events: &ingested.events,
        deliveries: &ingested.deliveries,
        sources: &ingested.sources,
        restrictions,
    }
}

fn heading(pack: &crate::rules::pack::Pack) -> PackHeading {
    PackHeading {
        name: pack.name.clone(),
        version: pack.version.clone(),
        title: pack.title.clone(),
        criteria: pack.criteria.iter().map(|criterion| (criterion.id.clone(), criterion.title.clone())).collect(),
        rules: pack.rules.iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect(),
    }
}
