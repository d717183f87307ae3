"""What may not be deleted yet, because something is still to be made from it."""

from collections.abc import Iterator, Sequence

from liveapp.levels import BUCKETS, Level
from liveapp.models.reading import TIME_BITS, TIME_MASK, key_of, time_of
from liveapp.rollups import marks
from liveapp.store import rollup_store
from liveapp.zone import zone

TOUCHES = 5_000
MARKS = 5_000


class TooManyAwaited(Exception):
    """The rollups are so far behind that not all they still have to do can be seen."""


def awaited(level: Level, keys: Sequence[int]) -> set[int]:
    """Those of a device's keys of a level, in their order, that have to wait. Raises TooManyAwaited.

    Call it after the keys were read: then whatever they changed is seen here, or made already.
    """
    unmade = _unmade_days(keys[0], keys[-1])
    waiting = {key for key in keys if unmade.intersection(_days(level, key))} if unmade else set()
    for above in level.above:
        waiting |= _never_made(above, keys)
    return waiting


def _unmade_days(first_key: int, last_key: int) -> set[int]:
    """The days, as keys, in which any bucket is to be made anew: all that there is of such a day waits.

    What changed is on its way up first a touch, then a mark of the minute, and so on. Each is there before the one
    below it goes: so looking from below to above misses none.
    """
    number, day = first_key >> TIME_BITS, Level.DAY
    start_key = key_of(number, day.start_of(time_of(first_key), zone()))
    end_key = key_of(number, day.end_of(day.start_of(time_of(last_key), zone()), zone()))
    return {
        day_key
        for level, key in _changed(start_key, end_key)
        if start_key <= key < end_key
        for day_key in _days(level, key)
    }


def _changed(start_key: int, end_key: int) -> Iterator[tuple[Level, int]]:
    touches = rollup_store().touched_before(time_of(end_key) or TIME_MASK + 1, TOUCHES)
    _see_all(touches, TOUCHES)
    yield from ((Level.MINUTE, minute) for minutes in touches for minute in minutes)
    for level in BUCKETS:
        marked = rollup_store().marked(level, start_key, end_key, MARKS)
        _see_all(marked, MARKS)
        yield from ((level, key) for key in marked)


def _see_all(found: Sequence[object], limit: int) -> None:
    if len(found) == limit:
        raise TooManyAwaited


def _days(level: Level, key: int) -> tuple[int, int]:
    """The days in which a bucket begins and ends: an hour may lie in two, where clocks differ by half of one."""
    number, start_ms = key >> TIME_BITS, time_of(key)
    last_ms = start_ms if level is Level.RAW else level.end_of(start_ms, zone()) - 1
    first, last = (key_of(number, Level.DAY.start_of(time_ms, zone())) for time_ms in (start_ms, last_ms))
    return first, last


def _never_made(above: Level, keys: Sequence[int]) -> set[int]:
    """Readings from before there were rollups, and their buckets: what is above them is made first."""
    if above is Level.DAY:
        # It is marked together with its hours; and days begin elsewhere since the time zone was changed.
        return set()
    bucket_of = {key: key_of(key >> TIME_BITS, above.start_of(time_of(key), zone())) for key in keys}
    missing = {*bucket_of.values()} - rollup_store().present(above, {*bucket_of.values()})
    rollup_store().mark(marks(above, missing, zone()))
    return {key for key, bucket in bucket_of.items() if bucket in missing}
