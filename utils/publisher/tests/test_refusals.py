"""Commands that are not carried out, each with a reason in plain words."""

import threading

import pytest

from utils.publisher.commands import Commands
from utils.publisher.tests.conftest import connected, eventually
from utils.publisher.tests.screens import TEXT, SlowScreen, ask, result, until_connected


class BrokenScreen(SlowScreen):
    def show_message(self, text: str, stop: threading.Event) -> None:
        raise OSError(121, "Remote\nI/O error")


@pytest.fixture
def screen():
    slow = SlowScreen()
    yield slow
    slow.go_on.set()


@pytest.fixture
def board(make_board, screen):
    return make_board(commands=Commands(lambda: screen))


async def test_a_second_command_is_refused_while_one_is_carried_out(server, board, screen):
    async with connected(board):
        await until_connected(board)
        await server.command("show_message", "first", args=TEXT)
        await eventually(lambda: screen.shown)
        busy = {"ok": False, "detail": "The board is still busy with the last command."}
        assert await ask(server, "identify", "second") == busy
        screen.go_on.set()
        assert await result(server, "first") == {"ok": True}
        assert await ask(server, "identify", "third") == {"ok": True}


@pytest.mark.parametrize("name", ["dance", "", "x" * 5000, "a\x1b[31m\nb"])
async def test_an_unknown_command_is_refused_in_plain_and_few_words(server, board, name):
    async with connected(board):
        await until_connected(board)
        answer = await ask(server, name, args=TEXT)
    assert answer["ok"] is False
    assert answer["detail"].startswith('This board does not know the command "')
    assert answer["detail"].isprintable()
    assert len(answer["detail"]) <= 200


@pytest.mark.parametrize(
    "args",
    [None, [], "hello", {}, {"text": ""}, {"text": "x" * 101}, {"text": 5}, {"text": "a\nb"},
     {"text": "a\x1b[31m"}, {"text": "\ud800"}, {"text": "hello", "colour": "red"}],
)  # fmt: skip
async def test_a_bad_text_is_refused_with_what_was_expected(server, board, screen, args):
    async with connected(board):
        await until_connected(board)
        answer = await ask(server, "show_message", args=args)
    assert answer["ok"] is False
    assert "1 to 100 printable characters" in answer["detail"]
    assert len(answer["detail"]) <= 200
    assert screen.shown == []


@pytest.mark.parametrize("args", [TEXT, [], 0, "", False])
async def test_identify_with_args_is_refused(server, board, screen, args):
    async with connected(board):
        await until_connected(board)
        answer = await ask(server, "identify", args=args)
    assert answer == {"ok": False, "detail": "identify takes no args."}


async def test_an_error_of_the_library_is_told_and_ends_nothing(server, make_board, caplog):
    board = make_board(commands=Commands(BrokenScreen))
    async with connected(board):
        await until_connected(board)
        answer = await ask(server, "show_message", args=TEXT)
        board.put(1)
        await eventually(lambda: board.counts.stored == 1)
    detail = "The board's LED matrix cannot be used: [Errno 121] Remote I/O error."
    assert answer == {"ok": False, "detail": detail}
    assert detail in caplog.text
    assert "Traceback" not in caplog.text
    assert server.connections == 1
