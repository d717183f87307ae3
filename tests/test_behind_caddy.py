"""Two server processes behind the proxy of docker-compose.yml: what a board, a person and a stranger find there."""

from __future__ import annotations

import http.client
import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, OpenerDirector

import pytest
from websockets import Origin
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.clients import ask, board, closed, dashboard, hear
from tests.name_server import NameServer
from tests.processes import HOST, eventually, free_port
from tests.proxy import Proxy
from tests.stack import Replica, Stack, running_stack

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 as loopback"
)

ADDRESSES = ["127.0.0.2", "127.0.0.3"]
# An hour ago: what is much older is not kept.
T = int(time.time()) * 1000 - 3_600_000


@dataclass
class Site:
    """The whole, as `docker compose --profile app up` brings it; `person` is signed in."""

    stack: Stack
    names: NameServer
    replicas: list[Replica]
    proxy: Proxy
    person: OpenerDirector

    def add_device(self, name: str) -> str:
        """Its token."""
        return self.stack.manage("device", "add", name).strip()

    def board(self, token: str) -> Any:
        return board(self.proxy, token, ssl=self.proxy.tls, open_timeout=30)

    def dashboard(self) -> Any:
        return dashboard(self.proxy, self.person, ssl=self.proxy.tls, open_timeout=30)

    def home(self) -> tuple[Replica, Replica]:
        """The process that has the only open connection, and the other one."""
        first, second = self.replicas
        # Those of requests that were answered are closed soon.
        eventually(lambda: first.connections() + second.connections() == 1)
        return (first, second) if first.connections() else (second, first)

    @contextmanager
    def dashboard_at(self, replica: Replica) -> Iterator[ClientConnection]:
        """One that came in there, where nothing else is connected."""
        with ExitStack() as opened:

            def arrive() -> ClientConnection | None:
                viewer: ClientConnection = opened.enter_context(self.dashboard())
                if replica.connections():
                    return viewer
                opened.close()
                return None

            # A process that was away a moment ago is passed by for some seconds more.
            viewer = eventually(arrive, 30)
            assert viewer
            yield viewer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, port = tmp_path_factory.mktemp("site"), free_port()
    with running_stack(folder) as stack, NameServer({"web": ADDRESSES}) as names:
        lookup = f"resolvers {HOST}:{names.port}"
        proxy = Proxy(folder, SERVERS_PORT=str(port), LOOKUP_OPTIONS=lookup)
        replicas = [
            Replica(stack, f"web-{n}", address, port, PUBLIC_URL=proxy.url)
            for n, address in enumerate(ADDRESSES, 1)
        ]
        stack.manage("createsuperuser", "--noinput", "--username", "maker", "--email", "")
        with replicas[0], replicas[1], proxy:
            yield Site(stack, names, replicas, proxy, signed_in(stack, proxy))
        for process in (*replicas, proxy):
            assert "Traceback" not in process.output()


@pytest.fixture(autouse=True)
def all_run(site: Site) -> None:
    """Whatever the test before has left."""
    for replica in site.replicas:
        if not replica.alive:
            replica.start()


def signed_in(stack: Stack, proxy: Proxy) -> OpenerDirector:
    person = proxy.person()
    person.open(sign_in_link(stack, proxy)).close()
    return person


def sign_in_link(stack: Stack, proxy: Proxy) -> str:
    return stack.manage("sign_in_link", "maker", "--url", proxy.url).strip()


def until(viewer: ClientConnection, kind: str) -> dict[str, Any]:
    """The first message of a kind."""
    while (message := hear(viewer))["type"] != kind:
        pass
    return dict(message)


# People.


def test_a_person_signs_in_by_link_and_gets_cookies_for_https_only(site: Site) -> None:
    person = site.proxy.person()
    with person.open(sign_in_link(site.stack, site.proxy)) as page:
        assert page.url == f"{site.proxy.url}/"
        assert "max-age" in page.headers["Strict-Transport-Security"]
    (jar,) = [part.cookiejar for part in vars(person)["handlers"] if isinstance(part, HTTPCookieProcessor)]
    assert {(cookie.name, cookie.secure) for cookie in jar} == {("sessionid", True), ("csrftoken", True)}
    with person.open(f"{site.proxy.url}/api/session/") as answer:
        assert json.load(answer)["user"]["username"] == "maker"


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-Proto": "https"}])
def test_plain_http_is_sent_to_https_whatever_it_says_it_is(site: Site, headers: dict[str, str]) -> None:
    connection = http.client.HTTPConnection("localhost", site.proxy.http_port, timeout=10)
    connection.request("GET", "/api/session/", headers=headers)
    answer = connection.getresponse()
    connection.close()
    # Without a port: the public one is 443, whatever it is inside.
    assert (answer.status, answer.headers["Location"]) == (308, "https://localhost/api/session/")
    assert "Set-Cookie" not in answer.headers


def test_a_client_cannot_say_that_its_own_connection_is_plain(site: Site) -> None:
    assert site.proxy.ask("GET", "/api/session/", headers={"X-Forwarded-Proto": "http"})[0] == 200


def test_the_dashboards_files_come_compressed(site: Site) -> None:
    page = site.proxy.ask("GET", "/")[1].decode()
    scripts = re.findall(r'src="(/static/assets/[^"]+\.js)"', page)
    if not scripts:
        pytest.skip("the dashboard has not been built")
    plain = site.proxy.ask("GET", scripts[0])[1]
    packed = site.proxy.ask("GET", scripts[0], headers={"Accept-Encoding": "gzip"})[1]
    assert len(packed) < len(plain) / 2


# Boards and dashboards.


def test_a_reading_comes_to_a_dashboard_at_the_other_process(site: Site) -> None:
    token = site.add_device("kitchen")
    with site.board(token) as device:
        home, other = site.home()
        with site.dashboard_at(other) as viewer:
            assert ask(device, {"readings": [{"time": T, "temperature": 20}]})["stored"] == 1
            assert until(viewer, "readings")["series"][0]["values"] == {"temperature": [20]}
            home.stop()
            assert closed(device) == 1001
            with site.board(token) as again:
                assert ask(again, {"readings": [{"time": T + 1, "temperature": 21}]})["stored"] == 1
                assert until(viewer, "readings")["series"][0]["values"] == {"temperature": [21]}


def test_a_viewer_whose_server_is_restarted_is_told_and_comes_back_at_the_other(site: Site) -> None:
    token = site.add_device("cellar")
    with site.board(token) as device:
        home, other = site.home()
        with site.dashboard_at(other) as viewer:
            other.stop()
            assert closed(viewer) == 1001
        with site.dashboard() as viewer:
            assert ask(device, {"readings": [{"time": T, "temperature": 20}]})["stored"] == 1
            assert until(viewer, "readings")["series"][0]["device"] == "cellar"
            other.start()
            assert ask(device, {"readings": [{"time": T + 1, "temperature": 20}]})["stored"] == 1
            assert until(viewer, "readings")["series"][0]["time"] == [T + 1]
    assert home.alive


def test_a_process_that_was_killed_is_passed_by(site: Site) -> None:
    first, second = site.replicas
    first.kill()
    assert [site.proxy.ask("GET", "/api/session/")[0] for _ in range(10)] == [200] * 10
    with site.board(site.add_device("attic")):
        assert second.connections()


def test_requests_wait_while_all_processes_restart(site: Site) -> None:
    for replica in site.replicas:
        replica.stop()
    for replica in site.replicas:
        replica.launch()
    assert site.proxy.ask("GET", "/api/session/")[0] == 200
    for replica in site.replicas:
        replica.wait_until_ready(30)


def test_open_sockets_outlive_a_reload_of_the_caddyfile(site: Site) -> None:
    with site.board(site.add_device("porch")) as device:
        site.proxy.reload()
        assert ask(device, {"temperature": 20})["stored"] == 1


def test_a_listed_process_that_is_not_ready_gets_nothing(site: Site, tmp_path: Path) -> None:
    lost = Replica(site.stack, "lost", HOST, free_port(), DATABASE_URL=f"mongodb://{HOST}:{free_port()}/lost")
    lost.launch()
    upstreams = " ".join(f"{replica.address}:{replica.port}" for replica in (lost, *site.replicas))
    headers = {"Authorization": f"Bearer {site.add_device('hall')}"}
    with Proxy(tmp_path, REPLICAS="listed", UPSTREAMS=upstreams) as proxy:
        eventually(lambda: lost.status_of("/readyz") == 503, 60)

        def post() -> int:
            return proxy.ask("POST", "/api/ingest/", body='{"temperature": 20}', headers=headers)[0]

        # One that gets in there waits for its database for 5 s and is refused.
        eventually(lambda: [post() for _ in range(10)] == [200] * 10, 60)
    lost.stop()


@pytest.mark.parametrize("origin", ["https://evil.example", "https://localhost:1", "null"])
def test_a_page_of_another_site_gets_no_socket(site: Site, origin: str) -> None:
    url, page = f"{site.proxy.websocket_url}/ws/live/", Origin(origin)
    with (
        pytest.raises(InvalidStatus) as caught,
        connect(url, origin=page, ssl=site.proxy.tls, open_timeout=30),
    ):
        pass
    assert caught.value.response.status_code == 403
    assert json.loads(caught.value.response.body)["code"] == "foreign_origin"


# Strangers.


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.parametrize(
    "form", ["{}", "{}?x=1", "/{}", "/.{}", "/x/..{}", "{}/", "{}%20", "/%2e{}", "{}%00"]
)
def test_what_is_for_the_inside_is_not_found_from_outside(site: Site, path: str, form: str) -> None:
    status, body = site.proxy.ask("GET", form.format(path))
    assert status in (400, 404)
    assert not re.search(rb"database|process|TYPE", body)
    escaped = "/" + "".join(f"%{ord(letter):02x}" for letter in path[1:])
    assert site.proxy.ask("GET", escaped)[0] == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_what_is_for_the_inside_is_there(site: Site, path: str) -> None:
    assert [replica.status_of(path) for replica in site.replicas] == [200, 200]


def attempt(site: Site, source: str, claims: str) -> int:
    """One attempt to sign in with a wrong password; its status."""
    connection = site.proxy.connection(source=source)
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    token = re.findall(r"csrftoken=(\w+)", answer.headers["Set-Cookie"])[0]
    headers = {
        "Content-Type": "application/json",
        "Cookie": f"csrftoken={token}",
        "X-CSRFToken": token,
        "Referer": f"{site.proxy.url}/",
        "X-Forwarded-For": claims,
    }
    connection.request("POST", "/api/session/", '{"username": "maker", "password": "wrong"}', headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_attempts_are_counted_by_the_real_address_whatever_the_client_claims(site: Site) -> None:
    # Whichever of the two servers each comes to.
    statuses = [attempt(site, "127.0.0.8", f"198.51.100.{n}") for n in range(7)]
    assert statuses == [400] * 5 + [429] * 2
    # Another address is not held up, even if it claims to be the first one.
    assert attempt(site, "127.0.0.9", "127.0.0.8") != 429


def test_a_body_that_is_too_big_is_refused_with_a_sentence(site: Site) -> None:
    status, body = site.proxy.ask("POST", "/api/ingest/", body=b" " * (256 * 1024 + 1))
    assert (status, json.loads(body)["code"]) == (413, "message_too_big")


def test_a_body_without_end_is_cut(site: Site) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(500):
            sent.append(1)
            yield b" " * 0x10000

    sent: list[int] = []
    with suppress(OSError):
        status, _ = site.proxy.ask("POST", "/api/ingest/", body=endless())
        assert status in (400, 413, 502)
    assert len(sent) < 500


def test_a_token_in_an_address_never_comes_into_the_log(site: Site) -> None:
    token = site.add_device("quiet")
    secret = token.partition(".")[2]
    assert site.proxy.ask("GET", f"/ws/device/?token={token}&x=marked")[0] != 200
    with site.board(token):
        pass
    eventually(lambda: "x=marked" in site.proxy.output())
    assert "REDACTED" in site.proxy.output()
    assert secret not in site.proxy.output() + "".join(replica.output() for replica in site.replicas)
