"""The newest reading of each device, as this process has heard of it. Pure."""

from typing import Any


class Latest:
    """The newest reading of each device: a time in ms and its values."""

    def __init__(self) -> None:
        self._readings: dict[str, tuple[int, dict[str, float]]] = {}

    def offer(self, device_id: str, time_ms: int, values: dict[str, float]) -> None:
        """Keep it unless a newer one is known; a second part of the same millisecond is merged."""
        known = self._readings.get(device_id)
        if known is None or time_ms > known[0]:
            self._readings[device_id] = (time_ms, values)
        elif time_ms == known[0]:
            self._readings[device_id] = (time_ms, known[1] | values)

    def offer_series(self, series: dict[str, Any]) -> None:
        times = series["time"]
        newest = max(range(len(times)), key=times.__getitem__)
        values = {
            name: column[newest] for name, column in series["values"].items() if column[newest] is not None
        }
        self.offer(series["device"], times[newest], values)

    def describe(self, device_id: str) -> dict[str, Any] | None:
        known = self._readings.get(device_id)
        return None if known is None else {"time": known[0], "values": known[1]}

    def forget(self, device_id: str) -> None:
        self._readings.pop(device_id, None)
