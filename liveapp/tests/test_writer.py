import asyncio
import threading

import pytest

from liveapp.errors import StorageUnavailable
from liveapp.store import Kind, Outcome, Row, store
from liveapp.writer import MAX_COMMIT_ROWS, Writer


class HeldStore:
    """A store whose commits wait for `release`, and can be told to fail."""

    def __init__(self):
        self.release = threading.Event()
        self.begun = threading.Event()
        self.commits = []
        self.error = None
        self.thread = ""

    def commit(self, rows):
        self.commits.append([row.key for row in rows])
        self.thread = threading.current_thread().name
        self.begun.set()
        assert self.release.wait(20)
        if self.error is not None:
            raise self.error
        return [Outcome(Kind.STORED, row.key, row.values) for row in rows]


@pytest.fixture
async def held():
    return HeldStore()


@pytest.fixture
async def writer(held):
    writer = Writer(held)
    yield writer
    held.release.set()
    await writer.close()


def rows(*keys):
    return [Row(key, {"a": float(key)}) for key in keys]


async def begun(held):
    """Once the first commit runs."""
    assert await asyncio.to_thread(held.begun.wait, 20)


async def save_beside(writer, *groups):
    """Save each group in a task of its own; all have been handed in on return."""
    tasks = [asyncio.create_task(writer.save(group)) for group in groups]
    await asyncio.sleep(0)
    return tasks


async def test_rows_are_committed_and_their_outcomes_returned(writer, held):
    held.release.set()
    outcomes = await writer.save(rows(1, 2))
    assert [outcome.key for outcome in outcomes] == [1, 2]


async def test_what_arrives_while_a_commit_runs_goes_into_the_next_together(writer, held):
    first = await save_beside(writer, rows(1))
    await begun(held)
    later = await save_beside(writer, rows(2), rows(3, 4), rows(5))
    held.release.set()
    await asyncio.gather(*first, *later)
    assert held.commits == [[1], [2, 3, 4, 5]]


async def test_each_waiter_gets_its_own_outcomes_in_their_order(writer, held):
    await save_beside(writer, rows(1))
    await begun(held)
    later = await save_beside(writer, rows(7), rows(3, 4), rows(5))
    held.release.set()
    answers = await asyncio.gather(*later)
    assert [[outcome.key for outcome in answer] for answer in answers] == [[7], [3, 4], [5]]


async def test_nobody_is_answered_before_the_commit(writer, held):
    (waiting,) = await save_beside(writer, rows(1))
    await begun(held)
    assert not waiting.done()


async def test_no_rows_are_no_commit(writer, held):
    assert await writer.save([]) == []
    assert held.commits == []


async def test_commit_does_not_grow_without_bound(writer, held):
    await save_beside(writer, rows(1))
    await begun(held)
    later = await save_beside(writer, *(rows(*range(4_000)) for _ in range(5)))
    held.release.set()
    await asyncio.gather(*later)
    assert [len(commit) for commit in held.commits[1:]] == [8_000, 8_000, 4_000]
    assert max(len(commit) for commit in held.commits) <= MAX_COMMIT_ROWS


async def test_batch_greater_than_a_commit_goes_alone(writer, held):
    await save_beside(writer, rows(1))
    await begun(held)
    later = await save_beside(writer, rows(2), rows(*range(MAX_COMMIT_ROWS + 1)), rows(3))
    held.release.set()
    await asyncio.gather(*later)
    assert [len(commit) for commit in held.commits] == [1, 1, MAX_COMMIT_ROWS + 1, 1]


async def test_waiter_that_went_away_takes_nobody_with_it(writer, held):
    await save_beside(writer, rows(1))
    await begun(held)
    gone, stays = await save_beside(writer, rows(2), rows(3))
    gone.cancel()
    held.release.set()
    assert [outcome.key for outcome in await stays] == [3]
    assert held.commits[1] == [2, 3]


async def test_waiter_that_goes_away_during_its_commit_takes_nobody_with_it(writer, held):
    (gone,) = await save_beside(writer, rows(1))
    await begun(held)
    gone.cancel()
    (stays,) = await save_beside(writer, rows(2))
    held.release.set()
    assert [outcome.key for outcome in await stays] == [2]


async def test_failing_commit_is_told_to_all_that_waited_for_it(writer, held):
    await save_beside(writer, rows(1))
    await begun(held)
    held.error = StorageUnavailable("The database did not answer.")
    later = await save_beside(writer, rows(2), rows(3))
    held.release.set()
    answers = await asyncio.gather(*later, return_exceptions=True)
    assert [type(answer) for answer in answers] == [StorageUnavailable, StorageUnavailable]
    # Each gets its own: a refusal carries the id of the message it answers.
    assert answers[0] is not answers[1]


async def test_waiter_that_went_away_hears_nothing_of_a_failure(writer, held):
    gone, stays = await save_beside(writer, rows(1), rows(2))
    await begun(held)
    held.error = StorageUnavailable("The database did not answer.")
    gone.cancel()
    held.release.set()
    with pytest.raises(StorageUnavailable):
        await stays
    assert gone.cancelled()


async def test_writer_goes_on_after_a_failure(writer, held):
    held.release.set()
    held.error = StorageUnavailable("The database did not answer.")
    with pytest.raises(StorageUnavailable):
        await writer.save(rows(1))
    held.error = None
    assert len(await writer.save(rows(1))) == 1


async def test_an_absence_is_logged_when_it_begins_and_when_it_ends_and_not_for_each_commit(
    writer, held, caplog
):
    held.release.set()
    for _ in range(2):
        held.error = StorageUnavailable("The database did not answer.")
        for _ in range(3):
            with pytest.raises(StorageUnavailable):
                await writer.save(rows(1))
        held.error = None
        for _ in range(3):
            await writer.save(rows(1))
    told = [record.getMessage().split(":")[0] for record in caplog.records if record.name == "liveapp.writer"]
    assert told == ["Readings cannot be stored, boards keep them", "The database is back"] * 2


async def test_a_defect_is_not_taken_for_an_absent_database(writer, held, caplog):
    held.error = ZeroDivisionError()
    held.release.set()
    with pytest.raises(ZeroDivisionError):
        await writer.save(rows(1))
    held.error = None
    await writer.save(rows(2))
    assert caplog.messages == []


async def test_closing_finishes_what_was_handed_in(writer, held):
    running = await save_beside(writer, rows(1))
    await begun(held)
    waiting = await save_beside(writer, rows(2))
    closing = asyncio.create_task(writer.close())
    held.release.set()
    await closing
    assert [len(task.result()) for task in (*running, *waiting)] == [1, 1]


async def test_closed_writer_takes_nothing_more(writer, held):
    held.release.set()
    await writer.close()
    with pytest.raises(StorageUnavailable, match="The server is going away"):
        await writer.save(rows(1))
    assert held.commits == []


async def test_closing_writer_refuses_what_comes_while_it_finishes(writer, held):
    (running,) = await save_beside(writer, rows(1))
    await begun(held)
    closing = asyncio.create_task(writer.close())
    await asyncio.sleep(0)
    with pytest.raises(StorageUnavailable):
        await writer.save(rows(2))
    held.release.set()
    await asyncio.gather(closing, running)
    assert held.commits == [[1]]


async def test_commits_run_in_a_thread_of_their_own(writer, held):
    held.release.set()
    await writer.save(rows(1))
    assert held.thread.startswith("ingest")


async def test_many_devices_at_once_are_stored_once_each(database):
    writer = Writer(store())
    batches = [rows(*range(start, start + 10)) for start in range(0, 500, 5)]
    answers = await asyncio.gather(*(writer.save(batch) for batch in batches))
    await writer.close()
    outcomes = [outcome.kind for answer in answers for outcome in answer]
    found = await asyncio.to_thread(store().read, 0, 1_000, 1_000)
    assert [row.key for row in found] == list(range(505))
    assert outcomes.count(Kind.STORED) == 505
