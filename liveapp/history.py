"""A span to a series, at the resolution that fits the points asked for."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from liveapp.bucketing import StartOf, Timed, of_buckets
from liveapp.errors import InvalidMessage
from liveapp.levels import Level, start_of_days
from liveapp.models.reading import TIME_MASK, time_of
from liveapp.resolution import RAW, Resolution, raw_step_ms, resolution_for
from liveapp.series import Columns, columns, summary_columns
from liveapp.spans import Kept, Span, binned, buckets, readings
from liveapp.store import Row
from liveapp.zone import zone

DEFAULT_SPAN_MS = 5 * 60_000
MAX_POINTS = 2_000
Metrics = frozenset[str] | None
Value = TypeVar("Value")


def history(
    device_id: str,
    span: Span,
    *,
    points: int | None = None,
    metrics: Metrics = None,
    limits: Span | None = None,
) -> dict[str, Any]:
    """A series of at most `points` points, or, without, all readings (the newest 50,000 when there are more).

    Where readings of the span have been deleted, it is of what is still kept of all of it, 2,000 points at most.
    With `limits` no point tells of anything outside of them: a bucket at their edge is left out.
    Blocks. Raises InvalidMessage for a span that cannot be, StorageUnavailable.
    """
    if not 0 <= span.start_ms < span.end_ms <= TIME_MASK + 1:
        raise InvalidMessage(
            "The span is empty: start must be before end, both milliseconds since 1970 (UTC)."
        )
    return _described(device_id, span, _shown(span, points, metrics, limits))


def no_history(device_id: str, span: Span) -> dict[str, Any]:
    """The answer for a span of which nothing may be told."""
    return _described(device_id, span, _Shown(Level.RAW, 0, True, columns(())))


def _described(device_id: str, span: Span, shown: "_Shown") -> dict[str, Any]:
    return {
        "device": device_id,
        "resolution": shown.level.label,
        "step_ms": shown.step_ms,
        "start": span.start_ms,
        "end": span.end_ms,
        "complete": shown.complete,
        **shown.columns,
    }


class _Shown(NamedTuple):
    level: Level
    step_ms: int
    complete: bool
    columns: Columns


def _shown(span: Span, points: int | None, metrics: Metrics, limits: Span | None) -> _Shown:
    # Rather all of a span more coarsely than a part of it finely.
    finest = Kept(span.number).finest(span.start_ms)
    if points is None and finest is Level.RAW:
        return _raw(span, points, metrics)
    most = MAX_POINTS if points is None else points
    resolution = resolution_for(span.end_ms - span.start_ms, most, finest)
    if resolution is RAW:
        return _raw(span, points, metrics)
    if limits is not None:
        # A bucket at the edge is made of readings on both sides of it.
        span = span.aligned(resolution.level).clipped(limits.whole(resolution.level))
    return _bucketed(span, resolution, most, metrics)


def _raw(span: Span, points: int | None, metrics: Metrics) -> _Shown:
    rows, complete = readings(span)
    if points is None or len(rows) <= points:
        return _Shown(Level.RAW, 0, complete, _readings(rows, metrics))
    step_ms = raw_step_ms(span.end_ms - span.start_ms, points)
    found = binned(rows, lambda time_ms: time_ms - time_ms % step_ms)
    return _Shown(Level.RAW, step_ms, complete, _summaries(found, metrics))


def _bucketed(span: Span, resolution: Resolution, points: int, metrics: Metrics) -> _Shown:
    level = resolution.level
    if span.is_empty:
        return _Shown(level, resolution.step_ms, True, summary_columns(()))
    found, complete = buckets(span, level)
    if few := _all_readings(span.aligned(level), found, points):
        return _Shown(Level.RAW, 0, complete, _readings(few, metrics))
    merged = found if resolution.each == 1 else of_buckets(found, _start_of(resolution))
    return _Shown(level, resolution.step_ms, complete, _summaries(merged, metrics))


def _all_readings(span: Span, found: Iterable[Timed], points: int) -> list[Row]:
    """What buckets were made of where that is few enough to be shown as it is; nothing where some is purged."""
    expected = sum(max((one.readings for one in bucket.values.values()), default=0) for bucket in found)
    rows = readings(span)[0] if expected <= points else []
    return rows if expected <= len(rows) <= points else []


def _start_of(resolution: Resolution) -> StartOf:
    if resolution.level is Level.DAY:
        return lambda time_ms: start_of_days(time_ms, resolution.each, zone())
    return lambda time_ms: time_ms - time_ms % resolution.step_ms


def _readings(rows: Iterable[Row], metrics: Metrics) -> Columns:
    timed = ((time_of(row.key), _only(row.values, metrics)) for row in rows)
    return columns((time_ms, values) for time_ms, values in timed if values)


def _summaries(found: Iterable[Timed], metrics: Metrics) -> Columns:
    timed = ((bucket.start_ms, _only(bucket.values, metrics)) for bucket in found)
    return summary_columns((start_ms, values) for start_ms, values in timed if values)


def _only(values: Mapping[str, Value], metrics: Metrics) -> Mapping[str, Value]:
    if metrics is None:
        return values
    return {name: value for name, value in values.items() if name in metrics}
