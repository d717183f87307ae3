"""Which resolution answers a span: fine enough for the points asked for, and never many rows to look at. Pure."""

from typing import NamedTuple

from liveapp.levels import DAY_MS, HOUR_MS, Level

# Raw readings up to here: at one a second they are 3,600.
RAW_SPAN_MS = HOUR_MS
# A look at more buckets than these would take too long.
MAX_ROWS = 6_000
# Of each level, how many of its buckets may become one point.
RUNGS = (
    (Level.MINUTE, (1, 2, 5)),
    (Level.QUARTER, (1, 2)),
    (Level.HOUR, (1, 2, 3, 6)),
    (Level.DAY, (1, 2, 7, 14, 28)),
)
# For raw readings that are more than the points asked for.
RAW_STEPS_MS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 300_000, 900_000, HOUR_MS)


class Resolution(NamedTuple):
    """A level, and how many of its buckets are one point."""

    level: Level
    each: int = 1

    @property
    def step_ms(self) -> int:
        """The width of a point; 0 for readings as they are."""
        return self.level.width_ms * self.each


RAW = Resolution(Level.RAW)


def resolution_for(span_ms: int, points: int, finest: Level = Level.RAW) -> Resolution:
    """The finest that gives no more points than asked for; `finest` is the finest level that is still kept."""
    if span_ms <= RAW_SPAN_MS and finest is Level.RAW:
        return RAW
    for level, counts in RUNGS:
        for each in counts if level >= finest else ():
            if level.width_ms * each * points >= span_ms and each * points <= MAX_ROWS:
                return Resolution(level, each)
    return Resolution(Level.DAY, -(-span_ms // (DAY_MS * points)))


def raw_step_ms(span_ms: int, points: int) -> int:
    """The width of a point for raw readings that are too many."""
    return next((step for step in RAW_STEPS_MS if step * points >= span_ms), -(-span_ms // points))
