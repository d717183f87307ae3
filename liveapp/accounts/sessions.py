"""Signing in and out, and the list of where somebody is signed in."""

import uuid
from collections.abc import Collection
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import auth
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from liveapp import audit, bus
from liveapp.accounts.addresses import address_of
from liveapp.accounts.browsers import describe
from liveapp.models import AccountSession
from liveapp.models.annotation import now

# The session names the user by primary key; the backend of sign-in links knows only usernames.
BACKEND = "django.contrib.auth.backends.ModelBackend"
# It is not written more often that somebody is still there.
SEEN_EVERY = timedelta(minutes=5)
# No more than fit into one query at once.
BATCH = 500


def sign_in(request: HttpRequest, user: Any) -> None:
    """Under a new session key: one that somebody else put into this browser is worth nothing."""
    before = request.session.session_key
    auth.login(request, user, backend=BACKEND)
    if request.session.session_key in (None, before):
        request.session.cycle_key()
    _end(AccountSession.objects.filter(session_key=before or ""))
    note(request)


def sign_out(request: HttpRequest) -> None:
    """Puts it on record, where somebody was signed in."""
    key, user = request.session.session_key, request.user
    if user.is_authenticated:
        name = user.get_username()
        audit.record(by=name, action="sign_out", object_id=str(user.pk), text=name)
    auth.logout(request)
    _end(AccountSession.objects.filter(session_key=key or ""))


def note(request: HttpRequest) -> None:
    """Somebody is signed in here, now. Written at most once in five minutes, by whichever process is asked."""
    key, user_id = request.session.session_key, request.session[auth.SESSION_KEY]
    seen = {
        "last_seen_at": now(),
        "address": address_of(request),
        "browser": describe(request.headers.get("User-Agent", "")),
    }
    mine = AccountSession.objects.filter(session_key=key)
    if not mine.filter(last_seen_at__lt=now() - SEEN_EVERY).update(**seen):
        new = {"user_id": user_id, "created_at": seen["last_seen_at"], **seen}
        AccountSession.objects.get_or_create(session_key=key, defaults=new)


def note_open(keys: Collection[str]) -> None:
    """The pages of these sessions are open now, whether they ask for anything or not."""
    late = AccountSession.objects.filter(last_seen_at__lt=now() - SEEN_EVERY)
    late.filter(session_key__in=keys).update(last_seen_at=now())


def of(user: Any) -> list[AccountSession]:
    """Where somebody is signed in, the last used first."""
    found = list(AccountSession.objects.filter(user_id=user.pk))
    keys = {one.session_key for one in found}
    held = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    # One of before the password was changed lets nobody in any more, though it is still there.
    now_hash = user.get_session_auth_hash()
    open_keys = {one.session_key for one in held if one.get_decoded().get(HASH_SESSION_KEY) == now_hash}
    return [one for one in found if one.session_key in open_keys]


def end(user: Any, id: uuid.UUID) -> bool:
    """End one of somebody's sessions; False when there is none such."""
    return _end(AccountSession.objects.filter(user_id=user.pk, id=id)) > 0


def end_all(user: Any, *, but: str = "") -> None:
    """End all of somebody's sessions, but the one with this key."""
    _end(AccountSession.objects.filter(user_id=user.pk).exclude(session_key=but))


def _end(ended: QuerySet[AccountSession]) -> int:
    users = dict(ended.values_list("session_key", "user_id"))
    Session.objects.filter(session_key__in=users).delete()
    AccountSession.objects.filter(session_key__in=users).delete()
    for user_id in set(users.values()):
        look_again(user_id)
    return len(users)


def keep(request: HttpRequest, user: Any) -> None:
    """This session goes on although the password has changed; all others end."""
    before = request.session.session_key
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request.session.cycle_key()
    after = request.session.session_key
    AccountSession.objects.filter(session_key=before).update(session_key=after)
    end_all(user, but=after or "")
    look_again(user.pk)


def look_again(user_id: Any) -> None:
    """Every process looks at once whether the open pages of somebody may stay open."""
    tell = partial(bus.announce_soon, "access", {"users": [str(user_id)]})
    transaction.on_commit(tell)


def clear() -> None:
    """Forget those whose session has ended by itself."""
    last = ""
    while keys := _next_keys(last):
        held = set(Session.objects.filter(session_key__in=keys).values_list("session_key", flat=True))
        AccountSession.objects.filter(session_key__in=set(keys) - held).delete()
        last = keys[-1]


def _next_keys(last: str) -> list[str]:
    rows = AccountSession.objects.filter(session_key__gt=last).order_by("session_key")
    return list(rows.values_list("session_key", flat=True)[:BATCH])
