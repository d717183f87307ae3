"""Keeps the rollups as they would be if all were made anew: always from what lies below, never by adding to them."""

import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from liveapp.bucketing import Timed, of_buckets, of_readings
from liveapp.clock import now_ms
from liveapp.levels import BUCKETS, Level
from liveapp.models import Job, Purge
from liveapp.models.metric import circular_names
from liveapp.models.reading import TIME_BITS, key_of, time_of
from liveapp.pace import Hold, paced
from liveapp.store import Bucket, Mark, pages, rollup_store, storage_errors, store
from liveapp.zone import zone

JOB = "rollups"
EVERY_S = 5.0
# After this time the worker's other jobs have their turn.
LONGEST_S = 20.0
TOUCHES = 100_000
# A look takes some milliseconds.
HELD_UP_S = 1.0
STEP = 500
# Contiguous buckets are made of one look into the database.
LONGEST_RUN = 15
# After its end, so that what it is made from is there: each level waits for the one below.
GRACE_MS = {Level.MINUTE: 5_000, Level.QUARTER: 20_000, Level.HOUR: 35_000, Level.DAY: 50_000}


class Rollups:
    """The job. Cut off at any step and run again, by this worker or another one, it ends with the same buckets."""

    def __init__(self, settle_s: float | None = None) -> None:
        self._settle_s = settle_s
        self._first_seen_s: dict[str, float] = {}
        self._looked_s = time.monotonic()

    def run(self, hold: Hold) -> str:
        """Make anew what is due. `hold` is called between the steps. Nothing to tell: it is never idle for long."""
        ends_s = time.monotonic() + LONGEST_S
        with storage_errors():
            for _ in paced(self._steps(hold), hold):
                if time.monotonic() > ends_s:
                    Job.hurry(JOB)
                    break
        return ""

    def _steps(self, hold: Hold) -> Iterator[int]:
        """How many buckets each step made, until none is due."""
        making = Making()
        while True:
            self._mark_touched()
            made = sum(making.step(level, hold) for level in BUCKETS)
            if not made:
                return
            yield made

    def _mark_touched(self) -> None:
        began_s = time.monotonic()
        touches = rollup_store().touches(TOUCHES)
        now_s = time.monotonic()
        if now_s - began_s > HELD_UP_S or began_s - self._looked_s > 3 * EVERY_S:
            # A database that was held up has readings in hand whose time was no time for it.
            self._first_seen_s = {}
        self._looked_s = now_s
        ids = iter(self._settled(touches, now_s))
        while some := list(islice(ids, STEP)):
            rollup_store().mark(marks(Level.MINUTE, rollup_store().touched(some), zone()))
            rollup_store().forget_touches(some)

    def _settled(self, touches: Sequence[str], now_s: float) -> list[str]:
        """Those whose readings are surely there by now, if they ever come."""
        settle_s = rollup_store().settle_s if self._settle_s is None else self._settle_s
        self._first_seen_s = {id: self._first_seen_s.get(id, now_s) for id in touches}
        return [id for id in touches if now_s - self._first_seen_s[id] >= settle_s]


class Making:
    """Makes buckets from what lies below them, with what is known of metrics."""

    def __init__(self) -> None:
        self._zone = zone()
        self._circular = circular_names()

    def step(self, level: Level, hold: Hold) -> int:
        """Make some of what is due at a level; how many buckets."""
        due = rollup_store().due(level, now_ms(), STEP)
        made: dict[int, Bucket] = {}
        for run in _runs(due, self._zone):
            hold()
            made |= {bucket.key: bucket for bucket in self.made(level, [mark.bucket for mark in run])}
        if due:
            self._put(level, due, made)
        return len(due)

    def _put(self, level: Level, due: Sequence[Mark], made: dict[int, Bucket]) -> None:
        keys = [mark.bucket for mark in due]
        kept = _worth_more(level, keys, made)
        anew = [key for key in keys if key not in kept]
        rollup_store().write(level, [made[key] for key in anew if key in made])
        rollup_store().remove(level, [key for key in anew if key not in made])
        # Struck off last: whatever is cut off before is done again.
        for above in level.above:
            rollup_store().mark(marks(above, keys, self._zone))
        rollup_store().strike(due)

    def made(self, level: Level, keys: Sequence[int]) -> list[Bucket]:
        """The buckets of contiguous keys as what lies below them says; one without anything below is left out."""
        number = keys[0] >> TIME_BITS
        end_key = key_of(number, level.end_of(time_of(keys[-1]), self._zone))
        timed = self._below(level, keys[0], end_key)
        return [Bucket(key_of(number, start_ms), dict(values)) for start_ms, values in timed]

    def _below(self, level: Level, start_key: int, end_key: int) -> Iterator[Timed]:
        start_of = partial(level.start_of, zone=self._zone)
        if level.below is Level.RAW:
            readings = ((time_of(row.key), row.values) for row in pages(store().scan, start_key, end_key))
            return of_readings(readings, start_of, self._circular)
        found = pages(partial(rollup_store().scan, level.below), start_key, end_key)
        finer = (Timed(time_of(bucket.key), bucket.values) for bucket in found)
        return of_buckets(finer, start_of)


def _worth_more(level: Level, keys: Sequence[int], made: dict[int, Bucket]) -> set[int]:
    """Of what lies below some is purged already: buckets that know of as much as what is left there, or more.

    Of as much, too: a late reading must not take the place of one that is gone.
    """
    # Asked after the look at what lies below: another worker may be deleting there at this moment.
    horizons = dict(Purge.objects.values_list("key", "until_ms"))
    behind = [
        key for key in keys if time_of(key) < horizons.get(Purge.key_of(key >> TIME_BITS, level.below), 0)
    ]
    there = (bucket for key in behind for bucket in rollup_store().scan(level, key, key + 1, 1))
    return {bucket.key for bucket in there if _count(bucket) >= _count(made.get(bucket.key))}


def _count(bucket: Bucket | None) -> int:
    return 0 if bucket is None else sum(summary.readings for summary in bucket.values.values())


def marks(level: Level, keys: Iterable[int], in_zone: ZoneInfo) -> list[Mark]:
    """Of the buckets of a level in which these keys lie, each due some time after its end."""
    token = uuid.uuid4().hex
    starts = {(key >> TIME_BITS, level.start_of(time_of(key), in_zone)) for key in keys}
    return [
        Mark(
            key_of(number, start_ms) + level,
            level,
            level.end_of(start_ms, in_zone) + GRACE_MS[level],
            token,
        )
        for number, start_ms in sorted(starts)
    ]


def _runs(due: Iterable[Mark], in_zone: ZoneInfo) -> Iterator[list[Mark]]:
    """Contiguous buckets of one device each."""
    run: list[Mark] = []
    for mark in sorted(due):
        if run and (len(run) == LONGEST_RUN or not _follows(run[-1], mark, in_zone)):
            yield run
            run = []
        run.append(mark)
    if run:
        yield run


def _follows(mark: Mark, other: Mark, in_zone: ZoneInfo) -> bool:
    number, start_ms = mark.bucket >> TIME_BITS, time_of(mark.bucket)
    return other.bucket == key_of(number, mark.level.end_of(start_ms, in_zone))
