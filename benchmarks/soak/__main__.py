"""`python -m benchmarks.soak`: an hour at 300 readings a second with 200 dashboards that come and go."""

import argparse
import sys
import tempfile
from pathlib import Path

import uvloop

from benchmarks import cpu
from benchmarks.soak.report import tell
from benchmarks.soak.run import Soak, crowd_for, run
from benchmarks.soak.stack import embedded, several
from benchmarks.soak.watch import write_csv
from benchmarks.viewers import raise_file_limit


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=positive, default=60)
    parser.add_argument("--boards", type=at_least_one, default=300, help="each measures once a second")
    parser.add_argument("--dashboards", type=at_least_one, default=200, help="how many are open at any time")
    parser.add_argument("--every", type=positive, default=10, metavar="SECONDS", help="between two samples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--embedded", action="store_true", help="one process with SQLite, as nothing set up")
    parser.add_argument("--samples", type=Path, metavar="FILE", help="write all samples as CSV")
    return parser.parse_args()


def positive(text: str) -> float:
    if not float(text) > 0:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return float(text)


def at_least_one(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return int(text)


def soak(options: argparse.Namespace, folder: Path) -> int:
    """Returns the exit status."""
    with (embedded if options.embedded else several)(folder, options.boards) as stack:
        seen = Soak(stack, crowd_for(stack, seed=options.seed))
        uvloop.run(run(seen, options))
        fine = tell(seen)
    if options.samples:
        write_csv(options.samples, stack.watched, seen.counted)
    return 0 if fine else 1


def main() -> int:
    options = parse()
    cpu.check()
    raise_file_limit()
    with tempfile.TemporaryDirectory() as folder:
        try:
            return soak(options, Path(folder))
        except KeyboardInterrupt:
            print("Stopped before it began.")
            return 1


if __name__ == "__main__":
    sys.exit(main())
