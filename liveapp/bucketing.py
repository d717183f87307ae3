"""Readings to buckets, and finer buckets to coarser ones. Pure; what comes in is in the order of time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from liveapp.summary import Summaries, Summary, combine_all, summarise

# The start of the bucket that a time lies in, both in ms.
StartOf = Callable[[int], int]


class Timed(NamedTuple):
    """A bucket by its start in ms."""

    start_ms: int
    values: Summaries


def of_readings(
    readings: Iterable[tuple[int, Mapping[str, float]]], start_of: StartOf, circular: Collection[str]
) -> Iterator[Timed]:
    """Buckets of readings, each with its time in ms; `circular` names the metrics that are angles."""
    for start_ms, group in groupby(readings, lambda reading: start_of(reading[0])):
        yield Timed(start_ms, _summaries([values for _, values in group], circular))


def of_buckets(buckets: Iterable[Timed], start_of: StartOf) -> Iterator[Timed]:
    """Coarser buckets of finer ones."""
    for start_ms, group in groupby(buckets, lambda bucket: start_of(bucket.start_ms)):
        yield Timed(start_ms, combine_all(bucket.values for bucket in group))


def _summaries(many: Iterable[Mapping[str, float]], circular: Collection[str]) -> dict[str, Summary]:
    columns: dict[str, list[float]] = {}
    for values in many:
        for name, value in values.items():
            columns.setdefault(name, []).append(value)
    return {name: summarise(column, circular=name in circular) for name, column in columns.items()}
