"""JSON: an object a line as boards and `mongoexport` write them, or an array of objects."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from liveapp.errors import InvalidJson, InvalidReading, InvalidTime
from liveapp.importing.found import (
    MAX_FIELDS,
    NOT_MEASURED,
    TIME_NAMES,
    Findings,
    Found,
    Hints,
    Problem,
    Unreadable,
)
from liveapp.importing.json_array import elements
from liveapp.importing.lines import Line
from liveapp.importing.times import FORMS, json_ms
from liveapp.protocol import kind_of

# As MongoDB's tools write numbers when they keep their types apart.
NUMBERS = frozenset({"$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"})


def of_lines(lines: Iterator[Line], hints: Hints) -> Findings:
    """Raises Unreadable for an object that is spread over lines."""
    first = next(lines)
    if first.text.strip() == "{":
        raise Unreadable(
            "The objects are spread over several lines. Each must be on a line of its own, or all of them in one [ ]."
        )
    return (_of_line(line, hints) for line in _with_first(first, lines))


def _with_first(first: Line, lines: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from lines


def _of_line(line: Line, hints: Hints) -> Found:
    if line.problem:
        return Found(line.number, line.text, None, (Problem(InvalidReading.code, line.problem),))
    try:
        document = json.loads(line.text)
    except (ValueError, RecursionError) as error:
        detail = f"The line is not JSON: {str(error)[:80]}."
        return Found(line.number, line.text, None, (Problem(InvalidJson.code, detail),))
    return _found(line.number, line.text, document, hints)


def of_array(file: io.BufferedReader, hints: Hints) -> Findings:
    """Raises Unreadable where the array is broken: from there on nothing can be made out."""
    for line, text, document in elements(file, hints.encoding):
        yield _found(line, text, document, hints)


def _found(line: int, text: str, document: Any, hints: Hints) -> Found:
    try:
        reading = _reading(document, hints)
    except (InvalidReading, InvalidTime) as error:
        return Found(line, text, None, (Problem.of(error),))
    return Found(line, text, reading)


def _reading(document: Any, hints: Hints) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise InvalidReading(f"It is {kind_of(document)}. A reading is an object.")
    if len(document) > MAX_FIELDS:
        raise InvalidReading(f"It has {len(document)} fields, at most {MAX_FIELDS} can be read.")
    time_name = hints.time_name or next((name for name in TIME_NAMES if name in document), None)
    if time_name is None or document.get(time_name) is None:
        raise InvalidTime(f"There is no time in it. Is it under another name? --time NAME. {FORMS}")
    is_wire = time_name == "time"
    reading: dict[str, Any] = {
        "time": json_ms(document[time_name], hints.zone, hints.time_unit, is_wire=is_wire)
    }
    for key, value in document.items():
        if key != time_name and value is not None and not _is_beside(key, hints):
            reading[hints.names.get(key, key)] = _plain(value)
    return reading


def _is_beside(key: str, hints: Hints) -> bool:
    return key in hints.ignored or (key in NOT_MEASURED and key not in hints.names)


def _plain(value: Any) -> Any:
    """What is no plain number stays as it is, to be refused by its name."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return value
    ((kind, text),) = value.items()
    try:
        return float(text) if kind in NUMBERS and isinstance(text, str) else value
    except ValueError:
        return value
