"""Commands to boards: over the bus to the process that holds the board, and the result back to who asked."""

import asyncio
import uuid
from typing import Any

from liveapp import protocol
from liveapp.bus import Bus
from liveapp.connections import Connections
from liveapp.errors import NoAnswer

ANSWER_S = 10.0


class Commands:
    """The commands this process has sent and waits for."""

    def __init__(self, *, bus: Bus, connections: Connections) -> None:
        self._bus = bus
        self._connections = connections
        self._waiting: dict[tuple[str, str], asyncio.Future[dict[str, Any]]] = {}

    async def ask(self, device_id: str, command: str, args: dict[str, Any]) -> dict[str, Any]:
        """The board's `result` without its type. Raises NoAnswer after 10 s of silence."""
        command_id = uuid.uuid4().hex[:16]
        key = (device_id, command_id)
        self._waiting[key] = asyncio.get_running_loop().create_future()
        message = protocol.command(command_id, command, args)
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._bus.send("command", {"device": device_id, "message": message})
                return await self._waiting[key]
        except TimeoutError as error:
            raise NoAnswer(
                f"The board did not answer within {ANSWER_S:g} s. Is its publisher up to date?"
            ) from error
        finally:
            del self._waiting[key]

    def deliver(self, body: dict[str, Any]) -> None:
        """A command on the bus: hand it to the board if that is connected here."""
        connection = self._connections.get(body["device"])
        if connection is not None:
            connection.send_soon(body["message"])

    def answered(self, device_id: str, result: protocol.Result) -> None:
        """A board connected here has answered: tell the process that asked."""
        detail = {"detail": result.detail} if result.detail else {}
        self._bus.post(
            "result", {"device": device_id, "result": {"id": result.id, "ok": result.ok, **detail}}
        )

    def hear(self, body: dict[str, Any]) -> None:
        """A result on the bus: for this process, if it is the one that waits for it."""
        waiting = self._waiting.get((body["device"], body["result"]["id"]))
        if waiting is not None and not waiting.done():
            waiting.set_result(body["result"])
