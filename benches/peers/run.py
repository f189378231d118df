"""Splink, recordlinkage and fwt on the same data on the same machine, scored by one scorer, in one table.

    python run.py FWT DATA [--multi-agency 100k=FOLDER 1m=FOLDER …] [--work FOLDER] [--only DATASET …]

FWT is the built program; DATA holds the public data sets in folders fake_1000, febrl3, febrl4, historical_50k; each multi-agency folder was made by
multi_agency.py. Each tool runs in a process of its own: seconds are from the files to the clusters (for fwt the whole process, up to the published
run), peak memory is the process's largest resident set.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

import datasets
from score import score

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
THRESHOLDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999, 0.9999, 0.99999, 0.999999]

# Fields of the multi-agency records that Splink does better without: what a home shares is counted as if it were independent.
LEFT_OUT = [["telephone", "email"], ["telephone", "email", "address", "uprn"]]


def child(command, log):
    """Runs a command; wall seconds and peak resident memory in GiB."""
    started = time.monotonic()
    with open(log, "w") as out:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"error: {command[0]} failed\nhint: see {log}")
    return time.monotonic() - started, usage.ru_maxrss / 1024 / 1024


def best_over_thresholds(records, pairs):
    """The best pairwise F1 that connected components reach at any threshold, and that threshold."""
    best = (0.0, None)
    for threshold in THRESHOLDS:
        kept = pairs[pairs["probability"] >= threshold]
        graph = coo_matrix((np.ones(len(kept)), (kept["left"], kept["right"])), shape=(len(records), len(records)))
        found = connected_components(graph, directed=False)[1]
        best = max(best, (score(records["entity"], found, resamples=1)["f1"], threshold), key=lambda result: result[0])
    return best


def labels(records, clusters):
    """The cluster of each record; a record that no cluster names is alone."""
    found = records["record"].map(clusters.drop_duplicates("record").set_index("record")["cluster"])
    return found.fillna("alone " + records["record"])


def splink(name, folder, work, records, *options):
    """Splink at 0.95, and its best threshold."""
    out = work / f"splink_{name}_{'_'.join(options[1:])}"
    _, memory = child([sys.executable, HERE / "splink_models.py", name, folder, out, *options], work / "splink.log")
    times = json.loads((out / "time.json").read_text())
    figures = score(records["entity"], labels(records, pd.read_parquet(out / "clusters.parquet")))
    best, threshold = best_over_thresholds(records, pd.read_parquet(out / "pairs.parquet"))
    model = "its documentation's model" if datasets.kind(name) != "multi_agency" else "hand-made, all fields"
    model += f" but {', '.join(options[1:])}" if options else ""
    return {"tool": f"Splink, {model}", **figures, "best": best, "at": threshold, "seconds": times["seconds"], "pairs": times["pairs"], "memory": memory}


def recordlinkage(name, folder, work, records):
    """recordlinkage's ECM classifier, connected components."""
    out = work / f"recordlinkage_{name}"
    _, memory = child([sys.executable, HERE / "recordlinkage_ecm.py", folder, out], work / "recordlinkage.log")
    times = json.loads((out / "time.json").read_text())
    figures = score(records["entity"], labels(records, pd.read_parquet(out / "clusters.parquet")))
    return {"tool": "recordlinkage, ECM", **figures, "seconds": times["seconds"], "pairs": times["pairs"], "memory": memory}


def fwt(program, name, folder, work, records):
    """fwt link with nothing configured."""
    pipeline, below = datasets.PIPELINES[datasets.kind(name)]
    data = folder / below if datasets.kind(name) == "multi_agency" else folder
    out = work / f"fwt_{name}"
    shutil.rmtree(out, ignore_errors=True)
    command = [program, "link", ROOT / "pipelines" / "benchmarks" / f"{pipeline}.toml", "--data", data, "--out", out]
    seconds, memory = child(command, work / "fwt.log")
    published = out / "runs" / (out / "CURRENT").read_text().split()[0]
    persons = pd.read_parquet(published / "persons.parquet", columns=["source", "record_id", "person_id"])
    record = persons["source"] + "/" + persons["record_id"] if datasets.kind(name) == "multi_agency" else persons["record_id"]
    found = labels(records, pd.DataFrame({"record": record, "cluster": persons["person_id"]}))
    pairs = json.loads((published / "run.json").read_text())["model"]["compared_pairs"]
    return {"tool": "fwt, nothing configured", **score(records["entity"], found), "seconds": seconds, "pairs": pairs, "memory": memory}


def line(name, result):
    """A row of the table."""
    best = f"{result['best']:.4f} at {result['at']}" if "best" in result else "—"
    return (
        f"| {name} | {result['tool']} | {result['f1']:.4f} ({result['low']:.4f}–{result['high']:.4f}) | {best} | {result['precision']:.4f} | "
        f"{result['recall']:.4f} | {result['b_cubed']:.4f} | {result['seconds']:.1f} | {result['pairs']:,} | {result['memory']:.2f} |"
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("fwt", type=Path)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--multi-agency", nargs="*", default=[], metavar="NAME=FOLDER")
    arguments.add_argument("--work", type=Path, default=Path("peers_work"))
    arguments.add_argument("--only", nargs="*")
    arguments.add_argument("--only-fwt", action="store_true", help="leave the peers out")
    options = arguments.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    folders = {name: options.data / name for name in ["fake_1000", "febrl3", "febrl4", "historical_50k"]}
    folders |= {f"multi_agency_{name}": Path(folder) for name, folder in (entry.split("=", 1) for entry in options.multi_agency)}
    print("| data set | tool, model | F1 of clusters (95% interval) | best threshold | precision | recall | B³ | seconds | pairs | GiB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, folder in folders.items():
        if options.only and name not in options.only:
            continue
        records = datasets.load(name, folder)[["record", "entity"]]
        if not options.only_fwt:
            print(line(name, splink(name, folder, options.work, records)), flush=True)
            if datasets.kind(name) == "multi_agency":
                for fields in LEFT_OUT:
                    print(line(name, splink(name, folder, options.work, records, "--leave-out", *fields)), flush=True)
            if name == "febrl3":
                print(line(name, recordlinkage(name, folder, options.work, records)), flush=True)
        print(line(name, fwt(options.fwt, name, folder, options.work, records)), flush=True)


if __name__ == "__main__":
    main()
