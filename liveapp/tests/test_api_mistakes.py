"""What a beginner sends wrong, and that the answer says what was wrong, what was expected and how to mend it."""

import time

import pytest
from django.test import AsyncClient

from liveapp.tests.doors import send, signed_in
from liveapp.tests.posting import post

SECONDS = 1_763_673_600
YEAR_S = 365 * 24 * 3600


def link_of(**times):
    return {"devices": ["kitchen"], "expires": (int(time.time()) + 3600) * 1000, **times}


async def detail_of(client, method, path, body=None, status=400, **headers):
    answer = await send(client, method, path, body, **headers)
    assert answer.status_code == status, answer.content
    return answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/devices/kitchen/history/?start={s}",
        "/api/devices/kitchen/history/?end={s}",
        "/api/devices/kitchen/statistics/?start={s}",
        "/api/devices/kitchen/export/?end={s}",
        "/api/history/?devices=kitchen&start={s}",
        "/api/annotations/?start={s}",
        "/api/notifications/?before={s}",
        "/api/audit/?before={s}",
    ],
)
async def test_seconds_in_a_query_are_told_to_be_milliseconds(process, device, path):
    detail = await detail_of(await signed_in(), "GET", path.format(s=SECONDS))
    assert f"{SECONDS} looks like seconds. Send whole milliseconds" in detail
    assert detail.endswith(f"{SECONDS}000.")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/annotations/", {"start": SECONDS, "text": "Window open"}),
        ("/api/annotations/", {"start": SECONDS * 1000, "end": SECONDS + 60, "text": "Window open"}),
        ("/api/shares/", link_of(expires=SECONDS + YEAR_S)),
        ("/api/shares/", link_of(start=SECONDS)),
        ("/api/notifications/read/", {"until": SECONDS}),
    ],
)
async def test_seconds_in_a_body_are_told_to_be_milliseconds(process, device, path, body):
    assert "looks like seconds. Send whole milliseconds" in await detail_of(
        await signed_in(), "POST", path, body
    )


@pytest.mark.parametrize("given", ["2026-11-21T12:00:00Z", "now", "1763673600000.5"])
async def test_a_time_in_words_is_told_to_be_milliseconds(process, device, given):
    detail = await detail_of(await signed_in(), "GET", f"/api/devices/kitchen/history/?start={given}")
    assert detail.startswith("start: Use whole milliseconds since 1970 (UTC)")


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        (
            "GET",
            "/api/devices/kitchen/export/?format=xlsx",
            None,
            '"xlsx" is not one of csv, ndjson, parquet.',
        ),
        ("GET", "/api/devices/kitchen/export/?resolution=5m", None, "raw, minute, quarter, hour, day."),
        ("POST", "/api/people/", {"username": "ada", "role": "admin"}, "viewer, operator, administrator."),
    ],
)
async def test_a_wrong_word_is_answered_with_the_right_ones(process, device, method, path, body, words):
    assert words in await detail_of(await signed_in(), method, path, body)


async def test_who_is_not_signed_in_is_told_how_to(process):
    assert "POST /api/session/" in await detail_of(AsyncClient(), "GET", "/api/devices/", status=403)


async def test_who_lacks_a_right_is_told_which(process, device):
    viewer = await signed_in("vic", ())
    detail = await detail_of(viewer, "PATCH", "/api/devices/kitchen/", {"name": "Galley"}, 403)
    assert 'it takes the right "change_device"' in detail
    assert "view_logentry" in await detail_of(viewer, "GET", "/api/audit/", status=403)


@pytest.mark.parametrize(
    ("path", "client"), [("/api/session/", "a stranger"), ("/api/devices/", "the maker")]
)
async def test_who_sends_no_csrf_token_is_told_where_it_comes_from(process, path, client):
    with_checks = AsyncClient(enforce_csrf_checks=True)
    if client == "the maker":
        with_checks = await signed_in(csrf=True)
    detail = await detail_of(with_checks, "POST", path, {}, 403)
    assert "X-CSRFToken" in detail
    assert "Referer" in detail


async def test_a_method_that_is_not_taken_is_answered_with_those_that_are(process, device):
    maker = await signed_in()
    detail = await detail_of(maker, "PUT", "/api/devices/kitchen/", {"name": "Galley"}, 405)
    assert detail == 'Method "PUT" not allowed. Use DELETE, GET, HEAD, PATCH.'
    assert (await detail_of(AsyncClient(), "GET", "/api/ingest/", status=405)).endswith("Use POST.")


async def test_a_body_that_is_not_json_is_told_to_be(process):
    maker = await signed_in()
    assert "The body is not JSON: Expecting" in await detail_of(
        maker, "POST", "/api/devices/", "name=Kitchen"
    )
    form = await maker.post("/api/devices/", "name=Kitchen", "application/x-www-form-urlencoded")
    assert form.status_code == 415
    assert form.json()["detail"].endswith("Use Content-Type: application/json.")


async def test_who_accepts_no_json_is_told_that_there_is_nothing_else(process):
    detail = await detail_of(await signed_in(), "GET", "/api/devices/", status=406, accept="text/html")
    assert "Accept: application/json" in detail


async def test_an_address_without_its_slash_is_told_so(process):
    assert "end with a slash" in await detail_of(AsyncClient(), "POST", "/api/ingest", {}, 404)
    assert "end with a slash" not in await detail_of(AsyncClient(), "GET", "/api/nothing/", status=404)


async def test_an_event_that_is_none_is_answered_with_those_there_are(process):
    body = {"name": "Hook", "url": "https://example.org/hook", "events": ["device.add"]}
    detail = await detail_of(await signed_in(), "POST", "/api/webhooks/", body)
    assert 'there is no event "device.add". Use some of' in detail
    assert "device.added" in detail


@pytest.mark.parametrize("header", ["", "Token kitchen.abc", "kitchen.abc", "Basic a2l0Y2hlbjo="])
async def test_a_token_under_another_scheme_is_told_the_right_one(process, header):
    answer = await post("", {"temperature": 20}, authorization=header)
    assert answer["status"] == 401
    assert "Authorization: Bearer <token>" in answer["json"]["detail"]


async def test_a_request_that_names_its_device_and_has_no_signature_is_told_what_a_signed_one_has(process):
    answer = await post("", {"temperature": 20}, **{"sense-device": "kitchen"})
    assert answer["status"] == 401
    assert "webhook-id" in answer["json"]["detail"]


@pytest.mark.parametrize("header", ["", "Bearer x", "x"])
async def test_a_share_link_under_another_scheme_is_told_the_right_one(process, header):
    detail = await detail_of(AsyncClient(), "GET", "/api/shared/", status=401, authorization=header)
    assert "Authorization: Share <token>" in detail


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/account/password/", {"password": "correct horse 2"}),
        ("POST", "/api/account/two-factor/", {}),
        ("POST", "/api/account/two-factor/confirm/", {"code": "123456"}),
        ("PATCH", "/api/account/", {"email": ""}),
        ("POST", "/api/annotations/", {"start": SECONDS * 1000, "text": "Window open"}),
        ("POST", "/api/devices/", {"id": "attic", "name": "Attic"}),
        ("PATCH", "/api/devices/kitchen/", {"name": "Galley"}),
        ("POST", "/api/devices/kitchen/command/", {"command": "identify"}),
        ("POST", "/api/groups/", {"name": "physics"}),
        ("PATCH", "/api/metrics/temperature/", {"label": "Warmth"}),
        ("POST", "/api/notifications/read/", {"until": SECONDS * 1000}),
        ("POST", "/api/password-reset/", {"email": "ada@example.org"}),
        ("POST", "/api/password-reset/confirm/", {"uid": "x", "token": "x", "password": "x"}),
        ("POST", "/api/people/", {"username": "ada", "role": "viewer"}),
        ("PATCH", "/api/retention/", {"raw_days": 5}),
        ("POST", "/api/session/", {"username": "ada", "password": "x"}),
        ("POST", "/api/shares/", link_of()),
        ("POST", "/api/webhooks/", {"name": "Lab", "url": "https://a.example.org/", "events": ["test"]}),
    ],
)
async def test_a_field_that_there_is_not_is_said_and_nothing_done(process, device, method, path, body):
    answer = await send(await signed_in(), method, path, {**body, "naem": "Attic"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.content
    (said,) = answer.json()["fields"]["naem"]
    assert said.startswith("there is no such field. Send some of: ")
    assert set(said.rstrip(".").partition(": ")[2].split(", ")) >= body.keys()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/annotations/", {"start": SECONDS * 1000, "text": "Window open"}),
        ("/api/devices/", {"id": "attic", "name": "Attic"}),
        ("/api/groups/", {"name": "physics"}),
        ("/api/people/", {"username": "ada", "role": None}),
        ("/api/webhooks/", {"name": "Lab", "url": "https://a.example.org/", "events": ["device.added"]}),
    ],
)
async def test_an_object_may_be_sent_back_as_it_came(process, path, body):
    client = await signed_in()
    made = await send(client, "POST", path, body)
    assert made.status_code == 201, made.content
    listed = (await send(client, "GET", path)).json()
    shown = listed[0] if isinstance(listed, list) else listed["annotations"][0]
    answer = await send(client, "PATCH", f"{path}{shown['id']}/", shown)
    assert (answer.status_code, answer.json()["id"]) == (200, shown["id"]), answer.content
