"""A MongoDB of three whose primary is killed, hangs, or steps down under load: nothing is lost, no hand is needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.home import Home, prepare
from tests.processes import eventually
from tests.reconcile import reconcile, taken
from tests.replica_set import Member, ReplicaSet
from tests.servers import Publisher, Server

DATABASE = "failover"


class Place(NamedTuple):
    mongodb: ReplicaSet
    home: Home


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ReplicaSet(tmp_path) as mongodb:
        server = Server(tmp_path, database_url=mongodb.database_url(DATABASE))
        home = prepare(server)
        with server:
            yield Place(mongodb, home)
            assert "Traceback" not in server.output()


def stored(place: Place) -> list[dict[str, float]]:
    with place.mongodb.client() as client:
        return [row["values"] for row in client[DATABASE]["liveapp_reading"].find()]


def goes_on(place: Place, publisher: Publisher) -> None:
    """Until some more was taken, and all of that was stored."""
    before = len(taken(publisher.record)[0]) if publisher.record.exists() else 0
    eventually(lambda: publisher.record.exists() and len(taken(publisher.record)[0]) >= before + 15, 30)
    so_far = taken(publisher.record)[0]
    eventually(lambda: so_far <= {values["sequence"] for values in stored(place)}, 60, every_s=0.2)


def kill(place: Place, primary: Member) -> None:
    primary.kill()
    place.mongodb.primary(other_than=primary)
    primary.start()


def hang(place: Place, primary: Member) -> None:
    """Until the others have voted; then it wakes up and still takes itself for the primary."""
    primary.pause()
    place.mongodb.primary(other_than=primary)
    primary.resume()


def step_down(place: Place, primary: Member) -> None:
    """As when a member is upgraded."""
    with primary.client() as client:
        client.admin.command("replSetStepDown", 30, secondaryCatchUpPeriodSecs=10)
    place.mongodb.primary(other_than=primary)


def test_nothing_is_lost_whatever_makes_the_primary_change(place: Place) -> None:
    with place.home.publisher("--simulator-sequence", "--ack-timeout", "30") as publisher:
        for change in (kill, hang, step_down):
            goes_on(place, publisher)
            change(place, place.mongodb.primary())
            goes_on(place, publisher)
            eventually(place.mongodb.is_whole, 60)
    # Once more, now hardly measuring: what is left in the spool is sent.
    with place.home.publisher("--simulator-sequence", "--interval", "3600") as publisher:
        eventually(lambda: not reconcile(publisher.record, stored(place)).missing, 60, every_s=0.2)
    verdict = reconcile(publisher.record, stored(place))
    assert verdict.is_exactly_once, verdict
    assert verdict.taken > 90
