"""Coming and going, as every process and every dashboard hears of it."""

import asyncio
import logging

import pytest
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.test import AsyncClient

from liveapp import hub, presence
from liveapp.clock import now_ms
from liveapp.process import Process
from liveapp.tests.doors import (
    PATIENCE_S,
    assert_like,
    bearer,
    board,
    dashboard,
    example,
    readings,
    send,
    signed_in,
)

T = 1_763_673_600_000


@pytest.fixture
async def maker(process):
    """A client with a superuser's session."""
    return await signed_in()


@pytest.fixture
def token(new_device):
    return new_device("kitchen")[1]


@pytest.fixture
async def other(process):
    """A second server process on the same bus."""
    other = Process()
    other.open()
    await other.hub.subscribed.wait()
    await process.hub.subscribed.wait()
    yield other
    await other.close()


async def test_a_device_that_comes_and_goes_is_told(maker, token):
    async with dashboard(maker) as viewer:
        async with board(token):
            came = await viewer.hear_type("presence")
        went = await viewer.hear_type("presence")
    assert_like(came, example("to-dashboard/presence"))
    assert_like(went, example("to-dashboard/presence"))
    assert [(one["device"], one["online"]) for one in (came, went)] == [("kitchen", True), ("kitchen", False)]
    assert abs(went["last_seen"] - now_ms()) < 60_000


async def test_who_comes_later_finds_the_device_online(maker, token):
    async with dashboard(maker) as viewer, board(token):
        await viewer.hear_type("presence")
        async with dashboard(maker) as later:
            (kitchen,) = later.welcome["devices"]
            assert kitchen["online"] is True


async def test_only_who_follows_the_device_hears_of_it(maker, token, new_device):
    _, cellar = await sync_to_async(new_device)("cellar")
    async with dashboard(maker, ["cellar"]) as viewer:
        async with board(token):
            pass
        async with board(cellar):
            assert (await viewer.hear_type("presence"))["device"] == "cellar"


async def test_a_replaced_connections_goodbye_means_nothing(maker, token):
    async with dashboard(maker) as viewer:
        async with board(token), board(token) as old, board(token):
            assert await old.closed() == 4409
            await old.disconnect()
        heard = [(await viewer.hear_type("presence"))["online"] for _ in range(2)]
    assert heard == [True, False]


async def test_readings_by_http_bring_a_device_online(maker, token):
    async with dashboard(maker) as viewer:
        await send(AsyncClient(), "POST", "/api/ingest/", readings(T), **bearer(token))
        assert (await viewer.hear_type("presence"))["online"] is True


@pytest.fixture
def short_leases(monkeypatch):
    monkeypatch.setattr(presence, "LEASE_S", 0.01)
    monkeypatch.setattr(hub, "SWEEP_S", 0.01)


async def test_a_device_not_heard_of_for_long_is_gone_without_a_goodbye(short_leases, maker, other, token):
    async with dashboard(maker) as viewer:
        await other.bus.send("presence", {"online": {"kitchen": "a connection elsewhere"}})
        assert [(await viewer.hear_type("presence"))["online"] for _ in range(2)] == [True, False]


async def test_a_device_at_one_process_is_seen_at_the_other(maker, other, token):
    async with dashboard(maker) as viewer:
        async with board(token) as kitchen:
            await kitchen.ask(readings(T))
            await viewer.hear_type("readings")
            await until(other, lambda: other.hub.latest.describe("kitchen") is not None)
            assert other.hub.presence.is_online("kitchen")
        await viewer.hear_type("presence")
        await until(other, lambda: not other.hub.presence.is_online("kitchen"))


async def until(process, check):
    """Look again and again, for what a process hears need not become a frame."""
    async with asyncio.timeout(PATIENCE_S):
        while not check():
            await asyncio.sleep(0.005)


async def test_a_newer_connection_at_another_process_closes_the_older(process, other, token):
    async with board(token) as kitchen:
        await until(process, lambda: process.hub.presence.is_online("kitchen"))
        await other.bus.send("control", {"device": "kitchen", "code": 4409, "except": "a newer one"})
        assert await kitchen.closed() == 4409


async def test_a_message_missed_on_the_bus_is_told_as_a_gap(maker, other):
    async with dashboard(maker) as viewer:
        await other.bus.send("presence", {"online": {}})
        other.bus.skip()
        await other.bus.send("presence", {"online": {}})
        gap = await viewer.hear_type("gap")
    assert_like(gap, example("to-dashboard/gap"))
    assert gap["start"] <= gap["end"]


async def test_a_process_that_stops_in_order_leaves_no_gap(process):
    other = Process()
    other.open()
    await until(process, lambda: other.bus.sender in process.hub.reception._senders._numbers)
    frames = process.hub.ring.next_number
    await other.close()
    await until(process, lambda: other.bus.sender not in process.hub.reception._senders._numbers)
    after = [frame for frame in process.hub.ring._frames if frame.number >= frames]
    assert "gap" not in {frame.message["type"] for frame in after}


async def test_a_message_of_a_newer_version_is_passed_over(maker, other, caplog):
    async with dashboard(maker) as viewer:
        with caplog.at_level(logging.WARNING):
            await other.bus.send("weather", {})
            await other.bus.send("presence", {"online": {"kitchen": "elsewhere"}})
            assert (await viewer.hear_type("presence"))["device"] == "kitchen"
    assert "does not know" in caplog.text


async def test_what_a_command_changes_is_seen_and_felt(maker, token):
    async with dashboard(maker) as viewer, board(token) as kitchen:
        await sync_to_async(call_command)("device", "disable", "kitchen")
        assert (await viewer.hear_change())["data"]["enabled"] is False
        assert await kitchen.closed() == 4403
