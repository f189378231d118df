"""One agency's extract of a population: who is in it, which columns it has, and what it does to each value.

What comes in: people and dwellings (people.py) and an Extract, which says how the agency works. What goes out: a table with record_id,
entity and the agency's columns, in random order. What always holds: the seed decides everything; values are drawn record by record, first
the names, then the columns in their order, then the address.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from errors import digit_slip, halved, heard, misdecoded, nickname, respelt, slip, unapostrophed, wrong_date
from names import ACCENTED, SPELLINGS, without_accents
from people import TODAY
from written import address_text, full_name_text, postcode_text

MUHAMMAD = ("Muhammad", "Mohammed", "Syed", *SPELLINGS["Muhammad"])


@dataclass(frozen=True)
class Extract:
    """How an agency works; numbers are shares of records unless said otherwise."""

    name: str = ""
    columns: tuple = ()
    seat: str = "person"                 # the role its records have in the schema: person, adult, child
    # Who is in it: a share of all people or by role, or these people; within these ages; with so many records each (weights of 1, 2, 3 …).
    cover: float | dict = 0.0
    people: object = None
    ages: tuple | None = None
    records_each: tuple | None = None
    # Names.
    maiden: float = 0.0
    by_middle: float = 0.0               # called by the middle name
    nick: float = 0.0
    respelt: float = 0.0
    accents_lost: float = 0.8
    misdecoded: float = 0.0
    other_form: float = 0.0              # a man's form of a woman's surname
    halved: float = 0.0
    unapostrophed: float = 0.0
    reordered: float = 0.0               # Muslim names: Muhammad left out, forename and surname swapped, middle name as surname
    slips: float = 0.0                   # in the forename, and as many in the surname
    misread: float = 0.3                 # share of slips that a scanner made
    swapped: float = 0.0
    baby: float = 0.0                    # no forename yet, up to the age of one
    initial: float = 0.0
    joined: float = 0.0                  # forename and middle name in one
    cut: tuple | None = None             # lengths of the fields of forename and surname
    plain: bool = False
    upper: bool = False
    middle: float = 0.6
    middle_initial: float = 0.3
    orders: tuple = (0.4, 0.3, 0.2, 0.1)  # of full names: see full_name_text
    forename_missing: float = 0.0
    surname_missing: float = 0.0
    # Birth and sex.
    born_missing: float = 0.0
    born_default: float = 0.0
    born_defaults: tuple = ()
    born_wrong: float = 0.0
    born_swapped: float = 0.2            # share of wrong dates with day and month swapped
    born_year_only: bool = False
    born_day_before: bool = False        # a time zone moves half of all dates
    born_american: bool = False          # all dates with day and month swapped
    age_missing: float = 0.0
    age_wrong: float = 0.0
    sex_missing: float = 0.02
    sex_wrong: float = 0.004
    # Identifiers.
    identifier_missing: float = 0.0
    identifier_dummy: float = 0.0
    dummies: dict = field(default_factory=dict)
    identifier_copied: float = 0.0       # of somebody in the household
    identifier_wrong: float = 0.004
    nhs_spaced: bool = False
    # Contacts.
    telephone_missing: float = 0.0
    telephone_dummy: float = 0.0
    telephone_dummies: tuple = ()
    telephone_shared: float = 0.12
    landline: float = 0.35
    telephone_new: float = 0.08
    email_missing: float = 0.5
    email_dummy: float = 0.0
    email_dummies: tuple = ()
    email_shared: float = 0.1
    # Addresses.
    former_home: float = 0.0
    home_missing: float = 0.0
    address_style: str = "plain"
    address_slips: float = 0.02
    postcode_missing: float = 0.01
    postcode_wrong: float = 0.01
    uprn_missing: float = 0.1

    def of(self, name, columns, **changes):
        """An agency with the same habits except for these."""
        return replace(self, name=name, columns=tuple(columns), **changes)


def extract(people, homes, agency, seed):
    """The extract of an agency."""
    random = np.random.default_rng(seed)
    writer = Writer(people, homes, agency, random)
    prefix = agency.name[:2].upper()
    rows = [
        {"record_id": f"{prefix}{number:07d}", "entity": int(person), **writer.record(person)}
        for number, person in enumerate(chosen(people, agency, random))
    ]
    table = pd.DataFrame(rows, columns=["record_id", "entity", *agency.columns])
    return table.sample(frac=1, random_state=seed).reset_index(drop=True)


def chosen(people, agency, random):
    """The row of the person of each record."""
    if agency.people is not None:
        rows = np.asarray(agency.people)
    else:
        by_role = isinstance(agency.cover, dict)
        cover = people["role"].map(agency.cover).fillna(0).to_numpy() if by_role else np.full(len(people), agency.cover)
        if agency.ages:
            cover = cover * people["age"].between(*agency.ages).to_numpy()
        rows = np.flatnonzero(random.random(len(people)) < cover)
    if agency.records_each:
        weights = np.array(agency.records_each)
        rows = np.repeat(rows, random.choice(np.arange(1, len(weights) + 1), len(rows), p=weights / weights.sum()))
    return rows


class Writer:
    """Writes records of an agency."""

    def __init__(self, people, homes, agency, random):
        self.of = {column: people[column].to_numpy() for column in people}
        self.of["born"] = np.datetime_as_string(self.of["born"].astype("datetime64[D]"))
        self.days = (TODAY - people["born"].to_numpy().astype("datetime64[D]")).astype(int)
        self.household = people.groupby("household").indices
        self.homes = list(zip(*(homes[column] for column in ["number", "flat", "name", "street", "town"])))
        self.postcodes, self.uprns = homes["postcode"].to_numpy(), homes["uprn"].to_numpy()
        self.agency, self.random = agency, random

    def happens(self, share):
        """Whether something of this share happens now."""
        return self.random.random() < share

    def one_of(self, values):
        """One of these values."""
        return values[self.random.integers(0, len(values))]

    def record(self, person):
        """The values of one record."""
        forename, middle, surname = self.names(person)
        row = {}
        for column in self.agency.columns:
            if column == "forename":
                row[column] = None if self.happens(self.agency.forename_missing) else forename
            elif column == "surname":
                row[column] = None if self.happens(self.agency.surname_missing) else surname
            elif column == "middle_names":
                written = middle if middle and self.happens(self.agency.middle) else None
                row[column] = written[0] if written and self.happens(self.agency.middle_initial) else written
            elif column == "full_name":
                sex, adult = self.of["sex"][person], self.of["age"][person] > 17
                row[column] = full_name_text(forename, middle, surname, sex, adult, self.agency.orders, self.random)
            elif column in ("date_of_birth", "age", "sex", "telephone", "email"):
                row[column] = getattr(self, column)(person)
            elif column in ("nhs_number", "nino", "upn"):
                row[column] = self.identifier(column, person)
        return row | self.home(person)

    def names(self, person):
        """Forename, middle name and surname as this agency has them."""
        agency, random, happens = self.agency, self.random, self.happens
        forename, middle, surname, sex, maiden, tradition = (
            self.of[column][person] for column in ["forename", "middle", "surname", "sex", "maiden", "tradition"]
        )
        if maiden and happens(agency.maiden):
            surname = maiden if happens(0.75) else f"{maiden}-{surname}"
        if middle and happens(agency.by_middle):
            forename, middle = middle, forename
        if happens(agency.nick):
            forename = nickname(forename, random)
        if agency.respelt:
            forename, surname = respelt(forename, random, agency.respelt), respelt(surname, random, agency.respelt)
        if tradition in ACCENTED:
            if happens(agency.accents_lost):
                forename, surname = heard(forename, random), heard(surname, random)
                middle = heard(middle, random) if middle else middle
            elif happens(agency.misdecoded):
                forename, surname = misdecoded(forename), misdecoded(surname)
        if tradition == "lithuanian" and sex == "F" and happens(agency.other_form):
            surname = surname.replace("aite", "ienė") if happens(0.5) else surname.split("ien")[0] + "as"
        if tradition == "polish" and sex == "F" and happens(agency.other_form) and surname.endswith("ska"):
            surname = surname[:-1] + "i"
        if ("-" in surname or " " in surname) and happens(agency.halved):
            surname = halved(surname, random)
        if ("'" in surname or surname.startswith("Mc")) and happens(agency.unapostrophed):
            surname = unapostrophed(surname, random)
        if tradition == "muslim" and happens(agency.reordered):
            if forename in MUHAMMAD and middle:
                forename, middle = middle, None
            elif middle and happens(0.5):
                forename, surname = surname, forename
            else:
                surname = middle or surname
        if happens(agency.slips):
            forename = slip(forename, random, agency.misread)
        if happens(agency.slips):
            surname = slip(surname, random, agency.misread)
        if happens(agency.swapped):
            forename, surname = surname, forename
        if happens(agency.baby) and self.of["age"][person] <= 1:
            forename = str(random.choice(["Baby", "Baby Boy" if sex == "M" else "Baby Girl", "Infant"]))
        if happens(agency.initial):
            forename = forename[:1]
        if happens(agency.joined) and middle:
            forename = f"{forename} {middle}"
        if agency.cut:
            forename, surname = forename[:agency.cut[0]], surname[:agency.cut[1]]
        if agency.plain:
            forename, surname = without_accents(forename), without_accents(surname)
        if agency.upper:
            forename, surname, middle = forename.upper(), surname.upper(), middle.upper() if middle else middle
        return forename, middle, surname

    def date_of_birth(self, person):
        """The date as written, YYYY-MM-DD."""
        agency, born, kind = self.agency, self.of["born"][person], self.random.random()
        if kind < agency.born_missing:
            return None
        if kind < agency.born_missing + agency.born_default:
            return str(self.random.choice(agency.born_defaults))
        if kind < agency.born_missing + agency.born_default + agency.born_wrong:
            return wrong_date(born, self.random, agency.born_swapped)
        if agency.born_year_only:
            return born[:4] + "-01-01"
        if agency.born_day_before:
            return str(np.datetime64(born) - np.timedelta64(1, "D")) if self.happens(0.5) else born
        if agency.born_american and int(born[8:]) <= 12:
            return f"{born[:4]}-{born[8:]}-{born[5:7]}"
        return born

    def age(self, person):
        """Years of age, sometimes one off."""
        if self.happens(self.agency.age_missing):
            return None
        return str(int(self.days[person] / 365.25) + (int(self.random.choice([-1, 1])) if self.happens(self.agency.age_wrong) else 0))

    def sex(self, person):
        """M or F."""
        if self.happens(self.agency.sex_missing):
            return None
        sex = self.of["sex"][person]
        return sex if self.random.random() > self.agency.sex_wrong else {"M": "F", "F": "M"}[sex]

    def identifier(self, column, person):
        """A number, none, a dummy, that of somebody in the household, or one with a digit wrong."""
        agency, kind, number = self.agency, self.random.random(), self.of[column][person]
        if kind < agency.identifier_missing:
            number = None
        elif kind < agency.identifier_missing + agency.identifier_dummy:
            number = agency.dummies[column] if number else None
        elif kind < agency.identifier_missing + agency.identifier_dummy + agency.identifier_copied and number:
            number = self.one_of([other for other in (self.of[column][row] for row in self.household[self.of["household"][person]]) if other])
        elif number and self.happens(agency.identifier_wrong):
            number = digit_slip(number, self.random)
        return f"{number[:3]} {number[3:6]} {number[6:]}" if column == "nhs_number" and number and agency.nhs_spaced else number

    def telephone(self, person):
        """A parent's number for a child; else one's own, that of somebody in the household, the landline, or a new one."""
        agency, kind = self.agency, self.random.random()
        if kind < agency.telephone_missing:
            return None
        if kind < agency.telephone_missing + agency.telephone_dummy:
            return str(self.random.choice(agency.telephone_dummies))
        shared, whose = self.happens(agency.telephone_shared), person
        mother, father = self.of["mother"][person], self.of["father"][person]
        if self.of["role"][person] == "child" and mother >= 0:
            whose = mother if self.happens(0.75) or father < 0 else father
        elif shared:
            whose = self.one_of(self.household[self.of["household"][person]])
        number = self.of["landline"][person] if self.happens(agency.landline) else self.of["mobile"][whose]
        return f"07{self.random.integers(10**8, 10**9 - 1)}" if self.happens(agency.telephone_new) else number

    def email(self, person):
        """The mother's for a child; else one's own or that of somebody in the household."""
        agency, whose = self.agency, person
        if self.happens(agency.email_missing):
            return None
        if self.happens(agency.email_dummy):
            return str(self.random.choice(agency.email_dummies))
        if self.of["role"][person] == "child":
            whose = self.of["mother"][person] if self.of["mother"][person] >= 0 else person
        elif self.happens(agency.email_shared):
            whose = self.one_of(self.household[self.of["household"][person]])
        address = self.of["email"][whose]
        return slip(address, self.random, 0) if self.happens(0.02) else address

    def home(self, person):
        """Address, postcode and property number, as far as the agency has them; all of one dwelling."""
        agency, random, row = self.agency, self.random, {}
        if not {"address", "postcode"} & set(agency.columns):
            return row
        home = self.of["former_home" if self.happens(agency.former_home) else "home"][person]
        missing = self.happens(agency.home_missing)
        if "address" in agency.columns:
            row["address"] = None if missing else address_text(self.homes[home], agency.address_style, random, agency.address_slips)
        if "postcode" in agency.columns:
            absent = missing or self.happens(agency.postcode_missing)
            row["postcode"] = None if absent else postcode_text(self.postcodes[home], random, agency.postcode_wrong)
        if "uprn" in agency.columns:
            row["uprn"] = None if missing or self.happens(agency.uprn_missing) else self.uprns[home]
        return row
