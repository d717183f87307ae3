"""Who is at the door: a device by its token, a dashboard's user by its short-lived one."""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from liveapp import signatures, tokens
from liveapp.access import SEE_ALL, Access, access_of, accesses
from liveapp.errors import DeviceDisabled, Unauthorized
from liveapp.models import Device, Nonce
from liveapp.models.device import from_ms
from liveapp.roles import role_of
from liveapp.shares import open_shares
from liveapp.signatures import Signed
from liveapp.store import storage_errors

# What a dashboard shows or hides something for.
PERMISSIONS = (
    SEE_ALL,
    *(
        f"{app}.{verb}_{model}"
        for app, models in {
            "liveapp": ("annotation", "device", "metric", "retention", "sharelink", "webhook"),
            "auth": ("group", "user"),
            "admin": ("logentry",),
        }.items()
        for model in models
        for verb in ("add", "change", "delete", "view")
    ),
)
# Compared with when there is no such device, so that a guess takes as long as a wrong secret.
NO_HASH = tokens.hash_token("")
NO_DEVICE = Device(number=0, token_hash=NO_HASH)
MAX_ID_LENGTH = 64


def device_of(token: str) -> Device:
    """The device a token belongs to. Blocks; raises Unauthorized, DeviceDisabled or StorageUnavailable."""
    if not token:
        raise Unauthorized("No bearer token. Send the device's token as 'Authorization: Bearer <token>'.")
    with storage_errors():
        device = Device.objects.filter(id=tokens.claimed_id_of(token)).first()
    if not tokens.matches(token, device.token_hash if device else NO_HASH) or device is None:
        raise Unauthorized(
            "The token is not valid. Check it, or make a new one in the dashboard ('New token').",
            device_id=device.id if device else "",
        )
    return _enabled(device)


def signer_of(device_id: str, signed: Signed) -> Device:
    """The device that signed this, if it is the one it says. Blocks; raises as `device_of` does.

    That the same message does not come again `accept_once` sees to.
    """
    if not device_id:
        raise Unauthorized("The header Sense-Device is missing. A signed request names its device there.")
    with storage_errors():
        device = Device.objects.filter(id=device_id).first() if len(device_id) <= MAX_ID_LENGTH else None
    if not signatures.matches(signed, (device or NO_DEVICE).signing_secret) or device is None:
        raise Unauthorized(
            "The signature is not that of this device. Check its id (Sense-Device) and its signing secret, and that "
            "the body is sent byte for byte as it was signed.",
            device_id=device.id if device else "",
        )
    return _enabled(device)


def accept_once(device: Device, signed: Signed) -> None:
    """Blocks. Raises Unauthorized when this device has sent a message of this id already, or StorageUnavailable."""
    with storage_errors():
        is_new = Nonce.spend("device", f"{device.number} {signed.id}", from_ms(signed.stale_s * 1000))
    if not is_new:
        again = f"This {signatures.ID} was used already. Sign each request anew, with an id of its own."
        raise Unauthorized(again, device_id=device.id)


def _enabled(device: Device) -> Device:
    if not device.enabled:
        disabled = f'The device "{device.id}" is disabled. Enable it in the dashboard.'
        raise DeviceDisabled(disabled, device_id=device.id)
    return device


class Viewer(NamedTuple):
    """What a dashboard was let in with: its user, the password then, and its session if it has one.

    Or a share link, and the account of who made it; then it is of no user.
    """

    user_id: Any
    auth_hash: str
    session_key: str
    share_id: str = ""
    maker_id: str = ""

    @property
    def depends_on(self) -> str:
        """The account by whose rights it sees what it sees."""
        return self.maker_id or str(self.user_id)


def looked_up(viewers: Collection[Viewer]) -> dict[Viewer, Access]:
    """Those whose account, password and session, or whose link, still hold, with what they may do. Blocks.

    The number of queries does not grow with them.
    """
    guests = {viewer for viewer in viewers if viewer.share_id}
    people = set(viewers) - guests
    return (_people_looked_up(people) if people else {}) | (_guests_looked_up(guests) if guests else {})


def _guests_looked_up(viewers: Collection[Viewer]) -> dict[Viewer, Access]:
    shares = open_shares({viewer.share_id for viewer in viewers})
    return {viewer: shares[viewer.share_id].access for viewer in viewers if viewer.share_id in shares}


def _people_looked_up(viewers: Collection[Viewer]) -> dict[Viewer, Access]:
    with storage_errors():
        users = get_user_model()._default_manager.in_bulk({viewer.user_id for viewer in viewers})
        held = accesses(users)
        keys = {viewer.session_key for viewer in viewers} - {""}
        sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
        open_keys = {"", *sessions.values_list("session_key", flat=True)}
    hashes = {pk: user.get_session_auth_hash() for pk, user in users.items()}
    return {
        viewer: held[viewer.user_id]
        for viewer in viewers
        if viewer.user_id in held
        and hashes[viewer.user_id] == viewer.auth_hash
        and viewer.session_key in open_keys
    }


def describe_user(user: Any) -> dict[str, Any]:
    """What a dashboard is told of its user. Blocks: permissions are looked up."""
    return describe_access(user.get_username(), access_of(user))


def describe_access(username: str, access: Access) -> dict[str, Any]:
    allowed = sorted(name.partition(".")[2] for name in PERMISSIONS if access.may(name))
    return {"username": username, "role": role_of(access.groups), "permissions": allowed}
