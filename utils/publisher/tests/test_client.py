"""The client against a real WebSocket server that answers, refuses, lies and vanishes."""

import asyncio
import json
import logging
import re
import socket
import ssl
import time
from http import HTTPStatus
from typing import Any

import pytest

from utils.publisher import delivery, session
from utils.publisher.tests.conftest import NOON_MS, connected, eventually
from utils.publisher.tests.server import TOKEN, FakeServer, ack, error


async def test_readings_arrive_and_are_forgotten_after_the_ack(server, make_board):
    board = make_board()
    board.put(25)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 25)
        board.put(5)
        await eventually(lambda: board.counts.stored == 30)
        await eventually(lambda: board.writer.backlog == 0)
    assert len(server.stored) == 30
    assert not server.conflicts
    assert server.duplicates == 0


async def test_the_token_travels_as_a_bearer_header_and_nothing_is_compressed(server, make_board):
    async with connected(make_board()):
        await server.until(lambda: server.connections == 1)
    headers = server.headers[0]
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert "Sec-WebSocket-Extensions" not in headers


async def test_the_interval_of_the_welcome_is_passed_on(server, make_board):
    server.interval_ms = 250
    board = make_board()
    async with connected(board):
        await eventually(lambda: board.intervals == [0.25])


async def test_a_lost_ack_makes_the_same_message_come_again_and_doubles_nothing(server, make_board):
    server.script.append(server.store_silently)
    board = make_board(ack_timeout_s=0.1)
    board.put(7)
    async with connected(board):
        await eventually(lambda: board.counts.duplicates == 7)
    first, second = server.messages[:2]
    assert first["readings"] == second["readings"]
    assert len(server.stored) == 7
    assert server.connections == 2


async def test_an_ack_to_another_message_is_stale_and_forgets_nothing(server, make_board):
    server.script.append(lambda message: ack(message) | {"id": message["id"] + 1000})
    board = make_board(ack_timeout_s=0.1)
    board.put(2)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 2)
    assert len(server.messages) == 2


@pytest.mark.parametrize("code", ["storage_unavailable", "rate_limited", "code_of_next_year"])
async def test_a_server_that_cannot_store_now_gets_the_same_message_later(server, make_board, code):
    server.script += [lambda message: error(message, code, retry_ms=100)] * 2
    board = make_board()
    board.put(3)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 3)
    assert [message["readings"] for message in server.messages] == [server.messages[0]["readings"]] * 3
    assert server.connections == 1


async def test_the_wait_the_server_asks_for_is_kept(server, make_board, monkeypatch):
    waits: list[float] = []

    async def noted(wait_s: float) -> None:
        waits.append(wait_s)

    monkeypatch.setattr(delivery, "asyncio", _with_sleep(noted))
    server.script += [
        lambda message: error(message, "rate_limited", retry_ms=7000),
        lambda message: error(message, "storage_unavailable"),
        lambda message: error(message, "storage_unavailable", retry_ms=10**12),
    ]
    board = make_board()
    board.put(1)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 1)
    assert 7 <= waits[0] <= 8.75
    assert 5 <= waits[1] <= 6.25
    assert 300 <= waits[2] <= 375


def _with_sleep(sleep):
    class Asyncio:
        def __getattr__(self, name):
            return sleep if name == "sleep" else getattr(asyncio, name)

    return Asyncio()


async def test_too_many_readings_are_split(server, make_board):
    def at_most_100(message):
        many = len(message["readings"]) > 100
        return error(message, "too_many_readings") if many else server._store(message)

    server.script += [at_most_100] * 40
    board = make_board()
    board.put(700)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 700)
    assert board.counts.refused == 0
    assert len(server.stored) == 700


async def test_no_message_holds_more_than_the_welcome_allows(server, make_board):
    server.max_readings = 10
    board = make_board()
    board.put(45)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 45)
    assert max(len(message["readings"]) for message in server.messages) == 10


async def test_no_message_is_bigger_than_the_server_takes(server, make_board):
    board = make_board()
    board.put(1000, **{f"a_long_name_for_a_metric_{n}": 1234.5678 for n in range(20)})
    async with connected(board):
        await eventually(lambda: board.counts.stored == 1000)
    assert max(len(json.dumps(message, separators=(",", ":"))) for message in server.messages) < 256 * 1024
    assert server.connections == 1


async def test_a_message_too_big_for_a_proxy_is_sent_in_smaller_ones(server, make_board):
    def too_big(message):
        server.close_code_after = 1009 if len(message["readings"]) > 30 else None
        return None if server.close_code_after else server._store(message)

    server.script += [too_big] * 30
    board = make_board()
    board.put(100)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 100)


@pytest.mark.parametrize("code", ["invalid_message", "invalid_json"])
async def test_a_reading_the_server_cannot_read_is_dropped_alone(server, make_board, code, caplog):
    def poisoned(message):
        bad = any("poison" in reading for reading in message["readings"])
        return error(message, code) if bad else server._store(message)

    server.script += [poisoned] * 200
    board = make_board()
    board.put(40)
    board.put(1, poison=1)
    board.put(59)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 99)
        await eventually(lambda: board.counts.refused == 1)
        await eventually(lambda: board.writer.backlog == 0)
        assert await board.writer.counted("refused") == 1
    assert "cannot read this reading" in caplog.text
    assert len(server.messages) < 40


async def test_a_server_that_refuses_everything_does_not_empty_the_spool(server, make_board, caplog):
    server.script += [lambda message: error(message, "invalid_message")] * 500
    board = make_board(refused_wait_s=60)
    board.put(200)
    async with connected(board):
        await eventually(lambda: "refuses every reading" in caplog.text)
    assert board.counts.refused == delivery.MOST_REFUSED_IN_A_ROW
    assert board.writer.backlog == 190


async def test_rejected_readings_are_forgotten_counted_and_said_once(server, make_board, caplog):
    def rejects(message):
        rejected = [
            {"index": n, "code": "too_crowded", "detail": "too late"} for n in range(len(message["readings"]))
        ]
        partly = {"index": 0, "metric": "humidity", "code": "out_of_range", "detail": "too wet"}
        return ack(message, rejected=tuple(rejected)) | {"rejected": [*rejected, partly]}

    server.script += [rejects] * 3
    board = make_board()
    board.put(50)
    async with connected(board):
        await eventually(lambda: board.counts.rejected == 50)
        await eventually(lambda: board.writer.backlog == 0)
    assert caplog.text.count("too late") == 1
    assert caplog.text.count("too wet") == 1


async def test_readings_dated_by_a_server_whose_clock_is_set_back_since_are_dated_anew(
    server, make_board, caplog
):
    day_ms = 24 * 3_600_000

    def ahead(message):
        server.ahead_ms -= 2 * day_ms
        entries = [
            {"index": n, "code": "in_the_future", "detail": "ahead"} for n in range(len(message["readings"]))
        ]
        return ack(message, rejected=tuple(entries))

    server.ahead_ms += 2 * day_ms
    server.script.append(ahead)
    board = make_board()
    board.put(30)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 30)
        await eventually(lambda: board.writer.backlog == 0)
    assert len(server.stored) == 30
    assert all(abs(time_ms - NOON_MS) < 60_000 for time_ms in server.stored)
    assert board.counts.rejected == 0
    assert "clock was set back" in caplog.text


async def test_a_server_that_accepts_and_closes_is_not_hammered(server, make_board):
    server.close_at_once = (1011, "not today")
    board = make_board(reconnect_limit_s=0.4)
    async with connected(board):
        await server.until(lambda: server.connections == 4)
    gaps = [
        later - earlier for earlier, later in zip(server.connected_at, server.connected_at[1:], strict=False)
    ]
    assert min(gaps) >= 0.3


async def test_back_off_begins_anew_after_a_connection_that_worked(server, make_board):
    server.close_at_once = (1001, "")
    board = make_board(reconnect_limit_s=0.02)
    board.put(1)
    async with connected(board):
        await server.until(lambda: server.connections == 3)
        server.close_at_once = None
        await eventually(lambda: board.counts.stored == 1)
        server.close_code_after = 1012
        board.put(1)
        await eventually(lambda: board.counts.stored == 2)
        board.put(1)
        await eventually(lambda: board.counts.stored == 3)


async def test_a_wrong_token_is_said_plainly_and_waited_for_long(server, make_board, caplog):
    board = make_board(token="kitchen.wrong", refused_wait_s=0.4)
    async with connected(board):
        await server.until(lambda: len(server.connected_at) == 2)
    assert server.connected_at[1] - server.connected_at[0] >= 0.3
    assert caplog.text.count("wrong, or it was revoked") == 1
    assert "kitchen.wrong" not in caplog.text


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (HTTPStatus.FORBIDDEN, '{"code": "device_disabled", "detail": ""}', "This device is disabled"),
        (HTTPStatus.FORBIDDEN, "<h1>no</h1>", "disabled there, or its token is wrong"),
        (HTTPStatus.UNAUTHORIZED, "", "wrong, or it was revoked"),
        (HTTPStatus.NOT_FOUND, "", "should end in /ws/device/"),
        (HTTPStatus.BAD_GATEWAY, "", "status 502"),
    ],
)
async def test_a_refused_handshake_is_explained(server, make_board, caplog, status, body, text):
    server.status, server.status_body = status, body
    async with connected(make_board(refused_wait_s=60)):
        await _until_logged(caplog, text)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (4401, "wrong, or it was revoked"),
        (4403, "This device is disabled"),
        (4409, "Another publisher has connected with the same token"),
        (1001, "The server is going away"),
        (1013, "closed the connection (1013"),
    ],
)
async def test_a_closed_connection_is_explained(server, make_board, caplog, code, text):
    server.close_at_once = (code, "")
    async with connected(make_board(refused_wait_s=60)):
        await _until_logged(caplog, text)


@pytest.mark.parametrize(
    "greeting", ["hello", '{"type": "ack", "id": 1, "stored": 0, "duplicates": 0}', "{}", "[]"]
)
async def test_a_server_that_greets_strangely_is_explained_and_tried_again(
    server, make_board, caplog, greeting
):
    server.greeting = lambda: greeting
    board = make_board()
    board.put(1)
    async with connected(board):
        await server.until(lambda: server.connections == 2)
        server.greeting = server.welcome
        await eventually(lambda: board.counts.stored == 1)
    assert "The server" in caplog.text


async def test_a_server_that_never_greets_is_left(server, make_board, caplog, monkeypatch):
    monkeypatch.setattr(session, "GREETING_TIMEOUT_S", 0.05)
    server.greeting = lambda: json.dumps({"type": "command"})
    async with connected(make_board()):
        await server.until(lambda: server.connections == 2)
    assert "did not begin with a welcome" in caplog.text


@pytest.mark.parametrize(
    "answer", ["not json", '{"type": "ack"}', '{"type": "ack", "id": 1, "stored": "all"}']
)
async def test_an_answer_in_bad_shape_makes_the_message_come_again(server, make_board, answer):
    server.script.append(lambda message: answer)
    board = make_board()
    board.put(3)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 3)
    assert server.connections == 2


async def test_a_connection_that_breaks_in_the_moment_of_the_end_does_not_go_on(
    server, make_board, monkeypatch
):
    board = make_board()

    async def break_while_cancelled(self) -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            raise ConnectionResetError from None

    monkeypatch.setattr(session.Session, "_send", break_while_cancelled)
    task = asyncio.create_task(board.client.run())
    await eventually(lambda: board.counts.connected)
    task.cancel()
    ended, going_on = await asyncio.wait({task}, timeout=5)
    for other in going_on:
        other.cancel()
    assert ended == {task}


async def test_messages_of_a_newer_server_disturb_nothing(server, make_board):
    server.script.append(lambda message: json.dumps({"type": "command", "id": "1", "command": "dance"}))
    board = make_board(ack_timeout_s=0.1)
    board.put(1)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 1)


async def test_a_server_that_is_not_there_is_tried_again_until_it_is(make_board, caplog):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    late = FakeServer()
    late.ahead_ms = NOON_MS - int(time.time() * 1000)
    board = make_board(url=f"ws://127.0.0.1:{port}/ws/device/")
    board.put(2)
    async with connected(board):
        await _until_logged(caplog, "Nothing answers")
        await late.start(port)
        await eventually(lambda: board.counts.stored == 2)
    await late.stop()
    assert caplog.text.count("Nothing answers") == 1


async def test_tls_where_there_is_none_is_explained(server, make_board, caplog):
    async with connected(
        make_board(url=f"wss://127.0.0.1:{server.port}/ws/device/", tls=ssl.create_default_context())
    ):
        await _until_logged(caplog, "speak TLS there")


async def test_fresh_readings_do_not_wait_for_the_backlog(server, make_board):
    board = make_board(backlog_rate=200)
    board.put(1500)
    async with connected(board):
        await server.until(lambda: len(server.stored) >= 1000)
        board.put(1, fresh=1)
        await server.until(lambda: any("fresh" in values for values in server.stored.values()))
        assert len(server.stored) < 1501


async def test_one_message_is_in_flight_at_a_time(server, make_board):
    held: list[dict[str, Any]] = []
    server.script += [lambda message: held.append(message)] * 5
    board = make_board(ack_timeout_s=0.3)
    board.put(10)
    async with connected(board):
        await server.until(lambda: len(held) == 1)
        board.put(10)
        await asyncio.sleep(0.05)
        assert len(held) == 1


async def test_a_board_with_a_wrong_clock_sends_right_times_and_tells_the_correction(
    server, make_board, clock, caplog
):
    clock.set_wall(-600_000)
    board = make_board()
    board.put(3)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 3)
    sent = server.messages[0]["readings"]
    assert all(abs(reading["time"] - NOON_MS) < 10_000 for reading in sent)
    assert all(abs(reading["clock_correction_ms"] - 600_000) < 10_000 for reading in sent)
    assert re.search(r"clock is (599|600|601)\.\d s behind", caplog.text)


async def test_a_greeting_that_was_held_up_on_its_way_does_not_make_a_right_clock_wrong(
    server, make_board, clock
):
    def held_up() -> str:
        written: str = server.welcome()
        clock.pass_ms(6_000)
        return written

    server.greeting = held_up
    board = make_board()
    board.put(3)
    async with connected(board):
        await eventually(lambda: board.counts.stored == 3)
    assert not any("clock_correction_ms" in reading for reading in server.messages[0]["readings"])


@pytest.mark.parametrize("step_ms", [-600_000, 600_000])
async def test_a_clock_set_while_connected_swallows_nothing(server, make_board, clock, step_ms):
    board = make_board()
    async with connected(board):
        board.put(20)
        await eventually(lambda: board.counts.stored == 20)
        clock.set_wall(step_ms)
        board.put(20)
        await eventually(lambda: board.counts.stored == 40)
    assert len(server.stored) == 40
    assert server.duplicates == 0


async def test_a_clock_that_lives_a_second_twice_swallows_nothing(server, make_board, clock):
    """Within the tolerance the wall clock is believed, so here times really come again."""
    board = make_board()
    async with connected(board):
        for _ in range(5):
            board.put(10)
            await eventually(lambda: board.counts.stored % 10 == 0 and board.writer.backlog == 0)
            clock.set_wall(-1000)
            clock.mono_ms -= 1000
    assert len(server.stored) == 50
    assert server.duplicates == 0


async def _until_logged(caplog: pytest.LogCaptureFixture, text: str) -> None:
    await eventually(lambda: re.search(text.replace("(", r"\("), caplog.text))


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
