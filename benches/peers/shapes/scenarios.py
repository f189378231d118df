"""The scenarios: counties whose extracts have a shape of their own. Each function gives a County, drawn anew from its own seed.

What always holds: the seed of an extract is the scenario's plus its place, so a new extract at the end leaves the others as they are.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from extracts import Extract, extract
from names import Pools
from people import population

NAMES = ("forename", "surname")
BORN = ("forename", "surname", "date_of_birth")
WHOLE = ("forename", "middle_names", "surname", "date_of_birth")
HOME = ("address", "postcode")


@dataclass
class County:
    """People, dwellings, the extract of each agency and the role of its records."""

    people: pd.DataFrame
    homes: pd.DataFrame
    tables: dict
    seats: dict


@cache
def shared_pools():
    """The names of all scenarios but `skewed`."""
    return Pools(7)


def county(people, homes, seed, *agencies):
    """All extracts of a scenario."""
    tables = {agency.name: extract(people, homes, agency, seed + place) for place, agency in enumerate(agencies)}
    return County(people, homes, tables, {agency.name: agency.seat for agency in agencies})


def bare():
    """Names, date of birth and postcode, nothing else, in six sources."""
    usual = Extract(
        born_missing=0.15, born_wrong=0.03, slips=0.03, nick=0.05, respelt=0.1, maiden=0.08, former_home=0.15, halved=0.4, unapostrophed=0.3,
        other_form=0.2, reordered=0.15, postcode_missing=0.04,
    )
    columns = (*BORN, "postcode")
    return county(
        *population(17000, 101, shared_pools()), 1010,
        usual.of("school", columns, cover={"child": 0.9}, upper=True),
        usual.of("benefits", columns, cover={"partner": 0.4, "alone": 0.4, "elder": 0.5}),
        usual.of("housing", columns, cover={"partner": 0.35, "alone": 0.35, "child": 0.3, "elder": 0.3}, born_missing=0.3),
        usual.of("police", columns, cover={"partner": 0.15, "alone": 0.2, "child": 0.1}, nick=0.12, born_wrong=0.06),
        usual.of("gp", columns, cover=0.5, born_missing=0.02, born_wrong=0.01),
        usual.of("leisure", columns, cover=0.15, born_missing=0.35, nick=0.25),
    )


def noisy():
    """Many errors of every kind, and names of many countries."""
    shares = {
        "british": 0.45, "polish": 0.12, "lithuanian": 0.05, "romanian": 0.08, "portuguese": 0.05, "muslim": 0.12, "sikh": 0.03,
        "hindu": 0.04, "african": 0.04, "chinese": 0.02,
    }
    usual = Extract(
        slips=0.12, misread=0.4, born_wrong=0.12, born_swapped=0.45, nick=0.15, respelt=0.4, maiden=0.25, halved=0.8, unapostrophed=0.7,
        swapped=0.05, reordered=0.3, other_form=0.4, accents_lost=0.85, misdecoded=0.5, former_home=0.2, address_slips=0.15,
        address_style="mixed", postcode_wrong=0.06, by_middle=0.05, identifier_wrong=0.04,
    )
    return county(
        *population(17000, 202, shared_pools(), shares), 2020,
        usual.of("school", (*WHOLE, "sex", *HOME, "upn"), cover={"child": 0.9}, identifier_missing=0.1),
        usual.of(
            "ctax", (*NAMES, *HOME, "telephone", "email"), cover={"partner": 0.7, "alone": 0.6, "elder": 0.4}, seat="adult", joined=0.2,
        ),
        usual.of("police", (*WHOLE, "sex", *HOME), cover={"partner": 0.2, "alone": 0.25, "child": 0.15}, records_each=(0.6, 0.25, 0.15)),
        usual.of(
            "dwp", (*BORN, "postcode", "nino"), cover={"partner": 0.3, "alone": 0.3, "elder": 0.5}, identifier_missing=0.05, upper=True,
            plain=True,
        ),
        usual.of("health", (*WHOLE, "sex", *HOME, "nhs_number"), cover=0.3, identifier_missing=0.08),
        usual.of("care", (*WHOLE, "sex", *HOME, "nhs_number"), cover=0.12, identifier_missing=0.4),
        usual.of(
            "housing", (*BORN, *HOME, "telephone", "nino"), cover={"partner": 0.3, "alone": 0.3, "child": 0.2}, identifier_missing=0.5,
        ),
    )


def homes():
    """Relatives alike: twins, sons named after fathers, three generations, institutions, telephones and e-mail of the household."""
    usual = Extract(
        slips=0.03, born_wrong=0.03, nick=0.06, maiden=0.08, former_home=0.1, landline=0.6, telephone_shared=0.3, email_shared=0.35,
        email_missing=0.4, halved=0.5,
    )
    contacts = ("telephone", "email")
    return county(
        *population(12500, 303, shared_pools(), twins=0.12, namesakes=0.25, institutions=40, residents=60, elders=0.12), 3030,
        usual.of("school", (*BORN, "sex", *HOME, *contacts), cover={"child": 0.9}, seat="child"),
        usual.of(
            "ctax", (*NAMES, *HOME, "uprn", *contacts), cover={"partner": 0.8, "alone": 0.6, "elder": 0.6}, seat="adult", initial=0.15,
        ),
        usual.of(
            "housing", (*BORN, *HOME, *contacts), cover={"partner": 0.45, "alone": 0.5, "child": 0.45, "elder": 0.4}, born_missing=0.15,
        ),
        usual.of(
            "care", (*BORN, "sex", *HOME, "telephone"), cover={"partner": 0.2, "alone": 0.45, "child": 0.25, "elder": 0.3}, born_missing=0.08,
        ),
        usual.of(
            "police", (*BORN, *HOME), cover={"partner": 0.2, "alone": 0.2, "child": 0.1}, records_each=(0.6, 0.3, 0.1), born_missing=0.06,
        ),
        usual.of(
            "ambulance", (*BORN, "sex", *HOME), cover={"partner": 0.15, "alone": 0.35, "child": 0.15, "elder": 0.4}, born_missing=0.25,
            nick=0.1,
        ),
    )


def dummies():
    """Dummy dates, numbers, telephones and e-mail, and identifiers copied from relatives."""
    usual = Extract(slips=0.03, born_wrong=0.03, nick=0.06, maiden=0.08, former_home=0.12, halved=0.4, respelt=0.15)
    return county(
        *population(17000, 404, shared_pools()), 4040,
        usual.of(
            "gp", (*BORN, "sex", *HOME, "nhs_number", "telephone"), cover=0.6, identifier_copied=0.03, identifier_missing=0.02,
            telephone_dummy=0.05, telephone_dummies=("01632960123", "07700900123"),
        ),
        usual.of(
            "walkin", (*BORN, "sex", "postcode", "nhs_number", "telephone"), cover=0.35,
            born_default=0.10, born_defaults=("1900-01-01", "1970-01-01", "1980-01-01", "2000-01-01"), identifier_dummy=0.10,
            dummies={"nhs_number": "4010232137"}, identifier_missing=0.3, telephone_dummy=0.1, telephone_dummies=("01632960500",),
        ),
        usual.of("dwp", (*BORN, "postcode", "address", "nino"), cover={"partner": 0.4, "alone": 0.4, "elder": 0.4}, identifier_copied=0.03),
        usual.of(
            "housing", (*BORN, *HOME, "nino", "telephone", "email"), cover={"partner": 0.4, "alone": 0.4, "child": 0.2},
            born_default=0.10, born_defaults=("1950-01-01", "1901-01-01"), identifier_dummy=0.10, dummies={"nino": "JC999999C"},
            identifier_missing=0.2, identifier_copied=0.02, email_dummy=0.2,
            email_dummies=("housing@stowbridge.gov.uk", "customer@customer.com", "noreply@harnworth.gov.uk"),
        ),
        usual.of(
            "school", (*BORN, "sex", *HOME, "upn", "telephone"), cover={"child": 0.9}, identifier_copied=0.03,
            born_default=0.01, born_defaults=("2010-09-01",),
        ),
        usual.of(
            "care", (*BORN, "sex", *HOME, "nhs_number", "upn"), cover=0.12, identifier_missing=0.3, identifier_copied=0.04,
            born_default=0.03, born_defaults=("1900-01-01", "2005-01-01"),
        ),
    )


def uneven():
    """A register of 100,000 and five lists of 500."""
    people, dwellings = population(52000, 505, shared_pools())
    random = np.random.default_rng(5)
    registered = random.permutation(len(people))[:100000]
    usual = Extract(slips=0.03, born_wrong=0.03, nick=0.06, maiden=0.08, former_home=0.12, halved=0.4, respelt=0.15)
    small = usual.of("", (), born_missing=0.1, nick=0.15, slips=0.05)
    agencies = [usual.of("register", (*BORN, "sex", *HOME), people=registered, born_missing=0.05)]
    young = people.index[people["age"] < 20].to_numpy()
    columns = {
        "refuge": (*BORN, "postcode"),
        "panel": (*BORN, "sex", *HOME),
        "foodbank": (*NAMES, "postcode"),
        "youth": (*BORN, "sex", "postcode"),
        "troubled": (*BORN, *HOME),
    }
    for name, of_list in columns.items():
        listed = random.choice(young if name == "youth" else np.arange(len(people)), 500, replace=False)
        agencies.append(small.of(name, of_list, people=listed))
    return county(people, dwellings, 5050, *agencies)


def two():
    """Two files, each person once in each at most, half of the second in both; no identifiers."""
    people, dwellings = population(27000, 606, shared_pools())
    order = np.random.default_rng(6).permutation(len(people))
    usual = Extract(slips=0.04, born_wrong=0.04, nick=0.1, maiden=0.1, former_home=0.25, halved=0.5, respelt=0.2, unapostrophed=0.4)
    return county(
        people, dwellings, 6060,
        usual.of("census", (*WHOLE, "sex", *HOME), people=order[:38000], born_missing=0.02),
        usual.of("survey", (*BORN, "sex", "postcode"), people=order[26000:50000], born_missing=0.06, postcode_missing=0.15, upper=True),
    )


def skewed():
    """A few names for most people, birthdays on 1 January, large families in dense streets."""
    pools = Pools(8)
    frequent = pools.of["muslim"]
    frequent.weights["M"][0] = frequent.weights["M"][1:].sum() * 0.75
    frequent.weights["F"] = 1 / np.arange(2, len(frequent.forenames["F"]) + 2)
    frequent.surname_weights = 1 / np.arange(2, len(frequent.surnames) + 2) ** 1.25
    shares = {"muslim": 0.72, "sikh": 0.12, "british": 0.10, "hindu": 0.03, "african": 0.03}
    usual = Extract(
        slips=0.03, born_wrong=0.03, nick=0.05, respelt=0.45, reordered=0.25, former_home=0.12, joined=0.15, address_style="mixed",
        address_slips=0.05,
    )
    return county(
        *population(6500, 707, pools, shares, elders=0.2, first_january=0.25, per_postcode=60, houses=7500), 7070,
        usual.of("school", (*WHOLE, "sex", *HOME, "upn"), cover={"child": 0.95}),
        usual.of("ctax", (*NAMES, *HOME, "telephone"), cover={"partner": 0.8, "alone": 0.6, "elder": 0.5}, seat="adult"),
        usual.of("health", (*WHOLE, "sex", "postcode", "nhs_number"), cover=0.6, identifier_missing=0.1),
        usual.of(
            "police", (*WHOLE, *HOME), cover={"partner": 0.2, "alone": 0.2, "child": 0.1}, records_each=(0.6, 0.3, 0.1), born_missing=0.05,
        ),
        usual.of(
            "dwp", (*BORN, "postcode", "nino"), cover={"partner": 0.45, "alone": 0.4, "elder": 0.5}, identifier_missing=0.03, upper=True,
        ),
        usual.of("care", (*WHOLE, "sex", *HOME, "nhs_number"), cover=0.15, identifier_missing=0.5),
    )


def events():
    """Sources of events and terms: up to six records of one person in one source."""
    usual = Extract(slips=0.03, born_wrong=0.03, nick=0.08, maiden=0.08, former_home=0.25, halved=0.4, respelt=0.15, address_style="mixed")
    return county(
        *population(6000, 808, shared_pools()), 8080,
        usual.of("custody", (*BORN, "sex", *HOME), cover=0.6, records_each=(0.1, 0.2, 0.2, 0.2, 0.15, 0.15), born_missing=0.04, nick=0.15),
        usual.of(
            "ane", (*BORN, "sex", "postcode", "nhs_number"), cover=0.8, records_each=(0.15, 0.2, 0.25, 0.2, 0.2), identifier_missing=0.15,
        ),
        usual.of("calls", (*NAMES, *HOME, "telephone"), cover=0.7, records_each=(0.3, 0.2, 0.2, 0.2, 0.1), initial=0.1),
        usual.of(
            "school_terms", (*BORN, "sex", *HOME, "upn"), cover={"child": 0.9}, records_each=(0.05, 0.05, 0.1, 0.2, 0.2, 0.4),
            identifier_missing=0.02,
        ),
        usual.of(
            "housing", (*BORN, *HOME, "telephone", "nino"), cover={"partner": 0.6, "alone": 0.6}, records_each=(0.5, 0.3, 0.2),
            identifier_missing=0.3,
        ),
        usual.of("dwp", (*BORN, "postcode", "nino"), cover={"partner": 0.6, "alone": 0.6, "elder": 0.6}, records_each=(0.3, 0.3, 0.2, 0.2)),
    )


def movers():
    """Pairs of extracts before and after nearly everybody moved."""
    usual = Extract(
        slips=0.04, born_wrong=0.04, nick=0.08, maiden=0.12, halved=0.4, respelt=0.15, address_style="mixed", address_slips=0.1,
        postcode_wrong=0.03,
    )
    adults = {"partner": 0.7, "alone": 0.5, "elder": 0.5}
    before, after = usual.of("", (), former_home=0.95), usual.of("", (), former_home=0.05)
    return county(
        *population(13000, 909, shared_pools()), 9090,
        before.of("ctax_may", (*NAMES, *HOME), cover=adults, seat="adult"),
        after.of("ctax_jun", (*NAMES, *HOME), cover=adults, seat="adult"),
        before.of("school_may", (*BORN, "sex", *HOME), cover={"child": 0.9}, seat="child"),
        after.of("school_jun", (*BORN, *HOME, "telephone"), cover={"child": 0.9}, seat="child"),
        before.of("housing_may", (*BORN, *HOME, "telephone"), cover=0.35, born_missing=0.1),
        after.of("housing_jun", (*BORN, *HOME, "email"), cover=0.35, born_missing=0.1, email_missing=0.2),
    )


def columns():
    """Sources that say one thing in different columns: whole names, ages instead of dates, initials."""
    usual = Extract(slips=0.03, born_wrong=0.03, nick=0.06, maiden=0.08, former_home=0.12, halved=0.4, respelt=0.15, address_style="mixed")
    some = {"partner": 0.4, "alone": 0.4, "child": 0.4, "elder": 0.3}
    return county(
        *population(15000, 1010, shared_pools()), 10100,
        usual.of("names1", ("full_name", "date_of_birth", *HOME), cover=0.55),
        usual.of("names2", ("full_name", "date_of_birth", "postcode", "sex"), cover=some, orders=(0, 0.5, 0, 0.5), born_missing=0.08),
        usual.of("ages", (*NAMES, "age", "sex", *HOME), cover=0.35, age_wrong=0.08, age_missing=0.05),
        usual.of("initials", (*BORN, *HOME), cover={"partner": 0.5, "alone": 0.5, "child": 0.2}, initial=1.0),
        usual.of("full", (*WHOLE, "sex", *HOME), cover=0.4),
        usual.of("full_age", ("full_name", "age", *HOME), cover=0.2, age_wrong=0.08),
    )


def systems():
    """Each system spoils its own field in its own way."""
    usual = Extract(slips=0.02, born_wrong=0.02, nick=0.05, maiden=0.08, former_home=0.12, halved=0.5, respelt=0.15, unapostrophed=0.5)
    adults = {"partner": 0.5, "alone": 0.5, "elder": 0.5}
    return county(
        *population(16000, 1111, shared_pools()), 11110,
        usual.of("cobol", (*BORN, "postcode", "nino"), cover=0.5, cut=(6, 8), upper=True, identifier_missing=0.3),
        usual.of("usdates", (*BORN, "sex", *HOME), cover=0.4, born_american=True),
        usual.of("swapped", (*BORN, *HOME), cover=0.3, swapped=0.5),
        usual.of("yearonly", (*BORN, *HOME, "sex"), cover=0.35, born_year_only=True),
        usual.of("nameless", ("surname", "date_of_birth", *HOME, "telephone"), cover=adults, seat="adult"),
        usual.of("babies", (*BORN, "sex", *HOME, "nhs_number"), cover={"child": 0.9}, ages=(0, 6), baby=1.0),
        usual.of("gp", (*BORN, "sex", *HOME, "nhs_number", "telephone"), cover=0.5, identifier_missing=0.05, nhs_spaced=True),
        usual.of("shifted", (*BORN, "sex", "postcode", "address"), cover=0.25, born_day_before=True),
    )


SCENARIOS = {
    scenario.__name__: scenario for scenario in [bare, noisy, homes, dummies, uneven, two, skewed, events, movers, columns, systems]
}
