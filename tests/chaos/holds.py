"""A database that keeps a commit waiting: a kill meanwhile finds out who acknowledges what is not durable yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from tests.processes import Process

Hold = Callable[[], AbstractContextManager[None]]


def paused(process: Process) -> Hold:
    """A database server that hangs."""

    @contextmanager
    def hold() -> Iterator[None]:
        process.pause()
        try:
            yield
        finally:
            process.resume()

    return hold


def locked(path: Path) -> Hold:
    """An SQLite file that somebody else is writing to."""

    @contextmanager
    def hold() -> Iterator[None]:
        # On leaving, the lock goes with the connection.
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as database:
            database.execute("BEGIN IMMEDIATE")
            yield

    return hold
