"""The job that deletes what was kept for long enough, in steps that do not disturb ingest."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from liveapp.levels import Level
from liveapp.models import Device, Job, Purge
from liveapp.pace import Hold, paced
from liveapp.retention.awaited import TooManyAwaited, awaited
from liveapp.retention.periods import AllPeriods
from liveapp.retention.plan import cutoff_ms, days_of, keys_due
from liveapp.store import rollup_store, storage_errors, store

JOB = "retention"
EVERY_S = 3600.0
STEP = 1_000
# After this time the worker's other jobs have their turn.
LONGEST_S = 20.0


def purge(hold: Hold) -> str:
    """The job. `hold` is called between the steps. Returns what was done, in words, or nothing."""
    gone: Counter[Level] = Counter()
    ends_s = time.monotonic() + LONGEST_S
    with storage_errors():
        for level, count in paced(_steps(), hold):
            gone[level] += count
            if time.monotonic() > ends_s:
                Job.hurry(JOB)
                break
    return _in_words(gone)


def _steps() -> Iterator[tuple[Level, int]]:
    """How many rows of which level each step deleted."""
    periods = AllPeriods.load()
    try:
        for number in list(Device.objects.order_by("number").values_list("number", flat=True)):
            for level, days in days_of(periods.kept(number)).items():
                for count in _purge(number, level, cutoff_ms(days)):
                    yield level, count
    except TooManyAwaited:
        # The next run finds fewer.
        return


def _purge(number: int, level: Level, until_ms: int | None) -> Iterator[int]:
    start_key, end_key = keys_due(number, level, until_ms)
    while start_key < end_key:
        keys = _keys(level, start_key, end_key)
        if keys:
            # Told before the deed: who makes or shows buckets must know that what lies below may lack something.
            Purge.note(number, level, until_ms or 0)
        yield _delete(level, keys)
        # What is held back is left behind for the next run.
        start_key = keys[-1] + 1 if len(keys) == STEP else end_key


def _keys(level: Level, start_key: int, end_key: int) -> list[int]:
    if level is Level.RAW:
        return store().keys(start_key, end_key, STEP)
    return rollup_store().keys(level, start_key, end_key, STEP)


def _delete(level: Level, keys: Sequence[int]) -> int:
    """Those that nothing waits for; by their keys, so that what has come in between since the look stays."""
    held_back = awaited(level, keys) if keys else set()
    free = [key for key in keys if key not in held_back]
    if level is Level.RAW:
        store().remove(free)
    else:
        rollup_store().remove(level, free)
    return len(free)


def _in_words(gone: Mapping[Level, int]) -> str:
    readings = gone.get(Level.RAW, 0)
    buckets = sum(gone.values()) - readings
    return f"deleted {readings:,} readings and {buckets:,} rollups" if readings or buckets else ""
