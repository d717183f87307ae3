"""Readings are gathered into few commits, and none is forgotten while the disk fails."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from utils.publisher import writer as writer_module
from utils.publisher.clock import Anchor, Stamp
from utils.publisher.spool import Spool
from utils.publisher.tests.conftest import NOON_MS, OpenSpool, eventually
from utils.publisher.writer import Writer


def count_commits(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of all commits from now on."""
    sizes: list[int] = []
    commit = spool.commit

    def counted(taken, *rest, **named):
        sizes.append(len(taken))
        return commit(taken, *rest, **named)

    monkeypatch.setattr(spool, "commit", counted)
    return sizes


@asynccontextmanager
async def running(writer: Writer) -> AsyncIterator[None]:
    task = asyncio.create_task(writer.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def put(writer: Writer, count: int = 1) -> None:
    for n in range(count):
        writer.put(Stamp(NOON_MS + n, n), {"temperature": 21.5})


async def test_the_first_reading_after_a_pause_is_committed_at_once(open_spool: OpenSpool):
    writer = Writer(open_spool(), interval_s=3600)
    async with running(writer):
        put(writer)
        await asyncio.wait_for(writer.arrived.wait(), 5)
    assert writer.committed == 1
    await writer.close()


async def test_readings_that_follow_share_one_commit(open_spool: OpenSpool, monkeypatch):
    spool = open_spool()
    sizes = count_commits(spool, monkeypatch)
    writer = Writer(spool, interval_s=0.5)
    async with running(writer):
        put(writer)
        await writer.arrived.wait()
        for _ in range(20):
            put(writer)
            await asyncio.sleep(0)
        await eventually(lambda: writer.committed == 21)
    assert sizes == [1, 20]
    await writer.close()


async def test_many_readings_do_not_wait_for_the_interval(open_spool: OpenSpool):
    writer = Writer(open_spool(), interval_s=3600, most=50)
    async with running(writer):
        put(writer)
        await writer.arrived.wait()
        put(writer, 50)
        await eventually(lambda: writer.committed == 51)
    await writer.close()


async def test_a_failing_disk_is_said_once_and_costs_nothing(open_spool: OpenSpool, monkeypatch, caplog):
    monkeypatch.setattr(writer_module, "RETRY_S", 0.01)
    spool = open_spool()
    commit, failures = spool.commit, iter(range(4))

    def failing(*arguments, **named):
        if next(failures, None) is not None:
            raise sqlite3.OperationalError("database or disk is full")
        return commit(*arguments, **named)

    monkeypatch.setattr(spool, "commit", failing)
    writer = Writer(spool, interval_s=0)
    async with running(writer):
        put(writer, 3)
        await eventually(lambda: writer.committed == 3)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "The spool cannot be written",
        "The spool can be written again.",
    ]
    await writer.close()


async def test_memory_stays_bounded_while_the_disk_fails_and_what_is_lost_is_counted(open_spool, monkeypatch):
    monkeypatch.setattr(writer_module, "MOST_WAITING", 100)
    writer = Writer(open_spool())
    put(writer, 130)
    assert writer.backlog == 100
    assert await writer.commit()
    assert (writer.committed, writer.dropped, await writer.counted("dropped")) == (100, 30, 30)
    await writer.close()


async def test_a_spool_damaged_while_running_is_replaced_and_what_waits_is_kept(tmp_path, open_spool, caplog):
    spool = open_spool()
    writer = Writer(spool)
    await writer.settle(Anchor(NOON_MS, 0))
    put(writer, 300)
    await writer.commit()
    before = {reading.time_ms for reading in await writer.oldest(1000)}
    spool._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spool._db.execute("PRAGMA shrink_memory")
    with (tmp_path / "spool.db").open("r+b") as file:
        file.write(b"\xff" * 40_000)
    put(writer, 2)
    assert await writer.commit()
    after = await writer.oldest(1000)
    assert len(after) == 2
    assert after[0].seq == 301
    assert not before & {reading.time_ms for reading in after}
    assert "is damaged" in caplog.text
    await writer.close()


async def test_forgotten_readings_do_not_come_again_even_before_the_commit(open_spool: OpenSpool):
    writer = Writer(open_spool())
    await writer.settle(Anchor(NOON_MS, 0))
    put(writer, 5)
    await writer.commit()
    first = await writer.oldest(3)
    writer.forget({reading.seq for reading in first})
    assert [reading.seq for reading in await writer.oldest(10)] == [4, 5]
    assert writer.backlog == 2
    await writer.close()
    await asyncio.sleep(0)


async def test_a_commit_that_was_interrupted_is_made_good_at_the_end(open_spool: OpenSpool):
    writer = Writer(open_spool(), interval_s=0)
    put(writer, 3)
    task = asyncio.create_task(writer.commit())
    await asyncio.sleep(0)
    task.cancel()
    await writer.close()
    assert open_spool().backlog == 3


async def test_the_record_hears_the_number_before_the_spool_has_it(open_spool: OpenSpool):
    writer, heard = Writer(open_spool()), []
    writer.put(Stamp(0, 0), {"temperature": 1.0}, lambda seq: heard.append((seq, writer.backlog)))
    assert heard == [(1, 0)]
    await writer.close()
