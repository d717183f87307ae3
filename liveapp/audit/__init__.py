"""The record of who did what, and what people are told of it."""

from liveapp.audit.logged import changed_fields, log, subject_of, subject_of_retention
from liveapp.audit.writing import record, record_command

__all__ = ["changed_fields", "log", "record", "record_command", "subject_of", "subject_of_retention"]
