//! What a run hands to publication, and the few lookups every writer needs.

use crate::config::checked::District;
use crate::model::{
    Day, Delivery, Events, Families, FieldAgreement, Flags, Identification, Ledger, Linked, Month, Note, PackJourneys, RawPersons,
    ReferralForm, Register, Reject, Relation, Restrictions, Source, StandardPersons, Target,
};

/// What publication needs to know of a criteria pack.
#[derive(Clone, Debug)]
pub struct PackHeading {
    /// Name, such as `p1-2012`.
    pub name: String,
    /// Version.
    pub version: String,
    /// Title, in words.
    pub title: String,
    /// (id, title) of each criterion, in the order of the pack.
    pub criteria: Vec<(String, String)>,
    /// (id, title) of each rule of the pack; a rule that is not here is shown by its id, written as words.
    pub rules: Vec<(String, String)>,
}

/// Everything a run found, borrowed.
#[derive(Clone, Copy)]
pub struct RunContents<'a> {
    /// Run id: month and hash.
    pub run_id: &'a str,
    /// True while an answer is awaited: no later month builds upon the run.
    pub provisional: bool,
    /// Id of the run that this one builds upon; empty for a first month.
    pub built_upon: &'a str,
    /// The month.
    pub month: Month,
    /// Reference date.
    pub reference: Day,
    /// Name of the pipeline.
    pub pipeline_name: &'a str,
    /// Title of the pipeline.
    pub pipeline_title: &'a str,
    /// The packs in the order of the pipeline; the workbook shows the first.
    pub packs: &'a [PackHeading],
    /// The districts of the county, in the order of the pipeline.
    pub districts: &'a [District],
    /// How many families the county has agreed to find, in the order of the pipeline.
    pub targets: &'a [Target],
    /// How far families have come, for the pack of every target.
    pub journeys: &'a [PackJourneys],
    /// Hash over every configuration file.
    pub configuration_sha256: &'a str,
    /// Feeds.
    pub sources: &'a [Source],
    /// Files read.
    pub deliveries: &'a [Delivery],
    /// Person records as delivered: counted, never shown.
    pub raw_persons: &'a RawPersons,
    /// Person records in comparable form.
    pub persons: &'a StandardPersons,
    /// Who must not be shown, and who must not be shown together.
    pub restrictions: &'a Restrictions,
    /// What standardisation noticed.
    pub notes: &'a [Note],
    /// Relations that rows state.
    pub relations: &'a [Relation],
    /// What linkage found.
    pub linked: &'a Linked,
    /// How feeds agree about the people they share.
    pub agreement: &'a [FieldAgreement],
    /// Families.
    pub families: &'a Families,
    /// Flags, evidence, coverage.
    pub flags: &'a Flags,
    /// Events.
    pub events: &'a Events,
    /// Referral forms that no other feed knows.
    pub referrals: &'a [ReferralForm],
    /// The list.
    pub identification: &'a Identification,
    /// What goes on from month to month, and what changed.
    pub register: &'a Register,
    /// Rows set aside and values ignored.
    pub rejects: &'a [Reject],
    /// The row ledger.
    pub ledger: &'a Ledger,
    /// What the officer should know.
    pub warnings: &'a [String],
}

impl<'a> RunContents<'a> {
    /// A source by its index.
    pub(super) fn source(&self, source: u16) -> Option<&'a Source> {
        self.sources.get(source as usize)
    }

    /// The name of a source.
    pub(super) fn source_name(&self, source: u16) -> Option<&'a str> {
        self.source(source).map(|source| source.name.as_str())
    }

    /// A delivery by its index.
    pub(super) fn delivery(&self, delivery: u32) -> Option<&'a Delivery> {
        self.deliveries.get(delivery as usize)
    }

    /// The file of a delivery.
    pub(super) fn file(&self, delivery: u32) -> Option<&'a str> {
        self.delivery(delivery).map(|delivery| delivery.file.as_str())
    }

    /// The name of the source of a delivery.
    pub(super) fn delivery_source_name(&self, delivery: u32) -> Option<&'a str> {
        self.delivery(delivery).and_then(|delivery| self.source_name(delivery.source))
    }

    /// The source name of a person record.
    pub(super) fn record_source(&self, record: u32) -> Option<&'a str> {
        self.persons.position.get(record as usize).and_then(|position| self.source_name(position.source))
    }

    /// The id of a person record within its source; of a hidden person a digest of it.
    pub(super) fn record_id(&self, record: u32) -> Option<&'a str> {
        if let Some(name) = self.restrictions.name(record) {
            return Some(name);
        }
        self.persons.record_id.get(record as usize)
    }

    /// The reference of a referral form: the key of its row, or the published name of a hidden record of it. The agency's number and the slot that nobody
    /// else has would be that record's own id.
    pub(super) fn form_reference(&self, form: &'a ReferralForm) -> &'a str {
        let named = |hidden: bool| {
            let mut records = form.records.iter().filter(move |&&record| self.is_hidden(record) == hidden);
            records.find_map(|&record| self.restrictions.name(record))
        };
        named(true).or_else(|| named(false)).unwrap_or(&form.key)
    }

    /// The person a record belongs to, `None` for test records.
    pub(super) fn person_of(&self, record: u32) -> Option<u32> {
        self.linked.person_of_record.get(record as usize).copied().filter(|&person| (person as usize) < self.linked.persons())
    }

    /// `P…` identifier of a person.
    pub(super) fn person_id(&self, person: u32) -> Option<&'a str> {
        self.linked.person_ids.get(person as usize).map(String::as_str)
    }

    /// `F…` identifier of a family.
    pub(super) fn family_id(&self, family: u32) -> Option<&'a str> {
        self.families.families.get(family as usize).map(|family| family.id.as_str())
    }

    /// True if a record is one of a person of whom no name, date or number is shown.
    pub(super) fn is_hidden(&self, record: u32) -> bool {
        self.restrictions.hides_record(record)
    }

    /// True if two records are of people of whom nothing may be said together.
    pub(super) fn separates(&self, left: u32, right: u32) -> bool {
        let persons = self.person_of(left).zip(self.person_of(right));
        persons.is_some_and(|(left, right)| self.restrictions.separates(left, right))
    }

    /// True if no two of these people must be named together.
    pub(super) fn may_be_named_together(&self, persons: &[u32]) -> bool {
        persons.iter().all(|&left| persons.iter().all(|&right| !self.restrictions.separates(left, right)))
    }

    /// Completed years of a person at the reference date, if the date of birth is known and may be shown.
    pub(super) fn age(&self, person: u32) -> Option<i32> {
        if self.restrictions.hides_person(person) {
            return None;
        }
        self.families.born.get(person as usize).and_then(|&born| crate::model::date::age_on(born, self.reference))
    }

    /// Index of a pack by its name; unknown packs come last.
    pub(super) fn pack_index(&self, name: &str) -> usize {
        self.packs.iter().position(|pack| pack.name == name).unwrap_or(usize::MAX)
    }
}

/// Whose address is withheld (domain.md §5.3): every member of a restricted family and every record an agency marks as
/// restricted, together with all other records of that person.
pub(super) struct Withheld {
    persons: Vec<bool>,
}

impl Withheld {
    pub(super) fn of(run: &RunContents<'_>) -> Self {
        let mut persons = vec![false; run.linked.persons()];
        let mut withhold = |person: u32| {
            if let Some(withheld) = persons.get_mut(person as usize) {
                *withheld = true;
            }
        };
        for member in &run.families.members {
            if run.families.families.get(member.family as usize).is_some_and(|family| family.restricted) {
                withhold(member.person);
            }
        }
        for (record, restricted) in run.persons.is_restricted.iter().enumerate() {
            if *restricted && let Some(person) = run.person_of(record as u32) {
                withhold(person);
            }
        }
        Self { persons }
    }

    /// True if the addresses of a person are withheld.
    pub(super) fn person(&self, person: u32) -> bool {
        self.persons.get(person as usize).copied().unwrap_or(false)
    }

    /// True if nothing may be told of what two records agree in: one is of somebody hidden, or only one of them shows where somebody lives. "The same as
    /// the visible one" tells a name, a day or an address as well as the value does; so does a weight, which is that of one pattern only.
    pub(super) fn agreement(&self, run: &RunContents<'_>, left: u32, right: u32) -> bool {
        run.is_hidden(left) || run.is_hidden(right) || self.record(run, left) != self.record(run, right)
    }

    /// True if the address of a record is withheld. A test record belongs to nobody; its own mark decides.
    pub(super) fn record(&self, run: &RunContents<'_>, record: u32) -> bool {
        run.person_of(record)
            .map_or_else(|| run.persons.is_restricted.get(record as usize).copied().unwrap_or(false), |person| self.person(person))
    }
}
