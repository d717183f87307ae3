"""Any span of history: from the rollups, beside aggregating the readings when they are asked for."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.report import Promise, Row
from benchmarks.sizes import Sizes
from tests.processes import ROOT
from tests.servers import new_database

PATIENCE_S = 4 * 3600
MEDIAN = Promise("≤ 50 ms", most_ours=50)
WORST = Promise("≤ 100 ms", most_ours=100)


def run(folder: Path, sizes: Sizes) -> tuple[list[Row], list[str]]:
    """A row for each span's median and its 95th percentile, and what there was to look through."""
    rows: list[Row] = []
    notes: list[str] = []
    for name in sizes.databases:
        place = folder / name
        place.mkdir()
        with new_database(name, place) as url:
            filled = _ask(url, "fill", *sizes.history)
            spans = _ask(url, "measure", sizes.history[0], sizes.repeats)
        rows += _rows(name, spans)
        notes.append(_note(name, filled, sizes))
    return rows, notes


def _ask(url: str, *what: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.spans", *map(str, what)]
    env = {**os.environ, "DATABASE_URL": url, "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "learndj.settings"}
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, f"benchmarks.spans failed:\n{done.stderr[-4000:]}"
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _rows(name: str, spans: dict[str, Any]) -> Iterator[Row]:
    for span, found in spans.items():
        what = f"{name}, {span} ({found['resolution']}, ≤ {found['points']:,} points)"
        for part, promise in (("ours", MEDIAN), ("p95", WORST)):
            suffix = ", median" if part == "ours" else ", 95 of 100 within"
            yield Row(
                what + suffix,
                "ms",
                found[part],
                "raw readings",
                found["theirs"],
                promise,
                less_is_better=True,
            )


def _note(name: str, filled: dict[str, float], sizes: Sizes) -> str:
    one, others, each = sizes.history
    rate = filled["readings"] / filled["store_s"]
    there = f"{one:g} days of one board, {each:g} of {others} others"
    return (
        f"{name}: {filled['readings']:,.0f} readings, one a second: {there}; "
        f"stored at {rate:,.0f} /s, rolled up in {filled['roll_up_s']:,.0f} s."
    )
