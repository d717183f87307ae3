"""A span in some numbers for each metric, exact to the reading at its edges."""

from collections.abc import Iterable, Sequence
from math import fsum
from operator import itemgetter
from typing import Any, NamedTuple

from liveapp.levels import HOUR_MS, Level
from liveapp.models.reading import time_of
from liveapp.resolution import resolution_for
from liveapp.spans import Kept, Span, binned, buckets, readings
from liveapp.store import store
from liveapp.summary import Summary, combine
from liveapp.zone import zone

POINTS = 1_000
# So many of the newest readings are looked at for the last value of a metric.
LAST_ROWS = 1_000
MINIMUM, MAXIMUM = 2, 3
Numbers = dict[str, Any]
# The start of a bucket, its level and its summaries; of a reading, its time and its values.
Found = tuple[int, Level, Any]


class Piece(NamedTuple):
    """What is known of one metric in a bucket, or of one reading (level RAW)."""

    level: Level
    start_ms: int
    summary: Summary

    @property
    def middle_ms(self) -> float:
        return self.start_ms + self.level.width_ms / 2


def statistics(span: Span, metrics: frozenset[str] | None = None) -> dict[str, Numbers]:
    """Of each metric that has readings in the span: count, mean, min, max, last and trend. Blocks."""
    kept = Kept(span.number)
    finest = kept.finest(span.start_ms)
    level = resolution_for(span.end_ms - span.start_ms, POINTS, finest).level
    by_metric: dict[str, list[Piece]] = {}
    for start_ms, of, values in _pieces(span, level, kept):
        for name, summary in values.items():
            if metrics is None or name in metrics:
                by_metric.setdefault(name, []).append(Piece(of, start_ms, summary))
    last = _last(span)
    return {
        name: _numbers(span, name, pieces, kept) | {"last": last.get(name)}
        for name, pieces in by_metric.items()
    }


def _pieces(span: Span, level: Level, kept: Kept) -> Iterable[Found]:
    """Whole buckets of a level that is kept, and at both edges what is finer, down to readings."""
    if level is Level.RAW:
        rows, _ = readings(span)
        return [(start_ms, level, values) for start_ms, values in binned(rows, lambda time_ms: time_ms)]
    first_ms, last_ms = level.start_of(span.start_ms, zone()), level.start_of(span.end_ms, zone())
    inner_ms = first_ms if first_ms == span.start_ms else level.end_of(first_ms, zone())
    if inner_ms >= last_ms:
        return _edge(span, level, kept)
    return [
        *_edge(span._replace(end_ms=inner_ms), level, kept),
        *_whole(span._replace(start_ms=inner_ms, end_ms=last_ms), level),
        *_edge(span._replace(start_ms=last_ms), level, kept),
    ]


def _edge(span: Span, level: Level, kept: Kept) -> Iterable[Found]:
    """What is finer than a level; where that has been deleted, the buckets that the edge lies in, whole."""
    if span.start_ms >= span.end_ms:
        return []
    if kept.finest(span.start_ms) > level.below:
        return _whole(span, level)
    return _pieces(span, level.below, kept)


def _whole(span: Span, level: Level) -> Iterable[Found]:
    return ((start_ms, level, values) for start_ms, values in buckets(span, level).buckets)


def _numbers(span: Span, name: str, pieces: Sequence[Piece], kept: Kept) -> Numbers:
    whole = combine([piece.summary for piece in pieces])
    numbers: Numbers = {"count": whole.readings, "mean": whole.mean}
    if whole.agreement is not None:
        # Of directions none is the least, and they have no trend.
        return numbers | {"min": None, "max": None, "trend_per_hour": None}
    least = min(pieces, key=lambda piece: piece.summary.minimum)
    greatest = max(pieces, key=lambda piece: piece.summary.maximum)
    return numbers | {
        "min": {"value": whole.minimum, "time": _moment(span.number, name, least, MINIMUM, kept)},
        "max": {"value": whole.maximum, "time": _moment(span.number, name, greatest, MAXIMUM, kept)},
        "trend_per_hour": _trend(pieces),
    }


def _moment(number: int, name: str, piece: Piece, part: int, kept: Kept) -> int:
    """When a bucket had its extreme, in ms: the start of the finest bucket that is still kept."""
    if piece.level is Level.RAW:
        return piece.start_ms
    span = Span(number, piece.start_ms, piece.level.end_of(piece.start_ms, zone()))
    # Of a day whose quarters are gone the hours may still be there.
    finer = max(piece.level.below, kept.finest(span.start_ms))
    for start_ms, level, values in _pieces(span, finer, kept) if finer < piece.level else ():
        if name in values and values[name][part] == piece.summary[part]:
            return _moment(number, name, Piece(level, start_ms, values[name]), part, kept)
    return piece.start_ms


def _trend(pieces: Sequence[Piece]) -> float | None:
    """The slope of the line that lies nearest to all, per hour."""
    weights = [piece.summary.readings for piece in pieces]
    hours = [(piece.middle_ms - pieces[0].middle_ms) / HOUR_MS for piece in pieces]
    means = [piece.summary.mean for piece in pieces]
    total = sum(weights)
    middle = fsum(weight * hour for weight, hour in zip(weights, hours, strict=True)) / total
    level = fsum(weight * mean for weight, mean in zip(weights, means, strict=True)) / total
    spread = fsum(weight * (hour - middle) ** 2 for weight, hour in zip(weights, hours, strict=True))
    if not spread:
        return None
    both = zip(weights, hours, means, strict=True)
    return fsum(weight * (hour - middle) * (mean - level) for weight, hour, mean in both) / spread


def _last(span: Span) -> dict[str, dict[str, float]]:
    """The newest value of each metric, as far as readings are kept."""
    rows = store().read(*span.keys, LAST_ROWS)
    found = ((name, value, time_of(row.key)) for row in rows for name, value in row.values.items())
    return {
        name: {"value": value, "time": time_ms} for name, value, time_ms in sorted(found, key=itemgetter(2))
    }
