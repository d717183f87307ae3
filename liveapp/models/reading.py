"""A reading: one 64-bit key that holds its device and its millisecond, and the values."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

TIME_BITS = 42
TIME_MASK = (1 << TIME_BITS) - 1


def key_of(number: int, time_ms: int) -> int:
    return number << TIME_BITS | time_ms


def time_of(key: int) -> int:
    return key & TIME_MASK


class KeyField(models.BigIntegerField):
    """A 64-bit key that is SQLite's rowid itself: half the disk of a separate index."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Reading(models.Model):
    """Written and read by `liveapp.store` alone; this model is its table and its migration."""

    # MongoDB's own name for a key, so that it needs no second index there.
    key = KeyField(primary_key=True, db_column="_id")
    values = models.JSONField()
