"""Redis goes, hangs, or is cut off from one of two servers: dashboards are told, boards notice nothing, all heals."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.request import OpenerDirector

import pytest
from websockets.sync.client import ClientConnection

from tests.clients import ask, board, call, dashboard, signed_in, until
from tests.home import prepare
from tests.lines import Line
from tests.processes import HOST
from tests.servers import RedisServer, Server


class Place(NamedTuple):
    """Two servers on one SQLite file; the second reaches Redis over a line."""

    redis: RedisServer
    line: Line
    first: Server
    second: Server
    token: str
    person: OpenerDirector


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("redis_away")
    with RedisServer(folder) as redis, Line(redis.port) as line:
        first = Server(folder, name="first", redis_url=redis.url)
        second = Server(folder, name="second", redis_url=f"redis://{HOST}:{line.port}/0")
        home = prepare(first)
        with first, second:
            yield Place(redis, line, first, second, home.token, signed_in(first, home.link))
            for server in (first, second):
                assert "Traceback" not in server.output()


@pytest.fixture
def viewers(place: Place) -> Iterator[tuple[ClientConnection, ClientConnection]]:
    """One at each server, both of which hear the board that is online."""
    with dashboard(place.first, place.person) as here, dashboard(place.second, place.person) as there:
        yield here, there


def until_type(viewer: ClientConnection, kind: str) -> dict[str, Any]:
    return until(viewer, lambda message: message["type"] == kind)


def store(device: ClientConnection) -> int:
    """Send a reading and have it acknowledged; its time."""
    time_ms = time.time_ns() // 1_000_000
    ack = ask(device, {"readings": [{"time": time_ms, "temperature": 20}]})
    assert ack["stored"] == 1
    return time_ms


def brings(viewer: ClientConnection, time_ms: int) -> bool:
    """Once the reading of that time has come."""
    return bool(
        until(viewer, lambda message: any(time_ms in one["time"] for one in message.get("series", [])))
    )


def all_until(
    viewer: ClientConnection, check: Callable[[list[dict[str, Any]]], bool]
) -> list[dict[str, Any]]:
    """All that was told until it is enough."""
    told: list[dict[str, Any]] = []

    def is_enough(message: dict[str, Any]) -> bool:
        told.append(message)
        return check(told)

    until(viewer, is_enough)
    return told


def has_resumed(told: list[dict[str, Any]]) -> bool:
    return any(message["type"] == "resumed" for message in told)


def is_made_good(told: list[dict[str, Any]], time_ms: int) -> bool:
    """A Redis that hung tells late what it was sent; of one that was killed a gap remains."""
    return any(time_ms in series["time"] for message in told for series in message.get("series", [])) or any(
        message["start"] <= time_ms <= message["end"] for message in told if message["type"] == "gap"
    )


def is_interrupted(place: Place, server: Server) -> bool:
    return bool(call(server, place.person, "GET", "/readyz")["layer"] != "ok")


@pytest.mark.parametrize(
    ("take_away", "bring_back"),
    [(RedisServer.kill, RedisServer.start), (RedisServer.pause, RedisServer.resume)],
    ids=["killed", "hanging"],
)
def test_a_redis_that_is_away_is_told_and_what_was_missed_is_told_when_it_is_back(
    place: Place,
    viewers: tuple[ClientConnection, ClientConnection],
    take_away: Callable[[RedisServer], None],
    bring_back: Callable[[RedisServer], Any],
) -> None:
    with board(place.first, place.token) as device:
        for viewer in viewers:
            until(viewer, lambda message: message["type"] == "presence" and message["online"])
        take_away(place.redis)
        missed_ms = store(device)
        since_ms = [until_type(viewer, "interrupted")["since"] for viewer in viewers]
        # Who asks now is told so too, and the board notices nothing.
        viewers[1].send('{"type": "subscribe", "devices": "all"}')
        assert until_type(viewers[1], "welcome")["interrupted_since"] == since_ms[1]
        store(device)
        bring_back(place.redis)
        for viewer in viewers:
            told = all_until(viewer, lambda told: has_resumed(told) and is_made_good(told, missed_ms))
            assert not [message for message in told if message["type"] == "presence"]
        after_ms = store(device)
        for viewer in viewers:
            assert brings(viewer, after_ms)


def test_a_server_whose_connections_were_forgotten_on_the_way_makes_new_ones(
    place: Place, viewers: tuple[ClientConnection, ClientConnection]
) -> None:
    here, there = viewers
    with board(place.first, place.token) as device:
        place.line.strand()
        missed_ms = store(device)
        assert brings(here, missed_ms)
        until_type(there, "interrupted")
        assert not is_interrupted(place, place.first)
        all_until(there, lambda told: has_resumed(told) and is_made_good(told, missed_ms))
        after_ms = store(device)
        assert brings(there, after_ms)


def test_a_short_cut_leaves_a_gap_though_nobody_sends_anything_afterwards(
    place: Place, viewers: tuple[ClientConnection, ClientConnection]
) -> None:
    here, there = viewers
    with board(place.first, place.token) as device:
        place.line.cut()
        missed_ms = store(device)
        assert brings(here, missed_ms)
        place.line.open()
        gap = until_type(there, "gap")
        assert gap["start"] <= missed_ms <= gap["end"]
