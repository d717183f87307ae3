"""Files out of and into the real server: through uvicorn, its sockets and its limits."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clients import cookies, signed_in
from tests.processes import HOST
from tests.servers import Server

COUNT = 20_000


class Person:
    """Signed in; each call has a connection of its own."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self._cookies = cookies(signed_in(server))

    @contextmanager
    def asks(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> Iterator[http.client.HTTPResponse]:
        mine = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "X-CSRFToken": self._cookies["csrftoken"],
            "Content-Type": "text/csv",
        }
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=60)) as connection:
            connection.request(method, path, body, {**mine, **headers})
            with connection.getresponse() as answer:
                yield answer

    def gets(self, path: str) -> bytes:
        with self.asks("GET", path) as answer:
            return answer.read()

    def posts(self, path: str, body: bytes, **headers: str) -> Any:
        """The last line of the answer."""
        with self.asks("POST", path, body, **headers) as answer:
            return json.loads(answer.read().splitlines()[-1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"), env={"IMPORT_MAX_MIB": "2"})
    server.manage("migrate", "--verbosity", "0")
    with server:
        server.add_device("kitchen")
        server.add_device("copy")
        server.add_device("roof")
        yield server


@pytest.fixture(scope="module")
def person(server: Server) -> Person:
    return Person(server)


@pytest.fixture(scope="module")
def csv(person: Person) -> bytes:
    """What there is of the kitchen, stored by an import. Of now, so that it is kept."""
    now = json.loads(person.gets("/api/latest/"))["time"]
    lines = "".join(f"{now - offset * 1000},{20 + offset % 7 / 10}\n" for offset in range(COUNT))
    report = person.posts("/api/devices/kitchen/import/", f"time,temperature\n{lines}".encode())
    assert report["stored"] == COUNT
    return person.gets("/api/devices/kitchen/export/")


def test_an_export_comes_whole_and_goes_in_again(person: Person, csv: bytes) -> None:
    assert csv.count(b"\r\n") == 1 + COUNT
    report = person.posts("/api/devices/kitchen/import/", csv)
    assert (report["stored"], report["duplicates"], report["error"]) == (0, COUNT, None)


def test_the_command_line_writes_the_same(server: Server, csv: bytes, tmp_path: Path) -> None:
    server.manage("export", "kitchen", "--output", str(tmp_path / "kitchen.csv"))
    assert (tmp_path / "kitchen.csv").read_bytes() == csv
    server.manage("import", str(tmp_path / "kitchen.csv"), "--device", "copy")
    assert server.manage("export", "copy").encode() == csv.replace(b"\r\n", b"\n")


def test_who_goes_away_in_the_middle_leaves_no_trace_in_the_log(
    server: Server, person: Person, csv: bytes
) -> None:
    before = server.output()
    for _ in range(5):
        with person.asks("GET", "/api/devices/kitchen/export/?format=ndjson") as answer:
            answer.read(1_000)
    assert person.gets("/api/devices/kitchen/export/") == csv
    assert server.output() == before


def test_a_file_over_the_limit_is_refused_unread(person: Person) -> None:
    declared = {"Content-Length": str((2 << 20) + 1)}
    assert person.posts("/api/devices/roof/import/", b"", **declared)["code"] == "message_too_big"


def test_one_without_a_session_may_send_no_more_than_anywhere(person: Person) -> None:
    declared = {"Content-Length": str(300 << 10), "Cookie": "sessionid=made-up"}
    assert person.posts("/api/devices/roof/import/", b"", **declared)["code"] == "message_too_big"
