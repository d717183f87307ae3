"""A board that posts its readings, for tests of what is answered."""

import json
from typing import Any

from channels.testing import HttpCommunicator

from learndj.asgi import application
from liveapp.tests.doors import HOST, bearer


async def post(token: str, body: Any, **headers: str) -> Any:
    """The answer to a body, sent in pieces without a length, as the whole ASGI application gives it."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    pairs = {"host": HOST, **(bearer(token) if token else {}), **headers}
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in pairs.items()]
    request = HttpCommunicator(application, "POST", "/api/ingest/", data, encoded)
    answer = await request.get_response(timeout=10)
    await request.wait(timeout=10)
    answer["headers"] = {name.decode().lower(): value.decode() for name, value in answer["headers"]}
    answer["json"] = json.loads(answer["body"])
    return answer


def assert_error(answer: Any, status: int, code: str) -> None:
    assert (answer["status"], answer["json"]["code"]) == (status, code)
    assert (answer["json"]["type"], type(answer["json"]["detail"])) == ("error", str)
