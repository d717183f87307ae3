"""A WebSocket at an address that does not exist."""

from liveapp.consumers.socket import Socket
from liveapp.errors import Refusal


class NoSuchSocket(Refusal):
    """There is nothing at this path."""

    code = "not_found"
    status = 404


class NowhereConsumer(Socket):
    """Says which addresses there are, instead of failing."""

    async def connect(self) -> None:
        await self.refuse(
            NoSuchSocket("There is no WebSocket here. Devices use /ws/device/, dashboards /ws/live/.")
        )
