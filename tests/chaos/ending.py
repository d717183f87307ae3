"""What is waited for when the faults are over, and what is wrong if it does not come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from liveapp.presence import LEASE_S
from tests.chaos import verdict
from tests.chaos.audience import Audience
from tests.chaos.faults import Chaos
from tests.chaos.options import Options
from tests.chaos.page import Page
from tests.chaos.stack import Stack
from tests.chaos.verdict import Outcome
from tests.servers import Publisher

Value = TypeVar("Value")

# A goodbye that the bus lost counts when its lease ends, which the last reading before it began anew.
PRESENCE_S = LEASE_S + 15.0
# The page itself waits for up to half a minute before it connects again, and a quarter for the handshake.
PAGE_S = 60.0
DRAIN_S = 180.0
SETTLE_S = 60.0
OPEN_S = 5.0
# A worker that was killed keeps its job for half a minute; a minute waits for its end and for its last readings.
ROLLED_UP_S = 120.0
HARDLY_EVER_S = "3600"


class Ending:
    """Fills an outcome, step by step."""

    def __init__(self, stack: Stack, audience: Audience, page: Page | None, options: Options) -> None:
        self.outcome = Outcome(dashboards=audience.dashboards)
        self._stack = stack
        self._audience = audience
        self._page = page
        self._options = options

    async def look(self, chaos: Chaos) -> Outcome:
        outcome = self.outcome
        outcome.faults, outcome.passed_over = chaos.done, chaos.passed_over
        outcome.wrong += chaos.complaints
        await self._expect_presence([*self._stack.publishers])
        await self._drain()
        outcome.memory = {server.name: verdict.memory(server) for server in self._stack.servers()}
        await self._expect_all_stored()
        await self._expect_presence(await self._send_half_home())
        await self._expect_all_shown()
        await self._expect_all_rolled_up()
        self._add_complaints()
        return outcome

    async def _expect_presence(self, online: list[str]) -> None:
        async def in_dashboards() -> list[str]:
            return self._audience.wrong_presence(online)

        async def on_page() -> list[str]:
            return await self._page.wrong_presence(online) if self._page else []

        wrong = await until_empty(in_dashboards, PRESENCE_S)
        wrong += await until_empty(on_page, PAGE_S)
        self.outcome.wrong += [f"the faults are long over: {sentence}" for sentence in wrong]

    async def _drain(self) -> None:
        """Let each board measure on, which replaces what a kill cut off, then hardly at all, and send its spool."""
        publishers = self._stack.publishers.values()
        enough = {publisher: _lines(publisher) + int(2 * self._options.rate) + 10 for publisher in publishers}

        async def slow() -> list[str]:
            return [publisher.name for publisher, lines in enough.items() if _lines(publisher) < lines]

        self.outcome.wrong += [
            f"{name} does not measure any more" for name in await until_empty(slow, SETTLE_S)
        ]
        for publisher in publishers:
            await asyncio.to_thread(publisher.stop)
            publisher.command[publisher.command.index("--interval") + 1] = HARDLY_EVER_S
            publisher.launch()

    async def _expect_all_stored(self) -> None:
        async def missing() -> list[str]:
            stored = await asyncio.to_thread(verdict.read_store, self._stack)
            self.outcome.boards = verdict.reconcile_boards(self._stack, stored)
            return [name for name, one in self.outcome.boards.items() if one.missing]

        await until_empty(missing, DRAIN_S, every_s=1)
        wrong = {name: one for name, one in self.outcome.boards.items() if not one.is_exactly_once}
        self.outcome.wrong += [f"{name}: {one}" for name, one in wrong.items()]

    async def _send_half_home(self) -> list[str]:
        """Every second board is switched off, in one or the other way; the names of those that stay."""
        staying = []
        for number, (name, publisher) in enumerate(self._stack.publishers.items()):
            if number % 2:
                staying.append(name)
            else:
                await asyncio.to_thread(publisher.stop if number % 4 else publisher.kill)
        return staying

    async def _expect_all_shown(self) -> None:
        stored = await asyncio.to_thread(verdict.read_store, self._stack)
        rows = verdict.as_rows(stored)

        async def different() -> list[str]:
            dashboards = self._audience.dashboards
            self.outcome.differences = {one.name: verdict.differences(one, rows) for one in dashboards}
            wrong = verdict.as_sentences(self.outcome.differences)
            return wrong + (await self._page.difference(stored) if self._page else [])

        self.outcome.wrong += await until_empty(different, SETTLE_S, every_s=1)
        self.outcome.wrong += verdict.misdated(stored)
        if self._page:
            self.outcome.on_page = self._page.count

    async def _expect_all_rolled_up(self) -> None:
        # The newest minutes are not due yet, and what touched them last has to settle.
        over_ms = int((time.time() - OPEN_S) * 1000)

        async def wrong() -> list[str]:
            return await asyncio.to_thread(verdict.wrong_minutes, self._stack, over_ms)

        found = await until_empty(wrong, ROLLED_UP_S, every_s=2)
        self.outcome.wrong += found[:10]

    def _add_complaints(self) -> None:
        outcome = self.outcome
        outcome.wrong += verdict.tracebacks(self._stack)
        for dashboard in self._audience.dashboards:
            outcome.wrong += [f"{dashboard.name}: {complaint}" for complaint in dashboard.complaints]
        outcome.wrong += self._page.complaints if self._page else []
        if outcome.taken < self._options.at_least:
            outcome.wrong.append(f"only {outcome.taken} of {self._options.at_least} readings were taken")


async def until_empty(
    look: Callable[[], Awaitable[list[Value]]], timeout_s: float, *, every_s: float = 0.1
) -> list[Value]:
    """What `look` gives: nothing at last, or what it gave when the time was over."""
    deadline = time.monotonic() + timeout_s
    while (found := await look()) and time.monotonic() < deadline:
        await asyncio.sleep(every_s)
    return found


def _lines(publisher: Publisher) -> int:
    return publisher.record.read_bytes().count(b"\n")
