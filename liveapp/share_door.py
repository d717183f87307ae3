"""The door for whoever comes with a share link. Who tries others is slowed down."""

import threading
from collections import OrderedDict

from liveapp.accounts.addresses import neighbourhood_of
from liveapp.errors import Refusal, TooManyAttempts
from liveapp.rate import Rates
from liveapp.shares import Share, share_of
from liveapp.tokens import hash_token

# Wrong ones of one address: some at once, and then one in so many seconds.
WRONG_AT_ONCE = 20
WRONG_EVERY_S = 3
# What is asked by one link from one address: a room full of people looks at a chart together.
ASKED_AT_ONCE = 200
ASKED_PER_SECOND = 20
# Links that were right of late in this process.
MOST_RIGHT = 1_000


class Door:
    """Of one process. Its memory is bounded, whoever comes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong = Rates(per_second=1 / WRONG_EVERY_S, burst=WRONG_AT_ONCE)
        self._asked = Rates(per_second=ASKED_PER_SECOND, burst=ASKED_AT_ONCE)
        self._right: OrderedDict[str, None] = OrderedDict()

    def open(self, token: str, address: str) -> Share:
        """What a token opens. Blocks; raises Unauthorized, TooManyAttempts or StorageUnavailable."""
        name, neighbourhood = hash_token(token), neighbourhood_of(address)
        self._count(name, neighbourhood)
        try:
            share = share_of(token)
        except Refusal as refusal:
            self._refused(name, neighbourhood, is_wrong=refusal.status == 401)
            raise
        self._was_right(name, neighbourhood)
        return share

    def _count(self, name: str, neighbourhood: str) -> None:
        """Before it is looked at: who tries many at once gets no further with it."""
        with self._lock:
            if name in self._right:
                # Somebody at the same address who guesses must not put out a page that is open.
                if not self._asked.of(f"{name} {neighbourhood}").take():
                    raise TooManyAttempts(1_000 // ASKED_PER_SECOND)
            elif not self._wrong.of(neighbourhood).take():
                raise TooManyAttempts(WRONG_EVERY_S * 1_000)

    def _refused(self, name: str, neighbourhood: str, *, is_wrong: bool) -> None:
        with self._lock:
            self._right.pop(name, None)
            if not is_wrong:
                self._wrong.of(neighbourhood).give_back()

    def _was_right(self, name: str, neighbourhood: str) -> None:
        with self._lock:
            if name not in self._right:
                self._wrong.of(neighbourhood).give_back()
            self._right[name] = None
            self._right.move_to_end(name)
            if len(self._right) > MOST_RIGHT:
                self._right.popitem(last=False)


_door = Door()


def open_share(token: str, address: str) -> Share:
    return _door.open(token, address)
