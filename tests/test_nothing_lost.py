"""Nothing lost, nothing twice: server and publisher killed, the board's clock set back, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import eventually
from tests.reconcile import StoredValues, reconcile, stored_in_mongodb, stored_in_sqlite, taken
from tests.servers import Mongod, Publisher, Server

TEN_MINUTES_MS = 600_000
# Enough between two faults to be in the middle of everything: 10 a second are taken.
SOME = 15


@pytest.fixture(params=["sqlite", "mongodb"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Server, StoredValues]:
    """A server that is not running yet, and a way to look into its database past it."""
    if request.param == "sqlite":
        server = Server(tmp_path)
        stored = stored_in_sqlite(tmp_path / "sense-live.sqlite3")
    else:
        mongod: Mongod = request.getfixturevalue("mongod")
        server = Server(tmp_path, database_url=mongod.database_url(tmp_path.name))
        stored = stored_in_mongodb(mongod, tmp_path.name)
    server.manage("migrate", "--verbosity", "0")
    return server, stored


def test_every_reading_is_stored_once_through_kills_and_a_clock_set_back(
    place: tuple[Server, StoredValues], tmp_path: Path
) -> None:
    server, stored = place
    clock = tmp_path / "clock"
    clock.write_text("0")
    options = ["--simulator-sequence", "--commit-interval", "0", "--clock-file", str(clock)]
    options += ["--reconnect-limit", "0.5", "--ack-timeout", "5"]
    token = server.add_device("kitchen")
    with server:
        with Publisher(tmp_path, server.websocket_url, token, *options, "--interval", "0.1") as publisher:
            for victim in (server, publisher, server, publisher, server):
                wait_for_more(publisher, stored)
                # Not right after a commit, where little is in flight, but while readings are on their way.
                wait_for_more(publisher, None, count=2)
                victim.kill()
                if victim is server:
                    wait_for_more(publisher, None)
                victim.restart()
                clock.write_text(str(-TEN_MINUTES_MS))
            wait_for_more(publisher, stored)
        # Once more, now hardly measuring: what is left in the spool is sent.
        with Publisher(tmp_path, server.websocket_url, token, *options, "--interval", "3600") as publisher:
            eventually(lambda: nothing_missing(publisher, stored), timeout_s=30)
    verdict = reconcile(publisher.record, stored())
    print(verdict)
    assert verdict.is_exactly_once, verdict
    assert verdict.taken > 100


def wait_for_more(publisher: Publisher, stored: StoredValues | None, *, count: int = SOME) -> None:
    """Until the sensor gave `count` readings more, and (with `stored`) the database has as many more too."""
    before = count_taken(publisher)
    eventually(lambda: count_taken(publisher) >= before + count, timeout_s=30, every_s=0.01)
    if stored is not None:
        held = len(stored())
        eventually(lambda: len(stored()) >= held + count, timeout_s=30)


def nothing_missing(publisher: Publisher, stored: StoredValues) -> bool:
    verdict = reconcile(publisher.record, stored())
    assert not verdict.missing, verdict
    return True


def count_taken(publisher: Publisher) -> int:
    return len(taken(publisher.record)[0]) if publisher.record.exists() else 0
