"""The spool's file: opened, locked, checked, and set aside when it is damaged."""

import contextlib
import fcntl
import logging
import os
import sqlite3
from pathlib import Path
from typing import IO

from .errors import SpoolBusy, SpoolUnusable

log = logging.getLogger(__name__)

VERSION = 1
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
SCHEMA = """
CREATE TABLE boots (boot INTEGER PRIMARY KEY AUTOINCREMENT, boot_id TEXT NOT NULL UNIQUE,
                    server_ms INTEGER, mono_ms INTEGER);
CREATE TABLE readings (seq INTEGER PRIMARY KEY AUTOINCREMENT, boot INTEGER NOT NULL, wall_ms INTEGER NOT NULL,
                       mono_ms INTEGER NOT NULL, time_ms INTEGER, correction_ms INTEGER, metrics TEXT NOT NULL);
CREATE TABLE lanes (lane INTEGER PRIMARY KEY, mark_ms INTEGER NOT NULL);
CREATE TABLE counters (name TEXT PRIMARY KEY, count INTEGER NOT NULL);
INSERT INTO counters VALUES ('dropped', 0), ('refused', 0);
"""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether `error` means that the file itself is broken (and not: full, locked, read-only)."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in DAMAGED


def lock(path: Path) -> IO[str]:
    """Hold `path` for this process as long as the returned file stays open.

    Raises `SpoolBusy` when another publisher holds it, `SpoolUnusable` when its folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = open(f"{path}.lock", "a")  # noqa: SIM115  held open for as long as the spool is
    except OSError as error:
        raise unusable(path, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise SpoolBusy(
            f"Another publisher is using the spool {path}. Stop it first, or give this one a spool of its own "
            "with --spool."
        ) from error
    return handle


def unusable(path: Path, error: Exception) -> SpoolUnusable:
    """The sentence for a spool path that does not work."""
    return SpoolUnusable(
        f"The spool {path} cannot be used: {error}. Choose a file in a folder this user may write to, with --spool."
    )


def connect(path: Path) -> sqlite3.Connection:
    """Open the spool at `path`; a damaged file is set aside and a new one begun.

    Raises `SpoolUnusable` for a path that cannot be opened or a spool of a newer version.
    """
    try:
        return _open(path)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise unusable(path, error) from error
        set_aside(path, error)
        return _open(path)


def set_aside(path: Path, error: sqlite3.Error) -> None:
    """Rename the damaged spool and its journals to `….damaged-1` and so on, where they can be looked into."""
    number = 1
    while os.path.exists(f"{path}.damaged-{number}"):
        number += 1
    try:
        for suffix in ("-wal", "-shm", ""):
            with contextlib.suppress(FileNotFoundError):
                os.rename(f"{path}{suffix}", f"{path}.damaged-{number}{suffix}")
    except OSError as failure:
        raise unusable(path, failure) from error
    log.error(
        "The spool %s is damaged (%s). It was kept as %s.damaged-%d and a new one was begun: readings in it that the "
        "server did not have yet are not sent.",
        path, error, path, number,
    )  # fmt: skip


def _open(path: Path) -> sqlite3.Connection:
    # What a board measures is its owner's business; what SQLite puts beside the file has the same rights.
    path.touch(mode=0o600, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        _prepare(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA journal_size_limit = 4194304")
    verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise _damage(verdict)
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise SpoolUnusable(
            f"The spool {path} was written by a newer publisher (version {version}, this one knows {VERSION}). "
            "Update this publisher, or choose another file with --spool."
        )
    if version == 0:
        db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")


def _damage(verdict: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(verdict)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
