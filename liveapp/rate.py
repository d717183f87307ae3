"""A token bucket: how many messages one sender may send. Pure."""

import time


class Rate:
    """`per_second` in the long run, `burst` at once after a rest."""

    def __init__(self, *, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._tokens = burst
        self._refilled_s = time.monotonic()

    def take(self, *, now_s: float | None = None) -> bool:
        """Spend one; False when there is none left."""
        now_s = time.monotonic() if now_s is None else now_s
        self._tokens = min(self._burst, self._tokens + (now_s - self._refilled_s) * self._per_second)
        self._refilled_s = now_s
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
