"""What is kept of many values: how many readings, their mean, the least and the greatest. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from math import atan2, cos, degrees, fsum, hypot, isfinite, radians, sin
from operator import mul
from typing import NamedTuple

FULL_CIRCLE = 360.0


class Summary(NamedTuple):
    """Of one metric over a span.

    Of an angle `mean` is the direction of the sum of all, `agreement` the length of that sum from 0 to 1, and the
    extremes lie around the mean: of 350° and 20° they are -10 and 20, or 350 and 380.
    """

    readings: int
    mean: float
    minimum: float
    maximum: float
    agreement: float | None = None


Summaries = Mapping[str, Summary]


def summarise(values: Sequence[float], *, circular: bool = False) -> Summary:
    """Of one value or more."""
    if circular:
        return _around([Summary(1, value, value, value, 1.0) for value in values])
    low, high = min(values), max(values)
    return Summary(len(values), _within(low, _mean(values), high), low, high)


def combine(parts: Sequence[Summary]) -> Summary:
    """Of one part or more, all of the same metric: the same as if all their values had been summarised at once."""
    if len(parts) == 1:
        return parts[0]
    counts, means, lows, highs, agreements = zip(*parts, strict=True)
    if agreements.count(None) < len(parts):
        return _around(parts)
    low, high = min(lows), max(highs)
    return Summary(sum(counts), _within(low, _weighted_mean(counts, means), high), low, high)


def combine_all(many: Iterable[Summaries]) -> dict[str, Summary]:
    """The same for each metric of several spans."""
    by_metric: dict[str, list[Summary]] = {}
    for summaries in many:
        for name, summary in summaries.items():
            by_metric.setdefault(name, []).append(summary)
    return {name: combine(parts) for name, parts in by_metric.items()}


def _mean(values: Sequence[float]) -> float:
    try:
        return fsum(values) / len(values)
    except OverflowError:
        return fsum(value / len(values) for value in values)


def _weighted_mean(counts: Sequence[int], means: Sequence[float]) -> float:
    count = sum(counts)
    with suppress(OverflowError, ValueError):
        if isfinite(mean := fsum(map(mul, counts, means)) / count):
            return mean
    return fsum(part / count * mean for part, mean in zip(counts, means, strict=True))


def _within(low: float, mean: float, high: float) -> float:
    """Rounding may push a mean past the extremes by the last bit."""
    return min(max(mean, low), high)


def _around(parts: Sequence[Summary]) -> Summary:
    """Angles in degrees; those below zero are taken as running from -180 to 180, others from 0 to 360."""
    count = sum(part.readings for part in parts)
    weights = [part.readings * (1.0 if part.agreement is None else part.agreement) / count for part in parts]
    angles = [radians(part.mean) for part in parts]
    east = fsum(weight * cos(angle) for weight, angle in zip(weights, angles, strict=True))
    north = fsum(weight * sin(angle) for weight, angle in zip(weights, angles, strict=True))
    mean = degrees(atan2(north, east))
    if mean < 0 and all(part.mean >= 0 for part in parts):
        mean = (mean + FULL_CIRCLE) % FULL_CIRCLE
    low = min(mean + _turn(part.mean, mean) - (part.mean - part.minimum) for part in parts)
    high = max(mean + _turn(part.mean, mean) + (part.maximum - part.mean) for part in parts)
    # Rounding may push the mean past the extremes by the last bit; and none is further away than half round.
    low, high = max(min(low, mean), mean - FULL_CIRCLE / 2), min(max(high, mean), mean + FULL_CIRCLE / 2)
    return Summary(count, mean, low, high, min(1.0, hypot(east, north)))


def _turn(angle: float, reference: float) -> float:
    """The shortest way from the reference to an angle, -180 to 180."""
    return (angle - reference + FULL_CIRCLE / 2) % FULL_CIRCLE - FULL_CIRCLE / 2
