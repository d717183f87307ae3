"""The API: signing in and out."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import AsyncClient

from liveapp.accounts.limits import ADDRESS
from liveapp.tests.doors import (
    assert_like,
    counted_queries,
    database_away,
    example,
    make_user,
    send,
    signed_in,
)

RIGHT = {"username": "maker", "password": "correct horse"}


pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def maker(database):
    return make_user("maker", password="correct horse")


async def with_csrf() -> tuple[AsyncClient, dict[str, str]]:
    """A browser that has opened the page, and the header it sends with each write."""
    client = AsyncClient(enforce_csrf_checks=True)
    await client.get("/")
    return client, {"X-CSRFToken": client.cookies["csrftoken"].value}


async def test_nobody_is_signed_in_at_first(database):
    answer = await send(AsyncClient(), "GET", "/api/session/")
    assert (answer.status_code, answer.json()) == (200, {"user": None, "mail": False})


async def test_signing_in_says_who_one_is_and_what_one_may(maker):
    client, csrf = await with_csrf()
    answer = await send(client, "POST", "/api/session/", RIGHT, **csrf)
    assert (answer.status_code, answer.json()) == (200, example("rest/session"))
    assert (await send(client, "GET", "/api/session/")).json() == example("rest/session")


async def test_after_signing_out_nobody_is_signed_in(maker):
    client, csrf = await with_csrf()
    await send(client, "POST", "/api/session/", RIGHT, **csrf)
    csrf = {"X-CSRFToken": client.cookies["csrftoken"].value}
    answer = await send(client, "DELETE", "/api/session/", **csrf)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await send(client, "GET", "/api/session/")).json()["user"] is None


@pytest.mark.parametrize(
    "given",
    [
        {**RIGHT, "password": "wrong"},
        {**RIGHT, "password": "correct horse "},
        {**RIGHT, "username": "nobody"},
        {**RIGHT, "username": "Maker"},
    ],
)
async def test_wrong_credentials_are_refused_without_saying_which(maker, given):
    answer = await send(AsyncClient(), "POST", "/api/session/", given)
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_credentials")
    assert_like(answer.json(), example("rest/error"))


async def test_a_closed_account_is_refused_like_wrong_credentials(database):
    await sync_to_async(make_user)("maker", password="correct horse", is_active=False)
    answer = await send(AsyncClient(), "POST", "/api/session/", RIGHT)
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_credentials")


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, ["username", "password"]),
        ({"username": "maker"}, ["password"]),
        ({**RIGHT, "username": "a\x00b"}, ["username"]),
        ({**RIGHT, "password": "\ud800"}, ["password"]),
        ({**RIGHT, "password": "x" * 1001}, ["password"]),
    ],
)
async def test_a_field_that_cannot_be_is_refused_by_name(database, given, fields):
    answer = await send(AsyncClient(), "POST", "/api/session/", given)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, fields)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("known", [True, False])
async def test_without_the_csrf_token_neither_signing_in_nor_out_is_possible(database, method, known):
    client = await signed_in(csrf=True) if known else AsyncClient(enforce_csrf_checks=True)
    answer = await send(client, method, "/api/session/", RIGHT)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert "CSRF" in answer.json()["detail"]


async def attempt(**given: str) -> Any:
    return await send(AsyncClient(), "POST", "/api/session/", {**RIGHT, **given})


async def test_too_many_wrong_passwords_have_to_wait(maker):
    answers = [await attempt(password="x") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert_like(answers[-1].json(), example("rest/rate-limited"))
    assert int(answers[-1]["Retry-After"]) == 30
    assert "in 30 seconds" in answers[-1].json()["detail"]


async def test_who_has_to_wait_does_so_with_the_right_password_too(maker):
    for _ in range(5):
        await attempt(password="x")
    assert (await attempt()).status_code == 429


async def test_who_has_to_wait_may_still_ask_who_is_signed_in(maker):
    for _ in range(6):
        await attempt(password="x")
    assert (await send(AsyncClient(), "GET", "/api/session/")).status_code == 200


async def test_signing_in_forgets_the_wrong_ones_of_before(maker):
    for _ in range(2):
        assert [(await attempt(password="x")).status_code for _ in range(2)] == [400, 400]
        assert (await attempt()).status_code == 200


async def test_an_address_that_tries_many_names_has_to_wait(maker):
    answers = [await attempt(username=f"name{n}") for n in range(ADDRESS.burst + 1)]
    assert [answer.status_code for answer in answers] == [400] * ADDRESS.burst + [429]


async def test_a_refusal_is_and_costs_the_same_whatever_was_wrong(maker, monkeypatch):
    await sync_to_async(make_user)("closed", password="correct horse", is_active=False)
    encode, hashed = MD5PasswordHasher.encode, []

    def count(self, *args):
        hashed.append(1)
        return encode(self, *args)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    # The first of an address makes its row.
    await attempt(username="somebody")
    hashed.clear()
    seen = []
    for username, password in (("nobody", "wrong"), ("maker", "wrong"), ("closed", "correct horse")):
        with counted_queries() as queries:
            answer = await attempt(username=username, password=password)
        seen.append((answer.status_code, answer.content, queries, len(hashed)))
        hashed.clear()
    assert seen[0][0] == 400
    assert seen[0][2:] != ([], 0)
    assert seen == [seen[0]] * 3


async def test_signing_in_makes_a_new_session_key(maker):
    client = AsyncClient()
    # What somebody else may have put into this browser.
    planted = SessionStore()
    await sync_to_async(planted.create)()
    client.cookies["sessionid"] = planted.session_key or ""
    await send(client, "POST", "/api/session/", RIGHT)
    assert client.cookies["sessionid"].value != planted.session_key
    assert not await sync_to_async(Session.objects.filter(session_key=planted.session_key).exists)()


async def test_while_the_database_is_away_that_is_said(maker):
    with database_away():
        answer = await send(AsyncClient(), "POST", "/api/session/", RIGHT)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")


async def test_a_websocket_token_has_the_shape_of_its_example(database):
    answer = (await send(await signed_in(), "POST", "/api/ws-token/")).json()
    assert_like(answer, example("rest/ws-token"))
    assert answer["valid_seconds"] == 30


async def test_a_host_not_allowed_is_refused(database):
    answer = await AsyncClient().get("/api/session/", headers={"host": "evil.example"})
    assert answer.status_code == 400
