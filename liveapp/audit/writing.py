"""Writes what was done, after the commit, and tells of it. A record that fails leaves what was done as it is."""

import logging
import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction

from liveapp import bus
from liveapp.clock import now_ms
from liveapp.models import AuditEntry, Device
from liveapp.models.audit import MAX_TEXT
from liveapp.origin import address as address_at_hand

# The most that one message on the bus holds, and that is told live of what is done at once: nobody counts further.
MOST_TOLD = 100
# A time that is further ahead was given before the clock was set back.
AHEAD_MS = 10_000

logger = logging.getLogger(__name__)
_lock = threading.Lock()
_last_ms = 0


def record(
    *,
    by: str,
    action: str,
    model: str = "person",
    object_id: str = "",
    text: str = "",
    detail: str = "",
    address: str | None = None,
) -> None:
    """For the record alone: nobody is told. `address`: default is that of the request at hand. Blocks shortly."""
    entry = AuditEntry(
        by=by, action=action, model=model, object_id=object_id, text=text[:MAX_TEXT], detail=detail
    )
    write([entry], address=address)


def record_command(user: Any, device: Device, command: str) -> None:
    """That somebody asked a board for something, which changes nothing here. Blocks shortly."""
    entry = AuditEntry(
        by=user.get_username(),
        action="command",
        model="device",
        object_id=device.id,
        text=device.name[:MAX_TEXT],
        detail=f"Sent {command}.",
        device_id=device.id,
        groups=list(device.groups),
        permission="liveapp.view_device",
    )
    write([entry])


def write(entries: Sequence[AuditEntry], *, author: str = "", address: str | None = None) -> None:
    """Once what is at hand is committed. `author`: the key of the account that did it, which is not told."""
    for entry in entries:
        entry.address = (address_at_hand.get() if address is None else address)[:45]
    transaction.on_commit(partial(_write, entries, author), robust=True)


def _write(entries: Sequence[AuditEntry], author: str) -> None:
    for entry, time_ms in zip(entries, _times(len(entries)), strict=True):
        entry.time_ms = time_ms
    try:
        AuditEntry.objects.bulk_create(entries)
    except Exception:
        # What was done is done, whatever becomes of its record.
        logger.exception("Not put on record: %s.", "; ".join(map(_in_words, entries)))
        return
    told = [entry for entry in entries if entry.is_notification][-MOST_TOLD:]
    if told:
        messages = [_message(entry, author) for entry in told]
        bus.announce_soon("notifications", {"notifications": messages})


def _times(count: int) -> range:
    """A millisecond for each, that no other one of this process has."""
    global _last_ms
    with _lock:
        first, now = _last_ms + 1, now_ms()
        if not now < first <= now + AHEAD_MS:
            first = now
        _last_ms = first + count - 1
    return range(first, first + count)


def _message(entry: AuditEntry, author: str) -> dict[str, Any]:
    return {
        "type": "notification",
        **entry.describe(),
        # Nobody is told of what they did: it never came from a page of theirs.
        "origin": None,
        "guard": {"permission": entry.permission, "groups": entry.groups, "author": author},
    }


def _in_words(entry: AuditEntry) -> str:
    return f"{entry.by or 'somebody'} ({entry.address or 'no address'}): {entry.action} {entry.model} {entry.object_id}"
