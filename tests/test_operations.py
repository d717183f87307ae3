"""What operators see of a real server while the parts around it go and come back."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, build_opener

import pytest

from tests.clients import ask, board
from tests.processes import eventually
from tests.servers import RedisServer, Server

# An hour ago: what is much older is not kept.
T = int(time.time()) * 1000 - 3_600_000
TOKEN = "0123456789abcdef0123456789abcdef"
# Said once a second by the layer's receiving task; so many seconds show whether it is said again.
REPEATS = 4


class ProxiedServer(Server):
    """One that expects a proxy with TLS in front, which these tests pass by."""

    def ready(self) -> bool:
        return get(self, "/readyz")[0] == 200


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
def server(tmp_path: Path, own_redis: RedisServer) -> Iterator[Server]:
    env = {"PUBLIC_URL": "https://sense.example.org", "LOG_FORMAT": "json", "METRICS_TOKEN": TOKEN}
    server = ProxiedServer(tmp_path, redis_url=own_redis.url, env=env)
    server.manage("migrate", "--verbosity", "0")
    with server:
        yield server


def get(server: Server, path: str, **headers: str) -> tuple[int, str]:
    """As a probe asks: by address, without TLS."""
    request = Request(server.url + path, headers={"Host": "10.0.0.5:8000", **headers})
    try:
        with build_opener().open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def ready(server: Server) -> tuple[int, dict[str, str]]:
    status, body = get(server, "/readyz")
    return status, json.loads(body)


def counted(server: Server, sample: str) -> float:
    _, body = get(server, "/metrics", Authorization=f"Bearer {TOKEN}")
    return float(next(line for line in body.splitlines() if line.startswith(f"{sample} ")).split()[-1])


def lines(server: Server) -> list[dict[str, Any]]:
    """What it has logged; the first line of its output, before the log, is for people."""
    return [json.loads(line) for line in server.output().splitlines() if line.startswith("{")]


def said(server: Server, words: str) -> int:
    return sum(words in line["message"] for line in lines(server))


def test_while_redis_is_away_readings_are_stored_and_it_is_told_once(
    server: Server, own_redis: RedisServer
) -> None:
    with board(server, server.add_device("kitchen")) as device:
        own_redis.kill()
        eventually(lambda: "interrupted" in ready(server)[1]["layer"], 30)
        assert ready(server)[0] == 200
        assert counted(server, "sense_live_bus_up") == 0
        assert ask(device, {"time": T, "temperature": 20})["stored"] == 1
        failed = counted(server, 'sense_live_bus_messages_sent_total{result="failed"}')
        eventually(
            lambda: counted(server, 'sense_live_bus_messages_sent_total{result="failed"}') > failed + REPEATS,
            30,
        )
        assert said(server, "Unexpected exception in receive task") == 1
        assert said(server, "The channel layer does not answer") == 1
        own_redis.start()
        eventually(lambda: ready(server)[1]["layer"] == "ok", 30)
        assert counted(server, "sense_live_bus_up") == 1
    assert said(server, "The channel layer is back") == 1
    assert counted(server, "sense_live_readings_stored_total") == 1
    assert "Traceback" not in server.output()


def test_a_database_that_goes_is_named_and_told_once_and_takes_no_server_out(server: Server) -> None:
    with board(server, server.add_device("kitchen")) as device:
        rename(server, "away")
        for number in range(3):
            assert ask(device, {"time": T + number, "temperature": 20})["code"] == "storage_unavailable"
        assert get(server, "/readyz")[0] == 200
        assert counted(server, 'sense_live_commits_total{result="failed"}') == 3
        rename(server, "back")
        for number in range(3):
            assert ask(device, {"time": T + number, "temperature": 20})["stored"] == 1
    assert said(server, "Readings cannot be stored") == 1
    assert said(server, "The database is back") == 1


def rename(server: Server, way: str) -> None:
    names = ("liveapp_reading", "gone") if way == "away" else ("gone", "liveapp_reading")
    with closing(sqlite3.connect(server.folder / "sense-live.sqlite3", timeout=20)) as database:
        database.execute("ALTER TABLE {} RENAME TO {}".format(*names))


def test_a_server_that_never_reached_its_database_is_not_ready(tmp_path: Path) -> None:
    with Server(tmp_path) as server:  # no tables were made
        status, parts = ready(server)
        assert status == 503
        assert parts["process"].startswith("starting")
        assert parts["database"].startswith("away")
        assert get(server, "/healthz")[0] == 200
        server.manage("migrate", "--verbosity", "0")
        eventually(lambda: ready(server)[0] == 200)


def test_a_line_about_a_connection_names_the_device_and_the_connection(server: Server) -> None:
    token = server.add_device("kitchen")
    with board(server, token):
        pass
    came, went = eventually(lambda: pair(server))
    assert (came["device"], came["connection"]) == ("kitchen", went["connection"])
    assert token.partition(".")[2] not in server.output()


def pair(server: Server) -> list[dict[str, Any]]:
    """The lines about coming and going, when both are there."""
    found = [line for line in lines(server) if "connected" in line["message"]]
    return found if len(found) == 2 else []


def test_nobody_reads_the_counts_without_the_token(server: Server) -> None:
    through_the_proxy = {"Host": "sense.example.org", "X-Forwarded-Proto": "https"}
    for headers in ({"Authorization": "Bearer wrong"}, through_the_proxy):
        status, body = get(server, "/metrics", **headers)
        assert (status, json.loads(body)["code"]) == (401, "unauthorized")


def test_a_server_ends_well_while_redis_is_away(server: Server, own_redis: RedisServer) -> None:
    with board(server, server.add_device("kitchen")):
        own_redis.kill()
        eventually(lambda: "interrupted" in ready(server)[1]["layer"], 30)
        server.stop()
    assert server.status == 0
    assert "Traceback" not in server.output()
