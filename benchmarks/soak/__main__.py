"""`python -m benchmarks.soak`: an hour at 300 readings a second with 200 dashboards that come and go."""

import argparse
import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import uvloop

from benchmarks import contenders, cpu
from benchmarks.servers import Live
from benchmarks.soak.crowd import Crowd
from benchmarks.soak.watch import Clock, Watched, table, write_csv
from benchmarks.viewers import raise_file_limit
from tests.servers import Mongod, RedisServer, Worker

# mongod keeps what it has read and written in a cache of 256 MiB; beside it it needs about as much again.
MONGOD_MOST_KIB = 640 * 1024
TELL_EVERY_S = 60.0


class Stack(NamedTuple):
    """What runs, and how many readings its database holds."""

    servers: list[Live]
    watched: list[Watched]
    stored: Callable[[], int]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--boards", type=int, default=300, help="each measures once a second")
    parser.add_argument("--dashboards", type=int, default=200, help="how many are open at any time")
    parser.add_argument("--every", type=float, default=10, metavar="SECONDS", help="between two samples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--embedded", action="store_true", help="one process with SQLite, as nothing set up")
    parser.add_argument("--samples", type=Path, metavar="FILE", help="write all samples as CSV")
    return parser.parse_args()


@contextmanager
def embedded(folder: Path, boards: int) -> Iterator[Stack]:
    server = Live(folder)
    server.prepare(boards=boards)
    with server:
        yield Stack([server], [Watched("server", server.pid)], lambda: _in_sqlite(folder / "live.sqlite3"))


def _in_sqlite(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        return int(database.execute("SELECT count(*) FROM liveapp_reading").fetchone()[0])


@contextmanager
def several(folder: Path, boards: int) -> Iterator[Stack]:
    """Two servers and a worker on one MongoDB and one Redis."""
    with ExitStack() as stack:
        mongod, redis = stack.enter_context(Mongod(folder)), stack.enter_context(RedisServer(folder))
        urls = {"database_url": mongod.url, "redis_url": redis.url}
        servers = [Live(folder, name=name, **urls) for name in ("server-1", "server-2")]
        servers[0].prepare(boards=boards)
        servers[1].tokens = servers[0].tokens
        for server in servers:
            server.command.append("--without-worker")
            stack.enter_context(server)
        worker = stack.enter_context(Worker(servers[0]))
        watched = [Watched(process.name, process.pid) for process in (*servers, worker, redis)]
        yield Stack(
            servers, [*watched, Watched("mongod", mongod.pid, MONGOD_MOST_KIB)], lambda: _in_mongodb(mongod)
        )


def _in_mongodb(mongod: Mongod) -> int:
    with mongod.client() as client:
        return int(client["sense_live"]["liveapp_reading"].count_documents({}))


async def soak(stack: Stack, options: argparse.Namespace) -> Crowd:
    """Let the crowd in for the given time, and look at the processes meanwhile."""
    first = contenders.live(stack.servers[0])
    doors = [
        first.audience.address._replace(
            port=server.port, headers={**first.audience.address.headers, "Origin": server.url}
        )
        for server in stack.servers
    ]
    crowd = Crowd([contenders.live_way(server) for server in stack.servers], doors, seed=options.seed)
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(options.boards):
                group.create_task(crowd.measure(number, len(stack.servers)))
            for _ in range(options.dashboards):
                group.create_task(crowd.watch(options.boards))
            group.create_task(_look(stack, crowd, options))
    except asyncio.CancelledError:
        print("Cut short; this is what was seen so far.", flush=True)
    return crowd


async def _look(stack: Stack, crowd: Crowd, options: argparse.Namespace) -> None:
    clock, told_s = Clock(), 0.0
    try:
        while clock.after_s() < options.minutes * 60:
            await asyncio.sleep(min(options.every, options.minutes * 60 - clock.after_s()))
            for watched in stack.watched:
                watched.look(clock.after_s())
            if clock.after_s() >= told_s + TELL_EVERY_S:
                told_s = clock.after_s()
                print(_progress(told_s, stack, crowd), file=sys.stderr, flush=True)
    finally:
        crowd.end()


def _progress(after_s: float, stack: Stack, crowd: Crowd) -> str:
    memory = ", ".join(f"{one.name} {one.samples[-1].kib / 1024:.1f}" for one in stack.watched)
    return f"{after_s / 60:5.1f} min: {crowd.counts['stored']:,} stored, {crowd.counts['visits']} visits; MiB: {memory}"


def report(stack: Stack, crowd: Crowd) -> bool:
    """Prints what was seen; whether all is well."""
    counts, stored = crowd.counts, stack.stored()
    print(table(stack.watched))
    print(f"\n{counts['stored']:,} readings acknowledged, {stored:,} in the database.")
    print(
        f"{counts['visits']:,} dashboards came, {counts['cut off']:,} were cut off, {counts['deaf']:,} did not read "
        f"for a while. They heard {counts['readings']:,} frames, {counts['gap']:,} gaps, {counts['error']:,} errors."
    )
    flat = all(one.is_flat() for one in stack.watched)
    exact = stored == counts["stored"]
    print(f"\nMemory: {'flat' if flat else 'GROWS'}. Readings: {'exact' if exact else 'NOT EXACT'}.")
    return flat and exact


def main() -> int:
    options = parse()
    cpu.check()
    raise_file_limit()
    with tempfile.TemporaryDirectory() as name:
        with (embedded if options.embedded else several)(Path(name), options.boards) as stack:
            with suppress(KeyboardInterrupt):
                crowd = uvloop.run(soak(stack, options))
            fine = report(stack, crowd)
        tracebacks = [server.name for server in stack.servers if "Traceback" in server.output()]
    if options.samples:
        write_csv(options.samples, stack.watched)
    if tracebacks:
        print(f"There is a traceback in the log of {', '.join(tracebacks)}.")
    return 0 if fine and not tracebacks else 1


if __name__ == "__main__":
    sys.exit(main())
