"""CSV as RFC 4180 has it, in UTF-8. Numbers are written so that they are read back to the last bit."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from liveapp.exporting.parts import PARTS, bucket_cells, reading_cells
from liveapp.exporting.records import readings, summaries
from liveapp.exporting.selection import Selection
from liveapp.levels import MINUTE_MS, Level
from liveapp.metrics import MetricDescription

ROWS = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def chunks(selection: Selection) -> Iterator[bytes]:
    """A header, and a line for each reading or bucket."""
    yield _encoded([header(selection)])
    rows = _rows(selection)
    while part := list(islice(rows, ROWS)):
        yield _encoded(part)


def header(selection: Selection) -> list[str]:
    """`time`, and of each metric its name with its unit: `temperature (°C)`, `temperature mean (°C)`."""
    if selection.level is Level.RAW:
        return ["time", *(f"{metric.name}{_unit(metric)}" for metric in selection.metrics)]
    return ["time", *(_part_title(metric, part) for metric in selection.metrics for part in PARTS)]


def iso(time_ms: int) -> str:
    """`2026-11-21T09:40:06.123Z`."""
    minute, rest_ms = divmod(time_ms, MINUTE_MS)
    return f"{_minute(minute)}{rest_ms // 1000:02}.{rest_ms % 1000:03}Z"


@lru_cache(maxsize=10_000)
def _minute(minute: int) -> str:
    return f"{EPOCH + timedelta(minutes=minute):%Y-%m-%dT%H:%M:}"


def _rows(selection: Selection) -> Iterator[list[Any]]:
    names = [metric.name for metric in selection.metrics]
    if selection.level is Level.RAW:
        for time_ms, values in readings(selection):
            yield [iso(time_ms), *reading_cells(names, values)]
    else:
        for start_ms, buckets in summaries(selection):
            yield [iso(start_ms), *bucket_cells(names, buckets)]


def _part_title(metric: MetricDescription, part: str) -> str:
    return f"{metric.name} {part}" if part == "count" else f"{metric.name} {part}{_unit(metric)}"


def _unit(metric: MetricDescription) -> str:
    """People's own text: no line breaks, and nothing that a spreadsheet could take for the begin of a cell."""
    characters = (one if one.isprintable() and one != ";" else " " for one in metric.unit)
    unit = " ".join("".join(characters).split())
    return f" ({unit})" if unit else ""


def _encoded(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    # It writes a float with repr, which is exact.
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
