"""What an open WebSocket of either kind offers to its process."""

from typing import Any, ClassVar, Protocol

from liveapp.access import Access
from liveapp.authentication import Viewer


class Socket(Protocol):
    """An open one; `viewer` is None for a board, and until somebody is let in."""

    viewer: Viewer | None
    kind: ClassVar[str]

    def take_access(self, access: Access) -> None:
        """What its viewer may do from now on."""

    def lose_device(self, device_id: str) -> None:
        """It is gone, for who came by a link."""

    def send_soon(self, message: dict[str, Any]) -> None:
        """Send without waiting for it, between the answers."""

    async def close_after_answer(self, code: int) -> None:
        """Close once the message in hand is answered."""

    def close_soon(self, code: int) -> None:
        """The same, without waiting for it."""
