"""Caddy in front of two servers: one address, whichever of them answers."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.caddy import Caddy
from tests.processes import HOST, eventually
from tests.proxy import Proxy
from tests.servers import RedisServer, Server


def test_caddy_spreads_boards_over_two_servers_and_passes_by_the_one_that_is_away(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as redis:
        first = Server(tmp_path, redis_url=redis.url)
        second = Server(tmp_path, redis_url=redis.url, name="second")
        first.manage("migrate", "--verbosity", "0")
        kitchen, cellar = first.add_device("kitchen"), first.add_device("cellar")
        with first, second, Caddy(tmp_path, [first, second]) as caddy, board(caddy, kitchen):
            with board(caddy, cellar):
                eventually(lambda: {where(first), where(second)} == {("kitchen",), ("cellar",)})
                one, other = (first, second) if where(first) == ("cellar",) else (second, first)
                one.kill()
            with board(caddy, cellar):
                eventually(lambda: where(other) == ("cellar", "kitchen"))
    assert (tmp_path / "caddy").is_dir()


def test_an_address_in_the_place_of_a_name_has_tls_where_caddy_itself_has_another_one(tmp_path: Path) -> None:
    # As in a container. No client says which address it looks for.
    with ProxyAt("192.0.2.5", tmp_path / "without") as proxy, pytest.raises(ssl.SSLError):
        proxy.greet()
    with ProxyAt("192.0.2.5", tmp_path / "with", "default_sni 192.0.2.5") as proxy:
        eventually(lambda: ("IP Address", "192.0.2.5") in proxy.greet())


class ProxyAt(Proxy):
    """The proxy of a site that is known by an address alone."""

    def __init__(self, address: str, folder: Path, *options: str) -> None:
        folder.mkdir()
        super().__init__(folder, SITE_ADDRESS=address)
        self.env["GLOBAL_OPTIONS"] = "\n".join([self.env["GLOBAL_OPTIONS"], *options])
        self._address = address

    def greet(self) -> Any:
        """For whom the certificate is."""
        plain = socket.create_connection((HOST, self.port), timeout=10)
        with plain, self.tls.wrap_socket(plain, server_hostname=self._address) as secure:
            return (secure.getpeercert() or {})["subjectAltName"]

    def ready(self) -> bool:
        return "certificate obtained successfully" in self.output()


@contextmanager
def board(caddy: Caddy, token: str) -> Iterator[None]:
    """A connected board that has had its welcome."""
    with connect(f"{caddy.websocket_url}/ws/device/?token={token}") as connection:
        assert json.loads(connection.recv(timeout=20))["type"] == "welcome"
        yield


def where(server: Server) -> tuple[str, ...]:
    """The boards that have connected to this server, by name."""
    return tuple(name for name in ("cellar", "kitchen") if f"{name} connected" in server.output())
