"""A value set in the Sense HAT emulator shows in Chromium: emulator, publisher, server and page, all of them real."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import Dashboard
from tests.home import Home
from tests.processes import ROOT, eventually

pytest_plugins = ["tests.browser_fixtures"]


class Emulator:
    """The emulated board's chips, set from outside; one for the whole machine, so another may have to end first."""

    def __init__(self, **values: float) -> None:
        command = [sys.executable, "-m", "utils.publisher.tests.emulate"]
        command += [f"--{name}={value}" for name, value in values.items()]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._await("ready", timeout_s=120)

    def set(self, **values: float) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(values) + "\n")
        self._await("set", timeout_s=20)

    def _await(self, word: str, timeout_s: float) -> None:
        assert self._process.stdout
        ready, _, _ = select.select([self._process.stdout], [], [], timeout_s)
        assert ready, f"the emulator did not say {word!r} within {timeout_s} s"
        assert self._process.stdout.readline().strip() == word

    def close(self) -> None:
        self._process.communicate(timeout=20)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    emulator = Emulator(temperature=23.4, humidity=45, pressure=1010)
    yield emulator
    emulator.close()


def shows(dashboard: Dashboard, device: str, metric: str, value: float) -> None:
    """In the tile, in what the page holds and in what the chart was given; within the emulated chip's steps."""
    expect(dashboard.tile(device, metric)).to_have_text(f"{value:.1f}")
    eventually(lambda: dashboard.series(device, metric)[-1][1] == pytest.approx(value, abs=0.02))
    eventually(lambda: dashboard.drawn(device, metric)[-1][1] == pytest.approx(value, abs=0.02))


def test_a_value_set_in_the_emulator_shows_in_tile_and_chart(
    emulator: Emulator, home: Home, dashboard: Dashboard
) -> None:
    home.server.add_device("attic")
    dashboard.page.goto(home.link)
    with home.publisher("--sensor", "emulator"):
        shows(dashboard, "kitchen", "temperature", 23.4)
        shows(dashboard, "kitchen", "humidity", 45.0)
        shows(dashboard, "kitchen", "pressure", 1010.0)
        emulator.set(temperature=31.7, humidity=61.5)
        shows(dashboard, "kitchen", "temperature", 31.7)
        shows(dashboard, "kitchen", "humidity", 61.5)
        shows(dashboard, "kitchen", "pressure", 1010.0)
    assert dashboard.series("attic") == []
    values = [value for _, value in dashboard.series("kitchen")]
    assert values == pytest.approx([23.4 if value < 27 else 31.7 for value in values], abs=0.02)
