"""A file of a kind not known yet, to what is found in it: CSV, NDJSON, or a JSON array."""

import io
from typing import Any, NamedTuple

from liveapp.importing import comma_separated, json_documents
from liveapp.importing.found import Findings, Hints, Unreadable
from liveapp.importing.lines import MAX_LINE_BYTES, lines

__all__ = ["MAX_LINE_BYTES", "Opened", "opened"]

BOM = b"\xef\xbb\xbf"
# What such files begin with, and how to make of them what can be read.
OTHER_KINDS = {
    b"PAR1": "The file is Parquet, which can be exported but not imported. Export it as CSV or NDJSON.",
    b"PK\x03\x04": "The file is a spreadsheet or a ZIP archive. Save the sheet as CSV (UTF-8), or unpack it first.",
    b"\x1f\x8b": "The file is compressed. Unpack it first: gunzip -c FILE | manage.py import - --device …",
    b"\xff\xfe": "The file is UTF-16. Save it as CSV UTF-8.",
    b"\xfe\xff": "The file is UTF-16. Save it as CSV UTF-8.",
}


class Opened(NamedTuple):
    findings: Findings
    source: "Source"


class Source(io.RawIOBase):
    """Any file to read from; `position` is how many bytes of it were read."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._file.read(len(buffer))
        buffer[: len(part)] = part
        self.position += len(part)
        return len(part)


def opened(file: Any, hints: Hints) -> Opened:
    """Looks at the beginning at once. Raises Unreadable, with how to mend it."""
    source = Source(file)
    buffered: io.BufferedReader = io.BufferedReader(source, 1 << 16)
    return Opened(_findings(buffered, hints), source)


def _findings(file: io.BufferedReader, hints: Hints) -> Findings:
    if file.peek(len(BOM)).startswith(BOM):
        file.read(len(BOM))
    head = file.peek()
    for beginning, mend in OTHER_KINDS.items():
        if head.startswith(beginning):
            raise Unreadable(mend)
    first = head.lstrip()[:1]
    if not first:
        raise Unreadable("There is nothing in the file.")
    try:
        if first == b"[":
            return json_documents.of_array(file, hints)
        in_lines = lines(file, hints.encoding)
        return (json_documents.of_lines if first == b"{" else comma_separated.of_lines)(in_lines, hints)
    except LookupError as error:
        raise Unreadable(f"There is no encoding {hints.encoding!r}. Use utf-8 or cp1252.") from error
