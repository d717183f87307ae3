"""A span to a series."""

from typing import Any

from liveapp.errors import InvalidMessage
from liveapp.models.reading import TIME_MASK, key_of, time_of
from liveapp.series import columns
from liveapp.store import store

MAX_READINGS = 50_000
DEFAULT_SPAN_MS = 5 * 60_000


def raw_history(
    device_id: str, number: int, *, start_ms: int, end_ms: int, metrics: frozenset[str] | None = None
) -> dict[str, Any]:
    """The readings with start ≤ time < end, in ms, as columns; the newest 50,000 when there are more.

    Blocks. Raises InvalidMessage for a span that cannot be, StorageUnavailable.
    """
    if not 0 <= start_ms < end_ms <= TIME_MASK + 1:
        raise InvalidMessage(
            "The span is empty: start must be before end, both milliseconds since 1970 (UTC)."
        )
    # The last possible key of this device, and not the first of the next one.
    end_key = key_of(number, end_ms) if end_ms <= TIME_MASK else key_of(number + 1, 0)
    rows = store().read(key_of(number, start_ms), end_key, MAX_READINGS + 1)
    complete = len(rows) <= MAX_READINGS
    kept = rows if complete else rows[1:]
    readings = ((time_of(row.key), _only(row.values, metrics)) for row in kept)
    return {
        "device": device_id,
        "resolution": "raw",
        "start": start_ms,
        "end": end_ms,
        "complete": complete,
        **columns((time_ms, values) for time_ms, values in readings if values),
    }


def _only(values: dict[str, float], metrics: frozenset[str] | None) -> dict[str, float]:
    return values if metrics is None else {name: value for name, value in values.items() if name in metrics}
