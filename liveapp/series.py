"""Readings as columns: one shape for a live frame, a history answer and the chart's buffer. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from liveapp.summary import Summaries

Columns = dict[str, Any]


def columns(readings: Iterable[tuple[int, Mapping[str, Any]]]) -> Columns:
    """`{"time": [ms…], "values": {metric: [number or None…]}}`, a column as long as `time` each."""
    times: list[int] = []
    values: dict[str, list[Any]] = {}
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


def summary_columns(buckets: Iterable[tuple[int, Summaries]]) -> Columns:
    """The same of buckets, `values` being their means; `min`, `max` and `count` have the form of `values`.

    `count` is of the readings that have this metric.
    """
    whole = columns(buckets)
    parts = [
        {
            name: [None if cell is None else cell[part] for cell in cells]
            for name, cells in whole["values"].items()
        }
        for part in range(4)
    ]
    return {"time": whole["time"], "values": parts[1], "min": parts[2], "max": parts[3], "count": parts[0]}
