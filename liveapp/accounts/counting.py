"""Counts attempts in the database, where all processes see them and a restart forgets none."""

from collections.abc import Callable

from django.utils.crypto import salted_hmac

from liveapp.accounts.limits import Held, Limit
from liveapp.clock import now_ms
from liveapp.errors import TooManyAttempts
from liveapp.models import Attempts

# Of those who try at once each but one finds that somebody was quicker. Past so many it is no person.
TRIES = 5
Undo = Callable[[], None]


def key_of(name: str, *who: str) -> str:
    """Not readable: somebody may have typed the password where the name belongs."""
    return salted_hmac(f"liveapp.attempts.{name}", "\0".join(who), algorithm="sha256").hexdigest()


def count(limit: Limit, *who: str) -> Undo:
    """Count an attempt before it is made, so that many at once are many. Blocks; raises TooManyAttempts.

    Gives what takes it back, for as long as no other one was counted.
    """
    id = key_of(limit.name, *who)
    for _ in range(TRIES):
        row, now = Attempts.find(id), now_ms()
        held = _held(row, limit, now)
        if (wait_ms := limit.wait_ms(held, now)) > 0:
            raise TooManyAttempts(wait_ms)
        made = limit.after(held, now)
        if row.replace(**made._asdict()):
            return lambda: _put_back(id, made, held)
    raise TooManyAttempts(1_000)


def _held(row: Attempts, limit: Limit, now: int) -> Held:
    # What is further ahead than anything ever set was written by a clock that has been set back since.
    if not now < row.forgotten_ms <= now + limit.longest_ms:
        return Held()
    return Held(row.tries, row.until_ms, row.forgotten_ms)


def _put_back(id: str, made: Held, held: Held) -> None:
    Attempts.objects.filter(id=id, **made._asdict()).update(**held._asdict())


def forget(limit: Limit, *who: str) -> None:
    Attempts.objects.filter(id=key_of(limit.name, *who)).delete()


def clear() -> None:
    """What is forgotten anyway."""
    Attempts.objects.filter(forgotten_ms__lte=now_ms()).delete()
