"""Names of people by the tradition they come from, with skewed frequencies, and the ways in which one name is written.

What comes in: the lists of word_lists.py and of Faker. What goes out: forenames that fit tradition, sex and year of birth, surnames, and
the maps SPELLINGS and NICKNAMES. What always holds: one seed and one version of Faker give the same names.
"""

import importlib
import unicodedata

import numpy as np
import pandas as pd

import word_lists as words

TRADITIONS = ["british", "polish", "lithuanian", "romanian", "portuguese", "muslim", "sikh", "hindu", "african", "chinese"]

# Traditions whose names have letters that an English keyboard has not.
ACCENTED = ("polish", "lithuanian", "romanian", "portuguese")

# Sounds that a clerk writes as English has them.
HEARD = [
    ("sz", "sh"), ("cz", "ch"), ("rz", "z"), ("w", "v"), ("ł", "w"), ("Ł", "W"), ("j", "y"), ("ck", "tsk"), ("ó", "u"), ("ą", "on"),
    ("ę", "en"),
    ("ść", "sc"), ("ż", "z"),
]


def other_spellings():
    """For each name the other spellings of it."""
    result = {}
    for group in words.SPELLINGS:
        group = group.split(",")
        for word in group:
            result.setdefault(word, []).extend(other for other in group if other != word)
    return result


def nicknames():
    """For each name what its bearers are called; of two entries the later holds."""
    return {name: called.split(",") for name, called in (entry.split(":") for entry in words.NICKNAMES)}


SPELLINGS = other_spellings()
NICKNAMES = nicknames()


def without_accents(text):
    """A text in plain letters."""
    text = text.replace("ł", "l").replace("Ł", "L")
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def of_faker(locale, kind):
    """A list of names of Faker."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    return [str(name) for name in getattr(provider, kind)]


def distinct(*lists):
    """The names of several lists in their order, each once."""
    return list(dict.fromkeys(name for names in lists for name in names if name))


def made(stems, ends):
    """Every stem with every end."""
    return [stem + end for stem in stems for end in ends]


class Names:
    """The names of one tradition; popularity falls with the rank, and each forename has the year when it was in fashion."""

    def __init__(self, men, women, surnames, fall_of_forenames, fall_of_surnames, random):
        self.forenames = {"M": np.array(men, object), "F": np.array(women, object)}
        self.surnames = np.array(surnames, object)
        self.weights = {sex: 1 / np.arange(3, len(names) + 3) ** fall_of_forenames for sex, names in self.forenames.items()}
        self.surname_weights = 1 / np.arange(3, len(surnames) + 3) ** fall_of_surnames
        self.fashion = {sex: random.uniform(1930, 2012, len(names)) for sex, names in self.forenames.items()}


class Pools:
    """The names of all traditions."""

    def __init__(self, seed):
        random = np.random.default_rng(seed)
        english = made(words.ENGLISH_STEMS, words.ENGLISH_ENDS)
        random.shuffle(english)
        lithuanian = of_faker("lt_LT", "first_names")
        chinese = made(words.CHINESE_STEMS, words.CHINESE_ENDS)
        lists = {
            "british": (
                distinct(words.BRITISH_MEN, of_faker("en_GB", "first_names_male"), of_faker("en_US", "first_names_male")),
                distinct(words.BRITISH_WOMEN, of_faker("en_GB", "first_names_female"), of_faker("en_US", "first_names_female")),
                distinct(words.BRITISH_SURNAMES, of_faker("en_GB", "last_names"), of_faker("en_US", "last_names"), english[:3500]),
                0.75, 0.85,
            ),
            "polish": (
                distinct(words.POLISH_MEN, of_faker("pl_PL", "first_names_male")),
                distinct(words.POLISH_WOMEN, of_faker("pl_PL", "first_names_female")),
                distinct(words.POLISH_SURNAMES, made(words.POLISH_STEMS, words.POLISH_ENDS)),
                0.6, 0.6,
            ),
            "lithuanian": (
                distinct(words.LITHUANIAN_MEN, (name for name in lithuanian if not name.endswith(("a", "ė")))),
                distinct(words.LITHUANIAN_WOMEN, (name for name in lithuanian if name.endswith(("a", "ė")))),
                distinct(words.LITHUANIAN_SURNAMES, of_faker("lt_LT", "last_names"), made(words.LITHUANIAN_STEMS, words.LITHUANIAN_ENDS)),
                0.5, 0.6,
            ),
            "romanian": (
                distinct(words.ROMANIAN_MEN, of_faker("ro_RO", "first_names_male")),
                distinct(words.ROMANIAN_WOMEN, of_faker("ro_RO", "first_names_female")),
                distinct(words.ROMANIAN_SURNAMES, of_faker("ro_RO", "last_names"), made(words.ROMANIAN_STEMS, words.ROMANIAN_ENDS)),
                0.7, 0.6,
            ),
            "portuguese": (
                distinct(words.PORTUGUESE_MEN, of_faker("pt_PT", "first_names_male")),
                distinct(words.PORTUGUESE_WOMEN, of_faker("pt_PT", "first_names_female")),
                distinct(words.PORTUGUESE_SURNAMES, of_faker("pt_PT", "last_names")),
                0.6, 0.6,
            ),
            "muslim": (
                distinct(words.MUSLIM_MEN, of_faker("en_PK", "first_names")[:150]),
                distinct(words.MUSLIM_WOMEN, of_faker("en_IN", "first_names_female")[:60]),
                distinct(words.MUSLIM_SURNAMES, of_faker("en_PK", "last_names")[:150]),
                0.8, 0.9,
            ),
            "sikh": (words.SIKH_MEN, words.SIKH_WOMEN, words.SIKH_SURNAMES, 0.3, 1.0),
            "hindu": (
                of_faker("en_IN", "first_names_male"),
                of_faker("en_IN", "first_names_female"),
                distinct(["Patel", "Sharma", "Shah", "Kumar"], of_faker("en_IN", "last_names")),
                0.5, 1.0,
            ),
            "african": (
                of_faker("yo_NG", "first_names_male") + words.BRITISH_MEN[:60],
                of_faker("yo_NG", "first_names_female") + words.BRITISH_WOMEN[:60],
                words.AFRICAN_SURNAMES + of_faker("yo_NG", "last_names"),
                0.3, 0.5,
            ),
            "chinese": (chinese, chinese, words.CHINESE_SURNAMES, 0.3, 0.5),
        }
        self.of = {tradition: Names(*lists[tradition], random) for tradition in TRADITIONS}

    def forenames(self, traditions, sexes, years, random):
        """A forename for each person; British ones follow the fashion of the years around the birth."""
        result = np.empty(len(traditions), object)
        for (tradition, sex), places in pd.DataFrame({"tradition": traditions, "sex": sexes}).groupby(["tradition", "sex"]).indices.items():
            of = self.of[tradition]
            names, weights, fashion = of.forenames[sex], of.weights[sex], of.fashion[sex]
            spans = (years[places] // 8).astype(int)
            for span in np.unique(spans):
                now = places[spans == span]
                current = weights * (0.05 + np.exp(-(((span * 8 + 4 - fashion) / 22) ** 2))) if tradition == "british" else weights
                result[now] = names[random.choice(len(names), len(now), p=current / current.sum())]
        return result

    def surnames(self, traditions, random):
        """A surname for each person or family."""
        result = np.empty(len(traditions), object)
        for tradition, places in pd.Series(traditions).groupby(traditions).indices.items():
            of = self.of[tradition]
            weights = of.surname_weights
            result[places] = of.surnames[random.choice(len(of.surnames), len(places), p=weights / weights.sum())]
        return result


def surname_of_sex(surname, tradition, sex, child):
    """A family's surname as this member bears it."""
    if sex == "F" and tradition == "polish" and surname.endswith(("ski", "cki", "dzki")):
        return surname[:-1] + "a"
    if sex == "F" and tradition == "lithuanian":
        stem = surname[:-2] if surname.endswith(("as", "us", "is")) else surname
        return stem + ("aitė" if child else "ienė")
    return surname
