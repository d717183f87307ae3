"""One run: start everything, let it suffer, let it recover, and look what is left."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from tests.chaos.audience import Audience
from tests.chaos.ending import Ending
from tests.chaos.faults import Chaos, plan
from tests.chaos.options import Options
from tests.chaos.page import open_page
from tests.chaos.stack import Stack, embedded, full
from tests.chaos.verdict import Outcome


def run(options: Options, folder: Path) -> Outcome:
    """Call it in the main thread: what it starts dies with the thread that started it."""
    return asyncio.run(_run(options, folder))


async def _run(options: Options, folder: Path) -> Outcome:
    is_full = options.stack == "full"
    stack = full(folder, replica_set=options.mongodb == "replica") if is_full else embedded(folder)
    async with AsyncExitStack() as closing:
        closing.push_async_callback(stack.stop)
        await stack.start([f"board-{number:02}" for number in range(1, options.publishers + 1)])
        for name in stack.numbers:
            await stack.start_board(name, *options.board())
        audience = Audience(stack)
        closing.push_async_callback(audience.close)
        await audience.open_first()
        page = None
        if options.page:
            line = await stack.line("dashboard's line", "line of the page")
            page = await closing.enter_async_context(open_page(line.port, stack.cookies[0]))
        chaos = await _suffer(stack, audience, options)
        return await Ending(stack, audience, page, options).look(chaos)


async def _suffer(stack: Stack, audience: Audience, options: Options) -> Chaos:
    chaos = Chaos(stack.parts)
    faults = plan(stack.parts, seed=options.seed, seconds=options.seconds, every_s=options.every_s)
    late = asyncio.create_task(audience.open_late(options.seconds, options.seed))
    await chaos.run(faults)
    await late
    return chaos
