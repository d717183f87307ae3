"""Readings in, acks out, over a WebSocket."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import IntegrityError

from liveapp import bus, protocol
from liveapp.clock import now_ms
from liveapp.ingest import Source
from liveapp.models import Device, Event
from liveapp.tests.doors import (
    PATIENCE_S,
    Connection,
    PausedStore,
    assert_like,
    bearer,
    board,
    broken_store,
    connected,
    database_away,
    example,
    gone_mid_answer,
    next_frame,
    readings,
    removed_past_the_server,
    stored,
    use_store,
)
from liveapp.worker import Worker

DAY_MS = 24 * 3_600_000
T = 1_763_673_600_000
all_stored = sync_to_async(stored)


@pytest.fixture
def kitchen(new_device):
    """A device and its token."""
    return new_device("kitchen")


@pytest.fixture
def token(kitchen):
    return kitchen[1]


async def say_to(token: str, message: Any) -> Any:
    """The answer to one message."""
    async with board(token) as connection:
        return await connection.ask(message)


async def rejected(token: str, *batch: Any) -> Any:
    """What the ack of a batch names in `rejected`, without the words."""
    ack = await say_to(token, {"type": "readings", "id": 1, "readings": list(batch)})
    assert all(entry.pop("detail") for entry in ack["rejected"])
    return ack["rejected"]


# The handshake.


async def test_the_server_speaks_first_and_says_what_it_takes(process, token):
    async with connected("/ws/device/", bearer(token)) as connection:
        welcome = await connection.hear()
        assert_like(welcome, example("to-device/welcome"))
        assert (welcome["device"], welcome["max_readings"], welcome["interval_ms"]) == ("kitchen", 1000, 1000)
        assert abs(welcome["time"] - now_ms()) < 60_000


async def test_a_token_in_the_query_does_where_headers_cannot_be_set(process, token):
    async with connected(f"/ws/device/?token={token}") as connection:
        assert (await connection.hear())["device"] == "kitchen"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("kitchen.wrong"),
        bearer("nobody.wrong"),
        bearer("x" * 5000),
        {"authorization": "Basic a2l0Y2hlbg=="},
    ],
    ids=["none", "wrong", "of nobody", "endless", "another scheme"],
)
async def test_a_missing_or_wrong_token_is_refused_with_401(process, kitchen, headers):
    status, body = await Connection("/ws/device/", headers, full=True).refusal()
    assert (status, body["code"], list(body)) == (401, "unauthorized", ["code", "detail"])


async def test_a_cookie_is_no_token(process, kitchen):
    status, _ = await Connection("/ws/device/", {"cookie": f"token={kitchen[1]}"}, full=True).refusal()
    assert status == 401


async def test_a_revoked_token_is_refused_with_401(process, kitchen):
    await sync_to_async(kitchen[0].rotate_token)()
    status, body = await Connection("/ws/device/", bearer(kitchen[1]), full=True).refusal()
    assert (status, body["code"]) == (401, "unauthorized")


async def test_a_disabled_device_is_refused_with_403(process, new_device):
    _, token = await sync_to_async(new_device)("kitchen", enabled=False)
    status, body = await Connection("/ws/device/", bearer(token), full=True).refusal()
    assert (status, body["code"], list(body)) == (403, "device_disabled", ["code", "detail"])


async def test_a_server_that_cannot_send_a_body_refuses_barely(process, kitchen):
    assert not await Connection("/ws/device/", bearer("kitchen.wrong")).accepted()


async def test_an_address_without_a_socket_says_where_they_are(process):
    status, body = await Connection("/ws/nowhere/", full=True).refusal()
    assert (status, body["code"]) == (404, "not_found")
    assert "/ws/device/" in body["detail"]


# Messages that are taken.


async def test_a_batch_is_acknowledged_and_stored(process, kitchen):
    message = example("device/readings")
    ack = await say_to(kitchen[1], message)
    assert ack == {"type": "ack", "id": message["id"], "stored": 1, "duplicates": 0, "rejected": []}
    values = {"temperature": 21.52, "humidity": 41.3, "pressure": 1008.77}
    assert await all_stored(kitchen[0]) == {1763673600000: values}


async def test_a_bare_reading_takes_the_servers_clock_and_its_ack_has_no_id(process, kitchen):
    before = now_ms()
    ack = await say_to(kitchen[1], example("device/bare-reading"))
    assert ack == {"type": "ack", "stored": 1, "duplicates": 0, "rejected": []}
    ((time_ms, values),) = (await all_stored(kitchen[0])).items()
    assert before <= time_ms <= now_ms()
    assert values == {"temperature": 21.5}


async def test_a_bare_reading_may_bring_its_time(process, kitchen):
    await say_to(kitchen[1], {"time": T, "temperature": 20})
    assert list(await all_stored(kitchen[0])) == [T]


async def test_readings_without_a_type_are_a_batch(process, token):
    assert (await say_to(token, {"id": 3, "readings": [{"temperature": 20}]}))["stored"] == 1


async def test_an_empty_batch_is_acknowledged(process, token):
    ack = await say_to(token, {"type": "readings", "id": 0, "readings": []})
    assert ack == {"type": "ack", "id": 0, "stored": 0, "duplicates": 0, "rejected": []}


async def test_a_thousand_readings_fit_into_one_message(process, kitchen):
    ack = await say_to(kitchen[1], readings(*range(T, T + 1000)))
    assert (ack["stored"], len(await all_stored(kitchen[0]))) == (1000, 1000)


async def test_a_metric_never_seen_is_registered(process, kitchen):
    await say_to(kitchen[1], {"co2": 417})
    device = await Device.objects.aget(id="kitchen")
    assert device.metrics == ["co2"]


async def test_an_event_is_acknowledged_and_stored_once(process, token):
    event = example("device/event")
    async with board(token) as connection:
        first, again = await connection.ask(event), await connection.ask(event)
    assert first == {"type": "ack", "id": 8, "stored": 1, "duplicates": 0, "rejected": []}
    assert (again["stored"], again["duplicates"]) == (0, 1)
    assert await Event.objects.acount() == 1


async def test_each_message_is_answered_in_its_turn(process, token):
    async with board(token) as connection:
        for message_id in range(20):
            await connection.say(readings(T + message_id, message_id=message_id))
        assert [(await connection.hear())["id"] for _ in range(20)] == list(range(20))


# Sent twice, and at the same time.


async def test_a_batch_sent_again_is_a_duplicate(process, token):
    message = readings(T, T + 1)
    async with board(token) as connection:
        await connection.ask(message)
        again = await connection.ask(message)
    assert (again["stored"], again["duplicates"]) == (0, 2)


async def test_an_equal_reading_twice_in_a_batch_is_a_duplicate(process, token):
    ack = await say_to(token, readings(T, T))
    assert (ack["stored"], ack["duplicates"]) == (1, 1)


async def test_further_metrics_of_the_same_time_are_added(process, kitchen):
    batch = [{"time": T, "temperature": 20}, {"time": T, "humidity": 40}]
    ack = await say_to(kitchen[1], {"type": "readings", "readings": batch})
    assert (ack["stored"], ack["rejected"]) == (2, [])
    assert await all_stored(kitchen[0]) == {T: {"temperature": 20, "humidity": 40}}


async def test_a_contradicting_reading_moves_to_the_next_millisecond(process, kitchen):
    batch = [{"time": T, "temperature": 20}, {"time": T, "temperature": 30}]
    ack = await say_to(kitchen[1], {"type": "readings", "readings": batch})
    assert (ack["stored"], ack["rejected"]) == (2, [])
    assert await all_stored(kitchen[0]) == {T: {"temperature": 20}, T + 1: {"temperature": 30}}


# Readings that are rejected.


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        ({}, "empty"),
        ({"time": T}, "empty"),
        (7, "invalid_reading"),
        (None, "invalid_reading"),
        ([], "invalid_reading"),
        ("reading", "invalid_reading"),
        ({"time": -1, "temperature": 20}, "invalid_time"),
        ({"time": 1.5, "temperature": 20}, "invalid_time"),
        ({"time": "now", "temperature": 20}, "invalid_time"),
        ({"time": True, "temperature": 20}, "invalid_time"),
        ({"time": None, "temperature": 20}, "invalid_time"),
        ({"time": 10**30, "temperature": 20}, "in_the_future"),
    ],
)
async def test_a_reading_that_cannot_be_is_rejected_as_a_whole(process, token, reading, code):
    assert await rejected(token, reading) == [{"index": 0, "code": code}]


async def test_a_time_more_than_a_day_ahead_is_rejected(process, token):
    ahead = now_ms() + DAY_MS
    batch = [{"time": ahead + 60_000, "temperature": 20}, {"time": ahead - 60_000, "temperature": 20}]
    assert await rejected(token, *batch) == [{"index": 0, "code": "in_the_future"}]


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400, '"21.5"', "true", "null", "[1]", "{}"]
)
async def test_a_value_that_is_no_finite_number_is_rejected(process, kitchen, value):
    ack = await say_to(kitchen[1], f'{{"time": {T}, "humidity": 40, "temperature": {value}}}')
    (entry,) = ack["rejected"]
    assert (entry["metric"], entry["code"], ack["stored"]) == ("temperature", "not_a_number", 1)
    assert await all_stored(kitchen[0]) == {T: {"humidity": 40}}


@pytest.mark.parametrize("name", ["soil moisture", "m" * 200, "1st", "", "é", "type", "a-b", "$set", "a.b"])
async def test_a_name_that_breaks_the_rule_is_rejected(process, kitchen, name):
    reading = {"time": T, "humidity": 40, name: 1}
    (entry,) = await rejected(kitchen[1], reading)
    assert entry == {"index": 0, "metric": name[:64], "code": "invalid_metric"}
    assert await all_stored(kitchen[0]) == {T: {"humidity": 40}}


async def test_a_name_that_is_no_text_is_rejected_in_text_that_can_be_sent(process, token):
    ack = await say_to(token, '{"temperature": 20, "\\ud800": 1}')
    assert ack["rejected"][0]["code"] == "invalid_metric"
    assert json.dumps(ack, ensure_ascii=False).encode()


async def test_a_value_out_of_range_is_rejected_and_says_why(process, kitchen):
    ack = await say_to(
        kitchen[1],
        {"type": "readings", "id": 7, "readings": [{"time": T, "temperature": 20, "humidity": 140}]},
    )
    assert_like(ack, example("to-device/ack"))
    detail = example("to-device/ack")["rejected"][0]["detail"]
    assert ack["rejected"] == [{"index": 0, "metric": "humidity", "code": "out_of_range", "detail": detail}]
    assert await all_stored(kitchen[0]) == {T: {"temperature": 20}}


async def test_a_33rd_name_is_rejected_and_the_rest_is_stored(process, kitchen):
    async with board(kitchen[1]) as connection:
        await connection.ask({"time": T} | {f"probe_{n}": n for n in range(32)})
        ack = await connection.ask({"time": T + 1, "probe_0": 1, "probe_32": 32})
    assert [(entry["metric"], entry["code"]) for entry in ack["rejected"]] == [
        ("probe_32", "too_many_metrics")
    ]
    assert (await all_stored(kitchen[0]))[T + 1] == {"probe_0": 1}


def named(prefix: str, count: int = 32) -> dict[str, float]:
    return {f"{prefix}_{n}": float(n) for n in range(count)}


async def test_32_names_hold_for_a_connection_that_knows_of_none_of_them_yet(process, kitchen):
    first, stale = Source.of(kitchen[0]), Source.of(kitchen[0])
    await process.ingest.take(first, protocol.Readings(1, [{"time": T} | named("a")]))
    reading = {"time": T + 1, "a_0": 1, "b_0": 2}
    ack = await process.ingest.take(stale, protocol.Readings(2, [reading]))
    assert [(one["metric"], one["code"]) for one in ack["rejected"]] == [("b_0", "too_many_metrics")]
    assert (await all_stored(kitchen[0]))[T + 1] == {"a_0": 1}


async def test_32_names_hold_between_connections_that_bring_new_ones_at_once(process, kitchen):
    batches = [
        (Source.of(kitchen[0]), protocol.Readings(1, [{"time": T + n} | named(prefix)]))
        for n, prefix in enumerate("abc")
    ]
    await asyncio.gather(*(process.ingest.take(*batch) for batch in batches))
    assert len((await Device.objects.aget(id="kitchen")).metrics) == 32
    assert len({name for values in (await all_stored(kitchen[0])).values() for name in values}) == 32


async def test_a_device_that_has_more_names_than_it_may_gets_none_more(process, kitchen):
    stale = Source.of(kitchen[0])
    await Device.objects.filter(id="kitchen").aupdate(metrics=list(named("a", 40)))
    ack = await process.ingest.take(stale, protocol.Readings(1, [{"time": T} | named("b", 10)]))
    assert (ack["stored"], len(ack["rejected"])) == (0, 10)


async def test_a_reading_with_no_room_for_a_thousand_milliseconds_is_rejected(process, token):
    crowd = [{"time": T, "temperature": n / 100} for n in range(1000)]
    async with board(token) as connection:
        assert (await connection.ask({"readings": crowd}))["stored"] == 1000
        ack = await connection.ask({"readings": [{"time": T, "temperature": -1}]})
    assert [entry["code"] for entry in ack["rejected"]] == ["too_crowded"]


async def test_good_readings_beside_bad_ones_are_stored(process, kitchen):
    batch = [
        {"time": T, "temperature": 20},
        7,
        {"time": -1, "temperature": 1},
        {"time": T + 1, "temperature": 21},
    ]
    assert [entry["index"] for entry in await rejected(kitchen[1], *batch)] == [1, 2]
    assert list(await all_stored(kitchen[0])) == [T, T + 1]


# Messages that are refused.


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("hello", "invalid_json"),
        ("{", "invalid_json"),
        ("[" * 100_000, "invalid_json"),
        ("[]", "invalid_message"),
        ("null", "invalid_message"),
        ("7", "invalid_message"),
        ('{"type": "weather"}', "invalid_message"),
        ('{"type": null}', "invalid_message"),
        ('{"type": "readings"}', "invalid_message"),
        ('{"type": "readings", "readings": {}}', "invalid_message"),
        ('{"type": "readings", "id": "7", "readings": []}', "invalid_message"),
        ('{"type": "readings", "id": -1, "readings": []}', "invalid_message"),
        ('{"type": "readings", "id": 9007199254740992, "readings": []}', "invalid_message"),
        ('{"type": "event", "time": "now", "event": "joystick"}', "invalid_message"),
        ('{"type": "event", "time": 1}', "invalid_message"),
        ('{"type": "event", "time": 1, "event": 7}', "invalid_message"),
    ],
    ids=lambda value: value[:40],
)
async def test_a_message_that_cannot_be_is_answered_with_an_error(process, token, message, code):
    answer = await say_to(token, message)
    assert list(answer) == ["type", "code", "detail"]
    assert (answer["type"], answer["code"]) == ("error", code)


async def test_a_binary_frame_is_answered_with_an_error(process, token):
    async with board(token) as connection:
        await connection.send_to(bytes_data=b'{"temperature": 20}')
        assert (await connection.hear())["code"] == "invalid_json"


async def test_1001_readings_are_refused_and_none_is_stored(process, kitchen):
    answer = await say_to(kitchen[1], readings(*range(T, T + 1001), message_id=5))
    assert (answer["id"], answer["code"]) == (5, "too_many_readings")
    assert await all_stored(kitchen[0]) == {}


async def test_an_error_carries_the_id_where_it_could_be_read(process, token):
    assert (await say_to(token, {"type": "weather", "id": 9}))["id"] == 9


async def test_after_a_refused_message_the_next_one_is_taken(process, token):
    async with board(token) as connection:
        await connection.ask("hello")
        assert (await connection.ask({"temperature": 20}))["stored"] == 1


async def test_a_frame_over_256_kib_closes_with_1009(process, token):
    async with board(token) as connection:
        await connection.say("x" * (protocol.MAX_MESSAGE_BYTES + 1))
        assert await connection.closed() == 1009


async def test_too_many_messages_are_refused_until_later(process, token, settings):
    settings.DEVICE_MESSAGES_BURST, settings.DEVICE_MESSAGES_PER_SECOND = 2, 0.001
    async with board(token) as connection:
        answers = [await connection.ask(readings(message_id=n)) for n in range(3)]
    assert [answer["type"] for answer in answers] == ["ack", "ack", "error"]
    assert_like(answers[2], example("to-device/error"))
    assert (answers[2]["id"], answers[2]["code"], answers[2]["retry_ms"]) == (2, "rate_limited", 1000)


# The database is away, or something unexpected happens.


async def test_a_batch_refused_while_the_database_is_away_is_taken_afterwards(process, kitchen):
    message = readings(T, message_id=7)
    async with board(kitchen[1]) as connection:
        async with broken_store(process):
            answer = await connection.ask(message)
        assert answer == example("to-device/error")
        assert (await connection.ask(message))["stored"] == 1
    assert list(await all_stored(kitchen[0])) == [T]


async def test_an_unexpected_failure_of_one_device_does_not_harm_another(process, new_device):
    _, kitchen = await sync_to_async(new_device)("kitchen")
    _, cellar = await sync_to_async(new_device)("cellar")
    async with board(cellar) as other:
        one = Connection("/ws/device/", bearer(kitchen))
        await one.accepted()
        async with broken_store(process, RuntimeError("a mistake in the program")):
            await one.say(readings())
            with pytest.raises(RuntimeError):
                await one.wait(10)
        assert (await other.ask(readings()))["stored"] == 1


async def test_a_handshake_while_the_database_is_away_is_answered_with_503(process, kitchen):
    with database_away():
        status, body = await Connection("/ws/device/", bearer(kitchen[1]), full=True).refusal()
    assert (status, body["code"]) == (503, "storage_unavailable")


async def test_a_layer_that_hangs_does_not_hold_up_the_ack_of_new_names(process, token, monkeypatch):
    await process.hub.subscribed.wait()
    answers = asyncio.Event()

    async def hang(*args):
        await answers.wait()

    async with board(token) as connection:
        with monkeypatch.context() as patch:
            patch.setattr(bus.layer(), "group_send", hang)
            patch.setattr(bus, "SEND_S", 600)
            assert (await connection.ask(readings(T, co2=417, soil=3)))["stored"] == 1
            answers.set()


# Gone in the middle of something.


async def test_a_device_that_goes_in_the_middle_of_an_ack_is_cleaned_up(process, token):
    await process.hub.subscribed.wait()
    connection = Connection("/ws/device/", bearer(token))
    leave = gone_mid_answer(connection)
    assert await connection.accepted()
    assert (await connection.hear())["type"] == "welcome"
    await next_frame(process, "presence", online=True)
    leave()
    await connection.say(readings(T))
    await connection.disconnect(timeout=PATIENCE_S)
    assert process.connections.get("kitchen") is None
    assert not process.sockets
    assert (await next_frame(process, "presence", online=False))["device"] == "kitchen"


async def test_a_device_that_goes_before_it_is_closed_is_cleaned_up(process, token):
    connection = Connection("/ws/device/", bearer(token))
    leave = gone_mid_answer(connection)
    assert await connection.accepted()
    leave()
    await connection.say("x" * (protocol.MAX_MESSAGE_BYTES + 1))
    await connection.disconnect(timeout=PATIENCE_S)
    assert (process.connections.get("kitchen"), process.sockets) == (None, set())


async def test_a_device_deleted_past_the_server_leaves_no_readings(process, kitchen):
    device, token = kitchen
    async with board(token) as connection:
        await connection.ask(readings(T))
        await removed_past_the_server(device)
        assert (await connection.ask(readings(T + 1)))["stored"] == 1
    await sync_to_async(Worker().run_due)()
    assert await all_stored(device) == {}


async def test_an_event_of_a_deleted_device_closes_with_4401(process, kitchen):
    async with board(kitchen[1]) as connection:
        await removed_past_the_server(kitchen[0])
        await connection.say(example("device/event"))
        assert await connection.closed() == 4401


async def test_an_event_of_a_deleted_device_does_not_become_its_namesakes(process, kitchen):
    async with board(kitchen[1]) as connection:
        await removed_past_the_server(kitchen[0])
        await sync_to_async(Device.create)(id="kitchen", name="Another")
        await connection.say(example("device/event"))
        assert await connection.closed() == 4401
    assert not await Event.objects.aexists()


async def test_an_event_that_races_its_devices_deletion_closes_with_4401(process, token, monkeypatch):
    def fail(*args, **fields):
        raise IntegrityError("FOREIGN KEY constraint failed")

    monkeypatch.setattr(Event, "record", fail)
    async with board(token) as connection:
        await connection.say(example("device/event"))
        assert await connection.closed() == 4401


# Closed by the server.


async def test_a_newer_connection_takes_the_place_of_the_older(process, token):
    async with board(token) as old, board(token) as new:
        assert await old.closed() == 4409
        assert (await new.ask(readings()))["stored"] == 1


async def test_of_many_connections_at_once_one_stays(process, token):
    await process.hub.subscribed.wait()
    connections = [Connection("/ws/device/", bearer(token)) for _ in range(6)]
    assert all(await asyncio.gather(*(connection.accepted() for connection in connections)))
    waiting = {asyncio.create_task(connection.closed()): connection for connection in connections}
    while len(waiting) > 1:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert {task.result() for task in done} == {4409}
        for task in done:
            del waiting[task]
    await heard_by_all(process)
    ((task, last),) = waiting.items()
    assert not task.done()
    task.cancel()
    assert (await last.ask(readings()))["type"] == "ack"
    for connection in connections:
        await connection.disconnect()


async def heard_by_all(process: Any) -> None:
    """All that was sent on the bus before has been dealt with."""
    number = process.hub.ring.next_number
    await process.bus.send("event", {"type": "event", "device": "a marker"})
    while (await process.hub.ring.get(number)).message.get("device") != "a marker":
        number += 1


async def test_a_rotated_token_closes_with_4401(process, kitchen):
    async with board(kitchen[1]) as connection:
        await sync_to_async(kitchen[0].rotate_token)()
        assert await connection.closed() == 4401


async def test_a_disabled_device_is_closed_with_4403(process, kitchen):
    device, token = kitchen
    async with board(token) as connection:
        device.enabled = False
        await device.asave(update_fields=["enabled"])
        assert await connection.closed() == 4403


async def test_what_comes_after_the_close_is_not_stored(process, kitchen):
    device, token = kitchen
    async with board(token) as connection:
        device.enabled = False
        await device.asave(update_fields=["enabled"])
        assert await connection.closed() == 4403
        await connection.say(readings(T))
    assert await all_stored(device) == {}


async def test_the_batch_in_hand_is_acknowledged_before_the_server_goes(process, kitchen):
    use_store(process, paused := PausedStore())
    async with board(kitchen[1]) as connection:
        await connection.say(readings(T, message_id=1))
        await asyncio.to_thread(paused.begun.wait)
        closing = asyncio.create_task(process.close())
        await process.closing.wait()
        paused.go.set()
        assert (await connection.hear())["stored"] == 1
        assert await connection.closed() == 1001
        await closing
    assert list(await all_stored(kitchen[0])) == [T]


async def test_a_device_that_was_heard_of_is_remembered_as_seen(process, token):
    async with board(token):
        pass
    assert (await Device.objects.aget(id="kitchen")).last_seen_at is not None
