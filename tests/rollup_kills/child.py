"""What the killed processes do: one stores readings in no order, one rolls them up; a third compares at the end."""

from __future__ import annotations

import json
import random
import sys
import time

import django

django.setup()

from liveapp.bucketing import Timed, of_buckets, of_readings  # noqa: E402
from liveapp.levels import BUCKETS, DAY_MS, Level  # noqa: E402
from liveapp.models import Stale, Touch  # noqa: E402
from liveapp.models.reading import key_of, time_of  # noqa: E402
from liveapp.rollups import Rollups  # noqa: E402
from liveapp.store import Row, pages, rollup_store, store, touching  # noqa: E402
from liveapp.zone import zone  # noqa: E402

DEVICES = (1, 2, 3)
# Long over, so that every bucket is due.
FIRST_MS = 1_760_000_000_000
SPAN_MS = 3 * DAY_MS
# As in earnest, only quicker: nobody lives for long here.
SETTLE_S, touching.REUSED_S, touching.TRUSTED_S = 0.4, 0.1, 0.2


def write(seed: int) -> None:
    """Late, early, again, and contradicting."""
    chance = random.Random(seed)
    while True:
        number = chance.choice(DEVICES)
        begin_ms = FIRST_MS + chance.randrange(SPAN_MS)
        times = [
            begin_ms + chance.randrange(300_000) // 1_000 * 1_000 for _ in range(chance.randrange(1, 40))
        ]
        store().commit([Row(key_of(number, time_ms), _values(chance)) for time_ms in times])


def _values(chance: random.Random) -> dict[str, float]:
    every = {"temperature": chance.randrange(200, 210) / 10, "yaw": float(chance.randrange(360))}
    return {name: value for name, value in every.items() if chance.random() < 0.7} or every


def roll() -> None:
    job = Rollups(settle_s=SETTLE_S if rollup_store().settle_s else 0)
    while True:
        job.run(lambda: None)
        time.sleep(0.01)


def compare() -> None:
    """Print how many buckets there are, and how many are not as all readings at once would give them."""
    job = Rollups(settle_s=0)
    while Stale.objects.exists() or Touch.objects.exists():
        job.run(lambda: None)
    buckets = wrong = 0
    for number in DEVICES:
        for level, expected in _all_anew(number).items():
            span = (key_of(number, 0), key_of(number + 1, 0))
            there = {
                time_of(bucket.key): bucket.values
                for bucket in pages(lambda *asked, level=level: rollup_store().scan(level, *asked), *span)
            }
            buckets += len(expected)
            wrong += sum(there.get(start) != expected.get(start) for start in {*there, *expected})
    print(json.dumps({"buckets": buckets, "wrong": wrong}))


def _all_anew(number: int) -> dict[Level, dict[int, object]]:
    rows = pages(store().scan, key_of(number, 0), key_of(number + 1, 0))
    made: dict[Level, list[Timed]] = {}
    for level in BUCKETS:

        def start_of(time_ms: int, level: Level = level) -> int:
            return level.start_of(time_ms, zone())

        if level is Level.MINUTE:
            readings = ((time_of(row.key), row.values) for row in rows)
            made[level] = list(of_readings(readings, start_of, {"yaw"}))
        else:
            made[level] = list(of_buckets(made[level.below], start_of))
    return {level: {one.start_ms: one.values for one in timed} for level, timed in made.items()}


if __name__ == "__main__":
    print("ready", flush=True)
    {"write": lambda: write(int(sys.argv[2])), "roll": roll, "compare": compare}[sys.argv[1]]()
