"""A population of households with truth, independent of `fwt synth`.

What goes out: one row per person (`population`): household, role (alone, partner, child, elder), sex, birth, names, identifiers, contacts,
present and previous dwelling; and the dwellings. What always holds: a seed gives the same people; children know their mother and father, -1
where there is none; siblings have distinct forenames
but for a few.
"""

import numpy as np
import pandas as pd

from homes import dwellings
from identifiers import insurance_numbers, nhs_numbers, pupil_numbers
from names import surname_of_sex, without_accents

TODAY = np.datetime64("2019-06-30")

TRADITION_SHARES = {
    "british": 0.80, "polish": 0.05, "lithuanian": 0.015, "romanian": 0.02, "portuguese": 0.01, "muslim": 0.05, "sikh": 0.01, "hindu": 0.015,
    "african": 0.02, "chinese": 0.01,
}
MAIL_HOSTS = np.array(["gmail.com", "hotmail.co.uk", "yahoo.co.uk", "outlook.com", "btinternet.com", "icloud.com", "live.co.uk"], object)


def population(households, seed, pools, shares=None, twins=0.03, namesakes=0.04, institutions=0, residents=60, elders=0.05, first_january=0.0,
               per_postcode=15, houses=None):
    """People and dwellings.

    `twins` is the share of children with a twin, `namesakes` of sons with their father's name, `elders` of households with grandparents on top
    of 5%, `first_january` of adults of some traditions whose papers say 1 January.
    """
    random = np.random.default_rng(seed)
    shares = shares or TRADITION_SHARES
    traditions, weights = np.array(list(shares)), np.array(list(shares.values()))
    weights = weights / weights.sum()
    houses = houses or int(households * 1.3)
    homes = dwellings(houses + institutions, random, per_postcode)
    of_households = random.choice(traditions, households, p=weights)
    people = members(households, institutions, residents, twins, elders, random)
    count, groups = len(people), households + institutions
    people["year"] = 2019 - people["age"] - (random.random(count) < 0.5)
    family_tradition = np.r_[of_households, random.choice(traditions, institutions, p=weights)].astype(object)
    household, role, sex = people["household"].to_numpy(), people["role"].to_numpy(), people["sex"].to_numpy()
    tradition = family_tradition[household]
    # Who shares a home and no family.
    own = (role == "alone") | (random.random(count) < 0.05) & (role != "child")
    tradition[own] = random.choice(traditions, own.sum(), p=weights)
    people["tradition"] = tradition
    people["born"] = births(people, first_january, random)
    twin = people["twin"].to_numpy()
    year = people["year"].to_numpy()
    people["forename"] = pools.forenames(tradition, sex, year, random)
    middle = pools.forenames(tradition, sex, year, random)
    people["middle"] = np.where(random.random(count) < 0.6, middle, None)
    people["father"], people["mother"] = parents(people, "M"), parents(people, "F")
    surname = surnames(people, own, family_tradition, pools, random, np.random.default_rng(seed + 1))
    forename = people["forename"].to_numpy().copy()
    named_after = np.flatnonzero((role == "child") & (sex == "M") & (people["father"] >= 0).to_numpy() & (random.random(count) < namesakes))
    for son in named_after:
        father = people["father"].iat[son]
        forename[son], surname[son] = forename[father], surname[father]
    for child in np.flatnonzero(twin >= 0):
        if random.random() < 0.25:
            pool, other = pools.of[tradition[child]].forenames[sex[child]], forename[twin[child]]
            alike = [name for name in pool if name[0] == other[0] and name != other]
            if alike:
                forename[child] = random.choice(alike)
    people["forename"], people["surname"] = forename, surname
    rename_siblings(people, named_after, pools, random)
    married = (sex == "F") & np.isin(role, ["partner", "elder"]) & (random.random(count) < 0.8)
    maiden = np.full(count, None, object)
    maiden[married] = pools.surnames(tradition[married], random)
    people["maiden"] = maiden
    people["nhs_number"] = nhs_numbers(count, random)
    people["nino"] = np.where(people["age"] >= 16, insurance_numbers(count, random), None)
    people["upn"] = np.where((people["age"] >= 4) & (people["age"] <= 18), pupil_numbers(year, random), None)
    contacts(people, groups, random)
    settle(people, households, institutions, houses, random)
    people["entity"] = np.arange(count)
    return people, homes


def members(households, institutions, residents, twins, elders, random):
    """Who lives together: household, role, sex, age, and the row of the twin."""
    chances = np.array([0.28, 0.24, 0.26, 0.10, 0.05 + elders, 0.07])
    kinds = random.choice(["alone", "couple", "family", "lone parent", "three generations", "sharers"], households, p=chances / chances.sum())
    rows = []
    for household, (kind, age) in enumerate(zip(kinds, random.integers(19, 90, households))):
        if kind == "alone":
            rows.append((household, "alone", random.choice(["M", "F"]), age, -1))
        elif kind == "couple":
            rows.append((household, "partner", "M", age, -1))
            rows.append((household, "partner", "F", max(18, age + random.integers(-6, 4)), -1))
        elif kind == "sharers":
            for _ in range(random.integers(3, 7)):
                rows.append((household, "alone", random.choice(["M", "F"]), random.integers(18, 60), -1))
        else:
            age = 20 + age % 32
            rows.append((household, "partner", "F", age, -1))
            if kind != "lone parent":
                rows.append((household, "partner", "M", age + random.integers(-3, 8), -1))
            children, born = random.choice([1, 2, 3, 4, 5], p=[0.40, 0.36, 0.15, 0.06, 0.03]), 0
            while born < children:
                child_age = random.integers(0, max(1, min(19, age - 17)))
                rows.append((household, "child", random.choice(["M", "F"]), child_age, -1))
                born += 1
                if random.random() < twins:
                    rows.append((household, "child", random.choice(["M", "F"]), child_age, len(rows) - 1))
                    born += 1
            if kind == "three generations":
                rows.append((household, "elder", "F", age + 24 + random.integers(0, 10), -1))
                if random.random() < 0.6:
                    rows.append((household, "elder", "M", age + 26 + random.integers(0, 10), -1))
    # Care homes and hostels in turn.
    for institution in range(institutions):
        for _ in range(residents):
            if institution % 2 == 0:
                sex, age = random.choice(["M", "F"], p=[0.35, 0.65]), random.integers(70, 101)
            else:
                sex, age = "F" if random.random() < 0.9 else "M", random.integers(18, 60)
            rows.append((households + institution, "alone", sex, age, -1))
    return pd.DataFrame(rows, columns=["household", "role", "sex", "age", "twin"])


def births(people, first_january, random):
    """Dates of birth; twins have one."""
    born = (people["year"].to_numpy() - 1970).astype("datetime64[Y]").astype("datetime64[D]") + random.integers(0, 365, len(people))
    born = np.where(born > TODAY, TODAY - random.integers(1, 300, len(people)), born)
    if first_january:
        unknown = random.random(len(people)) < first_january
        unknown &= people["tradition"].isin(["muslim", "african"]).to_numpy() & (people["role"] != "child").to_numpy()
        born[unknown] = born[unknown].astype("datetime64[Y]").astype("datetime64[D]")
    twin = people["twin"].to_numpy()
    born[twin >= 0] = born[twin[twin >= 0]]
    return born


def parents(people, sex):
    """The row of each child's mother or father."""
    partners = people[(people["role"] == "partner") & (people["sex"] == sex)]
    of = partners.reset_index().drop_duplicates("household").set_index("household")["index"]
    return people["household"].map(of).where(people["role"] == "child").fillna(-1).astype(int)


def surnames(people, own, family_tradition, pools, random, random_of_families):
    """Surnames as families of each tradition hand them on."""
    household, role, sex, tradition = (people[column].to_numpy() for column in ["household", "role", "sex", "tradition"])
    result = pools.surnames(family_tradition, random)[household]
    result[own] = pools.surnames(tradition[own], random)
    unmarried = (role == "partner") & (sex == "M") & (random.random(len(people)) < 0.35)
    result[unmarried] = pools.surnames(tradition[unmarried], random)
    # Children of unmarried parents have the name of the father, of the mother, or both.
    custom = random_of_families.random(len(family_tradition))
    father, mother = people["father"].to_numpy(), people["mother"].to_numpy()
    for child in np.flatnonzero((role == "child") & (father >= 0) & (mother >= 0)):
        of_father, of_mother, kind = result[father[child]], result[mother[child]], custom[household[child]]
        if of_father != of_mother:
            result[child] = of_father if kind < 0.5 else of_mother if kind < 0.8 else f"{of_mother}-{of_father}"
    # Many Muslim women of South Asia have a title as their last name, which no relative shares.
    titles = ["Begum", "Bibi", "Khatun", "Akhtar", "Parveen", "Khanom", "Sultana"]
    for person in np.flatnonzero(tradition == "muslim"):
        kind = random.random()
        if sex[person] == "F" and kind < 0.45:
            result[person] = random.choice(titles, p=[0.45, 0.12, 0.13, 0.1, 0.08, 0.07, 0.05])
    for person in np.flatnonzero(tradition == "sikh"):
        if random.random() < 0.7:
            result[person] = "Singh" if sex[person] == "M" else "Kaur"
    for person in np.flatnonzero(np.isin(tradition, ["polish", "lithuanian"])):
        if "-" not in result[person]:
            result[person] = surname_of_sex(result[person], tradition[person], sex[person], role[person] == "child")
    for person in np.flatnonzero(tradition == "portuguese"):
        if random.random() < 0.6:
            particle = random.choice(["da ", "dos ", "de ", "", ""])
            result[person] = f"{particle}{result[person]} {pools.of['portuguese'].surnames[random.integers(0, 30)]}"
    return result


def rename_siblings(people, named_after, pools, random):
    """Gives children another forename whose household has theirs already."""
    for _ in range(3):
        again = (people["role"] == "child") & people.duplicated(["household", "forename"]) & ~people.index.isin(named_after)
        if not again.any():
            return
        rows, forename = np.flatnonzero(again), people["forename"].to_numpy().copy()
        forename[rows] = pools.forenames(*(people[column].to_numpy()[rows] for column in ["tradition", "sex", "year"]), random)
        people["forename"] = forename


def contacts(people, groups, random):
    """Mobile telephones and e-mail of each person, landlines of each household."""
    count = len(people)
    people["mobile"] = [f"07{number:09d}" for number in random.choice(9 * 10**8, count, replace=False)]
    numbers = random.integers(100000, 999999, groups)
    landlines = np.array([f"01{random.integers(200, 980)}{number:06d}" for number in numbers], object)
    people["landline"] = landlines[people["household"].to_numpy()]
    hosts = MAIL_HOSTS[random.choice(len(MAIL_HOSTS), count, p=[0.35, 0.22, 0.14, 0.12, 0.07, 0.07, 0.03])]
    styles, serials = random.integers(0, 5, count), random.integers(1, 999, count)
    emails = []
    for forename, surname, year, host, style, serial in zip(people["forename"], people["surname"], people["year"], hosts, styles, serials):
        first, last = (without_accents(name).lower().replace(" ", "").replace("'", "") for name in (forename, surname))
        letter = first[0]
        forms = [f"{first}.{last}", f"{first}{last}{year % 100:02d}", f"{letter}{last}{serial}", f"{first}{serial}", f"{last}{letter}{year}"]
        emails.append(f"{forms[style]}@{host}")
    people["email"] = emails


def settle(people, households, institutions, houses, random):
    """Where each person lives and lived before: half moved within the neighbourhood, most with their household."""
    groups, household = households + institutions, people["household"].to_numpy()
    home = np.r_[random.permutation(houses)[:households], houses + np.arange(institutions)]
    people["home"] = home[household]
    near = np.clip(home + random.integers(-300, 300, groups), 0, houses - 1)
    former = np.where(random.random(groups) < 0.5, random.integers(0, houses, groups), near)
    people["former_home"] = former[household]
    by_themselves = (random.random(len(people)) < 0.3) & (people["role"] != "child").to_numpy()
    people.loc[by_themselves, "former_home"] = random.integers(0, houses, by_themselves.sum())
