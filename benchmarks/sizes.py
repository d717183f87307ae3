"""How much a run measures: bounded in count and time."""

from typing import NamedTuple


class Sizes(NamedTuple):
    """`window_s` is the length of one measurement; each is repeated, and all are interleaved."""

    repeats: int
    window_s: float
    # Few and many open dashboards, for server time per frame.
    viewers: tuple[int, int]
    # The boards whose readings are counted one by one, at 10 Hz each, for the smaller number of viewers.
    boards: int
    # Readings in one message; the boards that send them.
    batches: tuple[int, ...]
    senders: int
    # Days of history of one board; how many others there are; days of history of each of those.
    history: tuple[float, int, float]
    databases: tuple[str, ...] = ("SQLite", "MongoDB")


FULL = Sizes(
    repeats=3,
    window_s=3,
    viewers=(200, 1_000),
    boards=100,
    batches=(1, 100, 1_000),
    senders=30,
    history=(30, 5, 2),
)
QUICK = FULL._replace(repeats=1, window_s=1.5, viewers=(100, 200), boards=50, history=(1, 1, 0.25))
YEAR = (365, 30, 30)
