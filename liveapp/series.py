"""Readings as columns: one shape for a live frame, a history answer and the chart's buffer. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

Columns = dict[str, Any]


def columns(readings: Iterable[tuple[int, Mapping[str, float]]]) -> Columns:
    """`{"time": [ms…], "values": {metric: [number or None…]}}`, a column as long as `time` each."""
    times: list[int] = []
    values: dict[str, list[float | None]] = {}
    for count, (time_ms, measured) in enumerate(readings):
        times.append(time_ms)
        for name, value in measured.items():
            column = values.get(name)
            if column is None:
                column = values[name] = []
            if len(column) < count:
                column.extend([None] * (count - len(column)))
            column.append(value)
    for column in values.values():
        column.extend([None] * (len(times) - len(column)))
    return {"time": times, "values": values}
