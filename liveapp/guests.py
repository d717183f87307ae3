"""What who came by a share link may be told: a picture, and nothing of a time that the link does not show. Pure."""

from collections.abc import Mapping
from typing import Any

from liveapp.access import Access

# No more of a device than its picture needs.
DEVICE_FIELDS = ("id", "name", "interval_ms", "metrics")
MODELS = frozenset({"device", "metric"})
Message = dict[str, Any]


def device_shown(device: Mapping[str, Any], access: Access) -> dict[str, Any]:
    """Of its description, with what is known of now."""
    seen_ms, latest = device["last_seen"], device["latest"]
    is_seen = seen_ms is not None and access.covers(seen_ms)
    return {
        **{name: device[name] for name in DEVICE_FIELDS},
        "online": device["online"] and is_seen,
        "last_seen": seen_ms if is_seen else None,
        "latest": latest if latest is not None and access.covers(latest["time"]) else None,
    }


def change_shown(change: Message, access: Access) -> Message | None:
    """Of devices that it shows and what these measure; who made the change is nobody's business."""
    if change["model"] not in MODELS:
        return None
    data = change["data"]
    if data is not None and change["model"] == "device":
        data = device_shown(data, access)
    return {**change, "data": data, "origin": None}


def message_shown(message: Message, access: Access) -> Message | None:
    """Any message that is neither of readings nor of changes: those that are named here, and no others."""
    kind = message["type"]
    if kind in ("ping", "resumed"):
        return message
    if kind == "interrupted":
        return {**message, "since": max(message["since"], access.since_ms)}
    if kind == "gap":
        return _gap_shown(message, access)
    if kind == "presence":
        seen_ms = message["last_seen"]
        return message if seen_ms is not None and access.covers(seen_ms) else None
    return None


def _gap_shown(gap: Message, access: Access) -> Message | None:
    start_ms, end_ms = max(gap["start"], access.since_ms), gap["end"]
    if access.until_ms is not None:
        end_ms = min(end_ms, access.until_ms)
    return {**gap, "start": start_ms, "end": end_ms} if start_ms < end_ms else None


def series_shown(series: Message, since_ms: int, until_ms: int | None) -> Message | None:
    """The readings of a span."""
    shown = [since_ms <= time_ms and (until_ms is None or time_ms < until_ms) for time_ms in series["time"]]
    if all(shown):
        return series
    if not any(shown):
        return None
    values = {name: _kept(column, shown) for name, column in series["values"].items()}
    return {**series, "time": _kept(series["time"], shown), "values": values}


def _kept(column: list[Any], shown: list[bool]) -> list[Any]:
    return [value for value, is_shown in zip(column, shown, strict=True) if is_shown]
