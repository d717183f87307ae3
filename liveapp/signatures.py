"""Signed messages, out and in, as Standard Webhooks has them. Secrets are derived from SECRET_KEY, never stored."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from liveapp.clock import now_ms
from liveapp.errors import Unauthorized

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
SECRET_PREFIX = "whsec_"  # noqa: S105
VERSION = "v1,"
TOLERANCE_S = 300
MAX_SIGNATURES_LENGTH = 1_000
# No dots: what is signed is parted by them.
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
# 32 bytes in base64.
FORM = re.compile(r"v1,[A-Za-z0-9+/]{43}=", re.ASCII)
SECONDS = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signed:
    """A message whose headers have the right form and whose time is now; who signed it is not known yet."""

    id: str
    timestamp_s: int
    signatures: tuple[str, ...]
    body: bytes

    @property
    def stale_s(self) -> int:
        """From then on it is too old to be accepted, in seconds since 1970."""
        return self.timestamp_s + TOLERANCE_S + 1


def derive_key(purpose: str, *of: str | int) -> bytes:
    """32 bytes for a thing and one purpose. The same from the same SECRET_KEY, and from no other."""
    named = json.dumps([purpose, *of])
    return salted_hmac("liveapp.signatures", named, algorithm="sha256").digest()


def derive_secret(purpose: str, *of: str | int) -> str:
    """The same as a secret that people hand on."""
    return SECRET_PREFIX + base64.b64encode(derive_key(purpose, *of)).decode()


def sign(secrets: Iterable[str], message_id: str, body: bytes, *, timestamp_s: int) -> dict[str, str]:
    """The headers to send with a body; signed with each secret, so that one can take the place of another."""
    signatures = (VERSION + _signature(secret, message_id, timestamp_s, body) for secret in secrets)
    return {ID: message_id, TIMESTAMP: str(timestamp_s), SIGNATURE: " ".join(signatures)}


def is_signed(headers: Mapping[str, str]) -> bool:
    """Whether somebody meant to sign this."""
    return any(name in headers for name in (ID, TIMESTAMP, SIGNATURE))


def read(headers: Mapping[str, str], body: bytes) -> Signed:
    """What the headers say. Raises Unauthorized when they have not the form, or are of another time than now."""
    message_id, signatures = _header(headers, ID), _header(headers, SIGNATURE)
    if not MESSAGE_ID.fullmatch(message_id):
        raise Unauthorized(f"{ID} is not valid. Use 1 to 128 letters, digits, dashes and underscores.")
    if len(signatures) > MAX_SIGNATURES_LENGTH or not any(map(FORM.fullmatch, signatures.split())):
        raise Unauthorized(
            f"{SIGNATURE} is not valid. Use v1, and the 44 characters of base64 (not hex), several with spaces between."
        )
    return Signed(message_id, _timestamp_s(_header(headers, TIMESTAMP)), tuple(signatures.split()), body)


def matches(signed: Signed, secret: str) -> bool:
    """Whether one of its signatures was made with this secret."""
    expected = VERSION + _signature(secret, signed.id, signed.timestamp_s, signed.body)
    return any(hmac.compare_digest(one.encode(), expected.encode()) for one in signed.signatures)


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise Unauthorized(
            f"The header {name} is missing. A signed request has {ID}, {TIMESTAMP}, {SIGNATURE}."
        )
    return value


def _timestamp_s(text: str) -> int:
    if not SECONDS.fullmatch(text):
        raise Unauthorized(f"{TIMESTAMP} is not valid. Use the whole seconds since 1970 (UTC).")
    off_s = int(text) - now_ms() // 1000
    if abs(off_s) > TOLERANCE_S:
        where = "too old: {} s behind" if off_s < 0 else "in the future: {} s ahead of"
        raise Unauthorized(
            f"{TIMESTAMP} is {where.format(abs(off_s))} the server's clock, and at most {TOLERANCE_S} s are taken. "
            "Set your clock, and use seconds since 1970 in UTC, whatever your time zone."
        )
    return int(text)


def _signature(secret: str, message_id: str, timestamp_s: int, body: bytes) -> str:
    named = f"{message_id}.{timestamp_s}.".encode()
    return base64.b64encode(hmac.digest(_key(secret), named + body, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is whsec_ and base64") from error
