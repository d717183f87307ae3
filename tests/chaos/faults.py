"""What goes wrong, when, and for how long: a seeded plan, and each kind of fault."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.stack import START_S, Part
from tests.chaos.tcp_proxy import TcpProxy
from tests.processes import Process

# Finds out whoever acknowledges before the commit.
MID_COMMIT = "kill mid-commit"
# As patient as systemd and container engines are by default, or more; then they kill.
STOP_S = 30.0
WATCH_S = 0.2

# The shortest and the longest, in seconds; a restart lasts as long as it takes, a strand until it is noticed.
LASTS_S = {
    "kill": (0.1, 5.0),
    MID_COMMIT: (0.3, 2.0),
    "pause": (1.0, 12.0),
    "restart": (0.0, 0.0),
    "cut": (0.2, 6.0),
    "stall": (1.0, 12.0),
    "strand": (0.0, 0.0),
}
OF_A_PROCESS = ("kill", "pause", "restart")
OF_A_SERVER = (MID_COMMIT, *OF_A_PROCESS)
OF_A_LINE = ("cut", "stall", "strand")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fault:
    """At `at_s` seconds after the beginning `what` happens to a part and lasts `lasts_s`."""

    at_s: float
    what: str
    part: Part
    lasts_s: float


def plan(parts: Sequence[Part], *, seed: int, seconds: float, every_s: float) -> list[Fault]:
    """Each kind of fault of each kind of part comes before any comes again; the same for the same seed."""
    chance = random.Random(seed)
    longest_s = seconds / 4
    faults: list[Fault] = []
    at_s = 0.0
    for what, kind in _kinds(parts, chance):
        at_s += chance.uniform(0.2, 1.8) * every_s
        if at_s > seconds:
            return faults
        part = chance.choice([part for part in parts if part.kind == kind])
        lasts_s = min(chance.uniform(*LASTS_S[what]), longest_s)
        faults.append(Fault(at_s, what, part, lasts_s))
    return faults


def _kinds(parts: Sequence[Part], chance: random.Random) -> Iterator[tuple[str, str]]:
    """(fault, kind of part), in shuffled rounds, for ever. Servers and boards are what this is about: twice."""
    kinds = {part.kind: _faults_of(part) for part in parts}
    deck = [(what, kind) for kind, faults in kinds.items() for what in faults]
    deck += [(what, kind) for what, kind in deck if kind in ("server", "publisher")]
    while True:
        chance.shuffle(deck)
        # First while nothing else is the matter, so that in the shortest of runs too it is never passed over.
        yield from sorted(deck, key=lambda one: one[0] != MID_COMMIT)


def _faults_of(part: Part) -> Sequence[str]:
    if isinstance(part.target, TcpProxy):
        return OF_A_LINE
    return OF_A_SERVER if part.hold else OF_A_PROCESS


@dataclass
class Done:
    """A fault that was, and the seconds from its begin until the part was well again."""

    what: str
    kind: str
    name: str
    began_s: float
    down_s: float = 0.0


class Chaos:
    """Carries out a plan. `complaints` is what no fault excuses, `done` what there was."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.done: list[Done] = []
        self.passed_over = 0
        self.complaints: list[str] = []
        self._parts = parts
        self._busy: set[str] = set()

    async def run(self, faults: Sequence[Fault]) -> None:
        """Returns when all faults are over and every part is well again."""
        began_s = time.monotonic()
        watching = asyncio.create_task(self._watch())
        async with asyncio.TaskGroup() as group:
            for fault in faults:
                await asyncio.sleep(began_s + fault.at_s - time.monotonic())
                keys = _keys(fault)
                if keys & self._busy:
                    self.passed_over += 1
                    continue
                self._busy |= keys
                group.create_task(self._happen(fault, keys, began_s))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    async def _happen(self, fault: Fault, keys: set[str], began_s: float) -> None:
        now_s = time.monotonic()
        done = Done(fault.what, fault.part.kind, fault.part.name, now_s - began_s)
        self.done.append(done)
        log.info("%s of %s for %.1f s", done.what, done.name, fault.lasts_s)
        try:
            if isinstance(fault.part.target, TcpProxy):
                await _harm_line(fault.part.target, fault)
            else:
                await _harm_process(fault.part.target, fault)
        except AssertionError as error:
            self.complaints.append(f"{fault.what} of {fault.part.name}: {str(error).splitlines()[0]}")
        finally:
            done.down_s = time.monotonic() - now_s
            self._busy -= keys
            log.info("%s of %s is over after %.1f s", done.what, done.name, done.down_s)

    async def _watch(self) -> None:
        """Nothing may end by itself. What did is started again, so that the run goes on."""
        while True:
            for part in self._parts:
                process, key = part.target, part.group or part.name
                if isinstance(process, Process) and key not in self._busy and not process.alive:
                    self.complaints.append(f"{part.name} ended by itself with status {process.status}")
                    process.launch()
            await asyncio.sleep(WATCH_S)


async def _harm_process(process: Process, fault: Fault) -> None:
    match fault.what:
        case "kill":
            await asyncio.to_thread(process.kill)
            await asyncio.sleep(fault.lasts_s)
            process.launch()
        case "kill mid-commit":
            assert fault.part.hold
            with fault.part.hold():
                await asyncio.sleep(fault.lasts_s)
                await asyncio.to_thread(process.kill)
            process.launch()
        case "restart":
            try:
                await asyncio.to_thread(process.stop, timeout_s=STOP_S)
            finally:
                log.info("%s has stopped with status %s", process.name, process.status)
                process.launch()
        case "pause":
            process.pause()
            await asyncio.sleep(fault.lasts_s)
            process.resume()
    await asyncio.to_thread(process.wait_until_ready, START_S)


def _keys(fault: Fault) -> set[str]:
    """What nothing else may happen to meanwhile."""
    held = {fault.part.held} if fault.what == MID_COMMIT and fault.part.held else set()
    return {fault.part.group or fault.part.name} | held


async def _harm_line(line: TcpProxy, fault: Fault) -> None:
    match fault.what:
        case "cut":
            await line.cut()
            await asyncio.sleep(fault.lasts_s)
            await line.open()
        case "stall":
            line.stall()
            await asyncio.sleep(fault.lasts_s)
            line.flow()
        case "strand":
            line.strand()
