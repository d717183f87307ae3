"""NDJSON: a JSON object a line. Each reading is as a board would send it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from liveapp.exporting.parts import PARTS, parts_of
from liveapp.exporting.records import readings, summaries
from liveapp.exporting.selection import Selection
from liveapp.levels import Level
from liveapp.protocol import encode

LINES = 1_000


def chunks(selection: Selection) -> Iterator[bytes]:
    """`{"time": …, "temperature": …}`; of a bucket each metric is an object with mean, min, max and count."""
    lines = (f"{encode(one)}\n" for one in _objects(selection))
    while part := list(islice(lines, LINES)):
        yield "".join(part).encode()


def _objects(selection: Selection) -> Iterable[dict[str, Any]]:
    if selection.level is Level.RAW:
        return ({"time": time_ms, **values} for time_ms, values in readings(selection))
    return (
        {"time": start_ms}
        | {name: dict(zip(PARTS, parts_of(one), strict=True)) for name, one in values.items()}
        for start_ms, values in summaries(selection)
    )
