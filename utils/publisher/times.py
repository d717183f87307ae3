"""Hands out milliseconds so that none is used twice, however the clock was set.

At the server a reading *is* its device and its millisecond: equal values at a millisecond used before would be taken
for a repetition and be lost. A board's clock goes back as well as forward, so "later than the last one" will not do:
after a step of ten minutes back every new reading would have to wait ten minutes for a free time.

So all milliseconds are divided into `STEP_MS` lanes by their remainder: lane 5 holds 5, 37, 69 … Each lane has a mark,
the last time taken from it, and only times beyond its mark are taken from a lane. Hence no time is ever used twice:
two times of one lane differ because a lane only grows, two times of different lanes differ in their remainder. That
holds for every order of steps, of any size, and it needs 32 whole numbers, kept in the spool.

While the clock runs forward one lane is used, and a time is at most `STEP_MS` − 1 ms too early (the chips themselves
refresh every 40 to 80 ms). After a step back that lane is ahead of the clock, and another one is used: of those behind
the clock the most advanced, so that the others stay free for deeper steps. Once the clock has passed a mark, that lane
is free again. Only if all 32 lanes are ahead of the clock, which takes 32 steps back over the same moment, a time is
moved forward to the nearest free one; it is unique even then.
"""

from collections.abc import Mapping

STEP_MS = 32


class Lanes:
    """The marks of all lanes. `first` is the lane to begin with in a new spool."""

    def __init__(self, marks: Mapping[int, int] | None = None, *, first: int = 0) -> None:
        known = marks or {}
        self._marks = [known.get(lane, lane - STEP_MS) for lane in range(STEP_MS)]
        self._lane = first
        self._changed: set[int] = set()

    def take(self, wanted_ms: int) -> int:
        """A time in milliseconds that was never taken before, as near to `wanted_ms` as the lanes allow."""
        if not self._fits(self._lane, wanted_ms):
            self._lane = self._choose(wanted_ms)
        time_ms = self._offer(self._lane, wanted_ms)
        self._marks[self._lane] = time_ms
        self._changed.add(self._lane)
        return time_ms

    def changes(self) -> list[tuple[int, int]]:
        """The lanes used since the last call, with their marks in milliseconds: what has to be kept."""
        changed = [(lane, self._marks[lane]) for lane in sorted(self._changed)]
        self._changed.clear()
        return changed

    def touch_all(self) -> None:
        """Report every mark at the next `changes`: for a new file, or after a write that failed."""
        self._changed.update(range(STEP_MS))

    def _offer(self, lane: int, wanted_ms: int) -> int:
        before = wanted_ms - (wanted_ms - lane) % STEP_MS
        return max(before, self._marks[lane] + STEP_MS)

    def _fits(self, lane: int, wanted_ms: int) -> bool:
        return self._offer(lane, wanted_ms) - wanted_ms < STEP_MS

    def _choose(self, wanted_ms: int) -> int:
        fitting = [lane for lane in range(STEP_MS) if self._fits(lane, wanted_ms)]
        if fitting:
            return max(fitting, key=self._marks.__getitem__)
        return min(range(STEP_MS), key=lambda lane: self._offer(lane, wanted_ms))
