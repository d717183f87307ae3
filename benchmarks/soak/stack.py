"""What is soaked: real servers of one kind or the other, and how many readings their database holds."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.servers import Live
from benchmarks.soak.watch import Watched
from tests.processes import Process
from tests.servers import Mongod, RedisServer, Worker

# mongod keeps what it has read and written in a cache of 256 MiB; beside it it needs about as much again.
MONGOD_MOST_KIB = 640 * 1024


class Stack(NamedTuple):
    """`ours` are the programs whose logs are ours to keep clean; `stored` asks the database itself."""

    servers: list[Live]
    ours: list[Process]
    watched: list[Watched]
    stored: Callable[[], int]


@contextmanager
def embedded(folder: Path, boards: int) -> Iterator[Stack]:
    """One process with SQLite and the layer in memory, as it is when nothing is set up."""
    server = Live(folder)
    server.prepare(boards=boards)
    with server:
        yield Stack(
            [server], [server], [Watched("server", server.pid)], lambda: _in_sqlite(folder / "live.sqlite3")
        )


def _in_sqlite(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        return int(database.execute("SELECT count(*) FROM liveapp_reading").fetchone()[0])


@contextmanager
def several(folder: Path, boards: int) -> Iterator[Stack]:
    """Two servers and a worker on one MongoDB and one Redis."""
    with ExitStack() as stack:
        mongod, redis = stack.enter_context(Mongod(folder)), stack.enter_context(RedisServer(folder))
        servers = [
            Live(folder, name=name, database_url=mongod.url, redis_url=redis.url)
            for name in ("server-1", "server-2")
        ]
        servers[0].prepare(boards=boards)
        servers[1].tokens = servers[0].tokens
        for server in servers:
            server.command.append("--without-worker")
            stack.enter_context(server)
        worker = stack.enter_context(Worker(servers[0]))
        ours = [*servers, worker]
        watched = [Watched(process.name, process.pid) for process in (*ours, redis)]
        watched.append(Watched("mongod", mongod.pid, MONGOD_MOST_KIB))
        yield Stack(servers, ours, watched, lambda: _in_mongodb(mongod))


def _in_mongodb(mongod: Mongod) -> int:
    with mongod.client() as client:
        return int(client["sense_live"]["liveapp_reading"].count_documents({}))
