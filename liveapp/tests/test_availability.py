import asyncio
import threading

import pytest

from liveapp.availability import THREADS, Availability
from liveapp.errors import StorageUnavailable, Unauthorized
from liveapp.tests.doors import eventually


class Database:
    """Answers when it is let, with what it is told to."""

    def __init__(self):
        self.asked = []
        self.answering = threading.Event()
        self.error = None

    def look(self, name):
        self.asked.append(name)
        assert self.answering.wait(10)
        if self.error is not None:
            raise self.error
        return name


@pytest.fixture
def database():
    database = Database()
    yield database
    database.answering.set()


@pytest.fixture
async def availability():
    return Availability()


async def test_a_database_that_answers_is_asked_by_all(availability, database):
    database.answering.set()
    answers = await asyncio.gather(*(availability.ask(database.look, n) for n in range(9)))
    assert answers == [*range(9)]


async def test_those_that_wait_behind_a_failure_are_told_no_and_ask_nothing(availability, database):
    database.error = StorageUnavailable("gone")
    waiting = [asyncio.create_task(availability.ask(database.look, n)) for n in range(9)]
    await eventually(lambda: len(database.asked) == THREADS)
    database.answering.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, StorageUnavailable) for result in results)
    assert len(database.asked) == THREADS


async def test_while_it_is_away_one_asks_at_a_time_and_the_others_hear_no_at_once(availability, database):
    database.error = StorageUnavailable("gone")
    database.answering.set()
    with pytest.raises(StorageUnavailable):
        await availability.ask(database.look, "first")
    database.answering.clear()
    probe = asyncio.create_task(availability.ask(database.look, "probe"))
    await eventually(lambda: "probe" in database.asked)
    with pytest.raises(StorageUnavailable):
        await availability.ask(database.look, "another")
    assert "another" not in database.asked
    database.error = None
    database.answering.set()
    assert await probe == "probe"
    assert await asyncio.gather(*(availability.ask(database.look, n) for n in range(3))) == [0, 1, 2]


async def test_a_refusal_is_an_answer(availability, database):
    database.answering.set()
    for error in (StorageUnavailable("gone"), Unauthorized("no")):
        database.error = error
        with pytest.raises(type(error)):
            await availability.ask(database.look, "it")
    database.error = None
    assert await asyncio.gather(*(availability.ask(database.look, n) for n in range(3))) == [0, 1, 2]
