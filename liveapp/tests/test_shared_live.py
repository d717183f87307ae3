"""Who looks by a share link, live: what its maker sees of its devices, and nothing else."""

from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, Permission, User

from liveapp import share_door, ws_tokens
from liveapp.access import VIEW_DEVICES, Access
from liveapp.audience import Sight, View
from liveapp.clock import now_ms
from liveapp.consumers import by_link as by_link_sockets
from liveapp.deletion import delete_device
from liveapp.models import Annotation, Device, Metric
from liveapp.narrowing import narrowed
from liveapp.tests.doors import (
    ORIGIN,
    Connection,
    all_told,
    assert_like,
    board,
    connected,
    cookies,
    counted_queries,
    dashboard,
    eventually,
    example,
    make_user,
    readings,
    send,
    settled,
    signed_in,
)
from liveapp.tests.links import HOUR_MS, SHARER, forget_guesses, look, share

ALL = {"type": "subscribe", "devices": "all"}


@pytest.fixture(autouse=True)
def _new_door(monkeypatch):
    forget_guesses(monkeypatch)


@pytest.fixture
async def devices(process, new_device):
    """kitchen and cellar, with their tokens."""
    made = {name: await sync_to_async(new_device)(name) for name in ("kitchen", "cellar")}
    await settled(process)
    await all_told(process)
    return made


@pytest.fixture
def kitchen(devices):
    return devices["kitchen"][0]


@asynccontextmanager
async def guest(token, headers=None):
    """Somebody who has come by a link and had the welcome."""
    async with connected("/ws/live/", headers) as connection:
        await connection.say({"type": "authenticate", "share": token})
        connection.welcome = await connection.ask(ALL)
        assert connection.welcome["type"] == "welcome", connection.welcome
        yield connection


async def heard_until_ping(connection, process):
    """All that comes of what was told so far."""
    await all_told(process)
    process.hub.add({"type": "ping", "time": now_ms()})
    heard = []
    while (message := await connection.hear())["type"] != "ping":
        heard.append(message)
    return heard


async def refused(connection, message, code="unauthorized", close=4401):
    answer = await connection.ask(message)
    assert (answer["type"], answer["code"]) == ("error", code)
    assert await connection.closed() == close


async def test_a_link_shows_its_devices_live(process, devices, kitchen):
    _, token = await share(kitchen)
    async with guest(token) as stranger, board(devices["kitchen"][1]) as sensor:
        assert_like(stranger.welcome, example("to-dashboard/welcome-share"))
        assert [one["id"] for one in stranger.welcome["devices"]] == ["kitchen"]
        assert stranger.welcome["user"] is None
        await sensor.ask(readings(temperature=21.5))
        (series,) = (await stranger.hear_type("readings"))["series"]
        assert series["values"] == {"temperature": [21.5]}


async def test_the_example_is_understood(process, devices, kitchen):
    _, token = await share(kitchen)
    async with connected("/ws/live/") as stranger:
        await stranger.say({**example("dashboard/authenticate-share"), "share": token})
        assert (await stranger.ask(ALL))["type"] == "welcome"


async def test_nothing_comes_of_other_devices_people_or_notes(process, devices, kitchen):
    _, token = await share(kitchen)
    boss = await signed_in("boss")
    async with guest(token) as stranger, board(devices["cellar"][1]) as sensor:
        await sensor.ask(readings(temperature=3.0))
        await sensor.ask({"type": "event", "id": 8, "time": now_ms(), "event": "joystick"})
        cellar = devices["cellar"][0]
        await Device.objects.acreate(id="attic", name="Attic")
        cellar.name = "Wine cellar"
        await cellar.asave()
        await Metric.objects.acreate(name="wine", label="Wine", unit="l")
        await Annotation.objects.acreate(start_ms=1, text="secret", author="ada", **Annotation.about(kitchen))
        await Annotation.objects.acreate(start_ms=1, text="secret", author="ada")
        await sync_to_async(make_user)("eve", ())
        await Group.objects.acreate(name="owners")
        await share(kitchen)
        await send(boss, "DELETE", "/api/devices/attic/")
        assert await heard_until_ping(stranger, process) == []


async def test_events_of_its_own_devices_do_not_come_either(process, devices, kitchen):
    _, token = await share(kitchen)
    async with guest(token) as stranger, board(devices["kitchen"][1]) as sensor:
        await sensor.ask({"type": "event", "id": 8, "time": now_ms(), "event": "joystick"})
        assert {one["type"] for one in await heard_until_ping(stranger, process)} == {"presence"}


async def test_a_changed_device_is_told_without_what_its_picture_does_not_need(process, devices, kitchen):
    _, token = await share(kitchen)
    boss = await signed_in("boss")
    async with guest(token) as stranger:
        client = {"X-Client": "0123456789abcdef"}
        await send(boss, "PATCH", "/api/devices/kitchen/", {"name": "Galley"}, **client)
        change = await stranger.hear_change()
        assert list(change["data"]) == list(stranger.welcome["devices"][0])
        assert (change["action"], change["data"]["name"], change["origin"]) == ("update", "Galley", None)


async def test_a_metric_that_is_measured_is_told(process, devices, kitchen):
    await sync_to_async(kitchen.add_metrics)(["co2"])
    _, token = await share(kitchen)
    async with guest(token) as stranger:
        await Metric.objects.acreate(name="co2", label="CO₂", unit="ppm")
        assert (await stranger.hear_change())["id"] == "co2"


async def test_presence_is_told(process, devices, kitchen):
    _, token = await share(kitchen)
    async with guest(token) as stranger:
        async with board(devices["kitchen"][1]):
            assert (await stranger.hear_type("presence"))["online"] is True
        assert (await stranger.hear_type("presence"))["online"] is False


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [(None, None, [-2000, -1000, 0]), (-1000, None, [-1000, 0]), (None, -1000, [-2000]), (-1000, 0, [-1000])],
)
async def test_readings_come_of_the_links_span_alone(process, devices, kitchen, start, end, told):
    now = now_ms() // 1000 * 1000
    span = [None if bound is None else now + bound for bound in (start, end)]
    _, token = await share(kitchen, start=span[0], end=span[1])
    async with guest(token) as stranger, board(devices["kitchen"][1]) as sensor:
        await sensor.ask(readings(now - 2000, now - 1000, now, temperature=20.0))
        frames = [one for one in await heard_until_ping(stranger, process) if one["type"] == "readings"]
        times = [time for frame in frames for series in frame["series"] for time in series["time"]]
        assert times == [now + offset for offset in told]
        assert all(series["values"] == {"temperature": [20.0] * len(told)} for series in frames[0]["series"])


@pytest.mark.parametrize(("start", "end"), [(None, -HOUR_MS), (HOUR_MS, None)])
async def test_of_now_a_link_to_another_time_tells_nothing(process, devices, kitchen, start, end):
    now = now_ms()
    span = [None if bound is None else now + bound for bound in (start, end)]
    _, token = await share(kitchen, start=span[0], end=span[1])
    async with board(devices["kitchen"][1]) as sensor, guest(token) as stranger:
        (device,) = stranger.welcome["devices"]
        assert (device["online"], device["last_seen"], device["latest"]) == (False, None, None)
        await sensor.ask(readings(temperature=20.0))
        kitchen.name = "Galley"
        await kitchen.asave()
        process.hub.add({"type": "gap", "start": now, "end": now + 1})
        heard = await heard_until_ping(stranger, process)
        assert {one["type"] for one in heard} <= {"change", "changes"}
        told = [one for message in heard for one in message.get("changes", [message])]
        shown = [one["data"] for one in told if one["model"] == "device"]
        assert shown[-1]["name"] == "Galley"
        assert [(one["online"], one["last_seen"], one["latest"]) for one in shown] == [
            (False, None, None) for _ in shown
        ]


async def test_a_gap_is_told_as_far_as_the_link_goes(process, devices, kitchen):
    start = now_ms() - 1000
    _, token = await share(kitchen, start=start)
    async with guest(token) as stranger:
        process.hub.add({"type": "gap", "start": start - 5000, "end": start + 5})
        process.hub.add({"type": "interrupted", "since": start - 5000})
        gap, interrupted = await heard_until_ping(stranger, process)
        assert (gap["start"], gap["end"], interrupted["since"]) == (start, start + 5, start)


@pytest.mark.parametrize("kind", ["change", "notification", "event", "notifications_read", "made_later"])
def test_a_kind_of_message_that_is_not_named_for_guests_is_not_for_them(kind):
    """Whatever its guard lets through."""
    guard = {"permission": VIEW_DEVICES, "fields": {}, "author": "ada"}
    message = {"type": kind, "model": "annotation", "action": "add", "id": "1", "data": {}, "guard": guard}
    message["device"] = None
    guest, person = (
        Access(frozenset({VIEW_DEVICES}), devices=shown) for shown in (frozenset({"kitchen"}), None)
    )
    assert narrowed(message, View(Sight(), person)) is not None
    assert narrowed(message, View(Sight(), guest)) is None


# The end of a link.


async def test_a_link_that_is_ended_closes_its_pages_and_no_others(process, devices, kitchen):
    link, token = await share(kitchen)
    _, other = await share(kitchen)
    async with guest(token) as stranger, guest(other) as neighbour:
        await sync_to_async(link.revoke)()
        assert await stranger.closed() == 4401
        assert await heard_until_ping(neighbour, process) == []


async def close_account():
    user = await User.objects.aget(username="ada")
    user.is_active = False
    await user.asave()


async def delete_account():
    await (await User.objects.aget(username="ada")).adelete()


async def take_right():
    user = await User.objects.aget(username="ada")
    await sync_to_async(user.user_permissions.remove)(await _right("add_sharelink"))


async def _right(codename):
    return await Permission.objects.aget(codename=codename)


@pytest.mark.parametrize("lose", [close_account, delete_account, take_right])
async def test_a_link_lives_by_the_rights_of_its_maker(process, devices, kitchen, lose):
    ada = await sync_to_async(make_user)("ada", SHARER)
    _, token = await share(kitchen, by=ada)
    async with guest(token) as stranger:
        await lose()
        assert await stranger.closed() == 4401
    assert (await look(token)).status_code == 401


async def test_a_device_that_its_maker_sees_no_more_is_gone_at_once_and_comes_back(process, devices, kitchen):
    ada = await sync_to_async(make_user)("ada", SHARER)
    _, token = await share(kitchen, devices["cellar"][0], by=ada)
    await Group.objects.acreate(name="owners")
    async with guest(token) as stranger:
        kitchen.groups = ["owners"]
        await kitchen.asave()
        change = await stranger.hear_change()
        assert (change["action"], change["id"], change["data"]) == ("remove", "kitchen", None)
        assert [one["id"] for one in (await stranger.hear_type("welcome"))["devices"]] == ["cellar"]
        kitchen.groups = []
        await kitchen.asave()
        shown = (await stranger.hear_type("welcome"))["devices"]
        assert [one["id"] for one in shown] == ["cellar", "kitchen"]


async def test_a_maker_who_sees_all_shares_limited_devices_without_their_groups(process, devices, kitchen):
    await Group.objects.acreate(name="owners")
    kitchen.groups = ["owners"]
    await kitchen.asave()
    _, token = await share(kitchen)
    async with guest(token) as stranger:
        assert [one["id"] for one in stranger.welcome["devices"]] == ["kitchen"]
        kitchen.groups = ["owners", "others"]
        await kitchen.asave()
        assert "groups" not in (await stranger.hear_change())["data"]


async def test_a_device_made_anew_under_an_old_id_is_not_shared(process, devices, kitchen):
    _, token = await share(kitchen, devices["cellar"][0])
    async with guest(token) as stranger:
        await sync_to_async(delete_device)(kitchen)
        await all_told(process)
        (socket,) = process.sockets
        assert socket.access.devices == {"cellar"}
        assert [one["id"] for one in (await stranger.hear_type("welcome"))["devices"]] == ["cellar"]
        _, again = await sync_to_async(Device.create)(id="kitchen", name="Kitchen")
        async with board(again) as sensor:
            await sensor.ask(readings(temperature=3.0))
            heard = await heard_until_ping(stranger, process)
            assert not [one for one in heard if one["type"] not in ("welcome",)]
    assert [one["id"] for one in (await look(token)).json()["devices"]] == ["cellar"]


async def test_a_link_closes_its_pages_when_it_expires(process, devices, kitchen):
    _, token = await share(kitchen, lasts_ms=400)
    async with guest(token) as stranger:
        assert await stranger.closed() == 4401


async def test_a_link_whose_end_was_told_to_nobody_is_found_ended(process, devices, kitchen, monkeypatch):
    link, token = await share(kitchen)
    async with guest(token) as stranger:
        await type(link).objects.filter(pk=link.pk).aupdate(revoked_at=link.created_at)
        await process.revocation.look()
        assert await stranger.closed() == 4401


# Who tries to get further.


@pytest.mark.parametrize("first", ["share", "token"])
@pytest.mark.parametrize("second", ["share", "token"])
async def test_a_connection_is_one_persons_for_good(process, devices, kitchen, first, second):
    boss = await sync_to_async(make_user)("boss")

    async def greeting(kind):
        token = (
            (await share(kitchen))[1]
            if kind == "share"
            else await sync_to_async(ws_tokens.new_token)(boss, "")
        )
        return {"type": "authenticate", kind: token}

    greetings = [await greeting(first), await greeting(second)]
    await all_told(process)
    async with connected("/ws/live/") as connection:
        await connection.say(greetings[0])
        user = (await connection.ask(ALL))["user"]
        await connection.say(greetings[1])
        assert (await connection.hear_type("error"))["code"] == "invalid_message"
        await connection.say(ALL)
        assert (await connection.hear_type("welcome"))["user"] == user


async def test_both_at_once_are_neither(process, devices, kitchen):
    _, token = await share(kitchen)
    async with connected("/ws/live/") as connection:
        answer = await connection.ask({"type": "authenticate", "share": token, "token": token})
        assert answer["code"] == "invalid_message"


async def test_a_session_beside_a_link_widens_nothing(process, devices, kitchen):
    boss = await signed_in("boss")
    _, token = await share(kitchen)
    async with guest(token, {**cookies(boss), "origin": ORIGIN}) as stranger:
        assert stranger.welcome["user"] is None
        assert [one["id"] for one in stranger.welcome["devices"]] == ["kitchen"]
        # What the person may do is told to the person's pages, and not to this one.
        user = await User.objects.aget(username="boss")
        await sync_to_async(user.groups.add)(await Group.objects.acreate(name="owners"))
        user.is_superuser = False
        await user.asave()
        await Annotation.objects.acreate(start_ms=1, text="secret", author="ada")
        assert await heard_until_ping(stranger, process) == []


async def test_who_has_an_account_and_no_role_can_look_by_a_link(process, devices, kitchen):
    user = await sync_to_async(User.objects.create_user)("bob")
    client = await signed_in("boss")
    await client.aforce_login(user, backend="django.contrib.auth.backends.ModelBackend")
    _, token = await share(kitchen)
    async with guest(token, {**cookies(client), "origin": ORIGIN}) as stranger:
        assert [one["id"] for one in stranger.welcome["devices"]] == ["kitchen"]


@pytest.mark.parametrize("wanted", [["cellar"], ["kitchen", "cellar"], ["nowhere"]])
async def test_other_devices_cannot_be_subscribed_to_nor_found_out(process, devices, kitchen, wanted):
    _, token = await share(kitchen)
    async with guest(token) as stranger:
        answer = await stranger.ask({"type": "subscribe", "devices": wanted})
        assert answer["code"] == "unknown_device"
        assert answer["detail"].replace("nowhere", "cellar").startswith('There is no device "cellar".')


@pytest.mark.parametrize(
    "message", [{"type": "command"}, {"type": "readings", "readings": []}, {"type": "x"}]
)
async def test_a_guest_can_say_nothing_but_what_to_follow(process, devices, kitchen, message):
    _, token = await share(kitchen)
    async with guest(token) as stranger:
        assert (await stranger.ask(message))["code"] == "invalid_message"


async def test_a_page_of_another_site_is_refused_with_a_link_too(process, devices, kitchen):
    assert not await Connection("/ws/live/", {"origin": "http://evil.example"}).accepted()


async def test_a_wrong_link_is_turned_away_and_too_many_are_slowed_down(
    process, devices, kitchen, monkeypatch
):
    monkeypatch.setattr(share_door, "WRONG_AT_ONCE", 2)
    forget_guesses(monkeypatch)
    link, _ = await share(kitchen)
    wrong = {"type": "authenticate", "share": f"{link.pk.hex}.wrong"}
    for _ in range(2):
        async with connected("/ws/live/") as connection:
            await refused(connection, wrong)
    async with connected("/ws/live/") as connection:
        answer = await connection.ask(wrong)
        assert (answer["code"], answer["retry_ms"] > 0) == ("rate_limited", True)


async def test_only_so_many_look_by_one_link(process, devices, kitchen, monkeypatch):
    monkeypatch.setattr(by_link_sockets, "MOST_SOCKETS", 1)
    _, token = await share(kitchen)
    _, other = await share(kitchen)
    async with guest(token), guest(other), connected("/ws/live/") as late:
        await refused(late, {"type": "authenticate", "share": token}, "rate_limited", 1013)
    await eventually(lambda: not process.sockets)
    async with guest(token):
        pass


async def test_links_are_told_to_who_made_them_and_who_looks_after_them(process, devices, kitchen):
    ada, bob = await signed_in("ada", SHARER), await signed_in("bob", SHARER)
    async with (
        dashboard(ada) as hers,
        dashboard(bob) as his,
        dashboard(await signed_in("boss")) as all_of_them,
    ):
        given = {"devices": ["kitchen"], "expires": now_ms() + HOUR_MS}
        link = (await send(ada, "POST", "/api/shares/", given)).json()
        for page in (hers, all_of_them):
            change = await page.hear_change()
            assert (change["model"], change["action"], change["id"]) == ("sharelink", "add", link["id"])
            assert change["data"] == {name: value for name, value in link.items() if name != "link"}
        await send(ada, "DELETE", f"/api/shares/{link['id']}/")
        assert (await hers.hear_change())["data"]["state"] == "revoked"
        assert await heard_until_ping(his, process) == []


@pytest.mark.usefixtures("no_regular_looks")
async def test_many_strangers_of_one_link_are_looked_up_at_once(process, devices, kitchen):
    _, token = await share(kitchen)
    counts = []
    async with AsyncExitStack() as more:
        await more.enter_async_context(guest(token))
        for _ in range(2):
            with counted_queries() as queries:
                await process.revocation.look_at(None)
            counts.append(len(queries))
            for _ in range(3):
                await more.enter_async_context(guest(token))
    assert counts[0] == counts[1] > 0


async def test_who_comes_while_everything_changes_is_told_to_come_again(process, kitchen, monkeypatch):
    _, token = await share(kitchen)
    news = count()
    monkeypatch.setattr(process.revocation, "news", lambda: (next(news), 0))
    async with connected("/ws/live/") as connection:
        refusal = await connection.ask({"type": "authenticate", "share": token})
        assert (refusal["type"], refusal["code"]) == ("error", "rate_limited")
        assert next(news) < 3 * by_link_sockets.TRIES
        monkeypatch.undo()
        await connection.say({"type": "authenticate", "share": token})
        assert (await connection.ask(ALL))["type"] == "welcome"
