"""Boards, dashboards and people as clients of a real server, without a browser."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from websockets import Origin
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.servers import Server


class Reached(Protocol):
    """A server, or a proxy in front of some."""

    @property
    def url(self) -> str: ...

    @property
    def websocket_url(self) -> str: ...


def signed_in(server: Server, link: str = "") -> OpenerDirector:
    """A client that keeps cookies, with a session; by `link`, or as a new administrator."""
    person = build_opener(HTTPCookieProcessor())
    person.open(link or server.add_administrator()).close()
    return person


def cookies(person: OpenerDirector) -> dict[str, str]:
    handlers: list[Any] = vars(person)["handlers"]
    (jar,) = [handler.cookiejar for handler in handlers if isinstance(handler, HTTPCookieProcessor)]
    return {cookie.name: cookie.value or "" for cookie in jar}


def call(server: Reached, person: OpenerDirector, method: str, path: str, body: Any = None) -> Any:
    """What the API answers. The cookies of one host serve all of its ports."""
    headers = {"Content-Type": "application/json", "X-CSRFToken": cookies(person).get("csrftoken", "")}
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{server.url}{path}", data, headers, method=method)
    with person.open(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def add_device(server: Reached, person: OpenerDirector, name: str) -> str:
    """Its token. Much quicker than a start of `manage.py`."""
    return str(call(server, person, "POST", "/api/devices/", {"id": name, "name": name})["token"])


@contextmanager
def board(server: Reached, token: str, **options: Any) -> Iterator[ClientConnection]:
    """A connected device that has had its welcome."""
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{server.websocket_url}/ws/device/"
    with connect(url, additional_headers=headers, **options) as connection:
        assert hear(connection)["type"] == "welcome"
        yield connection


@contextmanager
def dashboard(server: Reached, person: OpenerDirector, **options: Any) -> Iterator[ClientConnection]:
    """A subscribed dashboard that has had its welcome."""
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies(person).items())}
    url, origin = f"{server.websocket_url}/ws/live/", Origin(server.url)
    with connect(url, origin=origin, additional_headers=headers, max_size=None, **options) as connection:
        connection.send('{"type": "subscribe", "devices": "all"}')
        assert hear(connection)["type"] == "welcome"
        yield connection


def hear(connection: ClientConnection) -> Any:
    # A server says something to a dashboard at least every 20 s.
    return json.loads(connection.recv(timeout=40))


def until(viewer: ClientConnection, check: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The first message of the server that is meant; fails if it does not come within a minute."""
    deadline = time.monotonic() + 60
    while not check(message := hear(viewer)):
        assert time.monotonic() < deadline, f"it was not told; the last it said: {message}"
    return dict(message)


def ask(connection: ClientConnection, message: Any) -> Any:
    connection.send(json.dumps(message))
    return hear(connection)


def rest(connection: ClientConnection) -> list[Any]:
    """All that the server says until it closes."""
    said = []
    with suppress(ConnectionClosed):
        while True:
            said.append(hear(connection))
    return said


def closed(connection: ClientConnection) -> int | None:
    """The code the server closes with; what it says before is passed over."""
    rest(connection)
    return connection.close_code
