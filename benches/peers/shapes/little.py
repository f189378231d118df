"""Lists that say little of people, or are of something else, with truth.

What comes in: a folder. What goes out: a folder for each list, laid out as by shapes.py, so that measure.py measures both:

    names_only        forename and surname of 10,000 records, one in ten of them a second record of somebody
    date_in_columns   the same with year, month and day of birth, declared as one date
    parts_as_fields   the same, the three declared as further fields and not as a date
    month_of_birth    the same, of the date year and month only
    year_of_birth     the same, of the date the year only
    many_records      name, date of birth and postcode, 36,000 records of 44 people: 600 of most, 3,000 of some
    firms             name, street, town, telephone and trade of 12,000 firms, no field of a person
    papers            title, authors, venue and year of papers from two lists; the same authors write several

What always holds: each record has one true entity; the same Python gives the same files; a folder that exists is refused.

    python little.py --out DIR
"""

import argparse
import csv
import json
import random
import string
from pathlib import Path

from layout import SCHEMA, pipeline

NAMES = {"forename": ["forename"], "surname": ["surname"]}


def vocabulary(rng, size):
    """Made-up words."""
    return ["".join(rng.choice("bcdfghklmnprstvw") + rng.choice("aeiou") + rng.choice(["", "", "n", "r", "l"]) for _ in range(rng.randint(1, 4)))
            for _ in range(size)]


def often(rng, words):
    """One of some words, the first far more often than the last."""
    return words[min(int(len(words) ** rng.random()) - 1, len(words) - 1)]


def slip(rng, text):
    """The text with one letter left out, changed, added, or swapped with the next."""
    if len(text) < 3:
        return text
    at, letter = rng.randrange(len(text) - 1), rng.choice(string.ascii_lowercase)
    return rng.choice([text[:at] + text[at + 1:], text[:at] + letter + text[at + 1:], text[:at] + letter + text[at:],
                       text[:at] + text[at + 1] + text[at] + text[at + 2:]])


def people(rng):
    """9,000 people, 1,000 of them there twice, the second time with one slip."""
    forenames, surnames = vocabulary(rng, 160), vocabulary(rng, 220)
    rows = [[often(rng, forenames), often(rng, surnames), rng.randint(1924, 2008), rng.randint(1, 12), rng.randint(1, 28), who] for who in range(9_000)]
    for who in rng.sample(range(9_000), 1_000):
        row, part = list(rows[who]), rng.choices(range(5), [0.25, 0.3, 0.1, 0.15, 0.2])[0]
        if part < 2:
            row[part] = slip(rng, row[part])
        else:
            row[part] = [rng.choice([row[2] + 1, row[2] - 1, row[2] + 10, row[2] - 10]), rng.randint(1, 12), rng.randint(1, 28)][part - 2]
        rows.append(row)
    return rows


def events(rng):
    """40 people with 600 records each and four with 3,000; one cell in seven has a slip, one date in ten is missing."""
    rows = []
    for who in range(44):
        forename, surname = ("".join(rng.choice("bcdfghklmnprstvw") + rng.choice("aeiou") for _ in range(size)) for size in (3, 4))
        born = f"{rng.randint(1940, 2008)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        postcode = f"LN{rng.randint(1, 9)} {rng.randint(1, 9)}{rng.choice('ABDEFGH')}{rng.choice('ABDEFGH')}"
        for _ in range(600 if who < 40 else 3_000):
            cells = [slip(rng, cell) if rng.random() < 1 / 7 else cell for cell in (forename, surname, postcode)]
            rows.append([*cells, "" if rng.random() < 0.1 else born, who])
    return rows


def firms(rng):
    """12,000 firms, four in ten of them there more than once."""
    words, streets, towns = vocabulary(rng, 3_000), vocabulary(rng, 1_500), vocabulary(rng, 120)
    trades = ["cafe", "garage", "builder", "shop", "school", "farm", "bakery", "plumber", "hotel", "charity"]
    endings, rows = ["ltd", "limited", "plc", "llp", "& co", "group", ""], []
    for firm in range(12_000):
        name = " ".join(often(rng, words) for _ in range(rng.randint(1, 3)))
        street, town = f"{rng.randint(1, 200)} {often(rng, streets)} {rng.choice(['road', 'street', 'lane'])}", often(rng, towns)
        telephone, trade = f"01{rng.randrange(10 ** 9):09}", rng.choice(trades)
        for _ in range(rng.choices([1, 2, 3, 5], [0.6, 0.25, 0.1, 0.05])[0]):
            rows.append([
                f"{slip(rng, name) if rng.random() < 0.12 else name} {rng.choice(endings)}".strip(),
                rng.choices([street, slip(rng, street), ""], [0.85, 0.09, 0.06])[0],
                town if rng.random() < 0.95 else rng.choice(towns),
                rng.choices([telephone, "", f"01{rng.randrange(10 ** 9):09}"], [0.6, 0.28, 0.12])[0],
                trade if rng.random() < 0.9 else rng.choice(trades), firm,
            ])
    return rows


def papers(rng):
    """5,300 papers of 4,500 groups of authors; most stand in one list or both, the second with other names of venues."""
    words, names = vocabulary(rng, 3_000), vocabulary(rng, 1_500)
    venues = [("SIGMOD Conference", "International Conference on Management of Data"), ("VLDB", "Very Large Data Bases"),
              ("SIGMOD Record", "ACM SIGMOD Record"), ("VLDB J.", "The VLDB Journal")]

    def title():
        return " ".join(rng.choice(["the", "of", "for", "data", "query"]) if rng.random() < 0.3 else often(rng, words) for _ in range(rng.randint(3, 9)))

    works = [(title(), [f"{often(rng, words)} {often(rng, names)}" for _ in range(rng.randint(1, 4))], rng.choice(venues), rng.randint(1994, 2003))
             for _ in range(4_500)]
    works += [(title(), authors, venue, year + 1) for _, authors, venue, year in works[:800]]
    rows = []
    for work, (name, authors, venue, year) in enumerate(works):
        if rng.random() < 0.75:
            rows.append([name, ", ".join(authors), venue[0], year, work])
        if rng.random() < 0.7:
            shown = [author[0] + ". " + author.split()[-1] if rng.random() < 0.2 else author for author in (authors if rng.random() < 0.85 else authors[::-1])]
            rows.append([slip(rng, name) if rng.random() < 0.15 else name, ", ".join(shown), venue[1], year if rng.random() < 0.97 else year + 1, work])
    return rows


BORN = ["year", "month", "day"]
PEOPLE = [*NAMES, *BORN]
LISTS = {
    "names_only": (people, PEOPLE, NAMES, []),
    "date_in_columns": (people, PEOPLE, {**NAMES, "date_of_birth": BORN}, []),
    "parts_as_fields": (people, PEOPLE, NAMES, [("year", "number"), ("month", "category"), ("day", "category")]),
    "month_of_birth": (people, PEOPLE, {**NAMES, "date_of_birth": BORN[:2]}, []),
    "year_of_birth": (people, PEOPLE, {**NAMES, "date_of_birth": BORN[:1]}, []),
    "many_records": (events, ["forename", "surname", "postcode", "born"], {**NAMES, "postcode": ["postcode"], "date_of_birth": ["born"]}, []),
    "firms": (firms, ["name", "street", "town", "telephone", "trade"], {},
              [("name", "text"), ("street", "text"), ("town", "category"), ("telephone", "text"), ("trade", "category")]),
    "papers": (papers, ["title", "authors", "venue", "published"], {},
               [("title", "text"), ("authors", "text"), ("venue", "category"), ("published", "number")]),
}


def schema(columns, fields, further):
    """The schema of a list."""
    text = SCHEMA.format(name="list", kind="csv")
    text += "".join(f'[[column]]\nname = "{name}"\n' for name in ["id", *columns])
    text += '[[person]]\nslot = "person"\nkey = "id"\npresent_if = "id"\n'
    text += "[person.fields]\n" * bool(fields)
    text += "".join(f"{field} = {json.dumps(names)}\n" for field, names in fields.items())
    return text + "".join(f'[[person.compare]]\nname = "{name}"\nkind = "{kind}"\ncolumns = "{name}"\n' for name, kind in further)


def write(folder, make, columns, fields, further):
    """Writes a list with its schema, pipeline and truth."""
    rng = random.Random(make.__name__)
    rows = make(rng)
    rng.shuffle(rows)
    for part in ("data", "schemas"):
        (folder / part).mkdir(parents=True)
    with open(folder / "data/list.csv", "w", newline="") as data, open(folder / "truth.csv", "w", newline="") as truth:
        data, truth = csv.writer(data), csv.writer(truth)
        data.writerow(["id", *columns])
        truth.writerow(["source", "record_id", "entity"])
        for number, row in enumerate(rows):
            data.writerow([number, *row[:-1]])
            truth.writerow(["list", number, row[-1]])
    (folder / "schemas/list.toml").write_text(schema(columns, fields, further))
    (folder / "pipeline.toml").write_text(pipeline(folder.name, ["list"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    out = parser.parse_args().out
    for name, of in LISTS.items():
        write(out / name, *of)


if __name__ == "__main__":
    main()
