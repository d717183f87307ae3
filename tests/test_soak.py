"""The soak from end to end in a few seconds, and its judgement on made-up memories."""

import csv
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.soak.watch import Sample, Watched, table
from tests.processes import ROOT, Process, eventually

SMALL = ["--embedded", "--boards", "5", "--dashboards", "3", "--every", "1"]


def seen(kib_at: Callable[[float], float], *, minutes: int = 60, most_kib: int | None = None) -> Watched:
    """A process looked at every ten seconds."""
    samples = [
        Sample(after_s, round(kib_at(after_s)), 50, 0.01 * after_s)
        for after_s in range(0, 60 * minutes + 1, 10)
    ]
    return Watched("server", 1, most_kib, samples)


def test_memory_that_stays_or_only_wavers_is_flat() -> None:
    assert seen(lambda after_s: 80_000).verdict() == "flat"
    assert seen(lambda after_s: 80_000 + 3_000 * (after_s % 300 > 150)).verdict() == "flat"


def test_filling_up_at_the_beginning_is_no_growth() -> None:
    assert seen(lambda after_s: 80_000 + 100 * min(after_s, 170)).verdict() == "flat"


@pytest.mark.parametrize("kib_per_minute", [100, 1_000])
def test_memory_that_goes_on_growing_is_found_out(kib_per_minute: int) -> None:
    watched = seen(lambda after_s: 80_000 + kib_per_minute * after_s / 60)
    assert watched.kib_per_minute() == pytest.approx(kib_per_minute, rel=0.01)
    assert watched.verdict() == "GROWS"
    assert "GROWS" in table([watched])


def test_a_large_process_may_not_grow_by_more_a_minute_than_a_small_one() -> None:
    assert seen(lambda after_s: 4_000_000 + 100 * after_s / 60).verdict() == "GROWS"


def test_a_cache_is_judged_by_its_bound() -> None:
    assert seen(lambda after_s: 80_000 + after_s, most_kib=90_000).verdict() == "bounded"
    assert seen(lambda after_s: 80_000 + 3 * after_s, most_kib=90_000).verdict() == "GROWS"


def test_two_minutes_tell_nothing() -> None:
    assert seen(lambda after_s: 80_000 + 1_000 * after_s, minutes=2).verdict() == "too short to tell"


@pytest.fixture
def small_soak(tmp_path: Path) -> Iterator[Process]:
    """One that has begun and would go on for an hour."""
    soak = Process("soak", [sys.executable, "-m", "benchmarks.soak", *SMALL], folder=tmp_path)
    soak.launch()
    yield soak
    soak.kill()


def test_a_short_soak_counts_every_reading_in_the_database(tmp_path: Path) -> None:
    file = tmp_path / "samples.csv"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", *SMALL, "--minutes", "0.05", "--samples", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| server |" in done.stdout
    assert "Memory: too short to tell. Readings: exact. Dashboards: served. Logs: clean." in done.stdout
    last = list(csv.DictReader(file.read_text().splitlines()))[-1]
    sent = int(last["sent"])
    # Five boards once a second for three seconds, as long as the machine keeps up.
    assert 0 < sent <= 20
    assert int(last["frames"]) > 0
    assert f"{sent:,} readings sent, {sent:,} acknowledged, {sent:,} in the database." in done.stdout
    assert "3 dashboards came" in done.stdout


def test_one_that_is_interrupted_says_what_was_seen_so_far(small_soak: Process) -> None:
    eventually(lambda: "The soak has begun" in small_soak.output(), 60)
    small_soak.send_signal(signal.SIGINT)
    eventually(lambda: not small_soak.alive, 60)
    assert "Cut short" in small_soak.output()
    assert "Readings: exact." in small_soak.output()
    assert small_soak.status == 0, small_soak.output()
