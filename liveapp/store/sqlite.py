"""The store on SQLite. Durable because the `ingest` connection runs with synchronous=FULL."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections
from django.db.backends.utils import CursorWrapper
from django.db.transaction import atomic

from liveapp.models.rollup import minutes_of, touch_of
from liveapp.store.base import Kind, Outcome, Row, Store
from liveapp.store.errors import storage_errors
from liveapp.store.resolve import Slots, place

INGEST = "ingest"
INSERT = 'INSERT INTO liveapp_reading ("_id", "values") VALUES (%s, %s)'
UPDATE = 'UPDATE liveapp_reading SET "values" = json_patch("values", %s) WHERE "_id" = %s'
SELECT_KEYS = 'SELECT "_id", "values" FROM liveapp_reading WHERE "_id" IN (SELECT value FROM json_each(%s))'
SELECT_RANGE = (
    'SELECT "_id", "values" FROM liveapp_reading WHERE "_id" >= %s AND "_id" < %s ORDER BY "_id" {} LIMIT %s'
)
DELETE = (
    'DELETE FROM liveapp_reading WHERE "_id" IN '
    '(SELECT "_id" FROM liveapp_reading WHERE "_id" >= %s AND "_id" < %s ORDER BY "_id" LIMIT %s)'
)
KEYS = 'SELECT "_id" FROM liveapp_reading WHERE "_id" >= %s AND "_id" < %s ORDER BY "_id" LIMIT %s'
COUNT = f"SELECT count(*) FROM ({KEYS})"  # noqa: S608
REMOVE = 'DELETE FROM liveapp_reading WHERE "_id" IN (SELECT value FROM json_each(%s))'
TOUCH = 'INSERT INTO liveapp_touch ("_id", oldest_ms, minutes) VALUES (%s, %s, %s)'
ALL = -1
# json.dumps with separators makes an encoder for each call: half the cost of a commit.
_encode = json.JSONEncoder(separators=(",", ":")).encode


class SqliteStore(Store):
    """See `liveapp.store.base.Store`."""

    def commit(self, rows: Sequence[Row]) -> list[Outcome]:
        with storage_errors():
            try:
                return self._insert(rows)
            except IntegrityError:
                return self._resolve(rows)

    def _insert(self, rows: Sequence[Row]) -> list[Outcome]:
        with atomic(using=INGEST), connections[INGEST].cursor() as cursor:
            cursor.executemany(INSERT, _encoded(rows))
            _touch(cursor, [row.key for row in rows])
        return [Outcome(Kind.STORED, row.key, row.values) for row in rows]

    def _resolve(self, rows: Sequence[Row]) -> list[Outcome]:
        # IMMEDIATE: from the first look to the commit nobody else writes.
        with atomic(using=INGEST), connections[INGEST].cursor() as cursor:
            keys = [row.key for row in rows]
            cursor.execute(SELECT_KEYS, [json.dumps(keys)])
            held = _decoded(cursor.fetchall())
            slots = Slots(held, keys, lambda start, end: _select(INGEST, start, end, ALL))
            outcomes = [place(row, slots) for row in rows]
            cursor.executemany(INSERT, _encoded(slots.rows()))
            cursor.executemany(UPDATE, [(_encode(added), key) for key, added in slots.merged.items()])
            _touch(cursor, [*slots.inserted, *slots.merged])
        return outcomes

    def read(self, start_key: int, end_key: int, limit: int) -> list[Row]:
        with storage_errors():
            return _select(DEFAULT_DB_ALIAS, start_key, end_key, limit)[::-1]

    def scan(self, start_key: int, end_key: int, limit: int) -> list[Row]:
        with storage_errors():
            return _select(DEFAULT_DB_ALIAS, start_key, end_key, limit, "ASC")

    def delete(self, start_key: int, end_key: int, step: int) -> int:
        with storage_errors(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(DELETE, [start_key, end_key, step])
            return int(cursor.rowcount)

    def keys(self, start_key: int, end_key: int, limit: int) -> list[int]:
        with storage_errors(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(KEYS, [start_key, end_key, limit])
            return [key for (key,) in cursor.fetchall()]

    def remove(self, keys: Collection[int]) -> None:
        with storage_errors(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(REMOVE, [json.dumps([*keys])])

    def count(self, start_key: int, end_key: int, limit: int) -> int:
        with storage_errors(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(COUNT, [start_key, end_key, limit])
            return int(cursor.fetchone()[0])


def _touch(cursor: CursorWrapper, keys: Iterable[int]) -> None:
    """Note which minutes are to be rolled up anew, in the transaction that changes them."""
    if minutes := minutes_of(keys):
        id, oldest_ms, minutes = touch_of(minutes)
        cursor.execute(TOUCH, [id, oldest_ms, json.dumps(minutes)])


def _select(alias: str, start_key: int, end_key: int, limit: int, order: str = "DESC") -> list[Row]:
    with connections[alias].cursor() as cursor:
        cursor.execute(SELECT_RANGE.format(order), [start_key, end_key, limit])
        return _decoded(cursor.fetchall())


def _encoded(rows: Iterable[Row]) -> list[tuple[int, str]]:
    return [(row.key, _encode(row.values)) for row in rows]


def _decoded(rows: Sequence[tuple[int, str]]) -> list[Row]:
    keys, texts = zip(*rows, strict=True) if rows else ((), ())
    return [Row(key, values) for key, values in zip(keys, decode(texts), strict=True)]


def decode(texts: Iterable[str]) -> list[Any]:
    """All in one go: Python's own cost for each is more than that of what is in it."""
    decoded: list[Any] = json.loads(f"[{','.join(texts)}]")
    return decoded
