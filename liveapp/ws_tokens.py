"""The tokens that open a dashboard's WebSocket: for one person, one purpose, one use, and thirty seconds."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import sesame.utils

from liveapp.errors import Unauthorized
from liveapp.models import AccountSession, Nonce
from liveapp.store import storage_errors

SCOPE = "ws"
VALID_S = 30
NONCE_BYTES = 9
AGAIN = "Fetch one from POST /api/ws-token/ right before connecting."


class Spent(NamedTuple):
    """Whose token it was, and the key of the session it was fetched with: what it opened ends with that."""

    user: Any
    session_key: str


def new_token(user: Any, session_key: str) -> str:
    """`<nonce>.<session>.<signature>`: two that are made at the same moment differ. Blocks."""
    found = AccountSession.objects.filter(session_key=session_key, user=user.pk).first()
    bound = f"{secrets.token_urlsafe(NONCE_BYTES)}.{'' if found is None else found.pk}"
    return f"{bound}.{sesame.utils.get_token(user, scope=_scope(bound))}"


def spend(token: str) -> Spent:
    """A token is worth nothing after it. Blocks; raises Unauthorized, StorageUnavailable."""
    bound, _, signed = token.rpartition(".")
    with storage_errors():
        user = _user_of(bound, signed, max_age_s=VALID_S)
        if user is None:
            # Only who once had a good one is told that it is old.
            is_old = _user_of(bound, signed, max_age_s=None) is not None
            wrong = f"is older than {VALID_S} s" if is_old else "is not valid"
            raise Unauthorized(f"The token {wrong}. {AGAIN}")
        if not Nonce.spend(SCOPE, bound, datetime.now(UTC) + timedelta(seconds=VALID_S + 1)):
            raise Unauthorized(f"The token was used already. {AGAIN}")
        return Spent(user, _session_key(bound.partition(".")[2]))


def _session_key(session_id: str) -> str:
    """Empty for a token that was fetched with none that is listed."""
    if not session_id:
        return ""
    found = AccountSession.objects.filter(pk=session_id).first()
    if found is None:
        raise Unauthorized("The session that this token was fetched with has ended. Sign in again.")
    return found.session_key


def _user_of(bound: str, signed: str, *, max_age_s: int | None) -> Any:
    limit = {} if max_age_s is None else {"max_age": max_age_s}
    return sesame.utils.get_user(signed, scope=_scope(bound), update_last_login=False, **limit)


def _scope(bound: str) -> str:
    return f"{SCOPE} {bound}"
