"""The whole publisher in this process: simulator, spool, client, a server that wavers."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import pytest

from utils.publisher.agent import Agent
from utils.publisher.clock import BoardClock
from utils.publisher.config import load
from utils.publisher.matrix import Interrupted
from utils.publisher.notify import Notifier
from utils.publisher.simulator import Simulator
from utils.publisher.spool import Spool
from utils.publisher.tests.conftest import eventually
from utils.publisher.tests.server import TOKEN, error

QUICK = [
    "--interval",
    "0.005",
    "--commit-interval",
    "0.02",
    "--reconnect-limit",
    "0.05",
    "--backlog-rate",
    "0",
]


class Told(Notifier):
    """Hears what systemd would."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        super().__init__(environment or {})
        self.states: list[str] = []

    def tell(self, *states: str) -> None:
        self.states += states


def make_agent(server, tmp_path, *options: str, sensor=None, notifier=None) -> Agent:
    spool, offset = tmp_path / "spool.db", tmp_path / "offset"
    arguments = ["--url", server.url, "--spool", str(spool), *QUICK, *options]
    config = load(arguments, {"SENSE_TOKEN": TOKEN})
    offset.touch()
    clock = BoardClock(offset_file=config.clock_file)
    sensor = sensor or Simulator(sequence=True)
    return Agent(
        config, sensor, Spool(spool, boot_id=clock.boot_id), clock=clock, notifier=notifier or Told()
    )


@asynccontextmanager
async def running(agent: Agent):
    stop = asyncio.Event()
    task = asyncio.create_task(agent.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


def recorded(path) -> dict[int, dict[str, float]]:
    """What the sensor gave, by number: of two lines with one number, the later counts."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {line["seq"]: line["values"] for line in lines}


def arrived(server) -> list[float]:
    return sorted(values["sequence"] for values in server.stored.values())


async def test_every_reading_arrives_once_through_lost_acks_errors_and_cut_connections(server, tmp_path):
    record = tmp_path / "record.jsonl"
    server.script += [
        server.store_silently,
        lambda message: error(message, "storage_unavailable", retry_ms=100),
        lambda message: "nonsense",
        server._store,
        server.store_silently,
    ]
    agent = make_agent(server, tmp_path, "--record", str(record), "--ack-timeout", "0.1")
    async with running(agent):
        await server.until(lambda: len(server.stored) > 100)
        server.close_code_after = 1012
        await server.until(lambda: len(server.stored) > 200)
    again = make_agent(server, tmp_path, "--record", str(record), "--interval", "3600")
    async with running(again):
        await eventually(lambda: again.writer.backlog == 0 and again.counts.connected)
    assert arrived(server) == sorted(values["sequence"] for values in recorded(record).values())
    assert not server.conflicts


async def test_a_clock_that_is_set_both_ways_costs_no_reading_and_no_truth(server, tmp_path):
    offset = tmp_path / "offset"
    record = tmp_path / "record.jsonl"
    offset.write_text("-600000")
    agent = make_agent(server, tmp_path, "--clock-file", str(offset), "--record", str(record))
    began_ms = time.time_ns() // 1_000_000
    async with running(agent):
        for count, offset_ms in ((50, "600000"), (100, "-86400000"), (150, "0")):
            await server.until(lambda count=count: len(server.stored) > count)
            offset.write_text(offset_ms)
        await eventually(lambda: agent.counts.taken > 220)
        await eventually(lambda: agent.counts.stored >= 220)
    ended_ms = time.time_ns() // 1_000_000
    assert all(began_ms - 100 <= time_ms <= ended_ms + 100 for time_ms in server.stored)
    corrections_s = {round(values.get("clock_correction_ms", 0) / 1000) for values in server.stored.values()}
    assert corrections_s == {0, 600, -600, 86400}
    last = make_agent(server, tmp_path, "--interval", "3600")
    async with running(last):
        await eventually(lambda: last.writer.backlog == 0 and last.counts.connected)
    assert set(arrived(server)) >= {values["sequence"] for values in recorded(record).values()}


async def test_the_servers_interval_is_used_unless_one_is_set(server, tmp_path, monkeypatch):
    monkeypatch.setattr("utils.publisher.agent.FIRST_INTERVAL_S", 3600)
    server.interval_ms = 5
    config = load(["--url", server.url, "--spool", str(tmp_path / "spool.db")], {"SENSE_TOKEN": TOKEN})
    clock = BoardClock()
    spool = Spool(config.spool, boot_id=clock.boot_id)
    agent = Agent(config, Simulator(), spool, clock=clock, notifier=Told())
    async with running(agent):
        await eventually(lambda: agent.counts.taken > 20)


async def test_systemd_hears_of_start_life_and_end(server, tmp_path):
    told = Told({"WATCHDOG_USEC": "20000"})
    async with running(make_agent(server, tmp_path, "--summary-interval", "0.1", notifier=told)):
        await eventually(lambda: told.states.count("WATCHDOG=1") > 3)
        await eventually(lambda: any(state.startswith("STATUS=connected") for state in told.states))
    assert told.states[0] == "READY=1"
    assert told.states[-1] == "STOPPING=1"


async def test_a_sensor_that_hangs_is_left_to_the_watchdog(server, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("utils.publisher.agent.STUCK_AFTER_S", 0.05)
    told = Told({"WATCHDOG_USEC": "20000"})
    release = asyncio.Event()

    class Hanging(Simulator):
        def read(self):
            while not release.is_set():
                time.sleep(0.01)
            return super().read()

    async with running(make_agent(server, tmp_path, sensor=Hanging(), notifier=told)):
        await eventually(lambda: "systemd will start the publisher anew" in caplog.text)
        fed = told.states.count("WATCHDOG=1")
        await asyncio.sleep(0.1)
        assert told.states.count("WATCHDOG=1") == fed
        release.set()
        await eventually(lambda: told.states.count("WATCHDOG=1") > fed)


async def test_a_part_that_misses_the_call_to_end_is_called_again(server, tmp_path, monkeypatch):
    agent = make_agent(server, tmp_path)

    async def deaf_once() -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            await asyncio.sleep(3600)

    monkeypatch.setattr(agent, "_summarize", deaf_once)
    stop = asyncio.Event()
    task = asyncio.create_task(agent.run(stop))
    await eventually(lambda: agent.counts.taken)
    stop.set()
    await asyncio.wait_for(task, 10)


async def test_a_command_holds_up_neither_the_sensor_nor_the_end(server, tmp_path):
    class Scrolling(Simulator):
        def screen(self):
            return self

        def show_message(self, text, stop):
            stop.wait(60)
            raise Interrupted

    agent = make_agent(server, tmp_path, sensor=Scrolling())
    async with asyncio.timeout(10), running(agent):
        await eventually(lambda: agent.counts.connected)
        await server.command("show_message", args={"text": "hello"})
        await eventually(lambda: agent._commands._shown)
        taken = agent.counts.taken
        await eventually(lambda: agent.counts.taken > taken + 20 and agent.counts.stored > taken)
    shown = agent._commands._shown
    assert shown is not None
    assert shown.done()
    assert server.results == []


async def test_a_broken_sensor_stops_neither_the_agent_nor_the_backlog(server, tmp_path):
    first = make_agent(server, tmp_path)
    await server.stop()
    async with running(first):
        await eventually(lambda: first.counts.taken > 20)
    await server.start(int(first._config.url.split(":")[2].split("/")[0]))

    class Broken(Simulator):
        def read(self):
            raise OSError(121, "Remote I/O error")

    second = make_agent(server, tmp_path, sensor=Broken())
    async with running(second):
        await eventually(lambda: second.writer.backlog == 0)
    assert len(server.stored) == first.counts.taken


async def test_a_fault_of_our_own_ends_the_run_after_the_commit(server, tmp_path, monkeypatch):
    agent = make_agent(server, tmp_path, "--commit-interval", "3600", "--commit-readings", "10000")

    async def faulty() -> None:
        await eventually(lambda: agent.counts.taken > 5)
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(agent, "_summarize", faulty)
    with pytest.raises(ExceptionGroup):
        await agent.run(asyncio.Event())
    spool = Spool(tmp_path / "spool.db", boot_id="later")
    assert spool._next_seq == agent.counts.taken + 1
    spool.close()
