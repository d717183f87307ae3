"""What lies in a span, oldest first and never much of it in memory: readings, or buckets of a level."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from liveapp.bucketing import Timed, of_buckets
from liveapp.exporting.selection import Selection
from liveapp.levels import Level
from liveapp.models.reading import time_of
from liveapp.spans import Span, binned
from liveapp.store import Bucket, pages, rollup_store, store
from liveapp.summary import Summary
from liveapp.zone import zone

# While a page is decoded nothing else in the process runs: acks wait for no longer than a few ms.
PAGE = 1_000
Value = TypeVar("Value")
# A time in ms, and what there is of it by the name of the metric.
Reading = tuple[int, Mapping[str, float]]
Summaries = tuple[int, Mapping[str, Summary]]


def readings(selection: Selection) -> Iterator[Reading]:
    """Those that have one of the metrics at least. Blocks; raises StorageUnavailable."""
    names = selection.names
    for row in pages(store().scan, *selection.span.keys, PAGE):
        if values := _only(row.values, names):
            yield time_of(row.key), values


def summaries(selection: Selection) -> Iterator[Summaries]:
    """Whole buckets that touch the span; those not rolled up yet are made on the spot. Blocks as `readings` does."""
    names = selection.names
    for bucket in _buckets(selection.span.aligned(selection.level), selection.level):
        if values := _only(bucket.values, names):
            yield bucket.start_ms, values


def _buckets(span: Span, level: Level) -> Iterator[Timed]:
    def scan(start_key: int, end_key: int, limit: int) -> list[Bucket]:
        return rollup_store().scan(level, start_key, end_key, limit)

    open_ms = span.start_ms
    for bucket in pages(scan, *span.keys, PAGE):
        start_ms = time_of(bucket.key)
        open_ms = level.end_of(start_ms, zone())
        yield Timed(start_ms, bucket.values)
    if open_ms < span.end_ms:
        yield from _unfinished(span._replace(start_ms=open_ms), level)


def _unfinished(span: Span, level: Level) -> Iterator[Timed]:
    """Behind the last bucket that is rolled up, from what lies below."""

    def start_of(time_ms: int) -> int:
        return level.start_of(time_ms, zone())

    if level.below is Level.RAW:
        return binned(pages(store().scan, *span.keys, PAGE), start_of)
    return of_buckets(_buckets(span, level.below), start_of)


def _only(values: Mapping[str, Value], names: frozenset[str]) -> Mapping[str, Value]:
    if values.keys() <= names:
        return values
    return {name: value for name, value in values.items() if name in names}
