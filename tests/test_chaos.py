"""The chaos in short: a planned quarter of a minute of faults, and every part of it by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.chaos.faults import MID_COMMIT, Fault, plan
from tests.chaos.options import Options
from tests.chaos.picture import Picture, row
from tests.chaos.report import render
from tests.chaos.run import run
from tests.chaos.stack import Part, Stack, embedded, full
from tests.chaos.tcp_proxy import TcpProxy
from tests.chaos.verdict import wrong_minutes
from tests.processes import HOST

T = 1_763_673_600_000


@pytest.mark.parametrize("stack", ["embedded", "full"])
def test_nothing_is_lost_and_every_dashboard_shows_it_all(stack: str, tmp_path: Path) -> None:
    options = Options(seed=5, minutes=0.25, publishers=4, rate=25, stack=stack, every_s=0.8, at_least=500)
    outcome = run(options, tmp_path)
    report = render(outcome, options)
    print(report)
    assert not outcome.wrong, report
    assert len(outcome.faults) > 4
    assert MID_COMMIT in {done.what for done in outcome.faults}


# The plan.


def parts(stack: Stack) -> list[Part]:
    lines = [Part("board's line", TcpProxy(f"line of board-{number}", 1)) for number in range(3)]
    return [*stack.parts, *lines]


def told(faults: list[Fault]) -> list[tuple[float, str, str, float]]:
    return [(fault.at_s, fault.what, fault.part.name, fault.lasts_s) for fault in faults]


def test_the_same_seed_makes_the_same_plan(tmp_path: Path) -> None:
    some = parts(embedded(tmp_path))
    first, again, other = (plan(some, seed=seed, seconds=60, every_s=1) for seed in (1, 1, 2))
    assert told(first) == told(again) != told(other)


def test_every_fault_of_every_kind_of_part_comes_in_a_plan_of_minutes(tmp_path: Path) -> None:
    some = parts(full(tmp_path, replica_set=True))
    happened = {(fault.what, fault.part.kind) for fault in plan(some, seed=1, seconds=240, every_s=2)}
    processes = ("mongod", "redis", "server", "worker", "caddy")
    lines = ("mongod's line", "redis' line", "board's line")
    assert happened == (
        {(what, kind) for what in ("kill", "pause", "restart") for kind in processes}
        | {(what, kind) for what in ("cut", "stall", "strand") for kind in lines}
        | {(MID_COMMIT, "server")}
    )


# What a dashboard shows.


def picture(*readings: tuple[int, float]) -> Picture:
    made = Picture()
    for time_ms, temperature in readings:
        made.merge({"device": "kitchen", "time": [time_ms], "values": {"temperature": [temperature]}})
    return made


STORED = {time_ms: row({"temperature": 20.0}) for time_ms in (T, T + 1)}


def test_a_picture_of_all_that_is_stored_differs_in_nothing() -> None:
    assert not picture((T, 20), (T + 1, 20)).difference("kitchen", STORED, since_ms=T)


def test_a_picture_may_lack_only_what_is_older_than_itself() -> None:
    assert not picture((T + 1, 20)).difference("kitchen", STORED, since_ms=T + 1)
    assert picture((T + 1, 20)).difference("kitchen", STORED, since_ms=T).missing == [T]


def test_a_picture_must_not_show_what_is_not_stored_or_stored_otherwise() -> None:
    difference = picture((T, 20), (T + 1, 21), (T + 2, 20)).difference("kitchen", STORED, since_ms=T)
    assert (difference.missing, difference.other, difference.unknown) == ([], [T + 1], [T + 2])


def test_parts_of_one_reading_are_put_together() -> None:
    made = picture((T, 20))
    made.merge({"device": "kitchen", "time": [T], "values": {"humidity": [40.0]}})
    stored = {T: row({"temperature": 20, "humidity": 40})}
    assert not made.difference("kitchen", stored, since_ms=T)


# The line between two programs.


@pytest.fixture
async def line() -> AsyncIterator[TcpProxy]:
    """To a server that answers each line with the same line."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionResetError):
            while text := await reader.readline():
                writer.write(text)
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)

    server = await asyncio.start_server(echo, HOST, 0)
    proxy = TcpProxy("line", server.sockets[0].getsockname()[1])
    await proxy.open()
    yield proxy
    await proxy.cut()
    server.close()


@asynccontextmanager
async def connected(line: TcpProxy) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(HOST, line.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(b"hello\n")
    return await reader.readline()


async def test_a_whole_line_forwards_both_ways(line: TcpProxy) -> None:
    async with connected(line) as (reader, writer):
        assert await ask(reader, writer) == b"hello\n"


async def test_a_cut_line_resets_what_is_open_and_refuses_until_it_is_whole(line: TcpProxy) -> None:
    async with connected(line) as (reader, writer):
        await ask(reader, writer)
        await line.cut()
        with pytest.raises(ConnectionResetError):
            await reader.readline()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, line.port)
    await line.open()
    async with connected(line) as (reader, writer):
        assert await ask(reader, writer) == b"hello\n"


async def test_a_stalled_line_keeps_silent_and_loses_nothing(line: TcpProxy) -> None:
    async with connected(line) as (reader, writer):
        await ask(reader, writer)
        line.stall()
        answer = asyncio.create_task(ask(reader, writer))
        _, waiting = await asyncio.wait([answer], timeout=0.2)
        assert waiting
        line.flow()
        assert await answer == b"hello\n"


async def test_of_a_line_that_forgot_only_what_opens_later_flows(line: TcpProxy) -> None:
    async with connected(line) as forgotten:
        await ask(*forgotten)
        line.strand()
        answer = asyncio.create_task(ask(*forgotten))
        async with connected(line) as (reader, writer):
            assert await ask(reader, writer) == b"hello\n"
        assert not answer.done()
        await line.cut()
        await asyncio.gather(answer, return_exceptions=True)


def test_a_minute_that_is_not_what_its_readings_say_is_found():
    first, second = 7 << 42, (7 << 42) + 60_000
    readings = [(first + 1, {"a": 1.0}), (first + 2, {"a": 3.0}), (second, {"a": 5.0})]
    whole = {first: {"a": [2, 2.0, 1.0, 3.0]}, second: {"a": [1, 5.0, 5.0, 5.0]}}

    def wrong(minutes, over_ms=120_000):
        stack: Any = SimpleNamespace(
            numbers={"kitchen": 7}, stored=lambda: readings, minutes=lambda: minutes.items()
        )
        return len(wrong_minutes(stack, over_ms))

    assert wrong(whole) == 0
    assert wrong({first: whole[first]}) == 1
    assert wrong({first: whole[first]}, over_ms=119_999) == 0
    assert wrong(whole | {first: {"a": [1, 1.0, 1.0, 1.0]}}) == 1
    assert wrong(whole | {first: {"a": [2, 2.0, 1.0, 4.0]}}) == 1
    assert wrong(whole | {second + 60_000: whole[second]}, over_ms=180_000) == 1
