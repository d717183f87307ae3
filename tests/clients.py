"""Boards, dashboards and people as clients of a real server, without a browser."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

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


def signed_in(server: Server) -> OpenerDirector:
    """A client that keeps cookies, with a session."""
    person = build_opener(HTTPCookieProcessor())
    person.open(server.add_administrator()).close()
    return person


def cookies(person: OpenerDirector) -> dict[str, str]:
    handlers: list[Any] = vars(person)["handlers"]
    (jar,) = [handler.cookiejar for handler in handlers if isinstance(handler, HTTPCookieProcessor)]
    return {cookie.name: cookie.value or "" for cookie in jar}


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
    return json.loads(connection.recv(timeout=20))


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
