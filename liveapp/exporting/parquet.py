"""Parquet, for data tools. It needs pyarrow, which is large and not there for every machine: loaded when asked for."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from liveapp.exporting.parts import PARTS, bucket_cells, reading_cells
from liveapp.exporting.records import readings, summaries
from liveapp.exporting.selection import Selection
from liveapp.levels import Level
from liveapp.metrics import MetricDescription

# Bounds what is in memory: at 32 metrics a group is 17 MB.
GROUP_ROWS = 65_536
BATCH_ROWS = 1_024


class ParquetMissing(Exception):
    """pyarrow is not installed."""


def check() -> None:
    """Raises ParquetMissing."""
    _pyarrow()


def chunks(selection: Selection) -> Iterator[bytes]:
    """One row group after the other; `time` is UTC in ms, and each column's metadata has its unit and label.

    A chunk may be empty: then there is nothing to hand over yet.
    """
    pyarrow = _pyarrow()
    from pyarrow.parquet import ParquetWriter

    schema = pyarrow.schema(_fields(pyarrow, selection), metadata={"device": selection.device_id})
    sink = _Sink()
    with ParquetWriter(sink, schema, compression="zstd") as writer:
        group: list[Any] = []
        for batch in _batches(pyarrow, schema, _rows(selection)):
            group.append(batch)
            if len(group) * BATCH_ROWS >= GROUP_ROWS:
                writer.write_table(pyarrow.Table.from_batches(group, schema))
                group.clear()
            yield sink.take()
        if group:
            writer.write_table(pyarrow.Table.from_batches(group, schema))
    yield sink.take()


class _Sink:
    """A file to write to, whose content is taken out piece by piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0
        self.closed = False

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._position += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._position

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def flush(self) -> None:
        """What was written is there to be taken."""

    def close(self) -> None:
        """What was written can still be taken."""
        self.closed = True


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise ParquetMissing(
            "Parquet needs pyarrow, which is not installed on the server: "
            "pip install -r requirements-parquet.txt there, or choose csv or ndjson."
        ) from error
    return pyarrow


def _fields(pyarrow: Any, selection: Selection) -> list[Any]:
    number, count = pyarrow.float64(), pyarrow.int64()
    time = pyarrow.field("time", pyarrow.timestamp("ms", tz="UTC"), nullable=False)
    if selection.level is Level.RAW:
        return [time, *(pyarrow.field(one.name, number, metadata=_about(one)) for one in selection.metrics)]
    return [
        time,
        *(
            pyarrow.field(f"{one.name}_{part}", count if part == "count" else number, metadata=_about(one))
            for one in selection.metrics
            for part in PARTS
        ),
    ]


def _about(metric: MetricDescription) -> dict[str, str]:
    return {"unit": metric.unit, "label": metric.label}


def _batches(pyarrow: Any, schema: Any, rows: Iterator[Sequence[Any]]) -> Iterator[Any]:
    while part := list(islice(rows, BATCH_ROWS)):
        columns = zip(*part, strict=True)
        arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        yield pyarrow.record_batch(arrays, schema=schema)


def _rows(selection: Selection) -> Iterator[Sequence[Any]]:
    names = [metric.name for metric in selection.metrics]
    if selection.level is Level.RAW:
        for time_ms, values in readings(selection):
            yield time_ms, *reading_cells(names, values)
    else:
        for start_ms, buckets in summaries(selection):
            yield start_ms, *bucket_cells(names, buckets)
