"""A server with a few simulated boards that have been measuring for a while, and still do: what the pictures show."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from websockets.sync.client import connect

from tests.home import Home, prepare
from tests.servers import Server
from utils.publisher.simulator import Simulator

HISTORY_S = 16 * 60
AT_ONCE = 500

Values = dict[str, float]


class Board:
    """The publisher's simulator in a room of its own: its values shifted by `offsets`, and no others."""

    def __init__(self, id_: str, name: str, *, seed: int, co2: float | None = None, **offsets: float) -> None:
        self.id, self.name = id_, name
        self._offsets, self._co2 = offsets, co2
        self._now_s = time.time() - HISTORY_S
        self._simulator = Simulator(seed=seed, time_s=lambda: self._now_s)

    def read(self, now_s: float) -> Values:
        self._now_s = now_s
        given = self._simulator.read()
        values = {name: round((given[name] or 0.0) + offset, 2) for name, offset in self._offsets.items()}
        if self._co2 is not None:
            # Where people breathe it gets warm too.
            values["co2"] = round(self._co2 + 40 * (values["temperature"] - 22))
        return {"time": round(now_s * 1000), **values}


BOARDS = [
    Board("kitchen", "Kitchen", seed=7, temperature=0.4, humidity=3, pressure=0),
    Board("class-2b", "Class 2b", seed=21, temperature=1.6, humidity=-4, pressure=-0.6, co2=980),
    Board("greenhouse", "Greenhouse", seed=3, temperature=4.2, humidity=21, pressure=0.3),
    Board("workshop", "Workshop", seed=12, temperature=-2.9, humidity=8, pressure=-0.2),
]


@contextmanager
def furnished() -> Iterator[Home]:
    """The server with all boards connected."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as boards:
        home = prepare(Server(Path(folder)))
        home.server.manage("device", "delete", "kitchen", "--yes")
        tokens = [home.server.manage("device", "add", one.id, "--name", one.name).strip() for one in BOARDS]
        with home.server:
            for board, token in zip(BOARDS, tokens, strict=True):
                _send_history(home, board, token)
                boards.enter_context(_connected(home, board, token))
            yield home
            boards.close()


def _send_history(home: Home, board: Board, token: str) -> None:
    """What the board measured so far, second by second, sent as a spool sends it."""
    begin_s = time.time() - HISTORY_S
    readings = [board.read(begin_s + second) for second in range(HISTORY_S)]
    for start in range(0, len(readings), AT_ONCE):
        home.post(readings[start : start + AT_ONCE], token=token)


@contextmanager
def _connected(home: Home, board: Board, token: str) -> Iterator[None]:
    """The board goes on measuring once a second over its WebSocket."""
    ended = threading.Event()
    url = f"{home.server.websocket_url}/ws/device/"

    def run() -> None:
        with connect(url, additional_headers={"Authorization": f"Bearer {token}"}, proxy=None) as socket:
            socket.recv()
            while not ended.wait(1):
                socket.send(json.dumps(board.read(time.time())))
                # The ack is read: a socket that nobody reads from is closed after a while.
                socket.recv()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(5)
