"""How many attempts are let through, and how long who made more has to wait. Pure."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Held(NamedTuple):
    """What is kept of the attempts so far. Times are in ms since the epoch."""

    tries: int = 0
    until_ms: int = 0
    forgotten_ms: int = 0


class Limit(Protocol):
    @property
    def name(self) -> str:
        """What tells its counts from those of other limits."""

    @property
    def longest_ms(self) -> int:
        """No time that it keeps is ever further ahead."""

    def wait_ms(self, held: Held, now_ms: int) -> int:
        """How long until the next attempt; 0 or less: none."""

    def after(self, held: Held, now_ms: int) -> Held:
        """What to keep when one more was made."""


@dataclass(frozen=True, slots=True)
class Steady:
    """`burst` at once after a rest, and one each `every_ms` in the long run."""

    name: str
    burst: int
    every_ms: int

    @property
    def longest_ms(self) -> int:
        return self.burst * self.every_ms

    def wait_ms(self, held: Held, now_ms: int) -> int:
        return held.until_ms - (self.burst - 1) * self.every_ms - now_ms

    def after(self, held: Held, now_ms: int) -> Held:
        # The moment at which all that was spent is there again.
        whole_ms = max(held.until_ms, now_ms) + self.every_ms
        return Held(0, whole_ms, whole_ms)


@dataclass(frozen=True, slots=True)
class Growing:
    """`free` wrong ones at once, then a wait that doubles with each, until `forget_ms` went by without one."""

    name: str
    free: int
    first_ms: int
    most_ms: int
    forget_ms: int

    @property
    def longest_ms(self) -> int:
        return self.forget_ms

    def wait_ms(self, held: Held, now_ms: int) -> int:
        return held.until_ms - now_ms

    def after(self, held: Held, now_ms: int) -> Held:
        tries = held.tries + 1
        # Not past what is the longest wait anyway: who goes on for a year makes no number of a thousand digits.
        doublings = min(tries - self.free, 20)
        wait_ms = 0 if doublings < 0 else min(self.first_ms << doublings, self.most_ms)
        return Held(tries, now_ms + wait_ms, now_ms + self.forget_ms)


# Of one address, whatever it tries: a whole class behind it comes in the same minute.
ADDRESS = Steady("address", burst=40, every_ms=6 * SECOND_MS)
# Wrong ones of an account from one address.
NEAR = Growing("near", free=5, first_ms=30 * SECOND_MS, most_ms=HOUR_MS, forget_ms=DAY_MS)
# Wrong ones of an account from everywhere but where its owner signed in lately.
FAR = Steady("far", burst=50, every_ms=MINUTE_MS)
# Wrong codes behind a right password, from everywhere but there.
CODE = Growing("code", free=10, first_ms=MINUTE_MS, most_ms=HOUR_MS, forget_ms=DAY_MS)
# Mails to one address.
MAIL = Growing("mail", free=3, first_ms=10 * MINUTE_MS, most_ms=HOUR_MS, forget_ms=DAY_MS)
# For so long an address is taken for the owner's, who signed in from there.
KNOWN_MS = 30 * DAY_MS
