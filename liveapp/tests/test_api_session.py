"""The API: signing in and out."""

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.test import AsyncClient

from liveapp.tests.doors import assert_like, database_away, example, make_user, send, signed_in

RIGHT = {"username": "maker", "password": "correct horse"}


@pytest.fixture(autouse=True)
def _quick_and_uncounted(settings):
    """Hashing made to be slow would be most of the time here; attempts of other tests do not count."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


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
    assert (answer.status_code, answer.json()) == (200, {"user": None})


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
    assert (await send(client, "GET", "/api/session/")).json() == {"user": None}


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


async def test_too_many_attempts_have_to_wait(maker):
    answers = [
        await send(AsyncClient(), "POST", "/api/session/", {**RIGHT, "password": "x"}) for _ in range(11)
    ]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert int(answers[-1]["Retry-After"]) > 0


async def test_who_has_to_wait_may_still_ask_who_is_signed_in(maker):
    for _ in range(11):
        await send(AsyncClient(), "POST", "/api/session/", {**RIGHT, "password": "x"})
    assert (await send(AsyncClient(), "GET", "/api/session/")).status_code == 200


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
