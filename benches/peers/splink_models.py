"""Splink on one data set with the model of its own documentation; for the multi-agency records fourteen hand-made rules and all fields.

    python splink_models.py DATASET FOLDER OUT [--leave-out FIELD …]

writes OUT/pairs.parquet (every scored pair: left, right, probability; positions of records), OUT/clusters.parquet (record, cluster at 0.95) and OUT/time.json.
The models are those of docs/demos (examples accuracy_analysis_from_labels_column, febrl3, febrl4 "detailed", deduplicate_50k_synthetic) of Splink 5.0.0.
"""

import argparse
import json
import time
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

import datasets

THRESHOLD = 0.95


def fake_1000():
    """Example accuracy_analysis_from_labels_column: the stronger of the two models the documentation has for these data."""
    return {
        "rules": [block_on(column) for column in ["first_name", "surname", "dob", "email"]],
        "comparisons": [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        "deterministic": [
            "l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
            "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
            "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
            "l.email = r.email",
        ],
        "recall": 0.7,
        "u": {"max_pairs": 1e6, "seed": 5},
        "em": [block_on("dob"), block_on("email"), block_on("first_name", "surname")],
        "without_term_frequencies": True,
    }


def febrl3():
    """Example febrl3."""
    return {
        "rules": [block_on(column) for column in ["soc_sec_id", "given_name", "surname", "date_of_birth", "postcode"]],
        "comparisons": [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        "deterministic": [
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
            "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
        ],
        "recall": 0.9,
        "u": {"max_pairs": 1e6, "seed": 2},
        "em": [block_on("date_of_birth"), block_on("postcode")],
    }


def febrl4():
    """Example febrl4, the detailed model."""
    return {
        "rules": [
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        "comparisons": [
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        "deterministic": [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        "recall": 0.8,
        "u": {"max_pairs": 1e6},
        "em": [block_on("date_of_birth"), block_on("postcode")],
        "without_term_frequencies": True,
    }


def historical_50k():
    """Example deduplicate_50k_synthetic, ten rules."""
    return {
        "rules": [
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        "comparisons": [
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="whole_name"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        "deterministic": [
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            block_on("dob", "postcode_fake"),
        ],
        "recall": 0.6,
        "u": {"max_pairs": 1e7},
        "em": [block_on("first_name", "surname"), block_on("dob")],
        "without_term_frequencies": True,
        "prepare": "*, first_name || ' ' || surname as whole_name",
    }


def multi_agency(leave_out=()):
    """Fourteen hand-made rules and every field, in the manner of the documentation's models. Splink tells the parts of a postcode by its space."""
    rules = [
        (block_on("nhs_number"), set()),
        (block_on("nino"), set()),
        (block_on("upn"), set()),
        (block_on("forename", "surname", "date_of_birth"), set()),
        (block_on("surname", "date_of_birth"), set()),
        (block_on("forename", "date_of_birth"), set()),
        (block_on("forename", "surname", "postcode"), {"postcode"}),
        (block_on("forename", "postcode"), {"postcode"}),
        (block_on("surname", "postcode", "substr(forename,1,1)"), {"postcode"}),
        (block_on("date_of_birth", "postcode"), {"postcode"}),
        (block_on("forename", "uprn"), {"uprn"}),
        (block_on("substr(forename,1,3)", "substr(surname,1,4)", "substr(date_of_birth,1,4)"), set()),
        (block_on("forename", "telephone"), {"telephone"}),
        (block_on("email"), {"email"}),
    ]
    comparisons = {
        "name": cl.ForenameSurnameComparison("forename", "surname", forename_surname_concat_col_name="whole_name"),
        "date_of_birth": cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
        "sex": cl.ExactMatch("sex"),
        "postcode": cl.PostcodeComparison("postcode"),
        "address": cl.JaroWinklerAtThresholds("address", [0.95, 0.88]),
        "uprn": cl.ExactMatch("uprn"),
        "nhs_number": cl.DamerauLevenshteinAtThresholds("nhs_number", [1]),
        "nino": cl.DamerauLevenshteinAtThresholds("nino", [1]),
        "upn": cl.DamerauLevenshteinAtThresholds("upn", [1]),
        "telephone": cl.ExactMatch("telephone").configure(term_frequency_adjustments=True),
        "email": cl.EmailComparison("email"),
    }
    return {
        "rules": [rule for rule, fields in rules if not fields & set(leave_out)],
        "comparisons": [comparison for field, comparison in comparisons.items() if field not in leave_out],
        "deterministic": [
            block_on("nhs_number"),
            block_on("nino"),
            block_on("upn"),
            block_on("forename", "surname", "date_of_birth"),
        ],
        "recall": 0.7,
        "u": {"max_pairs": 1e7, "seed": 1},
        "em": [block_on("date_of_birth", "postcode"), block_on("forename", "surname")],
        "without_term_frequencies": True,
        "prepare": """* replace (
            lower(forename) as forename, lower(surname) as surname, regexp_replace(upper(replace(postcode, ' ', '')), '^(.+)(.{3})$', '\\1 \\2') as postcode, lower(address) as address,
            regexp_replace(telephone, '[^0-9]', '', 'g') as telephone, lower(email) as email, upper(substr(replace(nino, ' ', ''), 1, 8)) as nino,
            replace(nhs_number, ' ', '') as nhs_number,
            nullif(date_of_birth, '1900-01-01') as date_of_birth), lower(forename) || ' ' || lower(surname) as whole_name""",
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("dataset")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--leave-out", nargs="*", default=[], help="fields of the multi-agency records not to use")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    kind = datasets.kind(options.dataset)
    records = datasets.load(options.dataset, options.folder)
    names = records["record"].tolist()
    records = records.drop(columns=["entity", "record"]).assign(unique_id=range(len(records)))
    model = multi_agency(options.leave_out) if kind == "multi_agency" else globals()[kind]()
    connection = duckdb.connect()
    connection.execute("set memory_limit = '12GB'")
    connection.register("records", records)
    prepared = connection.sql(f"select {model.get('prepare', '*')} from records").arrow()
    prepared = prepared.read_all() if hasattr(prepared, "read_all") else prepared
    api = DuckDBAPI(connection=connection)
    tables = [prepared]
    if kind == "febrl4":
        import pyarrow.compute as pc
        tables = [prepared.filter(pc.equal(prepared["file"], file)) for file in ["febrl4a.csv", "febrl4b.csv"]]
    settings = SettingsCreator(
        link_type="link_only" if kind == "febrl4" else "dedupe_only",
        blocking_rules_to_generate_predictions=model["rules"],
        comparisons=model["comparisons"],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    registered = [api.register(table) for table in tables]
    linker = Linker(registered if len(registered) > 1 else registered[0], settings)
    linker.training.estimate_probability_two_random_records_match(model["deterministic"], recall=model["recall"])
    linker.training.estimate_u_using_random_sampling(**model["u"])
    for rule in model["em"]:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=model.get("without_term_frequencies", False)
        )
    trained = time.monotonic()
    predicted = linker.inference.predict()
    clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=THRESHOLD)
    clusters = clustered.as_pandas_dataframe()[["unique_id", "cluster_id"]]
    clusters.assign(record=[names[position] for position in clusters["unique_id"]])[["record", "cluster_id"]].rename(
        columns={"cluster_id": "cluster"}).assign(cluster=lambda table: table["cluster"].astype(str)).to_parquet(options.out / "clusters.parquet")
    ended = time.monotonic()
    pairs = predicted.as_pandas_dataframe()[["unique_id_l", "unique_id_r", "match_probability"]]
    pairs.columns = ["left", "right", "probability"]
    pairs.to_parquet(options.out / "pairs.parquet")
    figures = {"seconds": ended - started, "training": trained - started, "pairs": len(pairs)}
    (options.out / "time.json").write_text(json.dumps(figures))


if __name__ == "__main__":
    main()
