"""Workers as processes: jobs are done with no hand, by one of many, and end when they are told to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.processes import eventually
from tests.servers import Server, Worker

MANY = 20_000


def put_readings(server: Server, count: int) -> None:
    """Readings of the first device, as if they had been there for long."""
    with closing(sqlite3.connect(server.folder / "sense-live.sqlite3", timeout=20)) as database, database:
        rows = ((1 << 42 | number, '{"a": 1}') for number in range(count))
        database.executemany('INSERT INTO liveapp_reading ("_id", "values") VALUES (?, ?)', rows)


def readings(server: Server) -> int:
    with closing(sqlite3.connect(server.folder / "sense-live.sqlite3", timeout=20)) as database:
        return int(database.execute("SELECT count(*) FROM liveapp_reading").fetchone()[0])


def ask_for_deletion(server: Server) -> None:
    """As the dashboard does, which does not wait for the readings to go."""
    with closing(sqlite3.connect(server.folder / "sense-live.sqlite3", timeout=20)) as database, database:
        database.execute("DELETE FROM liveapp_job")
        database.execute("INSERT OR REPLACE INTO liveapp_deletion VALUES (1, 'kitchen', datetime('now'))")


def test_of_two_workers_one_removes_the_readings_and_both_end_when_told_to(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.manage("migrate", "--verbosity", "0")
    server.add_device("kitchen")
    put_readings(server, MANY)
    ask_for_deletion(server)
    first, second = Worker(server, name="first"), Worker(server, name="second")
    with first, second:
        eventually(lambda: readings(server) == 0, timeout_s=60)
        eventually(lambda: f"removed {MANY} readings" in first.output() + second.output())
    assert (first.status, second.status) == (0, 0)
    assert "Traceback" not in first.output() + second.output()


def test_a_worker_without_its_tables_says_so_once_and_goes_on_when_they_are_there(tmp_path: Path) -> None:
    server = Server(tmp_path)
    with Worker(server) as worker:
        eventually(lambda: "does not answer" in worker.output())
        server.manage("migrate", "--verbosity", "0")
        eventually(lambda: "is back" in worker.output())
    assert worker.output().count("does not answer") == 1


def test_a_server_does_the_jobs_itself_unless_they_are_left_to_a_worker(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.manage("migrate", "--verbosity", "0")
    server.add_device("kitchen")
    put_readings(server, 100)
    ask_for_deletion(server)
    alone = list(server.command)
    server.command = [*alone, "--without-worker"]
    with server, Worker(server) as worker:
        eventually(lambda: "removed 100 readings" in worker.output())
    assert "removed" not in server.output()
    put_readings(server, 100)
    ask_for_deletion(server)
    server.command = alone
    with server:
        eventually(lambda: readings(server) == 0)
