"""The files around the data of a shape: the beginning of a schema, and a pipeline without settings."""

SCHEMA = """[schema]
name = "{name}"
version = 1
agency = "{name}"
title = "{name}"

[file]
pattern = "{name}.{kind}"
kind = "{kind}"

[delivery]
cadence = "on-request"
kind = "snapshot"
coverage = "population"
one_per_person = false

[agreement]
reference = "test"
starts = "1900-01-01"
ends = "2999-12-31"
purposes = ["benchmark"]

"""


def pipeline(name, sources):
    """The pipeline of these sources."""
    schemas = "".join(f'  "schemas/{source}.toml",\n' for source in sources)
    return f'[pipeline]\nname = "{name}"\ntitle = "{name}"\nmonth = "2019-06"\nschemas = [\n{schemas}]\n\n[link]\n'
