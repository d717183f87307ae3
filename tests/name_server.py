"""A name server on loopback, as Docker has one for its containers: a name, and the addresses behind it now."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address
from types import TracebackType
from typing import Self

from tests.processes import HOST

A_RECORD = b"\x00\x01"
INTERNET = b"\x00\x01"
# Points to the question's name, right behind the header.
SAME_NAME = b"\xc0\x0c"
NO_TTL = b"\x00\x00\x00\x00"


class NameServer:
    """Answers by the first part of the name asked for. `addresses` may be changed while it runs."""

    def __init__(self, addresses: Mapping[str, Sequence[str]]) -> None:
        self.addresses = dict(addresses)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            query, client = self._socket.recvfrom(512)
            if not query:
                return
            self._socket.sendto(self._answer(query), client)

    def _answer(self, query: bytes) -> bytes:
        end = query.index(b"\x00", 12) + 5
        name = query[13 : 13 + query[12]].decode()
        wants_a = query[end - 4 : end - 2] == A_RECORD
        found = [IPv4Address(text).packed for text in self.addresses.get(name, ())] if wants_a else []
        header = query[:2] + b"\x84\x00\x00\x01" + len(found).to_bytes(2, "big") + bytes(4)
        records = (SAME_NAME + A_RECORD + INTERNET + NO_TTL + b"\x00\x04" + address for address in found)
        return header + query[12:end] + b"".join(records)
