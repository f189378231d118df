"""Variants of scenarios that isolate one cause: the same records, a column or some values fewer or more.

What always holds: a variant's records have the ids, values and truth of its scenario's except for what its function says, and the role
`person`.
"""

import numpy as np

DEFAULT_DATE = "2009-09-01"


def without(*columns):
    """The variant without these columns."""
    def of(county):
        return {name: table.drop(columns=[column for column in columns if column in table]) for name, table in county.tables.items()}
    return of


def postcode_and_identifiers(county):
    """Postcode and identifiers, no address, in the four sources that have a real identifier each."""
    return {name: county.tables[name].drop(columns=["address"]) for name in ["gp", "dwp", "school", "care"]}


def property_in_one_source(county):
    """The property number of the present home in one source."""
    at = county.people["home"].to_numpy()[county.tables["gp"]["entity"].to_numpy()]
    return county.tables | {"gp": county.tables["gp"].assign(uprn=county.homes["uprn"].to_numpy()[at])}


def dates_complete(county):
    """Only records with a date of birth."""
    return {name: table[table["date_of_birth"].notna()] for name, table in county.tables.items()}


def one_date_for_many(county):
    """One date of birth on 800 records of the register, a default that no list knows."""
    register = county.tables["register"].copy()
    register.loc[np.random.default_rng(3).choice(register.index, 800, replace=False), "date_of_birth"] = DEFAULT_DATE
    return county.tables | {"register": register}


# Variant: (scenario, what makes the variant's tables of the scenario's county).
VARIANTS = {
    "postcode_only": ("homes", without("address", "uprn")),
    "no_postcode": ("homes", without("postcode", "uprn")),
    "postcode_and_identifiers": ("dummies", postcode_and_identifiers),
    "postcode_only_systems": ("systems", without("address")),
    "postcode_only_events": ("events", without("address")),
    "nothing_but_contacts": ("movers", without("date_of_birth", "address")),
    "property_in_one_source": ("bare", property_in_one_source),
    "dates_complete": ("bare", dates_complete),
    "one_date_for_many": ("uneven", one_date_for_many),
}
