"""What is known of one device over a span, at any level: what is rolled up, and the rest from what lies below."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from liveapp.bucketing import StartOf, Timed, of_buckets, of_readings
from liveapp.levels import Level
from liveapp.models import Purge
from liveapp.models.metric import circular_names
from liveapp.models.reading import TIME_MASK, key_of, time_of
from liveapp.store import Row, rollup_store, storage_errors, store
from liveapp.zone import zone

MAX_READINGS = 50_000
MAX_BUCKETS = 20_000


class Span(NamedTuple):
    """Of a device number, with start ≤ time < end, in ms."""

    number: int
    start_ms: int
    end_ms: int

    @property
    def keys(self) -> tuple[int, int]:
        # The end of all time is the next device's first key.
        end_key = key_of(self.number, self.end_ms) if self.end_ms <= TIME_MASK else key_of(self.number + 1, 0)
        return key_of(self.number, self.start_ms), end_key

    def aligned(self, level: Level) -> "Span":
        """Widened to whole buckets of a level."""
        start_ms = level.start_of(self.start_ms, zone())
        end_ms = level.end_of(level.start_of(self.end_ms - 1, zone()), zone())
        return self._replace(start_ms=start_ms, end_ms=min(end_ms, TIME_MASK + 1))

    def whole(self, level: Level) -> "Span":
        """Narrowed to whole buckets of a level; it may be empty."""
        start_ms = level.start_of(self.start_ms, zone())
        if start_ms < self.start_ms:
            start_ms = level.end_of(start_ms, zone())
        return self._replace(start_ms=start_ms, end_ms=level.start_of(self.end_ms, zone()))

    def clipped(self, limits: "Span") -> "Span":
        """What of it lies within another one; it may be empty."""
        return self._replace(
            start_ms=max(self.start_ms, limits.start_ms), end_ms=min(self.end_ms, limits.end_ms)
        )

    @property
    def is_empty(self) -> bool:
        return self.start_ms >= self.end_ms


class Found(NamedTuple):
    """Buckets in the order of time; not `complete` when there were too many, and the oldest were left out."""

    buckets: list[Timed]
    complete: bool


class Kept:
    """How finely a device's past is still known. Asks the database once."""

    def __init__(self, number: int) -> None:
        with storage_errors():
            self._deleted_until_ms = Purge.horizons(number)

    def finest(self, since_ms: int) -> Level:
        """The finest level of which nothing was deleted since a time."""
        return next(level for level in Level if self._deleted_until_ms.get(level, 0) <= since_ms)


def readings(span: Span) -> tuple[list[Row], bool]:
    """The newest 50,000 readings, and whether these are all. Blocks."""
    rows = store().read(*span.keys, MAX_READINGS + 1)
    return rows[-MAX_READINGS:], len(rows) <= MAX_READINGS


def buckets(span: Span, level: Level) -> Found:
    """The buckets of a level that touch a span, whole ones. Blocks.

    The newest of them are not rolled up yet: they are made on the spot from the level below.
    """
    aligned = span.aligned(level)
    kept = rollup_store().read(level, *aligned.keys, MAX_BUCKETS + 1)
    found = [Timed(time_of(bucket.key), bucket.values) for bucket in kept[-MAX_BUCKETS:]]
    open_ms = level.end_of(found[-1].start_ms, zone()) if found else aligned.start_ms
    rest = _unfinished(aligned._replace(start_ms=open_ms), level)
    return Found([*found, *rest.buckets], len(kept) <= MAX_BUCKETS and rest.complete)


def _unfinished(span: Span, level: Level) -> Found:
    if span.is_empty:
        return Found([], complete=True)

    start_of = partial(level.start_of, zone=zone())
    if level.below is Level.RAW:
        rows, complete = readings(span)
        return Found([*binned(rows, start_of)], complete)
    finer = buckets(span, level.below)
    return Found([*of_buckets(finer.buckets, start_of)], finer.complete)


def binned(rows: Iterable[Row], start_of: StartOf) -> Iterator[Timed]:
    """Readings to buckets of any kind."""
    return of_readings(((time_of(row.key), row.values) for row in rows), start_of, circular_names())
