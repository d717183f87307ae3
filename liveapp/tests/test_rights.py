"""Rights and groups over open dashboards: what changes there changes here, at once."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from unittest.mock import AsyncMock

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import AsyncClient

from liveapp import revocation
from liveapp.clock import now_ms
from liveapp.errors import TOKEN_REVOKED
from liveapp.models import Device
from liveapp.roles import make_roles
from liveapp.tests.doors import (
    PATIENCE_S,
    Connection,
    all_told,
    board,
    connected,
    cookies,
    counted_queries,
    dashboard,
    database_away,
    eventually,
    readings,
    send,
    settled,
    signed_in,
    viewer,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
async def maker(process):
    return await signed_in()


async def person(name: str, *groups: str) -> AsyncClient:
    """Signed in, and in these groups."""

    def make() -> Any:
        make_roles()
        user = get_user_model().objects.create_user(name)
        user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
        return user

    client = AsyncClient()
    await client.aforce_login(await sync_to_async(make)(), backend=BACKEND)
    return client


@sync_to_async
def leave(name: str, group: str) -> None:
    get_user_model().objects.get(username=name).groups.remove(Group.objects.get(name=group))


@sync_to_async
def join(name: str, group: str) -> None:
    get_user_model().objects.get(username=name).groups.add(Group.objects.get(name=group))


@pytest.fixture
async def lab(process, new_device):
    """Limited to physics; beside it the kitchen, which everybody sees."""
    await sync_to_async(new_device)("kitchen")
    _, token = await sync_to_async(new_device)("lab", name="Secret lab", groups=["physics"])
    return token


def ids(welcome: dict) -> list[str]:
    return [device["id"] for device in welcome["devices"]]


async def heard_until_mark(connection: Connection, process) -> str:
    """All that comes before a mark that everybody gets, as text."""
    await all_told(process)
    process.hub.add({"type": "ping", "time": 1})
    said = []
    while (message := await connection.hear()) != {"type": "ping", "time": 1}:
        said.append(str(message))
    return "\n".join(said)


async def test_of_a_hidden_device_nothing_comes(process, maker, lab):
    stranger = await person("bob", "viewer")
    async with dashboard(stranger) as bob, dashboard(maker) as boss:
        assert ids(bob.welcome) == ["kitchen"]
        async with board(lab) as connection:
            await connection.ask(readings(temperature=21.5, radon=7))
            await boss.hear_type("readings")
            event = {"type": "event", "id": 8, "time": now_ms(), "event": "joystick"}
            await connection.ask(event)
        await send(maker, "PATCH", "/api/devices/lab/", {"name": "Most secret lab"})
        body = {"device": "lab", "start": 5, "text": "A secret note"}
        assert (await send(maker, "POST", "/api/annotations/", body)).status_code == 201
        await send(maker, "PATCH", "/api/metrics/radon/", {"unit": "Bq"})
        await send(maker, "DELETE", "/api/devices/lab/")
        said = await heard_until_mark(bob, process)
    assert [word for word in ("lab", "ecret", "radon") if word in said] == [], said


async def test_of_a_device_that_is_limited_no_more_is_told_than_that_it_is_gone(process, maker, lab):
    async with dashboard(await person("bob", "viewer")) as bob:
        await Group.objects.acreate(name="physics")
        answer = await send(maker, "PATCH", "/api/devices/kitchen/", {"groups": ["physics"]})
        assert (answer.status_code, answer.json()["groups"]) == (200, ["physics"])
        change = await bob.hear_change()
        assert (change["action"], change["id"], change["data"]) == ("remove", "kitchen", None)
        await send(maker, "PATCH", "/api/devices/kitchen/", {"groups": []})
        change = await bob.hear_change()
        assert (change["action"], change["id"], change["data"]["name"]) == ("add", "kitchen", "Kitchen")
        assert "groups" not in change["data"]


async def test_who_leaves_a_group_is_told_anew_what_there_is_and_gets_no_more(process, lab):
    async with dashboard(await person("ada", "viewer", "physics")) as ada, board(lab) as connection:
        assert ids(ada.welcome) == ["kitchen", "lab"]
        await leave("ada", "physics")
        welcome = await ada.hear_type("welcome")
        assert ids(welcome) == ["kitchen"]
        assert welcome["client"] == ada.welcome["client"]
        await connection.ask(readings(temperature=21.5))
        assert "lab" not in await heard_until_mark(ada, process)


async def test_who_joins_a_group_is_told_anew_what_there_is_and_gets_it(process, lab):
    async with dashboard(await person("ada", "viewer", "physics")):
        pass
    async with dashboard(await person("bob", "viewer")) as bob, board(lab) as connection:
        await join("bob", "physics")
        assert ids(await bob.hear_type("welcome")) == ["kitchen", "lab"]
        await connection.ask(readings(temperature=21.5))
        assert (await bob.hear_type("readings"))["series"][0]["device"] == "lab"


async def test_a_subscription_to_a_device_that_goes_out_of_sight_goes_on_without_it(process, lab):
    client = await person("ada", "viewer", "physics")
    async with dashboard(client, ["lab", "kitchen"]) as ada:
        await leave("ada", "physics")
        assert ids(await ada.hear_type("welcome")) == ["kitchen"]


async def test_a_hidden_device_cannot_be_told_from_one_that_is_not_there(process, lab):
    async with connected(
        "/ws/live/", {**cookies(await person("bob", "viewer")), "origin": "http://testserver"}
    ) as bob:
        hidden = await bob.ask({"type": "subscribe", "devices": ["lab"]})
        missing = await bob.ask({"type": "subscribe", "devices": ["bal"]})
    assert hidden["code"] == "unknown_device"
    assert str(hidden).replace("lab", "bal") == str(missing)


async def test_a_role_that_is_taken_away_ends_the_connection(process, lab):
    async with dashboard(await person("bob", "viewer")) as bob:
        await leave("bob", "viewer")
        assert (await bob.hear_type("error"))["code"] == "permission_denied"
        assert await bob.closed() == 4403


async def test_who_has_no_role_is_let_in_and_told_why_there_is_nothing(process, lab):
    connection = viewer(await person("bob"))
    assert await connection.accepted()
    answer = await connection.ask({"type": "subscribe", "devices": "all"})
    assert (answer["code"], await connection.closed()) == ("permission_denied", 4403)


async def test_a_right_that_is_given_shows_in_a_new_welcome(process, lab):
    async with dashboard(await person("bob", "viewer")) as bob:
        assert "change_device" not in bob.welcome["user"]["permissions"]
        await join("bob", "operator")
        welcome = await bob.hear_type("welcome")
        assert (welcome["user"]["role"], "change_device" in welcome["user"]["permissions"]) == (
            "operator",
            True,
        )


async def test_a_groups_new_right_reaches_all_who_are_in_it(process, lab):
    async with dashboard(await person("ada", "viewer", "physics")) as ada:
        physics = await Group.objects.aget(name="physics")
        right = await Permission.objects.aget(codename="see_all_devices")
        await physics.permissions.aadd(right)
        assert "see_all_devices" in (await ada.hear_type("welcome"))["user"]["permissions"]


async def test_a_closed_accounts_connections_close_at_once(process, lab):
    async with (
        dashboard(await person("bob", "viewer")) as bob,
        dashboard(await person("ada", "viewer")) as ada,
    ):
        user = await get_user_model().objects.aget(username="bob")
        user.is_active = False
        await user.asave()
        # Well before the look that comes every ten seconds, which nothing here waits for.
        assert await bob.closed() == 4401
        assert "close" not in await heard_until_mark(ada, process)


async def test_a_deleted_accounts_connections_close_at_once(process, lab):
    async with dashboard(await person("bob", "viewer")) as bob:
        await (await get_user_model().objects.aget(username="bob")).adelete()
        assert await bob.closed() == 4401


async def test_signing_in_elsewhere_disturbs_no_open_dashboard(process, lab):
    client = await person("bob", "viewer")
    async with dashboard(client) as bob:
        await AsyncClient().aforce_login(await get_user_model().objects.aget(username="bob"), backend=BACKEND)
        assert "welcome" not in await heard_until_mark(bob, process)


async def test_rights_that_changed_past_the_bus_are_found_by_the_look_that_comes_every_ten_seconds(
    process, lab
):
    async with dashboard(await person("ada", "viewer", "physics")) as ada:
        physics = await Group.objects.aget(name="physics")
        members = get_user_model().groups.through.objects.filter(group_id=physics.pk)
        await sync_to_async(members._raw_delete)("default")
        await sync_to_async(Device.objects.filter(id="kitchen").update)(groups=["chemistry"])
        await process.catch_up.load_audience()
        await process.revocation.look()
        assert ids(await ada.hear_type("welcome")) == []


async def test_who_sees_what_is_loaded_however_much_is_told_meanwhile(process, lab, monkeypatch):
    asked = process.catch_up._when_there

    async def busily(load):
        found = await asked(load)
        process.hub.audience.put("kitchen", groups=["music"], metrics=[])
        return found

    monkeypatch.setattr(process.catch_up, "_when_there", busily)
    async with asyncio.timeout(PATIENCE_S):
        await process.catch_up.load_audience()
    assert process.hub.audience.groups_of("kitchen") == frozenset({"music"})


async def test_much_news_at_once_is_one_look(process, lab, monkeypatch):
    looks = []
    looked_up = process.revocation._looked_up

    async def counted(viewers):
        looks.append(viewers)
        return await looked_up(viewers)

    monkeypatch.setattr(process.revocation, "_looked_up", counted)
    async with dashboard(await person("bob", "viewer")):
        await asyncio.gather(*(process.revocation.look_at(None) for _ in range(100)))
    assert len(looks) <= 2


async def test_a_look_that_failed_is_made_up_for_by_the_next_one(process, lab, monkeypatch):
    # Not by the one at all that comes every ten seconds.
    monkeypatch.setattr(process.revocation, "look", AsyncMock())
    async with dashboard(await person("ada", "viewer")) as ada:
        user = await get_user_model().objects.aget(username="ada")
        await get_user_model().objects.filter(pk=user.pk).aupdate(is_active=False)
        with database_away():
            await process.revocation.look_at([str(user.pk)])
        await process.revocation.look_at(["somebody else"])
        assert await ada.closed() == TOKEN_REVOKED


async def test_a_defect_ends_no_looking(process, lab, monkeypatch, caplog):
    look = AsyncMock(side_effect=ValueError("a defect"))
    monkeypatch.setattr(revocation, "HEARTBEAT_S", 0.001)
    monkeypatch.setattr(process.revocation, "look", look)
    process.spawn(process.revocation.run())
    await eventually(lambda: look.await_count > 1)
    assert "A look at who may be here failed." in caplog.text


async def test_what_ends_with_a_defect_is_in_the_log(process, lab, monkeypatch, caplog):
    monkeypatch.setattr(process.revocation, "hear", AsyncMock(side_effect=ValueError("a defect")))
    process._access_changed({"users": None})
    await eventually(lambda: "What ran beside ended with a defect." in caplog.text)


async def test_while_the_database_is_away_nobody_is_let_see_more(process, lab):
    async with dashboard(await person("bob", "viewer")) as bob:
        with database_away():
            process._access_changed({"users": None})
            process.hub.add({"type": "ping", "time": 5})
            assert (await bob.hear_type("ping"))["time"] == 5


VIEWERS, CHANGES = 500, 100


async def rename(*ids: str) -> None:
    """A second's worth of changes."""
    devices = [await Device.objects.aget(id=name) for name in ids]
    for number in range(CHANGES):
        device = devices[number % len(devices)]
        device.name = f"Name {number}"
        await device.asave(update_fields=["name"])


async def last_told(connection: Connection, device_id: str, name: str, hidden: set[str]) -> None:
    """Until the last change has come; nothing of what is hidden does."""
    while (change := await connection.hear_change())["id"] != device_id or change["data"]["name"] != name:
        assert change["id"] not in hidden


@pytest.mark.usefixtures("no_regular_looks")
async def test_changes_cost_no_query_however_many_look_on(process, maker, lab):
    """500 viewers of mixed rights; what it takes to save is all that is asked for."""
    people = [
        (await person("viewer", "viewer"), {"lab"}),
        (await person("student", "viewer", "physics"), set[str]()),
        (await person("operator", "operator"), {"lab"}),
        (await person("boss", "administrator"), set[str]()),
        (maker, set[str]()),
    ]
    # What a process loads at its start is no part of it.
    await settled(process)
    await all_told(process)
    with counted_queries() as alone:
        await rename("lab", "kitchen")
    async with AsyncExitStack() as stack:
        viewers = [
            (await stack.enter_async_context(dashboard(client)), hidden)
            for client, hidden in people * (VIEWERS // len(people))
        ]
        assert len(viewers) == VIEWERS
        await all_told(process)
        with counted_queries() as watched:
            await rename("lab", "kitchen")
            async with asyncio.timeout(6 * PATIENCE_S):
                for connection, hidden in viewers:
                    await last_told(connection, "kitchen", f"Name {CHANGES - 1}", hidden)
    # Which webhooks there are is asked once in ten seconds.
    of_changes = [[one for one in queries if "Webhook" not in one] for queries in (watched, alone)]
    assert len(of_changes[0]) == len(of_changes[1]) >= 2
