"""Readings are taken at their interval, and a slow sensor holds nothing up."""

import asyncio
import threading
from contextlib import suppress
from time import monotonic

import pytest

from utils.publisher.sampler import Sampler
from utils.publisher.tests.conftest import SteppedClock, eventually


async def run_until(sampler: Sampler, condition) -> None:
    task = asyncio.create_task(sampler.run())
    try:
        await eventually(lambda: condition() or task.done())
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_readings_do_not_come_faster_than_their_interval(clock: SteppedClock):
    moments: list[float] = []
    sampler = Sampler(
        lambda: {"n": 1.0},
        lambda stamp, values: moments.append(monotonic()),
        clock=clock.board(),
        interval_s=0.02,
    )
    await run_until(sampler, lambda: len(moments) >= 26)
    assert moments[25] - moments[0] >= 0.02 * 24


async def test_a_reading_has_the_stamp_of_its_moment(clock: SteppedClock):
    stamps = []

    def take(stamp, values):
        stamps.append(stamp.mono_ms)
        clock.pass_ms(1000)

    await run_until(
        Sampler(lambda: {"n": 1.0}, take, clock=clock.board(), interval_s=0.001), lambda: len(stamps) >= 3
    )
    assert stamps[:3] == [60_000, 61_000, 62_000]


async def test_an_empty_reading_is_not_passed_on(clock: SteppedClock):
    read, taken = [], []

    def nothing():
        read.append(1)
        return {}

    sampler = Sampler(nothing, lambda *reading: taken.append(reading), clock=clock.board(), interval_s=0.001)
    await run_until(sampler, lambda: len(read) > 3)
    assert not taken


async def test_a_new_interval_counts_at_once(clock: SteppedClock):
    taken: list[int] = []
    sampler = Sampler(
        lambda: {"n": 1.0}, lambda *reading: taken.append(1), clock=clock.board(), interval_s=3600
    )

    def hasten() -> bool:
        if len(taken) == 1:
            sampler.set_interval(0.001)
        return len(taken) >= 3

    await run_until(sampler, hasten)


async def test_a_sensor_that_does_not_answer_leaves_the_loop_alone_and_is_noticed(clock: SteppedClock):
    answer = threading.Event()

    def read():
        answer.wait(10)
        return {"n": 1.0}

    taken: list[int] = []
    sampler = Sampler(read, lambda *reading: taken.append(1), clock=clock.board(), interval_s=0.01)
    task = asyncio.create_task(sampler.run())
    await eventually(lambda: sampler.stuck_s() > 0.05)
    assert not taken
    answer.set()
    await eventually(lambda: taken)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_after_a_standstill_there_is_no_burst(clock: SteppedClock):
    release, moments = threading.Event(), []

    def read():
        moments.append(monotonic())
        if len(moments) == 1:
            release.wait(0.3)
        return {"n": 1.0}

    await run_until(
        Sampler(read, lambda *reading: None, clock=clock.board(), interval_s=0.05), lambda: len(moments) >= 4
    )
    assert moments[3] - moments[1] >= 0.09


async def test_a_fault_in_the_reading_is_raised_not_lost(clock: SteppedClock):
    def read():
        raise RuntimeError("a fault of ours")

    sampler = Sampler(read, lambda *reading: None, clock=clock.board(), interval_s=0.01)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        await sampler.run()
