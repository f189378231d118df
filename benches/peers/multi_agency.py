"""The multi-agency benchmark: person records of a synthetic county, columns parsed, nothing cleaned.

What comes in: a folder made by `fwt synth --out COUNTY --people N`, with its truth, and the schemas of `pipelines/lincolnshire.toml`, which say
which columns make up which person. What goes out, in one folder:

    records.parquet            all person records: source, record_id, role and the columns of COLUMNS
    truth.csv                  source, record_id, entity, and record: source and record_id joined as in the one-file pipeline
    agencies/SOURCE.parquet    the same records, one file per agency, for pipelines/benchmarks/multi_agency.toml

What always holds: each record has one true entity; two appearances within a source with the same agency key and the same content are one record; values
are as the agency delivered them, except that dates are YYYY-MM-DD, sex is M or F, and whole names are split into their parts. The records
are those of whole families, chosen by a hash until --records are reached, in the order of a hash.

    python multi_agency.py COUNTY OUT --records 1000000
"""

import argparse
import io
import tomllib
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]

COLUMNS = [
    "title", "forename", "middle_names", "surname", "other_surname", "alias", "date_of_birth", "age", "sex", "address", "postcode", "uprn",
    "telephone", "email", "nhs_number", "nino", "upn", "former_upn",
]
ROLES = ["child", "parent", "adult", "partner", "dependant", "person"]
TITLES = ["MR", "MRS", "MISS", "MS", "DR", "REV", "MASTER", "SIR", "LADY", "PROF", "MX"]


def text(column):
    """A column as text without outer spaces; nothing where it is blank."""
    stripped = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def read(schema, path):
    """The rows of an extract as text, with the line each stands on."""
    file = schema["file"]
    kind = file.get("kind", "csv")
    skip = file.get("skip_rows", 0)
    if kind == "parquet":
        rows = pl.read_parquet(path)
    elif kind == "xlsx":
        options = {"header_row": skip}
        sheet = {"sheet_name": file["sheet"]} if "sheet" in file else {}
        rows = pl.read_excel(path, **sheet, read_options=options, infer_schema_length=0)
    else:
        encoding = file.get("encoding", "utf-8")
        source = path if encoding == "utf-8" else io.BytesIO(path.read_bytes().decode(encoding).lstrip("\ufeff").encode())
        rows = pl.read_csv(source, separator=file.get("delimiter", ","), skip_rows=skip, infer_schema=False, truncate_ragged_lines=True)
    known = {}
    for column in schema["column"]:
        for name in [column["name"], *column.get("aliases", [])]:
            known[" ".join(name.split()).lower()] = column["name"]
    rows = rows.rename({header: known.get(" ".join(header.split()).lower(), header) for header in rows.columns})
    first = skip + 2 if kind != "parquet" else None
    # A Parquet file has no lines: fwt counts its rows from one, as its truth does.
    return rows.with_row_index("line", offset=first if first is not None else 1)


def value(schema, name):
    """A cell as the benchmark gives it: a date as YYYY-MM-DD where it fits the formats, a code by its standard code, any other text as it is."""
    column = next(column for column in schema["column"] if column["name"] == name)
    cell = text(name)
    if column.get("kind") == "date":
        day = cell.str.head(10) if schema["file"].get("kind") == "xlsx" else cell
        formats = [*column["formats"], "%Y-%m-%d"]
        parsed = pl.coalesce([day.str.to_date(form, strict=False) for form in formats])
        return parsed.dt.strftime("%Y-%m-%d")
    if column.get("kind") == "code" and set(column["codes"].values()) <= {"M", "F", "U"}:
        folded = {code.lower(): meaning for code, meaning in column["codes"].items()}
        standard = cell.str.to_lowercase().replace_strict(folded, default=None)
        return pl.when(standard != "U").then(standard)
    return cell


def split_names(records):
    """Whole names into title, forename, middle names, surname; several forenames in one cell into the first and the rest."""
    whole = pl.col("full_name")
    words = whole.str.replace_all(r"\.", " ").str.split(" ").list.eval(pl.element().filter(pl.element() != ""))
    titled = words.list.first().str.to_uppercase().is_in(TITLES) & (words.list.len() > 1)
    after_title = pl.when(titled).then(words.list.slice(1)).otherwise(words)
    comma = whole.str.contains(",")
    turned = whole.str.splitn(",", 2).struct.field("field_1").str.strip_chars()
    forenames = pl.when(comma).then(turned).otherwise(after_title.list.slice(0, after_title.list.len() - 1).list.join(" "))
    single = ~comma & (after_title.list.len() == 1)
    surname = pl.when(comma).then(whole.str.splitn(",", 2).struct.field("field_0").str.strip_chars()).when(~single).then(after_title.list.last())
    blank = lambda expression: pl.when(expression != "").then(expression)
    records = records.with_columns(
        pl.coalesce("title", pl.when(titled & ~comma).then(words.list.first())).alias("title"),
        pl.coalesce("forename", blank(pl.when(single).then(after_title.list.first()).otherwise(forenames))).alias("forename"),
        pl.coalesce("surname", surname).alias("surname"),
    )
    parts = pl.col("forename").str.splitn(" ", 2)
    return records.with_columns(
        parts.struct.field("field_0").alias("forename"),
        pl.coalesce("middle_names", blank(parts.struct.field("field_1").str.strip_chars())).alias("middle_names"),
    ).drop("full_name")


def persons(schema, rows):
    """The person records of a source's rows, one table per slot."""
    for person in schema.get("person", []):
        fields = {}
        for field, columns in person["fields"].items():
            columns = [columns] if isinstance(columns, str) else columns
            cells = [value(schema, column) for column in columns if column in rows.columns]
            if cells and field in [*COLUMNS, "full_name"]:
                joined = pl.concat_str(cells, separator=", ", ignore_nulls=True)
                fields[field] = cells[0] if len(cells) == 1 else pl.when(joined != "").then(joined)
        key = [text(column) for column in person.get("key", [])]
        records = rows.select(
            "line",
            pl.lit(person["slot"]).alias("slot"),
            pl.lit(person.get("role", "person")).alias("role"),
            (pl.concat_str(key, separator="/") if key else pl.lit(None, pl.String)).alias("key"),
            *[fields.get(field, pl.lit(None, pl.String)).alias(field) for field in [*COLUMNS, "full_name"]],
        )
        yield split_names(records)


def filled(schema):
    """The columns and roles a source can fill."""
    fields = {field for person in schema.get("person", []) for field in person["fields"]}
    if "full_name" in fields:
        fields |= {"title", "forename", "surname"}
    if fields & {"full_name", "forename"}:
        fields.add("middle_names")
    roles = {person.get("role", "person") for person in schema.get("person", [])}
    return [column for column in COLUMNS if column in fields], [role for role in ROLES if role in roles]


def contract(schema):
    """The schema of a source's file among agencies/, as TOML."""
    name, agency, title = (schema["schema"][key] for key in ("name", "agency", "title"))
    columns, roles = filled(schema)
    lines = [
        "# Written by benches/peers/multi_agency.py --schemas.", "", "[schema]", f'name = "{name}"', "version = 1", f'agency = "{agency}"',
        f'title = "{title}: person records, columns parsed"', "", "[file]", f'pattern = "{name}.parquet"', 'kind = "parquet"', "",
        "[delivery]", 'cadence = "on-request"', 'kind = "snapshot"', 'coverage = "population"', "one_per_person = false", "",
        "[agreement]", 'reference = "synthetic data"', 'starts = "1900-01-01"', 'ends = "2999-12-31"', 'purposes = ["benchmark"]', "",
    ]
    for column in ["record_id", *[f"is_{role}" for role in roles], *columns]:
        kind = ['kind = "date"', 'formats = ["%Y-%m-%d"]'] if column == "date_of_birth" else []
        lines += ["[[column]]", f'name = "{column}"', *kind, ""]
    for role in roles:
        lines += ["[[person]]", f'slot = "{role}"', f'role = "{role}"', 'key = "record_id"', f'present_if = "is_{role}"', "", "[person.fields]"]
        lines += [f'{column} = "{column}"' for column in columns] + [""]
    return "\n".join(lines)


def write_schemas(folder):
    """Writes the schema of each source's file."""
    folder.mkdir(parents=True, exist_ok=True)
    for schema_file in sorted((ROOT / "schemas").glob("*.toml")):
        (folder / schema_file.name).write_text(contract(tomllib.loads(schema_file.read_text())))


def chosen_families(truth, entities, wanted):
    """The people of whole families, taken in the order of a hash until they have the wanted number of records."""
    members = pl.read_csv(truth / "members.csv", infer_schema=False).filter(pl.col("primary") == "true").select("family", "person")
    sizes = (
        entities.rename({"entity": "person"}).join(members.unique("person"), on="person", how="left")
        .with_columns(pl.coalesce("family", "person").alias("family"))
        .group_by("person", "family").agg(pl.len().alias("records"))
    )
    families = (
        sizes.group_by("family").agg(pl.col("records").sum())
        .with_columns(pl.col("family").hash(seed=2012).alias("order")).sort("order", "family")
    )
    families = families.with_columns(pl.col("records").cum_sum().alias("so_far"))
    enough = families.filter(pl.col("so_far") <= wanted)
    return sizes.join(enough, on="family", how="semi").select(pl.col("person").alias("entity"))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("county", type=Path, nargs="?")
    arguments.add_argument("out", type=Path, nargs="?")
    arguments.add_argument("--schemas", type=Path, help="only write the schemas of agencies/*.parquet into this folder")
    arguments.add_argument("--records", type=int, help="about so many records: whole families; all without it")
    options = arguments.parse_args()
    if options.schemas:
        return write_schemas(options.schemas)
    if not options.county or not options.out:
        arguments.error("name the county and the folder to write to")
    month = next(path.name for path in sorted(options.county.iterdir()) if path.is_dir() and path.name != "truth")
    truth = options.county / "truth" / month
    (options.out / "agencies").mkdir(parents=True, exist_ok=True)

    schema_files = sorted((ROOT / "schemas").glob("*.toml"))
    known = pl.read_csv(truth / "records.csv", infer_schema=False).with_columns(pl.col("line").cast(pl.UInt32))
    tables, lost = [], 0
    for schema_file in schema_files:
        schema = tomllib.loads(schema_file.read_text())
        source = schema["schema"]["name"]
        path = next((options.county / month).glob(schema["file"]["pattern"]), None)
        if path is None:
            continue
        rows = read(schema, path)
        records = pl.concat(persons(schema, rows))
        entities = known.filter(pl.col("source") == source).select("line", "slot", pl.col("person").alias("entity"))
        whole = len(entities)
        records = records.join(entities, on=["line", "slot"])
        lost += whole - len(records)
        # Test records are nobody.
        records = records.filter(pl.col("entity").is_not_null() & (pl.col("entity") != ""))
        records = records.sort("line", "slot").unique(["role", "key", *COLUMNS], keep="first", maintain_order=True)
        tables.append(records.select(
            pl.lit(source).alias("source"), pl.format("{}.{}", "line", "slot").alias("record_id"), "role", *COLUMNS, "entity",
        ))
    if lost:
        raise SystemExit(f"error: {lost} persons of the truth were not found in the extracts")

    records = pl.concat(tables)
    if options.records:
        records = records.join(chosen_families(truth, records.select("entity"), options.records), on="entity", how="semi")
    records = records.with_columns(pl.concat_str("source", "record_id").hash(seed=10).alias("order")).sort("order", "source", "record_id").drop("order")
    records.select("source", "record_id", "entity", pl.concat_str("source", "record_id", separator="/").alias("record")).write_csv(options.out / "truth.csv")
    records = records.drop("entity")
    records.write_parquet(options.out / "records.parquet", compression="snappy")
    for (source,), table in records.group_by("source"):
        columns, roles = filled(tomllib.loads((ROOT / "schemas" / f"{source}.toml").read_text()))
        roles = [pl.when(pl.col("role") == role).then(pl.lit("Y")).alias(f"is_{role}") for role in roles]
        table.select("record_id", *roles, *columns).write_parquet(options.out / "agencies" / f"{source}.parquet", compression="snappy")
    print(f"{len(records)} records of {records['source'].n_unique()} sources in {options.out}")


if __name__ == "__main__":
    main()
