//! The last day of February and of the month, in runs of their own: what is 12 months before, and when a leap day's child is 18.

/// An offence and the reference date of the run.
pub(crate) struct DateTrap {
    pub(crate) name: &'static str,
    /// Date of birth of the offender.
    pub(crate) born: &'static str,
    /// Day of the offence.
    pub(crate) on: &'static str,
    /// Criterion 1 of the offender's family.
    pub(crate) value: &'static str,
}

const fn trap(name: &'static str, born: &'static str, on: &'static str, value: &'static str) -> DateTrap {
    DateTrap { name, born, on, value }
}

/// Month of the run, whose last day is the reference date, and its traps.
pub(crate) const MONTHS: &[(&str, &[DateTrap])] = &[
    (
        "2016-02", // to the 29th
        &[
            trap("12 months before 29 February is 28 February", "2003-05-05", "2015-02-28", "true"),
            trap("12 months and a day before 29 February", "2003-05-05", "2015-02-27", "false"),
            trap("on the leap day itself", "2003-05-05", "2016-02-29", "true"),
            trap("the day after the reference date", "2003-05-05", "2016-03-01", "false"),
        ],
    ),
    (
        "2017-02", // to the 28th
        &[
            trap("the leap day a year before", "2004-05-05", "2016-02-29", "true"),
            trap("12 months before 28 February", "2004-05-05", "2016-02-28", "true"),
            trap("12 months and a day before 28 February", "2004-05-05", "2016-02-27", "false"),
        ],
    ),
    (
        "2014-03", // to the 31st
        &[
            trap("born on a leap day, the day before 18", "1996-02-29", "2014-02-28", "true"),
            trap("born on a leap day, 18 on 1 March", "1996-02-29", "2014-03-01", "false"),
            trap("12 months before a month's end", "2001-05-05", "2013-03-31", "true"),
            trap("12 months and a day before a month's end", "2001-05-05", "2013-03-30", "false"),
        ],
    ),
];
