"""Runs the test suites one after the other, each closing with one line of counts; fails if any failed."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.programs import mongod_program
from tests.servers import Mongod, RedisServer

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "test-results"


class SuiteUnavailable(Exception):
    """This machine cannot run the suite; the message says why and what to do."""


class Suite(NamedTuple):
    command: list[str]
    folder: Path
    report: Path
    read_counts: Callable[[Path], Counter[str]]


def pytest_suite(name: str, *paths: str) -> Suite:
    report = REPORTS / f"{name}.xml"
    # The closing list names what failed, and why a test was skipped.
    options = ["-q", "-rfEs", "--durations=5", f"--junit-xml={report}"]
    return Suite([sys.executable, "-m", "pytest", *options, *paths], ROOT, report, count_junit)


def vitest_suite(name: str) -> Suite:
    report = REPORTS / f"{name}.json"
    options = ["run", "--reporter=default", "--reporter=json", f"--outputFile.json={report}"]
    command = [str(ROOT / "scripts/with_node.sh"), "node_modules/.bin/vitest", *options]
    return Suite(command, ROOT / "frontend", report, count_vitest)


def count_junit(report: Path) -> Counter[str]:
    # Written by pytest in this very run: no foreign XML.
    cases = ElementTree.parse(report).iter("testcase")  # noqa: S314
    return Counter(_outcome({child.tag for child in case}) for case in cases)


def _outcome(tags: set[str]) -> str:
    if tags & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in tags else "passed"


def count_vitest(report: Path) -> Counter[str]:
    counts = json.loads(report.read_text(encoding="utf-8"))
    skipped = counts["numPendingTests"] + counts["numTodoTests"]
    return Counter(passed=counts["numPassedTests"], failed=counts["numFailedTests"], skipped=skipped)


SUITES = {
    "server-sqlite": pytest_suite("server-sqlite", "liveapp", "learndj"),
    "server-mongodb": pytest_suite("server-mongodb", "liveapp", "learndj"),
    "publisher": pytest_suite("publisher", "utils/publisher"),
    "frontend": vitest_suite("frontend"),
    "whole": pytest_suite("whole", "tests"),
}


@contextmanager
def surroundings(name: str) -> Iterator[dict[str, str]]:
    """The environment of a suite, with the databases it names running."""
    if name == "server-mongodb":
        with mongodb_and_redis() as env:
            yield env
    else:
        # A developer's own settings must not decide what is tested.
        yield {"DATABASE_URL": "", "REDIS_URL": ""}


@contextmanager
def mongodb_and_redis() -> Iterator[dict[str, str]]:
    given = os.environ.get("MONGODB_URL")
    if not given and not mongod_program():
        raise SuiteUnavailable(
            "no mongod for this machine: install MongoDB, or set MONGODB_URL to one for tests"
        )
    with tempfile.TemporaryDirectory() as folder, RedisServer(Path(folder)) as redis_server:
        if given:
            yield {"DATABASE_URL": given, "REDIS_URL": redis_server.url}
            return
        with Mongod(Path(folder)) as mongod:
            yield {"DATABASE_URL": mongod.url, "REDIS_URL": redis_server.url}


def run_suite(name: str) -> Counter[str]:
    suite = SUITES[name]
    suite.report.unlink(missing_ok=True)
    with surroundings(name) as env:
        done = subprocess.run(
            suite.command, cwd=suite.folder, env={**os.environ, **env}, stdin=subprocess.DEVNULL, check=False
        )
    counts = suite.read_counts(suite.report) if suite.report.exists() else Counter()
    return judge(counts, done.returncode)


def judge(counts: Counter[str], status: int) -> Counter[str]:
    """A runner that failed without a failed test, or ran no test at all, counts as one failure."""
    if counts["failed"] == 0 and (status or not counts["passed"]):
        print(f"The runner ended with status {status} after {counts['passed']} passed tests.")
        counts["failed"] = 1
    return counts


def report_suite(name: str) -> bool:
    """Whether the suite is fine; prints its closing line."""
    print(f"\n== {name}", flush=True)
    try:
        counts = run_suite(name)
    except SuiteUnavailable as reason:
        print(f"{name} was skipped: {reason}", flush=True)
        return not os.environ.get("CI")  # where everything must run, a skipped suite is a failure
    print(
        "{}: {passed} passed, {failed} failed, {skipped} skipped".format(name, **_all_three(counts)),
        flush=True,
    )
    return counts["failed"] == 0


def _all_three(counts: Counter[str]) -> dict[str, int]:
    return {outcome: counts[outcome] for outcome in ("passed", "failed", "skipped")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all without one")
    names = parser.parse_args().names or list(SUITES)
    if unknown := set(names) - set(SUITES):
        parser.error(f"there is no suite {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    REPORTS.mkdir(exist_ok=True)
    began = time.monotonic()
    failed = [name for name in names if not report_suite(name)]
    took_s = time.monotonic() - began
    print(f"\n{len(names) - len(failed)} of {len(names)} suites are fine, after {took_s:.0f} s.")
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
