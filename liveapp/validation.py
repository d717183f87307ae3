"""Sort a batch: what can be stored, and what is refused with a reason. Pure: no clock, no database."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from liveapp import metrics
from liveapp.errors import (
    Empty,
    InTheFuture,
    InvalidMetric,
    InvalidReading,
    InvalidTime,
    NotANumber,
    OutOfRange,
    ReadingRejected,
    TooManyMetrics,
)
from liveapp.metrics import MetricDescription
from liveapp.moments import in_other_unit
from liveapp.protocol import Rejected, kind_of, shorten

DAY_MS = 24 * 3_600_000


@dataclass(slots=True)
class ValidReading:
    """Where it stood in its batch, a time in ms since the epoch, and at least one finite value."""

    index: int
    time_ms: int
    values: dict[str, float]


class Validation:
    """One device's batch against what is known of metrics.

    `known` holds the device's metric names; names that are new and valid gather in `new_names`. `guesses_units`: times
    that look like seconds are refused; not so where their unit is known.
    """

    def __init__(
        self,
        *,
        now_ms: int,
        known: frozenset[str],
        descriptions: Mapping[str, MetricDescription],
        guesses_units: bool = True,
    ) -> None:
        self.guesses_units = guesses_units
        self.now_ms = now_ms
        self.known = known
        self.descriptions = descriptions
        self.new_names: set[str] = set()
        self.accepted: list[ValidReading] = []
        self.rejected: list[Rejected] = []

    def add(self, index: int, raw: Any) -> None:
        """Sort one reading into `accepted`, `rejected`, or, where single metrics are refused, both."""
        refused = len(self.rejected)
        try:
            time_ms = self._time(raw)
            values = self._values(index, raw)
            if not values and len(self.rejected) == refused:
                raise Empty("The reading has no metric in it.")
        except ReadingRejected as error:
            self.rejected.append(Rejected(index, error.code, str(error)))
            return
        if values:
            self.accepted.append(ValidReading(index, time_ms, values))

    def drop_all_but(self, known: frozenset[str]) -> None:
        """Refuse the new names for which there was no room left after all."""
        refused = self.new_names - known
        if not refused:
            return
        accepted, self.accepted = self.accepted, []
        for reading in accepted:
            for name in sorted(refused & reading.values.keys()):
                self.rejected.append(Rejected(reading.index, TooManyMetrics.code, _one_too_many(name), name))
                del reading.values[name]
            if reading.values:
                self.accepted.append(reading)

    def _time(self, raw: Any) -> int:
        if not isinstance(raw, dict):
            raise InvalidReading(f"The reading is {kind_of(raw)}. It must be an object.")
        time_ms = raw.get("time", self.now_ms)
        if self.guesses_units and isinstance(time_ms, int | float) and (other := in_other_unit(time_ms)):
            raise InvalidTime(f"time {other}")
        if type(time_ms) is not int or time_ms < 0:
            raise InvalidTime(
                f"time {shorten(time_ms)} must be whole milliseconds since 1970 (UTC), not negative."
            )
        if time_ms > self.now_ms + DAY_MS:
            raise InTheFuture(
                f"time {shorten(time_ms)} is more than a day ahead of the server's clock, {self.now_ms}."
            )
        return time_ms

    def _values(self, index: int, raw: dict[str, Any]) -> dict[str, float]:
        values = {}
        for name, value in raw.items():
            if name == "time":
                continue
            try:
                values[name] = self._value(name, value)
            except ReadingRejected as error:
                # JSON can spell half a character (a lone surrogate), which no frame can carry back.
                shown = name[:64].encode(errors="replace").decode()
                self.rejected.append(Rejected(index, error.code, str(error), shown))
        return values

    def _value(self, name: str, value: Any) -> float:
        if name not in self.known and name not in self.new_names:
            self._check_new(name)
        number = self._number(name, value)
        description = self.descriptions.get(name)
        if description is not None:
            _check_range(description, number)
        if name not in self.known:
            self.new_names.add(name)
        return number

    def _check_new(self, name: str) -> None:
        if not metrics.is_valid_name(name):
            raise InvalidMetric(
                f"{shorten(name)} is not a metric's name. Use 1 to 64 letters, digits and underscores, "
                f"a letter first; {', '.join(sorted(metrics.RESERVED))} are taken."
            )
        if len(self.known) + len(self.new_names) >= metrics.MAX_PER_DEVICE:
            raise TooManyMetrics(_one_too_many(name))

    @staticmethod
    def _number(name: str, value: Any) -> float:
        if type(value) is float and math.isfinite(value):
            return value
        if type(value) is not int and type(value) is not float:
            quotes = ", without quotes" if isinstance(value, str) else ""
            raise NotANumber(f"{name} is {kind_of(value)}. It must be a finite number{quotes}.")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise NotANumber(f"{name} is not finite. Leave out what was not measured.")
        return number


def _one_too_many(name: str) -> str:
    return f"{name} is one name too many: a device may have {metrics.MAX_PER_DEVICE} metrics."


def _check_range(description: MetricDescription, value: float) -> None:
    unit = f" {description.unit}" if description.unit else ""
    if description.minimum is not None and value < description.minimum:
        raise OutOfRange(f"{description.name} {value:.15g} is below {description.minimum:.15g}{unit}")
    if description.maximum is not None and value > description.maximum:
        raise OutOfRange(f"{description.name} {value:.15g} is above {description.maximum:.15g}{unit}")
