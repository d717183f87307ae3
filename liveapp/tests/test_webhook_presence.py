"""Comings and goings for webhooks: each is queued once, whatever the number of processes that see it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from liveapp.clock import now_ms
from liveapp.models import Attendance, Delivery, Device, Webhook
from liveapp.presence import Presence
from liveapp.tests.doors import PATIENCE_S, board, database_away, readings
from liveapp.webhooks import interest, watch
from liveapp.webhooks.watch import Watch

pytestmark = pytest.mark.usefixtures("_fresh")


@pytest.fixture
def _fresh(database):
    interest.forget()
    yield
    interest.forget()


@pytest.fixture
def hook(_fresh):
    return Webhook.objects.create(
        name="Hook", url="https://example.org/", events=["presence.online", "presence.offline"]
    )


def look(
    *,
    seen: dict[str, Any] | None = None,
    online: tuple[str, ...] = (),
    knows_all: bool = True,
    wanted: bool = True,
    at_ms: int | None = None,
) -> bool:
    """As a process does that noticed `seen` (whether it is there, at that time) and knows who is there."""
    at_ms = now_ms() if at_ms is None else at_ms
    return watch._look(seen or {}, frozenset(online), at_ms, knows_all, wanted)


def queued() -> list[str]:
    return [json.loads(one.body)["event"] for one in Delivery.objects.order_by("created_ms")]


def test_a_device_that_was_there_before_is_noted_without_a_word(hook, device):
    assert look(online=("kitchen",))
    assert queued() == []
    assert Attendance.objects.get().online


def test_a_coming_and_a_going_are_each_queued_once_by_two_processes_that_see_both(hook, device):
    look()
    for _ in range(2):
        look(seen={"kitchen": (True, now_ms())}, online=("kitchen",))
    for _ in range(2):
        look(seen={"kitchen": (False, now_ms() + 1)})
    assert queued() == ["presence.online", "presence.offline"]
    body = json.loads(Delivery.objects.get(event="presence.offline").body)
    assert (body["device"], body["data"]["online"]) == ("kitchen", False)


def test_a_process_that_is_behind_does_not_undo_what_another_said_since(hook, device):
    look(online=("kitchen",))
    began_ms = now_ms()
    look(seen={"kitchen": (False, began_ms + 10)})
    look(seen={"kitchen": (True, began_ms + 20)}, online=("kitchen",))
    look(seen={"kitchen": (False, began_ms + 10)}, online=("kitchen",), knows_all=False)
    assert queued() == ["presence.offline", "presence.online"]


@pytest.mark.parametrize("is_noted", [False, True])
def test_one_that_came_while_the_database_was_asked_is_told_of(hook, device, is_noted):
    if is_noted:
        look(online=("kitchen",), at_ms=now_ms() - 9_000)
        look(seen={"kitchen": (False, now_ms() - 8_000)})
    began_ms = now_ms() - 5_000
    # It takes as long as it takes: in the middle of it the board comes.
    look(at_ms=began_ms)
    look(seen={"kitchen": (True, began_ms + 1_000)}, online=("kitchen",))
    assert queued()[-1:] == ["presence.online"]


def test_a_first_coming_is_told(hook, device):
    look(seen={"kitchen": (True, now_ms())}, online=("kitchen",))
    assert queued() == ["presence.online"]


def test_what_nobody_noticed_is_found_when_a_process_looks_at_all(hook, device):
    look(online=("kitchen",))
    look()
    look(online=("kitchen",))
    assert queued() == ["presence.offline", "presence.online"]


def test_who_does_not_know_all_takes_nobody_for_gone(hook, device):
    look(online=("kitchen",))
    look(knows_all=False)
    assert queued() == []


def test_a_time_of_a_clock_that_was_far_ahead_holds_nothing_up(hook, device):
    look(online=("kitchen",))
    Attendance.objects.update(since_ms=now_ms() + 10**9)
    look()
    assert queued() == ["presence.offline"]


def test_without_a_webhook_that_wants_it_nothing_is_noted_and_the_old_is_forgotten(hook, device):
    look(online=("kitchen",))
    hook.delete()
    assert not look(seen={"kitchen": (False, now_ms())})
    assert (Attendance.objects.count(), queued()) == (0, [])


def test_a_removed_device_is_forgotten_and_not_told_of(hook, device):
    look(online=("kitchen",))
    Device.objects.all().delete()
    look(seen={"kitchen": (False, now_ms())})
    assert (Attendance.objects.count(), queued()) == (0, [])


async def test_what_nobody_wants_to_know_asks_no_database():
    asked: list[Any] = []

    async def ask(*given: Any) -> bool:
        asked.append(given)
        return False

    watching = Watch(Presence(), ask)
    async with running(watching.run(lambda: True)):
        watching.look_soon()
        await until(lambda: asked)
        watching.notice("kitchen")
        assert not watching._wake.is_set()


@asynccontextmanager
async def running(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(check: Any) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not (found := check()) and not (isinstance(found, Awaitable) and await found):
            await asyncio.sleep(0.01)


async def told(*events: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await sync_to_async(queued)() != list(events):
            await asyncio.sleep(0.01)


async def test_a_board_that_comes_and_goes_is_told_of(process, hook, new_device):
    _, token = await sync_to_async(new_device)("kitchen")
    process.watch.look_soon()
    async with board(token) as connection:
        await connection.ask(readings(1))
        await told("presence.online")
    await told("presence.online", "presence.offline")


async def test_while_the_database_is_away_it_is_told_later(process, hook, new_device, monkeypatch):
    _, token = await sync_to_async(new_device)("kitchen")
    monkeypatch.setattr(watch, "EVERY_S", 0.05)
    process.watch.look_soon()
    async with board(token):
        await told("presence.online")
        with database_away():
            process.hub._presence({"offline": {"kitchen": process.connections.uids()["kitchen"]}})
            await until(lambda: process.database._is_away)
        await told("presence.online", "presence.offline")
