"""The dashboards that are open: some the whole time, some that come later, one that follows a few boards only."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable

from tests.chaos.dashboard import Dashboard
from tests.chaos.stack import Stack

WHOLE, LATE = 2, 2


class Audience:
    """Opens dashboards, each behind a line of its own, and asks all of them the same."""

    def __init__(self, stack: Stack) -> None:
        self.dashboards: list[Dashboard] = []
        self._stack = stack
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, name: str, devices: list[str] | None = None) -> None:
        line = await self._stack.line("dashboard's line", f"line of {name}")
        # In turn of who sees all and of who sees them through a group.
        cookie = self._stack.cookies[len(self.dashboards) % len(self._stack.cookies)]
        dashboard = Dashboard(name, port=line.port, cookie=cookie, devices=devices)
        self.dashboards.append(dashboard)
        self._tasks.append(asyncio.create_task(dashboard.run()))

    async def open_first(self) -> None:
        for number in range(1, WHOLE + 1):
            await self.open(f"whole-{number}")
        await self.open("some-boards", list(self._stack.numbers)[:3])

    async def open_late(self, seconds: float, seed: int) -> None:
        """Their lines get no faults of their own: the plan was made without them."""
        chance = random.Random(seed)
        waits_s = sorted(chance.uniform(0.2, 0.9) * seconds for _ in range(LATE))
        for number, (before_s, at_s) in enumerate(zip([0, *waits_s], waits_s, strict=False), start=1):
            await asyncio.sleep(at_s - before_s)
            await self.open(f"late-{number}")

    def wrong_presence(self, online: Iterable[str]) -> list[str]:
        """In words; empty when every dashboard shows exactly these boards online."""
        here = set(online)
        wrong = []
        for dashboard in self.dashboards:
            known = dashboard.online.keys()
            shown = {name for name, is_online in dashboard.online.items() if is_online}
            if not dashboard.is_live or not known or shown != here & known:
                state = "live" if dashboard.is_live else "not connected"
                differing = ", ".join(sorted(shown ^ (here & known)))
                wrong.append(f"{dashboard.name} ({state}) is wrong about: {differing or 'nothing'}")
        return wrong

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
