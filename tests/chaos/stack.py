"""What runs: Sense Live with all its neighbours, or one server with SQLite; and the boards that send to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.caddy import Caddy
from tests.chaos.holds import Hold, locked, paused
from tests.chaos.tcp_proxy import TcpProxy
from tests.processes import HOST, Process
from tests.reconcile import StoredRows, rows_in_mongodb, rows_in_sqlite
from tests.servers import Mongod, Publisher, RedisServer, Server, Worker, session_cookie

START_S = 60.0
MINUTES = "liveapp_minuterollup"


@dataclass(frozen=True)
class Part:
    """A process or a line. Of those in one `group` only one has a fault at a time.

    `hold` keeps the commits of a server waiting, by a fault of the group `held`.
    """

    kind: str
    target: Process | TcpProxy
    group: str = ""
    hold: Hold | None = None
    held: str = ""

    @property
    def name(self) -> str:
        return self.target.name

    async def start(self) -> None:
        if isinstance(self.target, TcpProxy):
            await self.target.open()
        else:
            # Started here, in the main thread, and waited for in another: the lines are served here too.
            self.target.launch()
            await asyncio.to_thread(self.target.wait_until_ready, START_S)


@dataclass
class Stack:
    """`neighbours` and `own` are in the order of their start; `entrance` is the port of Caddy, or of the server."""

    folder: Path
    neighbours: list[Part]
    own: list[Part]
    server: Server
    entrance: int
    stored: StoredRows
    minutes: StoredRows
    outside: list[Part] = field(default_factory=list)
    publishers: dict[str, Publisher] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    # Of somebody who sees all, and of somebody who sees some boards through a group.
    cookies: tuple[str, ...] = ()

    @property
    def parts(self) -> list[Part]:
        return [*self.neighbours, *self.own, *self.outside]

    def processes(self) -> Iterator[Process]:
        return (part.target for part in self.parts if isinstance(part.target, Process))

    def servers(self) -> Iterator[Server]:
        return (process for process in self.processes() if isinstance(process, Server))

    async def start(self, boards: list[str]) -> None:
        """Everything but the boards; `boards` are made known, and somebody signs in."""
        for part in self.neighbours:
            await part.start()
        code = f"names = {boards!r}\n{_PREPARE}"
        said = await asyncio.to_thread(self.server.manage, "shell", "--no-imports", "--command", code)
        made = json.loads(said.splitlines()[-1])
        for part in self.own:
            await part.start()
        links = [self.server.url + path for path in made["sign_in_paths"]]
        self.cookies = tuple([await asyncio.to_thread(session_cookie, link) for link in links])
        self.numbers = made["numbers"]
        self._tokens = made["tokens"]

    async def start_board(self, name: str, *options: str) -> None:
        line = await self.line("board's line", f"line of {name}")
        url = f"ws://{HOST}:{line.port}"
        publisher = Publisher(self.folder, url, self._tokens[name], *options, name=name)
        self.publishers[name] = publisher
        part = Part("publisher", publisher)
        self.outside.append(part)
        await part.start()

    async def line(self, kind: str, name: str) -> TcpProxy:
        """A new one, from outside to the entrance."""
        line = TcpProxy(name, self.entrance)
        await line.open()
        self.outside.append(Part(kind, line))
        return line

    async def stop(self) -> None:
        """Kill what is left; whoever has something to say about the end has said it."""
        for process in reversed([*self.processes()]):
            await asyncio.to_thread(process.kill)
        for part in self.parts:
            if isinstance(part.target, TcpProxy):
                await part.target.cut()


def full(folder: Path, *, replica_set: bool) -> Stack:
    """Two servers and a worker beside one MongoDB and one Redis, behind Caddy."""
    mongod = Mongod(folder, replica_set="rs0" if replica_set else None)
    to_mongod = TcpProxy("line to mongod", mongod.port)
    mongod.client_port = to_mongod.port
    redis = RedisServer(folder)
    to_redis = [TcpProxy(f"line {number} to redis", redis.port) for number in (1, 2)]
    servers = [
        Server(
            folder,
            name=f"server-{number}",
            database_url=mongod.url,
            redis_url=f"redis://{HOST}:{line.port}/0",
        )
        for number, line in enumerate(to_redis, start=1)
    ]
    for server in servers:
        server.command.append("--without-worker")
    caddy = Caddy(folder, servers)
    return Stack(
        folder,
        neighbours=[
            # A replica set's member that cannot reach itself as it starts does not come up: one at a time.
            Part("mongod's line", to_mongod, group="mongod"),
            Part("mongod", mongod, group="mongod"),
            Part("redis", redis),
            *(Part("redis' line", line) for line in to_redis),
        ],
        own=[
            *(Part("server", server, hold=paused(mongod), held="mongod") for server in servers),
            Part("worker", Worker(servers[0])),
            Part("caddy", caddy),
        ],
        server=servers[0],
        entrance=caddy.port,
        stored=rows_in_mongodb(mongod, "sense_live"),
        minutes=rows_in_mongodb(mongod, "sense_live", MINUTES),
    )


def embedded(folder: Path) -> Stack:
    """One server with everything in it, as `make run` has."""
    server = Server(folder)
    path = folder / "sense-live.sqlite3"
    own = [Part("server", server, hold=locked(path))]
    return Stack(folder, [], own, server, server.port, rows_in_sqlite(path), rows_in_sqlite(path, MINUTES))


# In one go: each start of manage.py costs more than all of this.
_PREPARE = """
import json
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from liveapp.accounts.links import sign_in_link
from liveapp.models import Device

call_command("migrate", interactive=False, verbosity=0)
maker = get_user_model().objects.create_superuser("maker")
watcher = get_user_model().objects.create_user("watcher")
watcher.groups.set([Group.objects.get(name="viewer"), Group.objects.create(name="watchers")])
limits = {name: ["watchers"] if number % 2 else [] for number, name in enumerate(names)}
tokens = {name: Device.create(id=name, name=name, groups=limits[name])[1] for name in names}
numbers = {name: Device.objects.get(id=name).number for name in names}
links = [sign_in_link(user, "") for user in (maker, watcher)]
print(json.dumps({"tokens": tokens, "numbers": numbers, "sign_in_paths": links}))
"""
