"""For a database without transactions: what readings may change is written down before they are."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from liveapp.models.rollup import minutes_of

# The next commits need no touch of their own for minutes that one of this age holds already.
REUSED_S = 3.0
# A commit that took longer than this after its touch is touched once more.
TRUSTED_S = 6.0
# Nobody takes a touch for done before it is this old, by his own clock: then what it stands for is there.
SETTLES_S = 15.0
# Minutes that were changed so lately will be changed again: the next touch holds them too.
RECENT_S = 10.0
MOST_MINUTES = 2_000


class Touching:
    """Of one process. `write` stores the keys of minutes, durably before anything that is written durably later."""

    def __init__(self, write: Callable[[list[int]], None]) -> None:
        self._write = write
        self._used_s: dict[int, float] = {}
        self._held: frozenset[int] = frozenset()
        self._written_s = float("-inf")
        self._lock = threading.Lock()

    @contextmanager
    def around(self, keys: Iterable[int]) -> Iterator[None]:
        """Store readings with these keys within it."""
        minutes = minutes_of(keys)
        if not minutes:
            yield
            return
        with self._lock:
            written_s = self._hold(minutes)
        try:
            yield
        except BaseException:
            # With what was not stored the touch may be gone, too.
            self._held = frozenset()
            raise
        if time.monotonic() - written_s > TRUSTED_S:
            # Somebody may have been done with it when the readings came.
            self._write(minutes)

    def _hold(self, minutes: list[int]) -> float:
        """When a touch that holds all these minutes was written."""
        now_s = time.monotonic()
        self._used_s |= dict.fromkeys(minutes, now_s)
        if now_s - self._written_s >= REUSED_S or not self._held.issuperset(minutes):
            self._used_s = {key: used_s for key, used_s in self._used_s.items() if now_s - used_s <= RECENT_S}
            lately = dict.fromkeys([*minutes, *reversed(self._used_s)])
            held = list(lately)[: max(MOST_MINUTES, len(minutes))]
            self._write(sorted(held))
            self._held, self._written_s = frozenset(held), now_s
        return self._written_s
