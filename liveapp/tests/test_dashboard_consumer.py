"""Live frames out, over a WebSocket."""

import asyncio
import json
import re
import time
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels import layers
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import AsyncClient
from sesame.utils import get_token

from learndj.channel_layer import channel_layers
from liveapp import hub, protocol, ws_tokens
from liveapp import process as processes
from liveapp.accounts import links
from liveapp.clock import now_ms
from liveapp.consumers import dashboard as dashboard_consumer
from liveapp.models import Device
from liveapp.tests.doors import (
    VIEW,
    Connection,
    aged,
    all_told,
    assert_like,
    board,
    connected,
    cookies,
    counted_queries,
    dashboard,
    database_away,
    example,
    make_user,
    put,
    readings,
    send,
    settled,
    signed_in,
    viewer,
)

T = 1_763_673_600_000


@pytest.fixture
async def maker(process):
    """A client with a superuser's session."""
    return await signed_in()


@pytest.fixture
def tokens(new_device):
    """The tokens of two devices, kitchen and cellar."""
    return {name: new_device(name)[1] for name in ("kitchen", "cellar")}


async def ws_token(username: str = "guest", *, age_s: int = 0, **fields: Any) -> str:
    user = await sync_to_async(make_user)(username, (), **fields)
    with aged(age_s):
        return await sync_to_async(ws_tokens.new_token)(user, "")


# Who may come in.


async def test_a_session_with_this_servers_origin_is_let_in(maker):
    async with dashboard(maker) as connection:
        assert connection.welcome["user"]["username"] == "maker"


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://testserver.evil.example",
        "http://testserver:81",
        "null",
        "",
        "http://[",
        "file://",
    ],
)
async def test_a_foreign_origin_is_refused_with_403(maker, origin):
    status, body = await viewer(maker, origin).refusal()
    assert (status, body["code"], list(body)) == (403, "foreign_origin", ["code", "detail"])


@pytest.mark.parametrize("host", ["evil.example", "", "[", "[::1", "testserver@evil.example"])
async def test_an_origin_that_equals_a_host_not_allowed_is_refused(maker, host):
    status, body = await viewer(maker, f"http://{host}", host=host).refusal()
    assert (status, body["code"]) == (403, "foreign_origin")


async def test_a_foreign_origin_is_refused_barely_where_no_body_can_be_sent(maker):
    assert not await Connection("/ws/live/", {**cookies(maker), "origin": "http://evil.example"}).accepted()


async def test_the_public_address_is_an_own_origin(maker, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://sense.example.org"]
    connection = viewer(maker, "https://sense.example.org", host="10.0.0.7:8000")
    assert await connection.accepted()
    assert (await connection.ask({"type": "subscribe", "devices": "all"}))["type"] == "welcome"
    await connection.disconnect()


async def test_a_cookie_without_an_origin_does_not_count(maker):
    async with connected("/ws/live/", cookies(maker)) as connection:
        answer = await connection.ask({"type": "subscribe", "devices": "all"})
        assert (answer["type"], answer["code"]) == ("error", "unauthorized")
        assert await connection.closed() == 4401


async def test_subscribing_without_a_session_or_token_is_turned_away(process):
    async with connected("/ws/live/") as connection:
        answer = await connection.ask({"type": "subscribe", "devices": "all"})
        assert_like(answer, example("to-dashboard/error"))
        assert answer["code"] == "unauthorized"
        assert await connection.closed() == 4401


async def test_a_token_lets_in_who_has_no_session(process):
    async with connected("/ws/live/") as connection:
        await connection.say({"type": "authenticate", "token": await ws_token()})
        welcome = await connection.ask({"type": "subscribe", "devices": "all"})
        assert welcome["user"]["username"] == "guest"


async def test_what_a_token_opened_ends_with_the_session_it_was_fetched_with(process):
    client = AsyncClient()
    await sync_to_async(make_user)("guest", (), password="the kettle sings")
    given = {"username": "guest", "password": "the kettle sings"}
    assert (await send(client, "POST", "/api/session/", given)).status_code == 200
    token = (await send(client, "POST", "/api/ws-token/")).json()["token"]
    async with connected("/ws/live/") as connection:
        await connection.say({"type": "authenticate", "token": token})
        assert (await connection.ask({"type": "subscribe", "devices": "all"}))["type"] == "welcome"
        await send(client, "DELETE", "/api/session/")
        assert await connection.closed() == 4401


async def test_a_token_of_the_api_lets_in(maker):
    token = (await send(maker, "POST", "/api/ws-token/")).json()["token"]
    async with connected("/ws/live/") as connection:
        await connection.say({"type": "authenticate", "token": token})
        assert (await connection.ask({"type": "subscribe", "devices": "all"}))["user"]["username"] == "maker"


@pytest.mark.parametrize("token", ["x", "é" * 1000, "AAAAAf2Jp7w4h1tqv8mS0xYg", "\ud800", "=" * 1000, "AAAA"])
async def test_a_bad_token_is_turned_away(process, token):
    async with connected("/ws/live/") as connection:
        answer = await connection.ask({"type": "authenticate", "token": token})
        assert answer["type"] == "error"
        if answer["code"] == "unauthorized":
            assert await connection.closed() == 4401
        else:
            assert answer["code"] == "invalid_message"


async def test_a_token_older_than_30_seconds_is_turned_away(process):
    async with connected("/ws/live/") as connection:
        token = await ws_token(age_s=32)
        assert (await connection.ask({"type": "authenticate", "token": token}))["code"] == "unauthorized"
        assert await connection.closed() == 4401


async def test_a_token_of_a_closed_account_is_turned_away(process):
    async with connected("/ws/live/") as connection:
        token = await ws_token(is_active=False)
        assert (await connection.ask({"type": "authenticate", "token": token}))["code"] == "unauthorized"


async def test_a_sign_in_links_token_is_no_websocket_token(process):
    user = await sync_to_async(make_user)("guest", ())
    token = get_token(user, scope=links.SCOPE)
    async with connected("/ws/live/") as connection:
        assert (await connection.ask({"type": "authenticate", "token": token}))["code"] == "unauthorized"


async def test_who_sends_no_token_in_time_is_turned_away(process, monkeypatch):
    monkeypatch.setattr(dashboard_consumer, "AUTHENTICATE_S", 0.01)
    async with connected("/ws/live/") as connection:
        assert (await connection.hear())["code"] == "unauthorized"
        assert await connection.closed() == 4401


async def test_a_token_that_cannot_be_checked_does_not_stop_the_clock(process, monkeypatch):
    monkeypatch.setattr(dashboard_consumer, "AUTHENTICATE_S", 0.3)
    token = await ws_token()
    async with connected("/ws/live/") as connection:
        with database_away():
            await connection.say({"type": "authenticate", "token": token})
            assert await connection.closed() == 4401


async def test_a_token_that_came_in_time_counts_however_slow_the_database_is(process, monkeypatch):
    monkeypatch.setattr(dashboard_consumer, "AUTHENTICATE_S", 0.2)
    look = ws_tokens.spend

    def slow(token):
        time.sleep(0.4)
        return look(token)

    monkeypatch.setattr(ws_tokens, "spend", slow)
    token = await ws_token()
    async with connected("/ws/live/") as connection:
        await connection.say({"type": "authenticate", "token": token})
        await connection.say({"type": "subscribe", "devices": "all"})
        assert (await connection.hear())["type"] == "welcome"


# Who may stay.


async def deactivated(client: AsyncClient, user: Any) -> None:
    user.is_active = False
    await user.asave()


async def signed_out(client: AsyncClient, user: Any) -> None:
    await client.alogout()


async def given_a_new_password(client: AsyncClient, user: Any) -> None:
    user.set_password("another one")
    await user.asave()


async def follows(connection: Connection) -> bool:
    await connection.say({"type": "subscribe", "devices": "all"})
    return bool(await connection.hear_type("welcome"))


@pytest.mark.parametrize("changed", [deactivated, signed_out, given_a_new_password])
async def test_who_may_no_longer_watch_is_closed_and_all_others_stay(process, maker, changed):
    user = await get_user_model().objects.aget(username="maker")
    async with dashboard(maker) as connection, dashboard(await signed_in("helper")) as other:
        await process.revocation.look()
        assert await follows(connection)
        await changed(maker, user)
        await process.revocation.look()
        assert await connection.closed() == 4401
        assert await follows(other)


async def test_who_came_by_token_stays_as_long_as_the_account_is_active(process):
    async with connected("/ws/live/") as connection:
        await connection.say({"type": "authenticate", "token": await ws_token()})
        assert await follows(connection)
        await process.revocation.look()
        assert await follows(connection)
        await get_user_model().objects.filter(username="guest").aupdate(is_active=False)
        await process.revocation.look()
        assert await connection.closed() == 4401


# The welcome.


async def test_the_welcome_has_the_shape_of_its_example(maker, tokens):
    async with board(tokens["kitchen"]) as kitchen:
        await kitchen.ask(readings(T))
        async with dashboard(maker) as connection:
            assert_like(connection.welcome, example("to-dashboard/welcome"))
            assert [device["id"] for device in connection.welcome["devices"]] == ["cellar", "kitchen"]
            assert re.fullmatch("[0-9a-f]{16}", connection.welcome["client"])
            assert abs(connection.welcome["time"] - now_ms()) < 60_000


async def test_the_welcome_says_what_its_user_may_do(process):
    client = await signed_in("helper", ("change_metric", "add_device", "view_device"))
    async with dashboard(client) as connection:
        assert connection.welcome["user"] == {
            "username": "helper",
            "role": None,
            "permissions": ["add_device", "change_metric", *VIEW],
        }


async def test_the_welcome_has_the_latest_reading_of_before_a_restart(process, new_device, maker):
    device, _ = await sync_to_async(new_device)("attic")
    await sync_to_async(put)(device, [T, T + 1], temperature=19.5)
    await processes.close()
    async with dashboard(maker) as connection:
        (attic,) = connection.welcome["devices"]
        assert attic["latest"] == {"time": T + 1, "values": {"temperature": 19.5}}
        assert (attic["online"], attic["last_seen"]) == (False, T + 1)


@pytest.mark.usefixtures("no_regular_looks")
async def test_the_welcome_takes_as_many_queries_for_many_devices_as_for_one(maker, new_device, process):
    counts = []
    await settled(process)
    for name in ("one", "two", "three"):
        await sync_to_async(new_device)(name)
        # News that comes while the viewer is let in would be a look at what they may see.
        await all_told(process)
        async with connected("/ws/live/", {**cookies(maker), "origin": "http://testserver"}) as connection:
            with counted_queries() as queries:
                await connection.ask({"type": "subscribe", "devices": "all"})
            counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] > 0


# Subscribing.


async def test_only_the_devices_asked_for_are_in_the_welcome(maker, tokens):
    async with dashboard(maker, ["kitchen"]) as connection:
        assert [device["id"] for device in connection.welcome["devices"]] == ["kitchen"]


async def test_nothing_asked_for_is_nothing_followed(maker, tokens):
    async with dashboard(maker, []) as connection:
        assert connection.welcome["devices"] == []


async def test_an_unknown_device_is_answered_with_an_error(maker, tokens):
    async with dashboard(maker) as connection:
        answer = await connection.ask({"type": "subscribe", "devices": ["kitchen", "kitchn"]})
        assert answer == example("to-dashboard/error")


async def test_after_a_failed_subscription_the_one_before_goes_on(maker, tokens):
    async with board(tokens["kitchen"]) as kitchen, dashboard(maker, ["kitchen"]) as connection:
        await connection.ask({"type": "subscribe", "devices": ["kitchn"]})
        await kitchen.ask(readings(T))
        assert (await connection.hear_type("readings"))["series"][0]["time"] == [T]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("hello", "invalid_json"),
        ("[]", "invalid_message"),
        ('{"type": "weather"}', "invalid_message"),
        ('{"devices": "all"}', "invalid_message"),
        ('{"type": "subscribe"}', "invalid_message"),
        ('{"type": "subscribe", "devices": "kitchen"}', "invalid_message"),
        ('{"type": "subscribe", "devices": [7]}', "invalid_message"),
        ('{"type": "subscribe", "devices": {"kitchen": true}}', "invalid_message"),
        ('{"type": "authenticate"}', "invalid_message"),
        ('{"type": "authenticate", "token": 7}', "invalid_message"),
        (json.dumps({"type": "subscribe", "devices": [str(n) for n in range(1001)]}), "invalid_message"),
        ('{"type": "subscribe", "devices": ["\\ud800"]}', "unknown_device"),
        ('{"type": "subscribe", "devices": ["\\u0000"]}', "unknown_device"),
    ],
    ids=lambda value: value[:45],
)
async def test_a_message_that_cannot_be_is_answered_with_an_error(maker, message, code):
    async with dashboard(maker) as connection:
        answer = await connection.ask(message)
        assert_like(answer, example("to-dashboard/error"))
        assert (answer["type"], answer["code"]) == ("error", code)
        assert (await connection.ask({"type": "subscribe", "devices": []}))["type"] == "welcome"


async def test_a_binary_frame_is_answered_with_an_error(maker):
    async with dashboard(maker) as connection:
        await connection.send_to(bytes_data=b"{}")
        assert (await connection.hear())["code"] == "invalid_json"


async def test_a_frame_over_256_kib_closes_with_1009(maker):
    async with dashboard(maker) as connection:
        await connection.say("x" * (protocol.MAX_MESSAGE_BYTES + 1))
        assert await connection.closed() == 1009


async def test_too_many_messages_are_refused(maker, monkeypatch):
    monkeypatch.setattr(dashboard_consumer, "MESSAGES_PER_SECOND", 0.001)
    async with dashboard(maker) as connection:
        for _ in range(dashboard_consumer.MESSAGES_BURST + 5):
            await connection.say("hello")
        assert (await connection.hear())["code"] == "invalid_json"
        codes = {(await connection.hear())["code"] for _ in range(dashboard_consumer.MESSAGES_BURST + 4)}
        assert "rate_limited" in codes


async def test_subscribing_while_the_database_is_away_is_answered_with_an_error(maker):
    async with dashboard(maker) as connection:
        with database_away():
            answer = await connection.ask({"type": "subscribe", "devices": "all"})
        assert (answer["type"], answer["code"], answer["retry_ms"]) == ("error", "storage_unavailable", 1000)
        assert (await connection.ask({"type": "subscribe", "devices": "all"}))["type"] == "welcome"


async def test_a_handshake_while_the_database_is_away_is_answered_with_503(maker):
    with database_away():
        status, body = await viewer(maker).refusal()
    assert (status, body["code"]) == (503, "storage_unavailable")


# Frames.


@pytest.fixture
def in_memory(monkeypatch):
    """The channel layer of a server without Redis."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setitem(settings.CHANNEL_LAYERS, "default", channel_layers("REDIS_URL")["default"])


async def test_a_viewer_still_hears_after_a_day_in_memory(in_memory, maker, tokens, monkeypatch):
    async with board(tokens["kitchen"]) as kitchen, dashboard(maker) as connection:
        await kitchen.ask(readings(T))
        await connection.hear_type("readings")
        later = SimpleNamespace(time=lambda: time.time() + 86_460)
        monkeypatch.setattr(layers, "time", later)
        for n in (1, 2):
            await kitchen.ask(readings(T + n))
            assert (await connection.hear_type("readings"))["series"][0]["time"] == [T + n]


async def test_readings_come_as_columns_with_null_where_a_metric_is_missing(maker, tokens):
    async with board(tokens["kitchen"]) as kitchen, dashboard(maker) as connection:
        batch = [{"time": T, "temperature": 21, "humidity": 41.5}, {"time": T + 100, "temperature": 22}]
        await kitchen.ask({"readings": batch})
        frame = await connection.hear_type("readings")
        assert_like(frame, example("to-dashboard/readings"))
        values = {"temperature": [21, 22], "humidity": [41.5, None]}
        assert frame["series"] == [{"device": "kitchen", "time": [T, T + 100], "values": values}]


async def test_the_sequence_goes_on_from_the_welcomes(maker, tokens):
    async with board(tokens["kitchen"]) as kitchen, dashboard(maker) as connection:
        sequences = [connection.welcome["sequence"]]
        for n in range(3):
            await kitchen.ask(readings(T + n))
            sequences.append((await connection.hear_type("readings"))["sequence"])
        assert sequences == sorted(set(sequences))


async def test_what_was_stored_is_broadcast_where_it_lies(maker, tokens):
    async with board(tokens["kitchen"]) as kitchen, dashboard(maker) as connection:
        await kitchen.ask({"readings": [{"time": T, "temperature": 20}, {"time": T, "temperature": 30}]})
        assert (await connection.hear_type("readings"))["series"][0]["time"] == [T, T + 1]


async def test_what_is_sent_again_is_broadcast_again_for_its_ack_may_have_been_lost_with_the_first(
    maker, tokens
):
    async with board(tokens["kitchen"]) as kitchen, dashboard(maker) as connection:
        await kitchen.ask(readings(T))
        first = await connection.hear_type("readings")
        assert (await kitchen.ask(readings(T)))["duplicates"] == 1
        assert (await connection.hear_type("readings"))["series"] == first["series"]


async def test_two_dashboards_get_what_each_has_subscribed_to(maker, tokens):
    async with (
        board(tokens["kitchen"]) as kitchen,
        board(tokens["cellar"]) as cellar,
        dashboard(maker, ["kitchen"]) as cook,
        dashboard(maker, "all") as host,
    ):
        for n in range(2):
            await cellar.ask(readings(T + n, humidity=80))
            await kitchen.ask(readings(T + n, humidity=40))
        assert await heard(cook, 2) == {"kitchen": [T, T + 1]}
        assert await heard(host, 4) == {"kitchen": [T, T + 1], "cellar": [T, T + 1]}


async def heard(connection: Connection, count: int) -> dict[str, list[int]]:
    """The times of the next readings by device."""
    times: dict[str, list[int]] = {}
    while sum(map(len, times.values())) < count:
        for series in (await connection.hear_type("readings"))["series"]:
            times.setdefault(series["device"], []).extend(series["time"])
    return times


async def test_subscribing_again_changes_what_is_followed(maker, tokens):
    async with (
        board(tokens["kitchen"]) as kitchen,
        board(tokens["cellar"]) as cellar,
        dashboard(maker, ["kitchen"]) as connection,
    ):
        await connection.say({"type": "subscribe", "devices": ["cellar"]})
        assert [device["id"] for device in (await connection.hear_type("welcome"))["devices"]] == ["cellar"]
        await kitchen.ask(readings(T))
        await cellar.ask(readings(T))
        assert await heard(connection, 1) == {"cellar": [T]}


async def test_an_event_comes_once_to_who_follows_the_device(maker, tokens):
    async with (
        board(tokens["kitchen"]) as kitchen,
        dashboard(maker, ["kitchen"]) as cook,
        dashboard(maker, ["cellar"]) as other,
    ):
        event = example("device/event")
        await kitchen.ask(event)
        await kitchen.ask(event)
        await kitchen.ask({**event, "time": event["time"] + 1})
        assert await cook.hear_type("event") == example("to-dashboard/event")
        assert (await cook.hear_type("event"))["time"] == event["time"] + 1
        await other.say({"type": "subscribe", "devices": []})
        assert (await other.hear())["type"] == "welcome"


async def test_a_ping_says_that_the_connection_lives(quick_ping, maker):
    async with dashboard(maker) as connection:
        assert_like(await connection.hear_type("ping"), example("to-dashboard/ping"))


@pytest.fixture
def quick_ping(monkeypatch):
    monkeypatch.setattr(hub, "PING_S", 0.01)


async def test_a_viewer_that_does_not_read_delays_nobody_and_gets_a_gap(process, maker, tokens):
    await all_told(process)
    lazy = viewer(maker)
    # Room for one frame: the next one waits, as it does on a full socket.
    lazy._output_queue = asyncio.Queue(maxsize=1)
    assert await lazy.accepted()
    await lazy.say({"type": "subscribe", "devices": "all"})
    assert (await lazy.hear())["type"] == "welcome"
    async with board(tokens["kitchen"]) as kitchen, dashboard(maker) as quick:
        for n in range(1100):
            process.hub.add({"type": "ping", "time": n})
        await kitchen.ask(readings(T))
        assert await quick.hear_type("readings")
        gap = await lazy.hear_type("gap")
        assert_like(gap, example("to-dashboard/gap"))
        assert gap["start"] <= gap["end"]
        await kitchen.ask(readings(T + 1))
        assert (await heard(lazy, 2))["kitchen"][-1] == T + 1
    await lazy.disconnect()


async def test_nothing_of_a_viewer_that_left_goes_on(process, maker):
    async with dashboard(maker):
        pass
    assert not [task for task in asyncio.all_tasks() if "Pump._run" in repr(task)]
    assert not process.sockets


async def test_a_dashboard_is_told_that_the_server_goes(process, maker):
    async with dashboard(maker) as connection:
        await process.close()
        assert await connection.closed() == 1001


async def test_what_is_broadcast_before_the_bus_is_heard_leaves_a_gap(process, maker, tokens):
    async with connected("/ws/live/", {**cookies(maker), "origin": "http://testserver"}) as connection:
        await process.hub.subscribed.wait()
        await connection.ask({"type": "subscribe", "devices": "all"})
        await process.hub.close()
        process.hub.open()
        assert (await connection.hear_type("gap"))["start"] <= now_ms()


async def test_a_device_added_elsewhere_can_be_subscribed_to(maker):
    async with dashboard(maker) as connection:
        await sync_to_async(Device.create)(id="shed", name="Shed")
        await connection.hear_change()
        assert (await connection.ask({"type": "subscribe", "devices": ["shed"]}))["devices"][0][
            "id"
        ] == "shed"
