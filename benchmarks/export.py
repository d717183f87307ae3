"""`python -m benchmarks.export`: how long files of many readings take out and in, and how much memory."""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.processes import ROOT
from tests.servers import new_database

STEP_MS = 1_000


class Done(NamedTuple):
    """A program that has run: its time, the most memory it had, and what it said."""

    took_s: float
    peak_mib: float
    said: str


def run(command: list[str], url: str) -> Done:
    env = {**os.environ, "DATABASE_URL": url, "REDIS_URL": ""}
    began_s = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as program:
        said = program.stdout.read() if program.stdout else ""
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
    assert program.returncode == 0, f"{command} ended with {program.returncode}: {said}"
    return Done(time.perf_counter() - began_s, usage.ru_maxrss / 1024, said.strip())


def manage(url: str, *arguments: str) -> Done:
    return run([sys.executable, "manage.py", *arguments], url)


def write(file: Path, count: int) -> None:
    """One reading a second of three metrics up to now, as a logger writes them."""
    end_ms = time.time_ns() // 1_000_000
    with file.open("w") as content:
        content.write("timestamp,temperature,humidity,pressure\n")
        for time_ms in range(end_ms - count * STEP_MS, end_ms, STEP_MS):
            wave = math.sin(time_ms / 1e7)
            content.write(f"{time_ms},{20 + 5 * wave:.2f},{45 + 10 * wave:.1f},{1010 + 8 * wave:.2f}\n")


def measure(url: str, folder: Path, count: int) -> Iterator[tuple[str, Done, int]]:
    """What was done, how, and with how many bytes."""
    manage(url, "migrate", "--verbosity", "0")
    manage(url, "device", "add", "board")
    yield "export of nothing", manage(url, "export", "board", "--output", str(folder / "nothing")), 0
    source = folder / "source.csv"
    write(source, count)
    yield "import, all new", manage(url, "import", str(source), "--device", "board"), source.stat().st_size
    for form in ("csv", "ndjson", "parquet"):
        file = folder / f"board.{form}"
        done = manage(url, "export", "board", "--format", form, "--output", str(file))
        yield f"export, {form}", done, file.stat().st_size
    for form in ("csv", "ndjson"):
        file = folder / f"board.{form}"
        done = manage(url, "import", str(file), "--device", "board")
        yield f"import again, {form}", done, file.stat().st_size
    hours = folder / "hours.csv"
    done = manage(url, "export", "board", "--resolution", "hour", "--output", str(hours))
    yield "export of hours, none rolled up", done, hours.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=2_000_000, help="default: 2,000,000")
    parser.add_argument("--database", choices=("sqlite", "mongodb"), default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, new_database(options.database, Path(name)) as url:
        for what, done, size in measure(url, Path(name), options.readings):
            rate = f"{options.readings / done.took_s:9,.0f} /s" if size else " " * 12
            said = done.said.splitlines()[0] if done.said else ""
            line = f"{what:32} {done.took_s:7.1f} s {rate} {done.peak_mib:6.0f} MiB of memory"
            print(f"{line} {size / 2**20:7.1f} MiB of file  {said}", flush=True)


if __name__ == "__main__":
    main()
