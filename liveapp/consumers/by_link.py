"""Who comes to a dashboard's socket by a share link instead of an account."""

import asyncio
from typing import Any

from liveapp.access import Access
from liveapp.accounts.addresses import address_of_socket
from liveapp.authentication import Viewer
from liveapp.clock import now_ms
from liveapp.consumers.socket import Socket
from liveapp.errors import TOKEN_REVOKED, TRY_LATER, RateLimited, Unauthorized
from liveapp.share_door import open_share
from liveapp.shares import Share

# Of one link, in each process.
MOST_SOCKETS = 200
# So often it is asked again when rights change meanwhile.
TRIES = 5


class ByLink(Socket):
    """A socket that may become that of a guest: from then on it is nobody else's."""

    user: Any = None
    access: Access
    share: Share | None = None
    _expiry: asyncio.TimerHandle | None = None

    async def come_by_link(self, token: str) -> bool:
        """False when that was refused for good. Raises Refusal.

        A session that was there before, by a cookie that browsers send along, is none any more.
        """
        try:
            share = await self._opened(token)
        except Unauthorized as refusal:
            await self.turn_away(refusal.detail)
            return False
        if self.process.revocation.guests_of(share.id) >= MOST_SOCKETS:
            await self._send_away()
            return False
        self.user, self.share, self.access = None, share, share.access
        self.viewer = Viewer(None, "", "", share.id, share.maker_id)
        self._watch_expiry()
        return True

    async def _opened(self, token: str) -> Share:
        """As it is when nothing has changed while the database was asked. Raises Refusal."""
        for _ in range(TRIES):
            news = self.process.revocation.news()
            share: Share = await self.process.database.ask(open_share, token, address_of_socket(self.scope))
            if news == self.process.revocation.news():
                return share
        raise RateLimited("Too much changes here at this moment. Try again in a moment.")

    async def _send_away(self) -> None:
        full = f"{MOST_SOCKETS} are looking by this link here already. Try again in a moment."
        await self.end(RateLimited(full), TRY_LATER)

    def _watch_expiry(self) -> None:
        assert self.share is not None
        left_s = max(0, self.share.expires_ms - now_ms()) / 1000
        self._expiry = asyncio.get_running_loop().call_later(left_s, self._expired)

    def _expired(self) -> None:
        assert self.share is not None
        if now_ms() < self.share.expires_ms:
            # The clock was set back meanwhile.
            self._watch_expiry()
        else:
            self.close_soon(TOKEN_REVOKED)

    def forget_expiry(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()

    async def turn_away(self, detail: str) -> None:
        await self.end(Unauthorized(detail), TOKEN_REVOKED)
