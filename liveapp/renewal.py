"""Lets everything be rolled up anew: after the time zone or what is an angle has changed, or when in doubt."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from liveapp.levels import MINUTE_MS, Level
from liveapp.models import Purge
from liveapp.models.reading import key_of, time_of
from liveapp.models.rollup import minutes_of
from liveapp.rollups import marks
from liveapp.store import Bucket, pages, rollup_store, store
from liveapp.zone import zone

STEP = 1_000


def mark_everything(number: int) -> int:
    """Mark all that a device has, for the job to make it anew; how many minutes. Blocks.

    What is made from something that was purged since stays as it is.
    """
    count = 0
    minutes = _minutes(number)
    while batch := list(islice(minutes, STEP)):
        rollup_store().mark(marks(Level.MINUTE, batch, zone()))
        count += len(batch)
    _mark_above_quarters(number)
    return count


def _minutes(number: int) -> Iterator[int]:
    """The keys of all minutes with readings, without looking at each reading."""
    start_key, end_key = key_of(number, 0), key_of(number + 1, 0)
    while found := store().keys(start_key, end_key, 1):
        (minute,) = minutes_of(found)
        yield minute
        start_key = minute + MINUTE_MS


def _mark_above_quarters(number: int) -> None:
    """Also where no reading is kept any more. Days that begin where no day does now go: their quarters make others."""
    begin_ms = Purge.horizons(number).get(Level.QUARTER, 0)
    quarters = _buckets(Level.QUARTER, number, begin_ms)
    while batch := [bucket.key for bucket in islice(quarters, STEP)]:
        for level in Level.QUARTER.above:
            rollup_store().mark(marks(level, batch, zone()))
    days = (bucket.key for bucket in _buckets(Level.DAY, number, begin_ms))
    rollup_store().remove(Level.DAY, [key for key in days if not _is_day(key)])


def _buckets(level: Level, number: int, begin_ms: int) -> Iterator[Bucket]:
    return pages(partial(rollup_store().scan, level), key_of(number, begin_ms), key_of(number + 1, 0))


def _is_day(key: int) -> bool:
    return Level.DAY.start_of(time_of(key), zone()) == time_of(key)
