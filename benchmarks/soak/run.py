"""The run itself: the crowd comes, and the processes are looked at meanwhile."""

import argparse
import asyncio
import signal
import sys
from dataclasses import dataclass, field

from benchmarks import contenders
from benchmarks.soak.crowd import Crowd
from benchmarks.soak.stack import Stack
from benchmarks.soak.watch import Clock

TELL_EVERY_S = 60.0


@dataclass
class Soak:
    """What was seen. `counted` has one entry for each sample of the processes; `failure` says what ended it."""

    stack: Stack
    crowd: Crowd
    counted: list[dict[str, int]] = field(default_factory=list)
    is_cut_short: bool = False
    failure: str = ""

    def cut_short(self) -> None:
        self.is_cut_short = True
        self.crowd.end()

    def look(self, after_s: float) -> None:
        for watched in self.stack.watched:
            watched.look(after_s)
        counts, heard = self.crowd.counts, self.crowd.heard
        done = {name: counts[name] for name in ("sent", "acknowledged", "visits")}
        self.counted.append({**done, "frames": heard["readings"], "gaps": heard["gap"]})


def crowd_for(stack: Stack, *, seed: int) -> Crowd:
    """Boards and dashboards spread over all servers; whoever is signed in at one is signed in at all."""
    there = contenders.live(stack.servers[0]).audiences[0].address
    doors = [
        there._replace(port=server.port, headers={**there.headers, "Origin": server.url})
        for server in stack.servers
    ]
    return Crowd([contenders.live_way(server) for server in stack.servers], doors, seed=seed)


async def run(soak: Soak, options: argparse.Namespace) -> None:
    """Until the time is up, something breaks, or Ctrl-C; whatever it is, `soak` holds what was seen."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, soak.cut_short)
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(options.boards):
                group.create_task(soak.crowd.measure(number))
            for _ in range(options.dashboards):
                group.create_task(soak.crowd.watch(options.boards))
            group.create_task(_look(soak, minutes=options.minutes, every_s=options.every))
    # A lost connection, an answer that does not come, a process that is gone: the rest is worth a report.
    except* OSError as errors:
        soak.failure = repr(errors.exceptions[0])


async def _look(soak: Soak, *, minutes: float, every_s: float) -> None:
    clock, told_s = Clock(), 0.0
    print("The soak has begun. Ctrl-C ends it early.", file=sys.stderr, flush=True)
    try:
        soak.look(0)
        while not soak.crowd.ending and clock.after_s() < 60 * minutes:
            await soak.crowd.pause(min(every_s, 60 * minutes - clock.after_s()))
            soak.look(clock.after_s())
            if clock.after_s() >= told_s + TELL_EVERY_S:
                told_s = clock.after_s()
                print(_progress(told_s, soak), file=sys.stderr, flush=True)
    finally:
        soak.crowd.end()


def _progress(after_s: float, soak: Soak) -> str:
    memory = ", ".join(f"{one.name} {one.samples[-1].kib / 1024:.1f}" for one in soak.stack.watched)
    counts = soak.crowd.counts
    done = f"{counts['acknowledged']:,} readings acknowledged, {counts['visits']:,} dashboards"
    return f"{after_s / 60:5.1f} min: {done}; MiB: {memory}"
