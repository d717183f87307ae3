"""Two servers on one MongoDB and one Redis: whoever is at the one is seen and felt at the other."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from websockets.sync.client import ClientConnection

from tests.clients import add_device, ask, board, call, closed, dashboard, signed_in, until
from tests.home import prepare
from tests.processes import eventually
from tests.servers import Mongod, RedisServer, Server

# An hour ago: what is much older is not kept.
T = int(time.time()) * 1000 - 3_600_000
PASSWORD = "the kettle sings at seven"
# The lease of a device, with time for the noise of a busy machine.
LEASE_S = 45


class Pair(NamedTuple):
    """Two servers, and a person who is signed in at both."""

    first: Server
    second: Server
    person: OpenerDirector


@pytest.fixture(scope="module")
def pair(
    mongod: Mongod, redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    first, second = (new_server(folder, name, mongod, redis_server) for name in ("first", "second"))
    home = prepare(first)
    with first, second:
        yield Pair(first, second, signed_in(first, home.link))
        for server in (first, second):
            assert "Traceback" not in server.output()


def new_server(folder: Path, name: str, mongod: Mongod, redis_server: RedisServer) -> Server:
    url = mongod.database_url("several_processes")
    return Server(folder, name=name, database_url=url, redis_url=redis_server.url)


def is_presence(device: str, *, online: bool) -> Callable[[dict[str, Any]], bool]:
    return lambda message: (
        message["type"] == "presence"
        and (message["device"], message["online"])
        == (
            device,
            online,
        )
    )


def listed(pair: Pair, server: Server, device: str) -> dict[str, Any]:
    return dict(call(server, pair.person, "GET", f"/api/devices/{device}/"))


def test_any_board_reaches_any_dashboard(pair: Pair) -> None:
    tokens = {name: add_device(pair.first, pair.person, name) for name in ("cellar", "attic")}
    with ExitStack() as stack:
        boards = {
            "cellar": stack.enter_context(board(pair.first, tokens["cellar"])),
            "attic": stack.enter_context(board(pair.second, tokens["attic"])),
        }
        viewers = [stack.enter_context(dashboard(one, pair.person)) for one in (pair.first, pair.second)]
        for name, connection in boards.items():
            assert ask(connection, {"readings": [{"time": T, "temperature": 20}]})["stored"] == 1
            for viewer in viewers:
                seen = until(viewer, lambda message: message["type"] == "readings")
                assert seen["series"] == [{"device": name, "time": [T], "values": {"temperature": [20]}}]


def test_coming_and_going_is_told_and_listed_alike_at_both(pair: Pair) -> None:
    token = add_device(pair.first, pair.person, "hall")
    with dashboard(pair.first, pair.person) as here, dashboard(pair.second, pair.person) as there:
        with board(pair.first, token):
            for viewer in (here, there):
                until(viewer, is_presence("hall", online=True))
            assert [listed(pair, server, "hall")["online"] for server in pair[:2]] == [True, True]
        gone = [until(viewer, is_presence("hall", online=False)) for viewer in (here, there)]
    assert abs(gone[0]["last_seen"] - gone[1]["last_seen"]) < 5_000
    assert [listed(pair, server, "hall")["online"] for server in pair[:2]] == [False, False]


def test_a_newer_connection_at_another_server_takes_the_place_of_the_older(pair: Pair) -> None:
    token = add_device(pair.first, pair.person, "porch")
    with dashboard(pair.first, pair.person) as viewer, board(pair.first, token) as old:
        with board(pair.second, token) as new:
            assert closed(old) == 4409
            assert ask(new, {"temperature": 20})["stored"] == 1
            assert listed(pair, pair.first, "porch")["online"]
        # The goodbye of the older one did not count; that of the newer does.
        until(viewer, is_presence("porch", online=True))
        until(viewer, is_presence("porch", online=False))


def test_of_connections_that_come_at_once_at_both_one_stays(pair: Pair) -> None:
    token = add_device(pair.first, pair.person, "gate")
    with ExitStack() as stack:
        many = [stack.enter_context(board(server, token)) for server in pair[:2] * 3]

        def still_open() -> list[ClientConnection]:
            return [one for one in many if one.protocol.state.name == "OPEN"]

        eventually(lambda: len(still_open()) == 1)
        assert ask(still_open()[0], {"temperature": 20})["stored"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "rotate/", {}, 4401),
        ("PATCH", "", {"enabled": False}, 4403),
        ("DELETE", "", None, 4401),
    ],
)
def test_what_is_revoked_at_one_server_ends_the_connection_at_the_other(
    pair: Pair, method: str, path: str, body: Any, code: int
) -> None:
    name = f"revoked-{code}-{method.lower()}"
    with board(pair.second, add_device(pair.first, pair.person, name)) as device:
        call(pair.first, pair.person, method, f"/api/devices/{name}/{path}", body)
        assert closed(device) == code


def test_a_change_at_one_server_is_seen_at_the_other(pair: Pair) -> None:
    add_device(pair.first, pair.person, "shed")
    with dashboard(pair.second, pair.person) as viewer:
        call(pair.first, pair.person, "PATCH", "/api/devices/shed/", {"name": "The shed"})

        def is_renamed(message: Any) -> bool:
            # Its coming may still be told, alone or together with this.
            changes = message.get("changes", [message])
            return any(one.get("id") == "shed" and one["data"]["name"] == "The shed" for one in changes)

        until(viewer, is_renamed)


def test_a_session_that_is_ended_at_one_server_loses_its_pages_at_the_other(pair: Pair) -> None:
    here = signed_in(pair.first, pair.first.add_administrator("keeper"))
    call(pair.first, here, "POST", "/api/account/password/", {"password": PASSWORD})
    there = build_opener(HTTPCookieProcessor())
    there.open(pair.second.url).close()
    call(pair.second, there, "POST", "/api/session/", {"username": "keeper", "password": PASSWORD})
    with dashboard(pair.second, there) as page, dashboard(pair.first, here) as own:
        call(pair.first, here, "DELETE", "/api/account/sessions/")
        assert closed(page) == 4401
        assert call(pair.second, there, "GET", "/api/session/")["user"] is None
        own.send('{"type": "subscribe", "devices": "all"}')
        until(own, lambda message: message["type"] == "welcome")


def test_a_server_that_is_stopped_closes_with_1001_and_leaves_no_gap_at_the_other(
    pair: Pair, mongod: Mongod, redis_server: RedisServer
) -> None:
    third = new_server(pair.first.folder, "third", mongod, redis_server)
    token = add_device(pair.first, pair.person, "roof")
    with third, dashboard(pair.first, pair.person) as viewer:
        with board(third, token) as device, dashboard(third, pair.person) as other:
            assert ask(device, {"readings": [{"time": T, "temperature": 20}]})["stored"] == 1
            third.send_signal(signal.SIGTERM)
            assert (closed(device), closed(other)) == (1001, 1001)
        kinds: list[str] = []

        def is_the_end(message: dict[str, Any]) -> bool:
            kinds.append(message["type"])
            return is_presence("roof", online=False)(message)

        until(viewer, is_the_end)
        assert "readings" in kinds
        assert "gap" not in kinds[kinds.index("readings") :]


def test_a_board_whose_server_is_killed_is_offline_for_all_within_its_lease(
    pair: Pair, mongod: Mongod, redis_server: RedisServer
) -> None:
    doomed = new_server(pair.first.folder, "doomed", mongod, redis_server)
    token = add_device(pair.first, pair.person, "tower")
    with doomed, board(doomed, token) as device:
        assert ask(device, {"readings": [{"time": T, "temperature": 20}]})["stored"] == 1
        eventually(lambda: listed(pair, pair.first, "tower")["online"])
        with dashboard(pair.first, pair.person) as viewer:
            doomed.kill()
            # What it had acknowledged and perhaps not told any more.
            until(viewer, lambda message: message["type"] == "gap")
        eventually(lambda: not listed(pair, pair.first, "tower")["online"], LEASE_S)
        eventually(lambda: not listed(pair, pair.second, "tower")["online"])
