"""Keeps every reading on disk until the server has it: one SQLite file, written by one thread.

A reading gets its final time (`times.py`, `clock.py`) in a commit of its own or an earlier one than the first sending,
and keeps it however often it is sent: that is what makes a repetition harmless and no reading a repetition.
"""

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import boots, spool_file
from .clock import Anchor, Stamp
from .times import STEP_MS, Lanes


@dataclass(frozen=True)
class Taken:
    """A reading as it was taken: its number in the spool, its stamp, its metrics."""

    seq: int
    stamp: Stamp
    values: Mapping[str, float]


@dataclass(frozen=True)
class Dated:
    """A reading with its final time: `text` is the JSON object that the server gets, the same at every sending."""

    seq: int
    time_ms: int
    text: str


class Spool:
    """The spool at `path`. Not for several threads at a time: `writer.py` owns the one that calls it."""

    def __init__(self, path: Path, *, boot_id: str, max_readings: int = 1_000_000) -> None:
        self.path = path
        self._boot_id = boot_id
        self._max_readings = max_readings
        self._lock = spool_file.lock(path)
        self._anchor: Anchor | None = None
        try:
            self._load()
        except BaseException:
            self._lock.close()
            raise
        self._next_seq = self._last_seq() + 1
        marks = dict(self._db.execute("SELECT lane, mark_ms FROM lanes"))
        # A lane by chance: should the spool be lost, the next one will hardly use the same milliseconds.
        self._lanes = Lanes(marks, first=secrets.randbelow(STEP_MS))

    def _load(self) -> None:
        self._db = spool_file.connect(self.path)
        self.backlog: int = self._db.execute("SELECT count(*) FROM readings").fetchone()[0]
        self._boot = boots.number_of(self._db, self._boot_id)

    def close(self) -> None:
        """Close the file and let another publisher have it."""
        self._db.close()
        self._lock.close()

    def begin_anew(self, error: sqlite3.Error) -> None:
        """Set the damaged file aside and go on with a new one; numbers and used times go on where they were."""
        self._db.close()
        spool_file.set_aside(self.path, error)
        self._load()
        self._lanes.touch_all()
        if self._anchor is not None:
            self.settle(self._anchor)

    def _last_seq(self) -> int:
        query = "SELECT max(seq) FROM sqlite_sequence WHERE name = 'readings'"
        return int(self._db.execute(query).fetchone()[0] or 0)

    def next_seq(self) -> int:
        """The number of the next reading; those never committed are given out again after a restart."""
        self._next_seq += 1
        return self._next_seq - 1

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    # Dating

    def settle(self, anchor: Anchor) -> int:
        """The right time is known: date new readings at once, and old boots as well as can be.

        Returns the number of the last reading taken so far: all after it come dated.
        """
        with self._transaction():
            boots.save_anchor(self._db, self._boot, anchor)
            boots.guess_earlier(self._db, self._boot, anchor.started_ms)
        self._anchor = anchor
        return self._last_seq()

    def unsettle(self) -> None:
        """The connection is gone: let new readings wait for the next, fresher anchor."""
        self._anchor = None

    def _date(self, stamp: Stamp, anchor: Anchor) -> tuple[int, int]:
        wanted_ms, correction_ms = anchor.date(stamp)
        return self._lanes.take(wanted_ms), correction_ms

    def _save_lanes(self) -> None:
        self._db.executemany("INSERT OR REPLACE INTO lanes VALUES (?, ?)", self._lanes.changes())

    # Writing

    def commit(
        self, taken: Sequence[Taken], done: Collection[int], held: Collection[int] = (), *, lost: int = 0
    ) -> int:
        """Write `taken`, remove `done`, in one durable commit; returns how many had to give way.

        Beyond `max_readings` the oldest go, except those `held` because they are on their way. `lost` ones never got
        here; they are counted with those dropped.
        """
        try:
            with self._transaction():
                removed = self._delete(done)
                # A commit whose outcome nobody waited for is made again: what is there already stays as it is.
                insert = "INSERT OR IGNORE INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)"
                added = self._db.executemany(insert, self._rows(taken)).rowcount
                dropped = self._drop(self.backlog - removed + added - self._max_readings, held)
                self._count("dropped", dropped + lost)
                self._save_lanes()
        except sqlite3.Error:
            self._lanes.touch_all()
            raise
        self.backlog += added - removed - dropped
        return dropped

    def _rows(self, taken: Iterable[Taken]) -> Iterator[tuple[object, ...]]:
        for reading in taken:
            time = (None, None) if self._anchor is None else self._date(reading.stamp, self._anchor)
            stamp = reading.stamp
            yield (
                reading.seq,
                self._boot,
                stamp.wall_ms,
                stamp.mono_ms,
                *time,
                json.dumps(dict(reading.values)),
            )

    def _delete(self, seqs: Collection[int]) -> int:
        return self._db.executemany("DELETE FROM readings WHERE seq = ?", [(seq,) for seq in seqs]).rowcount

    def _drop(self, excess: int, held: Collection[int]) -> int:
        if excess <= 0:
            return 0
        oldest = self._db.execute("SELECT seq FROM readings ORDER BY seq LIMIT ?", (excess + len(held),))
        seqs = [seq for (seq,) in oldest if seq not in held][:excess]
        return self._delete(seqs)

    def _count(self, name: str, count: int) -> None:
        self._db.execute("UPDATE counters SET count = count + ? WHERE name = ?", (count, name))

    def counted(self, name: str) -> int:
        """How many readings were ever `dropped` (the spool was full) or `refused` (the server cannot read them)."""
        return int(self._db.execute("SELECT count FROM counters WHERE name = ?", (name,)).fetchone()[0])

    def refuse(self, seq: int) -> None:
        """Remove a reading that the server will never take, and count it."""
        with self._transaction():
            self.backlog -= self._delete([seq])
            self._count("refused", 1)

    def undate(self, seqs: Collection[int]) -> None:
        """Take back the times of readings that the server did not store: they get new ones by the next anchor."""
        with self._transaction():
            change = "UPDATE readings SET time_ms = NULL, correction_ms = NULL WHERE seq = ?"
            self._db.executemany(change, [(seq,) for seq in seqs])

    # Reading

    def newest(self, limit: int, *, after: int, without: Collection[int] = ()) -> list[Dated]:
        """Up to `limit` of the latest readings numbered above `after`, oldest of them first."""
        query = "SELECT * FROM readings WHERE seq > ? ORDER BY seq DESC LIMIT ?"
        return self._dated(query, (after, limit + len(without)), limit, without)[::-1]

    def oldest(self, limit: int, *, without: Collection[int] = ()) -> list[Dated]:
        """Up to `limit` of the oldest readings; those without a final time get it first, durably."""
        query = "SELECT * FROM readings ORDER BY seq LIMIT ?"
        return self._dated(query, (limit + len(without),), limit, without)

    def _dated(
        self, query: str, arguments: tuple[int, ...], limit: int, without: Collection[int]
    ) -> list[Dated]:
        rows = [row for row in self._db.execute(query, arguments) if row[0] not in without][:limit]
        undated = [row for row in rows if row[4] is None]
        times = self._date_rows(undated) if undated else {}
        return [_as_sent(row[0], times.get(row[0], row[4:6]), row[6]) for row in rows]

    def _date_rows(self, rows: list[tuple[int, ...]]) -> dict[int, tuple[int, int]]:
        anchors = boots.anchors(self._db)
        times = {row[0]: self._date(Stamp(row[2], row[3]), anchors[row[1]]) for row in rows}
        with self._transaction():
            changes = [(*time, seq) for seq, time in times.items()]
            self._db.executemany("UPDATE readings SET time_ms = ?, correction_ms = ? WHERE seq = ?", changes)
            self._save_lanes()
        return times


def _as_sent(seq: int, time: tuple[int, int], metrics: str) -> Dated:
    time_ms, correction_ms = time
    values = {"time": time_ms, **json.loads(metrics)}
    if correction_ms:
        values["clock_correction_ms"] = correction_ms
    return Dated(seq, time_ms, json.dumps(values, separators=(",", ":")))
