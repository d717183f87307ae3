"""What a board's sensor gave, what lies in the database, and the difference between the two."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.servers import Mongod

# A reading's own number, given by the simulator: by it each can be told from all others.
SEQUENCE = "sequence"
# The least digits of a reading's key are its time in ms, those before them its device's number.
TIME_BITS = 42
StoredValues = Callable[[], list[dict[str, float]]]
StoredRows = Callable[[], list[tuple[int, dict[str, float]]]]


@dataclass(frozen=True)
class Verdict:
    """`lines_replaced` were taken but never spooled: the publisher was killed before their commit."""

    taken: int
    missing: list[float]
    double: list[float]
    unknown: list[float]
    lines_replaced: int

    def __str__(self) -> str:
        return (
            f"{self.taken} taken, {len(self.missing)} missing, {len(self.double)} double, "
            f"{len(self.unknown)} unknown, {self.lines_replaced} cut off before the spool"
        )

    @property
    def is_exactly_once(self) -> bool:
        return not (self.missing or self.double or self.unknown)


def taken(record: Path) -> tuple[set[float], int]:
    """The sequence numbers of all spooled readings, and how many lines a kill cut off before the spool."""
    lines = [json.loads(line) for line in record.read_text().splitlines() if line.endswith("}")]
    by_row = {line["seq"]: line["values"][SEQUENCE] for line in lines}
    return set(by_row.values()), len(lines) - len(by_row)


def reconcile(record: Path, stored: Iterable[dict[str, float]]) -> Verdict:
    given, replaced = taken(record)
    counts = Counter(values[SEQUENCE] for values in stored)
    return Verdict(
        taken=len(given),
        missing=sorted(given - counts.keys()),
        double=sorted(number for number, count in counts.items() if count > 1),
        unknown=sorted(counts.keys() - given),
        lines_replaced=replaced,
    )


def rows_in_sqlite(path: Path, table: str = "liveapp_reading") -> StoredRows:
    def read() -> list[tuple[int, dict[str, float]]]:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            rows = database.execute(f'SELECT "_id", "values" FROM {table}').fetchall()  # noqa: S608
        database.close()
        return [(key, json.loads(values)) for key, values in rows]

    return read


def rows_in_mongodb(mongod: Mongod, name: str, table: str = "liveapp_reading") -> StoredRows:
    def read() -> list[tuple[int, dict[str, float]]]:
        with mongod.client() as client:
            return [(row["_id"], row["values"]) for row in client[name][table].find()]

    return read


def stored_in_sqlite(path: Path) -> StoredValues:
    read = rows_in_sqlite(path)
    return lambda: [values for _, values in read()]


def stored_in_mongodb(mongod: Mongod, name: str) -> StoredValues:
    read = rows_in_mongodb(mongod, name)
    return lambda: [values for _, values in read()]
