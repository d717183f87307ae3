"""A screen that shows as long as the test wants, and the asking for it."""

import threading

from utils.publisher.matrix import Interrupted
from utils.publisher.tests.conftest import eventually

TEXT = {"text": "hello"}


class SlowScreen:
    """Shows until it is let go."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.threads: list[str] = []
        self.go_on = threading.Event()
        self.deaf = False

    def show_message(self, text: str, stop: threading.Event) -> None:
        self.shown.append(text)
        self.threads.append(threading.current_thread().name)
        while not self.go_on.wait(0.01):
            if stop.is_set() and not self.deaf:
                raise Interrupted

    def identify(self, stop: threading.Event) -> None:
        self.show_message("flash", stop)


async def ask(server, name, command_id="1", **more):
    """Send a command and wait for its result, without type and id."""
    await server.command(name, command_id, **more)
    return await result(server, command_id)


async def result(server, command_id="1"):
    def found():
        return [answer for answer in server.results if answer["id"] == command_id]

    await server.until(lambda: bool(found()))
    (answer,) = found()
    return {name: value for name, value in answer.items() if name not in ("type", "id")}


async def until_connected(board):
    await eventually(lambda: board.counts.connected)
