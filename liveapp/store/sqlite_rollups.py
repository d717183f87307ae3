"""The rollups on SQLite."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.transaction import atomic

from liveapp.levels import Level
from liveapp.models.reading import key_of
from liveapp.models.rollup import TABLES
from liveapp.store.errors import storage_errors
from liveapp.store.rollups import Bucket, Mark, Rollups, decoded, encoded
from liveapp.store.sqlite import decode

NAMES = {level: model._meta.db_table for level, model in TABLES.items()}
LISTED = "IN (SELECT value FROM json_each(%s))"
MARK = (
    'INSERT INTO liveapp_stale ("_id", level, due_ms, token) VALUES (%s, %s, %s, %s) '
    'ON CONFLICT ("_id") DO UPDATE SET due_ms = excluded.due_ms, token = excluded.token'
)
DUE = 'SELECT "_id", level, due_ms, token FROM liveapp_stale WHERE level = %s AND due_ms <= %s ORDER BY due_ms LIMIT %s'

# By the key: the other index would read all marks of the level. A mark's key is its bucket's plus its level.
MARKED = 'SELECT "_id" FROM liveapp_stale WHERE "_id" >= %s AND "_id" < %s AND +level = %s LIMIT %s'


class SqliteRollups(Rollups):
    """See `liveapp.store.rollups.Rollups`."""

    # Touches and readings are one transaction.
    settle_s = 0.0

    def touches(self, limit: int) -> list[str]:
        return [id for (id,) in _select('SELECT "_id" FROM liveapp_touch LIMIT %s', [limit])]

    def touched(self, ids: Collection[str]) -> set[int]:
        rows = _select(f'SELECT minutes FROM liveapp_touch WHERE "_id" {LISTED}', [json.dumps([*ids])])
        return {minute for minutes in decode(text for (text,) in rows) for minute in minutes}

    def touched_before(self, before_ms: int, limit: int) -> list[list[int]]:
        rows = _select("SELECT minutes FROM liveapp_touch WHERE oldest_ms < %s LIMIT %s", [before_ms, limit])
        return decode(text for (text,) in rows)

    def forget_touches(self, ids: Collection[str]) -> None:
        _change(f'DELETE FROM liveapp_touch WHERE "_id" {LISTED}', [[json.dumps([*ids])]])

    def mark(self, marks: Sequence[Mark]) -> None:
        _change(MARK, marks)

    def due(self, level: Level, now_ms: int, limit: int) -> list[Mark]:
        return [
            Mark(key, Level(of), due, token) for key, of, due, token in _select(DUE, [level, now_ms, limit])
        ]

    def strike(self, marks: Iterable[Mark]) -> None:
        _change(
            'DELETE FROM liveapp_stale WHERE "_id" = %s AND token = %s',
            [(one.key, one.token) for one in marks],
        )

    def marked(self, level: Level, start_key: int, end_key: int, limit: int) -> list[int]:
        return [key - level for (key,) in _select(MARKED, [start_key, end_key, level, limit])]

    def read(self, level: Level, start_key: int, end_key: int, limit: int) -> list[Bucket]:
        return _range(level, start_key, end_key, limit, "DESC")[::-1]

    def scan(self, level: Level, start_key: int, end_key: int, limit: int) -> list[Bucket]:
        return _range(level, start_key, end_key, limit, "ASC")

    def keys(self, level: Level, start_key: int, end_key: int, limit: int) -> list[int]:
        return [key for (key,) in _select(_keys_of(level), [start_key, end_key, limit])]

    def present(self, level: Level, keys: Collection[int]) -> set[int]:
        rows = _select(f'SELECT "_id" FROM {NAMES[level]} WHERE "_id" {LISTED}', [json.dumps([*keys])])
        return {key for (key,) in rows}

    def count(self, level: Level, start_key: int, end_key: int, limit: int) -> int:
        ((count,),) = _select(f"SELECT count(*) FROM ({_keys_of(level)})", [start_key, end_key, limit])
        return int(count)

    def write(self, level: Level, buckets: Sequence[Bucket]) -> None:
        rows = [(bucket.key, json.dumps(encoded(bucket), separators=(",", ":"))) for bucket in buckets]
        _change(f'INSERT OR REPLACE INTO {NAMES[level]} ("_id", "values") VALUES (%s, %s)', rows)

    def remove(self, level: Level, keys: Collection[int]) -> None:
        _change(f'DELETE FROM {NAMES[level]} WHERE "_id" = %s', [(key,) for key in keys])

    def forget_device(self, number: int, step: int) -> int:
        span = (key_of(number, 0), key_of(number + 1, 0), step)
        return sum(_change(_delete_range(table), [span]) for table in (*NAMES.values(), "liveapp_stale"))


def _delete_range(table: str) -> str:
    within = f'SELECT "_id" FROM {table} WHERE "_id" >= %s AND "_id" < %s LIMIT %s'
    return f'DELETE FROM {table} WHERE "_id" IN ({within})'


def _keys_of(level: Level) -> str:
    return f'SELECT "_id" FROM {NAMES[level]} WHERE "_id" >= %s AND "_id" < %s ORDER BY "_id" LIMIT %s'


def _range(level: Level, start_key: int, end_key: int, limit: int, order: str) -> list[Bucket]:
    query = (
        f'SELECT "_id", "values" FROM {NAMES[level]} WHERE "_id" >= %s AND "_id" < %s '
        f'ORDER BY "_id" {order} LIMIT %s'
    )
    rows = _select(query, [start_key, end_key, limit])
    return decoded(zip((key for key, _ in rows), decode(text for _, text in rows), strict=True))


def _select(query: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with storage_errors(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _change(query: str, rows: Sequence[Sequence[Any]]) -> int:
    """How many rows were changed, all at once or none."""
    with storage_errors(), atomic(using=DEFAULT_DB_ALIAS), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.executemany(query, rows)
        return int(cursor.rowcount)
