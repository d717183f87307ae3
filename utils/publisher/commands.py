"""Carries out the server's commands, one at a time, in a thread of its own, and says what became of each."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from websockets.exceptions import ConnectionClosed

from .matrix import Interrupted, Screen
from .protocol import Command, result_message, shorten

log = logging.getLogger(__name__)

LONGEST_SHOWN = 100
LONGEST_NAME = 64
# The server waits 10 s for a result, and a long text scrolls for a minute: what went well for so long is answered.
ANSWER_WITHIN_S = 5.0
STOP_WITHIN_S = 1.0

BUSY = "The board is still busy with the last command."
BAD_TEXT = (
    f'show_message needs args {{"text": …}} with 1 to {LONGEST_SHOWN} printable characters and nothing else.'
)
BAD_IDENTIFY = "identify takes no args."

Show = Callable[[Screen], None]


class Connection(Protocol):
    """What is needed of a WebSocket connection."""

    async def send(self, message: str) -> None:
        """Send one text frame."""


class Refused(Exception):
    """A command that is not carried out; its text says why."""


class Commands:
    """The commands of one run. `open_screen` gives what to show on; it is called in the thread."""

    def __init__(self, open_screen: Callable[[], Screen]) -> None:
        self._open_screen = open_screen
        self._stop = threading.Event()
        self._shown: asyncio.Future[str] | None = None
        self._answers: set[asyncio.Task[None]] = set()

    async def hear(self, command: Command, connection: Connection) -> None:
        """Begin `command`, or refuse it; the result goes over `connection` while that is open."""
        try:
            shown = self._begin(command)
        except Refused as refusal:
            log.info("A command of the server is not carried out: %s", refusal)
            await _answer(command, str(refusal), connection)
            return
        task = asyncio.create_task(_answer_later(command, shown, connection))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def close(self) -> None:
        """Interrupt what is shown and wait for its end, for a second at most."""
        self._stop.set()
        if self._shown is not None:
            await asyncio.wait([self._shown], timeout=STOP_WITHIN_S)
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    def _begin(self, command: Command) -> "asyncio.Future[str]":
        show = self._understand(command)
        if self._shown is not None and not self._shown.done():
            raise Refused(BUSY)
        log.info("Carrying out the server's command %s.", command.name)
        loop = asyncio.get_running_loop()
        self._shown = loop.create_future()
        # A daemon: a bus that never answers must not keep the program from ending.
        threading.Thread(
            target=self._work, args=(show, loop, self._shown), name="matrix", daemon=True
        ).start()
        return self._shown

    def _understand(self, command: Command) -> Show:
        match command.name:
            case "show_message":
                text = _text(command.args)
                return lambda screen: screen.show_message(text, self._stop)
            case "identify":
                if command.args not in (None, {}):
                    raise Refused(BAD_IDENTIFY)
                return lambda screen: screen.identify(self._stop)
        raise Refused(f'This board does not know the command "{shorten(command.name, LONGEST_NAME)}".')

    def _work(self, show: Show, loop: asyncio.AbstractEventLoop, shown: "asyncio.Future[str]") -> None:
        problem = self._try(show)
        try:
            loop.call_soon_threadsafe(_give, shown, problem)
        except RuntimeError:
            # The program has ended meanwhile; nobody waits any more.
            return

    def _try(self, show: Show) -> str:
        try:
            show(self._open_screen())
        except Interrupted:
            return "The publisher was stopped meanwhile."
        except Exception as error:  # the library raises whatever its parts raise
            problem = f"The board's LED matrix cannot be used: {str(error) or type(error).__name__}."
            log.warning("%s", shorten(problem))
            return problem
        return ""


def _text(args: object) -> str:
    match args:
        case {"text": str(text), **rest} if (
            not rest and 1 <= len(text) <= LONGEST_SHOWN and text.isprintable()
        ):
            return text
    raise Refused(BAD_TEXT)


def _give(shown: "asyncio.Future[str]", problem: str) -> None:
    if not shown.done():
        shown.set_result(problem)


async def _answer_later(command: Command, shown: "asyncio.Future[str]", connection: Connection) -> None:
    ended, _ = await asyncio.wait([shown], timeout=ANSWER_WITHIN_S)
    await _answer(command, shown.result() if ended else "", connection)


async def _answer(command: Command, problem: str, connection: Connection) -> None:
    try:
        await connection.send(result_message(command.id, problem))
    except ConnectionClosed:
        log.debug("The connection closed before the result of %s could be sent.", shorten(command.name))
