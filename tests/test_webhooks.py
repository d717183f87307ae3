"""Webhooks end to end: a server, a worker, and the receivers of docs/examples, each a process."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Signer

from tests.clients import add_device, board, call, signed_in
from tests.processes import HOST, ROOT, Process, eventually, free_port
from tests.servers import Server, Worker

EXAMPLES = ROOT / "docs" / "examples"
# Retried at once and often: no test waits for what a receiver would be given time for.
ENV = {"WEBHOOK_ALLOWED_NETWORKS": f"{HOST}/32", "WEBHOOK_BACKOFF_S": ",".join(["1"] * 300)}
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver(Process):
    """One of the examples, listening."""

    def __init__(self, folder: Path, secret: str, port: int, program: str = "webhook_receiver.py") -> None:
        self.port = port
        path = str(EXAMPLES / program)
        command = (
            [sys.executable, path, "--port", str(port)]
            if program.endswith(".py")
            else ["node", path, str(port)]
        )
        super().__init__("receiver", command, folder=folder, env={"SENSE_WEBHOOK_SECRET": secret})

    def ready(self) -> bool:
        with closing(socket.create_connection((HOST, self.port), timeout=5)):
            return True

    def heard(self) -> list[Any]:
        """The events it has printed."""
        return [json.loads(line) for line in self.output().splitlines() if line.startswith("{")]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Without a worker: that is a process of its own."""
    server = Server(tmp_path, env=ENV)
    server.command.append("--without-worker")
    server.manage("migrate", "--verbosity", "0")
    with server:
        yield server


class Told:
    """A webhook of this server that leads to a port of this machine."""

    def __init__(self, server: Server, *events: str) -> None:
        self.server, self.person, self.port = server, signed_in(server), free_port()
        given = {"name": "Test", "url": f"http://{HOST}:{self.port}/", "events": list(events)}
        made = self.call("POST", "/api/webhooks/", given)
        self.path, self.secret = f"/api/webhooks/{made['id']}/", made["secret"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return call(self.server, self.person, method, path, body)

    def deliveries(self) -> list[Any]:
        return list(self.call("GET", f"{self.path}deliveries/")["deliveries"])


def test_a_new_device_is_told_of_and_verified_by_the_example(server: Server, tmp_path: Path) -> None:
    told = Told(server, "device.added")
    with Receiver(tmp_path, told.secret, told.port) as receiver, Worker(server):
        add_device(server, told.person, "kitchen")
        eventually(receiver.heard)
        eventually(lambda: told.deliveries()[0]["state"] == "delivered")
    [event] = receiver.heard()
    assert (event["event"], event["device"], event["data"]["name"]) == ("device.added", "kitchen", "kitchen")
    [delivery] = told.deliveries()
    assert (delivery["status"], delivery["attempts"]) == (204, 1)


def test_while_the_receiver_is_down_it_is_tried_again_until_it_is_back(
    server: Server, tmp_path: Path
) -> None:
    told = Told(server, "device.added")
    with Worker(server):
        add_device(server, told.person, "kitchen")
        eventually(lambda: told.deliveries()[0]["attempts"] >= 2)
        assert told.call("GET", told.path)["last"]["ok"] is False
        with Receiver(tmp_path, told.secret, told.port) as receiver:
            eventually(receiver.heard)
            eventually(lambda: told.call("GET", told.path)["last"]["ok"])
    assert [event["device"] for event in receiver.heard()] == ["kitchen"]


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(server: Server, tmp_path: Path) -> None:
    told = Told(server, "device.added")
    with socket.create_server((HOST, told.port)) as silent, Worker(server, name="killed") as killed:
        add_device(server, told.person, "kitchen")
        silent.settimeout(20)
        connection, _ = silent.accept()
        killed.kill()
        connection.close()
    pass_time(server)
    with Receiver(tmp_path, told.secret, told.port) as receiver, Worker(server):
        eventually(receiver.heard, timeout_s=20)
        eventually(lambda: told.deliveries()[0]["state"] == "delivered")
    assert [event["device"] for event in receiver.heard()] == ["kitchen"]


def pass_time(server: Server) -> None:
    """As if the leases of a worker that died had run out."""
    with closing(sqlite3.connect(server.folder / "sense-live.sqlite3", timeout=20)) as database, database:
        database.execute("UPDATE liveapp_job SET held_until = '1970-01-01', due_at = '1970-01-01'")
        database.execute("UPDATE liveapp_delivery SET due_ms = 0 WHERE state = 'waiting'")


def test_a_board_that_comes_and_goes_is_told_of_by_one_of_two_servers(
    tmp_path: Path, redis_server: Any
) -> None:
    first = Server(tmp_path, redis_url=redis_server.url, env=ENV)
    first.manage("migrate", "--verbosity", "0")
    second = Server(tmp_path, redis_url=redis_server.url, env=ENV, name="second")
    with first, second:
        told = Told(first, "presence.online", "presence.offline")
        token = add_device(first, told.person, "kitchen")
        with Receiver(tmp_path, told.secret, told.port) as receiver:
            with board(second, token):
                eventually(lambda: [event["event"] for event in receiver.heard()] == ["presence.online"], 20)
            eventually(lambda: len(receiver.heard()) >= 2, 20)
            told.call("POST", f"{told.path}test/")
            # It comes behind whatever a second server would have told.
            eventually(lambda: receiver.heard()[-1]["event"] == "test", 20)
    assert [event["event"] for event in receiver.heard()] == ["presence.online", "presence.offline", "test"]


PROGRAMS = ["webhook_receiver.py", "webhook-receiver.mjs"]


@pytest.fixture(params=PROGRAMS)
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Receiver]:
    if request.param.endswith(".mjs") and not shutil.which("node"):
        pytest.skip("node was not found")
    with Receiver(tmp_path, SECRET, free_port(), request.param) as receiver:
        yield receiver


def signed(body: str, *, off_s: int = 0, secret: str = SECRET, message_id: str = "msg_1") -> dict[str, str]:
    at = datetime.fromtimestamp(int(datetime.now(UTC).timestamp()) + off_s, UTC)
    signature = Signer(secret).sign(message_id, at, body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def post(receiver: Receiver, headers: dict[str, str], body: str) -> int:
    """The status of its answer."""
    request = urllib.request.Request(f"http://{HOST}:{receiver.port}/", body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_the_examples_take_what_is_genuine_once_and_refuse_what_was_tampered_with(receiver: Receiver) -> None:
    body = '{"event": "test", "where": "Küche"}'
    headers = signed(body)
    assert [post(receiver, headers, body) for _ in range(2)] == [204, 204]
    assert receiver.heard() == [json.loads(body)]
    other = "whsec_" + "A" * 32
    two = {**headers, "webhook-id": "msg_2"}
    two["webhook-signature"] = f"v1,AAAA {signed(body, message_id='msg_2')['webhook-signature']}"
    assert post(receiver, two, body) == 204
    attacks = [
        (headers, body.replace("test", "text")),
        ({**headers, "webhook-id": "msg_3"}, body),
        ({**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}, body),
        ({**headers, "webhook-timestamp": "soon"}, body),
        ({**headers, "webhook-signature": "v1,AAAA"}, body),
        ({**headers, "webhook-signature": ""}, body),
        (signed(body, secret=other, message_id="msg_4"), body),
        (signed(body, off_s=-400, message_id="msg_5"), body),
        (signed(body, off_s=400, message_id="msg_6"), body),
        ({}, body),
    ]
    assert [post(receiver, *attack) for attack in attacks] == [401] * len(attacks)
    assert len(receiver.heard()) == 2


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("secret", ["", "whsec_", "kitchen.yl04Siwgw1ooLTqDRwLKFS6G80ndNUN2jNn8XOpV_lc"])
def test_an_example_with_an_unusable_secret_says_what_it_needs(
    program: str, secret: str, tmp_path: Path
) -> None:
    assert "SENSE_WEBHOOK_SECRET" in said_at_its_end(Receiver(tmp_path, secret, free_port(), program))


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_example_whose_port_is_taken_says_so(program: str, tmp_path: Path) -> None:
    with socket.create_server((HOST, free_port())) as taken:
        port = taken.getsockname()[1]
        said = said_at_its_end(Receiver(tmp_path, f"{SECRET}\n", port, program))
    assert f"{HOST} port {port} cannot be listened on" in said


def said_at_its_end(receiver: Receiver) -> str:
    """Of a program that cannot start: no more than some lines, and a status that says so."""
    receiver.launch()
    eventually(lambda: not receiver.alive, 60)
    assert receiver.status not in (0, None)
    assert "Traceback" not in receiver.output()
    assert "    at " not in receiver.output()
    return receiver.output()
