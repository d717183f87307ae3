"""Who is told of what others do, and what stands on record."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import AsyncClient, Client

from liveapp import audit
from liveapp.audit import writing
from liveapp.audit.forgetting import DAY_MS, forget
from liveapp.clock import now_ms
from liveapp.models import Annotation, AuditEntry, Device
from liveapp.models.device import from_ms
from liveapp.tests.doors import (
    all_told,
    assert_like,
    board,
    counted_queries,
    dashboard,
    example,
    make_user,
    send,
    settled,
    signed_in,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
TAB = "0123456789abcdef"


@pytest.fixture
async def maker(process):
    """A client with a superuser's session."""
    return await signed_in()


@pytest.fixture
async def ada(process):
    """A client of somebody who may look at devices, metrics and notes."""
    return await signed_in("ada", ())


@pytest.fixture
async def auditor(process):
    return await signed_in("auditor", ("view_logentry",))


async def listed(client, query=""):
    return (await send(client, "GET", f"/api/notifications/{query}")).json()


async def on_record(client, query=""):
    return (await send(client, "GET", f"/api/audit/{query}")).json()


def said(entries):
    return [(one["by"], one["action"], one["model"], one["text"], one["detail"]) for one in entries]


async def rename(client, name, **headers):
    return await send(client, "PATCH", "/api/devices/kitchen/", {"name": name}, **headers)


async def limit(*groups):
    device = await Device.objects.aget(id="kitchen")
    device.groups = list(groups)
    await device.asave(update_fields=["groups"])


async def test_others_are_told_live_and_in_the_list_and_oneself_is_not(maker, ada, device):
    async with dashboard(maker) as own, dashboard(ada) as other:
        assert_like(own.welcome, example("to-dashboard/welcome"))
        await rename(maker, "Pantry", **{"X-Client": TAB})
        told = await other.hear_type("notification")
        assert_like(told, example("to-dashboard/notification"))
        (entry,) = (await listed(ada))["notifications"]
        assert told == {"type": "notification", **entry, "origin": None}
        assert said([entry]) == [("maker", "change", "device", "Pantry", "Changed name.")]
        await rename(ada, "Pantry")
        await send(ada, "PATCH", "/api/devices/kitchen/", {})
        own_ping = await own.ask({"type": "subscribe", "devices": "all"})
        while own_ping["type"] != "welcome":
            assert own_ping["type"] != "notification"
            own_ping = await own.hear()
        assert own_ping["unread"] == 0
    assert_like(await listed(ada), example("rest/notifications"))
    assert (await listed(maker))["notifications"] == []


async def test_what_was_not_changed_is_not_told(maker, ada, device):
    await rename(maker, "Kitchen")
    assert (await listed(ada))["notifications"] == []


async def silent(page, process, expected=()):
    """All that was told so far is none but these texts."""
    await all_told(process)
    await page.say({"type": "subscribe", "devices": "all"})
    heard = []
    while (message := await page.hear())["type"] != "welcome":
        if message["type"] == "notification":
            heard.append(message["text"])
    assert heard == list(expected)


@pytest.mark.parametrize(("then", "now"), [(["lab"], ["lab"]), (["lab"], []), ([], ["lab"])])
async def test_only_who_saw_the_device_then_and_sees_it_now_is_told(maker, ada, device, process, then, now):
    await Group.objects.acreate(name="lab")
    await limit(*then)
    async with dashboard(ada) as page:
        await rename(maker, "Pantry")
        await limit(*now)
        await silent(page, process, ["Pantry"] if then == [] else [])
    shown = await listed(ada)
    assert (shown["notifications"], shown["unread"], shown["more"]) == ([], 0, False)
    everything = await on_record(maker)
    assert [one["text"] for one in everything["entries"]] == ["Pantry"]


async def test_members_of_its_group_are_told_of_a_limited_device(maker, ada, device):
    lab = await Group.objects.acreate(name="lab")
    await limit("lab")
    await (await get_user_model().objects.aget(username="ada")).groups.aadd(lab)
    async with dashboard(ada) as page:
        await rename(maker, "Pantry")
        assert (await page.hear_type("notification"))["text"] == "Pantry"
    assert (await listed(ada))["unread"] == 1


async def test_a_deleted_device_is_told_of_to_who_saw_it_alone(maker, ada, new_device, process):
    await sync_to_async(new_device)("kitchen")
    await sync_to_async(new_device)("secret", groups=["lab"])
    async with dashboard(ada) as page:
        await send(maker, "DELETE", "/api/devices/secret/")
        await send(maker, "DELETE", "/api/devices/kitchen/")
        told = await page.hear_type("notification")
        assert (told["action"], told["object"]) == ("delete", "kitchen")
        await silent(page, process)
    assert [one["object"] for one in (await listed(ada))["notifications"]] == ["kitchen"]


async def test_a_note_of_a_hidden_device_and_a_metric_of_its_own_are_hidden(maker, ada, new_device, process):
    _, token = await sync_to_async(new_device)("secret", groups=["lab"])
    async with board(token) as connection:
        await connection.ask({"radon": 4})
    async with dashboard(ada) as page:
        await send(maker, "POST", "/api/annotations/", {"device": "secret", "start": 5, "text": "Zebra"})
        await send(maker, "PATCH", "/api/metrics/radon/", {"label": "Zebra"})
        await send(maker, "PATCH", "/api/devices/secret/retention/", {"raw_days": 7})
        await silent(page, process)
    assert (await listed(ada))["notifications"] == []
    texts = {one["text"] for one in (await on_record(maker))["entries"]}
    assert texts == {"Zebra", "Secret"}


async def test_people_are_told_of_what_their_rights_let_them_view_alone(maker, ada, process):
    boss = await signed_in("boss", ("view_user",))
    async with dashboard(ada) as page, dashboard(boss) as told:
        answer = await send(maker, "POST", "/api/people/", {"username": "grace", "role": None})
        assert answer.status_code == 201
        heard = await told.hear_type("notification")
        assert (heard["model"], heard["action"], heard["text"]) == ("person", "add", "grace")
        await silent(page, process)
    assert (await listed(ada))["notifications"] == []


async def test_rights_that_were_lost_in_between_hide_what_was_told_before(maker, ada, device):
    await rename(maker, "Pantry")
    assert (await listed(ada))["unread"] == 1
    await (await get_user_model().objects.aget(username="ada")).user_permissions.aclear()
    shown = await listed(ada)
    assert (shown["notifications"], shown["unread"]) == ([], 0)


async def test_all_tabs_know_what_was_read_in_one(maker, ada, device, process):
    async with dashboard(ada) as here, dashboard(ada) as there, dashboard(maker) as other:
        await rename(maker, "Pantry")
        time_ms = (await here.hear_type("notification"))["time"]
        answer = await send(ada, "POST", "/api/notifications/read/", {"until": time_ms})
        assert answer.json() == example("rest/unread")
        for page in (here, there):
            told = await page.hear_type("notifications_read")
            assert_like(told, example("to-dashboard/notifications-read"))
            assert (told["until"], told["unread"]) == (time_ms, 0)
        await silent(other, process)
    await rename(maker, "Larder")
    # A later look at an older one takes nothing back.
    answer = await send(ada, "POST", "/api/notifications/read/", {"until": time_ms - 5})
    assert answer.json() == {"unread": 1}
    async with dashboard(ada) as page:
        assert page.welcome["unread"] == 1


async def test_what_is_to_come_cannot_be_read_yet(maker, ada, device):
    await send(ada, "POST", "/api/notifications/read/", {"until": 4_000_000_000_000})
    await AuditEntry.objects.acreate(
        time_ms=now_ms() + 60_000, by="maker", action="add", model="device", is_notification=True,
        permission="liveapp.view_device",
    )  # fmt: skip
    assert (await listed(ada))["unread"] == 1


def put_on_record(count, **fields):
    given = {
        "by": "maker",
        "action": "change",
        "model": "device",
        "permission": "liveapp.view_device",
        "is_notification": True,
        **fields,
    }
    entries = [AuditEntry(**{"time_ms": now_ms() + 10, "text": str(n), **given}) for n in range(count)]
    AuditEntry.objects.bulk_create(entries)
    return {str(entry.id) for entry in entries}


async def test_of_webhooks_those_are_told_who_see_all_devices(process):
    await sync_to_async(put_on_record)(
        1, model="webhook", permission="liveapp.view_webhook", time_ms=now_ms() + 60_000
    )
    for rights, count in ((("view_webhook",), 0), (("view_webhook", "see_all_devices"), 1)):
        answer = await listed(await signed_in(f"u{count}", rights))
        assert (len(answer["notifications"]), answer["unread"]) == (count, count)


async def test_no_entry_is_lost_or_doubled_between_pages(ada):
    start = now_ms()
    ids = set()
    for offset, count in ((0, 7), (1, 1), (2, 30), (3, 2)):
        ids |= await sync_to_async(put_on_record)(count, time_ms=start + offset)
    found, before = [], ""
    while True:
        shown = await listed(ada, f"?limit=5{before}")
        found += [one["id"] for one in shown["notifications"]]
        if not shown["more"]:
            break
        before = f"&before={shown['notifications'][-1]['time']}"
    assert len(found) == len(ids)
    assert set(found) == ids


async def test_nobody_counts_past_a_hundred(ada):
    await sync_to_async(put_on_record)(130)
    assert (await listed(ada))["unread"] == 100


async def test_hidden_ones_are_in_no_page_and_in_no_more(ada, device):
    await limit("lab")
    await sync_to_async(put_on_record)(3, device_id="kitchen", time_ms=5)
    await sync_to_async(put_on_record)(3, device_id="gone", groups=["lab"], time_ms=5)
    await sync_to_async(put_on_record)(1, time_ms=9)
    shown = await listed(ada, "?limit=1")
    assert ([one["text"] for one in shown["notifications"]], shown["more"]) == (["0"], False)


@pytest.mark.usefixtures("no_regular_looks")
async def test_the_count_costs_a_welcome_a_fixed_number_of_queries(process, ada):
    await settled(process)
    await all_told(process)

    async def queries():
        with counted_queries() as seen:
            async with dashboard(ada):
                pass
        return len(seen)

    before = await queries()
    await sync_to_async(put_on_record)(130)
    assert await queries() == before


async def test_the_record_has_everything_and_is_for_who_may_read_it(maker, ada, auditor, device):
    await rename(maker, "Pantry")
    await send(maker, "POST", "/api/devices/kitchen/rotate/")
    await send(maker, "POST", "/api/people/", {"username": "grace", "role": None})
    shown = await on_record(maker)
    assert_like(shown, example("rest/audit"))
    assert said(shown["entries"]) == [
        ("maker", "add", "person", "grace", ""),
        ("maker", "change", "device", "Pantry", "Made a new token."),
        ("maker", "change", "device", "Pantry", "Changed name."),
    ]
    # Who may not view people is not told of them here either.
    assert len((await on_record(auditor))["entries"]) == 2
    assert len((await on_record(maker, "?model=person"))["entries"]) == 1
    assert (await on_record(maker, "?by=nobody"))["entries"] == []
    assert shown["entries"][0]["address"] == "127.0.0.1"
    assert (await send(ada, "GET", "/api/audit/")).status_code == 403
    assert await LogEntry.objects.acount() == 3


async def test_ways_in_are_on_record_and_told_to_nobody(maker, auditor, quick_hashes):
    await sync_to_async(make_user)("grace", (), password="the kettle sings at seven")
    for name, password in (("grace", "wrong"), ("hunter2", "x"), ("grace", "the kettle sings at seven")):
        client = AsyncClient()
        await send(client, "POST", "/api/session/", {"username": name, "password": password})
    await send(client, "DELETE", "/api/session/")
    assert said((await on_record(auditor))["entries"]) == [
        ("grace", "sign_out", "person", "grace", ""),
        ("grace", "sign_in", "person", "grace", ""),
        ("", "sign_in_failed", "person", "", ""),
        ("grace", "sign_in_failed", "person", "grace", ""),
    ]
    assert (await listed(maker))["notifications"] == []


async def test_what_cannot_be_put_on_record_is_done_nevertheless(maker, ada, device, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(AuditEntry.objects, "bulk_create", fail)
    assert (await rename(maker, "Pantry")).status_code == 200
    assert (await Device.objects.aget()).name == "Pantry"
    assert "Not put on record: maker (127.0.0.1): change device kitchen" in caplog.text


def test_no_two_entries_of_a_process_have_one_time(monkeypatch):
    now = [1_000_000]
    monkeypatch.setattr(writing, "now_ms", lambda: now[0])
    monkeypatch.setattr(writing, "_last_ms", 0)
    assert list(writing._times(3)) == [1_000_000, 1_000_001, 1_000_002]
    assert list(writing._times(1)) == [1_000_003]
    now[0] = 900_000
    assert list(writing._times(2)) == [900_000, 900_001]


def test_the_record_is_kept_for_as_long_as_is_set(database, settings):
    settings.AUDIT_DAYS = 10
    put_on_record(3, time_ms=now_ms() - 11 * DAY_MS)
    put_on_record(2, time_ms=now_ms() - 9 * DAY_MS)
    assert forget(lambda: None) == "forgot 3 entries of the audit"
    assert AuditEntry.objects.count() == 2
    assert forget(lambda: None) == ""


def test_of_failed_sign_ins_the_newest_are_kept_and_all_else_is_left(database, settings):
    settings.AUDIT_FAILED_SIGN_INS = 3
    put_on_record(2, time_ms=now_ms() - DAY_MS)
    for later_ms in range(5):
        put_on_record(1, time_ms=now_ms() - DAY_MS + later_ms, action="sign_in_failed")
    kept = set(AuditEntry.objects.filter(action="sign_in_failed").order_by("-time_ms")[:3])
    assert forget(lambda: None) == "forgot 2 entries of the audit"
    assert set(AuditEntry.objects.filter(action="sign_in_failed")) == kept
    assert AuditEntry.objects.count() == 5
    assert forget(lambda: None) == ""


def test_djangos_own_log_goes_back_as_far_as_the_record(database, settings, device):
    settings.AUDIT_DAYS = 10
    maker = make_user("maker")
    for age_days in (11, 9):
        audit.log(maker, audit.subject_of(device), "change", sentence=f"{age_days} days ago.")
        newest = LogEntry.objects.latest("action_time")
        LogEntry.objects.filter(pk=newest.pk).update(action_time=from_ms(now_ms() - age_days * DAY_MS))
    forget(lambda: None)
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["9 days ago."]


async def test_fifty_notes_deleted_in_the_administration_are_all_told_and_recorded(
    maker, ada, device, process
):
    def make():
        return [
            str(Annotation.objects.create(start_ms=n, text=f"Note {n}", **Annotation.about(device)).pk)
            for n in range(50)
        ]

    keys = await sync_to_async(make)()

    def delete():
        client = Client()
        client.force_login(get_user_model().objects.get(username="maker"), BACKEND)
        form = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
        return client.post("/admin/liveapp/annotation/", form)

    async with dashboard(ada) as page:
        assert (await sync_to_async(delete)()).status_code == 302
        heard = [(await page.hear_type("notification"))["text"] for _ in keys]
    assert sorted(heard) == sorted(f"Note {n}" for n in range(50))
    shown = await listed(ada, "?limit=200")
    assert (len(shown["notifications"]), shown["unread"]) == (50, 50)
    assert not await Annotation.objects.aexists()
