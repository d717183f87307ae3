"""The record of who did what, and what people are told of it."""

from liveapp.audit.logged import (
    COMMAND_LINE,
    changed_fields,
    log,
    log_command,
    subject_of,
    subject_of_retention,
)
from liveapp.audit.writing import record, record_command

__all__ = [
    "COMMAND_LINE",
    "changed_fields",
    "log",
    "log_command",
    "record",
    "record_command",
    "subject_of",
    "subject_of_retention",
]
