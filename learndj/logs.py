"""Log lines: plain for people or JSON for machines, and none of them a client's doing."""

import logging
import threading
from time import monotonic
from typing import Any

from pythonjsonlogger.json import JsonFormatter

QUIETED = ("Invalid UTF-8 sequence received from client.", "Unexpected exception in receive task")
# What is said of a connection beside the sentence itself.
FIELDS = ("device", "connection")
REPEAT_S = 60.0


class ClientMistakes(logging.Filter):
    """Libraries log some outside mistakes with a traceback: keep the line, drop the traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg in QUIETED and record.exc_info:
            record.msg = f"{record.msg} ({type(record.exc_info[1]).__name__})"
            record.exc_info = record.exc_text = None
        return True


class Repetition(logging.Filter):
    """What is said again and again, as long as something is away, is let through once a minute."""

    def __init__(self, loggers: tuple[str, ...]) -> None:
        super().__init__()
        self._loggers = loggers
        self._said_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(self._loggers):
            return True
        with self._lock:
            now_s = monotonic()
            is_new = now_s >= self._said_s.get(f"{record.name} {record.msg}", -REPEAT_S) + REPEAT_S
            if is_new:
                self._said_s[f"{record.name} {record.msg}"] = now_s
        return is_new


def _one_line(text: str) -> str:
    """What a client named must not begin a line of its own."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


class PlainFormatter(logging.Formatter):
    """`2026-11-21 04:00:00,123 INFO liveapp.consumers.device: connected device=kitchen connection=5f…`"""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = _one_line(record.message)
        fields = [f" {name}={_one_line(str(vars(record)[name]))}" for name in FIELDS if name in vars(record)]
        return super().formatMessage(record) + "".join(fields)


class JsonLines(JsonFormatter):
    """One JSON object a line: `time`, `level`, `logger`, `message`, `process`, and what else is said of it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s %(process)d",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            **options,
        )
