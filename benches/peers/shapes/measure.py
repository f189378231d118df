"""Links scenarios of shapes.py without settings and scores them against their truth, in one table.

What comes in: the built program and a folder that shapes.py wrote; without a scenario, all in it. What goes out: a Markdown table with the
pairwise precision, recall and F1 of the clusters (by the scorer of all peers), the expected calibration error of the probabilities, the
share of true pairs that were compared at all, how many pairs were compared per record, and which fields of which feeds the program called at odds. What always holds: a record that the program
lost counts as a person of its own, and is reported; the program's files lie in DIR/SCENARIO/out, of the last measurement only.

    python measure.py FWT DIR [SCENARIO...]
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

sys.path.append(str(Path(__file__).resolve().parents[1]))
from score import score  # noqa: E402  (it lies in the folder above)

HEADER = ["scenario", "records", "precision", "recall", "F1", "calibration error", "recall of candidates", "pairs per record", "feeds at odds"]


def run(command):
    """Runs the program; what it printed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"error: {command[0]} {command[1]} failed\n{(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def measure(fwt, folder):
    """The row of a scenario."""
    out, inputs = folder / "out", [folder / "pipeline.toml", folder / "data"]
    shutil.rmtree(out, ignore_errors=True)
    run([fwt, "link", inputs[0], "--data", inputs[1], "--out", out])
    published = out / "runs" / (out / "CURRENT").read_text().split()[0]
    persons = pd.read_parquet(published / "persons.parquet", columns=["source", "record_id", "person_id"])
    truth = pd.read_csv(folder / "truth.csv", dtype=str)
    records = truth.merge(persons.drop_duplicates(["source", "record_id"]), on=["source", "record_id"], how="left")
    lost = records["person_id"].isna()
    if lost.any():
        print(f"warning: {folder.name}: {lost.sum()} records are in no person", file=sys.stderr)
    found = records["person_id"].fillna("alone " + records["source"] + "/" + records["record_id"])
    scores = score(records["entity"], found, resamples=1)
    report = json.loads(run([
        fwt, "evaluate", out, "--truth", folder / "truth.csv", "--source", "source", "--pipeline", inputs[0], "--data", inputs[1], "--json",
    ]))
    candidates = report["candidates"] or {}
    calibration = report["linkage"]["calibration"] or {}
    shares = [scores["precision"], scores["recall"], scores["f1"], calibration.get("expected_error"), candidates.get("recall")]
    per_record = candidates.get("per_record")
    agreement = pd.read_parquet(published / "feed_agreement.parquet", columns=["source", "field", "at_odds"])
    at_odds = [f"{line.source}: {line.field}" for line in agreement[agreement["at_odds"]].itertuples()]
    return [
        folder.name, f"{len(records):,}", *("–" if share is None else f"{share:.4f}" for share in shares),
        "–" if per_record is None else f"{per_record:.1f}", ", ".join(at_odds) or "–",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fwt", type=Path, metavar="FWT")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO")
    options = parser.parse_args()
    names = options.scenario or sorted(path.parent.name for path in options.folder.glob("*/pipeline.toml"))
    missing = [name for name in names if not (options.folder / name / "pipeline.toml").exists()]
    if missing or not names:
        hint = f"make it with shapes.py SCENARIO --out {options.folder}"
        raise SystemExit(f"error: {options.folder} has no scenario {', '.join(missing)}".rstrip() + f"\nhint: {hint}")
    print("| " + " | ".join(HEADER) + " |\n|" + "---|" * len(HEADER))
    for name in names:
        print("| " + " | ".join(measure(options.fwt.resolve(), options.folder / name)) + " |", flush=True)


if __name__ == "__main__":
    main()
