"""Token buckets: how many messages one sender may send. Pure."""

import time
from collections import OrderedDict


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

    def give_back(self) -> None:
        """What was taken was not spent."""
        self._tokens = min(self._burst, self._tokens + 1)


class Rates:
    """A bucket for each of many senders; of those that were not heard for longest it knows nothing any more."""

    def __init__(self, *, per_second: float, burst: float, most: int = 10_000) -> None:
        self._per_second = per_second
        self._burst = burst
        self._most = most
        self._of: OrderedDict[str, Rate] = OrderedDict()

    def of(self, sender: str) -> Rate:
        rate = self._of.pop(sender, None) or Rate(per_second=self._per_second, burst=self._burst)
        self._of[sender] = rate
        if len(self._of) > self._most:
            self._of.popitem(last=False)
        return rate
