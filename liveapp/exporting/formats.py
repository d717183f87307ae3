"""The formats an export can have."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from liveapp.exporting import comma_separated, json_lines, parquet
from liveapp.exporting.parquet import ParquetMissing
from liveapp.exporting.selection import Selection

__all__ = ["FORMATS", "Format", "ParquetMissing"]


def _anywhere() -> None:
    """It needs nothing that might not be installed."""


class Format(NamedTuple):
    """`chunks` gives the file in pieces, some of them empty; it blocks and raises StorageUnavailable.

    `check` raises ParquetMissing where what a format needs is not installed.
    """

    suffix: str
    content_type: str
    chunks: Callable[[Selection], Iterator[bytes]]
    check: Callable[[], None] = _anywhere


FORMATS = {
    one.suffix: one
    for one in (
        Format("csv", "text/csv; charset=utf-8; header=present", comma_separated.chunks),
        Format("ndjson", "application/x-ndjson", json_lines.chunks),
        Format("parquet", "application/vnd.apache.parquet", parquet.chunks, parquet.check),
    )
}
