"""Who is at the door: a device by its token, a dashboard's user by its short-lived one."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

import sesame.utils
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from liveapp import tokens
from liveapp.errors import DeviceDisabled, Unauthorized
from liveapp.models import Device
from liveapp.store import storage_errors

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

WS_SCOPE = "ws"
WS_TOKEN_SECONDS = 30
SIGN_IN_SCOPE = "sign-in"
PERMISSIONS = (
    "add_annotation",
    "add_device",
    "change_annotation",
    "change_device",
    "change_metric",
    "change_retention",
    "delete_annotation",
    "delete_device",
)
# Compared with when there is no such device, so that a guess takes as long as a wrong secret.
NO_HASH = tokens.hash_token("")


def device_of(token: str) -> Device:
    """The device a token belongs to. Blocks; raises Unauthorized, DeviceDisabled or StorageUnavailable."""
    if not token:
        raise Unauthorized("No token. Send the device's token as 'Authorization: Bearer <token>'.")
    with storage_errors():
        device = Device.objects.filter(id=tokens.device_id_of(token)).first()
    if not tokens.matches(token, device.token_hash if device else NO_HASH) or device is None:
        raise Unauthorized(
            "The token is not valid. Check it, or make a new one in the dashboard ('New token').",
            device_id=device.id if device else "",
        )
    if not device.enabled:
        disabled = f'The device "{device.id}" is disabled. Enable it in the dashboard.'
        raise DeviceDisabled(disabled, device_id=device.id)
    return device


def new_ws_token(user: "AbstractBaseUser") -> str:
    return str(sesame.utils.get_token(user, scope=WS_SCOPE))


def user_of_ws_token(token: str) -> Any:
    """The active user of a WebSocket token; None when it is wrong or older than 30 s. Blocks."""
    with storage_errors():
        return sesame.utils.get_user(token, scope=WS_SCOPE, max_age=WS_TOKEN_SECONDS, update_last_login=False)


class Viewer(NamedTuple):
    """What a dashboard was let in with: its user, the password then, and its session if it has one."""

    user_id: Any
    auth_hash: str
    session_key: str


def signed_out(viewers: Collection[Viewer]) -> set[Viewer]:
    """Those whose account, password or session no longer holds. Blocks."""
    with storage_errors():
        users = get_user_model()._default_manager.in_bulk({viewer.user_id for viewer in viewers})
        keys = {viewer.session_key for viewer in viewers} - {""}
        sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
        open_keys = {"", *sessions.values_list("session_key", flat=True)}
    hashes = {pk: user.get_session_auth_hash() for pk, user in users.items() if user.is_active}
    return {
        viewer
        for viewer in viewers
        if hashes.get(viewer.user_id) != viewer.auth_hash or viewer.session_key not in open_keys
    }


def describe_user(user: Any) -> dict[str, Any]:
    """What a dashboard is told of its user. Blocks: permissions are looked up."""
    allowed = [name for name in PERMISSIONS if user.has_perm(f"liveapp.{name}")]
    return {"username": user.get_username(), "permissions": allowed}
