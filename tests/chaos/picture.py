"""What a dashboard shows of each device, and how that differs from what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.reconcile import SEQUENCE

# Says that a board's clock was wrong. Here no clock ever is.
CORRECTION = "clock_correction_ms"
# Whole rows in this order instead of mappings: a picture holds a hundred thousand readings.
METRICS = (
    "temperature",
    "humidity",
    "pressure",
    "roll",
    "pitch",
    "yaw",
    "acceleration_x",
    "acceleration_y",
    "acceleration_z",
    SEQUENCE,
    CORRECTION,
)
Values = tuple[float | None, ...]


def row(values: Mapping[str, float]) -> Values:
    return tuple(values.get(name) for name in METRICS)


@dataclass(frozen=True)
class Difference:
    """Times in ms, of one device: stored and not shown, shown otherwise than stored, shown and not stored."""

    missing: list[int]
    other: list[int]
    unknown: list[int]

    def __bool__(self) -> bool:
        return bool(self.missing or self.other or self.unknown)

    def __str__(self) -> str:
        kinds = {"missing": self.missing, "other": self.other, "unknown": self.unknown}
        return ", ".join(f"{len(times)} {kind} {_span(times)}" for kind, times in kinds.items() if times)


def _span(times: list[int]) -> str:
    return f"({min(times)} to {max(times)})"


class Picture:
    """Of each device the values by time in ms, merged cell by cell as in the browser."""

    def __init__(self) -> None:
        self.devices: dict[str, dict[int, Values]] = defaultdict(dict)

    def merge(self, series: Mapping[str, Any]) -> None:
        times, columns = series["time"], series["values"]
        assert columns.keys() <= set(METRICS), f"unknown metrics: {columns.keys() - set(METRICS)}"
        held = self.devices[series["device"]]
        cells = (columns.get(name) or [None] * len(times) for name in METRICS)
        for time_ms, values in zip(times, zip(*cells, strict=True), strict=True):
            known = held.setdefault(time_ms, values)
            if known != values:
                held[time_ms] = tuple(
                    old if new is None else new for old, new in zip(known, values, strict=True)
                )

    def count(self) -> int:
        return sum(map(len, self.devices.values()))

    def difference(self, device: str, stored: Mapping[int, Values], since_ms: int) -> Difference:
        """Nothing stored from `since_ms` on may be missing; older readings may be shown, if they are stored."""
        held = self.devices[device]
        return Difference(
            missing=[time_ms for time_ms in stored if time_ms >= since_ms and time_ms not in held],
            other=[time_ms for time_ms, values in held.items() if stored.get(time_ms, values) != values],
            unknown=[time_ms for time_ms in held if time_ms not in stored],
        )
