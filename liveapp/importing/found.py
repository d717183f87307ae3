"""What is found in a file, and what somebody may say of it beforehand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from liveapp.errors import ReadingRejected, Refusal
from liveapp.metrics import is_valid_name
from liveapp.zone import zone

# The names a time may have, of several the first of these.
TIME_NAMES = (
    "time",
    "timestamp",
    "datetime",
    "date",
    "ts",
    "created_at",
    "createdAt",
    "created",
)
# What stands beside the values in files and databases, and was not measured.
NOT_MEASURED = frozenset(
    {"_id", "__v", "id", "name", "device", "type", "updated_at", "updatedAt", "updated", *TIME_NAMES}
)
# A device may have 32 metrics; far more fields are not readings.
MAX_FIELDS = 200


def quoted(text: str, limit: int = 40) -> str:
    """Somebody's own words as they are, but short and of one line."""
    shown = "".join(one if one.isprintable() else "?" for one in text[:limit])
    return f'"{shown}…"' if len(text) > limit else f'"{shown}"'


class Unreadable(Refusal):
    """The file as a whole cannot be read, or not from here on."""

    code = "unreadable_file"


class Problem(NamedTuple):
    """Why a reading, or one metric of it, is refused; `code` is one of the wire's."""

    code: str
    detail: str
    metric: str | None = None

    @classmethod
    def of(cls, error: ReadingRejected, metric: str | None = None) -> "Problem":
        return cls(error.code, str(error), metric)


class Found(NamedTuple):
    """A line of the file as it stands there, the reading in it if there is one, and what is wrong with it."""

    line: int
    text: str
    reading: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()


Findings = Iterator[Found]


@dataclass(frozen=True)
class Hints:
    """`names` leads from the file's names to those of metrics; the zone is that of times without one."""

    names: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    time_name: str | None = None
    time_unit: str | None = None
    zone: ZoneInfo = field(default_factory=zone)
    encoding: str = "utf-8"


def named(text: str) -> tuple[str, str]:
    """A hint such as `Temp °C=temperature`: the file's name, and the metric's. Raises ValueError, in words."""
    title, equals, name = text.rpartition("=")
    if not equals or not is_valid_name(name):
        raise ValueError(f"{quoted(text)}: use COLUMN=METRIC, such as Temp °C=temperature.")
    return title, name


def time_zone(name: str) -> ZoneInfo:
    """Raises ValueError, in words."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"There is no time zone {quoted(name)}. Use one such as Europe/Berlin.") from error
