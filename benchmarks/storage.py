"""Beneath the server: `store().commit` beside the engine's own bulk insert. Run as a program, it prints JSON."""

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import django

Values = dict[str, float]
Commit = Callable[[Sequence[tuple[int, Values]]], object]
VALUES = {"temperature": 21.52, "humidity": 41.3, "pressure": 1008.77}
# A device number that no board of the run has.
NUMBER = 2_000_000


def ours() -> Commit:
    from liveapp.store import Row, store

    return lambda rows: store().commit([Row(*row) for row in rows])


def raw() -> Commit:
    from django.conf import settings

    return _raw_mongodb() if settings.MONGODB else _raw_sqlite(f"{settings.DATABASES['default']['NAME']}-raw")


def _raw_sqlite(path: str) -> Commit:
    """`executemany` in one transaction, as durable as ours: WAL, synchronous=FULL."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute('CREATE TABLE IF NOT EXISTS reading ("key" INTEGER PRIMARY KEY, "values" TEXT NOT NULL)')

    encode = json.JSONEncoder(separators=(",", ":")).encode

    def commit(rows: Sequence[tuple[int, Values]]) -> None:
        encoded = [(key, encode(values)) for key, values in rows]
        with database:
            database.executemany("INSERT INTO reading VALUES (?, ?)", encoded)

    return commit


def _raw_mongodb() -> Commit:
    """`insert_many(ordered=False)`, as durable as ours: w=majority, the journal on."""
    from django.db import connections
    from pymongo import WriteConcern

    connection: Any = connections["ingest"]
    connection.ensure_connection()
    durable = WriteConcern(w="majority", j=True)
    collection = connection.database.get_collection("raw_reading", write_concern=durable)
    return lambda rows: collection.insert_many(
        [{"_id": key, "values": values} for key, values in rows], ordered=False
    )


def rate(commit: Commit, keys: Iterator[int], *, batch: int, seconds: float) -> float:
    """Rows a second; making the rows is not counted."""
    done, spent_s = 0, 0.0
    while spent_s < seconds:
        rows = [(next(keys), dict(VALUES)) for _ in range(batch)]
        start = time.perf_counter()
        commit(rows)
        spent_s += time.perf_counter() - start
        done += batch
    return done / spent_s


def main(seconds: float, batches: Sequence[int]) -> None:
    django.setup()
    # Counts faster than milliseconds pass: the next call must not meet this one's keys.
    start = NUMBER << 42 | time.time_ns() // 1_000 % 2**42
    ways = {"ours": (ours(), count(start)), "raw": (raw(), count(start))}
    for commit, keys in ways.values():
        rate(commit, keys, batch=100, seconds=0.05)  # connections are made, caches are warm
    print(
        json.dumps(
            {
                batch: {
                    way: rate(commit, keys, batch=batch, seconds=seconds)
                    for way, (commit, keys) in ways.items()
                }
                for batch in batches
            }
        )
    )


if __name__ == "__main__":
    main(float(sys.argv[1]), [int(batch) for batch in sys.argv[2:]])
