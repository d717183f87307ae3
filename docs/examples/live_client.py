"""Print readings as they come, from a program of your own.

    pip install websockets
    SENSE_URL=http://localhost:8000 SENSE_USER=ada SENSE_PASSWORD=… python live_client.py

It signs in as a person (give it an account of its own, with the role viewer), fetches a token that is good once and for
30 s, and connects with it right away. When the connection ends it does the same again.
"""

import json
import os
import random
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

# Closed with these, coming back with the same account changes nothing.
ENDED = (4401, 4403)


class Refused(Exception):
    """The server said no, and why."""


class Person:
    """Somebody who is signed in at a server."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url.rstrip("/")
        self._cookies = CookieJar()
        self._http = build_opener(HTTPCookieProcessor(self._cookies))
        # The page gives the cookie without which nothing can be posted.
        self._http.open(f"{self.url}/", timeout=10).close()
        self._post("/api/session/", {"username": username, "password": password})

    def new_token(self) -> str:
        return str(self._post("/api/ws-token/")["token"])

    def _post(self, path: str, body: Any = None) -> Any:
        (csrf,) = [cookie.value for cookie in self._cookies if cookie.name == "csrftoken"]
        headers = {"Content-Type": "application/json", "X-CSRFToken": csrf or "", "Referer": f"{self.url}/"}
        request = Request(f"{self.url}{path}", json.dumps(body).encode(), headers, method="POST")
        try:
            with self._http.open(request, timeout=10) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise Refused(json.load(error)["detail"]) from error


def messages(person: Person) -> Iterator[Any]:
    """All that the server says to one connection, until it ends."""
    with connect(f"{person.url.replace('http', 'ws', 1)}/ws/live/", max_size=None) as socket:
        # Fetched when the way is open already: it is good for 30 s only.
        socket.send(json.dumps({"type": "authenticate", "token": person.new_token()}))
        socket.send(json.dumps({"type": "subscribe", "devices": "all"}))
        for text in socket:
            message = json.loads(text)
            if message["type"] == "error":
                raise Refused(message["detail"])
            yield message


def follow(person: Person) -> Iterator[Any]:
    """The same for ever: after a cut it connects anew, with a new token."""
    while True:
        try:
            yield from messages(person)
        except (ConnectionClosed, OSError) as error:
            if isinstance(error, ConnectionClosed) and error.rcvd and error.rcvd.code in ENDED:
                raise Refused("This account may not look any more.") from error
            print(f"The connection ended ({error}). It is made anew.", flush=True)
        # Not all at the same moment.
        time.sleep(random.uniform(0.5, 5))


def main() -> None:
    wanted = ("SENSE_URL", "SENSE_USER", "SENSE_PASSWORD")
    if not all(map(os.environ.get, wanted)):
        raise Refused(f"Set {', '.join(wanted)}.")
    person = Person(*(os.environ[name] for name in wanted))
    for message in follow(person):
        for series in message["series"] if message["type"] == "readings" else ():
            latest = {name: column[-1] for name, column in series["values"].items()}
            print(series["device"], series["time"][-1], json.dumps(latest), flush=True)


if __name__ == "__main__":
    try:
        main()
    except Refused as refused:
        raise SystemExit(str(refused)) from None
    except KeyboardInterrupt:
        pass
