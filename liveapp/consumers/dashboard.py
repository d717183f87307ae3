"""Live frames out."""

import asyncio
import logging
from dataclasses import replace

from liveapp import process, protocol
from liveapp.access import NOTHING, VIEW_DEVICES, Access
from liveapp.audience import EVERYTHING, View
from liveapp.authentication import Viewer, describe_access
from liveapp.consumers.by_link import ByLink
from liveapp.consumers.origins import is_own
from liveapp.consumers.pump import INTERNAL_ERROR, Pump
from liveapp.consumers.welcome import session_user, token_user, welcome
from liveapp.errors import (
    FORBIDDEN,
    Forbidden,
    InvalidMessage,
    RateLimited,
    Refusal,
    StorageUnavailable,
    Unauthorized,
)
from liveapp.rate import Rate

AUTHENTICATE_S = 5.0
MESSAGES_PER_SECOND = 5
MESSAGES_BURST = 20
Devices = frozenset[str] | None
SIGNED_IN = "This connection is signed in already. Send a subscription."
NO_DEVICES = "Your account may not see any device. Ask an administrator for a role."

logger = logging.getLogger(__name__)


class ForeignOrigin(Refusal):
    """A page of another site tries to use this one's session."""

    code = "foreign_origin"
    status = 403


class DashboardConsumer(ByLink):
    """One viewer."""

    kind = "dashboard"
    access: Access = NOTHING
    _deadline: asyncio.TimerHandle | None = None

    def __init__(self) -> None:
        super().__init__()
        self._pump = Pump(self, self._view)
        self._devices: Devices = None
        self._seen_by: Access | None = None
        self._seen_version = 0
        self._seen = View(EVERYTHING, NOTHING)
        self._rate = Rate(per_second=MESSAGES_PER_SECOND, burst=MESSAGES_BURST)

    async def connect(self) -> None:
        origin = dict(self.scope["headers"]).get(b"origin")
        if origin is not None and not is_own(origin, self.scope):
            await self.refuse(
                ForeignOrigin("This page belongs to another site. Open the dashboard at its own address.")
            )
            return
        news = process.current().revocation.news()
        # Without an Origin it is not a browser's page; a cookie alone does not count then.
        if origin is not None:
            try:
                self.user, self.access = await process.current().database.ask(session_user, self.scope)
            except StorageUnavailable as refusal:
                await self.refuse(refusal)
                return
        await self.open()
        if self.user is None:
            self._expect_token()
            return
        await self._admit(self.scope["session"].session_key, news)
        if not self.access.may(VIEW_DEVICES):
            # Unless a share link comes, which the account is nothing to.
            self._expect_token()

    async def _admit(self, session_key: str, news: tuple[int, int]) -> None:
        """Let the user in, who was looked up when `news` of rights had come."""
        self.viewer = Viewer(self.user.pk, self.user.get_session_auth_hash(), session_key)
        self._log("connected.")
        if self.process.revocation.news() != news:
            await self.process.revocation.look_at([str(self.user.pk)])

    async def _forbid(self) -> None:
        await self.end(Forbidden(NO_DEVICES), FORBIDDEN)

    def take_access(self, access: Access) -> None:
        """From the next frame on; what the page shows by now is told anew."""
        if access == self.access:
            return
        self.access = access
        self._renewing = asyncio.create_task(self._renew())

    def lose_device(self, device_id: str) -> None:
        if self.access.devices is not None:
            self.take_access(replace(self.access, devices=self.access.devices - {device_id}))

    async def _renew(self) -> None:
        async with self._busy:
            if self._closed or not self._pump.is_started:
                return
            if not self.access.may(VIEW_DEVICES):
                await self._forbid()
            else:
                await self._resubscribe()

    async def _resubscribe(self) -> None:
        try:
            await self._subscribe(self._devices, is_renewal=True)
        except StorageUnavailable:
            # What it shows may be wrong now, and the page comes back by itself.
            await self.close(INTERNAL_ERROR)

    def _expect_token(self) -> None:
        self._deadline = asyncio.get_running_loop().call_later(AUTHENTICATE_S, self._too_late)

    def _too_late(self) -> None:
        late = "No token came within 5 s. Connect again and send one."
        self._closing = asyncio.create_task(self.turn_away(late) if self.user is None else self._forbid())

    async def answer(self, text: str | None) -> None:
        if not self._rate.take():
            raise RateLimited(f"More than {MESSAGES_PER_SECOND} messages a second.")
        message = protocol.parse_dashboard_message(text)
        if isinstance(message, protocol.Authenticate):
            await self._authenticate(message.token)
        elif isinstance(message, protocol.AuthenticateByShare):
            await self._authenticate_by_share(message.token)
        elif self.viewer is None:
            await self.turn_away(
                "Sign in first, or send a token from POST /api/ws-token/ as the first message."
            )
        elif not self.access.may(VIEW_DEVICES):
            await self._forbid()
        else:
            self._stop_deadline()
            await self._subscribe(message.devices)

    async def _authenticate_by_share(self, token: str) -> None:
        if self.share is not None or self._pump.is_started:
            raise InvalidMessage(SIGNED_IN)
        self._stop_deadline()
        try:
            is_in = await self.come_by_link(token)
        except Refusal:
            self._expect_token()
            raise
        if is_in:
            self._log("connected.")

    async def _authenticate(self, token: str) -> None:
        if self.viewer is not None:
            raise InvalidMessage(SIGNED_IN)
        # It came in time, however long the database takes to look at it.
        self._stop_deadline()
        try:
            news = self.process.revocation.news()
            spent = await self.process.database.ask(token_user, token)
            self.user, self.access, session_key = spent
        except StorageUnavailable:
            self._expect_token()
            raise
        except Unauthorized as refusal:
            await self.turn_away(refusal.detail)
            return
        await self._admit(session_key, news)
        if not self.access.may(VIEW_DEVICES):
            await self._forbid()

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()

    async def _subscribe(self, devices: Devices, *, is_renewal: bool = False) -> None:
        # After a start the latest readings come from the database first.
        await self.process.catch_up.loaded.wait()
        next_number = self.process.hub.ring.next_number
        sequence = self.process.hub.ring.sequence
        access = self.access
        message = await self.process.database.ask(
            welcome, self.process, self.user, access, self.share, devices, is_renewal
        )
        # What the last subscription was not sent yet still comes.
        next_number = min(next_number, await self._pump.stop(next_number))
        user = None if self.share is not None else describe_access(self.user.get_username(), access)
        await self.send_message({**message, "client": self.uid, "sequence": sequence, "user": user})
        self._devices, self._seen_by = devices, None
        self._pump.start(next_number)

    def _view(self) -> View:
        """As it is now: kept until somebody's rights or a device's groups change."""
        audience, access = self.process.hub.audience, self.access
        if self._seen_by is not access or self._seen_version != audience.version:
            person = "" if self.user is None else str(self.user.pk)
            self._seen = audience.view(self._devices, access, person)
            self._seen_by, self._seen_version = access, audience.version
        return self._seen

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        await self._pump.stop()
        await super().close(code, reason)

    async def disconnect(self, code: int) -> None:
        self._stop_deadline()
        self.forget_expiry()
        await self._pump.stop()
        if self.viewer is not None:
            self._log(f"disconnected, code {code}.")

    def _log(self, what: str) -> None:
        whose = f"the share link {self.share.id}" if self.share is not None else self.user.get_username()
        logger.info("A dashboard of %s %s", whose, what, extra=self.fields())
