"""One run: start everything, let it suffer, let it recover, and look what is left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.chaos import verdict
from tests.chaos.audience import Audience
from tests.chaos.faults import Chaos, plan
from tests.chaos.stack import Stack, embedded, full
from tests.chaos.verdict import Outcome
from tests.servers import Publisher

Value = TypeVar("Value")

PRESENCE_S = 30.0
DRAIN_S = 180.0
SETTLE_S = 60.0
HARDLY_EVER_S = "3600"


@dataclass(frozen=True)
class Options:
    """`rate` is readings a second of each board, `every_s` the mean time between two faults."""

    seed: int
    minutes: float = 4.0
    publishers: int = 10
    rate: float = 50.0
    stack: str = "full"
    mongodb: str = "replica"
    every_s: float = 2.0
    at_least: int = 0

    @property
    def seconds(self) -> float:
        return self.minutes * 60

    def board(self) -> list[str]:
        """Every reading tells itself from all others; the spool is written often, for a kill costs what was not."""
        return [
            *("--simulator-sequence", "--interval", f"{1 / self.rate:.4f}", "--commit-interval", "0.1"),
            *("--reconnect-limit", "2", "--ack-timeout", "8"),
        ]


def run(options: Options, folder: Path) -> Outcome:
    """Call it in the main thread: what it starts dies with the thread that started it."""
    return asyncio.run(_run(options, folder))


async def _run(options: Options, folder: Path) -> Outcome:
    is_full = options.stack == "full"
    stack = full(folder, replica_set=options.mongodb == "replica") if is_full else embedded(folder)
    audience = Audience(stack)
    try:
        await stack.start([f"board-{number:02}" for number in range(1, options.publishers + 1)])
        for name in stack.numbers:
            await stack.start_board(name, *options.board())
        await audience.open_first()
        chaos = await _suffer(stack, audience, options)
        return await _look(stack, audience, chaos, options)
    finally:
        await audience.close()
        await stack.stop()


async def _suffer(stack: Stack, audience: Audience, options: Options) -> Chaos:
    chaos = Chaos(stack.parts)
    faults = plan(stack.parts, seed=options.seed, seconds=options.seconds, every_s=options.every_s)
    late = asyncio.create_task(audience.open_late(options.seconds, options.seed))
    await chaos.run(faults)
    await late
    return chaos


async def _look(stack: Stack, audience: Audience, chaos: Chaos, options: Options) -> Outcome:
    outcome = Outcome(dashboards=audience.dashboards, faults=chaos.done, passed_over=chaos.passed_over)
    outcome.wrong += chaos.complaints
    await _expect_presence(audience, list(stack.publishers), outcome)
    await _drain(stack, options)
    outcome.memory = {server.name: verdict.memory(server) for server in stack.servers()}
    await _expect_all_stored(stack, outcome)
    await _expect_presence(audience, await _send_half_home(stack), outcome)
    await _expect_all_shown(stack, audience, outcome)
    outcome.wrong += verdict.tracebacks(stack)
    for dashboard in audience.dashboards:
        outcome.wrong += [f"{dashboard.name}: {complaint}" for complaint in dashboard.complaints]
    if outcome.taken < options.at_least:
        outcome.wrong.append(f"only {outcome.taken} of {options.at_least} readings were taken")
    return outcome


async def _expect_presence(audience: Audience, online: list[str], outcome: Outcome) -> None:
    wrong = await until_empty(lambda: audience.wrong_presence(online), PRESENCE_S)
    outcome.wrong += [f"{PRESENCE_S:g} s later: {sentence}" for sentence in wrong]


async def _drain(stack: Stack, options: Options) -> None:
    """Let each board measure on, so that what a kill cut off is replaced, then hardly at all, and send what it has."""
    enough = {
        publisher: _lines(publisher) + int(2 * options.rate) + 10 for publisher in stack.publishers.values()
    }
    slow = await until_empty(
        lambda: [publisher.name for publisher, lines in enough.items() if _lines(publisher) < lines], SETTLE_S
    )
    assert not slow, f"these boards do not measure any more: {slow}"
    for publisher in enough:
        await asyncio.to_thread(publisher.stop)
        publisher.command[publisher.command.index("--interval") + 1] = HARDLY_EVER_S
        publisher.launch()


async def _expect_all_stored(stack: Stack, outcome: Outcome) -> None:
    def missing() -> int:
        outcome.boards = verdict.reconcile_boards(stack, verdict.read_store(stack))
        return outcome.total("missing")

    deadline = time.monotonic() + DRAIN_S
    while await asyncio.to_thread(missing) and time.monotonic() < deadline:
        await asyncio.sleep(1)
    outcome.wrong += [f"{name}: {one}" for name, one in outcome.boards.items() if not one.is_exactly_once]
    outcome.wrong += await asyncio.to_thread(lambda: [*verdict.misdated(verdict.read_store(stack))])


async def _send_half_home(stack: Stack) -> list[str]:
    """Every second board is switched off, in one or the other way; the names of those that stay."""
    staying = []
    for number, (name, publisher) in enumerate(stack.publishers.items()):
        if number % 2:
            staying.append(name)
        elif number % 4:
            await asyncio.to_thread(publisher.kill)
        else:
            await asyncio.to_thread(publisher.stop)
    return staying


async def _expect_all_shown(stack: Stack, audience: Audience, outcome: Outcome) -> None:
    stored = verdict.as_rows(await asyncio.to_thread(verdict.read_store, stack))

    def different() -> list[str]:
        outcome.differences = {one.name: verdict.differences(one, stored) for one in audience.dashboards}
        return [
            f"{name} shows {device} wrongly: {difference}"
            for name, devices in outcome.differences.items()
            for device, difference in devices.items()
        ]

    outcome.wrong += await until_empty(different, SETTLE_S, every_s=1)


async def until_empty(
    look: Callable[[], list[Value]], timeout_s: float, *, every_s: float = 0.1
) -> list[Value]:
    """What `look` gives: nothing at last, or what it gave when the time was over."""
    deadline = time.monotonic() + timeout_s
    while (found := look()) and time.monotonic() < deadline:
        await asyncio.sleep(every_s)
    return found


def _lines(publisher: Publisher) -> int:
    return publisher.record.read_bytes().count(b"\n")
