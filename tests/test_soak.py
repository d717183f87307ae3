"""The soak from end to end in a few seconds, and its judgement on made-up memories."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from benchmarks.soak.watch import Sample, Watched, table
from tests.processes import ROOT

HOUR_S = 3600


def seen(kib_at: Callable[[float], float], *, most_kib: int | None = None) -> Watched:
    """A process looked at every ten seconds for an hour."""
    samples = [
        Sample(after_s, round(kib_at(after_s)), 50, 0.01 * after_s) for after_s in range(10, HOUR_S + 1, 10)
    ]
    return Watched("server", 1, most_kib, samples)


def test_memory_that_stays_or_only_wavers_is_flat() -> None:
    assert seen(lambda after_s: 80_000).is_flat()
    assert seen(lambda after_s: 80_000 + 3_000 * (after_s % 300 > 150)).is_flat()


def test_filling_up_at_the_beginning_is_no_growth() -> None:
    assert seen(lambda after_s: 80_000 + 100 * min(after_s, 170)).is_flat()


@pytest.mark.parametrize("kib_per_minute", [100, 1_000])
def test_memory_that_goes_on_growing_is_found_out(kib_per_minute: int) -> None:
    watched = seen(lambda after_s: 80_000 + kib_per_minute * after_s / 60)
    assert not watched.is_flat()
    assert watched.kib_per_minute() == pytest.approx(kib_per_minute, rel=0.01)
    assert "GROWS" in table([watched])


def test_a_cache_is_judged_by_its_bound() -> None:
    assert seen(lambda after_s: 80_000 + after_s, most_kib=90_000).is_flat()
    assert not seen(lambda after_s: 80_000 + 3 * after_s, most_kib=90_000).is_flat()


def test_a_short_soak_counts_every_reading_in_the_database() -> None:
    options = ["--embedded", "--minutes", "0.1", "--boards", "5", "--dashboards", "3", "--every", "2"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    # Whether memory is flat cannot be told in six seconds.
    assert "Readings: exact." in done.stdout, done.stdout + done.stderr
    assert "| server |" in done.stdout
    assert "3 dashboards came" in done.stdout
