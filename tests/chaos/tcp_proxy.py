"""A line between two programs that can be cut, or can go silent while it stays open."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress

from tests.processes import HOST, free_port

CHUNK_BYTES = 65_536


class TcpProxy:
    """Forwards connections from its own `port` to `target_port`, until told otherwise."""

    def __init__(self, name: str, target_port: int) -> None:
        self.name = name
        self.port = free_port()
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._links: dict[asyncio.Task[None], list[asyncio.StreamWriter]] = {}

    async def open(self) -> None:
        """Take connections (again)."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, HOST, self.port)

    async def cut(self) -> None:
        """Reset all connections and refuse new ones, until `open`."""
        if self._server is not None:
            self._server.close()
            self._server = None
        links, self._links = self._links, {}
        for task, writers in links.items():
            for writer in writers:
                _reset(writer)
            task.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    def stall(self) -> None:
        """Forward nothing in either direction, and close nothing: a network that swallows packets."""
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    def strand(self) -> None:
        """Forward nothing more of what is open, and close nothing; what opens later flows: a firewall that forgot."""
        self._flowing.clear()
        self._flowing = asyncio.Event()
        self._flowing.set()

    @property
    def is_whole(self) -> bool:
        return self._server is not None and self._flowing.is_set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        writers = self._links[task] = [writer]
        try:
            await self._link(reader, writer, writers)
        except (OSError, asyncio.CancelledError):
            # Either end went away, or the line was cut: that is what it is for.
            pass
        finally:
            self._links.pop(task, None)
            for one in writers:
                one.transport.abort()
            await asyncio.gather(*(one.wait_closed() for one in writers), return_exceptions=True)

    async def _link(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, writers: list[asyncio.StreamWriter]
    ) -> None:
        flowing = self._flowing
        await flowing.wait()
        far_reader, far_writer = await asyncio.open_connection(HOST, self._target_port)
        writers.append(far_writer)
        ways = [_forward(reader, far_writer, flowing), _forward(far_reader, writer, flowing)]
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            with suppress(OSError):
                # What the one said last before it hung up is for the other to read.
                await asyncio.gather(writer.drain(), far_writer.drain())
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _forward(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flowing: asyncio.Event
) -> None:
    while data := await reader.read(CHUNK_BYTES):
        await flowing.wait()
        writer.write(data)
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    # Not to linger at all is what makes the other side see a reset instead of an orderly end.
    line = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
