"""A WebSocket client light enough that a thousand of them leave the processor to the server."""

import asyncio
import base64
import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FINAL = 0x80
MASKED = 0x80
# A mask of zeros is valid and changes nothing: masking in Python would cost more than the rest.
NO_MASK = bytes(4)


class Address(NamedTuple):
    """Where to connect, and with which headers."""

    host: str
    port: int
    path: str
    headers: Mapping[str, str]


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One client frame, ready to be written."""
    length = len(payload)
    if length < 126:
        head = bytes([FINAL | opcode, MASKED | length])
    elif length < 2**16:
        head = bytes([FINAL | opcode, MASKED | 126]) + length.to_bytes(2, "big")
    else:
        head = bytes([FINAL | opcode, MASKED | 127]) + length.to_bytes(8, "big")
    return head + NO_MASK + payload


class Parser:
    """Bytes of a server to (opcode, payload); a part of a frame waits for the rest."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterable[tuple[int, bytes]]:
        data = self._rest + data if self._rest else data
        start, frames = 0, []
        while (body := _body(data, start)) is not None and body[1] <= len(data):
            frames.append((data[start] & 15, data[body[0] : body[1]]))
            start = body[1]
        self._rest = data[start:]
        return frames


def _body(data: bytes, start: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `start` begins and ends; None when its head is not there yet."""
    if len(data) < start + 2:
        return None
    length, begin = data[start + 1], start + 2
    if length >= 126:
        begin += 2 if length == 126 else 8
        if len(data) < begin:
            return None
        length = int.from_bytes(data[start + 2 : begin], "big")
    return begin, begin + length


class Client(asyncio.Protocol):
    """One connection. Subclasses implement `received`; `opened` is done after the handshake."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = False
        self._parser = Parser()
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(_request(self.address))

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            data = self._take_head(data)
        for opcode, payload in self._parser.feed(data):
            if opcode in (TEXT, BINARY):
                self.received(payload)
            elif opcode == PING:
                self.transport.write(frame(payload, PONG))
            elif opcode == CLOSE:
                self.transport.close()

    def _take_head(self, data: bytes) -> bytes:
        self._head, end, rest = (self._head + data).partition(b"\r\n\r\n")
        if not end:
            return b""
        status = self._head.split(b"\r\n", 1)[0].decode("latin-1")
        if " 101 " in f"{status} ":
            self.opened.set_result(None)
            return rest
        self.opened.set_exception(ConnectionError(f"{self.address.path} answered {status}"))
        return b""

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(f"{self.address.path}: lost in the handshake"))

    def received(self, payload: bytes) -> None:
        """One message of the server."""

    def close(self) -> None:
        if not self.lost:
            self.transport.write(frame((1000).to_bytes(2, "big"), CLOSE))
            self.transport.close()


async def connect(client: Client) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: client, client.address.host, client.address.port)
    await client.opened


def _request(address: Address) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {address.path} HTTP/1.1",
        f"Host: {address.host}:{address.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        *(f"{name}: {value}" for name, value in address.headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
