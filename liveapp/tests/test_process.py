"""What one server process holds, from its start to its end."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from learndj.asgi import application
from liveapp import catch_up, revocation
from liveapp import process as processes
from liveapp.models import Device, Metric
from liveapp.tests.doors import (
    PATIENCE_S,
    Connection,
    PausedStore,
    bearer,
    board,
    broken_store,
    dashboard,
    database_away,
    eventually,
    put,
    readings,
    settled,
    signed_in,
    stored,
    use_store,
    viewer,
)

T = 1_763_673_600_000


@pytest.fixture
def kitchen(new_device):
    """A device and its token."""
    return new_device("kitchen")


async def test_the_server_opens_and_closes_it(database):
    server = ApplicationCommunicator(application, {"type": "lifespan"})
    await server.send_input({"type": "lifespan.startup"})
    assert await server.receive_output(PATIENCE_S) == {"type": "lifespan.startup.complete"}
    opened = processes.current()
    await server.send_input({"type": "lifespan.shutdown"})
    assert await server.receive_output(PATIENCE_S) == {"type": "lifespan.shutdown.complete"}
    assert opened.closing.is_set()


async def test_it_is_one_as_long_as_it_is_open(process):
    assert processes.current() is process
    await processes.close()
    assert processes.current() is not process
    await processes.close()


async def test_closing_what_was_never_opened_is_fine(database):
    await processes.close()


def test_where_no_server_runs_nothing_is_known_of_now(database):
    assert processes.current_hub().latest.describe("kitchen") is None


async def test_its_end_leaves_no_task_behind(database):
    before = asyncio.all_tasks()
    await processes.current().hub.subscribed.wait()
    await processes.close()
    assert {task for task in asyncio.all_tasks() - before if "redis" not in repr(task)} == set()


async def test_its_end_says_goodbye_to_all(process, kitchen):
    async with board(kitchen[1]) as device, dashboard(await signed_in()) as screen:
        await processes.close()
        assert (await device.closed(), await screen.closed()) == (1001, 1001)


async def test_a_viewer_that_does_not_read_does_not_hold_up_its_end(process, monkeypatch):
    monkeypatch.setattr(processes, "CLOSE_S", 0.01)
    lazy = viewer(await signed_in())
    lazy._output_queue = asyncio.Queue(maxsize=1)
    assert await lazy.accepted()
    await lazy.output_queue.put("what it has not read yet")
    await asyncio.wait_for(processes.close(), PATIENCE_S)
    lazy.stop()


async def test_a_batch_in_the_middle_of_its_commit_is_stored_though_its_device_left(process, kitchen):
    use_store(process, paused := PausedStore())
    async with board(kitchen[1]) as device:
        await device.say(readings(T))
        await asyncio.to_thread(paused.begun.wait)
        device.stop()
    paused.go.set()
    await process.close()
    assert list(await sync_to_async(stored)(kitchen[0])) == [T]


@pytest.fixture
def quick_heart(monkeypatch):
    for module in (processes, catch_up, revocation):
        monkeypatch.setattr(module, "HEARTBEAT_S", 0.01)


@pytest.mark.parametrize(
    ("change", "code"), [({"token_hash": "another"}, 4401), ({"enabled": False}, 4403), (None, 4401)]
)
async def test_what_was_revoked_while_nobody_could_tell_is_closed(
    quick_heart, process, kitchen, change, code
):
    async with board(kitchen[1]) as device:
        # As from a process whose bus is away: no signal, no message.
        one = Device.objects.filter(id="kitchen")
        await (one.aupdate(**change) if change else sync_to_async(one._raw_delete)("default"))
        assert await device.closed() == code


async def test_a_look_that_took_long_does_not_close_who_came_meanwhile(process, kitchen, monkeypatch):
    looked, look_ends, look = asyncio.Event(), asyncio.Event(), revocation._revoked
    loop = asyncio.get_running_loop()

    def slow(token_hashes):
        found = look(token_hashes)
        loop.call_soon_threadsafe(looked.set)
        asyncio.run_coroutine_threadsafe(look_ends.wait(), loop).result(PATIENCE_S)
        return found

    async with board(kitchen[1]):
        # As from a process whose bus is away: no message.
        device = await Device.objects.aget(id="kitchen")
        token = device.set_new_token()
        await Device.objects.filter(id="kitchen").aupdate(token_hash=device.token_hash)
        monkeypatch.setattr(revocation, "_revoked", slow)
        looking = asyncio.create_task(process.revocation.look())
        await looked.wait()
        async with board(token) as newer:
            look_ends.set()
            await looking
            assert (await newer.ask(readings(T)))["stored"] == 1


async def test_a_revocation_that_comes_late_closes_nobody_who_may_be_here(process, kitchen):
    async with board(kitchen[1]) as device:
        process._control({"device": "kitchen", "code": 4401})
        await asyncio.gather(
            *process._tasks & {task for task in process._tasks if "Revocation.revoke" in repr(task)}
        )
        assert (await device.ask(readings(T)))["stored"] == 1


async def test_a_connection_that_a_defect_ended_is_not_taken_for_one_that_is_there(process, kitchen):
    connection = Connection("/ws/device/", bearer(kitchen[1]))
    assert await connection.accepted()
    await connection.hear()
    async with broken_store(process, ValueError("a defect")):
        await connection.say(readings(T))
        with pytest.raises(ValueError, match="a defect"):
            await connection.wait(PATIENCE_S)
    assert (process.connections.uids(), process.sockets) == ({}, set())


async def test_a_hole_that_is_noticed_while_catching_up_is_caught_up_too(process, monkeypatch):
    await settled(process)
    monkeypatch.setattr(catch_up, "CATCH_UP_S", 0)
    loading, go_on, load = asyncio.Event(), asyncio.Event(), process.catch_up.load_latest

    async def slow():
        loading.set()
        await go_on.wait()
        await load()

    monkeypatch.setattr(process.catch_up, "load_latest", slow)
    process.catch_up.soon()
    await loading.wait()
    # Its own message is lost.
    await sync_to_async(Metric.objects.bulk_create)([Metric(name="rain", label="Rain", maximum=5)])
    process.catch_up.soon()
    go_on.set()
    await process.catch_up.done()
    assert "rain" in process.ingest.descriptions


async def test_the_latest_of_a_device_made_anew_unheard_is_not_that_of_the_old_one(
    process, kitchen, new_device
):
    await settled(process)
    async with board(kitchen[1]) as device:
        await device.ask(readings(T))
    await eventually(lambda: process.hub.latest.describe("kitchen"))

    def make_anew():
        Device.objects.filter(id="kitchen")._raw_delete("default")
        new_device("kitchen")

    await sync_to_async(make_anew)()
    process.catch_up.soon()
    await process.catch_up.done()
    assert process.hub.latest.describe("kitchen") is None


async def test_a_heart_goes_on_beating_while_the_database_is_away(quick_heart, process, kitchen):
    async with board(kitchen[1]) as device:
        with database_away():
            await asyncio.sleep(0.05)
        await Device.objects.filter(id="kitchen").aupdate(enabled=False)
        assert await device.closed() == 4403


async def test_what_is_described_holds_from_the_start(database, kitchen):
    await Metric.objects.acreate(name="temperature", label="Temperature", maximum=30)
    process = processes.current()
    while process.ingest.descriptions["temperature"].maximum != 30:
        await asyncio.sleep(0)
    async with board(kitchen[1]) as device:
        assert (await device.ask(readings(T, temperature=100)))["rejected"][0]["code"] == "out_of_range"
    await processes.close()


async def test_a_database_away_at_the_start_is_asked_again(database, kitchen, monkeypatch):
    monkeypatch.setattr(catch_up, "RETRY_S", 0.01)
    await sync_to_async(put)(kitchen[0], [T], temperature=20)
    with database_away():
        process = processes.current()
        await asyncio.sleep(0.05)
        assert not process.catch_up.loaded.is_set()
    await asyncio.wait_for(process.catch_up.loaded.wait(), PATIENCE_S)
    assert process.hub.latest.describe("kitchen") == {"time": T, "values": {"temperature": 20}}
    await processes.close()


async def test_boards_connect_again_when_the_servers_clock_was_set(process, kitchen):
    async with board(kitchen[1]) as connection:
        process._clock_offset_s += 3600
        process._notice_clock()
        assert await connection.closed() == 1012


async def test_a_clock_that_goes_on_disturbs_nobody(process, kitchen):
    async with board(kitchen[1]) as connection:
        process._notice_clock()
        assert (await connection.ask(readings(T)))["stored"] == 1
