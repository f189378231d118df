"""Scenarios in which one extract is wrong throughout, though none of its rows looks wrong.

What comes in: a scenario's county. What goes out: its tables, one feed spoilt in one way. What always holds: every other feed, all ids and the truth are those of the
scenario; roles are `person`.
"""

import numpy as np
import pandas as pd

# Between the day on which Excel for Windows begins to count and that of the older Excel for the Macintosh (Microsoft, "Differences between the 1900 and the 1904 date system").
EXCEL_SYSTEMS = 1462


def dates(table, change):
    """The dates of birth changed."""
    days = pd.to_datetime(table["date_of_birth"], errors="coerce")
    there = days.notna()
    table = table.copy()
    table.loc[there, "date_of_birth"] = change(days[there])
    return table


def month_first(days):
    """Dates written month first and read day first, where that gives a date."""
    return pd.Series(np.where(days.dt.day <= 12, days.dt.strftime("%Y-%d-%m"), days.dt.strftime("%Y-%m-%d")), index=days.index)


def earlier(days_earlier):
    """All dates so many days earlier."""
    return lambda table: dates(table, lambda days: (days - pd.Timedelta(days=days_earlier)).dt.strftime("%Y-%m-%d"))


def sorted_by_itself(column):
    """A column whose values stand beside other records'."""
    return lambda table: table.assign(**{column: np.roll(table[column].to_numpy(), 1)})


def exchanged(one, other):
    """Two columns under each other's headings."""
    return lambda table: table.assign(**{one: table[other], other: table[one]})


# Way: what becomes of the spoilt feed.
WAYS = {
    "unspoilt": lambda table: table,
    "month_first": lambda table: dates(table, month_first),
    "day_early": earlier(1),
    "other_excel": earlier(EXCEL_SYSTEMS),
    "birthdays_sorted": sorted_by_itself("date_of_birth"),
    "names_exchanged": exchanged("forename", "surname"),
    "forenames_sorted": sorted_by_itself("forename"),
    "surnames_sorted": sorted_by_itself("surname"),
    "postcodes_sorted": sorted_by_itself("postcode"),
    "sexes_exchanged": lambda table: table.assign(sex=table["sex"].map({"M": "F", "F": "M"})),
    "telephones_sorted": sorted_by_itself("telephone"),
    "nhs_numbers_sorted": sorted_by_itself("nhs_number"),
    "one_postcode": lambda table: table.assign(postcode="HX1 1AA"),
}

COMMON = ["unspoilt", "month_first", "day_early", "other_excel", "birthdays_sorted", "names_exchanged", "forenames_sorted", "surnames_sorted", "postcodes_sorted", "one_postcode"]
# Scenario: the feed that is spoilt, and the ways.
PLAN = {
    "homes": ("school", [*COMMON, "sexes_exchanged", "telephones_sorted"]),
    "dummies": ("walkin", [*COMMON, "sexes_exchanged", "telephones_sorted", "nhs_numbers_sorted"]),
    "bare": ("housing", COMMON),
}


def spoil(feed, way):
    """The tables of a county with one feed spoilt."""
    return lambda county: county.tables | {feed: WAYS[way](county.tables[feed])}


# Spoilt scenario: (scenario, what makes its tables of the scenario's county).
SPOILT = {f"{scenario}_{way}": (scenario, spoil(feed, way)) for scenario, (feed, ways) in PLAN.items() for way in ways}
