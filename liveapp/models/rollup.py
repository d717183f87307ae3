"""What is kept of readings beside them: buckets of each level, and the list of those that are to be made anew."""

import uuid
from collections.abc import Iterable

from django.db import models

from liveapp.levels import MINUTE_MS, Level
from liveapp.models.reading import TIME_MASK, KeyField, time_of

LEVEL_BITS = 3


class Rollup(models.Model):
    """Written and read by `liveapp.store` alone. `key` holds the device and the bucket's start, as a reading's does."""

    key = KeyField(primary_key=True, db_column="_id")
    # By metric: count, mean, minimum, maximum; of an angle also how much its directions agree.
    values = models.JSONField()

    class Meta:
        abstract = True


class MinuteRollup(Rollup):
    """A minute of one device."""


class QuarterRollup(Rollup):
    """A quarter of an hour of one device."""


class HourRollup(Rollup):
    """An hour of one device."""


class DayRollup(Rollup):
    """A day of one device, in the installation's time zone."""


class Touch(models.Model):
    """The minutes that one commit of readings may have changed. It is stored no later than they are."""

    id = models.CharField(max_length=32, primary_key=True, db_column="_id")
    oldest_ms = models.BigIntegerField()
    minutes = models.JSONField()


def touch_of(minutes: list[int]) -> tuple[str, int, list[int]]:
    """The fields of a touch of these minutes, of which there is one at least."""
    return uuid.uuid4().hex, min(map(time_of, minutes)), minutes


def minutes_of(keys: Iterable[int]) -> list[int]:
    """The minutes that readings lie in: keys to keys."""
    return sorted({key - (key & TIME_MASK) % MINUTE_MS for key in keys})


class Stale(models.Model):
    """A bucket that is to be made anew once it is due. `key` is the bucket's own plus its level."""

    key = KeyField(primary_key=True, db_column="_id")
    level = models.PositiveSmallIntegerField()
    due_ms = models.BigIntegerField()
    # Another one each time something changes: who has worked on the older state may not strike it off.
    token = models.CharField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["level", "due_ms"], name="stale_by_due")]


class Purge(models.Model):
    """Up to when what a device has of a level was deleted, because it had been kept for long enough.

    `key` is the device's number and the level.
    """

    key = KeyField(primary_key=True, db_column="_id")
    until_ms = models.BigIntegerField()

    @staticmethod
    def key_of(number: int, level: Level) -> int:
        return number << LEVEL_BITS | level

    @classmethod
    def note(cls, number: int, level: Level, until_ms: int) -> None:
        """What is older may be gone from now on. What was told before is never taken back."""
        key = cls.key_of(number, level)
        cls.objects.get_or_create(key=key, defaults={"until_ms": until_ms})
        cls.objects.filter(key=key, until_ms__lt=until_ms).update(until_ms=until_ms)

    @classmethod
    def horizons(cls, number: int) -> dict[Level, int]:
        """Up to when what a device has of each level was deleted, in ms; without those of which nothing was."""
        levels = {cls.key_of(number, level): level for level in Level}
        found = cls.objects.filter(key__in=levels).values_list("key", "until_ms")
        return {levels[key]: until_ms for key, until_ms in found}


TABLES: dict[Level, type[Rollup]] = {
    Level.MINUTE: MinuteRollup,
    Level.QUARTER: QuarterRollup,
    Level.HOUR: HourRollup,
    Level.DAY: DayRollup,
}
