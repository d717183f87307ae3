"""A copy of every reading as a line of JSON, written before anything else happens to the reading."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)


class Record:
    """Appends `{"seq": …, "values": {…}}` to the file at `path`. Raises `OSError` when it cannot be opened.

    A number that comes again further down replaces the earlier line: that reading was never spooled, because the
    publisher was killed, or the power failed, before the commit.
    """

    def __init__(self, path: Path) -> None:
        # Unbuffered: each line is with the system before the reading goes on, and a failed one leaves nothing behind.
        self._file = path.open("ab", buffering=0)
        self._failing = False

    def write(self, seq: int, values: Mapping[str, float]) -> None:
        """Add one line and hand it to the system; a full disk is said once and stops nothing."""
        try:
            self._file.write(json.dumps({"seq": seq, "values": dict(values)}).encode() + b"\n")
            self._failing = False
        except OSError as error:
            if not self._failing:
                log.error("The record cannot be written: %s", error)
            self._failing = True

    def close(self) -> None:
        """Close the file."""
        self._file.close()
