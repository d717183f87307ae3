"""The elements of a JSON array that is longer than memory."""

import codecs
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from liveapp.importing.found import Unreadable
from liveapp.importing.lines import MAX_LINE_BYTES

BEGIN = re.compile(r"\s*\[")
BETWEEN = re.compile(r"[\s,]*")
CHUNK_BYTES = 1 << 16
_decode = json.JSONDecoder().raw_decode


def elements(file: io.BufferedReader, encoding: str) -> Iterator[tuple[int, str, Any]]:
    """Each with the line it begins in, and as it stands there. Raises Unreadable where it goes on no more."""
    chunks = _chunks(file, encoding)
    text, line = "", 1
    begin = None
    while begin is None:
        text += _more(chunks, line)
        begin = BEGIN.match(text)
    at = begin.end()
    while True:
        start = _end_of(BETWEEN, text, at)
        line += text.count("\n", at, start)
        if text.startswith("]", start):
            return
        found = _element(text, start)
        if found is None:
            if len(text) - start > MAX_LINE_BYTES:
                raise _broken(line)
            text, at = text[start:] + _more(chunks, line), 0
            continue
        document, at = found
        yield line, text[start:at], document
        line += text.count("\n", start, at)


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()


def _element(text: str, start: int) -> tuple[Any, int] | None:
    """None where it is not whole yet, or broken."""
    try:
        return _decode(text, start)
    except (ValueError, RecursionError):
        return None


def _chunks(file: io.BufferedReader, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while chunk := file.read1(CHUNK_BYTES):
        yield decoder.decode(chunk)


def _more(chunks: Iterator[str], line: int) -> str:
    for chunk in chunks:
        if chunk:
            return chunk
    raise _broken(line)


def _broken(line: int) -> Unreadable:
    return Unreadable(
        f"From line {line} on the JSON is broken, or cut off. What stands before that was read."
    )
