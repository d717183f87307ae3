"""What is due to be deleted of a device, and by changed periods would be."""

from typing import NamedTuple

from liveapp.clock import now_ms
from liveapp.levels import DAY_MS, Level
from liveapp.models import Purge
from liveapp.models.reading import key_of
from liveapp.models.retention import FOR_EVER
from liveapp.retention.periods import Periods
from liveapp.store import rollup_store, storage_errors, store
from liveapp.zone import zone

# Nobody needs to know more exactly how many there are.
MOST_COUNTED = 1_000_000


class Due(NamedTuple):
    """Of one level of a device: what is older than `until_ms` is to be deleted, none when it is kept for ever."""

    level: Level
    days: int
    deleted_until_ms: int | None
    until_ms: int | None
    rows: int
    more: bool


def days_of(periods: Periods) -> dict[Level, int]:
    """How long each level is kept, in days; days are kept for ever. Of periods without any none."""
    raw, minute, hour = (days or FOR_EVER for days in periods)
    # Hours and days are made from quarters, so that they go with the minutes and not before.
    return {Level.RAW: raw, Level.MINUTE: minute, Level.QUARTER: minute, Level.HOUR: hour}


def cutoff_ms(days: int) -> int | None:
    """The start of the day, here, that was so many days ago; none for ever."""
    if days == FOR_EVER:
        return None
    # Whole days, so that none is left in part.
    return max(0, Level.DAY.start_of(max(0, now_ms() - days * DAY_MS), zone()))


def keys_due(number: int, level: Level, until_ms: int | None) -> tuple[int, int]:
    """The range of keys of a device's level that is to be deleted: from the first, and before the second."""
    end_key = key_of(number, until_ms or 0)
    return key_of(number, 0), min(end_key, newest_key(number)) if level is Level.RAW else end_key


def newest_key(number: int) -> int:
    """Of a device's latest reading. That one stays: a board that is silent for long is still to be shown."""
    newest = store().read(key_of(number, 0), key_of(number + 1, 0), 1)
    return newest[0].key if newest else 0


def due(number: int, periods: Periods) -> list[Due]:
    """What is to be deleted of each level, when a device has these periods. Blocks; nothing is deleted."""
    deleted = Purge.horizons(number)
    return [_due(number, level, days, deleted.get(level)) for level, days in days_of(periods).items()]


def _due(number: int, level: Level, days: int, deleted_until_ms: int | None) -> Due:
    until_ms = cutoff_ms(days)
    rows = _count(level, *keys_due(number, level, until_ms))
    return Due(level, days, deleted_until_ms, until_ms, min(rows, MOST_COUNTED), rows > MOST_COUNTED)


def _count(level: Level, start_key: int, end_key: int) -> int:
    with storage_errors():
        if level is Level.RAW:
            return store().count(start_key, end_key, MOST_COUNTED + 1)
        return rollup_store().count(level, start_key, end_key, MOST_COUNTED + 1)
