"""`python -m tests.rollup_kills`: the rollups are right after any number of kills, on SQLite and on MongoDB."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.processes import ROOT
from tests.rollup_kills.run import run
from tests.servers import new_database


def migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env={"DATABASE_URL": url}, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.rollup_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="on each database (100)")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="of the plan of kills")
    options = parser.parse_args()
    good = True
    for engine in ("SQLite", "MongoDB"):
        with tempfile.TemporaryDirectory() as folder, new_database(engine, Path(folder)) as url:
            migrate(url)
            verdict = run(Path(folder), url, kills=options.kills, seed=options.seed)
        good &= verdict.good
        print(f"{'GOOD' if verdict.good else 'BAD'}: {engine}, seed {options.seed}: {verdict}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
