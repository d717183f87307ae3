"""How coarse history is kept: raw readings, and buckets of a minute, a quarter of an hour, an hour and a day. Pure."""

from datetime import date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE_MS = 60_000
QUARTER_MS = 15 * MINUTE_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Level(IntEnum):
    """Each is made from the one before it. Quarters, because no time zone's day begins at a finer time."""

    RAW = 0
    MINUTE = 1
    QUARTER = 2
    HOUR = 3
    DAY = 4

    @property
    def label(self) -> str:
        return self.name.lower()

    @property
    def width_ms(self) -> int:
        """Of a bucket; most days, but not all, are that long."""
        return (0, MINUTE_MS, QUARTER_MS, HOUR_MS, DAY_MS)[self]

    @property
    def below(self) -> "Level":
        """Where its buckets are made from: quarters for a day too, for it need not begin with an hour."""
        return Level.QUARTER if self is Level.DAY else Level(self - 1)

    @property
    def above(self) -> "tuple[Level, ...]":
        """What is made from it."""
        return tuple(level for level in BUCKETS if level.below is self)

    def start_of(self, time_ms: int, zone: ZoneInfo) -> int:
        """The start of the bucket that a time lies in, both in ms."""
        if self is Level.DAY:
            # The day in which 1970 began in UTC began before that: keys have no times below zero.
            return max(0, _midnight(_date(time_ms // QUARTER_MS, zone), zone))
        return time_ms - time_ms % (self.width_ms or 1)

    def end_of(self, start_ms: int, zone: ZoneInfo) -> int:
        """The end of the bucket that begins at a time, both in ms."""
        if self is Level.DAY:
            return _midnight(_date(start_ms // QUARTER_MS, zone) + timedelta(days=1), zone)
        return start_ms + self.width_ms


BUCKETS = (Level.MINUTE, Level.QUARTER, Level.HOUR, Level.DAY)


def start_of_days(time_ms: int, each: int, zone: ZoneInfo) -> int:
    """The start of the group of `each` days that a time lies in, both in ms; seven days are a week from Monday on."""
    ordinal = _date(time_ms // QUARTER_MS, zone).toordinal() - 1
    return _midnight(date.fromordinal(max(1, ordinal - ordinal % each + 1)), zone)


@lru_cache(maxsize=10_000)
def _date(quarter: int, zone: ZoneInfo) -> date:
    """The day that a quarter of an hour, counted from 1970, lies in."""
    return datetime.fromtimestamp(quarter * QUARTER_MS // 1000, zone).date()


@lru_cache(maxsize=10_000)
def _midnight(day: date, zone: ZoneInfo) -> int:
    """The first millisecond of a day; where the clock jumps over midnight, the one after the jump."""
    return round(datetime.combine(day, time(), zone).timestamp()) * 1000
