"""The ingest part of a run: readings a second that are durable and acknowledged, on both databases."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import uvloop

from benchmarks import boards, contenders
from benchmarks.boards import Way
from benchmarks.report import Promise, Row
from benchmarks.servers import Live, Tutorial
from benchmarks.sizes import Sizes
from benchmarks.websocket import frame
from tests.processes import ROOT
from tests.programs import mongod_program
from tests.servers import Mongod

# Messages are made beforehand; nothing here takes more readings a second than this.
MOST_PER_S = {1: 15_000, 100: 120_000, 1_000: 200_000}
# One device's rate in the store and in raw inserts needs no long look.
STORE_SHARE = 0.15
WARM_UP = 2
RAW = {"SQLite": "raw executemany", "MongoDB": "raw insert_many"}
Rates = dict[tuple[str, str, int], list[float]]


@dataclass(frozen=True)
class Database:
    """One engine with both servers on it."""

    name: str
    live: Live
    tutorial: Tutorial


def run(folder: Path, sizes: Sizes) -> tuple[list[Row], list[str]]:
    rates: Rates = defaultdict(list)
    with ExitStack() as stack:
        databases = list(_databases(stack, folder, sizes))
        for _ in range(sizes.repeats):
            for database in databases:
                _measure(database, sizes, rates)
    left_out = len(databases) < len(sizes.databases)
    notes = ["There is no mongod on this machine: MongoDB was left out."] if left_out else []
    return [row for database in databases for row in _rows(database.name, rates, sizes)], notes


def _databases(stack: ExitStack, folder: Path, sizes: Sizes) -> Iterator[Database]:
    if "SQLite" in sizes.databases:
        yield _database("SQLite", stack, folder, sizes, lambda _: None)
    if "MongoDB" in sizes.databases and mongod_program():
        mongod = stack.enter_context(Mongod(folder))
        yield _database("MongoDB", stack, folder, sizes, mongod.database_url)


def _database(
    name: str, stack: ExitStack, folder: Path, sizes: Sizes, url: Callable[[str], str | None]
) -> Database:
    live = Live(folder, database_url=url("live"), name=f"live-{name}")
    tutorial = Tutorial(folder, database_url=url("tutorial"), name=f"tutorial-{name}")
    live.prepare(boards=sizes.senders)
    tutorial.prepare()
    return Database(name, stack.enter_context(live), stack.enter_context(tutorial))


def _measure(database: Database, sizes: Sizes, rates: Rates) -> None:
    seconds = sizes.window_s / 2
    way = contenders.tutorial_way(database.tutorial, "/ws/kept/", sizes.senders)
    rates[database.name, "tutorial", 1].append(_rate(way, _single, _is_ok, 1, seconds))
    for batch in sizes.batches:
        way = contenders.live_way(database.live)
        rates[database.name, "live", batch].append(_rate(way, _batch, _stored, batch, seconds))
    for batch, found in _store_rates(database.live, sizes).items():
        for name, rate in found.items():
            rates[database.name, name, batch].append(rate)


def _rate(
    way: Way, message: Callable[[int, int], bytes], stored: Callable[[bytes], int], batch: int, seconds: float
) -> float:
    """Readings a second, from the first message to the last answer."""
    number = len(way.addresses)
    each = int(MOST_PER_S[batch] * seconds / batch / number) + WARM_UP + 1
    frames = [[frame(message(board, batch)) for _ in range(each)] for board in range(number)]
    return uvloop.run(_send(way, frames, stored, seconds))


async def _send(
    way: Way, frames: Sequence[list[bytes]], stored: Callable[[bytes], int], seconds: float
) -> float:
    opened = await boards.open_boards(way, len(way.addresses))
    await boards.send_fast(opened, [mine[:WARM_UP] for mine in frames], stored, seconds=seconds)
    done, took_s = await boards.send_fast(
        opened, [mine[WARM_UP:] for mine in frames], stored, seconds=seconds
    )
    for board in opened:
        board.close()
    return done / took_s


def _single(board: int, _: int) -> bytes:
    return contenders.tutorial_message(board)


def _batch(board: int, size: int) -> bytes:
    readings = ",".join(f"{{{boards.values()}}}" for _ in range(size))
    return f'{{"type":"readings","id":{board},"readings":[{readings}]}}'.encode()


def _is_ok(answer: bytes) -> int:
    return int(json.loads(answer)["ok"])


def _stored(answer: bytes) -> int:
    return int(json.loads(answer)["stored"])


def _store_rates(live: Live, sizes: Sizes) -> dict[int, dict[str, float]]:
    batches = [str(batch) for batch in sizes.batches if batch > 1]
    command = [sys.executable, "-m", "benchmarks.storage", str(sizes.window_s * STORE_SHARE), *batches]
    env = {**live.full_env, "DJANGO_SETTINGS_MODULE": "learndj.settings"}
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"benchmarks.storage failed:\n{done.stderr[:4000]}"
    return {int(batch): found for batch, found in json.loads(done.stdout).items()}


def _rows(name: str, rates: Rates, sizes: Sizes) -> Iterator[Row]:
    fifty = Promise("≥ 50", least_ratio=50) if name == "MongoDB" else None
    most = Promise("≥ 0.6", least_ratio=0.6)
    tutorial = rates[name, "tutorial", 1]
    for batch in sizes.batches:
        what = f"{name}, {sizes.senders} boards, {batch:,} a message"
        ours = rates[name, "live", batch]
        yield Row(
            what, "/s", ours, "serializer and save, one a message", tutorial, fifty if batch > 1 else None
        )
    for batch in sizes.batches:
        if batch > 1:
            raw = rates[name, "raw", batch]
            what = f"{name}, {sizes.senders} boards, {batch:,} a message"
            yield Row(what, "/s", rates[name, "live", batch], f"{RAW[name]} of {batch:,}", raw)
            what = f"{name}, store alone, {batch:,} a commit"
            yield Row(what, "/s", rates[name, "ours", batch], f"{RAW[name]} of {batch:,}", raw, most)
