"""The layer's one group, with a number on every message so that a hole can be noticed."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from liveapp.counts import Counts
from liveapp.folding import Folding

GROUP = "live"
RETRY_S = 1.0
# A layer that hangs is as good as one that is away.
SEND_S = 5.0
# A layer that hangs does not hold up the end of a process.
LAST_WORDS_S = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """`sender` and `number` count up per sending process; `sender` is empty for one that does not count."""

    kind: str
    body: dict[str, Any]
    sender: str = ""
    number: int = 0


class Bus:
    """Sends to every server process, this one included."""

    def __init__(self, counts: Counts | None = None) -> None:
        self._counts = counts or Counts()
        self.sender = uuid.uuid4().hex[:16]
        self._number = 0
        self._away_since: float | None = None
        self._posting: set[asyncio.Task[bool]] = set()
        self.changes = Folding(self.send)
        self.loop = asyncio.get_running_loop()

    def open(self) -> None:
        """From now on this is the bus of the process, for its threads too."""
        global _local
        _local = self

    async def close(self) -> None:
        """Let what was posted go, and say that nothing comes after it."""
        global _local
        if _local is self:
            _local = None
        if self._posting:
            await asyncio.wait(self._posting, timeout=LAST_WORDS_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self.changes.close()
                await self.send("goodbye", {"sender": self.sender})

    def post(self, kind: str, body: dict[str, Any]) -> None:
        """Send without waiting: nobody's ack is held up by the layer. What is posted first goes first."""
        task = asyncio.create_task(self.send(kind, body))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    def skip(self) -> None:
        """Something was not sent at all: spend a number, so that all processes notice the hole."""
        self._number += 1

    async def send(self, kind: str, body: dict[str, Any]) -> bool:
        """Tell all processes; False when the layer is away. The number is spent either way: a hole shows."""
        self._number += 1
        message = _message(kind, body, self.sender, self._number)
        try:
            async with asyncio.timeout(SEND_S):
                await layer().group_send(GROUP, message)
        except Exception as error:
            self._counts.sent["failed"] += 1
            # Acked means stored; whatever ails the bus must not reach ingest. Logged once, not per message.
            if self._away_since is None:
                self._away_since = time.monotonic()
                logger.warning("The channel layer does not answer, live updates wait: %r", error)
            return False
        self._counts.sent["done"] += 1
        if self._away_since is not None:
            logger.warning("The channel layer is back after %.1f s.", time.monotonic() - self._away_since)
            self._away_since = None
        return True


def _message(kind: str, body: dict[str, Any], sender: str = "", number: int = 0) -> dict[str, Any]:
    return {"type": "live", "kind": kind, "body": body, "sender": sender, "number": number}


_local: "Bus | None" = None


def announce_soon(kind: str, body: dict[str, Any]) -> None:
    """Send from a thread of a server process without waiting, or from a command, where it is waited for."""
    bus = _local
    if bus is None or bus.loop.is_closed():
        async_to_sync(announce)(kind, body)
    else:
        # Nobody's save, and no ack behind it, is held up by a layer that hangs.
        bus.loop.call_soon_threadsafe(bus.post, kind, body)


def announce_change(change: dict[str, Any]) -> None:
    """The same for a change of an object; several that come at once go together."""
    bus = _local
    if bus is None or bus.loop.is_closed():
        async_to_sync(announce)("changes", {"changes": [change]})
    else:
        bus.loop.call_soon_threadsafe(bus.changes.add, change)


async def announce(kind: str, body: dict[str, Any]) -> None:
    """Send one message from outside a server process; it is not counted."""
    try:
        async with asyncio.timeout(SEND_S):
            await layer().group_send(GROUP, _message(kind, body))
    except Exception as error:
        logger.warning("The channel layer does not answer, a %s was not announced: %r", kind, error)


async def subscribe() -> str:
    """Join the group; returns the channel to receive from. Raises what the layer raises when it is away."""
    async with asyncio.timeout(SEND_S):
        # Asked first, because a channel that fails half-made stays behind in the layer and fills up unread.
        await layer().group_send(GROUP, _message("presence", {}))
        channel: str = await layer().new_channel()
        try:
            await layer().group_add(GROUP, channel)
        except BaseException:
            # Most often its own time-out, as a cancellation: the layer puts a channel into the group before it waits.
            await _abandon(channel)
            raise
    return channel


async def _abandon(channel: str) -> None:
    """Nobody is going to read it: it leaves the group, and the layer. One that hangs is not waited for."""
    with suppress(Exception):
        async with asyncio.timeout(LAST_WORDS_S):
            # At once, for each is done before its first waiting.
            await asyncio.gather(layer().group_discard(GROUP, channel), _end(channel), return_exceptions=True)


async def _end(channel: str) -> None:
    """A layer knows no other word for it: a channel ends with its receiver, when that is cancelled."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0):
            while True:
                await layer().receive(channel)


async def unsubscribe(channel: str) -> None:
    await layer().group_discard(GROUP, channel)


async def disconnect() -> None:
    """Let the layer make new connections: one that was forgotten on the way is silent for ever, and fails never."""
    async with asyncio.timeout(SEND_S):
        await layer().flush()


async def receive(channel: str, *, patience_s: float | None = None) -> AsyncIterator[Message]:
    """What comes. Raises TimeoutError when nothing did for so long."""
    while True:
        try:
            async with asyncio.timeout(patience_s):
                message = await layer().receive(channel)
        except TimeoutError:
            raise TimeoutError(f"nothing came for {patience_s:g} s") from None
        yield Message(message["kind"], message["body"], message["sender"], message["number"])


def layer() -> Any:
    return get_channel_layer()
