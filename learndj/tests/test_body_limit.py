import json

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from learndj.body_limit import BodyLimit

LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


async def echo(scope, receive, send):
    """Answers with the size of the body it read, or with "gone" when the client went away."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            await send({"type": "http.response.body", "body": b"gone"})
            return
        size, more = size + len(message["body"]), message.get("more_body", False)
    await send({"type": "http.response.body", "body": str(size).encode()})


def request(*headers):
    return ApplicationCommunicator(BodyLimit(echo), {"type": "http", "headers": list(headers)})


async def sent_in_parts(*parts):
    communicator = request()
    for part in parts[:-1]:
        await communicator.send_input({"type": "http.request", "body": part, "more_body": True})
    await communicator.send_input({"type": "http.request", "body": parts[-1]})
    return (await communicator.receive_output())["body"]


async def test_body_at_the_limit_passes():
    assert await sent_in_parts(b"x" * LIMIT) == str(LIMIT).encode()


async def test_body_over_the_limit_without_a_declared_length_ends_as_a_client_that_went_away():
    assert await sent_in_parts(b"x" * LIMIT, b"x") == b"gone"


async def test_parts_are_counted_together():
    assert await sent_in_parts(*[b"x" * 1_000] * (LIMIT // 1_000 + 1)) == b"gone"


@pytest.mark.parametrize("length", [str(LIMIT + 1).encode(), b"9" * 30, b"9" * 5_000])
async def test_body_that_declares_itself_too_big_is_refused_unread(length):
    communicator = request((b"content-length", length))
    start, body = await communicator.receive_output(), await communicator.receive_output()
    assert (start["status"], json.loads(body["body"])["code"]) == (413, "message_too_big")
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()


async def test_refused_sender_is_not_kept_connected_and_the_refusal_not_by_a_cache():
    communicator = request((b"content-length", str(LIMIT + 1).encode()))
    headers = (await communicator.receive_output())["headers"]
    assert (b"connection", b"close") in headers
    assert (b"cache-control", b"private, no-store") in headers


@pytest.mark.parametrize("length", [b"", b"-1", b"x", b"0x10", "٣".encode()])
async def test_length_that_is_no_number_is_left_to_the_count(length):
    communicator = request((b"content-length", length))
    await communicator.send_input({"type": "http.request", "body": b"abc"})
    assert (await communicator.receive_output())["body"] == b"3"


async def test_request_without_a_body_passes():
    assert await sent_in_parts(b"") == b"0"
