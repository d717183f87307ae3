"""Imports: readings out of files of any size, on the way that a board's readings go."""

from liveapp.importing.files import MAX_LINE_BYTES, Opened, opened
from liveapp.importing.found import Found, Hints, Problem, Unreadable, named, time_zone
from liveapp.importing.loading import Batch, Loading
from liveapp.importing.report import Report

__all__ = [
    "MAX_LINE_BYTES",
    "Batch",
    "Found",
    "Hints",
    "Loading",
    "Opened",
    "Problem",
    "Report",
    "Unreadable",
    "named",
    "opened",
    "time_zone",
]
