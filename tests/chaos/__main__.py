"""`python -m tests.chaos`: everything is killed, cut off, paused and restarted at random; nothing may be lost."""

from __future__ import annotations

import argparse
import logging
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.options import Options
from tests.chaos.report import render
from tests.chaos.run import run


def parse() -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--stack", choices=["full", "embedded"], default=Options.stack)
    parser.add_argument("--mongodb", choices=["replica", "standalone"], default=Options.mongodb)
    parser.add_argument("--minutes", type=float, default=Options.minutes, help="how long faults happen")
    parser.add_argument("--seed", type=int, help="repeats a run's plan of faults; by chance without it")
    parser.add_argument("--publishers", type=int, default=Options.publishers, help="how many boards")
    parser.add_argument("--rate", type=float, default=Options.rate, help="readings a second of each board")
    parser.add_argument(
        "--every-s", type=float, default=Options.every_s, help="mean seconds between two faults"
    )
    parser.add_argument("--at-least", type=int, default=0, help="fail when fewer readings were taken")
    parser.add_argument("--no-page", dest="page", action="store_false", help="without a real browser")
    given = vars(parser.parse_args())
    seed = given.pop("seed")
    return Options(seed=random.SystemRandom().randrange(10**6) if seed is None else seed, **given)


def main() -> int:
    options = parse()
    folder = Path(tempfile.mkdtemp(prefix="sense-live-chaos-"))
    print(
        f"Chaos with seed {options.seed} for {options.minutes:g} minutes; the logs are in {folder}.",
        flush=True,
    )
    logging.basicConfig(filename=folder / "chaos.log", level=logging.INFO, format="%(asctime)s %(message)s")
    outcome = run(options, folder)
    print(render(outcome, options))
    if outcome.wrong:
        print(f"All logs are kept in {folder}. Run it again: python -m tests.chaos --seed {options.seed} …")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
