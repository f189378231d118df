"""The data sets as tables of people: one row per record, `record` its name for every tool, `entity` the truth, the rest as the file has it."""

from pathlib import Path

import pandas as pd

# Data set: (pipeline, folder below the data folder that `fwt` reads).
PIPELINES = {
    "fake_1000": ("fake_1000", "fake_1000"),
    "febrl3": ("febrl3", "febrl3"),
    "febrl4": ("febrl4", "febrl4"),
    "historical_50k": ("historical_50k", "historical_50k"),
    "multi_agency": ("multi_agency", "agencies"),
}


def kind(name):
    """multi_agency_1m is of the kind multi_agency."""
    return "multi_agency" if name.startswith("multi_agency") else name


def load(name, folder):
    """All records of a data set."""
    folder = Path(folder)
    if kind(name) == "multi_agency":
        records = pd.read_parquet(folder / "records.parquet")
        truth = pd.read_csv(folder / "truth.csv", dtype=str)
        assert (records["source"].eq(truth["source"]) & records["record_id"].eq(truth["record_id"])).all()
        return records.assign(record=records["source"] + "/" + records["record_id"], entity=truth["entity"])
    if name == "historical_50k":
        table = pd.read_parquet(folder / "historical_50k.parquet")
        return table.assign(record=table["unique_id"].astype(str), entity=table["cluster"].astype(str)).drop(columns=["cluster", "unique_id"])
    files = ["febrl4a.csv", "febrl4b.csv"] if name == "febrl4" else [f"{name}.csv"]
    tables = [pd.read_csv(folder / file, dtype=str).assign(file=file) for file in files]
    table = pd.concat(tables, ignore_index=True)
    key = "unique_id" if "unique_id" in table else "rec_id"
    return table.assign(record=table[key], entity=table["cluster"]).drop(columns=["cluster", key])
