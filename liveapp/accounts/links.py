"""Links that sign a person in."""

from typing import Any
from urllib.parse import urlencode

import sesame.utils

from liveapp.access import accesses
from liveapp.accounts.delegation import may_manage

SCOPE = "sign-in"
# Who has none of them makes no links.
MAKERS = ("auth.add_user", "auth.change_user")


def sign_in_link(user: Any, base_url: str, *, by: Any = None) -> str:
    """Works once, for a day, and as long as who made it may still do so; `by`: None for who runs the server."""
    maker_id = "" if by is None else str(by.pk)
    token = f"{maker_id}.{sesame.utils.get_token(user, scope=_scope(maker_id))}".removeprefix(".")
    return f"{base_url}/sign-in/?{urlencode({'token': token})}"


def owner_of(token: str) -> Any:
    """Whom a link's token signs in; None when it is worth nothing, any more. Blocks."""
    maker_id, _, signed = token.rpartition(".")
    user = sesame.utils.get_user(signed, scope=_scope(maker_id), update_last_login=False)
    return user if user is not None and (not maker_id or _may_make(maker_id, user)) else None


def _may_make(maker_id: str, user: Any) -> bool:
    """Somebody may have risen since, or who made it fallen."""
    found = accesses([maker_id]).values()
    return any(any(map(own.may, MAKERS)) and may_manage(own, user) for own in found)


def _scope(maker_id: str) -> str:
    return f"{SCOPE} {maker_id}" if maker_id else SCOPE
