"""The last frames of this process in one ring: every viewer reads it at its own pace."""

import asyncio
import json
from collections import deque
from typing import Any

from liveapp.access import Access
from liveapp.audience import EVERYTHING, Sight, View
from liveapp.narrowing import narrowed, narrowed_readings
from liveapp.protocol import encode

# So far back a frame is kept ready for every view; for a viewer slower than that it is read from its text.
READY_FRAMES = 64


class Frame:
    """One message to dashboards, encoded once per distinct view, never once per client."""

    __slots__ = ("_is_readings", "_message", "_persons", "_sends", "number", "time_ms", "weight")

    def __init__(self, number: int, time_ms: int, message: dict[str, Any]) -> None:
        self.number = number
        self.time_ms = time_ms
        self.weight = _weight(message)
        self._is_readings = message["type"] == "readings"
        # Those to whom it may be another one than to anybody else with the same rights.
        self._persons = {
            one["guard"][role]
            for one in (message, *message.get("changes", ()))
            for role in ("owner", "author")
            if role in one.get("guard", ())
        }
        # None once it is packed.
        self._message: dict[str, Any] | None = message
        self._sends: dict[Sight | View | tuple[Sight, Access], dict[str, str] | None] = {}

    @property
    def message(self) -> dict[str, Any]:
        """As it was put into the ring: for everybody."""
        if self._message is not None:
            return self._message
        whole = self._sends[EVERYTHING]
        assert whole is not None
        message: dict[str, Any] = json.loads(whole["text"])
        return message

    def send_for(self, view: View) -> dict[str, str] | None:
        """The ASGI message for a view; None when nothing in it is for that one."""
        # Who sees the same devices gets the same readings, whatever else they may do.
        key = view.sight if self._is_readings else view if view.person in self._persons else view[:2]
        try:
            return self._sends[key]
        except KeyError:
            send = self._encoded(view)
            if self._message is not None:
                self._sends[key] = send
            return send

    def _encoded(self, view: View) -> dict[str, str] | None:
        if self._is_readings:
            return _send(narrowed_readings(self.message, view.sight))
        return _send(narrowed(self.message, view))

    def pack(self) -> None:
        """Keep the text alone: as objects a reading takes about seven times as much memory."""
        if self._is_readings and self._message is not None:
            self._sends = {EVERYTHING: self._sends.get(EVERYTHING) or _send(self._message)}
            self._message = None
        elif not self._is_readings:
            self._sends = {}


def _send(message: dict[str, Any] | None) -> dict[str, str] | None:
    return None if message is None else {"type": "websocket.send", "text": encode(message)}


def _weight(message: dict[str, Any]) -> int:
    return sum(len(one["time"]) for one in message["series"]) if message["type"] == "readings" else 1


class FellBehind(Exception):
    """The viewer wants a frame that the ring no longer holds."""


class Ring:
    """Bounded by frames and by readings, whatever the number of viewers; a slow one blocks nobody."""

    def __init__(self, *, max_frames: int = 1024, max_readings: int = 200_000) -> None:
        self._frames: deque[Frame] = deque()
        self._max_frames = max_frames
        self._max_readings = max_readings
        self._readings = 0
        self._waiters: list[asyncio.Future[None]] = []
        self.next_number = 1
        # The last one that readings were given.
        self.sequence = 0

    def append(self, message: dict[str, Any], *, time_ms: int) -> None:
        """Add a message and wake every viewer that waits."""
        if message["type"] == "readings":
            # Of the clock, not of the frames: those that others are sent cannot be counted by it.
            self.sequence = max(self.sequence, time_ms)
            message = {"type": "readings", "sequence": self.sequence, **message}
        frame = Frame(self.next_number, time_ms, message)
        self._frames.append(frame)
        self.next_number += 1
        self._readings += frame.weight
        while len(self._frames) > self._max_frames or (
            self._readings > self._max_readings and len(self._frames) > 1
        ):
            self._readings -= self._frames.popleft().weight
        if len(self._frames) > READY_FRAMES:
            self._frames[-READY_FRAMES - 1].pack()
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def get(self, number: int) -> Frame:
        """Frame `number`, when it is there. Raises FellBehind when it is gone already."""
        while number >= self.next_number:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        oldest = self.oldest()
        if number < oldest:
            raise FellBehind
        return self._frames[number - oldest]

    def clear(self) -> None:
        """Forget all frames: who was not sent them yet has fallen behind."""
        self._frames.clear()
        self._readings = 0

    def oldest(self) -> int:
        return self._frames[0].number if self._frames else self.next_number
