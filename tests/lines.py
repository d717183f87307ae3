"""A line that can be cut or go silent, for tests that are not async: it is served in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tests.chaos.tcp_proxy import TcpProxy

PATIENCE_S = 10


class Line:
    """From its own `port` to `target_port`."""

    def __init__(self, target_port: int) -> None:
        self._proxy = TcpProxy("line", target_port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self.port = self._proxy.port

    def open(self) -> None:
        """Take connections (again)."""
        self._run(self._proxy.open)

    def cut(self) -> None:
        """Reset all connections and refuse new ones, until `open`."""
        self._run(self._proxy.cut)

    def strand(self) -> None:
        """What is open keeps silent for ever, what opens later flows: a firewall that forgot."""

        async def strand() -> None:
            self._proxy.strand()

        self._run(strand)

    def _run(self, act: Callable[[], Any]) -> None:
        asyncio.run_coroutine_threadsafe(act(), self._loop).result(PATIENCE_S)

    def __enter__(self) -> Self:
        self._thread.start()
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()
