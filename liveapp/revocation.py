"""Who may no longer be here, or see less than they did: found out, and acted on, in this process."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress

from liveapp.access import Access
from liveapp.audience import Audience
from liveapp.authentication import Viewer, looked_up
from liveapp.availability import Availability
from liveapp.connections import Connections
from liveapp.errors import DISABLED, TOKEN_REVOKED, StorageUnavailable
from liveapp.models import Device
from liveapp.presence import HEARTBEAT_S
from liveapp.sockets import Socket
from liveapp.store import storage_errors

# So often it is asked again when somebody is let see other devices meanwhile; then the next look has to do.
TRIES = 5

logger = logging.getLogger(__name__)


class Revocation:
    """News of the bus and a look every ten seconds, at the boards and at the dashboards that are connected here."""

    def __init__(
        self, *, database: Availability, sockets: set[Socket], connections: Connections, audience: Audience
    ) -> None:
        self._database = database
        self._sockets = sockets
        self._connections = connections
        self._audience = audience
        # How often the bus said that somebody's rights changed.
        self._told = 0
        self._looking = asyncio.Lock()
        # Whom the next look is to be at; None: all.
        self._asked: list[Collection[str] | None] = []

    async def run(self) -> None:
        """Look again and again, for what was revoked while nobody could tell us."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            try:
                await self.look()
            except StorageUnavailable:
                away = "The database does not answer: who may be here could not be looked at again."
                logger.warning(away, extra={"is_repeated": True})
            except Exception:
                # Whatever it was, the next look is still to come: nothing else finds what nobody told.
                logger.exception("A look at who may be here failed.")

    async def look(self) -> None:
        """Close the devices and dashboards that may no longer be here, whoever failed to tell us."""
        await self._close_boards(self._connections.token_hashes())
        await self._look_at(None)

    async def look_at(self, user_ids: Collection[str] | None) -> None:
        """What these people (None: all) may do by now. When the database is away the next `look` comes back to it."""
        with suppress(StorageUnavailable):
            await self._look_at(user_ids)

    async def hear(self, user_ids: Collection[str] | None) -> None:
        """The bus says that rights of these people (None: of all) changed."""
        self._told += 1
        await self.look_at(user_ids)

    def news(self) -> tuple[int, int]:
        """Who asks the database who may see what, and finds the same news after it as before, has asked late enough."""
        return self._told, self._audience.version

    async def revoke(self, device_id: str, code: int) -> None:
        """Somebody says that a device may no longer be here: what the database says of its connection counts."""
        held = {key: value for key, value in self._connections.token_hashes().items() if key == device_id}
        with suppress(StorageUnavailable):  # the next `look` comes back to it
            await self._close_boards(held, code)

    async def _look_at(self, user_ids: Collection[str] | None) -> None:
        self._asked.append(user_ids)
        # One after the other: what was looked up last is what counts.
        async with self._looking:
            asked, self._asked = self._asked, []
            try:
                # All who wait are served at once, so that much news keeps nobody waiting. Nobody is left: it is done.
                if asked:
                    await self._settle(None if None in asked else set().union(*filter(None, asked)))
            except BaseException:
                self._asked = asked + self._asked
                raise

    async def _settle(self, user_ids: Collection[str] | None) -> None:
        viewers = {
            socket: socket.viewer
            for socket in self._sockets
            if socket.viewer is not None and (user_ids is None or socket.viewer.depends_on in user_ids)
        }
        held = await self._looked_up(set(viewers.values())) if viewers else {}
        for socket, viewer in viewers.items():
            if socket.viewer is not viewer:
                # It is another one's by now.
                continue
            if viewer in held:
                socket.take_access(held[viewer])
            else:
                socket.close_soon(TOKEN_REVOKED)

    async def _looked_up(self, viewers: set[Viewer]) -> dict[Viewer, Access]:
        """As it is when nobody was let see other devices while the database was asked."""
        for _ in range(TRIES):
            version = self._audience.version
            held: dict[Viewer, Access] = await self._database.ask(looked_up, viewers)
            if version == self._audience.version:
                break
        return held

    async def _close_boards(self, token_hashes: dict[str, str], code: int | None = None) -> None:
        """With `code`, or with the one that tells why."""
        revoked = await self._database.ask(_revoked, token_hashes) if token_hashes else {}
        for device_id, why in revoked.items():
            # Not one that came meanwhile, with a new token.
            self._connections.close(device_id, code or why, token_hash=token_hashes[device_id])

    def guests_of(self, share_id: str) -> int:
        """How many look by a link here."""
        return sum(
            socket.viewer.share_id == share_id for socket in self._sockets if socket.viewer is not None
        )

    def take_from_guests(self, device_id: str) -> None:
        """It is gone: another one that takes its name is none of theirs."""
        for socket in self._guests():
            socket.lose_device(device_id)

    async def look_at_guests(self) -> None:
        """Their devices are looked up when they come, and when a device changed."""
        if guests := self._guests():
            await self.look_at(set(guests.values()))

    def _guests(self) -> dict[Socket, str]:
        """Who came by a link, and on whose rights."""
        return {
            socket: socket.viewer.maker_id
            for socket in self._sockets
            if socket.viewer is not None and socket.viewer.share_id
        }


def _revoked(token_hashes: dict[str, str]) -> dict[str, int]:
    """Of the connected devices, those whose token no longer holds or that are disabled, with the close code."""
    with storage_errors():
        rows = Device.objects.filter(id__in=list(token_hashes)).values_list("id", "token_hash", "enabled")
        devices = {device_id: (token_hash, enabled) for device_id, token_hash, enabled in rows}
    valid = {
        device_id for device_id, held in token_hashes.items() if devices.get(device_id, ("",))[0] == held
    }
    gone = {device_id: TOKEN_REVOKED for device_id in token_hashes if device_id not in valid}
    return gone | {device_id: DISABLED for device_id in valid if not devices[device_id][1]}
