"""The frames of the ring, one after the other, to one viewer."""

import asyncio
import logging
from collections.abc import Callable

from liveapp.audience import View
from liveapp.clock import now_ms
from liveapp.consumers.socket import Socket
from liveapp.narrowing import narrowed
from liveapp.ring import FellBehind

INTERNAL_ERROR = 1011

logger = logging.getLogger(__name__)


class Pump:
    """Sends at the viewer's own pace: a slow one falls behind alone. `view` says what the next frame is narrowed to."""

    def __init__(self, socket: Socket, view: Callable[[], View]) -> None:
        self._socket = socket
        self._view = view
        # The frame that it waits for or sends.
        self._position = 0
        self._running: asyncio.Task[None] | None = None

    @property
    def is_started(self) -> bool:
        return self._running is not None

    def start(self, number: int) -> None:
        self._position = number
        self._running = asyncio.create_task(self._run(number))
        self._running.add_done_callback(self._ended)

    async def stop(self, otherwise: int = 0) -> int:
        """The frame to go on with: the one it had come to, `otherwise` when it was never started."""
        if self._running is None:
            return otherwise
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        return self._position

    def _ended(self, pump: asyncio.Task[None]) -> None:
        if not pump.cancelled() and (error := pump.exception()):
            # A defect of ours: better a viewer that comes back than one that waits for frames for ever.
            logger.error("A dashboard's frames stopped.", exc_info=error, extra=self._socket.fields())
            self._socket.close_soon(INTERNAL_ERROR)

    async def _run(self, number: int) -> None:
        process, send = self._socket.process, self._socket.base_send
        ring, counts = process.hub.ring, process.counts
        sent_ms = now_ms()
        try:
            while True:
                self._position = number
                try:
                    frame = await ring.get(number)
                except FellBehind:
                    number = ring.next_number
                    counts.gaps["slow"] += 1
                    gap = narrowed({"type": "gap", "start": sent_ms, "end": now_ms()}, self._view())
                    if gap is not None:
                        await self._socket.send_message(gap)
                    continue
                message = frame.send_for(self._view())
                if message is not None:
                    await send(message)
                    counts.frames_sent += 1
                number, sent_ms = number + 1, frame.time_ms
        except OSError:
            # The viewer went away in the middle of a frame; its disconnect follows.
            return
