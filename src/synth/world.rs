//! The county as it truly is: people, families, homes and what happened to them.
//!
//! In: nothing. Out: the tables that `populate` and `life` fill and everything else reads. What always holds: a person's number is
//! their row; a family's number is its row; spans are closed days with [`NO_DAY`] for "not bounded on that side".

use std::collections::{BTreeMap, VecDeque};

use crate::model::date::age_on;
use crate::model::{Day, EventKind, EventRole, NO_DAY};

use super::help::Plan;
use super::identifiers::Upn;
pub(crate) use super::journal::{Change, ChangeKind, Correction, Renaming};
use super::names::{NameBook, Origin, Surname};
use super::places::Places;

/// One person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) forename: u32,
    pub(crate) middle: u32,
    pub(crate) surname: Surname,
    /// Surname before marriage, or of the other parent: what a record under another name says.
    pub(crate) other_surname: Surname,
    pub(crate) born: Day,
    /// [`NO_DAY`] while alive.
    pub(crate) died: Day,
    pub(crate) female: bool,
    pub(crate) origin: Origin,
    /// The family they belong to first.
    pub(crate) family: u32,
}

/// What somebody is in a family, for good; the role of the day follows from age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Parent or householder.
    Head,
    /// The other parent of the children, or spouse.
    Spouse,
    /// A partner who is not the children's parent.
    StepPartner,
    /// Son or daughter.
    Offspring,
    /// Grandparent with or instead of the parents.
    Grandparent,
    /// Anybody else.
    Other,
    /// A parent who lives elsewhere.
    AbsentParent,
}

/// Somebody's belonging to a family for a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) person: u32,
    pub(crate) place: Place,
    /// Lives there.
    pub(crate) resident: bool,
    /// It is their first home.
    pub(crate) primary: bool,
    pub(crate) from: Day,
    pub(crate) to: Day,
}

impl Membership {
    /// True if it holds on that day.
    pub(crate) fn holds(&self, day: Day) -> bool {
        (self.from == NO_DAY || self.from <= day) && (self.to == NO_DAY || self.to >= day)
    }
}

/// How a family is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FamilyKind {
    Couple,
    CoupleAlone,
    LoneParent,
    Step,
    Grandparent,
    ThreeGenerations,
    Single,
    CareHome,
    Hmo,
    Hostel,
    Refuge,
    Caravan,
    Barracks,
}

impl FamilyKind {
    /// The name in the truth file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Couple => "couple",
            Self::CoupleAlone => "couple_without_children",
            Self::LoneParent => "lone_parent",
            Self::Step => "step",
            Self::Grandparent => "grandparent",
            Self::ThreeGenerations => "three_generations",
            Self::Single => "single",
            Self::CareHome => "communal_care_home",
            Self::Hmo => "communal_hmo",
            Self::Hostel => "communal_hostel",
            Self::Refuge => "communal_refuge",
            Self::Caravan => "communal_caravan_site",
            Self::Barracks => "communal_barracks",
        }
    }

    /// No council tax account of its own.
    pub(crate) fn is_communal(self) -> bool {
        matches!(self, Self::CareHome | Self::Hmo | Self::Hostel | Self::Refuge | Self::Barracks)
    }
}

/// Living somewhere from a day on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dwelling {
    pub(crate) address: u32,
    pub(crate) from: Day,
}

/// One family.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    pub(crate) kind: FamilyKind,
    /// 0 ordinary, 1 some difficulties, 2 several at once.
    pub(crate) need: u8,
    pub(crate) members: Vec<Membership>,
    /// Oldest first; never empty.
    pub(crate) dwellings: Vec<Dwelling>,
    /// Exists from this day ([`NO_DAY`]: always).
    pub(crate) since: Day,
    /// The kind it was when its tenure was settled; `None` while it is still that.
    pub(crate) settled_as: Option<FamilyKind>,
}

impl Family {
    /// The home on a day.
    pub(crate) fn home(&self, day: Day) -> u32 {
        let place = self.dwellings.iter().rposition(|dwelling| dwelling.from <= day).unwrap_or(0);
        self.dwellings.get(place).map_or(0, |dwelling| dwelling.address)
    }

    /// The home before the one of that day; the same where there was none.
    pub(crate) fn former_home(&self, day: Day) -> u32 {
        let place = self.dwellings.iter().rposition(|dwelling| dwelling.from <= day).unwrap_or(0).saturating_sub(1);
        self.dwellings.get(place).map_or(0, |dwelling| dwelling.address)
    }

    /// Since when the home of a day is theirs.
    pub(crate) fn moved_in(&self, day: Day) -> Day {
        self.dwellings.iter().rev().find(|dwelling| dwelling.from <= day).map_or(NO_DAY, |dwelling| dwelling.from)
    }

    /// Members of a day, absent parents included.
    pub(crate) fn members_on(&self, day: Day) -> impl Iterator<Item = &Membership> {
        self.members.iter().filter(move |member| member.holds(day))
    }
}

/// A pupil's numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pupil {
    pub(crate) person: u32,
    pub(crate) upn: Upn,
    /// Index into [`World::schools`].
    pub(crate) primary: u32,
    pub(crate) secondary: u32,
    /// At a private school or never registered: not in the authority's data.
    pub(crate) private: bool,
}

/// A school.
#[derive(Clone, Debug)]
pub(crate) struct School {
    pub(crate) number: u16,
    pub(crate) name: String,
}

/// Something that happened to one person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Happening {
    pub(crate) person: u32,
    pub(crate) kind: EventKind,
    pub(crate) code: &'static str,
    pub(crate) role: EventRole,
    pub(crate) from: Day,
    /// [`NO_DAY`] if open or of one day.
    pub(crate) to: Day,
    pub(crate) quantity: i32,
    pub(crate) out_of: i32,
    /// Day from which the agency's system shows it.
    pub(crate) known: Day,
    /// Joins what belongs together (school of an absence, incident of an abuse).
    pub(crate) group: u32,
    /// Number for good: what an agency's own reference follows from.
    pub(crate) id: u32,
}

/// One recorded crime.
#[derive(Clone, Debug)]
pub(crate) struct Crime {
    pub(crate) offence: u8,
    pub(crate) committed: Day,
    pub(crate) recorded: Day,
    /// Standard code; what it was before that day is "under investigation".
    pub(crate) outcome: &'static str,
    pub(crate) outcome_day: Day,
    pub(crate) people: Vec<(u32, EventRole)>,
    /// `prolific_offender` or `gang_related` beside the first person, empty for none.
    pub(crate) marker: &'static str,
}

/// One absence count: a pupil at a school in a term.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Absence {
    pub(crate) person: u32,
    pub(crate) school: u32,
    /// Index into [`World::terms`].
    pub(crate) term: u16,
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) possible: i16,
    pub(crate) authorised: i16,
    pub(crate) unauthorised: i16,
    /// Subsidiary registration.
    pub(crate) dual: bool,
}

/// The county.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) names: NameBook,
    pub(crate) places: Places,
    pub(crate) people: Vec<Person>,
    pub(crate) families: Vec<Family>,
    pub(crate) pupils: Vec<Pupil>,
    /// Row in `pupils` of each person, `u32::MAX` for none.
    pub(crate) pupil_of: Vec<u32>,
    pub(crate) schools: Vec<School>,
    pub(crate) terms: Vec<super::calendar::Term>,
    /// Sorted by person.
    pub(crate) absences: Vec<Absence>,
    /// Sorted by person, then day.
    pub(crate) happenings: Vec<Happening>,
    /// Provision and work of adults, apart because they follow from the rest; sorted by person, then day.
    pub(crate) activities: Vec<Happening>,
    pub(crate) crimes: Vec<Crime>,
    /// Domestic abuse: victim and perpetrator; the outcome is the level of risk.
    pub(crate) abuse: Vec<Crime>,
    /// (person, family) for everybody who joins a second family, sorted.
    pub(crate) moved: Vec<(u32, u32)>,
    /// (child, second family) for children in two homes, sorted.
    pub(crate) second: Vec<(u32, u32)>,
    /// First day of the time life is told over: two years and more before `horizon`.
    pub(crate) history: Day,
    /// Last day of the month told last.
    pub(crate) horizon: Day,
    /// Last day of the first month.
    pub(crate) first_horizon: Day,
    /// What the streams of life draw from: the seed, for later months the seed and the month.
    pub(crate) telling: u64,
    /// How many of the schools are primary schools; they come first.
    pub(crate) primaries: u32,
    /// Pupil numbers given so far by authority, school and year.
    pub(crate) serials: BTreeMap<(u16, u16, u8), u16>,
    /// Homes that fell empty, with the day, oldest first.
    pub(crate) empty: VecDeque<(Day, u32)>,
    /// Number the next happening gets.
    pub(crate) next_event: u32,
    /// Surnames left behind, sorted by person and day.
    pub(crate) renamed: Vec<Renaming>,
    /// Records put right by their agencies, sorted by system and person.
    pub(crate) corrected: Vec<Correction>,
    /// What happened to families in the month told last, in order of day.
    pub(crate) journal: Vec<Change>,
    /// What becomes of the families that the service works with, by number.
    pub(crate) helped: Vec<Plan>,
}

impl World {
    /// A person by number.
    pub(crate) fn person(&self, person: u32) -> &Person {
        self.people.get(person as usize).expect("person numbers are rows of the world")
    }

    /// A family by number.
    pub(crate) fn family(&self, family: u32) -> &Family {
        self.families.get(family as usize).expect("family numbers are rows of the world")
    }

    /// Age on a day, -1 before birth.
    pub(crate) fn age(&self, person: u32, day: Day) -> i32 {
        age_on(self.person(person).born, day).unwrap_or(-1)
    }

    /// Alive and born.
    pub(crate) fn is_alive(&self, person: u32, day: Day) -> bool {
        let person = self.person(person);
        person.born <= day && (person.died == NO_DAY || person.died > day)
    }

    /// The pupil numbers of a person.
    pub(crate) fn pupil(&self, person: u32) -> Option<&Pupil> {
        self.pupil_of.get(person as usize).and_then(|&row| self.pupils.get(row as usize))
    }

    /// A person's surname as a record kept up to `on` has it; `lag` is how many days later than the person a system changes it.
    pub(crate) fn surname_on(&self, person: u32, on: Day, lag: Day) -> Surname {
        let start = self.renamed.partition_point(|renaming| renaming.person < person);
        let own = self.renamed.get(start..).unwrap_or_default().iter().take_while(|renaming| renaming.person == person);
        own.filter(|renaming| on < renaming.day + lag).map(|renaming| renaming.before).next().unwrap_or(self.person(person).surname)
    }

    /// Whether a system has put its record of a person right by a day.
    pub(crate) fn is_corrected(&self, system: u64, person: u32, on: Day) -> bool {
        let place = self.corrected.binary_search_by_key(&(system, person), |correction| (correction.system, correction.person));
        place.ok().and_then(|place| self.corrected.get(place)).is_some_and(|correction| correction.day <= on)
    }

    /// What happened to a person, oldest first.
    pub(crate) fn happenings_of(&self, person: u32) -> &[Happening] {
        let start = self.happenings.partition_point(|happening| happening.person < person);
        let end = self.happenings.partition_point(|happening| happening.person <= person);
        self.happenings.get(start..end).unwrap_or_default()
    }

    /// A pupil's absence counts, oldest first.
    pub(crate) fn absences_of(&self, person: u32) -> &[Absence] {
        let start = self.absences.partition_point(|absence| absence.person < person);
        let end = self.absences.partition_point(|absence| absence.person <= person);
        self.absences.get(start..end).unwrap_or_default()
    }

    /// Members alive and living there on a day.
    pub(crate) fn residents(&self, family: u32, day: Day) -> Vec<Membership> {
        self.family(family).members_on(day).filter(|member| member.resident && self.is_alive(member.person, day)).copied().collect()
    }

    /// The family a person lives with on a day (their first home).
    pub(crate) fn family_on(&self, person: u32, day: Day) -> u32 {
        let first = self.person(person).family;
        let lives = |family: u32| {
            self.family(family)
                .members
                .iter()
                .any(|member| member.person == person && member.resident && member.primary && member.holds(day))
        };
        if lives(first) {
            return first;
        }
        self.later_families(person).find(|&family| lives(family)).unwrap_or(first)
    }

    /// Families that people went to later, in order.
    fn later_families(&self, person: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.moved.partition_point(|&(who, _)| who < person);
        self.moved.get(start..).unwrap_or_default().iter().take_while(move |&&(who, _)| who == person).map(|&(_, family)| family)
    }

    /// The address of a person on a day.
    pub(crate) fn home(&self, person: u32, day: Day) -> u32 {
        self.family(self.family_on(person, day)).home(day)
    }

    /// The second home of a child on a day.
    pub(crate) fn second_home(&self, person: u32, day: Day) -> Option<u32> {
        let start = self.second.partition_point(|&(who, _)| who < person);
        let homes = self.second.get(start..).unwrap_or_default().iter().take_while(|&&(who, _)| who == person);
        homes.map(|&(_, family)| family).find(|&family| {
            self.family(family).members.iter().any(|member| member.person == person && member.resident && member.holds(day))
        })
    }
}
