"""The tokens that open a dashboard's WebSocket: for one person, one purpose, one use, and thirty seconds."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import sesame.utils

from liveapp.errors import Unauthorized
from liveapp.models import Nonce
from liveapp.store import storage_errors

SCOPE = "ws"
VALID_S = 30
NONCE_BYTES = 9
AGAIN = "Fetch one from POST /api/ws-token/ right before connecting."


def new_token(user: Any) -> str:
    """`<nonce>.<signature>`: two that are made at the same moment differ."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    return f"{nonce}.{sesame.utils.get_token(user, scope=_scope(nonce))}"


def spend(token: str) -> Any:
    """The active user of a token, which is worth nothing after it. Blocks; raises Unauthorized, StorageUnavailable."""
    nonce, _, signed = token.partition(".")
    with storage_errors():
        user = _user_of(nonce, signed, max_age_s=VALID_S)
        if user is None:
            # Only who once had a good one is told that it is old.
            is_old = _user_of(nonce, signed, max_age_s=None) is not None
            wrong = f"is older than {VALID_S} s" if is_old else "is not valid"
            raise Unauthorized(f"The token {wrong}. {AGAIN}")
        if not Nonce.spend(SCOPE, nonce, datetime.now(UTC) + timedelta(seconds=VALID_S + 1)):
            raise Unauthorized(f"The token was used already. {AGAIN}")
    return user


def _user_of(nonce: str, signed: str, *, max_age_s: int | None) -> Any:
    limit = {} if max_age_s is None else {"max_age": max_age_s}
    return sesame.utils.get_user(signed, scope=_scope(nonce), update_last_login=False, **limit)


def _scope(nonce: str) -> str:
    return f"{SCOPE} {nonce}"
