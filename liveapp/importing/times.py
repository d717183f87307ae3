"""Times as files have them: ISO 8601, with dots as in 21.11.2026, or numbers since 1970. To ms; fractions are cut."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from liveapp.errors import InvalidTime
from liveapp.importing.found import quoted

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
UNITS = {"s": Decimal(1_000), "ms": Decimal(1), "us": Decimal("1e-3"), "ns": Decimal("1e-6")}
# From September 2001 to 2286: a number of these digits before the point can be in one unit only.
DIGITS = {10: "s", 13: "ms", 16: "us", 19: "ns"}
NUMBER = re.compile(r"\d{1,19}(?:\.\d{1,9})?", re.ASCII)
# No JSON number can be longer and still be a time.
LONGEST = 40
CLOCK = (
    r"(?:[ T](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?)?"
)
DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}){CLOCK}", re.ASCII)
YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})([-/])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){CLOCK}", re.ASCII)
ZONE_BEHIND = re.compile(r" (?:(UTC|GMT)|(?=[+-]\d{2}:?\d{2}$))", re.ASCII)
FORMS = "Use ISO 8601, such as 2026-11-21T09:40:06Z, or seconds or milliseconds since 1970."


def text_ms(text: str, zone: ZoneInfo, unit: str | None = None) -> int:
    """A number since 1970 or a moment. Raises InvalidTime."""
    if NUMBER.fullmatch(text):
        return number_ms(Decimal(text), unit)
    try:
        return moment_ms(text, zone)
    except ValueError as error:
        raise InvalidTime(str(error)) from error


def number_ms(number: Decimal, unit: str | None = None) -> int:
    """Since 1970; without a unit it is told by the number's size. Raises InvalidTime."""
    unit = unit or DIGITS.get(len(str(int(number))) if number >= 0 else 0)
    if unit is None:
        raise InvalidTime(
            f"time {quoted(str(number))} may be seconds, milliseconds or something else. "
            "Say which: --time-unit s, ms, us or ns."
        )
    return int(number * UNITS[unit] // 1)


def wire_ms(number: int | float, unit: str | None = None) -> int:
    """What stands at `time` in JSON: milliseconds, as a board sends them, unless it is plainly something else.

    Raises InvalidTime for what is a time of today in seconds: as milliseconds it would be of early 1970.
    """
    exact = _decimal(number)
    if unit is None and isinstance(number, int) and (number < 10**9 or 10**10 <= number < 10**15):
        return number
    if unit is None and isinstance(number, int) and number < 10**10:
        raise InvalidTime(
            f"time {number} would be milliseconds, of early 1970, but looks like seconds. "
            "Say which: --time-unit s or ms."
        )
    return number_ms(exact, unit)


def json_ms(value: object, zone: ZoneInfo, unit: str | None = None, *, is_wire: bool = False) -> int:
    """What a JSON document has as its time: text, a number, or MongoDB's {"$date": …}. Raises InvalidTime."""
    if isinstance(value, dict):
        date = value.get("$date")
        if isinstance(date, dict):
            date, unit = date.get("$numberLong"), "ms"
        return json_ms(date, zone, "ms" if type(date) is int else unit)
    if isinstance(value, str):
        return text_ms(value.strip(), zone, unit)
    if type(value) is int or type(value) is float:
        return wire_ms(value, unit) if is_wire else number_ms(_decimal(value), unit)
    raise InvalidTime(f"There is no time in it. {FORMS}")


def _decimal(number: int | float) -> Decimal:
    text = repr(number) if isinstance(number, float) or abs(number) < 10**LONGEST else "inf"
    exact = Decimal(text)
    if not exact.is_finite():
        raise InvalidTime(f"That number is no time. {FORMS}")
    return exact


def moment_ms(text: str, zone: ZoneInfo) -> int:
    """`zone` is that of a moment which names none. Raises ValueError, in words."""
    moment = _parsed(text)
    if moment.tzinfo is None:
        moment = _in_zone(moment, zone, text)
    try:
        return (moment - EPOCH) // MILLISECOND
    except OverflowError as error:
        raise ValueError(f"{quoted(text)} is no time of this millennium.") from error


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return _spelled_otherwise(text)
    except ValueError as error:
        raise ValueError(f"{quoted(text)} is not a time that can be read. {FORMS}") from error


def _spelled_otherwise(text: str) -> datetime:
    found = DAY_FIRST.fullmatch(text) or YEAR_FIRST.fullmatch(text)
    if found is None:
        return datetime.fromisoformat(ZONE_BEHIND.sub(lambda match: "+00:00" if match[1] else "", text))
    parts = found.groupdict(default="0")
    year, month, day, hour, minute, second = (
        int(parts[name]) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    return datetime(year, month, day, hour, minute, second, int(parts["fraction"].ljust(6, "0")))


def _in_zone(moment: datetime, zone: ZoneInfo, text: str) -> datetime:
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise ValueError(
            f"{quoted(text)} came twice or never in {zone.key}: clocks were changed then. "
            "Write it with its distance from UTC, such as +01:00."
        )
    return first
