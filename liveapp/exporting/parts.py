"""What a table says of each metric: the value of a reading, or four numbers of a bucket."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from liveapp.summary import Summary

# As a bucket's columns are called, and in this order.
PARTS = ("mean", "min", "max", "count")
NO_PARTS = (None,) * len(PARTS)


def reading_cells(names: Sequence[str], values: Mapping[str, float]) -> Iterator[float | None]:
    return map(values.get, names)


def bucket_cells(names: Sequence[str], values: Mapping[str, Summary]) -> Iterator[float | None]:
    for name in names:
        summary = values.get(name)
        yield from NO_PARTS if summary is None else parts_of(summary)


def parts_of(summary: Summary) -> Iterable[float]:
    return summary.mean, summary.minimum, summary.maximum, summary.readings
