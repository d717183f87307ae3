"""The API: the own account."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.test import AsyncClient

from liveapp.tests.doors import (
    PASSWORD,
    assert_like,
    example,
    make_user,
    send,
    send_back,
    signed_in,
    with_password,
)

NEW = "a lighthouse in the fog"

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def maker(database):
    return make_user("maker", password=PASSWORD, email="maker@example.org")


def stored():
    return get_user_model().objects.get(username="maker")


async def who(client):
    return (await send(client, "GET", "/api/session/")).json()["user"]


async def change_password(client, **given):
    return await send_back(client, "POST", "/api/account/password/", {"password": NEW, **given})


async def test_an_account_has_the_shape_of_its_example(maker):
    answer = (await send(await with_password(), "GET", "/api/account/")).json()
    assert_like(answer, example("rest/account"))
    assert answer == {
        "username": "maker",
        "email": "maker@example.org",
        "two_factor": False,
        "recovery_codes_left": 0,
        "has_password": True,
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("POST", "password/"),
        ("GET", "sessions/"),
        ("DELETE", "sessions/"),
        ("DELETE", "sessions/6f1c0f6e-5a0f-4f0e-9a39-2b1d3c9d7b10/"),
        ("POST", "two-factor/"),
        ("DELETE", "two-factor/"),
        ("POST", "two-factor/confirm/"),
    ],
)
async def test_strangers_have_no_account(database, method, path):
    answer = await send(AsyncClient(), method, f"/api/account/{path}", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_signed_in")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", ""),
        ("POST", "password/"),
        ("DELETE", "sessions/"),
        ("POST", "two-factor/"),
        ("DELETE", "two-factor/"),
        ("POST", "two-factor/confirm/"),
    ],
)
async def test_a_foreign_page_changes_nothing(maker, method, path):
    client = await with_password()
    answer = await send(client, method, f"/api/account/{path}", {"current": PASSWORD, "password": NEW})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert "CSRF" in answer.json()["detail"]


async def test_the_address_for_mail_is_changed_with_the_password(maker):
    client = await with_password()
    given = {"email": "ada@example.org", "password": PASSWORD}
    answer = await send_back(client, "PATCH", "/api/account/", given)
    assert (answer.status_code, answer.json()["email"]) == (200, "ada@example.org")
    assert (await sync_to_async(stored)()).email == "ada@example.org"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"email": "ada@example.org"}, "invalid"),
        ({"email": "ada@example.org", "password": "wrong"}, "wrong_password"),
        ({"email": "no address", "password": PASSWORD}, "invalid"),
    ],
)
async def test_else_it_stays(maker, given, code):
    answer = await send_back(await with_password(), "PATCH", "/api/account/", given)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert (await sync_to_async(stored)()).email == "maker@example.org"


async def test_a_changed_password_ends_all_other_sessions_and_keeps_this_one(maker):
    here, there = await with_password(), await with_password()
    key = here.cookies["sessionid"].value
    assert (await change_password(here, current=PASSWORD)).status_code == 204
    assert (await who(here))["username"] == "maker"
    assert await who(there) is None
    assert here.cookies["sessionid"].value != key
    sessions = (await send(here, "GET", "/api/account/sessions/")).json()["sessions"]
    assert [one["current"] for one in sessions] == [True]


async def test_the_new_password_signs_in_and_the_old_one_does_not(maker):
    await change_password(await with_password(), current=PASSWORD)
    assert await who(await with_password(password=NEW)) is not None
    assert await who(await with_password(password=PASSWORD)) is None


@pytest.mark.parametrize(
    ("given", "code", "fields"),
    [
        ({}, "invalid", ["current"]),
        ({"current": "wrong"}, "wrong_password", None),
        ({"current": PASSWORD, "password": "short"}, "invalid", ["password"]),
        ({"current": PASSWORD, "password": "12345678901"}, "invalid", ["password"]),
        ({"current": PASSWORD, "password": "maker@example"}, "invalid", ["password"]),
    ],
)
async def test_a_password_that_may_not_be_changed_stays(maker, given, code, fields):
    client = await with_password()
    answer = await change_password(client, **given)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(answer.json().get("fields", [])) == (fields or [])
    assert (await sync_to_async(stored)()).check_password(PASSWORD)
    assert await who(client) is not None


async def test_who_came_by_a_link_and_has_no_password_sets_one_without(database):
    client = await signed_in("maker", ())
    await client.get("/")
    answer = await send(client, "POST", "/api/account/password/", {"password": NEW})
    assert answer.status_code == 204
    assert (await sync_to_async(stored)()).check_password(NEW)


async def test_a_stolen_session_does_not_guess_the_password(maker):
    client = await with_password()
    codes = [(await change_password(client, current=f"wrong {n}")).status_code for n in range(6)]
    assert codes == [400] * 5 + [429]
    assert (await change_password(client, current=PASSWORD)).status_code == 429


async def test_of_two_who_change_it_at_once_one_is_told(maker):
    first, second = await with_password(), await with_password()
    answers = await asyncio.gather(
        change_password(first, current=PASSWORD, password="first come first served"),
        change_password(second, current=PASSWORD, password="second to none at all"),
    )
    codes = [answer.status_code for answer in answers]
    winner = codes.index(204)
    # The other one found the password changed, or the own session ended, or the current password wrong.
    assert codes[1 - winner] in (400, 403, 409)
    kept = await sync_to_async(stored)()
    assert kept.check_password(["first come first served", "second to none at all"][winner])
