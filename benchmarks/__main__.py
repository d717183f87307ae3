"""`python -m benchmarks`: measure, print the table, stop everything that was started."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import cpu, dashboards, history, ingest, report
from benchmarks.sizes import FULL, QUICK, YEAR
from benchmarks.viewers import raise_file_limit

PARTS = {"fanout": dashboards.run, "ingest": ingest.run, "history": history.run}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Sense Live beside the usual ways."
    )
    parser.add_argument("--quick", action="store_true", help="about a minute, rough figures")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument("--database", choices=FULL.databases, help="ingest and history on one database alone")
    parser.add_argument("--year", action="store_true", help="a year of history: hours, and 10 GB of disk")
    parser.add_argument("--window", type=float, metavar="SECONDS", help="the length of one measurement")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all samples to a file")
    return parser.parse_args()


def main() -> int:
    options = parse()
    sizes = QUICK if options.quick else FULL
    if options.window:
        sizes = sizes._replace(window_s=options.window)
    if options.database:
        sizes = sizes._replace(databases=(options.database,))
    if options.year:
        sizes = sizes._replace(history=YEAR)
    raise_file_limit()
    start = time.monotonic()
    rows: list[report.Row] = []
    notes: list[str] = []
    for name in [options.only] if options.only else PARTS:
        print(f"Measuring {name}…", file=sys.stderr, flush=True)
        try:
            with tempfile.TemporaryDirectory() as folder:
                more, remarks = PARTS[name](Path(folder), sizes)
        except cpu.NoProcFileSystem as error:
            more, remarks = [], [str(error)]
        print("\n".join([report.table(more), *remarks, ""]), flush=True)
        rows += more
        notes += remarks
    seconds = time.monotonic() - start
    print(f"Measured in {seconds:.0f} s.")
    if options.json:
        report.write_json(options.json, rows, notes, seconds=seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
