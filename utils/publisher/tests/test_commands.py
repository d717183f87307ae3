"""The server's commands, over a real WebSocket, to a screen of the test's own."""

import asyncio
import logging

import pytest

from utils.publisher import commands
from utils.publisher.commands import Commands
from utils.publisher.tests.conftest import connected, eventually
from utils.publisher.tests.screens import TEXT, SlowScreen, ask, result, until_connected
from utils.publisher.tests.server import ack


@pytest.fixture
def screen():
    slow = SlowScreen()
    yield slow
    slow.go_on.set()


@pytest.fixture
def board(make_board, screen):
    return make_board(commands=Commands(lambda: screen))


async def test_a_text_is_shown_in_a_thread_of_its_own_and_then_answered(server, board, screen):
    async with connected(board):
        await until_connected(board)
        await server.command("show_message", "a1", args=TEXT)
        await eventually(lambda: screen.shown == ["hello"])
        assert server.results == []
        screen.go_on.set()
        assert await result(server, "a1") == {"ok": True}
    assert screen.threads == ["matrix"]


@pytest.mark.parametrize("more", [{}, {"args": {}}, {"args": None}])
async def test_identify_needs_no_args(server, board, screen, more):
    screen.go_on.set()
    async with connected(board):
        await until_connected(board)
        assert await ask(server, "identify", **more) == {"ok": True}
    assert screen.shown == ["flash"]


async def test_readings_go_on_while_something_is_shown(server, board, screen):
    async with connected(board):
        await until_connected(board)
        await server.command("show_message", args=TEXT)
        await eventually(lambda: screen.shown)
        board.put(1)
        await eventually(lambda: board.counts.stored == 1)
        board.put(1)
        await eventually(lambda: board.counts.stored == 2)
        assert server.results == []


async def test_a_result_between_a_message_and_its_ack_disturbs_neither(server, board, screen):
    screen.go_on.set()
    server.script.append(lambda message: None)
    async with connected(board):
        board.put(3)
        await server.until(lambda: len(server.messages) == 1)
        assert await ask(server, "identify") == {"ok": True}
        assert board.counts.stored == 0
        await server.say(ack(server.messages[0]))
        await eventually(lambda: board.counts.stored == 3)
    assert (len(server.messages), server.connections) == (1, 1)


async def test_a_long_text_is_answered_before_it_ends_and_keeps_the_board_busy(
    server, board, screen, monkeypatch
):
    monkeypatch.setattr(commands, "ANSWER_WITHIN_S", 0.02)
    async with connected(board):
        await until_connected(board)
        assert await ask(server, "show_message", "first", args=TEXT) == {"ok": True}
        assert (await ask(server, "identify", "second"))["ok"] is False


async def test_a_text_of_a_hundred_signs_is_shown(server, board, screen):
    screen.go_on.set()
    async with connected(board):
        await until_connected(board)
        assert await ask(server, "show_message", args={"text": "ä" * 100}) == {"ok": True}


async def test_a_result_is_dropped_when_its_connection_has_closed(server, board, screen, caplog):
    caplog.set_level(logging.DEBUG)
    async with connected(board):
        await until_connected(board)
        await server.command("show_message", args=TEXT)
        await eventually(lambda: screen.shown)
        server.close_code_after = 1012
        board.put(1)
        await server.until(lambda: server.connections == 2)
        screen.go_on.set()
        await eventually(lambda: "closed before the result of show_message" in caplog.text)
        await until_connected(board)
        assert await ask(server, "identify", "later") == {"ok": True}
    assert [answer["id"] for answer in server.results] == ["later"]


async def test_a_board_without_a_matrix_says_it_in_the_log(server, make_board, caplog):
    caplog.set_level(logging.INFO)
    board = make_board()
    async with connected(board):
        await until_connected(board)
        assert await ask(server, "show_message", "a", args=TEXT) == {"ok": True}
        assert await ask(server, "identify", "b") == {"ok": True}
    assert "Asked to show: hello" in caplog.text
    assert "Asked to flash" in caplog.text


async def test_the_end_interrupts_what_is_shown(server, board, screen):
    async with connected(board):
        await until_connected(board)
        await server.command("show_message", args=TEXT)
        await eventually(lambda: screen.shown)
    async with asyncio.timeout(0.9):
        await board.commands.close()
    assert server.results == []


async def test_the_end_waits_for_a_matrix_that_hangs_for_a_second_at_most(server, board, screen, monkeypatch):
    monkeypatch.setattr(commands, "STOP_WITHIN_S", 0.05)
    screen.deaf = True
    async with connected(board):
        await until_connected(board)
        await server.command("show_message", args=TEXT)
        await eventually(lambda: screen.shown)
    async with asyncio.timeout(0.9):
        await board.commands.close()
