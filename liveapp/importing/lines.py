"""The lines of a file, one at a time: none can be so long that it fills memory."""

import io
from collections.abc import Iterator
from typing import NamedTuple

# 32 metrics with the longest names are 3 KiB.
MAX_LINE_BYTES = 16 * 1024
SHOWN_BYTES = 500


class Line(NamedTuple):
    """`problem` says why it could not be read."""

    number: int
    text: str
    problem: str = ""


def lines(file: io.BufferedReader, encoding: str) -> Iterator[Line]:
    """Those that are not blank."""
    number = 0
    while raw := file.readline(MAX_LINE_BYTES):
        number += 1
        if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
            _skip_line(file)
            shown = raw[:SHOWN_BYTES].decode(encoding, "replace")
            yield Line(number, f"{shown}…", f"The line is longer than {MAX_LINE_BYTES // 1024} KiB.")
        elif not raw.isspace():
            yield _decoded(number, raw.rstrip(b"\r\n"), encoding)


def _skip_line(file: io.BufferedReader) -> None:
    while (part := file.readline(MAX_LINE_BYTES)) and not part.endswith(b"\n"):
        pass


def _decoded(number: int, raw: bytes, encoding: str) -> Line:
    try:
        return Line(number, raw.decode(encoding))
    except UnicodeError:
        name = "UTF-8" if encoding.startswith("utf-8") else encoding
        mend = "Save the file as UTF-8, or name its encoding: --encoding cp1252."
        return Line(number, raw.decode("utf-8", "replace"), f"The line is not {name}. {mend}")
