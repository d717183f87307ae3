"""What only the real server shows: uvicorn, its sockets, its files and its shut-down."""

import json
import re
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import OpenerDirector, Request, build_opener

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.clients import ask, board, closed, cookies, dashboard, hear, rest, signed_in
from tests.processes import HOST, eventually
from tests.servers import RedisServer, Server

# An hour ago: what is much older is not kept.
T = int(time.time()) * 1000 - 3_600_000
LIMIT = 256 * 1024


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests here that do not end it."""
    fast = {"DEVICE_MESSAGES_PER_SECOND": "10000", "DEVICE_MESSAGES_BURST": "100000"}
    server = Server(tmp_path_factory.mktemp("server"), env=fast)
    server.manage("migrate", "--verbosity", "0")
    with server:
        yield server


@pytest.fixture(scope="module")
def person(shared: Server) -> OpenerDirector:
    return signed_in(shared)


def refusal(server: Server, path: str, **options: Any) -> tuple[int, Any]:
    """Status and JSON body of a refused handshake."""
    with pytest.raises(InvalidStatus) as caught, connect(f"{server.websocket_url}{path}", **options):
        pass
    response = caught.value.response
    assert response.headers["Content-Type"] == "application/json"
    return response.status_code, json.loads(response.body or b"")


# Handshakes.


def test_a_wrong_token_is_refused_with_401_and_the_reason(shared: Server) -> None:
    status, body = refusal(
        shared, "/ws/device/", additional_headers={"Authorization": "Bearer kitchen.wrong"}
    )
    assert (status, body["code"]) == (401, "unauthorized")


def test_a_disabled_device_is_refused_with_403_and_the_reason(shared: Server) -> None:
    token = shared.add_device("disabled")
    shared.manage("device", "disable", "disabled")
    status, body = refusal(shared, f"/ws/device/?token={token}")
    assert (status, body["code"]) == (403, "device_disabled")


def test_a_foreign_origin_is_refused_with_403_and_the_reason(shared: Server) -> None:
    status, body = refusal(shared, "/ws/live/", origin="http://evil.example")
    assert (status, body["code"]) == (403, "foreign_origin")


def test_a_socket_at_no_address_is_refused_with_404_and_the_reason(shared: Server) -> None:
    status, body = refusal(shared, "/ws/nowhere/")
    assert (status, body["code"]) == (404, "not_found")


def test_a_token_in_the_query_never_comes_into_the_log(shared: Server) -> None:
    token = shared.add_device("quiet")
    with connect(f"{shared.websocket_url}/ws/device/?token={token}") as connection:
        assert hear(connection)["device"] == "quiet"
    assert refusal(shared, "/ws/device/?token=quiet.secret-guess")[0] == 401
    eventually(lambda: "quiet disconnected" in shared.output())
    assert token not in shared.output()
    assert "secret-guess" not in shared.output()


# Frames that cannot be.


def test_a_frame_over_256_kib_closes_with_1009(shared: Server) -> None:
    with board(shared, shared.add_device("talkative")) as connection:
        assert ask(connection, "x" * (LIMIT - 2))["code"] == "invalid_message"
        connection.send(json.dumps("x" * (LIMIT - 1)))
        assert closed(connection) == 1009


def test_what_is_no_utf_8_closes_with_1007_and_leaves_no_traceback(shared: Server) -> None:
    with board(shared, shared.add_device("garbled")) as connection:
        connection.send(b"\xff\xfe\xfa", text=True)
        assert closed(connection) == 1007
    eventually(lambda: "garbled disconnected" in shared.output())
    assert "Traceback" not in shared.output()


def test_half_characters_are_answered_and_leave_no_traceback(shared: Server, person: OpenerDirector) -> None:
    with board(shared, shared.add_device("halved")) as connection:
        connection.send('{"temperature": 20, "\\ud800": 1}')
        assert hear(connection)["rejected"][0]["code"] == "invalid_metric"
    with dashboard(shared, person) as viewer:
        viewer.send('{"type": "subscribe", "devices": ["\\ud800"]}')
        while (message := hear(viewer))["type"] != "error":
            pass
        assert message["code"] == "unknown_device"
    assert "Traceback" not in shared.output()


def test_a_second_connection_of_a_device_closes_the_first_with_4409(shared: Server) -> None:
    token = shared.add_device("twice")
    with board(shared, token) as old, board(shared, token) as new:
        assert closed(old) == 4409
        assert ask(new, {"temperature": 20})["stored"] == 1


# Slow clients.


def test_a_viewer_that_does_not_read_delays_nobody_and_gets_a_gap(
    shared: Server, person: OpenerDirector
) -> None:
    # More than fits into the sockets' buffers and into the server's ring of 200,000 readings.
    batches, size = 255, 1000
    noise = {f"n{n}": 0.1234567890123456 for n in range(8)}
    with socket.socket() as narrow:
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        narrow.connect((HOST, shared.port))
        with (
            dashboard(shared, person, sock=narrow, max_queue=1) as lazy,
            dashboard(shared, person) as quick,
            board(shared, shared.add_device("diligent")) as device,
            ThreadPoolExecutor(max_workers=1) as reader,
        ):
            seen = reader.submit(read_until, quick, T + batches * size - 1)
            for batch in range(batches):
                times = range(T + batch * size, T + (batch + 1) * size)
                assert (
                    ask(device, {"readings": [{"time": time, **noise} for time in times]})["stored"] == size
                )
            assert seen.result(30) == "readings"
            while (message := hear(lazy))["type"] != "gap":
                pass
            assert message["start"] < message["end"]


def read_until(viewer: ClientConnection, newest_ms: int) -> str:
    """Read all that comes until the newest reading; the type of the last message (a `gap` ends it too)."""
    while (message := hear(viewer))["type"] != "gap":
        if any(newest_ms in series["time"] for series in message.get("series", [])):
            break
    return str(message["type"])


def test_a_body_without_end_is_cut(shared: Server) -> None:
    with socket.create_connection((HOST, shared.port), timeout=20) as client:
        client.sendall(b"POST /api/ingest/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        sent = 0
        with suppress(ConnectionError):
            while sent < 500:
                client.sendall(chunk)
                sent += 1
        assert sent < 500
    assert "Traceback" not in shared.output()


# HTTP.


def test_the_dashboards_files_are_kept_for_ever_and_its_page_is_not(shared: Server) -> None:
    if not (Path(__file__).parent.parent / "frontend/dist/index.html").exists():
        pytest.skip("the dashboard has not been built")
    opener = build_opener()
    with opener.open(f"{shared.url}/") as answer:
        page = answer.read().decode()
        assert "no-store" in answer.headers["Cache-Control"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assets = re.findall(r'(?:src|href)="(/static/assets/[^"]+)"', page)
    assert assets
    for asset in assets:
        with opener.open(shared.url + asset) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_all_the_page_of_the_api_needs_is_there(shared: Server, person: OpenerDirector) -> None:
    with person.open(f"{shared.url}/api/docs/") as answer:
        page = answer.read().decode()
        # In any order: the policy is a set of directives.
        directives = answer.headers["Content-Security-Policy"].split("; ")
    assert "script-src 'self'" in directives
    files = {path.replace("&amp;", "&") for path in re.findall(r'(?:src|href)="(/[^"]+)"', page)}
    assert len(files) >= 4
    for path in files:
        with person.open(shared.url + path) as answer:
            assert answer.status == 200


def test_a_host_not_allowed_is_refused_and_leaves_no_traceback(shared: Server) -> None:
    with pytest.raises(HTTPError, match="400") as caught:
        build_opener().open(Request(f"{shared.url}/", headers={"Host": "evil.example"}))
    caught.value.close()
    assert "Traceback" not in shared.output()


def test_of_many_who_add_the_same_device_at_once_one_does(shared: Server, person: OpenerDirector) -> None:
    person.open(f"{shared.url}/").close()
    statuses: list[int] = []

    def add() -> None:
        headers = {"Content-Type": "application/json", "X-CSRFToken": cookies(person)["csrftoken"]}
        body = b'{"id": "wanted", "name": "Wanted"}'
        try:
            with person.open(Request(f"{shared.url}/api/devices/", body, headers)) as answer:
                statuses.append(answer.status)
        except HTTPError as error:
            error.close()
            statuses.append(error.code)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] + [400] * 7
    assert "Traceback" not in shared.output()


# The database goes, the server goes.


def test_a_batch_refused_while_the_database_is_away_is_taken_afterwards(server: Server) -> None:
    with board(server, server.add_device("kitchen")) as device:
        message = {"id": 1, "readings": [{"time": T, "temperature": 20}]}
        rename(server, "liveapp_reading", "away")
        answer = ask(device, message)
        assert (answer["code"], answer["retry_ms"]) == ("storage_unavailable", 1000)
        rename(server, "away", "liveapp_reading")
        assert ask(device, message)["stored"] == 1
    assert "Traceback" not in server.output()


def rename(server: Server, table: str, new_name: str) -> None:
    with closing(sqlite3.connect(server.folder / "sense-live.sqlite3", timeout=20)) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO {new_name}")


def test_on_sigterm_the_last_ack_comes_before_the_close_with_1001(server: Server) -> None:
    person = signed_in(server)
    with board(server, server.add_device("kitchen")) as device, dashboard(server, person) as viewer:
        device.send(json.dumps({"id": 0, "readings": [{"time": T, "temperature": 20}]}))
        for message_id in range(1, 50):
            device.send(
                json.dumps({"id": message_id, "readings": [{"time": T + message_id, "temperature": 20}]})
            )
        server.send_signal(signal.SIGTERM)
        acked = {T + answer["id"] for answer in rest(device) if answer["type"] == "ack"}
        assert (device.close_code, closed(viewer)) == (1001, 1001)
    server.stop()
    assert server.status == 0
    assert "Traceback" not in server.output()
    server.start()
    with person.open(f"{server.url}/api/devices/kitchen/history/?start={T}&end={T + 100}") as answer:
        assert acked <= set(json.load(answer)["time"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_asks_a_server_to_end_sees_that_it_ended_well(server: Server, number: signal.Signals) -> None:
    server.send_signal(number)
    server.stop()
    assert server.status == 0
    assert "Traceback" not in server.output()


def test_a_server_that_cannot_start_says_so_by_its_status(server: Server, tmp_path: Path) -> None:
    second = Server(tmp_path, name="second")
    second.command[-1] = str(server.port)
    second.launch()
    eventually(lambda: not second.alive)
    assert second.status == 1
    assert str(server.port) in second.output()


def test_what_a_command_changes_is_felt_at_once_over_redis(tmp_path: Path, redis_server: RedisServer) -> None:
    server = Server(tmp_path, redis_url=redis_server.url)
    server.manage("migrate", "--verbosity", "0")
    with server, board(server, server.add_device("kitchen")) as device:
        server.manage("device", "disable", "kitchen")
        assert closed(device) == 4403
