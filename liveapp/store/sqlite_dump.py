"""SQLite's dump: one file, a database itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections

from liveapp.store.dump import DAMAGED, Dump, DumpFailed, Rows, expect, is_damage, new_file

FILE = "sense-live.sqlite3"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
# Longer than any commit holds the file.
PATIENCE_S = 60


class SqliteDump(Dump):
    """See `liveapp.store.dump.Dump`."""

    engine = "SQLite"

    def save(self, folder: Path) -> Rows:
        new_file(folder / FILE).close()
        with _sentences(DAMAGED), closing(_live()) as live:
            # One snapshot, which does not hold up those who write.
            live.execute("VACUUM INTO ?", [str(folder / FILE)])
        with _sentences(DAMAGED), closing(_saved(folder)) as saved:
            return _check(saved)

    def load(self, folder: Path, rows: Rows) -> None:
        verify(folder, rows)
        with _sentences(DAMAGED), closing(_saved(folder)) as saved, closing(_live()) as live:
            # In one transaction: whoever reads meanwhile sees the old or the new.
            saved.backup(live)


def verify(folder: Path, rows: Rows) -> None:
    """Raises DumpFailed unless the file is whole and has as many rows as the backup says."""
    with _sentences("Use another backup."), closing(_saved(folder)) as saved:
        for table, count in _check(saved).items():
            expect(table, count, rows)


def address(folder: Path) -> str:
    """Of the file, for those who only read: nobody writes to it, so there are no locks and no files beside it."""
    return f"{(folder / FILE).absolute().as_uri()}?mode=ro&immutable=1"


def _live() -> sqlite3.Connection:
    path = connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]
    return sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)


def _saved(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(address(folder), uri=True)


def _check(database: sqlite3.Connection) -> Rows:
    """The rows of each table, after SQLite has looked through all of the file."""
    (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise DumpFailed(f"SQLite finds the file damaged ({verdict}). Use another backup.")
    tables = [name for (name,) in database.execute(TABLES)]
    # Names from the file's own list, quoted.
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608


@contextmanager
def _sentences(when_damaged: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        hint = when_damaged if is_damage(error) else "Look at the free space of the disk."
        raise DumpFailed(f"SQLite says: {error}. {hint}") from error
