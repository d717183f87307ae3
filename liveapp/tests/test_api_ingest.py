"""The API: readings of a device that cannot hold a WebSocket open."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from channels.testing import HttpCommunicator
from django.test import AsyncClient

from learndj.asgi import application
from liveapp import protocol
from liveapp.tests.doors import (
    HOST,
    PATIENCE_S,
    PausedStore,
    assert_like,
    broken_store,
    dashboard,
    database_away,
    example,
    next_frame,
    readings,
    signed_in,
    stored,
    use_store,
)
from liveapp.tests.posting import assert_error, post

T = 1_763_673_600_000
all_stored = sync_to_async(stored)


@pytest.fixture
def kitchen(new_device):
    """A device and its token."""
    return new_device("kitchen")


@pytest.fixture
def token(kitchen):
    return kitchen[1]


async def test_a_batch_is_acknowledged_and_stored(process, kitchen):
    answer = await post(kitchen[1], example("device/readings"))
    assert answer["status"] == 200
    assert answer["json"] == {"type": "ack", "id": 7, "stored": 1, "duplicates": 0, "rejected": []}
    assert list(await all_stored(kitchen[0])) == [T]


async def test_a_bare_reading_is_taken(process, token):
    answer = await post(token, example("device/bare-reading"))
    assert answer["json"] == {"type": "ack", "stored": 1, "duplicates": 0, "rejected": []}


async def test_type_and_id_may_be_left_out(process, token):
    assert (await post(token, {"readings": [{"temperature": 20}]}))["json"]["stored"] == 1


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("length", [True, False])
async def test_the_body_is_taken_whatever_its_type_is_called(process, token, kind, length):
    body = b'{"temperature": 20}'
    headers = {"content-type": kind} | ({"content-length": str(len(body))} if length else {})
    assert (await post(token, body, **headers))["json"]["stored"] == 1


async def test_a_rejected_reading_is_named_as_on_the_socket(process, token):
    answer = await post(token, {"id": 7, "readings": [{"temperature": 20, "humidity": 140}]})
    assert_like(answer["json"], example("to-device/ack"))
    assert answer["json"]["rejected"][0]["code"] == "out_of_range"


async def test_a_name_that_is_no_text_is_rejected_in_text_that_can_be_sent(process, token):
    answer = await post(token, b'{"temperature": 20, "\\ud800": 1}')
    assert answer["json"]["rejected"][0]["code"] == "invalid_metric"


async def test_sent_again_it_is_a_duplicate(process, token):
    await post(token, readings(T))
    assert (await post(token, readings(T)))["json"]["duplicates"] == 1


async def test_what_is_posted_is_seen_live(process, token):
    async with dashboard(await signed_in()) as viewer:
        await post(token, readings(T))
        assert (await viewer.hear_type("readings"))["series"][0]["time"] == [T]


async def test_what_is_stored_is_seen_live_though_its_sender_hung_up(process, kitchen):
    await process.hub.subscribed.wait()
    use_store(process, paused := PausedStore())
    headers = [(b"host", HOST.encode()), (b"authorization", f"Bearer {kitchen[1]}".encode())]
    request = HttpCommunicator(application, "POST", "/api/ingest/", b"", headers)
    await request.send_input({"type": "http.request", "body": json.dumps(readings(T)).encode()})
    await asyncio.to_thread(paused.begun.wait, PATIENCE_S)
    await request.send_input({"type": "http.disconnect"})
    await request.wait(PATIENCE_S)
    paused.go.set()
    assert (await next_frame(process, "readings"))["series"][0]["time"] == [T]
    assert list(await all_stored(kitchen[0])) == [T]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"hello", 400, "invalid_json"),
        (b"\xff\xfe\xfa", 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        (b"[]", 400, "invalid_message"),
        (b"7", 400, "invalid_message"),
        (b'{"readings": {}}', 400, "invalid_message"),
        (b'{"type": "readings"}', 400, "invalid_message"),
        (b'{"id": "x", "readings": []}', 400, "invalid_message"),
        (json.dumps(readings(*range(T, T + 1001))).encode(), 413, "too_many_readings"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_a_body_that_cannot_be_is_refused(process, token, body, status, code):
    assert_error(await post(token, body), status, code)


async def test_an_event_is_not_taken_here(process, token):
    answer = await post(token, example("device/event"))
    assert_error(answer, 400, "invalid_message")
    assert "/ws/device/" in answer["json"]["detail"]


async def test_a_reading_with_a_type_is_refused_and_not_stored_in_part(process, kitchen):
    assert_error(await post(kitchen[1], {"type": "reading", "temperature": 20}), 400, "invalid_message")
    assert await all_stored(kitchen[0]) == {}


@pytest.mark.parametrize("length", [True, False])
async def test_a_body_over_256_kib_is_refused(process, token, length):
    body = b" " * (protocol.MAX_MESSAGE_BYTES + 1)
    if length:
        answer = await post(token, body, **{"content-length": str(len(body))})
        assert (answer["status"], answer["json"]["code"]) == (413, "message_too_big")
    else:
        request = HttpCommunicator(application, "POST", "/api/ingest/", body, [(b"host", HOST.encode())])
        await request.send_input({"type": "http.request", "body": body, "more_body": True})
        await request.wait(timeout=10)
        assert await request.receive_nothing()


@pytest.mark.parametrize("token", ["", "kitchen.wrong", "nobody.wrong"])
async def test_a_missing_or_wrong_token_is_refused(process, kitchen, token):
    assert_error(await post(token, readings(T)), 401, "unauthorized")


async def test_a_session_is_no_token(process, kitchen):
    answer = await (await signed_in()).post("/api/ingest/", readings(T), "application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


async def test_a_disabled_device_is_refused(process, new_device):
    _, token = await sync_to_async(new_device)("kitchen", enabled=False)
    assert_error(await post(token, readings(T)), 403, "device_disabled")


async def test_too_many_messages_have_to_wait(process, token, settings):
    settings.DEVICE_MESSAGES_BURST, settings.DEVICE_MESSAGES_PER_SECOND = 1, 0.001
    await post(token, readings(T))
    answer = await post(token, readings(T + 1, message_id=7))
    assert_error(answer, 429, "rate_limited")
    assert_like(answer["json"], example("to-device/error"))
    assert (answer["headers"]["retry-after"], answer["json"]["retry_ms"]) == ("1", 1000)


async def test_while_the_database_is_away_nothing_is_acknowledged_and_afterwards_it_is_taken(
    process, kitchen
):
    message = readings(T, message_id=7)
    async with broken_store(process):
        answer = await post(kitchen[1], message)
    assert_error(answer, 503, "storage_unavailable")
    assert answer["json"] == example("to-device/error")
    assert answer["headers"]["retry-after"] == "1"
    assert (await post(kitchen[1], message))["json"]["stored"] == 1


async def test_while_no_device_can_be_looked_up_it_is_not_said_that_the_token_is_wrong(process, token):
    with database_away():
        assert_error(await post(token, readings(T)), 503, "storage_unavailable")


async def test_only_posting_is_possible(process):
    answer = await AsyncClient().get("/api/ingest/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
