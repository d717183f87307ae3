"""What the workers do, and how often."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings

from liveapp import deletion, rollups
from liveapp.accounts import counting, sessions
from liveapp.audit.forgetting import forget
from liveapp.models import Nonce, ShareLink
from liveapp.pace import Hold
from liveapp.retention import purge
from liveapp.webhooks import log, sending

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Kind:
    """`run` is given a `hold`, which it calls between its steps, and returns what it did, in words, or nothing.

    It may be cut off at any step and run again: a job only ever brings things closer to how they should be.
    """

    name: str
    every_s: float
    run: Callable[[Hold], str]


def _clear_sessions(hold: Hold) -> str:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    sessions.clear()
    return ""


def _clear_attempts(hold: Hold) -> str:
    counting.clear()
    return ""


def _clear_nonces(hold: Hold) -> str:
    Nonce.clear()
    return ""


def _clear_shares(hold: Hold) -> str:
    ShareLink.clear()
    return ""


KINDS = (
    Kind(rollups.JOB, rollups.EVERY_S, rollups.Rollups().run),
    Kind(deletion.JOB, MINUTE_S, deletion.finish_deletions),
    Kind(purge.JOB, purge.EVERY_S, purge.purge),
    Kind("sessions", DAY_S, _clear_sessions),
    Kind("nonces", MINUTE_S, _clear_nonces),
    Kind("attempts", HOUR_S, _clear_attempts),
    Kind("shares", DAY_S, _clear_shares),
    Kind("audit", HOUR_S, forget),
    Kind("webhook-log", HOUR_S, log.clear),
)
# In a thread of its own: who does not answer must not hold up the others.
SENDING = (Kind("webhooks", 1.0, sending.send),)
# By the name of the thread.
LANES = {"worker": KINDS, "webhooks": SENDING}
