"""How well this process hears the bus: what of it was missed, and whether it brings anything at all."""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from typing import Any

from liveapp import bus
from liveapp.clock import now_ms
from liveapp.presence import HEARTBEAT_S
from liveapp.senders import Senders

# Each process says something so often, so that a hole shows soon on a quiet bus too.
PULSE_S = 2.0
# So many pulses of its own that did not come back, and the process takes the bus for broken.
LOST_PULSES = 3

logger = logging.getLogger(__name__)


class Reception:
    """With a bus of its own it listens for its own pulse there.

    `on_miss` is called with the time, in ms, since when messages were missed; `tell` with what dashboards must know.
    """

    def __init__(
        self,
        *,
        own_bus: bus.Bus | None,
        on_miss: Callable[[int], None],
        tell: Callable[[dict[str, Any]], None],
    ) -> None:
        self._bus = own_bus
        self._own = own_bus.sender if own_bus is not None else ""
        self._on_miss = on_miss
        self._tell = tell
        self._senders = Senders(own=self._own, opened_ms=now_ms())
        self._lost_pulses = 0
        # Since when dashboards get nothing live, in ms; None while they do.
        self.interrupted_since_ms: int | None = None
        # Until then nobody is taken for gone: heartbeats come over the bus too.
        self._trusted_from_s = 0.0

    def hears_all(self) -> bool:
        """Whether the bus has brought everything for long enough that who was not heard is not there."""
        return self.interrupted_since_ms is None and time.monotonic() >= self._trusted_from_s

    async def pulse(self) -> None:
        """Until it is cancelled; at once without a bus."""
        while self._bus is not None:
            self._bus.post("pulse", {})
            self._lost_pulses += 1
            await asyncio.sleep(PULSE_S)
            if self._lost_pulses >= LOST_PULSES and self.interrupted_since_ms is None:
                self._interrupt()

    def _interrupt(self) -> None:
        since_ms = self.interrupted_since_ms = self._senders.heard_ms(self._own)
        self._trusted_from_s = math.inf
        logger.warning("The channel layer brings nothing: dashboards of this process wait for it.")
        self._tell({"type": "interrupted", "since": since_ms})

    def hear(self, sender: str, number: int) -> None:
        """A message has come, the sender's `number`th."""
        since_ms = self._senders.hear(sender, number, now_ms=now_ms(), now_s=time.monotonic())
        if since_ms is not None:
            self._on_miss(since_ms)
        if sender == self._own:
            self._hear_myself()

    def _hear_myself(self) -> None:
        if self._lost_pulses > 1:
            # With its own pulses the others' were lost. They are heard again as well, but not all before the next look.
            self._senders.give_time(now_s=time.monotonic())
        self._lost_pulses = 0
        if self.interrupted_since_ms is not None:
            self.interrupted_since_ms = None
            self._trusted_from_s = time.monotonic() + 2 * HEARTBEAT_S
            logger.warning("The channel layer brings messages again: dashboards of this process are told.")
            self._tell({"type": "resumed"})

    def forget(self, sender: str) -> None:
        """It stopped after all of its messages: nothing of it was missed."""
        self._senders.forget(sender)

    def notice_dead(self) -> None:
        # While the bus itself is silent nobody can be heard.
        if self._lost_pulses <= 1:
            for since_ms in self._senders.bury(now_s=time.monotonic()):
                self._on_miss(since_ms)
