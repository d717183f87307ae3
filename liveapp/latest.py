"""The newest reading of each device, as this process has heard of it. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Known(NamedTuple):
    """A reading at a time in ms, and the number of its device (0: not told), which tells it from one of the same id."""

    number: int
    time_ms: int
    values: dict[str, float]


class Latest:
    """The newest reading of each device: a time in ms and its values."""

    def __init__(self) -> None:
        self._readings: dict[str, Known] = {}

    def offer(self, device_id: str, time_ms: int, values: dict[str, float], *, number: int = 0) -> None:
        """Keep it unless a newer one is known; a second part of the same millisecond is merged.

        Of a device that was made anew under the same id everything is newer.
        """
        known = self._readings.get(device_id)
        number = number or (known.number if known else 0)
        if known is None or (number, time_ms) > known[:2]:
            self._readings[device_id] = Known(number, time_ms, values)
        elif (number, time_ms) == known[:2]:
            self._readings[device_id] = Known(number, time_ms, known.values | values)

    def offer_series(self, series: dict[str, Any], *, number: int = 0) -> None:
        times = series["time"]
        newest = max(range(len(times)), key=times.__getitem__)
        values = {
            name: column[newest] for name, column in series["values"].items() if column[newest] is not None
        }
        self.offer(series["device"], times[newest], values, number=number)

    def describe(self, device_id: str) -> dict[str, Any] | None:
        known = self._readings.get(device_id)
        return None if known is None else {"time": known.time_ms, "values": known.values}

    def forget(self, device_id: str) -> None:
        self._readings.pop(device_id, None)

    def keep(self, numbers: Mapping[str, int]) -> None:
        """Forget all devices but these, and what is of an older number than theirs."""
        self._readings = {
            device_id: known
            for device_id, known in self._readings.items()
            if known.number >= numbers.get(device_id, known.number + 1)
        }
