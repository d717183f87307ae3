"""How long to wait before the next attempt."""

import random


def jittered(wait_s: float) -> float:
    """`wait_s`, give or take a quarter: a classroom of boards must not come back all at once."""
    return wait_s * random.uniform(0.75, 1.25)  # noqa: S311  chance, not secrecy


class Backoff:
    """Waits that double from `first_s` to `limit_s`, each with chance in it."""

    def __init__(self, *, first_s: float = 1.0, limit_s: float = 60.0) -> None:
        self._first_s = min(first_s, limit_s)
        self._limit_s = limit_s
        self._next_s = self._first_s

    def next_s(self) -> float:
        """Seconds to wait now; the next call gives about twice as many."""
        wait_s = self._next_s
        self._next_s = min(self._next_s * 2, self._limit_s)
        return jittered(wait_s)

    def reset(self) -> None:
        """It went well: begin with short waits again."""
        self._next_s = self._first_s
