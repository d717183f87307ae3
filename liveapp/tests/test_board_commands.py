"""Commands to a board and what it says to them."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async

from liveapp import commands
from liveapp.errors import NoAnswer
from liveapp.process import Process
from liveapp.tests.doors import assert_like, board, example, send, signed_in

ADDRESS = "/api/devices/kitchen/command/"
HELLO = {"command": "show_message", "args": {"text": "hello"}}


@pytest.fixture
async def maker(process):
    return await signed_in()


@pytest.fixture
def token(new_device):
    return new_device("kitchen")[1]


@asynccontextmanager
async def online_board(process, token):
    """A board of which the hub has heard."""
    async with board(token) as connection:
        while not process.hub.presence.is_online("kitchen"):
            await process.hub.ring.get(process.hub.ring.next_number)
        yield connection


async def asked(maker, body=HELLO):
    return await send(maker, "POST", ADDRESS, body)


async def test_a_command_reaches_the_board_and_its_result_comes_back(process, maker, token):
    async with online_board(process, token) as kitchen:
        waiting = asyncio.create_task(asked(maker))
        command = await kitchen.hear_type("command")
        assert_like(command, example("to-device/command"))
        assert (command["command"], command["args"]) == ("show_message", {"text": "hello"})
        await kitchen.say({**example("device/result"), "id": command["id"]})
        answer = await waiting
    assert (answer.status_code, answer.json()) == (200, {"id": command["id"], "ok": True})


async def test_why_a_board_could_not_is_told(process, maker, token):
    async with online_board(process, token) as kitchen:
        waiting = asyncio.create_task(asked(maker))
        command = await kitchen.hear_type("command")
        await kitchen.say({"type": "result", "id": command["id"], "ok": False, "detail": "busy"})
        answer = (await waiting).json()
    assert_like(answer, example("rest/result"))
    assert answer["detail"] == "busy"


async def test_a_board_at_another_process_is_reached(process, token):
    other = Process()
    other.open()
    await other.hub.subscribed.wait()
    async with online_board(process, token) as kitchen:
        waiting = asyncio.create_task(other.commands.ask("kitchen", "identify", {}))
        command = await kitchen.hear_type("command")
        await kitchen.say({"type": "result", "id": command["id"], "ok": True})
        assert (await waiting)["ok"] is True
    await other.close()


async def test_a_board_that_is_not_there_is_said_at_once(maker, token):
    answer = await asked(maker)
    assert (answer.status_code, answer.json()["code"]) == (409, "device_offline")


async def test_a_silent_board_is_not_waited_for_for_ever(process, token, monkeypatch):
    monkeypatch.setattr(commands, "ANSWER_S", 0.05)
    async with online_board(process, token):
        with pytest.raises(NoAnswer):
            await process.commands.ask("kitchen", "identify", {})
    assert not process.commands._waiting


async def test_another_board_cannot_answer_for_it(process, maker, token, new_device, monkeypatch):
    monkeypatch.setattr(commands, "ANSWER_S", 0.3)
    cellar_token = (await sync_to_async(new_device)("cellar"))[1]
    async with online_board(process, token) as kitchen, board(cellar_token) as cellar:
        waiting = asyncio.create_task(asked(maker))
        command = await kitchen.hear_type("command")
        await cellar.say({"type": "result", "id": command["id"], "ok": True})
        assert (await waiting).json()["code"] == "no_answer"


async def test_who_may_not_change_devices_may_not_command_them(process, token):
    visitor = await signed_in("visitor", permissions=())
    assert (await asked(visitor)).json()["code"] == "permission_denied"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"args": {}}, "command"),
        ({"command": "Show it"}, "command"),
        ({"command": "show_message", "args": "hello"}, "args"),
        ({"command": "show_message", "args": {"text": "x" * 3000}}, "args"),
    ],
)
async def test_a_command_that_cannot_be_is_refused(maker, token, body, field):
    answer = await asked(maker, body)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


@pytest.mark.parametrize(
    "message",
    [{"type": "result"}, {"type": "result", "id": 5, "ok": True}, {"type": "result", "id": "x", "ok": "yes"}],
)
async def test_a_result_that_cannot_be_is_told(process, token, message):
    async with board(token) as kitchen:
        assert (await kitchen.ask(message))["code"] == "invalid_message"


async def test_a_result_nobody_waits_for_is_passed_over(process, token):
    async with board(token) as kitchen:
        await kitchen.say({"type": "result", "id": "old", "ok": True})
        assert (await kitchen.ask({"temperature": 21.5}))["stored"] == 1
