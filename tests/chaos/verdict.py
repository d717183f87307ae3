"""What is asked at the end: is everything stored once, does every dashboard show it, did anything stumble."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.dashboard import Dashboard
from tests.chaos.faults import Done
from tests.chaos.picture import CORRECTION, Difference, Values, row
from tests.chaos.stack import Stack
from tests.processes import Process
from tests.reconcile import TIME_BITS, Verdict, reconcile

Stored = dict[str, dict[int, dict[str, float]]]
TIME_MASK = (1 << TIME_BITS) - 1
MINUTE_MS = 60_000
# A publisher's own traceback counts as a server's does.
PYTHON = ("server", "worker", "publisher")


@dataclass
class Outcome:
    """`wrong` is all that must not be, in words: a run without any is good."""

    boards: dict[str, Verdict] = field(default_factory=dict)
    differences: dict[str, dict[str, Difference]] = field(default_factory=dict)
    dashboards: list[Dashboard] = field(default_factory=list)
    faults: list[Done] = field(default_factory=list)
    passed_over: int = 0
    memory: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    on_page: int | None = None

    def total(self, what: str) -> int:
        return sum(len(getattr(verdict, what)) for verdict in self.boards.values())

    @property
    def taken(self) -> int:
        return sum(verdict.taken for verdict in self.boards.values())


def read_store(stack: Stack) -> Stored:
    """All readings by device and time. Blocks for a while."""
    names = {number: name for name, number in stack.numbers.items()}
    stored: Stored = defaultdict(dict)
    for key, values in stack.stored():
        stored[names[key >> TIME_BITS]][key & TIME_MASK] = values
    return stored


def wrong_minutes(stack: Stack, over_ms: int) -> list[str]:
    """The minutes that ended before a time, in ms, and are not as all their readings at once would give them."""
    expected = _minutes(stack.stored(), over_ms)
    rolled_up: dict[int, Any] = dict(stack.minutes())
    there = {key: one for key, one in rolled_up.items() if (key & TIME_MASK) + MINUTE_MS <= over_ms}
    names = {number: name for name, number in stack.numbers.items()}
    return [
        f"{names[key >> TIME_BITS]} has a wrong minute {key & TIME_MASK}: {there.get(key)}, not {expected.get(key)}"
        for key in sorted({*expected, *there})
        if not _is_same(there.get(key), expected.get(key))
    ]


def _minutes(rows: Iterable[tuple[int, dict[str, float]]], over_ms: int) -> dict[int, dict[str, list[float]]]:
    minutes: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for key, values in rows:
        start_ms = (key & TIME_MASK) // MINUTE_MS * MINUTE_MS
        if start_ms + MINUTE_MS <= over_ms:
            for name, value in values.items():
                minutes[key - (key & TIME_MASK) + start_ms][name].append(value)
    return minutes


def _is_same(rolled_up: dict[str, Any] | None, readings: dict[str, list[float]] | None) -> bool:
    """Count, least and greatest of each metric; what they mean for angles is tested elsewhere."""
    if rolled_up is None or readings is None:
        return rolled_up is readings
    counts = {name: len(values) for name, values in readings.items()}
    return {name: parts[0] for name, parts in rolled_up.items()} == counts and all(
        len(parts) > 4 or (parts[2], parts[3]) == (min(readings[name]), max(readings[name]))
        for name, parts in rolled_up.items()
    )


def reconcile_boards(stack: Stack, stored: Stored) -> dict[str, Verdict]:
    return {
        name: reconcile(publisher.record, stored[name].values())
        for name, publisher in stack.publishers.items()
    }


def differences(dashboard: Dashboard, stored: dict[str, dict[int, Values]]) -> dict[str, Difference]:
    """By device; empty when the dashboard shows all that is stored since it opened, and nothing else."""
    since_ms = dashboard.backfill.opened_ms
    compared = {
        device: dashboard.picture.difference(device, stored[device], since_ms) for device in dashboard.online
    }
    return {device: difference for device, difference in compared.items() if difference}


def as_sentences(differences: dict[str, dict[str, Difference]]) -> list[str]:
    return [
        f"{name} shows {device} wrongly: {difference}"
        for name, devices in differences.items()
        for device, difference in devices.items()
    ]


def as_rows(stored: Stored) -> dict[str, dict[int, Values]]:
    rows = {
        device: {time_ms: row(values) for time_ms, values in readings.items()}
        for device, readings in stored.items()
    }
    return defaultdict(dict, rows)


def misdated(stored: Stored) -> Iterable[str]:
    """Boards that took their clock, which is right, for wrong."""
    for device, readings in stored.items():
        corrections = [values[CORRECTION] for values in readings.values() if CORRECTION in values]
        if corrections:
            yield f"{device} dated {len(corrections)} readings wrongly, by up to {max(corrections, key=abs):g} ms"


def tracebacks(stack: Stack) -> Iterable[str]:
    """Which process wrote how many."""
    for part in stack.parts:
        if isinstance(part.target, Process) and part.kind in PYTHON:
            count = part.target.output().count("Traceback")
            if count:
                yield f"{part.name} wrote {count} tracebacks ({part.target.log})"


def memory(process: Process) -> str:
    """Now, and the most it ever was since its last start (Linux)."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return "not told by this system"
    kib = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status.read_text(), re.MULTILINE))
    return f"now {int(kib['VmRSS']) / 1024:.0f} MiB, at most {int(kib['VmHWM']) / 1024:.0f} MiB"
