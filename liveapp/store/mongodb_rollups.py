"""The rollups on MongoDB."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from pymongo import ASCENDING, DESCENDING, DeleteOne, ReplaceOne, UpdateOne
from pymongo.collection import Collection as Table

from liveapp.levels import Level
from liveapp.models.reading import key_of
from liveapp.models.rollup import TABLES, Stale, Touch
from liveapp.store.errors import storage_errors
from liveapp.store.mongodb import DURABLE
from liveapp.store.rollups import Bucket, Mark, Rollups, decoded, encoded
from liveapp.store.touching import SETTLES_S

NAMES = {level: model._meta.db_table for level, model in TABLES.items()}
TOUCHES, MARKS = Touch._meta.db_table, Stale._meta.db_table


class MongoRollups(Rollups):
    """See `liveapp.store.rollups.Rollups`."""

    settle_s = SETTLES_S

    def touches(self, limit: int) -> list[str]:
        with storage_errors():
            return [row["_id"] for row in _table(TOUCHES).find({}, {"_id": 1}).limit(limit)]

    def touched(self, ids: Collection[str]) -> set[int]:
        with storage_errors():
            rows = _table(TOUCHES).find({"_id": {"$in": [*ids]}})
            return {minute for row in rows for minute in row["minutes"]}

    def touched_before(self, before_ms: int, limit: int) -> list[list[int]]:
        with storage_errors():
            rows = _table(TOUCHES).find({"oldest_ms": {"$lt": before_ms}}).limit(limit)
            return [row["minutes"] for row in rows]

    def forget_touches(self, ids: Collection[str]) -> None:
        with storage_errors():
            _table(TOUCHES).delete_many({"_id": {"$in": [*ids]}})

    def mark(self, marks: Sequence[Mark]) -> None:
        _write(MARKS, [_marking(mark) for mark in marks])

    def due(self, level: Level, now_ms: int, limit: int) -> list[Mark]:
        with storage_errors():
            ready = _table(MARKS).find({"level": int(level), "due_ms": {"$lte": now_ms}})
            rows = ready.sort("due_ms", ASCENDING).limit(limit)
            return [Mark(row["_id"], Level(row["level"]), row["due_ms"], row["token"]) for row in rows]

    def strike(self, marks: Iterable[Mark]) -> None:
        _write(MARKS, [DeleteOne({"_id": mark.key, "token": mark.token}) for mark in marks])

    def marked(self, level: Level, start_key: int, end_key: int, limit: int) -> list[int]:
        within = _within(start_key, end_key) | {"level": int(level)}
        with storage_errors():
            # By the key: the other index would read all marks of the level.
            found = _table(MARKS).find(within, {"_id": 1}).hint("_id_").limit(limit)
            return [row["_id"] - level for row in found]

    def read(self, level: Level, start_key: int, end_key: int, limit: int) -> list[Bucket]:
        return _range(level, start_key, end_key, limit, DESCENDING)[::-1]

    def scan(self, level: Level, start_key: int, end_key: int, limit: int) -> list[Bucket]:
        return _range(level, start_key, end_key, limit, ASCENDING)

    def keys(self, level: Level, start_key: int, end_key: int, limit: int) -> list[int]:
        with storage_errors():
            found = _table(NAMES[level]).find(_within(start_key, end_key), {"_id": 1})
            return [row["_id"] for row in found.sort("_id", ASCENDING).limit(limit)]

    def present(self, level: Level, keys: Collection[int]) -> set[int]:
        with storage_errors():
            found = _table(NAMES[level]).find({"_id": {"$in": [*keys]}}, {"_id": 1})
            return {row["_id"] for row in found}

    def count(self, level: Level, start_key: int, end_key: int, limit: int) -> int:
        with storage_errors():
            return _table(NAMES[level]).count_documents(_within(start_key, end_key), limit=limit)

    def write(self, level: Level, buckets: Sequence[Bucket]) -> None:
        whole = [
            ReplaceOne({"_id": bucket.key}, {"values": encoded(bucket)}, upsert=True) for bucket in buckets
        ]
        _write(NAMES[level], whole)

    def remove(self, level: Level, keys: Collection[int]) -> None:
        with storage_errors():
            _table(NAMES[level]).delete_many({"_id": {"$in": [*keys]}})

    def forget_device(self, number: int, step: int) -> int:
        span = _within(key_of(number, 0), key_of(number + 1, 0))
        with storage_errors():
            return sum(_delete(_table(name), span, step) for name in (*NAMES.values(), MARKS))


def _marking(mark: Mark) -> UpdateOne:
    fields = {"level": int(mark.level), "due_ms": mark.due_ms, "token": mark.token}
    return UpdateOne({"_id": mark.key}, {"$set": fields}, upsert=True)


def _delete(table: "Table[Any]", span: Mapping[str, Any], step: int) -> int:
    keys = [row["_id"] for row in table.find(span, {"_id": 1}).limit(step)]
    return table.delete_many({"_id": {"$in": keys}}).deleted_count if keys else 0


def _within(start_key: int, end_key: int) -> dict[str, Any]:
    return {"_id": {"$gte": start_key, "$lt": end_key}}


def _range(level: Level, start_key: int, end_key: int, limit: int, order: int) -> list[Bucket]:
    with storage_errors():
        rows = _table(NAMES[level]).find(_within(start_key, end_key)).sort("_id", order).limit(limit)
        return decoded((row["_id"], row["values"]) for row in rows)


def _write(name: str, changes: "Sequence[UpdateOne | DeleteOne | ReplaceOne[Any]]") -> None:
    """Durably: a mark is struck off only after that for which it stands."""
    if changes:
        with storage_errors():
            _table(name).with_options(write_concern=DURABLE).bulk_write(changes, ordered=False)


def _table(name: str) -> "Table[dict[str, Any]]":
    connection: Any = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    table: Table[dict[str, Any]] = connection.database[name]
    return table
