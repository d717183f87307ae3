"""Log lines: plain for people or JSON for machines, and none of them a client's doing."""

import logging
import threading
from time import monotonic
from typing import Any

from pythonjsonlogger.json import JsonFormatter

QUIETED = (
    "Invalid UTF-8 sequence received from client.",
    "Unexpected exception in receive task",
    "Unexpected exception while cleaning-up channel:",
)
# What Django takes for an attack and answers with 400: whoever likes can make it do so again and again.
REFUSALS = "django.security."
# What is said of a connection beside the sentence itself.
FIELDS = ("device", "connection")
KEPT = ("time", "level", "logger", "message", "process", *FIELDS, "exc_info", "stack_info")
# Longer than the longest pause between two of the same: what is away is looked for every 10 s at least.
QUIET_S = 60.0


class ClientMistakes(logging.Filter):
    """Libraries log some outside mistakes with a traceback: keep the line, drop the traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg in QUIETED and record.exc_info:
            record.msg = f"{record.msg} ({type(record.exc_info[1]).__name__})"
            record.exc_info = record.exc_text = None
        elif record.name.startswith(REFUSALS):
            record.exc_info = record.exc_text = None
        return True


class Repetition(logging.Filter):
    """What is said again and again as long as something is away is said once, until it has been quiet for a while.

    Of this project's own lines that holds for those logged with `extra={"is_repeated": True}`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        is_repeated = vars(record).pop("is_repeated", False)
        # Django's line about each answer that says "not now".
        is_repeated |= vars(record).get("status_code") == 503
        if not is_repeated and not record.name.startswith("channels_redis."):
            return True
        line = f"{record.name} {record.msg}"
        with self._lock:
            now_s, before_s = monotonic(), self._said_s.get(line)
            self._said_s[line] = now_s
        return before_s is None or now_s >= before_s + QUIET_S


def _one_line(text: str) -> str:
    """What a client named must not begin a line of its own."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


class PlainFormatter(logging.Formatter):
    """`2026-11-21 04:00:00,123 INFO liveapp.consumers.device: connected. device=kitchen connection=5f… process=7`"""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = _one_line(record.message)
        fields = [f" {name}={_one_line(str(vars(record)[name]))}" for name in FIELDS if name in vars(record)]
        return super().formatMessage(record) + "".join(
            [*fields, f" process={record.process}"] if fields else []
        )

    def formatException(self, ei: Any) -> str:
        # Set in: no line of it can pass for one of the log's own.
        return "\n".join(f"    {_one_line(line)}" for line in super().formatException(ei).splitlines())


class JsonLines(JsonFormatter):
    """One JSON object a line, of the fields in KEPT.

    Of no others: what Django adds names a request with its whole address, and there can be a token in that.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s %(process)d",
            rename_fields={"levelname": "level", "name": "logger"},
            # In UTC, as all times are here.
            timestamp="time",
            **options,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in log_data.items() if name in KEPT}
