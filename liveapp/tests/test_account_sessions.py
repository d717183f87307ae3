"""Where somebody is signed in: listed, noted, ended."""

import asyncio
import importlib
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import AsyncClient
from django.utils import timezone

from liveapp import process as processes
from liveapp.accounts import browsers, sessions
from liveapp.accounts.links import sign_in_link
from liveapp.models import AccountSession
from liveapp.tests.doors import (
    PASSWORD,
    assert_like,
    dashboard,
    database_away,
    example,
    make_user,
    send,
    send_back,
    signed_in,
    with_password,
)

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PATH = "/api/account/sessions/"

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def maker(database):
    return make_user("maker", password=PASSWORD)


async def listed(client):
    return (await send(client, "GET", PATH)).json()["sessions"]


async def who(client):
    return (await send(client, "GET", "/api/session/")).json()["user"]


def rows():
    return list(AccountSession.objects.all())


async def test_a_session_is_listed_from_the_sign_in_on(maker):
    client, given = AsyncClient(), {"username": "maker", "password": PASSWORD}
    await send(client, "POST", "/api/session/", given, **{"User-Agent": FIREFOX})
    answer = (await send(client, "GET", PATH)).json()
    assert_like(answer, example("rest/account-sessions"))
    (one,) = answer["sessions"]
    assert (one["address"], one["browser"], one["current"]) == ("127.0.0.1", "Firefox on Linux", True)
    assert one["created"] <= one["last_seen"]


async def test_a_sign_in_by_link_is_listed_too(maker):
    client = AsyncClient()
    await client.get(sign_in_link(maker, ""))
    assert [one["current"] for one in await listed(client)] == [True]


async def test_one_sees_the_own_sessions_alone_and_which_of_them_this_is(maker):
    await sync_to_async(make_user)("other", password=PASSWORD)
    here, _, other = await with_password(), await with_password(), await with_password("other")
    assert sorted(one["current"] for one in await listed(here)) == [False, True]
    assert len(await listed(other)) == 1


async def test_an_ended_session_is_signed_out(maker):
    here, there = await with_password(), await with_password()
    (id,) = [one["id"] for one in await listed(here) if not one["current"]]
    assert (await send_back(here, "DELETE", f"{PATH}{id}/")).status_code == 204
    assert await who(there) is None
    assert await who(here) is not None
    assert len(await listed(here)) == 1


async def test_the_own_session_can_be_ended_like_any_other(maker):
    client = await with_password()
    (one,) = await listed(client)
    assert (await send_back(client, "DELETE", f"{PATH}{one['id']}/")).status_code == 204
    assert await who(client) is None


async def test_all_others_end_at_once(maker):
    here, *others = [await with_password() for _ in range(3)]
    assert (await send_back(here, "DELETE", PATH)).status_code == 204
    assert [await who(client) for client in others] == [None, None]
    assert [one["current"] for one in await listed(here)] == [True]


async def test_a_session_of_somebody_else_is_as_one_that_does_not_exist(maker):
    await sync_to_async(make_user)("other", password=PASSWORD)
    maker, other = await with_password(), await with_password("other")
    (foreign,) = await listed(other)
    missing = "6f1c0f6e-5a0f-4f0e-9a39-2b1d3c9d7b10"
    answers = [await send_back(maker, "DELETE", f"{PATH}{id}/") for id in (foreign["id"], missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert await who(other) is not None


async def test_after_signing_out_nothing_is_kept(maker):
    client = await with_password()
    await send_back(client, "DELETE", "/api/session/")
    assert await sync_to_async(rows)() == []
    assert not await sync_to_async(Session.objects.exists)()


async def test_signing_in_as_somebody_else_ends_the_session_of_before(maker):
    await sync_to_async(make_user)("other", password=PASSWORD)
    client = await with_password()
    before = client.cookies["sessionid"].value
    await with_password("other", client=client)
    assert client.cookies["sessionid"].value != before
    assert (await who(client))["username"] == "other"
    assert [row.session_key for row in await sync_to_async(rows)()] == [client.cookies["sessionid"].value]
    assert not await sync_to_async(Session.objects.filter(session_key=before).exists)()


async def test_signing_in_again_makes_a_new_key_too(maker):
    client = await with_password()
    before = client.cookies["sessionid"].value
    await with_password(client=client)
    assert client.cookies["sessionid"].value != before
    assert not await sync_to_async(Session.objects.filter(session_key=before).exists)()


async def test_an_ended_session_loses_its_open_pages(maker, process):
    here, there = await with_password(), await with_password()
    async with dashboard(there) as page, dashboard(here) as own:
        (id,) = [one["id"] for one in await listed(here) if not one["current"]]
        await send_back(here, "DELETE", f"{PATH}{id}/")
        assert await page.closed() == 4401
        assert (await own.ask({"type": "subscribe", "devices": "all"}))["type"] == "welcome"


async def test_who_signs_out_loses_the_other_pages_of_that_browser(maker, process):
    client = await with_password()
    async with dashboard(client) as page:
        await send_back(client, "DELETE", "/api/session/")
        assert await page.closed() == 4401


# When somebody was last there.


def let_pass(**span):
    AccountSession.objects.update(last_seen_at=timezone.now() - timedelta(**span))


def last_seen():
    return AccountSession.objects.get().last_seen_at


def restarted(client):
    """The same browser at a server that remembers nothing of it: each client has its own chain of middleware."""
    again = AsyncClient()
    again.cookies = client.cookies
    return again


async def test_that_somebody_is_there_is_noted_once_in_five_minutes(maker):
    client = await with_password()
    for minutes, is_noted in ((4, False), (6, True)):
        await sync_to_async(let_pass)(minutes=minutes)
        before = await sync_to_async(last_seen)()
        await who(restarted(client))
        assert (await sync_to_async(last_seen)() > before) is is_noted


async def test_a_process_does_not_ask_the_database_each_time(maker):
    client = await with_password()
    await who(client)
    await sync_to_async(let_pass)(minutes=6)
    before = await sync_to_async(last_seen)()
    await who(client)
    assert await sync_to_async(last_seen)() == before


async def test_a_page_that_only_listens_is_there_too(maker, monkeypatch):
    monkeypatch.setattr(processes, "SEEN_S", 0.01)
    client = await with_password()
    async with dashboard(client):
        await sync_to_async(let_pass)(minutes=6)
        while await sync_to_async(last_seen)() < timezone.now() - timedelta(minutes=1):
            await asyncio.sleep(0.01)
    await processes.close()


async def test_a_session_of_before_the_upgrade_appears_with_its_next_request(database):
    client = await signed_in()
    await who(client)
    assert [one["current"] for one in await listed(client)] == [True]


async def test_a_session_of_a_closed_account_is_not_noted(maker):
    client = await with_password()
    maker.is_active = False
    await sync_to_async(maker.save)()
    await sync_to_async(AccountSession.objects.all().delete)()
    assert await who(restarted(client)) is None
    assert await sync_to_async(rows)() == []


async def test_that_it_cannot_be_noted_keeps_nobody_from_an_answer(maker, monkeypatch, caplog):
    client = await with_password()
    note = sessions.note

    def away(request):
        with database_away():
            note(request)

    monkeypatch.setattr(sessions, "note", away)
    assert await who(restarted(client)) is not None
    assert "not noted" in caplog.text


def test_the_upgrade_takes_the_open_sessions_along(maker):
    adopt = importlib.import_module("liveapp.migrations.0007_accounts").adopt_sessions
    AccountSession.objects.all().delete()
    store = SessionStore()
    store["_auth_user_id"], store["_auth_user_hash"] = str(maker.pk), maker.get_session_auth_hash()
    store.create()
    SessionStore().create()
    adopt(apps, None)
    (one,) = sessions.of(maker)
    assert one.session_key == store.session_key
    assert abs(one.created_at - timezone.now()) < timedelta(minutes=1)


def test_a_session_with_another_password_is_not_listed(maker):
    store = SessionStore()
    store["_auth_user_id"], store["_auth_user_hash"] = str(maker.pk), "of another password"
    store.create()
    AccountSession.objects.create(user=maker, session_key=store.session_key or "")
    assert sessions.of(maker) == []


def test_those_that_ended_by_themselves_are_cleared_away(maker, monkeypatch):
    monkeypatch.setattr(sessions, "BATCH", 2)
    open_ones = [SessionStore() for _ in range(3)]
    for store in open_ones:
        store.create()
        AccountSession.objects.create(user=maker, session_key=store.session_key or "")
    for n in range(5):
        AccountSession.objects.create(user=maker, session_key=f"{n}gone")
    sessions.clear()
    assert {row.session_key for row in rows()} == {store.session_key for store in open_ones}


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
            "Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile "
            "Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.5 Safari/605.1.15",
            "Safari on macOS",
        ),
        ("curl/8.5.0", "curl"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
        ("x" * 100_000 + "Firefox", ""),
    ],
)
def test_a_browser_is_told_in_few_words(user_agent, words):
    assert browsers.describe(user_agent) == words


async def test_a_session_that_could_not_be_looked_up_is_not_looked_up_again(database):
    client = await signed_in()
    with database_away():
        answer = await send(client, "GET", "/api/devices/")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
