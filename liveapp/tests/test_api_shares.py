"""Share links as who makes them sees them."""

import uuid

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User

from liveapp.api import shares
from liveapp.clock import now_ms
from liveapp.models import ShareLink
from liveapp.models.device import from_ms
from liveapp.tests.doors import assert_like, example, send, signed_in
from liveapp.tests.links import HOUR_MS, SHARER, look, new_share

SHARES = "/api/shares/"
DAY_MS = 24 * HOUR_MS


def wanted(**given):
    return {"devices": ["kitchen"], "expires": now_ms() + HOUR_MS, **given}


@pytest.fixture
async def ada(device):
    return await signed_in("ada", SHARER)


async def made(client, **given):
    answer = await send(client, "POST", SHARES, wanted(**given))
    assert answer.status_code == 201, answer.json()
    return answer.json()


async def listed(client):
    return (await send(client, "GET", SHARES)).json()


async def test_a_new_link_is_shown_whole_once(ada):
    link = await made(ada, name="For the open day")
    assert_like(link, example("rest/share-created"))
    address, _, token = link["link"].partition("#")
    assert address == "http://testserver/shared/"
    assert (await look(token)).status_code == 200
    (again,) = await listed(ada)
    assert_like([again], example("rest/shares"))
    assert token not in str(again)


async def test_nothing_that_is_stored_opens_a_link(ada):
    token = (await made(ada))["link"].partition("#")[2]
    stored = await sync_to_async(lambda: ShareLink.objects.values().get())()
    assert token not in str(stored)
    assert token.partition(".")[2] not in str(stored)
    assert (await look(stored["token_hash"])).status_code == 401


async def test_a_link_has_the_public_address_where_there_is_one(ada, settings):
    settings.PUBLIC_URL = "https://sense.example.org"
    assert (await made(ada))["link"].startswith("https://sense.example.org/shared/#")


@pytest.mark.parametrize("given", [{}, {"name": ""}])
async def test_a_link_without_a_name_is_called_by_its_devices(ada, new_device, given):
    await sync_to_async(new_device)("cellar")
    link = await made(ada, devices=["kitchen", "cellar"], **given)
    assert (link["name"], link["devices"]) == ("kitchen, cellar", ["kitchen", "cellar"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"devices": []}, "devices"),
        ({"devices": ["nowhere"]}, "devices"),
        ({"devices": ["kitchen"] * 101}, "devices"),
        ({"devices": "kitchen"}, "devices"),
        ({"devices": [{"id": "kitchen"}]}, "devices"),
        ({"devices": ["\ud800"]}, "devices"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"start": -1}, "start"),
        ({"start": 2**42}, "start"),
        ({"start": 10, "end": 10}, "end"),
        ({"end": "soon"}, "end"),
        ({"expires": None}, "expires"),
        ({"expires": 0}, "expires"),
        ({"expires": 2**63}, "expires"),
    ],
)
async def test_what_cannot_be_shared_is_refused_with_the_field_at_fault(ada, given, field):
    answer = await send(ada, "POST", SHARES, wanted(**given))
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert await listed(ada) == []


@pytest.mark.parametrize(
    ("lasts_ms", "status"), [(30_000, 400), (70_000, 201), (364 * DAY_MS, 201), (367 * DAY_MS, 400)]
)
async def test_a_link_lasts_from_a_minute_to_a_year(ada, lasts_ms, status):
    answer = await send(ada, "POST", SHARES, wanted(expires=now_ms() + lasts_ms))
    assert answer.status_code == status


async def test_nobody_has_more_active_links_than_can_be_looked_after(ada, monkeypatch):
    monkeypatch.setattr(shares, "MAX_ACTIVE", 2)
    links = [await made(ada) for _ in range(2)]
    answer = await send(ada, "POST", SHARES, wanted())
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    await send(ada, "DELETE", f"{SHARES}{links[0]['id']}/")
    await made(ada)


@pytest.mark.parametrize(
    ("rights", "statuses"), [((), (403, 403)), (("view_sharelink",), (200, 403)), (SHARER, (200, 201))]
)
async def test_to_share_takes_the_right_to(device, rights, statuses):
    client = await signed_in("bob", rights)
    answers = [await send(client, "GET", SHARES), await send(client, "POST", SHARES, wanted())]
    assert tuple(answer.status_code for answer in answers) == statuses


async def test_a_device_that_one_does_not_see_is_refused_as_one_that_does_not_exist(ada, new_device):
    await sync_to_async(new_device)("safe", groups=["owners"])
    hidden, missing = [
        (await send(ada, "POST", SHARES, wanted(devices=[name]))).json()["detail"]
        for name in ("safe", "nowhere")
    ]
    assert hidden.replace("safe", "nowhere") == missing


async def test_links_of_others_are_for_who_looks_after_them(ada, device):
    link = await made(ada)
    bob = await signed_in("bob", SHARER)
    boss = await signed_in("boss")
    half = await signed_in("half", (*SHARER, "change_sharelink", "delete_sharelink"))
    assert await listed(bob) == await listed(half) == []
    assert [one["by"] for one in await listed(boss)] == ["ada"]
    for client in (bob, half):
        assert (await send(client, "DELETE", f"{SHARES}{link['id']}/")).status_code == 404
    seer = await signed_in("seer", (*SHARER, "change_sharelink", "see_all_devices"))
    assert (await send(seer, "DELETE", f"{SHARES}{link['id']}/")).status_code == 403
    assert (await send(boss, "DELETE", f"{SHARES}{link['id']}/")).status_code == 204
    assert [one["state"] for one in await listed(ada)] == ["revoked"]


async def test_a_link_can_be_ended_twice_and_stays_listed(ada):
    link = await made(ada)
    for _ in range(2):
        assert (await send(ada, "DELETE", f"{SHARES}{link['id']}/")).status_code == 204
    assert (await listed(ada))[0]["state"] == "revoked"


@pytest.mark.parametrize("wrong", [str(uuid.uuid4()), "x", "%00", "1" * 500])
async def test_a_link_that_does_not_exist_is_not_found(ada, wrong):
    assert (await send(ada, "DELETE", f"{SHARES}{wrong}/")).status_code == 404


async def test_ones_own_link_can_be_ended_whatever_one_may_do_by_now(ada):
    link = await made(ada)

    def demote():
        User.objects.get(username="ada").user_permissions.clear()

    await sync_to_async(demote)()
    assert (await send(ada, "DELETE", f"{SHARES}{link['id']}/")).status_code == 204


async def test_a_list_names_the_devices_that_its_maker_still_sees(ada, device, new_device):
    cellar, _ = await sync_to_async(new_device)("cellar")
    await made(ada, devices=["kitchen", "cellar"])
    await sync_to_async(Group.objects.create)(name="owners")
    cellar.groups = ["owners"]
    await cellar.asave()
    assert (await listed(ada))[0]["devices"] == ["kitchen"]


async def test_use_is_noted_once_in_five_minutes(ada):
    token = (await made(ada))["link"].partition("#")[2]
    before_ms = now_ms()
    for _ in range(3):
        await look(token)
    (link,) = await listed(ada)
    assert link["uses"] == 1
    assert before_ms <= link["last_used"] <= now_ms()


def test_links_go_a_week_after_they_led_somewhere_for_the_last_time(device):
    kept = [new_share(device)[0], new_share(device, lasts_ms=-6 * DAY_MS)[0]]
    revoked, _ = new_share(device)
    revoked.revoke()
    new_share(device, lasts_ms=-8 * DAY_MS)
    long_ago, _ = new_share(device)
    ShareLink.objects.filter(pk=long_ago.pk).update(revoked_at=from_ms(now_ms() - 8 * DAY_MS))
    assert ShareLink.clear() == 2
    assert set(ShareLink.objects.values_list("pk", flat=True)) == {one.pk for one in (*kept, revoked)}
