"""A message of the ring as one view of it may be sent: less, or nothing. Pure.

What concerns an object carries a `guard`, which is never sent: the `permission` to view it, the `fields` that take
another one, the `devices` of which one must be seen (None: it is of none), and of a device the groups it was and is
limited to, `before` and `after` (None: it was not, or is no more). What is somebody's own is for its `owner`, and
for who sees all and has the permission `others`. Which page a change came from is told to its `author` alone.
"""

from typing import Any

from liveapp.access import Access, without
from liveapp.audience import EVERYTHING, Sight, View
from liveapp.guests import change_shown, message_shown, series_shown

Message = dict[str, Any]


def narrowed(message: Message, view: View) -> Message | None:
    """The message for this view; None when nothing in it is."""
    kind = message["type"]
    device = message.get("device")
    if kind == "readings":
        return narrowed_readings(message, view.sight)
    if kind == "changes":
        found = [one for one in (_change(change, view) for change in message["changes"]) if one is not None]
        return {**message, "changes": found} if found else None
    if kind == "change":
        return _change(message, view)
    if kind == "notification":
        return _notification(message, view)
    if device is not None and not view.sight.shows(device):
        return None
    if view.access.is_guest:
        return message_shown(message, view.access)
    return _guarded(message, view) if "guard" in message else message


def narrowed_readings(message: Message, sight: Sight) -> Message | None:
    if sight == EVERYTHING:
        return message
    since_ms, until_ms = sight.since_ms, sight.until_ms
    series = [one for one in message["series"] if sight.shows(one["device"])]
    if since_ms or until_ms is not None:
        series = [shown for one in series if (shown := series_shown(one, since_ms, until_ms)) is not None]
    return {**message, "series": series} if series else None


def _change(message: Message, view: View) -> Message | None:
    told = _guarded(message, view)
    return change_shown(told, view.access) if told is not None and view.access.is_guest else told


def _guarded(message: Message, view: View) -> Message | None:
    """A change, or anything else with a guard."""
    guard, access = message["guard"], view.access
    if not access.may(guard["permission"]) or not _is_for(view, guard):
        return None
    told = {name: value for name, value in message.items() if name != "guard"}
    if told.get("origin") is not None and not _is_own(view, guard):
        told["origin"] = None
    if told.get("data") is not None:
        told["data"] = without(guard["fields"], told["data"], access)
    if "before" in guard or "after" in guard:
        return _change_of_device(told, guard, access)
    devices = guard.get("devices")
    if devices is None or any(view.sight.shows(one) for one in devices):
        return told
    # Of no device any more.
    return told if not devices and access.sees_all else None


def _notification(message: Message, view: View) -> Message | None:
    """For who sees its device then and now, whatever they follow, but for whoever did it."""
    guard, access, device = message["guard"], view.access, message["device"]
    if access.is_guest or guard["author"] == view.person or not access.may(guard["permission"]):
        return None
    if message["model"] == "webhook" and not access.sees_all:
        return None
    if device is not None and (device in view.sight.hidden or not access.sees(device, guard["groups"])):
        return None
    devices = guard.get("devices")
    if devices is not None and not access.sees_all and view.sight.hidden.issuperset(devices):
        return None
    return {name: value for name, value in message.items() if name != "guard"}


def _is_own(view: View, guard: Message) -> bool:
    return bool(guard.get("author")) and guard["author"] == view.person


def _is_for(view: View, guard: Message) -> bool:
    owner = guard.get("owner")
    return (
        owner is None or owner == view.person or (view.access.sees_all and view.access.may(guard["others"]))
    )


def _change_of_device(message: Message, guard: Message, access: Access) -> Message | None:
    """What comes into sight is added, what goes out of it removed, whatever it is to those who see all."""
    saw, sees = (
        guard[when] is not None and access.sees(message["id"], guard[when]) for when in ("before", "after")
    )
    if not saw and not sees:
        return None
    if not sees:
        return {**message, "action": "remove", "data": None}
    return message if saw else {**message, "action": "add"}
