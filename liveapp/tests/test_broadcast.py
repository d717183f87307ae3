import asyncio

import pytest

from liveapp import broadcast as broadcasts
from liveapp.broadcast import MAX_READINGS, MAX_WAITING, Broadcast


class HeldBus:
    """A bus that writes down what is sent; each send waits for `open`."""

    def __init__(self):
        self.sent = []
        self.skipped = 0
        self.answers = True
        self.open = asyncio.Event()
        self.open.set()
        self.begun = asyncio.Event()

    async def send(self, kind, body):
        self.begun.set()
        await self.open.wait()
        self.sent.append((kind, body))
        return self.answers

    def skip(self):
        self.skipped += 1


@pytest.fixture
async def bus():
    return HeldBus()


@pytest.fixture
async def broadcast(bus, monkeypatch):
    # Long enough that no tick ends by itself within a test, unless the test waits for one.
    monkeypatch.setattr(broadcasts, "TICK_S", 600)
    broadcast = Broadcast(bus)
    yield broadcast
    if broadcast._ticking is not None:
        broadcast._ticking.cancel()
        await asyncio.gather(broadcast._ticking, return_exceptions=True)


def reading(time, value=1.0):
    return (time, {"a": value})


async def quiet(broadcast):
    """Once nothing was left to send for a tick."""
    assert broadcast._ticking is not None
    await broadcast._ticking


def sent_times(bus):
    """What was sent, by message: the times of each device."""
    return [{one["device"]: one["time"] for one in body["series"]} for _, body in bus.sent]


async def test_first_readings_go_at_once(broadcast, bus):
    broadcast.publish("kitchen", [reading(1)], number=7)
    await broadcast.flush()
    series = [{"device": "kitchen", "time": [1], "values": {"a": [1.0]}}]
    assert bus.sent == [("readings", {"series": series, "numbers": {"kitchen": 7}})]


async def test_readings_of_a_device_whose_id_is_a_newer_ones_are_not_told(bus, monkeypatch):
    monkeypatch.setattr(broadcasts, "TICK_S", 0)
    broadcast = Broadcast(bus)
    bus.open.clear()
    for time, number in ((1, 7), (2, 8), (3, 7)):
        broadcast.publish("kitchen", [reading(time)], number=number)
    bus.open.set()
    await broadcast.flush()
    (body,) = (body for _, body in bus.sent)
    assert (body["series"][0]["time"], body["numbers"]) == ([2], {"kitchen": 8})


async def test_readings_of_one_tick_are_merged_by_device(bus, monkeypatch):
    monkeypatch.setattr(broadcasts, "TICK_S", 0)
    broadcast = Broadcast(bus)
    bus.open.clear()
    broadcast.publish("kitchen", [reading(1)])
    await bus.begun.wait()
    broadcast.publish("kitchen", [reading(2)])
    broadcast.publish("cellar", [reading(3)])
    broadcast.publish("kitchen", [reading(4)])
    bus.open.set()
    await broadcast.flush()
    assert sent_times(bus) == [{"kitchen": [1]}, {"kitchen": [2, 4], "cellar": [3]}]


async def test_later_readings_wait_for_the_tick(broadcast, bus):
    broadcast.publish("kitchen", [reading(1)])
    await broadcast.flush()
    broadcast.publish("kitchen", [reading(2)])
    for _ in range(10):
        await asyncio.sleep(0)
    assert sent_times(bus) == [{"kitchen": [1]}]


async def test_line_that_was_quiet_sends_at_once_again(bus, monkeypatch):
    monkeypatch.setattr(broadcasts, "TICK_S", 0)
    broadcast = Broadcast(bus)
    broadcast.publish("kitchen", [reading(1)])
    await quiet(broadcast)
    broadcast.publish("kitchen", [reading(2)])
    await quiet(broadcast)
    assert sent_times(bus) == [{"kitchen": [1]}, {"kitchen": [2]}]


async def test_nothing_is_no_message(broadcast, bus):
    broadcast.publish("kitchen", [])
    await broadcast.flush()
    assert bus.sent == []


async def test_flush_of_a_quiet_line_returns(broadcast, bus):
    await broadcast.flush()
    assert bus.sent == []


async def test_flush_waits_for_what_is_being_sent(broadcast, bus):
    bus.open.clear()
    broadcast.publish("kitchen", [reading(1)])
    await bus.begun.wait()
    flushing = asyncio.create_task(broadcast.flush())
    await asyncio.sleep(0)
    assert not flushing.done()
    bus.open.set()
    await flushing
    assert sent_times(bus) == [{"kitchen": [1]}]


async def test_flush_waits_for_what_waits_behind_what_is_being_sent(bus, monkeypatch):
    monkeypatch.setattr(broadcasts, "TICK_S", 0)
    broadcast = Broadcast(bus)
    bus.open.clear()
    broadcast.publish("kitchen", [reading(1)])
    await bus.begun.wait()
    broadcast.publish("kitchen", [reading(2)])
    flushing = asyncio.create_task(broadcast.flush())
    await asyncio.sleep(0)
    bus.open.set()
    await flushing
    assert sent_times(bus) == [{"kitchen": [1]}, {"kitchen": [2]}]


async def test_failing_bus_stops_nothing(bus, monkeypatch):
    monkeypatch.setattr(broadcasts, "TICK_S", 0)
    broadcast = Broadcast(bus)
    bus.answers = False
    for time in (1, 2):
        broadcast.publish("kitchen", [reading(time)])
        await broadcast.flush()
    assert sent_times(bus) == [{"kitchen": [1]}, {"kitchen": [2]}]


async def test_rest_of_a_round_is_given_up_with_its_first_failure(broadcast, bus):
    bus.answers = False
    broadcast.publish("kitchen", [reading(time) for time in range(3 * MAX_READINGS)])
    await broadcast.flush()
    assert len(bus.sent) == 1


async def test_backlog_is_spread_over_messages_and_stays_whole(broadcast, bus):
    broadcast.publish("kitchen", [reading(time) for time in range(MAX_READINGS + 1_000)])
    broadcast.publish("cellar", [reading(time) for time in range(MAX_READINGS)])
    await broadcast.flush()
    sizes = [sum(len(one["time"]) for one in body["series"]) for _, body in bus.sent]
    assert sizes == [5_000, 5_000, 1_000]
    assert [list(message) for message in sent_times(bus)] == [["kitchen"], ["kitchen", "cellar"], ["cellar"]]
    cellar = [time for message in sent_times(bus) for time in message.get("cellar", [])]
    assert cellar == list(range(MAX_READINGS))


async def test_what_gathers_while_the_bus_hangs_is_bounded_and_its_loss_shows(broadcast, bus):
    bus.open.clear()
    broadcast.publish("kitchen", [reading(1)])
    await bus.begun.wait()
    for _ in range(120):
        broadcast.publish("kitchen", [reading(time) for time in range(1_000)])
    assert sum(map(len, broadcast._fresh.values())) <= MAX_WAITING
    assert bus.skipped == 2


async def test_series_that_gathers_late_readings_is_sent_sorted_by_time(broadcast, bus):
    broadcast.publish("kitchen", [reading(9), reading(10)])
    broadcast.publish("kitchen", [reading(1), reading(2)])
    await broadcast.flush()
    assert sent_times(bus) == [{"kitchen": [1, 2, 9, 10]}]
