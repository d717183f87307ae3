"""Caddy in front of two servers: one address, whichever of them answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.client import connect

from tests.caddy import Caddy
from tests.processes import eventually
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


@contextmanager
def board(caddy: Caddy, token: str) -> Iterator[None]:
    """A connected board that has had its welcome."""
    with connect(f"{caddy.websocket_url}/ws/device/?token={token}") as connection:
        assert json.loads(connection.recv(timeout=20))["type"] == "welcome"
        yield


def where(server: Server) -> tuple[str, ...]:
    """The boards that have connected to this server, by name."""
    return tuple(name for name in ("cellar", "kitchen") if f"{name} connected" in server.output())
