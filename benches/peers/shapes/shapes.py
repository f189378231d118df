"""Multi-agency person records with truth, of shapes that the county of `fwt synth` does not have.

What comes in: names of scenarios (scenarios.py) and variants (variants.py), `all` for both, or `spoilt` for those of spoilt.py. What goes out, in a folder for each:

    data/SOURCE.parquet      the extract of a source, all columns text, nothing cleaned
    schemas/SOURCE.toml      its schema
    pipeline.toml            a pipeline without settings
    truth.csv                source, record_id, entity

What always holds: each record has one true entity; the same program and versions give the same files; a folder that exists is refused.

    python shapes.py SCENARIO... --out DIR
"""

import argparse
from functools import cache
from pathlib import Path

import pandas as pd

from layout import SCHEMA, pipeline
from scenarios import SCENARIOS
from spoilt import SPOILT
from variants import VARIANTS


def schema(name, seat, columns):
    """The schema of a source: one person a row."""
    text = SCHEMA.format(name=name, kind="parquet")
    for column in ["record_id", f"is_{seat}", *columns]:
        kind = 'kind = "date"\nformats = ["%Y-%m-%d"]\n' if column == "date_of_birth" else ""
        text += f'[[column]]\nname = "{column}"\n{kind}\n'
    text += f'[[person]]\nslot = "{seat}"\nrole = "{seat}"\nkey = "record_id"\npresent_if = "is_{seat}"\n\n[person.fields]\n'
    return text + "".join(f'{column} = "{column}"\n' for column in columns)


def write(folder, name, tables, seats):
    """Writes a scenario; one line about it."""
    (folder / "data").mkdir(parents=True)
    (folder / "schemas").mkdir()
    truth = []
    for source, table in tables.items():
        seat = seats.get(source, "person")
        values = table.drop(columns=["entity"])
        columns = list(values.columns[1:])
        values.insert(1, f"is_{seat}", "Y")
        values.astype("string").to_parquet(folder / "data" / f"{source}.parquet", index=False)
        (folder / "schemas" / f"{source}.toml").write_text(schema(source, seat, columns))
        truth.append(table[["record_id", "entity"]].assign(source=source)[["source", "record_id", "entity"]])
    (folder / "pipeline.toml").write_text(pipeline(name, tables))
    truth = pd.concat(truth)
    truth.to_csv(folder / "truth.csv", index=False)
    sizes = truth["entity"].value_counts()
    print(f"{name}: {len(truth)} records, {len(sizes)} people, {int((sizes * (sizes - 1) / 2).sum())} true pairs", flush=True)


@cache
def made(scenario):
    """The county of a scenario, made once for all its variants."""
    return SCENARIOS[scenario]()


def main():
    names, varied = [*SCENARIOS, *VARIANTS], VARIANTS | SPOILT
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="+", choices=[*names, *SPOILT, "all", "spoilt"], metavar="SCENARIO", help=", ".join([*names, "all", *SPOILT, "spoilt"]))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    options = parser.parse_args()
    groups = {"all": names, "spoilt": list(SPOILT)}
    wanted = list(dict.fromkeys(name for given in options.scenario for name in groups.get(given, [given])))
    for name in wanted:
        if (options.out / name).exists():
            raise SystemExit(f"error: {options.out / name} exists\nhint: remove it or choose another --out")
    for name in wanted:
        if name in SCENARIOS:
            write(options.out / name, name, made(name).tables, made(name).seats)
        else:
            scenario, vary = varied[name]
            write(options.out / name, name, vary(made(scenario)), {})


if __name__ == "__main__":
    main()
