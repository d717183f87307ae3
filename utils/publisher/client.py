"""Keeps a connection to the server, for ever, without ever hammering it."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from time import monotonic

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from . import __version__
from .address import is_local
from .backoff import Backoff, jittered
from .clock import BoardClock
from .commands import Commands
from .counts import Counts
from .delivery import Delivery
from .failures import TOO_BIG, Failure, explain
from .session import Session
from .writer import Writer

log = logging.getLogger(__name__)

# A connection that lasted so long was a good one, even if there was nothing to send.
GOOD_AFTER_S = 30.0
GOING_AWAY = 1001
MOST_RECEIVED_BYTES = 2**20


class Client:
    """Sends what `writer` holds to `url`, as the device whose `token` it has."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        writer: Writer,
        clock: BoardClock,
        counts: Counts,
        commands: Commands,
        on_interval: Callable[[float], None],
        ack_timeout_s: float = 30.0,
        backlog_rate: float = 1000.0,
        reconnect_limit_s: float = 60.0,
        refused_wait_s: float = 300.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url
        self._token = token
        self._writer = writer
        self._clock = clock
        self._counts = counts
        self._commands = commands
        self._on_interval = on_interval
        self._backlog_rate = backlog_rate
        self._refused_wait_s = refused_wait_s
        self._tls = tls
        self._delivery = Delivery(writer, counts, ack_timeout_s=ack_timeout_s)
        self._backoff = Backoff(limit_s=reconnect_limit_s)
        self._said = ""

    async def run(self) -> None:
        """Connect, talk, wait, and again; ends only by cancellation."""
        while True:
            failure = await self._attempt()
            self._say(failure.text)
            wait_s = self._backoff.next_s() if failure.wait_s is None else jittered(failure.wait_s)
            log.debug("Waiting %.1f s before connecting again.", wait_s)
            await asyncio.sleep(wait_s)

    async def _attempt(self) -> Failure:
        began_s, acknowledged = monotonic(), self._acknowledged()
        try:
            await self._talk()
        except Exception as error:  # whatever it was, the next attempt may succeed: it is said, never raised
            log.debug("The connection ended.", exc_info=error)
            self._note_size(error)
            failure = explain(error, refused_wait_s=self._refused_wait_s)
        else:
            failure = Failure("The connection ended.")
        if monotonic() - began_s > GOOD_AFTER_S or self._acknowledged() > acknowledged:
            self._backoff.reset()
        return failure

    async def _talk(self) -> None:
        asked = self._clock.now()
        async with connect(
            self._url,
            additional_headers={"Authorization": f"Bearer {self._token}"},
            user_agent_header=f"sense-publisher/{__version__}",
            compression=None,
            # A proxy of the environment is for the world outside, never for this machine.
            proxy=None if is_local(self._url) else True,
            ssl=self._tls,
            max_size=MOST_RECEIVED_BYTES,
            close_timeout=2,
        ) as connection:
            session = Session(
                connection,
                writer=self._writer,
                delivery=self._delivery,
                clock=self._clock,
                counts=self._counts,
                commands=self._commands,
                asked=asked,
                backlog_rate=self._backlog_rate,
                on_interval=self._on_interval,
            )
            try:
                await session.run()
            except asyncio.CancelledError:
                # Left to itself the library closes with 1011, as if something had gone wrong here.
                await connection.close(GOING_AWAY)
                raise
            finally:
                if self._counts.connected:
                    self._said = ""
                self._counts.connected = False
                await self._writer.unsettle()

    def _acknowledged(self) -> int:
        return self._counts.stored + self._counts.duplicates + self._counts.rejected

    def _note_size(self, error: Exception) -> None:
        if isinstance(error, ConnectionClosed) and error.rcvd is not None and error.rcvd.code == TOO_BIG:
            self._delivery.shrink()

    def _say(self, text: str) -> None:
        # Once is enough: a network that is away for a week must not fill the log.
        if text != self._said:
            log.warning("%s", text)
        self._said = text
