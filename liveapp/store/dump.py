"""What a dump of a whole database promises, whichever engine is behind it."""

import os
import sqlite3
from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO

Rows = dict[str, int]
# Collections wait under such a name until all of a backup are whole.
STAGE = "restoring_"
DAMAGED = (
    "The database itself is damaged. Stop the servers, move its file and those that begin as it "
    "(-wal, -shm) away, and restore a backup."
)


class DumpFailed(Exception):
    """The sentence says what was wrong and how to mend it."""


class Dump(ABC):
    """All methods block and raise DumpFailed, or OSError for a file."""

    # As people call it.
    engine: str

    @abstractmethod
    def save(self, folder: Path) -> Rows:
        """Write every table into `folder`; how many rows of each.

        All that was acknowledged when it began is in it. Servers go on writing meanwhile.
        """

    @abstractmethod
    def load(self, folder: Path, rows: Rows) -> None:
        """Put what `save` wrote in the place of all that is there. What fails leaves the database as it was."""


def new_file(path: Path) -> BinaryIO:
    """For its owner alone, from the first byte on."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def expect(table: str, found: int, rows: Rows) -> None:
    """Raises DumpFailed unless a table has as many rows as the backup says."""
    if found != rows.get(table):
        raise DumpFailed(
            f"{table} has {found} rows and not {rows.get(table)}: the backup is damaged. Use another one."
        )


def in_short(error: Exception) -> str:
    """What a database says of itself, without the many words that some drivers add in brackets."""
    return str(error).partition(" (")[0].rstrip(".")[:200]


def is_damage(error: BaseException | None) -> bool:
    """Whether SQLite finds its own file broken."""
    broken = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return isinstance(error, sqlite3.DatabaseError) and getattr(error, "sqlite_errorcode", None) in broken


def is_stage(table: str) -> bool:
    """Whether it is left of a restore that was cut off."""
    return table.startswith(STAGE)
