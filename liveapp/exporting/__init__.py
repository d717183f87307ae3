"""Exports: what is kept of a device as a file of any size, in pieces."""

from liveapp.exporting.formats import FORMATS, Format, ParquetMissing
from liveapp.exporting.selection import Selection, UnknownMetrics, select

__all__ = ["FORMATS", "Format", "ParquetMissing", "Selection", "UnknownMetrics", "select"]
