"""CSV: ours, and what loggers and spreadsheets write. By plain rules, so that nothing is guessed wrongly."""

import csv
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from liveapp.errors import InvalidReading, InvalidTime, NotANumber
from liveapp.importing.found import (
    MAX_FIELDS,
    NOT_MEASURED,
    TIME_NAMES,
    Findings,
    Found,
    Hints,
    Problem,
    Unreadable,
    quoted,
)
from liveapp.importing.lines import Line
from liveapp.importing.times import FORMS, text_ms
from liveapp.metrics import is_valid_name

# The first of these that stands in the header outside of quotes is what separates.
SEPARATORS = "\t;,"
QUOTED = re.compile(r'"[^"]*"')
SEPARATOR_LINE = re.compile(r"sep=([\t;,])")
WITH_UNIT = re.compile(r"([A-Za-z][A-Za-z0-9_]*) \(.*\)", re.ASCII)
BUCKET_PART = re.compile(
    r"[A-Za-z][A-Za-z0-9_]* (?:mean|min|max)(?: \(.*\))?|[A-Za-z][A-Za-z0-9_]* count", re.ASCII
)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?", re.ASCII)
NOT_FINITE = frozenset({"nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"})


class Header(NamedTuple):
    """What stands where: the time, and the metrics by their columns."""

    separator: str
    width: int
    time: int
    metrics: tuple[tuple[int, str], ...]


def of_lines(lines: Iterator[Line], hints: Hints) -> Findings:
    """Reads the header at once. Raises Unreadable."""
    first = next(lines)
    separator = None
    if not first.problem and (found := SEPARATOR_LINE.fullmatch(first.text)):
        separator = found[1]
        first = next(lines, Line(2, "", "There is nothing behind the first line."))
    if first.problem:
        raise Unreadable(f"Line {first.number}: {first.problem}")
    header = _header(first.text, separator or _separator(first.text), hints)
    return (_found(line, header, hints) for line in lines if line.problem or _has_cells(line, header))


def _separator(text: str) -> str:
    bare = QUOTED.sub("", text)
    return next((one for one in SEPARATORS if one in bare), ",")


def _header(text: str, separator: str, hints: Hints) -> Header:
    try:
        titles = [title.strip() for title in _cells(text, separator)]
    except csv.Error as error:
        raise Unreadable(f"The first line, which names the columns, cannot be read: {error}.") from error
    if len(titles) > MAX_FIELDS:
        raise Unreadable(f"The file has {len(titles)} columns, at most {MAX_FIELDS} can be read.")
    time = _time_column(titles, hints)
    metrics = _metric_columns(titles, time, hints)
    return Header(separator, len(titles), time, metrics)


def _time_column(titles: Sequence[str], hints: Hints) -> int:
    wanted = TIME_NAMES if hints.time_name is None else (hints.time_name,)
    small = [title.lower() for title in titles]
    for name in wanted:
        if name.lower() in small:
            return small.index(name.lower())
    if hints.time_name is not None:
        raise Unreadable(f"There is no column {quoted(hints.time_name)}. There is: {_listed(titles)}.")
    raise Unreadable(
        f"No column has a time. The first line must name the columns, one of them {', '.join(TIME_NAMES)}; "
        f"it has: {_listed(titles)}. Is the time under another name? --time NAME"
    )


def _metric_columns(titles: Sequence[str], time: int, hints: Hints) -> tuple[tuple[int, str], ...]:
    names = {
        index: _name(title, hints)
        for index, title in enumerate(titles)
        if index != time and title not in hints.ignored and not _is_beside(title, hints)
    }
    unknown = [titles[index] for index, name in names.items() if not is_valid_name(name)]
    if any(BUCKET_PART.fullmatch(title) for title in unknown):
        raise Unreadable(
            "The file has means of minutes, hours or days, not readings. Only readings can be imported: "
            "export them with --resolution raw."
        )
    if unknown:
        raise Unreadable(
            f"These columns are no metrics' names: {_listed(unknown)}. Name them, or leave them out: "
            f'--map "{unknown[0][:40]}=temperature" or --ignore "{unknown[0][:40]}".'
        )
    _check(list(names.values()))
    return tuple(names.items())


def _check(names: Sequence[str]) -> None:
    if not names:
        raise Unreadable("There is no column beside the time. Each metric needs one, under its name.")
    if double := sorted({name for name in names if names.count(name) > 1}):
        raise Unreadable(f"Two columns are called {double[0]}. Leave one of them out: --ignore, or --map it.")


def _is_beside(title: str, hints: Hints) -> bool:
    return title not in hints.names and (not title or title in NOT_MEASURED or title.lower() in NOT_MEASURED)


def _name(title: str, hints: Hints) -> str:
    if title in hints.names:
        return hints.names[title]
    found = WITH_UNIT.fullmatch(title)
    return found[1] if found else title


def _listed(titles: Sequence[str]) -> str:
    shown = ", ".join(quoted(title) for title in titles[:10])
    return f"{shown} and {len(titles) - 10} more" if len(titles) > 10 else shown


def _cells(text: str, separator: str) -> list[str]:
    # Line by line: a quote that is never closed spoils its own line and no other.
    return next(csv.reader([text], delimiter=separator, strict=True))


def _has_cells(line: Line, header: Header) -> bool:
    """Spreadsheets leave lines of nothing but separators behind their tables."""
    return bool(line.text.strip(f"{header.separator} \t"))


def _found(line: Line, header: Header, hints: Hints) -> Found:
    try:
        if line.problem:
            raise InvalidReading(line.problem)
        cells = _all_cells(line.text, header)
        time_ms = _time(cells[header.time].strip(), hints)
    except (InvalidReading, InvalidTime) as error:
        return Found(line.number, line.text, None, (Problem.of(error),))
    reading: dict[str, Any] = {"time": time_ms}
    problems: list[Problem] = []
    has_decimal_comma = header.separator != ","
    for index, name in header.metrics:
        if cell := cells[index].strip():
            value = number(cell, has_decimal_comma=has_decimal_comma)
            if value is None:
                detail = f"{name} is {quoted(cell)}. It must be a number, such as 21.5."
                problems.append(Problem(NotANumber.code, detail, name))
            else:
                reading[name] = value
    return Found(line.number, line.text, reading, tuple(problems))


def _all_cells(text: str, header: Header) -> list[str]:
    try:
        cells = _cells(text, header.separator)
    except csv.Error as error:
        raise InvalidReading(f"The line cannot be read: {error}.") from error
    if len(cells) != header.width:
        raise InvalidReading(f"The line has {len(cells)} cells, the first line names {header.width} columns.")
    return cells


def _time(text: str, hints: Hints) -> int:
    if not text:
        raise InvalidTime(f"There is no time in it. {FORMS}")
    return text_ms(text, hints.zone, hints.time_unit)


def number(text: str, *, has_decimal_comma: bool) -> float | None:
    """None for what is none; a decimal comma only where commas do not separate. NaN for what is not finite."""
    if NUMBER.fullmatch(text):
        return float(text)
    if has_decimal_comma and DECIMAL_COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    return math.nan if text.lower() in NOT_FINITE else None
