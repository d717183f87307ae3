"""Keep the log free of tracebacks for what a client or a bus that is away did."""

import logging

QUIETED = ("Invalid UTF-8 sequence received from client.", "Unexpected exception in receive task")


class ClientMistakes(logging.Filter):
    """Libraries log some outside mistakes with a traceback: keep the line, drop the traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg in QUIETED and record.exc_info:
            record.msg = f"{record.msg} ({type(record.exc_info[1]).__name__})"
            record.exc_info = record.exc_text = None
        return True
