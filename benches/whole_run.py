"""The whole run on synthetic counties of 100,000 and 1,000,000 person records, and 10,000,000 where asked: seconds, records a second, peak memory.

    python3 benches/whole_run.py target/release/fwt WORK [--ten-million] [--cores 1 2]

Makes each county with `fwt synth` in WORK (kept, so that it is made once) and runs `fwt link` from the agencies' extracts to the published persons and
links, once for each number of cores. Needs nothing but Python.
"""

import argparse
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

PIPELINE = Path(__file__).resolve().parents[1] / "pipelines" / "lincolnshire.toml"
MONTH = "2012-10"
# A county of so many people gives about twice as many person records.
PEOPLE = {"100k": 48_000, "1M": 480_000, "10M": 4_800_000}


def measured(command, cores):
    """Runs a command on so many cores; wall seconds and peak resident memory in GiB."""
    started = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, range(cores))
    )
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"error: {command[0]} {command[1]} failed")
    return time.monotonic() - started, usage.ru_maxrss / 1024 / 1024


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("fwt", type=Path)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--ten-million", action="store_true")
    arguments.add_argument("--cores", type=int, nargs="*", default=[os.cpu_count()])
    options = arguments.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    print("| county | cores | person records | seconds | records/s | pairs compared per record | peak GiB |\n|---|---|---|---|---|---|---|")
    for name in ["100k", "1M"] + (["10M"] if options.ten_million else []):
        county = options.work / f"county_{name}"
        if not county.exists():
            subprocess.run([options.fwt, "synth", "--out", county, "--people", str(PEOPLE[name]), "--start", MONTH], check=True, stdout=subprocess.DEVNULL)
        for cores in options.cores:
            out = options.work / f"out_{name}_{cores}"
            shutil.rmtree(out, ignore_errors=True)
            seconds, memory = measured([options.fwt, "link", PIPELINE, "--month", MONTH, "--data", county, "--out", out], cores)
            run = json.loads((out / "runs" / (out / "CURRENT").read_text().split()[0] / "run.json").read_text())
            records = run["counts"]["person_records"]
            pairs = run["model"]["compared_pairs"] / records
            print(f"| {name} | {cores} | {records:,} | {seconds:.1f} | {records / seconds:,.0f} | {pairs:.1f} | {memory:.2f} |", flush=True)


if __name__ == "__main__":
    main()
