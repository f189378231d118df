//! Need and early help: how much help a family needs, and who is one step from the criteria and moving towards them.
//!
//! Rules and dates, no prediction: every number is one of the pipeline's, every claim has its rows, and a person can do the sum by hand.

use std::str::FromStr;

use super::event::vocabulary;
use super::{Day, EventKind, EventRole, Route};

vocabulary! {
    /// How much help a family needs: "the most complex and intense needs", or "low level needs" that existing partners can meet together
    /// (seed 2, Figure 1).
    NeedLevel {
        /// A key worker works with the whole family.
        Complex = "complex",
        /// Existing partners can co-ordinate what is needed.
        Lower = "lower",
    }
}

vocabulary! {
    /// Something about a family that is counted for its level of need; each can be counted by hand in the published tables.
    NeedMeasure {
        /// Criteria that count and are true.
        CriteriaMet = "criteria_met",
        /// Criteria that are true, those of local discretion included.
        CriteriaTrue = "criteria_true",
        /// Different people named by the evidence.
        PeopleWithNeeds = "people_with_needs",
        /// Different agencies whose rows are the evidence.
        Agencies = "agencies",
        /// Resident children under 18.
        Children = "children",
        /// Resident children under 5.
        ChildrenUnder5 = "children_under_5",
        /// Different events of the evidence (person, kind, day) that began within the recent months.
        RecentEvents = "recent_events",
        /// Children or adults named by evidence of the kinds and codes listed as safeguarding.
        Safeguarding = "safeguarding",
    }
}

/// One rule of need: it holds when every measure reaches its minimum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedRule {
    /// Its id.
    pub id: String,
    /// The level it gives.
    pub level: NeedLevel,
    /// Title for people.
    pub title: String,
    /// Measures and the least each must reach; empty for the rule that holds for everybody.
    pub at_least: Vec<(NeedMeasure, u32)>,
}

/// `[identify.need]`: the first rule that holds decides; without rules nobody has a level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeedSettings {
    /// How many months back an event is recent.
    pub recent_months: u32,
    /// Kinds and codes of evidence that count as safeguarding; the code `*` is any.
    pub safeguarding: Vec<(EventKind, String)>,
    /// The rules in order.
    pub rules: Vec<NeedRule>,
}

/// The level of need of a family under a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The level.
    pub level: NeedLevel,
    /// Id of the rule that decided.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// The rule and the counts that met it, in words.
    pub reason: String,
}

vocabulary! {
    /// In which way a family is one step from a criterion.
    StepKind {
        /// One more event of the kind a rule counts.
        Count = "count",
        /// A share within the margin below a rule's share.
        Share = "share",
        /// An event whose outcome is not known yet, or that comes before the one a rule counts.
        Outcome = "outcome",
        /// Nothing but time: what has happened already counts from a known day on.
        Time = "time",
        /// One more criterion of the combination.
        Criterion = "criterion",
    }
}

vocabulary! {
    /// How far a step would bring a family.
    Reach {
        /// With the step the family would be on the list.
        List = "list",
        /// With the step a criterion would be met; the list would need more.
        Criterion = "criterion",
    }
}

/// An event that comes before one that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Kind of both.
    pub kind: EventKind,
    /// Code of the earlier one.
    pub code: String,
    /// Roles in which a person stands in it.
    pub roles: Vec<EventRole>,
    /// Codes it can lead to: it is watched for rules that count one of them.
    pub towards: Vec<String>,
    /// For so many months it is watched.
    pub months: u32,
    /// What it is, in words.
    pub title: String,
}

/// `[identify.watch]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchSettings {
    /// How far a step must bring a family.
    pub reach: Reach,
    /// How many months back an event shows that a family is moving towards the criteria.
    pub recent_months: u32,
    /// How many months ahead a known day is looked for.
    pub horizon_months: u32,
    /// How far below a rule's share is near, as numerator and denominator.
    pub share_margin: (i64, i64),
    /// Events that come before those that count.
    pub leads: Vec<Lead>,
}

/// A row of an extract behind a watch row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatchedEvent {
    /// The person.
    pub person: u32,
    /// Row in the event table.
    pub event: u32,
}

/// One step by which a criterion of a pack would be met, with the movement towards it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Index into `Families::families`.
    pub family: u32,
    /// Pack name.
    pub pack: String,
    /// Criterion id; empty for a step of the combination.
    pub criterion: String,
    /// Rule id; empty for a step of the combination.
    pub rule: String,
    /// Which kind of step.
    pub kind: StepKind,
    /// The one person it is about, `None` for the family together.
    pub person: Option<u32>,
    /// What is there, in words.
    pub there: String,
    /// What is missing, in words.
    pub missing: String,
    /// Why the family is moving towards it, in words.
    pub moving: String,
    /// First day on which what is missing would count if it happened from tomorrow on; for [`StepKind::Time`] the day on which the rule
    /// begins to hold. [`super::NO_DAY`] if no such day is known.
    pub counts_from: Day,
    /// First day on which what is there no longer suffices, if nothing more happens, or on which a row of a share leaves its window;
    /// [`super::NO_DAY`] if none within three years.
    pub ages_out: Day,
    /// Rows that show what is there, sorted; never empty.
    pub rows: Vec<WatchedEvent>,
}

/// A family one step from the criteria of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The step.
    pub step: Step,
    /// The family's route now.
    pub route: Route,
    /// The route it would have with the step.
    pub route_then: Route,
    /// How far the step would bring it.
    pub reach: Reach,
}
