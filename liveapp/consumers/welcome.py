"""What a dashboard is looked up for and told when it comes. Blocks: all of it asks the database."""

from typing import Any

from channels.auth import get_user

from liveapp import protocol, ws_tokens
from liveapp.access import NOTHING, Access, access_of, visible_devices
from liveapp.audience import metrics_seen
from liveapp.audit.marks import unread
from liveapp.clock import now_ms
from liveapp.devices import describe_live
from liveapp.models.metric import all_descriptions
from liveapp.process import Process
from liveapp.shares import Share
from liveapp.store import storage_errors


def session_user(scope: dict[str, Any]) -> tuple[Any, Access]:
    """The user of the session, None without one, and what they may do."""
    with storage_errors():
        # Channels' own, without the thread it would take: that one waits behind everybody's.
        user = get_user.func(scope)
        return (user, access_of(user)) if user.is_authenticated else (None, NOTHING)


def token_user(token: str) -> tuple[Any, Access, str]:
    """The same of a token, and the session it was fetched with. Raises Unauthorized when it is worth nothing."""
    user, session_key = ws_tokens.spend(token)
    with storage_errors():
        return user, access_of(user), session_key


def welcome(
    process: Process,
    user: Any,
    access: Access,
    share: Share | None,
    devices: frozenset[str] | None,
    is_renewal: bool,
) -> dict[str, Any]:
    with storage_errors():
        visible = [one for one in visible_devices(access) if share is None or share.shows(one)]
        found = [device for device in visible if devices is None or device.id in devices]
        unknown = sorted((devices or frozenset()) - {device.id for device in found})
        # What was there when it was asked for is not called unknown because it went.
        if unknown and not is_renewal:
            raise protocol.unknown_device(unknown[0])
        known_metrics = metrics_seen(visible)
        return {
            "type": "welcome",
            "client": "",
            "time": now_ms(),
            "sequence": 0,
            "interrupted_since": _interrupted_since(process, access),
            "user": None,
            **({"unread": unread(user, access)} if share is None else {"share": share.describe()}),
            "metrics": [
                description.describe()
                for name, description in all_descriptions().items()
                if access.sees_all or name in known_metrics
            ],
            "devices": [describe_live(device, process.hub, access) for device in found],
        }


def _interrupted_since(process: Process, access: Access) -> int | None:
    since_ms = process.hub.reception.interrupted_since_ms
    return None if since_ms is None else max(since_ms, access.since_ms)
