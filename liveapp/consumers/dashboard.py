"""Live frames out."""

import asyncio
import logging
from typing import Any

from channels.auth import get_user
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from liveapp import process, protocol
from liveapp.authentication import Viewer, describe_user, user_of_ws_token
from liveapp.clock import now_ms
from liveapp.consumers.socket import Socket
from liveapp.devices import describe_live
from liveapp.errors import (
    TOKEN_REVOKED,
    RateLimited,
    Refusal,
    StorageUnavailable,
    Unauthorized,
)
from liveapp.models import Device
from liveapp.models.metric import all_descriptions
from liveapp.process import Process
from liveapp.rate import Rate
from liveapp.ring import Devices, FellBehind
from liveapp.store import storage_errors

INTERNAL_ERROR = 1011
AUTHENTICATE_S = 5.0
MESSAGES_PER_SECOND = 5
MESSAGES_BURST = 20

logger = logging.getLogger(__name__)


class ForeignOrigin(Refusal):
    """A page of another site tries to use this one's session."""

    code = "foreign_origin"
    status = 403


class DashboardConsumer(Socket):
    """One viewer. Its pump reads the ring at its own pace; a slow one falls behind alone."""

    kind = "dashboard"
    user: Any = None

    def __init__(self) -> None:
        super().__init__()
        self._pump: asyncio.Task[None] | None = None
        # The frame that the pump waits for or sends.
        self._position = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._rate = Rate(per_second=MESSAGES_PER_SECOND, burst=MESSAGES_BURST)

    async def connect(self) -> None:
        origin = dict(self.scope["headers"]).get(b"origin")
        if origin is not None and not _is_own(origin, self.scope):
            await self.refuse(
                ForeignOrigin("This page belongs to another site. Open the dashboard at its own address.")
            )
            return
        # Without an Origin it is not a browser's page; a cookie alone does not count then.
        if origin is not None:
            try:
                self.user = await self._session_user()
            except StorageUnavailable as refusal:
                await self.refuse(refusal)
                return
        await self.open()
        if self.user is not None:
            self._log("connected.")
        else:
            self._expect_token()

    async def _session_user(self) -> Any:
        user = await process.current().database.ask(_session_user, self.scope)
        if not user.is_authenticated:
            return None
        self._note_viewer(user, self.scope["session"].session_key)
        return user

    def _note_viewer(self, user: Any, session_key: str) -> None:
        self.viewer = Viewer(user.pk, user.get_session_auth_hash(), session_key)

    def _expect_token(self) -> None:
        self._deadline = asyncio.get_running_loop().call_later(AUTHENTICATE_S, self._too_late)

    def _too_late(self) -> None:
        self._closing = asyncio.create_task(
            self._turn_away("No token came within 5 s. Connect again and send one.")
        )

    async def _turn_away(self, detail: str) -> None:
        refusal = Unauthorized(detail)
        self.note_refusal(refusal)
        await self.send_message(protocol.error(refusal))
        await self.close(TOKEN_REVOKED)

    async def answer(self, text: str | None) -> None:
        if not self._rate.take():
            raise RateLimited(f"More than {MESSAGES_PER_SECOND} messages a second.")
        message = protocol.parse_dashboard_message(text)
        if isinstance(message, protocol.Authenticate):
            await self._authenticate(message.token)
        elif self.user is None:
            await self._turn_away(
                "Sign in first, or send a token from POST /api/ws-token/ as the first message."
            )
        else:
            await self._subscribe(message.devices)

    async def _authenticate(self, token: str) -> None:
        # It came in time, however long the database takes to look at it.
        if self._deadline is not None:
            self._deadline.cancel()
        try:
            self.user = await self.process.database.ask(user_of_ws_token, token)
        except StorageUnavailable:
            self._expect_token()
            raise
        if self.user is None:
            await self._turn_away(
                "The token is wrong, used up or older than 30 s. Fetch one right before connecting."
            )
            return
        self._note_viewer(self.user, "")
        self._log("connected.")

    async def _subscribe(self, devices: Devices) -> None:
        # After a start the latest readings come from the database first.
        await self.process.loaded.wait()
        next_number = self.process.hub.ring.next_number
        welcome = await self.process.database.ask(_welcome, self.process, self.user, devices)
        if self._pump is not None:
            await self._stop_pump()
            # What the last subscription was not sent yet still comes.
            next_number = min(next_number, self._position)
        await self.send_message({**welcome, "client": self.uid, "sequence": next_number - 1})
        self._pump = asyncio.create_task(self._run_pump(devices, next_number))
        self._pump.add_done_callback(self._pump_ended)

    def _pump_ended(self, pump: asyncio.Task[None]) -> None:
        if not pump.cancelled() and (error := pump.exception()):
            # A defect of ours: better a viewer that comes back than one that waits for frames for ever.
            logger.error("A dashboard's frames stopped.", exc_info=error, extra=self.fields())
            self.close_soon(INTERNAL_ERROR)

    async def _run_pump(self, devices: Devices, number: int) -> None:
        ring, send, counts = self.process.hub.ring, self.base_send, self.process.counts
        sent_ms = now_ms()
        try:
            while True:
                self._position = number
                try:
                    frame = await ring.get(number)
                except FellBehind:
                    number = ring.next_number
                    counts.gaps["slow"] += 1
                    await self.send_message({"type": "gap", "start": sent_ms, "end": now_ms()})
                    continue
                message = frame.send_for(devices)
                if message is not None:
                    await send(message)
                    counts.frames_sent += 1
                number, sent_ms = number + 1, frame.time_ms
        except OSError:
            # The viewer went away in the middle of a frame; its disconnect follows.
            return

    async def _stop_pump(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        await self._stop_pump()
        await super().close(code, reason)

    async def disconnect(self, code: int) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        await self._stop_pump()
        if self.user is not None:
            self._log(f"disconnected, code {code}.")

    def _log(self, what: str) -> None:
        logger.info("A dashboard of %s %s", self.user.get_username(), what, extra=self.fields())


def _is_own(origin: bytes, scope: dict[str, Any]) -> bool:
    """Whether a page's origin is this server: the host it called, or the public address."""
    text = origin.decode("latin-1")
    if text in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    name, _ = split_domain_port(host)
    return text in (f"http://{host}", f"https://{host}") and validate_host(name, settings.ALLOWED_HOSTS)


def _session_user(scope: dict[str, Any]) -> Any:
    with storage_errors():
        # Channels' own, without the thread it would take: that one waits behind everybody's.
        return get_user.func(scope)


def _welcome(process: Process, user: Any, devices: Devices) -> dict[str, Any]:
    with storage_errors():
        found = list(Device.objects.all() if devices is None else Device.objects.filter(id__in=devices))
        unknown = sorted((devices or frozenset()) - {device.id for device in found})
        if unknown:
            raise protocol.unknown_device(unknown[0])
        return {
            "type": "welcome",
            "client": "",
            "time": now_ms(),
            "sequence": 0,
            "interrupted_since": process.hub.interrupted_since_ms,
            "user": describe_user(user),
            "metrics": [description.describe() for description in all_descriptions().values()],
            "devices": [describe_live(device, process.hub) for device in found],
        }
