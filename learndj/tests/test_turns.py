import asyncio
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from learndj.turns import AT_ONCE, HistoryTurns

HISTORY = "/api/devices/kitchen/history/"
OTHERS = ("/api/history/", "/api/devices/kitchen/statistics/", HISTORY)
START = {"type": "http.response.start", "status": 200, "headers": []}
BODY = {"type": "http.response.body", "body": b""}


class Views:
    """An application whose answers begin and end when the test says so."""

    def __init__(self) -> None:
        self.working = 0
        self.begin, self.end = asyncio.Semaphore(0), asyncio.Event()
        self.broken = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        self.working += 1
        await self.begin.acquire()
        if self.broken:
            raise RuntimeError
        await send(START)
        await self.end.wait()
        await send(BODY)


@pytest.fixture
def views() -> Views:
    return Views()


@pytest.fixture
def turns(views: Views) -> HistoryTurns:
    return HistoryTurns(views)


async def ask(turns: HistoryTurns, path: str = HISTORY) -> ApplicationCommunicator:
    """A request on its way."""
    communicator = ApplicationCommunicator(turns, {"type": "http", "path": path})
    await communicator.send_input({"type": "http.request"})
    return communicator


async def rounds() -> None:
    """All that can run has run."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def asked(turns: HistoryTurns) -> Any:
    """One history more than are worked on at once, of every kind."""
    requests = [await ask(turns, OTHERS[number % len(OTHERS)]) for number in range(AT_ONCE + 1)]
    await rounds()
    yield requests
    for request in requests:
        request.stop(exceptions=False)


async def test_so_many_histories_are_worked_on_at_once_and_no_more(views, asked):
    assert views.working == AT_ONCE


async def test_the_next_begins_when_an_answer_begins_however_slowly_that_is_read(views, asked):
    views.begin.release()
    await rounds()
    assert views.working == AT_ONCE + 1
    assert not views.end.is_set()


async def test_a_turn_is_given_back_once(views, turns, asked):
    views.begin.release()
    views.end.set()
    more = [await ask(turns) for _ in range(3)]
    await rounds()
    assert views.working == AT_ONCE + 1
    for request in more:
        request.stop(exceptions=False)


async def test_a_history_that_fails_gives_its_turn_back(views, asked):
    views.broken = True
    views.begin.release()
    await rounds()
    assert views.working == AT_ONCE + 1


async def test_whoever_leaves_in_the_queue_takes_no_turn(views, turns, asked):
    asked[-1].stop(exceptions=False)
    waiting = await ask(turns)
    await rounds()
    views.begin.release()
    await rounds()
    assert views.working == AT_ONCE + 1
    waiting.stop(exceptions=False)


async def test_nothing_else_waits_for_a_turn(views, turns, asked):
    other = await ask(turns, "/api/devices/")
    await rounds()
    assert views.working == AT_ONCE + 1
    other.stop(exceptions=False)


async def test_requests_that_never_end_hold_up_nobody(turns: HistoryTurns, views: Views) -> None:
    unfinished = [ApplicationCommunicator(turns, {"type": "http", "path": HISTORY}) for _ in range(AT_ONCE)]
    for communicator in unfinished:
        await communicator.send_input({"type": "http.request", "body": b"x", "more_body": True})
    await rounds()
    whole = await ask(turns)
    await rounds()
    assert views.working == 1
    for communicator in (*unfinished, whole):
        communicator.stop()
