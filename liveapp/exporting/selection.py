"""What an export is of: a device's span at a level, and which metrics of it."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import NamedTuple

from liveapp.clock import now_ms
from liveapp.levels import Level
from liveapp.metrics import MetricDescription, undescribed
from liveapp.models import Device
from liveapp.models.device import from_ms
from liveapp.models.metric import all_descriptions
from liveapp.models.reading import TIME_MASK
from liveapp.protocol import shorten
from liveapp.spans import Span

ALL_TIME_MS = TIME_MASK + 1


class UnknownMetrics(Exception):
    """The device has never measured what was asked for."""


class Selection(NamedTuple):
    """`metrics` are those the device has had when the export began: they are its columns."""

    device_id: str
    span: Span
    level: Level
    metrics: tuple[MetricDescription, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(metric.name for metric in self.metrics)

    @property
    def file_stem(self) -> str:
        """`kitchen_2026-11-21`, `kitchen_hour_2026-01-01_2026-02-01`: without an end, the day of the export."""
        level = [] if self.level is Level.RAW else [self.level.label]
        start = [] if self.span.start_ms == 0 else [_day(self.span.start_ms)]
        end_ms = now_ms() if self.span.end_ms == ALL_TIME_MS else self.span.end_ms
        return "_".join([self.device_id, *level, *start, _day(end_ms)])


def select(
    device: Device, start_ms: int, end_ms: int, level: Level, names: Collection[str] | None = None
) -> Selection:
    """Of all the device's metrics, or those of `names`. Blocks. Raises UnknownMetrics."""
    if unknown := sorted(set(names or ()) - set(device.metrics)):
        has = ", ".join(device.metrics) or "none yet"
        raise UnknownMetrics(f"{device.id} has no metric {shorten(unknown[0])}. It has: {has}.")
    known = all_descriptions()
    wanted = [name for name in device.metrics if names is None or name in names]
    metrics = tuple(known.get(name, undescribed(name)) for name in wanted)
    return Selection(device.id, Span(device.number, start_ms, end_ms), level, metrics)


def _day(time_ms: int) -> str:
    moment: datetime = from_ms(time_ms)
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
